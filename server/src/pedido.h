/*
 * pedido.h: requests that the guard hands to the application without Kore.
 *
 * Most requests are GETs of the API. Their head is checked by the guard already;
 * what Kore would add (its parser, a domain, a route, two turns of its list) costs
 * as much as the rest of a cached answer. Such a request is a struct
 * http_request like any other, so everything behind it is the same code; only
 * who makes it, wakes it and frees it is another.
 */
#ifndef CRM_PEDIDO_H
#define CRM_PEDIDO_H

#include "guarda_http.h"

#include <stdbool.h>
#include <stddef.h>

struct connection;
struct http_request;
struct Pedido;

/* GET or HEAD of /api/: no body, no upgrade. */
bool pedido_serve(const char *cabeca, const GuardaCabeca *c);

/* Room for a head of n bytes, which is put there before pedido_atender(). */
struct Pedido *pedido_novo(size_t n);
char *pedido_texto(struct Pedido *p);

/*
 * Runs it. The connection is not read or disconnected from in here; when the
 * answer was given guarda_seguir() is called, from the loop.
 */
void pedido_atender(struct Pedido *p, struct connection *c);

/* The connection ends: so do its requests, soon. */
void pedido_abandonar(struct connection *c);

/* As http_request_sleep() and http_request_wakeup(), for every request. */
void pedido_dormir(struct http_request *req);
void pedido_acordar(struct http_request *req);

/* A header by name, or NULL, of every request. */
const char *pedido_cabecalho(struct http_request *req, const char *nome);

/* As http_start_recv(), for every request: it was answered. */
void pedido_respondido(struct http_request *req);

#endif
