/*
 * eventos.c: notifications of channel crm_eventos.
 *
 * Payload: 32 hexadecimal digits of HMAC-SHA256(secret, json), a space, json =
 * {"tipo", "para": [user ids] | "*", "continua": true, "dados": {ids and counts}}.
 * continua marks the further notifications of one event with many users. Anybody
 * who may connect to the database can NOTIFY; only the extension can sign.
 */
#include "eventos.h"

#include "assinatura.h"
#include "batimento.h"
#include "limite.h"
#include "metricas.h"
#include "pg_escuta.h"
#include "ws.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum
{
    DESTINOS_MAX = 2048 /* a payload of 8000 bytes holds no more */
};

static void evento_aplicar(const json_t *e);
static bool tipo_valido(const char *tipo);

void
eventos_receber(const char *payload, bool perdeu)
{
    const unsigned char *segredo;
    const char *texto;
    size_t n = 0;
    json_t *e;

    if (perdeu)
    {
        /* Whatever happened meanwhile is unknown: sessions may have ended,
         * limits may have changed, boards certainly have. */
        ws_entregar("recarregar", "{}", WS_TODOS, NULL, 0);
        batimento_agora();
        limite_atualizar();
        return;
    }
    segredo = escuta_segredo(&n);
    texto = segredo != NULL ? assinatura_conferir(payload, segredo, n) : NULL;
    e = texto != NULL ? json_loads(texto, JSON_REJECT_DUPLICATES, NULL) : NULL;
    if (e == NULL)
    {
        metrica_somar(M_ESCUTA_INVALIDOS, 1);
        return;
    }
    evento_aplicar(e);
    json_decref(e);
}

static void
evento_aplicar(const json_t *e)
{
    const char *tipo = json_string_value(json_object_get(e, "tipo"));
    const json_t *dados = json_object_get(e, "dados");
    const json_t *para = json_object_get(e, "para");
    int64_t destinos[DESTINOS_MAX];
    WsAlcance alcance = WS_PARA;
    size_t n = 0, i;
    const json_t *id;
    char *texto;

    if (tipo == NULL || !tipo_valido(tipo))
        return;
    if (strcmp(tipo, "sessao_encerrada") == 0)
    {
        /* The sid is nobody's business: only its own sockets are told. */
        const char *sid = json_string_value(json_object_get(dados, "sid"));

        if (sid != NULL)
            ws_encerrar_sessao(sid);
        return;
    }
    if (strcmp(tipo, "configuracao_alterada") == 0)
        limite_atualizar();

    json_array_foreach(para, i, id)
        if (json_is_integer(id) && n < DESTINOS_MAX)
            destinos[n++] = json_integer_value(id);
    texto = json_is_object(dados) ? json_dumps(dados, JSON_COMPACT) : NULL;
    if (json_is_string(para) && strcmp(json_string_value(para), "*") == 0)
        alcance = WS_TODOS;
    else if (strcmp(tipo, "exportacao") == 0)
        alcance = WS_SO_PARA; /* whose file it is */
    else if (json_is_true(json_object_get(e, "continua")))
        alcance = WS_CONTINUA;
    ws_entregar(tipo, texto != NULL ? texto : "{}", alcance, destinos, n);
    free(texto);
}

/* Lower-case letters and underscores; it is written into messages as it is. */
static bool
tipo_valido(const char *tipo)
{
    size_t n = strspn(tipo, "abcdefghijklmnopqrstuvwxyz_");

    return n > 0 && n <= 40 && tipo[n] == '\0';
}
