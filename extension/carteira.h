/*
 * carteira.h: the open assignment of a client, for what is done with one.
 *
 * Inside sistema_entrar() and SPI_connect().
 */
#ifndef CRM_CARTEIRA_H
#define CRM_CARTEIRA_H

#include "crm.h"

/* The open row of a client. */
typedef struct Aberta
{
    int64 id; /* 0: nobody holds the client */
    int64 vendedor_id;
    bool contatado;
    bool fixado;
} Aberta;

/* Locks the client's row until the end; false: no such client. */
extern bool carteira_travar_cliente(int64 cliente_id, bool *ativo,
                                    bool *nao_contatar);

/* The open row, locked; after carteira_travar_cliente(). */
extern Aberta carteira_achar_aberta(int64 cliente_id);

/* clientes.status, where it is another; inside SPI, the client is locked. */
extern void carteira_definir_status(int64 cliente_id, const char *status);

#endif
