/*
 * resposta_envio.c: how an answer leaves.
 *
 * Writes the head itself instead of http_response(): Kore would add its banner
 * and has no text for 422 and 429. What comes after the head is what
 * http_response_normal() of Kore 4.1.0 does.
 */
#include "resposta_envio.h"
#include "compressao.h"
#include "guarda.h"
#include "log.h"
#include "negociacao.h"
#include "pedido.h"
#include "principal.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <time.h>

#include <kore/kore.h>
#include <kore/http.h>

enum
{
    COPIAR_MAX = 6144 /* bytes; copied behind the head: one write less */
};

static const char csp_api[] = "default-src 'none'; frame-ancestors 'none'";

/* What every answer has; csp comes before it. */
static const char cabecalhos_fixos[] =
    "\r\nx-content-type-options: nosniff\r\n"
    "referrer-policy: no-referrer\r\n"
    "permissions-policy: camera=(), geolocation=(), microphone=(), "
    "payment=(), usb=()\r\n"
    "cross-origin-opener-policy: same-origin\r\n"
    "cross-origin-resource-policy: same-origin\r\n";

static bool enviar_ja(struct connection *c, const char *cabeca, size_t n,
                      const void *corpo, size_t corpo_n);
static void enfileirar(struct connection *c, const char *cabeca, size_t n,
                       const RespostaCorpo *corpo);
static void enviar_corpo(struct connection *c, const RespostaCorpo *corpo);
static int corpo_enviado(struct netbuf *nb);
static int bloco_enviado(struct netbuf *nb);
static void comprimir(struct http_request *req, RespostaCorpo *corpo);
static size_t juntar(char *out, size_t n, ...);
static const char *data_agora(void);

void
resposta_enviar(struct http_request *req, int status, RespostaCorpo *corpo)
{
    Requisicao *r = requisicao_de(req);
    struct connection *c = req->owner;
    bool enviar = req->method != HTTP_METHOD_HEAD && corpo->n > 0 &&
                  status != 204 && status != 304;
    char cabeca[RESPOSTA_CABECA_MAX];
    bool fechar;
    size_t n;

    if (r->respondida)
        return;
    r->respondida = true;
    if (c == NULL || c->state == CONN_STATE_DISCONNECTING)
    {
        requisicao_registrar(req, STATUS_CLIENTE_FOI, 0);
        return;
    }

    if (status != 304 && corpo->dono == DONO_COPIA)
        comprimir(req, corpo);
    fechar = resposta_fecha(req);
    n = resposta_cabeca(req, status, corpo, fechar, cabeca);
    req->status = (uint16_t) status;
    req->content_length = corpo->n;
    if (!enviar || corpo->dono == DONO_MALLOC ||
        !enviar_ja(c, cabeca, n, corpo->dados, corpo->n))
        enfileirar(c, cabeca, n, enviar ? corpo : NULL);
    if (!enviar && corpo->dono == DONO_MALLOC)
        free((void *) (uintptr_t) corpo->dados);

    requisicao_registrar(req, status, enviar ? corpo->n : 0);
    if (fechar)
        c->flags |= CONN_CLOSE_EMPTY;
    else
    {
        guarda_liberar(c);
        pedido_respondido(req);
    }
}

const char *
resposta_codificacao(struct http_request *req, size_t n)
{
    const char *aceita;

    if (n < COMPRIMIR_MIN)
        return NULL;
    aceita = pedido_cabecalho(req, "accept-encoding");
    return aceita_codificacao(aceita, "br")     ? "br"
           : aceita_codificacao(aceita, "gzip") ? "gzip"
                                                : NULL;
}

size_t
resposta_cabeca(struct http_request *req, int status, const RespostaCorpo *corpo,
                bool fechar, char *out)
{
    const Requisicao *r = requisicao_de(req);
    const struct http_header *h;
    char numero[24];
    size_t n;

    numero[0] = (char) ('0' + status / 100 % 10);
    numero[1] = (char) ('0' + status / 10 % 10);
    numero[2] = (char) ('0' + status % 10);
    strcpy(numero + 3, " ");
    n = juntar(out, 0, "HTTP/1.1 ", numero, http_texto(status), "\r\ndate: ",
               data_agora(), "\r\n", NULL);
    if (corpo->tipo != NULL && status != 304)
        n = juntar(out, n, "content-type: ", corpo->tipo, "\r\n", NULL);
    if (status != 204 && status != 304)
    {
        (void) numero_escrever(numero, (int64_t) corpo->n);
        n = juntar(out, n, "content-length: ", numero, "\r\n", NULL);
    }
    if (corpo->codificacao != NULL)
        n = juntar(out, n, "content-encoding: ", corpo->codificacao, "\r\n",
                   NULL);
    if (corpo->etag != NULL)
        n = juntar(out, n, "etag: ", corpo->etag, "\r\n", NULL);
    if (corpo->dono != DONO_FIXO)
        n = juntar(out, n, "vary: accept-encoding\r\n", NULL);
    n = juntar(out, n, "cache-control: ", corpo->cache, "\r\nx-request-id: ",
               r->id, "\r\ncontent-security-policy: ",
               corpo->csp != NULL ? corpo->csp : csp_api, cabecalhos_fixos,
               NULL);
    if (r->tls)
        n = juntar(out, n,
                   "strict-transport-security: max-age=31536000; "
                   "includeSubDomains\r\n",
                   NULL);
    if (n + r->cabecalhos_n + 64 <= RESPOSTA_CABECA_MAX)
    {
        memcpy(out + n, r->cabecalhos, r->cabecalhos_n);
        n += r->cabecalhos_n;
    }
    TAILQ_FOREACH(h, &req->resp_headers, list)
    {
        if (n + strlen(h->header) + strlen(h->value) + 64 > RESPOSTA_CABECA_MAX)
        {
            log_evento("erro", "cabecalho_grande", h->header);
            continue;
        }
        n = juntar(out, n, h->header, ": ", h->value, "\r\n", NULL);
    }
    return juntar(out, n, "connection: ", fechar ? "close" : "keep-alive",
                  "\r\n\r\n", NULL);
}

