/*
 * contagem.h: counting for who writes cliente_vendedor without its triggers.
 *
 * The distribution does (redistribuicao.c). It tells each row it closed or
 * opened, as the statement returned it, and the differences are written once.
 */
#ifndef CONTAGEM_H
#define CONTAGEM_H

#include "crm.h"

typedef struct Apuracao Apuracao;

/* ---- contagem_apuracao.c ---- */

/* An empty one in the present context, ended by contagem_terminar(). */
extern Apuracao *contagem_iniciar(void);
/* An untouched row is open (sinal 1) or not any more (-1). */
extern void contagem_aberta(Apuracao *a, int64 vendedor_id, DateADT dia,
                            bool fixado, int64 centavos, int sinal);
/* A row was given to the seller on that business day. */
extern void contagem_recebida(Apuracao *a, int64 vendedor_id, DateADT dia);
/* Writes the differences that are not zero and frees a. */
extern void contagem_terminar(Apuracao *a);

/* numeric(14,2) as cents; ERROR 22003 when it is NaN. */
extern int64 contagem_centavos(Datum valor);

/* ---- contagem_dobra.c ---- */

/* Is what is being written the folding of differences? No sum changes. */
extern bool contagem_dobrando(void);

#endif
