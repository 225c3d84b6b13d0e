/*
 * cadastro_perfil.c: the record of a client with all that belongs to it: orders,
 * assignments, contacts, and the timeline of its changes.
 *
 * The record itself is read through the view crm.clientes_cadastro, which masks
 * it by role. Assignments show as their policies say: all to carteira.ver_todas,
 * else the caller's own. Every public function judges who may see the client
 * and records the view of the profile (acao 'perfil') in the same transaction.
 *
 * Source: SPEC BUSCA-5, LGPD-1, AUDIT-1.
 */
#include "crm.h"

#include "catalog/pg_type.h"
#include "funcapi.h"
#include "utils/fmgrprotos.h"
#include "utils/json.h"
#include "utils/jsonb.h"
#include "utils/tuplestore.h"

#include "atender.h"
#include "cadastro.h"

enum
{
    PERFIL_PEDIDOS = 20, /* rows of a profile */
    PERFIL_ATRIBUICOES = 50,
    PERFIL_EVENTOS = 50,
    PAGINA_MAX = 1000000,
    TAMANHO_MAX = 100
};

/* The record; the first column of every list is its order, see json_lista.c. */
static const char sql_dados[] =
    "SELECT 1::bigint, c.id_cliente, c.nome_completo, c.cpf, c.idade,"
    "       c.data_nascimento, c.sexo, c.nome_mae, c.celular, c.email,"
    "       c.cidade, c.uf, c.cep, c.data_ultima_compra, c.dias_sem_comprar,"
    "       c.periodo, c.situacao, c.status, c.ativo, c.nao_contatar,"
    "       c.valor_total, crm.json_par(c.vendedor_id, c.vendedor) AS vendedor,"
    "       c.versao, c.created_at, c.updated_at, c.mascarado,"
    "       json_build_object('alterar', crm.pode('cliente.alterar'),"
    "           'desativar', crm.pode('cliente.desativar'),"
    "           'revelar', crm.pode('cliente.revelar')) AS pode"
    "  FROM crm.clientes_cadastro c WHERE c.id_cliente = $1";

static const char sql_perfil[] =
    "SELECT c.id_cliente, c.nome_completo::text, c.cpf, c.idade,"
    "       c.data_nascimento, c.sexo, c.nome_mae::text, c.celular::text,"
    "       c.email::text, c.cidade::text, c.uf, c.cep::text,"
    "       c.data_ultima_compra, c.dias_sem_comprar, c.periodo, c.situacao,"
    "       c.status, c.ativo, c.nao_contatar, c.valor_total, c.vendedor_id,"
    "       c.vendedor::text, c.versao, c.created_at, c.updated_at,"
    "       c.mascarado"
    "  FROM crm.clientes_cadastro c WHERE c.id_cliente = $1";

/* $1 client, $2 rows, $3 rows before. */
static const char sql_pedidos[] =
    "SELECT o.ordem, o.id, o.data_pedido, o.valor, p.nome::text AS produto"
    "  FROM (SELECT row_number() OVER (ORDER BY x.data_pedido DESC, x.id DESC)"
    "               AS ordem, x.id, x.data_pedido, x.valor, x.produto_id"
    "          FROM (SELECT y.id, y.data_pedido, y.valor, y.produto_id"
    "                  FROM crm.pedidos y WHERE y.cliente_id = $1"
    "                 ORDER BY y.data_pedido DESC, y.id DESC"
    "                 LIMIT $2 OFFSET $3) x) o"
    "  LEFT JOIN crm.produtos p ON p.id = o.produto_id"
    " ORDER BY o.ordem";

static const char sql_pedidos_total[] =
    "SELECT count(*), coalesce(sum(valor), 0.00), round(avg(valor), 2)"
    "  FROM crm.pedidos WHERE cliente_id = $1";

