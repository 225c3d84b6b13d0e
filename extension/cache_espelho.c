/*
 * cache_espelho.c: both sides of the cache for who wonders, and for tests: slots a
 * transaction would mark, groups an answer depends on. No Redis is asked.
 */
#include "cache_dependencia.h"

#include "catalog/pg_type.h"
#include "lib/stringinfo.h"
#include "parser/parse_func.h"
#include "utils/array.h"
#include "utils/fmgrprotos.h"
#include "utils/timestamp.h"

#include "cache_estado.h"
#include "identidade.h"

static void papel_ler(Identidade *quem);

/*
 * crm.cache_colhidos() returns integer[]
 *
 * The slots that this transaction would mark if it ended now. Superusers only.
 */
PG_FUNCTION_INFO_V1(crm_cache_colhidos);
Datum
crm_cache_colhidos(PG_FUNCTION_ARGS)
{
    const uint32 *slots;
    Datum *valores;
    int n;

    cache_projetar();
    slots = coleta_slots(&n);
    valores = palloc(sizeof(Datum) * (n + 1));
    for (int i = 0; i < n; i++)
        valores[i] = Int32GetDatum((int32)slots[i]);
    PG_RETURN_ARRAYTYPE_P(construct_array(valores, n, INT4OID, sizeof(int32), true,
                                          TYPALIGN_INT));
}

static void
papel_ler(Identidade *quem)
{
    const Oid tipos[] = {INT8OID};
    Datum args[] = {Int64GetDatum(quem->usuario_id)};

    SPI_connect();
    if (SPI_execute_with_args("SELECT papel FROM crm.usuarios WHERE id = $1", 1,
                              (Oid *)tipos, args, NULL, true, 1) !=
            SPI_OK_SELECT ||
        SPI_processed != 1)
        ereport(ERROR, (errcode(ERRCODE_NO_DATA_FOUND),
                        errmsg("user does not exist")));
    strlcpy(quem->papel,
            SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1),
            sizeof(quem->papel));
    SPI_finish();
}

/*
 * crm.cache_grupos(funcao text, usuario_id bigint, args jsonb) returns jsonb
 *
 * {"classe", "grupos": [[slot, …], …], "ate"} of a request of that user, without
 * stamps; NULL: it is not kept. Superusers only.
 */
PG_FUNCTION_INFO_V1(crm_cache_grupos);
Datum
crm_cache_grupos(PG_FUNCTION_ARGS)
{
    char *funcao = text_to_cstring(PG_GETARG_TEXT_PP(0));
    Arrendamento a = {.dependencia = dependencia_de(funcao)};
    Identidade quem = {.usuario_id = PG_GETARG_INT64(1)};
    StringInfoData s;
    TimestampTz ate;
    Oid api;

    if (a.dependencia == NULL)
        PG_RETURN_NULL();
    papel_ler(&quem);
    identidade_definir_web(&quem);
    api = LookupFuncName(list_make2(makeString("crm"),
                                    makeString(psprintf("api_%s", funcao))),
                         1, (Oid[]){JSONBOID}, false);
    ate = DT_NOEND;
    if (!arrendamento_grupos(&a, api, PG_GETARG_JSONB_P(2)) ||
        (a.dependencia->ate != NULL && (ate = a.dependencia->ate()) == 0))
    {
        identidade_deixar_web();
        PG_RETURN_NULL();
    }
    arrendamento_classe(a.classe, false);
    identidade_deixar_web();
    initStringInfo(&s);
    appendStringInfo(&s, "{\"classe\":\"%s\",\"ate\":", a.classe);
    if (ate == DT_NOEND)
        appendStringInfoString(&s, "null");
    else
        appendStringInfo(&s, INT64_FORMAT, arrendamento_ms(ate));
    appendStringInfoString(&s, ",\"grupos\":[");
    for (int i = 0; i < a.grupos.n; i++)
    {
        appendStringInfoString(&s, i > 0 ? ",[" : "[");
        for (int k = 0; k < a.grupos.g[i].n; k++)
            appendStringInfo(&s, "%s%u", k > 0 ? "," : "",
                             a.grupos.g[i].slot[k]);
        appendStringInfoChar(&s, ']');
    }
    appendStringInfoString(&s, "]}");
    PG_RETURN_DATUM(DirectFunctionCall1(jsonb_in, CStringGetDatum(s.data)));
}
