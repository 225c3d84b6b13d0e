/*
 * presenca.c: which sellers are there (SPEC AUTH-2, AUTH-9).
 *
 *   online    set by login, cleared by logout; both distribute at once
 *   ausente   online, but without heartbeat for presenca_ausente seconds: keeps
 *             the clients, gets nothing new
 *   offline   ausente for presenca_tolerancia seconds more: cleared by
 *             crm.tarefas(), the untouched clients move
 *
 * visto_em is the last heartbeat; logout sets it to NULL, so that the offline
 * who are seen again (a laptop that woke up) are told from who left: they come
 * back online with the next crm.tarefas().
 */
#include "presenca.h"

#include "access/xact.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/timestamp.h"

#include "redistribuicao.h"

static void exigir_presenca(int64 vendedor_id);
static Datum mudar(int64 vendedor_id, bool online);
static int64 bater(Datum ids);
static void avisar(int64 vendedor_id, bool online);

/*
 * crm.entrar_vendedor(vendedor_id bigint) returns bigint
 *
 * The seller is there: online, heartbeat now, distribution, event. Returns
 * lotes.id; NULL when nothing had to be dealt or the user does not sell.
 *
 * Errors: CR403 unless the seller, crm.api_login() or who may configure sellers.
 * Source: SPEC AUTH-2.
 */
PG_FUNCTION_INFO_V1(crm_entrar_vendedor);
Datum
crm_entrar_vendedor(PG_FUNCTION_ARGS)
{
    Datum lote = mudar(PG_GETARG_INT64(0), true);

    if (DatumGetInt64(lote) == 0)
        PG_RETURN_NULL();
    PG_RETURN_DATUM(lote);
}

/* crm.sair_vendedor(vendedor_id bigint) returns bigint: the contrary. */
PG_FUNCTION_INFO_V1(crm_sair_vendedor);
Datum
crm_sair_vendedor(PG_FUNCTION_ARGS)
{
    Datum lote = mudar(PG_GETARG_INT64(0), false);

    if (DatumGetInt64(lote) == 0)
        PG_RETURN_NULL();
    PG_RETURN_DATUM(lote);
}

/*
 * crm.presenca(vendedor_ids bigint[]) returns integer
 *
 * Heartbeats of many sellers in one statement, for the front, which knows whose
 * WebSocket is open. Returns how many were written.
 *
 * Errors: CR403 unless the front or who may configure sellers.
 */
PG_FUNCTION_INFO_V1(crm_presenca);
Datum
crm_presenca(PG_FUNCTION_ARGS)
{
    if (!is_member_of_role_nosuper(GetSessionUserId(),
                                   get_role_oid("crm_web", false)))
        exigir_presenca(0);
    PG_RETURN_INT32((int32)bater(PG_GETARG_DATUM(0)));
}

void
presenca_tocar(int64 usuario_id)
{
    Datum id = Int64GetDatum(usuario_id);

    /* A read on a standby, or in a transaction that is read-only, stays one. */
    if (usuario_id > 0 && !XactReadOnly)
        bater(PointerGetDatum(construct_array(&id, 1, INT8OID, sizeof(int64),
                                              FLOAT8PASSBYVAL,
                                              TYPALIGN_DOUBLE)));
}

int64
presenca_recolher(void)
{
    static SPIPlanPtr ha_guardado = NULL;
    static SPIPlanPtr guardado = NULL;
    static const Oid tipos[] = {TIMESTAMPTZOID, TIMESTAMPTZOID};
    static const char ha_sql[] =
        "SELECT 1 FROM crm.vendedores"
        " WHERE (online AND visto_em < $1)"
        "    OR (NOT online AND ativo AND visto_em >= $2) LIMIT 1";
    /* Who is locked is just being seen, logged in or out. */
    static const char sql[] =
        "UPDATE crm.vendedores v SET online = NOT v.online, updated_at = now()"
        "  FROM (SELECT id FROM crm.vendedores"
        "         WHERE (online AND visto_em < $1)"
        "            OR (NOT online AND ativo AND visto_em >= $2)"
        "         ORDER BY id FOR NO KEY UPDATE SKIP LOCKED) t"
        " WHERE v.id = t.id RETURNING v.id, v.online";
    const TimestampTz ausente =
        tempo_agora() - config_int("presenca_ausente") * USECS_PER_SEC;
    const TimestampTz offline =
        ausente - config_int("presenca_tolerancia") * USECS_PER_SEC;
    Datum valores[] = {TimestampTzGetDatum(offline),
                       TimestampTzGetDatum(ausente)};
    uint64 n;
    Sistema salvo;

    sistema_entrar(&salvo);
    SPI_connect();
    SPI_execute_plan(plano(&ha_guardado, ha_sql, lengthof(tipos), tipos),
                     valores, NULL, false, 1);
    n = SPI_processed;
    if (n > 0)
    {
        SPITupleTable *mudaram;

        distribuicao_travar();
        SPI_execute_plan(plano(&guardado, sql, lengthof(tipos), tipos), valores,
                         NULL, false, 0);
        n = SPI_processed;
        mudaram = SPI_tuptable;
        for (uint64 i = 0; i < n; i++)
        {
            bool nulo;
            int64 id = DatumGetInt64(SPI_getbinval(
                mudaram->vals[i], mudaram->tupdesc, 1, &nulo));

            avisar(id, DatumGetBool(SPI_getbinval(mudaram->vals[i],
                                                  mudaram->tupdesc, 2, &nulo)));
        }
    }
    SPI_finish();
    sistema_sair(&salvo);

    return n > 0 ? distribuir("ausencia", DISTRIBUIR_DIFERENCA, true) : 0;
}

