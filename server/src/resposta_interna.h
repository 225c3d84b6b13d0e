/*
 * resposta_interna.h: what ativos.c and guarda.c need of resposta.c
 * and nobody else.
 */
#ifndef CRM_RESPOSTA_INTERNA_H
#define CRM_RESPOSTA_INTERNA_H

#include "resposta.h"

#include <stddef.h>

struct http_request;

/*
 * Sends bytes that live as long as the process, without a copy. csp NULL = that
 * of the API. cache is the value of cache-control.
 */
void resposta_fixa(struct http_request *req, int status, const char *tipo,
                   const char *cache, const char *csp, const void *corpo,
                   size_t n);

#endif
