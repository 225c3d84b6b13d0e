/*
 * entrega.c: a file of the database, in parts, to a client at its own pace.
 *
 * Of each file at most two parts are in memory: one in the socket's queue and the
 * next one, fetched meanwhile. The socket's own buffer is kept small too, so that
 * a client that reads slowly costs no more than that, and is ended by the guard
 * when one part takes too long.
 *
 * A part is a call of crm.api_exportacao_parte(), which judges session and owner
 * each time. It changes nothing, so it is repeated when the database went away;
 * the client notices a pause. Only when that lasts too long, or the database
 * refuses, the connection is closed in the middle of the file, which the client
 * sees by Content-Length; before the head has left it is an answer like any other.
 */
#include "entrega.h"

#include "api.h"
#include "config.h"
#include "guarda.h"
#include "log.h"
#include "metricas.h"
#include "negociacao.h"
#include "pg.h"
#include "pedido.h"
#include "resposta.h"

#include <kore/kore.h>
#include <kore/http.h>

#include <inttypes.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum
{
    PARTE_MAX = 256 * 1024,   /* bytes */
    SOQUETE_MAX = 256 * 1024, /* bytes of the socket that are not sent yet */
    POR_USUARIO = 4,          /* files at a time, in one worker */
    REPETIR_MS = 500,
    DESISTIR_MS = 60000 /* a part that did not come for so long never will */
};

/* Bytes on their way into the socket. */
typedef struct Parte
{
    Entrega *entrega; /* NULL when it is gone */
    unsigned char dados[];
} Parte;

struct Entrega
{
    TAILQ_ENTRY(Entrega) lista;
    struct http_request *req;
    char sid[37];
    int64_t usuario_id;
    int64_t id;
    uint64_t bytes;
    int64_t partes;
    char *tipo;
    char *nome;

    bool aberta;         /* the head has left */
    bool buscando;       /* a part is asked for */
    int64_t recebidas;   /* parts */
    uint64_t recebidos;  /* bytes of them */
    Parte *chegada;      /* fetched, not yet in the queue; NULL: none */
    size_t chegada_n;
    struct netbuf *fila; /* in the queue; NULL: none */
    uint64_t enviados;   /* bytes that left */
    uint64_t desde;      /* ms; since when the next part is wanted */
    uint64_t repetir_em; /* ms; 0: it can be asked for at once */
    bool falhou;
    int status;          /* what the database said then, 0 = nothing */
    char sqlstate[6];    /* or did not say */
    char *problema;
};

static TAILQ_HEAD(, Entrega) entregas = TAILQ_HEAD_INITIALIZER(entregas);

static void pedir(Entrega *e);
static void adiar(Entrega *e, const char *sqlstate);
static void ao_chegar(void *arg, const PgResposta *r);
static bool passa(const char *sqlstate);
static bool receber(Entrega *e, const char *texto, size_t n);
static void enfileirar(Entrega *e);
static int ao_enviar(struct netbuf *nb);
static int desistir(Entrega *e);

EntregaLugar
entrega_lugar(int64_t usuario_id)
{
    const Entrega *e;
    int todas = 0;
    int dele = 0;

    TAILQ_FOREACH(e, &entregas, lista)
    {
        todas++;
        dele += e->usuario_id == usuario_id;
    }
    return todas >= configuracao()->downloads_max ? ENTREGA_CHEIA
           : dele >= POR_USUARIO                  ? ENTREGA_USUARIO_CHEIO
                                                  : ENTREGA_CABE;
}

Entrega *
entrega_comecar(struct http_request *req, const char *sid, int64_t usuario_id,
                const EntregaArquivo *a)
{
    const int lote = SOQUETE_MAX;
    Entrega *e;

    if (a->id < 1 || a->bytes < 0 || a->partes < 0 ||
        (a->bytes == 0) != (a->partes == 0))
        return NULL;
    e = kore_calloc(1, sizeof *e);
    e->req = req;
    kore_strlcpy(e->sid, sid, sizeof e->sid);
    e->usuario_id = usuario_id;
    e->id = a->id;
    e->bytes = (uint64_t)a->bytes;
    e->partes = a->partes;
    e->tipo = kore_strdup(a->tipo);
    e->nome = kore_strdup(a->nome);
    TAILQ_INSERT_TAIL(&entregas, e, lista);
    if (req->owner != NULL)
        (void)setsockopt(req->owner->fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &lote,
                         sizeof lote);
    return e;
}

