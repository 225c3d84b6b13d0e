/*
 * resposta.c: the only place that answers a request.
 *
 * Writes the head itself instead of http_response(): Kore would add its banner
 * and has no text for 422 and 429. What comes after the head is what
 * http_response_normal() of Kore 4.1.0 does.
 */
#include "resposta.h"
#include "resposta_interna.h"
#include "cache_entrada.h"
#include "compressao.h"
#include "config.h"
#include "guarda.h"
#include "log.h"
#include "metricas.h"
#include "negociacao.h"
#include "pedido.h"
#include "principal.h"

#include <arpa/inet.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <time.h>

#include <openssl/rand.h>
#include <openssl/sha.h>

#include <kore/kore.h>
#include <kore/http.h>

typedef enum Dono
{
    DONO_COPIA,  /* net_send_queue copies */
    DONO_MALLOC, /* ours, freed when sent */
    DONO_BLOCO,  /* shared, given back when sent */
    DONO_FIXO    /* lives for ever */
} Dono;

typedef struct Corpo
{
    const char *tipo;
    const char *cache;
    const char *csp;
    const char *codificacao;
    const char *etag;
    const void *dados;
    size_t n;
    Dono dono;
    RespostaBloco *bloco; /* DONO_BLOCO: where dados points into */
} Corpo;

enum
{
    CABECA_MAX = 8192,
    COPIAR_MAX = 6144, /* bytes; copied behind the head: one write less */
    ID_BYTES = 16,
    ETAG_MAX = 96,
    STATUS_CLIENTE_FOI = 499 /* in the log only */
};

static const char csp_api[] = "default-src 'none'; frame-ancestors 'none'";

static void requisicao_livre(struct http_request *req);
static void requisicao_origem(struct http_request *req, Requisicao *r);
static bool endereco_loopback(const struct connection *c);
static const char *cabecalho_ultimo(const struct http_request *req,
                                    const char *nome);
static void cabecalho_juntar(struct http_request *req, const char *nome,
                             const char *valor);
static void responder(struct http_request *req, int status, Corpo *corpo);
static const char *codificacao_de(struct http_request *req, size_t n);
static void comprimir(struct http_request *req, Corpo *corpo);
static void cabecalho_da_entrada(struct http_request *req, const char *nome,
                                 const char *valor, size_t n);
static void etag_da_entrada(char out[ETAG_MAX], const CacheEntrada *e,
                            const char *codificacao);
static void etag_escrever(char out[ETAG_MAX],
                          const unsigned char soma[CACHE_HASH_BYTES],
                          const char *versao, const char *codificacao);
static size_t escrever_cabeca(struct http_request *req, int status,
                              const Corpo *corpo, bool fechar, char *out);
static bool fechar_depois(struct http_request *req);
static void registrar(struct http_request *req, int status, size_t bytes);
static bool enviar_ja(struct connection *c, const char *cabeca, size_t n,
                      const void *corpo, size_t corpo_n);
static void enfileirar(struct connection *c, const char *cabeca, size_t n,
                       const Corpo *corpo);
static void enviar_corpo(struct connection *c, const Corpo *corpo);
static int corpo_enviado(struct netbuf *nb);
static int bloco_enviado(struct netbuf *nb);
static const char *data_agora(void);

Requisicao *
requisicao_de(struct http_request *req)
{
    Requisicao *r;

    if (http_state_exists(req))
        return http_state_get(req);
    r = http_state_create(req, sizeof(*r), requisicao_livre);
    r->inicio_us = agora_us();
    requisicao_origem(req, r);
    /* Kore lets the limit of the body run on during the handler. */
    if (req->owner != NULL)
    {
        req->owner->http_timeout = 0;
        guarda_ocupar(req->owner);
    }
    return r;
}

const char *
requisicao_cabecalho(struct http_request *req, const char *nome)
{
    return pedido_cabecalho(req, nome);
}

