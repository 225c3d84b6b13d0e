/*
 * api.c: the way of a request to any /api path.
 *
 *   begin     route, Accept, token            answers 404, 405, 406
 *   budget    one Redis round trip            answers 429
 *   call      session, body, origin, args     answers 401, 403, 413, 415, 4xx
 *   database  crm.atender()                   its status and body, or 5xx
 *
 * api_entrada.c judges what came, api_resposta.c makes the answer out of what the
 * database said. The server decides nothing about clientes: who may do what, and
 * what happens, is the business of crm.api_<funcao>().
 */
#include "api.h"
#include "api_interna.h"

#include "aplicacao.h"
#include "documento.h"
#include "json_args.h"
#include "resposta.h"

#include <kore/kore.h>
#include <kore/http.h>

#include <stdlib.h>
#include <string.h>

static int api_comecar(struct http_request *req, Requisicao *r);
static int api_chamar(Api *a);
static bool api_perguntar(Api *a, const char *funcao, PgClasse classe,
                          const char *chave, const char *args,
                          const PgArquivo *arquivo);
static void api_livre(void *arg);
static void api_limite(void *arg, const LimiteDecisao *d);
static void api_banco(void *arg, const PgResposta *r);

/* Kore entry point; see aplicacao.h. */
int
api_tratar(struct http_request *req)
{
    Requisicao *r = requisicao_de(req);
    Api *a = r->aplicacao;

    if (a == NULL)
        return api_comecar(req, r);
    switch (a->fase)
    {
        case FASE_CHAMAR:
            return api_chamar(a);
        case FASE_FIM:
            return KORE_RESULT_OK;
        default:
            http_request_sleep(req);
            return KORE_RESULT_RETRY;
    }
}

/* ---- begin ---- */

static int
api_comecar(struct http_request *req, Requisicao *r)
{
    char permitidos[ROTAS_PERMITIDOS_MAX];
    CaminhoParametros parametros;
    const Rota *rota =
        rotas_achar(req->method, req->path, &parametros, permitidos);
    LimiteClasse classe = LIMITE_USUARIO;
    Api *a;

    if (rota == NULL && permitidos[0] != '\0')
    {
        resposta_cabecalho(req, "allow", permitidos);
        resposta_problema(req, 405, "metodo_nao_permitido",
                          "Este endereço não aceita esse método.", 0);
        return KORE_RESULT_OK;
    }
    if (rota == NULL)
    {
        resposta_problema(req, 404, "rota_inexistente",
                          "Este endereço não existe.", 0);
        return KORE_RESULT_OK;
    }
    resposta_rota(req, rotas_metrica(rota));
    if (!entrada_aceita(req, "application/json") &&
        !((rota->opcoes & ROTA_ARQUIVO) && entrada_aceita(req, "text/csv")))
    {
        resposta_problema(req, 406, "formato_nao_aceito",
                          rota->opcoes & ROTA_ARQUIVO
                              ? "A resposta é em text/csv."
                              : "As respostas são em application/json.",
                          0);
        return KORE_RESULT_OK;
    }

    a = kore_calloc(1, sizeof *a);
    r->aplicacao = a;
    r->aplicacao_livre = api_livre;
    a->req = req;
    a->rota = rota;
    a->parametros = parametros;
    a->pagina = rota->metodo != HTTP_METHOD_GET;
    a->altera = a->pagina && !(rota->opcoes & ROTA_LEITURA);
    /* A cookie from before the login means nothing to it (S-5). */
    if (!(rota->opcoes & ROTA_ANONIMA))
        sessao_http_ler(req, &a->sessao);

    if (a->sessao.estado == SESSAO_VALIDA)
    {
        resposta_usuario(req, a->sessao.dados.sub, a->sessao.dados.papel);
        if (rota->opcoes & ROTA_PESQUISA)
            classe = LIMITE_PESQUISA;
    }
    else
        classe = rota->opcoes & ROTA_LOGIN ? LIMITE_LOGIN : LIMITE_ANONIMO;
    if (limite_consultar(&a->consulta, classe, a->sessao.dados.sub,
                         api_endereco(r), api_limite, a, &a->decisao))
        return api_chamar(a);

    a->fase = FASE_LIMITE;
    http_request_sleep(req);
    return KORE_RESULT_RETRY;
}

/* The budget's answer from Redis. */
static void
api_limite(void *arg, const LimiteDecisao *d)
{
    Api *a = arg;

    a->decisao = *d;
    a->fase = FASE_CHAMAR;
    http_request_wakeup(a->req);
}

/* The request is freed; nobody may call back any more. */
static void
api_livre(void *arg)
{
    Api *a = arg;

    if (a->fase == FASE_LIMITE)
        limite_abandonar(&a->consulta);
    if (a->fase == FASE_BANCO)
        pg_abandonar(a);
    kore_free(a);
}

/* ---- call ---- */

