/*
 * cpf.c: the base type crm.cpf, eight bytes passed by value.
 *
 * Only what judges or writes a CPF is here; order, hash and binary output are
 * the server's own functions of bigint (sql/extensao/10_cpf.sql).
 */
#include "crm.h"
#include "cpf_digitos.h"

#include "libpq/pqformat.h"

static void cpf_exigir(CpfErro erro);

/*
 * crm.cpf_in(cstring) returns crm.cpf
 *
 * Errors: invalid_text_representation (22P02); the value is never repeated,
 *         since messages end in logs.
 * Source: SPEC DADOS-3.
 */
PG_FUNCTION_INFO_V1(crm_cpf_in);
Datum
crm_cpf_in(PG_FUNCTION_ARGS)
{
    const char *texto = PG_GETARG_CSTRING(0);
    int64 cpf = 0;

    cpf_exigir(cpf_ler(texto, strlen(texto), &cpf));
    PG_RETURN_INT64(cpf);
}

PG_FUNCTION_INFO_V1(crm_cpf_out);
Datum
crm_cpf_out(PG_FUNCTION_ARGS)
{
    char *saida = palloc(CPF_TEXTO);

    cpf_escrever(PG_GETARG_INT64(0), saida);
    PG_RETURN_CSTRING(saida);
}

/* Binary input is judged as strictly as text. */
PG_FUNCTION_INFO_V1(crm_cpf_recv);
Datum
crm_cpf_recv(PG_FUNCTION_ARGS)
{
    int64 cpf = pq_getmsgint64((StringInfo)PG_GETARG_POINTER(0));

    cpf_exigir(cpf_validar(cpf));
    PG_RETURN_INT64(cpf);
}

/* bigint -> cpf; leading zeros are implied. */
PG_FUNCTION_INFO_V1(crm_cpf_de_bigint);
Datum
crm_cpf_de_bigint(PG_FUNCTION_ARGS)
{
    int64 cpf = PG_GETARG_INT64(0);

    cpf_exigir(cpf_validar(cpf));
    PG_RETURN_INT64(cpf);
}

PG_FUNCTION_INFO_V1(crm_cpf_para_bigint);
Datum
crm_cpf_para_bigint(PG_FUNCTION_ARGS)
{
    PG_RETURN_INT64(PG_GETARG_INT64(0));
}

/* crm.cpf_formatado(crm.cpf) returns text: 529.982.247-25 */
PG_FUNCTION_INFO_V1(crm_cpf_formatado);
Datum
crm_cpf_formatado(PG_FUNCTION_ARGS)
{
    char saida[CPF_FORMATADO];

    cpf_formatar(PG_GETARG_INT64(0), saida);
    PG_RETURN_TEXT_P(cstring_to_text(saida));
}

/*
 * crm.cpf_mascara(crm.cpf) returns text: ***.982.247-**
 *
 * Source: SPEC LGPD-1.
 */
PG_FUNCTION_INFO_V1(crm_cpf_mascara);
Datum
crm_cpf_mascara(PG_FUNCTION_ARGS)
{
    char saida[CPF_FORMATADO];

    cpf_mascarar(PG_GETARG_INT64(0), saida);
    PG_RETURN_TEXT_P(cstring_to_text(saida));
}

static void
cpf_exigir(CpfErro erro)
{
    static const char *const motivo[] = {
        [CPF_FORMATO] = "The value is not made of 11 digits.",
        [CPF_REPETIDO] = "The same digit is repeated eleven times.",
        [CPF_DIGITO] = "A check digit is wrong.",
    };

    if (erro != CPF_OK)
        ereport(ERROR,
                (errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
                 errmsg("invalid value for type cpf"),
                 errdetail("%s", motivo[erro]),
                 errhint("Pass 11 digits, with or without the mask "
                         "000.000.000-00, whose check digits are right.")));
}
