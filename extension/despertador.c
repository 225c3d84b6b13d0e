/*
 * despertador.c: the waker, a small background worker that starts the others.
 *
 * It is connected to no database, knows which tasks are due (tarefas.c) and,
 * when the database crm.banco exists, starts a worker that connects, calls
 * crm.tarefas() for each of them and ends. So nothing stands in the way of DROP
 * DATABASE or CREATE DATABASE … TEMPLATE, a database that does not exist yet is
 * waited for in silence, and an error costs one turn.
 *
 * It also starts the workers of imports (importacao_fila.c) and exports
 * (exportacao_fila.c), as soon as somebody asks for one by its latch.
 */
#include "despertador.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/pg_database.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "port/atomics.h"
#include "postmaster/bgworker.h"
#include "postmaster/interrupt.h"
#include "storage/ipc.h"
#include "storage/latch.h"
#include "storage/lwlock.h"
#include "storage/shmem.h"
#include "tcop/tcopprot.h"
#include "utils/guc.h"
#include "utils/timestamp.h"

#include "operario.h"
#include "tarefas.h"

enum
{
    REINICIO_S = 60 /* after an error */
};

/* What the waker and who wakes it share. */
typedef struct Campainha
{
    pg_atomic_uint32 querem[OPERARIOS]; /* somebody wants that worker */
    Latch *despertador; /* of the waker, NULL while there is none */
} Campainha;

/* What the waker knows. */
typedef struct Agenda
{
    TimestampTz ultima[TAREFAS];
    bool feita[TAREFAS]; /* since the waker began */
    BackgroundWorkerHandle *turnos[TURNOS];
} Agenda;

PGDLLEXPORT void crm_tarefas_despertador(Datum arg);

static void campainha_pedir(void);
static void campainha_abrir(void);
static void despertador_sair(int codigo, Datum arg);
static long agenda_cuidar(Agenda *agenda);
static long espera_ms(const Agenda *agenda, int tarefa, TimestampTz agora);
static bool turno_livre(Agenda *agenda, Turno turno);
static void iniciar_turno(Agenda *agenda, Turno turno, uint32 vencidas);
static void iniciar_operario(Operario qual);

static char *banco = NULL;
static Campainha *campainha = NULL;
static shmem_request_hook_type pedido_anterior = NULL;
static shmem_startup_hook_type abertura_anterior = NULL;

/* Setting and worker exist only when the library is preloaded. */
void
despertador_init(void)
{
    BackgroundWorker w = {0};

    if (!process_shared_preload_libraries_in_progress)
        return;

    DefineCustomStringVariable(
        "crm.banco", "Database whose crm.tarefas() is called.", NULL, &banco,
        "crm", PGC_POSTMASTER, 0, NULL, NULL, NULL);

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
despertador_banco(void)
{
    return campainha != NULL ? banco : NULL;
}

/* Without a database only a sequential scan of pg_database is possible. */
Oid
despertador_banco_oid(void)
{
    Oid oid = InvalidOid;
    Relation bancos;
    SysScanDesc busca;
    HeapTuple linha;

    StartTransactionCommand();
    bancos = table_open(DatabaseRelationId, AccessShareLock);
    busca = systable_beginscan(bancos, InvalidOid, false, NULL, 0, NULL);
    while (!OidIsValid(oid) && HeapTupleIsValid(linha = systable_getnext(busca)))
    {
        const FormData_pg_database *b =
            (const FormData_pg_database *)GETSTRUCT(linha);

        if (strcmp(NameStr(b->datname), banco) == 0 && b->datallowconn)
            oid = b->oid;
    }
    systable_endscan(busca);
    table_close(bancos, AccessShareLock);
    CommitTransactionCommand();
    return oid;
}

void
despertador_tocar(Operario qual)
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
 * Wakes when a task is due or somebody rings for a worker, looks whether the
 * database is there, and starts what is wanted. Waits for none: the end of a worker
 * sets the latch.
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
    for (int i = 0; i < TAREFAS; i++)
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

static void
despertador_sair(int codigo, Datum arg)
{
    campainha->despertador = NULL;
}

/* Starts a worker for what is due; ms until more is, -1: never. */
static long
agenda_cuidar(Agenda *agenda)
{
    uint32 vencidas[TURNOS] = {0};
    TimestampTz agora = GetCurrentTimestamp();
    long falta = -1;

    for (int i = 0; i < TAREFAS; i++)
    {
        long ms;

        if (*tarefas[i].cada_s == 0 ||
            (tarefas_intervalo_s == 0 && tarefas[i].turno == TURNO_GERAL))
            continue;
        ms = espera_ms(agenda, i, agora);
        if (ms > 0)
            falta = falta < 0 ? ms : Min(falta, ms);
        else if (turno_livre(agenda, tarefas[i].turno))
            vencidas[tarefas[i].turno] |= UINT32_C(1) << i;
    }
    for (int t = 0; t < TURNOS; t++)
    {
        const bool ha = vencidas[t] != 0 && OidIsValid(despertador_banco_oid());

        for (int i = 0; i < TAREFAS; i++)
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

    if (!agenda->feita[tarefa] && tarefas_intervalo_s > 0)
        s = Min(s, tarefas_intervalo_s);
    return TimestampDifferenceMilliseconds(agora, agenda->ultima[tarefa] +
                                                      s * USECS_PER_SEC);
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

/* No free worker slot: next time. */
static void
iniciar_turno(Agenda *agenda, Turno turno, uint32 vencidas)
{
    static const char *const nomes[TURNOS] = {
        [TURNO_GERAL] = "crm tarefas", [TURNO_SELOS] = "crm selos"};

    if (!operario_iniciar(nomes[turno], nomes[turno], "crm_tarefas_turno",
                          UInt32GetDatum(vencidas), &agenda->turnos[turno]))
        agenda->turnos[turno] = NULL;
}

/*
 * Not waited for: an import or an export takes long. While one runs the bell stays
 * on, and the end of that one, which sets the latch, comes back here.
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
    pid_t pid;

    if (iniciados[qual] != NULL &&
        GetBackgroundWorkerPid(iniciados[qual], &pid) != BGWH_STOPPED)
        return;
    if (iniciados[qual] != NULL)
        pfree(iniciados[qual]);
    iniciados[qual] = NULL;
    pg_atomic_write_u32(&campainha->querem[qual], 0);
    if (!OidIsValid(despertador_banco_oid()))
        return;

    if (!operario_iniciar(operarios[qual].nome, operarios[qual].nome,
                          operarios[qual].funcao, (Datum)0, &iniciados[qual]))
    {
        iniciados[qual] = NULL; /* no slot: with the next turn */
        pg_atomic_write_u32(&campainha->querem[qual], 1);
    }
}
