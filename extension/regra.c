/*
 * regra.c: arguments judged by their rule.
 *
 * Path and query of a request give strings, so a string of digits is a number
 * where one is meant, but 1.5, 1e30 or " 1" never are a whole number.
 */
#include "regra.h"
#include "regra_interna.h"

#include "catalog/pg_collation.h"
#include "common/int.h"
#include "mb/pg_wchar.h"
#include "regex/regex.h"
#include "utils/datetime.h"
#include "utils/fmgrprotos.h"

#include "cpf_digitos.h"

enum
{
    CAMPO_MOSTRADO_MAX = 100, /* bytes of an unknown field's name */
    ERROS_MAX = 20,           /* listed in one refusal */
    NUMERO_MAX = 40,          /* characters of a number */
    ANO_MIN = 1900,
    ANO_MAX = 2200
};

/* One call of regra_aplicar(). */
typedef struct Exame
{
    RegraRecusa *recusa;
    JsonbParseState *saida;
    JsonbValue *raiz;
} Exame;

static void examinar_objeto(Exame *e, const Regra *r, JsonbContainer *objeto,
                            const char *caminho);
static void examinar_campo(Exame *e, const RegraCampo *campo, JsonbValue *v,
                           const char *caminho);
static void examinar(Exame *e, const Regra *r, JsonbValue *v,
                     const char *caminho, JsonbIteratorToken lugar);
static void examinar_lista(Exame *e, const Regra *r, JsonbValue *v,
                           const char *caminho);
static bool converter(Exame *e, const Regra *r, JsonbValue *v,
                      const char *campo);
static bool converter_inteiro(Exame *e, const Regra *r, JsonbValue *v,
                              const char *campo);
static bool converter_numero(Exame *e, const Regra *r, JsonbValue *v,
                             const char *campo);
static bool texto_vale(Exame *e, const Regra *r, const JsonbValue *v,
                       const char *campo);
static bool opcao_vale(Exame *e, const Regra *r, const JsonbValue *v,
                       const char *campo);
static bool tamanho_vale(Exame *e, const Regra *r, int n, const char *campo,
                         const char *unidade);
static bool data_vale(const char *s, int n);
static bool uuid_vale(const char *s, int n);
static bool numero_escrito(const char *s, int n);
static void recusar(Exame *e, const char *codigo, const char *campo,
                    char *mensagem);
static void invalido(Exame *e, const char *campo, char *mensagem);

Jsonb *
regra_aplicar(const Regra *regra, Jsonb *args, RegraRecusa *recusa)
{
    Exame e = {.recusa = recusa};

    memset(recusa, 0, sizeof(*recusa));
    if (!JB_ROOT_IS_OBJECT(args))
    {
        initStringInfo(&recusa->erros);
        appendStringInfoString(&recusa->erros, "[]");
        recusa->codigo = "corpo_invalido";
        recusa->mensagem = "O corpo do pedido deve ser um objeto JSON.";
        return NULL;
    }
    examinar_objeto(&e, regra, &args->root, "");
    if (recusa->n == 0)
        return JsonbValueToJsonb(e.raiz);
    appendStringInfoChar(&recusa->erros, ']');
    return NULL;
}

static void
examinar_objeto(Exame *e, const Regra *r, JsonbContainer *objeto,
                const char *caminho)
{
    JsonbIterator *it = JsonbIteratorInit(objeto);
    JsonbValue chave, v;
    int proximo = 0;

    (void)JsonbIteratorNext(&it, &v, true);
    (void)pushJsonbValue(&e->saida, WJB_BEGIN_OBJECT, NULL);
    /* Keys and fields have the same order. */
    while (JsonbIteratorNext(&it, &chave, true) == WJB_KEY)
    {
        const RegraCampo *campo =
            regra_campo(r, chave.val.string.val, chave.val.string.len);
        char *nome;

        (void)JsonbIteratorNext(&it, &v, true);
        if (campo != NULL)
        {
            for (; &r->campos[proximo] < campo; proximo++)
                examinar_campo(e, &r->campos[proximo], NULL, caminho);
            proximo++;
            examinar_campo(e, campo, &v, caminho);
            continue;
        }
        nome = psprintf("%s%.*s", caminho,
                        pg_mbcliplen(chave.val.string.val, chave.val.string.len,
                                     CAMPO_MOSTRADO_MAX),
                        chave.val.string.val);
        if (!r->outros_passam)
            recusar(e, "campo_desconhecido", nome,
                    psprintf("O campo \"%s\" não existe aqui.", nome));
        else
        {
            (void)pushJsonbValue(&e->saida, WJB_KEY, &chave);
            if (r->outros != NULL)
                examinar(e, r->outros, &v, nome, WJB_VALUE);
            else
                (void)pushJsonbValue(&e->saida, WJB_VALUE, &v);
        }
    }
    for (; proximo < r->n_campos; proximo++)
        examinar_campo(e, &r->campos[proximo], NULL, caminho);
    e->raiz = pushJsonbValue(&e->saida, WJB_END_OBJECT, NULL);
}

