/*
 * main.c: what Kore calls, in the order of a process' life.
 *
 * Parent: settings, assets and keys are read, then the workers are forked.
 * Worker: TLS, PostgreSQL, Redis and the application start; a 500 ms timer
 * drives every time limit, because an idle Kore sleeps without end.
 */
#include "aplicacao.h"
#include "ativos.h"
#include "config.h"
#include "conninfo.h"
#include "guarda.h"
#include "log.h"
#include "metricas.h"
#include "pg.h"
#include "pg_escuta.h"
#include "principal.h"
#include "redis.h"
#include "resposta.h"
#include "saude.h"
#include "tls.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <kore/kore.h>
#include <kore/hooks.h>
#include <kore/http.h>
#include <kore/seccomp.h>

enum
{
    TIQUE_MS = 500,
    LOG_MS = 10, /* a line waits so long for others */
    DRENO_MS = 50
};

int ao_carregar(int acao);

static void tique(void *arg, uint64_t agora);
static void drenar(void *arg, uint64_t agora);
static bool tudo_enviado(void);
static void ao_sigterm(int sinal);
static void log_pedido(void);
static void log_vez(void *arg, uint64_t agora);
static void medir_processo(void);
static void desistir(const char *motivo);

static volatile sig_atomic_t pedido_fim;
static bool em_dreno;
static uint64_t dreno_desde;

/*
 * Missing in Kore's sandbox: stat() of glibc 2.36, realloc of large blocks,
 * threads, shutdown() of refused connections. The built-in pgsql filter allows
 * connect and socket. Without these a worker dies at the first such call.
 */
KORE_SECCOMP_FILTER("crm", KORE_SYSCALL_ALLOW(newfstatat),
                    KORE_SYSCALL_ALLOW(mremap), KORE_SYSCALL_ALLOW(clone3),
                    KORE_SYSCALL_ALLOW(rseq), KORE_SYSCALL_ALLOW(faccessat2),
                    KORE_SYSCALL_ALLOW(shutdown),
#ifdef CRM_COBERTURA
                    KORE_SYSCALL_ALLOW(ftruncate), KORE_SYSCALL_ALLOW(readlink),
                    KORE_SYSCALL_ALLOW(mkdir),
#endif
#ifdef CRM_ASAN /* what a report of AddressSanitizer needs, and the abort after it */
                    KORE_SYSCALL_ALLOW(readlink), KORE_SYSCALL_ALLOW(openat),
                    KORE_SYSCALL_ALLOW(mmap), KORE_SYSCALL_ALLOW(munmap),
                    KORE_SYSCALL_ALLOW(mprotect), KORE_SYSCALL_ALLOW(madvise),
                    KORE_SYSCALL_ALLOW(gettid), KORE_SYSCALL_ALLOW(tgkill),
                    KORE_SYSCALL_ALLOW(sigaltstack), KORE_SYSCALL_ALLOW(rt_sigaction),
                    KORE_SYSCALL_ALLOW(rt_sigprocmask), KORE_SYSCALL_ALLOW(rt_sigreturn),
                    KORE_SYSCALL_ALLOW(sched_yield), KORE_SYSCALL_ALLOW(pread64),
                    KORE_SYSCALL_ALLOW(prctl), KORE_SYSCALL_ALLOW(prlimit64),
#endif
                    KORE_SYSCALL_ALLOW(poll))

#ifdef CRM_COBERTURA
void __gcov_dump(void);
#endif

/* SIGHUP would reload the module and lose all state: refuse to be unloaded. */
int
ao_carregar(int acao)
{
    return acao == KORE_MODULE_UNLOAD ? KORE_RESULT_ERROR : KORE_RESULT_OK;
}

void
kore_parent_configure(int argc, char **argv)
{
    char erro[CONFIG_ERRO_MAX];

    umask(027);
    fflush(stdout);
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (!configuracao_carregar(getenv("CRM_CONF"), erro) ||
        !conninfo_sem_dns(configuracao()->pg_conninfo, erro, sizeof(erro)))
        desistir(erro);
    if (!redis_preparar(erro, sizeof(erro)))
        desistir(erro);
    if (!metricas_iniciar(configuracao()->workers))
        desistir("metricas: no shared memory");
    if (configuracao()->tls_port != 0 &&
        !tls_preparar(configuracao()->cert, configuracao()->chave, erro,
                      sizeof(erro)))
        desistir(erro);
    if (!ativos_carregar(configuracao()->web_dir))
        desistir("web_dir: cannot be read");
    saude_preparar();
    if (!aplicacao_preparar(erro, sizeof(erro)))
        desistir(erro);
    http_server_version("crm"); /* only on what Kore answers itself: 101, 408 */
    log_evento("info", "inicio", NULL);
}

