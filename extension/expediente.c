/*
 * expediente.c: working hours, holidays and leave of the sellers (SPEC DIST-9,
 * DIST-10).
 *
 * What the tables jornadas, feriados and ausencias say of a seller at an instant
 * is computed by crm.expediente_calcular() and kept in vendedores.expediente, with
 * the instant at which it can change by itself. Every run brings it up to date
 * for those whose instant is past, so that the hours of all others cost nothing;
 * who writes those tables has the sellers concerned computed again.
 */
#include "expediente.h"

#include "catalog/pg_type.h"
#include "utils/timestamp.h"

#include "carta.h"
#include "numeros.h"
#include "redistribuicao.h"

/* $1: who, NULL: whose instant is past; $2: now. */
static const char atualizar_sql[] =
    "WITH c AS MATERIALIZED ("
    " SELECT v.id, v.expediente AS antes, x.situacao, x.ate"
    "   FROM crm.vendedores v,"
    "        LATERAL crm.expediente_calcular(v.id, $2) x"
    "  WHERE CASE WHEN $1 IS NULL THEN v.expediente_ate <= $2"
    "             ELSE v.id = ANY ($1) END"
    "    AND (v.expediente <> x.situacao"
    "         OR v.expediente_ate IS DISTINCT FROM x.ate)"
    "  ORDER BY v.id FOR NO KEY UPDATE OF v),"
    " mudado AS ("
    " UPDATE crm.vendedores v"
    "    SET expediente = c.situacao, expediente_ate = c.ate"
    "   FROM c WHERE v.id = c.id AND c.antes <> c.situacao"
    " RETURNING v.id),"
    " adiado AS ("
    " UPDATE crm.vendedores v SET expediente_ate = c.ate"
    "   FROM c WHERE v.id = c.id AND c.antes = c.situacao)"
    "SELECT id FROM mudado";

static int64 atualizar(Datum quem, bool todos);
static bool ha(SPIPlanPtr *guardado, const char *sql);

/*
 * crm.expediente_rever(vendedor_ids bigint[]) returns bigint
 *
 * The hours of these sellers (NULL: of all) were changed: computes them again
 * and deals anew. Returns lotes.id; NULL when nothing had to be dealt. For the
 * functions that write the tables; they have judged the caller.
 */
PG_FUNCTION_INFO_V1(crm_expediente_rever);
Datum
crm_expediente_rever(PG_FUNCTION_ARGS)
{
    static SPIPlanPtr guardado = NULL;
    bool todos = PG_ARGISNULL(0);
    Datum quem = todos ? (Datum)0 : PG_GETARG_DATUM(0);
    int64 lote;
    Sistema salvo;

    distribuicao_travar();
    sistema_entrar(&salvo);
    SPI_connect();
    auditoria_suspender(true);
    if (todos)
    {
        SPI_execute_plan(plano(&guardado,
                               "SELECT coalesce(array_agg(id), '{}')"
                               "  FROM crm.vendedores",
                               0, NULL),
                         NULL, NULL, false, 1);
        quem = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1,
                             &todos);
    }
    atualizar(quem, false);
    auditoria_suspender(false);
    SPI_finish();
    sistema_sair(&salvo);

    lote = distribuir("jornada", DISTRIBUIR_DIFERENCA, true);
    if (lote == 0)
        PG_RETURN_NULL();
    PG_RETURN_INT64(lote);
}

int64
expediente_atualizar(void)
{
    static SPIPlanPtr guardado = NULL;

    return ha(&guardado,
              "SELECT 1 FROM crm.vendedores WHERE expediente_ate <= $1 LIMIT 1")
               ? atualizar((Datum)0, true)
               : 0;
}

int64
expediente_cuidar(void)
{
    static SPIPlanPtr vencido = NULL;
    static SPIPlanPtr reserva = NULL;
    static SPIPlanPtr esquecer = NULL;
    static const Oid tipos[] = {TIMESTAMPTZOID};
    Datum agora = TimestampTzGetDatum(tempo_agora());
    bool hora;
    bool fim;
    int64 lote;
    Sistema salvo;

    sistema_entrar(&salvo);
    SPI_connect();
    hora = ha(&vencido, "SELECT 1 FROM crm.vendedores"
                        " WHERE expediente_ate <= $1 LIMIT 1");
    fim = ha(&reserva, "SELECT 1 FROM crm.vendedores"
                       " WHERE reserva_ate <= $1 LIMIT 1");
    SPI_finish();
    sistema_sair(&salvo);
    if (!hora && !fim)
        return 0;

    lote = distribuir(fim ? "reserva" : "jornada", DISTRIBUIR_DIFERENCA, true);
    if (fim)
    {
        /* Of who held nothing any more no run takes notice. */
        sistema_entrar(&salvo);
        SPI_connect();
        auditoria_suspender(true);
        SPI_execute_plan(plano(&esquecer,
                               "UPDATE crm.vendedores SET reserva_ate = NULL"
                               " WHERE reserva_ate <= $1",
                               lengthof(tipos), tipos),
                         &agora, NULL, false, 0);
        auditoria_suspender(false);
        SPI_finish();
        sistema_sair(&salvo);
    }
    return lote;
}

/* Returns for how many it is another than before. */
static int64
atualizar(Datum quem, bool todos)
{
    static SPIPlanPtr guardado = NULL;
    static const Oid tipos[] = {INT8ARRAYOID, TIMESTAMPTZOID};
    Datum valores[] = {quem, TimestampTzGetDatum(tempo_agora())};
    int64 n;

    SPI_execute_plan(plano(&guardado, atualizar_sql, lengthof(tipos), tipos),
                     valores, todos ? "n " : NULL, false, 0);
    n = (int64)SPI_processed;
    if (n > 0)
    {
        char *dados = n == 1 ? psprintf("{\"vendedor_id\":" INT64_FORMAT "}",
                                        campo_int8(0, 1))
                             : psprintf("{\"quantidade\":" INT64_FORMAT "}", n);

        evento_emitir("expediente_mudou", NULL, -1, dados);
        pfree(dados);
    }
    SPI_freetuptable(SPI_tuptable);
    return n;
}

static bool
ha(SPIPlanPtr *guardado, const char *sql)
{
    static const Oid tipos[] = {TIMESTAMPTZOID};
    Datum agora = TimestampTzGetDatum(tempo_agora());
    bool sim;

    SPI_execute_plan(plano(guardado, sql, lengthof(tipos), tipos), &agora, NULL,
                     false, 1);
    sim = SPI_processed > 0;
    SPI_freetuptable(SPI_tuptable);
    return sim;
}
