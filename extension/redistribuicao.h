/*
 * redistribuicao.h: dealing the eligible clients to the sellers.
 */
#ifndef CRM_REDISTRIBUICAO_H
#define CRM_REDISTRIBUICAO_H

#include "crm.h"

typedef enum DistribuirModo
{
    DISTRIBUIR_DIFERENCA,     /* move as few as possible */
    DISTRIBUIR_TUDO,          /* free all but the pinned, deal afresh */
    DISTRIBUIR_TUDO_E_FIXADOS /* free the pinned too */
} DistribuirModo;

/*
 * The first lock of every operation that may end in a distribution, before any
 * row of vendedores, clientes or cliente_vendedor is locked; held until the
 * transaction ends. May be repeated.
 *
 * Errors: 25001 unless READ COMMITTED, where each statement sees what was
 *         committed before it.
 */
extern void distribuicao_travar(void);

/*
 * Deals. origem is one of crm.lotes.origem. Returns lotes.id; 0 when nothing had
 * to change and se_mudar was set. Who calls has judged the caller's right.
 */
extern int64 distribuir(const char *origem, DistribuirModo modo, bool se_mudar);

/* The row of crm.lotes as the record that an SQL face declares. */
extern Datum lote_resultado(FunctionCallInfo fcinfo, int64 lote);

#endif
