/*
 * cache_cerca.c: what the guard says to Redis, over a connection of its own.
 */
#include "cache.h"

#include "cache_cerca.h"

#include "cache_estado.h"
#include "cache_redis.h"

enum
{
    US_POR_MS = 1000,
    REIVINDICACAO_MAX = 17,
    CERCA_MAX = CACHE_RUN_ID_MAX + 24,
    MATRIZ_BYTES = ETIQUETA_SLOTS * 4
};

/* 1: done, 0: the fence or the counters are gone, 2: another owner. */
static const char conceder_lua[] =
    "if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 2 end "
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

static CercaResposta resposta_do_script(void);
static int64 inteiro(uint64 prazo);
static const char *texto_de(const redisReply *resposta);
static uint64 prazo_de_comando(void);
static void comando_chave(const char *nome);
static void comando_script(const char *lua, int chaves, int argumentos);

bool
cerca_ligar(void)
{
    cache_id(id);
    cache_redis_desligar(&redis);
    return cache_redis_ligar(&redis, prazo_de_comando());
}

const char *
cerca_erro(void)
{
    return redis.erro;
}

bool
cerca_reivindicar(uint64 sorteio)
{
    const uint64 prazo = prazo_de_comando();
    redisReply *resposta;
    bool boa;

    snprintf(reivindicacao, sizeof(reivindicacao), "%016" INT64_MODIFIER "x", sorteio);
    comando_limpar(&comando);
    comando_abrir(&comando, 3);
    comando_texto(&comando, "SET");
    comando_chave("owner");
    comando_texto(&comando, reivindicacao);
    comando_abrir(&comando, 2);
    comando_texto(&comando, "DEL");
    comando_chave("fence");
    if (!cache_redis_enviar(&redis, &comando) ||
        (resposta = cache_redis_receber(&redis, prazo)) == NULL)
        return false;
    boa = resposta->type == REDIS_REPLY_STATUS;
    if (!boa)
        strlcpy(redis.erro, texto_de(resposta), sizeof(redis.erro));
    freeReplyObject(resposta);
    return boa && inteiro(prazo) >= 0;
}

bool
cerca_criar_matriz(uint64 epoca)
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
    if (!cache_redis_enviar(&redis, &comando) ||
        !cache_redis_escoar(&redis, prazo))
        return false;
    epoca_anterior = epoca;
    return true;
}

uint64
cerca_hora(void)
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

CercaResposta
cerca_conceder(uint64 epoca, uint64 hora)
{
    snprintf(cerca, sizeof(cerca), UINT64_FORMAT ":%s", epoca, redis.run_id);
    comando_limpar(&comando);
    comando_script(conceder_lua, 2, 3);
    comando_chave("owner");
    comando_chave("fence");
    comando_texto(&comando, reivindicacao);
    comando_texto(&comando, cerca);
    comando_numero(&comando, hora / US_POR_MS + (uint64)cache_ttl_ms);
    return resposta_do_script();
}

CercaResposta
cerca_renovar(uint64 epoca, uint64 hora)
{
    char matriz[CACHE_CHAVE_MAX];

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
    return resposta_do_script();
}

bool
cerca_retirar(void)
{
    bool retirada;

    if (redis.c == NULL)
        return false;
    comando_limpar(&comando);
    comando_script(retirar_lua, 1, 1);
    comando_chave("fence");
    comando_texto(&comando, cerca);
    retirada = cache_redis_enviar(&redis, &comando) &&
               inteiro(prazo_de_comando()) == 1;
    cache_redis_desligar(&redis);
    return retirada;
}

/*
 * Some keys a turn: arrays of epochs that are over, left by a guard that was
 * killed or by a mark that came late. What fails here shows at the next renewal.
 */
void
cerca_varrer(uint64 epoca)
{
    static char cursor[24] = "0";
    char padrao[CACHE_CHAVE_MAX];
    char minha[CACHE_CHAVE_MAX];
    redisReply *resposta;
    int sobras = 0;

    cache_chave(padrao, id, "q:*");
    cache_chave_matriz(minha, id, epoca);
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

static CercaResposta
resposta_do_script(void)
{
    if (!cache_redis_enviar(&redis, &comando))
        return CERCA_SEM_RESPOSTA;
    switch (inteiro(prazo_de_comando()))
    {
        case 0:
            return CERCA_PERDIDA;
        case 1:
            return CERCA_FEITA;
        case 2:
            return CERCA_TOMADA;
        default:
            return CERCA_SEM_RESPOSTA;
    }
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
