/*
 * argumento.c: strict reading of the arguments of crm.api_*.
 *
 * args is one flat JSON object: body, query and path of the request merged by
 * the front. Path and query give strings, so a string of digits is a number
 * here, but 1.5, 1e30 or " 1" never are. Absent and null are the same. Every
 * refusal is CR422 and names the field.
 */
#include "crm.h"

#include "catalog/pg_type.h"
#include "common/int.h"
#include "mb/pg_wchar.h"
#include "utils/array.h"
#include "utils/datetime.h"
#include "utils/fmgrprotos.h"
#include "utils/jsonb.h"

enum
{
    STATUS_INVALIDO = 422,
    CAMPO_MOSTRADO_MAX = 100,
    ANO_MIN = 1900,
    ANO_MAX = 2200
};

static char *campo_nome(FunctionCallInfo fcinfo);
static JsonbValue *buscar(FunctionCallInfo fcinfo, const char *campo);
static JsonbContainer *objeto(FunctionCallInfo fcinfo);
static bool inteiro(const JsonbValue *v, int64 *n);
static char *texto(const JsonbValue *v);
static int64 inteiro_entre(const JsonbValue *v, const char *campo, int64 min,
                           int64 max);
static void obrigatorio(const char *campo) pg_attribute_noreturn();
static void invalido(const char *campo, const char *mensagem)
    pg_attribute_noreturn();

static void
obrigatorio(const char *campo)
{
    crm_falha(STATUS_INVALIDO, "campo_obrigatorio", campo,
              psprintf("O campo \"%s\" é obrigatório.", campo), NULL, NULL);
}

static void
invalido(const char *campo, const char *mensagem)
{
    crm_falha(STATUS_INVALIDO, "campo_invalido", campo, mensagem, NULL, NULL);
}

/*
 * crm.arg_bigint(args jsonb, campo text, obrigatorio boolean, min bigint,
 *                max bigint) returns bigint
 *
 * NULL when absent and not required; min and max NULL: no bound.
 */
PG_FUNCTION_INFO_V1(crm_arg_bigint);
Datum
crm_arg_bigint(PG_FUNCTION_ARGS)
{
    const char *campo = campo_nome(fcinfo);
    const JsonbValue *v = buscar(fcinfo, campo);

    if (v == NULL)
    {
        if (!PG_ARGISNULL(2) && PG_GETARG_BOOL(2))
            obrigatorio(campo);
        PG_RETURN_NULL();
    }
    PG_RETURN_INT64(inteiro_entre(
        v, campo, PG_ARGISNULL(3) ? PG_INT64_MIN : PG_GETARG_INT64(3),
        PG_ARGISNULL(4) ? PG_INT64_MAX : PG_GETARG_INT64(4)));
}

/*
 * crm.arg_int(args jsonb, campo text, padrao integer, min integer,
 *             max integer) returns integer
 */
PG_FUNCTION_INFO_V1(crm_arg_int);
Datum
crm_arg_int(PG_FUNCTION_ARGS)
{
    const char *campo = campo_nome(fcinfo);
    const JsonbValue *v = buscar(fcinfo, campo);

    if (v == NULL)
    {
        if (PG_ARGISNULL(2))
            PG_RETURN_NULL();
        PG_RETURN_INT32(PG_GETARG_INT32(2));
    }
    PG_RETURN_INT32((int32)inteiro_entre(
        v, campo, PG_ARGISNULL(3) ? PG_INT32_MIN : PG_GETARG_INT32(3),
        PG_ARGISNULL(4) ? PG_INT32_MAX : PG_GETARG_INT32(4)));
}

/*
 * crm.arg_texto(args jsonb, campo text, obrigatorio boolean, max_len integer)
 * returns text
 *
 * max_len in characters. Nothing is trimmed (a password is text too); an empty
 * string counts as absent.
 */
PG_FUNCTION_INFO_V1(crm_arg_texto);
Datum
crm_arg_texto(PG_FUNCTION_ARGS)
{
    const char *campo = campo_nome(fcinfo);
    const JsonbValue *v = buscar(fcinfo, campo);
    char *s;

    if (v != NULL && v->type != jbvString)
        invalido(campo, psprintf("O campo \"%s\" deve ser um texto.", campo));
    if (v == NULL || v->val.string.len == 0)
    {
        if (!PG_ARGISNULL(2) && PG_GETARG_BOOL(2))
            obrigatorio(campo);
        PG_RETURN_NULL();
    }

    s = texto(v);
    if (!PG_ARGISNULL(3) && pg_mbstrlen(s) > PG_GETARG_INT32(3))
        invalido(campo, psprintf("O campo \"%s\" aceita no máximo %d "
                                 "caracteres.",
                                 campo, PG_GETARG_INT32(3)));
    PG_RETURN_TEXT_P(cstring_to_text(s));
}

