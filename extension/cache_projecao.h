/*
 * cache_projecao.h: rows of one table that tell on answers about others.
 */
#ifndef CRM_CACHE_PROJECAO_H
#define CRM_CACHE_PROJECAO_H

#include "crm.h"

typedef enum ProjecaoFonte
{
    PROJECAO_CLIENTE,
    PROJECAO_PEDIDO,
    PROJECAO_ATRIBUICAO,
    PROJECAO_BUSCA
} ProjecaoFonte;

/* Columns of crm.clientes_busca that a search finds clients by. */
enum
{
    BUSCA_PALAVRAS,
    BUSCA_CIDADE,
    BUSCA_UF,
    BUSCA_CELULAR,
    BUSCA_EMAIL,
    BUSCA_CLIENTE, /* whose row it is */
    PROJECAO_BUSCA_N
};

extern void projecao_init(void);
/* This transaction wrote a row of that client. */
extern void projecao_anotar(ProjecaoFonte fonte, int64 cliente_id);
/* ... of more clients than are looked at. */
extern void projecao_muitas(ProjecaoFonte fonte);
/* The client's last purchase is, or was, of these days (slot of a tag). */
extern void projecao_compra(int64 cliente_id, uint32 slot);
/* The tags of a row of crm.clientes_busca. */
extern void projecao_marcar_busca(const Datum *valores, const bool *nulos);

#endif
