/*
 * exportacao_fila.c: the workers that write what is too much for a request.
 *
 * The waker (despertador.c) starts the leader, at once after the commit that queued
 * an export and when the server starts. It hands the exports that wait to at most
 * crm.exportadores workers of one export each, of each user in turn
 * (crm.exportacoes_fila()), tells their owners how far they are, ends those that
 * were cancelled, and ends itself when none is left.
 *
 * Who works at an export holds its lock (exportacao_trava) as long as the process
 * lives; a row that is executando without it was left by one that died and is done
 * again, EXPORTACAO_TENTATIVAS times. The file and the row's pronta are one
 * transaction, so an export ends once whatever is killed when.
 *
 * Without a worker (no preload, another database than crm.banco) exports are made at
 * once; one that waits in such a database came there with a copy, and crm.tarefas()
 * does it.
 *
 * Source: SPEC EXPORT-1.
 */
#include "exportacao.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "postmaster/bgworker.h"
#include "postmaster/interrupt.h"
#include "storage/latch.h"
#include "storage/lock.h"
#include "tcop/tcopprot.h"
#include "utils/guc.h"
#include "utils/memutils.h"

#include "numeros.h"
#include "operario.h"
#include "trava.h"

enum
{
    EXPORTADORES_MAX = 16,
    TURNO_MS = 500,  /* of the leader; also between two events of an export */
    APAGADAS_POR_TURNO = 100,
    VAGA_LIVRE = 0
};

typedef struct Vaga
{
    int64 id; /* or VAGA_LIVRE */
    BackgroundWorkerHandle *processo;
    int64 linhas; /* told last */
    bool cancelada;
} Vaga;

PGDLLEXPORT void crm_exportacoes_turno(Datum arg);

static int exportadores = 1;
static Vaga vagas[EXPORTADORES_MAX];

static bool ha_fila(void);
static void vagas_conferir(void);
static uint64 vagas_consultar(SPIPlanPtr *guardado, const char *sql);
static int vagas_usadas(void);
static Vaga *vaga_de(int64 id);
static void vagas_preencher(void);
static void espera_avisar(void);
static bool iniciar(Vaga *vaga, int64 id);
static void abandonadas_devolver(void);
static void andamento(void);

void
exportacao_fila_init(void)
{
    DefineCustomIntVariable("crm.exportadores",
                            "Exports that are written at a time.", NULL,
                            &exportadores, 1, 1, EXPORTADORES_MAX, PGC_SIGHUP, 0,
                            NULL, NULL, NULL);
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
        if (operario_existe())
            operario_chamar(OPERARIO_EXPORTACOES);
        else
        {
            abandonadas_devolver();
            feito += exportacao_fazer_um();
        }
    }
    feito += exportacao_chamar("SELECT crm.exportacoes_expirar($1::integer)",
                               &expirar, APAGADAS_POR_TURNO, NULL);
    SPI_finish();
    sistema_sair(&salvo);
    PG_RETURN_INT64(feito);
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
exportacao_chamar(const char *sql, SPIPlanPtr *guardado, int64 id,
                  const char *texto)
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
    BackgroundWorkerInitializeConnection(despertador_banco(), NULL, 0);

    for (;;)
    {
        bool ha;

        CHECK_FOR_INTERRUPTS();
        if (ConfigReloadPending)
        {
            ConfigReloadPending = false;
            ProcessConfigFile(PGC_SIGHUP);
        }
        operario_comecar("crm.exportacoes");
        ha = operario_instalado("exportacao_partes");
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
        operario_acabar();
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
    uint64 n;

    for (int i = 0; i < EXPORTADORES_MAX; i++)
    {
        pid_t pid;

        if (vagas[i].id != VAGA_LIVRE &&
            GetBackgroundWorkerPid(vagas[i].processo, &pid) == BGWH_STOPPED)
        {
            pfree(vagas[i].processo);
            vagas[i].id = VAGA_LIVRE;
        }
    }
    n = vagas_consultar(&guardado, "SELECT id FROM crm.exportacoes"
                                   " WHERE estado = 'cancelada'"
                                   "   AND id = ANY ($1)");
    for (uint64 k = 0; k < n; k++)
    {
        Vaga *vaga = vaga_de(campo_int8(k, 1));

        if (!vaga->cancelada)
        {
            vaga->cancelada = true;
            TerminateBackgroundWorker(vaga->processo);
        }
    }
}

/*
 * Asks about the exports at work: $1 are their ids, $2 the rows told last. Returns
 * how many rows SPI_tuptable has.
 */
