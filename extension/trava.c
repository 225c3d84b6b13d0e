/*
 * trava.c: the advisory locks of the product.
 *
 * They lie in a key space (field 4 of the tag) that pg_advisory_lock() and the
 * like cannot name: whoever may run SQL, and were it only for BI, could stop
 * logins, runs and counters by holding a lock of theirs.
 */
#include "trava.h"

#include "miscadmin.h"

enum
{
    TRAVA_CAMPO = 3 /* the functions of SQL use 1 and 2 */
};

LOCKTAG
trava_nome(uint32 classe, uint32 chave)
{
    LOCKTAG nome;

    SET_LOCKTAG_ADVISORY(nome, MyDatabaseId, classe, chave, TRAVA_CAMPO);
    return nome;
}

bool
trava_pegar(uint32 classe, uint32 chave, bool esperar)
{
    LOCKTAG nome = trava_nome(classe, chave);

    return LockAcquire(&nome, ExclusiveLock, false, !esperar) !=
           LOCKACQUIRE_NOT_AVAIL;
}

void
trava_soltar(uint32 classe, uint32 chave)
{
    LOCKTAG nome = trava_nome(classe, chave);

    (void)LockRelease(&nome, ExclusiveLock, false);
}
