/*
 * cliente.c: what follows from a change of a client.
 *
 *   updated_at       moves with the data of the record, not with the columns
 *                    the product derives (status, data_ultima_compra,
 *                    valor_total): orders and assignments leave it alone.
 *   versao           grows by one when such data really changed; nobody else
 *                    can set it.
 *   open assignment  copies data_ultima_compra and valor_total, so that boards
 *                    and counters need cliente_vendedor alone.
 *   deactivated, or  the assignment is closed and the status freed.
 *   not to contact
 *   back from both   the assignment is open again when the client was contacted
 *                    in it and has bought nothing since: the contact counts for
 *                    the whole purchase cycle.
 *
 * Source: SPEC DADOS-2, DADOS-10, DIST-1, DIST-5.
 */
#include "crm.h"
#include "cliente.h"
#include "transicao.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/datum.h"
#include "utils/rel.h"
#include "utils/timestamp.h"

enum
{
    AVISOS_POR_VENDEDOR_MAX = 100
};

/* Ids found while reading the transition tables. */
typedef struct Ids
{
    Datum *ids;
    int n;
    int cabem;
} Ids;

static bool copias_suspensas = false;

/* What a person may change of a record: a new versao. */
static const char *const editaveis[] = {
    "cpf",   "nome_completo", "data_nascimento", "sexo", "nome_mae",
    "celular", "email",       "cidade",          "uf",   "cep",
    "ativo", "nao_contatar"};

/* The columns that crm_clientes_preparar reads and writes. */
typedef struct Preparo
{
    AttrNumber editaveis[lengthof(editaveis)];
    AttrNumber updated_at;
    AttrNumber versao;
    AttrNumber status;
    AttrNumber ativo;
    AttrNumber nao_contatar;
} Preparo;

static const Preparo *preparo_de(FunctionCallInfo fcinfo,
                                 const TriggerData *gatilho);
static bool registro_mudou(const TriggerData *gatilho, const Preparo *p);
static void ids_juntar(Ids *ids, Datum id);
static Datum ids_vetor(const Ids *ids);
static bool ligou(const Transicao *t, AttrNumber coluna, bool para);
static void copiar(const Ids *ids);
static void fechar(const Ids *ids, const char *motivo);
static void reabrir(const Ids *ids);

void
cliente_copias_suspender(bool sim)
{
    copias_suspensas = sim;
}

/*
 * crm.clientes_preparar() returns trigger
 *
 * BEFORE UPDATE OF the columns of the record, FOR EACH ROW on crm.clientes.
 */
PG_FUNCTION_INFO_V1(crm_clientes_preparar);
Datum
crm_clientes_preparar(PG_FUNCTION_ARGS)
{
    TriggerData *gatilho = transicao_gatilho(fcinfo);
    TupleDesc forma = RelationGetDescr(gatilho->tg_relation);
    HeapTuple nova = gatilho->tg_newtuple;
    const Preparo *p = preparo_de(fcinfo, gatilho);
    int colunas[3] = {p->updated_at, p->versao, p->status};
    Datum valores[3] = {TimestampTzGetDatum(tempo_agora())};
    bool nulos[3] = {false, false, false};
    int n = 2;
    bool nulo;
    int32 versao = DatumGetInt32(
        heap_getattr(gatilho->tg_trigtuple, p->versao, forma, &nulo));

    valores[1] = Int32GetDatum(versao + registro_mudou(gatilho, p));

    /* Who leaves the pool holds no status; the statement trigger closes. */
    if (!DatumGetBool(heap_getattr(nova, p->ativo, forma, &nulo)) ||
        DatumGetBool(heap_getattr(nova, p->nao_contatar, forma, &nulo)))
        valores[n++] = CStringGetTextDatum("disponivel");

    return PointerGetDatum(
        heap_modify_tuple_by_cols(nova, forma, n, colunas, valores, nulos));
}

/* Looked up once per statement. */
static const Preparo *
preparo_de(FunctionCallInfo fcinfo, const TriggerData *gatilho)
{
    Preparo *p = fcinfo->flinfo->fn_extra;

    if (p != NULL)
        return p;
    p = MemoryContextAlloc(fcinfo->flinfo->fn_mcxt, sizeof(Preparo));
    for (int i = 0; i < lengthof(editaveis); i++)
        p->editaveis[i] = transicao_coluna(gatilho, editaveis[i]);
    p->updated_at = transicao_coluna(gatilho, "updated_at");
    p->versao = transicao_coluna(gatilho, "versao");
    p->status = transicao_coluna(gatilho, "status");
    p->ativo = transicao_coluna(gatilho, "ativo");
    p->nao_contatar = transicao_coluna(gatilho, "nao_contatar");
    fcinfo->flinfo->fn_extra = p;
    return p;
}

