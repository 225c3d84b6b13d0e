/*
 * regra_compilar.c: a rule from its JSON Schema.
 */
#include "regra.h"
#include "regra_interna.h"

#include "catalog/pg_collation.h"
#include "mb/pg_wchar.h"
#include "regex/regex.h"

static void compilar(const char *onde, Regra *r, JsonbValue *esquema);
static void compilar_tipo(const char *onde, Regra *r, JsonbValue *v);
static void compilar_campos(const char *onde, Regra *r, JsonbValue *properties,
                            JsonbValue *required);
static bool palavra(const char *onde, Regra *r, JsonbValue *chave,
                    JsonbValue *v);
static RegraTipo tipo_de(const char *onde, const JsonbValue *v);
static int64 limite_de(const char *onde, Numeric limite, int64 nenhum);
static RegraFormato formato_de(const char *onde, const JsonbValue *v);
static int tamanho_de(const char *onde, const JsonbValue *v);
static void mau_esquema(const char *onde, const char *porque)
    pg_attribute_noreturn();
static int campo_comparar(const void *a, const void *b);


Regra *
regra_compilar(const char *onde, JsonbValue *properties, JsonbValue *required)
{
    Regra *r = palloc0(sizeof(*r));

    r->tipo = REGRA_OBJETO;
    compilar_campos(onde, r, properties, required);
    return r;
}

static void
compilar(const char *onde, Regra *r, JsonbValue *esquema)
{
    JsonbContainer *c = regra_dentro(esquema, true);
    JsonbValue *properties = NULL, *required = NULL, *outros = NULL;
    JsonbIterator *it;
    JsonbIteratorToken token;
    JsonbValue chave, v;

    if (c == NULL)
        mau_esquema(onde, "is not an object");
    r->tamanho_min = r->tamanho_max = -1;

    it = JsonbIteratorInit(c);
    (void)JsonbIteratorNext(&it, &v, true);
    while ((token = JsonbIteratorNext(&it, &chave, true)) == WJB_KEY)
    {
        JsonbValue *guardado = palloc(sizeof(*guardado));

        (void)JsonbIteratorNext(&it, guardado, true);
        if (regra_palavra(&chave, "properties"))
            properties = guardado;
        else if (regra_palavra(&chave, "required"))
            required = guardado;
        else if (regra_palavra(&chave, "additionalProperties"))
            outros = guardado;
        else if (!palavra(onde, r, &chave, guardado))
            mau_esquema(onde,
                        psprintf("has the unknown word \"%.*s\"",
                                 chave.val.string.len, chave.val.string.val));
    }
    if (r->tipo == REGRA_INTEIRO)
    {
        r->min = limite_de(onde, r->numero_min, PG_INT64_MIN);
        r->max = limite_de(onde, r->numero_max, PG_INT64_MAX);
    }
    if (properties != NULL || required != NULL || outros != NULL)
    {
        if (r->tipo != REGRA_OBJETO)
            mau_esquema(onde, "has fields but is not an object");
        compilar_campos(onde, r, properties, required);
    }
    if (outros != NULL && outros->type == jbvBool)
        r->outros_passam = outros->val.boolean;
    else if (outros != NULL)
    {
        r->outros_passam = true;
        r->outros = palloc0(sizeof(Regra));
        compilar(psprintf("%s.*", onde), r->outros, outros);
    }
}

