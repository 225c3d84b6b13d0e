/*
 * atender.c: the one function the front calls.
 *
 * crm.atender() makes the session's user the identity of the transaction, gives
 * a repeated write its first answer, and runs crm.api_<funcao>() inside a
 * subtransaction, so that a refusal leaves no trace but its audit row and
 * becomes status and problem+json instead of an error. What is not the caller's
 * fault (cancel, deadlock, resources, bugs) is raised again.
 */
#include "crm.h"

#include "catalog/pg_type.h"
#include "funcapi.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "parser/parse_func.h"
#include "utils/acl.h"
#include "utils/fmgrprotos.h"
#include "utils/json.h"
#include "utils/jsonb.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#include "atender.h"
#include "atender_pedido.h"
#include "cache_dependencia.h"
#include "esquema.h"
#include "identidade.h"
#include "presenca.h"
#include "subtransacao.h"

enum
{
    FUNCAO_MAX = 50,
    CHAVE_MAX = 200,
    STATUS_INVALIDO = 422
};

/* What the session's row says besides who it is. */
typedef struct Sessao
{
    bool trocar_senha; /* the password is provisional */
    bool tocar;        /* a seller whose heartbeat is due */
    TimestampTz limite; /* its absolute end */
} Sessao;

/* What crm.responder() said during this call. */
typedef struct Desfecho
{
    bool definido;
    int status;
    char *corpo; /* NULL: the function's result */
    char *extra; /* JSON object or NULL */
} Desfecho;

/* What runs in a subtransaction. */
typedef struct Chamada
{
    const Pedido *pedido;
    Oid funcao;
    Jsonb *args;
    Resposta *resposta;
} Chamada;

static Desfecho desfecho;

/* What crm.arquivo() gives during this call. */
static bytea *arquivo_atual = NULL;

/* Before login; the last five are the front's own, no route leads to them. */
static const char *const anonimas[] = {
    "login", "redefinir_senha", "publico", "saude", "openapi",
    "limites", "batimento", "registrar_leituras", "registrar_perfis",
    "cache_violada", NULL};
/* While the password must be changed first. */
static const char *const com_senha_provisoria[] = {
    "login", "redefinir_senha", "publico", "saude", "openapi", "limites",
    "batimento", "eu", "trocar_senha", "logout", "origem_recusada", NULL};

/* What they answer must not lie in crm.idempotencia: under a key they are done
 * anew each time, with their own judgement, quota and audit. */
static const char *const sem_guarda[] = {"cliente_revelar", "redefinir_senha",
                                         NULL};

static void pedido_ler(FunctionCallInfo fcinfo, Pedido *p, Identidade *quem);
static void copiar(char *destino, size_t n, FunctionCallInfo fcinfo, int arg);
static Sessao atender(const Pedido *p, Identidade *quem, Resposta *r);
static void atender_e_guardar(const Pedido *p, Identidade *quem, Resposta *r);
static bool sessao_viva(const Pedido *p, Identidade *quem, Sessao *sessao);
static bool consta(const char *const *lista, const char *nome);
static Oid funcao_achar(const char *funcao, bool *permitida);
static void julgar_e_chamar(const Pedido *p, const Identidade *quem, Oid funcao,
                            Resposta *r);
static void chamar(const Pedido *p, const Identidade *quem, Oid funcao,
                   Jsonb *args, Resposta *r);
static void executar(void *arg);
static char *invocar(Oid funcao, Jsonb *args);
static char *texto_do_arquivo(const char *corpo);
static void esquecer(void);
static char *extra_montar(const Resposta *r);

/*
 * crm.atender(funcao text, sessao uuid, endereco text, requisicao text,
 *             agente text, chave_idempotencia text, args jsonb, arquivo bytea,
 *             cache boolean)
 * returns (status integer, corpo text, extra text)
 *
 * corpo is the JSON for the client (the plain text of a file when extra has
 * "arquivo"), extra a JSON object for the front alone. args are judged by
 * crm.esquema_<funcao>() first. With cache, extra has "cache" when the answer, or
 * the session alone, may be kept: {epoca, grupos, ate, sessao: {grupos, classe,
 * ate, dia}}, see cache_dependencia.c.
 *
 * Errors: only what is not the caller's fault; a refusal is a status.
 * Source: SPEC AUTH-5, AUTH-6, API-2, API-4.
 */
