/*
 * exportacao_achados.c: the clients that the search of an export found, and the
 * place of each in its order.
 *
 * They stay here until the transaction ends or the next search of an export: the
 * query that writes the file asks for them (crm.exportacao_achados()) or reads the
 * whole table and asks of each client (crm.exportacao_lugar()). Neither carries
 * fifty thousand numbers as text through the parser, and the second spares the join
 * that would bring rows and order together.
 *
 * Source: SPEC EXPORT-1.
 */
#include "exportacao.h"

#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "funcapi.h"
#include "utils/array.h"
#include "utils/guc.h"
#include "utils/jsonb.h"
#include "utils/memutils.h"

#include "pesquisa.h"

enum
{
    LINHAS_MAX = 1000000 /* as export_maximo may be */
};

typedef struct Lugar
{
    int64 id;
    int32 n; /* from 1 */
    char status;
} Lugar;

#define SH_PREFIX lugares
#define SH_ELEMENT_TYPE Lugar
#define SH_KEY_TYPE int64
#define SH_KEY id
#define SH_HASH_KEY(tb, id) murmurhash32((uint32)(id) ^ (uint32)((uint64)(id) >> 32))
#define SH_EQUAL(tb, a, b) ((a) == (b))
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

typedef struct Achados
{
    MemoryContext contexto; /* of all of them; NULL: no search yet */
    int64 *ids;
    int n;
    lugares_hash *lugares; /* NULL: not asked for yet */
} Achados;

static Achados achados;

static void guardar(const Pesquisa *p);
static void esquecer(void *arg);
static void exigir(void);
static void numerar(void);

/*
 * crm.exportacao_pesquisar(args jsonb, maximo integer)
 * returns (total bigint, exato boolean)
 *
 * The search of crm.api_pesquisar_clientes() with one page for all, which is kept.
 */
PG_FUNCTION_INFO_V1(crm_exportacao_pesquisar);
Datum
crm_exportacao_pesquisar(PG_FUNCTION_ARGS)
{
    Pesquisa p = {.so_ids = true};
    const int maximo = Max(Min(PG_GETARG_INT32(1), LINHAS_MAX), 1);
    TupleDesc forma;
    Datum valores[2];
    const bool nulos[2] = {false};
    Sistema salvo;

    if (get_call_result_type(fcinfo, NULL, &forma) != TYPEFUNC_COMPOSITE)
        elog(ERROR, "return type must be a row type");
    if (!JB_ROOT_IS_OBJECT(PG_GETARG_JSONB_P(0)))
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("the arguments must be an object")));
    pesquisa_ler(PG_GETARG_JSONB_P(0), &p);
    p.size = maximo;

    sistema_entrar(&salvo);
    SPI_connect();
    AtEOXact_GUC(true, pesquisa_buscar(&p));
    guardar(&p);
    /* More than fit: an estimate, but for what was counted to its end. */
    valores[0] = Int64GetDatum(p.ha_mais ? Max(p.total, maximo + 1) : p.n);
    valores[1] = BoolGetDatum(!p.ha_mais);
    SPI_finish();
    sistema_sair(&salvo);
    PG_RETURN_DATUM(HeapTupleGetDatum(
        heap_form_tuple(BlessTupleDesc(forma), valores, (bool *)nulos)));
}

/* crm.exportacao_achados() returns bigint[]: their ids, in order. */
PG_FUNCTION_INFO_V1(crm_exportacao_achados);
Datum
crm_exportacao_achados(PG_FUNCTION_ARGS)
{
    Datum *ids;
    ArrayType *lista;

    exigir();
    ids = palloc(sizeof(Datum) * (achados.n + 1));
    for (int i = 0; i < achados.n; i++)
        ids[i] = Int64GetDatum(achados.ids[i]);
    lista = construct_array(ids, achados.n, INT8OID, sizeof(int64), true,
                            TYPALIGN_DOUBLE);
    pfree(ids);
    PG_RETURN_ARRAYTYPE_P(lista);
}

/* crm.exportacao_lugar(id bigint) returns integer: from 1; NULL: not found. */
PG_FUNCTION_INFO_V1(crm_exportacao_lugar);
Datum
crm_exportacao_lugar(PG_FUNCTION_ARGS)
{
    const Lugar *lugar;

    if (achados.lugares == NULL)
        numerar();
    lugar = lugares_lookup(achados.lugares, PG_GETARG_INT64(0));
    if (lugar == NULL)
        PG_RETURN_NULL();
    PG_RETURN_INT32(lugar->n);
}

static void
guardar(const Pesquisa *p)
{
    MemoryContextCallback *fim;

    if (achados.contexto != NULL)
        MemoryContextDelete(achados.contexto);
    achados.contexto = AllocSetContextCreate(
        TopTransactionContext, "clients of an export", ALLOCSET_DEFAULT_SIZES);
    fim = MemoryContextAlloc(achados.contexto, sizeof(*fim));
    *fim = (MemoryContextCallback){.func = esquecer};
    MemoryContextRegisterResetCallback(achados.contexto, fim);
    achados.n = p->ha_mais ? 0 : p->n;
    achados.ids = MemoryContextAlloc(achados.contexto,
                                     sizeof(int64) * (achados.n + 1));
    for (int i = 0; i < achados.n; i++)
        achados.ids[i] = p->pagina[i].id;
}

static void
esquecer(void *arg)
{
    memset(&achados, 0, sizeof(achados));
}

static void
exigir(void)
{
    if (achados.contexto == NULL)
        ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
                        errmsg("no search of an export in this transaction"),
                        errhint("Call crm.exportar().")));
}

static void
numerar(void)
{
    lugares_hash *lugares;

    exigir();
    lugares = lugares_create(achados.contexto, achados.n, NULL);
    for (int i = 0; i < achados.n; i++)
    {
        bool ja;

        lugares_insert(lugares, achados.ids[i], &ja)->n = i + 1;
    }
    achados.lugares = lugares;
}