/* $1 client, $2 of every seller?, $3 else of this one, $4 rows, $5 contacts. */
static const char sql_atribuicoes[] =
    "SELECT row_number() OVER (ORDER BY x.ordenar DESC, x.id DESC),"
    "       x.id, crm.json_par(s.id, s.nome) AS vendedor, x.motivo,"
    "       x.data_atribuicao, x.contatado, x.data_contato, x.resultado,"
    "       x.observacoes, x.fixado, x.encerrada_em, x.motivo_fim,"
    "       x.valor_recuperado, x.retornar_em, x.proximo_passo, x.marcado_por"
    "  FROM (SELECT v.id, v.vendedor_id, v.motivo, v.data_atribuicao,"
    "               v.contatado, v.data_contato, v.resultado, v.observacoes,"
    "               v.fixado, v.encerrada_em, v.motivo_fim, v.valor_recuperado,"
    "               v.retornar_em, v.proximo_passo, v.marcado_por,"
    "               CASE WHEN $5 THEN v.data_contato END AS ordenar"
    "          FROM crm.cliente_vendedor v"
    "         WHERE v.cliente_id = $1 AND ($2 OR v.vendedor_id = $3)"
    "           AND (NOT $5 OR v.contatado)"
    "         ORDER BY ordenar DESC, v.id DESC LIMIT $4) x"
    "  JOIN crm.vendedores s ON s.id = x.vendedor_id"
    " ORDER BY x.ordenar DESC, x.id DESC";

/*
 * The events of a client: $1 client, $2 and $3 as above.
 *
 * Changes come from the audit (cadastro_historia.c), where a CPF is masked, birth
 * date and mother are not written at all. A record that came in a block begins
 * with created_at.
 */
#define EVENTOS                                                                \
    "WITH campos AS MATERIALIZED ("                                            \
    " SELECT unnest(ARRAY['cpf','nome_completo','data_nascimento','sexo',"     \
    "   'nome_mae','celular','email','cidade','uf','cep','ativo',"             \
    "   'nao_contatar']) AS campo),"                                           \
    " historia AS MATERIALIZED ("                                              \
    " SELECT * FROM crm.interno_cliente_historia($1)),"                        \
    " soltas AS MATERIALIZED ("                                                \
    " SELECT a.id, a.quando, a.acao, a.usuario_id, a.role_banco, a.antes,"     \
    "        a.depois, m.mudancas"                                             \
    "   FROM historia a"                                                       \
    "  CROSS JOIN LATERAL ("                                                   \
    "   SELECT json_agg(json_build_object('campo', k.campo,"                   \
    "              'antes', a.antes -> k.campo,"                               \
    "              'depois', a.depois -> k.campo)) AS mudancas"                \
    "     FROM campos k"                                                       \
    "    WHERE a.acao = 'alterar' AND a.depois ? k.campo) m"                   \
    "  WHERE NOT a.bloco"                                                      \
    "    AND (a.acao = 'inserir' OR m.mudancas IS NOT NULL)),"                 \
    " blocos AS (SELECT * FROM historia a WHERE a.bloco),"                     \
    " lugares AS ("                                                            \
    " SELECT b.*, crm.bloco_lugar(b.depois, $1) AS lugar FROM blocos b"        \
    "  WHERE crm.bloco_lugar(b.depois, $1) IS NOT NULL),"                      \
    " mudancas AS ("                                                           \
    " SELECT s.quando, s.id, s.usuario_id, s.role_banco, s.mudancas,"          \
    "        CASE WHEN s.acao = 'inserir' THEN 'cadastro'"                     \
    "             WHEN s.depois -> 'ativo' = 'false' THEN 'desativacao'"       \
    "             WHEN s.depois -> 'ativo' = 'true' THEN 'reativacao'"         \
    "             ELSE 'alteracao' END AS acao"                                \
    "   FROM soltas s"                                                         \
    " UNION ALL"                                                               \
    " SELECT l.quando, l.id, l.usuario_id, l.role_banco, m.mudancas,"          \
    "        CASE WHEN l.antes -> 'ativo' -> l.lugar"                          \
    "                  IS NOT DISTINCT FROM l.depois -> 'ativo' -> l.lugar"    \
    "             THEN 'alteracao'"                                            \
    "             WHEN l.depois -> 'ativo' -> l.lugar = 'false'"               \
    "             THEN 'desativacao' ELSE 'reativacao' END"                    \
    "   FROM lugares l"                                                        \
    "  CROSS JOIN LATERAL ("                                                   \
    "   SELECT json_agg(json_build_object('campo', k.campo,"                   \
    "              'antes', l.antes -> k.campo -> l.lugar,"                    \
    "              'depois', l.depois -> k.campo -> l.lugar)) AS mudancas"     \
    "     FROM campos k"                                                       \
    "    WHERE l.antes -> k.campo -> l.lugar"                                  \
    "          IS DISTINCT FROM l.depois -> k.campo -> l.lugar) m"             \
    "  WHERE m.mudancas IS NOT NULL"                                           \
    " UNION ALL"                                                               \
    " SELECT c.created_at, 0, NULL, NULL, NULL, 'cadastro'"                    \
    "   FROM crm.clientes c WHERE c.id_cliente = $1"                           \
    "    AND NOT EXISTS (SELECT FROM soltas s WHERE s.acao = 'inserir')),"     \
    " atribuicoes AS ("                                                        \
    " SELECT v.*, s.nome::text AS nome FROM crm.cliente_vendedor v"            \
    "   JOIN crm.vendedores s ON s.id = v.vendedor_id"                         \
    "  WHERE v.cliente_id = $1 AND ($2 OR v.vendedor_id = $3)),"               \
    " eventos AS ("                                                            \
    " SELECT m.quando, m.acao, coalesce(u.nome, m.role_banco)::text AS quem,"  \
    "        coalesce(m.mudancas, '[]') AS campos, 0 AS parte, m.id"           \
    "   FROM mudancas m LEFT JOIN crm.usuarios u ON u.id = m.usuario_id"       \
    " UNION ALL"                                                               \
    " SELECT v.data_atribuicao, 'atribuicao', NULL, json_build_array("         \
    "        json_build_object('campo', 'vendedor', 'antes', NULL,"            \
    "                          'depois', v.nome),"                             \
    "        json_build_object('campo', 'motivo', 'antes', NULL,"              \
    "                          'depois', v.motivo)), 1, v.id"                  \
    "   FROM atribuicoes v"                                                    \
    " UNION ALL"                                                               \
    " SELECT v.data_contato, 'contato', v.nome, json_build_array("             \
    "        json_build_object('campo', 'resultado', 'antes', NULL,"           \
    "                          'depois', v.resultado)), 2, v.id"               \
    "   FROM atribuicoes v WHERE v.contatado"                                  \
    " UNION ALL"                                                               \
    " SELECT v.encerrada_em, CASE v.motivo_fim WHEN 'pedido'"                  \
    "        THEN 'recuperacao' ELSE 'encerramento' END, NULL,"                \
    "        json_build_array("                                                \
    "        json_build_object('campo', 'vendedor', 'antes', v.nome,"          \
    "                          'depois', NULL),"                               \
    "        json_build_object('campo', 'motivo', 'antes', NULL,"              \
    "                          'depois', v.motivo_fim)), 3, v.id"              \
    "   FROM atribuicoes v WHERE v.encerrada_em IS NOT NULL)"

