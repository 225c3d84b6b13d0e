/*
 * guarda_fonte.h: bytes of a client, with or without TLS.
 */
#ifndef CRM_GUARDA_FONTE_H
#define CRM_GUARDA_FONTE_H

#include <stdbool.h>
#include <stddef.h>

struct connection;

/*
 * Reads from the socket or TLS. *n == 0 with OK: nothing there now, the READ
 * flag is off. A closed connection is KORE_RESULT_ERROR.
 */
int guarda_fonte_ler(struct connection *c, void *buf, size_t max, size_t *n);

/*
 * Has the client only ended its own side (shutdown of nc -N, of some proxies)? One
 * that has closed its socket looks the same over TCP, until it is sent something.
 */
bool guarda_fonte_meia(const struct connection *c);

#endif
