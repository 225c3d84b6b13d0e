/*
 * cadastro.h: the record of a client: who may see it, what may stand in it.
 */
#ifndef CRM_CADASTRO_H
#define CRM_CADASTRO_H

#include "crm.h"

/*
 * May the caller see the client? cliente.ver_todos every one, carteira.ver_propria
 * the open assignments and the recoveries still on the board, as the policy
 * clientes_carteira. *existe tells whether there is such a client.
 */
extern bool cadastro_visivel(int64 cliente_id, bool *existe);

/*
 * CR404 cliente_inexistente for who may see all clients; CR403
 * cliente_de_outro_vendedor for a vendedor, the same words whether the client is
 * another's or nobody's; CR403 acesso_negado for everybody else.
 */
extern void cadastro_exigir_visivel(int64 cliente_id);

/*
 * A sentence why personal data is wanted in clear, cleaned; CR422 campo_invalido
 * (finalidade) when it has less than minimo characters or holds a CPF.
 */
extern char *revelacao_finalidade(const char *texto, int minimo);

/* The text in Unicode normal form C. */
extern char *cadastro_nfc(const char *texto);

#endif
