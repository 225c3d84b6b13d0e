/*
 * cache_exame.c: is the database fit to be cached?
 *
 * A worker of its own, because the guard stays out of every database. It wants
 * all triggers of 36_cache_gatilhos.sql and the event triggers in place and
 * enabled, no table that can be written through another one, and no transaction
 * prepared at a time when there was no cache.
 */
#include "cache_exame.h"

#include "access/xact.h"
#include "catalog/namespace.h"
#include "commands/extension.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "pgstat.h"
#include "postmaster/bgworker.h"
#include "storage/latch.h"
#include "tcop/tcopprot.h"
#include "utils/guc.h"
#include "utils/snapmgr.h"

#include "cache_estado.h"

enum
{
    EXAME_TURNO_MS = 50
};

PGDLLEXPORT void crm_cache_exame(Datum arg);

static void exame_fazer(void);
static void exame_concluir(bool apto, const char *id, const char *motivo);

bool
cache_examinar(Oid banco, void (*esperando)(void))
{
    BackgroundWorker w = {0};
    BackgroundWorkerHandle *trabalhador;
    BgwHandleStatus situacao;
    pid_t pid;
    const uint64 ddl = pg_atomic_read_u64(&cache_estado->ddl);

    pg_memory_barrier();
    cache_estado->exame_apto = false;
    cache_estado->exame_banco = banco;
    w.bgw_flags = BGWORKER_SHMEM_ACCESS | BGWORKER_BACKEND_DATABASE_CONNECTION;
    w.bgw_start_time = BgWorkerStart_RecoveryFinished;
    w.bgw_restart_time = BGW_NEVER_RESTART;
    w.bgw_notify_pid = MyProcPid;
    w.bgw_main_arg = ObjectIdGetDatum(banco);
    strlcpy(w.bgw_library_name, "crm", BGW_MAXLEN);
    strlcpy(w.bgw_function_name, "crm_cache_exame", BGW_MAXLEN);
    strlcpy(w.bgw_name, "crm exame do cache", BGW_MAXLEN);
    strlcpy(w.bgw_type, "crm exame do cache", BGW_MAXLEN);
    if (!RegisterDynamicBackgroundWorker(&w, &trabalhador))
    {
        cache_motivo("no free background worker to look at the database");
        return false;
    }
    for (;;)
    {
        CHECK_FOR_INTERRUPTS();
        situacao = GetBackgroundWorkerPid(trabalhador, &pid);
        if (situacao == BGWH_STOPPED || situacao == BGWH_POSTMASTER_DIED)
            break;
        if (esperando != NULL)
            esperando();
        (void)WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH,
                        EXAME_TURNO_MS, PG_WAIT_EXTENSION);
        ResetLatch(MyLatch);
    }
    pfree(trabalhador);
    cache_estado->exame_ddl = ddl;
    return cache_estado->exame_apto;
}

void
crm_cache_exame(Datum arg)
{
    pqsignal(SIGTERM, die);
    BackgroundWorkerUnblockSignals();
    exame_concluir(false, "", "could not look at the database");
    BackgroundWorkerInitializeConnectionByOid(DatumGetObjectId(arg), InvalidOid,
                                              0);
    /* An installation holds locks until it ends: look again later. */
    SetConfigOption("lock_timeout", "1s", PGC_SUSET, PGC_S_OVERRIDE);
    SetConfigOption("search_path", "pg_catalog", PGC_SUSET, PGC_S_OVERRIDE);
    SetConfigOption("row_security", "off", PGC_SUSET, PGC_S_OVERRIDE);

    SetCurrentStatementStartTimestamp();
    StartTransactionCommand();
    SPI_connect();
    PushActiveSnapshot(GetTransactionSnapshot());
    pgstat_report_activity(STATE_RUNNING, "crm exame do cache");
    exame_fazer();
    SPI_finish();
    PopActiveSnapshot();
    CommitTransactionCommand();
    pgstat_report_activity(STATE_IDLE, NULL);
}

static void
exame_fazer(void)
{
    static const char sql[] =
        "SELECT crm.cache_defeito(), substr(pg_catalog.encode(pg_catalog.sha256("
        "       valor || pg_catalog.convert_to(system_identifier::pg_catalog.text"
        "       || ':' || d.oid, 'UTF8')), 'hex'), 1, 16)"
        "  FROM crm.segredos, pg_catalog.pg_control_system(),"
        "       pg_catalog.pg_database d"
        " WHERE nome = 'cache' AND d.datname = pg_catalog.current_database()";
    char *defeito;

    if (!OidIsValid(get_extension_oid("crm", true)) ||
        !OidIsValid(RangeVarGetRelid(makeRangeVar("crm", "segredos", -1), NoLock,
                                     true)))
    {
        exame_concluir(false, "", "crm is not installed in the database");
        return;
    }
    if (SPI_execute(sql, true, 1) != SPI_OK_SELECT || SPI_processed != 1)
    {
        exame_concluir(false, "", "crm.instalar() was not run");
        return;
    }
    defeito = SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1);
    exame_concluir(defeito == NULL,
                   SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 2),
                   defeito == NULL ? "" : defeito);
}

static void
exame_concluir(bool apto, const char *id, const char *motivo)
{
    char texto[CACHE_ID_MAX];

    strlcpy(texto, id, sizeof(texto));
    cache_motivo(motivo);
    SpinLockAcquire(&cache_estado->trava);
    if (texto[0] != '\0')
        memcpy(cache_estado->id, texto, sizeof(texto));
    cache_estado->exame_apto = apto;
    SpinLockRelease(&cache_estado->trava);
}
