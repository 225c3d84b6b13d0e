/*
 * limite.c: request budgets, shared by all workers and servers through Redis.
 *
 * One Redis round trip per request counts and decides (janela_lua). Without
 * Redis each worker counts for itself with the same arithmetic, beginning at
 * what Redis said last: limits get looser by the number of workers at most.
 *
 * Keys hold no personal data: a user is the id, an address a keyed hash. They
 * begin with a hash of the signing key, so that installations that share a
 * Redis do not share budgets.
 */
#include "limite.h"

#include "config.h"
#include "janela.h"
#include "jwt.h"
#include "log.h"
#include "metricas.h"
#include "negociacao.h"
#include "pg.h"
#include "redis.h"
#include "resposta.h"

#include <kore/kore.h>

#include <arpa/inet.h>
#include <hiredis/hiredis.h>
#include <jansson.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum
{
    LIMITE_ANONIMO_PADRAO = 100, /* until the database told its own */
    LIMITE_LOGIN_PADRAO = 100,
    LIMITE_PESQUISA_PADRAO = 300,
    LIMITE_RELEITURA_MS = 30000,
    LIMITE_REPETIR_MS = 2000,
    LOCAIS_MAX = 8192, /* subjects counted by one worker without Redis */
    LOCAIS_VIAS = 8    /* places a subject may take; the oldest yields */
};

typedef struct Local
{
    char chave[80];
    Janela janela;
} Local;

static int64_t limites[] = {
    [LIMITE_USUARIO] = 100,
    [LIMITE_SOCKET] = 100,
    [LIMITE_ANONIMO] = LIMITE_ANONIMO_PADRAO,
    [LIMITE_LOGIN] = LIMITE_LOGIN_PADRAO,
    [LIMITE_PESQUISA] = LIMITE_PESQUISA_PADRAO,
};
static const char *const nomes[] = {
    [LIMITE_USUARIO] = "usuario",
    [LIMITE_SOCKET] = "conexao",
    [LIMITE_ANONIMO] = "anonimo",
    [LIMITE_LOGIN] = "login",
    [LIMITE_PESQUISA] = "pesquisa",
};

static Local *locais;
static unsigned char chave_endereco[32];
static char prefixo[32];
static uint64_t reler_em; /* kore_time_ms() of the next reading */
static bool lendo;
static char janela_sha[41];
static bool conhecido; /* Redis has the script */

static void limite_lidos(void *arg, const PgResposta *r);
static void limite_ler(const json_t *o, const char *nome, int64_t *valor);
static void limite_redis(void *arg, const redisReply *r);
static LimiteDecisao limite_local(const LimiteConsulta *c);
static void local_lembrar(const LimiteConsulta *c, const LimiteDecisao *d);
static Janela *local_de(const char *chave);
static int64_t relogio_ms(void);
static void endereco_anonimo(const char *endereco, char saida[33]);

/* In a worker. */
void
limite_iniciar(void)
{
    unsigned char instalacao[32];
    unsigned char sha[SHA_DIGEST_LENGTH];

    SHA1((const unsigned char *)janela_lua, strlen(janela_lua), sha);
    hexadecimal(janela_sha, sha, sizeof sha);
    if (!jwt_derivar("crm endereco", chave_endereco) ||
        !jwt_derivar("crm instalacao", instalacao))
        fatal("limite_iniciar: no key");
    snprintf(prefixo, sizeof prefixo, "crm:%02x%02x%02x%02x:lim",
             instalacao[0], instalacao[1], instalacao[2], instalacao[3]);
    limites[LIMITE_USUARIO] = configuracao()->limite_minuto;
    limites[LIMITE_SOCKET] = configuracao()->limite_minuto;
    locais = kore_calloc(LOCAIS_MAX, sizeof *locais);
}

/* Every 500 ms: reads the limits again when it is time. */
void
limite_tique(void)
{
    static const char *const params[PG_PARAMETROS] = {"limites", NULL, NULL,
                                                      NULL,      NULL, NULL,
                                                      "{}"};
    uint64_t agora = kore_time_ms();

    if (lendo || agora < reler_em)
        return;
    reler_em = agora + LIMITE_REPETIR_MS;
    lendo = pg_atender(PG_LEVE, params, limite_lidos, &lendo);
}

