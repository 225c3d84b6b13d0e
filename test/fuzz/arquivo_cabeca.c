/*
 * Any bytes as the head of an export: read or refused with the line that is
 * wrong; what is read is UTF-8 and within the limits. -DDEFEITO_PLANTADO takes any
 * number of values in a line. EXPORT-2, EXPORT-3.
 * fontes: extension/arquivo/valor.c
 */
#include "alvo.h"
#include "cabeca.h"
#include "linhas.h"
#include "texto_puro.h"

static void
texto(const char *t)
{
    size_t n = strlen(t);

    for (size_t i = 0; i < n;)
    {
        uint32_t c;
        int k = utf8_caractere(t + i, n - i, &c);

        EXIGE(k > 0);
        i += (size_t)k;
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *dados, size_t n)
{
    char *copia = malloc(n + 1); /* exactly what cabeca_ler() may touch */
    const char *falha;
    Cabeca c;
    int linha;

    memcpy(copia, dados, n);
    falha = cabeca_ler(&c, copia, n, &linha);
    if (falha == NULL)
    {
        EXIGE(linha == 0 && c.n_colunas > 0 && c.quando.tipo == VALOR_INSTANTE);
        texto(c.titulo);
        texto(c.usuario);
        for (size_t i = 0; i < c.n_colunas; i++)
        {
            EXIGE(c.colunas[i].tipo < COLUNA_TIPOS);
            EXIGE(c.colunas[i].largura >= 0 && c.colunas[i].largura <= CABECA_LARGURA_MAX);
            texto(c.colunas[i].titulo);
        }
        for (size_t i = 0; i < c.n_filtros; i++)
        {
            texto(c.filtros[i].nome);
            texto(c.filtros[i].valor);
        }
    }
    else
        EXIGE(linha >= 0);
    cabeca_fechar(&c);
    free(copia);
    return 0;
}
