/*
 * cache_interna.h: what the files of the cache share.
 */
#ifndef CRM_CACHE_INTERNA_H
#define CRM_CACHE_INTERNA_H

#include "cache.h"
#include "tabela_lru.h"

enum
{
    CACHE_CLASSE_MAX = 200,
    CACHE_TABELAS_BYTES = CACHE_SLOTS_TABELAS * 4,
    CACHE_EPOCAS = 4 /* of the own database; the last ones named */
};

/* What a hit needs to know of a session. */
typedef struct CacheSessao
{
    LruNo no; /* first */
    int refs;
    char sid[37];
    char papel[16];
    char classe[CACHE_CLASSE_MAX]; /* all of the caller that answers depend on */
    long long dia;                 /* business date */
    int64_t ate;                   /* ms since 1970 */
    uint32_t limpos_em; /* of cache_carimbos.c: the pairs were clean then */
    int npares;
    CachePar pares[];
} CacheSessao;

/* The directory: what this worker knows of an entry besides its body. */
typedef struct CacheRegistro
{
    LruNo no; /* first */
    int refs;
    uint32_t limpos_em; /* as those of a session */
    CacheEntrada e; /* points behind itself; no body */
    CachePar pares[];
} CacheRegistro;

/* What the database says about keeping an answer; pairs are the reader's. */
typedef struct CacheConcessao
{
    uint64_t epoca;
    int64_t ate;
    CachePar pares[CACHE_PARES_MAX];
    int npares; /* 0: may not be kept */
    char classe[CACHE_CLASSE_MAX];
    long long dia;
    int64_t sessao_ate;
    CachePar sessao_pares[CACHE_PARES_MAX];
    int sessao_npares; /* 0: no hits for this session */
} CacheConcessao;

/* ---- cache_concessao.c (pure but for jansson) ---- */

/* False: it is not what crm.atender() writes. */
extern bool cache_concessao_ler(const json_t *cache, CacheConcessao *c);

/* ---- cache_memoria.c: sessions and directory of this worker ---- */

extern void cache_memoria_iniciar(void);
extern CacheSessao *cache_sessao_achar(const char *sid);
extern void cache_sessao_por(const char *sid, const CacheConcessao *c,
                             const char *papel);
extern void cache_sessao_esquecer(const char *sid);
extern void cache_sessao_soltar(CacheSessao *s);
extern CacheRegistro *
cache_registro_achar(const unsigned char chave[CACHE_CHAVE_BYTES]);
extern void cache_registro_por(const CacheEntrada *e);
extern void cache_registro_soltar(CacheRegistro *r);

/* ---- cache_carimbos.c: the stamps that this worker has read ---- */

/* Those of the tables, behind the magic number of the epoch; false: they are
 * none. What is put after that stands with them. */
extern bool carimbos_tabelas(const char *dados, size_t n, uint64_t epoca);
extern void carimbo_por(uint32_t slot, uint32_t valor);
/* It was read since the tables moved last. */
extern bool carimbo_lido(uint32_t slot);
/* Nobody has written for some trips: what was read needs not be asked for. */
extern bool carimbos_lembrados(uint64_t epoca);
/* limpos_em of a session or an entry: nothing has moved since. */
extern bool carimbos_limpos(uint32_t limpos_em);
/* Is it known how all stamps stand? Then: do they stand as they were kept? */
extern bool sessao_conhecida(const CacheSessao *s);
extern bool sessao_limpa(CacheSessao *s);
extern bool entrada_conhecida(const CacheRegistro *r, const CacheEntrada *e);
extern bool entrada_limpa(CacheRegistro *r, const CacheEntrada *e);

/* ---- cache_viagem.c: the trip to Redis ---- */

extern void cache_viagem_iniciar(void);
/* False: Redis is not there. */
extern bool cache_viajar(CacheConsulta *c);
/* Stores the entry whose bytes are given, for ms. */
extern void cache_gravar(const CacheEntrada *e, const RespostaBloco *bytes,
                         int64_t ms);
extern void cache_apagar(const unsigned char chave[CACHE_CHAVE_BYTES]);
/* Looks, when nobody has for a tick. */
extern void cache_olhar_cerca(void);
/* The fence stood at the last look. */
extern bool cache_cerca_de_pe(void);

/* ---- cache.c ---- */

extern const char *cache_prefixo(void); /* "crm:<installation>"; NULL: unknown */
extern bool cache_epoca_nossa(uint64_t epoca);
extern uint64_t cache_epoca(void); /* the one named last; 0: none yet */
extern bool cache_suspensa(uint64_t epoca);
extern void cache_suspender(uint64_t epoca);
extern int64_t cache_agora_ms(void);
/* A trip has ended: c->desfecho is set. */
extern void cache_chegar(CacheConsulta *c);

/* ---- cache_amostra.c ---- */

/* Is this hit to be checked? */
extern bool cache_sortear(void);

#endif