static bool
registro_mudou(const TriggerData *gatilho, const Preparo *p)
{
    TupleDesc forma = RelationGetDescr(gatilho->tg_relation);

    for (int i = 0; i < lengthof(editaveis); i++)
    {
        AttrNumber coluna = p->editaveis[i];
        Form_pg_attribute tipo = TupleDescAttr(forma, coluna - 1);
        bool velho_nulo;
        bool novo_nulo;
        Datum velho =
            heap_getattr(gatilho->tg_trigtuple, coluna, forma, &velho_nulo);
        Datum novo =
            heap_getattr(gatilho->tg_newtuple, coluna, forma, &novo_nulo);

        if (velho_nulo != novo_nulo ||
            (!velho_nulo &&
             !datum_image_eq(velho, novo, tipo->attbyval, tipo->attlen)))
            return true;
    }
    return false;
}

/*
 * crm.clientes_mudaram() returns trigger
 *
 * AFTER UPDATE, FOR EACH STATEMENT on crm.clientes, with transition tables.
 */
PG_FUNCTION_INFO_V1(crm_clientes_mudaram);
Datum
crm_clientes_mudaram(PG_FUNCTION_ARGS)
{
    TriggerData *gatilho = transicao_gatilho(fcinfo);
    const AttrNumber id = transicao_coluna(gatilho, "id_cliente");
    const AttrNumber data = transicao_coluna(gatilho, "data_ultima_compra");
    const AttrNumber valor = transicao_coluna(gatilho, "valor_total");
    const AttrNumber ativo = transicao_coluna(gatilho, "ativo");
    const AttrNumber nao_contatar = transicao_coluna(gatilho, "nao_contatar");
    Ids copias = {0};
    Ids desativados = {0};
    Ids recusaram = {0};
    Ids voltaram = {0};
    Transicao t;
    Sistema salvo;

    transicao_abrir(&t, gatilho);
    while (transicao_proxima(&t))
    {
        bool nulo;
        Datum cliente = slot_getattr(t.nova, id, &nulo);

        if (ligou(&t, ativo, false))
            ids_juntar(&desativados, cliente);
        else if (ligou(&t, nao_contatar, true))
            ids_juntar(&recusaram, cliente);
        else if ((ligou(&t, ativo, true) || ligou(&t, nao_contatar, false)) &&
                 DatumGetBool(slot_getattr(t.nova, ativo, &nulo)) &&
                 !DatumGetBool(slot_getattr(t.nova, nao_contatar, &nulo)))
            ids_juntar(&voltaram, cliente);
        else if (!copias_suspensas &&
                 !(transicao_igual(&t, data) && transicao_igual(&t, valor)))
            ids_juntar(&copias, cliente);
    }
    transicao_fechar(&t);

    if (copias.n + desativados.n + recusaram.n + voltaram.n == 0)
        return PointerGetDatum(NULL);

    sistema_entrar(&salvo);
    SPI_connect();
    copiar(&copias);
    fechar(&desativados, "desativacao");
    fechar(&recusaram, "nao_contatar");
    reabrir(&voltaram);
    SPI_finish();
    sistema_sair(&salvo);
    return PointerGetDatum(NULL);
}

void
cliente_avisar(const char *tipo)
{
    SPITupleTable *linhas = SPI_tuptable;
    int n = (int)SPI_processed;
    int64 quantidade = 0;

    for (int i = 0; i < n; i++)
    {
        bool nulo;
        int64 vendedor = DatumGetInt64(
            SPI_getbinval(linhas->vals[i], linhas->tupdesc, 1, &nulo));
        int64 dele = DatumGetInt64(
            SPI_getbinval(linhas->vals[i], linhas->tupdesc, 2, &nulo));
        int64 cliente = DatumGetInt64(
            SPI_getbinval(linhas->vals[i], linhas->tupdesc, 3, &nulo));
        char *dados;

        quantidade += dele;
        if (n > AVISOS_POR_VENDEDOR_MAX)
            continue;
        dados = dele == 1 ? psprintf("{\"vendedor_id\":" INT64_FORMAT
                                     ",\"quantidade\":1"
                                     ",\"cliente_id\":" INT64_FORMAT "}",
                                     vendedor, cliente)
                          : psprintf("{\"vendedor_id\":" INT64_FORMAT
                                     ",\"quantidade\":" INT64_FORMAT "}",
                                     vendedor, dele);
        evento_emitir(tipo, &vendedor, 1, dados);
        pfree(dados);
    }
    if (n > AVISOS_POR_VENDEDOR_MAX)
        evento_emitir(tipo, NULL, -1,
                      psprintf("{\"quantidade\":" INT64_FORMAT "}", quantidade));
}