/* v NULL: absent. */
static void
examinar_campo(Exame *e, const RegraCampo *campo, JsonbValue *v,
               const char *caminho)
{
    JsonbValue chave = {.type = jbvString};
    JsonbValue nulo = {.type = jbvNull};
    const Regra *r = &campo->regra;
    const char *nome = caminho[0] == '\0'
                           ? campo->nome
                           : psprintf("%s%s", caminho, campo->nome);

    chave.val.string.val = campo->nome;
    chave.val.string.len = campo->n;
    if (v != NULL && (v->type == jbvNull ||
                      (v->type == jbvString && v->val.string.len == 0)))
        v = r->aceita_nulo ? &nulo : NULL;

    if (v == NULL && campo->obrigatorio)
        recusar(e, "campo_obrigatorio", nome,
                psprintf("O campo \"%s\" é obrigatório.", nome));
    else if (v == NULL && r->ausente != NULL)
    {
        (void)pushJsonbValue(&e->saida, WJB_KEY, &chave);
        (void)pushJsonbValue(&e->saida, WJB_VALUE, r->ausente);
    }
    else if (v != NULL)
    {
        (void)pushJsonbValue(&e->saida, WJB_KEY, &chave);
        if (v->type == jbvNull)
            (void)pushJsonbValue(&e->saida, WJB_VALUE, v);
        else
            examinar(e, r, v, nome, WJB_VALUE);
    }
}

/* Pushes v, converted, or null when it was refused. */
static void
examinar(Exame *e, const Regra *r, JsonbValue *v, const char *caminho,
         JsonbIteratorToken lugar)
{
    JsonbValue nulo = {.type = jbvNull};

    if (v->type == jbvNull && r->aceita_nulo)
        ;
    else if (r->tipo == REGRA_OBJETO)
    {
        if (regra_dentro(v, true) != NULL)
        {
            examinar_objeto(e, r, regra_dentro(v, true), psprintf("%s.", caminho));
            return;
        }
        invalido(e, caminho,
                 psprintf("O campo \"%s\" deve ser um objeto.", caminho));
        v = &nulo;
    }
    else if (r->tipo == REGRA_LISTA)
    {
        if (regra_dentro(v, false) != NULL || v->type == jbvString)
        {
            examinar_lista(e, r, v, caminho);
            return;
        }
        invalido(e, caminho,
                 psprintf("O campo \"%s\" deve ser uma lista.", caminho));
        v = &nulo;
    }
    else if (!converter(e, r, v, caminho))
        v = &nulo;
    (void)pushJsonbValue(&e->saida, lugar, v);
}

/* A list as such, or as "a,b" of a query. */
static void
examinar_lista(Exame *e, const Regra *r, JsonbValue *v, const char *caminho)
{
    static const Regra qualquer = {.tipo = REGRA_QUALQUER};
    const Regra *itens = r->itens != NULL ? r->itens : &qualquer;
    int n = 0;

    (void)pushJsonbValue(&e->saida, WJB_BEGIN_ARRAY, NULL);
    if (v->type == jbvString)
    {
        const char *s = v->val.string.val;
        const char *fim = s + v->val.string.len;

        for (; s <= fim && (r->tamanho_max < 0 || n <= r->tamanho_max); n++)
        {
            const char *virgula = memchr(s, ',', fim - s);
            JsonbValue item = {.type = jbvString};

            item.val.string.val = unconstify(char *, s);
            item.val.string.len = (virgula != NULL ? virgula : fim) - s;
            s += item.val.string.len + 1;
            examinar(e, itens, &item, caminho, WJB_ELEM);
        }
    }
    else
    {
        JsonbContainer *lista = regra_dentro(v, false);

        n = JsonContainerSize(lista);
        for (int i = 0; i < n && (r->tamanho_max < 0 || i < r->tamanho_max); i++)
            examinar(e, itens, getIthJsonbValueFromContainer(lista, i),
                     psprintf("%s[%d]", caminho, i), WJB_ELEM);
    }
    (void)tamanho_vale(e, r, n, caminho, "itens");
    (void)pushJsonbValue(&e->saida, WJB_END_ARRAY, NULL);
}

