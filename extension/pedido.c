/*
 * pedido.c: an order keeps its client right and ends the purchase cycle.
 *
 * Statement triggers with transition tables: one order or a COPY of millions
 * costs the same few statements.
 *
 *   data_ultima_compra  moves forward with newer orders; when the order that
 *                       carried it changed or went, it is searched again.
 *   valor_total         changes by the difference.
 *   open assignment     of a client whose last purchase moves forward is closed
 *                       as 'recuperado'. Its copy of data_ultima_compra is what
 *                       the client had before, so it judges which orders count.
 *
 * Locks: clients by id, then assignments by id.
 * Source: SPEC DADOS-6, DIST-5.
 */
#include "crm.h"
#include "cliente.h"
#include "contagem.h"
#include "transicao.h"

#include "catalog/pg_type.h"
#include "common/int.h"
#include "utils/array.h"
#include "utils/guc.h"
#include "utils/hsearch.h"
#include "utils/memutils.h"
#include "utils/numeric.h"
#include "utils/rel.h"

/*
 * Each statement has two plans: one kept for a few rows, and one made for the
 * true number of rows. A plan kept from a single order would walk through a
 * million with nested loops.
 *
 * Many new orders, the load by COPY, are added up by client in C instead, in one
 * pass: the planner knows nothing of a transition table but its size, and takes
 * 200 clients for all of them. Arrays in order of id tell it the truth.
 */
enum
{
    POUCAS_LINHAS = 100,
    LINHAS_POR_LIMPEZA = 1024 /* rows between resets of the scratch context */
};

typedef struct Comando
{
    const char *sql;
    SPIPlanPtr guardado;
} Comando;

/*
 * The clients of d, locked by id. What is to be written comes with them, so that
 * the UPDATE walks in the same order: neighbours of the heap and of the primary
 * key one after another.
 */
#define TRAVAR(colunas)                                                        \
    "l AS MATERIALIZED ("                                                      \
    " SELECT c.id_cliente, " colunas                                           \
    "   FROM d JOIN crm.clientes c ON c.id_cliente = d.cliente_id"             \
    "  ORDER BY c.id_cliente FOR NO KEY UPDATE OF c)"

/*
 * The assignment is open exactly while status is not 'disponivel', and closed
 * by FECHAR exactly when the last purchase moves forward.
 */
#define STATUS_DEPOIS(avanca)                                                  \
    "status = CASE WHEN c.status <> 'disponivel'"                              \
    " AND " avanca " > coalesce(c.data_ultima_compra, '-infinity')"            \
    " THEN 'disponivel' ELSE c.status END"

#define SOMAR                                                                  \
    TRAVAR("d.ultima, d.soma")                                                 \
    "UPDATE crm.clientes c"                                                    \
    "   SET data_ultima_compra = greatest(c.data_ultima_compra, l.ultima),"    \
    "       valor_total = c.valor_total + l.soma, " STATUS_DEPOIS("l.ultima")  \
    "  FROM l WHERE c.id_cliente = l.id_cliente"

static Comando inserir = {
    "WITH d AS MATERIALIZED ("
    " SELECT cliente_id, max(data_pedido) AS ultima, sum(valor) AS soma"
    "   FROM novas GROUP BY cliente_id), " SOMAR};

/* $1..$3: clients in order of id, newest order and sum of each. */
static const char inserir_muitas[] =
    "WITH d AS ("
    " SELECT * FROM unnest($1, $2, $3) AS d(cliente_id, ultima, soma)), " SOMAR;

/*
 * nova: newest of the new orders; velha: newest of the former ones. What is
 * found beyond both belongs to orders that the same statement inserts (ON
 * CONFLICT, MERGE): their own trigger comes after this one, and moves on.
 */
#define MUDAR(de)                                                              \
    "WITH d AS MATERIALIZED ("                                                 \
    " SELECT cliente_id, max(nova) AS nova, max(velha) AS velha,"              \
    "        sum(soma) AS soma"                                                \
    "   FROM (" de ") AS x GROUP BY cliente_id), "                             \
    TRAVAR("d.nova, d.velha, d.soma")                                          \
    "UPDATE crm.clientes c"                                                    \
    "   SET data_ultima_compra ="                                              \
    "           CASE WHEN l.velha >= c.data_ultima_compra"                     \
    "                THEN (SELECT least(m.ultima,"                             \
    "                                   greatest(c.data_ultima_compra, l.nova))" \
    "                        FROM (SELECT max(p.data_pedido) AS ultima"        \
    "                                FROM crm.pedidos p"                       \
    "                               WHERE p.cliente_id = c.id_cliente) m"      \
    "                       WHERE m.ultima IS NOT NULL)"                       \
    "                ELSE greatest(c.data_ultima_compra, l.nova) END,"         \
    "       valor_total = c.valor_total + l.soma, " STATUS_DEPOIS("l.nova")    \
    "  FROM l WHERE c.id_cliente = l.id_cliente"

