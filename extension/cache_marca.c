/*
 * cache_marca.c: the writer's side of the protocol, and the lease.
 *
 * Before a transaction that changed something becomes visible, its slots are
 * marked in Redis (one more). From before the mark until it is visible, or has
 * ended, they are pending in shared memory, and no lease counts on them: only a
 * server that writes gives leases. Where the mark cannot be had, it waits until no
 * fence can be alive, or until the guard has begun a new epoch, which waits for
 * this transaction.
 *
 * Order in PostgreSQL: deferred triggers, PRE_COMMIT, flush of the log, visible,
 * COMMIT, other processes told what to forget, locks released.
 */
#include "cache.h"

#include "access/xact.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "storage/ipc.h"
#include "storage/proc.h"
#include "utils/resowner.h"

#include "cache_estado.h"
#include "cache_redis.h"

enum
{
    US_POR_MS = 1000,
    ESPIAR_MS = 20 /* a waiting writer looks at least so often */
};

static CacheRedis redis;
static CacheComando comando;
static const uint32 *pendentes; /* slots that this transaction keeps pending */
static int pendentes_n;
static bool schema_em_voo; /* it has changed the schema, and others may not know */

static void ao_transacao(XactEvent evento, void *arg);
static void preparar_commit(void);
static uint64 entrar_em_voo(void);
static void sair_de_voo(void);
static void ao_soltar(ResourceReleasePhase fase, bool commit, bool topo,
                      void *arg);
static bool outro_banco(void);
static bool marcar(void);
static bool matriz_vale(const redisReply *resposta, uint64 epoca, int n);
static void prender(const uint32 *slots, int n);
static void soltar(void);
static void esperar_sem_cerca(uint64 geracao);
static void recusar_preparo(void);
static void pedir_reabertura(void);
static void comando_matriz(const char *funcao, const char *matriz,
                           int argumentos);
static bool ligar(uint64 prazo);
static bool ler_carimbos(CacheGrupo *grupos, int n, uint64 epoca, uint64 prazo);
static bool cerca_vale(uint64 epoca, uint64 prazo);

void
cache_marca_init(void)
{
    RegisterXactCallback(ao_transacao, NULL);
    RegisterResourceReleaseCallback(ao_soltar, NULL);
}

static void
ao_transacao(XactEvent evento, void *arg)
{
    if (cache_estado == NULL)
        return;
    switch (evento)
    {
        case XACT_EVENT_PRE_COMMIT:
            cache_projetar();
            if (coleta_ha())
                preparar_commit();
            break;
        case XACT_EVENT_PRE_PREPARE:
            cache_projetar();
            if (coleta_ha())
                recusar_preparo();
            break;
        case XACT_EVENT_COMMIT:
        case XACT_EVENT_ABORT:
            /* No error may leave this: after the commit it would be a PANIC. */
            if (coleta_ha())
            {
                soltar();
                schema_em_voo = coleta_schema();
                if (!schema_em_voo)
                    sair_de_voo();
                coleta_esquecer();
            }
            break;
        default:
            break; /* parallel workers do not write */
    }
}

/* ---- before the transaction becomes visible ---- */

static void
preparar_commit(void)
{
    const uint64 inicio = cache_agora();
    const uint64 geracao = entrar_em_voo();

    if (outro_banco())
        return;
    if (coleta_schema())
        (void)pg_atomic_fetch_add_u64(&cache_estado->ddl, 1);
    else if (marcar())
    {
        cache_maximo(&cache_estado->n.maior_espera, cache_agora() - inicio);
        return;
    }
    esperar_sem_cerca(geracao);
    cache_maximo(&cache_estado->n.maior_espera, cache_agora() - inicio);
}

/*
 * From here on the guard waits for this transaction before it opens an epoch
 * newer than the one returned.
 */
static uint64
entrar_em_voo(void)
{
    pg_atomic_uint64 *vaga = &cache_estado->vaga[MyProc->pgprocno];
    uint64 geracao;

    do
    {
        geracao = pg_atomic_read_u64(&cache_estado->geracao);
        pg_atomic_write_u64(vaga, geracao);
        pg_memory_barrier();
    } while (pg_atomic_read_u64(&cache_estado->geracao) != geracao);
    pg_read_barrier(); /* what is read next is of this generation, or later */
    return geracao;
}

static void
sair_de_voo(void)
{
    pg_memory_barrier();
    pg_atomic_write_u64(&cache_estado->vaga[MyProc->pgprocno], 0);
}

/*
 * A lease forgets what is remembered of tables by itself, of the catalogs only
 * what it was told to: a change of the schema is in flight until everybody was.
 * No error may leave this.
 */
static void
ao_soltar(ResourceReleasePhase fase, bool commit, bool topo, void *arg)
{
    if (!schema_em_voo || !topo || fase != RESOURCE_RELEASE_LOCKS)
        return;
    schema_em_voo = false;
    /* Once more, now that it is visible: who looked in between saw nothing. */
    (void)pg_atomic_fetch_add_u64(&cache_estado->ddl, 1);
    sair_de_voo();
    cache_acordar_guarda();
}

