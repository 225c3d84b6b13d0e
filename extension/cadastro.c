/*
 * cadastro.c: creating, changing, deactivating and reactivating a client.
 *
 * Source: SPEC BUSCA-5, DADOS-2, DADOS-10.
 */
#include "cadastro_interno.h"

#include "catalog/pg_type.h"
#include "utils/datetime.h"
#include "utils/json.h"

enum
{
    VERSAO_NENHUMA = -1 /* equal to no version */
};

/* Hidden from who has not cliente.ver_sensivel. */
static const bool sensivel[CAMPOS] = {
    [CAMPO_CPF] = true,
    [CAMPO_DATA_NASCIMENTO] = true,
    [CAMPO_NOME_MAE] = true,
};

static int32 mudar(FunctionCallInfo fcinfo, bool substituir);

/*
 * crm.cliente_criar(cpf crm.cpf, nome_completo text, data_nascimento date,
 *                   sexo text, nome_mae text, celular text, email text,
 *                   cidade text, uf text, cep text, nao_contatar boolean)
 * returns bigint
 *
 * Returns clientes.id_cliente.
 *
 * Errors: CR403 acesso_negado; CR409 cpf_duplicado, whose detail is
 *         {"id_cliente", "ativo", "pode_reativar"} as far as the caller may see
 *         that client; CR422 campo_invalido for every field that is wrong.
 * Source: SPEC BUSCA-5, DADOS-10.
 */
PG_FUNCTION_INFO_V1(crm_cliente_criar);
Datum
crm_cliente_criar(PG_FUNCTION_ARGS)
{
    /* Arguments 0 and 2 have types of their own. */
    static const int campos[] = {
        CAMPO_CPF,   CAMPO_NOME_COMPLETO, CAMPO_DATA_NASCIMENTO,
        CAMPO_SEXO,  CAMPO_NOME_MAE,      CAMPO_CELULAR,
        CAMPO_EMAIL, CAMPO_CIDADE,        CAMPO_UF,
        CAMPO_CEP};
    Registro r = {0};
    Erros e = {0};

    identidade_exigir("cliente.criar");
    for (int i = 0; i < lengthof(campos); i++)
    {
        const char *texto = NULL;

        if (PG_ARGISNULL(i))
            texto = NULL;
        else if (campos[i] == CAMPO_CPF)
            texto = psprintf("%011lld", (long long)PG_GETARG_INT64(i));
        else if (campos[i] == CAMPO_DATA_NASCIMENTO)
        {
            char dia[MAXDATELEN + 1];

            JsonEncodeDateTime(dia, PG_GETARG_DATUM(i), DATEOID, NULL);
            texto = pstrdup(dia);
        }
        else
            texto = text_to_cstring(PG_GETARG_TEXT_PP(i));
        registro_texto(&r, &e, campos[i], texto);
    }
    r.dito[CAMPO_NAO_CONTATAR] = true;
    r.valor[CAMPO_NAO_CONTATAR] =
        pstrdup(!PG_ARGISNULL(10) && PG_GETARG_BOOL(10) ? "true" : "false");
    registro_exigir(&r, &e, CAMPO_CPF);
    registro_exigir(&r, &e, CAMPO_NOME_COMPLETO);
    registro_falhar(&e);

    PG_RETURN_INT64(cadastro_incluir(&r));
}

/*
 * crm.cliente_alterar(id_cliente bigint, campos jsonb, versao integer)
 * returns integer
 *
 * Changes the fields named, null empties one; the others stay. versao NULL: as
 * it is now. Returns the version after it, the same one when nothing changed.
 *
 * Errors: CR403 acesso_negado, CR403/CR404 as cadastro_exigir_visivel(); CR409
 *         cpf_duplicado; CR412 versao_antiga, detail {"versao"}; CR422
 *         campo_invalido, campo_obrigatorio, campo_desconhecido.
 */
PG_FUNCTION_INFO_V1(crm_cliente_alterar);
Datum
crm_cliente_alterar(PG_FUNCTION_ARGS)
{
    PG_RETURN_INT32(mudar(fcinfo, false));
}

