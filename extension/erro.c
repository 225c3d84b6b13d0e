/*
 * erro.c: errors of class CR.
 *
 * SQLSTATE is 'CR' and the HTTP status; the front and crm.atender() read codigo
 * from the constraint-name field and campo from the column-name field.
 */
#include "crm.h"

enum
{
    STATUS_MIN = 400,
    STATUS_MAX = 599
};

void
crm_falha(int status, const char *codigo, const char *campo,
          const char *mensagem, const char *dica, const char *detalhe)
{
    if (status < STATUS_MIN || status > STATUS_MAX)
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("status must be from 400 to 599")));

    ereport(ERROR,
            (errcode(MAKE_SQLSTATE('C', 'R', '0' + status / 100,
                                   '0' + status / 10 % 10, '0' + status % 10)),
             errmsg("%s", mensagem),
             dica ? errhint("%s", dica) : 0,
             detalhe ? errdetail("%s", detalhe) : 0,
             err_generic_string(PG_DIAG_CONSTRAINT_NAME, codigo),
             campo ? err_generic_string(PG_DIAG_COLUMN_NAME, campo) : 0));
    pg_unreachable();
}

bool
crm_falha_foi(int sqlerrcode)
{
    return ERRCODE_TO_CATEGORY(sqlerrcode) ==
           MAKE_SQLSTATE('C', 'R', '0', '0', '0');
}

/*
 * crm.falha(status integer, codigo text, campo text, mensagem text, dica text,
 *           detalhe text) returns void
 *
 * Raises CR<status>; for the SQL bodies of crm.api_*.
 */
PG_FUNCTION_INFO_V1(crm_falha_sql);
Datum
crm_falha_sql(PG_FUNCTION_ARGS)
{
    char *arg[6] = {0};

    if (PG_ARGISNULL(0) || PG_ARGISNULL(1) || PG_ARGISNULL(3))
        ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
                        errmsg("status, codigo and mensagem cannot be null")));

    for (int i = 1; i < 6; i++)
        if (!PG_ARGISNULL(i))
            arg[i] = text_to_cstring(PG_GETARG_TEXT_PP(i));

    crm_falha(PG_GETARG_INT32(0), arg[1], arg[2], arg[3], arg[4], arg[5]);
}
