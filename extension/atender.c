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

#include "access/xact.h"
#include "catalog/pg_type.h"
#include "common/hmac.h"
#include "common/jsonapi.h"
#include "common/sha2.h"
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
#include "utils/resowner.h"
#include "utils/timestamp.h"

#include "atender.h"
#include "esquema.h"
#include "identidade.h"
#include "presenca.h"

enum
{
    FUNCAO_MAX = 50,
    CHAVE_MAX = 200,
    TENTATIVAS_DE_RESERVA = 3,
    STATUS_INVALIDO = 422
};

typedef struct Pedido
{
    char *funcao;
    pg_uuid_t *sessao; /* NULL: none */
    char *chave;       /* Idempotency-Key, or NULL */
    Jsonb *args;
    bytea *arquivo;    /* body of an upload, or NULL */
} Pedido;

/* What the session's row says besides who it is. */
typedef struct Sessao
{
    bool trocar_senha; /* the password is provisional */
    bool tocar;        /* a seller whose heartbeat is due */
} Sessao;

typedef struct Resposta
{
    int status;
    char *corpo;
    char *extra;     /* of a stored answer: JSON object, or NULL */
    int tentar_em;   /* s, 0: not said */
    bool fechar;     /* the session is dead: the front forgets it */
    bool repetida;   /* the stored answer of an earlier request */
} Resposta;

/* What crm.responder() said during this call. */
typedef struct Desfecho
{
    bool definido;
    int status;
    char *corpo; /* NULL: the function's result */
    char *extra; /* JSON object or NULL */
} Desfecho;

static Desfecho desfecho;

/* What crm.arquivo() gives during this call. */
static bytea *arquivo_atual = NULL;

/* Of extra, what belongs to the answer and is stored with it. */
static const char *const extra_da_resposta[] = {"cabecalhos", "etag", "arquivo",
                                                NULL};

/* Before login; the last three are the front's own, no route leads to them. */
static const char *const anonimas[] = {
    "login", "publico", "saude", "openapi",
    "limites", "batimento", "registrar_leituras", NULL};
/* While the password must be changed first. */
static const char *const com_senha_provisoria[] = {
    "login", "publico", "saude", "openapi", "limites", "batimento",
    "eu", "trocar_senha", "logout", "origem_recusada", NULL};

/* What they answer must not lie in crm.idempotencia: under a key they are done
 * anew each time, with their own judgement, quota and audit. */
static const char *const sem_guarda[] = {"cliente_revelar", NULL};

static void pedido_ler(FunctionCallInfo fcinfo, Pedido *p, Identidade *quem);
static void copiar(char *destino, size_t n, FunctionCallInfo fcinfo, int arg);
static void atender(const Pedido *p, Identidade *quem, Resposta *r);
static bool sessao_viva(const Pedido *p, Identidade *quem, Sessao *sessao);
static bool consta(const char *const *lista, const char *nome);
static Oid funcao_achar(const char *funcao, bool *permitida);
static void julgar_e_chamar(const Pedido *p, const Identidade *quem, Oid funcao,
                            Resposta *r);
static void chamar(const Pedido *p, const Identidade *quem, Oid funcao,
                   Jsonb *args, Resposta *r);
static void executar(const Pedido *p, Oid funcao, Jsonb *args, Resposta *r);
static char *invocar(Oid funcao, Jsonb *args);
static char *texto_do_arquivo(const char *corpo);
static void esquecer(void);
static bool reservar(const Pedido *p, Resposta *r);
static void guardar(const Pedido *p, const Resposta *r);
static bytea *pedido_hash(const Pedido *p);
static bool traduzir(const Pedido *p, const ErrorData *erro, Resposta *r);
static void recusar(Resposta *r, int status, const char *codigo,
                    const char *campo, const char *mensagem, const char *dica,
                    const char *dados);
static void auditar_recusa(const Pedido *p, const Resposta *r);
static char *extra_montar(const Resposta *r);
static char *extra_guardavel(void);
static char *sem_erros(const char *dados, char **erros);
static int tentar_em_de(const char *json);
static JsonbValue *valor_de(const char *json, const char *chave);
static bool objeto_json(const char *json);

