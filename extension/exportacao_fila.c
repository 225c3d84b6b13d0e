/*
 * exportacao_fila.c: the workers that write what is too much for a request.
 *
 * The waker of tarefas.c starts the leader, at once after the commit that queued
 * an export and when the server starts. It hands the exports that wait to at most
 * crm.exportadores workers of one export each, oldest first, tells their owners how
 * far they are, ends those that were cancelled, and ends itself when none is left.
 *
 * Who works at an export holds its lock (exportacao_trava) as long as the process
 * lives; a row that is executando without it was left by one that died and is done
 * again, EXPORTACAO_TENTATIVAS times. The file and the row's pronta are one
 * transaction, so an export ends once whatever is killed when.
 *
 * Source: SPEC EXPORT-1.
 */
#include "exportacao.h"

#include <limits.h>

#include "access/xact.h"
#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "commands/extension.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "pgstat.h"
#include "postmaster/bgworker.h"
#include "postmaster/interrupt.h"
#include "storage/latch.h"
#include "storage/lock.h"
#include "tcop/tcopprot.h"
#include "utils/backend_progress.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#include "identidade.h"
#include "importacao.h"
#include "tarefas.h"
#include "trava.h"

enum
{
    EXPORTADORES_MAX = 16,
    TURNO_MS = 500,  /* of the leader; also between two events of an export */
    APAGADAS_POR_TURNO = 100
};

typedef struct Vaga
{
    int64 id; /* 0: free */
    BackgroundWorkerHandle *processo;
    int64 linhas; /* told last */
    bool cancelada;
} Vaga;

PGDLLEXPORT void crm_exportacoes_turno(Datum arg);

static int exportadores = 2;
static bool acordar_no_fim = false;
static Vaga vagas[EXPORTADORES_MAX];

static void fim_transacao(XactEvent evento, void *arg);
static bool instalado(void);
static bool ha_fila(void);
static void vagas_conferir(void);
static int vagas_usadas(void);
static void vagas_preencher(void);
static bool iniciar(Vaga *vaga, int64 id);
static void abandonadas_devolver(void);
static void andamento(void);

void
exportacao_fila_init(void)
{
    DefineCustomIntVariable("crm.exportadores",
                            "Exports that are written at a time.", NULL,
                            &exportadores, 2, 1, EXPORTADORES_MAX, PGC_SIGHUP, 0,
                            NULL, NULL, NULL);
    RegisterXactCallback(fim_transacao, NULL);
}

void
exportacao_acordar(void)
{
    if (fila_existe())
        acordar_no_fim = true;
}

/* The latch of a process that sleeps is set after the commit is visible. */
static void
fim_transacao(XactEvent evento, void *arg)
{
    if (acordar_no_fim && evento == XACT_EVENT_COMMIT)
        tarefas_acordar(OPERARIO_EXPORTACOES);
    if (evento == XACT_EVENT_COMMIT || evento == XACT_EVENT_ABORT ||
        evento == XACT_EVENT_PREPARE)
        acordar_no_fim = false;
}

/*
 * crm.exportacoes_cuidar() returns bigint
 *
 * Exports set going or done, and files deleted.
 */
PG_FUNCTION_INFO_V1(crm_exportacoes_cuidar);
Datum
crm_exportacoes_cuidar(PG_FUNCTION_ARGS)
{
    static SPIPlanPtr expirar = NULL;
    int64 feito = 0;
    Sistema salvo;

    sistema_entrar(&salvo);
    SPI_connect();
    if (ha_fila())
    {
        if (fila_existe())
            exportacao_acordar();
        else
        {
            abandonadas_devolver();
            feito += exportacao_fazer_um();
        }
    }
    feito += exportacao_chamar("SELECT crm.exportacoes_expirar($1::integer)", &expirar,
                    APAGADAS_POR_TURNO, NULL);
    SPI_finish();
    sistema_sair(&salvo);
    PG_RETURN_INT64(feito);
}

/* ---- both ---- */

void
exportacao_comecar(const char *atividade)
{
    SetCurrentStatementStartTimestamp();
    StartTransactionCommand();
    PushActiveSnapshot(GetTransactionSnapshot());
    pgstat_report_activity(STATE_RUNNING, atividade);
}

void
exportacao_acabar(void)
{
    PopActiveSnapshot();
    CommitTransactionCommand();
    pgstat_report_stat(false);
    pgstat_report_activity(STATE_IDLE, NULL);
}

static bool
instalado(void)
{
    return OidIsValid(get_extension_oid("crm", true)) &&
           OidIsValid(RangeVarGetRelid(
               makeRangeVar("crm", "exportacao_partes", -1), NoLock, true));
}