/*
 * crm.arg_booleano(args jsonb, campo text, padrao boolean) returns boolean
 */
PG_FUNCTION_INFO_V1(crm_arg_booleano);
Datum
crm_arg_booleano(PG_FUNCTION_ARGS)
{
    const char *campo = campo_nome(fcinfo);
    const JsonbValue *v = buscar(fcinfo, campo);

    if (v == NULL)
    {
        if (PG_ARGISNULL(2))
            PG_RETURN_NULL();
        PG_RETURN_BOOL(PG_GETARG_BOOL(2));
    }
    if (v->type == jbvBool)
        PG_RETURN_BOOL(v->val.boolean);
    if (v->type == jbvString)
    {
        const char *s = texto(v);

        if (strcmp(s, "true") == 0)
            PG_RETURN_BOOL(true);
        if (strcmp(s, "false") == 0)
            PG_RETURN_BOOL(false);
    }
    invalido(campo,
             psprintf("O campo \"%s\" deve ser true ou false.", campo));
}

/*
 * crm.arg_data(args jsonb, campo text, obrigatorio boolean) returns date
 *
 * 'YYYY-MM-DD', a day that exists, of the years 1900 to 2200.
 */
PG_FUNCTION_INFO_V1(crm_arg_data);
Datum
crm_arg_data(PG_FUNCTION_ARGS)
{
    const char *campo = campo_nome(fcinfo);
    const JsonbValue *v = buscar(fcinfo, campo);
    int ano, mes, dia;

    if (v == NULL || (v->type == jbvString && v->val.string.len == 0))
    {
        if (!PG_ARGISNULL(2) && PG_GETARG_BOOL(2))
            obrigatorio(campo);
        PG_RETURN_NULL();
    }
    if (v->type == jbvString && v->val.string.len == 10)
    {
        const char *s = texto(v);
        bool forma = s[4] == '-' && s[7] == '-';

        for (int i = 0; forma && i < 10; i++)
            if (i != 4 && i != 7 && (s[i] < '0' || s[i] > '9'))
                forma = false;
        if (forma)
        {
            ano = atoi(s);
            mes = atoi(s + 5);
            dia = atoi(s + 8);
            if (ano >= ANO_MIN && ano <= ANO_MAX && mes >= 1 && mes <= 12 &&
                dia >= 1 && dia <= day_tab[isleap(ano)][mes - 1])
                PG_RETURN_DATEADT(date2j(ano, mes, dia) - POSTGRES_EPOCH_JDATE);
        }
    }
    invalido(campo, psprintf("O campo \"%s\" deve ser uma data AAAA-MM-DD.",
                             campo));
}

/*
 * crm.arg_opcao(args jsonb, campo text, padrao text, opcoes text[]) returns text
 */
PG_FUNCTION_INFO_V1(crm_arg_opcao);
Datum
crm_arg_opcao(PG_FUNCTION_ARGS)
{
    const char *campo = campo_nome(fcinfo);
    const JsonbValue *v = buscar(fcinfo, campo);
    StringInfoData aceitos;
    Datum *opcoes;
    bool *nulos;
    int n;

    if (v == NULL)
    {
        if (PG_ARGISNULL(2))
            PG_RETURN_NULL();
        PG_RETURN_DATUM(PG_GETARG_DATUM(2));
    }
    if (PG_ARGISNULL(3))
        ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
                        errmsg("opcoes cannot be null")));

    deconstruct_array(PG_GETARG_ARRAYTYPE_P(3), TEXTOID, -1, false,
                      TYPALIGN_INT, &opcoes, &nulos, &n);
    initStringInfo(&aceitos);
    for (int i = 0; i < n; i++)
    {
        const char *opcao;

        if (nulos[i])
            continue;
        opcao = TextDatumGetCString(opcoes[i]);
        if (v->type == jbvString && strlen(opcao) == v->val.string.len &&
            memcmp(opcao, v->val.string.val, v->val.string.len) == 0)
            PG_RETURN_TEXT_P(cstring_to_text(opcao));
        appendStringInfo(&aceitos, "%s%s", aceitos.len ? ", " : "", opcao);
    }
    invalido(campo, psprintf("O campo \"%s\" deve ser um de: %s.", campo,
                             aceitos.data));
}

/*
 * crm.arg_somente(args jsonb, campos text[]) returns void
 *
 * Errors: CR422 campo_desconhecido, naming the first key not in campos.
 */