/* A value that is neither list nor object, changed in place. */
static bool
converter(Exame *e, const Regra *r, JsonbValue *v, const char *campo)
{
    switch (r->tipo)
    {
    case REGRA_INTEIRO:
        return converter_inteiro(e, r, v, campo);
    case REGRA_NUMERO:
        return converter_numero(e, r, v, campo);
    case REGRA_BOOLEANO:
        if (v->type == jbvBool)
            return true;
        if (regra_palavra(v, "true") || regra_palavra(v, "false"))
        {
            bool sim = regra_palavra(v, "true");

            v->type = jbvBool;
            v->val.boolean = sim;
            return true;
        }
        invalido(e, campo,
                 psprintf("O campo \"%s\" deve ser true ou false.", campo));
        return false;
    case REGRA_TEXTO:
        return texto_vale(e, r, v, campo);
    default:
        return true;
    }
}

static bool
converter_inteiro(Exame *e, const Regra *r, JsonbValue *v, const char *campo)
{
    int64 n;

    if (!regra_inteiro(v, &n))
        invalido(e, campo, psprintf("O campo \"%s\" deve ser um número inteiro.",
                                    campo));
    else if (n < r->min)
        invalido(e, campo, psprintf("O campo \"%s\" deve ser no mínimo " INT64_FORMAT ".",
                                    campo, r->min));
    else if (n > r->max)
        invalido(e, campo, psprintf("O campo \"%s\" deve ser no máximo " INT64_FORMAT ".",
                                    campo, r->max));
    else
    {
        v->type = jbvNumeric;
        v->val.numeric = int64_to_numeric(n);
        return true;
    }
    return false;
}

static bool
converter_numero(Exame *e, const Regra *r, JsonbValue *v, const char *campo)
{
    char *escrito = NULL;
    Numeric n;

    if (v->type == jbvNumeric)
        escrito = DatumGetCString(
            DirectFunctionCall1(numeric_out, NumericGetDatum(v->val.numeric)));
    else if (v->type == jbvString)
        escrito = pnstrdup(v->val.string.val, v->val.string.len);
    if (escrito == NULL || !numero_escrito(escrito, strlen(escrito)))
    {
        invalido(e, campo,
                 psprintf("O campo \"%s\" deve ser um número.", campo));
        return false;
    }

    n = DatumGetNumeric(DirectFunctionCall3(
        numeric_in, CStringGetDatum(escrito), ObjectIdGetDatum(InvalidOid),
        Int32GetDatum(-1)));
    for (int maximo = 0; maximo < 2; maximo++)
    {
        Numeric limite = maximo ? r->numero_max : r->numero_min;

        if (limite == NULL ||
            !DatumGetBool(DirectFunctionCall2(maximo ? numeric_gt : numeric_lt,
                                              NumericGetDatum(n),
                                              NumericGetDatum(limite))))
            continue;
        invalido(e, campo,
                 psprintf("O campo \"%s\" deve ser no %s %s.", campo,
                          maximo ? "máximo" : "mínimo",
                          DatumGetCString(DirectFunctionCall1(
                              numeric_out, NumericGetDatum(limite)))));
        return false;
    }
    v->type = jbvNumeric;
    v->val.numeric = n;
    return true;
}

static bool
texto_vale(Exame *e, const Regra *r, const JsonbValue *v, const char *campo)
{
    const char *s = v->val.string.val;
    int n = v->val.string.len;
    bool vale = true;

    if (r->opcoes != NULL)
        return opcao_vale(e, r, v, campo);
    if (v->type != jbvString)
    {
        invalido(e, campo,
                 psprintf("O campo \"%s\" deve ser um texto.", campo));
        return false;
    }
    switch (r->formato)
    {
    case REGRA_DATA:
        vale = data_vale(s, n);
        if (!vale)
            invalido(e, campo,
                     psprintf("O campo \"%s\" deve ser uma data AAAA-MM-DD.",
                              campo));
        break;
    case REGRA_UUID:
        vale = uuid_vale(s, n);
        if (!vale)
            invalido(e, campo,
                     psprintf("O campo \"%s\" não é um identificador válido.",
                              campo));
        break;
    case REGRA_CPF:
    {
        int64_t cpf;

        vale = cpf_ler(s, n, &cpf) == CPF_OK;
        if (!vale)
            invalido(e, campo,
                     psprintf("O campo \"%s\" não é um CPF válido.", campo));
        break;
    }
    case REGRA_LIVRE:
        break;
    }
    if (vale && (r->tamanho_min >= 0 || r->tamanho_max >= 0))
        vale = tamanho_vale(e, r, pg_mbstrlen_with_len(s, n), campo,
                            "caracteres");
    if (vale && r->padrao != NULL &&
        !RE_compile_and_execute(r->padrao, unconstify(char *, s), n,
                                REG_ADVANCED, C_COLLATION_OID, 0, NULL))
    {
        invalido(e, campo,
                 psprintf("O campo \"%s\" não está no formato esperado.",
                          campo));
        vale = false;
    }
    return vale;
}

