/*
 * cache_estado.c: settings of the cache, what its processes share, and
 * crm.cache_status().
 */
#include "cache_estado.h"

#include "funcapi.h"
#include "miscadmin.h"
#include "storage/ipc.h"
#include "storage/lwlock.h"
#include "storage/proc.h"
#include "storage/shmem.h"
#include "utils/guc.h"

#include <time.h>

#include "cache.h"
#include "tarefas.h"

enum
{
    TTL_MS = 1000,
    TTL_MIN_MS = 200,
    TTL_MAX_MS = 60000,
    ESPERA_MS = 100,
    ESPERA_MAX_MS = 30000,
    US_POR_MS = 1000
};

CacheEstado *cache_estado = NULL;
char *cache_redis_onde = NULL;
char *cache_redis_usuario = NULL;
char *cache_redis_senha_arquivo = NULL;
int cache_ttl_ms = TTL_MS;
int cache_espera_ms = ESPERA_MS;

static shmem_request_hook_type pedido_anterior = NULL;
static shmem_startup_hook_type abertura_anterior = NULL;

static void definir(void);
static bool conferir_onde(char **valor, void **extra, GucSource origem);
static void pedir(void);
static void abrir(void);
static int vagas(void);
static Size tamanho(void);
static const char *nome_da_fase(void);
static int em_voo(void);
static int pendentes(void);

/* Settings and registrations exist only when the library is preloaded. */
void
cache_estado_init(void)
{
    if (!process_shared_preload_libraries_in_progress)
        return;
    definir();
    if (cache_redis_onde[0] == '\0')
        return;

    pedido_anterior = shmem_request_hook;
    shmem_request_hook = pedir;
    abertura_anterior = shmem_startup_hook;
    shmem_startup_hook = abrir;
    cache_marca_init();
    cache_guarda_init();
}

static void
definir(void)
{
    DefineCustomStringVariable(
        "crm.redis",
        "Redis of the cache: path of its socket, or address:port.",
        "Empty: no cache.", &cache_redis_onde, "", PGC_POSTMASTER,
        GUC_SUPERUSER_ONLY, conferir_onde, NULL, NULL);
    DefineCustomStringVariable("crm.redis_usuario",
                               "User of the server's processes in Redis.", NULL,
                               &cache_redis_usuario, "", PGC_POSTMASTER,
                               GUC_SUPERUSER_ONLY, NULL, NULL, NULL);
    DefineCustomStringVariable(
        "crm.redis_senha_arquivo",
        "File with the password of that user, mode 0600.", "Empty: no password.",
        &cache_redis_senha_arquivo, "", PGC_POSTMASTER, GUC_SUPERUSER_ONLY, NULL,
        NULL, NULL);
    DefineCustomIntVariable(
        "crm.cache_ttl_ms", "Life of the fence when nobody renews it.",
        "When Redis fails, a write waits so long once. Stop the server cleanly "
        "before lowering it.",
        &cache_ttl_ms, TTL_MS, TTL_MIN_MS, TTL_MAX_MS, PGC_POSTMASTER,
        GUC_UNIT_MS, NULL, NULL, NULL);
    DefineCustomIntVariable("crm.cache_espera_ms",
                            "How long a transaction waits for Redis to take its "
                            "mark.",
                            NULL, &cache_espera_ms, ESPERA_MS, 1, ESPERA_MAX_MS,
                            PGC_POSTMASTER, GUC_UNIT_MS, NULL, NULL, NULL);
}

/* A name would be looked up while a transaction ends. */
static bool
conferir_onde(char **valor, void **extra, GucSource origem)
{
    const char *onde = *valor;
    const char *porta = strrchr(onde, ':');

    if (onde[0] == '\0' || onde[0] == '/')
        return true;
    if (porta != NULL && porta != onde &&
        strspn(onde, "0123456789abcdefABCDEF.:") == strlen(onde) &&
        atoi(porta + 1) > 0 && atoi(porta + 1) <= 65535)
        return true;
    GUC_check_errdetail("It is a path or a numeric address:port.");
    return false;
}

static int
vagas(void)
{
    return MaxBackends + NUM_AUXILIARY_PROCS;
}

static Size
tamanho(void)
{
    return offsetof(CacheEstado, vaga) + vagas() * sizeof(pg_atomic_uint64);
}

static void
pedir(void)
{
    if (pedido_anterior)
        pedido_anterior();
    RequestAddinShmemSpace(MAXALIGN(tamanho()));
}

