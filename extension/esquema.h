/*
 * esquema.h: what crm.api_<funcao>() accepts, said once by crm.esquema_<funcao>().
 */
#ifndef CRM_ESQUEMA_H
#define CRM_ESQUEMA_H

#include "regra.h"

extern void esquema_init(void);

/*
 * args of crm.api_<funcao> (api is its oid) checked and converted, or NULL: see
 * recusa. Without crm.esquema_<funcao>() they pass as they are.
 */
extern Jsonb *esquema_aplicar(Oid api, Jsonb *args, RegraRecusa *recusa);

/*
 * The faces of api functions written in C: the same for who calls them past
 * crm.atender(), but a refusal is CR422. What esquema_aplicar() let pass last is
 * not judged again.
 */
extern Datum esquema_exigir(Oid api, Datum args);
/* Forget that: the arguments are gone. */
extern void esquema_esquecer(void);

#endif
