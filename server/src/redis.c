/*
 * redis.c: hiredis on Kore's loop.
 *
 * Redis is optional: everything here fails fast. redis_timeout_ms is divided into
 * PASSOS steps, which end with a look at the socket. What waits for more than
 * PASSOS of them without a byte from Redis has failed; three times in a row open
 * the breaker for 1 s. So a frozen Redis costs three short waits per second and
 * worker. A step that ends late does not count: the worker was busy or had no
 * processor, and most likely Redis had none either. So on a saturated machine the
 * cache stays in use; nobody waits longer than ESPERA_VEZES redis_timeout_ms.
 *
 * What a turn of the loop asks for leaves in one write, behind its events. While
 * answers are under way questions wait for the last of them, and then for those
 * that they bring, LOTE_MS at most, or until LOTE_MAX are together: each write
 * wakes Redis, each answer this worker, which costs more than a question.
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
#include <sys/socket.h>
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
    unsigned passo; /* sent in this step */
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
    uint64_t aberto_em; /* ms; when the breaker opened last */
    int pausa_ms;       /* it stays open at least so long */
    int vencidos;       /* times that some timed out since the last answer */
    unsigned passo;
    unsigned ouvido; /* step of the last bytes */
    uint64_t passo_ate; /* ms; when this one should end */
    bool relogio;    /* the timer of the steps runs */
    bool escrever;   /* the timer of the write runs */
    bool esvaziado;  /* nothing is under way, questions wait */
    bool juntando;   /* what is asked for now leaves at once */
    bool bloqueado;  /* the socket takes nothing now: epoll tells */
    bool avisado;    /* one log line per outage */
    bool perguntado; /* INFO is under way */
    char run_id[41];
    struct FilaComandos fila;
} Elo;

enum
{
    DISJUNTOR_MS = 1000,
    DISJUNTOR_VENCIDOS = 3,
    PAUSA_MIN_MS = 50, /* of the breaker when late answers have come */
    CALMA_MS = 10000,  /* so long without opening: PAUSA_MIN_MS again */
    PASSOS = 4,        /* of redis_timeout_ms */
    ATRASO_MS = 3,     /* of a step */
    ESPERA_VEZES = 10, /* redis_timeout_ms; nobody waits longer */
    LOTE_MAX = 128,    /* questions that leave without waiting for others */
    LOTE_MS = 1,
    LEITURAS_MAX = 16, /* reads of a turn */
    LEITURA_BYTES = 64 * 1024,
    RESPOSTAS_BYTES = 1 << 20, /* memory that stays for unread answers */
    SURDO_MS = 5000, /* no answer for so long: a new connection */
    RECUO_MIN_MS = 250,
    RECUO_MAX_MS = 5000,
    GANCHOS_MAX = 2,
    SENHA_MAX = 200
};

/* Exported by hiredis 0.14, declared in none of its headers. */
extern void redisProcessCallbacks(redisAsyncContext *ac);

static Elo elo;
static bool dentro; /* in redis_comando: no callback from here */
static int ocupado; /* in callbacks or hooks: no write from here */
static char senha[SENHA_MAX];
static void (*ganchos[GANCHOS_MAX])(void);
static int nganchos;
static int agendados; /* the hooks are to be called before the next write */

static void conectar(void);
static void caiu(const char *motivo);
static void ao_conectar(const redisAsyncContext *ac, int status);
static void ao_desconectar(const redisAsyncContext *ac, int status);
static void ao_autenticar(redisAsyncContext *ac, void *resposta, void *arg);
static void apresentar(void);
static void ao_saber(void *arg, const redisReply *r);
static void enviar_agendado(void);
static void escrever_depois(void);
static void ao_escrever(void *arg, uint64_t agora);
static void ao_esvaziar(void *arg, uint64_t agora);
static void escrever(void);
static bool ler(void);
static void ao_evento(void *arg, int erro);
static Comando *comando_novo(RedisRetorno fn, void *arg);
static bool comando_feito(Comando *c, int r);
static void ao_responder(redisAsyncContext *ac, void *resposta, void *arg);
static void ao_vencer(void *arg, uint64_t agora);
static void armar_relogio(void);
static void abrir_disjuntor(uint64_t agora);
static void disjuntor_fechar(void);
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
    c->passo = elo.passo;
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
    armar_relogio();
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
    if (agendados >= LOTE_MAX && ocupado == 0 && !elo.bloqueado)
        escrever();
    if (!redis_pronto())
        return false;
    agendados++;
    escrever_depois();
    return true;
}

const char *
redis_run_id(void)
{
    return elo.run_id[0] != '\0' ? elo.run_id : NULL;
}

bool
redis_pronto(void)
{
    return elo.ac != NULL && elo.ligado &&
           (elo.fechado_ate == 0 || kore_time_ms() >= elo.fechado_ate);
}

void
redis_tique(void)
{
    const Comando *c = TAILQ_FIRST(&elo.fila);
    uint64_t agora = kore_time_ms();

    if (configuracao()->redis_socket[0] == '\0')
        return;
    if (elo.ac != NULL && c != NULL && agora > c->desde + SURDO_MS)
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
    elo.bloqueado = false;
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
    ac->c.reader->maxbuf = RESPOSTAS_BYTES;
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
    agendados = 0;
    ocupado++;
    for (int i = 0; i < nganchos; i++)
        ganchos[i]();
    ocupado--;
}

/* A timer costs less than telling epoll twice a turn. */
static void
escrever_depois(void)
{
    if (elo.escrever)
    {
        if (elo.esvaziado)
            kore_timer_add(ao_escrever, 0, NULL, KORE_TIMER_ONESHOT);
        elo.esvaziado = false;
        return;
    }
    elo.escrever = true;
    kore_timer_add(ao_escrever, TAILQ_EMPTY(&elo.fila) ? 0 : LOTE_MS, NULL,
                   KORE_TIMER_ONESHOT);
}

