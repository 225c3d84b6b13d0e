/*
 * identidade.c: who acts in this transaction.
 *
 * Two sources, neither of which an SQL caller can forge. crm.atender(), which
 * only the front's role may execute, leaves the user of the session it
 * verified in this backend's memory (identidade_definir_web). Without that, the
 * database role decides: its row in crm.usuarios, else the strongest group
 * role it is a member of. No setting takes part, so SET changes nothing.
 *
 * What was found out is kept until the transaction ends, the role changes (SET
 * ROLE), a subtransaction is rolled back, or this backend writes one of the
 * tables it came from (trigger crm.identidade_mudou).
 */
#include "crm.h"

#include "access/xact.h"
#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "commands/trigger.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/memutils.h"
#include "utils/rel.h"

#include "identidade.h"

static Identidade web;               /* set by crm.atender() */
static bool web_vale = false;
static SubTransactionId web_subxact; /* the one that set it */

static Identidade do_banco;          /* derived from the database role */
static bool do_banco_vale = false;
static Oid do_banco_externo;         /* for this role ... */
static Oid do_banco_sessao;          /* ... of this login */

static char **direitos = NULL;       /* in TopTransactionContext */
static int direitos_n = 0;
static char direitos_papel[sizeof(web.papel)];

static void fim_transacao(XactEvent evento, void *arg);
static void fim_subtransacao(SubXactEvent evento, SubTransactionId meu,
                             SubTransactionId pai, void *arg);
static void derivar(Oid externo, Oid sessao);
static bool usuario_do_role(Oid role, bool *ativo);
static bool grupo_do_role(Oid role);
static void direitos_carregar(const char *papel);

void
identidade_init(void)
{
    RegisterXactCallback(fim_transacao, NULL);
    RegisterSubXactCallback(fim_subtransacao, NULL);
}

const Identidade *
identidade_atual(void)
{
    Oid externo;
    Oid sessao;

    if (web_vale)
        return &web;

    externo = GetOuterUserId();
    sessao = GetSessionUserId();
    if (!do_banco_vale || externo != do_banco_externo ||
        sessao != do_banco_sessao)
        derivar(externo, sessao);
    return &do_banco;
}

void
identidade_definir_web(const Identidade *nova)
{
    web = *nova;
    web.web = true;
    web_vale = true;
    web_subxact = GetCurrentSubTransactionId();
}

void
identidade_deixar_web(void)
{
    web_vale = false;
}

/* Forgets what came from tables: the next question reads them again. */
void
identidade_esquecer(void)
{
    do_banco_vale = false;
    direitos = NULL;
    direitos_n = 0;
}

bool
identidade_pode(const char *acao)
{
    const Identidade *eu = identidade_atual();

    if (eu->papel[0] == '\0')
        return false;
    if (direitos == NULL || strcmp(direitos_papel, eu->papel) != 0)
        direitos_carregar(eu->papel);
    for (int i = 0; i < direitos_n; i++)
        if (strcmp(direitos[i], acao) == 0)
            return true;
    return false;
}

uint64
identidade_direitos_hash(void)
{
    uint64 soma = 0;

    (void)identidade_pode("");
    /* They come in any order. */
    for (int i = 0; i < direitos_n; i++)
        soma += hash_bytes_extended((const unsigned char *)direitos[i],
                                    (int)strlen(direitos[i]), 0);
    return soma;
}

static void
acesso_negado(const char *acao)
{
    crm_falha(403, "acesso_negado", NULL,
              "Você não tem permissão para esta ação.",
              psprintf("Peça a um administrador o direito \"%s\".", acao),
              NULL);
}

void
identidade_exigir(const char *acao)
{
    if (!identidade_pode(acao))
        acesso_negado(acao);
}

void
identidade_exigir_vendedor(int64 vendedor_id, const char *acao_sobre_outros)
{
    const Identidade *eu = identidade_atual();

    if (eu->usuario_id != 0 && eu->usuario_id == vendedor_id &&
        identidade_pode("carteira.ver_propria"))
        return;
    identidade_exigir(acao_sobre_outros);
}

/* ---- life of the memory ---- */

static void
fim_transacao(XactEvent evento, void *arg)
{
    switch (evento)
    {
    case XACT_EVENT_COMMIT:
    case XACT_EVENT_PARALLEL_COMMIT:
    case XACT_EVENT_ABORT:
    case XACT_EVENT_PARALLEL_ABORT:
    case XACT_EVENT_PREPARE:
        web_vale = false;
        identidade_esquecer();
        break;
    default:
        break;
    }
}