int
entrega_seguir(Entrega *e)
{
    struct http_request *req = e->req;

    /* Nothing of the file is sent for a HEAD; a first part may still fail. */
    if (!e->aberta && (e->chegada != NULL || e->bytes == 0 ||
                       req->method == HTTP_METHOD_HEAD))
    {
        e->aberta = true;
        if (resposta_arquivo_abrir(req, e->tipo, e->nome, e->bytes))
            return KORE_RESULT_OK;
    }
    for (;;)
    {
        if (e->falhou)
            return desistir(e);
        if (e->chegada != NULL && e->fila == NULL)
            enfileirar(e);
        pedir(e);
        /* May end in ao_enviar(): then there is room for the next part. */
        if (net_send_flush(req->owner) != KORE_RESULT_OK)
            return KORE_RESULT_ERROR;
        if (e->enviados == e->bytes)
        {
            metrica_somar(M_DOWNLOADS, 1);
            resposta_arquivo_fechar(req);
            return KORE_RESULT_OK;
        }
        if (!e->falhou && (e->chegada == NULL || e->fila != NULL))
            break;
    }
    pedido_dormir(req);
    return KORE_RESULT_RETRY;
}

void
entrega_livre(Entrega *e)
{
    pg_abandonar(e);
    if (e->aberta && e->enviados < e->bytes &&
        e->req->method != HTTP_METHOD_HEAD)
        metrica_somar(M_DOWNLOADS_CORTADOS, 1);
    if (e->fila != NULL)
        ((Parte *)e->fila->extra)->entrega = NULL;
    TAILQ_REMOVE(&entregas, e, lista);
    free(e->chegada);
    kore_free(e->tipo);
    kore_free(e->nome);
    kore_free(e->problema);
    kore_free(e);
}

void
entrega_tique(void)
{
    uint64_t agora = kore_time_ms();
    Entrega *e;
    int n = 0;
    size_t memoria = 0;

    TAILQ_FOREACH(e, &entregas, lista)
    {
        n++;
        memoria += e->chegada_n + (e->fila != NULL ? e->fila->b_len : 0);
        if (e->repetir_em != 0 && agora >= e->repetir_em)
            pedido_acordar(e->req);
    }
    metrica_medir(G_DOWNLOADS, n);
    metrica_medir(G_DOWNLOADS_BYTES, (int64_t)memoria);
}

/* ---- from the database ---- */

/* The next part, unless one is here or on its way. */
static void
pedir(Entrega *e)
{
    const Requisicao *r = requisicao_de(e->req);
    uint64_t agora = kore_time_ms();
    char args[64];
    const char *const params[PG_PARAMETROS] = {
        "exportacao_parte", e->sid, api_endereco(r), r->id, NULL, NULL, args};

    if (e->buscando || e->chegada != NULL || e->recebidas == e->partes ||
        agora < e->repetir_em)
        return;
    if (e->desde == 0)
        e->desde = agora;
    else if (e->repetir_em != 0)
        metrica_somar(M_DOWNLOADS_REPETIDOS, 1);
    snprintf(args, sizeof args, "{\"id\":%" PRId64 ",\"n\":%" PRId64 "}", e->id,
             e->recebidas + 1);
    e->repetir_em = 0;
    e->buscando = pg_atender(PG_DOWNLOAD, params, ao_chegar, e);
    if (!e->buscando)
        adiar(e, "08001");
}