PG_FUNCTION_INFO_V1(crm_atender);
Datum
crm_atender(PG_FUNCTION_ARGS)
{
    Pedido p = {0};
    Identidade quem = {0};
    Resposta r = {0};
    TupleDesc desc;
    Datum valores[3];
    bool nulos[3] = {false};

    if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
        ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
                        errmsg("function returning record called in context "
                               "that cannot accept type record")));

    esquecer();
    pedido_ler(fcinfo, &p, &quem);
    arquivo_atual = p.arquivo;
    if (PG_NARGS() > 8 && !PG_ARGISNULL(8) && PG_GETARG_BOOL(8))
        atender_e_guardar(&p, &quem, &r);
    else
        (void)atender(&p, &quem, &r);

    valores[0] = Int32GetDatum(r.status);
    valores[1] = CStringGetTextDatum(r.corpo);
    valores[2] = CStringGetTextDatum(extra_montar(&r));
    esquecer();
    PG_RETURN_DATUM(HeapTupleGetDatum(
        heap_form_tuple(BlessTupleDesc(desc), valores, nulos)));
}

static void
pedido_ler(FunctionCallInfo fcinfo, Pedido *p, Identidade *quem)
{
    if (PG_ARGISNULL(0))
        ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
                        errmsg("funcao cannot be null")));
    p->funcao = text_to_cstring(PG_GETARG_TEXT_PP(0));
    p->sessao = PG_ARGISNULL(1) ? NULL : PG_GETARG_UUID_P(1);
    copiar(quem->endereco, sizeof(quem->endereco), fcinfo, 2);
    copiar(quem->requisicao, sizeof(quem->requisicao), fcinfo, 3);
    copiar(quem->agente, sizeof(quem->agente), fcinfo, 4);
    p->chave = PG_ARGISNULL(5) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(5));
    p->args = PG_ARGISNULL(6)
                  ? DatumGetJsonbP(DirectFunctionCall1(
                        jsonb_in, CStringGetDatum("{}")))
                  : PG_GETARG_JSONB_P(6);
    p->arquivo = PG_ARGISNULL(7) ? NULL : PG_GETARG_BYTEA_P(7);
}

/* What this backend remembers of the call. */
static void
esquecer(void)
{
    memset(&desfecho, 0, sizeof(desfecho));
    arquivo_atual = NULL;
    esquema_esquecer();
}

/* A text argument cut to the size of its field, at a character's end. */
static void
copiar(char *destino, size_t n, FunctionCallInfo fcinfo, int arg)
{
    text *t;
    int len;

    destino[0] = '\0';
    if (PG_ARGISNULL(arg))
        return;
    t = PG_GETARG_TEXT_PP(arg);
    len = pg_mbcliplen(VARDATA_ANY(t), VARSIZE_ANY_EXHDR(t), n - 1);
    memcpy(destino, VARDATA_ANY(t), len);
    destino[len] = '\0';
}

/*
 * The lease before the snapshot: what others committed since then makes its stamps
 * old, and what the snapshot shows is no older than they are.
 */
static void
atender_e_guardar(const Pedido *p, Identidade *quem, Resposta *r)
{
    Arrendamento *a = NULL;
    Identidade primeira = *quem;
    Sessao sessao = {0};
    bool permitida;
    Oid funcao;

    if (p->chave == NULL && p->arquivo == NULL &&
        sessao_viva(p, &primeira, &sessao))
    {
        identidade_definir_web(&primeira);
        funcao = funcao_achar(p->funcao, &permitida);
        if (OidIsValid(funcao) && permitida)
            a = arrendar(p->funcao, funcao, p->args, sessao.trocar_senha);
        esquema_esquecer();
    }
    if (a == NULL)
    {
        (void)atender(p, quem, r);
        return;
    }
    PushActiveSnapshot(GetLatestSnapshot());
    sessao = atender(p, quem, r);
    if (quem->usuario_id == primeira.usuario_id)
        r->cache = arrendamento_json(a, r->status == 200 && !r->repetida,
                                     sessao.trocar_senha, sessao.limite);
    PopActiveSnapshot();
}

