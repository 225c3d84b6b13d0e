/*
 * usuario.c: what a change of crm.usuarios brings with it, by any door.
 *
 * Also the way in which functions written in PL/pgSQL run as the owner of the
 * tables: crm.interno_<nome>, reached through its C face crm.<nome>.
 */
#include "crm.h"

#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "parser/parse_func.h"
#include "miscadmin.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "esquema.h"
#include "identidade.h"
#include "sessao.h"
#include "trava.h"

/* What a C face of SQL runs, kept with the call. */
typedef struct Delegado
{
    FmgrInfo funcao;
    bool api; /* crm.api_<funcao>(jsonb): judges its arguments first */
} Delegado;

/* The columns of a row of crm.usuarios that others depend on. */
typedef struct Usuario
{
    bool existe;
    int64 id;
    char *nome;
    char *papel;
    char *senha_em; /* NULL: no password */
    bool ativo;
} Usuario;

static Usuario usuario_de(HeapTuple linha, TupleDesc desc);
static bool administra(const Usuario *u);
static void exigir_outro_administrador(void);
static void encerrar_se_mudou(const Usuario *antes, const Usuario *depois);
static void vendedor_acompanhar(const Usuario *antes, const Usuario *depois);
static bool igual(const char *a, const char *b);
static Delegado *delegado_achar(FmgrInfo *face);

/*
 * crm.usuario_mudou() returns trigger
 *
 * After each row of crm.usuarios: the last administrador stays; password, papel
 * or deactivation end the sessions; crm.vendedores follows.
 *
 * Errors: CR409 ultimo_administrador.
 */
PG_FUNCTION_INFO_V1(crm_usuario_mudou);
Datum
crm_usuario_mudou(PG_FUNCTION_ARGS)
{
    TriggerData *t = (TriggerData *)fcinfo->context;
    Usuario antes = {0};
    Usuario depois = {0};
    TupleDesc desc;

    if (!CALLED_AS_TRIGGER(fcinfo) || !TRIGGER_FIRED_FOR_ROW(t->tg_event))
        ereport(ERROR, (errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
                        errmsg("not called as a row trigger")));

    desc = RelationGetDescr(t->tg_relation);
    if (TRIGGER_FIRED_BY_INSERT(t->tg_event))
        depois = usuario_de(t->tg_trigtuple, desc);
    else
        antes = usuario_de(t->tg_trigtuple, desc);
    if (TRIGGER_FIRED_BY_UPDATE(t->tg_event))
        depois = usuario_de(t->tg_newtuple, desc);

    identidade_esquecer();
    if (administra(&antes) && !administra(&depois))
        exigir_outro_administrador();
    if (antes.existe && depois.existe)
        encerrar_se_mudou(&antes, &depois);
    if (depois.existe)
        vendedor_acompanhar(&antes, &depois);
    return PointerGetDatum(NULL);
}

static Usuario
usuario_de(HeapTuple linha, TupleDesc desc)
{
    Usuario u = {.existe = true};
    bool nulo;

    u.id = DatumGetInt64(
        SPI_getbinval(linha, desc, SPI_fnumber(desc, "id"), &nulo));
    u.nome = SPI_getvalue(linha, desc, SPI_fnumber(desc, "nome"));
    u.papel = SPI_getvalue(linha, desc, SPI_fnumber(desc, "papel"));
    u.senha_em = SPI_getvalue(linha, desc, SPI_fnumber(desc, "senha_em"));
    u.ativo = DatumGetBool(
        SPI_getbinval(linha, desc, SPI_fnumber(desc, "ativo"), &nulo));
    return u;
}

static bool
administra(const Usuario *u)
{
    return u->existe && u->ativo && strcmp(u->papel, "administrador") == 0;
}

/* Serialised: two of them cannot each rely on the other. */
static void
exigir_outro_administrador(void)
{
    static SPIPlanPtr guardado = NULL;
    Sistema salvo;
    bool ha;

    (void)trava_pegar(TRAVA_ADMINISTRADOR, 0, true);

    SPI_connect();
    sistema_entrar(&salvo);
    SPI_execute_plan(plano(&guardado,
                           "SELECT FROM crm.usuarios"
                           " WHERE papel = 'administrador' AND ativo LIMIT 1",
                           0, NULL),
                     NULL, NULL, false, 1);
    ha = SPI_processed > 0;
    sistema_sair(&salvo);
    SPI_finish();

    if (!ha)
        crm_falha(409, "ultimo_administrador", NULL,
                  "O último administrador não pode ser removido.",
                  "Dê antes este papel a outra pessoa.", NULL);
}