/*
 * crm.atender(funcao text, sessao uuid, endereco text, requisicao text,
 *             agente text, chave_idempotencia text, args jsonb, arquivo bytea)
 * returns (status integer, corpo text, extra text)
 *
 * corpo is the JSON for the client (the plain text of a file when extra has
 * "arquivo"), extra a JSON object for the front alone. args are judged by
 * crm.esquema_<funcao>() first.
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
    atender(&p, &quem, &r);

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

static void
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
        return;
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

    auditar_recusa(p, r);
    /* Last: its row lock must not wait for anything. A logout is no sign of
     * presence. */
    if (sessao.tocar && strcmp(p->funcao, "logout") != 0)
        presenca_tocar(quem->usuario_id);
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
                  "                WHERE v.id = u.id AND v.visto_em < $2)"
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
    MemoryContext contexto = CurrentMemoryContext;
    ResourceOwner dono = CurrentResourceOwner;

    BeginInternalSubTransaction(NULL);
    MemoryContextSwitchTo(contexto);
    PG_TRY();
    {
        executar(p, funcao, args, r);
        ReleaseCurrentSubTransaction();
        MemoryContextSwitchTo(contexto);
        CurrentResourceOwner = dono;
    }
    PG_CATCH();
    {
        ErrorData *erro;

        MemoryContextSwitchTo(contexto);
        erro = CopyErrorData();
        FlushErrorState();
        RollbackAndReleaseCurrentSubTransaction();
        MemoryContextSwitchTo(contexto);
        CurrentResourceOwner = dono;
        esquecer();
        /* A login may have changed it inside the subtransaction. */
        identidade_definir_web(quem);
        if (!traduzir(p, erro, r))
            ReThrowError(erro);
    }
    PG_END_TRY();
}