static bool
ha_fila(void)
{
    static SPIPlanPtr guardado = NULL;

    SPI_execute_plan(plano(&guardado,
                           "SELECT FROM crm.exportacoes"
                           " WHERE estado IN ('na_fila', 'executando') LIMIT 1",
                           0, NULL),
                     NULL, NULL, false, 1);
    return SPI_processed > 0;
}

/* A function of the export's id and a text; what it returns as a number. */
int64
exportacao_chamar(const char *sql, SPIPlanPtr *guardado, int64 id, const char *texto)
{
    static const Oid tipos[] = {INT8OID, TEXTOID};
    Datum args[] = {Int64GetDatum(id),
                    texto ? CStringGetTextDatum(texto) : (Datum)0};
    bool nulo;
    Datum valor;

    if (SPI_execute_plan(plano(guardado, sql, texto ? 2 : 1, tipos), args, NULL,
                         false, 1) != SPI_OK_SELECT ||
        SPI_processed != 1)
        elog(ERROR, "could not change an export");
    valor = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &nulo);
    if (nulo)
        return 0;
    return SPI_gettypeid(SPI_tuptable->tupdesc, 1) == BOOLOID
               ? DatumGetBool(valor)
               : DatumGetInt64(valor);
}

/* ---- the leader ---- */

void
crm_exportacoes_turno(Datum arg)
{
    pqsignal(SIGTERM, die);
    pqsignal(SIGHUP, SignalHandlerForConfigReload);
    BackgroundWorkerUnblockSignals();
    BackgroundWorkerInitializeConnection(tarefas_banco(), NULL, 0);

    for (;;)
    {
        bool ha;

        CHECK_FOR_INTERRUPTS();
        if (ConfigReloadPending)
        {
            ConfigReloadPending = false;
            ProcessConfigFile(PGC_SIGHUP);
        }
        exportacao_comecar("crm.exportacoes");
        ha = instalado();
        if (ha)
        {
            LOCKTAG trava = trava_nome(TRAVA_EXPORTADOR, 0);

            /* Till the process ends; taken again each turn, which counts. */
            ha = LockAcquire(&trava, ExclusiveLock, true, true) !=
                 LOCKACQUIRE_NOT_AVAIL;
        }
        if (ha)
        {
            Sistema salvo;

            sistema_entrar(&salvo);
            SPI_connect();
            abandonadas_devolver();
            vagas_conferir();
            vagas_preencher();
            andamento();
            ha = vagas_usadas() > 0 || ha_fila();
            SPI_finish();
            sistema_sair(&salvo);
        }
        exportacao_acabar();
        if (!ha)
            return;
        (void)WaitLatch(MyLatch,
                        WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH,
                        TURNO_MS, PG_WAIT_EXTENSION);
        ResetLatch(MyLatch);
    }
}

/* Frees the places of workers that ended, and ends those whose export did. */
static void
vagas_conferir(void)
{
    static SPIPlanPtr guardado = NULL;

    for (int i = 0; i < EXPORTADORES_MAX; i++)
    {
        pid_t pid;

        if (vagas[i].id == 0)
            continue;
        if (GetBackgroundWorkerPid(vagas[i].processo, &pid) == BGWH_STOPPED)
        {
            pfree(vagas[i].processo);
            vagas[i].id = 0;
            continue;
        }
        if (!vagas[i].cancelada &&
            exportacao_chamar("SELECT e.estado = 'cancelada' FROM crm.exportacoes e"
                   " WHERE e.id = $1",
                   &guardado, vagas[i].id, NULL))
        {
            vagas[i].cancelada = true;
            TerminateBackgroundWorker(vagas[i].processo);
        }
    }
}

static int
vagas_usadas(void)
{
    int n = 0;

    for (int i = 0; i < EXPORTADORES_MAX; i++)
        n += vagas[i].id != 0;
    return n;
}

static bool
vaga_de(int64 id)
{
    for (int i = 0; i < EXPORTADORES_MAX; i++)
        if (vagas[i].id == id)
            return true;
    return false;
}

/* The oldest ones, but of each user in turn: nobody waits for another's five. */
static void
vagas_preencher(void)
{
    static SPIPlanPtr guardado = NULL;
    Oid tipo = INT4OID;
    Datum arg = Int32GetDatum(2 * EXPORTADORES_MAX);

    if (vagas_usadas() >= exportadores)
        return;
    if (SPI_execute_plan(
            plano(&guardado,
                  "SELECT e.id FROM (SELECT f.id, row_number() OVER"
                  "   (PARTITION BY f.usuario_id, f.role_banco"
                  "    ORDER BY f.estado = 'executando' DESC, f.id) AS n, f.estado"
                  "  FROM crm.exportacoes f"
                  " WHERE f.estado IN ('na_fila', 'executando')) e"
                  " WHERE e.estado = 'na_fila' ORDER BY e.n, e.id LIMIT $1",
                  1, &tipo),
            &arg, NULL, false, 0) != SPI_OK_SELECT)
        elog(ERROR, "could not read the queue of exports");
    for (uint64 k = 0; k < SPI_processed && vagas_usadas() < exportadores; k++)
    {
        bool nulo;
        const int64 id = DatumGetInt64(SPI_getbinval(
            SPI_tuptable->vals[k], SPI_tuptable->tupdesc, 1, &nulo));

        if (vaga_de(id))
            continue;
        for (int i = 0; i < EXPORTADORES_MAX; i++)
            if (vagas[i].id == 0)
            {
                /* No free worker slot: in the next turn. */
                if (!iniciar(&vagas[i], id))
                    return;
                break;
            }
    }
}

