/*
 * saude.h: /healthz, /readyz and /metrics.
 */
#ifndef CRM_SAUDE_H
#define CRM_SAUDE_H

#include <stdbool.h>

struct http_request;

void saude_preparar(void); /* before the fork: registers the routes */
/* Answers if the path is one of the three. */
bool saude_tratar(struct http_request *req);

#endif
