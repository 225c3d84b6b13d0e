/*
 * contagem_dobra.c: folding the differences of crm.contagens into one row per
 * key.
 *
 * crm.contagens_compactar() does it, or a writer that drew the lot. The lock is
 * only ever tried, never waited for.
 */
#include "crm.h"

#include "access/xact.h"
#include "catalog/pg_type.h"
#include "common/pg_prng.h"

#include "contagem_apuracao.h"
#include "trava.h"

enum
{
    /*
     * crm.tarefas() folds every half minute. Where it does not run, a writer
     * does, once in about this many differences inserted: 100 marks, which
     * share what the fold costs (some 6 us per difference). Until then readers
     * add the differences up themselves; 2,000 of them would double the cost of
     * the statistics.
     */
    COMPACTAR_A_CADA = 500,
    /* ... and then at most so many, which bounds what it pays. */
    COMPACTAR_NO_MAXIMO = 2000
};

static bool tentar_trava(void);
static int64 dobrar(int64 limite);
static int64 dobrar_linhas(int64 limite);

static bool dobrando = false;

/*
 * crm.contagens_compactar() returns bigint
 *
 * Folds the differences committed so far into one row per key. Returns how
 * many were folded; 0 without waiting when another session is at it, and in a
 * transaction whose snapshot is older than this statement.
 */
PG_FUNCTION_INFO_V1(crm_contagens_compactar);
Datum
crm_contagens_compactar(PG_FUNCTION_ARGS)
{
    int64 dobradas = 0;

    if (!IsolationUsesXactSnapshot())
    {
        Sistema salvo;

        sistema_entrar(&salvo);
        SPI_connect();
        if (tentar_trava())
            dobradas = dobrar(PG_INT64_MAX);
        SPI_finish();
        sistema_sair(&salvo);
    }
    PG_RETURN_INT64(dobradas);
}

bool
contagem_dobrando(void)
{
    return dobrando;
}

/* The lot: so many differences, so many chances to fold. */
void
contagem_sortear(int gravadas)
{
    Sistema salvo;

    if (gravadas == 0 || IsolationUsesXactSnapshot() ||
        pg_prng_uint64_range(&pg_global_prng_state, 1, COMPACTAR_A_CADA) >
            (uint64)gravadas)
        return;

    sistema_entrar(&salvo);
    SPI_connect();
    if (tentar_trava())
        dobrar(COMPACTAR_NO_MAXIMO);
    SPI_finish();
    sistema_sair(&salvo);
}

/* One folds at a time, until its transaction ends; nobody waits for it. */
static bool
tentar_trava(void)
{
    return trava_pegar(TRAVA_CONTAGENS, 0, false);
}

/*
 * Folds up to limite differences; the lock is held. A key that falls to zero
 * is dropped, so that past days leave nothing behind. Returns how many.
 */
static int64
dobrar(int64 limite)
{
    int64 dobradas = 0;

    dobrando = true;
    PG_TRY();
    {
        dobradas = dobrar_linhas(limite);
    }
    PG_FINALLY();
    {
        dobrando = false;
    }
    PG_END_TRY();
    return dobradas;
}

static int64
dobrar_linhas(int64 limite)
{
    static SPIPlanPtr guardado = NULL;
    static SPIPlanPtr limpeza = NULL;
    const Oid tipos[] = {INT8OID};
    const Oid tipos_limpeza[] = {TIDARRAYOID};
    Datum args[1] = {Int64GetDatum(limite)};
    bool nulo;
    int64 dobradas;
    Datum zeradas;

    if (SPI_execute_plan(
            plano(&guardado,
                  "WITH d AS ("
                  "  DELETE FROM crm.contagens WHERE ctid = ANY (ARRAY("
                  "    SELECT ctid FROM crm.contagens"
                  "     WHERE NOT consolidada LIMIT $1))"
                  "  RETURNING escopo, vendedor_id, dia, estado, qtd, valor),"
                  " u AS ("
                  "  INSERT INTO crm.contagens AS c (escopo, vendedor_id, dia,"
                  "    estado, qtd, valor, consolidada)"
                  "  SELECT escopo, vendedor_id, dia, estado, sum(qtd),"
                  "    sum(valor), true FROM d GROUP BY 1, 2, 3, 4"
                  "  ON CONFLICT (escopo, vendedor_id, dia, estado)"
                  "    WHERE consolidada"
                  "  DO UPDATE SET qtd = c.qtd + excluded.qtd,"
                  "    valor = c.valor + excluded.valor"
                  "  RETURNING ctid, qtd, valor)"
                  " SELECT (SELECT count(*) FROM d),"
                  "   array_agg(ctid) FILTER (WHERE qtd = 0 AND valor = 0)"
                  " FROM u",
                  1, tipos),
            args, NULL, false, 0) != SPI_OK_SELECT)
        elog(ERROR, "could not fold the counters");
    dobradas = DatumGetInt64(
        SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &nulo));
    zeradas =
        SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 2, &nulo);
    if (!nulo &&
        SPI_execute_plan(
            plano(&limpeza, "DELETE FROM crm.contagens WHERE ctid = ANY ($1)",
                  1, tipos_limpeza),
            &zeradas, NULL, false, 0) != SPI_OK_DELETE)
        elog(ERROR, "could not drop the counters at zero");
    return dobradas;
}