static Sessao
atender(const Pedido *p, Identidade *quem, Resposta *r)
{
    Sessao sessao = {0};
    bool permitida;
    bool viva;
    Oid funcao;

    viva = sessao_viva(p, quem, &sessao);
    identidade_definir_web(quem);

    if (!viva && !consta(anonimas, p->funcao))
    {
        r->fechar = p->sessao != NULL;
        if (r->fechar)
            recusar(r, 401, "sessao_invalida", NULL,
                    "Sua sessão terminou.", "Entre novamente.", NULL);
        else
            recusar(r, 401, "nao_autenticado", NULL,
                    "É preciso entrar primeiro.", NULL, NULL);
        return sessao;
    }

    funcao = funcao_achar(p->funcao, &permitida);
    if (!OidIsValid(funcao))
        recusar(r, 404, "funcao_inexistente", NULL,
                "Este endereço não existe.", NULL, NULL);
    else if (!permitida)
        recusar(r, 403, "acesso_negado", NULL,
                "Você não tem permissão para esta ação.", NULL, NULL);
    else if (sessao.trocar_senha && !consta(com_senha_provisoria, p->funcao))
        recusar(r, 403, "senha_provisoria", NULL,
                "Troque a senha provisória antes de continuar.", NULL, NULL);
    else if (p->chave != NULL && (p->chave[0] == '\0' ||
                                  pg_mbstrlen(p->chave) > CHAVE_MAX))
        recusar(r, 422, "campo_invalido", "Idempotency-Key",
                "A chave de repetição deve ter de 1 a 200 caracteres.", NULL,
                NULL);
    else
        julgar_e_chamar(p, quem, funcao, r);

    recusa_auditar(p, r);
    /* Last: its row lock must not wait for anything. A logout is no sign of
     * presence. */
    if (sessao.tocar && strcmp(p->funcao, "logout") != 0)
        presenca_tocar(quem->usuario_id);
    return sessao;
}

/* Fills quem from the session when that is alive. */
static bool
sessao_viva(const Pedido *p, Identidade *quem, Sessao *sessao)
{
    static SPIPlanPtr guardado = NULL;
    const Oid tipos[] = {UUIDOID, TIMESTAMPTZOID};
    Datum args[2];
    Sistema salvo;
    bool viva;

    if (p->sessao == NULL)
        return false;

    args[0] = UUIDPGetDatum(p->sessao);
    args[1] = TimestampTzGetDatum(tempo_agora() -
                                  PRESENCA_BATIMENTO_S * USECS_PER_SEC);
    SPI_connect();
    sistema_entrar(&salvo);
    if (SPI_execute_plan(
            plano(&guardado,
                  "SELECT u.id, u.papel, u.trocar_senha,"
                  "       EXISTS (SELECT FROM crm.vendedores v"
                  "                WHERE v.id = u.id AND v.visto_em < $2),"
                  "       s.limite_em"
                  "  FROM crm.sessoes s JOIN crm.usuarios u"
                  "    ON u.id = s.usuario_id"
                  " WHERE s.id = $1 AND s.encerrada_em IS NULL"
                  "   AND s.limite_em > clock_timestamp() AND u.ativo",
                  2, tipos),
            args, NULL, true, 1) != SPI_OK_SELECT)
        elog(ERROR, "could not read the session");

    viva = SPI_processed == 1;
    if (viva)
    {
        HeapTuple linha = SPI_tuptable->vals[0];
        TupleDesc desc = SPI_tuptable->tupdesc;
        bool nulo;

        quem->usuario_id = DatumGetInt64(SPI_getbinval(linha, desc, 1, &nulo));
        strlcpy(quem->papel, SPI_getvalue(linha, desc, 2),
                sizeof(quem->papel));
        sessao->trocar_senha =
            DatumGetBool(SPI_getbinval(linha, desc, 3, &nulo));
        sessao->tocar = DatumGetBool(SPI_getbinval(linha, desc, 4, &nulo));
        sessao->limite =
            DatumGetTimestampTz(SPI_getbinval(linha, desc, 5, &nulo));
        quem->tem_sessao = true;
        quem->sessao = *p->sessao;
    }
    sistema_sair(&salvo);
    SPI_finish();
    return viva;
}