/* The configuration changed. */
void
limite_atualizar(void)
{
    reler_em = 0;
}

/*
 * Counts one request. True: *decisao holds the answer; fn will not be called.
 * False: fn(arg, ...) will bring it. c must live until then or until
 * limite_abandonar().
 */
bool
limite_consultar(LimiteConsulta *c, LimiteClasse classe, int64_t usuario_id,
                 const char *endereco, LimiteRetorno fn, void *arg,
                 LimiteDecisao *decisao)
{
    c->classe = classe;
    c->limite = limites[classe];
    c->fn = fn;
    c->arg = arg;
    if (classe == LIMITE_USUARIO || classe == LIMITE_SOCKET ||
        classe == LIMITE_PESQUISA)
        snprintf(c->chave, sizeof c->chave, "%s:%s:%lld", prefixo,
                 nomes[classe], (long long)usuario_id);
    else
    {
        char hash[33];

        endereco_anonimo(endereco, hash);
        snprintf(c->chave, sizeof c->chave, "%s:%s:%s", prefixo,
                 nomes[classe], hash);
    }

    /* Redis knows the script by its hash once it has seen its text. */
    if (redis_comando(limite_redis, c,
                      conhecido ? "EVALSHA %s 1 %s %d %lld"
                                : "EVAL %s 1 %s %d %lld",
                      conhecido ? janela_sha : janela_lua, c->chave,
                      (int)JANELA_MS, (long long)c->limite))
        return false;
    *decisao = limite_local(c);
    return true;
}

void
limite_abandonar(LimiteConsulta *c)
{
    redis_abandonar(c);
}

/*
 * RateLimit and RateLimit-Policy as in draft-ietf-httpapi-ratelimit-headers-10:
 * q = quota, w = window in seconds, r = remaining, t = seconds until more.
 */
void
limite_cabecalhos(struct http_request *req, const LimiteDecisao *d)
{
    char texto[96];

    snprintf(texto, sizeof texto, "\"%s\";q=%lld;w=%d", nomes[d->classe],
             (long long)d->limite, JANELA_MS / 1000);
    resposta_cabecalho(req, "ratelimit-policy", texto);
    snprintf(texto, sizeof texto, "\"%s\";r=%lld;t=%lld", nomes[d->classe],
             (long long)d->restam, (long long)d->espera_s);
    resposta_cabecalho(req, "ratelimit", texto);
}

/* Answers 429 with the headers above and Retry-After. */
void
limite_recusar(struct http_request *req, const LimiteDecisao *d)
{
    metrica_somar(M_LIMITE, 1);
    limite_cabecalhos(req, d);
    resposta_problema(req, 429, "limite_excedido",
                      "Muitas requisições em pouco tempo. "
                      "Aguarde um momento e tente de novo.",
                      d->espera_s > 0 ? (int)d->espera_s : 1);
}

/* Answer of crm.api_limites(). */
static void
limite_lidos(void *arg, const PgResposta *r)
{
    json_t *o = NULL;

    lendo = false;
    if (r->ok && r->ncampos >= 2 && r->campos[0] != NULL &&
        r->campos[1] != NULL && strcmp(r->campos[0], "200") == 0)
        o = json_loadb(r->campos[1], (size_t)r->tamanhos[1], 0, NULL);
    if (o == NULL)
        return; /* asked again soon; the old limits stay in force */
    limite_ler(o, "limite_requisicoes", &limites[LIMITE_USUARIO]);
    limite_ler(o, "limite_anonimo", &limites[LIMITE_ANONIMO]);
    limite_ler(o, "limite_login", &limites[LIMITE_LOGIN]);
    limite_ler(o, "limite_pesquisa", &limites[LIMITE_PESQUISA]);
    limites[LIMITE_SOCKET] = limites[LIMITE_USUARIO];
    json_decref(o);
    reler_em = kore_time_ms() + LIMITE_RELEITURA_MS;
}

