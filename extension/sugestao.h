/*
 * sugestao.h: which field of a client is a column of a file? Free of PostgreSQL
 * and Kore. Asked by the import.
 */
#ifndef SUGESTAO_H
#define SUGESTAO_H

#include "campo_cliente.h"
#include "csv.h"

enum
{
    SUGESTAO_AMOSTRA = 100 /* cells of a column that are looked at */
};

/* Cells of a column, the empty ones left out. */
typedef struct SugestaoColuna
{
    CsvCelula titulo; /* n 0: none */
    int n;
    CsvCelula celulas[SUGESTAO_AMOSTRA];
} SugestaoColuna;

/*
 * The field a title names and how surely (0 best), whatever its accents, case
 * and punctuation; CAMPOS_CLIENTE: none.
 */
extern CampoCliente sugestao_titulo(const char *titulo, size_t n, int *incerteza);

/*
 * A field for each of n columns, or CAMPOS_CLIENTE; none twice. Titles decide,
 * contents where they say nothing.
 */
extern void sugestao_colunas(const SugestaoColuna *colunas, int n,
                             CampoCliente *campos);

/* Are the cells of a first record titles, not values? */
extern bool sugestao_cabecalho(const CsvCelula *celulas, int n);

/* Does it hold a CPF, a date of birth or a mother's name, as far as one sees? */
extern bool sugestao_sensivel(const SugestaoColuna *coluna, CampoCliente campo);

#endif