/* $4 rows, $5 rows before. */
static const char sql_eventos[] = EVENTOS
    "SELECT row_number() OVER (ORDER BY e.quando DESC, e.parte DESC, e.id DESC),"
    "       e.quando, e.acao, e.quem, e.campos FROM eventos e"
    " ORDER BY e.quando DESC, e.parte DESC, e.id DESC LIMIT $4 OFFSET $5";

static const char sql_eventos_total[] = EVENTOS
    "SELECT count(*) FROM eventos";

static void ver(int64 id, const char *parte);
static int64 id_de(Jsonb *args, const char *campo);
static void dados(StringInfo json, int64 id);
static void objeto_aberto(StringInfo json, int64 id);
static void pedidos(StringInfo json, int64 id, int64 linhas, int64 antes);
static int32 versao_de(int64 id);
static int64 pedidos_total(int64 id, char **valor, char **media);
static void atribuicoes(StringInfo json, int64 id, bool contatos);
static void eventos(StringInfo json, int64 id, int64 linhas, int64 antes);
static int64 eventos_total(int64 id);
static void pagina(StringInfo json, int64 total, int64 page, int64 size);
static Datum resposta(StringInfo json);
static void devolver(FunctionCallInfo fcinfo, const char *sql, int n,
                     const Oid *tipos, Datum *valores);
static void pagina_ler(FunctionCallInfo fcinfo, int64 *linhas, int64 *antes);

/* ---- JSON: the bodies of the endpoints ---- */

/*
 * crm.ler_cliente(args jsonb) returns json
 *
 * Body of crm.api_cliente(jsonb): {"id_cliente"} -> the profile.
 */
