/*
 * caminho.c: path patterns like /api/admin/usuarios/{id}/senha.
 *
 * The path is compared as it came: nothing is percent-decoded, so two spellings
 * of one resource do not exist.
 */
#include "caminho.h"

#include <string.h>

/*
 * True when caminho fits padrao; saida then holds one entry per {name}.
 *
 * A parameter is one segment of 1 to CAMINHO_VALOR_MAX printable ASCII bytes;
 * whether it is a number is the business of the SQL function (422).
 */
bool
caminho_casar(const char *padrao, const char *caminho, CaminhoParametros *saida)
{
    saida->n = 0;
    while (*padrao != '\0')
    {
        CaminhoParametro *p;
        const char *fim;

        if (*padrao != '{')
        {
            if (*padrao++ != *caminho++)
                return false;
            continue;
        }
        if (saida->n == CAMINHO_PARAMETROS_MAX ||
            (fim = strchr(padrao, '}')) == NULL)
            return false;

        p = &saida->p[saida->n];
        p->nome = padrao + 1;
        p->nome_n = (size_t)(fim - p->nome);
        p->valor = caminho;
        while (*caminho > ' ' && *caminho <= '~' && *caminho != '/')
            caminho++;
        p->valor_n = (size_t)(caminho - p->valor);
        if (p->valor_n == 0 || p->valor_n > CAMINHO_VALOR_MAX)
            return false;
        saida->n++;
        padrao = fim + 1;
    }
    return *caminho == '\0';
}
