/*
 * arquivo_nu.h: rows of COPY without what makes reading them safe.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum
{
    COLUNAS_MAX = 64
};

/* The cells behind the first; NULL: none. false: the row of the end. */
static inline bool
nu_linha(char **celulas)
{
    static char *linha;
    static size_t cabem;
    char *p;

    if (getline(&linha, &cabem, stdin) < 0 || linha[0] == 'f')
        return false;
    linha[strcspn(linha, "\n")] = '\0';
    p = linha;
    strsep(&p, "\t");
    for (int i = 0; p != NULL && i < COLUNAS_MAX; i++)
    {
        celulas[i] = strsep(&p, "\t");
        if (strcmp(celulas[i], "\\N") == 0)
            celulas[i] = NULL;
    }
    return true;
}

static inline void
nu_pico(void)
{
    FILE *f = fopen("/proc/self/status", "r");
    char linha[256];
    long kib;

    while (fgets(linha, sizeof(linha), f) != NULL)
        if (sscanf(linha, "VmHWM: %ld", &kib) == 1)
            printf("%ld\n", kib);
    fclose(f);
}