PG_FUNCTION_INFO_V1(crm_ler_cliente);
Datum
crm_ler_cliente(PG_FUNCTION_ARGS)
{
    int64 id = id_de(PG_GETARG_JSONB_P(0), "id_cliente");
    StringInfoData json;
    char *valor;
    char *media;
    int64 total;

    ver(id, NULL);
    initStringInfo(&json);
    SPI_connect();
    objeto_aberto(&json, id);
    total = pedidos_total(id, &valor, &media);
    appendStringInfo(&json,
                     ",\"pedidos\":{\"total\":" INT64_FORMAT ",\"valor\":%s,"
                     "\"media\":%s,\"items\":",
                     total, valor, media != NULL ? media : "null");
    pedidos(&json, id, PERFIL_PEDIDOS, 0);
    appendStringInfoString(&json, "},\"atribuicoes\":");
    atribuicoes(&json, id, false);
    appendStringInfoString(&json, ",\"contatos\":");
    atribuicoes(&json, id, true);
    appendStringInfoString(&json, ",\"linha_do_tempo\":");
    eventos(&json, id, PERFIL_EVENTOS, 0);
    appendStringInfoChar(&json, '}');
    responder_versao(versao_de(id));
    return resposta(&json);
}

/*
 * crm.ler_cliente_pedidos(args jsonb) returns json
 *
 * {"id_cliente", "page", "size"} -> {"items", "total", "page", "size", "pages"}.
 */
PG_FUNCTION_INFO_V1(crm_ler_cliente_pedidos);
Datum
crm_ler_cliente_pedidos(PG_FUNCTION_ARGS)
{
    Jsonb *args = PG_GETARG_JSONB_P(0);
    int64 id = id_de(args, "id_cliente");
    int64 page = id_de(args, "page");
    int64 size = id_de(args, "size");
    StringInfoData json;
    char *valor;
    char *media;

    ver(id, "pedidos");
    initStringInfo(&json);
    SPI_connect();
    appendStringInfoString(&json, "{\"items\":");
    pedidos(&json, id, size, (page - 1) * size);
    pagina(&json, pedidos_total(id, &valor, &media), page, size);
    return resposta(&json);
}

/*
 * crm.ler_cliente_linha_do_tempo(args jsonb) returns json
 *
 * {"id_cliente", "page", "size"} -> {"items", "total", "page", "size", "pages"}.
 */
PG_FUNCTION_INFO_V1(crm_ler_cliente_linha_do_tempo);
Datum
crm_ler_cliente_linha_do_tempo(PG_FUNCTION_ARGS)
{
    Jsonb *args = PG_GETARG_JSONB_P(0);
    int64 id = id_de(args, "id_cliente");
    int64 page = id_de(args, "page");
    int64 size = id_de(args, "size");
    StringInfoData json;

    ver(id, "linha_do_tempo");
    initStringInfo(&json);
    SPI_connect();
    appendStringInfoString(&json, "{\"items\":");
    eventos(&json, id, size, (page - 1) * size);
    pagina(&json, eventos_total(id), page, size);
    return resposta(&json);
}

/*
 * crm.cliente_json(id bigint) returns json
 *
 * The record as the API shows it to the caller; NULL when there is none. For
 * endpoints that judged who may see it and recorded it.
 */
PG_FUNCTION_INFO_V1(crm_cliente_json);
Datum
crm_cliente_json(PG_FUNCTION_ARGS)
{
    StringInfoData json;
    Sistema salvo;

    initStringInfo(&json);
    sistema_entrar(&salvo);
    SPI_connect();
    objeto_aberto(&json, PG_GETARG_INT64(0));
    SPI_finish();
    sistema_sair(&salvo);
    if (json.len == 0)
        PG_RETURN_NULL();
    appendStringInfoChar(&json, '}');
    PG_RETURN_TEXT_P(cstring_to_text_with_len(json.data, json.len));
}

/*
 * crm.bloco_lugar(bloco jsonb, id bigint) returns integer
 *
 * Where the values of a row stand in the arrays of a block of the audit, from
 * 0; NULL: the block does not speak of it. "ids" has numbers, and pairs [first,
 * last] of those that follow one another.
 */
