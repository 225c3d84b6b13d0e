/*
 * compressao.h: bodies made smaller, and large again. Pure.
 */
#ifndef CRM_COMPRESSAO_H
#define CRM_COMPRESSAO_H

#include <stddef.h>

enum
{
    COMPRIMIR_MIN = 1024 /* bytes; below it the head costs more */
};

/* Fast levels: the worker does nothing else meanwhile (500 kB in 3 ms).
 * malloc'ed; NULL without memory. */
extern void *brotli_comprimir(const void *dados, size_t n, size_t *saida_n);
extern void *gzip_comprimir(const void *dados, size_t n, size_t *saida_n);

/* Exactly n bytes come out of it, else NULL. malloc'ed. */
extern void *brotli_expandir(const void *dados, size_t dados_n, size_t n);

#endif