static void
encerrar_se_mudou(const Usuario *antes, const Usuario *depois)
{
    const Identidade *eu = identidade_atual();
    bool propria = eu->tem_sessao && eu->usuario_id == depois->id;

    if (antes->ativo && !depois->ativo)
        sessoes_encerrar(depois->id, "desativacao", NULL);
    else if (!igual(antes->papel, depois->papel))
        sessoes_encerrar(depois->id, "papel", NULL);
    else if (!igual(antes->senha_em, depois->senha_em))
        sessoes_encerrar(depois->id, "senha", propria ? &eu->sessao : NULL);
}

/*
 * A vendedor has a row in crm.vendedores. Who sold before keeps it, inactive
 * unless an administrador or gerente takes part in the distribution.
 */
static void
vendedor_acompanhar(const Usuario *antes, const Usuario *depois)
{
    static SPIPlanPtr inserir = NULL;
    static SPIPlanPtr atualizar = NULL;
    const Oid tipos[] = {INT8OID, TEXTOID, BOOLOID, BOOLOID, BOOLOID};
    bool vende = strcmp(depois->papel, "vendedor") == 0;
    bool mudou_papel = antes->existe && !igual(antes->papel, depois->papel);
    Datum args[] = {Int64GetDatum(depois->id),
                    CStringGetTextDatum(depois->nome),
                    BoolGetDatum(depois->ativo), BoolGetDatum(vende),
                    BoolGetDatum(mudou_papel)};
    Sistema salvo;

    if (antes->existe && !mudou_papel && antes->ativo == depois->ativo &&
        igual(antes->nome, depois->nome))
        return;

    SPI_connect();
    sistema_entrar(&salvo);
    SPI_execute_plan(
        plano(&atualizar,
              "UPDATE crm.vendedores SET nome = $2,"
              " ativo = $3 AND ($4 OR (participa_distribuicao AND NOT $5)),"
              " online = online AND $3 AND ($4 OR NOT $5),"
              " participa_distribuicao ="
              "   CASE WHEN $5 THEN $4 ELSE participa_distribuicao END,"
              " updated_at = now()"
              " WHERE id = $1",
              5, tipos),
        args, NULL, false, 0);
    if (SPI_processed == 0 && vende)
        SPI_execute_plan(plano(&inserir,
                               "INSERT INTO crm.vendedores (id, nome, ativo)"
                               " VALUES ($1, $2, $3)",
                               3, tipos),
                         args, NULL, false, 0);
    sistema_sair(&salvo);
    SPI_finish();
}

static bool
igual(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

/* ---- delegation ---- */

/*
 * The C face of crm.interno_<nome>(same arguments), which runs as crm_owner
 * without the row-level security of its own tables and decides itself who may
 * do what. The name comes from the catalog row of the face, never from a caller.
 */
PG_FUNCTION_INFO_V1(crm_delegar);
Datum
crm_delegar(PG_FUNCTION_ARGS)
{
    LOCAL_FCINFO(chamada, FUNC_MAX_ARGS);
    Delegado *alvo = fcinfo->flinfo->fn_extra;
    Sistema salvo;
    Datum resultado;

    if (alvo == NULL)
        alvo = delegado_achar(fcinfo->flinfo);

    InitFunctionCallInfoData(*chamada, &alvo->funcao, fcinfo->nargs,
                             fcinfo->fncollation, NULL, NULL);
    for (int i = 0; i < fcinfo->nargs; i++)
        chamada->args[i] = fcinfo->args[i];
    if (alvo->api && !chamada->args[0].isnull)
        chamada->args[0].value =
            esquema_exigir(fcinfo->flinfo->fn_oid, chamada->args[0].value);

    sistema_entrar(&salvo);
    resultado = FunctionCallInvoke(chamada);
    sistema_sair(&salvo);

    if (chamada->isnull)
        PG_RETURN_NULL();
    return resultado;
}

static Delegado *
delegado_achar(FmgrInfo *face)
{
    HeapTuple linha =
        SearchSysCache1(PROCOID, ObjectIdGetDatum(face->fn_oid));
    Delegado *alvo = MemoryContextAllocZero(face->fn_mcxt, sizeof(*alvo));
    Form_pg_proc proc;
    Oid oid;

    if (!HeapTupleIsValid(linha))
        elog(ERROR, "cache lookup failed for function %u", face->fn_oid);
    proc = (Form_pg_proc)GETSTRUCT(linha);
    oid = LookupFuncName(
        list_make2(makeString("crm"),
                   makeString(psprintf("interno_%s", NameStr(proc->proname)))),
        proc->pronargs, proc->proargtypes.values, false);
    alvo->api = strncmp(NameStr(proc->proname), "api_", 4) == 0 &&
                proc->pronargs == 1 && proc->proargtypes.values[0] == JSONBOID;
    ReleaseSysCache(linha);
    fmgr_info_cxt(oid, &alvo->funcao, face->fn_mcxt);
    face->fn_extra = alvo;
    return alvo;
}
