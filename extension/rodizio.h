/*
 * rodizio.h: who holds how many. Pure arithmetic, no PostgreSQL.
 */
#ifndef CRM_RODIZIO_H
#define CRM_RODIZIO_H

#include <stdbool.h>
#include <stdint.h>

enum
{
    RODIZIO_PESO_MAX = 100,
    RODIZIO_SEM_LIMITE = -1
};

/*
 * A seller that takes part. The load is moveis + fixados; contacted clients do
 * not count, for they need no more work in this cycle.
 */
typedef struct RodizioVendedor
{
    int64_t id;
    int32_t peso;       /* share of the work, 1..RODIZIO_PESO_MAX */
    int64_t capacidade; /* most load, or RODIZIO_SEM_LIMITE */
    int64_t moveis;     /* open, neither contacted nor pinned, now */
    int64_t fixados;    /* open, not contacted, pinned: these stay */
    int64_t recebidos;  /* clients received over the long run */
    int64_t alvo;       /* result: moveis after the run */
} RodizioVendedor;

typedef struct RodizioPlano
{
    int64_t recebimentos; /* sum of alvo - moveis where positive */
    int64_t novas;        /* of these, clients that nobody held */
    int64_t movimentos;   /* of these, clients that change holder: the minimum */
    int64_t liberados;    /* held clients for whom there is no capacity */
} RodizioPlano;

/*
 * Fills alvo of the n sellers and *plano. forcados are clients whose holder does
 * not take part any more, livres clients without holder. trabalho: n integers.
 *
 * A target is fair when no seller that could give a client (alvo > 0) has, per
 * unit of weight, a load more than 1 above that of a seller that could take one
 * (load < capacidade). Of the fair targets that leave nobody without holder
 * while there is capacity, this is one with the fewest moves, and among its
 * equals the lower load per weight, then the seller that received less per
 * weight so far, then the smaller id gets the extra client.
 */
extern void rodizio_planejar(RodizioVendedor *v, int n, int64_t forcados,
                             int64_t livres, int *trabalho,
                             RodizioPlano *plano);

/*
 * Deals cards sorted by worth to n receivers, quota[i] of them to the i-th:
 * dono[c] is the receiver of card c. Snake-wise: forth and back in turns, so
 * that each receives a like mixture; a larger quota spreads evenly over all
 * turns. rodada: as many integers of work as there are cards, and one more.
 */
extern void rodizio_repartir(const int64_t *quota, int n, int *dono,
                             int *rodada);

#endif
