/*
 * cache_amostra.c: one of so many hits is put to the database.
 *
 * The client gets what the database says. If the entry says something else and
 * the stamps still stand after that, no write explains it: the cache is wrong,
 * and nothing more is served from this epoch, by no worker.
 *
 * An estimate is another after a VACUUM or a write that does not matter: where
 * either answer says that it estimates, the fields that the database names as
 * such are not compared.
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

static bool igual(const CacheEntrada *e, const CacheResposta *r);
static bool mesma_estimativa(const char *a, size_t a_n, const char *b,
                             size_t b_n, const json_t *estimados);
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
cache_conferir(CacheConsulta *c, const CacheResposta *r)
{
    Suspeita *s;

    /* The database could not say, or might tell what it remembered. */
    if (r->status >= 500 || (r->status == 200 && r->concessao == NULL))
    {
        metrica_somar(M_CACHE_INCONCLUSAS, 1);
        return;
    }
    if (igual(&c->entrada, r))
        return;

    s = kore_calloc(1, sizeof *s);
    kore_strlcpy(s->funcao, r->funcao, sizeof s->funcao);
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
igual(const CacheEntrada *e, const CacheResposta *r)
{
    const json_t *estimados = json_object_get(r->concessao, "estimados");
    const char *dela = (const char *)e->corpo;
    void *bruto = NULL;
    bool sim = r->status == 200 && e->versao_n == strlen(r->versao) &&
               memcmp(e->versao, r->versao, e->versao_n) == 0;

    if (sim && e->codificacao == CACHE_BROTLI)
        dela = bruto = brotli_expandir(e->corpo, e->corpo_n, e->bruto_n);
    sim = sim && dela != NULL &&
          ((e->bruto_n == r->n && memcmp(dela, r->corpo, r->n) == 0) ||
           mesma_estimativa(dela, e->bruto_n, r->corpo, r->n, estimados));
    free(bruto);
    return sim;
}

/* Do they differ in nothing but estimates? The first name tells of exact ones. */
static bool
mesma_estimativa(const char *a, size_t a_n, const char *b, size_t b_n,
                 const json_t *estimados)
{
    const char *exato = json_string_value(json_array_get(estimados, 0));
    json_t *x = exato != NULL ? json_loadb(a, a_n, 0, NULL) : NULL;
    json_t *y = exato != NULL ? json_loadb(b, b_n, 0, NULL) : NULL;
    const json_t *nome;
    bool sim = false;
    size_t i;

    if (json_is_false(json_object_get(x, exato)) ||
        json_is_false(json_object_get(y, exato)))
    {
        json_array_foreach(estimados, i, nome)
        {
            (void)json_object_del(x, json_string_value(nome));
            (void)json_object_del(y, json_string_value(nome));
        }
        sim = json_equal(x, y) == 1;
    }
    json_decref(x);
    json_decref(y);
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