static void
ao_escrever(void *arg, uint64_t agora)
{
    elo.escrever = elo.esvaziado = false;
    if (elo.ac != NULL && elo.ligado && !elo.bloqueado)
        escrever();
}

/*
 * All that was under way has come, and was answered: what waits for it leaves with
 * the questions of the next turn, which those answers will bring.
 */
static void
ao_esvaziar(void *arg, uint64_t agora)
{
    elo.esvaziado = agendados > 0;
}

/* hiredis asks for write events (ev_escrever) when the socket does not take all. */
static void
escrever(void)
{
    elo.juntando = true;
    if (agendados > 0)
        enviar_agendado();
    elo.juntando = false;
    if (elo.ac == NULL)
        return;
    elo.bloqueado = true;
    redisAsyncHandleWrite(elo.ac);
    if (elo.ac == NULL || !(elo.eventos & EPOLLOUT))
        elo.bloqueado = false;
}

/*
 * All that has come. hiredis would read 16 kB at a time, and its caller could not
 * tell whether more is there without asking. False: nothing, or what
 * redisAsyncHandleRead() is to find wrong.
 */
static bool
ler(void)
{
    static char bytes[LEITURA_BYTES];
    ssize_t n = LEITURA_BYTES;
    int i;

    for (i = 0; i < LEITURAS_MAX && elo.ac != NULL && n == LEITURA_BYTES; i++)
    {
        n = recv(elo.ac->c.fd, bytes, sizeof(bytes), MSG_DONTWAIT);
        if (n <= 0 ||
            redisReaderFeed(elo.ac->c.reader, bytes, (size_t) n) != REDIS_OK)
            break;
        elo.ouvido = elo.passo;
        redisProcessCallbacks(elo.ac);
    }
    return i > 0;
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
    /* hiredis says what is wrong, or that it is connected now. */
    if (((flags & KORE_EVENT_READ) || erro) && (!elo.ligado || !ler() || erro) &&
        elo.ac != NULL)
        redisAsyncHandleRead(elo.ac);
    if (agendados > 0 && TAILQ_EMPTY(&elo.fila))
        kore_timer_add(ao_esvaziar, 0, NULL, KORE_TIMER_ONESHOT);
    /* The read may have freed it. */
    if (elo.ac != NULL && (flags & KORE_EVENT_WRITE))
        escrever();
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
        ocupado++;
        if (c->fn != NULL)
            c->fn(c->arg, r);
        ocupado--;
    }
    else if (r != NULL && TAILQ_EMPTY(&elo.fila))
        disjuntor_fechar();
    kore_free(c);
}

/* ONESHOT: a timer of Kore must not be removed inside its own callback. */
static void
ao_vencer(void *arg, uint64_t agora)
{
    uint64_t limite = (uint64_t) configuracao()->redis_timeout_ms;
    bool algum = false;
    Comando *c;
    Comando *proximo;

    elo.relogio = false;
    if (elo.ac != NULL && elo.ligado)
        (void) ler();
    if (agora <= elo.passo_ate + ATRASO_MS)
        elo.passo++;
    for (c = TAILQ_FIRST(&elo.fila); c != NULL; c = proximo)
    {
        RedisRetorno fn = c->fn;
        bool mudo = elo.passo - c->passo > PASSOS &&
                    elo.passo - elo.ouvido > PASSOS;

        proximo = TAILQ_NEXT(c, fila);
        if (c->vencido)
            continue;
        /* Those behind it have waited less: commands expire in their order. */
        if (!mudo && agora < c->desde + ESPERA_VEZES * limite)
            break;
        if (!algum && ++elo.vencidos >= DISJUNTOR_VENCIDOS)
            abrir_disjuntor(agora);
        algum = true;
        c->vencido = true;
        c->fn = NULL;
        metrica_somar(M_REDIS_TEMPO, 1);
        ocupado++;
        if (fn != NULL)
            fn(c->arg, NULL);
        ocupado--;
    }
    armar_relogio();
}

static void
armar_relogio(void)
{
    uint64_t passo = (uint64_t) configuracao()->redis_timeout_ms / PASSOS;
    const Comando *c;

    if (elo.relogio)
        return;
    TAILQ_FOREACH(c, &elo.fila, fila)
        if (!c->vencido)
        {
            elo.relogio = true;
            passo = passo > 0 ? passo : 1;
            elo.passo_ate = kore_time_ms() + passo;
            kore_timer_add(ao_vencer, passo, NULL, KORE_TIMER_ONESHOT);
            return;
        }
}

static void
abrir_disjuntor(uint64_t agora)
{
    elo.pausa_ms = agora > elo.aberto_em + CALMA_MS ? PAUSA_MIN_MS
                   : elo.pausa_ms < DISJUNTOR_MS    ? 2 * elo.pausa_ms
                                                    : DISJUNTOR_MS;
    elo.aberto_em = agora;
    elo.fechado_ate = agora + DISJUNTOR_MS;
}

/* All late answers have come: Redis is at work again. */
static void
disjuntor_fechar(void)
{
    uint64_t ate = elo.aberto_em + (uint64_t) elo.pausa_ms;

    if (elo.fechado_ate > ate)
        elo.fechado_ate = ate;
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
    if (!elo.ligado || elo.bloqueado)
        interesse(EPOLLOUT, 0);
    else if (!elo.juntando)
        escrever_depois();
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
    elo.bloqueado = false;
    elo.eventos = 0;
    elo.run_id[0] = '\0';
    if (agendados > 0)
        enviar_agendado();
}
