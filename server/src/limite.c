/*
 * limite.c: request budgets, shared by all workers and servers through Redis.
 *
 * Redis counts: a key per subject and minute, by INCRBY. What one subject asks in
 * one turn of the loop is one command, in one write with all others. The
 * sliding window is the arithmetic of janela.c on the counts of this minute and
 * the past one, which is read once. What is refused is taken back. Without Redis
 * each worker counts for itself, beginning at what Redis said last: limits get
 * looser by the number of workers at most.
 *
 * Keys hold no personal data: a user is the id, an address a keyed hash. They
 * begin with a hash of the signing key, so that installations that share a
 * Redis do not share budgets.
 */
#include "limite.h"

#include "cache.h"
#include "config.h"
#include "janela.h"
#include "jwt.h"
#include "log.h"
#include "metricas.h"
#include "negociacao.h"
#include "pg.h"
#include "redis.h"
#include "resposta.h"
#include "tabela_lru.h"

#include <kore/kore.h>

#include <arpa/inet.h>
#include <hiredis/hiredis.h>
#include <jansson.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

enum
{
    LIMITE_ANONIMO_PADRAO = 100, /* until the database told its own */
    LIMITE_LOGIN_PADRAO = 100,
    LIMITE_PESQUISA_PADRAO = 300,
    LIMITE_RELEITURA_MS = 30000,
    LIMITE_REPETIR_MS = 2000,
    LOCAIS_MAX = 8192, /* subjects counted by one worker without Redis */
    LOCAIS_VIAS = 8,   /* places a subject may take; the oldest yields */
    GRUPOS_VISTOS = 256 /* power of two; by whose hash a group is found again */
};

typedef struct Local
{
    char chave[80];
    Janela janela;
    int64_t passado; /* minute whose predecessor Redis has told */
} Local;

/* The questions of one subject in one turn of the loop. */
typedef struct LimiteGrupo
{
    TAILQ_ENTRY(LimiteGrupo) fila;
    char chave[80];
    int64_t limite;
    int64_t indice;  /* the minute */
    int64_t n;       /* asked for */
    int64_t passado; /* count of the minute before */
    int respostas;   /* still to come */
    LimiteConsulta *primeira;
    LimiteConsulta *ultima;
} LimiteGrupo;

TAILQ_HEAD(FilaGrupos, LimiteGrupo);

