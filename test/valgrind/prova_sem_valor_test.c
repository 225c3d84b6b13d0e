/* Passes, and reads what has no value: the suite must fail. */
#include <stdlib.h>

#include "tap.h"

static int (*volatile ler)(int *p); /* which, the compiler does not see */

static int
sete(int *p)
{
    return *p == 7;
}

int
main(void)
{
    int *p = malloc(sizeof *p);

    ler = sete;
    CONFERE(ler(p) >= 0, "%s", ler(p) ? "seven" : "another");
    free(p);
    return tap_fim();
}
