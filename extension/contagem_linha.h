/*
 * contagem_linha.h: what a row of crm.clientes or crm.cliente_vendedor counts
 * for.
 */
#ifndef CRM_CONTAGEM_LINHA_H
#define CRM_CONTAGEM_LINHA_H

#include "contagem_apuracao.h"

enum
{
    CONTAGEM_MAX_COLUNAS = 10
};

typedef struct ContagemColuna
{
    const char *nome;
    Oid tipo;
} ContagemColuna;

/* The columns that count, in the order of the table's ContagemColuna. */
typedef struct ContagemLinha
{
    Datum valor[CONTAGEM_MAX_COLUNAS];
    bool nulo[CONTAGEM_MAX_COLUNAS];
} ContagemLinha;

typedef struct ContagemTabela
{
    const ContagemColuna *colunas;
    int n;
    /* sinal: 1 counts the row in, -1 out. */
    void (*contar)(Apuracao *a, const ContagemLinha *linha, int sinal);
} ContagemTabela;

extern const ContagemTabela contagem_clientes;
extern const ContagemTabela contagem_atribuicoes;

#endif
