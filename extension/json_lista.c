/*
 * json_lista.c: aggregate of rows into a JSON array of objects.
 *
 * Like json_agg(row), without the blanks and without looking up every column's
 * type again for every row; boards are some hundred rows of two dozen columns.
 */
#include "crm.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/datetime.h"
#include "utils/fmgrprotos.h"
#include "utils/json.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/typcache.h"

typedef enum Forma
{
    FORMA_BOOLEANO,
    FORMA_INT4,
    FORMA_INT8,
    FORMA_NUMERO,  /* output function, as it is */
    FORMA_INSTANTE, /* date, timestamptz: ISO 8601 */
    FORMA_JSON,
    FORMA_TEXTO,   /* varlena text, escaped */
    FORMA_OUTRA    /* output function, escaped */
} Forma;

typedef struct Campo
{
    char *chave; /* "name": */
    int chave_len;
    Forma forma;
    Oid tipo;
    FmgrInfo saida;
} Campo;

typedef struct Lista
{
    StringInfoData texto;
    Oid tipo;
    int32 typmod;
    TupleDesc desc;
    Campo *campos;
    Datum *valores;
    bool *nulos;
} Lista;

static void campos_descobrir(Lista *l);
static void campo_escrever(StringInfo texto, Campo *campo, Datum valor);

/*
 * crm.json_lista_linha(internal, record) returns internal
 *
 * Transition function of crm.json_lista(record).
 */
PG_FUNCTION_INFO_V1(crm_json_lista_linha);
Datum
crm_json_lista_linha(PG_FUNCTION_ARGS)
{
    MemoryContext agregado;
    MemoryContext antes;
    Lista *l = PG_ARGISNULL(0) ? NULL : (Lista *)PG_GETARG_POINTER(0);
    HeapTupleHeader linha;
    HeapTupleData tupla;
    bool primeiro = true;

    if (!AggCheckCallContext(fcinfo, &agregado))
        elog(ERROR, "crm.json_lista_linha called in non-aggregate context");

    if (l == NULL)
    {
        antes = MemoryContextSwitchTo(agregado);
        l = palloc0(sizeof(Lista));
        initStringInfo(&l->texto);
        MemoryContextSwitchTo(antes);
    }
    if (PG_ARGISNULL(1))
        PG_RETURN_POINTER(l);

    linha = PG_GETARG_HEAPTUPLEHEADER(1);
    if (l->desc == NULL || l->tipo != HeapTupleHeaderGetTypeId(linha) ||
        l->typmod != HeapTupleHeaderGetTypMod(linha))
    {
        antes = MemoryContextSwitchTo(agregado);
        l->tipo = HeapTupleHeaderGetTypeId(linha);
        l->typmod = HeapTupleHeaderGetTypMod(linha);
        campos_descobrir(l);
        MemoryContextSwitchTo(antes);
    }

    tupla.t_len = HeapTupleHeaderGetDatumLength(linha);
    ItemPointerSetInvalid(&tupla.t_self);
    tupla.t_tableOid = InvalidOid;
    tupla.t_data = linha;
    heap_deform_tuple(&tupla, l->desc, l->valores, l->nulos);

    appendStringInfoChar(&l->texto, l->texto.len == 0 ? '[' : ',');
    appendStringInfoChar(&l->texto, '{');
    for (int i = 0; i < l->desc->natts; i++)
    {
        Campo *campo = &l->campos[i];

        if (campo->chave == NULL)
            continue;
        if (!primeiro)
            appendStringInfoChar(&l->texto, ',');
        primeiro = false;
        appendBinaryStringInfo(&l->texto, campo->chave, campo->chave_len);
        if (l->nulos[i])
            appendBinaryStringInfo(&l->texto, "null", 4);
        else
            campo_escrever(&l->texto, campo, l->valores[i]);
    }
    appendStringInfoChar(&l->texto, '}');
    PG_RETURN_POINTER(l);
}

/*
 * crm.json_lista_fim(internal) returns json
 *
 * Final function; the list of no rows is [].
 */
PG_FUNCTION_INFO_V1(crm_json_lista_fim);
Datum
crm_json_lista_fim(PG_FUNCTION_ARGS)
{
    Lista *l = PG_ARGISNULL(0) ? NULL : (Lista *)PG_GETARG_POINTER(0);
    text *json;

    if (l == NULL || l->texto.len == 0)
        PG_RETURN_TEXT_P(cstring_to_text("[]"));
    json = palloc(VARHDRSZ + l->texto.len + 1);
    SET_VARSIZE(json, VARHDRSZ + l->texto.len + 1);
    memcpy(VARDATA(json), l->texto.data, l->texto.len);
    VARDATA(json)[l->texto.len] = ']';
    PG_RETURN_TEXT_P(json);
}

/*
 * crm.json_par(id bigint, nome text) returns json
 *
 * {"id": id, "nome": nome}; NULL when either is.
 */
