/*
 * cache_procura.c: rows of a table by a number in one of their columns.
 *
 * Every commit of a change of clients looks some up: without an executor, which
 * would cost three times as much.
 */
#include "cache_procura.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/stratnum.h"
#include "access/table.h"
#include "catalog/namespace.h"
#include "catalog/pg_index.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"

static AttrNumber coluna_de(Relation relacao, const char *nome);
static Oid indice_de(Relation relacao, Oid schema, const char *nome,
                     AttrNumber coluna);

void
procurar(const Procura *p, const int64 *ids, int n, LinhaLida linha)
{
    const Oid schema = get_namespace_oid("crm", false);
    Relation relacao =
        table_open(get_relname_relid(p->tabela, schema), AccessShareLock);
    const TupleDesc forma = RelationGetDescr(relacao);
    const AttrNumber coluna = coluna_de(relacao, p->coluna);
    const Oid indice = indice_de(relacao, schema, p->indice, coluna);
    AttrNumber lidas[PROCURA_COLUNAS_MAX];
    int lidas_n = 0;

    for (; p->colunas[lidas_n] != NULL; lidas_n++)
        lidas[lidas_n] = coluna_de(relacao, p->colunas[lidas_n]);

    for (int i = 0; i < n; i++)
    {
        ScanKeyData chave;
        SysScanDesc busca;
        HeapTuple t;

        ScanKeyInit(&chave, coluna, BTEqualStrategyNumber, F_INT8EQ,
                    Int64GetDatum(ids[i]));
        busca = systable_beginscan(relacao, indice, OidIsValid(indice),
                                   GetActiveSnapshot(), 1, &chave);
        while (HeapTupleIsValid(t = systable_getnext(busca)))
        {
            Datum valores[PROCURA_COLUNAS_MAX];
            bool nulos[PROCURA_COLUNAS_MAX];

            for (int c = 0; c < lidas_n; c++)
                valores[c] = heap_getattr(t, lidas[c], forma, &nulos[c]);
            linha(NULL, valores, nulos);
        }
        systable_endscan(busca);
    }
    table_close(relacao, AccessShareLock);
}

static AttrNumber
coluna_de(Relation relacao, const char *nome)
{
    const AttrNumber n = get_attnum(RelationGetRelid(relacao), nome);

    if (n == InvalidAttrNumber)
        elog(ERROR, "column \"%s\" of \"%s\" is missing", nome,
             RelationGetRelationName(relacao));
    return n;
}

/* Does it have every row that this snapshot may see? As the planner judges it. */
static Oid
indice_de(Relation relacao, Oid schema, const char *nome, AttrNumber coluna)
{
    const Oid indice = get_relname_relid(nome, schema);
    HeapTuple t = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(indice));
    bool serve;

    if (!HeapTupleIsValid(t))
        return InvalidOid;
    const Form_pg_index i = (Form_pg_index)GETSTRUCT(t);

    serve = i->indrelid == RelationGetRelid(relacao) && i->indisvalid &&
            i->indkey.values[0] == coluna &&
            heap_attisnull(t, Anum_pg_index_indpred, NULL) &&
            (!i->indcheckxmin ||
             TransactionIdPrecedes(HeapTupleHeaderGetXmin(t->t_data),
                                   TransactionXmin));
    ReleaseSysCache(t);
    return serve ? indice : InvalidOid;
}
