/*
 * pedido.c: requests without Kore's parser, list and pool (see pedido.h).
 *
 * They stand in the connection's list of requests, so that Kore takes it for
 * busy and takes them off it when it goes; in no other list of Kore's.
 */
#include "pedido.h"
#include "pedido_http.h"

#include "guarda.h"
#include "principal.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <kore/kore.h>
#include <kore/http.h>

typedef struct Pedido
{
    struct http_request req; /* first */
    TAILQ_ENTRY(Pedido) fila;
    bool na_fila;
    bool dorme;
    bool feito;  /* answered */
    bool falhou; /* the connection ends */
    struct http_header campos[GUARDA_CABECALHOS_MAX];
    size_t nomes_n[GUARDA_CABECALHOS_MAX]; /* bytes of their names */
    int ncampos;
    size_t n;
    char texto[];
} Pedido;

TAILQ_HEAD(FilaPedidos, Pedido);

enum
{
    TEXTO_MIN = 1024, /* most heads fit; of these some are kept for the next */
#ifdef CRM_ASAN
    SOBRAS_MAX = 0 /* what is kept, sanitizers take for used */
#else
    SOBRAS_MAX = 64
#endif
};

/* A flag that Kore does not use: the request is ours. */
static const uint16_t marca = 0x0400;

/* To be run, concluded or freed in this turn of the loop. */
static struct FilaPedidos prontos = TAILQ_HEAD_INITIALIZER(prontos);
static struct FilaPedidos sobras = TAILQ_HEAD_INITIALIZER(sobras);
static int nsobras;

static bool preencher(Pedido *p, struct connection *c);
static bool tratar(Pedido *p);
static void enfileirar(Pedido *p);
static void vez(void *arg, uint64_t agora);
static void concluir(Pedido *p);
static void livrar(Pedido *p);
static bool nosso(const struct http_request *req);

bool
pedido_serve(const char *cabeca, const GuardaCabeca *c)
{
    static const char get[] = "GET /api/";
    static const char head[] = "HEAD /api/";

    return c->tamanho > sizeof(head) &&
           (memcmp(cabeca, get, sizeof(get) - 1) == 0 ||
            memcmp(cabeca, head, sizeof(head) - 1) == 0);
}

Pedido *
pedido_novo(size_t n)
{
    Pedido *p = n <= TEXTO_MIN ? TAILQ_FIRST(&sobras) : NULL;

    if (p != NULL)
    {
        TAILQ_REMOVE(&sobras, p, fila);
        nsobras--;
    }
    else
        p = kore_malloc(sizeof(*p) + (n > TEXTO_MIN ? n : TEXTO_MIN));
    memset(p, 0, offsetof(Pedido, campos));
    p->n = n;
    return p;
}

char *
pedido_texto(Pedido *p)
{
    return p->texto;
}

void
pedido_atender(Pedido *p, struct connection *c)
{
    http_request_count++;
    TAILQ_INSERT_TAIL(&c->http_requests, &p->req, olist);
    if (!preencher(p, c))
        p->falhou = p->feito = true;
    if (p->feito || tratar(p))
        enfileirar(p);
}

void
pedido_abandonar(struct connection *c)
{
    struct http_request *req;

    TAILQ_FOREACH(req, &c->http_requests, olist)
        if (nosso(req))
            enfileirar((Pedido *) req);
}

void
pedido_dormir(struct http_request *req)
{
    if (nosso(req))
        ((Pedido *) req)->dorme = true;
    else
        http_request_sleep(req);
}

void
pedido_acordar(struct http_request *req)
{
    Pedido *p = (Pedido *) req;

    if (!nosso(req))
        http_request_wakeup(req);
    else if (p->dorme)
    {
        p->dorme = false;
        enfileirar(p);
    }
}

const char *
pedido_cabecalho(struct http_request *req, const char *nome)
{
    const Pedido *p = (const Pedido *) req;
    size_t n = strlen(nome);
    const char *valor;

    if (!nosso(req))
        return http_request_header(req, nome, &valor) == KORE_RESULT_OK ? valor
                                                                        : NULL;
    for (int i = 0; i < p->ncampos; i++)
        if (p->nomes_n[i] == n && strcasecmp(p->campos[i].header, nome) == 0)
            return p->campos[i].value;
    return strcasecmp(nome, "host") == 0 ? req->host : NULL;
}