static void
executar(const Pedido *p, Oid funcao, Jsonb *args, Resposta *r)
{
    bool com_chave = p->chave != NULL && identidade_atual()->usuario_id != 0 &&
                     !consta(sem_guarda, p->funcao);
    char *resultado;

    if (com_chave && !reservar(p, r))
        return;

    resultado = invocar(funcao, args);
    r->status = desfecho.definido ? desfecho.status : 200;
    r->corpo = desfecho.corpo != NULL ? desfecho.corpo : resultado;
    if (desfecho.extra != NULL && valor_de(desfecho.extra, "arquivo") != NULL)
        r->corpo = texto_do_arquivo(r->corpo);
    if (com_chave)
        guardar(p, r);
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

/* ---- Idempotency-Key: the answer is stored with what it answers for ---- */

/*
 * True: the key is ours, go on. False: r holds the answer. A concurrent request
 * of the same key waits here for the other one's end.
 */
static bool
reservar(const Pedido *p, Resposta *r)
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

/* A refusal is not kept: the same key may be tried again. */
static void
guardar(const Pedido *p, const Resposta *r)
{
    static SPIPlanPtr gravar = NULL;
    static SPIPlanPtr apagar = NULL;
    const Oid tipos[] = {INT8OID, TEXTOID, INT2OID, TEXTOID, TEXTOID};
    char *extra = extra_guardavel();
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
        /* A password shown once is not shown twice, nor kept in clear. */
        SPI_execute_plan(
            plano(&gravar,
                  "UPDATE crm.idempotencia SET status = $3,"
                  " resposta = CASE WHEN strpos($4, 'senha_provisoria') > 0"
                  " THEN ($4::jsonb - 'senha_provisoria')::text ELSE $4 END,"
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
extra_guardavel(void)
{
    StringInfoData extra;

    if (desfecho.extra == NULL)
        return NULL;
    initStringInfo(&extra);
    for (const char *const *nome = extra_da_resposta; *nome != NULL; nome++)
    {
        JsonbValue *v = valor_de(desfecho.extra, *nome);
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

/* ---- refusals ---- */

/* The caller's fault: fills r and returns true. */
static bool
traduzir(const Pedido *p, const ErrorData *erro, Resposta *r)
{
    const char *estado = unpack_sql_state(erro->sqlerrcode);
    const char *restricao = erro->constraint_name;

    if (strncmp(estado, "CR", 2) == 0)
    {
        recusar(r, atoi(estado + 2),
                restricao != NULL ? restricao : "recusado", erro->column_name,
                erro->message, erro->hint, erro->detail);
        return true;
    }

    switch (erro->sqlerrcode)
    {
    case ERRCODE_UNIQUE_VIOLATION:
        if (restricao && strcmp(restricao, "usuarios_email_unico") == 0)
            recusar(r, 409, "email_em_uso", "email",
                    "Já existe um usuário com este e-mail.", NULL, NULL);
        else if (restricao && strcmp(restricao, "usuarios_nome_unico") == 0)
            recusar(r, 409, "nome_em_uso", "nome",
                    "Já existe um usuário com este nome.", NULL, NULL);
        else if (restricao && strcmp(restricao, "clientes_cpf_unico") == 0)
            recusar(r, 409, "cpf_em_uso", "cpf",
                    "Já existe um cliente com este CPF.", NULL, NULL);
        else
            recusar(r, 409, "conflito", NULL, "Este registro já existe.", NULL,
                    NULL);
        return true;
    case ERRCODE_FOREIGN_KEY_VIOLATION:
    case ERRCODE_EXCLUSION_VIOLATION:
        recusar(r, 409, "conflito", NULL,
                "O pedido se refere a um registro que não permite isto.", NULL,
                NULL);
        return true;
    case ERRCODE_NO_DATA_FOUND:
        recusar(r, 404, "nao_encontrado", NULL, "Registro não encontrado.",
                NULL, NULL);
        return true;
    case ERRCODE_INSUFFICIENT_PRIVILEGE:
        /* A grant is missing: closed, and the log says which. */
        ereport(LOG, (errmsg("crm.api_%s: %s", p->funcao, erro->message),
                      errhidestmt(true)));
        recusar(r, 403, "acesso_negado", NULL,
                "Você não tem permissão para esta ação.", NULL, NULL);
        return true;
    default:
        break;
    }

    if (strncmp(estado, "22", 2) == 0 || strncmp(estado, "23", 2) == 0)
    {
        /* The message may hold the value: not to the log, not to the client. */
        ereport(LOG, (errmsg("crm.api_%s refused with SQLSTATE %s", p->funcao,
                             estado),
                      errhidestmt(true)));
        recusar(r, 422, "valor_invalido", erro->column_name,
                "Um dos valores enviados não é válido.", NULL, NULL);
        return true;
    }
    return false;
}

static void
recusar(Resposta *r, int status, const char *codigo, const char *campo,
        const char *mensagem, const char *dica, const char *dados)
{
    StringInfoData corpo;
    char *erros = NULL;

    if (dados != NULL && !objeto_json(dados))
        dados = NULL;
    r->tentar_em = dados != NULL ? tentar_em_de(dados) : 0;
    if (dados != NULL)
        dados = sem_erros(dados, &erros);
    initStringInfo(&corpo);
    if (erros != NULL)
        problema_montar_lista(&corpo, status, codigo, mensagem, erros, dica,
                              dados);
    else
        problema_montar(&corpo, status, codigo, campo, mensagem, dica, dados);
    r->status = status;
    r->corpo = corpo.data;
    r->extra = NULL;
    r->repetida = false;
}

/* dados without its list "erros", which goes to *erros; NULL: nothing else. */
static char *
sem_erros(const char *dados, char **erros)
{
    JsonbValue *v = valor_de(dados, "erros");
    Jsonb *j;

    if (v == NULL || v->type != jbvBinary ||
        !JsonContainerIsArray(v->val.binary.data))
        return pstrdup(dados);
    j = JsonbValueToJsonb(v);
    *erros = JsonbToCString(NULL, &j->root, VARSIZE(j));
    j = DatumGetJsonbP(DirectFunctionCall2(
        jsonb_delete, DirectFunctionCall1(jsonb_in, CStringGetDatum(dados)),
        CStringGetTextDatum("erros")));
    return JB_ROOT_COUNT(j) == 0
               ? NULL
               : JsonbToCString(NULL, &j->root, VARSIZE(j));
}

void
problema_montar(StringInfo corpo, int status, const char *codigo,
                const char *campo, const char *mensagem, const char *dica,
                const char *dados)
{
    StringInfoData erros;

    initStringInfo(&erros);
    appendStringInfoChar(&erros, '[');
    if (campo != NULL)
    {
        appendStringInfoString(&erros, "{\"campo\":");
        escape_json(&erros, campo);
        appendStringInfoString(&erros, ",\"mensagem\":");
        escape_json(&erros, mensagem);
        appendStringInfoChar(&erros, '}');
    }
    appendStringInfoChar(&erros, ']');
    problema_montar_lista(corpo, status, codigo, mensagem, erros.data, dica,
                          dados);
}

void
problema_montar_lista(StringInfo corpo, int status, const char *codigo,
                      const char *mensagem, const char *erros,
                      const char *dica, const char *dados)
{
    static const struct
    {
        int status;
        const char *titulo;
    } titulos[] = {
        {400, "Pedido inválido"}, {401, "Não autenticado"},
        {403, "Acesso negado"},   {404, "Não encontrado"},
        {409, "Conflito"},        {412, "Versão antiga"},
        {413, "Pedido grande demais"}, {415, "Formato não aceito"},
        {422, "Dados inválidos"}, {428, "Versão não informada"},
        {429, "Muitas tentativas"}, {503, "Indisponível"},
    };
    const char *titulo = "Recusado";
    const char *requisicao = identidade_atual()->requisicao;

    for (int i = 0; i < lengthof(titulos); i++)
        if (titulos[i].status == status)
            titulo = titulos[i].titulo;

    appendStringInfo(corpo, "{\"type\":\"urn:crm:erro:%s\",\"title\":", codigo);
    escape_json(corpo, titulo);
    appendStringInfo(corpo, ",\"status\":%d,\"detail\":", status);
    escape_json(corpo, mensagem);
    appendStringInfoString(corpo, ",\"codigo\":");
    escape_json(corpo, codigo);
    appendStringInfo(corpo, ",\"erros\":%s", erros);
    if (dica != NULL)
    {
        appendStringInfoString(corpo, ",\"dica\":");
        escape_json(corpo, dica);
    }
    if (dados != NULL)
        appendStringInfo(corpo, ",\"dados\":%s", dados);
    appendStringInfoString(corpo, ",\"requisicao\":");
    escape_json(corpo, requisicao);
    appendStringInfoChar(corpo, '}');
}

/* Who was refused what (SPEC AUDIT-1); strangers are counted by the front. */
static void
auditar_recusa(const Pedido *p, const Resposta *r)
{
    StringInfoData depois;
    JsonbValue *codigo;

    if ((r->status != 403 && r->status != 401) ||
        identidade_atual()->usuario_id == 0)
        return;

    codigo = valor_de(r->corpo, "codigo");
    initStringInfo(&depois);
    appendStringInfo(&depois, "{\"status\":%d,\"funcao\":", r->status);
    escape_json(&depois, p->funcao);
    if (codigo != NULL && codigo->type == jbvString)
    {
        appendStringInfoString(&depois, ",\"codigo\":");
        escape_json(&depois, pnstrdup(codigo->val.string.val,
                                      codigo->val.string.len));
    }
    appendStringInfoChar(&depois, '}');
    auditoria_registrar("recusa", NULL, 0, 1, NULL, depois.data);
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
    if (dito != NULL && strlen(dito) > 2)
    {
        /* "{...}" without its first brace. */
        appendStringInfo(&extra, "%s%s", extra.len > 1 ? "," : "", dito + 1);
        return extra.data;
    }
    appendStringInfoChar(&extra, '}');
    return extra.data;
}

static int
tentar_em_de(const char *json)
{
    JsonbValue *v = valor_de(json, "tentar_em");

    if (v == NULL || v->type != jbvNumeric)
        return 0;
    return DatumGetInt32(DirectFunctionCall1(
        numeric_int4, NumericGetDatum(v->val.numeric)));
}

/* Of a JSON object; NULL when it has no such key. */
static JsonbValue *
valor_de(const char *json, const char *chave)
{
    Jsonb *j = DatumGetJsonbP(
        DirectFunctionCall1(jsonb_in, CStringGetDatum(json)));

    if (!JB_ROOT_IS_OBJECT(j))
        return NULL;
    return getKeyJsonValueFromContainer(&j->root, chave, strlen(chave), NULL);
}

static bool
objeto_json(const char *json)
{
    JsonLexContext *lex = makeJsonLexContextCstringLen(
        unconstify(char *, json), strlen(json), GetDatabaseEncoding(), false);

    return json[0] == '{' &&
           pg_parse_json(lex, &nullSemAction) == JSON_SUCCESS;
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
 * crm.problema(status integer, codigo text, campo text, mensagem text, dica
 *              text, dados json) returns json
 *
 * The problem+json of a refusal, for crm.responder().
 */
PG_FUNCTION_INFO_V1(crm_problema);
Datum
crm_problema(PG_FUNCTION_ARGS)
{
    char *arg[6] = {0};
    StringInfoData corpo;

    for (int i = 1; i < 6; i++)
        if (!PG_ARGISNULL(i))
            arg[i] = text_to_cstring(PG_GETARG_TEXT_PP(i));
    if (PG_ARGISNULL(0) || arg[1] == NULL || arg[3] == NULL)
        ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
                        errmsg("status, codigo and mensagem cannot be null")));

    initStringInfo(&corpo);
    problema_montar(&corpo, PG_GETARG_INT32(0), arg[1], arg[2], arg[3], arg[4],
                    arg[5]);
    PG_RETURN_TEXT_P(cstring_to_text(corpo.data));
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
