/*
 * api.c: the way of a request to any /api path.
 *
 *   begin     route, Accept, token            answers 404, 405, 406
 *   budget    one Redis round trip, with the  answers 429
 *             look into the cache
 *   call      session, body, origin, args     answers 401, 403, 413, 415, 4xx
 *   cache     what is current in Redis        the same answer as the database's
 *   database  crm.atender()                   its status and body, or 5xx
 *
 * api_entrada.c judges what came, api_resposta.c makes the answer out of what the
 * database said, entrega.c hands out files. The server decides nothing about clientes: who may do what, and
 * what happens, is the business of crm.api_<funcao>().
 */
#include "api.h"
#include "api_interna.h"

#include "aplicacao.h"
#include "documento.h"
#include "json_args.h"
#include "pedido.h"
#include "perfis.h"
#include "pg_classe.h"
#include "resposta.h"

#include <kore/kore.h>
#include <kore/http.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum
{
    API_PEDIDO_MAX = 256 /* of a request whose key is remembered */
};

static int api_comecar(struct http_request *req, Requisicao *r);
static void olhar_cache(Api *a);
static bool pedido_escrever(const struct http_request *req,
                            char texto[API_PEDIDO_MAX]);
static int api_chamar(Api *a);
static int por_cache(Api *a);
static int chamar_banco(Api *a);
static int perguntar_banco(Api *a, bool arrendar);
static bool juntar_args(Api *a, ArgsErro *erro);
static bool api_perguntar(Api *a, const char *funcao, PgClasse classe,
                          const char *chave, const char *args,
                          const PgArquivo *arquivo, bool arrendar);
static void api_livre(void *arg);
static void api_limite(void *arg, const LimiteDecisao *d);
static void api_cache(CacheConsulta *c);
static void api_perfil(void *arg, bool escrito);
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
        case FASE_CACHE_VISTO:
            return por_cache(a);
        case FASE_SEM_CACHE:
            return perguntar_banco(a, false);
        case FASE_ENTREGA:
            return entrega_seguir(a->entrega);
        case FASE_FIM:
            return KORE_RESULT_OK;
        default:
            pedido_dormir(req);
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
    requisicao_rota(req, rotas_metrica(rota));
    if (!entrada_aceita(req, "application/json") &&
        !((rota->opcoes & ROTA_ARQUIVO) && entrada_aceita(req, "text/csv")) &&
        !((rota->opcoes & ROTA_EXPORTA) && exportacao_aceita(req)))
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
        requisicao_usuario(req, a->sessao.dados.sub, a->sessao.dados.papel);
        if (rota->opcoes & ROTA_PESQUISA)
            classe = LIMITE_PESQUISA;
    }
    else
        classe = rota->opcoes & ROTA_LOGIN ? LIMITE_LOGIN : LIMITE_ANONIMO;
    a->espera_limite =
        !limite_consultar(&a->consulta, classe, a->sessao.dados.sub,
                          api_endereco(r), api_limite, a, &a->decisao);
    if ((rota->opcoes & ROTA_CACHE) && a->sessao.estado == SESSAO_VALIDA)
        olhar_cache(a);
    if (!a->espera_limite && !a->espera_cache)
        return api_chamar(a);

    a->fase = FASE_LIMITE;
    pedido_dormir(req);
    return KORE_RESULT_RETRY;
}

/*
 * Together with the budget, so that a hit costs one trip to Redis. What would be
 * refused is left to api_chamar(). The arguments are read only when nobody has
 * asked the same before, or the database is to answer.
 */
static void
olhar_cache(Api *a)
{
    struct http_request *req = a->req;
    CacheConsulta *c = &a->cache;
    char texto[API_PEDIDO_MAX];
    bool lembrado;
    ArgsErro erro;
    Recusa recusa;

    if (entrada_julgar(a, &recusa) != ENTRADA_BOA)
        return;
    c->fn = api_cache;
    c->arg = a;
    a->pode_cache = true;
    if (!cache_comecar(c, a->sessao.dados.sid))
        return;
    lembrado = a->rota->metodo == HTTP_METHOD_GET &&
               req->http_body_length == 0 &&
               pedido_escrever(req, texto);
    if (!lembrado || !cache_lembrar(c, texto))
    {
        if (!juntar_args(a, &erro) ||
            !cache_chavear(c, a->rota->funcao, a->args,
                           lembrado ? texto : NULL))
            return;
    }
    a->espera_cache = cache_pedir(c, req);
}

