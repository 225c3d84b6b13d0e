/*
 * requisicao.c: who asks, through which door, and the line that the log has of it.
 */
#include "requisicao.h"
#include "config.h"
#include "guarda.h"
#include "log.h"
#include "metricas.h"
#include "negociacao.h"
#include "pedido.h"
#include "principal.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <openssl/rand.h>

#include <kore/kore.h>
#include <kore/http.h>

enum
{
    ID_BYTES = 16
};

static void requisicao_livre(struct http_request *req);
static void requisicao_origem(struct http_request *req, Requisicao *r);
static bool endereco_loopback(const struct connection *c);
static const char *cabecalho_ultimo(const struct http_request *req,
                                    const char *nome);

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

void
requisicao_rota(struct http_request *req, int rota)
{
    requisicao_de(req)->rota = rota;
}

void
requisicao_usuario(struct http_request *req, long long usuario_id,
                   const char *papel)
{
    Requisicao *r = requisicao_de(req);

    r->usuario_id = usuario_id;
    kore_strlcpy(r->papel, papel != NULL ? papel : "", sizeof(r->papel));
}

const char *
requisicao_id(struct http_request *req)
{
    return requisicao_de(req)->id;
}

void
requisicao_endereco(const struct connection *c, char *out, size_t tam)
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

void
requisicao_gerar_id(char id[REQUISICAO_ID_MAX])
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

/* The one log line of a request, and its metrics. No query, no raw path. */
void
requisicao_registrar(struct http_request *req, int status, size_t bytes)
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

/* Who asks, through which door. */
static void
requisicao_origem(struct http_request *req, Requisicao *r)
{
    const struct connection *c = req->owner;
    bool loopback = endereco_loopback(c);
    const char *por = pedido_cabecalho(req, "x-forwarded-for");
    const char *id = NULL;

    requisicao_endereco(c, r->endereco, sizeof(r->endereco));
    r->tls = c->ssl != NULL;
    r->local = loopback && por == NULL &&
               pedido_cabecalho(req, "forwarded") == NULL &&
               pedido_cabecalho(req, "via") == NULL;

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
        requisicao_gerar_id(r->id);
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

static bool
endereco_loopback(const struct connection *c)
{
    if (c->family == AF_INET)
        return ntohl(c->addr.ipv4.sin_addr.s_addr) >> 24 == 127;
    if (c->family == AF_INET6)
        return IN6_IS_ADDR_LOOPBACK(&c->addr.ipv6.sin6_addr);
    return false;
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
        requisicao_registrar(req, STATUS_CLIENTE_FOI, r->entregues);
    }
}
