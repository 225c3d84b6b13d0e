/*
 * sessao.h: sessions of the front and their end.
 */
#ifndef CRM_SESSAO_H
#define CRM_SESSAO_H

#include "crm.h"

/*
 * Ends the live sessions of a user, but exceto (NULL: all); tells the front of
 * each. motivo is one of crm.sessoes.motivo_fim. Returns how many.
 */
extern int64 sessoes_encerrar(int64 usuario_id, const char *motivo,
                              const pg_uuid_t *exceto);

#endif