void
kore_worker_configure(void)
{
    struct sigaction sa = {.sa_handler = ao_sigterm};

    /* Kore's own handler would drop what is running. */
    sigemptyset(&sa.sa_mask);
    (void) sigaction(SIGTERM, &sa, NULL);
    (void) sigaction(SIGINT, &sa, NULL);
    (void) sigaction(SIGQUIT, &sa, NULL); /* Kore's, when the parent is gone */
    (void) signal(SIGPIPE, SIG_IGN);

    log_agrupar(log_pedido);
    metricas_worker(worker->id - 1);
    tls_worker();
    pg_iniciar();
    redis_iniciar();
    aplicacao_worker();
    kore_timer_add(tique, TIQUE_MS, NULL, 0);
}

void
kore_worker_teardown(void)
{
    log_despejar();
#ifdef CRM_COBERTURA
    __gcov_dump();
#endif
}

void
kore_parent_teardown(void)
{
    log_evento("info", "fim", NULL);
#ifdef CRM_COBERTURA
    __gcov_dump();
#endif
}

/*
 * The route of the Kore configuration. Called again after each wake-up.
 */
int
http_entrada(struct http_request *req)
{
    const char *p = req->path;

    (void) requisicao_de(req);
    if (strcmp(p, "/api/docs") == 0)
        return ativos_tratar(req);
    if (strncmp(p, "/api", 4) == 0 && (p[4] == '/' || p[4] == '\0'))
        return api_tratar(req);
    if (strcmp(p, "/ws") == 0)
        return ws_tratar(req);
    if (saude_tratar(req))
        return KORE_RESULT_OK;
    return ativos_tratar(req);
}

bool
drenando(void)
{
    return em_dreno;
}

uint64_t
agora_us(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t) t.tv_sec * 1000000 + (uint64_t) t.tv_nsec / 1000;
}

static void
tique(void *arg, uint64_t agora)
{
    guarda_tique();
    pg_tique();
    escuta_tique();
    redis_tique();
    aplicacao_tique();
    medir_processo();
    if (pedido_fim && !em_dreno)
    {
        em_dreno = true;
        dreno_desde = agora;
        worker_max_connections = 0; /* accepts nothing more */
        log_evento("info", "drenando", NULL);
        aplicacao_drenar();
        kore_timer_add(drenar, DRENO_MS, NULL, 0);
    }
}

/* Leaves when the last request was answered and sent, or the time is up. */
static void
drenar(void *arg, uint64_t agora)
{
    if ((http_request_count == 0 && tudo_enviado() && aplicacao_pronta()) ||
        agora - dreno_desde > (uint64_t) configuracao()->drenar_s * 1000)
        sig_recv = SIGQUIT;
}

static bool
tudo_enviado(void)
{
    struct connection *c;

    TAILQ_FOREACH(c, &connections, list)
        if (c->proto == CONN_PROTO_HTTP && !TAILQ_EMPTY(&c->send_queue))
            return false;
    return true;
}

static void
ao_sigterm(int sinal)
{
    pedido_fim = 1;
}

static void
log_pedido(void)
{
    kore_timer_add(log_vez, LOG_MS, NULL, KORE_TIMER_ONESHOT);
}

static void
log_vez(void *arg, uint64_t agora)
{
    log_despejar();
}

static void
medir_processo(void)
{
    struct timespec t;
    char texto[128];
    unsigned long paginas = 0;
    int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    ssize_t n = fd == -1 ? -1 : read(fd, texto, sizeof(texto) - 1);

    if (fd != -1)
        close(fd);
    if (n > 0)
    {
        texto[n] = '\0';
        (void) sscanf(texto, "%*u %lu", &paginas);
    }
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    metricas_processo((uint64_t) paginas * 4096,
                      (uint64_t) t.tv_sec * 1000000 +
                          (uint64_t) t.tv_nsec / 1000);
    metrica_medir(G_CONEXOES, worker_active_connections);
    metrica_medir(G_PG_EM_CURSO, pg_em_curso());
}

static void
desistir(const char *motivo)
{
    log_evento("erro", "configuracao", motivo);
    fprintf(stderr, "crm: %s\n", motivo);
    exit(1);
}