static void
abrir(void)
{
    CacheEstado *e;
    bool existe;

    if (abertura_anterior)
        abertura_anterior();
    LWLockAcquire(AddinShmemInitLock, LW_EXCLUSIVE);
    e = ShmemInitStruct("crm cache", tamanho(), &existe);
    if (!existe)
    {
        memset(e, 0, tamanho());
        SpinLockInit(&e->trava);
        pg_atomic_init_u64(&e->prazo, CACHE_PRAZO_DESCONHECIDO);
        pg_atomic_init_u64(&e->epoca, 0);
        pg_atomic_init_u64(&e->geracao, 1);
        pg_atomic_init_u32(&e->refazer, 0);
        pg_atomic_init_u32(&e->fase, CACHE_FECHADA);
        pg_atomic_init_u32(&e->banco, InvalidOid);
        pg_atomic_init_u64(&e->ddl, 1);
        pg_atomic_init_u64(&e->desde, 0);
        pg_atomic_init_u64(&e->n.marcas, 0);
        pg_atomic_init_u64(&e->n.massas, 0);
        pg_atomic_init_u64(&e->n.falhas, 0);
        pg_atomic_init_u64(&e->n.esperas, 0);
        pg_atomic_init_u64(&e->n.maior_espera, 0);
        pg_atomic_init_u64(&e->n.reaberturas, 0);
        pg_atomic_init_u64(&e->n.arrendadas, 0);
        pg_atomic_init_u64(&e->n.negadas, 0);
        for (int i = 0; i < lengthof(e->pendentes); i++)
            pg_atomic_init_u32(&e->pendentes[i], 0);
        e->vagas = vagas();
        for (int i = 0; i < e->vagas; i++)
            pg_atomic_init_u64(&e->vaga[i], 0);
    }
    cache_estado = e;
    LWLockRelease(AddinShmemInitLock);
}

uint64
cache_agora(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64)t.tv_sec * 1000000 + (uint64)t.tv_nsec / 1000;
}

void
cache_acordar_guarda(void)
{
    Latch *guarda = cache_estado->guarda;

    if (guarda != NULL)
        SetLatch(guarda);
}

void
cache_id(char id[CACHE_ID_MAX])
{
    SpinLockAcquire(&cache_estado->trava);
    memcpy(id, cache_estado->id, CACHE_ID_MAX);
    SpinLockRelease(&cache_estado->trava);
}

void
cache_motivo(const char *motivo)
{
    char texto[CACHE_MOTIVO_MAX];

    strlcpy(texto, motivo, sizeof(texto));
    SpinLockAcquire(&cache_estado->trava);
    memcpy(cache_estado->motivo, texto, sizeof(texto));
    SpinLockRelease(&cache_estado->trava);
}

void
cache_maximo(pg_atomic_uint64 *contador, uint64 valor)
{
    uint64 tem = pg_atomic_read_u64(contador);

    while (tem < valor &&
           !pg_atomic_compare_exchange_u64(contador, &tem, valor))
        ;
}

void
cache_chave(char chave[CACHE_CHAVE_MAX], const char *id, const char *nome)
{
    snprintf(chave, CACHE_CHAVE_MAX, "crm:%s:%s", id, nome);
}

void
cache_chave_matriz(char chave[CACHE_CHAVE_MAX], const char *id, uint64 epoca)
{
    snprintf(chave, CACHE_CHAVE_MAX, "crm:%s:q:" UINT64_FORMAT, id, epoca);
}

uint32
cache_magico(uint64 epoca)
{
    return (uint32)epoca;
}

bool
cache_aberta(void)
{
    return cache_estado != NULL &&
           pg_atomic_read_u32(&cache_estado->fase) == CACHE_ABERTA &&
           pg_atomic_read_u32(&cache_estado->banco) == MyDatabaseId &&
           cache_agora() <= pg_atomic_read_u64(&cache_estado->prazo);
}

/*
 * crm.cache_status() returns one row
 *
 * Units: idade_s seconds since the epoch was opened, maior_espera_ms the longest
 *        that a transaction was kept, counts since the server started.
 * Source: SPEC CACHE-4.
 */