static void
fim_subtransacao(SubXactEvent evento, SubTransactionId meu,
                 SubTransactionId pai, void *arg)
{
    if (evento == SUBXACT_EVENT_ABORT_SUB)
    {
        if (web_vale && web_subxact == meu)
            web_vale = false;
        identidade_esquecer();
    }
    else if (evento == SUBXACT_EVENT_COMMIT_SUB && web_vale &&
             web_subxact == meu)
        web_subxact = pai;
}

/* ---- from the database role ---- */

static void
derivar(Oid externo, Oid sessao)
{
    bool ativo = true;
    Sistema salvo;

    memset(&do_banco, 0, sizeof(do_banco));
    do_banco_vale = false;

    sistema_entrar(&salvo);
    SPI_connect();
    /* A deactivated user does not regain rights by SET ROLE to a group. */
    if (sessao != externo && usuario_do_role(sessao, &ativo) && ativo)
        memset(&do_banco, 0, sizeof(do_banco));
    if (ativo && !usuario_do_role(externo, &ativo))
    {
        if (superuser_arg(externo))
            strlcpy(do_banco.papel, "administrador", sizeof(do_banco.papel));
        else
            grupo_do_role(externo);
    }
    SPI_finish();
    sistema_sair(&salvo);

    do_banco_externo = externo;
    do_banco_sessao = sessao;
    do_banco_vale = true;
}

/* Is the role some user's? Fills do_banco when that user is active. */
static bool
usuario_do_role(Oid role, bool *ativo)
{
    static SPIPlanPtr guardado = NULL;
    const Oid tipos[] = {NAMEOID};
    NameData nome;
    Datum args[1] = {NameGetDatum(&nome)};
    HeapTuple linha;
    TupleDesc desc;
    bool nulo;
    char *papel;

    namestrcpy(&nome, GetUserNameFromId(role, false));
    if (SPI_execute_plan(
            plano(&guardado,
                  "SELECT id, papel, ativo FROM crm.usuarios"
                  " WHERE role_banco OPERATOR(pg_catalog.=) $1",
                  1, tipos),
            args, NULL, true, 1) != SPI_OK_SELECT)
        elog(ERROR, "could not read the user of the role");
    if (SPI_processed == 0)
        return false;

    linha = SPI_tuptable->vals[0];
    desc = SPI_tuptable->tupdesc;
    *ativo = DatumGetBool(SPI_getbinval(linha, desc, 3, &nulo));
    if (*ativo)
    {
        do_banco.usuario_id =
            DatumGetInt64(SPI_getbinval(linha, desc, 1, &nulo));
        papel = SPI_getvalue(linha, desc, 2);
        strlcpy(do_banco.papel, papel, sizeof(do_banco.papel));
    }
    return true;
}

/* The strongest papel whose group role the role is a member of. */
static bool
grupo_do_role(Oid role)
{
    static SPIPlanPtr guardado = NULL;
    MemoryContext contexto = CurrentMemoryContext;

    if (SPI_execute_plan(
            plano(&guardado,
                  "SELECT p.papel, r.oid FROM crm.papeis p"
                  " JOIN pg_catalog.pg_roles r"
                  " ON r.rolname OPERATOR(pg_catalog.=) p.role_banco"
                  " ORDER BY p.precedencia USING OPERATOR(pg_catalog.>)",
                  0, NULL),
            NULL, NULL, true, 0) != SPI_OK_SELECT)
        elog(ERROR, "could not read the group roles");

    for (uint64 i = 0; i < SPI_processed; i++)
    {
        HeapTuple linha = SPI_tuptable->vals[i];
        TupleDesc desc = SPI_tuptable->tupdesc;
        bool nulo;
        Oid grupo = DatumGetObjectId(SPI_getbinval(linha, desc, 2, &nulo));

        if (is_member_of_role_nosuper(role, grupo))
        {
            strlcpy(do_banco.papel, SPI_getvalue(linha, desc, 1),
                    sizeof(do_banco.papel));
            MemoryContextSwitchTo(contexto);
            return true;
        }
    }
    MemoryContextSwitchTo(contexto);
    return false;
}

static void
direitos_carregar(const char *papel)
{
    static SPIPlanPtr guardado = NULL;
    const Oid tipos[] = {TEXTOID};
    Datum args[1] = {CStringGetTextDatum(papel)};
    char **novos;
    int n;
    Sistema salvo;

    direitos = NULL;
    sistema_entrar(&salvo);
    SPI_connect();
    if (SPI_execute_plan(
            plano(&guardado,
                  "SELECT acao FROM crm.permissoes"
                  " WHERE papel OPERATOR(pg_catalog.=) $1",
                  1, tipos),
            args, NULL, true, 0) != SPI_OK_SELECT)
        elog(ERROR, "could not read the rights");

    n = (int)SPI_processed;
    novos = MemoryContextAlloc(TopTransactionContext,
                               sizeof(char *) * Max(n, 1));
    for (int i = 0; i < n; i++)
        novos[i] = MemoryContextStrdup(
            TopTransactionContext,
            SPI_getvalue(SPI_tuptable->vals[i], SPI_tuptable->tupdesc, 1));
    SPI_finish();
    sistema_sair(&salvo);

    strlcpy(direitos_papel, papel, sizeof(direitos_papel));
    direitos = novos;
    direitos_n = n;
}

