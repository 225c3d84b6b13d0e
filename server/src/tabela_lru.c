/*
 * tabela_lru.c: buckets of single chains, and a list by last use.
 */
#include "tabela_lru.h"

#include <stdlib.h>
#include <string.h>

static uint64_t misturar(uint64_t h);
static void frente(TabelaLru *t, LruNo *no);
static void desligar(TabelaLru *t, LruNo *no);

bool
lru_iniciar(TabelaLru *t, size_t max, void (*soltar)(LruNo *))
{
    size_t nbaldes = 16;

    while (nbaldes < max)
        nbaldes *= 2;
    *t = (TabelaLru){.nbaldes = nbaldes, .max = max, .soltar = soltar};
    t->baldes = calloc(nbaldes, sizeof *t->baldes);
    return t->baldes != NULL;
}

LruNo *
lru_achar(TabelaLru *t, uint64_t hash, LruIgual igual, const void *chave)
{
    LruNo *no = t->baldes[hash & (t->nbaldes - 1)];

    while (no != NULL && (no->hash != hash || !igual(no, chave)))
        no = no->balde;
    if (no != NULL && t->novo != no)
    {
        desligar(t, no);
        frente(t, no);
    }
    return no;
}

void
lru_por(TabelaLru *t, uint64_t hash, LruNo *no)
{
    LruNo **balde = &t->baldes[hash & (t->nbaldes - 1)];

    if (t->n == t->max)
        lru_tirar(t, t->velho);
    no->hash = hash;
    no->balde = *balde;
    *balde = no;
    frente(t, no);
    t->n++;
}

void
lru_tirar(TabelaLru *t, LruNo *no)
{
    LruNo **onde = &t->baldes[no->hash & (t->nbaldes - 1)];

    while (*onde != no)
        onde = &(*onde)->balde;
    *onde = no->balde;
    desligar(t, no);
    t->n--;
    t->soltar(no);
}

void
lru_esvaziar(TabelaLru *t)
{
    while (t->velho != NULL)
        lru_tirar(t, t->velho);
}

uint64_t
lru_hash(const void *dados, size_t n)
{
    const unsigned char *p = dados;
    uint64_t h = 0x9e3779b97f4a7c15u ^ n;
    uint64_t w;

    for (; n >= sizeof w; p += sizeof w, n -= sizeof w)
    {
        memcpy(&w, p, sizeof w);
        h = misturar(h ^ w);
    }
    w = 0;
    memcpy(&w, p, n);
    return misturar(h ^ w);
}

/* The finish of MurmurHash3, without its first step. */
static uint64_t
misturar(uint64_t h)
{
    h *= 0xff51afd7ed558ccdu;
    h ^= h >> 33;
    h *= 0xc4ceb9fe1a85ec53u;
    return h ^ h >> 33;
}

static void
frente(TabelaLru *t, LruNo *no)
{
    no->antes = NULL;
    no->depois = t->novo;
    if (t->novo != NULL)
        t->novo->antes = no;
    t->novo = no;
    if (t->velho == NULL)
        t->velho = no;
}

static void
desligar(TabelaLru *t, LruNo *no)
{
    if (no->antes != NULL)
        no->antes->depois = no->depois;
    else
        t->novo = no->depois;
    if (no->depois != NULL)
        no->depois->antes = no->antes;
    else
        t->velho = no->antes;
}
