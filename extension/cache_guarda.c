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

#include "cache_estado.h"
#include "cache_exame.h"
#include "cache_redis.h"
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
    EM_VOO_MS = 5,          /* a look at the transactions in flight */
    REIVINDICACAO_MAX = 33,
    CERCA_MAX = CACHE_RUN_ID_MAX + 24,
    MATRIZ_BYTES = ETIQUETA_SLOTS * 4
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

static const char conceder_lua[] =
    "if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end "
    "redis.call('SET', KEYS[2], ARGV[2], 'PXAT', ARGV[3]) return 1";
static const char renovar_lua[] =
    "if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 2 end "
    "if redis.call('GET', KEYS[2]) ~= ARGV[2] then return 0 end "
    "if redis.call('BITFIELD_RO', KEYS[3], 'GET', 'u32', '#0')[1] ~= "
    "tonumber(ARGV[4]) then return 0 end "
    "return redis.call('PEXPIREAT', KEYS[2], ARGV[3])";
static const char retirar_lua[] =
    "if redis.call('GET', KEYS[1]) == ARGV[1] then "
    "redis.call('DEL', KEYS[1]) end return 1";

static CacheRedis redis;
static CacheComando comando;
static char id[CACHE_ID_MAX];
static char reivindicacao[REIVINDICACAO_MAX];
static char cerca[CERCA_MAX];
static uint64 epoca_anterior;
static uint64 examinado_em;

static void guarda_sair(int codigo, Datum arg);
static void tratar_sinais(void);
static int passo(void);
static uint64 examinar_de_novo(void);
static Resultado abrir(void);
static Resultado preparar_banco(void);
static bool examinar_se_preciso(Oid banco);
static Resultado reivindicar(void);
static bool criar_matriz(uint64 epoca);
static void publicar(uint64 epoca);
static Resultado esperar_em_voo(uint64 geracao);
static bool ha_em_voo(uint64 geracao);
static Resultado conceder(uint64 epoca);
static Resultado renovar(void);
static void varrer(void);
static uint64 hora_do_redis(void);
static void estender_prazo(void);
static bool pediram_reabertura(void);
static void desistir(void);
static void fechar(CacheFase fase, const char *motivo);
static void acordar_escritores(void);
static uint64 uma_epoca(void);
static int64 inteiro(uint64 prazo);
static const char *texto_de(const redisReply *resposta);
static uint64 prazo_de_comando(void);
static void comando_chave(const char *nome);
static void comando_script(const char *lua, int chaves, int argumentos);

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
            pg_atomic_write_u32(&cache_estado->refazer, 1);
    }
}

