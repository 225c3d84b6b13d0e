/*
 * carteira.c: who holds a client, changed by a person (SPEC DIST-6).
 *
 * Each function locks the client first and then looks for the open row with a
 * new snapshot: a distribution that is just moving this client has either
 * finished or not begun. Nothing here takes the lock of the distributions, so a
 * contact waits for a run only when the run moves this very client.
 */
#include "crm.h"

#include "catalog/pg_type.h"
#include "utils/timestamp.h"

#include "carteira.h"
#include "redistribuicao.h"

enum
{
    PESO_MAX = 100,
    CAPACIDADE_MAX = 1000000,
    CAPACIDADE_SEM_LIMITE = -1
};

static void encerrar(int64 atribuicao, const char *motivo);
static void conferir_destino(int64 vendedor_id);
static void cliente_inexistente(void) pg_attribute_noreturn();

/*
 * crm.realocar_cliente(cliente_id bigint, vendedor_id bigint) returns bigint
 *
 * Ends the open assignment, contacted or not, and gives the client to that
 * seller: pending and pinned, so that no distribution takes it away. What was
 * planned with the client (retornar_em, proximo_passo) goes along: the client
 * was promised it, whoever calls. The seller
 * may be offline and need not take part in distributions; capacity is not asked,
 * for a person decided. Repeated, it returns the same assignment. Returns
 * cliente_vendedor.id.
 *
 * Errors: CR403 acesso_negado; CR404 cliente_inexistente, vendedor_inexistente;
 *         CR409 vendedor_inativo, cliente_inativo, cliente_nao_contatar.
 * Source: SPEC DIST-6.
 */
PG_FUNCTION_INFO_V1(crm_realocar_cliente);
Datum
crm_realocar_cliente(PG_FUNCTION_ARGS)
{
    static SPIPlanPtr guardado = NULL;
    static const Oid tipos[] = {INT8OID, INT8OID, INT8OID, TIMESTAMPTZOID,
                                INT8OID};
    static const char sql[] =
        "INSERT INTO crm.cliente_vendedor (cliente_id, vendedor_id,"
        "    de_vendedor_id, fixado, data_ultima_compra, valor_total,"
        "    data_atribuicao, motivo, retornar_em, proximo_passo)"
        " SELECT c.id_cliente, $2, nullif($3, 0), true, c.data_ultima_compra,"
        "        c.valor_total, $4, 'realocacao', a.retornar_em,"
        "        a.proximo_passo"
        "   FROM crm.clientes c"
        "   LEFT JOIN crm.cliente_vendedor a ON a.id = $5"
        "  WHERE c.id_cliente = $1"
        " RETURNING id";
    int64 cliente_id = PG_GETARG_INT64(0);
    int64 vendedor_id = PG_GETARG_INT64(1);
    int64 interessados[2];
    int64 atribuicao;
    bool ativo;
    bool nao_contatar;
    Aberta a;
    Sistema salvo;

    identidade_exigir("cliente.realocar");

    sistema_entrar(&salvo);
    SPI_connect();
    conferir_destino(vendedor_id);
    if (!carteira_travar_cliente(cliente_id, &ativo, &nao_contatar))
        cliente_inexistente();
    if (!ativo)
        crm_falha(409, "cliente_inativo", "cliente_id",
                  "Este cliente está desativado.",
                  "Reative o cadastro antes de realocar.", NULL);
    if (nao_contatar)
        crm_falha(409, "cliente_nao_contatar", "cliente_id",
                  "Este cliente pediu para não ser contatado.", NULL, NULL);

    a = carteira_achar_aberta(cliente_id);
    atribuicao = a.id;
    if (a.id == 0 || a.vendedor_id != vendedor_id || a.contatado || !a.fixado)
    {
        Datum valores[] = {Int64GetDatum(cliente_id),
                           Int64GetDatum(vendedor_id),
                           Int64GetDatum(a.vendedor_id),
                           TimestampTzGetDatum(tempo_agora()),
                           Int64GetDatum(a.id)};
        bool nulo;

        if (a.id != 0)
            encerrar(a.id, "realocacao");
        SPI_execute_plan(plano(&guardado, sql, lengthof(tipos), tipos), valores,
                         NULL, false, 0);
        atribuicao = DatumGetInt64(SPI_getbinval(
            SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &nulo));
        carteira_definir_status(cliente_id, "atribuido");

        interessados[0] = vendedor_id;
        interessados[1] = a.vendedor_id;
        evento_emitir("cliente_realocado", interessados,
                      a.id != 0 && a.vendedor_id != vendedor_id ? 2 : 1,
                      psprintf("{\"cliente_id\":" INT64_FORMAT
                               ",\"vendedor_id\":" INT64_FORMAT
                               ",\"de_vendedor_id\":" INT64_FORMAT
                               ",\"atribuicao_id\":" INT64_FORMAT "}",
                               cliente_id, vendedor_id, a.vendedor_id,
                               atribuicao));
    }
    SPI_finish();
    sistema_sair(&salvo);
    PG_RETURN_INT64(atribuicao);
}

