/*
 * cache_amostra.c: one of so many hits is put to the database.
 *
 * The client gets what the database says. If the entry says something else and
 * the stamps still stand after that, no write explains it: the cache is wrong,
 * and nothing more is served from this epoch, by no worker.
 */
#include "cache_interna.h"

#include "compressao.h"
#include "config.h"
#include "log.h"
#include "metricas.h"
#include "pg.h"

#include <kore/kore.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A difference, until its stamps were looked at again. */
typedef struct Suspeita
{
    CacheConsulta consulta; /* first */
    char funcao[64];
    char papel[16];
} Suspeita;

static bool igual(const CacheEntrada *e, int status, const char *corpo,
                  size_t n, const char *versao);
static void ao_olhar(CacheConsulta *c);
static void avisar(uint64_t epoca);
static void ao_avisar(void *arg, const PgResposta *r);

bool
cache_sortear(void)
{
    static int acertos;
    int cada = configuracao()->cache_amostra;

    if (cada == 0 || ++acertos < cada)
        return false;
    acertos = 0;
    return true;
}

void
cache_conferir(CacheConsulta *c, const char *funcao, int status,
               const char *corpo, size_t n, const char *versao)
{
    Suspeita *s;

    /* The database could not say. */
    if (status >= 500)
    {
        metrica_somar(M_CACHE_INCONCLUSAS, 1);
        return;
    }
    if (igual(&c->entrada, status, corpo, n, versao))
        return;

    s = kore_calloc(1, sizeof *s);
    kore_strlcpy(s->funcao, funcao, sizeof s->funcao);
    kore_strlcpy(s->papel, c->sessao->papel, sizeof s->papel);
    memcpy(s->consulta.chave, c->chave, sizeof c->chave);
    s->consulta.entrada = c->entrada;
    s->consulta.sessao = c->sessao;
    s->consulta.registro = cache_registro_achar(c->chave);
    s->consulta.bloco = c->bloco;
    s->consulta.so_carimbos = true;
    s->consulta.fn = ao_olhar;
    c->sessao->refs++;
    c->bloco->refs++;
    if (!cache_viajar(&s->consulta))
        ao_olhar(&s->consulta);
}

static bool
igual(const CacheEntrada *e, int status, const char *corpo, size_t n,
      const char *versao)
{
    bool sim = status == 200 && e->bruto_n == n &&
               e->versao_n == strlen(versao) &&
               memcmp(e->versao, versao, e->versao_n) == 0;

    if (sim && e->codificacao == CACHE_BROTLI)
    {
        void *bruto = brotli_expandir(e->corpo, e->corpo_n, e->bruto_n);

        sim = bruto != NULL && memcmp(bruto, corpo, n) == 0;
        free(bruto);
    }
    else if (sim)
        sim = memcmp(e->corpo, corpo, n) == 0;
    return sim;
}

/* A hit still: what was computed before and after differs, and nobody wrote. */
static void
ao_olhar(CacheConsulta *c)
{
    Suspeita *s = (Suspeita *)c;
    LogLinha l;

    if (c->desfecho == CACHE_ACERTO || c->desfecho == CACHE_AMOSTRA)
    {
        metrica_somar(M_CACHE_VIOLACOES, 1);
        cache_suspender(c->entrada.epoca);
        cache_apagar(c->chave);
        avisar(c->entrada.epoca);
        log_iniciar(&l, "alerta", "cache_violacao");
        log_texto(&l, "funcao", s->funcao);
        log_texto(&l, "papel", s->papel);
        log_enviar(&l);
    }
    else
        metrica_somar(M_CACHE_INCONCLUSAS, 1);
    cache_abandonar(c);
    kore_free(s);
}

/* The guard is to open another epoch. If that is not heard, the cache stays shut
 * until it does so for another reason. */
static void
avisar(uint64_t epoca)
{
    char args[48];
    const char *const params[PG_PARAMETROS] = {[0] = "cache_violada",
                                               [PG_ARGS] = args};

    snprintf(args, sizeof args, "{\"epoca\":\"%llu\"}",
             (unsigned long long)epoca);
    (void)pg_atender(PG_LEVE, params, ao_avisar, NULL);
}

static void
ao_avisar(void *arg, const PgResposta *r)
{
    if (!r->ok || r->campos[0] == NULL || strcmp(r->campos[0], "200") != 0)
        log_evento("erro", "cache_violada", "not heard");
}