static int
api_chamar(Api *a)
{
    struct http_request *req = a->req;
    const char *tipo = requisicao_cabecalho(req, "content-type");
    const char *chave = requisicao_cabecalho(req, "idempotency-key");
    size_t n = req->http_body_length;
    bool envio = (a->rota->opcoes & ROTA_ENVIO) != 0;
    PgClasse classe = a->rota->classe;
    PgArquivo arquivo;
    Recusa recusa;
    char *args;
    ArgsErro erro;

    a->fase = FASE_FIM;
    if (!a->decisao.permitido)
    {
        limite_recusar(req, &a->decisao);
        return KORE_RESULT_OK;
    }
    limite_cabecalhos(req, &a->decisao);

    if (!(a->rota->opcoes & ROTA_ANONIMA) &&
        a->sessao.estado != SESSAO_VALIDA)
    {
        api_sem_sessao(req, &a->sessao);
        return KORE_RESULT_OK;
    }
    if (n > a->rota->corpo_max ||
        (n > 0 && req->http_body == NULL && !envio))
    {
        resposta_problema(req, 413, "corpo_grande",
                          "O pedido é grande demais.", 0);
        return KORE_RESULT_OK;
    }
    /* Before the origin: a form post is 415 wherever it comes from. */
    if (envio && !entrada_tipo_envio(tipo))
    {
        entrada_recusar_envio(&recusa);
        resposta_problema(req, recusa.status, recusa.codigo, recusa.mensagem,
                          0);
        return KORE_RESULT_OK;
    }
    if (a->pagina && !envio && (tipo != NULL ? !entrada_tipo_json(tipo) : n > 0))
    {
        resposta_problema(req, 415, "tipo_nao_suportado",
                          "O corpo do pedido deve ser application/json.", 0);
        return KORE_RESULT_OK;
    }
    if (!api_origem_aceita(req, &a->sessao, a->pagina))
    {
        /* The database audits what is refused to a user. */
        a->altera = false;
        if (a->sessao.estado == SESSAO_VALIDA &&
            api_perguntar(a, "origem_recusada", PG_LEVE, NULL, "{}", NULL))
            return KORE_RESULT_RETRY;
        api_origem_recusar(req);
        return KORE_RESULT_OK;
    }
    if (chave != NULL && !entrada_chave_valida(chave))
    {
        api_problema(req, 422, "chave_invalida", "Idempotency-Key",
                     "A Idempotency-Key deve ter de 1 a 200 caracteres ASCII.");
        return KORE_RESULT_OK;
    }
    if ((a->rota->opcoes & ROTA_CONDICIONAL) && !entrada_condicao(a))
    {
        api_problema(req, 400, "if_match_invalido", "If-Match",
                     "O cabeçalho If-Match deve ser * ou o ETag recebido.");
        return KORE_RESULT_OK;
    }
    if (a->rota->opcoes & ROTA_DOCUMENTO)
    {
        if (!documento_responder(req) &&
            !api_perguntar(a, a->rota->funcao, a->rota->classe, NULL,
                           documento_args(), NULL))
            api_sem_banco(req);
        return a->fase == FASE_FIM ? KORE_RESULT_OK : KORE_RESULT_RETRY;
    }
    if (envio)
        arquivo = (PgArquivo){
            .dados = req->http_body != NULL ? req->http_body->data : NULL,
            .fd = req->http_body_fd,
            .n = n};
    args = args_montar(n > 0 && !envio ? (const char *)req->http_body->data
                                       : NULL,
                       envio ? 0 : n, req->query_string, &a->parametros,
                       &erro);
    if (args == NULL)
    {
        api_problema(req, erro.status, erro.codigo, erro.campo, erro.mensagem);
        return KORE_RESULT_OK;
    }

    if (!a->altera || (a->rota->opcoes & ROTA_ANONIMA))
        chave = NULL;
    /* One row by its key takes no connection for itself. */
    if ((a->rota->opcoes & ROTA_PESQUISA) && args_ponto(args))
        classe = PG_LEVE;
    if (!api_perguntar(a, a->rota->funcao, classe, chave, args,
                       envio ? &arquivo : NULL))
        api_sem_banco(req);
    free(args);
    return a->fase == FASE_FIM ? KORE_RESULT_OK : KORE_RESULT_RETRY;
}

/* Puts the request to sleep until api_banco(). False: nothing was asked. */
static bool
api_perguntar(Api *a, const char *funcao, PgClasse classe, const char *chave,
              const char *args, const PgArquivo *arquivo)
{
    const Requisicao *r = requisicao_de(a->req);
    char agente[API_AGENTE_MAX + 1];
    const char *const params[PG_PARAMETROS] = {
        funcao,
        a->sessao.estado == SESSAO_VALIDA ? a->sessao.dados.sid : NULL,
        api_endereco(r),
        r->id,
        agente,
        chave,
        args};

    api_agente(a->req, agente);
    if (!pg_atender_arquivo(classe, params, arquivo, api_banco, a))
        return false;
    a->fase = FASE_BANCO;
    http_request_sleep(a->req);
    return true;
}

/* ---- database ---- */

/* The answer of crm.atender(). */
static void
api_banco(void *arg, const PgResposta *r)
{
    Api *a = arg;

    a->fase = FASE_FIM;
    http_request_wakeup(a->req);
    /* Without an owner the client left; Kore frees the request next. */
    if (a->req->owner != NULL)
        api_responder(a, r);
}
