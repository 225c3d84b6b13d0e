/*
 * guarda.c: the framing guard between the socket and Kore's HTTP parser.
 *
 * Bytes go from the socket into the guard's own buffer. Kore gets exactly one
 * checked head, then exactly Content-Length bytes, then nothing until the
 * request was answered (guarda_liberar). A head that needs nothing of Kore goes to
 * pedido.c instead. So no byte of one request is ever read
 * as another, pipelined requests wait their turn, and a refused connection
 * answers once and closes.
 *
 * A body beyond corpo_max is an upload. Before its first byte is read, and
 * before 100-continue, the application says whether it may come; then Kore
 * writes it to a file, so that it costs no memory while it arrives.
 *
 * Kore takes a client that ends its side (EPOLLRDHUP) for a broken connection. Here
 * it is answered first, unless it waits for what is cancelled when nobody waits.
 *
 * Source: notes on Kore 4.1.0 in server/README.md; checklist I-11.
 */
#include "guarda.h"
#include "guarda_fonte.h"
#include "guarda_http.h"
#include "config.h"
#include "log.h"
#include "metricas.h"
#include "negociacao.h"
#include "pedido.h"
#include "requisicao.h"
#include "aplicacao.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <kore/kore.h>
#include <kore/http.h>

typedef enum Fase
{
    FASE_CABECA,      /* collecting a head */
    FASE_ENTREGA,     /* a checked head goes to Kore */
    FASE_CORPO,       /* the body passes, counted */
    FASE_RESPONDENDO, /* nothing passes until the answer */
    FASE_WEBSOCKET,   /* everything passes */
    FASE_RECUSADA     /* had its last bytes; input is thrown away until the close */
} Fase;

typedef struct Guarda
{
    Fase fase;
    char *buf; /* NULL when empty */
    size_t n;
    size_t entregar; /* FASE_ENTREGA: bytes of the head still to hand over */
    uint64_t corpo;  /* FASE_CORPO: bytes still to come */
    uint64_t corpo_todo; /* of the whole body */
    size_t turno;        /* bytes of the body since others had their turn */
    bool continuar;      /* 100-continue is awaited */
    bool julgada;        /* FASE_CORPO: this body may come */
    uint64_t desde;  /* ms; since when this head, body or refusal takes */
    uint64_t envio_desde; /* ms; since when the send queue is not empty */
    size_t descartado;
    bool fim_enviado;
    bool vazia;  /* the last read left nothing in the socket */
    bool meia;   /* the client sends nothing more, and may have gone */
    bool retida; /* not read because the client does not take its answers */
    void (*desligar)(struct connection *); /* Kore's own, for websockets */
    void *extra;
} Guarda;

enum
{
    BUFFER_BYTES = 8192,       /* as http_header_max in the Kore configuration */
    CABECA_MS = 10000,         /* a head must be complete after this */
    CORPO_MS = 30000,          /* a body too */
    CORPO_BYTES_POR_MS = 32,   /* plus what a slow line needs for it */
    APERTO_MS = 10000,         /* TLS handshake */
    RECUSADA_MS = 1000,        /* a refused client may read its answer this long */
    RECUSADA_BYTES = 1 << 20,  /* and send this much */
    ENVIO_MS = 120000,         /* an answer, or a part of it, must be taken after this */
    TURNO_BYTES = 128 * 1024, /* of one body, then others have their turn */
    FILA_ENVIO_MAX = 256 * 1024 /* bytes unsent that stop the next request */
};

static int envios; /* uploads under way in this worker */
static char *sobra; /* the buffer given back last, still in the processor's cache */

static void guarda_evento(void *arg, int erro);
static bool em_vao(struct connection *c, const Guarda *g);
static int guarda_ler(struct connection *c, size_t *n);
static int cabeca_ler(struct connection *c, Guarda *g, size_t *n);
static int pedido_entregar(struct connection *c, Guarda *g, size_t tamanho,
                           size_t *n);
