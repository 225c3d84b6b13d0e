/*
 * cadastro_revelacao.c: one client's hidden data in clear, for a stated purpose.
 *
 * Who may reveal, of whom, how often: permission cliente.revelar, clients the
 * caller may see, revelacao_cota times in 24 hours. The reveal is in the audit
 * before it is answered. Users count by themselves; a database role that is no
 * user counts by its name.
 *
 * Source: SPEC LGPD-1.
 */
#include "crm.h"

#include "catalog/pg_type.h"
#include "funcapi.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/json.h"
#include "utils/timestamp.h"

#include "cadastro.h"
#include "campo_cliente.h"
#include "cpf_digitos.h"
#include "trava.h"

enum
{
    JANELA_S = 24 * 60 * 60,
    FINALIDADE_MIN = 5, /* characters */
    FINALIDADE_MAX = 200
};

typedef enum Revelavel
{
    REVELA_CPF,
    REVELA_DATA_NASCIMENTO,
    REVELA_NOME_MAE,
    REVELAVEIS
} Revelavel;

static const char *const nomes[REVELAVEIS] = {"cpf", "data_nascimento",
                                              "nome_mae"};

static void campos_ler(ArrayType *vetor, bool pedido[REVELAVEIS]);
static bool contem_cpf(const char *texto);
static int cota_gastar(void);
static void registrar(int64 id, const bool pedido[REVELAVEIS],
                      const char *finalidade);

/*
 * crm.cliente_revelar(id_cliente bigint, campos text[], finalidade text)
 * returns (cpf text, data_nascimento date, nome_mae text, restantes integer)
 *
 * What was not asked for is NULL. restantes: reveals left in the window.
 *
 * Units:  finalidade 5 to 200 characters, without a CPF in it.
 * Errors: CR403 acesso_negado, CR403/CR404 as cadastro_exigir_visivel(); CR422
 *         campo_invalido (campos, finalidade); CR429 cota_revelacao, whose
 *         detail is {"tentar_em": seconds}.
 */
PG_FUNCTION_INFO_V1(crm_cliente_revelar);
Datum
crm_cliente_revelar(PG_FUNCTION_ARGS)
{
    static SPIPlanPtr guardado = NULL;
    static const Oid tipos[] = {INT8OID};
    bool pedido[REVELAVEIS] = {false};
    Datum valores[REVELAVEIS + 1] = {0};
    bool nulos[REVELAVEIS + 1] = {true, true, true, false};
    MemoryContext chamador = CurrentMemoryContext;
    int64 id = PG_GETARG_INT64(0);
    char *finalidade;
    TupleDesc forma;
    HeapTuple linha;
    Sistema salvo;

    if (get_call_result_type(fcinfo, NULL, &forma) != TYPEFUNC_COMPOSITE)
        elog(ERROR, "return type must be a row type");
    forma = BlessTupleDesc(forma);
    identidade_exigir("cliente.revelar");
    campos_ler(PG_GETARG_ARRAYTYPE_P(1), pedido);
    finalidade = revelacao_finalidade(
        text_to_cstring(PG_GETARG_TEXT_PP(2)), FINALIDADE_MIN);
    cadastro_exigir_visivel(id);

    valores[REVELAVEIS] = Int32GetDatum(cota_gastar());
    registrar(id, pedido, finalidade);

    sistema_entrar(&salvo);
    SPI_connect();
    SPI_execute_plan(
        plano(&guardado,
              "SELECT crm.cpf_formatado(cpf), data_nascimento, nome_mae::text"
              "  FROM crm.clientes WHERE id_cliente = $1",
              lengthof(tipos), tipos),
        (Datum[]){Int64GetDatum(id)}, NULL, false, 1);
    for (int i = 0; SPI_processed > 0 && i < REVELAVEIS; i++)
        if (pedido[i])
            valores[i] = SPI_getbinval(SPI_tuptable->vals[0],
                                       SPI_tuptable->tupdesc, i + 1, &nulos[i]);
    MemoryContextSwitchTo(chamador);
    linha = heap_form_tuple(forma, valores, nulos);
    SPI_finish();
    sistema_sair(&salvo);
    PG_RETURN_DATUM(HeapTupleGetDatum(linha));
}

