/*
 * numeros.c: numbers out of the rows that SPI read, and into arrays for it.
 */
#include "numeros.h"

#include "catalog/pg_type.h"
#include "utils/array.h"

static Datum vetor(const int64 *valores, int64 n, Oid tipo);

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

int
por_int8(const void *a, const void *b)
{
    int64 x = *(const int64 *)a;
    int64 y = *(const int64 *)b;

    return (x > y) - (x < y);
}