static int cabeca_entregar(struct connection *c, Guarda *g, size_t *n);
static int corpo_ler(struct connection *c, Guarda *g, size_t *n);
static bool ceder(struct connection *c, Guarda *g);
static bool corpo_julgar(struct connection *c, Guarda *g, Recusa *recusa);
static int recusada_ler(struct connection *c, Guarda *g, size_t *n);
static int passagem_ler(struct connection *c, Guarda *g, size_t *n);
static int recusar(struct connection *c, Guarda *g, size_t *n, int status,
                   const char *codigo, const char *mensagem);
static void recusada_fechar(struct connection *c, Guarda *g);
static bool sni_confere(struct connection *c, const char *host, size_t n);
static size_t buffer_tirar(Guarda *g, void *para, size_t max);
static char *buffer_novo(void);
static void buffer_soltar(Guarda *g);
static size_t fila_envio(const struct connection *c);
static void parar(struct connection *c, size_t *n);
static int ultima_leitura(struct connection *c, size_t *n);
static void guarda_desligar(struct connection *c);
static void conexao_conferir(struct connection *c, uint64_t agora);

static Guarda *
guarda_de(struct connection *c)
{
    return c->hdlr_extra;
}

void
guarda_conexao(struct connection *c)
{
    Guarda *g = kore_calloc(1, sizeof(*g));

    g->desde = kore_time_ms();
    c->hdlr_extra = g; /* Kore frees it with the connection */
    c->evt.handle = guarda_evento;
    c->read = guarda_ler;
    c->disconnect = guarda_desligar;
    c->proto = CONN_PROTO_HTTP;
    c->state = CONN_STATE_ESTABLISHED;
    c->idle_timer.length = (uint64_t) http_keepalive_time * 1000;
    net_recv_queue(c, http_header_max, NETBUF_CALL_CB_ALWAYS, http_header_recv);
    /* With TLS the first bytes may have come with the handshake. */
    if (c->ssl != NULL && net_recv_flush(c) != KORE_RESULT_OK)
        kore_connection_disconnect(c);
}

void
guarda_liberar(struct connection *c)
{
    Guarda *g = guarda_de(c);

    if (g == NULL || g->fase == FASE_RECUSADA)
        return;
    g->fase = c->proto == CONN_PROTO_WEBSOCKET ? FASE_WEBSOCKET : FASE_CABECA;
    g->desde = kore_time_ms();
    if (g->fase == FASE_WEBSOCKET)
    {
        /* Kore has just put its own callback there; ours must run too. */
        g->desligar = c->disconnect;
        c->disconnect = guarda_desligar;
    }
    if (g->fase == FASE_WEBSOCKET || g->n > 0 || !g->vazia)
        c->evt.flags |= KORE_EVENT_READ;
}

void
guarda_seguir(struct connection *c)
{
    const Guarda *g = guarda_de(c);

    if (g->fase == FASE_CABECA && (g->n > 0 || !g->vazia))
        c->evt.flags |= KORE_EVENT_READ;
    if (net_recv_flush(c) != KORE_RESULT_OK)
        kore_connection_disconnect(c);
}

void
guarda_ocupar(struct connection *c)
{
    Guarda *g = guarda_de(c);

    if (g != NULL && g->fase == FASE_RESPONDENDO && g->vazia)
        c->evt.flags &= ~KORE_EVENT_READ;
}

void
guarda_progredir(struct connection *c)
{
    Guarda *g = guarda_de(c);

    if (g != NULL)
        g->envio_desde = 0;
}

void
guarda_definir_extra(struct connection *c, void *extra)
{
    guarda_de(c)->extra = extra;
}

void *
guarda_extra(struct connection *c)
{
    return guarda_de(c)->extra;
}

void
guarda_encerrar(struct connection *c)
{
    Guarda *g = guarda_de(c);

    buffer_soltar(g);
    g->fase = FASE_RECUSADA;
    g->desde = kore_time_ms();
    recusada_fechar(c, g);
}

void
guarda_tique(void)
{
    uint64_t agora = kore_time_ms();
    struct connection *c;
    struct connection *proxima;

    for (c = TAILQ_FIRST(&connections); c != NULL; c = proxima)
    {
        proxima = TAILQ_NEXT(c, list);
        conexao_conferir(c, agora);
    }
}

