/*
 * tarefas.c: what has to be done again and again, by crm.tarefas().
 *
 * Every duty of the background is a line of tarefas[], with its own interval; what
 * became of the last run is in crm.v_tarefas, the present one in pg_stat_activity.
 *
 * Anybody with the right may call it (cron, without preload). With the library
 * preloaded background workers do: a small one that is connected to no database
 * knows what is due and, when the database crm.banco exists, starts a second one
 * that connects, calls crm.tarefas() for each task and ends. So nothing stands in
 * the way of DROP DATABASE or CREATE DATABASE … TEMPLATE, a database that does not
 * exist yet is waited for in silence, and an error costs one turn. Sealing has a
 * worker of its own: it must not wait for a distribution.
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
#include "catalog/pg_authid.h"
#include "catalog/pg_database.h"
#include "catalog/pg_type.h"
#include "commands/extension.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "pgstat.h"
#include "portability/instr_time.h"
#include "postmaster/bgworker.h"
#include "postmaster/interrupt.h"
#include "port/atomics.h"
#include "storage/ipc.h"
#include "storage/latch.h"
#include "storage/shmem.h"
#include "tcop/tcopprot.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#include "expediente.h"
#include "presenca.h"
#include "reciclagem.h"
#include "redistribuicao.h"
#include "selo.h"
#include "subtransacao.h"
#include "trava.h"

enum
{
    INTERVALO_PADRAO_S = 30,
    SELOS_PADRAO_S = 2,
    HORA_S = 3600,
    REINICIO_S = 60 /* of the waker, after an error */
};

/* Workers that run tasks, each one turn at a time. */
typedef enum Turno
{
    TURNO_GERAL,
    TURNO_SELOS,
    TURNOS
} Turno;

typedef struct Tarefa
{
    const char *nome;
    int64 (*fazer)(void); /* returns how much there was to do */
    const int *cada_s;    /* 0: nobody calls it by itself */
    Turno turno;
} Tarefa;

typedef struct Execucao
{
    const Tarefa *tarefa;
    int64 feito;
} Execucao;

/* What the waker and who wakes it share. */
typedef struct Campainha
{
    pg_atomic_uint32 querem[OPERARIOS]; /* somebody wants that worker */
    Latch *despertador; /* of the waker, NULL while there is none */
} Campainha;

/* What the waker knows. */
typedef struct Agenda Agenda;

PGDLLEXPORT void crm_tarefas_despertador(Datum arg);
PGDLLEXPORT void crm_tarefas_turno(Datum arg);

static int64 novo_dia(void);
static int64 contagens(void);
static int64 limpar(void);
static int64 executar(const char *sql);
static int64 numero(const char *sql);
static int64 particoes(void);
static bool tentar(const Tarefa *tarefa, int64 *feito);
static void executar_tarefa(void *arg);
static void anotar(const Tarefa *tarefa, instr_time inicio, const int64 *feito,
                   const char *erro);
static int64 importacoes(void);
static int64 previsao(void);
static int64 exportacoes(void);
static void campainha_pedir(void);
static void campainha_abrir(void);
static void despertador_sair(int codigo, Datum arg);
static bool banco_existe(void);
static long agenda_cuidar(Agenda *agenda);
static long espera_ms(const Agenda *agenda, int tarefa, TimestampTz agora);
static bool turno_livre(Agenda *agenda, Turno turno);
static void iniciar_turno(Agenda *agenda, Turno turno, uint32 vencidas);
static void iniciar_operario(Operario qual);

static int intervalo_s = INTERVALO_PADRAO_S;
static int selos_s = SELOS_PADRAO_S;
static const int hora_s = HORA_S;

/* At most 32. selos is last: what it may lock stays so until the transaction ends. */
static const Tarefa tarefas[] = {
    {"presenca", presenca_recolher, &intervalo_s},
    {"expediente", expediente_cuidar, &intervalo_s},
    {"reciclagem", reciclar, &intervalo_s},
    {"dia", novo_dia, &intervalo_s},
    {"contagens", contagens, &intervalo_s},
    {"limpeza", limpar, &intervalo_s},
    {"importacoes", importacoes, &intervalo_s},
    {"previsao", previsao, &intervalo_s},
    {"exportacoes", exportacoes, &intervalo_s},
    {"particoes", particoes, &hora_s},
    {"selos", selo_selar, &selos_s, TURNO_SELOS},
};

