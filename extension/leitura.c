/*
 * leitura.c: entry of the reading endpoints.
 *
 * crm.api_x(jsonb) runs crm.ler_x(jsonb) as the owner of the tables. The body
 * says itself, first, who may read what; row-level security, which binds direct
 * SQL callers, would hide from a vendedor the clients they just recovered and
 * keep the planner from indexes on columns whose operators are not leakproof.
 * crm.ler_* are executable by nobody else.
 *
 * Their statements are written for one plan whatever the values (index ranges
 * and LIMIT), so they are planned once per backend: planning again for each
 * call, which PostgreSQL prefers when the values look selective, costs more
 * than running them.
 */
#include "crm.h"

#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "nodes/makefuncs.h"
#include "parser/parse_func.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"

#include "esquema.h"

static const char prefixo_api[] = "api_";

/*
 * crm.api_<x>(args jsonb) returns json
 *
 * Errors: CR422 of crm.esquema_<x>(); those of crm.ler_<x>(jsonb).
 */
PG_FUNCTION_INFO_V1(crm_api_leitura);
Datum
crm_api_leitura(PG_FUNCTION_ARGS)
{
    FmgrInfo *corpo = fcinfo->flinfo->fn_extra;
    Datum args;
    Datum resposta;
    int nivel;
    Sistema salvo;

    if (corpo == NULL)
    {
        char *nome = get_func_name(fcinfo->flinfo->fn_oid);
        Oid tipos[1] = {JSONBOID};

        if (nome == NULL || strncmp(nome, prefixo_api, strlen(prefixo_api)) != 0)
            elog(ERROR, "crm_api_leitura serves functions named api_* only");
        nome = psprintf("ler_%s", nome + strlen(prefixo_api));
        corpo = MemoryContextAlloc(fcinfo->flinfo->fn_mcxt, sizeof(FmgrInfo));
        fmgr_info_cxt(LookupFuncName(list_make2(makeString("crm"), makeString(nome)),
                                     1, tipos, false),
                      corpo, fcinfo->flinfo->fn_mcxt);
        fcinfo->flinfo->fn_extra = corpo;
    }

    args = esquema_exigir(fcinfo->flinfo->fn_oid, PG_GETARG_DATUM(0));
    sistema_entrar(&salvo);
    nivel = NewGUCNestLevel();
    (void)set_config_option("plan_cache_mode", "force_generic_plan",
                            PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true,
                            0, false);
    resposta = FunctionCall1(corpo, args);
    AtEOXact_GUC(true, nivel);
    sistema_sair(&salvo);
    PG_RETURN_DATUM(resposta);
}