static void
conexao_conferir(struct connection *c, uint64_t agora)
{
    Guarda *g = guarda_de(c);
    size_t lidos;

    if (c->proto == CONN_PROTO_MSG || c->state == CONN_STATE_DISCONNECTING)
        return;
    if (g == NULL)
    {
        if (c->state == CONN_STATE_TLS_SHAKE &&
            agora - c->http_start > APERTO_MS)
        {
            metrica_somar(M_GUARDA_TEMPO, 1);
            kore_connection_disconnect(c);
        }
        return;
    }
    if (g->fase == FASE_WEBSOCKET)
        return;
    if (em_vao(c, g))
    {
        kore_connection_disconnect(c);
        return;
    }

    /* Kore's limit of silence is one between requests. */
    if (g->fase != FASE_CABECA || !TAILQ_EMPTY(&c->send_queue))
        kore_connection_start_idletimer(c);
    if (TAILQ_EMPTY(&c->send_queue))
        g->envio_desde = 0;
    else if (g->envio_desde == 0)
        g->envio_desde = agora;
    else if (agora - g->envio_desde > ENVIO_MS)
    {
        metrica_somar(M_GUARDA_TEMPO, 1);
        kore_connection_disconnect(c);
        return;
    }

    switch (g->fase)
    {
        case FASE_CABECA:
            if (g->retida && fila_envio(c) < FILA_ENVIO_MAX)
            {
                g->retida = false;
                g->desde = agora;
                c->evt.flags |= KORE_EVENT_READ;
                if (net_recv_flush(c) != KORE_RESULT_OK)
                    kore_connection_disconnect(c);
            }
            else if (g->n > 0 && !g->retida && agora - g->desde > CABECA_MS)
            {
                metrica_somar(M_GUARDA_TEMPO, 1);
                if (recusar(c, g, &lidos, 408, "tempo_esgotado",
                            "A requisição demorou demais para chegar.") !=
                    KORE_RESULT_OK)
                    kore_connection_disconnect(c);
            }
            break;
        case FASE_CORPO:
            if (agora - g->desde >
                CORPO_MS + g->corpo_todo / CORPO_BYTES_POR_MS)
            {
                metrica_somar(M_GUARDA_TEMPO, 1);
                kore_connection_disconnect(c);
            }
            break;
        case FASE_RECUSADA:
            /* Answers from before have their own time. */
            if (c->proto == CONN_PROTO_HTTP && !TAILQ_EMPTY(&c->send_queue))
                g->desde = agora;
            if (agora - g->desde > RECUSADA_MS)
                kore_connection_disconnect(c);
            break;
        case FASE_ENTREGA:
        case FASE_RESPONDENDO:
        case FASE_WEBSOCKET:
            break;
    }
}

/* Stands in for kore_connection_event(). */
static void
guarda_evento(void *arg, int erro)
{
    struct connection *c = arg;
    Guarda *g = guarda_de(c);

    if (erro && g->fase != FASE_WEBSOCKET && guarda_fonte_meia(c))
    {
        g->meia = true;
        erro = 0;
    }
    kore_connection_event(c, erro);
    if (c->state != CONN_STATE_DISCONNECTING && em_vao(c, g))
        kore_connection_disconnect(c);
}

/* Does it wait for what nobody may want any more? */
static bool
em_vao(struct connection *c, const Guarda *g)
{
    struct http_request *req = TAILQ_FIRST(&c->http_requests);

    return g->meia && req != NULL && aplicacao_cancelavel(req);
}

/* Stands in for net_read and net_read_tls. */
static int
guarda_ler(struct connection *c, size_t *n)
{
    Guarda *g = guarda_de(c);

    *n = 0;
    switch (g->fase)
    {
        case FASE_CABECA:
            return cabeca_ler(c, g, n);
        case FASE_ENTREGA:
            return cabeca_entregar(c, g, n);
        case FASE_CORPO:
            return corpo_ler(c, g, n);
        case FASE_RESPONDENDO:
            g->vazia = false;
            parar(c, n);
            return KORE_RESULT_OK;
        case FASE_WEBSOCKET:
            return passagem_ler(c, g, n);
        case FASE_RECUSADA:
            return recusada_ler(c, g, n);
    }
    return KORE_RESULT_ERROR;
}

/*
 * Fills the buffer until a head is complete. Returns with the READ flag off
 * when more has to come.
 */