/*
 * Before MUDAR, in a statement of its own: it searches the last purchase with a
 * snapshot taken when nobody else can write orders of these clients any more.
 */
#define ESPERAR(afetados)                                                      \
    "SELECT count(*) FROM (SELECT FROM crm.clientes c"                         \
    "  WHERE c.id_cliente IN (" afetados ")"                                   \
    "  ORDER BY c.id_cliente FOR NO KEY UPDATE) AS travados"

static Comando alterar_esperar = {
    ESPERAR("SELECT cliente_id FROM novas UNION ALL "
            "SELECT cliente_id FROM velhas")};

static Comando excluir_esperar = {ESPERAR("SELECT cliente_id FROM velhas")};

#define VELHAS                                                                 \
    "SELECT cliente_id, NULL::date AS nova, data_pedido AS velha,"             \
    "       -valor AS soma FROM velhas"

static Comando alterar = {MUDAR(
    VELHAS " UNION ALL SELECT cliente_id, data_pedido, NULL, valor FROM novas")};

static Comando excluir = {MUDAR(VELHAS)};

static Comando esvaziar = {
    "WITH l AS MATERIALIZED ("
    " SELECT c.id_cliente FROM crm.clientes c"
    "  WHERE c.valor_total <> 0 OR c.data_ultima_compra IS NOT NULL"
    "  ORDER BY c.id_cliente FOR NO KEY UPDATE)"
    "UPDATE crm.clientes c SET data_ultima_compra = NULL, valor_total = 0"
    "  FROM l WHERE c.id_cliente = l.id_cliente"};

/*
 * The open assignments of the clients, a: those whose last purchase moved
 * forward, r, are closed; the others copy the new values of their client.
 */
#define ABERTAS(afetados)                                                      \
    "WITH a AS MATERIALIZED ("                                                 \
    " SELECT v.id, v.cliente_id, v.data_ultima_compra"                         \
    "   FROM crm.cliente_vendedor v"                                           \
    "  WHERE v.encerrada_em IS NULL"                                           \
    "    AND v.cliente_id IN (" afetados ")"                                   \
    "  ORDER BY v.id FOR UPDATE)"

/* One UPDATE does both: two of one table in a statement hide from triggers
 * which columns the first one wrote. */
#define FECHAR_E_COPIAR                                                        \
    ", r AS MATERIALIZED ("                                                    \
    " SELECT a.id, sum(n.valor) AS soma"                                       \
    "   FROM a JOIN novas n ON n.cliente_id = a.cliente_id"                    \
    "    AND n.data_pedido > coalesce(a.data_ultima_compra, '-infinity')"      \
    "  GROUP BY a.id),"                                                        \
    " u AS ("                                                                  \
    " UPDATE crm.cliente_vendedor v"                                           \
    "    SET encerrada_em = CASE WHEN r.id IS NOT NULL"                        \
    "                            THEN crm.agora() END,"                        \
    "        motivo_fim = CASE WHEN r.id IS NOT NULL THEN 'pedido' END,"       \
    "        resultado = CASE WHEN r.id IS NOT NULL"                           \
    "                         THEN 'recuperado' ELSE v.resultado END,"         \
    "        valor_recuperado = r.soma,"                                       \
    "        data_ultima_compra = CASE WHEN r.id IS NOT NULL"                  \
    "            THEN v.data_ultima_compra ELSE c.data_ultima_compra END,"     \
    "        valor_total = CASE WHEN r.id IS NOT NULL"                         \
    "            THEN v.valor_total ELSE c.valor_total END"                    \
    "   FROM a LEFT JOIN r ON r.id = a.id"                                     \
    "   JOIN crm.clientes c ON c.id_cliente = a.cliente_id"                    \
    "  WHERE v.id = a.id"                                                      \
    "    AND (r.id IS NOT NULL"                                                \
    "         OR v.data_ultima_compra IS DISTINCT FROM c.data_ultima_compra"   \
    "         OR v.valor_total <> c.valor_total)"                              \
    " RETURNING v.vendedor_id, v.cliente_id, r.id IS NOT NULL AS fechada) "    \
    "SELECT vendedor_id, count(*), min(cliente_id)"                            \
    "  FROM u WHERE fechada GROUP BY vendedor_id ORDER BY vendedor_id"