/*
 * crm.cliente_substituir(id_cliente bigint, campos jsonb, versao integer)
 * returns integer
 *
 * Like cliente_alterar, but fields not named are emptied: those the caller may
 * see, for nobody can send back what is hidden from them. nao_contatar stays
 * unless named: an opt-out is never taken back by leaving it out.
 */
PG_FUNCTION_INFO_V1(crm_cliente_substituir);
Datum
crm_cliente_substituir(PG_FUNCTION_ARGS)
{
    PG_RETURN_INT32(mudar(fcinfo, true));
}

/* substituir: what the caller may see and does not name is emptied. */
static int32
mudar(FunctionCallInfo fcinfo, bool substituir)
{
    const bool ve = identidade_pode("cliente.ver_sensivel");
    Registro r = {0};
    Erros e = {0};

    if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
        ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
                        errmsg("id_cliente and campos cannot be null")));
    identidade_exigir("cliente.alterar");
    cadastro_exigir_visivel(PG_GETARG_INT64(0));
    registro_ler(&r, &e, PG_GETARG_JSONB_P(1));
    for (int i = 0; substituir && i < CAMPO_NAO_CONTATAR; i++)
        if (ve || !sensivel[i])
            r.dito[i] = true;
    for (int i = CAMPO_CPF; i <= CAMPO_NOME_COMPLETO; i++)
        if (r.dito[i])
            registro_exigir(&r, &e, i);
    registro_falhar(&e);

    return cadastro_gravar(PG_GETARG_INT64(0), &r, !PG_ARGISNULL(2),
                           PG_ARGISNULL(2) ? 0 : PG_GETARG_INT32(2));
}

/*
 * crm.cliente_desativar(id_cliente bigint, versao integer) returns integer
 *
 * The row stays; its open assignment ends and no distribution deals the client.
 * Repeated, it changes nothing. Returns the version after it.
 *
 * Errors: as cliente_alterar, without those of fields.
 */
PG_FUNCTION_INFO_V1(crm_cliente_desativar);
Datum
crm_cliente_desativar(PG_FUNCTION_ARGS)
{
    if (PG_ARGISNULL(0))
        ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
                        errmsg("id_cliente cannot be null")));
    PG_RETURN_INT32(cadastro_ativar(PG_GETARG_INT64(0), false, !PG_ARGISNULL(1),
                                    PG_ARGISNULL(1) ? 0 : PG_GETARG_INT32(1)));
}

/*
 * crm.cliente_reativar(id_cliente bigint) returns integer
 *
 * The next distribution may deal the client again. Returns the version after
 * it.
 */
PG_FUNCTION_INFO_V1(crm_cliente_reativar);
Datum
crm_cliente_reativar(PG_FUNCTION_ARGS)
{
    PG_RETURN_INT32(cadastro_ativar(PG_GETARG_INT64(0), true, false, 0));
}

/*
 * crm.if_match_versao(if_match text, atual integer) returns integer
 *
 * The version that If-Match demands: NULL for "*" and for none, atual when it
 * is among those listed, else -1. The version of an entity tag is what stands
 * before its dot; a tag that a proxy made weak is as good.
 */
PG_FUNCTION_INFO_V1(crm_if_match_versao);
Datum
crm_if_match_versao(PG_FUNCTION_ARGS)
{
    const char *p;

    if (PG_ARGISNULL(0))
        PG_RETURN_NULL();
    p = text_to_cstring(PG_GETARG_TEXT_PP(0));
    p += strspn(p, " \t");
    if (p[0] == '*' && p[1 + strspn(p + 1, " \t")] == '\0')
        PG_RETURN_NULL();

    while (*p != '\0' && !PG_ARGISNULL(1))
    {
        int64 n = 0;
        int digitos = 0;

        p += strspn(p, " \t,");
        if (p[0] == 'W' && p[1] == '/')
            p += 2;
        if (*p == '"')
            p++;
        for (; *p >= '0' && *p <= '9'; p++, digitos++)
            n = Min(n * 10 + (*p - '0'), (int64)PG_INT32_MAX + 1);
        if (digitos > 0 && (*p == '.' || *p == '"' || *p == '\0') &&
            n == PG_GETARG_INT32(1))
            PG_RETURN_INT32(PG_GETARG_INT32(1));
        p += strcspn(p, ",");
    }
    PG_RETURN_INT32(VERSAO_NENHUMA);
}
