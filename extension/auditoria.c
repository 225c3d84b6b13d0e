/*
 * auditoria.c: crm.auditoria, to which rows are only ever added: writing them, and
 * keeping them from change.
 *
 * A change of a table's own structure, with which its owner could switch all this
 * off for a moment, is a row too.
 *
 * Source: SPEC AUDIT-1, AUDIT-2.
 */
#include "auditoria.h"

#include "access/xact.h"
#include "catalog/pg_type.h"
#include "commands/event_trigger.h"
#include "commands/extension.h"
#include "miscadmin.h"
#include "utils/array.h"

#include "transicao.h"

static bool suspensa = false;
static SubTransactionId suspensa_em;

static void fim_transacao(XactEvent evento, void *arg);
static void fim_subtransacao(SubXactEvent evento, SubTransactionId meu,
                             SubTransactionId pai, void *arg);

void
auditoria_init(void)
{
    RegisterXactCallback(fim_transacao, NULL);
    RegisterSubXactCallback(fim_subtransacao, NULL);
}

void
auditoria_suspender(bool sim)
{
    suspensa = sim;
    suspensa_em = GetCurrentSubTransactionId();
}

bool
auditoria_suspensa(void)
{
    return suspensa;
}

void
auditoria_registrar(const char *acao, const char *tabela, int64 registro_id,
                    int64 linhas, const char *antes, const char *depois)
{
    Registros *r = palloc0(sizeof(Registros));

    r->tabela = tabela;
    registros_juntar(r, acao, registro_id ? &registro_id : NULL, linhas, antes,
                     depois);
    registros_gravar(r);
    pfree(r);
}

/*
 * crm.auditoria_imutavel() returns trigger
 *
 * BEFORE UPDATE/DELETE/TRUNCATE, FOR EACH STATEMENT on crm.auditoria.
 *
 * Errors: insufficient_privilege (42501) but for a superuser.
 */
PG_FUNCTION_INFO_V1(crm_auditoria_imutavel);
Datum
crm_auditoria_imutavel(PG_FUNCTION_ARGS)
{
    transicao_gatilho(fcinfo);
    if (!superuser())
        ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
                        errmsg("the audit cannot be changed"),
                        errhint("Rows are only ever added to it.")));
    return PointerGetDatum(NULL);
}

/*
 * crm.auditar_estrutura() returns event_trigger
 *
 * ddl_command_end and sql_drop: who is no superuser changed a table, trigger or
 * rule of the schema crm. crm.instalar() and the making of partitions are a
 * superuser's. Whatever the caller's settings: no backslash is in the statements
 * (standard_conforming_strings), names may be quoted (quote_all_identifiers).
 */
PG_FUNCTION_INFO_V1(crm_auditar_estrutura);
Datum
crm_auditar_estrutura(PG_FUNCTION_ARGS)
{
    static const char criados[] =
        "SELECT pg_catalog.json_build_object('comando', $1,"
        "           'objetos', pg_catalog.json_agg(DISTINCT object_identity))"
        "  FROM pg_catalog.pg_event_trigger_ddl_commands()"
        " WHERE object_identity OPERATOR(pg_catalog.~) '(^| )\"?crm\"?[.]'"
        " HAVING pg_catalog.count(*) OPERATOR(pg_catalog.>) 0";
    static const char retirados[] =
        "SELECT pg_catalog.json_build_object('comando', $1,"
        "           'objetos', pg_catalog.json_agg(DISTINCT object_identity))"
        "  FROM pg_catalog.pg_event_trigger_dropped_objects()"
        " WHERE object_identity OPERATOR(pg_catalog.~) '(^| )\"?crm\"?[.]'"
        "   AND original"
        " HAVING pg_catalog.count(*) OPERATOR(pg_catalog.>) 0";
    const EventTriggerData *dados;
    const Oid tipos[] = {TEXTOID};
    Datum comando;

    if (!CALLED_AS_EVENT_TRIGGER(fcinfo))
        ereport(ERROR, (errcode(ERRCODE_E_R_I_E_EVENT_TRIGGER_PROTOCOL_VIOLATED),
                        errmsg("function can only be called as an event "
                               "trigger")));
    dados = (const EventTriggerData *)fcinfo->context;
    if (superuser() || creating_extension)
        PG_RETURN_NULL();

    SPI_connect();
    comando = CStringGetTextDatum(GetCommandTagName(dados->tag));
    if (SPI_execute_with_args(strcmp(dados->event, "sql_drop") == 0 ? retirados
                                                                    : criados,
                              lengthof(tipos), (Oid *)tipos, &comando, NULL,
                              true, 1) != SPI_OK_SELECT)
        elog(ERROR, "could not look at a change of the schema");
    if (SPI_processed > 0)
        auditoria_registrar("estrutura", NULL, 0, 1, NULL,
                            SPI_getvalue(SPI_tuptable->vals[0],
                                         SPI_tuptable->tupdesc, 1));
    SPI_finish();
    PG_RETURN_NULL();
}

