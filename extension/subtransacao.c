/*
 * subtransacao.c: work that may fail and be undone alone.
 */
#include "subtransacao.h"

#include "access/xact.h"
#include "utils/memutils.h"
#include "utils/resowner.h"

ErrorData *
subtransacao(void (*fazer)(void *arg), void *arg)
{
    MemoryContext contexto = CurrentMemoryContext;
    ResourceOwner dono = CurrentResourceOwner;
    ErrorData *volatile erro = NULL;

    BeginInternalSubTransaction(NULL);
    MemoryContextSwitchTo(contexto);
    PG_TRY();
    {
        fazer(arg);
        ReleaseCurrentSubTransaction();
    }
    PG_CATCH();
    {
        MemoryContextSwitchTo(contexto);
        erro = CopyErrorData();
        FlushErrorState();
        RollbackAndReleaseCurrentSubTransaction();
    }
    PG_END_TRY();
    MemoryContextSwitchTo(contexto);
    CurrentResourceOwner = dono;
    return erro;
}