PG_FUNCTION_INFO_V1(crm_bloco_lugar);
Datum
crm_bloco_lugar(PG_FUNCTION_ARGS)
{
    static const char chave[] = "ids";
    Jsonb *bloco = PG_GETARG_JSONB_P(0);
    const int64 id = PG_GETARG_INT64(1);
    JsonbValue *ids = JB_ROOT_IS_OBJECT(bloco)
                          ? getKeyJsonValueFromContainer(
                                &bloco->root, chave, sizeof(chave) - 1, NULL)
                          : NULL;
    JsonbIterator *it;
    JsonbIteratorToken token;
    JsonbValue v;
    int64 faixa[2];
    int n = 0;      /* ends of the range read */
    int nivel = 0;
    int64 antes = 0;

    if (ids == NULL || ids->type != jbvBinary ||
        !JsonContainerIsArray(ids->val.binary.data))
        PG_RETURN_NULL();
    it = JsonbIteratorInit(ids->val.binary.data);
    while ((token = JsonbIteratorNext(&it, &v, false)) != WJB_DONE)
    {
        if (token == WJB_BEGIN_ARRAY || token == WJB_END_ARRAY)
        {
            nivel += token == WJB_BEGIN_ARRAY ? 1 : -1;
            n = 0;
        }
        else if (token != WJB_ELEM || v.type != jbvNumeric || nivel > 2)
            PG_RETURN_NULL();
        else
        {
            faixa[n++] = DatumGetInt64(DirectFunctionCall1(
                numeric_int8, NumericGetDatum(v.val.numeric)));
            if (nivel == 1)
                faixa[n++] = faixa[0];
        }
        if (n < 2)
            continue;
        if (faixa[0] < 0 || faixa[1] < faixa[0])
            PG_RETURN_NULL();
        if (id >= faixa[0] && id <= faixa[1])
            PG_RETURN_INT32((int32)(antes + id - faixa[0]));
        antes += faixa[1] - faixa[0] + 1;
        n = 0;
    }
    PG_RETURN_NULL();
}

/* ---- rows: the same for SQL callers ---- */

/*
 * crm.cliente_perfil(id_cliente bigint) returns record
 *
 * One row, the columns of crm.clientes_cadastro. Recorded as a view.
 *
 * Errors: as cadastro_exigir_visivel().
 */
PG_FUNCTION_INFO_V1(crm_cliente_perfil);
Datum
crm_cliente_perfil(PG_FUNCTION_ARGS)
{
    static SPIPlanPtr guardado = NULL;
    static const Oid tipos[] = {INT8OID};
    Datum valor = PG_GETARG_DATUM(0);
    MemoryContext chamador = CurrentMemoryContext;
    TupleDesc forma;
    Datum linha = (Datum)0;
    bool ha;
    Sistema salvo;

    if (get_call_result_type(fcinfo, NULL, &forma) != TYPEFUNC_COMPOSITE)
        elog(ERROR, "return type must be a row type");
    forma = BlessTupleDesc(forma);
    ver(PG_GETARG_INT64(0), NULL);
    sistema_entrar(&salvo);
    SPI_connect();
    SPI_execute_plan(plano(&guardado, sql_perfil, lengthof(tipos), tipos),
                     &valor, NULL, false, 1);
    ha = SPI_processed > 0;
    MemoryContextSwitchTo(chamador);
    if (ha)
        linha = heap_copy_tuple_as_datum(SPI_tuptable->vals[0], forma);
    SPI_finish();
    sistema_sair(&salvo);
    if (!ha)
        PG_RETURN_NULL();
    PG_RETURN_DATUM(linha);
}

/*
 * crm.cliente_pedidos(id_cliente bigint, page integer, size integer)
 * returns setof record
 *
 * Newest first. Recorded as a view.
 *
 * Errors: as cadastro_exigir_visivel(); 22023 when page is not 1..1000000 or
 *         size not 1..100.
 */
PG_FUNCTION_INFO_V1(crm_cliente_pedidos);
Datum
crm_cliente_pedidos(PG_FUNCTION_ARGS)
{
    static const Oid tipos[] = {INT8OID, INT8OID, INT8OID};
    Datum valores[lengthof(tipos)] = {PG_GETARG_DATUM(0)};
    int64 linhas;
    int64 antes;

    pagina_ler(fcinfo, &linhas, &antes);
    ver(PG_GETARG_INT64(0), "pedidos");
    valores[1] = Int64GetDatum(linhas);
    valores[2] = Int64GetDatum(antes);
    devolver(fcinfo, sql_pedidos, lengthof(tipos), tipos, valores);
    PG_RETURN_NULL();
}

/*
 * crm.cliente_linha_do_tempo(id_cliente bigint, page integer, size integer)
 * returns setof record
 *
 * What happened to the client, newest first. Recorded as a view.
 */
