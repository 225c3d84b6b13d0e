/*
 * contato.c: what a seller does with a client they hold: mark a contact, take
 * the mark back, say the next step (SPEC BOARD-2, BOARD-4, BOARD-5, DIST-5).
 *
 * Each function locks the client first and then looks for the open row with a
 * new snapshot, as those of carteira.c do.
 *
 * A mark keeps beside it what it replaced (retornar_antes, passo_antes), so that
 * its undo is exact. The undo is for who marked, on the business day of the mark
 * and while nothing was done with the assignment since; a later next step makes
 * the mark final (marcado_por NULL), any end of the assignment closes the row.
 */
#include "crm.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "mb/pg_wchar.h"
#include "utils/timestamp.h"

#include "carteira.h"

enum
{
    OBSERVACOES_MAX = 4000, /* characters */
    PASSO_MAX = 500,        /* characters */
    RETORNO_MAX = 366       /* days from today */
};

/* What a mark may say; 'recuperado' is written by an order alone. */
static const char *const resultados[] = {"contatado", "sem_resposta", "recusou",
                                         "interessado", "numero_errado"};

static TupleDesc forma_da_resposta(FunctionCallInfo fcinfo);
static void julgar(FunctionCallInfo fcinfo);
static Aberta segurar(int64 vendedor_id, int64 cliente_id);
static Datum linha(TupleDesc forma, SPIPlanPtr plano, Datum *valores,
                   MemoryContext chamador);
static char *texto_ou_nulo(FunctionCallInfo fcinfo, int n);
static void conferir_contato(const char *observacoes, const char *resultado);
static bool retorno_igual(FunctionCallInfo fcinfo, int n, int64 atribuicao);
static void conferir_retorno(FunctionCallInfo fcinfo, int n);
static bool desfazivel(int64 atribuicao);
static void avisar(const char *tipo, const Aberta *a, int64 cliente_id);
static void negar_outro(void) pg_attribute_noreturn();

/*
 * crm.marcar_contatado(vendedor_id bigint, cliente_id bigint,
 *                      observacoes text, resultado text, retornar_em date)
 *     returns record
 *
 * Ends the seller's work with the client for this purchase cycle, unless
 * retornar_em says when to come back; what was planned before is done. A
 * repetition changes nothing and returns the first mark with repetido = true.
 *
 * Units:  observacoes at most 4000 characters; retornar_em today to 366 days on.
 * Errors: CR403 acesso_negado (another seller's board); CR403
 *         cliente_de_outro_vendedor, the same when the client does not exist;
 *         CR422 resultado_invalido, observacoes_longas, retorno_invalido.
 * Source: SPEC BOARD-2, BOARD-5.
 */
PG_FUNCTION_INFO_V1(crm_marcar_contatado);
Datum
crm_marcar_contatado(PG_FUNCTION_ARGS)
{
    static SPIPlanPtr marcar = NULL;
    static SPIPlanPtr ler = NULL;
    static const Oid marcar_tipos[] = {INT8OID, TIMESTAMPTZOID, TEXTOID,
                                       TEXTOID, DATEOID, INT8OID};
    static const Oid ler_tipos[] = {INT8OID, BOOLOID};
    static const char marcar_sql[] =
        "UPDATE crm.cliente_vendedor"
        "   SET contatado = true, data_contato = $2, resultado = $3,"
        "       observacoes = $4, retornar_em = $5, proximo_passo = NULL,"
        "       marcado_por = $6, retornar_antes = retornar_em,"
        "       passo_antes = proximo_passo"
        " WHERE id = $1";
    static const char ler_sql[] =
        "SELECT id, cliente_id, contatado, data_contato, resultado, $2,"
        "       retornar_em"
        "  FROM crm.cliente_vendedor WHERE id = $1";
    MemoryContext chamador = CurrentMemoryContext;
    TupleDesc forma = forma_da_resposta(fcinfo);
    char *observacoes;
    char *resultado;
    Datum resposta;
    Aberta a;
    Sistema salvo;

    julgar(fcinfo);
    observacoes = texto_ou_nulo(fcinfo, 2);
    resultado = texto_ou_nulo(fcinfo, 3);
    if (resultado == NULL)
        resultado = pstrdup("contatado");
    conferir_contato(observacoes, resultado);
    conferir_retorno(fcinfo, 4);

    sistema_entrar(&salvo);
    SPI_connect();
    a = segurar(PG_GETARG_INT64(0), PG_GETARG_INT64(1));
    if (!a.contatado)
    {
        Datum valores[] = {Int64GetDatum(a.id),
                           TimestampTzGetDatum(tempo_agora()),
                           CStringGetTextDatum(resultado),
                           observacoes ? CStringGetTextDatum(observacoes)
                                       : (Datum)0,
                           PG_GETARG_DATUM(4),
                           Int64GetDatum(identidade_atual()->usuario_id)};
        char nulos[] = "      ";

        nulos[3] = observacoes ? ' ' : 'n';
        nulos[4] = PG_ARGISNULL(4) ? 'n' : ' ';
        SPI_execute_plan(plano(&marcar, marcar_sql, lengthof(marcar_tipos),
                               marcar_tipos),
                         valores, nulos, false, 0);
        carteira_definir_status(PG_GETARG_INT64(1), "contatado");
        avisar("cliente_contatado", &a, PG_GETARG_INT64(1));
    }

    {
        Datum valores[] = {Int64GetDatum(a.id), BoolGetDatum(a.contatado)};

        resposta = linha(forma,
                         plano(&ler, ler_sql, lengthof(ler_tipos), ler_tipos),
                         valores, chamador);
    }
    SPI_finish();
    sistema_sair(&salvo);
    PG_RETURN_DATUM(resposta);
}

