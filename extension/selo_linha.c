/*
 * selo_linha.c: canonical bytes of a row of crm.auditoria and their hash; see
 * selo.h for the format.
 */
#include "selo.h"

#include "common/cryptohash.h"
#include "common/hmac.h"
#include "port/pg_bswap.h"
#include "utils/jsonb.h"
#include "utils/numeric.h"
#include "utils/timestamp.h"

typedef enum Forma
{
    F_INT8, /* also timestamptz and xid8 */
    F_INT4,
    F_TEXTO,
    F_NOME,
    F_JSONB
} Forma;

/* Of SELO_COLUNAS. */
static const Forma formas[SELO_N_COLUNAS] = {
    F_INT8,  F_INT8,  F_INT8,  F_INT8, F_TEXTO, F_NOME,  F_TEXTO,
    F_TEXTO, F_TEXTO, F_TEXTO, F_INT8, F_INT4,  F_JSONB, F_JSONB};

static void por_int32(StringInfo b, uint32 v);
static void por_jsonb(StringInfo b, Jsonb *j);
static void por_escalar(StringInfo b, const JsonbValue *v);

void
selo_linha(const Datum *valores, const bool *nulos, uint8 hash[SELO_HASH])
{
    StringInfoData b;

    initStringInfo(&b);
    appendStringInfoCharMacro(&b, 1);
    for (int i = 0; i < SELO_N_COLUNAS; i++)
    {
        appendStringInfoCharMacro(&b, nulos[i] ? 0 : 1);
        if (nulos[i])
            continue;
        switch (formas[i])
        {
        case F_INT8:
            selo_por_int64(&b, DatumGetInt64(valores[i]));
            break;
        case F_INT4:
            por_int32(&b, (uint32)DatumGetInt32(valores[i]));
            break;
        case F_TEXTO:
        {
            text *t = DatumGetTextPP(valores[i]);

            selo_por_texto(&b, VARDATA_ANY(t), VARSIZE_ANY_EXHDR(t));
            break;
        }
        case F_NOME:
        {
            const char *nome = NameStr(*DatumGetName(valores[i]));

            selo_por_texto(&b, nome, strlen(nome));
            break;
        }
        case F_JSONB:
            por_jsonb(&b, DatumGetJsonbP(valores[i]));
            break;
        }
    }
    selo_sha256(b.data, b.len, hash);
    pfree(b.data);
}

void
selo_item(StringInfo itens, const Datum *valores, const bool *nulos)
{
    uint8 hash[SELO_HASH];

    selo_linha(valores, nulos, hash);
    selo_por_int64(itens, DatumGetInt64(valores[0]));
    selo_por_int64(itens, DatumGetTimestampTz(valores[1]));
    appendBinaryStringInfo(itens, (const char *)hash, SELO_HASH);
}

void
selo_sha256(const void *bytes, size_t n, uint8 hash[SELO_HASH])
{
    pg_cryptohash_ctx *ctx = pg_cryptohash_create(PG_SHA256);

    if (ctx == NULL || pg_cryptohash_init(ctx) < 0 ||
        pg_cryptohash_update(ctx, bytes, n) < 0 ||
        pg_cryptohash_final(ctx, hash, SELO_HASH) < 0)
        elog(ERROR, "could not compute a SHA-256: %s", pg_cryptohash_error(ctx));
    pg_cryptohash_free(ctx);
}

void
selo_hmac(const uint8 chave[SELO_HASH], const uint8 hash[SELO_HASH],
          uint8 mac[SELO_HASH])
{
    pg_hmac_ctx *ctx = pg_hmac_create(PG_SHA256);

    if (ctx == NULL || pg_hmac_init(ctx, chave, SELO_HASH) < 0 ||
        pg_hmac_update(ctx, hash, SELO_HASH) < 0 ||
        pg_hmac_final(ctx, mac, SELO_HASH) < 0)
        elog(ERROR, "could not compute an HMAC: %s", pg_hmac_error(ctx));
    pg_hmac_free(ctx);
}

void
selo_hex(const uint8 hash[SELO_HASH], char hex[SELO_HEX])
{
    hex_encode((const char *)hash, SELO_HASH, hex);
    hex[SELO_HEX - 1] = '\0';
}

void
selo_por_int64(StringInfo b, int64 v)
{
    uint64 rede = pg_hton64((uint64)v);

    appendBinaryStringInfo(b, (const char *)&rede, sizeof(rede));
}

int64
selo_ler_int64(const uint8 *b)
{
    uint64 rede;

    memcpy(&rede, b, sizeof(rede));
    return (int64)pg_ntoh64(rede);
}

void
selo_por_texto(StringInfo b, const char *s, int n)
{
    por_int32(b, (uint32)n);
    appendBinaryStringInfo(b, s, n);
}

static void
por_int32(StringInfo b, uint32 v)
{
    uint32 rede = pg_hton32(v);

    appendBinaryStringInfo(b, (const char *)&rede, sizeof(rede));
}

static void
por_jsonb(StringInfo b, Jsonb *j)
{
    JsonbIterator *passo = JsonbIteratorInit(&j->root);
    JsonbIteratorToken ficha;
    JsonbValue v;
    bool escalar = false; /* the root is one, in an array of its own */

    while ((ficha = JsonbIteratorNext(&passo, &v, false)) != WJB_DONE)
    {
        switch (ficha)
        {
        case WJB_BEGIN_ARRAY:
            escalar = v.val.array.rawScalar;
            if (!escalar)
            {
                appendStringInfoCharMacro(b, '[');
                por_int32(b, (uint32)v.val.array.nElems);
            }
            break;
        case WJB_BEGIN_OBJECT:
            appendStringInfoCharMacro(b, '{');
            por_int32(b, (uint32)v.val.object.nPairs);
            break;
        case WJB_KEY:
            selo_por_texto(b, v.val.string.val, v.val.string.len);
            break;
        case WJB_ELEM:
        case WJB_VALUE:
            por_escalar(b, &v);
            break;
        default: /* the end of a container: its count said where */
            break;
        }
    }
}

static void
por_escalar(StringInfo b, const JsonbValue *v)
{
    char *numero;

    switch (v->type)
    {
    case jbvNull:
        appendStringInfoCharMacro(b, 'n');
        break;
    case jbvBool:
        appendStringInfoCharMacro(b, v->val.boolean ? 't' : 'f');
        break;
    case jbvNumeric:
        numero = DatumGetCString(DirectFunctionCall1(
            numeric_out, NumericGetDatum(v->val.numeric)));
        appendStringInfoCharMacro(b, '#');
        selo_por_texto(b, numero, strlen(numero));
        pfree(numero);
        break;
    case jbvString:
        appendStringInfoCharMacro(b, '"');
        selo_por_texto(b, v->val.string.val, v->val.string.len);
        break;
    default:
        elog(ERROR, "unexpected value of type %d in the audit", (int)v->type);
    }
}
