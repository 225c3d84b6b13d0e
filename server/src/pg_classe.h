/*
 * pg_classe.h: what a class of connections may have, as the settings say.
 */
#ifndef CRM_PG_CLASSE_H
#define CRM_PG_CLASSE_H

#include "pg.h"

#include <stdbool.h>

const char *pg_classe_nome(PgClasse k);

/* How many connections; how many jobs, waiting or in flight. */
int pg_classe_conexoes(PgClasse k);
int pg_classe_fila(PgClasse k);

/* How long a job may run, and how long it may wait for a connection. */
int pg_classe_tempo_ms(PgClasse k);
int pg_classe_espera_ms(PgClasse k);

/* What only reads, or leaves nothing behind when it ends early. */
bool pg_classe_cancelavel(PgClasse k);

#endif
