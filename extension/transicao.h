/*
 * transicao.h: reading the transition tables of a statement trigger in C.
 *
 * OLD TABLE and NEW TABLE of an UPDATE are filled in the same order, so that
 * their n-th rows are the two versions of one row.
 */
#ifndef TRANSICAO_H
#define TRANSICAO_H

#include "commands/trigger.h"
#include "executor/tuptable.h"

typedef struct Transicao
{
    TriggerData *gatilho;
    TupleTableSlot *velha; /* NULL for INSERT */
    TupleTableSlot *nova;  /* NULL for DELETE */
    int ponteiro_velha;
    int ponteiro_nova;
} Transicao;

/* What the trigger was called with; 39P01 when it was not called as one. */
extern TriggerData *transicao_gatilho(FunctionCallInfo fcinfo);
/* Rows that the statement wrote. */
extern int64 transicao_linhas(const TriggerData *gatilho);
/* Then transicao_proxima() sets velha and nova to a row, until it is false; it looks
 * for interrupts. */
extern void transicao_abrir(Transicao *t, TriggerData *gatilho);
extern bool transicao_proxima(Transicao *t);
extern void transicao_fechar(Transicao *t);

/* Attribute number of a column by its name; elog when it is missing. */
extern AttrNumber transicao_coluna(const TriggerData *gatilho,
                                   const char *nome);
/* Is the column the same in both versions? */
extern bool transicao_igual(const Transicao *t, AttrNumber coluna);

#endif
