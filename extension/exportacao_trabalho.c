/*
 * exportacao_trabalho.c: one export that waited, written by a worker of its own or,
 * where there are no workers, in the transaction of crm.tarefas().
 *
 * Source: SPEC EXPORT-1.
 */
#include "exportacao.h"

#include <sys/resource.h>

#include "access/xact.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "postmaster/bgworker.h"
#include "storage/lock.h"
#include "tcop/tcopprot.h"
#include "utils/backend_progress.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"

#include "identidade.h"
#include "subtransacao.h"
#include "operario.h"

enum
{
    GENTILEZA = 15 /* nice: searches go first */
};

typedef struct Trabalho
{
    int64 id;
    bool feita;
} Trabalho;

PGDLLEXPORT void crm_exportacao_turno(Datum arg);

static const char nao_pode[] =
    "Quem pediu a exportação perdeu o direito a ela.";

static void fazer_ou_falhar(int64 id);
static bool fazer(int64 id);
static bool identificar(int64 id, Encomenda *e);
static bool encomenda_da_linha(int64 id, Encomenda *e);
static void falhar(int64 id, const char *motivo);
static void trabalhar(void *arg);

void
crm_exportacao_turno(Datum arg)
{
    static SPIPlanPtr tomar = NULL;
    const int64 id = DatumGetInt64(arg);
    LOCKTAG trava;
    char atividade[64];
    bool minha;
    Sistema salvo;

    pqsignal(SIGTERM, die);
    BackgroundWorkerUnblockSignals();
    BackgroundWorkerInitializeConnection(despertador_banco(), NULL, 0);
    if (setpriority(PRIO_PROCESS, 0, GENTILEZA) < 0)
        ereport(LOG, (errmsg("could not lower the priority of an export: %m")));
    snprintf(atividade, sizeof(atividade), "crm.exportacao " INT64_FORMAT, id);

    trava = exportacao_trava(id); /* its database is known by now */
    operario_comecar(atividade);
    sistema_entrar(&salvo);
    SPI_connect();
    minha = LockAcquire(&trava, ExclusiveLock, true, true) !=
                LOCKACQUIRE_NOT_AVAIL &&
            exportacao_chamar("SELECT crm.exportacao_tomar($1)", &tomar, id,
                              NULL);
    SPI_finish();
    sistema_sair(&salvo);
    operario_acabar();
    if (minha)
        fazer_ou_falhar(id);
}

static void
fazer_ou_falhar(int64 id)
{
    MemoryContext contexto = CurrentMemoryContext;
    char atividade[64];
    const char *volatile motivo = NULL;

    snprintf(atividade, sizeof(atividade), "crm.exportacao " INT64_FORMAT, id);
    PG_TRY();
    {
        Sistema salvo;

        operario_comecar(atividade);
        sistema_entrar(&salvo);
        SPI_connect();
        if (fazer(id))
        {
            SPI_finish();
            sistema_sair(&salvo);
            operario_acabar();
        }
        else
        {
            /* It was cancelled: nothing of it stays. */
            SPI_finish();
            sistema_sair(&salvo);
            AbortCurrentTransaction();
            pgstat_report_activity(STATE_IDLE, NULL);
        }
    }
    PG_CATCH();
    {
        motivo = operario_motivo(operario_abortar(contexto));
    }
    PG_END_TRY();
    if (motivo != NULL)
    {
        Sistema salvo;

        operario_comecar(atividade);
        sistema_entrar(&salvo);
        SPI_connect();
        falhar(id, motivo);
        SPI_finish();
        sistema_sair(&salvo);
        operario_acabar();
    }
}

/* Inside SPI and sistema_entrar. false: it ended meanwhile. */
static bool
fazer(int64 id)
{
    Encomenda e;
    Montagem m;
    bool feita;

    if (!identificar(id, &e))
        crm_falha(403, "acesso_negado", NULL, nao_pode, NULL, NULL);
    exportacao_montar(&e, &m);
    feita = exportacao_concluir(id, &e, &m);
    identidade_deixar_web();
    return feita;
}

