/*
 * metricas.c: counters in memory shared by all workers. Pure: no Kore here.
 *
 * One anonymous shared mapping made before the fork. Each worker writes a slot of
 * its own, which one that is started again goes on with: in common ones their
 * processors would wait for each other at every request.
 */
#include "metricas.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum
{
    TRABALHADORES_MAX = 64,
    FAIXAS = 12, /* buckets of the latency histogram, without +Inf */
    CLASSES = 6, /* 1xx..5xx, 499 */
    CLASSE_CLIENTE_FOI = 5,
    LINHA_BYTES = 64 /* of the processors' caches */
};

/* Upper bounds in microseconds. */
static const uint64_t faixas[FAIXAS] = {1000,   2500,   5000,    10000,
                                        25000,  50000,  100000,  250000,
                                        500000, 1000000, 2500000, 10000000};
static const char *const classes[CLASSES] = {"1xx", "2xx", "3xx",
                                             "4xx", "5xx", "499"};

typedef struct Rota
{
    atomic_uint_fast64_t classe[CLASSES];
    atomic_uint_fast64_t faixa[FAIXAS + 1];
    atomic_uint_fast64_t micros;
} Rota;

typedef struct Trabalhador
{
    _Alignas(LINHA_BYTES) atomic_uint_fast64_t contador[M_CONTADORES];
    atomic_int_fast64_t medidor[G_MEDIDORES];
    atomic_uint_fast64_t partidas;
    atomic_uint_fast64_t rss; /* bytes */
    atomic_uint_fast64_t cpu_us;
    Rota rota[METRICA_ROTAS_MAX];
} Trabalhador;

typedef struct Nome
{
    const char *nome;
    const char *ajuda;
} Nome;

static const Nome contadores[M_CONTADORES] = {
    [M_PG_TRABALHOS] = {"crm_pg_jobs_total", "Calls given to PostgreSQL"},
    [M_PG_FALHAS] = {"crm_pg_failures_total",
                     "Calls that ended without an answer of PostgreSQL"},
    [M_PG_CHEIA] = {"crm_pg_refused_total",
                    "Calls refused because the queue was full or no connection "
                    "was up"},
    [M_PG_TEMPO] = {"crm_pg_timeouts_total", "Calls ended by pg_timeout_ms"},
    [M_PG_RECONEXOES] = {"crm_pg_reconnects_total",
                         "Connections to PostgreSQL lost"},
    [M_PG_CANCELADAS] = {"crm_pg_cancels_total",
                         "Searches and exports cancelled because the "
                         "client left"},
    [M_REDIS_OK] = {"crm_redis_commands_total", "Redis commands answered"},
    [M_REDIS_FALHA] = {"crm_redis_failures_total", "Redis commands failed"},
    [M_REDIS_TEMPO] = {"crm_redis_timeouts_total", "Redis commands timed out"},
    [M_WS_ENVIADAS] = {"crm_ws_messages_total", "WebSocket messages sent"},
    [M_WS_DESCARTADAS] = {"crm_ws_dropped_total",
                          "WebSocket clients dropped for being too slow"},
    [M_LOGIN_ERRO] = {"crm_login_errors_total", "Logins refused"},
    [M_LOGIN_OK] = {"crm_logins_total", "Logins accepted"},
    [M_LIMITE] = {"crm_rate_limited_total", "Requests over the rate limit"},
    [M_GUARDA_RECUSADAS] = {"crm_http_rejected_total",
                            "Connections refused by the framing guard"},
    [M_GUARDA_TEMPO] = {"crm_http_slow_clients_total",
                        "Connections closed for being too slow"},
    [M_ESCUTA_EVENTOS] = {"crm_events_total",
                          "Notifications received from PostgreSQL"},
    [M_ESCUTA_INVALIDOS] = {"crm_events_invalid_total",
                            "Notifications with a wrong signature"},
    [M_ESCUTA_RECONEXOES] = {"crm_events_reconnects_total",
                             "Listening connections lost"},
    [M_LEITURAS_SERVIDAS] = {"crm_leituras_servidas_total",
                             "Searches and lists of clients answered"},
    [M_LEITURAS_REGISTRADAS] = {"crm_leituras_registradas_total",
                                "Of these, written to the audit"},
    [M_LEITURAS_PERDIDAS] = {"crm_leituras_descartadas_total",
                             "Of these, dropped because too many waited for "
                             "PostgreSQL"},
    [M_CACHE_ACERTOS] = {"crm_cache_acertos_total",
                         "Answers served out of Redis"},
    [M_CACHE_FALTAS] = {"crm_cache_faltas_total",
                        "Cacheable requests that asked the database because "
                        "nothing current was in Redis"},
    [M_CACHE_DESVIOS] = {"crm_cache_desvios_total",
                         "Cacheable requests that passed the cache by because "
                         "Redis, fence or epoch could not be believed"},
    [M_CACHE_PREENCHIMENTOS] = {"crm_cache_preenchimentos_total",
                                "Answers stored in Redis"},
    [M_CACHE_ESPERAS] = {"crm_cache_esperas_total",
                         "Requests that waited for another one's answer"},
    [M_CACHE_GRANDES] = {"crm_cache_grandes_total",
                         "Answers larger than cache_entrada_max"},
    [M_CACHE_INVALIDAS] = {"crm_cache_invalidas_total",
                           "Entries in Redis that could not be read"},
    [M_CACHE_AMOSTRAS] = {"crm_cache_amostras_total",
                          "Hits checked against the database"},
    [M_CACHE_INCONCLUSAS] = {"crm_cache_amostras_inconclusas_total",
                             "Of these, overtaken by a write"},
    [M_CACHE_VIOLACOES] = {"crm_cache_violacoes_total",
                           "Of these, different from the database"},
    [M_DOWNLOADS] = {"crm_downloads_total", "Exported files sent whole"},
    [M_DOWNLOADS_CORTADOS] = {"crm_downloads_cut_total",
                              "Exported files begun and not sent whole"},
    [M_DOWNLOADS_BYTES] = {"crm_download_bytes_total",
                           "Bytes of exported files sent"},
    [M_DOWNLOADS_REPETIDOS] = {"crm_download_retries_total",
                               "Parts of exported files asked for again"},
};

