/*
 * tarefas.c: what has to be done again and again, by crm.tarefas().
 *
 * Anybody with the right may call it (cron, without preload). With the library
 * preloaded a background worker does: a small one that is connected to no
 * database wakes every crm.tarefas_intervalo seconds and, when the database
 * crm.banco exists, starts a second one that connects, calls crm.tarefas() and
 * ends. So nothing stands in the way of DROP DATABASE or CREATE DATABASE …
 * TEMPLATE, a database that does not exist yet is waited for in silence, and an
 * error costs one turn.
 *
 * The same small worker starts those of imports (importacao_fila.c) and exports
 * (exportacao_fila.c), as soon as somebody asks for one by its latch.
 */
#include "tarefas.h"

#include "crm.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/namespace.h"
#include "catalog/pg_database.h"
#include "catalog/pg_type.h"
#include "commands/extension.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "pgstat.h"
#include "postmaster/bgworker.h"
#include "postmaster/interrupt.h"
#include "port/atomics.h"
#include "storage/ipc.h"
#include "storage/latch.h"
#include "storage/shmem.h"
#include "tcop/tcopprot.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/resowner.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#include "expediente.h"
#include "presenca.h"
#include "reciclagem.h"
#include "redistribuicao.h"
#include "trava.h"

enum
{
    INTERVALO_PADRAO_S = 30,
    REINICIO_S = 60 /* of the waker, after an error */
};

typedef struct Tarefa
{
    const char *nome;
    int64 (*fazer)(void); /* returns how much there was to do */
} Tarefa;

/* What the waker and who wakes it share. */
typedef struct Campainha
{
    pg_atomic_uint32 querem[OPERARIOS]; /* somebody wants that worker */
    Latch *despertador; /* of the waker, NULL while there is none */
} Campainha;

PGDLLEXPORT void crm_tarefas_despertador(Datum arg);
PGDLLEXPORT void crm_tarefas_turno(Datum arg);

static int64 novo_dia(void);
static int64 contagens(void);
static int64 limpar(void);
static int64 executar(const char *sql);
static bool tentar(const Tarefa *tarefa, int64 *feito);
static int64 importacoes(void);
static int64 previsao(void);
static int64 exportacoes(void);
static void campainha_pedir(void);
static void campainha_abrir(void);
static void despertador_sair(int codigo, Datum arg);
static bool banco_existe(void);
static void iniciar_turno(void);
static void iniciar_operario(Operario qual);

static const Tarefa tarefas[] = {
    {"presenca", presenca_recolher},
    {"expediente", expediente_cuidar},
    {"reciclagem", reciclar},
    {"dia", novo_dia},
    {"contagens", contagens},
    {"limpeza", limpar},
    {"importacoes", importacoes},
    {"previsao", previsao},
    {"exportacoes", exportacoes},
};

static int intervalo_s = INTERVALO_PADRAO_S;
static char *banco = NULL;
static Campainha *campainha = NULL;
static shmem_request_hook_type pedido_anterior = NULL;
static shmem_startup_hook_type abertura_anterior = NULL;

/* A worker's GUCs and registration exist only when the library is preloaded. */
void
tarefas_init(void)
{
    BackgroundWorker w = {0};

    if (!process_shared_preload_libraries_in_progress)
        return;

    DefineCustomStringVariable("crm.banco",
                               "Database whose crm.tarefas() is called.", NULL,
                               &banco, "crm", PGC_POSTMASTER, 0, NULL, NULL,
                               NULL);
    DefineCustomIntVariable("crm.tarefas_intervalo",
                            "Seconds between two calls of crm.tarefas(); 0 "
                            "calls it never.",
                            NULL, &intervalo_s, INTERVALO_PADRAO_S, 0, 86400,
                            PGC_SIGHUP, GUC_UNIT_S, NULL, NULL, NULL);

    pedido_anterior = shmem_request_hook;
    shmem_request_hook = campainha_pedir;
    abertura_anterior = shmem_startup_hook;
    shmem_startup_hook = campainha_abrir;

    w.bgw_flags = BGWORKER_SHMEM_ACCESS | BGWORKER_BACKEND_DATABASE_CONNECTION;
    w.bgw_start_time = BgWorkerStart_RecoveryFinished;
    w.bgw_restart_time = REINICIO_S;
    strlcpy(w.bgw_library_name, "crm", BGW_MAXLEN);
    strlcpy(w.bgw_function_name, "crm_tarefas_despertador", BGW_MAXLEN);
    strlcpy(w.bgw_name, "crm despertador", BGW_MAXLEN);
    strlcpy(w.bgw_type, "crm despertador", BGW_MAXLEN);
    RegisterBackgroundWorker(&w);
}

