/*
 * planilha_texto.h: text as a cell of xlsx holds it; free of libraries.
 */
#ifndef PLANILHA_TEXTO_H
#define PLANILHA_TEXTO_H

#include "linhas.h"

#include <stdint.h>

enum
{
    PLANILHA_CELULA_MAX = 32767 /* UTF-16 units */
};

/* Zero it at first. */
typedef struct PlanilhaTexto
{
    char *texto;
    size_t cabem;
} PlanilhaTexto;

/*
 * The cell's text, ended by NUL, for libxlsxwriter: a spreadsheet takes _x0041_
 * for "A" and XML has no U+FFFE, so both are written in that way; what is too
 * long ends in … and is counted. Lasts until the next call or row.
 */
extern const char *planilha_texto(PlanilhaTexto *p, const Celula *c, uint64_t *cortadas);
/*
 * Text of one line for what is not a cell (header, footer, properties): whole
 * characters, ended by NUL, in cabem bytes; dobrar (or '\0') is written twice.
 */
extern void planilha_legenda(const char *texto, char dobrar, char *saida, size_t cabem);
extern void planilha_texto_fechar(PlanilhaTexto *p);

#endif
