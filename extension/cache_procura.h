/*
 * cache_procura.h: rows of a table by a number in one of their columns.
 */
#ifndef CRM_CACHE_PROCURA_H
#define CRM_CACHE_PROCURA_H

#include "crm.h"

enum
{
    PROCURA_COLUNAS_MAX = 8
};

typedef struct Procura
{
    const char *tabela; /* in schema crm */
    const char *coluna; /* bigint */
    const char *indice; /* begins with it; without it the table is read as a whole */
    const char *colunas[PROCURA_COLUNAS_MAX + 1]; /* what to read; ended by NULL */
} Procura;

/* As the active snapshot shows them, without asking for rights or policies. */
extern void procurar(const Procura *p, const int64 *ids, int n, LinhaLida linha);

#endif
