/*
 * cartao.c: clients as JSON: cards of the board, rows of the client lists.
 *
 * Inside a reading endpoint (leitura.c), which has judged who may read. The CPF
 * is masked unless the caller may see it.
 */
#include "crm.h"

#include "catalog/pg_type.h"

/* Columns that both show; $2: may the caller see the whole CPF? */
#define CLIENTE                                                               \
    "u.ordem,"                                                                \
    " c.id_cliente AS id,"                                                    \
    " c.nome_completo AS nome,"                                               \
    " CASE WHEN $2 THEN crm.cpf_formatado(c.cpf)"                             \
    "      ELSE crm.cpf_mascara(c.cpf) END AS cpf,"                           \
    " c.celular,"                                                             \
    " c.email,"                                                               \
    " c.cidade,"                                                              \
    " c.uf,"                                                                  \
    " c.data_ultima_compra,"                                                  \
    " crm.dias_sem_comprar(c.data_ultima_compra) AS dias_sem_comprar,"        \
    " crm.periodo_de(c.data_ultima_compra) AS periodo,"                       \
    " crm.situacao(c.data_ultima_compra) AS situacao,"                        \
    " c.ativo,"                                                               \
    " c.status,"                                                              \
    " c.valor_total,"

/* Open rows that go to another seller when nothing happens: reciclagem.c. */
#define SEM_TOQUE                                                             \
    "v.encerrada_em IS NULL AND NOT v.contatado AND NOT v.fixado"             \
    " AND v.retornar_em IS NULL AND v.proximo_passo IS NULL"

static Datum lista(const char *sql, SPIPlanPtr *guardado, int n, Oid *tipos,
                   Datum *args);

/*
 * crm.ler_cartoes(ids bigint[], meio date) returns json
 *
 * ids are of cliente_vendedor, the cards come in their order; meio is the
 * oldest data_ultima_compra of the column 30-45.
 */
PG_FUNCTION_INFO_V1(crm_ler_cartoes);
Datum
crm_ler_cartoes(PG_FUNCTION_ARGS)
{
    static SPIPlanPtr guardado = NULL;
    const int limite = config_int("dias_sem_toque");
    Oid tipos[] = {INT8ARRAYOID, BOOLOID, DATEOID, INT4OID, DATEOID};
    /* The mark is passed on the day on which 80 % are: cards change at midnight. */
    Datum args[] = {0, 0, PG_GETARG_DATUM(1), Int32GetDatum(limite),
                    DateADTGetDatum(tempo_hoje() + 1 - (limite * 4 + 4) / 5)};

    if (PG_ARGISNULL(0))
        PG_RETURN_TEXT_P(cstring_to_text("[]"));
    args[0] = PG_GETARG_DATUM(0);
    args[1] = BoolGetDatum(identidade_pode("cliente.ver_sensivel"));
    return lista(
        "SELECT " CLIENTE
        " CASE WHEN v.encerrada_em IS NOT NULL THEN v.resultado"
        "      WHEN v.contatado THEN 'contatado'"
        "      WHEN v.data_ultima_compra >= $3 THEN 'a_contatar_30_45'"
        "      ELSE 'a_contatar_46_60' END AS coluna,"
        " v.id AS atribuicao_id,"
        " v.data_atribuicao,"
        " v.contatado,"
        " v.data_contato,"
        " v.resultado,"
        " v.observacoes,"
        " v.fixado,"
        " v.encerrada_em,"
        " v.valor_recuperado,"
        " v.retornar_em,"
        " v.proximo_passo,"
        " v.marcado_por,"
        " CASE WHEN $4 > 0 AND " SEM_TOQUE
        "      THEN v.data_atribuicao + $4 * interval '24 hours'"
        "      END AS reciclagem_em,"
        " $4 > 0 AND " SEM_TOQUE
        "     AND v.data_atribuicao < (SELECT $5::timestamp AT TIME ZONE"
        "                                     crm.config('fuso_horario'))"
        "     AS esfriando,"
        " crm.json_pedido(p.data_pedido, p.valor) AS ultimo_pedido"
        " FROM unnest($1) WITH ORDINALITY AS u(id, ordem)"
        " JOIN crm.cliente_vendedor v ON v.id = u.id"
        " JOIN crm.clientes c ON c.id_cliente = v.cliente_id"
        " LEFT JOIN LATERAL ("
        "   SELECT o.data_pedido, o.valor FROM crm.pedidos o"
        "    WHERE o.cliente_id = v.cliente_id"
        "    ORDER BY o.data_pedido DESC, o.id DESC LIMIT 1) p ON true",
        &guardado, lengthof(tipos), tipos, args);
}

/*
 * crm.ler_clientes(ids bigint[]) returns json
 *
 * ids are of clientes, the rows come in their order.
 */
PG_FUNCTION_INFO_V1(crm_ler_clientes);
Datum
crm_ler_clientes(PG_FUNCTION_ARGS)
{
    static SPIPlanPtr guardado = NULL;
    Oid tipos[] = {INT8ARRAYOID, BOOLOID};
    Datum args[2];

    if (PG_ARGISNULL(0))
        PG_RETURN_TEXT_P(cstring_to_text("[]"));
    args[0] = PG_GETARG_DATUM(0);
    args[1] = BoolGetDatum(identidade_pode("cliente.ver_sensivel"));
    return lista(
        "SELECT " CLIENTE
        " crm.json_par(s.id, s.nome) AS vendedor_atribuido,"
        " coalesce(v.contatado, false) AS contatado,"
        " coalesce(v.fixado, false) AS fixado,"
        " v.id AS atribuicao_id"
        " FROM unnest($1) WITH ORDINALITY AS u(id, ordem)"
        " JOIN crm.clientes c ON c.id_cliente = u.id"
        " LEFT JOIN crm.cliente_vendedor v"
        "   ON v.cliente_id = u.id AND v.encerrada_em IS NULL"
        " LEFT JOIN crm.vendedores s ON s.id = v.vendedor_id",
        &guardado, lengthof(tipos), tipos, args);
}

static Datum
lista(const char *sql, SPIPlanPtr *guardado, int n, Oid *tipos, Datum *args)
{
    StringInfoData json;

    initStringInfo(&json);
    appendStringInfoSpaces(&json, VARHDRSZ);
    SPI_connect();
    json_lista_executar(&json, plano(guardado, sql, n, tipos), n, tipos, args);
    SPI_finish();
    SET_VARSIZE(json.data, json.len);
    PG_RETURN_TEXT_P(json.data);
}
