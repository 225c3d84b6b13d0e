/*
 * sistema.c: run SQL as the owner of the tables.
 *
 * The typed functions of the product decide themselves who may call them; what
 * they then do must not be narrowed by the caller's row-level security.
 */
#include "crm.h"

#include "catalog/namespace.h"
#include "miscadmin.h"
#include "utils/acl.h"

void
sistema_entrar(Sistema *salvo)
{
    OverrideSearchPath caminho = {
        .schemas = list_make1_oid(get_namespace_oid("crm", false)),
        .addCatalog = true,
        .addTemp = false,
    };

    /* Copied by the callee; an abort pops it. */
    PushOverrideSearchPath(&caminho);
    list_free(caminho.schemas);

    GetUserIdAndSecContext(&salvo->usuario, &salvo->contexto);
    SetUserIdAndSecContext(get_role_oid("crm_owner", false),
                           salvo->contexto | SECURITY_LOCAL_USERID_CHANGE |
                               SECURITY_NOFORCE_RLS);
}

void
sistema_sair(const Sistema *salvo)
{
    SetUserIdAndSecContext(salvo->usuario, salvo->contexto);
    PopOverrideSearchPath();
}

bool
sistema_ativo(void)
{
    Oid usuario;
    int contexto;

    GetUserIdAndSecContext(&usuario, &contexto);
    return (contexto & SECURITY_NOFORCE_RLS) != 0 &&
           usuario == get_role_oid("crm_owner", true);
}