void
resposta_rota(struct http_request *req, int rota)
{
    requisicao_de(req)->rota = rota;
}

void
resposta_usuario(struct http_request *req, long long usuario_id,
                 const char *papel)
{
    Requisicao *r = requisicao_de(req);

    r->usuario_id = usuario_id;
    kore_strlcpy(r->papel, papel != NULL ? papel : "", sizeof(r->papel));
}

const char *
resposta_requisicao_id(struct http_request *req)
{
    return requisicao_de(req)->id;
}

void
resposta_cabecalho(struct http_request *req, const char *nome,
                   const char *valor)
{
    for (const char *p = valor; *p != '\0'; p++)
        if ((unsigned char) *p < ' ' || *p == 0x7f)
        {
            log_evento("erro", "cabecalho_recusado", nome);
            return;
        }
    cabecalho_juntar(req, nome, valor);
}

/* Into memory that is there already: Kore would take four pieces for each. */
static void
cabecalho_juntar(struct http_request *req, const char *nome, const char *valor)
{
    Requisicao *r = requisicao_de(req);
    size_t n = strlen(nome);
    size_t m = strlen(valor);
    char *p = r->cabecalhos + r->cabecalhos_n;

    if (n + m + 4 > sizeof(r->cabecalhos) - r->cabecalhos_n)
    {
        http_response_header(req, nome, valor);
        return;
    }
    memcpy(p, nome, n);
    memcpy(p + n, ": ", 2);
    memcpy(p + n + 2, valor, m);
    memcpy(p + n + 2 + m, "\r\n", 2);
    r->cabecalhos_n += n + m + 4;
}

void
resposta_json(struct http_request *req, int status, const char *json, size_t n)
{
    Corpo corpo = {.tipo = status >= 400
                               ? "application/problem+json; charset=utf-8"
                               : "application/json; charset=utf-8",
                   .cache = "no-store",
                   .dados = json,
                   .n = n};

    responder(req, status, &corpo);
}

void
resposta_json_etag(struct http_request *req, int status, const char *json,
                   size_t n, const char *versao)
{
    unsigned char soma[CACHE_HASH_BYTES];
    char etag[ETAG_MAX];
    Corpo corpo = {.tipo = "application/json; charset=utf-8",
                   .cache = "no-store",
                   .etag = etag,
                   .dados = json,
                   .n = n};
    const char *tem = requisicao_cabecalho(req, "if-none-match");

    resposta_hash(json, n, soma);
    etag_escrever(etag, soma, versao, codificacao_de(req, n));
    if (status == 200 &&
        (req->method == HTTP_METHOD_GET || req->method == HTTP_METHOD_HEAD) &&
        etag_confere(tem, etag))
        status = 304;
    responder(req, status, &corpo);
}

void
resposta_arquivo(struct http_request *req, int status, const char *tipo,
                 const char *nome, const void *dados, size_t n)
{
    char disposicao[DISPOSICAO_MAX];

    disposicao_escrever(disposicao, nome);
    resposta_cabecalho(req, "content-disposition", disposicao);
    resposta_corpo(req, status, tipo, dados, n);
}

bool
resposta_arquivo_abrir(struct http_request *req, const char *tipo,
                       const char *nome, uint64_t n)
{
    Requisicao *r = requisicao_de(req);
    struct connection *c = req->owner;
    char disposicao[DISPOSICAO_MAX];
    char cabeca[CABECA_MAX];
    Corpo corpo = {
        .tipo = tipo, .cache = "no-store", .n = n, .dono = DONO_FIXO};

    disposicao_escrever(disposicao, nome);
    resposta_cabecalho(req, "content-disposition", disposicao);
    if (req->method == HTTP_METHOD_HEAD || n == 0 || c == NULL ||
        c->state == CONN_STATE_DISCONNECTING)
    {
        responder(req, 200, &corpo);
        return true;
    }
    r->respondida = true;
    r->entregando = true;
    r->fechar = fechar_depois(req);
    /* Kore would end the connection whenever its queue is empty. */
    c->flags &= ~CONN_CLOSE_EMPTY;
    req->status = 200;
    req->content_length = n;
    net_send_queue(c, cabeca,
                   escrever_cabeca(req, 200, &corpo, r->fechar, cabeca));
    return false;
}