/* What was asked for, and who asked is the one who acts. */
static bool
identificar(int64 id, Encomenda *e)
{
    static SPIPlanPtr guardado = NULL;
    static const Oid tipos[] = {INT8OID};
    Datum args[] = {Int64GetDatum(id)};
    Identidade quem = {0};
    HeapTuple linha;
    TupleDesc desc;
    char *papel;
    bool nulo;

    if (SPI_execute_plan(plano(&guardado,
                               "SELECT usuario_id, papel, endereco, requisicao,"
                               "       role_banco FROM crm.exportacao_dono($1)",
                               lengthof(tipos), tipos),
                         args, NULL, true, 1) != SPI_OK_SELECT ||
        SPI_processed != 1)
        return false;
    linha = SPI_tuptable->vals[0];
    desc = SPI_tuptable->tupdesc;
    papel = SPI_getvalue(linha, desc, 2);
    if (papel == NULL)
        return false;
    quem.usuario_id = DatumGetInt64(SPI_getbinval(linha, desc, 1, &nulo));
    strlcpy(quem.papel, papel, sizeof(quem.papel));
    strlcpy(quem.endereco, SPI_getvalue(linha, desc, 3), sizeof(quem.endereco));
    strlcpy(quem.requisicao, SPI_getvalue(linha, desc, 4),
            sizeof(quem.requisicao));
    e->dono = SPI_getvalue(linha, desc, 5);
    identidade_definir_web(&quem);
    return encomenda_da_linha(id, e);
}

static bool
encomenda_da_linha(int64 id, Encomenda *e)
{
    static SPIPlanPtr guardado = NULL;
    static const Oid tipos[] = {INT8OID};
    Datum args[] = {Int64GetDatum(id)};
    HeapTuple linha;
    TupleDesc desc;
    bool nulo;

    if (SPI_execute_plan(plano(&guardado,
                               "SELECT origem, formato, ordem, finalidade,"
                               "       filtros, opcoes, campos"
                               "  FROM crm.exportacoes WHERE id = $1",
                               lengthof(tipos), tipos),
                         args, NULL, true, 1) != SPI_OK_SELECT ||
        SPI_processed != 1)
        return false;
    linha = SPI_tuptable->vals[0];
    desc = SPI_tuptable->tupdesc;
    e->origem = SPI_getvalue(linha, desc, 1);
    e->formato = SPI_getvalue(linha, desc, 2);
    e->ordem = SPI_getvalue(linha, desc, 3);
    e->finalidade = SPI_getvalue(linha, desc, 4);
    e->filtros = SPI_getbinval(linha, desc, 5, &nulo);
    e->opcoes = SPI_getbinval(linha, desc, 6, &nulo);
    e->campos = SPI_getbinval(linha, desc, 7, &nulo);
    e->sem_campos = false;
    return true;
}

static void
falhar(int64 id, const char *motivo)
{
    static SPIPlanPtr guardado = NULL;
    Encomenda e;

    /* For the audit: of whose export. */
    (void)identificar(id, &e);
    (void)exportacao_chamar("SELECT crm.exportacao_abandonar($1, 'falhou', $2)",
                            &guardado, id, motivo);
    identidade_deixar_web();
}

/*
 * Where there is no worker: the oldest one, in the caller's transaction; what it
 * refuses is undone alone.
 */
int64
exportacao_fazer_um(void)
{
    static SPIPlanPtr achar = NULL;
    static SPIPlanPtr tomar = NULL;
    Trabalho t = {0};
    ErrorData *erro;
    LOCKTAG trava;
    bool nulo;

    SPI_execute_plan(plano(&achar,
                           "SELECT id FROM crm.exportacoes"
                           " WHERE estado = 'na_fila'"
                           " ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED",
                           0, NULL),
                     NULL, NULL, false, 1);
    if (SPI_processed == 0)
        return 0;
    t.id = DatumGetInt64(SPI_getbinval(SPI_tuptable->vals[0],
                                       SPI_tuptable->tupdesc, 1, &nulo));
    trava = exportacao_trava(t.id);
    if (LockAcquire(&trava, ExclusiveLock, false, true) ==
            LOCKACQUIRE_NOT_AVAIL ||
        !exportacao_chamar("SELECT crm.exportacao_tomar($1)", &tomar, t.id,
                           NULL))
        return 0;

    erro = subtransacao(trabalhar, &t);
    if (erro == NULL)
        return t.feita;
    if (!crm_falha_foi(erro->sqlerrcode))
        ReThrowError(erro);
    falhar(t.id, erro->message);
    return 1;
}

/* Of a Trabalho. */
static void
trabalhar(void *arg)
{
    Trabalho *t = arg;

    PushActiveSnapshot(GetTransactionSnapshot());
    t->feita = fazer(t->id);
    PopActiveSnapshot();
}