/* One word of a schema and its value; false: it is none of ours. */
static bool
palavra(const char *onde, Regra *r, JsonbValue *chave, JsonbValue *v)
{
    static const char *const anotacoes[] = {"description", "title",   "example",
                                            "examples",    "deprecated", NULL};

    for (const char *const *a = anotacoes; *a != NULL; a++)
        if (regra_palavra(chave, *a))
            return true;

    if (regra_palavra(chave, "type"))
        compilar_tipo(onde, r, v);
    else if (regra_palavra(chave, "minimum") || regra_palavra(chave, "maximum"))
    {
        if (v->type != jbvNumeric)
            mau_esquema(onde, "has a bound that is no number");
        if (regra_palavra(chave, "minimum"))
            r->numero_min = v->val.numeric;
        else
            r->numero_max = v->val.numeric;
    }
    else if (regra_palavra(chave, "minLength") || regra_palavra(chave, "minItems"))
        r->tamanho_min = tamanho_de(onde, v);
    else if (regra_palavra(chave, "maxLength") || regra_palavra(chave, "maxItems"))
        r->tamanho_max = tamanho_de(onde, v);
    else if (regra_palavra(chave, "pattern"))
    {
        if (v->type != jbvString)
            mau_esquema(onde, "has a pattern that is no text");
        r->padrao = cstring_to_text_with_len(v->val.string.val,
                                             v->val.string.len);
        /* A bad one is an error now, not at the first request. */
        (void)RE_compile_and_execute(r->padrao, "", 0, REG_ADVANCED,
                                     C_COLLATION_OID, 0, NULL);
    }
    else if (regra_palavra(chave, "format"))
        r->formato = formato_de(onde, v);
    else if (regra_palavra(chave, "default"))
        r->ausente = v;
    else if (regra_palavra(chave, "items"))
    {
        r->itens = palloc0(sizeof(Regra));
        compilar(psprintf("%s[]", onde), r->itens, v);
    }
    else if (regra_palavra(chave, "enum"))
    {
        JsonbContainer *c = regra_dentro(v, false);

        if (c == NULL)
            mau_esquema(onde, "has an enum that is no list");
        r->opcoes = palloc(JsonContainerSize(c) * sizeof(char *));
        for (int i = 0; i < JsonContainerSize(c); i++)
        {
            JsonbValue *o = getIthJsonbValueFromContainer(c, i);

            if (o->type == jbvString)
                r->opcoes[r->n_opcoes++] =
                    pnstrdup(o->val.string.val, o->val.string.len);
            else if (o->type != jbvNull)
                mau_esquema(onde, "has an enum of other things than texts");
        }
    }
    else
        return false;
    return true;
}

static void
compilar_tipo(const char *onde, Regra *r, JsonbValue *v)
{
    JsonbContainer *c = regra_dentro(v, false);

    if (c == NULL)
    {
        r->tipo = tipo_de(onde, v);
        return;
    }
    for (int i = 0; i < JsonContainerSize(c); i++)
    {
        JsonbValue *t = getIthJsonbValueFromContainer(c, i);

        if (regra_palavra(t, "null"))
            r->aceita_nulo = true;
        else if (r->tipo != REGRA_QUALQUER)
            mau_esquema(onde, "has two types");
        else
            r->tipo = tipo_de(onde, t);
    }
}

static RegraTipo
tipo_de(const char *onde, const JsonbValue *v)
{
    static const struct
    {
        const char *nome;
        RegraTipo tipo;
    } tipos[] = {
        {"integer", REGRA_INTEIRO},   {"number", REGRA_NUMERO},
        {"string", REGRA_TEXTO},      {"boolean", REGRA_BOOLEANO},
        {"array", REGRA_LISTA},       {"object", REGRA_OBJETO},
    };

    for (int i = 0; i < lengthof(tipos); i++)
        if (regra_palavra(v, tipos[i].nome))
            return tipos[i].tipo;
    mau_esquema(onde, "has an unknown type");
}

/* A bound of an integer; NULL: none. */
static int64
limite_de(const char *onde, Numeric limite, int64 nenhum)
{
    JsonbValue v = {.type = jbvNumeric};
    int64 n;

    if (limite == NULL)
        return nenhum;
    v.val.numeric = limite;
    if (!regra_inteiro(&v, &n))
        mau_esquema(onde, "has a bound that is no whole number");
    return n;
}