/* Path and query as they came; false: too long to be remembered. */
static bool
pedido_escrever(const struct http_request *req, char texto[API_PEDIDO_MAX])
{
    const char *consulta = req->query_string != NULL ? req->query_string : "";
    size_t n = strlen(req->path);
    size_t m = strlen(consulta);

    if (n + m + 2 > API_PEDIDO_MAX)
        return false;
    memcpy(texto, req->path, n);
    texto[n] = '?';
    memcpy(texto + n + 1, consulta, m + 1);
    return true;
}

/* The budget's answer from Redis. */
static void
api_limite(void *arg, const LimiteDecisao *d)
{
    Api *a = arg;

    a->decisao = *d;
    a->espera_limite = false;
    if (a->espera_cache)
        return;
    a->fase = FASE_CHAMAR;
    pedido_acordar(a->req);
}

/* What the cache has; the first time it comes with the budget. */
static void
api_cache(CacheConsulta *c)
{
    Api *a = c->arg;

    a->espera_cache = false;
    if (a->espera_limite)
        return;
    a->fase = a->fase == FASE_LIMITE ? FASE_CHAMAR : FASE_CACHE_VISTO;
    pedido_acordar(a->req);
}

bool
aplicacao_cancelavel(struct http_request *req)
{
    const Requisicao *r;
    const Api *a;

    if (!http_state_exists(req)) /* on its way to a handler still */
        return false;
    r = requisicao_de(req);
    a = r->aplicacao;
    return r->aplicacao_livre == api_livre && a->fase == FASE_BANCO &&
           pg_classe_cancelavel(a->rota->classe);
}

/* The request is freed; nobody may call back any more. */
static void
api_livre(void *arg)
{
    Api *a = arg;

    if (a->espera_limite)
        limite_abandonar(&a->consulta);
    if (a->fase == FASE_BANCO)
        pg_abandonar(a);
    if (a->fase == FASE_PERFIL)
        perfis_abandonar(a);
    if (a->pode_cache)
        cache_abandonar(&a->cache);
    if (a->entrega != NULL)
        entrega_livre(a->entrega);
    free(a->args);
    kore_free(a);
}

/* ---- call ---- */

static int
api_chamar(Api *a)
{
    struct http_request *req = a->req;
    Recusa recusa;

    a->fase = FASE_FIM;
    if (!a->decisao.permitido)
    {
        limite_recusar(req, &a->decisao);
        return KORE_RESULT_OK;
    }
    limite_cabecalhos(req, &a->decisao);
    if (a->pode_cache)
        return por_cache(a);

    if (!(a->rota->opcoes & ROTA_ANONIMA) &&
        a->sessao.estado != SESSAO_VALIDA)
    {
        api_sem_sessao(req, &a->sessao);
        return KORE_RESULT_OK;
    }
    if ((a->rota->opcoes & ROTA_EXPORTA) && exportacao_sem_lugar(a))
        return KORE_RESULT_OK;
    switch (entrada_julgar(a, &recusa))
    {
        case ENTRADA_BOA:
            return chamar_banco(a);
        case ENTRADA_ALHEIA:
            /* The database audits what is refused to a user. */
            a->altera = false;
            if (a->sessao.estado == SESSAO_VALIDA &&
                api_perguntar(a, "origem_recusada", PG_LEVE, NULL, "{}", NULL,
                              false))
                return KORE_RESULT_RETRY;
            api_origem_recusar(req);
            return KORE_RESULT_OK;
        default:
            api_problema(req, recusa.status, recusa.codigo, recusa.campo,
                         recusa.mensagem);
            return KORE_RESULT_OK;
    }
}

/* A cacheable request whose look into Redis is done. */
static int
por_cache(Api *a)
{
    CacheConsulta *c = &a->cache;

    a->fase = FASE_FIM;
    if (c->desfecho == CACHE_ACERTO && (a->rota->opcoes & ROTA_PERFIL) &&
        !a->perfil_escrito)
    {
        if (!perfis_escrever(a->sessao.dados.sid, requisicao_de(a->req),
                             a->rota->funcao, &a->parametros.p[0], api_perfil,
                             a))
            return perguntar_banco(a, false);
        a->fase = FASE_PERFIL;
        pedido_dormir(a->req);
        return KORE_RESULT_RETRY;
    }
    if (c->desfecho == CACHE_ACERTO && api_responder_acerto(a))
    {
        cache_contar(c);
        return KORE_RESULT_OK;
    }
    if (!cache_voar(c))
    {
        a->fase = FASE_CACHE;
        pedido_dormir(a->req);
        return KORE_RESULT_RETRY;
    }
    /* A body that cannot be read is replaced as if there were none. */
    if (c->desfecho == CACHE_ACERTO)
        c->desfecho = CACHE_FALTA;
    return perguntar_banco(a, c->arrendar);
}