void
pedido_respondido(struct http_request *req)
{
    struct connection *c = req->owner;

    if (!nosso(req))
    {
        http_start_recv(c);
        return;
    }
    c->http_start = kore_time_ms();
    c->http_timeout = (uint64_t) http_header_timeout * 1000;
}

/* As http_request_new() and http_header_recv() of Kore 4.1.0 do. */
static bool
preencher(Pedido *p, struct connection *c)
{
    struct http_request *req = &p->req;
    PedidoHttp partes;

    req->owner = c;
    req->http_body_fd = -1;
    TAILQ_INIT(&req->resp_headers);
    TAILQ_INIT(&req->req_headers);
    TAILQ_INIT(&req->resp_cookies);
    TAILQ_INIT(&req->req_cookies);
    TAILQ_INIT(&req->arguments);
    TAILQ_INIT(&req->files);
    LIST_INIT(&req->tasks);
    LIST_INIT(&req->pgsqls);
    req->flags = marca | HTTP_REQUEST_COMPLETE;
    if (!pedido_http_ler(p->texto, p->n, &partes))
        return false;
    req->flags |= strcmp(partes.versao, "HTTP/1.0") == 0 ? HTTP_VERSION_1_0
                                                         : HTTP_VERSION_1_1;
    req->method = partes.metodo[0] == 'H' ? HTTP_METHOD_HEAD : HTTP_METHOD_GET;
    req->path = partes.caminho;
    req->query_string = partes.consulta;
    req->host = partes.host;
    for (int i = 0; i < partes.n; i++)
    {
        struct http_header *h = &p->campos[i];

        p->nomes_n[i] = strlen(partes.campos[i].nome);
        h->header = partes.campos[i].nome;
        h->value = partes.campos[i].valor;
        TAILQ_INSERT_TAIL(&req->req_headers, h, list);
    }
    p->ncampos = partes.n;
    return true;
}

/* True: it needs nothing more but to be concluded. */
static bool
tratar(Pedido *p)
{
    int r = http_entrada(&p->req);

    if (r == KORE_RESULT_RETRY)
    {
        if (!p->dorme)
            enfileirar(p);
        return false;
    }
    p->feito = true;
    p->falhou = r != KORE_RESULT_OK;
    return true;
}

static void
enfileirar(Pedido *p)
{
    if (p->na_fila)
        return;
    if (TAILQ_EMPTY(&prontos))
        kore_timer_add(vez, 0, NULL, KORE_TIMER_ONESHOT);
    p->na_fila = true;
    TAILQ_INSERT_TAIL(&prontos, p, fila);
}

static void
vez(void *arg, uint64_t agora)
{
    struct FilaPedidos destes = TAILQ_HEAD_INITIALIZER(destes);
    Pedido *p;

    TAILQ_CONCAT(&destes, &prontos, fila);
    while ((p = TAILQ_FIRST(&destes)) != NULL)
    {
        const struct connection *c = p->req.owner;

        TAILQ_REMOVE(&destes, p, fila);
        p->na_fila = false;
        if (c == NULL || c->state == CONN_STATE_DISCONNECTING)
            livrar(p);
        else if (p->feito || tratar(p))
            concluir(p);
    }
}

static void
concluir(Pedido *p)
{
    struct connection *c = p->req.owner;
    bool falhou = p->falhou;

    livrar(p);
    if (falhou || net_send_flush(c) != KORE_RESULT_OK)
        kore_connection_disconnect(c);
    else if (c->state != CONN_STATE_DISCONNECTING)
        guarda_seguir(c);
}

/* As http_request_free() of Kore. */
static void
livrar(Pedido *p)
{
    struct http_request *req = &p->req;
    struct http_header *h;

    p->dorme = false; /* nobody puts it into the queue any more */
    if (req->onfree != NULL)
        req->onfree(req);
    if (req->owner != NULL)
        TAILQ_REMOVE(&req->owner->http_requests, req, olist);
    while ((h = TAILQ_FIRST(&req->resp_headers)) != NULL)
    {
        TAILQ_REMOVE(&req->resp_headers, h, list);
        kore_free(h->header);
        kore_free(h->value);
        kore_pool_put(&http_header_pool, h);
    }
    kore_free(req->hdlr_extra);
    http_request_count--;
    if (p->n <= TEXTO_MIN && nsobras < SOBRAS_MAX)
    {
        TAILQ_INSERT_HEAD(&sobras, p, fila);
        nsobras++;
    }
    else
        kore_free(p);
}

static bool
nosso(const struct http_request *req)
{
    return (req->flags & marca) != 0;
}