const char *
tarefas_banco(void)
{
    return campainha != NULL ? banco : NULL;
}

void
tarefas_acordar(Operario qual)
{
    Latch *despertador;

    if (campainha == NULL)
        return;
    pg_atomic_write_u32(&campainha->querem[qual], 1);
    pg_memory_barrier();
    despertador = campainha->despertador;
    if (despertador != NULL)
        SetLatch(despertador);
}

static void
campainha_pedir(void)
{
    if (pedido_anterior)
        pedido_anterior();
    RequestAddinShmemSpace(MAXALIGN(sizeof(Campainha)));
}

static void
campainha_abrir(void)
{
    bool existe;

    if (abertura_anterior)
        abertura_anterior();
    LWLockAcquire(AddinShmemInitLock, LW_EXCLUSIVE);
    campainha = ShmemInitStruct("crm campainha", sizeof(Campainha), &existe);
    if (!existe)
    {
        /* What was under way when the server stopped goes on. */
        for (int i = 0; i < OPERARIOS; i++)
            pg_atomic_init_u32(&campainha->querem[i], 1);
        campainha->despertador = NULL;
    }
    LWLockRelease(AddinShmemInitLock);
}

/*
 * crm.tarefas(so text) returns setof (tarefa text, feito bigint)
 *
 * One turn of all tasks, or of the one named, each in a subtransaction of its
 * own: one that fails is logged, has feito NULL and keeps the others from
 * nothing. No row when another session is at it.
 *
 * Errors: CR403 acesso_negado; 25001 unless READ COMMITTED.
 */
PG_FUNCTION_INFO_V1(crm_tarefas);
Datum
crm_tarefas(PG_FUNCTION_ARGS)
{
    ReturnSetInfo *rsinfo = (ReturnSetInfo *)fcinfo->resultinfo;
    const char *so =
        PG_ARGISNULL(0) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(0));

    if (!identidade_pode("distribuicao.executar"))
        identidade_exigir("metricas.ver");
    if (IsolationUsesXactSnapshot())
        ereport(ERROR,
                (errcode(ERRCODE_ACTIVE_SQL_TRANSACTION),
                 errmsg("cannot run the tasks under this isolation level"),
                 errhint("Use READ COMMITTED.")));

    InitMaterializedSRF(fcinfo, 0);
    if (!trava_pegar(TRAVA_TAREFAS, 0, false))
        return (Datum)0;

    for (int i = 0; i < lengthof(tarefas); i++)
    {
        int64 feito = 0;

        if (so != NULL && strcmp(so, tarefas[i].nome) != 0)
            continue;

        const bool deu_certo = tentar(&tarefas[i], &feito);
        Datum valores[] = {CStringGetTextDatum(tarefas[i].nome),
                           Int64GetDatum(feito)};
        bool nulos[] = {false, !deu_certo};

        tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, valores,
                             nulos);
    }
    return (Datum)0;
}

/* ---- the tasks ---- */

/*
 * The first run of a business day releases who left the window (TEMPO-5), and
 * so does the first one after crm.configurar() moved that.
 */
static int64
novo_dia(void)
{
    static SPIPlanPtr guardado = NULL;
    static const Oid tipos[] = {DATEOID};
    static const char sql[] =
        "SELECT 1 FROM (SELECT dia, quando FROM crm.lotes"
        "                ORDER BY id DESC LIMIT 1) u"
        " WHERE dia = $1 AND NOT EXISTS ("
        "       SELECT FROM crm.configuracoes c"
        "        WHERE c.chave IN ('janela_inicio', 'janela_fim')"
        "          AND c.atualizado_em > u.quando)";
    Datum valor = DateADTGetDatum(tempo_hoje());
    bool feito;
    Sistema salvo;

    sistema_entrar(&salvo);
    SPI_connect();
    SPI_execute_plan(plano(&guardado, sql, lengthof(tipos), tipos), &valor,
                     NULL, false, 1);
    feito = SPI_processed == 1;
    SPI_finish();
    sistema_sair(&salvo);

    return feito ? 0 : distribuir("tarefas", DISTRIBUIR_DIFERENCA, false);
}

static int64
contagens(void)
{
    return executar("SELECT crm.contagens_compactar()");
}

/* What is kept for a time: answers by key, attempts, sessions past their end. */
static int64
limpar(void)
{
    return executar("SELECT crm.limpar_acessos()");
}

/* Imports that wait for a worker, files that were kept long enough. */
static int64
importacoes(void)
{
    return executar("SELECT crm.importacoes_cuidar()");
}

