/*
 * A planted defect: what was given back, or never had a value, decides. The report
 * of memcheck must fail the suites. A module of PostgreSQL and, preloaded into
 * Kore, a handler of SIGUSR2.
 */
#include "postgres.h"
#include "fmgr.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

PG_MODULE_MAGIC;
PG_FUNCTION_INFO_V1(prova_sem_valor);

enum
{
    N = 64
};

static volatile int vezes;

/* The chunk is one that had a value: only test/valgrind/alocacao.c knows better. */
static void __attribute__((noinline))
novo(volatile int *p)
{
    if (*p == 7)
        vezes++;
}

static void __attribute__((noinline))
devolvido(volatile int *p)
{
    if (*p == 7)
        vezes++;
}

Datum
prova_sem_valor(PG_FUNCTION_ARGS)
{
    int *p = palloc(N);

    *p = 7;
    pfree(p);
    p = palloc(N);
    novo(p);
    *p = 7;
    pfree(p);
    devolvido(p);
    PG_RETURN_INT32(2);
}

static void
ao_sinal(int sinal)
{
    int *p = malloc(sizeof *p);

    novo(p);
    free(p);
}

static void __attribute__((constructor))
ao_carregar(void)
{
    if (strcmp(program_invocation_short_name, "kore") == 0)
        signal(SIGUSR2, ao_sinal);
}