/* Another database than the cached one. */
static bool
outro_banco(void)
{
    const Oid banco = pg_atomic_read_u32(&cache_estado->banco);

    return banco != InvalidOid && banco != MyDatabaseId;
}

/* true: marked, or there is nothing to mark. */
static bool
marcar(void)
{
    const uint64 agora = cache_agora();
    const uint64 prazo = agora + (uint64)cache_espera_ms * US_POR_MS;
    const uint64 epoca = pg_atomic_read_u64(&cache_estado->epoca);
    int n;
    const uint32 *slots = coleta_slots(&n);
    char id[CACHE_ID_MAX];
    char matriz[CACHE_CHAVE_MAX];
    int64 magico;

    if (agora > pg_atomic_read_u64(&cache_estado->prazo))
        return epoca == 0; /* closed: no fence is alive, nothing to tell */
    if (epoca == 0)
        return false;

    cache_id(id);
    cache_chave_matriz(matriz, id, epoca);
    if (!ligar(prazo))
        goto falhou;
    comando_limpar(&comando);
    comando_matriz("BITFIELD", matriz, 3 + 4 * n);
    for (int i = 0; i < n; i++)
        comando_somar(&comando, slots[i]);
    prender(slots, n);
    /* From here on Redis may have done it, whatever comes back. */
    if (!cache_redis_enviar(&redis, &comando))
        goto falhou;
    /* The array of this epoch was there, whole, when the counters grew. */
    if (cache_redis_receber_numeros(&redis, prazo, &magico) != n + 1 ||
        (uint32)magico != cache_magico(epoca))
        goto falhou;

    (void)pg_atomic_fetch_add_u64(&cache_estado->n.marcas, 1);
    if (coleta_massa())
        (void)pg_atomic_fetch_add_u64(&cache_estado->n.massas, 1);
    return true;

falhou:
    (void)pg_atomic_fetch_add_u64(&cache_estado->n.falhas, 1);
    return false;
}

/*
 * Unmarked, the transaction may become visible only when no fence is alive. A
 * new epoch is as good: its guard waits for this transaction before the fence,
 * and the fence before it is gone.
 */
static void
esperar_sem_cerca(uint64 geracao)
{
    const uint64 limite = cache_agora() + (uint64)cache_ttl_ms * US_POR_MS;
    bool esperou = false;

    pedir_reabertura();
    for (;;)
    {
        uint64 prazo = pg_atomic_read_u64(&cache_estado->prazo);
        const uint64 agora = cache_agora();
        long ms;

        if (pg_atomic_read_u64(&cache_estado->geracao) != geracao)
            break;
        /* Before the guard's first word: a fence of before lives no longer. */
        if (prazo == CACHE_PRAZO_DESCONHECIDO)
            prazo = limite;
        if (agora > prazo)
            break;
        esperou = true;
        ms = Min((long)((prazo - agora) / US_POR_MS) + 1, ESPIAR_MS);
        (void)WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH,
                        ms, PG_WAIT_EXTENSION);
        ResetLatch(MyLatch);
        CHECK_FOR_INTERRUPTS();
    }
    if (esperou)
        (void)pg_atomic_fetch_add_u64(&cache_estado->n.esperas, 1);
}

/* The guard sees it before it grants or renews anything, or this process sees
 * the later deadline. */
static void
pedir_reabertura(void)
{
    pg_atomic_write_u32(&cache_estado->refazer, 1);
    pg_memory_barrier();
    cache_acordar_guarda();
}

/*
 * crm.cache_reabrir(epoca text) returns boolean
 *
 * Ends the epoch and everything kept under it, if it still is the present one;
 * the guard opens another. For the front, whose sample has found an answer wrong.
 */
PG_FUNCTION_INFO_V1(crm_cache_reabrir);
Datum
crm_cache_reabrir(PG_FUNCTION_ARGS)
{
    char atual[24];

    if (PG_ARGISNULL(0) || !cache_aberta())
        PG_RETURN_BOOL(false);
    snprintf(atual, sizeof(atual), UINT64_FORMAT,
             pg_atomic_read_u64(&cache_estado->epoca));
    if (strcmp(text_to_cstring(PG_GETARG_TEXT_PP(0)), atual) != 0)
        PG_RETURN_BOOL(false);
    ereport(LOG, (errmsg("crm: the cache has served a wrong answer: epoch %s ends",
                         atual)));
    pedir_reabertura();
    PG_RETURN_BOOL(true);
}

/*
 * What is prepared becomes visible in another session, which knows no tags of
 * it.
 */
static void
recusar_preparo(void)
{
    ereport(ERROR,
            (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
             errmsg("cannot PREPARE a transaction that has changed tables of "
                    "the cache"),
             errdetail("COMMIT PREPARED could not tell the cache what changes."),
             errhint("Use COMMIT, or run the server without crm.redis.")));
}

