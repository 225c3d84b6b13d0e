/*
 * tempo.c: the business clock and date.
 *
 * Both stand still within a transaction, like now(). All rules ask here, never
 * current_date: the day begins at midnight of the business zone, whatever the
 * session's TimeZone (SPEC TEMPO-1).
 */
#include "crm.h"

#include "access/xact.h"
#include "miscadmin.h"
#include "pgtime.h"
#include "utils/datetime.h"
#include "utils/guc.h"
#include "utils/timestamp.h"

enum
{
    /* Ten years: far enough for any test, far from overflow. */
    DESVIO_MAX_S = 10 * 366 * 86400
};

static int relogio_desvio = 0; /* seconds */

void
tempo_init(void)
{
    DefineCustomIntVariable("crm.relogio_desvio",
                            "Shifts the business clock, for tests.", NULL,
                            &relogio_desvio, 0, -DESVIO_MAX_S, DESVIO_MAX_S,
                            PGC_SUSET, GUC_UNIT_S, NULL, NULL, NULL);
}

TimestampTz
tempo_agora(void)
{
    return GetCurrentTransactionStartTimestamp() +
           (TimestampTz)relogio_desvio * USECS_PER_SEC;
}

int
tempo_desvio(void)
{
    return relogio_desvio;
}

/* Asked once per row by views: the answer for one instant is kept. */
DateADT
tempo_hoje(void)
{
    static uint64 versao = 0;
    static TimestampTz instante;
    static DateADT dia;
    TimestampTz agora = tempo_agora();

    if (versao != config_versao() || instante != agora)
    {
        dia = tempo_dia(agora);
        instante = agora;
        versao = config_versao();
    }
    return dia;
}

DateADT
tempo_dia(TimestampTz instante)
{
    const char *nome = config_texto("fuso_horario");
    pg_tz *fuso = pg_tzset(nome);
    struct pg_tm tm;
    fsec_t fracao;
    int deslocamento;

    if (fuso == NULL)
        elog(ERROR, "time zone \"%s\" does not exist", nome);
    if (timestamp2tm(instante, &deslocamento, &tm, &fracao, NULL, fuso) != 0)
        ereport(ERROR, (errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
                        errmsg("timestamp out of range")));

    return date2j(tm.tm_year, tm.tm_mon, tm.tm_mday) - POSTGRES_EPOCH_JDATE;
}

/* When a business day begins. */
TimestampTz
tempo_inicio(DateADT dia)
{
    const char *nome = config_texto("fuso_horario");
    pg_tz *fuso = pg_tzset(nome);
    struct pg_tm tm = {0};

    if (fuso == NULL)
        elog(ERROR, "time zone \"%s\" does not exist", nome);
    j2date(dia + POSTGRES_EPOCH_JDATE, &tm.tm_year, &tm.tm_mon, &tm.tm_mday);
    tm.tm_isdst = -1;
    return (TimestampTz)dia * USECS_PER_DAY +
           (TimestampTz)DetermineTimeZoneOffset(&tm, fuso) * USECS_PER_SEC;
}

/*
 * Only what pg_timezone_names lists: pg_tzset() takes any "<x>99" for a zone,
 * days away from here.
 */
bool
tempo_fuso_existe(const char *nome)
{
    pg_tzenum *lista;
    pg_tz *fuso;
    bool existe = false;

    /* pg_tzset() copies the name into a buffer of this size. */
    if (strlen(nome) > TZ_STRLEN_MAX || pg_tzset(nome) == NULL)
        return false;
    lista = pg_tzenumerate_start();
    while (!existe && (fuso = pg_tzenumerate_next(lista)) != NULL)
        existe = pg_strcasecmp(pg_get_timezone_name(fuso), nome) == 0;
    pg_tzenumerate_end(lista);
    return existe;
}

/* crm.fuso_existe(nome text) returns boolean */
PG_FUNCTION_INFO_V1(crm_fuso_existe);
Datum
crm_fuso_existe(PG_FUNCTION_ARGS)
{
    PG_RETURN_BOOL(
        tempo_fuso_existe(text_to_cstring(PG_GETARG_TEXT_PP(0))));
}

/* crm.agora() returns timestamptz: now() plus crm.relogio_desvio. */
PG_FUNCTION_INFO_V1(crm_agora);
Datum
crm_agora(PG_FUNCTION_ARGS)
{
    PG_RETURN_TIMESTAMPTZ(tempo_agora());
}

/*
 * crm.hoje() returns date
 *
 * The current date in the business time zone (setting fuso_horario).
 *
 * Source: SPEC TEMPO-1.
 */
PG_FUNCTION_INFO_V1(crm_hoje);
Datum
crm_hoje(PG_FUNCTION_ARGS)
{
    PG_RETURN_DATEADT(tempo_hoje());
}