PG_FUNCTION_INFO_V1(crm_arg_somente);
Datum
crm_arg_somente(PG_FUNCTION_ARGS)
{
    JsonbContainer *args = objeto(fcinfo);
    JsonbIterator *it;
    JsonbIteratorToken token;
    JsonbValue v;
    Datum *campos;
    bool *nulos;
    int n;

    if (args == NULL)
        PG_RETURN_VOID();
    if (PG_ARGISNULL(1))
        ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
                        errmsg("campos cannot be null")));
    deconstruct_array(PG_GETARG_ARRAYTYPE_P(1), TEXTOID, -1, false,
                      TYPALIGN_INT, &campos, &nulos, &n);

    it = JsonbIteratorInit(args);
    while ((token = JsonbIteratorNext(&it, &v, true)) != WJB_DONE)
    {
        bool conhecido = false;
        char *nome;

        if (token != WJB_KEY)
            continue;
        for (int i = 0; !conhecido && i < n; i++)
            conhecido = !nulos[i] &&
                        VARSIZE_ANY_EXHDR(DatumGetTextPP(campos[i])) ==
                            v.val.string.len &&
                        memcmp(VARDATA_ANY(DatumGetTextPP(campos[i])),
                               v.val.string.val, v.val.string.len) == 0;
        if (conhecido)
            continue;
        nome = pnstrdup(v.val.string.val,
                        pg_mbcliplen(v.val.string.val, v.val.string.len,
                                     CAMPO_MOSTRADO_MAX));
        crm_falha(STATUS_INVALIDO, "campo_desconhecido", nome,
                  psprintf("O campo \"%s\" não existe aqui.", nome), NULL,
                  NULL);
    }
    PG_RETURN_VOID();
}

/* ---- shared by all of them ---- */

static char *
campo_nome(FunctionCallInfo fcinfo)
{
    if (PG_ARGISNULL(1))
        ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
                        errmsg("campo cannot be null")));
    return text_to_cstring(PG_GETARG_TEXT_PP(1));
}

/* NULL when args is NULL. */
static JsonbContainer *
objeto(FunctionCallInfo fcinfo)
{
    Jsonb *args;

    if (PG_ARGISNULL(0))
        return NULL;
    args = PG_GETARG_JSONB_P(0);
    if (!JB_ROOT_IS_OBJECT(args))
        crm_falha(STATUS_INVALIDO, "corpo_invalido", NULL,
                  "O corpo do pedido deve ser um objeto JSON.", NULL, NULL);
    return &args->root;
}

/* NULL when absent or null. */
static JsonbValue *
buscar(FunctionCallInfo fcinfo, const char *campo)
{
    JsonbContainer *args = objeto(fcinfo);
    JsonbValue *v;

    if (args == NULL)
        return NULL;
    v = getKeyJsonValueFromContainer(args, campo, strlen(campo), NULL);
    return v == NULL || v->type == jbvNull ? NULL : v;
}

static char *
texto(const JsonbValue *v)
{
    return pnstrdup(v->val.string.val, v->val.string.len);
}

static int64
inteiro_entre(const JsonbValue *v, const char *campo, int64 min, int64 max)
{
    int64 n;

    if (!inteiro(v, &n))
        invalido(campo, psprintf("O campo \"%s\" deve ser um número inteiro.",
                                 campo));
    if (n < min)
        invalido(campo, psprintf("O campo \"%s\" deve ser no mínimo " INT64_FORMAT
                                 ".",
                                 campo, min));
    if (n > max)
        invalido(campo, psprintf("O campo \"%s\" deve ser no máximo " INT64_FORMAT
                                 ".",
                                 campo, max));
    return n;
}

/* Optional minus and digits, within int64: nothing else. */
static bool
inteiro(const JsonbValue *v, int64 *n)
{
    const char *s;
    bool negativo;

    if (v->type == jbvString)
        s = texto(v);
    else if (v->type == jbvNumeric)
        s = DatumGetCString(
            DirectFunctionCall1(numeric_out, NumericGetDatum(v->val.numeric)));
    else
        return false;

    negativo = *s == '-';
    if (negativo)
        s++;
    if (*s == '\0')
        return false;
    for (*n = 0; *s != '\0'; s++)
    {
        /* Downwards: int64 has one negative more. */
        if (*s < '0' || *s > '9' || pg_mul_s64_overflow(*n, 10, n) ||
            pg_sub_s64_overflow(*n, *s - '0', n))
            return false;
    }
    if (!negativo)
    {
        if (*n == PG_INT64_MIN)
            return false;
        *n = -*n;
    }
    return true;
}
