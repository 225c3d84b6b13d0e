/*
 * valor.h: cells by the type of their column, from PostgreSQL's text to numbers,
 * days and what a person reads; free of PostgreSQL and of any file format.
 *
 * Only what stays exact has a value: 15 significant digits, days a spreadsheet
 * counts right. All else is text.
 */
#ifndef VALOR_H
#define VALOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum ColunaTipo
{
    COLUNA_TEXTO,
    COLUNA_INTEIRO,
    COLUNA_DECIMAL,
    COLUNA_MOEDA,
    COLUNA_PERCENTUAL,
    COLUNA_DATA,
    COLUNA_DATAHORA,
    COLUNA_BOOLEANO,
    COLUNA_TIPOS
} ColunaTipo;

enum
{
    VALOR_TEXTO_MAX = 48 /* bytes of what valor_legivel() writes, with the NUL */
};

typedef enum ValorTipo
{
    VALOR_TEXTO,
    VALOR_NUMERO,
    VALOR_DIA,
    VALOR_INSTANTE,
    VALOR_LOGICO
} ValorTipo;

typedef struct Valor
{
    ValorTipo tipo;
    int64_t digitos; /* VALOR_NUMERO: digitos / 10^casas */
    int casas;
    int ano, mes, dia, hora, minuto, segundo;
    bool logico;
} Valor;

extern Valor valor_ler(ColunaTipo tipo, const char *texto, size_t n);
extern double valor_numero(const Valor *v);

/* Days since 1899-12-30 and their fraction. */
extern double valor_serie(const Valor *v);

/*
 * As a person in Brazil reads it, ended by NUL; returns its bytes. v is not
 * VALOR_TEXTO. Numbers are rounded half away from zero to the places of the
 * type, instants are given to the minute.
 */
extern size_t valor_legivel(ColunaTipo tipo, const Valor *v, char *saida);

/* "AAAA-MM-DD HH:MM:SS" with or without a fraction. */
extern bool valor_instante(const char *texto, size_t n, Valor *v);

/* -1: no such type. */
extern int coluna_tipo(const char *nome);

#endif