/* The view of a profile is in the audit, or could not be put there. */
static void
api_perfil(void *arg, bool escrito)
{
    Api *a = arg;

    a->perfil_escrito = escrito;
    a->fase = escrito ? FASE_CACHE_VISTO : FASE_SEM_CACHE;
    pedido_acordar(a->req);
}

/* The document comes out of memory. */
static int
chamar_banco(Api *a)
{
    struct http_request *req = a->req;

    if (a->rota->opcoes & ROTA_DOCUMENTO)
    {
        if (!documento_responder(req) &&
            !api_perguntar(a, a->rota->funcao, a->rota->classe, NULL,
                           documento_args(), NULL, false))
            api_sem_banco(req);
        return a->fase == FASE_FIM ? KORE_RESULT_OK : KORE_RESULT_RETRY;
    }
    return perguntar_banco(a, false);
}

/* arrendar: the answer is to be kept, if the database lets it. */
static int
perguntar_banco(Api *a, bool arrendar)
{
    struct http_request *req = a->req;
    const char *chave = pedido_cabecalho(req, "idempotency-key");
    bool envio = (a->rota->opcoes & ROTA_ENVIO) != 0;
    PgClasse classe = a->rota->classe;
    PgArquivo arquivo;
    ArgsErro erro;

    a->fase = FASE_FIM;
    if (!juntar_args(a, &erro))
    {
        api_problema(req, erro.status, erro.codigo, erro.campo, erro.mensagem);
        return KORE_RESULT_OK;
    }
    if (a->pode_cache)
    {
        if (!arrendar && a->cache.desfecho != CACHE_AMOSTRA)
            a->cache.desfecho = CACHE_DESVIO;
        cache_contar(&a->cache);
    }
    if (envio)
        arquivo = (PgArquivo){
            .dados = req->http_body != NULL ? req->http_body->data : NULL,
            .fd = req->http_body_fd,
            .n = req->http_body_length};
    if (!a->altera || (a->rota->opcoes & ROTA_ANONIMA))
        chave = NULL;
    /* One row by its key takes no connection for itself. */
    if ((a->rota->opcoes & ROTA_PESQUISA) && args_ponto(a->args))
        classe = PG_LEVE;
    if (!api_perguntar(a, a->rota->funcao, classe, chave, a->args,
                       envio ? &arquivo : NULL, arrendar))
    {
        if (a->pode_cache)
            cache_pousar(&a->cache);
        api_sem_banco(req);
    }
    return a->fase == FASE_FIM ? KORE_RESULT_OK : KORE_RESULT_RETRY;
}

/* Body, query string and path, once. */
static bool
juntar_args(Api *a, ArgsErro *erro)
{
    const struct http_request *req = a->req;
    size_t n =
        a->rota->opcoes & ROTA_ENVIO ? 0 : req->http_body_length;

    if (a->args == NULL)
        a->args = args_montar(
            n > 0 ? (const char *)req->http_body->data : NULL, n,
            req->query_string, &a->parametros, erro);
    return a->args != NULL;
}

/* Puts the request to sleep until api_banco(). False: nothing was asked. */
static bool
api_perguntar(Api *a, const char *funcao, PgClasse classe, const char *chave,
              const char *args, const PgArquivo *arquivo, bool arrendar)
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
        args,
        arrendar ? "true" : "false"};

    api_agente(a->req, agente);
    if (!pg_atender_arquivo(classe, params, arquivo, api_banco, a))
        return false;
    a->fase = FASE_BANCO;
    pedido_dormir(a->req);
    return true;
}

/* ---- database ---- */

/* The answer of crm.atender(). */
static void
api_banco(void *arg, const PgResposta *r)
{
    Api *a = arg;

    a->fase = FASE_FIM;
    pedido_acordar(a->req);
    /* Without an owner the client left; Kore frees the request next. */
    if (a->req->owner != NULL)
        api_responder(a, r);
    if (a->pode_cache)
        cache_pousar(&a->cache); /* if it was not kept */
}