struct Agenda
{
    TimestampTz ultima[lengthof(tarefas)];
    bool feita[lengthof(tarefas)]; /* since the waker began */
    BackgroundWorkerHandle *turnos[TURNOS];
};

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
                            "Seconds between two runs of most tasks of "
                            "crm.tarefas(); 0: nobody calls them.",
                            NULL, &intervalo_s, INTERVALO_PADRAO_S, 0, 86400,
                            PGC_SIGHUP, GUC_UNIT_S, NULL, NULL, NULL);
    DefineCustomIntVariable("crm.selos_intervalo",
                            "Seconds between two seals of the audit; 0 seals "
                            "only when crm.tarefas() is called.",
                            NULL, &selos_s, SELOS_PADRAO_S, 0, 86400,
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
    bool minhas[TURNOS] = {false};

    if (!identidade_pode("distribuicao.executar"))
        identidade_exigir("metricas.ver");
    if (IsolationUsesXactSnapshot())
        ereport(ERROR,
                (errcode(ERRCODE_ACTIVE_SQL_TRANSACTION),
                 errmsg("cannot run the tasks under this isolation level"),
                 errhint("Use READ COMMITTED.")));

    InitMaterializedSRF(fcinfo, 0);
    for (int i = 0; i < lengthof(tarefas); i++)
    {
        const Tarefa *t = &tarefas[i];
        int64 feito = 0;

        if (so != NULL && strcmp(so, t->nome) != 0)
            continue;
        if (!minhas[t->turno])
            minhas[t->turno] = trava_pegar(
                t->turno == TURNO_SELOS ? TRAVA_SELOS : TRAVA_TAREFAS, 0, false);
        if (!minhas[t->turno])
            continue;

        const bool deu_certo = tentar(t, &feito);
        Datum valores[] = {CStringGetTextDatum(t->nome), Int64GetDatum(feito)};
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

/*
 * Months of the audit: made ahead, removed when retention ends. Nobody but a
 * superuser makes tables in schema crm, so this is done as one.
 */
static int64
particoes(void)
{
    Oid usuario;
    int contexto;
    int64 feito;

    GetUserIdAndSecContext(&usuario, &contexto);
    SetUserIdAndSecContext(BOOTSTRAP_SUPERUSERID,
                           contexto | SECURITY_LOCAL_USERID_CHANGE |
                               SECURITY_RESTRICTED_OPERATION);
    SPI_connect();
    /* Who writes or reads at the moment is not held up for long. */
    (void)set_config_option("lock_timeout", "2s", PGC_USERSET, PGC_S_SESSION,
                            GUC_ACTION_LOCAL, true, 0, false);
    feito = numero("SELECT crm.interno_auditoria_particoes()"
                   "       + crm.interno_auditoria_reter()");
    SPI_finish();
    SetUserIdAndSecContext(usuario, contexto);
    return feito;
}

/* Rows written, or the number that a SELECT returns. */
static int64
executar(const char *sql)
{
    int64 feito;
    Sistema salvo;

    sistema_entrar(&salvo);
    SPI_connect();
    feito = numero(sql);
    SPI_finish();
    sistema_sair(&salvo);
    return feito;
}

static int64
numero(const char *sql)
{
    bool nulo;

    if (SPI_execute(sql, false, 0) != SPI_OK_SELECT)
        return (int64)SPI_processed;
    return DatumGetInt64(SPI_getbinval(SPI_tuptable->vals[0],
                                       SPI_tuptable->tupdesc, 1, &nulo));
}

/* false: it failed, was undone and logged. Either way it is in crm.v_tarefas. */
static bool
tentar(const Tarefa *tarefa, int64 *feito)
{
    Execucao e = {.tarefa = tarefa};
    ErrorData *erro;
    instr_time inicio;

    INSTR_TIME_SET_CURRENT(inicio);
    erro = subtransacao(executar_tarefa, &e);
    if (erro != NULL)
    {
        /* A cancel or a shutdown is not the task's failure. */
        if (erro->sqlerrcode == ERRCODE_QUERY_CANCELED ||
            erro->sqlerrcode == ERRCODE_ADMIN_SHUTDOWN)
            ReThrowError(erro);
        ereport(WARNING,
                (errcode(erro->sqlerrcode),
                 errmsg("task \"%s\" failed: %s", tarefa->nome, erro->message)));
    }
    *feito = e.feito;
    anotar(tarefa, inicio, erro == NULL ? feito : NULL,
           erro == NULL ? NULL : erro->message);
    return erro == NULL;
}

/* Of an Execucao. */
static void
executar_tarefa(void *arg)
{
    Execucao *e = arg;

    e->feito = e->tarefa->fazer();
}

static void
anotar(const Tarefa *tarefa, instr_time inicio, const int64 *feito,
       const char *erro)
{
    static SPIPlanPtr guardado = NULL;
    static const Oid tipos[] = {TEXTOID, FLOAT8OID, INT8OID, TEXTOID, INT4OID};
    instr_time fim;
    Sistema salvo;

    INSTR_TIME_SET_CURRENT(fim);
    INSTR_TIME_SUBTRACT(fim, inicio);

    Datum valores[] = {CStringGetTextDatum(tarefa->nome),
                       Float8GetDatum(INSTR_TIME_GET_MILLISEC(fim)),
                       Int64GetDatum(feito ? *feito : 0),
                       erro ? CStringGetTextDatum(erro) : (Datum)0,
                       Int32GetDatum(*tarefa->cada_s)};
    const char nulos[] = {' ', ' ', feito ? ' ' : 'n', erro ? ' ' : 'n',
                          *tarefa->cada_s > 0 && campainha ? ' ' : 'n'};

    sistema_entrar(&salvo);
    SPI_connect();
    SPI_execute_plan(
        plano(&guardado,
              "INSERT INTO crm.tarefas_estado AS e (tarefa, ultima_em,"
              "       duracao_ms, feito, vezes, falhas, ultimo_erro,"
              "       ultimo_erro_em, proxima_em)"
              " SELECT $1, q.agora, $2, $3, 1, ($4 IS NOT NULL)::integer, $4,"
              "        CASE WHEN $4 IS NOT NULL THEN q.agora END,"
              "        q.agora + make_interval(secs => $5)"
              "   FROM (SELECT clock_timestamp() AS agora) AS q"
              " ON CONFLICT (tarefa) DO UPDATE"
              "    SET ultima_em = EXCLUDED.ultima_em,"
              "        duracao_ms = EXCLUDED.duracao_ms,"
              "        feito = EXCLUDED.feito,"
              "        vezes = e.vezes + 1,"
              "        falhas = e.falhas + EXCLUDED.falhas,"
              "        ultimo_erro = coalesce(EXCLUDED.ultimo_erro, e.ultimo_erro),"
              "        ultimo_erro_em = coalesce(EXCLUDED.ultimo_erro_em,"
              "                                  e.ultimo_erro_em),"
              "        proxima_em = EXCLUDED.proxima_em",
              lengthof(tipos), tipos),
        valores, nulos, false, 0);
    SPI_finish();
    sistema_sair(&salvo);
}

/* ---- the workers ---- */

/*
 * Wakes when a task is due or somebody rings for the worker of imports, looks
 * whether the database is there, and starts what is wanted. Waits for none: the
 * end of a worker sets the latch.
 */
void
crm_tarefas_despertador(Datum arg)
{
    static Agenda agenda;

    pqsignal(SIGTERM, die);
    pqsignal(SIGHUP, SignalHandlerForConfigReload);
    BackgroundWorkerUnblockSignals();
    BackgroundWorkerInitializeConnection(NULL, NULL, 0);
    before_shmem_exit(despertador_sair, (Datum)0);
    campainha->despertador = MyLatch;
    for (int i = 0; i < lengthof(tarefas); i++)
        agenda.ultima[i] = GetCurrentTimestamp();

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

        falta = agenda_cuidar(&agenda);
        (void)WaitLatch(MyLatch,
                        WL_LATCH_SET | WL_EXIT_ON_PM_DEATH |
                            (falta >= 0 ? WL_TIMEOUT : 0),
                        falta, PG_WAIT_EXTENSION);
        ResetLatch(MyLatch);
    }
}

/* Starts a worker for what is due; ms until more is, -1: never. */
static long
agenda_cuidar(Agenda *agenda)
{
    uint32 vencidas[TURNOS] = {0};
    TimestampTz agora = GetCurrentTimestamp();
    long falta = -1;

    for (int i = 0; i < lengthof(tarefas); i++)
    {
        long ms;

        if (*tarefas[i].cada_s == 0 ||
            (intervalo_s == 0 && tarefas[i].turno == TURNO_GERAL))
            continue;
        ms = espera_ms(agenda, i, agora);
        if (ms > 0)
            falta = falta < 0 ? ms : Min(falta, ms);
        else if (turno_livre(agenda, tarefas[i].turno))
            vencidas[tarefas[i].turno] |= UINT32_C(1) << i;
    }
    for (int t = 0; t < TURNOS; t++)
    {
        const bool ha = vencidas[t] != 0 && banco_existe();

        for (int i = 0; i < lengthof(tarefas); i++)
            if (vencidas[t] & (UINT32_C(1) << i))
            {
                agenda->ultima[i] = agora;
                agenda->feita[i] = ha;
                falta = falta < 0 ? espera_ms(agenda, i, agora)
                                  : Min(falta, espera_ms(agenda, i, agora));
            }
        if (ha)
            iniciar_turno(agenda, t, vencidas[t]);
    }
    return falta;
}

/* The first time as soon as crm.tarefas_intervalo, however rare the task is. */
static long
espera_ms(const Agenda *agenda, int tarefa, TimestampTz agora)
{
    int s = *tarefas[tarefa].cada_s;

    if (!agenda->feita[tarefa] && intervalo_s > 0)
        s = Min(s, intervalo_s);
    return TimestampDifferenceMilliseconds(
        agora, agenda->ultima[tarefa] + s * USECS_PER_SEC);
}

/* Two turns of a kind never overlap. */
static bool
turno_livre(Agenda *agenda, Turno turno)
{
    BackgroundWorkerHandle *antes = agenda->turnos[turno];
    pid_t pid;

    if (antes == NULL)
        return true;
    if (GetBackgroundWorkerPid(antes, &pid) != BGWH_STOPPED)
        return false;
    pfree(antes);
    agenda->turnos[turno] = NULL;
    return true;
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

/* No free worker slot: next time. */
static void
iniciar_turno(Agenda *agenda, Turno turno, uint32 vencidas)
{
    static const char *const nomes[TURNOS] = {
        [TURNO_GERAL] = "crm tarefas", [TURNO_SELOS] = "crm selos"};
    BackgroundWorker w = {0};

    w.bgw_flags = BGWORKER_SHMEM_ACCESS | BGWORKER_BACKEND_DATABASE_CONNECTION;
    w.bgw_start_time = BgWorkerStart_RecoveryFinished;
    w.bgw_restart_time = BGW_NEVER_RESTART;
    w.bgw_notify_pid = MyProcPid;
    w.bgw_main_arg = UInt32GetDatum(vencidas);
    strlcpy(w.bgw_library_name, "crm", BGW_MAXLEN);
    strlcpy(w.bgw_function_name, "crm_tarefas_turno", BGW_MAXLEN);
    strlcpy(w.bgw_name, nomes[turno], BGW_MAXLEN);
    strlcpy(w.bgw_type, nomes[turno], BGW_MAXLEN);

    if (!RegisterDynamicBackgroundWorker(&w, &agenda->turnos[turno]))
        agenda->turnos[turno] = NULL;
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
 * another; pg_stat_activity names it.
 */
void
crm_tarefas_turno(Datum arg)
{
    const uint32 vencidas = DatumGetUInt32(arg);

    pqsignal(SIGTERM, die);
    BackgroundWorkerUnblockSignals();
    BackgroundWorkerInitializeConnection(banco, NULL, 0);

    for (int i = 0; i < lengthof(tarefas); i++)
    {
        char sql[100];

        if ((vencidas & (UINT32_C(1) << i)) == 0)
            continue;
        snprintf(sql, sizeof(sql), "SELECT * FROM crm.tarefas('%s')",
                 tarefas[i].nome);
        SetCurrentStatementStartTimestamp();
        StartTransactionCommand();
        SPI_connect();
        PushActiveSnapshot(GetTransactionSnapshot());
        pgstat_report_activity(STATE_RUNNING, sql);

        if (OidIsValid(get_extension_oid("crm", true)) &&
            OidIsValid(RangeVarGetRelid(makeRangeVar("crm", "tarefas_estado", -1),
                                        NoLock, true)))
            SPI_execute(sql, false, 0);

        SPI_finish();
        PopActiveSnapshot();
        CommitTransactionCommand();
        pgstat_report_activity(STATE_IDLE, NULL);
    }
}
