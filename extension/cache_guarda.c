/*
 * cache_guarda.c: the guard, a background worker that owns the fence.
 *
 * The fence is a key of Redis with a short life; while it lives, readers may
 * serve what is kept under the stamps of its epoch. The guard opens an epoch (an
 * array of counters and its fence), renews the fence four times in its life, and
 * whenever anything is in doubt gives the epoch up for a new one: all that was
 * kept under the old one is then dead, which costs hits and nothing else.
 *
 * It is connected to no database, so that it keeps nobody from dropping or
 * copying one: what has to be looked up in crm.banco is done by a short worker
 * (cache_exame.c).
 */
#include "cache.h"

#include "miscadmin.h"
#include "pgstat.h"
#include "postmaster/bgworker.h"
#include "postmaster/interrupt.h"
#include "storage/ipc.h"
#include "storage/proc.h"
#include "tcop/tcopprot.h"

#include "cache_cerca.h"
#include "cache_estado.h"
#include "cache_exame.h"
#include "despertador.h"

enum
{
    US_POR_MS = 1000,
    RENOVACOES_POR_TTL = 4,
    REINICIO_S = 1,
    TENTAR_MS = 200,        /* Redis is away */
    EXAMINAR_MS = 5000,     /* the database is not fit */
    EXAMINAR_DDL_MS = 300,  /* ... and something was done about it */
    DISPUTA_MIN_MS = 1000,  /* another server took the prefix */
    DISPUTA_MAX_MS = 60000,
    DISPUTA_CALMA_MS = 120000, /* so long undisturbed: the dispute is over */
    EM_VOO_MS = 5           /* a look at the transactions in flight */
};

typedef enum Resultado
{
    FEITO,
    SEM_REDIS,
    EM_DUVIDA, /* somebody asked for a new epoch: at once */
    RECUSADO,
    TOMADO     /* another server is the owner */
} Resultado;

PGDLLEXPORT void crm_cache_guarda(Datum arg);

static uint64 examinado_em;

static void guarda_sair(int codigo, Datum arg);
static void tratar_sinais(void);
static int passo(void);
static uint64 examinar_de_novo(void);
static Resultado abrir(void);
static Resultado preparar_banco(void);
static bool examinar_se_preciso(Oid banco);
static void publicar(uint64 epoca);
static Resultado esperar_em_voo(uint64 geracao);
static bool ha_em_voo(uint64 geracao);
static Resultado conceder(uint64 epoca);
static Resultado renovar(void);
static void estender_prazo(void);
static bool pediram_reabertura(void);
static void desistir(void);
static void fechar(CacheFase fase, const char *motivo);
static void acordar_escritores(void);
static uint64 uma_epoca(void);

void
cache_guarda_init(void)
{
    BackgroundWorker w = {0};

    w.bgw_flags = BGWORKER_SHMEM_ACCESS | BGWORKER_BACKEND_DATABASE_CONNECTION;
    w.bgw_start_time = BgWorkerStart_RecoveryFinished;
    w.bgw_restart_time = REINICIO_S;
    strlcpy(w.bgw_library_name, "crm", BGW_MAXLEN);
    strlcpy(w.bgw_function_name, "crm_cache_guarda", BGW_MAXLEN);
    strlcpy(w.bgw_name, "crm guarda do cache", BGW_MAXLEN);
    strlcpy(w.bgw_type, "crm guarda do cache", BGW_MAXLEN);
    RegisterBackgroundWorker(&w);
}

void
crm_cache_guarda(Datum arg)
{
    pqsignal(SIGTERM, die);
    pqsignal(SIGHUP, SignalHandlerForConfigReload);
    BackgroundWorkerUnblockSignals();
    BackgroundWorkerInitializeConnection(NULL, NULL, 0);
    before_shmem_exit(guarda_sair, (Datum)0);
    cache_estado->guarda = MyLatch;
    pg_atomic_write_u32(&cache_estado->fase, CACHE_FECHADA);
    /* A fence of an earlier guard lives no longer than this. */
    if (pg_atomic_read_u64(&cache_estado->prazo) == CACHE_PRAZO_DESCONHECIDO)
        estender_prazo();

    for (;;)
    {
        const int ms = passo();

        tratar_sinais();
        (void)WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH,
                        ms, PG_WAIT_EXTENSION);
        ResetLatch(MyLatch);
        tratar_sinais();
    }
}

static void
tratar_sinais(void)
{
    CHECK_FOR_INTERRUPTS();
    if (ConfigReloadPending)
    {
        const int desvio = tempo_desvio();

        ConfigReloadPending = false;
        ProcessConfigFile(PGC_SIGHUP);
        /* What is kept ends at a midnight that has moved. */
        if (tempo_desvio() != desvio)
        {
            pg_atomic_write_u32(&cache_estado->refazer, 1);
            SetLatch(MyLatch); /* at once, whoever has reset it meanwhile */
        }
    }
}

