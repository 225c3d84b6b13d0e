/*
 * sessao.c: sessions of the front and their end.
 *
 * A session lives in crm.sessoes; crm.atender() looks at its row for every
 * request, so an end counts at once. The event sessao_encerrada lets the front
 * close what stays open without requests: WebSockets.
 */
#include "crm.h"

#include "catalog/pg_type.h"

#include "identidade.h"
#include "sessao.h"

static int64 avisar_encerradas(void);

int64
sessoes_encerrar(int64 usuario_id, const char *motivo, const pg_uuid_t *exceto)
{
    static SPIPlanPtr guardado = NULL;
    const Oid tipos[] = {INT8OID, TEXTOID, UUIDOID};
    Datum args[] = {Int64GetDatum(usuario_id), CStringGetTextDatum(motivo),
                    exceto != NULL ? UUIDPGetDatum(exceto) : (Datum)0};
    const char nulos[] = {' ', ' ', exceto != NULL ? ' ' : 'n'};
    Sistema salvo;
    int64 n;

    SPI_connect();
    sistema_entrar(&salvo);
    SPI_execute_plan(
        plano(&guardado,
              "UPDATE crm.sessoes"
              "   SET encerrada_em = clock_timestamp(), motivo_fim = $2"
              " WHERE usuario_id = $1 AND encerrada_em IS NULL"
              "   AND id IS DISTINCT FROM $3"
              " RETURNING id, usuario_id",
              3, tipos),
        args, nulos, false, 0);
    n = avisar_encerradas();
    sistema_sair(&salvo);
    SPI_finish();
    return n;
}

/* One event for each row (id, usuario_id) of the SPI result. */
static int64
avisar_encerradas(void)
{
    SPITupleTable *linhas = SPI_tuptable;
    int64 n = (int64)SPI_processed;

    for (int64 i = 0; i < n; i++)
    {
        bool nulo;
        int64 usuario = DatumGetInt64(
            SPI_getbinval(linhas->vals[i], linhas->tupdesc, 2, &nulo));

        evento_emitir("sessao_encerrada", &usuario, 1,
                      psprintf("{\"sid\":\"%s\"}",
                               SPI_getvalue(linhas->vals[i], linhas->tupdesc,
                                            1)));
    }
    return n;
}

/*
 * crm.sessoes_encerrar(usuario_id bigint, motivo text, exceto uuid) returns bigint
 *
 * Ends the live sessions of a user, but exceto; returns how many.
 */
PG_FUNCTION_INFO_V1(crm_sessoes_encerrar);
Datum
crm_sessoes_encerrar(PG_FUNCTION_ARGS)
{
    char *motivo;

    if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
        PG_RETURN_INT64(0);
    motivo = text_to_cstring(PG_GETARG_TEXT_PP(1));
    PG_RETURN_INT64(
        sessoes_encerrar(PG_GETARG_INT64(0), motivo,
                         PG_ARGISNULL(2) ? NULL : PG_GETARG_UUID_P(2)));
}

/*
 * crm.encerrar_sessao(sessao uuid, motivo text) returns boolean
 *
 * Ends one session: one's own, or any with the right usuario.gerir. False when
 * there is no such live session to end for the caller.
 */
PG_FUNCTION_INFO_V1(crm_encerrar_sessao);
Datum
crm_encerrar_sessao(PG_FUNCTION_ARGS)
{
    static SPIPlanPtr guardado = NULL;
    const Oid tipos[] = {UUIDOID, TEXTOID, INT8OID, BOOLOID};
    Datum args[] = {PG_GETARG_DATUM(0), PG_GETARG_DATUM(1),
                    Int64GetDatum(identidade_atual()->usuario_id),
                    BoolGetDatum(identidade_pode("usuario.gerir"))};
    Sistema salvo;
    int64 n;

    SPI_connect();
    sistema_entrar(&salvo);
    SPI_execute_plan(
        plano(&guardado,
              "UPDATE crm.sessoes"
              "   SET encerrada_em = clock_timestamp(), motivo_fim = $2"
              " WHERE id = $1 AND encerrada_em IS NULL"
              "   AND (usuario_id = $3 OR $4)"
              " RETURNING id, usuario_id",
              4, tipos),
        args, NULL, false, 0);
    n = avisar_encerradas();
    sistema_sair(&salvo);
    SPI_finish();
    PG_RETURN_BOOL(n == 1);
}

