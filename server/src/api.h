/*
 * api.h: what the API lends to ws.c.
 */
#ifndef CRM_API_H
#define CRM_API_H

#include "pg.h"
#include "sessao_http.h"

#include <stdbool.h>
#include <stddef.h>

struct http_request;
struct Requisicao;

enum
{
    API_AGENTE_MAX = 400 /* bytes kept of User-Agent */
};

extern const char *api_endereco(const struct Requisicao *r);
extern void api_agente(struct http_request *req, char saida[API_AGENTE_MAX + 1]);
extern bool api_origem_aceita(struct http_request *req, const SessaoHttp *s,
                              bool altera);
extern void api_origem_recusar(struct http_request *req);
extern void api_problema(struct http_request *req, int status,
                         const char *codigo, const char *campo,
                         const char *mensagem);
extern void api_sem_sessao(struct http_request *req, const SessaoHttp *s);
extern void api_falha_banco(struct http_request *req, const char *sqlstate,
                            bool altera);

#endif
