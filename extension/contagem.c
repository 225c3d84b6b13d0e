/*
 * contagem.c: counts that are kept instead of counted (crm.contagens): counting
 * again, and comparing.
 *
 * They are kept by contagem_gatilho.c, which reads what statements changed, and
 * by the distribution, which closes and opens thousands of rows at once and
 * tells what it wrote (contagem.h) instead of having it read back: what a
 * client's old holder loses and the new one gains is one difference.
 * contagem_dobra.c folds the differences. crm.recontar() takes its lock before
 * those on the tables.
 */
#include "crm.h"

#include "access/xact.h"
#include "funcapi.h"
#include "utils/tuplestore.h"

#include "transicao.h"
#include "trava.h"

static int64 recontar(void);

/*
 * crm.recontar() returns bigint
 *
 * Counts everything again (view crm.contagens_reais). Writers of clientes and
 * cliente_vendedor wait until the transaction ends. Returns the number of keys.
 *
 * Errors: 25001 in a transaction whose snapshot may miss committed rows.
 */
PG_FUNCTION_INFO_V1(crm_recontar);
Datum
crm_recontar(PG_FUNCTION_ARGS)
{
    PG_RETURN_INT64(recontar());
}

/*
 * crm.contagens_fuso() returns trigger
 *
 * The business time zone changed, and with it the days of recoveries.
 *
 * Errors: 25001 as crm.recontar().
 */
PG_FUNCTION_INFO_V1(crm_contagens_fuso);
Datum
crm_contagens_fuso(PG_FUNCTION_ARGS)
{
    (void)transicao_gatilho(fcinfo);
    recontar();
    return PointerGetDatum(NULL);
}

/*
 * crm.contagens_verificar() returns setof (escopo, vendedor_id, dia, estado,
 *                                          qtd, qtd_real, valor, valor_real)
 *
 * The keys whose kept count differs from the counted one; none when right.
 */
PG_FUNCTION_INFO_V1(crm_contagens_verificar);
Datum
crm_contagens_verificar(PG_FUNCTION_ARGS)
{
    ReturnSetInfo *rsinfo = (ReturnSetInfo *)fcinfo->resultinfo;
    Sistema salvo;

    InitMaterializedSRF(fcinfo, 0);
    sistema_entrar(&salvo);
    SPI_connect();
    if (SPI_execute("SELECT escopo, vendedor_id, dia, estado,"
                    " coalesce(c.qtd, 0), coalesce(r.qtd, 0),"
                    " coalesce(c.valor, 0), coalesce(r.valor, 0)"
                    " FROM (SELECT escopo, vendedor_id, dia, estado,"
                    "   sum(qtd)::bigint AS qtd, sum(valor) AS valor"
                    "   FROM crm.contagens GROUP BY 1, 2, 3, 4) c"
                    " FULL JOIN crm.contagens_reais r"
                    "   USING (escopo, vendedor_id, dia, estado)"
                    " WHERE coalesce(c.qtd, 0) <> coalesce(r.qtd, 0)"
                    "   OR coalesce(c.valor, 0) <> coalesce(r.valor, 0)"
                    " ORDER BY 1, 2, 3, 4",
                    false, 0) != SPI_OK_SELECT)
        elog(ERROR, "could not compare the counters");
    for (uint64 i = 0; i < SPI_processed; i++)
        tuplestore_puttuple(rsinfo->setResult, SPI_tuptable->vals[i]);
    SPI_finish();
    sistema_sair(&salvo);
    return (Datum)0;
}

static int64
recontar(void)
{
    static const char *const passos[] = {
        "LOCK TABLE crm.clientes, crm.cliente_vendedor IN SHARE MODE",
        "DELETE FROM crm.contagens",
        "INSERT INTO crm.contagens"
        " (escopo, vendedor_id, dia, estado, qtd, valor, consolidada)"
        " SELECT escopo, vendedor_id, dia, estado, qtd, valor, true"
        " FROM crm.contagens_reais",
    };
    int64 chaves = 0;
    Sistema salvo;

    if (IsolationUsesXactSnapshot())
        ereport(ERROR, (errcode(ERRCODE_ACTIVE_SQL_TRANSACTION),
                        errmsg("cannot count again under this isolation level"),
                        errhint("Use READ COMMITTED.")));

    (void)trava_pegar(TRAVA_CONTAGENS, 0, true);
    sistema_entrar(&salvo);
    SPI_connect();
    for (int i = 0; i < lengthof(passos); i++)
    {
        if (SPI_execute(passos[i], false, 0) < 0)
            elog(ERROR, "could not count again");
        chaves = (int64)SPI_processed;
    }
    SPI_finish();
    sistema_sair(&salvo);
    return chaves;
}