/*
 * crm.liberar_cliente(cliente_id bigint, forcar boolean) returns bigint
 *
 * Ends the open assignment; the client is disponivel and takes part in the next
 * distribution, also after forcar, which throws away that it was contacted.
 * Returns cliente_vendedor.id; NULL when nobody held the client, which is no
 * error: a repetition finds what it wanted.
 *
 * Errors: CR403 acesso_negado; CR404 cliente_inexistente; CR409
 *         cliente_contatado unless forcar.
 * Source: SPEC DIST-6.
 */
PG_FUNCTION_INFO_V1(crm_liberar_cliente);
Datum
crm_liberar_cliente(PG_FUNCTION_ARGS)
{
    int64 cliente_id = PG_GETARG_INT64(0);
    bool forcar = PG_GETARG_BOOL(1);
    Aberta a;
    Sistema salvo;

    identidade_exigir("cliente.liberar");

    sistema_entrar(&salvo);
    SPI_connect();
    if (!carteira_travar_cliente(cliente_id, NULL, NULL))
        cliente_inexistente();
    a = carteira_achar_aberta(cliente_id);
    if (a.id != 0)
    {
        if (a.contatado && !forcar)
            crm_falha(409, "cliente_contatado", "cliente_id",
                      "Este cliente já foi contatado.",
                      "Confirme para liberar mesmo assim.", NULL);
        encerrar(a.id, "liberacao");
        carteira_definir_status(cliente_id, "disponivel");
        evento_emitir("cliente_liberado", &a.vendedor_id, 1,
                      psprintf("{\"cliente_id\":" INT64_FORMAT
                               ",\"vendedor_id\":" INT64_FORMAT
                               ",\"atribuicao_id\":" INT64_FORMAT "}",
                               cliente_id, a.vendedor_id, a.id));
    }
    SPI_finish();
    sistema_sair(&salvo);
    if (a.id == 0)
        PG_RETURN_NULL();
    PG_RETURN_INT64(a.id);
}

/*
 * crm.configurar_vendedor(vendedor_id bigint, peso integer, capacidade integer,
 *                         participa boolean) returns bigint
 *
 * Changes how much of the work the seller gets, and deals anew. NULL leaves a
 * value as it is. Returns lotes.id; NULL when nothing had to be dealt.
 *
 * Units:  peso 1..100, share of the work; capacidade clients not yet contacted,
 *         -1 no limit.
 * Errors: CR403 acesso_negado; CR404 vendedor_inexistente; CR422 peso_invalido,
 *         capacidade_invalida; 25001 unless READ COMMITTED.
 * Source: SPEC DIST-1, DIST-2.
 */
PG_FUNCTION_INFO_V1(crm_configurar_vendedor);
Datum
crm_configurar_vendedor(PG_FUNCTION_ARGS)
{
    static SPIPlanPtr guardado = NULL;
    static const Oid tipos[] = {INT8OID, INT4OID, INT4OID, BOOLOID};
    static const char sql[] =
        "UPDATE crm.vendedores"
        "   SET peso = coalesce($2, peso),"
        "       capacidade = CASE WHEN $3 IS NULL THEN capacidade"
        "                         WHEN $3 >= 0 THEN $3 END,"
        "       participa_distribuicao = coalesce($4, participa_distribuicao),"
        "       updated_at = now()"
        " WHERE id = $1";
    Datum valores[lengthof(tipos)];
    char nulos[lengthof(tipos) + 1] = "    ";
    int64 lote;
    Sistema salvo;

    if (PG_ARGISNULL(0))
        ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
                        errmsg("vendedor_id cannot be null")));
    identidade_exigir("vendedor.configurar");
    if (!PG_ARGISNULL(1) &&
        (PG_GETARG_INT32(1) < 1 || PG_GETARG_INT32(1) > PESO_MAX))
        crm_falha(422, "peso_invalido", "peso",
                  "O peso deve estar entre 1 e 100.", NULL, NULL);
    if (!PG_ARGISNULL(2) && (PG_GETARG_INT32(2) < CAPACIDADE_SEM_LIMITE ||
                             PG_GETARG_INT32(2) > CAPACIDADE_MAX))
        crm_falha(422, "capacidade_invalida", "capacidade",
                  "A capacidade deve estar entre 0 e 1.000.000.",
                  "Use -1 para não limitar.", NULL);

    distribuicao_travar();
    for (int i = 0; i < lengthof(tipos); i++)
    {
        valores[i] = PG_GETARG_DATUM(i);
        if (PG_ARGISNULL(i))
            nulos[i] = 'n';
    }
    sistema_entrar(&salvo);
    SPI_connect();
    SPI_execute_plan(plano(&guardado, sql, lengthof(tipos), tipos), valores,
                     nulos, false, 0);
    if (SPI_processed == 0)
        crm_falha(404, "vendedor_inexistente", "vendedor_id",
                  "Vendedor não encontrado.", NULL, NULL);
    SPI_finish();
    sistema_sair(&salvo);

    lote = distribuir("cadastro", DISTRIBUIR_DIFERENCA, true);
    if (lote == 0)
        PG_RETURN_NULL();
    PG_RETURN_INT64(lote);
}

