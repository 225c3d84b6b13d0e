/*
 * A module of PostgreSQL for tests, preloaded before crm: a session named "pausa"
 * stays between its commit, which others see, and the end of its transaction, as
 * long as there is a file "pausa" in the data directory; "pausada" says that it
 * does. Callbacks are called in reverse order: crm's has been.
 */
#include "postgres.h"

#include "access/xact.h"
#include "fmgr.h"
#include "utils/guc.h"

#include <fcntl.h>
#include <unistd.h>

PG_MODULE_MAGIC;

enum
{
    ESPIAR_US = 10000,
    VEZES_MAX = 6000
};

extern void _PG_init(void);

static void
ao_fim(XactEvent evento, void *arg)
{
    if (evento != XACT_EVENT_COMMIT || application_name == NULL ||
        strcmp(application_name, "pausa") != 0 || access("pausa", F_OK) != 0)
        return;
    close(open("pausada", O_CREAT | O_WRONLY, 0600));
    for (int i = 0; i < VEZES_MAX && access("pausa", F_OK) == 0; i++)
        pg_usleep(ESPIAR_US);
    unlink("pausada");
}

void
_PG_init(void)
{
    RegisterXactCallback(ao_fim, NULL);
}