static uint64
vagas_consultar(SPIPlanPtr *guardado, const char *sql)
{
    static const Oid tipos[] = {INT8ARRAYOID, INT8ARRAYOID};
    int64 ids[EXPORTADORES_MAX];
    int64 linhas[EXPORTADORES_MAX];
    Datum args[2];
    int n = 0;

    for (int i = 0; i < EXPORTADORES_MAX; i++)
        if (vagas[i].id != VAGA_LIVRE)
        {
            ids[n] = vagas[i].id;
            linhas[n++] = vagas[i].linhas;
        }
    if (n == 0)
        return 0;
    args[0] = int8_array(ids, n);
    args[1] = int8_array(linhas, n);
    if (SPI_execute_plan(plano(guardado, sql, lengthof(tipos), tipos), args,
                         NULL, false, 0) != SPI_OK_SELECT)
        elog(ERROR, "could not read the exports at work");
    return SPI_processed;
}

static int
vagas_usadas(void)
{
    int n = 0;

    for (int i = 0; i < EXPORTADORES_MAX; i++)
        n += vagas[i].id != VAGA_LIVRE;
    return n;
}

/* The place of an export, or one that is free (VAGA_LIVRE); NULL: there is none. */
static Vaga *
vaga_de(int64 id)
{
    for (int i = 0; i < EXPORTADORES_MAX; i++)
        if (vagas[i].id == id)
            return &vagas[i];
    return NULL;
}

static void
vagas_preencher(void)
{
    static SPIPlanPtr guardado = NULL;
    Oid tipo = INT4OID;
    Datum arg = Int32GetDatum(2 * EXPORTADORES_MAX);
    const int antes = vagas_usadas();

    if (antes >= exportadores)
        return;
    if (SPI_execute_plan(plano(&guardado,
                               "SELECT id FROM crm.exportacoes_fila()"
                               " ORDER BY na_frente LIMIT $1",
                               1, &tipo),
                         &arg, NULL, false, 0) != SPI_OK_SELECT)
        elog(ERROR, "could not read the queue of exports");
    for (uint64 k = 0; k < SPI_processed && vagas_usadas() < exportadores; k++)
    {
        const int64 id = campo_int8(k, 1);

        /* No free worker slot: in the next turn. */
        if (vaga_de(id) == NULL && !iniciar(vaga_de(VAGA_LIVRE), id))
            break;
    }
    if (vagas_usadas() > antes)
        espera_avisar();
}

/* The queue moved: those who wait see how many are before them. */
static void
espera_avisar(void)
{
    static SPIPlanPtr guardado = NULL;

    (void)vagas_consultar(&guardado, "SELECT crm.exportacao_anunciar(f.id)"
                                     "  FROM crm.exportacoes_fila() f"
                                     " WHERE f.id <> ALL ($1)");
}

static bool
iniciar(Vaga *vaga, int64 id)
{
    MemoryContext antes = MemoryContextSwitchTo(TopMemoryContext);
    char nome[BGW_MAXLEN];
    bool deu_certo;

    snprintf(nome, sizeof(nome), "crm exportacao " INT64_FORMAT, id);
    deu_certo = operario_iniciar(nome, "crm exportacao", "crm_exportacao_turno",
                                 Int64GetDatum(id), &vaga->processo);
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
    static const Oid tipos[] = {INT8ARRAYOID, INT4OID};
    Datum args[] = {(Datum)0, Int32GetDatum(EXPORTACAO_TENTATIVAS)};
    int64 *ids;
    int n = 0;

    if (SPI_execute_plan(plano(&achar,
                               "SELECT id FROM crm.exportacoes"
                               " WHERE estado = 'executando' ORDER BY id",
                               0, NULL),
                         NULL, NULL, false, 0) != SPI_OK_SELECT)
        elog(ERROR, "could not read the exports");
    ids = palloc(sizeof(int64) * Max(SPI_processed, 1));
    for (uint64 k = 0; k < SPI_processed; k++)
    {
        const int64 id = campo_int8(k, 1);
        const LOCKTAG trava = exportacao_trava(id);

        /* Until this transaction ends. */
        if (LockAcquire(&trava, ExclusiveLock, false, true) !=
            LOCKACQUIRE_NOT_AVAIL)
            ids[n++] = id;
    }
    if (n == 0)
        return;
    args[0] = int8_array(ids, n);
    if (SPI_execute_plan(plano(&devolver,
                               "SELECT crm.exportacao_devolver(id, $2)"
                               "  FROM unnest($1) AS id",
                               lengthof(tipos), tipos),
                         args, NULL, false, 0) != SPI_OK_SELECT)
        elog(ERROR, "could not give exports back");
}

/* Tells the owners what COPY says of its rows. */
static void
andamento(void)
{
    /* Again too while nothing grows: pages are drawn after the last row was read. */
    static SPIPlanPtr guardado = NULL;
    const uint64 n = vagas_consultar(
        &guardado, "SELECT a.id, a.linhas_feitas,"
                   "       crm.exportacao_anunciar(a.id, a.linhas_feitas)"
                   "  FROM crm.exportacoes_andamento() a"
                   "  JOIN unnest($1, $2) AS v(id, linhas) ON v.id = a.id"
                   " WHERE a.linhas_feitas >= v.linhas");

    for (uint64 k = 0; k < n; k++)
        vaga_de(campo_int8(k, 1))->linhas = campo_int8(k, 2);
}