/* The forecast of the day, kept to be compared with what happens. */
static int64
previsao(void)
{
    return executar("SELECT crm.previsao_guardar()");
}

/* Exports that wait for a worker, files past their time. */
static int64
exportacoes(void)
{
    return executar("SELECT crm.exportacoes_cuidar()");
}

/* Rows written, or the number that a SELECT returns. */
static int64
executar(const char *sql)
{
    int64 feito;
    Sistema salvo;
    bool nulo;

    sistema_entrar(&salvo);
    SPI_connect();
    if (SPI_execute(sql, false, 0) == SPI_OK_SELECT)
        feito = DatumGetInt64(SPI_getbinval(
            SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &nulo));
    else
        feito = (int64)SPI_processed;
    SPI_finish();
    sistema_sair(&salvo);
    return feito;
}

/* false: it failed, was undone and logged. */
static bool
tentar(const Tarefa *tarefa, int64 *feito)
{
    MemoryContext contexto = CurrentMemoryContext;
    ResourceOwner dono = CurrentResourceOwner;
    volatile bool deu_certo = true;

    BeginInternalSubTransaction(NULL);
    MemoryContextSwitchTo(contexto);
    PG_TRY();
    {
        *feito = tarefa->fazer();
        ReleaseCurrentSubTransaction();
    }
    PG_CATCH();
    {
        ErrorData *erro;

        MemoryContextSwitchTo(contexto);
        erro = CopyErrorData();
        FlushErrorState();
        RollbackAndReleaseCurrentSubTransaction();
        MemoryContextSwitchTo(contexto);
        CurrentResourceOwner = dono;

        /* A cancel or a shutdown is not the task's failure. */
        if (erro->sqlerrcode == ERRCODE_QUERY_CANCELED ||
            erro->sqlerrcode == ERRCODE_ADMIN_SHUTDOWN)
            ReThrowError(erro);
        ereport(WARNING,
                (errcode(erro->sqlerrcode),
                 errmsg("task \"%s\" failed: %s", tarefa->nome, erro->message)));
        FreeErrorData(erro);
        deu_certo = false;
    }
    PG_END_TRY();
    MemoryContextSwitchTo(contexto);
    CurrentResourceOwner = dono;
    return deu_certo;
}

/* ---- the workers ---- */

/*
 * Wakes when a turn is due or somebody rings for the worker of imports, looks
 * whether the database is there, and starts what is wanted.
 */
void
crm_tarefas_despertador(Datum arg)
{
    TimestampTz ultimo;

    pqsignal(SIGTERM, die);
    pqsignal(SIGHUP, SignalHandlerForConfigReload);
    BackgroundWorkerUnblockSignals();
    BackgroundWorkerInitializeConnection(NULL, NULL, 0);
    before_shmem_exit(despertador_sair, (Datum)0);
    campainha->despertador = MyLatch;
    ultimo = GetCurrentTimestamp();

    for (;;)
    {
        long falta;

        CHECK_FOR_INTERRUPTS();
        if (ConfigReloadPending)
        {
            ConfigReloadPending = false;
            ProcessConfigFile(PGC_SIGHUP);
        }
        for (int i = 0; i < OPERARIOS; i++)
            if (pg_atomic_read_u32(&campainha->querem[i]) != 0)
                iniciar_operario(i);

        falta = TimestampDifferenceMilliseconds(
            GetCurrentTimestamp(), ultimo + intervalo_s * USECS_PER_SEC);
        if (intervalo_s > 0 && falta <= 0)
        {
            if (banco_existe())
                iniciar_turno();
            ultimo = GetCurrentTimestamp();
            continue;
        }
        (void)WaitLatch(MyLatch,
                        WL_LATCH_SET | WL_EXIT_ON_PM_DEATH |
                            (intervalo_s > 0 ? WL_TIMEOUT : 0),
                        falta, PG_WAIT_EXTENSION);
        ResetLatch(MyLatch);
    }
}

static void
despertador_sair(int codigo, Datum arg)
{
    campainha->despertador = NULL;
}

/* Without a database only a sequential scan of pg_database is possible. */
static bool
banco_existe(void)
{
    bool existe = false;
    Relation bancos;
    SysScanDesc busca;
    HeapTuple linha;

    StartTransactionCommand();
    bancos = table_open(DatabaseRelationId, AccessShareLock);
    busca = systable_beginscan(bancos, InvalidOid, false, NULL, 0, NULL);
    while (!existe && HeapTupleIsValid(linha = systable_getnext(busca)))
    {
        const FormData_pg_database *b =
            (const FormData_pg_database *)GETSTRUCT(linha);

        existe = strcmp(NameStr(b->datname), banco) == 0 && b->datallowconn;
    }
    systable_endscan(busca);
    table_close(bancos, AccessShareLock);
    CommitTransactionCommand();
    return existe;
}

