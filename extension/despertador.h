/*
 * despertador.h: the waker of the background workers.
 */
#ifndef CRM_DESPERTADOR_H
#define CRM_DESPERTADOR_H

#include "crm.h"

/* Workers that it starts when somebody asks for them. */
typedef enum Operario
{
    OPERARIO_IMPORTACOES, /* importacao_fila.c */
    OPERARIO_EXPORTACOES, /* exportacao_fila.c */
    OPERARIOS
} Operario;

extern void despertador_init(void);

/* Database that has the workers; NULL: none, the library is not preloaded. */
extern const char *despertador_banco(void);
/*
 * For a worker connected to no database, outside of a transaction: the Oid of that
 * one, invalid while it does not exist or takes no connection.
 */
extern Oid despertador_banco_oid(void);

/* The waker starts it now; nothing happens where there is no waker. */
extern void despertador_tocar(Operario qual);

#endif
