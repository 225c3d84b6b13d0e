/*
 * pesquisa_chaves.h: filling the side table of the search in bulk, and the
 * parts of words.
 */
#ifndef CRM_PESQUISA_CHAVES_H
#define CRM_PESQUISA_CHAVES_H

#include "crm.h"

/* Inside SPI_connect and sistema_entrar: rows of crm.clientes that were written
 * without their triggers, by id; or all of them, with the indexes built anew. */
extern void busca_incluir_faixa(int64 de, int64 ate);
extern int64 busca_reconstruir(void);

/*
 * Pairs of neighbouring characters of a word of n bytes, "^" before and "$"
 * behind it. area has BUSCA_TRECHOS_AREA(n) bytes, the arrays n + 1 places.
 */
#define BUSCA_TRECHOS_AREA(n) (2 * (n) + 2)
extern int busca_trechos(const char *palavra, int n, char *area, char **trechos,
                         int *tamanhos);

#endif