/*
 * crm.desfazer_contato(vendedor_id bigint, cliente_id bigint) returns record
 *
 * Takes the caller's own mark back: the client is pending again, with the next
 * step it had before. What the mark counted is uncounted by the same triggers.
 *
 * Errors: CR403 as crm.marcar_contatado(); CR409 contato_mudou when the client
 *         is not marked, another person marked it, the day of the mark is over
 *         or something was done with it since.
 * Source: SPEC BOARD-4.
 */
PG_FUNCTION_INFO_V1(crm_desfazer_contato);
Datum
crm_desfazer_contato(PG_FUNCTION_ARGS)
{
    static SPIPlanPtr desfazer = NULL;
    static SPIPlanPtr ler = NULL;
    static const Oid tipos[] = {INT8OID};
    static const char desfazer_sql[] =
        "UPDATE crm.cliente_vendedor"
        "   SET contatado = false, data_contato = NULL, resultado = NULL,"
        "       observacoes = NULL, retornar_em = retornar_antes,"
        "       proximo_passo = passo_antes, marcado_por = NULL,"
        "       retornar_antes = NULL, passo_antes = NULL"
        " WHERE id = $1";
    static const char ler_sql[] =
        "SELECT id, cliente_id, retornar_em, proximo_passo"
        "  FROM crm.cliente_vendedor WHERE id = $1";
    MemoryContext chamador = CurrentMemoryContext;
    TupleDesc forma = forma_da_resposta(fcinfo);
    Datum valores[1];
    Datum resposta;
    Aberta a;
    Sistema salvo;

    julgar(fcinfo);
    sistema_entrar(&salvo);
    SPI_connect();
    a = segurar(PG_GETARG_INT64(0), PG_GETARG_INT64(1));
    if (!a.contatado || !desfazivel(a.id))
        crm_falha(409, "contato_mudou", "cliente_id",
                  "Este contato não pode mais ser desfeito.",
                  "Só quem marcou desfaz, no mesmo dia e enquanto nada mudou.",
                  NULL);
    valores[0] = Int64GetDatum(a.id);
    SPI_execute_plan(plano(&desfazer, desfazer_sql, 1, tipos), valores, NULL,
                     false, 0);
    carteira_definir_status(PG_GETARG_INT64(1), "atribuido");
    avisar("contato_desfeito", &a, PG_GETARG_INT64(1));
    resposta = linha(forma, plano(&ler, ler_sql, 1, tipos), valores, chamador);
    SPI_finish();
    sistema_sair(&salvo);
    PG_RETURN_DATUM(resposta);
}

/*
 * crm.definir_proximo_passo(vendedor_id bigint, cliente_id bigint,
 *                           retornar_em date, passo text) returns record
 *
 * Says what comes next with the client and when, in place of what was said
 * before; NULL, NULL: nothing more. After it a mark cannot be taken back.
 *
 * Units:  retornar_em today to 366 days on, or the day it has; passo at most
 *         500 characters.
 * Errors: CR403 as crm.marcar_contatado(); CR422 retorno_invalido,
 *         passo_longo.
 * Source: SPEC BOARD-5.
 */