static bool
consta(const char *const *lista, const char *nome)
{
    for (; *lista != NULL; lista++)
        if (strcmp(*lista, nome) == 0)
            return true;
    return false;
}

/* crm.api_<funcao>(jsonb), and whether the front's role may execute it. */
static Oid
funcao_achar(const char *funcao, bool *permitida)
{
    const Oid tipos[] = {JSONBOID};
    Oid oid;

    *permitida = false;
    if (funcao[0] == '\0' || strlen(funcao) > FUNCAO_MAX ||
        strspn(funcao, "abcdefghijklmnopqrstuvwxyz0123456789_") !=
            strlen(funcao))
        return InvalidOid;

    oid = LookupFuncName(list_make2(makeString("crm"),
                                    makeString(psprintf("api_%s", funcao))),
                         1, tipos, true);
    if (OidIsValid(oid))
        *permitida = pg_proc_aclcheck(oid, get_role_oid("crm_web", false),
                                      ACL_EXECUTE) == ACLCHECK_OK;
    return oid;
}

/* ---- the call, undone as a whole when it is refused ---- */

static void
julgar_e_chamar(const Pedido *p, const Identidade *quem, Oid funcao,
                Resposta *r)
{
    RegraRecusa recusa;
    Jsonb *args = esquema_aplicar(funcao, p->args, &recusa);
    StringInfoData corpo;

    if (args != NULL)
    {
        chamar(p, quem, funcao, args, r);
        return;
    }
    initStringInfo(&corpo);
    problema_montar_lista(&corpo, STATUS_INVALIDO, recusa.codigo,
                          recusa.mensagem, recusa.erros.data, NULL, NULL);
    r->status = STATUS_INVALIDO;
    r->corpo = corpo.data;
}

static void
chamar(const Pedido *p, const Identidade *quem, Oid funcao, Jsonb *args,
       Resposta *r)
{
    Chamada chamada = {p, funcao, args, r};
    ErrorData *erro = subtransacao(executar, &chamada);

    if (erro == NULL)
        return;
    esquecer();
    /* A login may have changed it inside the subtransaction. */
    identidade_definir_web(quem);
    if (!recusa_traduzir(p, erro, r))
        ReThrowError(erro);
}

/* Of a Chamada. */
static void
executar(void *arg)
{
    const Chamada *chamada = arg;
    const Pedido *p = chamada->pedido;
    Resposta *r = chamada->resposta;
    bool com_chave = p->chave != NULL && identidade_atual()->usuario_id != 0 &&
                     !consta(sem_guarda, p->funcao);
    char *resultado;

    if (com_chave && !idempotencia_reservar(p, r))
        return;

    resultado = invocar(chamada->funcao, chamada->args);
    r->status = desfecho.definido ? desfecho.status : 200;
    r->corpo = desfecho.corpo != NULL ? desfecho.corpo : resultado;
    if (desfecho.extra != NULL && json_valor(desfecho.extra, "arquivo") != NULL)
        r->corpo = texto_do_arquivo(r->corpo);
    if (com_chave)
        idempotencia_guardar(p, r, desfecho.extra);
}

static char *
invocar(Oid funcao, Jsonb *args)
{
    LOCAL_FCINFO(fcinfo, 1);
    FmgrInfo chamada;
    Datum resultado;

    fmgr_info(funcao, &chamada);
    InitFunctionCallInfoData(*fcinfo, &chamada, 1, InvalidOid, NULL, NULL);
    fcinfo->args[0].value = JsonbPGetDatum(args);
    fcinfo->args[0].isnull = false;
    resultado = FunctionCallInvoke(fcinfo);
    if (fcinfo->isnull)
        return pstrdup("null");

    switch (get_func_rettype(funcao))
    {
    case JSONOID:
    case TEXTOID:
        return TextDatumGetCString(resultado);
    case JSONBOID:
        return DatumGetCString(DirectFunctionCall1(jsonb_out, resultado));
    default:
        return pstrdup("null");
    }
}