PG_FUNCTION_INFO_V1(crm_json_par);
Datum
crm_json_par(PG_FUNCTION_ARGS)
{
    StringInfoData texto;

    initStringInfo(&texto);
    appendStringInfo(&texto, "{\"id\":" INT64_FORMAT ",\"nome\":",
                     PG_GETARG_INT64(0));
    escape_json(&texto, text_to_cstring(PG_GETARG_TEXT_PP(1)));
    appendStringInfoChar(&texto, '}');
    PG_RETURN_TEXT_P(cstring_to_text_with_len(texto.data, texto.len));
}

/*
 * crm.json_pedido(data date, valor numeric) returns json
 *
 * {"data": "YYYY-MM-DD", "valor": n}; NULL when either is.
 */
PG_FUNCTION_INFO_V1(crm_json_pedido);
Datum
crm_json_pedido(PG_FUNCTION_ARGS)
{
    StringInfoData texto;
    char dia[MAXDATELEN + 1];

    JsonEncodeDateTime(dia, PG_GETARG_DATUM(0), DATEOID, NULL);
    initStringInfo(&texto);
    appendStringInfo(&texto, "{\"data\":\"%s\",\"valor\":%s}", dia,
                     DatumGetCString(DirectFunctionCall1(numeric_out, PG_GETARG_DATUM(1))));
    PG_RETURN_TEXT_P(cstring_to_text_with_len(texto.data, texto.len));
}

static void
campos_descobrir(Lista *l)
{
    TupleDesc desc = lookup_rowtype_tupdesc(l->tipo, l->typmod);

    l->desc = CreateTupleDescCopy(desc);
    ReleaseTupleDesc(desc);
    l->campos = palloc0(sizeof(Campo) * l->desc->natts);
    l->valores = palloc(sizeof(Datum) * l->desc->natts);
    l->nulos = palloc(sizeof(bool) * l->desc->natts);

    for (int i = 0; i < l->desc->natts; i++)
    {
        Form_pg_attribute att = TupleDescAttr(l->desc, i);
        Campo *campo = &l->campos[i];
        StringInfoData chave;
        Oid saida;
        bool varlena;

        if (att->attisdropped)
            continue;
        initStringInfo(&chave);
        escape_json(&chave, NameStr(att->attname));
        appendStringInfoChar(&chave, ':');
        campo->chave = chave.data;
        campo->chave_len = chave.len;
        campo->tipo = getBaseType(att->atttypid);
        switch (campo->tipo)
        {
        case BOOLOID:
            campo->forma = FORMA_BOOLEANO;
            break;
        case INT4OID:
            campo->forma = FORMA_INT4;
            break;
        case INT8OID:
            campo->forma = FORMA_INT8;
            break;
        case NUMERICOID:
            campo->forma = FORMA_NUMERO;
            break;
        case DATEOID:
        case TIMESTAMPTZOID:
            campo->forma = FORMA_INSTANTE;
            break;
        case JSONOID:
            campo->forma = FORMA_JSON;
            break;
        case TEXTOID:
        case VARCHAROID:
            campo->forma = FORMA_TEXTO;
            break;
        default:
            campo->forma = FORMA_OUTRA;
            break;
        }
        getTypeOutputInfo(campo->tipo, &saida, &varlena);
        fmgr_info_cxt(saida, &campo->saida, CurrentMemoryContext);
    }
}

static void
campo_escrever(StringInfo texto, Campo *campo, Datum valor)
{
    char buf[MAXDATELEN + 1];

    switch (campo->forma)
    {
    case FORMA_BOOLEANO:
        appendStringInfoString(texto, DatumGetBool(valor) ? "true" : "false");
        break;
    case FORMA_INT4:
        appendBinaryStringInfo(texto, buf, pg_ltoa(DatumGetInt32(valor), buf));
        break;
    case FORMA_INT8:
        appendBinaryStringInfo(texto, buf, pg_lltoa(DatumGetInt64(valor), buf));
        break;
    case FORMA_NUMERO:
    {
        char *numero = OutputFunctionCall(&campo->saida, valor);

        /* NaN and Infinity are no JSON numbers. */
        if (numero[0] == '-' ? isdigit((unsigned char)numero[1])
                             : isdigit((unsigned char)numero[0]))
            appendStringInfoString(texto, numero);
        else
            appendStringInfoString(texto, "null");
        break;
    }
    case FORMA_INSTANTE:
        JsonEncodeDateTime(buf, valor, campo->tipo, NULL);
        appendStringInfoChar(texto, '"');
        appendStringInfoString(texto, buf);
        appendStringInfoChar(texto, '"');
        break;
    case FORMA_JSON:
    {
        text *json = DatumGetTextPP(valor);

        appendBinaryStringInfo(texto, VARDATA_ANY(json), VARSIZE_ANY_EXHDR(json));
        break;
    }
    case FORMA_TEXTO:
        escape_json(texto, text_to_cstring(DatumGetTextPP(valor)));
        break;
    case FORMA_OUTRA:
        escape_json(texto, OutputFunctionCall(&campo->saida, valor));
        break;
    }
}
