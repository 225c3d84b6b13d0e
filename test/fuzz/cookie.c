/*
 * Any Cookie header: the value found lies inside the header and has only bytes
 * that a cookie may have. -DDEFEITO_PLANTADO plants a defect to be found.
 */
#include "alvo.h"
#include "../../server/src/cookie.h"

int
LLVMFuzzerTestOneInput(const uint8_t *dados, size_t n)
{
    char *cabecalho = malloc(n + 1);
    const char *valor = NULL;
    size_t m = 0;

    memcpy(cabecalho, dados, n);
    cabecalho[n] = '\0';
    if (cookie_ler(cabecalho, "__Host-crm", &valor, &m) == COOKIE_ACHADO)
    {
        if (valor < cabecalho || valor + m > cabecalho + strlen(cabecalho) ||
            memchr(valor, ';', m) != NULL)
            abort();
#ifdef DEFEITO_PLANTADO
        if (m > 2)
            abort();
#endif
    }
    free(cabecalho);
    return 0;
}