static bool
iniciar(Vaga *vaga, int64 id)
{
    BackgroundWorker w = {0};
    MemoryContext antes = MemoryContextSwitchTo(TopMemoryContext);
    bool deu_certo;

    w.bgw_flags = BGWORKER_SHMEM_ACCESS | BGWORKER_BACKEND_DATABASE_CONNECTION;
    w.bgw_start_time = BgWorkerStart_RecoveryFinished;
    w.bgw_restart_time = BGW_NEVER_RESTART;
    w.bgw_notify_pid = MyProcPid;
    w.bgw_main_arg = Int64GetDatum(id);
    strlcpy(w.bgw_library_name, "crm", BGW_MAXLEN);
    strlcpy(w.bgw_function_name, "crm_exportacao_turno", BGW_MAXLEN);
    snprintf(w.bgw_name, BGW_MAXLEN, "crm exportacao " INT64_FORMAT, id);
    strlcpy(w.bgw_type, "crm exportacao", BGW_MAXLEN);
    deu_certo = RegisterDynamicBackgroundWorker(&w, &vaga->processo);
    MemoryContextSwitchTo(antes);
    if (deu_certo)
    {
        vaga->id = id;
        vaga->linhas = -1;
        vaga->cancelada = false;
    }
    return deu_certo;
}

/* What is executando and nobody is at. */
static void
abandonadas_devolver(void)
{
    static SPIPlanPtr achar = NULL;
    static SPIPlanPtr devolver = NULL;
    SPITupleTable *linhas;
    uint64 n;

    if (SPI_execute_plan(plano(&achar,
                               "SELECT id FROM crm.exportacoes"
                               " WHERE estado = 'executando' ORDER BY id",
                               0, NULL),
                         NULL, NULL, false, 0) != SPI_OK_SELECT)
        elog(ERROR, "could not read the exports");
    linhas = SPI_tuptable;
    n = SPI_processed;
    for (uint64 i = 0; i < n; i++)
    {
        bool nulo;
        const int64 id = DatumGetInt64(
            SPI_getbinval(linhas->vals[i], linhas->tupdesc, 1, &nulo));
        const LOCKTAG trava = exportacao_trava(id);

        /* Until this transaction ends. */
        if (LockAcquire(&trava, ExclusiveLock, false, true) !=
            LOCKACQUIRE_NOT_AVAIL)
            (void)exportacao_chamar(psprintf("SELECT (crm.exportacao_devolver($1, %d) IS NULL)",
                                  EXPORTACAO_TENTATIVAS),
                         &devolver, id, NULL);
    }
    SPI_freetuptable(linhas);
}

/* Tells the owners what COPY says of its rows. */
static void
andamento(void)
{
    static SPIPlanPtr guardado = NULL;
    static SPIPlanPtr anunciar = NULL;
    SPITupleTable *linhas;
    uint64 n;

    if (vagas_usadas() == 0)
        return;
    if (SPI_execute_plan(plano(&guardado,
                               "SELECT e.id, e.linhas_feitas"
                               "  FROM crm.exportacoes_andamento() e",
                               0, NULL),
                         NULL, NULL, false, 0) != SPI_OK_SELECT)
        elog(ERROR, "could not read the progress of exports");
    linhas = SPI_tuptable;
    n = SPI_processed;
    for (uint64 k = 0; k < n; k++)
    {
        bool nulo;
        const int64 id = DatumGetInt64(
            SPI_getbinval(linhas->vals[k], linhas->tupdesc, 1, &nulo));
        const int64 feitas = DatumGetInt64(
            SPI_getbinval(linhas->vals[k], linhas->tupdesc, 2, &nulo));

        for (int i = 0; i < EXPORTADORES_MAX; i++)
            if (vagas[i].id == id && feitas > vagas[i].linhas)
            {
                vagas[i].linhas = feitas;
                (void)exportacao_chamar(psprintf("SELECT (crm.exportacao_anunciar($1, $2::bigint)"
                                      " IS NULL)"),
                             &anunciar, id, psprintf(INT64_FORMAT, feitas));
            }
    }
    SPI_freetuptable(linhas);
}