PG_FUNCTION_INFO_V1(crm_cliente_linha_do_tempo);
Datum
crm_cliente_linha_do_tempo(PG_FUNCTION_ARGS)
{
    static const Oid tipos[] = {INT8OID, BOOLOID, INT8OID, INT8OID, INT8OID};
    Datum valores[lengthof(tipos)] = {PG_GETARG_DATUM(0)};
    int64 linhas;
    int64 antes;

    pagina_ler(fcinfo, &linhas, &antes);
    ver(PG_GETARG_INT64(0), "linha_do_tempo");
    valores[1] = BoolGetDatum(identidade_pode("carteira.ver_todas"));
    valores[2] = Int64GetDatum(identidade_atual()->usuario_id);
    valores[3] = Int64GetDatum(linhas);
    valores[4] = Int64GetDatum(antes);
    devolver(fcinfo, sql_eventos, lengthof(tipos), tipos, valores);
    PG_RETURN_NULL();
}

/* ---- steps ---- */

/* Who may see it, and that they did. parte: of a profile; NULL: all of it. */
static void
ver(int64 id, const char *parte)
{
    cadastro_exigir_visivel(id);
    auditoria_registrar("perfil", "clientes", id, 1, NULL,
                        parte ? psprintf("{\"parte\":\"%s\"}", parte) : NULL);
}

/* A whole number of the arguments, which crm.esquema_* judged. */
static int64
id_de(Jsonb *args, const char *campo)
{
    JsonbValue *v = JB_ROOT_IS_OBJECT(args)
                        ? getKeyJsonValueFromContainer(&args->root, campo,
                                                       strlen(campo), NULL)
                        : NULL;

    if (v == NULL || v->type != jbvNumeric)
        crm_falha(422, "campo_obrigatorio", campo,
                  psprintf("O campo \"%s\" é obrigatório.", campo), NULL,
                  NULL);
    return DatumGetInt64(DirectFunctionCall1(
        numeric_int8, NumericGetDatum(v->val.numeric)));
}

static void
dados(StringInfo json, int64 id)
{
    static SPIPlanPtr guardado = NULL;
    static const Oid tipos[] = {INT8OID};
    Datum valor = Int64GetDatum(id);

    json_lista_executar(json, plano(&guardado, sql_dados, 1, tipos), 1, tipos,
                        &valor);
}

/* {"id_cliente": ..., without the last brace; nothing when there is none. */
static void
objeto_aberto(StringInfo json, int64 id)
{
    StringInfoData lista;

    initStringInfo(&lista);
    dados(&lista, id);
    /* "[{...}]" */
    if (lista.len > 4)
        appendBinaryStringInfo(json, lista.data + 1, lista.len - 3);
}

static void
pedidos(StringInfo json, int64 id, int64 linhas, int64 antes)
{
    static SPIPlanPtr guardado = NULL;
    static const Oid tipos[] = {INT8OID, INT8OID, INT8OID};
    Datum valores[] = {Int64GetDatum(id), Int64GetDatum(linhas),
                       Int64GetDatum(antes)};

    json_lista_executar(json,
                        plano(&guardado, sql_pedidos, lengthof(tipos), tipos),
                        lengthof(tipos), tipos, valores);
}

static int32
versao_de(int64 id)
{
    static SPIPlanPtr guardado = NULL;
    static const Oid tipos[] = {INT8OID};
    Datum arg = Int64GetDatum(id);
    bool nulo;

    SPI_execute_plan(plano(&guardado,
                           "SELECT versao FROM crm.clientes"
                           " WHERE id_cliente = $1",
                           1, tipos),
                     &arg, NULL, true, 1);
    if (SPI_processed == 0)
        elog(ERROR, "client is gone");
    return DatumGetInt32(SPI_getbinval(SPI_tuptable->vals[0],
                                       SPI_tuptable->tupdesc, 1, &nulo));
}

static int64
pedidos_total(int64 id, char **valor, char **media)
{
    static SPIPlanPtr guardado = NULL;
    static const Oid tipos[] = {INT8OID};
    Datum arg = Int64GetDatum(id);
    bool nulo;

    SPI_execute_plan(plano(&guardado, sql_pedidos_total, 1, tipos), &arg, NULL,
                     true, 1);
    *valor = SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 2);
    *media = SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 3);
    return DatumGetInt64(SPI_getbinval(SPI_tuptable->vals[0],
                                       SPI_tuptable->tupdesc, 1, &nulo));
}

