/*
 * periodo.c: days since the last purchase, and the names of their buckets.
 *
 * The buckets keep the names of the default bounds (30, 45, 60, 90 days) when
 * the settings janela_* and periodo_perdido move them: they are identifiers.
 * A purchase dated in the future is in the first bucket, so that each cliente
 * is in exactly one (SPEC TEMPO-3).
 */
#include "crm.h"

static const char *periodo_achar(int32 dias);
static const char *situacao_achar(int32 dias);
static int32 dias_desde(DateADT data);

/*
 * crm.periodo(dias integer) returns text
 *
 * Names the bucket of a cliente who last bought so many days ago.
 *
 * Units:  dias is whole days; each bucket includes its upper bound (45 is
 *         '30-45', 46 is '45-60'); NULL is 'sem_compra'.
 * Errors: invalid_parameter_value (22023) when dias is negative.
 * Source: SPEC TEMPO-3.
 */
PG_FUNCTION_INFO_V1(crm_periodo);
Datum
crm_periodo(PG_FUNCTION_ARGS)
{
    if (PG_ARGISNULL(0))
        PG_RETURN_TEXT_P(cstring_to_text("sem_compra"));

    int32 dias = PG_GETARG_INT32(0);

    if (dias < 0)
        ereport(ERROR,
                (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                 errmsg("days since last purchase cannot be negative"),
                 errdetail("The value is %d.", dias),
                 errhint("Pass crm.hoje() - data_ultima_compra.")));

    PG_RETURN_TEXT_P(cstring_to_text(periodo_achar(dias)));
}

/*
 * crm.periodo_de(data_ultima_compra date) returns text
 *
 * The bucket today; 'sem_compra' for NULL.
 *
 * Errors: datetime_field_overflow (22008) for infinite dates.
 * Source: SPEC TEMPO-3.
 */
PG_FUNCTION_INFO_V1(crm_periodo_de);
Datum
crm_periodo_de(PG_FUNCTION_ARGS)
{
    if (PG_ARGISNULL(0))
        PG_RETURN_TEXT_P(cstring_to_text("sem_compra"));

    PG_RETURN_TEXT_P(
        cstring_to_text(periodo_achar(dias_desde(PG_GETARG_DATEADT(0)))));
}

/*
 * crm.situacao(data_ultima_compra date) returns text
 *
 * ativo, elegivel, inativo or, for NULL, sem_compra; today.
 *
 * Errors: datetime_field_overflow (22008) for infinite dates.
 * Source: SPEC TEMPO-4.
 */
PG_FUNCTION_INFO_V1(crm_situacao);
Datum
crm_situacao(PG_FUNCTION_ARGS)
{
    if (PG_ARGISNULL(0))
        PG_RETURN_TEXT_P(cstring_to_text("sem_compra"));

    PG_RETURN_TEXT_P(
        cstring_to_text(situacao_achar(dias_desde(PG_GETARG_DATEADT(0)))));
}

/*
 * crm.dias_sem_comprar(data_ultima_compra date) returns integer
 *
 * Units:  whole days to crm.hoje(); negative for a date in the future.
 * Errors: datetime_field_overflow (22008) for infinite dates.
 * Source: SPEC TEMPO-2.
 */
PG_FUNCTION_INFO_V1(crm_dias_sem_comprar);
Datum
crm_dias_sem_comprar(PG_FUNCTION_ARGS)
{
    PG_RETURN_INT32(dias_desde(PG_GETARG_DATEADT(0)));
}

static const char *
periodo_achar(int32 dias)
{
    const Janela *j = config_janela();

    if (dias < j->inicio)
        return "0-29";
    if (dias <= j->meio)
        return "30-45";
    if (dias <= j->fim)
        return "45-60";
    if (dias <= j->perdido)
        return "60-90";
    return ">90";
}

static const char *
situacao_achar(int32 dias)
{
    const Janela *j = config_janela();

    if (dias < j->inicio)
        return "ativo";
    if (dias <= j->fim)
        return "elegivel";
    return "inativo";
}

static int32
dias_desde(DateADT data)
{
    if (DATE_NOT_FINITE(data))
        ereport(ERROR, (errcode(ERRCODE_DATETIME_FIELD_OVERFLOW),
                        errmsg("cannot count days from an infinite date")));

    return (int32)(tempo_hoje() - data);
}