#define COPIAR                                                                 \
    " UPDATE crm.cliente_vendedor v"                                           \
    "   SET data_ultima_compra = c.data_ultima_compra,"                        \
    "       valor_total = c.valor_total"                                       \
    "  FROM a JOIN crm.clientes c ON c.id_cliente = a.cliente_id"              \
    " WHERE v.id = a.id"                                                       \
    "   AND (v.data_ultima_compra IS DISTINCT FROM c.data_ultima_compra"       \
    "        OR v.valor_total <> c.valor_total)"

static Comando inserir_abertas = {
    ABERTAS("SELECT cliente_id FROM novas") FECHAR_E_COPIAR};

/* The same for many, in two steps. $1: the clients ... */
static const char muitas_travar_abertas[] =
    "SELECT v.id, v.cliente_id, v.data_ultima_compra"
    "  FROM unnest($1) AS u(id)"
    "  JOIN crm.cliente_vendedor v"
    "    ON v.cliente_id = u.id AND v.encerrada_em IS NULL"
    " ORDER BY v.id FOR UPDATE OF v";

/* ... and $1..$3: the open rows found. */
static const char muitas_abertas[] =
    "WITH a AS ("
    " SELECT * FROM unnest($1, $2, $3)"
    "   AS a(id, cliente_id, data_ultima_compra))" FECHAR_E_COPIAR;

static Comando alterar_abertas = {
    ABERTAS("SELECT cliente_id FROM novas UNION ALL "
            "SELECT cliente_id FROM velhas") FECHAR_E_COPIAR};

static Comando excluir_abertas = {
    ABERTAS("SELECT cliente_id FROM velhas") COPIAR};

static Comando esvaziar_abertas = {
    "WITH a AS MATERIALIZED ("
    " SELECT v.id, v.cliente_id"
    "   FROM crm.cliente_vendedor v"
    "  WHERE v.encerrada_em IS NULL ORDER BY v.id FOR UPDATE) " COPIAR};

/* What the new orders of a client add up to. */
typedef struct Compras
{
    int64 cliente;
    int64 centavos;
    DateADT ultima;
} Compras;

static bool nada_mudou(TriggerData *gatilho);
static void executar(Comando *comando, bool poucas, int esperado);
static void incluir_muitas(TriggerData *gatilho);
static Compras *somar_compras(TriggerData *gatilho, int *n);
static int por_cliente(const void *a, const void *b);
static void executar_muitas(const char *sql, int n, const Oid *tipos,
                            Datum *valores, int esperado);

/*
 * crm.pedidos_mudaram() returns trigger
 *
 * AFTER INSERT/UPDATE/DELETE/TRUNCATE, FOR EACH STATEMENT on crm.pedidos, with
 * transition tables "velhas" and "novas".
 */
PG_FUNCTION_INFO_V1(crm_pedidos_mudaram);
Datum
crm_pedidos_mudaram(PG_FUNCTION_ARGS)
{
    TriggerData *gatilho = transicao_gatilho(fcinfo);
    Comando *esperar = NULL;
    Comando *clientes = &esvaziar;
    Comando *abertas = &esvaziar_abertas;
    int64 linhas = transicao_linhas(gatilho);
    /* After TRUNCATE there is nothing to count: every client changes. */
    bool poucas = linhas <= POUCAS_LINHAS &&
                  !TRIGGER_FIRED_BY_TRUNCATE(gatilho->tg_event);
    Sistema salvo;

    if (TRIGGER_FIRED_BY_INSERT(gatilho->tg_event))
    {
        clientes = &inserir;
        abertas = &inserir_abertas;
    }
    else if (TRIGGER_FIRED_BY_UPDATE(gatilho->tg_event))
    {
        esperar = &alterar_esperar;
        clientes = &alterar;
        abertas = &alterar_abertas;
    }
    else if (TRIGGER_FIRED_BY_DELETE(gatilho->tg_event))
    {
        esperar = &excluir_esperar;
        clientes = &excluir;
        abertas = &excluir_abertas;
    }
    if (abertas != &esvaziar_abertas && (linhas == 0 || nada_mudou(gatilho)))
        return PointerGetDatum(NULL);

    sistema_entrar(&salvo);
    SPI_connect();
    SPI_register_trigger_data(gatilho);

    if (TRIGGER_FIRED_BY_INSERT(gatilho->tg_event) && !poucas)
    {
        incluir_muitas(gatilho);
        SPI_finish();
        sistema_sair(&salvo);
        return PointerGetDatum(NULL);
    }

    if (esperar)
        executar(esperar, poucas, SPI_OK_SELECT);

    /* The open rows must still hold the former values when they are judged. */
    cliente_copias_suspender(true);
    PG_TRY();
    {
        executar(clientes, poucas, SPI_OK_UPDATE);
    }
    PG_FINALLY();
    {
        cliente_copias_suspender(false);
    }
    PG_END_TRY();

    if (TRIGGER_FIRED_BY_INSERT(gatilho->tg_event) ||
        TRIGGER_FIRED_BY_UPDATE(gatilho->tg_event))
    {
        executar(abertas, poucas, SPI_OK_SELECT);
        cliente_avisar("cliente_recuperado");
    }
    else
        executar(abertas, poucas, SPI_OK_UPDATE);

    SPI_finish();
    sistema_sair(&salvo);
    return PointerGetDatum(NULL);
}

