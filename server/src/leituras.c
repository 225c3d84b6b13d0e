/*
 * leituras.c: who looked at lists of clients, how often; batched per worker.
 *
 * Every tick one call of crm.api_registrar_leituras() writes one audit row per
 * session, address and route. A worker that is killed loses what came since the
 * last tick (500 ms). While PostgreSQL is away the counts stay: one batch that
 * waits to be repeated, and one table that goes on counting; a new subject finds
 * no place in a full table, and is counted as lost.
 *
 * A batch whose outcome is unknown is sent again under the same number, and the
 * database looks whether it has it already.
 */
#include "leituras.h"

#include "metricas.h"
#include "requisicao.h"
#include "tabela_lru.h"

#include <kore/kore.h>
#include <kore/http.h>

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum
{
    LUGARES = 4096, /* power of two */
    LEITURAS_MAX = LUGARES / 4 * 3,
    LOTE_MAX = 512,   /* rows of one call */
    REPETIR_MS = 1000 /* after a failure */
};

typedef struct Leitura
{
    const Rota *rota; /* NULL = a free place */
    char sid[37];
    char endereco[46];
    uint32_t n;
} Leitura;

static Leitura tabela[LUGARES];
static int ocupados;
static Leitura lote[LOTE_MAX]; /* sent, or to be sent again */
static int nlote;
static uint64_t nleituras; /* of the batch */
static char lote_id[REQUISICAO_ID_MAX];
static bool repetida;
static bool enviando;
static json_int_t ultima; /* id of the youngest row written by this worker */
static uint64_t repetir_em;

static Leitura *lugar_de(const char *sid, const char *endereco,
                         const Rota *rota);
static void lote_juntar(void);
static bool lote_enviar(void);
static void lote_resposta(void *arg, const PgResposta *r);

/* One answer with personal data of clients has been given. */
void
leituras_contar(const char *sid, const char *endereco, const Rota *rota)
{
    Leitura *l = lugar_de(sid, endereco, rota);

    metrica_somar(M_LEITURAS_SERVIDAS, 1);
    if (l->rota == NULL)
    {
        if (ocupados == LEITURAS_MAX)
        {
            metrica_somar(M_LEITURAS_PERDIDAS, 1);
            return;
        }
        ocupados++;
        l->rota = rota;
        snprintf(l->sid, sizeof l->sid, "%s", sid);
        snprintf(l->endereco, sizeof l->endereco, "%s", endereco);
    }
    l->n++;
}

/* Every 500 ms, and more often while draining. */
void
leituras_tique(void)
{
    if (enviando || kore_time_ms() < repetir_em)
        return;
    if (nlote == 0)
        lote_juntar();
    if (nlote == 0)
        return;
    enviando = lote_enviar();
    if (!enviando)
        repetir_em = kore_time_ms() + REPETIR_MS;
}

bool
leituras_escritas(void)
{
    return ocupados == 0 && nlote == 0;
}

/* The subject's place, or the free one where it belongs. */
static Leitura *
lugar_de(const char *sid, const char *endereco, const Rota *rota)
{
    uint64_t h = lru_hash(sid, strlen(sid)) +
                 lru_hash(endereco, strlen(endereco)) +
                 (uint64_t)rotas_metrica(rota);

    for (;; h++)
    {
        Leitura *l = &tabela[h & (LUGARES - 1)];

        if (l->rota == NULL ||
            (l->rota == rota && strcmp(l->sid, sid) == 0 &&
             strcmp(l->endereco, endereco) == 0))
            return l;
    }
}

/* Moves from the table what fits one call; the rest follows at the next. */
static void
lote_juntar(void)
{
    static Leitura resto[LUGARES];
    int nresto = 0;

    if (ocupados == 0)
        return;
    requisicao_gerar_id(lote_id);
    repetida = false;
    nleituras = 0;
    for (int i = 0; i < LUGARES; i++)
    {
        if (tabela[i].rota == NULL)
            continue;
        if (nlote == LOTE_MAX)
        {
            resto[nresto++] = tabela[i];
            continue;
        }
        nleituras += tabela[i].n;
        lote[nlote++] = tabela[i];
    }
    /* Chains of the hash have no holes: what stays is put in anew. */
    memset(tabela, 0, sizeof tabela);
    ocupados = nresto;
    for (int i = 0; i < nresto; i++)
        *lugar_de(resto[i].sid, resto[i].endereco, resto[i].rota) = resto[i];
}

static bool
lote_enviar(void)
{
    const char *params[PG_PARAMETROS] = {"registrar_leituras"};
    json_t *lista = json_array();
    json_t *o;
    char *args;
    bool aceito;

    for (int i = 0; i < nlote; i++)
    {
        char rota[128];

        snprintf(rota, sizeof rota, "%s %s",
                 http_method_text(lote[i].rota->metodo),
                 lote[i].rota->caminho);
        json_array_append_new(
            lista, json_pack("{s:s, s:s, s:s, s:s, s:I}", "sessao",
                             lote[i].sid, "endereco", lote[i].endereco, "rota",
                             rota, "funcao", lote[i].rota->funcao, "vezes",
                             (json_int_t)lote[i].n));
    }
    o = json_pack("{s:s, s:b, s:I, s:o}", "lote", lote_id, "repetida", repetida,
                  "desde", ultima, "leituras", lista);
    args = json_dumps(o, JSON_COMPACT);
    json_decref(o);
    params[PG_ARGS] = args;
    aceito = pg_atender(PG_LEVE, params, lote_resposta, &enviando);
    free(args);
    return aceito;
}

/* {"ultima": id of the youngest row} */
static void
lote_resposta(void *arg, const PgResposta *r)
{
    json_t *o = NULL;

    enviando = false;
    if (r->ok && r->ncampos >= 2 && r->campos[0] != NULL &&
        r->campos[1] != NULL && strcmp(r->campos[0], "200") == 0)
        o = json_loadb(r->campos[1], (size_t)r->tamanhos[1], 0, NULL);
    if (o == NULL)
    {
        repetida = true;
        repetir_em = kore_time_ms() + REPETIR_MS;
        return;
    }
    ultima = json_integer_value(json_object_get(o, "ultima"));
    json_decref(o);
    metrica_somar(M_LEITURAS_REGISTRADAS, nleituras);
    nlote = 0;
}
