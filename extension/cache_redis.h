/*
 * cache_redis.h: one connection to Redis, of a backend or of the guard.
 *
 * Nothing here raises errors or allocates with palloc, so that it may be called
 * while a transaction ends. After any failure the connection is closed, and
 * answers that were still to come are lost.
 */
#ifndef CRM_CACHE_REDIS_H
#define CRM_CACHE_REDIS_H

#include "crm.h"

#include <hiredis/hiredis.h>

enum
{
    CACHE_RUN_ID_MAX = 41,
    CACHE_COMANDO_MAX = 24 * 1024
};

typedef struct CacheRedis
{
    redisContext *c;   /* NULL: closed */
    int por_vir;       /* answers sent for and not read */
    char run_id[CACHE_RUN_ID_MAX]; /* of the server process */
    char erro[80];     /* of the last failure */
} CacheRedis;

/* Commands in the protocol of Redis, as many as fit. */
typedef struct CacheComando
{
    size_t n;
    int comandos;
    bool cheio; /* something did not fit: it is not sent */
    char bytes[CACHE_COMANDO_MAX];
} CacheComando;

extern void comando_limpar(CacheComando *k);
/* Begins a command of so many arguments; then each of them. */
extern void comando_abrir(CacheComando *k, int argumentos);
extern void comando_texto(CacheComando *k, const char *texto);
extern void comando_numero(CacheComando *k, uint64 numero);
/* "#<indice>", a counter of a BITFIELD; what is done with it: three arguments, or
 * four. A transaction may have hundreds of them. */
extern void comando_indice(CacheComando *k, uint32 indice);
extern void comando_ler(CacheComando *k, uint32 indice);   /* GET u32 #i */
extern void comando_somar(CacheComando *k, uint32 indice); /* INCRBY u32 #i 1 */

/* Connected, authenticated, with run_id; prazo is a cache_agora(). */
extern bool cache_redis_ligar(CacheRedis *r, uint64 prazo);
extern void cache_redis_desligar(CacheRedis *r);
/* Does not wait: what the socket does not take at once has failed. */
extern bool cache_redis_enviar(CacheRedis *r, const CacheComando *k);
/* The next answer, freed by the caller; NULL: it failed. */
extern redisReply *cache_redis_receber(CacheRedis *r, uint64 prazo);
/* The next answer, which is the last to come: a list of numbers that are not
 * negative. How many, and the first; -1: it failed, or was something else. */
extern int cache_redis_receber_numeros(CacheRedis *r, uint64 prazo, int64 *primeiro);
/* Reads and throws away what was sent for before. */
extern bool cache_redis_escoar(CacheRedis *r, uint64 prazo);
/* Has the other side closed it? */
extern bool cache_redis_caiu(CacheRedis *r);

#endif
