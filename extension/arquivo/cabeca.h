/*
 * cabeca.h: the head file: what the rows are, and what the file says of itself;
 * free of PostgreSQL. Format: README.md.
 */
#ifndef CABECA_H
#define CABECA_H

#include "valor.h"

#include <stddef.h>

enum
{
    CABECA_BYTES_MAX = 4 * 1024 * 1024,
    CABECA_LARGURA_MAX = 255 /* characters */
};

typedef struct Filtro
{
    const char *nome;
    const char *valor;
} Filtro;

typedef struct Coluna
{
    ColunaTipo tipo;
    int largura; /* characters; 0: by its content */
    const char *titulo;
} Coluna;

typedef struct Cabeca
{
    const char *titulo;
    const char *usuario;
    Valor quando;
    Filtro *filtros;
    size_t n_filtros;
    Coluna *colunas;
    size_t n_colunas;
} Cabeca;

/*
 * Reads n bytes at dados, which must stay and are changed; one more byte
 * follows them. NULL, or what is wrong with line *linha (0: the whole).
 */
extern const char *cabeca_ler(Cabeca *c, char *dados, size_t n, int *linha);
extern void cabeca_fechar(Cabeca *c);

#endif
