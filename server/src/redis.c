/*
 * redis.c: hiredis on Kore's loop.
 *
 * Redis is optional: everything here fails fast. When nothing at all has come for
 * redis_timeout_ms, what waits that long has failed; three times in a row open
 * the breaker for 1 s. So a frozen Redis costs three short waits per second and
 * worker, a pause of a busy machine nothing more, and a queue that moves nothing
 * until ESPERA_VEZES that time.
 */
#include "redis.h"
#include "config.h"
#include "log.h"
#include "metricas.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/stat.h>

#include <hiredis/async.h>
#include <hiredis/hiredis.h>

#include <kore/kore.h>

typedef struct Comando
{
    TAILQ_ENTRY(Comando) fila;
    RedisRetorno fn; /* NULL = nobody waits any more */
    void *arg;
    uint64_t desde; /* ms; sent */
    uint64_t prazo; /* ms */
    bool prorrogado;
    bool vencido;
} Comando;

TAILQ_HEAD(FilaComandos, Comando);

typedef struct Elo
{
    struct kore_event evt; /* first: Kore finds the struct by it */
    redisAsyncContext *ac; /* NULL = down */
    bool ligado;
    int eventos;
    uint64_t tentar_em;
    uint64_t fechado_ate; /* breaker */
    int recuo_ms;
    int vencidos;    /* times that some timed out since the last answer */
    uint64_t ouvido; /* ms; last answer */
    bool relogio;    /* the timer of the oldest command runs */
    bool avisado;    /* one log line per outage */
    bool perguntado; /* INFO is under way */
    char run_id[41];
    struct FilaComandos fila;
} Elo;

enum
{
    DISJUNTOR_MS = 1000,
    DISJUNTOR_VENCIDOS = 3,
    ATRASO_MS = 5,   /* a timer later than this: the worker was busy, not Redis */
    ESPERA_VEZES = 10, /* redis_timeout_ms; nobody waits longer */
    SURDO_MS = 5000, /* no answer for so long: a new connection */
    RECUO_MIN_MS = 250,
    RECUO_MAX_MS = 5000,
    GANCHOS_MAX = 2,
    SENHA_MAX = 200
};

static Elo elo;
static bool dentro; /* in redis_comando: no callback from here */
static char senha[SENHA_MAX];
static void (*ganchos[GANCHOS_MAX])(void);
static int nganchos;
static bool agendado; /* the hooks are to be called before the next write */

static void conectar(void);
static void caiu(const char *motivo);
static void ao_conectar(const redisAsyncContext *ac, int status);
static void ao_desconectar(const redisAsyncContext *ac, int status);
static void ao_autenticar(redisAsyncContext *ac, void *resposta, void *arg);
static void apresentar(void);
static void ao_saber(void *arg, const redisReply *r);
static void enviar_agendado(void);
static void ao_evento(void *arg, int erro);
static Comando *comando_novo(RedisRetorno fn, void *arg);
static bool comando_feito(Comando *c, int r);
static void ao_responder(redisAsyncContext *ac, void *resposta, void *arg);
static void ao_vencer(void *arg, uint64_t agora);
static void armar_relogio(uint64_t agora);
static void interesse(int por, int tirar);
static void ev_ler(void *p);
static void ev_nao_ler(void *p);
static void ev_escrever(void *p);
static void ev_nao_escrever(void *p);
static void ev_limpar(void *p);

bool
redis_preparar(char *erro, size_t n)
{
    const char *arquivo = configuracao()->redis_senha_arquivo;
    struct stat st;
    FILE *f;

    if (arquivo[0] == '\0')
        return true;
    f = fopen(arquivo, "re");
    if (f == NULL || fstat(fileno(f), &st) != 0 || !S_ISREG(st.st_mode) ||
        (st.st_mode & (S_IRWXG | S_IRWXO)) != 0 ||
        fgets(senha, sizeof(senha), f) == NULL)
        senha[0] = '\0';
    if (f != NULL)
        fclose(f);
    senha[strcspn(senha, "\r\n")] = '\0';
    if (senha[0] != '\0')
        return true;
    snprintf(erro, n,
             "redis_senha_arquivo: \"%s\" must be a regular file of mode 0600 "
             "with a password",
             arquivo);
    return false;
}