/* ---- suspension ---- */

static void
fim_transacao(XactEvent evento, void *arg)
{
    if (evento != XACT_EVENT_PRE_COMMIT && evento != XACT_EVENT_PRE_PREPARE)
        suspensa = false;
}

static void
fim_subtransacao(SubXactEvent evento, SubTransactionId meu,
                 SubTransactionId pai, void *arg)
{
    if (!suspensa || suspensa_em != meu)
        return;
    if (evento == SUBXACT_EVENT_ABORT_SUB)
        suspensa = false;
    else if (evento == SUBXACT_EVENT_COMMIT_SUB)
        suspensa_em = pai;
}

/* ---- writing ---- */

void
registros_juntar(Registros *r, const char *acao, const int64 *id, int64 linhas,
                 const char *antes, const char *depois)
{
    int i = r->n++;

    Assert(i < REGISTROS_MAX);
    r->acao[i] = CStringGetTextDatum(acao);
    r->sem_id[i] = id == NULL;
    r->id[i] = Int64GetDatum(id ? *id : 0);
    r->linhas[i] = Int32GetDatum((int32)Min(linhas, PG_INT32_MAX));
    r->sem_antes[i] = antes == NULL;
    r->antes[i] = antes ? CStringGetTextDatum(antes) : (Datum)0;
    r->sem_depois[i] = depois == NULL;
    r->depois[i] = depois ? CStringGetTextDatum(depois) : (Datum)0;
}

static Datum
vetor(Datum *valores, bool *nulos, int n, Oid tipo, int tamanho, bool por_valor,
      char alinhamento)
{
    int lbs = 1;

    return PointerGetDatum(construct_md_array(valores, nulos, 1, &n, &lbs, tipo,
                                              tamanho, por_valor, alinhamento));
}

void
registros_gravar(Registros *r)
{
    static SPIPlanPtr guardado = NULL;
    const Oid tipos[] = {INT8OID,      TEXTOID,      TEXTOID,
                         TEXTOID,      TEXTOID,      TEXTARRAYOID,
                         INT8ARRAYOID, INT4ARRAYOID, TEXTARRAYOID,
                         TEXTARRAYOID};
    const Identidade *eu = identidade_atual();
    Datum valores[lengthof(tipos)] = {
        Int64GetDatum(eu->usuario_id),
        CStringGetTextDatum(eu->papel),
        CStringGetTextDatum(eu->endereco),
        CStringGetTextDatum(eu->requisicao),
        r->tabela ? CStringGetTextDatum(r->tabela) : (Datum)0,
        vetor(r->acao, NULL, r->n, TEXTOID, -1, false, 'i'),
        vetor(r->id, r->sem_id, r->n, INT8OID, sizeof(int64), true, 'd'),
        vetor(r->linhas, NULL, r->n, INT4OID, sizeof(int32), true, 'i'),
        vetor(r->antes, r->sem_antes, r->n, TEXTOID, -1, false, 'i'),
        vetor(r->depois, r->sem_depois, r->n, TEXTOID, -1, false, 'i')};
    const char nulos[lengthof(tipos) + 1] = {
        ' ', ' ', ' ', ' ', r->tabela ? ' ' : 'n', ' ', ' ', ' ', ' ', ' '};
    Sistema salvo;

    if (r->n == 0)
        return;

    sistema_entrar(&salvo);
    SPI_connect();
    plano(&guardado,
          "INSERT INTO crm.auditoria (usuario_id, papel, endereco, requisicao,"
          "       tabela, acao, registro_id, linhas, antes, depois)"
          " SELECT nullif($1, 0), nullif($2, ''), nullif($3, ''),"
          "        nullif($4, ''), $5, u.acao, u.id, u.linhas,"
          "        u.antes::jsonb, u.depois::jsonb"
          "   FROM unnest($6, $7, $8, $9, $10)"
          "        AS u(acao, id, linhas, antes, depois)",
          lengthof(tipos), tipos);
    /* No rule or trigger of the table's owner takes a row away unnoticed. */
    if (SPI_execute_plan(guardado, valores, nulos, false, 0) != SPI_OK_INSERT ||
        SPI_processed != (uint64)r->n)
        ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
                        errmsg("the audit was not written"),
                        errhint("See crm.auditoria_defeito().")));
    SPI_finish();
    sistema_sair(&salvo);
    r->n = 0;
}