static void
copiar(const Ids *ids)
{
    static SPIPlanPtr guardado = NULL;
    const Oid tipos[] = {INT8ARRAYOID};
    Datum valores[] = {ids_vetor(ids)};

    if (ids->n == 0)
        return;
    plano(&guardado,
          "WITH t AS MATERIALIZED ("
          " SELECT v.id, c.data_ultima_compra, c.valor_total"
          "   FROM pg_catalog.unnest($1) AS u(id)"
          "   JOIN crm.clientes c ON c.id_cliente = u.id"
          "   JOIN crm.cliente_vendedor v"
          "     ON v.cliente_id = u.id AND v.encerrada_em IS NULL"
          "  ORDER BY v.id FOR UPDATE OF v)"
          "UPDATE crm.cliente_vendedor v"
          "   SET data_ultima_compra = t.data_ultima_compra,"
          "       valor_total = t.valor_total"
          "  FROM t WHERE v.id = t.id"
          "   AND (v.data_ultima_compra IS DISTINCT FROM t.data_ultima_compra"
          "        OR v.valor_total <> t.valor_total)",
          1, tipos);
    SPI_execute_plan(guardado, valores, NULL, false, 0);
}

static void
fechar(const Ids *ids, const char *motivo)
{
    static SPIPlanPtr guardado = NULL;
    const Oid tipos[] = {INT8ARRAYOID, TEXTOID};
    Datum valores[] = {ids_vetor(ids), CStringGetTextDatum(motivo)};

    if (ids->n == 0)
        return;
    plano(&guardado,
          "WITH t AS MATERIALIZED ("
          " SELECT v.id"
          "   FROM pg_catalog.unnest($1) AS u(id)"
          "   JOIN crm.cliente_vendedor v"
          "     ON v.cliente_id = u.id AND v.encerrada_em IS NULL"
          "  ORDER BY v.id FOR UPDATE OF v),"
          " f AS ("
          " UPDATE crm.cliente_vendedor v"
          "    SET encerrada_em = crm.agora(), motivo_fim = $2"
          "   FROM t WHERE v.id = t.id"
          " RETURNING v.vendedor_id, v.cliente_id)"
          "SELECT vendedor_id, pg_catalog.count(*), pg_catalog.min(cliente_id)"
          "  FROM f GROUP BY vendedor_id ORDER BY vendedor_id",
          2, tipos);
    SPI_execute_plan(guardado, valores, NULL, false, 0);
    cliente_avisar("cliente_liberado");
}

/* Of clients who are in the pool again and have no open assignment. */
static void
reabrir(const Ids *ids)
{
    static SPIPlanPtr guardado = NULL;
    const Oid tipos[] = {INT8ARRAYOID};
    Datum valores[] = {ids_vetor(ids)};

    if (ids->n == 0)
        return;
    plano(&guardado,
          "WITH t AS MATERIALIZED ("
          " SELECT v.id, c.valor_total"
          "   FROM pg_catalog.unnest($1) AS u(id)"
          "   JOIN crm.clientes c ON c.id_cliente = u.id"
          "   JOIN crm.cliente_vendedor v ON v.id ="
          "        (SELECT x.id FROM crm.cliente_vendedor x"
          "          WHERE x.cliente_id = u.id ORDER BY x.id DESC LIMIT 1)"
          "  WHERE v.contatado"
          "    AND v.motivo_fim IN ('desativacao', 'nao_contatar')"
          "    AND v.data_ultima_compra IS NOT DISTINCT FROM"
          "        c.data_ultima_compra"
          "  ORDER BY v.id FOR UPDATE OF v),"
          " f AS ("
          " UPDATE crm.cliente_vendedor v"
          "    SET encerrada_em = NULL, motivo_fim = NULL,"
          "        valor_total = t.valor_total"
          "   FROM t WHERE v.id = t.id"
          " RETURNING v.vendedor_id, v.cliente_id),"
          " s AS ("
          " UPDATE crm.clientes c SET status = 'contatado'"
          "   FROM f WHERE c.id_cliente = f.cliente_id)"
          "SELECT vendedor_id, pg_catalog.count(*), pg_catalog.min(cliente_id)"
          "  FROM f GROUP BY vendedor_id ORDER BY vendedor_id",
          1, tipos);
    SPI_execute_plan(guardado, valores, NULL, false, 0);
    cliente_avisar("cliente_contatado");
}

/* Did the boolean column become para? */
static bool
ligou(const Transicao *t, AttrNumber coluna, bool para)
{
    bool nulo;
    bool antes = DatumGetBool(slot_getattr(t->velha, coluna, &nulo));
    bool depois = DatumGetBool(slot_getattr(t->nova, coluna, &nulo));

    return antes != depois && depois == para;
}

static void
ids_juntar(Ids *ids, Datum id)
{
    if (ids->n == ids->cabem)
    {
        ids->cabem = ids->cabem ? ids->cabem * 2 : 64;
        ids->ids = ids->ids ? repalloc_huge(ids->ids, ids->cabem * sizeof(Datum))
                            : palloc(ids->cabem * sizeof(Datum));
    }
    ids->ids[ids->n++] = id;
}

static Datum
ids_vetor(const Ids *ids)
{
    return PointerGetDatum(construct_array(ids->ids, ids->n, INT8OID,
                                           sizeof(int64), true, 'd'));
}
