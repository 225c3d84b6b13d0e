/*
 * eventos.h: what the database announces, passed on to the browsers.
 */
#ifndef CRM_EVENTOS_H
#define CRM_EVENTOS_H

#include <stdbool.h>

/* Callback of escuta_iniciar(); see pg_escuta.h. */
extern void eventos_receber(const char *payload, bool perdeu);

#endif
