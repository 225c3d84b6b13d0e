/*
 * aplicacao.h: what the transport calls in the application (rotas, api, ws).
 */
#ifndef CRM_APLICACAO_H
#define CRM_APLICACAO_H

#include <stdbool.h>
#include <stddef.h>

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

/*
 * Every path under /api, any method. Kore contract: answers through resposta.h
 * and returns KORE_RESULT_OK; or sleeps (http_request_sleep) and returns
 * KORE_RESULT_RETRY, and is called again after http_request_wakeup.
 */
int api_tratar(struct http_request *req);

/* GET /ws, same contract. */
int ws_tratar(struct http_request *req);

#endif
