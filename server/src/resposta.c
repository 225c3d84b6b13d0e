/*
 * resposta.c: the only place that answers a request; resposta_envio.c sends it.
 */
#include "resposta.h"
#include "resposta_envio.h"
#include "cache_entrada.h"
#include "compressao.h"
#include "guarda.h"
#include "log.h"
#include "negociacao.h"
#include "pedido.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/sha.h>

#include <kore/kore.h>
#include <kore/http.h>

enum
{
    ETAG_MAX = 96
};

static void cabecalho_juntar(struct http_request *req, const char *nome,
                             const char *valor);
static void cabecalho_da_entrada(struct http_request *req, const char *nome,
                                 const char *valor, size_t n);
static void etag_da_entrada(char out[ETAG_MAX], const CacheEntrada *e,
                            const char *codificacao);
static void etag_escrever(char out[ETAG_MAX],
                          const unsigned char soma[CACHE_HASH_BYTES],
                          const char *versao, const char *codificacao);

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
    RespostaCorpo corpo = {.tipo = status >= 400
                                   ? "application/problem+json; charset=utf-8"
                                   : "application/json; charset=utf-8",
                           .cache = "no-store",
                           .dados = json,
                           .n = n};

    resposta_enviar(req, status, &corpo);
}

void
resposta_json_etag(struct http_request *req, int status, const char *json,
                   size_t n, const char *versao)
{
    unsigned char soma[CACHE_HASH_BYTES];
    char etag[ETAG_MAX];
    RespostaCorpo corpo = {.tipo = "application/json; charset=utf-8",
                           .cache = "no-store",
                           .etag = etag,
                           .dados = json,
                           .n = n};
    const char *tem = pedido_cabecalho(req, "if-none-match");

    resposta_hash(json, n, soma);
    etag_escrever(etag, soma, versao, resposta_codificacao(req, n));
    if (status == 200 &&
        (req->method == HTTP_METHOD_GET || req->method == HTTP_METHOD_HEAD) &&
        etag_confere(tem, etag))
        status = 304;
    resposta_enviar(req, status, &corpo);
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
    char cabeca[RESPOSTA_CABECA_MAX];
    RespostaCorpo corpo = {
        .tipo = tipo, .cache = "no-store", .n = n, .dono = DONO_FIXO};

    disposicao_escrever(disposicao, nome);
    resposta_cabecalho(req, "content-disposition", disposicao);
    if (req->method == HTTP_METHOD_HEAD || n == 0 || c == NULL ||
        c->state == CONN_STATE_DISCONNECTING)
    {
        resposta_enviar(req, 200, &corpo);
        return true;
    }
    r->respondida = true;
    r->entregando = true;
    r->fechar = resposta_fecha(req);
    /* Kore would end the connection whenever its queue is empty. */
    c->flags &= ~CONN_CLOSE_EMPTY;
    req->status = 200;
    req->content_length = n;
    net_send_queue(c, cabeca,
                   resposta_cabeca(req, 200, &corpo, r->fechar, cabeca));
    return false;
}

void
resposta_arquivo_fechar(struct http_request *req)
{
    Requisicao *r = requisicao_de(req);
    struct connection *c = req->owner;

    r->entregando = false;
    requisicao_registrar(req, 200, r->entregues);
    if (r->fechar || resposta_fecha(req))
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
    const char *codificacao = resposta_codificacao(req, e->bruto_n);
    char etag[ETAG_MAX];
    RespostaCorpo corpo = {.tipo = "application/json; charset=utf-8",
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
    if (leitura && etag_confere(pedido_cabecalho(req, "if-none-match"), etag))
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
    resposta_enviar(req, status, &corpo);
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
    const char *tem = pedido_cabecalho(req, "if-none-match");
    char etag[ETAG_MAX];

    if (tem == NULL ||
        (req->method != HTTP_METHOD_GET && req->method != HTTP_METHOD_HEAD))
        return false;
    etag_da_entrada(etag, e, resposta_codificacao(req, e->bruto_n));
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
                              requisicao_id(req));

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
    RespostaCorpo corpo = {
        .tipo = tipo, .cache = "no-store", .dados = dados, .n = n};

    resposta_enviar(req, status, &corpo);
}

void
resposta_fixa(struct http_request *req, int status, const char *tipo,
              const char *cache, const char *csp, const void *dados, size_t n)
{
    RespostaCorpo corpo = {.tipo = tipo,
                           .cache = cache,
                           .csp = csp,
                           .dados = dados,
                           .n = n,
                           .dono = DONO_FIXO};

    resposta_enviar(req, status, &corpo);
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
    requisicao_registrar(req, req->status, 0);
    guarda_liberar(c);
    if (net_recv_flush(c) != KORE_RESULT_OK)
        kore_connection_disconnect(c);
}
