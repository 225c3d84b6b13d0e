/*
 * popular.c: fictitious data in bulk, for demos, tests and measurements.
 *
 * The rows come set-based from the generator of ficticio.c, a batch at a time,
 * with totals and last purchase already right; triggers and foreign keys are
 * off meanwhile, since they would find nothing to do, and the counters are
 * counted anew at the end.
 *
 * Source: SPEC DADOS-8.
 */
#include "crm.h"
#include "ficticio.h"
#include "pesquisa_chaves.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/numeric.h"
#include "utils/timestamp.h"

#include "trava.h"

enum
{
    CLIENTES_MAX = 20000000,
    VENDEDORES_MAX = 100000,
    CLIENTES_POR_LOTE = 10000, /* with their orders, within work_mem */
    TODOS_NA_JANELA_ATE = 100, /* a set this small is a test set */
    BUSCA_AOS_POUCOS_ATE = 20000 /* more: the search table is built anew */
};

/* The loops over ids step past their last one. */
#define ULTIMO_ID (PG_INT64_MAX - 1)

static int64 criar_vendedores(int quantos, const char *senha);
static void criar_produtos(void);
static void criar_clientes(int quantos, int semente, int64 *pedidos);
static int64 reservar_ids(int quantos);
static void conferir_limites(int32 clientes, int32 vendedores);
static int64 consultar(const char *sql);
static TimestampTz meio_dia(DateADT dia);

/*
 * crm.popular(clientes integer, vendedores integer, semente integer, senha text)
 *     returns record (clientes, vendedores, pedidos)
 *
 * Errors: CR403 unless administrador; invalid_parameter_value (22023).
 */
PG_FUNCTION_INFO_V1(crm_popular);
Datum
crm_popular(PG_FUNCTION_ARGS)
{
    const int32 clientes = PG_ARGISNULL(0) ? -1 : PG_GETARG_INT32(0);
    const int32 vendedores = PG_ARGISNULL(1) ? -1 : PG_GETARG_INT32(1);
    const int32 semente = PG_ARGISNULL(2) ? 1 : PG_GETARG_INT32(2);
    const char *senha =
        PG_ARGISNULL(3) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(3));
    int64 pedidos = 0;
    TupleDesc forma;
    Datum valores[3];
    bool nulos[3] = {false, false, false};
    Sistema salvo;

    if (strcmp(identidade_atual()->papel, "administrador") != 0)
        crm_falha(403, "acesso_negado", NULL,
                  "Só um administrador cria dados fictícios.", NULL, NULL);
    conferir_limites(clientes, vendedores);
    if (get_call_result_type(fcinfo, NULL, &forma) != TYPEFUNC_COMPOSITE)
        elog(ERROR, "return type must be a row type");
    forma = BlessTupleDesc(forma);

    sistema_entrar(&salvo);
    SPI_connect();
    auditoria_suspender(true);
    if (vendedores > 0)
        criar_vendedores(vendedores, senha);
    if (clientes > 0)
    {
        criar_produtos();
        criar_clientes(clientes, semente, &pedidos);
    }
    auditoria_suspender(false);
    auditoria_registrar(
        "popular", NULL, 0, clientes + vendedores, NULL,
        psprintf("{\"clientes\":%d,\"vendedores\":%d,\"pedidos\":" INT64_FORMAT
                 ",\"semente\":%d}",
                 clientes, vendedores, pedidos, semente));
    SPI_finish();
    sistema_sair(&salvo);

    valores[0] = Int32GetDatum(clientes);
    valores[1] = Int32GetDatum(vendedores);
    valores[2] = Int64GetDatum(pedidos);
    PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(forma, valores, nulos)));
}

/*
 * crm.popular_clientes(de bigint, ate bigint, semente integer,
 *                      todos_na_janela boolean) returns setof record
 *
 * The clients of a range of ids, as columns of crm.clientes.
 */
