/*
 * atender_pedido.h: what the files of crm.atender() share: the request, its
 * answer, refusals and stored answers.
 */
#ifndef CRM_ATENDER_PEDIDO_H
#define CRM_ATENDER_PEDIDO_H

#include "crm.h"
#include "utils/jsonb.h"

typedef struct Pedido
{
    char *funcao;
    pg_uuid_t *sessao; /* NULL: none */
    char *chave;       /* Idempotency-Key, or NULL */
    Jsonb *args;
    bytea *arquivo;    /* body of an upload, or NULL */
} Pedido;

typedef struct Resposta
{
    int status;
    char *corpo;
    char *extra;     /* of a stored answer: JSON object, or NULL */
    int tentar_em;   /* s, 0: not said */
    bool fechar;     /* the session is dead: the front forgets it */
    bool repetida;   /* the stored answer of an earlier request */
    char *cache;     /* member of extra that says what may be kept, or NULL */
} Resposta;

/* ---- atender_idempotencia.c: the answer is stored with what it answers for ---- */

/*
 * True: the key is ours, go on. False: r holds the answer. A concurrent request
 * of the same key waits here for the other one's end.
 */
extern bool idempotencia_reservar(const Pedido *p, Resposta *r);
/*
 * dito: what the function told the front (JSON object or NULL). A refusal is not
 * kept: the same key may be tried again.
 */
extern void idempotencia_guardar(const Pedido *p, const Resposta *r,
                                 const char *dito);

/* ---- atender_recusa.c: refusals ---- */

/* The caller's fault: fills r and returns true. */
extern bool recusa_traduzir(const Pedido *p, const ErrorData *erro, Resposta *r);
/* campo, dica and dados (a JSON object) may be NULL. */
extern void recusar(Resposta *r, int status, const char *codigo,
                    const char *campo, const char *mensagem, const char *dica,
                    const char *dados);
/* Who was refused what (SPEC AUDIT-1); strangers are counted by the front. */
extern void recusa_auditar(const Pedido *p, const Resposta *r);
/* Member of a JSON object; NULL when it has no such key. */
extern JsonbValue *json_valor(const char *json, const char *chave);

#endif
