/*
 * importacao_fila.c: the background worker that runs imports.
 *
 * The waker of tarefas.c starts it, at once after the commit that queued an
 * import (fila_acordar sets the waker's latch then) and when the server starts.
 * It takes the imports that wait one after the other, oldest first, does a batch
 * a transaction, and ends when none is left. An import whose worker was killed
 * is still executando and goes on where its last committed batch ended.
 *
 * One worker does imports at a time: they would wait for each other's clients
 * anyway.
 *
 * Source: SPEC BUSCA-6.
 */
#include "importacao.h"

#include "access/xact.h"
#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "commands/dbcommands.h"
#include "commands/extension.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "pgstat.h"
#include "postmaster/bgworker.h"
#include "storage/lock.h"
#include "tcop/tcopprot.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#include "identidade.h"
#include "tarefas.h"
#include "trava.h"

enum
{
    TENTATIVAS_MAX = 5,      /* without a batch that gets done */
    REPETICOES_MAX = 10,     /* of a batch that met a deadlock */
    APAGADAS_POR_TURNO = 20 /* imports whose file is deleted in one turn */
};

typedef enum Passo
{
    PASSO_MAIS,   /* a batch was done, there is another */
    PASSO_FIM,
    PASSO_REPETIR /* undone, for a reason that passes */
} Passo;

PGDLLEXPORT void crm_importacao_turno(Datum arg);

static const char nao_pode[] = "Quem iniciou a importação perdeu o direito de "
                               "importar, ou ela falhou vezes demais.";

static bool acordar_no_fim = false;

static void fim_transacao(XactEvent evento, void *arg);
static void comecar(const char *atividade);
static void acabar(void);
static bool instalado(void);
static bool proxima(int64 *id);
static void fazer(int64 id);
static Passo passo(int64 id, Trabalho **t, MemoryContext contexto);
static void falhar(int64 id, const char *motivo);
static bool identificar(int64 id);

void
fila_init(void)
{
    RegisterXactCallback(fim_transacao, NULL);
}

/*
 * crm.importacoes_cuidar() returns bigint
 *
 * Imports set going and files deleted.
 */
PG_FUNCTION_INFO_V1(crm_importacoes_cuidar);
Datum
crm_importacoes_cuidar(PG_FUNCTION_ARGS)
{
    static SPIPlanPtr esperam = NULL;
    static SPIPlanPtr apagar = NULL;
    static const Oid tipos[] = {INT4OID, INT4OID};
    Datum args[] = {Int32GetDatum(config_int("importacao_guarda")),
                    Int32GetDatum(APAGADAS_POR_TURNO)};
    int64 feito = 0;
    Sistema salvo;

    sistema_entrar(&salvo);
    SPI_connect();
    SPI_execute_plan(plano(&esperam,
                           "SELECT FROM crm.importacoes"
                           " WHERE estado IN ('na_fila', 'executando') LIMIT 1",
                           0, NULL),
                     NULL, NULL, false, 1);
    if (SPI_processed > 0)
    {
        if (fila_existe())
            fila_acordar();
        else
            feito += fila_fazer_um();
    }

    plano(&apagar,
          "WITH v AS ("
          " SELECT id FROM crm.importacoes"
          "  WHERE guardada AND estado NOT IN ('na_fila', 'executando')"
          "    AND coalesce(terminada_em, criada_em)"
          "        < crm.agora() - make_interval(days => $1)"
          "  ORDER BY id LIMIT $2 FOR UPDATE SKIP LOCKED),"
          " l AS (DELETE FROM crm.importacao_linhas USING v"
          "        WHERE importacao_id = v.id),"
          " a AS (DELETE FROM crm.importacao_arquivos USING v"
          "        WHERE importacao_id = v.id)"
          "UPDATE crm.importacoes i"
          "   SET guardada = false,"
          "       estado = CASE i.estado WHEN 'enviada' THEN 'cancelada'"
          "                ELSE i.estado END"
          "  FROM v WHERE i.id = v.id",
          lengthof(tipos), tipos);
    if (SPI_execute_plan(apagar, args, NULL, false, 0) != SPI_OK_UPDATE)
        elog(ERROR, "could not delete old files of imports");
    feito += (int64)SPI_processed;
    SPI_finish();
    sistema_sair(&salvo);
    PG_RETURN_INT64(feito);
}