void
resposta_arquivo_fechar(struct http_request *req)
{
    Requisicao *r = requisicao_de(req);
    struct connection *c = req->owner;

    r->entregando = false;
    registrar(req, 200, r->entregues);
    if (r->fechar || fechar_depois(req))
        c->flags |= CONN_CLOSE_EMPTY;
    else
    {
        guarda_liberar(c);
        pedido_respondido(req);
    }
}

bool
resposta_entrada(struct http_request *req, const CacheEntrada *e,
                 RespostaBloco *bloco, const char *origem)
{
    bool leitura =
        req->method == HTTP_METHOD_GET || req->method == HTTP_METHOD_HEAD;
    const char *codificacao = codificacao_de(req, e->bruto_n);
    char etag[ETAG_MAX];
    Corpo corpo = {.tipo = "application/json; charset=utf-8",
                   .cache = "no-store",
                   .dados = e->corpo,
                   .n = e->corpo_n,
                   .dono = DONO_BLOCO,
                   .bloco = bloco};
    void *bruto = NULL;
    int status = 200;

    etag_da_entrada(etag, e, codificacao);
    if (leitura)
        corpo.etag = etag;
    if (leitura &&
        etag_confere(requisicao_cabecalho(req, "if-none-match"), etag))
        status = 304;
    else if (e->codificacao == CACHE_BROTLI && codificacao != NULL &&
             codificacao[0] == 'b')
        corpo.codificacao = codificacao;
    else if (e->codificacao == CACHE_BROTLI)
    {
        bruto = brotli_expandir(e->corpo, e->corpo_n, e->bruto_n);
        if (bruto == NULL)
            return false;
        corpo.dados = bruto;
        corpo.n = e->bruto_n;
        corpo.dono = DONO_COPIA;
    }
    else if (codificacao != NULL)
        corpo.dono = DONO_COPIA; /* compressed on the way */

    resposta_cabecalho(req, "x-cache", origem);
    cabecalho_da_entrada(req, "link", e->link, e->link_n);
    cabecalho_da_entrada(req, "x-total-count", e->total, e->total_n);
    responder(req, status, &corpo);
    free(bruto);
    return true;
}

static void
cabecalho_da_entrada(struct http_request *req, const char *nome,
                     const char *valor, size_t n)
{
    char texto[CACHE_CABECALHO_MAX + 1];

    if (n == 0)
        return;
    memcpy(texto, valor, n);
    texto[n] = '\0';
    resposta_cabecalho(req, nome, texto);
}

bool
resposta_confere(struct http_request *req, const CacheEntrada *e)
{
    const char *tem = requisicao_cabecalho(req, "if-none-match");
    char etag[ETAG_MAX];

    if (tem == NULL ||
        (req->method != HTTP_METHOD_GET && req->method != HTTP_METHOD_HEAD))
        return false;
    etag_da_entrada(etag, e, codificacao_de(req, e->bruto_n));
    return etag_confere(tem, etag);
}

void
resposta_hash(const void *json, size_t n, unsigned char hash[CACHE_HASH_BYTES])
{
    unsigned char soma[SHA256_DIGEST_LENGTH];

    SHA256(json, n, soma);
    memcpy(hash, soma, CACHE_HASH_BYTES);
}

void
resposta_bloco_soltar(RespostaBloco *b)
{
    if (b != NULL && --b->refs == 0)
        free(b);
}

