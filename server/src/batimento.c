/*
 * batimento.c: heartbeats of sessions, batched per worker.
 *
 * Every BATIMENTO_MS one call of crm.api_batimento() names the sessions with an
 * open websocket and those that asked for something meanwhile. The database
 * marks their sellers as seen (AUTH-9) and answers which sessions have ended, so
 * that a socket is closed even if the event of its end was lost.
 */
#include "batimento.h"

#include "pg.h"
#include "tabela_lru.h"
#include "ws.h"

#include <kore/kore.h>

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum
{
    BATIMENTO_MS = 30000,
    REPETIR_MS = 3000, /* after a failure */
    VISTOS_MAX = 4096  /* sessions remembered between two beats */
};

static char vistos[VISTOS_MAX][37];
static bool marcado; /* some entry of vistos is set */
static uint64_t proximo;
static bool enviando;

static void batimento_resposta(void *arg, const PgResposta *r);
static void juntar_socket(void *arg, const char *sid);

/*
 * A session was used. The table is a hash without chains: of two sessions in
 * one place the later is told, the other one at its next request.
 */
void
batimento_visto(const char *sid)
{
    kore_strlcpy(vistos[lru_hash(sid, strlen(sid)) % VISTOS_MAX], sid,
                 sizeof vistos[0]);
    marcado = true;
}

/* Events may have been lost: ask at the next tick which sessions live. */
void
batimento_agora(void)
{
    proximo = 0;
}

/* Every 500 ms. */
void
batimento_tique(void)
{
    const char *params[PG_PARAMETROS] = {"batimento"};
    uint64_t agora = kore_time_ms();
    json_t *lista;
    json_t *o;
    char *args;

    if (enviando || agora < proximo)
        return;
    proximo = agora + BATIMENTO_MS;

    lista = json_array();
    ws_cada_sessao(juntar_socket, lista);
    for (int i = 0; marcado && i < VISTOS_MAX; i++)
        if (vistos[i][0] != '\0')
            json_array_append_new(lista, json_string(vistos[i]));
    o = json_pack("{s:o}", "sessoes", lista);
    args = json_array_size(lista) > 0 ? json_dumps(o, JSON_COMPACT) : NULL;
    json_decref(o);
    if (args == NULL)
        return;

    params[PG_ARGS] = args;
    enviando = pg_atender(PG_LEVE, params, batimento_resposta, &enviando);
    free(args);
    if (!enviando)
        proximo = agora + REPETIR_MS;
    else
    {
        memset(vistos, 0, sizeof vistos);
        marcado = false;
    }
}

/* {"encerradas": [sid, ...]} */
static void
batimento_resposta(void *arg, const PgResposta *r)
{
    json_t *o = NULL;
    const json_t *sid;
    size_t i;

    enviando = false;
    if (r->ok && r->ncampos >= 2 && r->campos[0] != NULL &&
        r->campos[1] != NULL && strcmp(r->campos[0], "200") == 0)
        o = json_loadb(r->campos[1], (size_t)r->tamanhos[1], 0, NULL);
    if (o == NULL)
    {
        proximo = kore_time_ms() + REPETIR_MS;
        return;
    }
    json_array_foreach(json_object_get(o, "encerradas"), i, sid)
        if (json_is_string(sid))
            ws_encerrar_sessao(json_string_value(sid));
    json_decref(o);
}

static void
juntar_socket(void *arg, const char *sid)
{
    json_array_append_new(arg, json_string(sid));
}