/* ---- SQL faces ---- */

/*
 * crm.usuario_id() returns bigint
 *
 * crm.usuarios.id of who acts; 0 when it is no row of that table (database
 * administrator, BI, anonymous).
 */
PG_FUNCTION_INFO_V1(crm_usuario_id);
Datum
crm_usuario_id(PG_FUNCTION_ARGS)
{
    PG_RETURN_INT64(identidade_atual()->usuario_id);
}

/*
 * crm.papel_atual() returns text
 *
 * The papel of who acts; '' when there is none.
 */
PG_FUNCTION_INFO_V1(crm_papel_atual);
Datum
crm_papel_atual(PG_FUNCTION_ARGS)
{
    PG_RETURN_TEXT_P(cstring_to_text(identidade_atual()->papel));
}

/*
 * crm.pode(acao text) returns boolean
 */
PG_FUNCTION_INFO_V1(crm_pode);
Datum
crm_pode(PG_FUNCTION_ARGS)
{
    PG_RETURN_BOOL(identidade_pode(text_to_cstring(PG_GETARG_TEXT_PP(0))));
}

/*
 * crm.exigir(acao text) returns void
 *
 * Errors: CR403 acesso_negado.
 */
PG_FUNCTION_INFO_V1(crm_exigir);
Datum
crm_exigir(PG_FUNCTION_ARGS)
{
    identidade_exigir(text_to_cstring(PG_GETARG_TEXT_PP(0)));
    PG_RETURN_VOID();
}

/*
 * crm.exigir_vendedor(vendedor_id bigint, acao_sobre_outros text) returns void
 *
 * Errors: CR403 acesso_negado, the same whether that vendedor exists or not.
 */
PG_FUNCTION_INFO_V1(crm_exigir_vendedor);
Datum
crm_exigir_vendedor(PG_FUNCTION_ARGS)
{
    identidade_exigir_vendedor(PG_GETARG_INT64(0),
                               text_to_cstring(PG_GETARG_TEXT_PP(1)));
    PG_RETURN_VOID();
}

/*
 * crm.quem_sou() returns (usuario_id bigint, papel text, web boolean,
 *                         sessao uuid, endereco text, requisicao text,
 *                         agente text)
 */
PG_FUNCTION_INFO_V1(crm_quem_sou);
Datum
crm_quem_sou(PG_FUNCTION_ARGS)
{
    const Identidade *eu = identidade_atual();
    TupleDesc desc;
    Datum valores[7];
    bool nulos[7] = {false};

    if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
        ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
                        errmsg("function returning record called in context "
                               "that cannot accept type record")));

    valores[0] = Int64GetDatum(eu->usuario_id);
    valores[1] = CStringGetTextDatum(eu->papel);
    valores[2] = BoolGetDatum(eu->web);
    valores[3] = UUIDPGetDatum(&eu->sessao);
    nulos[3] = !eu->tem_sessao;
    valores[4] = CStringGetTextDatum(eu->endereco);
    valores[5] = CStringGetTextDatum(eu->requisicao);
    valores[6] = CStringGetTextDatum(eu->agente);
    PG_RETURN_DATUM(HeapTupleGetDatum(
        heap_form_tuple(BlessTupleDesc(desc), valores, nulos)));
}

/*
 * crm.identidade_mudou() returns trigger
 *
 * After writes to crm.usuarios, papeis, permissoes in this transaction.
 * Rights given or taken away are told as configuracao_alterada.
 */
PG_FUNCTION_INFO_V1(crm_identidade_mudou);
Datum
crm_identidade_mudou(PG_FUNCTION_ARGS)
{
    TriggerData *gatilho = (TriggerData *)fcinfo->context;

    if (!CALLED_AS_TRIGGER(fcinfo))
        ereport(ERROR, (errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
                        errmsg("not called as a trigger")));
    identidade_esquecer();
    /* Open screens offer what their user may. */
    if (strcmp(NameStr(gatilho->tg_relation->rd_rel->relname), "permissoes") == 0)
        evento_emitir("configuracao_alterada", NULL, -1, "{}");
    return PointerGetDatum(NULL);
}