/*
 * crm.revelacao_recusada(id_cliente bigint) returns void
 *
 * The audit row of a reveal that the quota refused, once the refusal is undone.
 */
PG_FUNCTION_INFO_V1(crm_revelacao_recusada);
Datum
crm_revelacao_recusada(PG_FUNCTION_ARGS)
{
    auditoria_registrar("recusa", "clientes", PG_GETARG_INT64(0), 1, NULL,
                        "{\"status\":429,\"funcao\":\"cliente_revelar\","
                        "\"codigo\":\"cota_revelacao\"}");
    PG_RETURN_VOID();
}

static void
campos_ler(ArrayType *vetor, bool pedido[REVELAVEIS])
{
    static const char erro[] = "Peça cpf, data_nascimento ou nome_mae.";
    Datum *campos;
    bool *nulos;
    int n;

    deconstruct_array(vetor, TEXTOID, -1, false, TYPALIGN_INT, &campos, &nulos,
                      &n);
    for (int i = 0; i < n; i++)
    {
        int campo = 0;

        while (!nulos[i] && campo < REVELAVEIS &&
               strcmp(TextDatumGetCString(campos[i]), nomes[campo]) != 0)
            campo++;
        if (nulos[i] || campo == REVELAVEIS)
            crm_falha(422, "campo_invalido", "campos", erro, NULL, NULL);
        pedido[campo] = true;
    }
    if (n == 0)
        crm_falha(422, "campo_invalido", "campos", erro, NULL, NULL);
}

/* A sentence a person can stand for; it goes to the audit, where no CPF may be. */
char *
revelacao_finalidade(const char *texto, int minimo)
{
    CampoValor v;
    const char *motivo;
    int caracteres;

    texto = cadastro_nfc(texto);
    motivo = campo_cliente_ler(CAMPO_NOME_COMPLETO, texto, strlen(texto), 0, &v);
    if (motivo != NULL)
        crm_falha(422, "campo_invalido", "finalidade",
                  "A finalidade deve ser uma frase sem caracteres especiais.",
                  NULL, NULL);
    caracteres = pg_mbstrlen(v.texto);
    if (v.ausente || caracteres < minimo || caracteres > FINALIDADE_MAX)
        crm_falha(422, "campo_invalido", "finalidade",
                  psprintf("Diga a finalidade, de %d a %d caracteres.", minimo,
                           FINALIDADE_MAX),
                  NULL, NULL);
    if (contem_cpf(v.texto))
        crm_falha(422, "campo_invalido", "finalidade",
                  "A finalidade não pode conter um CPF.", NULL, NULL);
    return pnstrdup(v.texto, v.n);
}

/* Eleven digits that are one, with whatever a person puts between them. */
static bool
contem_cpf(const char *texto)
{
    for (const char *inicio = texto; *inicio != '\0'; inicio++)
    {
        int64 cpf = 0;
        int digitos = 0;

        if (*inicio < '0' || *inicio > '9')
            continue;
        for (const char *p = inicio; *p != '\0' && digitos < CPF_DIGITOS; p++)
            if (*p >= '0' && *p <= '9')
            {
                cpf = cpf * 10 + (*p - '0');
                digitos++;
            }
            else if (strchr(" .-/", *p) == NULL)
                break;
        if (digitos == CPF_DIGITOS && cpf_validar(cpf) == CPF_OK)
            return true;
    }
    return false;
}

/*
 * Raises CR429 when the quota is spent; else how many are left after this one.
 * One reveal of a caller at a time, so that none slips past the count.
 */
