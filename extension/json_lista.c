/*
 * json_lista.c: rows of a query as a JSON array of objects.
 *
 * Like json_agg(row), but written while the rows come: no blanks, no row values
 * in between, types looked up once. Boards are some hundred rows of two dozen
 * columns.
 */
#include "crm.h"

#include "catalog/pg_type.h"
#include "executor/tuptable.h"
#include "miscadmin.h"
#include "tcop/dest.h"
#include "utils/datetime.h"
#include "utils/fmgrprotos.h"
#include "utils/json.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

typedef enum Forma
{
    FORMA_BOOLEANO,
    FORMA_INT4,
    FORMA_INT8,
    FORMA_NUMERO,
    FORMA_INSTANTE, /* date, timestamptz: ISO 8601 */
    FORMA_JSON,
    FORMA_TEXTO, /* varlena text, escaped */
    FORMA_OUTRA  /* output function, escaped */
} Forma;

typedef struct Campo
{
    char *chave; /* ,"name": */
    int chave_len;
    Forma forma;
    Oid tipo;
    FmgrInfo saida; /* FORMA_OUTRA */
    bool lembrado;  /* of FORMA_INSTANTE: neighbours are often the same */
    Datum valor;
    char instante[MAXDATELEN + 1];
} Campo;

/* Where the object of a row is in the text. */
typedef struct Peca
{
    int64 ordem;
    int inicio;
    int tamanho;
} Peca;

typedef struct Lista
{
    DestReceiver pub; /* first */
    StringInfo texto;
    MemoryContext contexto;
    Campo *campos;
    int n;
    Peca *pecas;
    int npecas;
    int cabem;
    bool desordem;
} Lista;

static void iniciar(DestReceiver *self, int operacao, TupleDesc desc);
static bool receber(TupleTableSlot *slot, DestReceiver *self);
static void encerrar(DestReceiver *self);
static void ordenar(Lista *l, int inicio);
static int pecas_comparar(const void *a, const void *b);
static void campo_escrever(StringInfo texto, Campo *campo, Datum valor);

/*
 * Appends [{column: value, ...}, ...] to texto, which belongs to the caller's
 * memory context. The first column (bigint) is no key: it is the place of the
 * row in the list; rows that come in its order cost nothing. Inside
 * SPI_connect; reads under the active snapshot.
 */
void
json_lista_executar(StringInfo texto, SPIPlanPtr plano, int n,
                    const Oid *tipos, const Datum *args)
{
    Lista l = {.pub = {.receiveSlot = receber,
                       .rStartup = iniciar,
                       .rShutdown = encerrar,
                       .rDestroy = encerrar,
                       .mydest = DestTuplestore},
               .texto = texto,
               .contexto = CurrentMemoryContext};
    int inicio;

    appendStringInfoChar(texto, '[');
    inicio = texto->len;
    plano_destino(plano, n, tipos, args, &l.pub);
    if (l.desordem)
        ordenar(&l, inicio);
    appendStringInfoChar(texto, ']');
}

/* ---- the receiver of the rows ---- */

static void
iniciar(DestReceiver *self, int operacao, TupleDesc desc)
{
    Lista *l = (Lista *)self;
    MemoryContext antes = MemoryContextSwitchTo(l->contexto);

    l->n = desc->natts;
    l->campos = palloc0(sizeof(Campo) * l->n);
    l->cabem = 64;
    l->pecas = palloc(sizeof(Peca) * l->cabem);
    for (int i = 1; i < l->n; i++)
    {
        Form_pg_attribute att = TupleDescAttr(desc, i);
        Campo *campo = &l->campos[i];
        StringInfoData chave;
        Oid saida;
        bool varlena;

        initStringInfo(&chave);
        if (i > 1)
            appendStringInfoChar(&chave, ',');
        escape_json(&chave, NameStr(att->attname));
        appendStringInfoChar(&chave, ':');
        campo->chave = chave.data;
        campo->chave_len = chave.len;
        campo->tipo = att->atttypid;
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
        case BPCHAROID:
            campo->forma = FORMA_TEXTO;
            break;
        default:
            campo->forma = FORMA_OUTRA;
            getTypeOutputInfo(campo->tipo, &saida, &varlena);
            fmgr_info_cxt(saida, &campo->saida, l->contexto);
            break;
        }
    }
    MemoryContextSwitchTo(antes);
}