PG_FUNCTION_INFO_V1(crm_definir_proximo_passo);
Datum
crm_definir_proximo_passo(PG_FUNCTION_ARGS)
{
    static SPIPlanPtr definir = NULL;
    static SPIPlanPtr ler = NULL;
    static const Oid tipos[] = {INT8OID, DATEOID, TEXTOID};
    static const char definir_sql[] =
        "UPDATE crm.cliente_vendedor"
        "   SET retornar_em = $2, proximo_passo = $3, marcado_por = NULL,"
        "       retornar_antes = NULL, passo_antes = NULL"
        " WHERE id = $1"
        "   AND (retornar_em, proximo_passo) IS DISTINCT FROM ($2, $3::varchar)";
    static const char ler_sql[] =
        "SELECT id, cliente_id, retornar_em, proximo_passo"
        "  FROM crm.cliente_vendedor WHERE id = $1";
    MemoryContext chamador = CurrentMemoryContext;
    TupleDesc forma = forma_da_resposta(fcinfo);
    char *passo;
    Datum resposta;
    Aberta a;
    Sistema salvo;

    julgar(fcinfo);
    passo = texto_ou_nulo(fcinfo, 3);
    if (passo != NULL && pg_mbstrlen(passo) > PASSO_MAX)
        crm_falha(422, "passo_longo", "nota",
                  "O próximo passo passa de 500 caracteres.", NULL, NULL);

    sistema_entrar(&salvo);
    SPI_connect();
    a = segurar(PG_GETARG_INT64(0), PG_GETARG_INT64(1));
    /* The note of an overdue step is changed without moving its day. */
    if (!retorno_igual(fcinfo, 2, a.id))
        conferir_retorno(fcinfo, 2);
    {
        Datum valores[] = {Int64GetDatum(a.id), PG_GETARG_DATUM(2),
                           passo ? CStringGetTextDatum(passo) : (Datum)0};
        char nulos[] = "   ";

        nulos[1] = PG_ARGISNULL(2) ? 'n' : ' ';
        nulos[2] = passo ? ' ' : 'n';
        SPI_execute_plan(plano(&definir, definir_sql, lengthof(tipos), tipos),
                         valores, nulos, false, 0);
        if (SPI_processed > 0)
            avisar("proximo_passo", &a, PG_GETARG_INT64(1));
        resposta = linha(forma, plano(&ler, ler_sql, 1, tipos), valores,
                         chamador);
    }
    SPI_finish();
    sistema_sair(&salvo);
    PG_RETURN_DATUM(resposta);
}

/*
 * crm.definir_whatsapp(vendedor_id bigint, modelo text) returns text
 *
 * The seller's own text of the WhatsApp link; NULL: that of the setting
 * whatsapp_modelo. Returns what is in force.
 *
 * Units:  at most 500 characters; {vendedor}, {empresa}, {saudacao} stand for
 *         first name, company and the greeting of the hour.
 * Errors: CR403 acesso_negado; CR404 vendedor_inexistente; CR422 modelo_longo.
 * Source: SPEC BOARD-4.
 */
PG_FUNCTION_INFO_V1(crm_definir_whatsapp);
Datum
crm_definir_whatsapp(PG_FUNCTION_ARGS)
{
    static SPIPlanPtr guardado = NULL;
    static const Oid tipos[] = {INT8OID, TEXTOID};
    static const char sql[] = "UPDATE crm.vendedores"
                              "   SET whatsapp_modelo = $2, updated_at = now()"
                              " WHERE id = $1";
    char *modelo = texto_ou_nulo(fcinfo, 1);
    Datum valores[2];
    Sistema salvo;

    if (PG_ARGISNULL(0))
        ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
                        errmsg("vendedor_id cannot be null")));
    identidade_exigir("contato.marcar");
    identidade_exigir_vendedor(PG_GETARG_INT64(0), "contato.marcar_por_outro");
    if (modelo != NULL && pg_mbstrlen(modelo) > PASSO_MAX)
        crm_falha(422, "modelo_longo", "modelo",
                  "A mensagem passa de 500 caracteres.", NULL, NULL);

    valores[0] = PG_GETARG_DATUM(0);
    valores[1] = modelo ? CStringGetTextDatum(modelo) : (Datum)0;
    sistema_entrar(&salvo);
    SPI_connect();
    SPI_execute_plan(plano(&guardado, sql, lengthof(tipos), tipos), valores,
                     modelo ? "  " : " n", false, 0);
    if (SPI_processed == 0)
        crm_falha(404, "vendedor_inexistente", "id", "Vendedor não encontrado.",
                  NULL, NULL);
    SPI_finish();
    sistema_sair(&salvo);
    PG_RETURN_TEXT_P(cstring_to_text(
        modelo ? modelo : config_texto("whatsapp_modelo")));
}

/* ---- steps ---- */

static TupleDesc
forma_da_resposta(FunctionCallInfo fcinfo)
{
    TupleDesc forma;

    if (get_call_result_type(fcinfo, NULL, &forma) != TYPEFUNC_COMPOSITE)
        elog(ERROR, "return type must be a row type");
    return BlessTupleDesc(forma);
}

/* May the caller work on the board of the first argument? */
static void
julgar(FunctionCallInfo fcinfo)
{
    if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
        ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
                        errmsg("vendedor_id and cliente_id cannot be null")));
    identidade_exigir("contato.marcar");
    identidade_exigir_vendedor(PG_GETARG_INT64(0), "contato.marcar_por_outro");
}

