/*
 * pg_escuta.h: LISTEN crm_eventos on a connection of its own.
 */
#ifndef CRM_PG_ESCUTA_H
#define CRM_PG_ESCUTA_H

#include <stdbool.h>
#include <stddef.h>

/*
 * payload: one notification, raw (signature not verified), perdeu false. Each
 * time the connection was established, the first time too: payload NULL, perdeu
 * true, because notifications may be missing.
 */
typedef void (*EscutaFn)(const char *payload, bool perdeu);

/* In a worker. */
void escuta_iniciar(EscutaFn fn);

/* The connection is up and listening. */
bool escuta_pronta(void);

/*
 * Key of the event signature, as crm.web_segredo_evento() gave it on the
 * present or last connection; NULL before the first one.
 */
const unsigned char *escuta_segredo(size_t *n);

/* 500 ms tick: keepalive, reconnection. */
void escuta_tique(void);

#endif
