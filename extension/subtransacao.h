/*
 * subtransacao.h: work that may fail and be undone alone.
 */
#ifndef CRM_SUBTRANSACAO_H
#define CRM_SUBTRANSACAO_H

#include "crm.h"

/*
 * Calls fazer(arg) in a subtransaction, in the present memory context. NULL: it
 * returned, and what it did stays. Else the error that it raised, in the present
 * context; everything that it did is undone and the caller decides: let it be, or
 * ReThrowError().
 */
extern ErrorData *subtransacao(void (*fazer)(void *arg), void *arg);

#endif