/* On a clean end no fence stays behind. */
static void
guarda_sair(int codigo, Datum arg)
{
    cache_estado->guarda = NULL;
    if (pg_atomic_read_u32(&cache_estado->fase) != CACHE_ABERTA)
        return;
    pg_atomic_write_u32(&cache_estado->fase, CACHE_FECHADA);
    if (cerca_retirar())
    {
        pg_atomic_write_u64(&cache_estado->epoca, 0);
        pg_atomic_write_u64(&cache_estado->prazo, 0);
        acordar_escritores();
    }
}

/* One turn; returns how many ms to the next, if nobody calls before. */
static int
passo(void)
{
    static uint64 nao_antes = 0; /* of the next opening */
    static int disputa_ms = 0;
    static uint64 aberta_em = 0;
    const uint32 fase = pg_atomic_read_u32(&cache_estado->fase);
    const uint64 agora = cache_agora();
    Resultado r;

    /* No fence outlives its deadline: from there on nobody tries to mark. */
    if (fase != CACHE_ABERTA &&
        agora > pg_atomic_read_u64(&cache_estado->prazo))
        pg_atomic_write_u64(&cache_estado->epoca, 0);
    if (fase == CACHE_ABERTA)
    {
        r = renovar();
        if (r == FEITO)
            return cache_ttl_ms / RENOVACOES_POR_TTL;
    }
    else if ((fase == CACHE_DISPUTADA && agora < nao_antes) ||
             (fase == CACHE_RECUSADA &&
              (nao_antes = examinar_de_novo()) > agora))
        return Min((int)((nao_antes - agora) / US_POR_MS) + 1, cache_ttl_ms);
    else
        r = EM_DUVIDA;

    if (r == EM_DUVIDA)
        r = abrir();
    switch (r)
    {
        case FEITO:
            aberta_em = cache_agora();
            return cache_ttl_ms / RENOVACOES_POR_TTL;
        case EM_DUVIDA:
            return 1;
        case RECUSADO:
            examinado_em = cache_agora();
            return EXAMINAR_DDL_MS;
        case TOMADO:
            if (agora > aberta_em + (uint64)DISPUTA_CALMA_MS * US_POR_MS)
                disputa_ms = 0;
            disputa_ms = Max(DISPUTA_MIN_MS,
                             Min(disputa_ms * 2, DISPUTA_MAX_MS));
            nao_antes = cache_agora() + (uint64)disputa_ms * US_POR_MS;
            return Min(disputa_ms, cache_ttl_ms);
        case SEM_REDIS:
            break;
    }
    return TENTAR_MS;
}

/* When to look at a database that was not fit. */
static uint64
examinar_de_novo(void)
{
    const bool mudou =
        cache_estado->exame_ddl != pg_atomic_read_u64(&cache_estado->ddl);

    return examinado_em +
           (uint64)(mudou ? EXAMINAR_DDL_MS : EXAMINAR_MS) * US_POR_MS;
}

/* ---- a new epoch ---- */

static Resultado
abrir(void)
{
    const uint64 epoca = uma_epoca();
    Resultado r;
    Oid banco;

    pg_atomic_write_u32(&cache_estado->refazer, 0);
    pg_memory_barrier();
    r = preparar_banco();
    if (r != FEITO)
        return r;
    banco = pg_atomic_read_u32(&cache_estado->banco);
    if (!cerca_ligar() || !cerca_reivindicar(uma_epoca()))
    {
        fechar(CACHE_FECHADA, cerca_erro());
        return SEM_REDIS;
    }
    /* From here on no fence is alive until one is granted. */
    pg_atomic_write_u64(&cache_estado->prazo, 0);
    if (!cerca_criar_matriz(epoca))
    {
        fechar(CACHE_FECHADA, cerca_erro());
        return SEM_REDIS;
    }
    publicar(epoca);
    r = esperar_em_voo(pg_atomic_read_u64(&cache_estado->geracao));
    if (r == FEITO && !examinar_se_preciso(banco))
    {
        pg_atomic_write_u32(&cache_estado->fase, CACHE_RECUSADA);
        r = RECUSADO;
    }
    if (r != FEITO)
    {
        desistir();
        return r;
    }
    return conceder(epoca);
}

/* The database and its id are known, and it was fit when last looked at. */
static Resultado
preparar_banco(void)
{
    const Oid banco = despertador_banco_oid();

    if (!OidIsValid(banco))
    {
        fechar(CACHE_RECUSADA, "the database crm.banco does not exist");
        return RECUSADO;
    }
    if (cache_estado->exame_banco != banco || !cache_estado->exame_apto)
    {
        fechar(CACHE_RECUSADA, "the database is being looked at");
        if (!cache_examinar(banco, NULL))
        {
            pg_atomic_write_u32(&cache_estado->fase, CACHE_RECUSADA);
            return RECUSADO;
        }
    }
    pg_atomic_write_u32(&cache_estado->banco, banco);
    return FEITO;
}

/* Who changed the schema in flight has ended by now: what it did is seen. */
static bool
examinar_se_preciso(Oid banco)
{
    return cache_estado->exame_ddl == pg_atomic_read_u64(&cache_estado->ddl) ||
           cache_examinar(banco, estender_prazo);
}