/* ---- steps ---- */

/* Locks the client's row until the end; false: no such client. */
bool
carteira_travar_cliente(int64 cliente_id, bool *ativo, bool *nao_contatar)
{
    static SPIPlanPtr guardado = NULL;
    static const Oid tipos[] = {INT8OID};
    static const char sql[] = "SELECT ativo, nao_contatar FROM crm.clientes"
                              " WHERE id_cliente = $1 FOR NO KEY UPDATE";
    Datum valor = Int64GetDatum(cliente_id);
    bool nulo;

    SPI_execute_plan(plano(&guardado, sql, lengthof(tipos), tipos), &valor,
                     NULL, false, 0);
    if (SPI_processed == 0)
        return false;
    if (ativo != NULL)
        *ativo = DatumGetBool(SPI_getbinval(SPI_tuptable->vals[0],
                                            SPI_tuptable->tupdesc, 1, &nulo));
    if (nao_contatar != NULL)
        *nao_contatar = DatumGetBool(SPI_getbinval(
            SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 2, &nulo));
    return true;
}

Aberta
carteira_achar_aberta(int64 cliente_id)
{
    static SPIPlanPtr guardado = NULL;
    static const Oid tipos[] = {INT8OID};
    static const char sql[] =
        "SELECT id, vendedor_id, contatado, fixado FROM crm.cliente_vendedor"
        " WHERE cliente_id = $1 AND encerrada_em IS NULL FOR NO KEY UPDATE";
    Datum valor = Int64GetDatum(cliente_id);
    Aberta a = {0};
    bool nulo;

    SPI_execute_plan(plano(&guardado, sql, lengthof(tipos), tipos), &valor,
                     NULL, false, 0);
    if (SPI_processed > 0)
    {
        HeapTuple linha = SPI_tuptable->vals[0];
        TupleDesc forma = SPI_tuptable->tupdesc;

        a.id = DatumGetInt64(SPI_getbinval(linha, forma, 1, &nulo));
        a.vendedor_id = DatumGetInt64(SPI_getbinval(linha, forma, 2, &nulo));
        a.contatado = DatumGetBool(SPI_getbinval(linha, forma, 3, &nulo));
        a.fixado = DatumGetBool(SPI_getbinval(linha, forma, 4, &nulo));
    }
    return a;
}

static void
encerrar(int64 atribuicao, const char *motivo)
{
    static SPIPlanPtr guardado = NULL;
    static const Oid tipos[] = {INT8OID, TIMESTAMPTZOID, TEXTOID};
    static const char sql[] = "UPDATE crm.cliente_vendedor"
                              "   SET encerrada_em = $2, motivo_fim = $3"
                              " WHERE id = $1";
    Datum valores[] = {Int64GetDatum(atribuicao),
                       TimestampTzGetDatum(tempo_agora()),
                       CStringGetTextDatum(motivo)};

    SPI_execute_plan(plano(&guardado, sql, lengthof(tipos), tipos), valores,
                     NULL, false, 0);
}

void
carteira_definir_status(int64 cliente_id, const char *status)
{
    static SPIPlanPtr guardado = NULL;
    static const Oid tipos[] = {INT8OID, TEXTOID};
    static const char sql[] = "UPDATE crm.clientes SET status = $2"
                              " WHERE id_cliente = $1 AND status <> $2";
    Datum valores[] = {Int64GetDatum(cliente_id), CStringGetTextDatum(status)};

    SPI_execute_plan(plano(&guardado, sql, lengthof(tipos), tipos), valores,
                     NULL, false, 0);
}

/*
 * FOR SHARE: a deactivation that began waits or is waited for, before any client
 * is locked; heartbeats skip the row meanwhile.
 */
static void
conferir_destino(int64 vendedor_id)
{
    static SPIPlanPtr guardado = NULL;
    static const Oid tipos[] = {INT8OID};
    static const char sql[] =
        "SELECT ativo FROM crm.vendedores WHERE id = $1 FOR SHARE";
    Datum valor = Int64GetDatum(vendedor_id);
    bool nulo;

    SPI_execute_plan(plano(&guardado, sql, lengthof(tipos), tipos), &valor,
                     NULL, false, 0);
    if (SPI_processed == 0)
        crm_falha(404, "vendedor_inexistente", "vendedor_id",
                  "Vendedor não encontrado.", NULL, NULL);
    if (!DatumGetBool(SPI_getbinval(SPI_tuptable->vals[0],
                                    SPI_tuptable->tupdesc, 1, &nulo)))
        crm_falha(409, "vendedor_inativo", "vendedor_id",
                  "Este vendedor está desativado.",
                  "Escolha um vendedor ativo.", NULL);
}

static void
cliente_inexistente(void)
{
    crm_falha(404, "cliente_inexistente", "cliente_id",
              "Cliente não encontrado.", NULL, NULL);
}