static int
cota_gastar(void)
{
    static SPIPlanPtr guardado = NULL;
    static const Oid tipos[] = {INT8OID, TIMESTAMPTZOID, INT4OID};
    const int cota = config_int("revelacao_cota");
    const int64 usuario = identidade_atual()->usuario_id;
    TimestampTz agora = tempo_agora();
    Datum valores[] = {
        Int64GetDatum(usuario),
        TimestampTzGetDatum(agora - (int64)JANELA_S * USECS_PER_SEC),
        Int32GetDatum(Max(cota, 1) - 1)};
    int64 feitas;
    int64 espera = JANELA_S;
    bool nulo;
    Sistema salvo;

    (void)trava_pegar(TRAVA_REVELACAO,
                      usuario ? (uint32)usuario : (uint32)GetSessionUserId(),
                      true);
    sistema_entrar(&salvo);
    SPI_connect();
    /* The reveal whose leaving the window makes room. */
    SPI_execute_plan(
        plano(&guardado,
              "SELECT count(*), (SELECT x.quando FROM crm.revelacoes x"
              "   WHERE x.usuario_id = $1 AND x.quando > $2"
              "     AND ($1 <> 0 OR x.role_banco = session_user)"
              "   ORDER BY x.quando DESC OFFSET $3 LIMIT 1)"
              "  FROM crm.revelacoes r"
              " WHERE r.usuario_id = $1 AND r.quando > $2"
              "   AND ($1 <> 0 OR r.role_banco = session_user)",
              lengthof(tipos), tipos),
        valores, NULL, false, 1);
    feitas = DatumGetInt64(SPI_getbinval(SPI_tuptable->vals[0],
                                         SPI_tuptable->tupdesc, 1, &nulo));
    if (feitas >= cota)
    {
        Datum quando = SPI_getbinval(SPI_tuptable->vals[0],
                                     SPI_tuptable->tupdesc, 2, &nulo);

        if (!nulo)
            espera -= (agora - DatumGetTimestampTz(quando)) / USECS_PER_SEC;
        crm_falha(429, "cota_revelacao", NULL,
                  "Você já revelou dados de clientes demais em 24 horas.",
                  "Tente mais tarde ou peça a um administrador.",
                  psprintf("{\"tentar_em\":" INT64_FORMAT "}",
                           Max(espera, 1)));
    }
    SPI_finish();
    sistema_sair(&salvo);
    return cota - (int)feitas - 1;
}

static void
registrar(int64 id, const bool pedido[REVELAVEIS], const char *finalidade)
{
    static SPIPlanPtr guardado = NULL;
    static const Oid tipos[] = {TIMESTAMPTZOID, INT8OID, INT8OID, TEXTARRAYOID};
    Datum campos[REVELAVEIS];
    StringInfoData depois;
    int n = 0;
    Sistema salvo;

    initStringInfo(&depois);
    appendStringInfoString(&depois, "{\"campos\":[");
    for (int i = 0; i < REVELAVEIS; i++)
        if (pedido[i])
        {
            appendStringInfo(&depois, "%s\"%s\"", n ? "," : "", nomes[i]);
            campos[n++] = CStringGetTextDatum(nomes[i]);
        }
    appendStringInfoString(&depois, "],\"finalidade\":");
    escape_json(&depois, finalidade);
    appendStringInfoChar(&depois, '}');
    auditoria_registrar("revelacao", "clientes", id, 1, NULL, depois.data);
    /* Who rolls back an own transaction takes the audit row and the count with
     * it; this line stays. The front's transactions are not its callers'. */
    if (!identidade_atual()->web)
        ereport(LOG_SERVER_ONLY,
                (errmsg("reveal of client " INT64_FORMAT " by database role %s",
                        id, GetUserNameFromId(GetSessionUserId(), false)),
                 errhidestmt(true)));

    sistema_entrar(&salvo);
    SPI_connect();
    SPI_execute_plan(
        plano(&guardado,
              "INSERT INTO crm.revelacoes (quando, usuario_id, cliente_id,"
              "       campos) VALUES ($1, $2, $3, $4)",
              lengthof(tipos), tipos),
        (Datum[]){TimestampTzGetDatum(tempo_agora()),
                  Int64GetDatum(identidade_atual()->usuario_id),
                  Int64GetDatum(id),
                  PointerGetDatum(construct_array(campos, n, TEXTOID, -1,
                                                  false, TYPALIGN_INT))},
        NULL, false, 0);
    SPI_finish();
    sistema_sair(&salvo);
}