static bool
opcao_vale(Exame *e, const Regra *r, const JsonbValue *v, const char *campo)
{
    StringInfoData aceitos;

    initStringInfo(&aceitos);
    for (int i = 0; i < r->n_opcoes; i++)
    {
        if (regra_palavra(v, r->opcoes[i]))
            return true;
        appendStringInfo(&aceitos, "%s%s", i > 0 ? ", " : "", r->opcoes[i]);
    }
    invalido(e, campo, psprintf("O campo \"%s\" deve ser um de: %s.", campo,
                                aceitos.data));
    return false;
}

static bool
tamanho_vale(Exame *e, const Regra *r, int n, const char *campo,
             const char *unidade)
{
    if (r->tamanho_max >= 0 && n > r->tamanho_max)
        invalido(e, campo, psprintf("O campo \"%s\" aceita no máximo %d %s.",
                                    campo, r->tamanho_max, unidade));
    else if (n < r->tamanho_min)
        invalido(e, campo, psprintf("O campo \"%s\" deve ter no mínimo %d %s.",
                                    campo, r->tamanho_min, unidade));
    else
        return true;
    return false;
}

/* 'YYYY-MM-DD', a day that exists. */
static bool
data_vale(const char *s, int n)
{
    int partes[3] = {0}; /* year, month, day */
    int parte = 0;

    if (n != 10)
        return false;
    for (int i = 0; i < n; i++)
    {
        if (i == 4 || i == 7)
        {
            if (s[i] != '-')
                return false;
            parte++;
        }
        else if (s[i] < '0' || s[i] > '9')
            return false;
        else
            partes[parte] = partes[parte] * 10 + s[i] - '0';
    }
    return partes[0] >= ANO_MIN && partes[0] <= ANO_MAX && partes[1] >= 1 &&
           partes[1] <= 12 && partes[2] >= 1 &&
           partes[2] <= day_tab[isleap(partes[0])][partes[1] - 1];
}

/* RFC 9562 text form. */
static bool
uuid_vale(const char *s, int n)
{
    if (n != 36)
        return false;
    for (int i = 0; i < n; i++)
        if (i == 8 || i == 13 || i == 18 || i == 23 ? s[i] != '-'
                                                   : !isxdigit((unsigned char)s[i]))
            return false;
    return true;
}

/* Optional minus, digits, at most one point between digits. */
static bool
numero_escrito(const char *s, int n)
{
    bool ponto = false;

    if (n > NUMERO_MAX)
        return false;
    if (n > 0 && *s == '-')
        s++, n--;
    if (n == 0 || s[0] == '.' || s[n - 1] == '.')
        return false;
    for (int i = 0; i < n; i++)
    {
        if (s[i] == '.' && !ponto)
            ponto = true;
        else if (s[i] < '0' || s[i] > '9')
            return false;
    }
    return true;
}

static void
recusar(Exame *e, const char *codigo, const char *campo, char *mensagem)
{
    RegraRecusa *r = e->recusa;

    if (r->n == 0)
    {
        initStringInfo(&r->erros);
        appendStringInfoChar(&r->erros, '[');
        r->codigo = codigo;
        r->campo = pstrdup(campo);
        r->mensagem = mensagem;
    }
    if (r->n++ >= ERROS_MAX)
        return;
    appendStringInfoString(&r->erros, r->n > 1 ? ",{\"campo\":" : "{\"campo\":");
    json_texto(&r->erros, campo, strlen(campo));
    appendStringInfoString(&r->erros, ",\"mensagem\":");
    json_texto(&r->erros, mensagem, strlen(mensagem));
    appendStringInfoChar(&r->erros, '}');
}

static void
invalido(Exame *e, const char *campo, char *mensagem)
{
    recusar(e, "campo_invalido", campo, mensagem);
}

/* Optional minus and digits, within int64: nothing else. */
bool
regra_inteiro(const JsonbValue *v, int64 *n)
{
    const char *s;
    bool negativo;

    if (v->type == jbvString)
        s = pnstrdup(v->val.string.val, v->val.string.len);
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
