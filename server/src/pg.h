/*
 * pg.h: calls of crm.atender() over libpq pipelines, never blocking.
 */
#ifndef CRM_PG_H
#define CRM_PG_H

#include <stdbool.h>
#include <stddef.h>

/* Each class has its own connections: a heavy call never delays a light one. */
typedef enum PgClasse
{
    PG_LEVE,
    PG_PESADA, /* login, redistribution, lists of all clients */
    PG_BUSCA,  /* searches: short limit, cancelled when nobody waits any more */
    PG_EXPORTACAO, /* files made while their client waits; cancelled likewise */
    PG_DOWNLOAD,   /* parts of files that are made */
    PG_CLASSES
} PgClasse;

enum
{
    /* funcao, sessao, endereco, requisicao, agente, chave, args, cache */
    PG_ARGS = 6,
    PG_CACHE = 7, /* "true": the answer is to be kept; NULL = "false" */
    PG_PARAMETROS = 8,
    PG_CAMPOS_MAX = 8
};

/*
 * ok: the call returned rows and is committed; campos holds the first row as
 * text (NULL = SQL NULL). !ok: sqlstate says why. "08006": the connection was
 * lost or the time was up, whether a write happened is unknown. "08001": it was
 * never sent, nothing happened. "57014": ended by statement_timeout. "53300": a
 * search or an export waited too long for a connection.
 */
typedef struct PgResposta
{
    bool ok;
    char sqlstate[6];
    const char *campos[PG_CAMPOS_MAX];
    int tamanhos[PG_CAMPOS_MAX];
    int ncampos;
    int nlinhas;
} PgResposta;

/* Called exactly once per accepted call unless abandoned; r lives during it. */
typedef void (*PgRetorno)(void *arg, const PgResposta *r);

/* In a worker: starts connecting. */
void pg_iniciar(void);

/*
 * SELECT * FROM crm.atender($1::text, $2::uuid, $3::text, $4::text, $5::text,
 * $6::text, $7::jsonb, cache => $8); NULL = SQL NULL; params are copied.
 *
 * Returns false when no connection of the class is up or its queue is full:
 * answer 503 with Retry-After. fn is then not called. fn is never called from
 * inside pg_atender.
 */
bool pg_atender(PgClasse classe, const char *const params[PG_PARAMETROS],
                PgRetorno fn, void *arg);

/*
 * A file as parameter arquivo: n bytes at dados, or of the file fd when dados is
 * NULL. Not copied: the bytes stay until fn is called or the call is abandoned.
 */
typedef struct PgArquivo
{
    const void *dados;
    int fd;
    size_t n;
} PgArquivo;

/* As pg_atender with a file, which is never kept. */
bool pg_atender_arquivo(PgClasse classe,
                        const char *const params[PG_PARAMETROS],
                        const PgArquivo *arquivo, PgRetorno fn, void *arg);

/*
 * The request of arg is gone: its fn will not be called. A call not yet sent is
 * dropped. A search or an export under way is cancelled in the database, and its
 * connection gets nothing new until the cancel was answered too, so that it never hits
 * another statement; any other call finishes.
 */
void pg_abandonar(void *arg);

/* fn is called whenever a light connection is made, and may use it. */
void pg_ao_ligar(void (*fn)(void));

/* At least one light connection is up. */
bool pg_pronto(void);
/* Jobs waiting or in flight. */
int pg_em_curso(void);
/* Grows whenever a connection was made: the server may be another one. */
unsigned pg_geracao(void);
/* 500 ms tick: time limits, reconnection. */
void pg_tique(void);

#endif
