/*
 * ativos.h: the built UI, served from memory.
 */
#ifndef CRM_ATIVOS_H
#define CRM_ATIVOS_H

#include <stdbool.h>

struct http_request;

/* Before the fork: reads web_dir with the .br and .gz siblings. */
bool ativos_carregar(const char *web_dir);

/* Every GET and HEAD outside /api, /ws and the operation paths. */
int ativos_tratar(struct http_request *req);

#endif