static int
cabeca_ler(struct connection *c, Guarda *g, size_t *n)
{
    GuardaCabeca cabeca;
    bool primeira = g->n > 0; /* bytes left by the request before */

    if (fila_envio(c) >= FILA_ENVIO_MAX)
    {
        g->retida = true;
        parar(c, n);
        return KORE_RESULT_OK;
    }
    for (;;)
    {
        size_t lidos;

        if (!primeira)
        {
            if (g->buf == NULL)
                g->buf = buffer_novo();
            if (guarda_fonte_ler(c, g->buf + g->n, BUFFER_BYTES - g->n,
                                 &lidos) != KORE_RESULT_OK)
                return ultima_leitura(c, n);
            /* Its end, once told of, is told no more: it has to be read. */
            g->vazia = c->ssl == NULL && !g->meia &&
                       lidos < BUFFER_BYTES - g->n;
            if (lidos == 0)
            {
                if (g->n == 0)
                    buffer_soltar(g);
                return KORE_RESULT_OK;
            }
            if (g->n == 0)
                g->desde = kore_time_ms();
            g->n += lidos;
        }
        primeira = false;

        switch (guarda_http_analisar(g->buf, g->n, BUFFER_BYTES,
                                     APLICACAO_ENVIO_MAX, &cabeca))
        {
            case GUARDA_INCOMPLETA:
                continue;
            case GUARDA_RECUSADA:
                return recusar(c, g, n, cabeca.status, cabeca.codigo,
                               cabeca.mensagem);
            case GUARDA_COMPLETA:
                break;
        }
        if (!sni_confere(c, g->buf + cabeca.host, cabeca.host_n))
            return recusar(c, g, n, 421, "servidor_errado",
                           "Esta conexão não serve para este endereço.");
        if (http_request_count + 1 >= http_request_limit)
            return recusar(c, g, n, 503, "sobrecarga",
                           "O servidor está ocupado. Tente de novo em instantes.");
        if (cabeca.cabecalhos > GUARDA_CABECALHOS_MAX)
            g->n = guarda_http_reduzir(g->buf, g->n, &cabeca);
        if (pedido_serve(g->buf, &cabeca))
            return pedido_entregar(c, g, cabeca.tamanho, n);
        g->entregar = cabeca.tamanho;
        g->corpo = cabeca.corpo;
        g->corpo_todo = cabeca.corpo;
        g->continuar = cabeca.continuar;
        g->julgada = false;
        g->fase = FASE_ENTREGA;
        return cabeca_entregar(c, g, n);
    }
}

static int
pedido_entregar(struct connection *c, Guarda *g, size_t tamanho, size_t *n)
{
    struct Pedido *p = pedido_novo(tamanho);

    (void) buffer_tirar(g, pedido_texto(p), tamanho);
    g->fase = FASE_RESPONDENDO;
    g->desde = kore_time_ms();
    pedido_atender(p, c);
    parar(c, n);
    return KORE_RESULT_OK;
}

/* Kore's buffer is as large as ours, so this takes one step as a rule. */
static int
cabeca_entregar(struct connection *c, Guarda *g, size_t *n)
{
    size_t cabe = c->rnb->b_len - c->rnb->s_off;

    *n = buffer_tirar(g, c->rnb->buf + c->rnb->s_off,
                      g->entregar < cabe ? g->entregar : cabe);
    g->entregar -= *n;
    if (g->entregar == 0)
    {
        g->fase = g->corpo > 0 ? FASE_CORPO : FASE_RESPONDENDO;
        g->desde = kore_time_ms();
    }
    return KORE_RESULT_OK;
}

