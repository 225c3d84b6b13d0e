/*
 * Planted defects: make check-deep must report each and fail, else its
 * sanitizers are not there. A module of PostgreSQL (prova_soma, prova_estouro)
 * and, preloaded into Kore, a handler of SIGUSR2.
 */
#include "postgres.h"
#include "fmgr.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

PG_MODULE_MAGIC;
PG_FUNCTION_INFO_V1(prova_soma);
PG_FUNCTION_INFO_V1(prova_estouro);

static volatile int tamanho = 8, maior = 2147483647, soma;

/* Undefined behaviour: reported, and the program goes on. */
static int
somar(void)
{
    return maior + tamanho;
}

/* Writes past an allocation: reported, and the process ends. */
static void
estourar(void)
{
    volatile char *p = malloc(tamanho);

    p[tamanho] = 1;
    free((char *) p);
}

Datum
prova_soma(PG_FUNCTION_ARGS)
{
    PG_RETURN_INT32(somar());
}

Datum
prova_estouro(PG_FUNCTION_ARGS)
{
    estourar();
    PG_RETURN_VOID();
}

static void
ao_sinal(int sinal)
{
    soma = somar();
    estourar();
}

static void __attribute__((constructor))
ao_carregar(void)
{
    if (strcmp(program_invocation_short_name, "kore") == 0)
        signal(SIGUSR2, ao_sinal);
}
