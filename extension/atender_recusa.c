/*
 * atender_recusa.c: what is the caller's fault becomes status and problem+json
 * (RFC 9457).
 */
#include "atender_pedido.h"

#include "common/jsonapi.h"
#include "mb/pg_wchar.h"
#include "utils/fmgrprotos.h"
#include "utils/json.h"

#include "atender.h"

static char *sem_erros(const char *dados, char **erros);
static int tentar_em_de(const char *json);
static bool objeto_json(const char *json);

bool
recusa_traduzir(const Pedido *p, const ErrorData *erro, Resposta *r)
{
    const char *estado = unpack_sql_state(erro->sqlerrcode);
    const char *restricao = erro->constraint_name;

    if (crm_falha_foi(erro->sqlerrcode))
    {
        recusar(r, atoi(estado + 2),
                restricao != NULL ? restricao : "recusado", erro->column_name,
                erro->message, erro->hint, erro->detail);
        return true;
    }

    switch (erro->sqlerrcode)
    {
    case ERRCODE_UNIQUE_VIOLATION:
        if (restricao && strcmp(restricao, "usuarios_email_unico") == 0)
            recusar(r, 409, "email_em_uso", "email",
                    "Já existe um usuário com este e-mail.", NULL, NULL);
        else if (restricao && strcmp(restricao, "usuarios_nome_unico") == 0)
            recusar(r, 409, "nome_em_uso", "nome",
                    "Já existe um usuário com este nome.", NULL, NULL);
        else if (restricao && strcmp(restricao, "clientes_cpf_unico") == 0)
            recusar(r, 409, "cpf_em_uso", "cpf",
                    "Já existe um cliente com este CPF.", NULL, NULL);
        else
            recusar(r, 409, "conflito", NULL, "Este registro já existe.", NULL,
                    NULL);
        return true;
    case ERRCODE_FOREIGN_KEY_VIOLATION:
    case ERRCODE_EXCLUSION_VIOLATION:
        recusar(r, 409, "conflito", NULL,
                "O pedido se refere a um registro que não permite isto.", NULL,
                NULL);
        return true;
    case ERRCODE_NO_DATA_FOUND:
        recusar(r, 404, "nao_encontrado", NULL, "Registro não encontrado.",
                NULL, NULL);
        return true;
    case ERRCODE_INSUFFICIENT_PRIVILEGE:
        /* A grant is missing: closed, and the log says which. */
        ereport(LOG, (errmsg("crm.api_%s: %s", p->funcao, erro->message),
                      errhidestmt(true)));
        recusar(r, 403, "acesso_negado", NULL,
                "Você não tem permissão para esta ação.", NULL, NULL);
        return true;
    default:
        break;
    }

    if (strncmp(estado, "22", 2) == 0 || strncmp(estado, "23", 2) == 0)
    {
        /* The message may hold the value: not to the log, not to the client. */
        ereport(LOG, (errmsg("crm.api_%s refused with SQLSTATE %s", p->funcao,
                             estado),
                      errhidestmt(true)));
        recusar(r, 422, "valor_invalido", erro->column_name,
                "Um dos valores enviados não é válido.", NULL, NULL);
        return true;
    }
    return false;
}

void
recusar(Resposta *r, int status, const char *codigo, const char *campo,
        const char *mensagem, const char *dica, const char *dados)
{
    StringInfoData corpo;
    char *erros = NULL;

    if (dados != NULL && !objeto_json(dados))
        dados = NULL;
    r->tentar_em = dados != NULL ? tentar_em_de(dados) : 0;
    if (dados != NULL)
        dados = sem_erros(dados, &erros);
    initStringInfo(&corpo);
    if (erros != NULL)
        problema_montar_lista(&corpo, status, codigo, mensagem, erros, dica,
                              dados);
    else
        problema_montar(&corpo, status, codigo, campo, mensagem, dica, dados);
    r->status = status;
    r->corpo = corpo.data;
    r->extra = NULL;
    r->repetida = false;
}

/* dados without its list "erros", which goes to *erros; NULL: nothing else. */
static char *
sem_erros(const char *dados, char **erros)
{
    JsonbValue *v = json_valor(dados, "erros");
    Jsonb *j;

    if (v == NULL || v->type != jbvBinary ||
        !JsonContainerIsArray(v->val.binary.data))
        return pstrdup(dados);
    j = JsonbValueToJsonb(v);
    *erros = JsonbToCString(NULL, &j->root, VARSIZE(j));
    j = DatumGetJsonbP(DirectFunctionCall2(
        jsonb_delete, DirectFunctionCall1(jsonb_in, CStringGetDatum(dados)),
        CStringGetTextDatum("erros")));
    return JB_ROOT_COUNT(j) == 0
               ? NULL
               : JsonbToCString(NULL, &j->root, VARSIZE(j));
}

