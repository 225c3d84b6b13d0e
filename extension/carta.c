/*
 * carta.c: clients that change hands in a run of the distribution.
 */
#include "carta.h"

#include "catalog/pg_type.h"
#include "utils/array.h"

static Datum vetor(const int64 *valores, int64 n, Oid tipo);

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

int64
campo_int8(uint64 linha, int coluna)
{
    bool nulo;
    Datum valor = SPI_getbinval(SPI_tuptable->vals[linha],
                                SPI_tuptable->tupdesc, coluna, &nulo);

    return nulo ? 0 : DatumGetInt64(valor);
}

Datum
int8_array(const int64 *valores, int64 n)
{
    return vetor(valores, n, INT8OID);
}

Datum
instante_array(const TimestampTz *valores, int64 n)
{
    return vetor(valores, n, TIMESTAMPTZOID);
}

/* Of 8 bytes passed by value: the array is copied, the Datums are not needed. */
static Datum
vetor(const int64 *valores, int64 n, Oid tipo)
{
    Datum *itens =
        MemoryContextAllocHuge(CurrentMemoryContext, (n + 1) * sizeof(Datum));
    ArrayType *a;

    for (int64 i = 0; i < n; i++)
        itens[i] = Int64GetDatum(valores[i]);
    a = construct_array(itens, n, tipo, sizeof(int64), FLOAT8PASSBYVAL,
                        TYPALIGN_DOUBLE);
    pfree(itens);
    return PointerGetDatum(a);
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

int
por_int8(const void *a, const void *b)
{
    int64 x = *(const int64 *)a;
    int64 y = *(const int64 *)b;

    return (x > y) - (x < y);
}
