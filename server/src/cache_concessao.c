/*
 * cache_concessao.c: reads what crm.atender() says about keeping its answer:
 *
 *   {"epoca": "<decimal>", "grupos": [[slot, stamp, slot, stamp ...] ...],
 *    "ate": ms, "sessao": {"grupos": ..., "classe": "...", "ate": ms, "dia": n}}
 */
#include "cache_interna.h"

#include <string.h>

static bool
grupo_ler(const json_t *grupo, CachePar *pares, int *n)
{
    size_t tam = json_array_size(grupo);

    if (tam < 4 || tam % 2 != 0 || *n + (int)(tam / 2) > CACHE_PARES_MAX)
        return false;
    for (size_t i = 0; i < tam; i += 2)
    {
        const json_t *slot = json_array_get(grupo, i);
        const json_t *carimbo = json_array_get(grupo, i + 1);
        json_int_t s = json_integer_value(slot);
        json_int_t v = json_integer_value(carimbo);

        if (!json_is_integer(slot) || !json_is_integer(carimbo) || s < 1 ||
            s >= CACHE_SLOTS || v < -1 || v > UINT32_MAX)
            return false;
        pares[(*n)++] = (CachePar){
            .slot = (uint32_t)s,
            .marca = (i == 0 ? PAR_INICIO : 0) | (v < 0 ? PAR_INUTIL : 0),
            .carimbo = v < 0 ? 0 : (uint32_t)v};
    }
    return true;
}

static bool
grupos_ler(const json_t *grupos, CachePar *pares, int *n)
{
    const json_t *grupo;
    size_t i;

    *n = 0;
    json_array_foreach(grupos, i, grupo)
        if (!json_is_array(grupo) || !grupo_ler(grupo, pares, n))
            return false;
    return cache_pares_validos(pares, *n);
}

bool
cache_concessao_ler(const json_t *cache, CacheConcessao *c)
{
    const json_t *epoca = json_object_get(cache, "epoca");
    const json_t *sessao = json_object_get(cache, "sessao");
    const char *classe = json_string_value(json_object_get(sessao, "classe"));

    c->npares = c->sessao_npares = 0;
    if (!json_is_string(epoca) ||
        !cache_epoca_ler(json_string_value(epoca), json_string_length(epoca),
                         &c->epoca))
        return false;
    c->ate = json_integer_value(json_object_get(cache, "ate"));
    if (!grupos_ler(json_object_get(cache, "grupos"), c->pares, &c->npares) ||
        !cache_pares_uteis(c->pares, c->npares))
        c->npares = 0;

    if (classe == NULL || classe[0] == '\0' ||
        strlen(classe) >= sizeof c->classe)
        return true;
    strcpy(c->classe, classe);
    c->dia = json_integer_value(json_object_get(sessao, "dia"));
    c->sessao_ate = json_integer_value(json_object_get(sessao, "ate"));
    if (!grupos_ler(json_object_get(sessao, "grupos"), c->sessao_pares,
                    &c->sessao_npares) ||
        !cache_pares_uteis(c->sessao_pares, c->sessao_npares))
        c->sessao_npares = 0;
    return true;
}