/* The text of a JSON string. */
static char *
texto_do_arquivo(const char *corpo)
{
    Jsonb *j = DatumGetJsonbP(
        DirectFunctionCall1(jsonb_in, CStringGetDatum(corpo)));
    JsonbValue v;

    if (!JsonbExtractScalar(&j->root, &v) || v.type != jbvString)
        elog(ERROR, "the body of a file must be a JSON string");
    return pnstrdup(v.val.string.val, v.val.string.len);
}

static char *
extra_montar(const Resposta *r)
{
    const Identidade *eu = identidade_atual();
    int tentar_em = r->tentar_em;
    const char *dito = r->repetida ? r->extra : desfecho.extra;
    StringInfoData extra;

    initStringInfo(&extra);
    appendStringInfoChar(&extra, '{');
    if (eu->usuario_id != 0)
    {
        appendStringInfo(&extra, "\"usuario_id\":" INT64_FORMAT ",\"papel\":",
                         eu->usuario_id);
        escape_json(&extra, eu->papel);
    }
    if (r->fechar)
        appendStringInfo(&extra, "%s\"fechar_sessao\":true",
                         extra.len > 1 ? "," : "");
    if (r->repetida)
        appendStringInfo(&extra, "%s\"repetida\":true",
                         extra.len > 1 ? "," : "");
    if (tentar_em > 0)
        appendStringInfo(&extra, "%s\"tentar_em\":%d",
                         extra.len > 1 ? "," : "", tentar_em);
    if (r->cache != NULL)
        appendStringInfo(&extra, "%s%s", extra.len > 1 ? "," : "", r->cache);
    if (dito != NULL && strlen(dito) > 2)
    {
        /* "{...}" without its first brace. */
        appendStringInfo(&extra, "%s%s", extra.len > 1 ? "," : "", dito + 1);
        return extra.data;
    }
    appendStringInfoChar(&extra, '}');
    return extra.data;
}

/* ---- what an api function may say ---- */

/*
 * crm.responder(status integer, corpo json, extra jsonb) returns void
 *
 * The outcome of the running crm.atender(): for a function that refuses and yet
 * keeps what it wrote, answers other than 200, or tells the front something.
 * corpo NULL: the function's result is the body.
 */
PG_FUNCTION_INFO_V1(crm_responder);
Datum
crm_responder(PG_FUNCTION_ARGS)
{
    MemoryContext antes;
    Jsonb *extra = PG_ARGISNULL(2) ? NULL : PG_GETARG_JSONB_P(2);

    if (PG_ARGISNULL(0) || PG_GETARG_INT32(0) < 200 || PG_GETARG_INT32(0) > 599)
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("status must be from 200 to 599")));
    if (extra != NULL && !JB_ROOT_IS_OBJECT(extra))
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("extra must be an object")));

    antes = MemoryContextSwitchTo(TopTransactionContext);
    desfecho.definido = true;
    desfecho.status = PG_GETARG_INT32(0);
    desfecho.corpo =
        PG_ARGISNULL(1) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(1));
    desfecho.extra =
        extra == NULL ? NULL
                      : JsonbToCString(NULL, &extra->root, VARSIZE(extra));
    MemoryContextSwitchTo(antes);
    PG_RETURN_VOID();
}

void
responder_versao(int32 versao)
{
    desfecho = (Desfecho){.definido = true, .status = 200};
    desfecho.extra = MemoryContextStrdup(
        TopTransactionContext, psprintf("{\"etag\": \"%d\"}", versao));
}

/*
 * crm.arquivo() returns bytea
 *
 * The body of the upload that the running crm.atender() serves; NULL: none.
 */
PG_FUNCTION_INFO_V1(crm_arquivo);
Datum
crm_arquivo(PG_FUNCTION_ARGS)
{
    if (arquivo_atual == NULL)
        PG_RETURN_NULL();
    PG_RETURN_BYTEA_P(arquivo_atual);
}