/*
 * Waits for the end of the turn, so that two never overlap. No free worker slot:
 * next time.
 */
static void
iniciar_turno(void)
{
    BackgroundWorker w = {0};
    BackgroundWorkerHandle *turno;

    w.bgw_flags = BGWORKER_SHMEM_ACCESS | BGWORKER_BACKEND_DATABASE_CONNECTION;
    w.bgw_start_time = BgWorkerStart_RecoveryFinished;
    w.bgw_restart_time = BGW_NEVER_RESTART;
    w.bgw_notify_pid = MyProcPid;
    strlcpy(w.bgw_library_name, "crm", BGW_MAXLEN);
    strlcpy(w.bgw_function_name, "crm_tarefas_turno", BGW_MAXLEN);
    strlcpy(w.bgw_name, "crm tarefas", BGW_MAXLEN);
    strlcpy(w.bgw_type, "crm tarefas", BGW_MAXLEN);

    if (!RegisterDynamicBackgroundWorker(&w, &turno))
        return;
    (void)WaitForBackgroundWorkerShutdown(turno);
    pfree(turno);
}

/*
 * Not waited for: an import takes long. While one runs the bell stays on, and the
 * end of that one, which sets the latch, comes back here.
 */
static void
iniciar_operario(Operario qual)
{
    static const struct
    {
        const char *nome;
        const char *funcao;
    } operarios[OPERARIOS] = {
        [OPERARIO_IMPORTACOES] = {"crm importacao", "crm_importacao_turno"},
        [OPERARIO_EXPORTACOES] = {"crm exportacoes", "crm_exportacoes_turno"},
    };
    static BackgroundWorkerHandle *iniciados[OPERARIOS];
    BackgroundWorker w = {0};
    pid_t pid;

    if (iniciados[qual] != NULL &&
        GetBackgroundWorkerPid(iniciados[qual], &pid) != BGWH_STOPPED)
        return;
    if (iniciados[qual] != NULL)
        pfree(iniciados[qual]);
    iniciados[qual] = NULL;
    pg_atomic_write_u32(&campainha->querem[qual], 0);
    if (!banco_existe())
        return;

    w.bgw_flags = BGWORKER_SHMEM_ACCESS | BGWORKER_BACKEND_DATABASE_CONNECTION;
    w.bgw_start_time = BgWorkerStart_RecoveryFinished;
    w.bgw_restart_time = BGW_NEVER_RESTART;
    w.bgw_notify_pid = MyProcPid;
    strlcpy(w.bgw_library_name, "crm", BGW_MAXLEN);
    strlcpy(w.bgw_function_name, operarios[qual].funcao, BGW_MAXLEN);
    strlcpy(w.bgw_name, operarios[qual].nome, BGW_MAXLEN);
    strlcpy(w.bgw_type, operarios[qual].nome, BGW_MAXLEN);
    if (!RegisterDynamicBackgroundWorker(&w, &iniciados[qual]))
    {
        iniciados[qual] = NULL; /* no slot: with the next turn */
        pg_atomic_write_u32(&campainha->querem[qual], 1);
    }
}

/*
 * One turn in crm.banco, when the product is installed there. Each task has a
 * transaction of its own, so that none waits for a lock with the locks of
 * another.
 */
void
crm_tarefas_turno(Datum arg)
{
    static const char sql[] = "SELECT * FROM crm.tarefas($1)";

    pqsignal(SIGTERM, die);
    BackgroundWorkerUnblockSignals();
    BackgroundWorkerInitializeConnection(banco, NULL, 0);

    for (int i = 0; i < lengthof(tarefas); i++)
    {
        Oid tipo = TEXTOID;
        Datum nome;

        SetCurrentStatementStartTimestamp();
        StartTransactionCommand();
        SPI_connect();
        PushActiveSnapshot(GetTransactionSnapshot());
        pgstat_report_activity(STATE_RUNNING, sql);

        nome = CStringGetTextDatum(tarefas[i].nome);
        if (OidIsValid(get_extension_oid("crm", true)) &&
            OidIsValid(RangeVarGetRelid(makeRangeVar("crm", "lotes", -1),
                                        NoLock, true)))
            SPI_execute_with_args(sql, 1, &tipo, &nome, NULL, false, 0);

        SPI_finish();
        PopActiveSnapshot();
        CommitTransactionCommand();
        pgstat_report_activity(STATE_IDLE, NULL);
    }
}