/* ---- for who queues ---- */

bool
fila_existe(void)
{
    const char *banco = tarefas_banco();

    return banco != NULL &&
           strcmp(get_database_name(MyDatabaseId), banco) == 0;
}

void
fila_acordar(void)
{
    acordar_no_fim = true;
}

/* The latch of a process that sleeps is set after the commit is visible. */
static void
fim_transacao(XactEvent evento, void *arg)
{
    if (acordar_no_fim && evento == XACT_EVENT_COMMIT)
        tarefas_acordar(OPERARIO_IMPORTACOES);
    if (evento == XACT_EVENT_COMMIT || evento == XACT_EVENT_ABORT ||
        evento == XACT_EVENT_PREPARE)
        acordar_no_fim = false;
}

int64
fila_fazer_um(void)
{
    MemoryContext contexto;
    MemoryContext antes;
    Trabalho *t;
    int64 id;
    bool fez = false;

    if (!proxima(&id))
        return 0;
    contexto = AllocSetContextCreate(CurrentMemoryContext, "crm importacao",
                                     ALLOCSET_DEFAULT_SIZES);
    antes = MemoryContextSwitchTo(contexto);
    if (identificar(id))
    {
        t = trabalho_abrir(id);
        while (t != NULL && trabalho_passo(t))
            CHECK_FOR_INTERRUPTS();
        fez = t != NULL;
    }
    else
        trabalho_falhar(id, nao_pode);
    identidade_deixar_web();
    MemoryContextSwitchTo(antes);
    MemoryContextDelete(contexto);
    return fez;
}

/* ---- the worker ---- */

void
crm_importacao_turno(Datum arg)
{
    int64 id;

    pqsignal(SIGTERM, die);
    BackgroundWorkerUnblockSignals();
    BackgroundWorkerInitializeConnection(tarefas_banco(), NULL, 0);

    for (;;)
    {
        bool ha;

        comecar("crm.importacoes");
        ha = instalado();
        if (ha)
        {
            LOCKTAG trava = trava_nome(TRAVA_IMPORTADOR, 0);

            /* Till the process ends; taken again each turn, which counts. */
            ha = LockAcquire(&trava, ExclusiveLock, true, true) !=
                     LOCKACQUIRE_NOT_AVAIL &&
                 proxima(&id);
        }
        acabar();
        if (!ha)
            return;
        fazer(id);
    }
}

static void
comecar(const char *atividade)
{
    SetCurrentStatementStartTimestamp();
    StartTransactionCommand();
    PushActiveSnapshot(GetTransactionSnapshot());
    pgstat_report_activity(STATE_RUNNING, atividade);
}

static void
acabar(void)
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
           OidIsValid(RangeVarGetRelid(makeRangeVar("crm", "importacoes", -1),
                                       NoLock, true));
}

/* The oldest one that nobody is at. */
static bool
proxima(int64 *id)
{
    static SPIPlanPtr guardado = NULL;
    bool ha;
    bool nulo;
    Sistema salvo;

    sistema_entrar(&salvo);
    SPI_connect();
    SPI_execute_plan(plano(&guardado,
                           "SELECT id FROM crm.importacoes"
                           " WHERE estado IN ('na_fila', 'executando')"
                           " ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED",
                           0, NULL),
                     NULL, NULL, false, 1);
    ha = SPI_processed == 1;
    if (ha)
        *id = DatumGetInt64(SPI_getbinval(SPI_tuptable->vals[0],
                                          SPI_tuptable->tupdesc, 1, &nulo));
    SPI_finish();
    sistema_sair(&salvo);
    return ha;
}

/* One import to its end. */
static void
fazer(int64 id)
{
    MemoryContext contexto = AllocSetContextCreate(
        TopMemoryContext, "crm importacao", ALLOCSET_DEFAULT_SIZES);
    Trabalho *t = NULL;
    int repeticoes = 0;

    for (;;)
    {
        Passo p = passo(id, &t, contexto);

        if (p == PASSO_FIM)
            break;
        if (p == PASSO_MAIS)
            repeticoes = 0;
        else
        {
            /* The place in the file is not that of the table any more. */
            t = NULL;
            MemoryContextReset(contexto);
            if (++repeticoes > REPETICOES_MAX)
            {
                falhar(id, "Outros estão gravando os mesmos clientes.");
                break;
            }
        }
    }
    MemoryContextDelete(contexto);
}

