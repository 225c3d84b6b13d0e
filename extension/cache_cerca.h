/*
 * cache_cerca.h: what the guard says to Redis of its fence and of an epoch's array.
 *
 * One connection, of the guard's process. Nothing here raises errors, reads the
 * phase or changes it: when a fence may live is the guard's to say, before it asks.
 */
#ifndef CRM_CACHE_CERCA_H
#define CRM_CACHE_CERCA_H

#include "crm.h"

typedef enum CercaResposta
{
    CERCA_FEITA,
    CERCA_PERDIDA,     /* the fence or the counters were gone */
    CERCA_TOMADA,      /* another server is the owner */
    CERCA_SEM_RESPOSTA /* it may have been done: see cerca_erro() */
} CercaResposta;

/* A new connection, for the database that cache_estado names. */
extern bool cerca_ligar(void);
/* Of the last failure. */
extern const char *cerca_erro(void);
/* Owner by that random number; and the fence of whoever was it before is gone. */
extern bool cerca_reivindicar(uint64 sorteio);
/* All counters 0, the magic number in front; the array before is dropped. */
extern bool cerca_criar_matriz(uint64 epoca);
/* The time of Redis, us since 1970; 0: no answer. */
extern uint64 cerca_hora(void);
/* A fence until cache_ttl_ms after that time of Redis. */
extern CercaResposta cerca_conceder(uint64 epoca, uint64 hora);
/* Its end is moved to cache_ttl_ms after that time of Redis. */
extern CercaResposta cerca_renovar(uint64 epoca, uint64 hora);
/* No fence of this guard is left, and the connection is closed; false: unknown. */
extern bool cerca_retirar(void);
/* Drops some arrays of other epochs. */
extern void cerca_varrer(uint64 epoca);

#endif