/* On a clean end no fence stays behind. */
static void
guarda_sair(int codigo, Datum arg)
{
    cache_estado->guarda = NULL;
    if (pg_atomic_read_u32(&cache_estado->fase) != CACHE_ABERTA ||
        redis.c == NULL)
        return;
    pg_atomic_write_u32(&cache_estado->fase, CACHE_FECHADA);
    comando_limpar(&comando);
    comando_script(retirar_lua, 1, 1);
    comando_chave("fence");
    comando_texto(&comando, cerca);
    if (cache_redis_enviar(&redis, &comando) &&
        inteiro(prazo_de_comando()) == 1)
    {
        pg_atomic_write_u64(&cache_estado->epoca, 0);
        pg_atomic_write_u64(&cache_estado->prazo, 0);
        acordar_escritores();
    }
    cache_redis_desligar(&redis);
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
    cache_redis_desligar(&redis);
    if (!cache_redis_ligar(&redis, prazo_de_comando()))
    {
        fechar(CACHE_FECHADA, redis.erro);
        return SEM_REDIS;
    }
    r = reivindicar();
    if (r != FEITO)
        return r;
    /* From here on no fence is alive until one is granted. */
    if (!criar_matriz(epoca))
    {
        fechar(CACHE_FECHADA, redis.erro);
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
    cache_id(id);
    return FEITO;
}

/* Who changed the schema in flight has ended by now: what it did is seen. */
static bool
examinar_se_preciso(Oid banco)
{
    return cache_estado->exame_ddl == pg_atomic_read_u64(&cache_estado->ddl) ||
           cache_examinar(banco, estender_prazo);
}

/* Owner; and the fence of whoever was it before is gone. */
static Resultado
reivindicar(void)
{
    const uint64 prazo = prazo_de_comando();
    redisReply *resposta;
    bool boa;

    snprintf(reivindicacao, sizeof(reivindicacao), "%016" INT64_MODIFIER "x",
             uma_epoca());
    comando_limpar(&comando);
    comando_abrir(&comando, 3);
    comando_texto(&comando, "SET");
    comando_chave("owner");
    comando_texto(&comando, reivindicacao);
    comando_abrir(&comando, 2);
    comando_texto(&comando, "DEL");
    comando_chave("fence");
    if (cache_redis_enviar(&redis, &comando))
    {
        resposta = cache_redis_receber(&redis, prazo);
        boa = resposta != NULL && resposta->type == REDIS_REPLY_STATUS;
        if (resposta != NULL)
        {
            if (!boa)
                strlcpy(redis.erro, texto_de(resposta), sizeof(redis.erro));
            freeReplyObject(resposta);
        }
        if (boa && inteiro(prazo) >= 0)
        {
            pg_atomic_write_u64(&cache_estado->prazo, 0);
            return FEITO;
        }
    }
    fechar(CACHE_FECHADA, redis.erro);
    return SEM_REDIS;
}

/* All counters 0, the magic number in front; the array before is dropped. */
static bool
criar_matriz(uint64 epoca)
{
    const uint64 prazo = prazo_de_comando();
    char chave[CACHE_CHAVE_MAX];

    comando_limpar(&comando);
    if (epoca_anterior != 0)
    {
        cache_chave_matriz(chave, id, epoca_anterior);
        comando_abrir(&comando, 2);
        comando_texto(&comando, "UNLINK");
        comando_texto(&comando, chave);
    }
    cache_chave_matriz(chave, id, epoca);
    comando_abrir(&comando, 4);
    comando_texto(&comando, "SETBIT"); /* the last bit: the whole length */
    comando_texto(&comando, chave);
    comando_numero(&comando, (uint64)MATRIZ_BYTES * 8 - 1);
    comando_texto(&comando, "0");
    comando_abrir(&comando, 6);
    comando_texto(&comando, "BITFIELD");
    comando_texto(&comando, chave);
    comando_texto(&comando, "SET");
    comando_texto(&comando, "u32");
    comando_indice(&comando, 0);
    comando_numero(&comando, cache_magico(epoca));
    return cache_redis_enviar(&redis, &comando) &&
           cache_redis_escoar(&redis, prazo);
}

/* From here on writers mark in the new array. */
static void
publicar(uint64 epoca)
{
    pg_atomic_write_u64(&cache_estado->epoca, epoca);
    pg_atomic_write_u64(&cache_estado->desde, cache_agora());
    epoca_anterior = epoca;
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
    const uint64 hora = hora_do_redis();
    int64 resposta;

    if (hora == 0)
    {
        desistir();
        fechar(CACHE_FECHADA, redis.erro);
        return SEM_REDIS;
    }
    estender_prazo();
    if (pediram_reabertura())
    {
        desistir();
        return EM_DUVIDA;
    }
    snprintf(cerca, sizeof(cerca), UINT64_FORMAT ":%s", epoca, redis.run_id);
    comando_limpar(&comando);
    comando_script(conceder_lua, 2, 3);
    comando_chave("owner");
    comando_chave("fence");
    comando_texto(&comando, reivindicacao);
    comando_texto(&comando, cerca);
    comando_numero(&comando, hora / US_POR_MS + (uint64)cache_ttl_ms);
    resposta = cache_redis_enviar(&redis, &comando)
                   ? inteiro(prazo_de_comando())
                   : -1;
    if (resposta == 0)
    {
        desistir();
        fechar(CACHE_DISPUTADA, "another server claims the same prefix");
        return TOMADO;
    }
    if (resposta < 0)
    {
        /* It may have been granted: the deadline stands. */
        fechar(CACHE_FECHADA, redis.erro);
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
    char matriz[CACHE_CHAVE_MAX];
    uint64 hora;
    int64 resposta;

    if (pediram_reabertura())
        return EM_DUVIDA;
    hora = hora_do_redis();
    if (hora == 0)
    {
        fechar(CACHE_FECHADA, redis.erro);
        return EM_DUVIDA; /* perhaps only the connection */
    }
    estender_prazo();
    if (pediram_reabertura())
        return EM_DUVIDA;
    comando_limpar(&comando);
    comando_script(renovar_lua, 3, 4);
    comando_chave("owner");
    comando_chave("fence");
    cache_chave_matriz(matriz, id, epoca);
    comando_texto(&comando, matriz);
    comando_texto(&comando, reivindicacao);
    comando_texto(&comando, cerca);
    comando_numero(&comando, hora / US_POR_MS + (uint64)cache_ttl_ms);
    comando_numero(&comando, cache_magico(epoca));
    resposta = cache_redis_enviar(&redis, &comando)
                   ? inteiro(prazo_de_comando())
                   : -1;
    if (resposta == 1)
    {
        varrer();
        return FEITO;
    }
    if (resposta == 2)
    {
        fechar(CACHE_DISPUTADA, "another server claims the same prefix");
        ereport(LOG, (errmsg("crm: another server took the cache's prefix"),
                      errhint("Two copies of one database use one Redis.")));
        return TOMADO;
    }
    fechar(CACHE_FECHADA, resposta == 0 ? "the fence or the counters were gone" : redis.erro);
    return EM_DUVIDA;
}

/*
 * Some keys a turn: arrays of epochs that are over, left by a guard that was
 * killed or by a mark that came late. What fails here shows at the next renewal.
 */
static void
varrer(void)
{
    static char cursor[24] = "0";
    char padrao[CACHE_CHAVE_MAX];
    char minha[CACHE_CHAVE_MAX];
    redisReply *resposta;
    int sobras = 0;

    cache_chave(padrao, id, "q:*");
    cache_chave_matriz(minha, id, pg_atomic_read_u64(&cache_estado->epoca));
    comando_limpar(&comando);
    comando_abrir(&comando, 6);
    comando_texto(&comando, "SCAN");
    comando_texto(&comando, cursor);
    comando_texto(&comando, "MATCH");
    comando_texto(&comando, padrao);
    comando_texto(&comando, "COUNT");
    comando_texto(&comando, "200");
    if (!cache_redis_enviar(&redis, &comando) ||
        (resposta = cache_redis_receber(&redis, prazo_de_comando())) == NULL)
        return;
    comando_limpar(&comando);
    if (resposta->type == REDIS_REPLY_ARRAY && resposta->elements == 2)
    {
        const redisReply *chaves = resposta->element[1];

        strlcpy(cursor, texto_de(resposta->element[0]), sizeof(cursor));
        for (size_t i = 0; i < chaves->elements && !comando.cheio; i++)
            if (strcmp(texto_de(chaves->element[i]), minha) != 0)
            {
                comando_abrir(&comando, 2);
                comando_texto(&comando, "UNLINK");
                comando_texto(&comando, texto_de(chaves->element[i]));
                sobras++;
            }
    }
    freeReplyObject(resposta);
    if (sobras > 0 && cache_redis_enviar(&redis, &comando))
        (void)cache_redis_escoar(&redis, prazo_de_comando());
}

/* us since 1970, 0: no answer */
static uint64
hora_do_redis(void)
{
    redisReply *resposta;
    uint64 hora = 0;

    comando_limpar(&comando);
    comando_abrir(&comando, 1);
    comando_texto(&comando, "TIME");
    if (!cache_redis_enviar(&redis, &comando) ||
        (resposta = cache_redis_receber(&redis, prazo_de_comando())) == NULL)
        return 0;
    if (resposta->type == REDIS_REPLY_ARRAY && resposta->elements == 2)
        hora = strtou64(texto_de(resposta->element[0]), NULL, 10) * 1000000 +
               strtou64(texto_de(resposta->element[1]), NULL, 10);
    freeReplyObject(resposta);
    return hora;
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

/* The next answer as a number; -1: none, or an error. */
static int64
inteiro(uint64 prazo)
{
    redisReply *resposta = cache_redis_receber(&redis, prazo);
    int64 numero = -1;

    if (resposta == NULL)
        return -1;
    if (resposta->type == REDIS_REPLY_INTEGER)
        numero = resposta->integer;
    else
        strlcpy(redis.erro, texto_de(resposta), sizeof(redis.erro));
    freeReplyObject(resposta);
    return numero;
}

/* An answer of an unexpected kind has no text. */
static const char *
texto_de(const redisReply *resposta)
{
    return resposta->str != NULL ? resposta->str : "";
}

static uint64
prazo_de_comando(void)
{
    return cache_agora() + (uint64)cache_ttl_ms * US_POR_MS / 2;
}

static void
comando_chave(const char *nome)
{
    char chave[CACHE_CHAVE_MAX];

    cache_chave(chave, id, nome);
    comando_texto(&comando, chave);
}

static void
comando_script(const char *lua, int chaves, int argumentos)
{
    comando_abrir(&comando, 3 + chaves + argumentos);
    comando_texto(&comando, "EVAL");
    comando_texto(&comando, lua);
    comando_numero(&comando, chaves);
}
