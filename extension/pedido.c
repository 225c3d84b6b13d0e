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
#include "transicao.h"

#include "miscadmin.h"
#include "utils/guc.h"
#include "utils/rel.h"

/*
 * Each statement has two plans: one kept for a few rows, and one made for the
 * true number of rows. A plan kept from a single order would walk through a
 * million with nested loops.
 */
enum
{
    POUCAS_LINHAS = 100,
    MUITAS_LINHAS_WORK_MEM_KB = 64 * 1024 /* at least, for the second kind */
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

static Comando inserir = {
    "WITH d AS MATERIALIZED ("
    " SELECT cliente_id, max(data_pedido) AS ultima, sum(valor) AS soma"
    "   FROM novas GROUP BY cliente_id), " TRAVAR("d.ultima, d.soma")
    "UPDATE crm.clientes c"
    "   SET data_ultima_compra = greatest(c.data_ultima_compra, l.ultima),"
    "       valor_total = c.valor_total + l.soma, " STATUS_DEPOIS("l.ultima")
    "  FROM l WHERE c.id_cliente = l.id_cliente"};

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

static bool nada_mudou(TriggerData *gatilho);
static void executar(Comando *comando, bool poucas, int esperado);

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

        if (work_mem < MUITAS_LINHAS_WORK_MEM_KB)
            set_config_option("work_mem",
                              psprintf("%dkB", MUITAS_LINHAS_WORK_MEM_KB),
                              PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true,
                              0, false);
        resultado = SPI_execute(comando->sql, false, 0);
        AtEOXact_GUC(true, nivel);
    }
    if (resultado != esperado)
        elog(ERROR, "order trigger failed: %s",
             SPI_result_code_string(resultado));
}