static void
etag_da_entrada(char out[ETAG_MAX], const CacheEntrada *e,
                const char *codificacao)
{
    char versao[CACHE_VERSAO_MAX + 1];

    memcpy(versao, e->versao, e->versao_n);
    versao[e->versao_n] = '\0';
    etag_escrever(out, e->hash, e->versao_n > 0 ? versao : NULL, codificacao);
}

/*
 * Two codings of one body are two representations: a strong tag names its own
 * (RFC 9110 §8.8.3.3).
 */
static void
etag_escrever(char out[ETAG_MAX], const unsigned char soma[CACHE_HASH_BYTES],
              const char *versao, const char *codificacao)
{
    char hash[2 * CACHE_HASH_BYTES + 1];

    hexadecimal(hash, soma, CACHE_HASH_BYTES);
    if (versao == NULL)
        strcpy(stpcpy(stpcpy(out, "W/\""), hash), "\"");
    else
        snprintf(out, ETAG_MAX, "\"%.32s.%s%s%s\"", versao, hash,
                 codificacao != NULL ? "-" : "",
                 codificacao != NULL ? codificacao : "");
}

void
resposta_problema(struct http_request *req, int status, const char *codigo,
                  const char *mensagem, int tentar_em_s)
{
    char json[2048];
    size_t n = problema_texto(json, sizeof(json), status, codigo, mensagem,
                              resposta_requisicao_id(req));

    if (tentar_em_s > 0)
    {
        char segundos[16];

        (void) numero_escrever(segundos, tentar_em_s);
        resposta_cabecalho(req, "retry-after", segundos);
    }
    resposta_json(req, status, json, n);
}

void
resposta_corpo(struct http_request *req, int status, const char *tipo,
               const void *dados, size_t n)
{
    Corpo corpo = {
        .tipo = tipo, .cache = "no-store", .dados = dados, .n = n};

    responder(req, status, &corpo);
}

void
resposta_fixa(struct http_request *req, int status, const char *tipo,
              const char *cache, const char *csp, const void *dados, size_t n)
{
    Corpo corpo = {.tipo = tipo,
                   .cache = cache,
                   .csp = csp,
                   .dados = dados,
                   .n = n,
                   .dono = DONO_FIXO};

    responder(req, status, &corpo);
}

void
resposta_websocket(struct http_request *req, const char *ao_conectar,
                   const char *ao_sair)
{
    Requisicao *r = requisicao_de(req);
    struct connection *c = req->owner;

    if (r->respondida || c == NULL)
        return;
    http_response_header(req, "x-request-id", r->id);
    r->respondida = true;
    kore_websocket_handshake(req, ao_conectar, NULL, ao_sair);
    registrar(req, req->status, 0);
    guarda_liberar(c);
    if (net_recv_flush(c) != KORE_RESULT_OK)
        kore_connection_disconnect(c);
}

static void
responder(struct http_request *req, int status, Corpo *corpo)
{
    Requisicao *r = requisicao_de(req);
    struct connection *c = req->owner;
    bool enviar = req->method != HTTP_METHOD_HEAD && corpo->n > 0 &&
                  status != 204 && status != 304;
    char cabeca[CABECA_MAX];
    bool fechar;
    size_t n;

    if (r->respondida)
        return;
    r->respondida = true;
    if (c == NULL || c->state == CONN_STATE_DISCONNECTING)
    {
        registrar(req, STATUS_CLIENTE_FOI, 0);
        return;
    }

    if (status != 304 && corpo->dono == DONO_COPIA)
        comprimir(req, corpo);
    fechar = fechar_depois(req);
    n = escrever_cabeca(req, status, corpo, fechar, cabeca);
    req->status = (uint16_t) status;
    req->content_length = corpo->n;
    if (!enviar || corpo->dono == DONO_MALLOC ||
        !enviar_ja(c, cabeca, n, corpo->dados, corpo->n))
        enfileirar(c, cabeca, n, enviar ? corpo : NULL);
    if (!enviar && corpo->dono == DONO_MALLOC)
        free((void *) (uintptr_t) corpo->dados);

    registrar(req, status, enviar ? corpo->n : 0);
    if (fechar)
        c->flags |= CONN_CLOSE_EMPTY;
    else
    {
        guarda_liberar(c);
        pedido_respondido(req);
    }
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
           const Corpo *corpo)
{
    net_send_queue(c, cabeca, n);
    if (corpo != NULL)
        enviar_corpo(c, corpo);
}