static bool
receber(TupleTableSlot *slot, DestReceiver *self)
{
    Lista *l = (Lista *)self;
    StringInfo texto = l->texto;
    Peca *peca;

    slot_getallattrs(slot);
    if (l->npecas == l->cabem)
    {
        l->cabem *= 2;
        l->pecas = repalloc(l->pecas, sizeof(Peca) * l->cabem);
    }
    if (l->npecas > 0)
        appendStringInfoChar(texto, ',');
    peca = &l->pecas[l->npecas++];
    peca->ordem = DatumGetInt64(slot->tts_values[0]);
    peca->inicio = texto->len;
    l->desordem |= peca > l->pecas && peca[-1].ordem > peca->ordem;

    appendStringInfoChar(texto, '{');
    for (int i = 1; i < l->n; i++)
    {
        Campo *campo = &l->campos[i];

        appendBinaryStringInfo(texto, campo->chave, campo->chave_len);
        if (slot->tts_isnull[i])
            appendBinaryStringInfo(texto, "null", 4);
        else
            campo_escrever(texto, campo, slot->tts_values[i]);
    }
    appendStringInfoChar(texto, '}');
    peca->tamanho = texto->len - peca->inicio;
    return true;
}

static void
encerrar(DestReceiver *self)
{
    /* All memory is the caller's. */
}

/* The same objects in the order of their places. */
static void
ordenar(Lista *l, int inicio)
{
    char *como_vieram = pnstrdup(l->texto->data + inicio, l->texto->len - inicio);

    qsort(l->pecas, l->npecas, sizeof(Peca), pecas_comparar);
    l->texto->len = inicio;
    for (int i = 0; i < l->npecas; i++)
    {
        if (i > 0)
            appendStringInfoChar(l->texto, ',');
        appendBinaryStringInfo(l->texto,
                               como_vieram + l->pecas[i].inicio - inicio,
                               l->pecas[i].tamanho);
    }
    pfree(como_vieram);
}

static int
pecas_comparar(const void *a, const void *b)
{
    int64 x = ((const Peca *)a)->ordem;
    int64 y = ((const Peca *)b)->ordem;

    return (x > y) - (x < y);
}

static void
campo_escrever(StringInfo texto, Campo *campo, Datum valor)
{
    char buf[MAXINT8LEN + 1];

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
        char *numero = DatumGetCString(DirectFunctionCall1(numeric_out, valor));

        /* NaN and Infinity are no JSON numbers. */
        if (numero[0] == '-' ? isdigit((unsigned char)numero[1])
                             : isdigit((unsigned char)numero[0]))
            appendStringInfoString(texto, numero);
        else
            appendStringInfoString(texto, "null");
        pfree(numero);
        break;
    }
    case FORMA_INSTANTE:
        if (!campo->lembrado || campo->valor != valor)
        {
            JsonEncodeDateTime(campo->instante, valor, campo->tipo, NULL);
            campo->valor = valor;
            campo->lembrado = true;
        }
        appendStringInfoChar(texto, '"');
        appendStringInfoString(texto, campo->instante);
        appendStringInfoChar(texto, '"');
        break;
    case FORMA_JSON:
    {
        text *json = DatumGetTextPP(valor);

        appendBinaryStringInfo(texto, VARDATA_ANY(json), VARSIZE_ANY_EXHDR(json));
        break;
    }
    case FORMA_TEXTO:
    {
        text *t = DatumGetTextPP(valor);

        json_texto(texto, VARDATA_ANY(t), VARSIZE_ANY_EXHDR(t));
        break;
    }
    case FORMA_OUTRA:
    {
        char *s = OutputFunctionCall(&campo->saida, valor);

        json_texto(texto, s, strlen(s));
        pfree(s);
        break;
    }
    }
}

void
json_texto(StringInfo texto, const char *s, int n)
{
    int inicio = 0;

    appendStringInfoChar(texto, '"');
    for (int i = 0; i < n; i++)
    {
        unsigned char c = (unsigned char)s[i];

        if (c >= ' ' && c != '"' && c != '\\')
            continue;
        appendBinaryStringInfo(texto, s + inicio, i - inicio);
        inicio = i + 1;
        switch (c)
        {
        case '"':
        case '\\':
            appendStringInfoChar(texto, '\\');
            appendStringInfoChar(texto, (char)c);
            break;
        case '\n':
            appendStringInfoString(texto, "\\n");
            break;
        case '\r':
            appendStringInfoString(texto, "\\r");
            break;
        case '\t':
            appendStringInfoString(texto, "\\t");
            break;
        default:
            appendStringInfo(texto, "\\u%04x", c);
            break;
        }
    }
    appendBinaryStringInfo(texto, s + inicio, n - inicio);
    appendStringInfoChar(texto, '"');
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
