/*
 * guarda_fonte.h: bytes of a client, with or without TLS.
 */
#ifndef CRM_GUARDA_FONTE_H
#define CRM_GUARDA_FONTE_H

#include <stddef.h>

struct connection;

/*
 * Reads from the socket or TLS. *n == 0 with OK: nothing there now, the READ
 * flag is off. A closed connection is KORE_RESULT_ERROR.
 */
int guarda_fonte_ler(struct connection *c, void *buf, size_t max, size_t *n);

#endif
