/*
 * aplicacao.h: what the transport calls in the application (rotas, api, ws).
 */
#ifndef CRM_APLICACAO_H
#define CRM_APLICACAO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum
{
    APLICACAO_ENVIO_MAX = 20 * 1024 * 1024 /* bytes of the largest body */
};

/* Why a request is not even read. */
typedef struct Recusa
{
    int status;
    const char *codigo;
    const char *mensagem;
    const char *campo; /* NULL = none */
} Recusa;

struct http_request;

/*
 * In the parent, before the fork, after the settings: registers the routes with
 * metricas_rota, reads the JWT keys. false stops the start; erro says why.
 */
bool aplicacao_preparar(char *erro, size_t tam);

/* In a worker, after pg_iniciar and redis_iniciar: escuta_iniciar etc. */
void aplicacao_worker(void);

/* In a worker every 500 ms. */
void aplicacao_tique(void);

/* In a worker when SIGTERM arrived: no new websocket, close the open ones. */
void aplicacao_drenar(void);

/* While draining: nothing is left that must be written before the end. */
bool aplicacao_pronta(void);

/*
 * Every path under /api, any method. Kore contract: answers through resposta.h
 * and returns KORE_RESULT_OK; or sleeps (http_request_sleep) and returns
 * KORE_RESULT_RETRY, and is called again after http_request_wakeup.
 */
int api_tratar(struct http_request *req);

/*
 * May a body of n bytes, more than corpo_max, come? Only the head is known yet.
 */
bool aplicacao_corpo(struct http_request *req, uint64_t n, Recusa *recusa);

/*
 * Does this request wait for what is cancelled when its client leaves? A client
 * that sends nothing more may have left.
 */
bool aplicacao_cancelavel(struct http_request *req);

/* GET /ws, same contract. */
int ws_tratar(struct http_request *req);

#endif