/* An UPDATE that left everything that counts as it was. */
static bool
nada_mudou(TriggerData *gatilho)
{
    const AttrNumber cliente = transicao_coluna(gatilho, "cliente_id");
    const AttrNumber data = transicao_coluna(gatilho, "data_pedido");
    const AttrNumber valor = transicao_coluna(gatilho, "valor");
    bool igual = true;
    Transicao t;

    if (!TRIGGER_FIRED_BY_UPDATE(gatilho->tg_event))
        return false;
    transicao_abrir(&t, gatilho);
    while (igual && transicao_proxima(&t))
        igual = transicao_igual(&t, cliente) && transicao_igual(&t, data) &&
                transicao_igual(&t, valor);
    transicao_fechar(&t);
    return igual;
}

static void
executar(Comando *comando, bool poucas, int esperado)
{
    int resultado;

    if (poucas)
        resultado = SPI_execute_plan(
            plano(&comando->guardado, comando->sql, 0, NULL), NULL, NULL,
            false, 0);
    else
    {
        int nivel = NewGUCNestLevel();

        plano_muitas_linhas();
        resultado = SPI_execute(comando->sql, false, 0);
        AtEOXact_GUC(true, nivel);
    }
    if (resultado != esperado)
        elog(ERROR, "order trigger failed: %s",
             SPI_result_code_string(resultado));
}

/* ---- many new orders ---- */

