/*
 * rodada_plano.c: who gets which client in a run of the distribution.
 */
#include "rodada.h"

#include "miscadmin.h"

static void dispensar(Cartas *cartas, int64 ficam);

void
rodada_planejar(Rodada *r)
{
    int *trabalho = palloc((r->n + 1) * sizeof(int));

    CHECK_FOR_INTERRUPTS();
    rodizio_planejar(r->vendedores, r->n, r->forcados, r->livres.n, trabalho,
                     &r->plano);
    pfree(trabalho);
}

/* Says for every card who gets it. */
void
rodada_repartir(Rodada *r)
{
    int64 novas;
    int64 trocas;
    int64 n;
    int64 *quota;
    Carta **mesa;
    int *dono;
    int *trabalho;

    qsort(r->livres.c, r->livres.n, sizeof(Carta), carta_por_urgencia);
    qsort(r->excesso.c, r->excesso.n, sizeof(Carta), carta_por_urgencia);
    novas = Min(r->plano.novas, r->livres.n);
    trocas = Min(r->plano.movimentos, r->excesso.n);
    n = novas + trocas;

    quota = palloc((r->n + 1) * sizeof(int64));
    mesa = MemoryContextAllocHuge(CurrentMemoryContext,
                                  (n + 1) * sizeof(Carta *));
    dono = MemoryContextAllocHuge(CurrentMemoryContext, (n + 1) * sizeof(int));
    trabalho =
        MemoryContextAllocHuge(CurrentMemoryContext, (n + 1) * sizeof(int));

    for (int64 i = 0, a = 0, b = 0; i < n; i++)
        mesa[i] = b == trocas || (a < novas && carta_por_urgencia(&r->livres.c[a],
                                                            &r->excesso.c[b]) < 0)
                      ? &r->livres.c[a++]
                      : &r->excesso.c[b++];

    /* Fewer cards than planned only when somebody else took them meanwhile. */
    n = 0;
    for (int i = 0; i < r->n; i++)
    {
        quota[i] = Min(Max(r->vendedores[i].alvo - r->vendedores[i].moveis, 0),
                       novas + trocas - n);
        n += quota[i];
    }

    CHECK_FOR_INTERRUPTS();
    rodizio_repartir(quota, r->n, dono, trabalho);
    for (int64 i = 0; i < n; i++)
        mesa[i]->para = r->vendedores[dono[i]].id;

    pfree(quota);
    pfree(mesa);
    pfree(dono);
    pfree(trabalho);
    dispensar(&r->livres, novas);
}

/* Forgets the cards after the first ficam of which nobody holds the client. */
static void
dispensar(Cartas *cartas, int64 ficam)
{
    int64 n = ficam;

    for (int64 i = ficam; i < cartas->n; i++)
        if (cartas->c[i].atribuicao != 0)
            cartas->c[n++] = cartas->c[i];
    cartas->n = n;
}