/* Asked for again, if there is hope. */
static void
adiar(Entrega *e, const char *sqlstate)
{
    uint64_t agora = kore_time_ms();

    e->repetir_em = agora + REPETIR_MS;
    memcpy(e->sqlstate, sqlstate, sizeof e->sqlstate);
    e->falhou = !passa(sqlstate) || agora - e->desde > DESISTIR_MS;
}

static void
ao_chegar(void *arg, const PgResposta *r)
{
    Entrega *e = arg;

    e->buscando = false;
    pedido_acordar(e->req);
    if (!r->ok)
    {
        adiar(e, r->sqlstate);
        return;
    }
    e->desde = 0;
    memcpy(e->sqlstate, "XX000", sizeof e->sqlstate);
    if (r->nlinhas != 1 || r->ncampos < 2 || r->campos[0] == NULL ||
        r->campos[1] == NULL)
        e->falhou = true;
    else if (strcmp(r->campos[0], "200") == 0)
        e->falhou = !receber(e, r->campos[1], (size_t)r->tamanhos[1]);
    else
    {
        e->falhou = true;
        e->status = atoi(r->campos[0]);
        e->problema = kore_strdup(r->campos[1]);
    }
}

/* The connection, the server or its load; not the call. */
static bool
passa(const char *sqlstate)
{
    static const char *const prefixos[] = {"08", "57", "40", "53", "55P03"};

    for (size_t i = 0; i < sizeof prefixos / sizeof *prefixos; i++)
        if (strncmp(sqlstate, prefixos[i], strlen(prefixos[i])) == 0)
            return true;
    return false;
}

/* A JSON string of hexadecimal digits. */
static bool
receber(Entrega *e, const char *texto, size_t n)
{
    Parte *p;

    if (n < 4 || n > 2 * PARTE_MAX + 2 || texto[0] != '"' ||
        texto[n - 1] != '"')
        return false;
    n = (n - 2) / 2;
    if (e->recebidos + n > e->bytes ||
        (e->recebidas + 1 == e->partes) != (e->recebidos + n == e->bytes))
        return false;
    p = malloc(sizeof *p + n);
    if (p == NULL)
        return false;
    p->entrega = e;
    if (!hexadecimal_ler(p->dados, texto + 1, n))
    {
        free(p);
        return false;
    }
    e->chegada = p;
    e->chegada_n = n;
    e->recebidas++;
    e->recebidos += n;
    return true;
}

/* ---- to the client ---- */

static void
enfileirar(Entrega *e)
{
    net_send_stream(e->req->owner, e->chegada->dados, e->chegada_n, ao_enviar,
                    &e->fila);
    e->fila->extra = e->chegada;
    e->chegada = NULL;
    e->chegada_n = 0;
}

/* The part has left, or its connection has ended. */
static int
ao_enviar(struct netbuf *nb)
{
    struct connection *c = nb->owner;
    Parte *p = nb->extra;
    Entrega *e = p->entrega;

    if (e != NULL)
    {
        e->fila = NULL;
        if (nb->s_off == nb->b_len)
        {
            e->enviados += nb->b_len;
            requisicao_de(e->req)->entregues += nb->b_len;
            metrica_somar(M_DOWNLOADS_BYTES, nb->b_len);
            guarda_progredir(c);
            pedido_acordar(e->req);
        }
    }
    free(p);
    return KORE_RESULT_OK;
}

/* No part will come any more. */
static int
desistir(Entrega *e)
{
    LogLinha l;

    log_iniciar(&l, "erro", "entrega_cortada");
    log_inteiro(&l, "exportacao", e->id);
    log_inteiro(&l, "parte", e->recebidas + 1);
    log_inteiro(&l, "status", e->status);
    log_texto(&l, "sqlstate", e->sqlstate);
    log_texto(&l, "requisicao", requisicao_id(e->req));
    log_enviar(&l);
    if (e->aberta)
        return KORE_RESULT_ERROR;
    if (e->problema != NULL && e->status >= 400 && e->status <= 599)
        resposta_json(e->req, e->status, e->problema, strlen(e->problema));
    else
        api_falha_banco(e->req, e->sqlstate, false);
    return KORE_RESULT_OK;
}