bool
resposta_fecha(struct http_request *req)
{
    return (req->owner->flags & CONN_CLOSE_EMPTY) != 0 ||
           (req->flags & HTTP_VERSION_1_0) != 0 || drenando() ||
           lista_contem(pedido_cabecalho(req, "connection"), "close");
}

/*
 * Without a queue before it a small answer leaves at once and spares itself a
 * buffer and two copies; what the socket does not take is queued. False: nothing
 * of it has left.
 */
static bool
enviar_ja(struct connection *c, const char *cabeca, size_t n, const void *corpo,
          size_t corpo_n)
{
    const struct iovec partes[] = {
        {.iov_base = (void *) (uintptr_t) cabeca, .iov_len = n},
        {.iov_base = (void *) (uintptr_t) corpo, .iov_len = corpo_n}};
    ssize_t foi;

    if (c->ssl != NULL || !TAILQ_EMPTY(&c->send_queue) ||
        !(c->evt.flags & KORE_EVENT_WRITE) || corpo_n > COPIAR_MAX)
        return false;
    foi = writev(c->fd, partes, 2);
    if (foi <= 0)
        return false; /* the queue meets the same, and tells */
    if ((size_t) foi < n)
        net_send_queue(c, cabeca + foi, n - (size_t) foi);
    foi = foi > (ssize_t) n ? foi - (ssize_t) n : 0;
    if ((size_t) foi < corpo_n)
        net_send_queue(c, (const char *) corpo + foi, corpo_n - (size_t) foi);
    return true;
}

static void
enfileirar(struct connection *c, const char *cabeca, size_t n,
           const RespostaCorpo *corpo)
{
    net_send_queue(c, cabeca, n);
    if (corpo != NULL)
        enviar_corpo(c, corpo);
}

static void
enviar_corpo(struct connection *c, const RespostaCorpo *corpo)
{
    void *dados = (void *) (uintptr_t) corpo->dados;
    struct netbuf *nb;

    if (corpo->dono == DONO_COPIA ||
        (corpo->n <= COPIAR_MAX && corpo->dono != DONO_FIXO))
    {
        net_send_queue(c, dados, corpo->n);
        if (corpo->dono == DONO_MALLOC)
            free(dados);
    }
    else if (corpo->dono == DONO_BLOCO)
    {
        corpo->bloco->refs++;
        net_send_stream(c, dados, corpo->n, bloco_enviado, &nb);
        nb->extra = corpo->bloco;
    }
    else
        net_send_stream(c, dados, corpo->n,
                        corpo->dono == DONO_MALLOC ? corpo_enviado : NULL,
                        NULL);
}

static int
corpo_enviado(struct netbuf *nb)
{
    free(nb->buf);
    return KORE_RESULT_OK;
}

static int
bloco_enviado(struct netbuf *nb)
{
    resposta_bloco_soltar(nb->extra);
    return KORE_RESULT_OK;
}

static void
comprimir(struct http_request *req, RespostaCorpo *corpo)
{
    const char *codificacao = resposta_codificacao(req, corpo->n);
    size_t n;
    void *saida;

    if (codificacao == NULL)
        return;
    saida = codificacao[0] == 'b' ? brotli_comprimir(corpo->dados, corpo->n, &n)
                                  : gzip_comprimir(corpo->dados, corpo->n, &n);
    if (saida == NULL)
        return;
    corpo->codificacao = codificacao;
    corpo->dados = saida;
    corpo->n = n;
    corpo->dono = DONO_MALLOC;
}

/* Appends texts up to NULL; what does not fit in RESPOSTA_CABECA_MAX is left out. */
static size_t
juntar(char *out, size_t n, ...)
{
    const char *texto;
    va_list ap;

    va_start(ap, n);
    while ((texto = va_arg(ap, const char *)) != NULL)
    {
        size_t m = strlen(texto);

        if (n + m > RESPOSTA_CABECA_MAX)
            break;
        memcpy(out + n, texto, m);
        n += m;
    }
    va_end(ap);
    return n;
}

static const char *
data_agora(void)
{
    static char texto[64];
    static time_t quando;
    time_t agora = time(NULL);
    struct tm tm;

    if (agora != quando)
    {
        gmtime_r(&agora, &tm);
        strftime(texto, sizeof(texto), "%a, %d %b %Y %H:%M:%S GMT", &tm);
        quando = agora;
    }
    return texto;
}
