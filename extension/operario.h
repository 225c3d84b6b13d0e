/*
 * operario.h: what the background workers of the product share.
 */
#ifndef CRM_OPERARIO_H
#define CRM_OPERARIO_H

#include "crm.h"

#include "postmaster/bgworker.h"

#include "despertador.h"

extern void operario_init(void);

/* ---- for who has work for one ---- */

/* Are there workers for this database? */
extern bool operario_existe(void);
/* After the commit of this transaction that worker, if there is one, looks for
 * work. */
extern void operario_chamar(Operario qual);

/*
 * Starts a worker, once; *processo lives in the present context. false: no slot
 * is free.
 */
extern bool operario_iniciar(const char *nome, const char *tipo,
                             const char *funcao, Datum arg,
                             BackgroundWorkerHandle **processo);

/* ---- for the worker ---- */

/* Is the product installed in this database, with that table of schema crm? */
extern bool operario_instalado(const char *tabela);

/* A transaction of it, shown as atividade, with a snapshot. */
extern void operario_comecar(const char *atividade);
extern void operario_acabar(void);

/*
 * In a PG_CATCH() around that: logs the error, undoes the transaction and
 * returns the error, in contexto.
 */
extern ErrorData *operario_abortar(MemoryContext contexto);
/* What the user is told of it, in the present context. */
extern const char *operario_motivo(const ErrorData *erro);

#endif