PG_FUNCTION_INFO_V1(crm_popular_clientes);
Datum
crm_popular_clientes(PG_FUNCTION_ARGS)
{
    ReturnSetInfo *rsinfo = (ReturnSetInfo *)fcinfo->resultinfo;
    const int64 de = PG_GETARG_INT64(0);
    const int64 ate = Min(PG_GETARG_INT64(1), ULTIMO_ID);
    const int32 semente = PG_GETARG_INT32(2);
    const bool todos = PG_GETARG_BOOL(3);
    const DateADT hoje = tempo_hoje();
    MemoryContext linha;
    FicticioCliente c;

    InitMaterializedSRF(fcinfo, 0);
    linha = AllocSetContextCreate(CurrentMemoryContext, "crm popular",
                                  ALLOCSET_SMALL_SIZES);
    for (int64 id = Max(de, 1); id <= ate; id++)
    {
        MemoryContext antes;
        bool nunca;

        CHECK_FOR_INTERRUPTS();
        if (!ficticio_cliente((uint32)semente, id, todos, &c))
            continue;
        nunca = c.dias_ultima == FICTICIO_NUNCA;

        antes = MemoryContextSwitchTo(linha);
        Datum valores[] = {
            Int64GetDatum(id),
            Int64GetDatum(c.cpf),
            CStringGetTextDatum(c.nome),
            DateADTGetDatum(hoje - c.nascimento),
            CStringGetTextDatum(c.sexo == 'F' ? "F" : "M"),
            CStringGetTextDatum(c.mae),
            CStringGetTextDatum(c.celular),
            CStringGetTextDatum(c.email),
            CStringGetTextDatum(c.cidade),
            CStringGetTextDatum(c.uf),
            CStringGetTextDatum(c.cep),
            nunca ? (Datum)0 : DateADTGetDatum(hoje - c.dias_ultima),
            NumericGetDatum(int64_div_fast_to_numeric(c.total, 2)),
            BoolGetDatum(c.ativo),
            BoolGetDatum(c.nao_contatar),
            TimestampTzGetDatum(meio_dia(hoje - c.cadastro))};
        bool nulos[lengthof(valores)] = {[11] = nunca};

        tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, valores,
                             nulos);
        MemoryContextSwitchTo(antes);
        MemoryContextReset(linha);
    }
    return (Datum)0;
}

/*
 * crm.popular_pedidos(de bigint, ate bigint, semente integer,
 *                     todos_na_janela boolean, produtos bigint[])
 *     returns setof record
 *
 * The orders of the same clients, as columns of crm.pedidos.
 */
PG_FUNCTION_INFO_V1(crm_popular_pedidos);
Datum
crm_popular_pedidos(PG_FUNCTION_ARGS)
{
    ReturnSetInfo *rsinfo = (ReturnSetInfo *)fcinfo->resultinfo;
    const int64 de = PG_GETARG_INT64(0);
    const int64 ate = Min(PG_GETARG_INT64(1), ULTIMO_ID);
    const int32 semente = PG_GETARG_INT32(2);
    const bool todos = PG_GETARG_BOOL(3);
    const DateADT hoje = tempo_hoje();
    Datum *produtos;
    bool *produto_nulo;
    int n_produtos;
    MemoryContext linha;
    FicticioCliente c;

    deconstruct_array(PG_GETARG_ARRAYTYPE_P(4), INT8OID, sizeof(int64), true,
                      'd', &produtos, &produto_nulo, &n_produtos);
    InitMaterializedSRF(fcinfo, 0);
    linha = AllocSetContextCreate(CurrentMemoryContext, "crm popular",
                                  ALLOCSET_SMALL_SIZES);
    for (int64 id = Max(de, 1); id <= ate; id++)
    {
        MemoryContext antes;

        CHECK_FOR_INTERRUPTS();
        if (!ficticio_cliente((uint32)semente, id, todos, &c))
            continue;

        antes = MemoryContextSwitchTo(linha);
        for (int i = 0; i < c.n_pedidos; i++)
        {
            const FicticioPedido *p = &c.pedidos[i];
            int produto = p->produto < 0 || n_produtos == 0
                              ? -1
                              : p->produto % n_produtos;
            bool sem_produto = produto < 0 || produto_nulo[produto];
            DateADT dia = hoje - p->dias;
            Datum valores[] = {
                Int64GetDatum(id), sem_produto ? (Datum)0 : produtos[produto],
                DateADTGetDatum(dia),
                NumericGetDatum(int64_div_fast_to_numeric(p->centavos, 2)),
                TimestampTzGetDatum(meio_dia(dia))};
            bool nulos[lengthof(valores)] = {[1] = sem_produto};

            tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, valores,
                                 nulos);
        }
        MemoryContextSwitchTo(antes);
        MemoryContextReset(linha);
    }
    return (Datum)0;
}

static void
conferir_limites(int32 clientes, int32 vendedores)
{
    if (clientes < 0 || clientes > CLIENTES_MAX)
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("clientes must be between 0 and %d",
                               CLIENTES_MAX)));
    if (vendedores < 0 || vendedores > VENDEDORES_MAX)
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("vendedores must be between 0 and %d",
                               VENDEDORES_MAX)));
}

