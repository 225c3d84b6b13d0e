/*
 * cache_dependencia.h: what an answer depends on, and until when it holds.
 */
#ifndef CRM_CACHE_DEPENDENCIA_H
#define CRM_CACHE_DEPENDENCIA_H

#include "crm.h"
#include "utils/jsonb.h"

#include "cache_condicao.h"

/* ---- cache_dependencia.c: the declarations ---- */

typedef struct Dependencia
{
    const char *funcao;
    /* False: this request's answer may not be kept. */
    bool (*grupos)(Grupos *g, Jsonb *args);
    /* The instant (business clock) from which the answer is another with nothing
     * written; NULL: the end of the day. 0: it may not be kept. */
    TimestampTz (*ate)(void);
    /* The groups are made of what is stored too: they must be the same after the
     * answer as before the lease. */
    bool conferir;
    /* JSON array of the fields that may be estimates, and then are another at every
     * look, with nothing written that matters: where the first is false. NULL: none. */
    const char *estimados;
} Dependencia;

/* NULL: its answers are never kept. */
extern const Dependencia *dependencia_de(const char *funcao);

/* ---- cache_arrendamento.c: a lease around an answer ---- */

enum
{
    CLASSE_MAX = 64 /* characters */
};

typedef struct Arrendamento
{
    const Dependencia *dependencia; /* NULL: only the session is kept */
    Grupos grupos;
    int da_funcao; /* of grupos; the rest are the session's */
    uint64 epoca;
    char classe[CLASSE_MAX];
    int dia;
    Oid api;
    Jsonb *args;
} Arrendamento;

/*
 * For crm.atender(), before anything is looked at: the session's answer to
 * funcao (its oid api, args as they came) may be kept. Identity of the transaction
 * is who has the session. NULL: nothing may be kept. What is read must come from a
 * snapshot taken after this returned.
 */
extern Arrendamento *arrendar(const char *funcao, Oid api, Jsonb *args,
                              bool trocar_senha);

/*
 * After the answer: '"cache":{…}', or NULL. boa: it is the answer of the function
 * and no refusal. limite: end of the session.
 */
extern char *arrendamento_json(Arrendamento *a, bool boa, bool trocar_senha,
                               TimestampTz limite);

/* Parts of it: the groups of the request; false: it is not kept. */
extern bool arrendamento_grupos(Arrendamento *a, Oid api, Jsonb *args);
extern void arrendamento_classe(char classe[CLASSE_MAX], bool trocar_senha);
/* Milliseconds since 1970. */
extern int64 arrendamento_ms(TimestampTz instante);

#endif
