/*
 * cache_ddl.c: changes of the schema, which may change any answer.
 *
 * A transaction with one is not marked: it becomes visible only after the fence
 * is gone or a new epoch has begun, and the guard looks at the database again
 * before it grants the next fence (cache_marca.c, cache_guarda.c).
 *
 * Policies, rules and triggers are in no schema; their names end in the table's,
 * quoted or not (quote_all_identifiers). Whatever has crm in its name is looked at.
 */
#include "cache.h"

#include "catalog/pg_type.h"
#include "commands/event_trigger.h"

#include "cache_estado.h"

static bool toca(const char *sql);

/*
 * crm.cache_ddl() returns event_trigger
 *
 * ddl_command_end, sql_drop and table_rewrite: is it about the schema crm, or
 * about rights?
 */
PG_FUNCTION_INFO_V1(crm_cache_ddl);
Datum
crm_cache_ddl(PG_FUNCTION_ARGS)
{
    const EventTriggerData *dados;

    if (!CALLED_AS_EVENT_TRIGGER(fcinfo))
        ereport(ERROR, (errcode(ERRCODE_E_R_I_E_EVENT_TRIGGER_PROTOCOL_VIOLATED),
                        errmsg("function can only be called as an event "
                               "trigger")));
    dados = (const EventTriggerData *)fcinfo->context;
    if (cache_estado == NULL || coleta_schema())
        PG_RETURN_NULL();

    if (strcmp(dados->event, "table_rewrite") == 0)
    {
        if (toca("SELECT relnamespace OPERATOR(pg_catalog.=)"
                 "           pg_catalog.to_regnamespace('crm')"
                 "  FROM pg_catalog.pg_class"
                 " WHERE oid OPERATOR(pg_catalog.=)"
                 "       pg_catalog.pg_event_trigger_table_rewrite_oid()"))
            coleta_mudou_schema();
    }
    else if (strcmp(dados->event, "sql_drop") == 0)
    {
        if (toca("SELECT EXISTS (SELECT"
                 "  FROM pg_catalog.pg_event_trigger_dropped_objects()"
                 " WHERE schema_name OPERATOR(pg_catalog.=) 'crm'"
                 "    OR object_identity OPERATOR(pg_catalog.~~) '%crm%')"))
            coleta_mudou_schema();
    }
    else if (toca("SELECT EXISTS (SELECT"
                  "  FROM pg_catalog.pg_event_trigger_ddl_commands()"
                  " WHERE schema_name OPERATOR(pg_catalog.=) 'crm'"
                  "    OR object_identity OPERATOR(pg_catalog.~~) '%crm%'"
                  "    OR command_tag OPERATOR(pg_catalog.=)"
                  "       ANY ('{GRANT,REVOKE}'))"))
        coleta_mudou_schema();
    PG_RETURN_NULL();
}

static bool
toca(const char *sql)
{
    bool nulo;
    bool sim;

    SPI_connect();
    if (SPI_execute(sql, true, 1) != SPI_OK_SELECT || SPI_processed != 1)
        elog(ERROR, "could not look at a change of the schema");
    sim = DatumGetBool(SPI_getbinval(SPI_tuptable->vals[0],
                                     SPI_tuptable->tupdesc, 1, &nulo));
    SPI_finish();
    return sim && !nulo;
}