void
problema_montar(StringInfo corpo, int status, const char *codigo,
                const char *campo, const char *mensagem, const char *dica,
                const char *dados)
{
    StringInfoData erros;

    initStringInfo(&erros);
    appendStringInfoChar(&erros, '[');
    if (campo != NULL)
    {
        appendStringInfoString(&erros, "{\"campo\":");
        escape_json(&erros, campo);
        appendStringInfoString(&erros, ",\"mensagem\":");
        escape_json(&erros, mensagem);
        appendStringInfoChar(&erros, '}');
    }
    appendStringInfoChar(&erros, ']');
    problema_montar_lista(corpo, status, codigo, mensagem, erros.data, dica,
                          dados);
}

void
problema_montar_lista(StringInfo corpo, int status, const char *codigo,
                      const char *mensagem, const char *erros,
                      const char *dica, const char *dados)
{
    static const struct
    {
        int status;
        const char *titulo;
    } titulos[] = {
        {400, "Pedido inválido"}, {401, "Não autenticado"},
        {403, "Acesso negado"},   {404, "Não encontrado"},
        {409, "Conflito"},        {412, "Versão antiga"},
        {413, "Pedido grande demais"}, {415, "Formato não aceito"},
        {422, "Dados inválidos"}, {428, "Versão não informada"},
        {429, "Muitas tentativas"}, {503, "Indisponível"},
    };
    const char *titulo = "Recusado";
    const char *requisicao = identidade_atual()->requisicao;

    for (int i = 0; i < lengthof(titulos); i++)
        if (titulos[i].status == status)
            titulo = titulos[i].titulo;

    appendStringInfo(corpo, "{\"type\":\"urn:crm:erro:%s\",\"title\":", codigo);
    escape_json(corpo, titulo);
    appendStringInfo(corpo, ",\"status\":%d,\"detail\":", status);
    escape_json(corpo, mensagem);
    appendStringInfoString(corpo, ",\"codigo\":");
    escape_json(corpo, codigo);
    appendStringInfo(corpo, ",\"erros\":%s", erros);
    if (dica != NULL)
    {
        appendStringInfoString(corpo, ",\"dica\":");
        escape_json(corpo, dica);
    }
    if (dados != NULL)
        appendStringInfo(corpo, ",\"dados\":%s", dados);
    appendStringInfoString(corpo, ",\"requisicao\":");
    escape_json(corpo, requisicao);
    appendStringInfoChar(corpo, '}');
}

void
recusa_auditar(const Pedido *p, const Resposta *r)
{
    StringInfoData depois;
    JsonbValue *codigo;

    if ((r->status != 403 && r->status != 401) ||
        identidade_atual()->usuario_id == 0)
        return;

    codigo = json_valor(r->corpo, "codigo");
    initStringInfo(&depois);
    appendStringInfo(&depois, "{\"status\":%d,\"funcao\":", r->status);
    escape_json(&depois, p->funcao);
    if (codigo != NULL && codigo->type == jbvString)
    {
        appendStringInfoString(&depois, ",\"codigo\":");
        escape_json(&depois, pnstrdup(codigo->val.string.val,
                                      codigo->val.string.len));
    }
    appendStringInfoChar(&depois, '}');
    auditoria_registrar("recusa", NULL, 0, 1, NULL, depois.data);
}

static int
tentar_em_de(const char *json)
{
    JsonbValue *v = json_valor(json, "tentar_em");

    if (v == NULL || v->type != jbvNumeric)
        return 0;
    return DatumGetInt32(DirectFunctionCall1(
        numeric_int4, NumericGetDatum(v->val.numeric)));
}

JsonbValue *
json_valor(const char *json, const char *chave)
{
    Jsonb *j = DatumGetJsonbP(
        DirectFunctionCall1(jsonb_in, CStringGetDatum(json)));

    if (!JB_ROOT_IS_OBJECT(j))
        return NULL;
    return getKeyJsonValueFromContainer(&j->root, chave, strlen(chave), NULL);
}

static bool
objeto_json(const char *json)
{
    JsonLexContext *lex = makeJsonLexContextCstringLen(
        unconstify(char *, json), strlen(json), GetDatabaseEncoding(), false);

    return json[0] == '{' &&
           pg_parse_json(lex, &nullSemAction) == JSON_SUCCESS;
}

/*
 * crm.problema(status integer, codigo text, campo text, mensagem text, dica
 *              text, dados json) returns json
 *
 * The problem+json of a refusal, for crm.responder().
 */
PG_FUNCTION_INFO_V1(crm_problema);
Datum
crm_problema(PG_FUNCTION_ARGS)
{
    char *arg[6] = {0};
    StringInfoData corpo;

    for (int i = 1; i < 6; i++)
        if (!PG_ARGISNULL(i))
            arg[i] = text_to_cstring(PG_GETARG_TEXT_PP(i));
    if (PG_ARGISNULL(0) || arg[1] == NULL || arg[3] == NULL)
        ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
                        errmsg("status, codigo and mensagem cannot be null")));

    initStringInfo(&corpo);
    problema_montar(&corpo, PG_GETARG_INT32(0), arg[1], arg[2], arg[3], arg[4],
                    arg[5]);
    PG_RETURN_TEXT_P(cstring_to_text(corpo.data));
}
