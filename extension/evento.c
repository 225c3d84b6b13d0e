/*
 * evento.c: signed notifications on channel crm_eventos.
 *
 * NOTIFY is transactional: the front hears of what was committed, and of nothing
 * else. Any role may NOTIFY, so each payload carries an HMAC-SHA-256 (first 128
 * bits, hex) of its JSON under a secret that only crm_web can ask for.
 */
#include "crm.h"

#include "catalog/pg_type.h"
#include "commands/async.h"
#include "common/hmac.h"
#include "common/sha2.h"
#include "lib/stringinfo.h"
#include "utils/json.h"

enum
{
    MAC_BYTES = 16,
    DADOS_MAX = 1024,
    DESTINOS_POR_AVISO = 300 /* 300 ids of 20 digits and dados stay < 8000 */
};

static bytea *segredo(const char *nome);
static void emitir(const bytea *chave, const char *tipo,
                   const int64 *vendedores, int n, bool continua,
                   const char *dados);
static void assinar(const bytea *chave, const char *json, char *hex);
static void hmac(const bytea *chave, const char *texto, uint8 *mac);

void
evento_emitir(const char *tipo, const int64 *vendedores, int n,
              const char *dados)
{
    bytea *chave;
    int i = 0;

    if (strlen(dados) > DADOS_MAX)
        elog(ERROR, "event \"%s\" is too long", tipo);

    chave = segredo("evento");
    if (n < 0)
        emitir(chave, tipo, NULL, -1, false, dados);
    else
        do
        {
            emitir(chave, tipo, vendedores + i, Min(n - i, DESTINOS_POR_AVISO),
                   i > 0, dados);
            i += DESTINOS_POR_AVISO;
        } while (i < n);
    pfree(chave);
}

/* The key, palloc'd in the caller's context. */
static bytea *
segredo(const char *nome)
{
    static SPIPlanPtr guardado = NULL;
    const Oid tipos[] = {TEXTOID};
    Datum args[1] = {CStringGetTextDatum(nome)};
    MemoryContext contexto = CurrentMemoryContext;
    MemoryContext spi;
    Datum valor;
    bool nulo;
    bytea *chave;
    Sistema salvo;

    sistema_entrar(&salvo);
    SPI_connect();
    if (SPI_execute_plan(
            plano(&guardado,
                  "SELECT valor FROM crm.segredos"
                  " WHERE nome OPERATOR(pg_catalog.=) $1",
                  1, tipos),
            args, NULL, true, 1) != SPI_OK_SELECT ||
        SPI_processed != 1)
        ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
                        errmsg("secret \"%s\" is missing", nome),
                        errhint("Run SELECT crm.instalar().")));

    valor = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1,
                          &nulo);
    spi = MemoryContextSwitchTo(contexto);
    chave = DatumGetByteaPCopy(valor);
    MemoryContextSwitchTo(spi);
    SPI_finish();
    sistema_sair(&salvo);
    return chave;
}

static void
emitir(const bytea *chave, const char *tipo, const int64 *vendedores, int n,
       bool continua, const char *dados)
{
    char hex[2 * MAC_BYTES + 1];
    StringInfoData json;
    char *aviso;

    initStringInfo(&json);
    appendStringInfoString(&json, "{\"tipo\":");
    escape_json(&json, tipo);
    appendStringInfoString(&json, ",\"para\":");
    if (n < 0)
        appendStringInfoString(&json, "\"*\"");
    else
    {
        appendStringInfoChar(&json, '[');
        for (int i = 0; i < n; i++)
            appendStringInfo(&json, "%s" INT64_FORMAT, i ? "," : "",
                             vendedores[i]);
        appendStringInfoChar(&json, ']');
    }
    if (continua)
        appendStringInfoString(&json, ",\"continua\":true");
    appendStringInfo(&json, ",\"dados\":%s}", dados);

    assinar(chave, json.data, hex);
    aviso = psprintf("%s %s", hex, json.data);
    Async_Notify("crm_eventos", aviso);
    pfree(aviso);
    pfree(json.data);
}

static void
assinar(const bytea *chave, const char *json, char *hex)
{
    uint8 mac[PG_SHA256_DIGEST_LENGTH];

    hmac(chave, json, mac);
    hex_encode((const char *)mac, MAC_BYTES, hex);
    hex[2 * MAC_BYTES] = '\0';
}

static void
hmac(const bytea *chave, const char *texto, uint8 *mac)
{
    pg_hmac_ctx *ctx = pg_hmac_create(PG_SHA256);

    if (ctx == NULL ||
        pg_hmac_init(ctx, (const uint8 *)VARDATA_ANY(chave),
                     VARSIZE_ANY_EXHDR(chave)) < 0 ||
        pg_hmac_update(ctx, (const uint8 *)texto, strlen(texto)) < 0 ||
        pg_hmac_final(ctx, mac, PG_SHA256_DIGEST_LENGTH) < 0)
        elog(ERROR, "could not compute an HMAC: %s", pg_hmac_error(ctx));
    pg_hmac_free(ctx);
}

bytea *
segredo_hmac(const char *nome, const char *texto)
{
    bytea *mac = palloc(VARHDRSZ + PG_SHA256_DIGEST_LENGTH);

    SET_VARSIZE(mac, VARHDRSZ + PG_SHA256_DIGEST_LENGTH);
    hmac(segredo(nome), texto, (uint8 *)VARDATA(mac));
    return mac;
}

/*
 * crm.web_segredo_evento() returns bytea
 *
 * The key with which the front verifies events; executable by crm_web only.
 */
PG_FUNCTION_INFO_V1(crm_web_segredo_evento);
Datum
crm_web_segredo_evento(PG_FUNCTION_ARGS)
{
    PG_RETURN_BYTEA_P(segredo("evento"));
}