/*
 * crm.identidade_assumir(sessao uuid) returns void
 *
 * After a login the rest of the transaction belongs to the session's user. For
 * the owner's functions inside crm.atender() alone.
 */
PG_FUNCTION_INFO_V1(crm_identidade_assumir);
Datum
crm_identidade_assumir(PG_FUNCTION_ARGS)
{
    static SPIPlanPtr guardado = NULL;
    const Oid tipos[] = {UUIDOID};
    Datum args[] = {PG_GETARG_DATUM(0)};
    Identidade nova = *identidade_atual();
    Sistema salvo;
    bool nulo;

    if (!nova.web)
        ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
                        errmsg("only a request of the front takes a session")));

    SPI_connect();
    sistema_entrar(&salvo);
    SPI_execute_plan(
        plano(&guardado,
              "SELECT u.id, u.papel FROM crm.sessoes s"
              "  JOIN crm.usuarios u ON u.id = s.usuario_id"
              " WHERE s.id = $1 AND s.encerrada_em IS NULL AND u.ativo",
              1, tipos),
        args, NULL, false, 1);
    if (SPI_processed != 1)
        ereport(ERROR, (errcode(ERRCODE_NO_DATA_FOUND),
                        errmsg("session does not exist")));
    nova.usuario_id = DatumGetInt64(SPI_getbinval(
        SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &nulo));
    strlcpy(nova.papel,
            SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 2),
            sizeof(nova.papel));
    nova.tem_sessao = true;
    nova.sessao = *PG_GETARG_UUID_P(0);
    sistema_sair(&salvo);
    SPI_finish();

    identidade_definir_web(&nova);
    PG_RETURN_VOID();
}

/*
 * crm.limpar_acessos() returns bigint
 *
 * Housekeeping, called by crm.tarefas(): ends sessions past their limit;
 * removes sessions ended 30 days ago, login attempts older than 90 days, blocks
 * a day after their end, idempotency keys and reveals, which count for their
 * quota no longer, after 24 hours. Returns rows.
 */
PG_FUNCTION_INFO_V1(crm_limpar_acessos);
Datum
crm_limpar_acessos(PG_FUNCTION_ARGS)
{
    static SPIPlanPtr expirar = NULL;
    static SPIPlanPtr limpar[5];
    static const char *const sql[] = {
        "DELETE FROM crm.sessoes"
        " WHERE encerrada_em < clock_timestamp() - interval '30 days'",
        "DELETE FROM crm.tentativas_login"
        " WHERE quando < clock_timestamp() - interval '90 days'",
        "DELETE FROM crm.bloqueios_login"
        " WHERE greatest(bloqueado_ate, atualizado_em)"
        "       < clock_timestamp() - interval '1 day'",
        "DELETE FROM crm.idempotencia"
        " WHERE criada_em < clock_timestamp() - interval '1 day'",
        "DELETE FROM crm.revelacoes"
        " WHERE quando < crm.agora() - interval '24 hours'",
    };
    Sistema salvo;
    int64 n;

    SPI_connect();
    sistema_entrar(&salvo);
    SPI_execute_plan(plano(&expirar,
                           "UPDATE crm.sessoes"
                           "   SET encerrada_em = limite_em,"
                           "       motivo_fim = 'expirada'"
                           " WHERE encerrada_em IS NULL"
                           "   AND limite_em < clock_timestamp()"
                           " RETURNING id, usuario_id",
                           0, NULL),
                     NULL, NULL, false, 0);
    n = avisar_encerradas();
    for (int i = 0; i < lengthof(sql); i++)
    {
        SPI_execute_plan(plano(&limpar[i], sql[i], 0, NULL), NULL, NULL, false,
                         0);
        n += (int64)SPI_processed;
    }
    sistema_sair(&salvo);
    SPI_finish();
    PG_RETURN_INT64(n);
}