/* From here on writers mark in the new array. */
static void
publicar(uint64 epoca)
{
    pg_atomic_write_u64(&cache_estado->epoca, epoca);
    pg_atomic_write_u64(&cache_estado->desde, cache_agora());
    estender_prazo();
    (void)pg_atomic_fetch_add_u64(&cache_estado->geracao, 1);
    fechar(CACHE_ABRINDO, "");
    acordar_escritores();
}

/* Those that began to commit before the epoch are not marked in its array. */
static Resultado
esperar_em_voo(uint64 geracao)
{
    long ms = 0;

    for (;;)
    {
        estender_prazo();
        if (pediram_reabertura())
            return EM_DUVIDA;
        if (!ha_em_voo(geracao))
            return FEITO;
        ms = Min(ms + 1, EM_VOO_MS);
        (void)WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH,
                        ms, PG_WAIT_EXTENSION);
        ResetLatch(MyLatch);
        tratar_sinais();
    }
}

static bool
ha_em_voo(uint64 geracao)
{
    for (int i = 0; i < cache_estado->vagas; i++)
    {
        const uint64 g = pg_atomic_read_u64(&cache_estado->vaga[i]);

        if (g != 0 && g < geracao)
            return true;
    }
    return false;
}

/* The fence, if this guard is still the owner; its end is an instant of Redis. */
static Resultado
conceder(uint64 epoca)
{
    const uint64 hora = cerca_hora();

    if (hora == 0)
    {
        desistir();
        fechar(CACHE_FECHADA, cerca_erro());
        return SEM_REDIS;
    }
    estender_prazo();
    if (pediram_reabertura())
    {
        desistir();
        return EM_DUVIDA;
    }
    switch (cerca_conceder(epoca, hora))
    {
        case CERCA_FEITA:
            break;
        case CERCA_TOMADA:
            desistir();
            fechar(CACHE_DISPUTADA, "another server claims the same prefix");
            return TOMADO;
        default: /* it may have been granted: the deadline stands */
            fechar(CACHE_FECHADA, cerca_erro());
            return SEM_REDIS;
    }
    fechar(CACHE_ABERTA, "");
    (void)pg_atomic_fetch_add_u64(&cache_estado->n.reaberturas, 1);
    ereport(LOG, (errmsg("crm: the cache is open")));
    return FEITO;
}

static Resultado
renovar(void)
{
    const uint64 epoca = pg_atomic_read_u64(&cache_estado->epoca);
    uint64 hora;

    if (pediram_reabertura())
        return EM_DUVIDA;
    hora = cerca_hora();
    if (hora == 0)
    {
        fechar(CACHE_FECHADA, cerca_erro());
        return EM_DUVIDA; /* perhaps only the connection */
    }
    estender_prazo();
    if (pediram_reabertura())
        return EM_DUVIDA;
    switch (cerca_renovar(epoca, hora))
    {
        case CERCA_FEITA:
            cerca_varrer(epoca);
            return FEITO;
        case CERCA_TOMADA:
            fechar(CACHE_DISPUTADA, "another server claims the same prefix");
            ereport(LOG, (errmsg("crm: another server took the cache's prefix"),
                          errhint("Two copies of one database use one Redis.")));
            return TOMADO;
        case CERCA_PERDIDA:
            fechar(CACHE_FECHADA, "the fence or the counters were gone");
            return EM_DUVIDA;
        case CERCA_SEM_RESPOSTA:
            break;
    }
    fechar(CACHE_FECHADA, cerca_erro());
    return EM_DUVIDA;
}

/* ---- shared memory ---- */

/* Before anything is sent that lets a fence live until then. */
static void
estender_prazo(void)
{
    pg_atomic_write_u64(&cache_estado->prazo,
                        cache_agora() + (uint64)cache_ttl_ms * US_POR_MS);
    pg_memory_barrier();
}

/* Asked after each extension: who asked before it saw the old deadline. */
static bool
pediram_reabertura(void)
{
    return pg_atomic_read_u32(&cache_estado->refazer) != 0;
}

/* No fence was granted and none will be: nobody has to wait or mark. */
static void
desistir(void)
{
    pg_atomic_write_u64(&cache_estado->epoca, 0);
    pg_memory_barrier();
    pg_atomic_write_u64(&cache_estado->prazo, 0);
    acordar_escritores();
}

static void
fechar(CacheFase fase, const char *motivo)
{
    cache_motivo(motivo);
    pg_atomic_write_u32(&cache_estado->fase, fase);
}

static void
acordar_escritores(void)
{
    for (int i = 0; i < cache_estado->vagas; i++)
        if (pg_atomic_read_u64(&cache_estado->vaga[i]) != 0)
            SetLatch(&ProcGlobal->allProcs[i].procLatch);
}

/* ---- helpers ---- */

/* Random, and neither it nor its magic number is 0. */
static uint64
uma_epoca(void)
{
    uint64 epoca;

    do
    {
        if (!pg_strong_random(&epoca, sizeof(epoca)))
            ereport(ERROR, (errcode(ERRCODE_INTERNAL_ERROR),
                            errmsg("could not generate a random number")));
    } while (cache_magico(epoca) == 0);
    return epoca;
}