/* vendedorN@exemplo.test, N after the last one there is. */
static int64
criar_vendedores(int quantos, const char *senha)
{
    const Oid tipos[] = {TEXTARRAYOID, INT8OID};
    int64 primeiro =
        1 + consultar("SELECT coalesce(max(substring(email FROM"
                      " '^vendedor([0-9]{1,15})@exemplo[.]test$')::bigint), 0)"
                      "  FROM crm.usuarios");
    Datum *nomes = palloc(quantos * sizeof(Datum));
    Datum valores[2];

    for (int i = 0; i < quantos; i++)
    {
        int64 n = primeiro - 1 + i;
        char nome[FICTICIO_NOME];

        ficticio_vendedor(n, nome);
        nomes[i] = CStringGetTextDatum(
            n < ficticio_nomes_distintos()
                ? nome
                : psprintf("%s " INT64_FORMAT, nome, n + 1));
    }
    valores[0] = PointerGetDatum(
        construct_array(nomes, quantos, TEXTOID, -1, false, 'i'));
    valores[1] = Int64GetDatum(primeiro);

    /* A name somebody bears already gets the number too. */
    if (SPI_execute_with_args(
            "WITH novos AS ("
            " SELECT i, CASE WHEN EXISTS (SELECT FROM crm.usuarios u"
            "                              WHERE lower(u.nome) = lower(n.nome))"
            "                THEN n.nome || ' ' || ($2 + i - 1)"
            "                ELSE n.nome END AS nome"
            "   FROM unnest($1) WITH ORDINALITY AS n(nome, i)),"
            " u AS ("
            " INSERT INTO crm.usuarios (nome, email, papel)"
            " SELECT nome, 'vendedor' || ($2 + i - 1) || '@exemplo.test',"
            "        'vendedor'"
            "   FROM novos ORDER BY i"
            " RETURNING id, nome)"
            "INSERT INTO crm.vendedores (id, nome)"
            " SELECT id, nome FROM u ORDER BY id"
            " ON CONFLICT (id) DO NOTHING",
            2, (Oid *)tipos, valores, NULL, false, 0) < 0)
        elog(ERROR, "could not create the sellers");

    if (senha != NULL)
    {
        const Oid t[] = {TEXTOID, TEXTOID};
        Datum v[] = {
            CStringGetTextDatum(
                psprintf("vendedor" INT64_FORMAT "@exemplo.test", primeiro)),
            CStringGetTextDatum(senha)};

        /* One computation for all. */
        if (SPI_execute_with_args("SELECT crm.definir_senha(id, $2)"
                                  "  FROM crm.usuarios WHERE email = $1",
                                  2, (Oid *)t, v, NULL, false, 0) < 0)
            elog(ERROR, "could not set the password");
        v[1] = Int64GetDatum(primeiro);
        if (SPI_execute_with_args(
                "UPDATE crm.usuarios u"
                "   SET senha_hash = p.senha_hash, senha_em = p.senha_em,"
                "       trocar_senha = p.trocar_senha"
                "  FROM crm.usuarios p"
                " WHERE p.email = $1 AND u.id <> p.id"
                "   AND substring(u.email FROM"
                "       '^vendedor([0-9]{1,15})@exemplo[.]test$')::bigint > $2",
                2, (Oid[]){TEXTOID, INT8OID}, v, NULL, false, 0) < 0)
            elog(ERROR, "could not set the passwords");
    }
    return primeiro;
}

static void
criar_produtos(void)
{
    if (SPI_execute(
            "INSERT INTO crm.produtos (nome, preco)"
            " SELECT nome, preco"
            "   FROM (VALUES ('Café torrado 500 g', 24.90),"
            "                ('Filtro de água', 149.00),"
            "                ('Cafeteira elétrica', 289.90),"
            "                ('Assinatura mensal', 59.90),"
            "                ('Kit de xícaras', 79.90),"
            "                ('Moedor manual', 119.90),"
            "                ('Cápsulas, caixa com 50', 94.50),"
            "                ('Garrafa térmica', 89.00),"
            "                ('Açúcar orgânico 1 kg', 18.40),"
            "                ('Manutenção anual', 219.00),"
            "                ('Chaleira', 159.90),"
            "                ('Balança de precisão', 134.90)"
            "        ) AS p(nome, preco)"
            "  WHERE NOT EXISTS (SELECT FROM crm.produtos)",
            false, 0) < 0)
        elog(ERROR, "could not create the products");
}

