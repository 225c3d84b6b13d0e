/*
 * perfis.c: an audit row for each profile out of the cache, written before the
 * answer. One call of crm.api_registrar_perfis() is under way at a time; what
 * comes meanwhile goes into the next one.
 */
#include "perfis.h"

#include "pg.h"

#include <kore/kore.h>

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum
{
    PERFIS_MAX = 256 /* rows of one call */
};

typedef struct Perfil
{
    char sid[37];
    char endereco[46];
    char requisicao[REQUISICAO_ID_MAX];
    char id[24];
    const char *funcao; /* which of the functions that show a profile */
    PerfilRetorno fn; /* NULL = nobody waits any more */
    void *arg;
} Perfil;

static Perfil proximos[PERFIS_MAX];
static int nproximos;
static Perfil enviados[PERFIS_MAX];
static int nenviados; /* > 0: under way */

static bool enviar(void);
static void ao_responder(void *arg, const PgResposta *r);

bool
perfis_escrever(const char *sid, const Requisicao *r, const char *funcao,
                const CaminhoParametro *id, PerfilRetorno fn, void *arg)
{
    Perfil *p = &proximos[nproximos];

    if (nproximos == PERFIS_MAX || id->valor_n >= sizeof p->id)
        return false;
    nproximos++;
    kore_strlcpy(p->sid, sid, sizeof p->sid);
    kore_strlcpy(p->endereco, r->endereco, sizeof p->endereco);
    kore_strlcpy(p->requisicao, r->id, sizeof p->requisicao);
    snprintf(p->id, sizeof p->id, "%.*s", (int)id->valor_n, id->valor);
    p->funcao = funcao;
    p->fn = fn;
    p->arg = arg;
    if (nenviados > 0 || enviar())
        return true;
    nproximos--;
    return false;
}

void
perfis_abandonar(const void *arg)
{
    for (int i = 0; i < nproximos; i++)
        if (proximos[i].arg == arg)
            proximos[i].fn = NULL;
    for (int i = 0; i < nenviados; i++)
        if (enviados[i].arg == arg)
            enviados[i].fn = NULL;
}

/* All that wait, in one call. */
static bool
enviar(void)
{
    const char *params[PG_PARAMETROS] = {"registrar_perfis"};
    json_t *lista = json_array();
    json_t *o;
    char *args;
    bool aceito;

    for (int i = 0; i < nproximos; i++)
        json_array_append_new(
            lista, json_pack("{s:s, s:s, s:s, s:s, s:s}", "sessao",
                             proximos[i].sid, "endereco", proximos[i].endereco,
                             "requisicao", proximos[i].requisicao, "funcao",
                             proximos[i].funcao, "id_cliente",
                             proximos[i].id));
    o = json_pack("{s:o}", "perfis", lista);
    args = json_dumps(o, JSON_COMPACT);
    json_decref(o);
    params[PG_ARGS] = args;
    aceito = args != NULL &&
             pg_atender(PG_LEVE, params, ao_responder, enviados);
    free(args);
    if (!aceito)
        return false;
    memcpy(enviados, proximos, (size_t)nproximos * sizeof *proximos);
    nenviados = nproximos;
    nproximos = 0;
    return true;
}

static void
ao_responder(void *arg, const PgResposta *r)
{
    bool escritos = r->ok && r->ncampos >= 1 && r->campos[0] != NULL &&
                    strcmp(r->campos[0], "200") == 0;
    int n = nenviados;

    /* Those who are told do not come back from in here. */
    for (int i = 0; i < n; i++)
        if (enviados[i].fn != NULL)
            enviados[i].fn(enviados[i].arg, escritos);
    nenviados = 0;
    if (nproximos == 0 || enviar())
        return;
    n = nproximos;
    nproximos = 0;
    for (int i = 0; i < n; i++)
        if (proximos[i].fn != NULL)
            proximos[i].fn(proximos[i].arg, false);
}