static void
limite_ler(const json_t *o, const char *nome, int64_t *valor)
{
    json_int_t lido = json_integer_value(json_object_get(o, nome));

    if (lido >= 1)
        *valor = lido;
}

/* Answer of the script: {allowed, remaining, milliseconds}. */
static void
limite_redis(void *arg, const redisReply *r)
{
    LimiteConsulta *c = arg;
    LimiteDecisao d;

    /* NOSCRIPT of a Redis that was started anew: the text again. */
    conhecido = r != NULL && r->type == REDIS_REPLY_ARRAY;
    if (r == NULL || r->type != REDIS_REPLY_ARRAY || r->elements != 3 ||
        r->element[0]->type != REDIS_REPLY_INTEGER ||
        r->element[1]->type != REDIS_REPLY_INTEGER ||
        r->element[2]->type != REDIS_REPLY_INTEGER)
        d = limite_local(c);
    else
    {
        d = (LimiteDecisao){
            .classe = c->classe,
            .permitido = r->element[0]->integer == 1,
            .limite = c->limite,
            .restam = r->element[1]->integer,
            .espera_s = (r->element[2]->integer + 999) / 1000};
        local_lembrar(c, &d);
    }
    c->fn(c->arg, &d);
}

/* Counts in this worker. */
static LimiteDecisao
limite_local(const LimiteConsulta *c)
{
    JanelaDecisao j =
        janela_contar(local_de(c->chave), relogio_ms(), c->limite);

    return (LimiteDecisao){.classe = c->classe,
                           .permitido = j.permitido,
                           .limite = c->limite,
                           .restam = j.restam,
                           .espera_s = (j.espera_ms + 999) / 1000};
}

/* What Redis counted, for the moment when it does not answer. */
static void
local_lembrar(const LimiteConsulta *c, const LimiteDecisao *d)
{
    *local_de(c->chave) = (Janela){.indice = relogio_ms() / JANELA_MS,
                                   .atual = c->limite - d->restam};
}

/*
 * The counter of a subject. The table has a fixed size; of the places a subject
 * may take, the least recently used one yields: under a flood of addresses old
 * subjects are forgotten, memory does not grow.
 */
static Janela *
local_de(const char *chave)
{
    uint64_t h = 1469598103934665603u; /* FNV-1a */
    Local *via, *escolhida;

    for (const char *p = chave; *p != '\0'; p++)
        h = (h ^ (unsigned char)*p) * 1099511628211u;
    via = &locais[h % (LOCAIS_MAX / LOCAIS_VIAS) * LOCAIS_VIAS];
    escolhida = via;
    for (int i = 0; i < LOCAIS_VIAS; i++)
    {
        if (strcmp(via[i].chave, chave) == 0)
            return &via[i].janela;
        if (via[i].janela.indice < escolhida->janela.indice)
            escolhida = &via[i];
    }
    memset(escolhida, 0, sizeof *escolhida);
    snprintf(escolhida->chave, sizeof escolhida->chave, "%s", chave);
    return &escolhida->janela;
}

static int64_t
relogio_ms(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_REALTIME, &ts);
    return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/*
 * Keyed hash of an address, 32 hexadecimal digits. Of IPv6 the first 64 bits
 * count: one subscriber has all addresses below them.
 */
static void
endereco_anonimo(const char *endereco, char saida[33])
{
    struct in6_addr v6;
    unsigned char hash[32];
    unsigned int n = 0;
    char rede[64];

    snprintf(rede, sizeof rede, "%s", endereco != NULL ? endereco : "");
    if (inet_pton(AF_INET6, rede, &v6) == 1 && !IN6_IS_ADDR_V4MAPPED(&v6))
    {
        memset(v6.s6_addr + 8, 0, 8);
        inet_ntop(AF_INET6, &v6, rede, sizeof rede);
    }
    HMAC(EVP_sha256(), chave_endereco, sizeof chave_endereco,
         (const unsigned char *)rede, strlen(rede), hash, &n);
    for (int i = 0; i < 16; i++)
        snprintf(saida + 2 * i, 3, "%02x", hash[i]);
}