static const Nome medidores[G_MEDIDORES] = {
    [G_PG_EM_CURSO] = {"crm_pg_in_flight", "Calls waiting or in flight"},
    [G_PG_CONEXOES] = {"crm_pg_connections", "Connections established"},
    [G_WS_CONEXOES] = {"crm_ws_connections", "Open WebSockets"},
    [G_USUARIOS] = {"crm_users_connected", "Users with an open WebSocket"},
    [G_REDIS_PRONTO] = {"crm_redis_up", "1 when Redis is connected"},
    [G_CONEXOES] = {"crm_http_connections", "Client connections"},
    [G_CACHE_ABERTO] = {"crm_cache_aberto",
                        "1 while answers are served out of Redis"},
    [G_DOWNLOADS] = {"crm_downloads", "Exported files being sent"},
    [G_DOWNLOADS_BYTES] = {"crm_download_memory_bytes",
                           "Bytes of their parts in memory"},
};

typedef struct Texto
{
    char *s;
    size_t n;
    size_t tam;
} Texto;

static struct
{
    const char *metodo;
    const char *modelo;
} rotas[METRICA_ROTAS_MAX] = {{"*", "outra"}};

static int nrotas = 1;
static Trabalhador *memoria; /* one for each worker */
static int trabalhadores;
static Trabalhador *eu;      /* this worker */