/* crm.api_login() and the like run as the owner and have judged already. */
static void
exigir_presenca(int64 vendedor_id)
{
    if (GetUserId() != get_role_oid("crm_owner", false))
        identidade_exigir_vendedor(vendedor_id, "vendedor.configurar");
}

/* Returns lotes.id or 0. */
static Datum
mudar(int64 vendedor_id, bool online)
{
    static SPIPlanPtr guardado = NULL;
    static const Oid tipos[] = {INT8OID, BOOLOID, TIMESTAMPTZOID};
    static const char sql[] =
        "UPDATE crm.vendedores v"
        "   SET online = $2, visto_em = CASE WHEN $2 THEN $3 END,"
        "       updated_at = CASE WHEN antes.online <> $2 THEN now()"
        "                         ELSE v.updated_at END"
        "  FROM (SELECT id, online FROM crm.vendedores"
        "         WHERE id = $1 AND (ativo OR NOT $2) FOR NO KEY UPDATE) antes"
        " WHERE v.id = antes.id RETURNING antes.online <> $2";
    Datum valores[] = {Int64GetDatum(vendedor_id), BoolGetDatum(online),
                       TimestampTzGetDatum(tempo_agora())};
    bool vende;
    bool mudou = false;
    Sistema salvo;

    exigir_presenca(vendedor_id);
    distribuicao_travar();

    sistema_entrar(&salvo);
    SPI_connect();
    SPI_execute_plan(plano(&guardado, sql, lengthof(tipos), tipos), valores,
                     NULL, false, 0);
    vende = SPI_processed == 1;
    if (vende)
    {
        bool nulo;

        mudou = DatumGetBool(SPI_getbinval(SPI_tuptable->vals[0],
                                           SPI_tuptable->tupdesc, 1, &nulo));
    }
    SPI_finish();
    sistema_sair(&salvo);

    if (!vende)
        return Int64GetDatum(0);
    if (mudou)
        avisar(vendedor_id, online);
    return Int64GetDatum(distribuir(online ? "login" : "logout",
                                    DISTRIBUIR_DIFERENCA, !mudou));
}

/* SKIP LOCKED: a heartbeat is not worth waiting for. */
static int64
bater(Datum ids)
{
    static SPIPlanPtr guardado = NULL;
    static const Oid tipos[] = {INT8ARRAYOID, TIMESTAMPTZOID, TIMESTAMPTZOID};
    static const char sql[] =
        "UPDATE crm.vendedores v SET visto_em = $2"
        "  FROM (SELECT id FROM crm.vendedores"
        "         WHERE id = ANY ($1) AND visto_em < $3"
        "         ORDER BY id FOR NO KEY UPDATE SKIP LOCKED) t"
        " WHERE v.id = t.id";
    const TimestampTz agora = tempo_agora();
    Datum valores[] = {ids, TimestampTzGetDatum(agora),
                       TimestampTzGetDatum(agora -
                                           PRESENCA_BATIMENTO_S * USECS_PER_SEC)};
    int64 n;
    Sistema salvo;

    sistema_entrar(&salvo);
    SPI_connect();
    SPI_execute_plan(plano(&guardado, sql, lengthof(tipos), tipos), valores,
                     NULL, false, 0);
    n = SPI_processed;
    SPI_finish();
    sistema_sair(&salvo);
    return n;
}

static void
avisar(int64 vendedor_id, bool online)
{
    char *dados = psprintf("{\"vendedor_id\":" INT64_FORMAT ",\"online\":%s}",
                           vendedor_id, online ? "true" : "false");

    evento_emitir("vendedor_online", NULL, -1, dados);
    pfree(dados);
}