PG_FUNCTION_INFO_V1(crm_cache_status);
Datum
crm_cache_status(PG_FUNCTION_ARGS)
{
    enum
    {
        ESTADO, MOTIVO, PREFIXO, EPOCA, IDADE, EM_VOO, PENDENTES, MARCAS, MASSAS,
        FALHAS, ESPERAS, MAIOR, REABERTURAS, ARRENDADAS, NEGADAS, COLUNAS
    };
    TupleDesc desc;
    Datum v[COLUNAS];
    bool nulos[COLUNAS];
    CacheEstado *e = cache_estado;

    identidade_exigir("metricas.ver");
    if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
        elog(ERROR, "return type must be a row type");
    memset(nulos, true, sizeof(nulos));
    v[ESTADO] = CStringGetTextDatum(e == NULL ? "desligada" : nome_da_fase());
    nulos[ESTADO] = false;
    if (e != NULL)
    {
        const uint64 epoca = pg_atomic_read_u64(&e->epoca);
        char id[CACHE_ID_MAX];
        char motivo[CACHE_MOTIVO_MAX];
        char texto[CACHE_CHAVE_MAX];

        cache_id(id);
        SpinLockAcquire(&e->trava);
        memcpy(motivo, e->motivo, sizeof(motivo));
        SpinLockRelease(&e->trava);

        memset(nulos, false, sizeof(nulos));
        nulos[MOTIVO] = motivo[0] == '\0';
        v[MOTIVO] = CStringGetTextDatum(motivo);
        nulos[PREFIXO] = id[0] == '\0';
        cache_chave(texto, id, "");
        v[PREFIXO] = CStringGetTextDatum(texto);
        nulos[EPOCA] = nulos[IDADE] = epoca == 0;
        snprintf(texto, sizeof(texto), UINT64_FORMAT, epoca);
        v[EPOCA] = CStringGetTextDatum(texto);
        v[IDADE] = Float8GetDatum(
            (double)(int64)(cache_agora() - pg_atomic_read_u64(&e->desde)) /
            1000000.0);
        v[EM_VOO] = Int32GetDatum(em_voo());
        v[PENDENTES] = Int32GetDatum(pendentes());
        v[MARCAS] = Int64GetDatum(pg_atomic_read_u64(&e->n.marcas));
        v[MASSAS] = Int64GetDatum(pg_atomic_read_u64(&e->n.massas));
        v[FALHAS] = Int64GetDatum(pg_atomic_read_u64(&e->n.falhas));
        v[ESPERAS] = Int64GetDatum(pg_atomic_read_u64(&e->n.esperas));
        v[MAIOR] = Float8GetDatum(
            (double)pg_atomic_read_u64(&e->n.maior_espera) / US_POR_MS);
        v[REABERTURAS] = Int64GetDatum(pg_atomic_read_u64(&e->n.reaberturas));
        v[ARRENDADAS] = Int64GetDatum(pg_atomic_read_u64(&e->n.arrendadas));
        v[NEGADAS] = Int64GetDatum(pg_atomic_read_u64(&e->n.negadas));
    }
    PG_RETURN_DATUM(HeapTupleGetDatum(
        heap_form_tuple(BlessTupleDesc(desc), v, nulos)));
}

/*
 * crm.cache_epoca() returns (prefixo text, epoca text)
 *
 * For the front: the prefix of this database's keys, and the epoch whose fence
 * may be believed. No row where there is none: no cache, a standby, closed.
 */
PG_FUNCTION_INFO_V1(crm_cache_epoca);
Datum
crm_cache_epoca(PG_FUNCTION_ARGS)
{
    TupleDesc desc;
    Datum v[2];
    bool nulos[2] = {true, true};

    if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
        elog(ERROR, "return type must be a row type");
    if (cache_aberta())
    {
        char id[CACHE_ID_MAX];
        char texto[CACHE_CHAVE_MAX];

        cache_id(id);
        cache_chave(texto, id, "");
        v[0] = CStringGetTextDatum(texto);
        snprintf(texto, sizeof(texto), UINT64_FORMAT,
                 pg_atomic_read_u64(&cache_estado->epoca));
        v[1] = CStringGetTextDatum(texto);
        nulos[0] = nulos[1] = false;
    }
    PG_RETURN_DATUM(HeapTupleGetDatum(
        heap_form_tuple(BlessTupleDesc(desc), v, nulos)));
}

static const char *
nome_da_fase(void)
{
    static const char *const nomes[] = {
        [CACHE_FECHADA] = "fechada",   [CACHE_ABRINDO] = "abrindo",
        [CACHE_ABERTA] = "aberta",     [CACHE_RECUSADA] = "recusada",
        [CACHE_DISPUTADA] = "disputada"};
    const uint32 fase = pg_atomic_read_u32(&cache_estado->fase);

    /* The guard may be gone or frozen. */
    if (fase == CACHE_ABERTA &&
        cache_agora() > pg_atomic_read_u64(&cache_estado->prazo))
        return nomes[CACHE_FECHADA];
    return nomes[fase];
}

static int
em_voo(void)
{
    int n = 0;

    for (int i = 0; i < cache_estado->vagas; i++)
        if (pg_atomic_read_u64(&cache_estado->vaga[i]) != 0)
            n++;
    return n;
}

static int
pendentes(void)
{
    int n = 0;

    for (int i = 0; i < lengthof(cache_estado->pendentes); i++)
        if (pg_atomic_read_u32(&cache_estado->pendentes[i]) != 0)
            n++;
    return n;
}
