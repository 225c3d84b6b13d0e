/*
 * importacao_fila.c: the background worker that runs imports.
 *
 * The waker (despertador.c) starts it, at once after the commit that queued an
 * import (operario_chamar sets the waker's latch then) and when the server starts.
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

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "postmaster/bgworker.h"
#include "storage/lock.h"
#include "tcop/tcopprot.h"
#include "utils/memutils.h"

#include "identidade.h"
#include "operario.h"
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

static int64 fila_fazer_um(void);
static bool proxima(int64 *id);
static void fazer(int64 id);
static Passo passo(int64 id, Trabalho **t, MemoryContext contexto);
static void falhar(int64 id, const char *motivo);
static bool identificar(int64 id);

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
        if (operario_existe())
            operario_chamar(OPERARIO_IMPORTACOES);
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

/* ---- where there is no worker ---- */

/* One import in this transaction; how many were done. */
static int64
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
    BackgroundWorkerInitializeConnection(despertador_banco(), NULL, 0);

    for (;;)
    {
        bool ha;

        operario_comecar("crm.importacoes");
        ha = operario_instalado("importacoes");
        if (ha)
        {
            LOCKTAG trava = trava_nome(TRAVA_IMPORTADOR, 0);

            /* Till the process ends; taken again each turn, which counts. */
            ha = LockAcquire(&trava, ExclusiveLock, true, true) !=
                     LOCKACQUIRE_NOT_AVAIL &&
                 proxima(&id);
        }
        operario_acabar();
        if (!ha)
            return;
        fazer(id);
    }
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
    const char *volatile motivo = NULL;

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
        operario_comecar(atividade);
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
        operario_acabar();
    }
    PG_CATCH();
    {
        const ErrorData *erro = operario_abortar(contexto);

        if (erro->sqlerrcode == ERRCODE_T_R_DEADLOCK_DETECTED ||
            erro->sqlerrcode == ERRCODE_T_R_SERIALIZATION_FAILURE ||
            erro->sqlerrcode == ERRCODE_LOCK_NOT_AVAILABLE)
            resultado = PASSO_REPETIR;
        else
            motivo = operario_motivo(erro);
    }
    PG_END_TRY();

    if (motivo != NULL)
    {
        falhar(id, motivo);
        resultado = PASSO_FIM;
    }
    return resultado;
}

static void
falhar(int64 id, const char *motivo)
{
    operario_comecar("crm.importacoes");
    (void)identificar(id);
    trabalho_falhar(id, motivo);
    operario_acabar();
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
