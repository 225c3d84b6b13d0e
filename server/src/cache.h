/*
 * cache.h: answers out of Redis that are never older than the request.
 *
 * An answer is kept under the stamps of everything it depends on, which the
 * database read before it computed it. It is served when none of them has moved
 * since, and while the fence stands: the database marks what a transaction has
 * changed before that becomes visible, or waits until the fence has fallen.
 */
#ifndef CRM_CACHE_H
#define CRM_CACHE_H

#include "cache_entrada.h"
#include "resposta.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/queue.h>

struct http_request;
struct CacheSessao;
struct CacheRegistro;
struct CacheVoo;

typedef enum CacheDesfecho
{
    CACHE_DESVIO,  /* ask the database: Redis, fence or epoch cannot be believed */
    CACHE_FALTA,   /* ask the database, and keep the answer */
    CACHE_AMOSTRA, /* a hit that the database is asked to confirm */
    CACHE_ACERTO   /* entrada is the answer */
} CacheDesfecho;

typedef enum CacheLugar
{
    CACHE_PARADA, /* nowhere: decided, or not asked */
    CACHE_FILA,   /* in a queue: of the next trip, of one under way, of a flight */
    CACHE_LIDER   /* asks the database for others too */
} CacheLugar;

struct CacheConsulta;
TAILQ_HEAD(CacheFila, CacheConsulta);

/*
 * One question under way; lives in the asker's own state, zeroed before the
 * first use. Everything below arg is of cache*.c alone.
 */
typedef struct CacheConsulta
{
    CacheDesfecho desfecho;
    CacheEntrada entrada; /* CACHE_ACERTO; without its pairs */
    RespostaBloco *bloco; /* what entrada points into; NULL: the client has it */
    bool arrendar;        /* tell the database that a lease is wanted */
    void (*fn)(struct CacheConsulta *c); /* decided later */
    void *arg;

    TAILQ_ENTRY(CacheConsulta) fila;
    struct CacheFila *onde;
    CacheLugar lugar;
    struct CacheVoo *voo;
    struct CacheSessao *sessao;
    struct CacheRegistro *registro; /* what this worker knows of the entry */
    unsigned char chave[CACHE_CHAVE_BYTES];
    bool tem_chave;
    bool so_carimbos; /* the entry is at hand: only its stamps are asked for */
    int indice;       /* of its key in the trip; -1: none */
    int voltas;       /* trips made */
    int esperas;      /* flights waited for */
} CacheConsulta;

/* In the parent, before the fork; and in a worker, after redis_iniciar(). */
extern bool cache_preparar(void);
extern void cache_iniciar(void);

/* Every 500 ms. */
extern void cache_tique(void);

/*
 * May the cache answer for this session? In three steps, each only after the one
 * before said true. Where one says false, c->desfecho says what to do.
 *
 *   cache_comecar    the session is known
 *   cache_lembrar    the key is known of the same request text (false: go on with
 *   cache_chavear    the key of crm.api_<funcao>(args), fields in the order of
 *                    their names; texto NULL, or remembered)
 *   cache_pedir      c->fn(c) will be called, never from in here, unless c is
 *                    given up first
 */
extern bool cache_comecar(CacheConsulta *c, const char *sid);
extern bool cache_lembrar(CacheConsulta *c, const char *texto);
extern bool cache_chavear(CacheConsulta *c, const char *funcao,
                          const char *args, const char *texto);
extern bool cache_pedir(CacheConsulta *c, struct http_request *req);

/*
 * After CACHE_FALTA: true, the asker goes to the database, and those that want
 * the same wait for it; cache_pousar() or cache_abandonar() ends that. False:
 * somebody is on the way already, c->fn(c) will be called.
 */
extern bool cache_voar(CacheConsulta *c);

/* What the database has answered. */
typedef struct CacheResposta
{
    const char *sid;
    const char *papel;
    const char *funcao;
    const char *args;
    const json_t *concessao; /* what it says about keeping that, or NULL */
    int status;
    const char *corpo;
    size_t n;
    const char *versao; /* of the record; this and the headers: "" = none */
    const char *link;
    const char *total;
} CacheResposta;

/*
 * Keeps the answer when it may, then lets those go on who wait for it. True: it
 * is in c->entrada and c->bloco, as a hit would find it.
 */
extern bool cache_encher(CacheConsulta *c, const CacheResposta *r);

/* No answer came that could be kept. */
extern void cache_pousar(CacheConsulta *c);

/* After CACHE_AMOSTRA: what the database says. At a difference that no write
 * explains, nothing is served from this epoch any more; an estimate is none. Of r,
 * headers and papel are not looked at. */
extern void cache_conferir(CacheConsulta *c, const CacheResposta *r);

/* What became of it in the end, into the metrics. */
extern void cache_contar(const CacheConsulta *c);

/* Role of the session of a hit. */
extern const char *cache_papel(const CacheConsulta *c);

/* Gives back everything that c holds; nobody calls back any more. */
extern void cache_abandonar(CacheConsulta *c);

/* What a light call of the database says: {"prefixo": "crm:<installation>:",
 * "epoca": "<decimal>"}, or less. */
extern void cache_apresentar(const json_t *cache);

/* The prefix of this installation's keys is known. */
extern bool cache_apresentado(void);

/* "desligado", "fora" (no Redis, or nothing known yet), "fechado" (no fence),
 * "suspenso" (a sample differed), "aberto". */
extern const char *cache_estado(void);

#endif