static int64_t limites[LIMITE_CLASSES] = {
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

/* What the database told any worker since the start, 0 = nothing yet: a worker
 * that is started again judges by it from its first request on. */
static atomic_int_fast64_t *ditos;
static Local *locais;
static unsigned char chave_endereco[32];
static char prefixo[32];
static uint64_t reler_em; /* kore_time_ms() of the next reading */
static bool lendo;
static bool de_novo; /* and again after that */
static struct FilaGrupos a_enviar = TAILQ_HEAD_INITIALIZER(a_enviar);
static LimiteGrupo *recentes[GRUPOS_VISTOS]; /* of a_enviar, by hash */

static void limite_lidos(void *arg, const PgResposta *r);
static void limite_ler(const json_t *o, const char *nome, LimiteClasse classe);
static void agrupar(LimiteConsulta *c);
static void enviar(void);
static void ao_passado(void *arg, const redisReply *r);
static void ao_contar(void *arg, const redisReply *r);
static void decidir(LimiteGrupo *g, int64_t total);
static void decidir_local(LimiteGrupo *g);
static LimiteConsulta *tirar(LimiteGrupo *g);
static LimiteDecisao limite_local(const LimiteConsulta *c);
static Local *local_de(const char *chave);
static uint64_t hash_de(const char *chave);
static void chave_de_usuario(char chave[80], LimiteClasse classe, int64_t id);
static int64_t relogio_ms(void);
static void endereco_anonimo(const char *endereco, char saida[33]);

bool
limite_preparar(void)
{
    void *p = mmap(NULL, LIMITE_CLASSES * sizeof *ditos, PROT_READ | PROT_WRITE,
                   MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    ditos = p != MAP_FAILED ? p : NULL;
    return ditos != NULL;
}

/* In a worker. */
void
limite_iniciar(void)
{
    unsigned char instalacao[32];

    if (!jwt_derivar("crm endereco", chave_endereco) ||
        !jwt_derivar("crm instalacao", instalacao))
        fatal("limite_iniciar: no key");
    snprintf(prefixo, sizeof prefixo, "crm:%02x%02x%02x%02x:lim",
             instalacao[0], instalacao[1], instalacao[2], instalacao[3]);
    limites[LIMITE_USUARIO] = configuracao()->limite_minuto;
    limites[LIMITE_SOCKET] = configuracao()->limite_minuto;
    for (int i = 0; i < LIMITE_CLASSES; i++)
        if (atomic_load(&ditos[i]) > 0)
            limites[i] = atomic_load(&ditos[i]);
    locais = kore_calloc(LOCAIS_MAX, sizeof *locais);
    redis_ao_enviar(enviar);
    pg_ao_ligar(limite_tique);
}

/* At the first connection and every 500 ms: reads the limits when it is time. */
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

/* The configuration changed; what is being read may be from before. */
void
limite_atualizar(void)
{
    reler_em = 0;
    de_novo = lendo;
    limite_tique();
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
        chave_de_usuario(c->chave, classe, usuario_id);
    else
    {
        char hash[33];

        endereco_anonimo(endereco, hash);
        snprintf(c->chave, sizeof c->chave, "%s:%s:%s", prefixo,
                 nomes[classe], hash);
    }

    c->grupo = NULL;
    if (!redis_agendar())
    {
        *decisao = limite_local(c);
        return true;
    }
    agrupar(c);
    return false;
}

/* It stays counted. */
void
limite_abandonar(LimiteConsulta *c)
{
    LimiteGrupo *g = c->grupo;

    if (g == NULL)
        return;
    if (c->antes != NULL)
        c->antes->depois = c->depois;
    else
        g->primeira = c->depois;
    if (c->depois != NULL)
        c->depois->antes = c->antes;
    else
        g->ultima = c->antes;
    c->grupo = NULL;
}

/*
 * RateLimit and RateLimit-Policy as in draft-ietf-httpapi-ratelimit-headers-10:
 * q = quota, w = window in seconds, r = remaining, t = seconds until more.
 */
void
limite_cabecalhos(struct http_request *req, const LimiteDecisao *d)
{
    char texto[96];
    char *p = texto;

    *p++ = '"';
    p = stpcpy(p, nomes[d->classe]);
    p = numero_escrever(stpcpy(p, "\";q="), d->limite);
    p = numero_escrever(stpcpy(p, ";w="), JANELA_MS / 1000);
    resposta_cabecalho(req, "ratelimit-policy", texto);

    p = stpcpy(texto + 1, nomes[d->classe]);
    p = numero_escrever(stpcpy(p, "\";r="), d->restam);
    p = numero_escrever(stpcpy(p, ";t="), d->espera_s);
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
    limite_ler(o, "limite_requisicoes", LIMITE_USUARIO);
    limite_ler(o, "limite_requisicoes", LIMITE_SOCKET);
    limite_ler(o, "limite_anonimo", LIMITE_ANONIMO);
    limite_ler(o, "limite_login", LIMITE_LOGIN);
    limite_ler(o, "limite_pesquisa", LIMITE_PESQUISA);
    cache_apresentar(json_object_get(o, "cache"));
    json_decref(o);
    reler_em = kore_time_ms() + (cache_apresentado() ? LIMITE_RELEITURA_MS
                                                     : LIMITE_REPETIR_MS);
    if (de_novo)
        reler_em = 0;
    de_novo = false;
}

static void
limite_ler(const json_t *o, const char *nome, LimiteClasse classe)
{
    json_int_t lido = json_integer_value(json_object_get(o, nome));

    if (lido < 1)
        return;
    limites[classe] = lido;
    atomic_store(&ditos[classe], lido);
}

/* Beside the others of its subject that were not sent yet. */
static void
agrupar(LimiteConsulta *c)
{
    LimiteGrupo **visto = &recentes[hash_de(c->chave) & (GRUPOS_VISTOS - 1)];
    LimiteGrupo *g = *visto;

    if (g == NULL || strcmp(g->chave, c->chave) != 0)
    {
        g = kore_calloc(1, sizeof *g);
        memcpy(g->chave, c->chave, sizeof g->chave);
        g->limite = c->limite;
        TAILQ_INSERT_TAIL(&a_enviar, g, fila);
        *visto = g;
    }
    g->n++;
    c->grupo = g;
    c->antes = g->ultima;
    c->depois = NULL;
    if (g->ultima != NULL)
        g->ultima->depois = c;
    else
        g->primeira = c;
    g->ultima = c;
}

/* Before the write of this turn. */
static void
enviar(void)
{
    int64_t indice = relogio_ms() / JANELA_MS;
    LimiteGrupo *g;

    memset(recentes, 0, sizeof recentes);
    while ((g = TAILQ_FIRST(&a_enviar)) != NULL)
    {
        const Local *l = local_de(g->chave);

        TAILQ_REMOVE(&a_enviar, g, fila);
        g->indice = indice;
        if (l->passado == indice)
            g->passado = l->janela.anterior;
        else if (redis_comando(ao_passado, g, "GET %s:%lld", g->chave,
                               (long long)indice - 1))
            g->respostas++;
        if (redis_comando(ao_contar, g, "INCRBY %s:%lld %lld", g->chave,
                          (long long)indice, (long long)g->n))
            g->respostas++;
        else if (g->respostas > 0)
            g->indice = 0; /* ao_passado ends it */
        else
            decidir_local(g);
    }
}

static void
ao_passado(void *arg, const redisReply *r)
{
    LimiteGrupo *g = arg;
    int64_t v = -1;

    if (r != NULL && r->type == REDIS_REPLY_NIL)
        v = 0;
    else if (r != NULL && r->type == REDIS_REPLY_STRING && r->len < 19)
        v = strtoll(r->str, NULL, 10);
    g->passado = v < 0 ? 0 : v;
    g->respostas--;
    if (g->indice == 0)
    {
        decidir_local(g);
        return;
    }
    if (v >= 0)
    {
        Local *l = local_de(g->chave);

        l->passado = g->indice;
        l->janela.indice = g->indice;
        l->janela.anterior = v;
    }
}

static void
ao_contar(void *arg, const redisReply *r)
{
    LimiteGrupo *g = arg;

    if (r == NULL || r->type != REDIS_REPLY_INTEGER || r->integer < g->n)
    {
        decidir_local(g);
        return;
    }
    /* The first of the minute: the key has no end yet. */
    if (r->integer == g->n)
        (void)redis_comando(NULL, NULL, "PEXPIRE %s:%lld %d", g->chave,
                            (long long)g->indice, 2 * JANELA_MS);
    decidir(g, r->integer);
}

/* In the order of arrival, as if each had been counted alone. */
static void
decidir(LimiteGrupo *g, int64_t total)
{
    int64_t agora = relogio_ms();
    Janela j = {.indice = g->indice,
                .atual = total - g->n,
                .anterior = g->passado};
    int64_t recusadas = 0;
    LimiteConsulta *c;
    Local *l;

    /* The window that was counted in, also when the minute has just turned. */
    if (agora / JANELA_MS != g->indice)
        agora = (g->indice + 1) * JANELA_MS - 1;
    for (int64_t i = 0; i < g->n; i++)
    {
        JanelaDecisao d = janela_contar(&j, agora, g->limite);

        recusadas += !d.permitido;
        if ((c = tirar(g)) == NULL)
            continue; /* abandoned */
        c->fn(c->arg, &(LimiteDecisao){.classe = c->classe,
                                       .permitido = d.permitido,
                                       .limite = c->limite,
                                       .restam = d.restam,
                                       .espera_s =
                                           (d.espera_ms + 999) / 1000});
    }
    if (recusadas > 0)
        (void)redis_comando(NULL, NULL, "DECRBY %s:%lld %lld", g->chave,
                            (long long)g->indice, (long long)recusadas);
    l = local_de(g->chave);
    if (l->janela.indice <= g->indice)
        l->janela = j;
    kore_free(g);
}

static void
decidir_local(LimiteGrupo *g)
{
    LimiteConsulta *c;

    while ((c = tirar(g)) != NULL)
    {
        LimiteDecisao d = limite_local(c);

        c->fn(c->arg, &d);
    }
    kore_free(g);
}

/* The first question, no longer under way. */
static LimiteConsulta *
tirar(LimiteGrupo *g)
{
    LimiteConsulta *c = g->primeira;

    if (c != NULL)
        limite_abandonar(c);
    return c;
}

/* Counts in this worker. */
static LimiteDecisao
limite_local(const LimiteConsulta *c)
{
    JanelaDecisao j =
        janela_contar(&local_de(c->chave)->janela, relogio_ms(), c->limite);

    return (LimiteDecisao){.classe = c->classe,
                           .permitido = j.permitido,
                           .limite = c->limite,
                           .restam = j.restam,
                           .espera_s = (j.espera_ms + 999) / 1000};
}

/*
 * The counter of a subject. The table has a fixed size; of the places a subject
 * may take, the least recently used one yields: under a flood of addresses old
 * subjects are forgotten, memory does not grow.
 */
static Local *
local_de(const char *chave)
{
    Local *via = &locais[hash_de(chave) % (LOCAIS_MAX / LOCAIS_VIAS) *
                         LOCAIS_VIAS];
    Local *escolhida;

    escolhida = via;
    for (int i = 0; i < LOCAIS_VIAS; i++)
    {
        if (strcmp(via[i].chave, chave) == 0)
            return &via[i];
        if (via[i].janela.indice < escolhida->janela.indice)
            escolhida = &via[i];
    }
    memset(escolhida, 0, sizeof *escolhida);
    snprintf(escolhida->chave, sizeof escolhida->chave, "%s", chave);
    return escolhida;
}

static uint64_t
hash_de(const char *chave)
{
    return lru_hash(chave, strlen(chave));
}

/* Of every request: printf costs more than all the rest. */
static void
chave_de_usuario(char chave[80], LimiteClasse classe, int64_t id)
{
    char *p = stpcpy(chave, prefixo);

    *p++ = ':';
    p = stpcpy(p, nomes[classe]);
    *p++ = ':';
    (void)numero_escrever(p, id);
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
