/*
 * tarefas.c: what has to be done again and again, by crm.tarefas().
 *
 * Every duty of the background is a line of tarefas[], with its own interval;
 * what became of the last run is in crm.v_tarefas, the present one in
 * pg_stat_activity.
 *
 * Anybody with the right may call it (cron, without preload). With the library
 * preloaded the waker (despertador.c) has workers call it, each for the tasks
 * that are due. Sealing has a worker of its own: it must not wait for a
 * distribution.
 */
#include "tarefas.h"

#include "access/xact.h"
#include "catalog/pg_authid.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "portability/instr_time.h"
#include "postmaster/bgworker.h"
#include "tcop/tcopprot.h"
#include "utils/guc.h"
#include "utils/tuplestore.h"

#include "despertador.h"
#include "expediente.h"
#include "operario.h"
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
    HORA_S = 3600
};

typedef struct Execucao
{
    const Tarefa *tarefa;
    int64 feito;
} Execucao;

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

int tarefas_intervalo_s = INTERVALO_PADRAO_S;

static int selos_s = SELOS_PADRAO_S;
static const int hora_s = HORA_S;

/* selos is last: what it may lock stays so until the transaction ends. */
const Tarefa tarefas[TAREFAS] = {
    {"presenca", presenca_recolher, &tarefas_intervalo_s},
    {"expediente", expediente_cuidar, &tarefas_intervalo_s},
    {"reciclagem", reciclar, &tarefas_intervalo_s},
    {"dia", novo_dia, &tarefas_intervalo_s},
    {"contagens", contagens, &tarefas_intervalo_s},
    {"limpeza", limpar, &tarefas_intervalo_s},
    {"importacoes", importacoes, &tarefas_intervalo_s},
    {"previsao", previsao, &tarefas_intervalo_s},
    {"exportacoes", exportacoes, &tarefas_intervalo_s},
    {"particoes", particoes, &hora_s},
    {"selos", selo_selar, &selos_s, TURNO_SELOS},
};

/* The settings exist only when the library is preloaded. */
void
tarefas_init(void)
{
    if (!process_shared_preload_libraries_in_progress)
        return;

    DefineCustomIntVariable("crm.tarefas_intervalo",
                            "Seconds between two runs of most tasks of "
                            "crm.tarefas(); 0: nobody calls them.",
                            NULL, &tarefas_intervalo_s, INTERVALO_PADRAO_S, 0,
                            86400, PGC_SIGHUP, GUC_UNIT_S, NULL, NULL, NULL);
    DefineCustomIntVariable("crm.selos_intervalo",
                            "Seconds between two seals of the audit; 0 seals "
                            "only when crm.tarefas() is called.",
                            NULL, &selos_s, SELOS_PADRAO_S, 0, 86400,
                            PGC_SIGHUP, GUC_UNIT_S, NULL, NULL, NULL);
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
    for (int i = 0; i < TAREFAS; i++)
    {
        const Tarefa *t = &tarefas[i];
        int64 feito = 0;

        if (so != NULL && strcmp(so, t->nome) != 0)
            continue;
        if (!minhas[t->turno])
            minhas[t->turno] = trava_pegar(
                t->turno == TURNO_SELOS ? TRAVA_SELOS : TRAVA_TAREFAS, 0,
                false);
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

/* What is kept for a time: answers by key, attempts, sessions past their end.
 */
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
 * superuser makes tables in schema crm, so this is done as one; what stands in the
 * caller's search_path must not be run so.
 */
static int64
particoes(void)
{
    const int nivel = NewGUCNestLevel();
    Oid usuario;
    int contexto;
    int64 feito;

    (void)set_config_option("search_path", "pg_catalog, pg_temp", PGC_USERSET,
                            PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
    /* Who writes or reads at the moment is not held up for long. */
    (void)set_config_option("lock_timeout", "2s", PGC_USERSET, PGC_S_SESSION,
                            GUC_ACTION_SAVE, true, 0, false);
    GetUserIdAndSecContext(&usuario, &contexto);
    SetUserIdAndSecContext(BOOTSTRAP_SUPERUSERID,
                           contexto | SECURITY_LOCAL_USERID_CHANGE |
                               SECURITY_RESTRICTED_OPERATION);
    SPI_connect();
    feito = numero("SELECT crm.interno_auditoria_particoes()"
                   "       + crm.interno_auditoria_reter()");
    SPI_finish();
    SetUserIdAndSecContext(usuario, contexto);
    AtEOXact_GUC(true, nivel);
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
    return DatumGetInt64(
        SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &nulo));
}

/* false: it failed, was undone and logged. Either way it is in crm.v_tarefas.
 */
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
        ereport(WARNING, (errcode(erro->sqlerrcode),
                          errmsg("task \"%s\" failed: %s", tarefa->nome,
                                 erro->message)));
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
                          *tarefa->cada_s > 0 && despertador_banco() ? ' '
                                                                     : 'n'};

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
              "        ultimo_erro = coalesce(EXCLUDED.ultimo_erro, "
              "e.ultimo_erro),"
              "        ultimo_erro_em = coalesce(EXCLUDED.ultimo_erro_em,"
              "                                  e.ultimo_erro_em),"
              "        proxima_em = EXCLUDED.proxima_em",
              lengthof(tipos), tipos),
        valores, nulos, false, 0);
    SPI_finish();
    sistema_sair(&salvo);
}

/* ---- the worker ---- */

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
    BackgroundWorkerInitializeConnection(despertador_banco(), NULL, 0);

    for (int i = 0; i < TAREFAS; i++)
    {
        char sql[100];

        if ((vencidas & (UINT32_C(1) << i)) == 0)
            continue;
        snprintf(sql, sizeof(sql), "SELECT * FROM crm.tarefas('%s')",
                 tarefas[i].nome);
        operario_comecar(sql);
        SPI_connect();
        if (operario_instalado("tarefas_estado"))
            SPI_execute(sql, false, 0);
        SPI_finish();
        operario_acabar();
    }
}
