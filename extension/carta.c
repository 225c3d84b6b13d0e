/*
 * carta.c: clients that change hands in a run of the distribution.
 */
#include "carta.h"

#include "numeros.h"

void
carta_somar(Cartas *cartas, const Carta *nova)
{
    if (cartas->n == cartas->espaco)
    {
        cartas->espaco = Max(64, cartas->espaco * 2);
        cartas->c = cartas->c ? repalloc_huge(cartas->c, cartas->espaco *
                                                             sizeof(Carta))
                              : MemoryContextAllocHuge(
                                    CurrentMemoryContext,
                                    cartas->espaco * sizeof(Carta));
    }
    cartas->c[cartas->n++] = *nova;
}

void
cartas_ler(Cartas *cartas, Motivo motivo)
{
    for (uint64 i = 0; i < SPI_processed; i++)
    {
        bool nulo;
        Datum compra = SPI_getbinval(SPI_tuptable->vals[i],
                                     SPI_tuptable->tupdesc, 4, &nulo);
        Carta c = {.atribuicao = campo_int8(i, 1),
                   .cliente = campo_int8(i, 2),
                   .de = campo_int8(i, 3),
                   .centavos = campo_int8(i, 5),
                   .motivo = motivo};

        c.compra = nulo ? DATEVAL_NOBEGIN : DatumGetDateADT(compra);
        carta_somar(cartas, &c);
    }
    SPI_freetuptable(SPI_tuptable);
}

/* Oldest purchase first, then the larger value, then id. */
int
carta_por_urgencia(const void *a, const void *b)
{
    const Carta *x = a;
    const Carta *y = b;

    if (x->compra != y->compra)
        return x->compra < y->compra ? -1 : 1;
    if (x->centavos != y->centavos)
        return x->centavos > y->centavos ? -1 : 1;
    return (x->cliente > y->cliente) - (x->cliente < y->cliente);
}

int
carta_por_vendedor(const void *a, const void *b)
{
    return por_int8(&((const Carta *)a)->de, &((const Carta *)b)->de);
}

int
carta_por_cliente(const void *a, const void *b)
{
    return por_int8(&((const Carta *)a)->cliente, &((const Carta *)b)->cliente);
}
