/*
 * operario.c: what the background workers of the product share.
 */
#include "operario.h"

#include "access/xact.h"
#include "catalog/namespace.h"
#include "commands/dbcommands.h"
#include "commands/extension.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "pgstat.h"
#include "utils/backend_status.h"
#include "utils/snapmgr.h"

static void fim_transacao(XactEvent evento, void *arg);

/* Who is wanted once this transaction is committed. */
static bool querem[OPERARIOS];

void
operario_init(void)
{
    RegisterXactCallback(fim_transacao, NULL);
}

bool
operario_existe(void)
{
    const char *banco = despertador_banco();

    return banco != NULL && strcmp(get_database_name(MyDatabaseId), banco) == 0;
}

void
operario_chamar(Operario qual)
{
    if (operario_existe())
        querem[qual] = true;
}

/* The latch of a process that sleeps is set after the commit is visible. */
static void
fim_transacao(XactEvent evento, void *arg)
{
    if (evento != XACT_EVENT_COMMIT && evento != XACT_EVENT_ABORT &&
        evento != XACT_EVENT_PREPARE)
        return;
    for (int i = 0; i < OPERARIOS; i++)
    {
        if (querem[i] && evento == XACT_EVENT_COMMIT)
            despertador_tocar(i);
        querem[i] = false;
    }
}

bool
operario_iniciar(const char *nome, const char *tipo, const char *funcao,
                 Datum arg, BackgroundWorkerHandle **processo)
{
    BackgroundWorker w = {0};

    w.bgw_flags = BGWORKER_SHMEM_ACCESS | BGWORKER_BACKEND_DATABASE_CONNECTION;
    w.bgw_start_time = BgWorkerStart_RecoveryFinished;
    w.bgw_restart_time = BGW_NEVER_RESTART;
    w.bgw_notify_pid = MyProcPid;
    w.bgw_main_arg = arg;
    strlcpy(w.bgw_library_name, "crm", BGW_MAXLEN);
    strlcpy(w.bgw_function_name, funcao, BGW_MAXLEN);
    strlcpy(w.bgw_name, nome, BGW_MAXLEN);
    strlcpy(w.bgw_type, tipo, BGW_MAXLEN);
    return RegisterDynamicBackgroundWorker(&w, processo);
}

bool
operario_instalado(const char *tabela)
{
    return OidIsValid(get_extension_oid("crm", true)) &&
           OidIsValid(RangeVarGetRelid(
               makeRangeVar("crm", unconstify(char *, tabela), -1), NoLock,
               true));
}

void
operario_comecar(const char *atividade)
{
    SetCurrentStatementStartTimestamp();
    StartTransactionCommand();
    PushActiveSnapshot(GetTransactionSnapshot());
    pgstat_report_activity(STATE_RUNNING, atividade);
}

void
operario_acabar(void)
{
    PopActiveSnapshot();
    CommitTransactionCommand();
    pgstat_report_stat(false);
    pgstat_report_activity(STATE_IDLE, NULL);
}

ErrorData *
operario_abortar(MemoryContext contexto)
{
    ErrorData *erro;

    MemoryContextSwitchTo(contexto);
    HOLD_INTERRUPTS();
    erro = CopyErrorData();
    EmitErrorReport();
    FlushErrorState();
    AbortCurrentTransaction();
    RESUME_INTERRUPTS();
    pgstat_report_activity(STATE_IDLE, NULL);
    MemoryContextSwitchTo(contexto);
    return erro;
}

/* Only refusals of ours speak to the user. */
const char *
operario_motivo(const ErrorData *erro)
{
    return crm_falha_foi(erro->sqlerrcode)
               ? erro->message
               : psprintf("Erro interno (%s).",
                          unpack_sql_state(erro->sqlerrcode));
}
