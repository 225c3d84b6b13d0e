/*
 * atender_idempotencia.c: Idempotency-Key: the answer of a write is stored with
 * what it answers for, and a repeated request gets it again.
 */
#include "atender_pedido.h"

#include "catalog/pg_type.h"
#include "common/sha2.h"
#include "utils/fmgrprotos.h"

enum
{
    TENTATIVAS_DE_RESERVA = 3
};

/* Of extra, what belongs to the answer and is stored with it. */
static const char *const extra_da_resposta[] = {"cabecalhos", "etag", "arquivo",
                                                "exportacao", NULL};

static bytea *pedido_hash(const Pedido *p);
static char *extra_guardavel(const char *dito);

bool
idempotencia_reservar(const Pedido *p, Resposta *r)
{
    static SPIPlanPtr inserir = NULL;
    static SPIPlanPtr ler = NULL;
    const Oid tipos[] = {INT8OID, TEXTOID, TEXTOID, BYTEAOID};
    Datum args[] = {Int64GetDatum(identidade_atual()->usuario_id),
                    CStringGetTextDatum(p->chave),
                    CStringGetTextDatum(p->funcao),
                    PointerGetDatum(pedido_hash(p))};
    MemoryContext contexto = CurrentMemoryContext;
    bool nova = false;
    Sistema salvo;

    SPI_connect();
    sistema_entrar(&salvo);
    for (int i = 0; i < TENTATIVAS_DE_RESERVA; i++)
    {
        HeapTuple linha;
        TupleDesc desc;

        SPI_execute_plan(plano(&inserir,
                               "INSERT INTO crm.idempotencia"
                               " (usuario_id, chave, funcao, pedido_hash)"
                               " VALUES ($1, $2, $3, $4)"
                               " ON CONFLICT (usuario_id, chave) DO NOTHING",
                               4, tipos),
                         args, NULL, false, 0);
        nova = SPI_processed == 1;
        if (nova)
            break;

        SPI_execute_plan(plano(&ler,
                               "SELECT funcao = $3 AND pedido_hash = $4,"
                               " status, resposta, extra"
                               "  FROM crm.idempotencia"
                               " WHERE usuario_id = $1 AND chave = $2"
                               "   AND status IS NOT NULL",
                               4, tipos),
                         args, NULL, false, 1);
        if (SPI_processed == 0)
            continue; /* purged in between */

        linha = SPI_tuptable->vals[0];
        desc = SPI_tuptable->tupdesc;
        if (strcmp(SPI_getvalue(linha, desc, 1), "t") != 0)
            crm_falha(422, "chave_reutilizada", "Idempotency-Key",
                      "Esta chave de repetição já serviu a outro pedido.", NULL,
                      NULL);
        r->status = atoi(SPI_getvalue(linha, desc, 2));
        r->corpo = MemoryContextStrdup(contexto, SPI_getvalue(linha, desc, 3));
        r->extra = SPI_getvalue(linha, desc, 4);
        if (r->extra != NULL)
            r->extra = MemoryContextStrdup(contexto, r->extra);
        r->repetida = true;
        break;
    }
    sistema_sair(&salvo);
    SPI_finish();

    if (!nova && !r->repetida)
        ereport(ERROR, (errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
                        errmsg("could not reserve the idempotency key")));
    return nova;
}

void
idempotencia_guardar(const Pedido *p, const Resposta *r, const char *dito)
{
    static SPIPlanPtr gravar = NULL;
    static SPIPlanPtr apagar = NULL;
    const Oid tipos[] = {INT8OID, TEXTOID, INT2OID, TEXTOID, TEXTOID};
    char *extra = extra_guardavel(dito);
    const char nulos[] = {' ', ' ', ' ', ' ', extra == NULL ? 'n' : ' ', '\0'};
    Datum args[] = {Int64GetDatum(identidade_atual()->usuario_id),
                    CStringGetTextDatum(p->chave), Int16GetDatum(r->status),
                    CStringGetTextDatum(r->corpo),
                    extra == NULL ? (Datum)0 : CStringGetTextDatum(extra)};
    Sistema salvo;

    SPI_connect();
    sistema_entrar(&salvo);
    if (r->status >= 400)
        SPI_execute_plan(plano(&apagar,
                               "DELETE FROM crm.idempotencia"
                               " WHERE usuario_id = $1 AND chave = $2",
                               2, tipos),
                         args, NULL, false, 0);
    else
        /* A password or code shown once is not shown twice, nor kept in clear. */
        SPI_execute_plan(
            plano(&gravar,
                  "UPDATE crm.idempotencia SET status = $3,"
                  " resposta = CASE WHEN strpos($4, 'senha_provisoria') > 0"
                  " THEN ($4::jsonb - 'senha_provisoria')::text"
                  " WHEN funcao = 'usuario_codigo'"
                  " THEN ($4::jsonb - 'codigo')::text ELSE $4 END,"
                  " extra = $5"
                  " WHERE usuario_id = $1 AND chave = $2",
                  5, tipos),
            args, nulos, false, 0);
    sistema_sair(&salvo);
    SPI_finish();
}

/* Keyed, because the arguments may hold a password. */
static bytea *
pedido_hash(const Pedido *p)
{
    char *args = JsonbToCString(NULL, &p->args->root, VARSIZE(p->args));
    bytea *resumo;
    char hexa[2 * PG_SHA256_DIGEST_LENGTH + 1] = "";

    if (p->arquivo == NULL)
        return segredo_hmac("conta", psprintf("%s %s", p->funcao, args));
    resumo = DatumGetByteaPP(
        DirectFunctionCall1(sha256_bytea, PointerGetDatum(p->arquivo)));
    hexa[hex_encode(VARDATA_ANY(resumo), VARSIZE_ANY_EXHDR(resumo), hexa)] = '\0';
    return segredo_hmac("conta", psprintf("%s %s %s", p->funcao, args, hexa));
}

/* The part of extra that a repeated request gets again; NULL: none. */
static char *
extra_guardavel(const char *dito)
{
    StringInfoData extra;

    if (dito == NULL)
        return NULL;
    initStringInfo(&extra);
    for (const char *const *nome = extra_da_resposta; *nome != NULL; nome++)
    {
        JsonbValue *v = json_valor(dito, *nome);
        Jsonb *j;

        if (v == NULL)
            continue;
        j = JsonbValueToJsonb(v);
        appendStringInfo(&extra, "%c\"%s\":%s", extra.len > 0 ? ',' : '{', *nome,
                         JsonbToCString(NULL, &j->root, VARSIZE(j)));
    }
    if (extra.len == 0)
        return NULL;
    appendStringInfoChar(&extra, '}');
    return extra.data;
}