static void
enviar_corpo(struct connection *c, const Corpo *corpo)
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

/* br, gzip, or NULL for the body as it is. */
static const char *
codificacao_de(struct http_request *req, size_t n)
{
    const char *aceita;

    if (n < COMPRIMIR_MIN)
        return NULL;
    aceita = requisicao_cabecalho(req, "accept-encoding");
    return aceita_codificacao(aceita, "br")     ? "br"
           : aceita_codificacao(aceita, "gzip") ? "gzip"
                                                : NULL;
}

static void
comprimir(struct http_request *req, Corpo *corpo)
{
    const char *codificacao = codificacao_de(req, corpo->n);
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

/* What every answer has; csp comes before it. */
static const char cabecalhos_fixos[] =
    "\r\nx-content-type-options: nosniff\r\n"
    "referrer-policy: no-referrer\r\n"
    "permissions-policy: camera=(), geolocation=(), microphone=(), "
    "payment=(), usb=()\r\n"
    "cross-origin-opener-policy: same-origin\r\n"
    "cross-origin-resource-policy: same-origin\r\n";

/* Appends texts up to NULL; what does not fit in CABECA_MAX is left out. */
static size_t
juntar(char *out, size_t n, ...)
{
    const char *texto;
    va_list ap;

    va_start(ap, n);
    while ((texto = va_arg(ap, const char *)) != NULL)
    {
        size_t m = strlen(texto);

        if (n + m > CABECA_MAX)
            break;
        memcpy(out + n, texto, m);
        n += m;
    }
    va_end(ap);
    return n;
}

static size_t
escrever_cabeca(struct http_request *req, int status, const Corpo *corpo,
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
    if (n + r->cabecalhos_n + 64 <= CABECA_MAX)
    {
        memcpy(out + n, r->cabecalhos, r->cabecalhos_n);
        n += r->cabecalhos_n;
    }
    TAILQ_FOREACH(h, &req->resp_headers, list)
    {
        if (n + strlen(h->header) + strlen(h->value) + 64 > CABECA_MAX)
        {
            log_evento("erro", "cabecalho_grande", h->header);
            continue;
        }
        n = juntar(out, n, h->header, ": ", h->value, "\r\n", NULL);
    }
    return juntar(out, n, "connection: ", fechar ? "close" : "keep-alive",
                  "\r\n\r\n", NULL);
}

static bool
fechar_depois(struct http_request *req)
{
    return (req->owner->flags & CONN_CLOSE_EMPTY) != 0 ||
           (req->flags & HTTP_VERSION_1_0) != 0 || drenando() ||
           lista_contem(requisicao_cabecalho(req, "connection"), "close");
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

/* Who asks, through which door. */
static void
requisicao_origem(struct http_request *req, Requisicao *r)
{
    const struct connection *c = req->owner;
    bool loopback = endereco_loopback(c);
    const char *por = requisicao_cabecalho(req, "x-forwarded-for");
    const char *id = NULL;

    resposta_endereco(c, r->endereco, sizeof(r->endereco));
    r->tls = c->ssl != NULL;
    r->local = loopback && por == NULL &&
               requisicao_cabecalho(req, "forwarded") == NULL &&
               requisicao_cabecalho(req, "via") == NULL;

    if (configuracao()->confiar_proxy && loopback && c->ssl == NULL)
    {
        const char *proto = cabecalho_ultimo(req, "x-forwarded-proto");

        (void) encaminhado_por(cabecalho_ultimo(req, "x-forwarded-for"),
                               r->endereco, sizeof(r->endereco));
        r->tls = proto != NULL && strcasecmp(proto, "https") == 0;
        id = cabecalho_ultimo(req, "x-request-id");
    }
    if (requisicao_id_valido(id))
        snprintf(r->id, sizeof(r->id), "%s", id);
    else
        resposta_gerar_id(r->id);
}

/* A proxy may leave the client's own lines standing and add its one behind them. */
static const char *
cabecalho_ultimo(const struct http_request *req, const char *nome)
{
    const char *valor = NULL;
    const struct http_header *h;

    TAILQ_FOREACH(h, &req->req_headers, list)
        if (strcasecmp(h->header, nome) == 0)
            valor = h->value;
    return valor;
}

void
resposta_endereco(const struct connection *c, char *out, size_t tam)
{
    out[0] = '\0';
    if (c->family == AF_INET && tam >= INET_ADDRSTRLEN)
    {
        const unsigned char *b =
            (const unsigned char *) &c->addr.ipv4.sin_addr.s_addr;

        for (int i = 0; i < 4; i++)
        {
            if (i > 0)
                *out++ = '.';
            out = numero_escrever(out, b[i]);
        }
    }
    else if (c->family == AF_INET6)
        inet_ntop(AF_INET6, &c->addr.ipv6.sin6_addr, out, (socklen_t) tam);
}

static bool
endereco_loopback(const struct connection *c)
{
    if (c->family == AF_INET)
        return ntohl(c->addr.ipv4.sin_addr.s_addr) >> 24 == 127;
    if (c->family == AF_INET6)
        return IN6_IS_ADDR_LOOPBACK(&c->addr.ipv6.sin6_addr);
    return false;
}

void
resposta_gerar_id(char id[REQUISICAO_ID_MAX])
{
    static unsigned char acaso[ID_BYTES * 64]; /* drawn for many at a time */
    static size_t usados = sizeof(acaso);

    if (usados == sizeof(acaso))
    {
        if (RAND_bytes(acaso, sizeof(acaso)) != 1)
            fatal("RAND_bytes failed");
        usados = 0;
    }
    hexadecimal(id, acaso + usados, ID_BYTES);
    usados += ID_BYTES;
}

/* Kore's onfree: also when the client went away before the answer. */
static void
requisicao_livre(struct http_request *req)
{
    Requisicao *r = http_state_get(req);
    void (*livre)(void *) = r->aplicacao_livre;

    if (r->envio)
        guarda_envio_fim();
    r->envio = false;
    r->aplicacao_livre = NULL;
    if (livre != NULL)
        livre(r->aplicacao);
    if (!r->respondida || r->entregando)
    {
        r->respondida = true;
        r->entregando = false;
        registrar(req, STATUS_CLIENTE_FOI, r->entregues);
    }
}

/* The one log line of a request, and its metrics. No query, no raw path. */
static void
registrar(struct http_request *req, int status, size_t bytes)
{
    Requisicao *r = requisicao_de(req);
    uint64_t micros = agora_us() - r->inicio_us;
    LogLinha l;

    metrica_http(r->rota, status, micros);
    log_iniciar(&l, status >= 500 ? "erro" : "info", "requisicao");
    log_texto(&l, "metodo", http_method_text(req->method));
    log_texto(&l, "rota", metricas_rota_modelo(r->rota));
    log_inteiro(&l, "status", status);
    log_ms(&l, "duracao_ms", micros);
    log_inteiro(&l, "bytes", (long long) bytes);
    if (r->usuario_id != 0)
    {
        log_inteiro(&l, "usuario_id", r->usuario_id);
        log_texto(&l, "papel", r->papel);
    }
    log_texto(&l, "requisicao", r->id);
    log_texto(&l, "endereco", r->endereco);
    log_juntar(&l);
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
