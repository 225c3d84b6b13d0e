/*
 * resposta.h: the only place that answers a request.
 *
 * Adds the security headers, compression, request id, log line and metrics, and
 * lets the guard read the next request. After any of the answering functions
 * the handler returns KORE_RESULT_OK. Answering twice does nothing.
 */
#ifndef CRM_RESPOSTA_H
#define CRM_RESPOSTA_H

#include "cache_entrada.h"
#include "requisicao.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct http_request;

/* Before the answer; a value with a control character is refused and logged. */
void resposta_cabecalho(struct http_request *req, const char *nome, const char *valor);

/* application/json, no-store. With status >= 400 application/problem+json. */
void resposta_json(struct http_request *req, int status, const char *json, size_t n);

/*
 * application/json with an entity tag: weak, of the body alone, or with the
 * version of the record "<versao>.<hash>", which If-Match accepts. A GET whose
 * client has that already is answered 304.
 */
void resposta_json_etag(struct http_request *req, int status, const char *json,
                        size_t n, const char *versao);

/* Bytes that several answers may be sending at a time. */
typedef struct RespostaBloco
{
    int refs;
    size_t n;
    unsigned char dados[];
} RespostaBloco;

/* One of those who hold it less; NULL is fine. */
void resposta_bloco_soltar(RespostaBloco *b);

/*
 * The answer 200, or 304, that the entry holds, in the coding that the client
 * takes; e->corpo points into bloco. origem becomes X-Cache. False, and nothing
 * is answered: the body cannot be read.
 */
bool resposta_entrada(struct http_request *req, const CacheEntrada *e,
                      RespostaBloco *bloco, const char *origem);

/* The client has that answer already: resposta_entrada() needs no body. */
bool resposta_confere(struct http_request *req, const CacheEntrada *e);

/* What the entity tag of a body is made of. */
void resposta_hash(const void *json, size_t n,
                   unsigned char hash[CACHE_HASH_BYTES]);

/* A file to save: tipo with charset, nome in UTF-8. */
void resposta_arquivo(struct http_request *req, int status, const char *tipo,
                      const char *nome, const void *corpo, size_t n);

/*
 * The head of a file of n bytes, which the caller sends behind it in parts. It
 * adds what left to entregues, and calls resposta_arquivo_fechar() behind the last
 * one; a request that is freed before was cut off. True: there is nothing to send,
 * the request is answered.
 */
bool resposta_arquivo_abrir(struct http_request *req, const char *tipo,
                            const char *nome, uint64_t n);
void resposta_arquivo_fechar(struct http_request *req);

/*
 * RFC 9457 problem. mensagem: Portuguese sentence. tentar_em_s > 0 adds
 * Retry-After. Internal detail never belongs here.
 */
void resposta_problema(struct http_request *req, int status, const char *codigo,
                       const char *mensagem, int tentar_em_s);

/* Any other body: tipo = content-type with charset; corpo is copied. */
void resposta_corpo(struct http_request *req, int status, const char *tipo,
                    const void *corpo, size_t n);

/*
 * Sends bytes that live as long as the process, without a copy. csp NULL = that
 * of the API. cache is the value of cache-control.
 */
void resposta_fixa(struct http_request *req, int status, const char *tipo,
                   const char *cache, const char *csp, const void *corpo,
                   size_t n);

/*
 * Answers 101; the names are symbols of this module. ao_conectar has to take the
 * reading over from Kore. Check the upgrade headers, session and Origin before.
 */
void resposta_websocket(struct http_request *req, const char *ao_conectar,
                        const char *ao_sair);

#endif