/* The client's open row, locked; it must be this seller's. */
static Aberta
segurar(int64 vendedor_id, int64 cliente_id)
{
    Aberta a;

    if (!carteira_travar_cliente(cliente_id, NULL, NULL))
        negar_outro();
    a = carteira_achar_aberta(cliente_id);
    if (a.id == 0 || a.vendedor_id != vendedor_id)
        negar_outro();
    return a;
}

/* The one row of a query as the answer, in the caller's memory. */
static Datum
linha(TupleDesc forma, SPIPlanPtr guardado, Datum *valores,
      MemoryContext chamador)
{
    MemoryContext antes;
    Datum resposta;

    SPI_execute_plan(guardado, valores, NULL, false, 1);
    antes = MemoryContextSwitchTo(chamador);
    resposta = heap_copy_tuple_as_datum(SPI_tuptable->vals[0], forma);
    MemoryContextSwitchTo(antes);
    return resposta;
}

static char *
texto_ou_nulo(FunctionCallInfo fcinfo, int n)
{
    return PG_ARGISNULL(n) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(n));
}

static void
conferir_contato(const char *observacoes, const char *resultado)
{
    bool existe = false;

    for (int i = 0; i < lengthof(resultados); i++)
        existe |= strcmp(resultado, resultados[i]) == 0;
    if (!existe)
        crm_falha(422, "resultado_invalido", "resultado",
                  "Resultado de contato desconhecido.",
                  "Use contatado, sem_resposta, recusou, interessado ou "
                  "numero_errado.",
                  NULL);
    if (observacoes != NULL && pg_mbstrlen(observacoes) > OBSERVACOES_MAX)
        crm_falha(422, "observacoes_longas", "observacoes",
                  "As observações passam de 4.000 caracteres.", NULL, NULL);
}

/* A day to come back: today or later, within a year. */
static void
conferir_retorno(FunctionCallInfo fcinfo, int n)
{
    DateADT dia;
    DateADT hoje = tempo_hoje();

    if (PG_ARGISNULL(n))
        return;
    dia = PG_GETARG_DATEADT(n);
    if (DATE_NOT_FINITE(dia) || dia < hoje || dia > hoje + RETORNO_MAX)
        crm_falha(422, "retorno_invalido", "retornar_em",
                  "O retorno deve ser de hoje até daqui a um ano.", NULL, NULL);
}

/* Is the day that of the open row? */
static bool
retorno_igual(FunctionCallInfo fcinfo, int n, int64 atribuicao)
{
    static SPIPlanPtr guardado = NULL;
    static const Oid tipos[] = {INT8OID, DATEOID};
    Datum valores[] = {Int64GetDatum(atribuicao), PG_GETARG_DATUM(n)};

    if (PG_ARGISNULL(n))
        return false;
    SPI_execute_plan(plano(&guardado,
                           "SELECT FROM crm.cliente_vendedor"
                           " WHERE id = $1 AND retornar_em = $2",
                           lengthof(tipos), tipos),
                     valores, NULL, false, 1);
    return SPI_processed > 0;
}

/* Did the caller mark it, on this business day, and nothing happened since? */
static bool
desfazivel(int64 atribuicao)
{
    static SPIPlanPtr guardado = NULL;
    static const Oid tipos[] = {INT8OID};
    static const char sql[] = "SELECT marcado_por, data_contato"
                              "  FROM crm.cliente_vendedor WHERE id = $1";
    Datum valor = Int64GetDatum(atribuicao);
    HeapTuple achada;
    Datum marcado_por;
    Datum quando;
    bool nulo;
    bool sem_data;

    SPI_execute_plan(plano(&guardado, sql, lengthof(tipos), tipos), &valor,
                     NULL, false, 1);
    achada = SPI_tuptable->vals[0];
    marcado_por = SPI_getbinval(achada, SPI_tuptable->tupdesc, 1, &nulo);
    quando = SPI_getbinval(achada, SPI_tuptable->tupdesc, 2, &sem_data);
    return !nulo && !sem_data &&
           DatumGetInt64(marcado_por) == identidade_atual()->usuario_id &&
           tempo_dia(DatumGetTimestampTz(quando)) == tempo_hoje();
}

static void
avisar(const char *tipo, const Aberta *a, int64 cliente_id)
{
    evento_emitir(tipo, &a->vendedor_id, 1,
                  psprintf("{\"vendedor_id\":" INT64_FORMAT
                           ",\"cliente_id\":" INT64_FORMAT
                           ",\"atribuicao_id\":" INT64_FORMAT "}",
                           a->vendedor_id, cliente_id, a->id));
}

/* The same words whether the client exists or not. */
static void
negar_outro(void)
{
    crm_falha(403, "cliente_de_outro_vendedor", "cliente_id",
              "Este cliente não está na carteira deste vendedor.",
              "Atualize o quadro.", NULL);
}