void
redis_iniciar(void)
{
    TAILQ_INIT(&elo.fila);
    elo.evt.handle = ao_evento;
    if (configuracao()->redis_socket[0] != '\0')
        conectar();
}

bool
redis_comando(RedisRetorno fn, void *arg, const char *fmt, ...)
{
    Comando *c;
    va_list ap;
    int r;

    if ((c = comando_novo(fn, arg)) == NULL)
        return false;
    dentro = true;
    va_start(ap, fmt);
    r = redisvAsyncCommand(elo.ac, ao_responder, c, fmt, ap);
    va_end(ap);
    dentro = false;
    return comando_feito(c, r);
}

bool
redis_comando_v(RedisRetorno fn, void *arg, int n, const char *const *argv,
                const size_t *tamanhos)
{
    Comando *c;
    int r;

    if ((c = comando_novo(fn, arg)) == NULL)
        return false;
    dentro = true;
    r = redisAsyncCommandArgv(elo.ac, ao_responder, c, n,
                              (const char **) (uintptr_t) argv, tamanhos);
    dentro = false;
    return comando_feito(c, r);
}

bool
redis_comando_pronto(RedisRetorno fn, void *arg, const char *bytes, size_t n)
{
    Comando *c;
    int r;

    if ((c = comando_novo(fn, arg)) == NULL)
        return false;
    dentro = true;
    r = redisAsyncFormattedCommand(elo.ac, ao_responder, c, bytes, n);
    dentro = false;
    return comando_feito(c, r);
}

static Comando *
comando_novo(RedisRetorno fn, void *arg)
{
    Comando *c;

    if (!redis_pronto())
    {
        metrica_somar(M_REDIS_FALHA, 1);
        return NULL;
    }
    c = kore_calloc(1, sizeof(*c));
    c->fn = fn;
    c->arg = arg;
    c->desde = kore_time_ms();
    c->prazo = c->desde + (uint64_t) configuracao()->redis_timeout_ms;
    return c;
}

static bool
comando_feito(Comando *c, int r)
{
    if (r != REDIS_OK)
    {
        metrica_somar(M_REDIS_FALHA, 1);
        kore_free(c);
        return false;
    }
    TAILQ_INSERT_TAIL(&elo.fila, c, fila);
    armar_relogio(kore_time_ms());
    return true;
}

void
redis_ao_enviar(void (*fn)(void))
{
    if (nganchos == GANCHOS_MAX)
        fatal("redis_ao_enviar: too many");
    ganchos[nganchos++] = fn;
}

bool
redis_agendar(void)
{
    if (!redis_pronto())
        return false;
    agendado = true;
    interesse(EPOLLOUT, 0);
    return true;
}

const char *
redis_run_id(void)
{
    return elo.run_id[0] != '\0' ? elo.run_id : NULL;
}

void
redis_abandonar(void *arg)
{
    Comando *c;

    TAILQ_FOREACH(c, &elo.fila, fila)
        if (c->arg == arg)
            c->fn = NULL;
}

bool
redis_pronto(void)
{
    return elo.ac != NULL && elo.ligado && kore_time_ms() >= elo.fechado_ate;
}

void
redis_tique(void)
{
    const Comando *c = TAILQ_FIRST(&elo.fila);
    uint64_t agora = kore_time_ms();

    if (configuracao()->redis_socket[0] == '\0')
        return;
    if (elo.ac != NULL && c != NULL && agora > c->prazo + SURDO_MS)
    {
        caiu("no answer");
        redisAsyncFree(elo.ac); /* ends all commands, then ev_limpar */
    }
    else if (elo.ac == NULL && agora >= elo.tentar_em)
        conectar();
    else if (redis_pronto() && redis_run_id() == NULL && !elo.perguntado)
        apresentar();
    metrica_medir(G_REDIS_PRONTO, redis_pronto());
}

