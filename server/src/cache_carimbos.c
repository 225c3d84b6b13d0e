/*
 * cache_carimbos.c: the stamps that this worker has read, and what they say.
 *
 * Every mark moves the stamp of a table, too, in the same command. So while those of
 * the tables stand still, all others that were read since they moved last stand as
 * they were read, and what was clean is clean.
 */
#include "cache_interna.h"

#include <endian.h>
#include <string.h>

enum
{
    CALMA_VIAGENS = 8 /* trips without a write, then stamps are remembered */
};

/* What has been read since the stamps of the tables moved last. */
static uint32_t valores[CACHE_SLOTS];
static uint32_t lidos[CACHE_SLOTS]; /* while the tables stood how */
static uint32_t vez;                /* never 0 again: not clean yet says 0 */
static unsigned char tabelas[CACHE_TABELAS_BYTES];
static uint64_t tabelas_epoca; /* 0: they are not known */
static int calma;              /* trips since they moved */

static bool mesmos_pares(const CacheRegistro *r, const CacheEntrada *e);
static bool conhecidos(const CachePar *pares, int n);
static bool ler_slot(void *arg, uint32_t slot, uint32_t *valor);

bool
carimbos_tabelas(const char *dados, size_t n, uint64_t epoca)
{
    uint32_t magico = 0;
    bool bom;

    /* No array, or one that begins anew. */
    if (n == CACHE_TABELAS_BYTES)
        memcpy(&magico, dados, sizeof magico);
    bom = magico != 0 && be32toh(magico) == (uint32_t)epoca;
    if (bom && tabelas_epoca == epoca &&
        memcmp(tabelas, dados, sizeof tabelas) == 0)
    {
        calma += calma < CALMA_VIAGENS;
        return true;
    }
    vez += vez == UINT32_MAX ? 2 : 1;
    calma = 0;
    tabelas_epoca = bom ? epoca : 0;
    if (!bom)
        return false;
    memcpy(tabelas, dados, sizeof tabelas);
    for (uint32_t i = 0; i < CACHE_SLOTS_TABELAS; i++)
    {
        uint32_t valor;

        memcpy(&valor, tabelas + sizeof valor * i, sizeof valor);
        carimbo_por(i, be32toh(valor));
    }
    return true;
}

void
carimbo_por(uint32_t slot, uint32_t valor)
{
    valores[slot] = valor;
    lidos[slot] = vez;
}

bool
carimbo_lido(uint32_t slot)
{
    return lidos[slot] == vez;
}

bool
carimbos_lembrados(uint64_t epoca)
{
    return calma >= CALMA_VIAGENS && tabelas_epoca == epoca;
}

bool
carimbos_limpos(uint32_t limpos_em)
{
    return limpos_em == vez;
}

bool
sessao_conhecida(const CacheSessao *s)
{
    return s->limpos_em == vez || conhecidos(s->pares, s->npares);
}

bool
sessao_limpa(CacheSessao *s)
{
    if (s->limpos_em != vez &&
        !cache_pares_limpos(s->pares, s->npares, ler_slot, NULL))
        return false;
    s->limpos_em = vez;
    return true;
}

bool
entrada_conhecida(const CacheRegistro *r, const CacheEntrada *e)
{
    return (mesmos_pares(r, e) && r->limpos_em == vez) ||
           conhecidos(e->pares, e->npares);
}

bool
entrada_limpa(CacheRegistro *r, const CacheEntrada *e)
{
    bool mesmos = mesmos_pares(r, e);

    if ((!mesmos || r->limpos_em != vez) &&
        !cache_pares_limpos(e->pares, e->npares, ler_slot, NULL))
        return false;
    if (mesmos)
        r->limpos_em = vez;
    return true;
}

/* The entry that this worker knows, or another one under the same stamps. */
static bool
mesmos_pares(const CacheRegistro *r, const CacheEntrada *e)
{
    return r != NULL && r->e.epoca == e->epoca && r->e.npares == e->npares &&
           memcmp(r->e.pares, e->pares,
                  (size_t)e->npares * sizeof *e->pares) == 0;
}

static bool
conhecidos(const CachePar *pares, int n)
{
    for (int i = 0; i < n; i++)
        if (lidos[pares[i].slot] != vez)
            return false;
    return true;
}

static bool
ler_slot(void *arg, uint32_t slot, uint32_t *valor)
{
    *valor = valores[slot];
    return lidos[slot] == vez;
}