static void
atribuicoes(StringInfo json, int64 id, bool contatos)
{
    static SPIPlanPtr guardado = NULL;
    static const Oid tipos[] = {INT8OID, BOOLOID, INT8OID, INT8OID, BOOLOID};
    Datum valores[] = {Int64GetDatum(id),
                       BoolGetDatum(identidade_pode("carteira.ver_todas")),
                       Int64GetDatum(identidade_atual()->usuario_id),
                       Int64GetDatum(PERFIL_ATRIBUICOES),
                       BoolGetDatum(contatos)};

    json_lista_executar(
        json, plano(&guardado, sql_atribuicoes, lengthof(tipos), tipos),
        lengthof(tipos), tipos, valores);
}

static void
eventos(StringInfo json, int64 id, int64 linhas, int64 antes)
{
    static SPIPlanPtr guardado = NULL;
    static const Oid tipos[] = {INT8OID, BOOLOID, INT8OID, INT8OID, INT8OID};
    Datum valores[] = {Int64GetDatum(id),
                       BoolGetDatum(identidade_pode("carteira.ver_todas")),
                       Int64GetDatum(identidade_atual()->usuario_id),
                       Int64GetDatum(linhas), Int64GetDatum(antes)};

    json_lista_executar(json,
                        plano(&guardado, sql_eventos, lengthof(tipos), tipos),
                        lengthof(tipos), tipos, valores);
}

static int64
eventos_total(int64 id)
{
    static SPIPlanPtr guardado = NULL;
    static const Oid tipos[] = {INT8OID, BOOLOID, INT8OID};
    Datum valores[] = {Int64GetDatum(id),
                       BoolGetDatum(identidade_pode("carteira.ver_todas")),
                       Int64GetDatum(identidade_atual()->usuario_id)};
    bool nulo;

    SPI_execute_plan(plano(&guardado, sql_eventos_total, lengthof(tipos),
                           tipos),
                     valores, NULL, true, 1);
    return DatumGetInt64(SPI_getbinval(SPI_tuptable->vals[0],
                                       SPI_tuptable->tupdesc, 1, &nulo));
}

/* The end of a page. */
static void
pagina(StringInfo json, int64 total, int64 page, int64 size)
{
    appendStringInfo(json,
                     ",\"total\":" INT64_FORMAT ",\"page\":" INT64_FORMAT
                     ",\"size\":" INT64_FORMAT ",\"pages\":" INT64_FORMAT "}",
                     total, page, size, (total + size - 1) / size);
}

/* Of a function inside SPI_connect; json was made before it. */
static Datum
resposta(StringInfo json)
{
    SPI_finish();
    PG_RETURN_TEXT_P(cstring_to_text_with_len(json->data, json->len));
}

static void
pagina_ler(FunctionCallInfo fcinfo, int64 *linhas, int64 *antes)
{
    if (PG_GETARG_INT32(1) < 1 || PG_GETARG_INT32(1) > PAGINA_MAX)
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("page must be from 1 to %d", PAGINA_MAX)));
    if (PG_GETARG_INT32(2) < 1 || PG_GETARG_INT32(2) > TAMANHO_MAX)
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("size must be from 1 to %d", TAMANHO_MAX)));
    *linhas = PG_GETARG_INT32(2);
    *antes = ((int64)PG_GETARG_INT32(1) - 1) * *linhas;
}

/* The rows of a list without its first column, as the result of the function. */
static void
devolver(FunctionCallInfo fcinfo, const char *sql, int n, const Oid *tipos,
         Datum *valores)
{
    ReturnSetInfo *conjunto = (ReturnSetInfo *)fcinfo->resultinfo;
    Sistema salvo;

    InitMaterializedSRF(fcinfo, 0);
    sistema_entrar(&salvo);
    SPI_connect();
    SPI_execute_with_args(sql, n, (Oid *)tipos, valores, NULL, true, 0);
    for (uint64 i = 0; i < SPI_processed; i++)
    {
        TupleDesc forma = SPI_tuptable->tupdesc;
        Datum *colunas = palloc(sizeof(Datum) * forma->natts);
        bool *nulos = palloc(sizeof(bool) * forma->natts);

        heap_deform_tuple(SPI_tuptable->vals[i], forma, colunas, nulos);
        tuplestore_putvalues(conjunto->setResult, conjunto->setDesc,
                             colunas + 1, nulos + 1);
    }
    SPI_finish();
    sistema_sair(&salvo);
}
