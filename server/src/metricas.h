/*
 * metricas.h: counters in memory shared by all workers.
 */
#ifndef CRM_METRICAS_H
#define CRM_METRICAS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum Metrica
{
    M_PG_TRABALHOS,         /* jobs accepted */
    M_PG_FALHAS,            /* jobs that ended without an answer of the server */
    M_PG_CHEIA,             /* refused: queue full or no connection */
    M_PG_TEMPO,             /* ended by pg_timeout_ms */
    M_PG_RECONEXOES,
    M_PG_CANCELADAS,        /* cancelled because nobody waits */
    M_REDIS_OK,
    M_REDIS_FALHA,
    M_REDIS_TEMPO,
    M_WS_ENVIADAS,
    M_WS_DESCARTADAS,       /* client too slow, message or connection dropped */
    M_LOGIN_ERRO,
    M_LOGIN_OK,
    M_LIMITE,               /* 429 by the rate limit */
    M_GUARDA_RECUSADAS,     /* refused by the framing guard */
    M_GUARDA_TEMPO,         /* slow clients closed */
    M_ESCUTA_EVENTOS,       /* notifications received */
    M_ESCUTA_INVALIDOS,     /* notifications with a wrong signature */
    M_ESCUTA_RECONEXOES,
    M_LEITURAS_SERVIDAS,    /* reads of personal data answered */
    M_LEITURAS_REGISTRADAS, /* of these, audited */
    M_LEITURAS_PERDIDAS,    /* of these, dropped: too many waited */
    M_CACHE_ACERTOS,        /* answered out of Redis */
    M_CACHE_FALTAS,         /* asked the database, to keep the answer */
    M_CACHE_DESVIOS,        /* asked it because the cache could not be believed */
    M_CACHE_PREENCHIMENTOS, /* answers stored */
    M_CACHE_ESPERAS,        /* waited for another request's answer */
    M_CACHE_GRANDES,        /* answers too large to be stored */
    M_CACHE_INVALIDAS,      /* entries that were none */
    M_CACHE_AMOSTRAS,       /* hits checked against the database */
    M_CACHE_INCONCLUSAS,    /* of these, overtaken by a write */
    M_CACHE_VIOLACOES,      /* of these, wrong */
    M_DOWNLOADS,            /* files handed out whole */
    M_DOWNLOADS_CORTADOS,   /* begun and not ended */
    M_DOWNLOADS_BYTES,
    M_DOWNLOADS_REPETIDOS,  /* parts asked for again */
    M_CONTADORES
} Metrica;

typedef enum Medidor
{
    G_PG_EM_CURSO, /* jobs waiting or in flight */
    G_PG_CONEXOES, /* established */
    G_WS_CONEXOES,
    G_USUARIOS,    /* distinct users with an open websocket, per worker */
    G_REDIS_PRONTO,
    G_CONEXOES,    /* client connections */
    G_CACHE_ABERTO, /* 1 while answers are served out of Redis */
    G_DOWNLOADS,    /* files being handed out */
    G_DOWNLOADS_BYTES, /* memory of their parts */
    G_MEDIDORES
} Medidor;

enum
{
    METRICA_ROTAS_MAX = 128
};

/* Before the fork. */
bool metricas_iniciar(int workers);

/*
 * Before the fork: makes a series for one route. metodo and modelo (the path
 * pattern, never a raw path) must be constants. Returns the index for
 * metrica_http and requisicao_rota; 0, "outra", when the table is full.
 */
int metricas_rota(const char *metodo, const char *modelo);
const char *metricas_rota_modelo(int rota);

/* In a worker: a restarted worker begins with gauges at zero. */
void metricas_worker(int worker);

/* Memory and processor time of this worker. */
void metricas_processo(uint64_t rss, uint64_t cpu_us);

void metrica_somar(Metrica m, uint64_t n);
void metrica_medir(Medidor g, int64_t valor); /* value of this worker */
void metrica_http(int rota, int status, uint64_t micros);

/* Prometheus text, allocated; the caller frees it. */
char *metricas_texto(size_t *n);

#endif