static int
corpo_ler(struct connection *c, Guarda *g, size_t *n)
{
    size_t max = c->rnb->b_len - c->rnb->s_off;

    g->vazia = false;
    if (!g->julgada)
    {
        static const char continuar[] = "HTTP/1.1 100 Continue\r\n\r\n";
        Recusa recusa = {0};

        g->julgada = true;
        g->turno = 0; /* what lies in the buffer is never given up for a turn */
        if (!corpo_julgar(c, g, &recusa))
            return recusar(c, g, n, recusa.status, recusa.codigo,
                           recusa.mensagem);
        if (g->continuar)
        {
            net_send_queue(c, continuar, sizeof(continuar) - 1);
            if (net_send_flush(c) != KORE_RESULT_OK)
                return KORE_RESULT_ERROR;
        }
    }
    if (g->turno >= TURNO_BYTES && ceder(c, g))
        return KORE_RESULT_OK;
    if (max > g->corpo)
        max = (size_t) g->corpo;
    *n = buffer_tirar(g, c->rnb->buf + c->rnb->s_off, max);
    if (*n == 0 && guarda_fonte_ler(c, c->rnb->buf + c->rnb->s_off, max,
                                    n) != KORE_RESULT_OK)
        return KORE_RESULT_ERROR;
    g->corpo -= *n;
    g->turno += *n;
    if (g->corpo == 0)
        g->fase = FASE_RESPONDENDO;
    return KORE_RESULT_OK;
}

/*
 * Reads on after the events of all others: the change of the registration makes
 * epoll tell again what is readable. Not while TLS holds bytes, of which epoll
 * knows nothing.
 */
static bool
ceder(struct connection *c, Guarda *g)
{
    if (c->ssl != NULL && SSL_pending(c->ssl) > 0)
        return false;
    g->turno = 0;
    c->evt.flags &= ~KORE_EVENT_READ;
    kore_platform_event_all(c->fd, c);
    return true;
}

/* May this body come? Kore knows the head by now, and waits for the body. */
static bool
corpo_julgar(struct connection *c, Guarda *g, Recusa *recusa)
{
    struct http_request *req = c->rnb->extra;
    Requisicao *r;

    if (req == NULL ||
        g->corpo_todo <= (uint64_t) configuracao()->corpo_max)
        return true;
    r = requisicao_de(req);
    /* The file loses its name at once: whatever happens, it ends with us. */
    if (req->http_body_path != NULL)
        (void) unlink(req->http_body_path);
    if (aplicacao_corpo(req, g->corpo_todo, recusa))
    {
        if (envios < configuracao()->envios_max)
        {
            envios++;
            r->envio = true;
            return true;
        }
        *recusa = (Recusa){503, "envios_demais",
                           "Há envios demais ao mesmo tempo. Tente de novo em "
                           "instantes.", NULL};
    }
    r->respondida = true;
    return false;
}

void
guarda_envio_fim(void)
{
    envios--;
}

static int
passagem_ler(struct connection *c, Guarda *g, size_t *n)
{
    size_t max = c->rnb->b_len - c->rnb->s_off;

    *n = buffer_tirar(g, c->rnb->buf + c->rnb->s_off, max);
    if (*n > 0)
        return KORE_RESULT_OK;
    return guarda_fonte_ler(c, c->rnb->buf + c->rnb->s_off, max, n);
}

/* Closing with unread input would reset the connection and lose our answer. */
static int
recusada_ler(struct connection *c, Guarda *g, size_t *n)
{
    char lixo[4096];
    size_t lidos;

    do
    {
        if (guarda_fonte_ler(c, lixo, sizeof(lixo), &lidos) != KORE_RESULT_OK)
            return ultima_leitura(c, n);
        g->descartado += lidos;
        if (g->descartado > RECUSADA_BYTES)
            return KORE_RESULT_ERROR;
    } while (lidos > 0);
    recusada_fechar(c, g);
    *n = 0;
    return KORE_RESULT_OK;
}