/* ---- until it is visible ---- */

/* Who reads the stamps of its mark finds them pending: each of these is a barrier. */
static void
prender(const uint32 *slots, int n)
{
    for (int i = 0; i < n; i++)
        (void)pg_atomic_fetch_add_u32(&cache_estado->pendentes[slots[i]], 1);
    pendentes = slots;
    pendentes_n = n;
}

/* Who finds them no longer pending, sees it with the next snapshot. */
static void
soltar(void)
{
    for (int i = 0; i < pendentes_n; i++)
        (void)pg_atomic_fetch_sub_u32(&cache_estado->pendentes[pendentes[i]], 1);
    pendentes_n = 0;
}

/* BITFIELD <array> GET u32 #0 ..., of so many arguments besides these. */
static void
comando_matriz(const char *funcao, const char *matriz, int argumentos)
{
    comando_abrir(&comando, 2 + argumentos);
    comando_texto(&comando, funcao);
    comando_texto(&comando, matriz);
    comando_ler(&comando, 0);
}

/* Every answer is read before the next command: there is nothing to come. */
static bool
ligar(uint64 prazo)
{
    if (redis.c != NULL && cache_redis_caiu(&redis))
        cache_redis_desligar(&redis);
    return cache_redis_ligar(&redis, prazo);
}

/* ---- the lease ---- */

bool
cache_arrendar(CacheGrupo *grupos, int n, uint64 *epoca)
{
    const uint64 prazo = cache_agora() + (uint64)cache_espera_ms * US_POR_MS;
    bool dada = false;

    if (!cache_aberta())
        return false;
    *epoca = pg_atomic_read_u64(&cache_estado->epoca);
    /* What this transaction wrote, or saw before, is not what others see. */
    if (*epoca != 0 && !coleta_ha() && !IsolationUsesXactSnapshot() &&
        ligar(prazo))
        dada = ler_carimbos(grupos, n, *epoca, prazo);
    (void)pg_atomic_fetch_add_u64(dada ? &cache_estado->n.arrendadas
                                       : &cache_estado->n.negadas,
                                  1);
    return dada;
}

static bool
ler_carimbos(CacheGrupo *grupos, int n, uint64 epoca, uint64 prazo)
{
    char id[CACHE_ID_MAX];
    char chave[CACHE_CHAVE_MAX];
    redisReply *resposta;
    int slots = 0;
    int i = 1;
    bool boa;

    for (int g = 0; g < n; g++)
        slots += grupos[g].n;
    cache_id(id);
    cache_chave_matriz(chave, id, epoca);
    comando_limpar(&comando);
    comando_matriz("BITFIELD_RO", chave, 3 + 3 * slots);
    for (int g = 0; g < n; g++)
        for (int s = 0; s < grupos[g].n; s++)
            comando_ler(&comando, grupos[g].slot[s]);
    /* The fence last: that it stands now says that it stood then. */
    cache_chave(chave, id, "fence");
    comando_abrir(&comando, 2);
    comando_texto(&comando, "GET");
    comando_texto(&comando, chave);
    if (!cache_redis_enviar(&redis, &comando))
        return false;

    resposta = cache_redis_receber(&redis, prazo);
    if (resposta == NULL)
        return false;
    boa = matriz_vale(resposta, epoca, slots);
    /* Asked after the stamps were read: whose mark is in them is pending, or visible
     * to the snapshot that comes next. */
    pg_memory_barrier();
    for (int g = 0; boa && g < n; g++)
        for (int s = 0; s < grupos[g].n; s++, i++)
            grupos[g].carimbo[s] =
                pg_atomic_read_u32(&cache_estado->pendentes[grupos[g].slot[s]]) == 0
                    ? resposta->element[i]->integer
                    : CACHE_CARIMBO_PENDENTE;
    freeReplyObject(resposta);
    return cerca_vale(epoca, prazo) && boa;
}

/* The array of this epoch was there, whole. */
static bool
matriz_vale(const redisReply *resposta, uint64 epoca, int n)
{
    return resposta->type == REDIS_REPLY_ARRAY && resposta->elements == n + 1 &&
           resposta->element[0]->type == REDIS_REPLY_INTEGER &&
           (uint32)resposta->element[0]->integer == cache_magico(epoca);
}

/* Of this epoch, and of this process of Redis: an old dump has old fences. */
static bool
cerca_vale(uint64 epoca, uint64 prazo)
{
    redisReply *resposta = cache_redis_receber(&redis, prazo);
    char minha[CACHE_RUN_ID_MAX + 24];
    bool vale;

    if (resposta == NULL)
        return false;
    snprintf(minha, sizeof(minha), UINT64_FORMAT ":%s", epoca, redis.run_id);
    vale = resposta->type == REDIS_REPLY_STRING &&
           strcmp(resposta->str, minha) == 0;
    freeReplyObject(resposta);
    return vale;
}
