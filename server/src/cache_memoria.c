/*
 * cache_memoria.c: what a worker remembers, in tables of bounded size.
 *
 * Records are counted: a question under way keeps its own, also when the table
 * has forgotten or replaced it meanwhile.
 */
#include "cache_interna.h"

#include <kore/kore.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum
{
    SESSOES_MAX = 4096,
    REGISTROS_MAX = 8192
};

static TabelaLru sessoes;
static TabelaLru registros;

static void sessao_fora(LruNo *no);
static void registro_fora(LruNo *no);
static bool sessao_igual(const LruNo *no, const void *chave);
static bool registro_igual(const LruNo *no, const void *chave);
static uint64_t hash_de(const unsigned char chave[CACHE_CHAVE_BYTES]);

void
cache_memoria_iniciar(void)
{
    if (!lru_iniciar(&sessoes, SESSOES_MAX, sessao_fora) ||
        !lru_iniciar(&registros, REGISTROS_MAX, registro_fora))
        fatal("cache_memoria_iniciar: no memory");
}

/* Counted for the caller. */
CacheSessao *
cache_sessao_achar(const char *sid)
{
    CacheSessao *s = (CacheSessao *)lru_achar(
        &sessoes, lru_hash(sid, strlen(sid)), sessao_igual, sid);

    if (s != NULL)
        s->refs++;
    return s;
}

/* Replaces what was known; nothing is known when hits are not for it. */
void
cache_sessao_por(const char *sid, const CacheConcessao *c, const char *papel)
{
    size_t n = (size_t)c->sessao_npares * sizeof(CachePar);
    CacheSessao *s;

    cache_sessao_esquecer(sid);
    if (c->sessao_npares == 0)
        return;
    s = kore_calloc(1, sizeof *s + n);
    s->refs = 1;
    snprintf(s->sid, sizeof s->sid, "%s", sid);
    snprintf(s->papel, sizeof s->papel, "%s", papel);
    strcpy(s->classe, c->classe);
    s->dia = c->dia;
    s->ate = c->sessao_ate;
    s->npares = c->sessao_npares;
    memcpy(s->pares, c->sessao_pares, n);
    lru_por(&sessoes, lru_hash(s->sid, strlen(s->sid)), &s->no);
}

void
cache_sessao_esquecer(const char *sid)
{
    LruNo *no = lru_achar(&sessoes, lru_hash(sid, strlen(sid)), sessao_igual,
                          sid);

    if (no != NULL)
        lru_tirar(&sessoes, no);
}

void
cache_sessao_soltar(CacheSessao *s)
{
    if (s != NULL && --s->refs == 0)
        kore_free(s);
}

/* Counted for the caller. */
CacheRegistro *
cache_registro_achar(const unsigned char chave[CACHE_CHAVE_BYTES])
{
    CacheRegistro *r = (CacheRegistro *)lru_achar(&registros, hash_de(chave),
                                                  registro_igual, chave);

    if (r != NULL)
        r->refs++;
    return r;
}

/* Remembers everything of an entry but its body. */
void
cache_registro_por(const CacheEntrada *e)
{
    uint64_t hash = hash_de(e->chave);
    LruNo *velho = lru_achar(&registros, hash, registro_igual, e->chave);
    size_t n = (size_t)e->npares * sizeof(CachePar);
    CacheRegistro *r;
    char *texto;

    if (velho != NULL)
        lru_tirar(&registros, velho);
    r = kore_malloc(sizeof *r + n + e->versao_n + e->link_n + e->total_n);
    memset(r, 0, sizeof *r);
    r->refs = 1;
    r->e = *e;
    r->e.corpo = NULL;
    r->e.corpo_n = 0;
    memcpy(r->pares, e->pares, n);
    r->e.pares = r->pares;
    texto = (char *)r->pares + n;
    r->e.versao = texto;
    texto = mempcpy(texto, e->versao, e->versao_n);
    r->e.link = texto;
    texto = mempcpy(texto, e->link, e->link_n);
    r->e.total = texto;
    memcpy(texto, e->total, e->total_n);
    lru_por(&registros, hash, &r->no);
}

void
cache_registro_soltar(CacheRegistro *r)
{
    if (r != NULL && --r->refs == 0)
        kore_free(r);
}

static void
sessao_fora(LruNo *no)
{
    cache_sessao_soltar((CacheSessao *)no);
}

static void
registro_fora(LruNo *no)
{
    cache_registro_soltar((CacheRegistro *)no);
}

static bool
sessao_igual(const LruNo *no, const void *chave)
{
    return strcmp(((const CacheSessao *)no)->sid, chave) == 0;
}

static bool
registro_igual(const LruNo *no, const void *chave)
{
    return memcmp(((const CacheRegistro *)no)->e.chave, chave,
                  CACHE_CHAVE_BYTES) == 0;
}

/* The key is a hash already. */
static uint64_t
hash_de(const unsigned char chave[CACHE_CHAVE_BYTES])
{
    uint64_t h;

    memcpy(&h, chave, sizeof h);
    return h;
}