/* Answers outside of any request and lets nothing more in. */
static int
recusar(struct connection *c, Guarda *g, size_t *lidos, int status,
        const char *codigo, const char *mensagem)
{
    char id[REQUISICAO_ID_MAX];
    char endereco[46];
    char corpo[1024];
    char resposta[2048];
    size_t corpo_n;
    LogLinha l;
    int n;

    metrica_somar(M_GUARDA_RECUSADAS, 1);
    metrica_http(0, status, 0);
    buffer_soltar(g);
    g->fase = FASE_RECUSADA;
    g->desde = kore_time_ms();

    requisicao_gerar_id(id);
    requisicao_endereco(c, endereco, sizeof(endereco));
    log_iniciar(&l, "info", "recusada");
    log_inteiro(&l, "status", status);
    log_texto(&l, "codigo", codigo);
    log_texto(&l, "requisicao", id);
    log_texto(&l, "endereco", endereco);
    log_enviar(&l);

    corpo_n = problema_texto(corpo, sizeof(corpo), status, codigo, mensagem, id);
    n = snprintf(resposta, sizeof(resposta),
                 "HTTP/1.1 %d %s\r\n"
                 "content-type: application/problem+json; charset=utf-8\r\n"
                 "content-length: %zu\r\n"
                 "cache-control: no-store\r\n"
                 "x-request-id: %s\r\n"
                 "x-content-type-options: nosniff\r\n"
                 "content-security-policy: default-src 'none'; "
                 "frame-ancestors 'none'\r\n"
                 "referrer-policy: no-referrer\r\n"
                 "%s%s"
                 "connection: close\r\n\r\n%s",
                 status, http_texto(status), corpo_n, id,
                 status == 503   ? "retry-after: 1\r\n"
                 : status == 401 ? "www-authenticate: Bearer\r\n"
                 : status == 405 ? "allow: GET, HEAD, OPTIONS, POST, PUT, "
                                   "PATCH, DELETE\r\n"
                                 : "",
                 c->ssl != NULL ? "strict-transport-security: "
                                  "max-age=31536000; includeSubDomains\r\n"
                                : "",
                 corpo);
    net_send_queue(c, resposta, (size_t) n);
    if (net_send_flush(c) != KORE_RESULT_OK)
        return KORE_RESULT_ERROR;
    recusada_fechar(c, g);
    c->evt.flags |= KORE_EVENT_READ;
    return recusada_ler(c, g, lidos);
}

/* Tells the client that this was all, once the answer has left. */
static void
recusada_fechar(struct connection *c, Guarda *g)
{
    if (g->fim_enviado || !TAILQ_EMPTY(&c->send_queue))
        return;
    g->fim_enviado = true;
    if (c->ssl != NULL)
        (void) SSL_shutdown(c->ssl);
    (void) shutdown(c->fd, SHUT_WR);
}

/* Kore would refuse it too, but without a body. */
static bool
sni_confere(struct connection *c, const char *host, size_t n)
{
    const char *porta;

    if (c->ssl == NULL || c->tls_sni == NULL)
        return true;
    porta = memrchr(host, ':', n);
    if (porta != NULL)
        n = (size_t) (porta - host);
    return strlen(c->tls_sni) == n && strncasecmp(c->tls_sni, host, n) == 0;
}

static size_t
buffer_tirar(Guarda *g, void *para, size_t max)
{
    size_t n = g->n < max ? g->n : max;

    if (n == 0)
        return 0;
    memcpy(para, g->buf, n);
    g->n -= n;
    if (g->n > 0)
        memmove(g->buf, g->buf + n, g->n);
    else
        buffer_soltar(g);
    return n;
}

static char *
buffer_novo(void)
{
    char *b = sobra;

    sobra = NULL;
    return b != NULL ? b : kore_malloc(BUFFER_BYTES);
}

static void
buffer_soltar(Guarda *g)
{
    if (sobra == NULL)
        sobra = g->buf;
    else
        kore_free(g->buf);
    g->buf = NULL;
    g->n = 0;
}

static size_t
fila_envio(const struct connection *c)
{
    const struct netbuf *nb;
    size_t n = 0;

    TAILQ_FOREACH(nb, &c->send_queue, list)
        n += nb->b_len - nb->s_off;
    return n;
}

static void
parar(struct connection *c, size_t *n)
{
    c->evt.flags &= ~KORE_EVENT_READ;
    *n = 0;
}

/* Nothing more comes: what is queued leaves first. */
static int
ultima_leitura(struct connection *c, size_t *n)
{
    c->flags |= CONN_CLOSE_EMPTY;
    if (TAILQ_EMPTY(&c->send_queue))
        return KORE_RESULT_ERROR;
    parar(c, n);
    return KORE_RESULT_OK;
}

static void
guarda_desligar(struct connection *c)
{
    Guarda *g = guarda_de(c);

    pedido_abandonar(c);

    buffer_soltar(g);
    if (g->desligar != NULL)
        g->desligar(c);
}
