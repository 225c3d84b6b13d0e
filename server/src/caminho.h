/*
 * caminho.h: does a request path fit a pattern of the route table?
 */
#ifndef CRM_CAMINHO_H
#define CRM_CAMINHO_H

#include <stdbool.h>
#include <stddef.h>

enum
{
    CAMINHO_PARAMETROS_MAX = 4,
    CAMINHO_VALOR_MAX = 100 /* bytes of one parameter */
};

/*
 * Points into the pattern (nome) and into the path (valor). api_entrada.c adds what a
 * header says (if_match); valor NULL: the header is not there.
 */
typedef struct CaminhoParametro
{
    const char *nome;
    size_t nome_n;
    const char *valor;
    size_t valor_n;
} CaminhoParametro;

typedef struct CaminhoParametros
{
    int n;
    CaminhoParametro p[CAMINHO_PARAMETROS_MAX];
} CaminhoParametros;

extern bool caminho_casar(const char *padrao, const char *caminho,
                          CaminhoParametros *saida);

#endif
