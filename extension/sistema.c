/*
 * sistema.c: run SQL as the owner of the tables.
 *
 * The typed functions of the product decide themselves who may call them; what
 * they then do must not be narrowed by the caller's row-level security.
 */
#include "crm.h"

#include "miscadmin.h"
#include "utils/acl.h"

void
sistema_entrar(Sistema *salvo)
{
    GetUserIdAndSecContext(&salvo->usuario, &salvo->contexto);
    SetUserIdAndSecContext(get_role_oid("crm_owner", false),
                           salvo->contexto | SECURITY_LOCAL_USERID_CHANGE |
                               SECURITY_NOFORCE_RLS);
}

void
sistema_sair(const Sistema *salvo)
{
    SetUserIdAndSecContext(salvo->usuario, salvo->contexto);
}
