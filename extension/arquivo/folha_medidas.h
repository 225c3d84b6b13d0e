/*
 * folha_medidas.h: what folha.c and folha_larguras.c share of a page. In points.
 */
#ifndef FOLHA_MEDIDAS_H
#define FOLHA_MEDIDAS_H

#include "folha.h"

#define MARGEM 28.0
#define UTIL (FOLHA_LARGURA - 2 * MARGEM)
#define TAMANHO_MAX 8.0 /* of the table's text */
#define RECUO 3.0       /* inside a column, left and right */

/* Size of the text and widths of the columns, by what folha_medir() was shown. */
extern void folha_larguras(Folha *f);

#endif