static void
incluir_muitas(TriggerData *gatilho)
{
    static const Oid tipos[] = {INT8ARRAYOID, DATEARRAYOID, NUMERICARRAYOID};
    static const Oid tipos_abertas[] = {INT8ARRAYOID, INT8ARRAYOID,
                                        DATEARRAYOID};
    int n;
    int lbs = 1;
    Compras *compras = somar_compras(gatilho, &n);
    Datum *coluna[3];
    Datum valores[3];
    bool *nulos;

    for (int i = 0; i < lengthof(coluna); i++)
        coluna[i] = palloc_extended(n * sizeof(Datum), MCXT_ALLOC_HUGE);
    for (int i = 0; i < n; i++)
    {
        coluna[0][i] = Int64GetDatum(compras[i].cliente);
        coluna[1][i] = DateADTGetDatum(compras[i].ultima);
        coluna[2][i] = NumericGetDatum(
            int64_div_fast_to_numeric(compras[i].centavos, 2));
    }
    valores[0] = PointerGetDatum(construct_array(
        coluna[0], n, INT8OID, sizeof(int64), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
    valores[1] = PointerGetDatum(construct_array(
        coluna[1], n, DATEOID, sizeof(DateADT), true, TYPALIGN_INT));
    valores[2] = PointerGetDatum(
        construct_array(coluna[2], n, NUMERICOID, -1, false, TYPALIGN_INT));

    /* The open rows must still hold the former values when they are judged. */
    cliente_copias_suspender(true);
    PG_TRY();
    {
        executar_muitas(inserir_muitas, lengthof(tipos), tipos, valores,
                        SPI_OK_UPDATE);
    }
    PG_FINALLY();
    {
        cliente_copias_suspender(false);
    }
    PG_END_TRY();

    executar_muitas(muitas_travar_abertas, 1, tipos, valores, SPI_OK_SELECT);
    n = (int)SPI_processed; /* one for a client at most */
    if (n == 0)
        return;
    nulos = palloc(n * sizeof(bool));
    for (int i = 0; i < n; i++)
    {
        bool nulo;

        coluna[0][i] = SPI_getbinval(SPI_tuptable->vals[i],
                                     SPI_tuptable->tupdesc, 1, &nulo);
        coluna[1][i] = SPI_getbinval(SPI_tuptable->vals[i],
                                     SPI_tuptable->tupdesc, 2, &nulo);
        coluna[2][i] = SPI_getbinval(SPI_tuptable->vals[i],
                                     SPI_tuptable->tupdesc, 3, &nulos[i]);
    }
    for (int i = 0; i < 2; i++)
        valores[i] = PointerGetDatum(
            construct_array(coluna[i], n, INT8OID, sizeof(int64),
                            FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
    valores[2] = PointerGetDatum(construct_md_array(
        coluna[2], nulos, 1, &n, &lbs, DATEOID, sizeof(DateADT), true,
        TYPALIGN_INT));
    executar_muitas(muitas_abertas, lengthof(tipos_abertas), tipos_abertas,
                    valores, SPI_OK_SELECT);
    cliente_avisar("cliente_recuperado");
}

/* One element per client, in order of id. */
static Compras *
somar_compras(TriggerData *gatilho, int *n)
{
    const AttrNumber cliente = transicao_coluna(gatilho, "cliente_id");
    const AttrNumber data = transicao_coluna(gatilho, "data_pedido");
    const AttrNumber valor = transicao_coluna(gatilho, "valor");
    HASHCTL forma = {.keysize = sizeof(int64),
                     .entrysize = sizeof(Compras),
                     .hcxt = CurrentMemoryContext};
    HTAB *por_id = hash_create("crm pedidos", 1024, &forma,
                               HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
    MemoryContext rascunho = AllocSetContextCreate(
        CurrentMemoryContext, "crm pedidos rascunho", ALLOCSET_DEFAULT_SIZES);
    HASH_SEQ_STATUS busca;
    Compras *lista;
    Compras *c;
    int64 lidas = 0;
    Transicao t;

    transicao_abrir(&t, gatilho);
    while (transicao_proxima(&t))
    {
        MemoryContext antes = MemoryContextSwitchTo(rascunho);
        bool nulo;
        int64 id = DatumGetInt64(slot_getattr(t.nova, cliente, &nulo));
        DateADT dia = DatumGetDateADT(slot_getattr(t.nova, data, &nulo));
        int64 centavos = contagem_centavos(slot_getattr(t.nova, valor, &nulo));
        bool havia;

        MemoryContextSwitchTo(antes);
        c = hash_search(por_id, &id, HASH_ENTER, &havia);
        if (!havia)
        {
            c->centavos = 0;
            c->ultima = dia;
        }
        c->ultima = Max(c->ultima, dia);
        if (pg_add_s64_overflow(c->centavos, centavos, &c->centavos))
            ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
                            errmsg("sum of values is out of range")));
        if (++lidas % LINHAS_POR_LIMPEZA == 0)
            MemoryContextReset(rascunho);
    }
    transicao_fechar(&t);

    *n = 0;
    lista = palloc_extended(hash_get_num_entries(por_id) * sizeof(Compras),
                            MCXT_ALLOC_HUGE);
    hash_seq_init(&busca, por_id);
    while ((c = hash_seq_search(&busca)) != NULL)
        lista[(*n)++] = *c;
    qsort(lista, *n, sizeof(Compras), por_cliente);
    hash_destroy(por_id);
    MemoryContextDelete(rascunho);
    return lista;
}

static int
por_cliente(const void *a, const void *b)
{
    int64 x = ((const Compras *)a)->cliente;
    int64 y = ((const Compras *)b)->cliente;

    return (x > y) - (x < y);
}

static void
executar_muitas(const char *sql, int n, const Oid *tipos, Datum *valores,
                int esperado)
{
    int nivel = NewGUCNestLevel();
    int resultado;

    plano_muitas_linhas();
    resultado = SPI_execute_with_args(sql, n, (Oid *)tipos, valores, NULL,
                                      false, 0);
    AtEOXact_GUC(true, nivel);
    if (resultado != esperado)
        elog(ERROR, "order trigger failed: %s",
             SPI_result_code_string(resultado));
}
