/*
 * cache_estado.h: what guard, writers and readers of the cache share.
 *
 * cache_estado is NULL where there is no cache: the library is not preloaded, or
 * crm.redis is empty. Everything below then does nothing.
 */
#ifndef CRM_CACHE_ESTADO_H
#define CRM_CACHE_ESTADO_H

#include "crm.h"

#include "port/atomics.h"
#include "storage/latch.h"
#include "storage/spin.h"

#include "etiqueta.h"

enum
{
    CACHE_ID_MAX = 17,     /* 16 hexadecimal digits */
    CACHE_MOTIVO_MAX = 120,
    CACHE_CHAVE_MAX = 64
};

/* prazo before the guard has said anything: a fence of an earlier server, or of
 * the former primary, may live. */
#define CACHE_PRAZO_DESCONHECIDO PG_UINT64_MAX

typedef enum CacheFase
{
    CACHE_FECHADA,  /* no fence; the guard cannot reach Redis, or begins */
    CACHE_ABRINDO,  /* waits for transactions that began before the epoch */
    CACHE_ABERTA,   /* the fence stands */
    CACHE_RECUSADA, /* the database is not fit: see motivo */
    CACHE_DISPUTADA /* another server claims the same prefix */
} CacheFase;

typedef struct CacheContadores
{
    pg_atomic_uint64 marcas;       /* transactions marked */
    pg_atomic_uint64 massas;       /* of these, with a whole table */
    pg_atomic_uint64 falhas;       /* marks Redis did not acknowledge in time */
    pg_atomic_uint64 esperas;      /* transactions that waited for the fence */
    pg_atomic_uint64 maior_espera; /* us, mark included */
    pg_atomic_uint64 reaberturas;  /* epochs opened */
    pg_atomic_uint64 arrendadas;   /* leases given */
    pg_atomic_uint64 negadas;      /* leases not given */
} CacheContadores;

typedef struct CacheEstado
{
    pg_atomic_uint64 epoca;   /* whose array is marked now; 0: none */
    pg_atomic_uint64 prazo;   /* monotonic us: no fence lives after it; 0: none does */
    pg_atomic_uint64 geracao; /* grows with each epoch */
    pg_atomic_uint32 refazer; /* the guard must not keep this epoch */
    pg_atomic_uint32 fase;
    pg_atomic_uint32 banco;   /* Oid of crm.banco; 0: the guard has not looked */
    pg_atomic_uint64 ddl;     /* grows with each change of the schema crm */
    pg_atomic_uint64 desde;   /* monotonic us: when the epoch was opened */
    Latch *guarda;            /* NULL while there is none */
    slock_t trava;            /* of what follows */
    char id[CACHE_ID_MAX];
    char motivo[CACHE_MOTIVO_MAX];
    Oid exame_banco;          /* what the last look at a database found ... */
    uint64 exame_ddl;         /* ... counted before its snapshot */
    bool exame_apto;
    CacheContadores n;
    /* By slot: transactions that mark it, from before Redis hears of it until they
     * are visible or undone. */
    pg_atomic_uint32 pendentes[ETIQUETA_SLOTS];
    int vagas;
    /* By pgprocno: geracao at which the process began to commit, 0: it does not. */
    pg_atomic_uint64 vaga[FLEXIBLE_ARRAY_MEMBER];
} CacheEstado;

extern CacheEstado *cache_estado;

/* Settings; they need a restart. */
extern char *cache_redis_onde;
extern char *cache_redis_usuario;
extern char *cache_redis_senha_arquivo;
extern int cache_ttl_ms;
extern int cache_espera_ms;

extern void cache_estado_init(void);
extern void cache_marca_init(void);
extern void cache_guarda_init(void);

extern uint64 cache_agora(void); /* CLOCK_MONOTONIC, us */
extern void cache_acordar_guarda(void);
extern void cache_id(char id[CACHE_ID_MAX]);
extern void cache_motivo(const char *motivo);
extern void cache_maximo(pg_atomic_uint64 *contador, uint64 valor);

/* Names of keys. */
extern void cache_chave_matriz(char chave[CACHE_CHAVE_MAX], const char *id,
                               uint64 epoca);
extern void cache_chave(char chave[CACHE_CHAVE_MAX], const char *id,
                        const char *nome);
/* What the array of an epoch holds at index 0; never 0. */
extern uint32 cache_magico(uint64 epoca);

/* ---- cache_coleta.c, for cache_marca.c ---- */

enum
{
    COLETA_MAX = 256 /* slots of one transaction; more become whole tables */
};

extern bool coleta_ha(void);      /* did the transaction change anything? */
extern bool coleta_schema(void);  /* ... the schema crm? */
extern bool coleta_massa(void);   /* ... of a table too much to be named? */
/* The slots, at most COLETA_MAX. */
extern const uint32 *coleta_slots(int *n);
extern void coleta_esquecer(void);
/* cache_ddl.c: nothing known of the schema is certain any more. */
extern void coleta_mudou_schema(void);

#endif
