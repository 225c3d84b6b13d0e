/*
 * identidade.h: the side of identidade.c that only crm.atender() uses.
 */
#ifndef CRM_IDENTIDADE_H
#define CRM_IDENTIDADE_H

#include "crm.h"

extern void identidade_init(void);

/*
 * Who acts until the transaction (or the present subtransaction, when that is
 * rolled back) ends. The caller has verified the session.
 */
extern void identidade_definir_web(const Identidade *nova);
extern void identidade_esquecer(void);
/* Tells the rights of the present papel from others. */
extern uint64 identidade_direitos_hash(void);
/* Who acts is again the one of the database role. */
extern void identidade_deixar_web(void);

#endif