static RegraFormato
formato_de(const char *onde, const JsonbValue *v)
{
    if (regra_palavra(v, "date"))
        return REGRA_DATA;
    if (regra_palavra(v, "uuid"))
        return REGRA_UUID;
    if (regra_palavra(v, "cpf"))
        return REGRA_CPF;
    /* The first two are what every integer is; the others, words for the reader. */
    if (!regra_palavra(v, "int64") && !regra_palavra(v, "int32") && !regra_palavra(v, "password") &&
        !regra_palavra(v, "email"))
        mau_esquema(onde, "has an unknown format");
    return REGRA_LIVRE;
}

static int
tamanho_de(const char *onde, const JsonbValue *v)
{
    int64 n;

    if (v->type != jbvNumeric || !regra_inteiro(v, &n) || n < 0 || n > PG_INT32_MAX)
        mau_esquema(onde, "has a length that is no whole number");
    return (int)n;
}

static void
compilar_campos(const char *onde, Regra *r, JsonbValue *properties,
                JsonbValue *required)
{
    JsonbContainer *c = properties == NULL ? NULL : regra_dentro(properties, true);
    JsonbContainer *obrigatorios =
        required == NULL ? NULL : regra_dentro(required, false);
    JsonbIterator *it;
    JsonbValue v;

    if ((properties != NULL && c == NULL) ||
        (required != NULL && obrigatorios == NULL))
        mau_esquema(onde, "has fields in a shape that is not understood");

    if (c != NULL)
    {
        r->campos = palloc0(JsonContainerSize(c) * sizeof(RegraCampo));
        it = JsonbIteratorInit(c);
        (void)JsonbIteratorNext(&it, &v, true);
        /* They come in the order of jsonb keys. */
        while (JsonbIteratorNext(&it, &v, true) == WJB_KEY)
        {
            RegraCampo *campo = &r->campos[r->n_campos++];

            campo->nome = pnstrdup(v.val.string.val, v.val.string.len);
            campo->n = v.val.string.len;
            (void)JsonbIteratorNext(&it, &v, true);
            compilar(psprintf("%s.%s", onde, campo->nome), &campo->regra, &v);
        }
    }
    for (int i = 0; obrigatorios != NULL && i < JsonContainerSize(obrigatorios);
         i++)
    {
        JsonbValue *nome = getIthJsonbValueFromContainer(obrigatorios, i);
        RegraCampo *campo = NULL;

        if (nome->type == jbvString)
            campo = unconstify(RegraCampo *,
                               regra_campo(r, nome->val.string.val,
                                           nome->val.string.len));
        if (campo == NULL)
            mau_esquema(onde, "requires a field that it does not have");
        campo->obrigatorio = true;
    }
}

static void
mau_esquema(const char *onde, const char *porque)
{
    elog(ERROR, "schema of crm.esquema_%s %s", onde, porque);
}

const RegraCampo *
regra_campo(const Regra *r, const char *nome, int n)
{
    RegraCampo chave = {.nome = unconstify(char *, nome), .n = n};

    if (r->n_campos == 0)
        return NULL;
    return bsearch(&chave, r->campos, r->n_campos, sizeof(RegraCampo),
                   campo_comparar);
}

/* As jsonb: shorter keys first. */
static int
campo_comparar(const void *a, const void *b)
{
    const RegraCampo *ca = a;
    const RegraCampo *cb = b;

    if (ca->n != cb->n)
        return ca->n < cb->n ? -1 : 1;
    return memcmp(ca->nome, cb->nome, ca->n);
}

bool
regra_palavra(const JsonbValue *v, const char *s)
{
    return v->type == jbvString && v->val.string.len == strlen(s) &&
           memcmp(v->val.string.val, s, v->val.string.len) == 0;
}

/* The container of an object or of a list; NULL when v is something else. */
JsonbContainer *
regra_dentro(const JsonbValue *v, bool objeto)
{
    JsonbContainer *c;

    if (v->type != jbvBinary)
        return NULL;
    c = v->val.binary.data;
    if (objeto)
        return JsonContainerIsObject(c) ? c : NULL;
    return JsonContainerIsArray(c) && !JsonContainerIsScalar(c) ? c : NULL;
}