static void escrever(Texto *t, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
static unsigned long long contador(int m);
static void escrever_consistencia(Texto *t);
static void escrever_http(Texto *t);
static void escrever_processos(Texto *t);

bool
metricas_iniciar(int workers)
{
    int n = workers < TRABALHADORES_MAX ? workers : TRABALHADORES_MAX;
    void *p = mmap(NULL, (size_t) n * sizeof(*memoria), PROT_READ | PROT_WRITE,
                   MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    if (p == MAP_FAILED)
        return false;
    memoria = p;
    eu = memoria;
    trabalhadores = n;
    return true;
}

int
metricas_rota(const char *metodo, const char *modelo)
{
    if (nrotas == METRICA_ROTAS_MAX)
        return 0;
    rotas[nrotas].metodo = metodo;
    rotas[nrotas].modelo = modelo;
    return nrotas++;
}

const char *
metricas_rota_modelo(int rota)
{
    return rotas[rota >= 0 && rota < nrotas ? rota : 0].modelo;
}

void
metricas_worker(int worker)
{
    eu = &memoria[worker >= 0 && worker < trabalhadores ? worker : 0];
    for (int i = 0; i < G_MEDIDORES; i++)
        atomic_store(&eu->medidor[i], 0);
    atomic_fetch_add(&eu->partidas, 1);
}

void
metricas_processo(uint64_t rss, uint64_t cpu_us)
{
    atomic_store(&eu->rss, rss);
    atomic_store(&eu->cpu_us, cpu_us);
}

void
metrica_somar(Metrica m, uint64_t n)
{
    atomic_fetch_add_explicit(&eu->contador[m], n, memory_order_relaxed);
}

void
metrica_medir(Medidor g, int64_t valor)
{
    atomic_store_explicit(&eu->medidor[g], valor, memory_order_relaxed);
}

void
metrica_http(int rota, int status, uint64_t micros)
{
    Rota *r = &eu->rota[rota >= 0 && rota < nrotas ? rota : 0];
    int classe = status == 499                  ? CLASSE_CLIENTE_FOI
                 : status >= 100 && status < 600 ? status / 100 - 1
                                                 : 4;
    int i = 0;

    while (i < FAIXAS && micros > faixas[i])
        i++;
    atomic_fetch_add_explicit(&r->classe[classe], 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&r->faixa[i], 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&r->micros, micros, memory_order_relaxed);
}

char *
metricas_texto(size_t *n)
{
    Texto t = {0};

    for (int i = 0; i < M_CONTADORES; i++)
        escrever(&t, "# HELP %s %s\n# TYPE %s counter\n%s %llu\n",
                 contadores[i].nome, contadores[i].ajuda, contadores[i].nome,
                 contadores[i].nome,
                 contador(i));
    for (int i = 0; i < G_MEDIDORES; i++)
    {
        escrever(&t, "# HELP %s %s\n# TYPE %s gauge\n", medidores[i].nome,
                 medidores[i].ajuda, medidores[i].nome);
        for (int w = 0; w < trabalhadores; w++)
            escrever(&t, "%s{worker=\"%d\"} %lld\n", medidores[i].nome, w,
                     (long long) atomic_load(&memoria[w].medidor[i]));
    }
    escrever_consistencia(&t);
    escrever_http(&t);
    escrever_processos(&t);
    *n = t.n;
    return t.s;
}

/* Of all workers. */
static unsigned long long
contador(int m)
{
    unsigned long long soma = 0;

    for (int w = 0; w < trabalhadores; w++)
        soma += atomic_load(&memoria[w].contador[m]);
    return soma;
}

/* Of the samples that say something, the part that was right. */
static void
escrever_consistencia(Texto *t)
{
    double amostras = (double) contador(M_CACHE_AMOSTRAS) -
                      (double) contador(M_CACHE_INCONCLUSAS);
    double erradas = (double) contador(M_CACHE_VIOLACOES);

    escrever(t,
             "# HELP crm_cache_consistencia Part of the checked hits that were "
             "as the database said\n"
             "# TYPE crm_cache_consistencia gauge\n"
             "crm_cache_consistencia %.9g\n",
             amostras > 0 ? 1 - erradas / amostras : 1.0);
}

static void
escrever_http(Texto *t)
{
    escrever(t, "# HELP crm_http_requests_total Requests answered\n"
                "# TYPE crm_http_requests_total counter\n");
    for (int i = 0; i < nrotas; i++)
        for (int k = 0; k < CLASSES; k++)
        {
            unsigned long long v = 0;

            for (int w = 0; w < trabalhadores; w++)
                v += atomic_load(&memoria[w].rota[i].classe[k]);

            if (v > 0)
                escrever(t,
                         "crm_http_requests_total{method=\"%s\",route=\"%s\","
                         "status=\"%s\"} %llu\n",
                         rotas[i].metodo, rotas[i].modelo, classes[k], v);
        }

    escrever(t, "# HELP crm_http_request_duration_seconds From the handler's "
                "start to the answer\n"
                "# TYPE crm_http_request_duration_seconds histogram\n");
    for (int i = 0; i < nrotas; i++)
    {
        unsigned long long faixa[FAIXAS + 1] = {0};
        unsigned long long micros = 0;
        unsigned long long soma = 0;

        for (int w = 0; w < trabalhadores; w++)
        {
            const Rota *r = &memoria[w].rota[i];

            micros += atomic_load(&r->micros);
            for (int k = 0; k <= FAIXAS; k++)
                faixa[k] += atomic_load(&r->faixa[k]);
        }
        for (int k = 0; k <= FAIXAS; k++)
            soma += faixa[k];
        if (soma == 0)
            continue;
        soma = 0;
        for (int k = 0; k <= FAIXAS; k++)
        {
            soma += faixa[k];
            escrever(t,
                     "crm_http_request_duration_seconds_bucket{method=\"%s\","
                     "route=\"%s\",le=\"",
                     rotas[i].metodo, rotas[i].modelo);
            if (k < FAIXAS)
                escrever(t, "%g\"} %llu\n", (double) faixas[k] / 1e6, soma);
            else
                escrever(t, "+Inf\"} %llu\n", soma);
        }
        escrever(t,
                 "crm_http_request_duration_seconds_sum{method=\"%s\","
                 "route=\"%s\"} %.6f\n"
                 "crm_http_request_duration_seconds_count{method=\"%s\","
                 "route=\"%s\"} %llu\n",
                 rotas[i].metodo, rotas[i].modelo,
                 (double) micros / 1e6, rotas[i].metodo,
                 rotas[i].modelo, soma);
    }
}

static void
escrever_processos(Texto *t)
{
    escrever(t, "# HELP crm_worker_resident_memory_bytes Resident memory\n"
                "# TYPE crm_worker_resident_memory_bytes gauge\n");
    for (int w = 0; w < trabalhadores; w++)
        escrever(t, "crm_worker_resident_memory_bytes{worker=\"%d\"} %llu\n", w,
                 (unsigned long long) atomic_load(&memoria[w].rss));
    escrever(t, "# HELP crm_worker_cpu_seconds_total Processor time\n"
                "# TYPE crm_worker_cpu_seconds_total counter\n");
    for (int w = 0; w < trabalhadores; w++)
        escrever(t, "crm_worker_cpu_seconds_total{worker=\"%d\"} %.3f\n", w,
                 (double) atomic_load(&memoria[w].cpu_us) / 1e6);
    escrever(t, "# HELP crm_worker_starts_total Times a worker was started\n"
                "# TYPE crm_worker_starts_total counter\n");
    for (int w = 0; w < trabalhadores; w++)
        escrever(t, "crm_worker_starts_total{worker=\"%d\"} %llu\n", w,
                 (unsigned long long) atomic_load(&memoria[w].partidas));
}

static void
escrever(Texto *t, const char *fmt, ...)
{
    for (;;)
    {
        va_list ap;
        int n;
        char *maior;

        va_start(ap, fmt);
        n = vsnprintf(t->s != NULL ? t->s + t->n : NULL, t->tam - t->n, fmt,
                      ap);
        va_end(ap);
        if (n < 0)
            return;
        if ((size_t) n < t->tam - t->n)
        {
            t->n += (size_t) n;
            return;
        }
        maior = realloc(t->s, t->tam * 2 + (size_t) n + 8192);
        if (maior == NULL)
            return;
        t->tam = t->tam * 2 + (size_t) n + 8192;
        t->s = maior;
    }
}