/* One transaction; the first one opens the work. */
static Passo
passo(int64 id, Trabalho **t, MemoryContext contexto)
{
    volatile Passo resultado = PASSO_FIM;
    volatile bool perdeu = false;
    char *volatile motivo = NULL;

    PG_TRY();
    {
        MemoryContext antes;
        char atividade[80];

        if (*t != NULL && (*t)->leitura != NULL)
            snprintf(atividade, sizeof(atividade),
                     "importacao " INT64_FORMAT ": %d/%d", id,
                     (*t)->leitura->lidas, (*t)->linhas);
        else
            snprintf(atividade, sizeof(atividade), "importacao " INT64_FORMAT,
                     id);
        comecar(atividade);
        if (!identificar(id))
            trabalho_falhar(id, nao_pode);
        else if (*t == NULL)
        {
            antes = MemoryContextSwitchTo(contexto);
            *t = trabalho_abrir(id);
            MemoryContextSwitchTo(antes);
            if (*t != NULL)
                resultado = PASSO_MAIS;
        }
        else if (trabalho_passo(*t))
            resultado = PASSO_MAIS;
        acabar();
    }
    PG_CATCH();
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
        if (erro->sqlerrcode == ERRCODE_T_R_DEADLOCK_DETECTED ||
            erro->sqlerrcode == ERRCODE_T_R_SERIALIZATION_FAILURE ||
            erro->sqlerrcode == ERRCODE_LOCK_NOT_AVAILABLE)
            resultado = PASSO_REPETIR;
        else
        {
            /* Only refusals of ours speak to the user. */
            perdeu = true;
            motivo = crm_falha_foi(erro->sqlerrcode)
                         ? erro->message
                         : psprintf("Erro interno (%s).",
                                    unpack_sql_state(erro->sqlerrcode));
        }
    }
    PG_END_TRY();

    if (perdeu)
    {
        falhar(id, motivo);
        resultado = PASSO_FIM;
    }
    return resultado;
}

static void
falhar(int64 id, const char *motivo)
{
    comecar("crm.importacoes");
    (void)identificar(id);
    trabalho_falhar(id, motivo);
    acabar();
}

/*
 * Makes who started the import the one who acts. false: who may not any more, or
 * it was taken up too often in vain.
 */
static bool
identificar(int64 id)
{
    static SPIPlanPtr guardado = NULL;
    static const Oid tipos[] = {INT8OID};
    Datum args[] = {Int64GetDatum(id)};
    Identidade quem = {0};
    bool pode = false;
    Sistema salvo;

    sistema_entrar(&salvo);
    SPI_connect();
    SPI_execute_plan(plano(&guardado,
                           "SELECT coalesce(i.usuario_id, 0), u.papel, u.ativo,"
                           "       i.endereco, i.requisicao, i.tentativas"
                           "  FROM crm.importacoes i"
                           "  LEFT JOIN crm.usuarios u ON u.id = i.usuario_id"
                           " WHERE i.id = $1",
                           lengthof(tipos), tipos),
                     args, NULL, false, 1);
    if (SPI_processed == 1)
    {
        HeapTuple linha = SPI_tuptable->vals[0];
        TupleDesc desc = SPI_tuptable->tupdesc;
        bool nulo;
        char *texto;

        quem.usuario_id = DatumGetInt64(SPI_getbinval(linha, desc, 1, &nulo));
        if (quem.usuario_id != 0)
        {
            strlcpy(quem.papel, SPI_getvalue(linha, desc, 2),
                    sizeof(quem.papel));
            if ((texto = SPI_getvalue(linha, desc, 4)) != NULL)
                strlcpy(quem.endereco, texto, sizeof(quem.endereco));
            if ((texto = SPI_getvalue(linha, desc, 5)) != NULL)
                strlcpy(quem.requisicao, texto, sizeof(quem.requisicao));
            pode = DatumGetBool(SPI_getbinval(linha, desc, 3, &nulo));
            identidade_definir_web(&quem);
        }
        else
            pode = true;
        pode = pode && identidade_pode("cliente.importar") &&
               DatumGetInt16(SPI_getbinval(linha, desc, 6, &nulo)) <=
                   TENTATIVAS_MAX;
    }
    SPI_finish();
    sistema_sair(&salvo);
    return pode;
}