static void
criar_clientes(int quantos, int semente, int64 *pedidos)
{
    const Oid tipos[] = {INT8OID, INT8OID, INT4OID, BOOLOID, INT8ARRAYOID};
    const bool todos = quantos <= TODOS_NA_JANELA_ATE;
    SPIPlanPtr inserir_clientes;
    SPIPlanPtr inserir_pedidos;
    Datum valores[lengthof(tipos)];
    bool nulo;
    const bool poucos = quantos <= BUSCA_AOS_POUCOS_ATE;
    int nivel;

    /* The lock of the counters comes first, as in crm.recontar(). */
    (void)trava_pegar(TRAVA_CONTAGENS, 0, true);
    /* One population at a time: the range of ids is taken as a whole. */
    SPI_execute("LOCK TABLE crm.clientes IN SHARE ROW EXCLUSIVE MODE", false, 0);
    SPI_execute("SELECT coalesce(array_agg(id ORDER BY id), '{}')"
                "  FROM (SELECT id FROM crm.produtos FOR KEY SHARE) AS p",
                false, 0);
    valores[4] = SPI_datumTransfer(
        SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &nulo),
        false, -1);

    inserir_clientes = SPI_prepare(
        "INSERT INTO crm.clientes (id_cliente, cpf, nome_completo,"
        "       data_nascimento, sexo, nome_mae, celular, email, cidade, uf,"
        "       cep, data_ultima_compra, valor_total, ativo, nao_contatar,"
        "       created_at)"
        " SELECT g.* FROM crm.popular_clientes($1, $2, $3, $4) AS g"
        "  WHERE NOT EXISTS (SELECT FROM crm.clientes c WHERE c.cpf = g.cpf)",
        4, (Oid *)tipos);
    inserir_pedidos = SPI_prepare(
        "INSERT INTO crm.pedidos (cliente_id, produto_id, data_pedido, valor,"
        "       created_at)"
        " SELECT g.* FROM crm.popular_pedidos($1, $2, $3, $4, $5) AS g"
        "  WHERE g.cliente_id IN (SELECT c.id_cliente FROM crm.clientes c"
        "                          WHERE c.id_cliente BETWEEN $1 AND $2)",
        5, (Oid *)tipos);
    if (inserir_clientes == NULL || inserir_pedidos == NULL)
        elog(ERROR, "could not prepare the population");

    nivel = NewGUCNestLevel();
    set_config_option("session_replication_role", "replica", PGC_SUSET,
                      PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
    for (int faltam = quantos; faltam > 0;)
    {
        int lote = Min(faltam, CLIENTES_POR_LOTE);
        int64 de = reservar_ids(lote);

        valores[0] = Int64GetDatum(de);
        valores[1] = Int64GetDatum(de + lote - 1);
        valores[2] = Int32GetDatum(semente);
        valores[3] = BoolGetDatum(todos);
        if (SPI_execute_plan(inserir_clientes, valores, NULL, false, 0) < 0)
            elog(ERROR, "could not create the clients");
        /* Less than lote when a CPF is taken or not valid: go on. */
        faltam -= (int)SPI_processed;
        if (SPI_execute_plan(inserir_pedidos, valores, NULL, false, 0) < 0)
            elog(ERROR, "could not create the orders");
        *pedidos += (int64)SPI_processed;
        if (poucos)
            busca_incluir_faixa(de, de + lote - 1);
    }
    AtEOXact_GUC(true, nivel);

    if (!poucos)
        (void)busca_reconstruir();
    consultar("SELECT crm.recontar()::bigint");
}

/* The first of so many ids of crm.clientes that nobody else will get. */
static int64
reservar_ids(int quantos)
{
    return consultar(psprintf(
        "SELECT setval(s, greatest(nextval(s),"
        "           (SELECT coalesce(max(id_cliente), 0) + 1"
        "              FROM crm.clientes)) + %d - 1) - %d + 1"
        "  FROM pg_get_serial_sequence('crm.clientes', 'id_cliente') AS s",
        quantos, quantos));
}

static int64
consultar(const char *sql)
{
    bool nulo;

    if (SPI_execute(sql, false, 1) != SPI_OK_SELECT || SPI_processed != 1)
        elog(ERROR, "could not ask \"%s\"", sql);
    return DatumGetInt64(SPI_getbinval(SPI_tuptable->vals[0],
                                       SPI_tuptable->tupdesc, 1, &nulo));
}

static TimestampTz
meio_dia(DateADT dia)
{
    /* Noon in Brasília. */
    return (TimestampTz)dia * USECS_PER_DAY + 15 * USECS_PER_HOUR;
}