/* A path is a Unix socket; "address:port" must be numeric. */
static void
conectar(void)
{
    const char *onde = configuracao()->redis_socket;
    redisAsyncContext *ac;

    elo.ligado = false;
    elo.eventos = 0;
    elo.run_id[0] = '\0';
    elo.perguntado = false;
    if (onde[0] == '/')
        ac = redisAsyncConnectUnix(onde);
    else
    {
        char endereco[64];
        const char *porta = strrchr(onde, ':');

        snprintf(endereco, sizeof(endereco), "%.*s",
                 porta != NULL ? (int) (porta - onde) : 0, onde);
        ac = redisAsyncConnect(endereco, porta != NULL ? atoi(porta + 1) : 0);
    }
    if (ac == NULL || ac->err != 0)
    {
        caiu(ac != NULL ? ac->errstr : "out of memory");
        if (ac != NULL)
            redisAsyncFree(ac);
        return;
    }
    elo.ac = ac;
    ac->ev.data = &elo;
    ac->ev.addRead = ev_ler;
    ac->ev.delRead = ev_nao_ler;
    ac->ev.addWrite = ev_escrever;
    ac->ev.delWrite = ev_nao_escrever;
    ac->ev.cleanup = ev_limpar;
    redisAsyncSetDisconnectCallback(ac, ao_desconectar);
    redisAsyncSetConnectCallback(ac, ao_conectar); /* asks for write events */
    /* First in the pipe: whatever follows it is judged as this user. */
    if (senha[0] != '\0')
        redisAsyncCommand(ac, ao_autenticar, NULL, "AUTH %s %s",
                          configuracao()->redis_usuario, senha);
}

static void
ao_autenticar(redisAsyncContext *ac, void *resposta, void *arg)
{
    const redisReply *r = resposta;

    if (r == NULL || r->type != REDIS_REPLY_ERROR)
        return;
    caiu("user or password refused");
    redisAsyncDisconnect(ac);
}

static void
caiu(const char *motivo)
{
    elo.ligado = false;
    elo.recuo_ms = elo.recuo_ms == 0                  ? RECUO_MIN_MS
                   : elo.recuo_ms * 2 < RECUO_MAX_MS ? elo.recuo_ms * 2
                                                      : RECUO_MAX_MS;
    elo.tentar_em = kore_time_ms() + (uint64_t) elo.recuo_ms;
    if (!elo.avisado)
        log_evento("aviso", "redis_fora", motivo);
    elo.avisado = true;
}

static void
ao_conectar(const redisAsyncContext *ac, int status)
{
    if (status != REDIS_OK)
    {
        caiu(ac->errstr);
        return; /* hiredis frees it, ev_limpar follows */
    }
    elo.ligado = true;
    elo.recuo_ms = 0;
    elo.fechado_ate = 0;
    if (elo.avisado)
        log_evento("info", "redis_voltou", NULL);
    elo.avisado = false;
    apresentar();
}

/* Who answers? */
static void
apresentar(void)
{
    elo.perguntado = redis_comando(ao_saber, NULL, "INFO server");
}

static void
ao_saber(void *arg, const redisReply *r)
{
    static const char campo[] = "run_id:";
    const char *p = NULL;

    elo.perguntado = false;
    elo.run_id[0] = '\0';
    if (r != NULL && r->type == REDIS_REPLY_STRING)
        p = memmem(r->str, r->len, campo, sizeof(campo) - 1);
    if (p == NULL || (size_t) (r->str + r->len - p) < sizeof(campo) - 1 + 40)
        return;
    p += sizeof(campo) - 1;
    if (strspn(p, "0123456789abcdef") != 40) /* hiredis ends it by a NUL */
        return;
    memcpy(elo.run_id, p, 40);
    elo.run_id[40] = '\0';
}

static void
enviar_agendado(void)
{
    agendado = false;
    for (int i = 0; i < nganchos; i++)
        ganchos[i]();
}

static void
ao_desconectar(const redisAsyncContext *ac, int status)
{
    caiu(ac->errstr != NULL ? ac->errstr : "closed");
}

static void
ao_evento(void *arg, int erro)
{
    int flags = elo.evt.flags;

    elo.evt.flags = 0;
    if (elo.ac == NULL)
        return;
    if ((flags & KORE_EVENT_READ) || erro)
        redisAsyncHandleRead(elo.ac);
    /* The read may have freed it. */
    if (elo.ac == NULL || !(flags & KORE_EVENT_WRITE))
        return;
    if (agendado)
        enviar_agendado();
    if (elo.ac != NULL)
        redisAsyncHandleWrite(elo.ac);
    /* Asked for by the hooks themselves: hiredis has just taken it back. */
    if (elo.ac != NULL && agendado)
        interesse(EPOLLOUT, 0);
}

