/*
 * pesquisa_argumentos.h: what a search is asked for.
 */
#ifndef CRM_PESQUISA_ARGUMENTOS_H
#define CRM_PESQUISA_ARGUMENTOS_H

#include "pesquisa.h"

/* The arguments as they came; NULL: absent. */
typedef struct Argumentos
{
    text *q;
    text *cpf;
    text *nome;
    text *cidade;
    text *celular;
    text *email;
    text *sort;
    text *cursor;
    uint32 ufs;
    uint8 status;
    uint8 situacao;
    int8 ativo;
    int idade_min; /* -1: absent */
    int idade_max;
    int page;
    int size;
} Argumentos;

/* Those of crm.pesquisar_clientes(); CR422 naming the one that is wrong. */
extern void argumentos_ler_sql(FunctionCallInfo fcinfo, Argumentos *a);
/* Those of crm.api_pesquisar_clientes(), judged and converted by its schema. */
extern void argumentos_ler_json(Jsonb *args, Argumentos *a);
/*
 * Judges the caller and turns the arguments into filters, order and page of p; *q
 * is what the box was taken for, untouched without q. CR403; CR422.
 */
extern void argumentos_preparar(const Argumentos *a, Pesquisa *p,
                                Consulta **q);

#endif
