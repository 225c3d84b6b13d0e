/*
 * numeros.h: numbers out of the rows that SPI read, and into arrays for it.
 */
#ifndef CRM_NUMEROS_H
#define CRM_NUMEROS_H

#include "crm.h"

/* Of the rows just read by SPI, the first is 0, columns count from 1; 0 for NULL. */
extern int64 campo_int8(uint64 linha, int coluna);

/* bigint[] and timestamptz[] in the present context. */
extern Datum int8_array(const int64 *valores, int64 n);
extern Datum instante_array(const TimestampTz *valores, int64 n);

/* For qsort and bsearch of int64. */
extern int por_int8(const void *a, const void *b);

#endif
