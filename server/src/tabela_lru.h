/*
 * tabela_lru.h: a hash table of bounded size that forgets what was not used for
 * longest. Pure. The nodes are the owner's, embedded in its records.
 */
#ifndef CRM_TABELA_LRU_H
#define CRM_TABELA_LRU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct LruNo
{
    struct LruNo *balde; /* next of the same bucket */
    struct LruNo *antes; /* used more recently */
    struct LruNo *depois;
    uint64_t hash;
} LruNo;

typedef struct TabelaLru
{
    LruNo **baldes;
    size_t nbaldes; /* power of two */
    size_t n;
    size_t max;
    LruNo *novo; /* used last */
    LruNo *velho;
    void (*soltar)(LruNo *no); /* it was taken out of the table */
} TabelaLru;

typedef bool (*LruIgual)(const LruNo *no, const void *chave);

/* False: no memory. */
extern bool lru_iniciar(TabelaLru *t, size_t max, void (*soltar)(LruNo *));

/* The node of the key, now the one used last; or NULL. */
extern LruNo *lru_achar(TabelaLru *t, uint64_t hash, LruIgual igual,
                        const void *chave);

/* Puts a node in; in a full table the one used longest ago goes. */
extern void lru_por(TabelaLru *t, uint64_t hash, LruNo *no);
extern void lru_tirar(TabelaLru *t, LruNo *no);
extern void lru_esvaziar(TabelaLru *t);

/* Of any bytes, eight at a time. */
extern uint64_t lru_hash(const void *dados, size_t n);

#endif