static void
ao_responder(redisAsyncContext *ac, void *resposta, void *arg)
{
    Comando *c = arg;
    const redisReply *r = resposta;

    if (dentro) /* redis_comando itself answers with false */
        return;
    TAILQ_REMOVE(&elo.fila, c, fila);
    if (!c->vencido)
    {
        bool bom = r != NULL && r->type != REDIS_REPLY_ERROR;

        metrica_somar(bom ? M_REDIS_OK : M_REDIS_FALHA, 1);
        elo.vencidos = 0;
        elo.ouvido = kore_time_ms();
        if (c->fn != NULL)
            c->fn(c->arg, r);
    }
    kore_free(c);
}

/* ONESHOT: a timer of Kore must not be removed inside its own callback. */
static void
ao_vencer(void *arg, uint64_t agora)
{
    uint64_t limite = (uint64_t) configuracao()->redis_timeout_ms;
    bool algum = false;
    bool espera = false; /* one before has time left: answers keep the order */
    Comando *c;
    Comando *proximo;

    elo.relogio = false;
    /* Answers that came while the worker did something else are in time, and
     * what it had no time to send gets its time once more. */
    if (elo.ac != NULL && elo.ligado)
        redisAsyncHandleRead(elo.ac);
    for (c = TAILQ_FIRST(&elo.fila); c != NULL; c = proximo)
    {
        RedisRetorno fn = c->fn;

        proximo = TAILQ_NEXT(c, fila);
        if (c->vencido)
            continue;
        if (c->prazo > agora)
        {
            espera = true;
            continue;
        }
        if (agora > c->prazo + ATRASO_MS && !c->prorrogado)
        {
            c->prorrogado = true;
            c->prazo = agora + limite;
            espera = true;
            continue;
        }
        /* It is not its turn yet, but Redis is at work. */
        if (elo.ouvido + limite > agora &&
            agora < c->desde + ESPERA_VEZES * limite)
        {
            c->prazo = elo.ouvido + limite;
            espera = true;
            continue;
        }
        if (espera)
            continue;
        if (!algum && ++elo.vencidos >= DISJUNTOR_VENCIDOS)
            elo.fechado_ate = agora + DISJUNTOR_MS;
        algum = true;
        c->vencido = true;
        c->fn = NULL;
        metrica_somar(M_REDIS_TEMPO, 1);
        if (fn != NULL)
            fn(c->arg, NULL);
    }
    armar_relogio(agora);
}

static void
armar_relogio(uint64_t agora)
{
    const Comando *c;

    if (elo.relogio)
        return;
    TAILQ_FOREACH(c, &elo.fila, fila)
        if (!c->vencido)
        {
            elo.relogio = true;
            kore_timer_add(ao_vencer, c->prazo > agora ? c->prazo - agora : 1,
                           NULL, KORE_TIMER_ONESHOT);
            return;
        }
}

/* A socket without interest stays registered: closing it removes it. */
static void
interesse(int por, int tirar)
{
    int eventos = (elo.eventos | por) & ~tirar;

    if (elo.ac == NULL || elo.ac->c.fd < 0 || eventos == elo.eventos)
        return;
    elo.eventos = eventos;
    kore_platform_event_schedule(elo.ac->c.fd, eventos, 0, &elo);
}

static void
ev_ler(void *p)
{
    interesse(EPOLLIN, 0);
}

static void
ev_nao_ler(void *p)
{
    interesse(0, EPOLLIN);
}

static void
ev_escrever(void *p)
{
    interesse(EPOLLOUT, 0);
}

static void
ev_nao_escrever(void *p)
{
    interesse(0, EPOLLOUT);
}

static void
ev_limpar(void *p)
{
    elo.ac = NULL;
    elo.ligado = false;
    elo.eventos = 0;
    elo.run_id[0] = '\0';
    if (agendado)
        enviar_agendado();
}
