/*
 * api.c: the one handler of every /api path.
 *
 *   begin     route, Accept, token            answers 404, 405, 406
 *   budget    one Redis round trip            answers 429
 *   call      session, body, origin, args     answers 401, 403, 413, 415, 4xx
 *   database  crm.atender()                   its status and body, or 5xx
 *
 * The server decides nothing about clientes: who may do what, and what happens,
 * is the business of crm.api_<funcao>().
 */
#include "api.h"

#include "aplicacao.h"
#include "batimento.h"
#include "config.h"
#include "documento.h"
#include "json_args.h"
#include "leituras.h"
#include "limite.h"
#include "log.h"
#include "metricas.h"
#include "negociacao.h"
#include "origem.h"
#include "resposta.h"
#include "rotas.h"

#include <kore/kore.h>
#include <kore/http.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

enum
{
    CHAVE_IDEMPOTENCIA_MAX = 200,
    TENTAR_EM_S = 1 /* Retry-After of what passes by itself */
};

typedef enum ApiFase
{
    FASE_LIMITE, /* waits for the budget */
    FASE_CHAMAR, /* the budget is known */
    FASE_BANCO,  /* waits for the database */
    FASE_FIM     /* answered */
} ApiFase;

/* One request under way. */
typedef struct Api
{
    struct http_request *req;
    const Rota *rota;
    CaminhoParametros parametros;
    SessaoHttp sessao;
    ApiFase fase;
    bool pagina; /* by a method that only pages of our own may use (S-8) */
    bool altera; /* changes state */
    LimiteConsulta consulta;
    LimiteDecisao decisao;
} Api;

/* What crm.atender() tells the front beside the answer. */
typedef struct ApiExtra
{
    json_t *raiz;
    const json_t *abrir; /* a session was opened */
    const json_t *arquivo;    /* the answer is a file: {"tipo", "nome"} */
    const json_t *cabecalhos; /* {"location", "link", "x-total-count"} */
    char versao[24];          /* of the record, "" = none */
    bool fechar;         /* the session was ended */
    int tentar_em;       /* seconds; 0 = no Retry-After */
} ApiExtra;

static int api_comecar(struct http_request *req, Requisicao *r);
static int api_chamar(Api *a);
static bool api_perguntar(Api *a, const char *funcao, PgClasse classe,
                          const char *chave, const char *args,
                          const PgArquivo *arquivo);
static bool condicao_juntar(Api *a);
static void api_sem_banco(struct http_request *req);
static void api_livre(void *arg);
static void api_limite(void *arg, const LimiteDecisao *d);
static void api_banco(void *arg, const PgResposta *r);
static void api_entregar(Api *a, const ApiExtra *extra, int status,
                         const char *corpo, size_t n);
static void cabecalhos_juntar(struct http_request *req,
                              const json_t *cabecalhos);
static bool api_abrir_sessao(Api *a, const json_t *abrir, const char *corpo,
                             size_t n, int status);
static void api_renovar(Api *a);
static ApiExtra extra_ler(struct http_request *req, const char *texto, int n);
static void desafio(struct http_request *req, bool token_invalido);
static bool aceita(struct http_request *req, const char *tipo);
static bool ascii_visivel(const char *texto);
static void versao_ler(const json_t *v, char *saida, size_t tam);
static bool tipo_envio(const char *tipo);
static void recusa_envio(Recusa *recusa);
static bool tipo_json(const char *tipo);
static bool chave_valida(const char *chave);

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

/* ---- shared with ws.c ---- */

/* Address of the client, or NULL when it has none (unix socket). */
const char *
api_endereco(const Requisicao *r)
{
    return r->endereco[0] != '\0' ? r->endereco : NULL;
}

/* User-Agent, cut, printable ASCII only. */
void
api_agente(struct http_request *req, char saida[API_AGENTE_MAX + 1])
{
    const char *agente = requisicao_cabecalho(req, "user-agent");
    size_t n = 0;

    for (; agente != NULL && agente[n] != '\0' && n < API_AGENTE_MAX; n++)
        saida[n] = agente[n] >= ' ' && agente[n] <= '~' ? agente[n] : '?';
    saida[n] = '\0';
}

/*
 * May this page do that with the user's cookie? (S-8) Programs with a bearer
 * token are no browsers acting by themselves and are exempt; without a session
 * (login) only a foreign origin is refused, so that no page can log a visitor
 * in as somebody else.
 */
bool
api_origem_aceita(struct http_request *req, const SessaoHttp *s, bool altera)
{
    const Config *c = configuracao();

    if (!altera || s->meio == MEIO_PORTADOR)
        return true;
    switch (origem_avaliar(requisicao_cabecalho(req, "origin"),
                           requisicao_cabecalho(req, "sec-fetch-site"),
                           requisicao_cabecalho(req, "host"),
                           req->owner->ssl != NULL, c->origens, c->norigens))
    {
        case ORIGEM_PROPRIA:
            return true;
        case ORIGEM_AUSENTE:
            return s->meio != MEIO_COOKIE;
        default:
            return false;
    }
}

void
api_origem_recusar(struct http_request *req)
{
    resposta_problema(req, 403, "origem_recusada",
                      "O pedido não veio de uma página deste sistema.", 0);
}

/* As resposta_problema, with the field at fault; campo NULL or "" = none. */
void
api_problema(struct http_request *req, int status, const char *codigo,
             const char *campo, const char *mensagem)
{
    static const char vazio[] = "\"erros\":[]";
    char json[2048], nome[256], texto[1024];
    struct kore_buf b;
    char *erros;

    if (campo == NULL || *campo == '\0')
    {
        resposta_problema(req, status, codigo, mensagem, 0);
        return;
    }
    (void)problema_texto(json, sizeof json, status, codigo, mensagem,
                         resposta_requisicao_id(req));
    (void)log_escapar(nome, sizeof nome, campo, strlen(campo));
    (void)log_escapar(texto, sizeof texto, mensagem, strlen(mensagem));
    if ((erros = strstr(json, vazio)) == NULL)
    {
        resposta_problema(req, status, codigo, mensagem, 0);
        return;
    }

    kore_buf_init(&b, sizeof json);
    kore_buf_append(&b, json, (size_t)(erros - json) + sizeof vazio - 2);
    kore_buf_appendf(&b, "{\"campo\":\"%s\",\"mensagem\":\"%s\"}", nome,
                     texto);
    kore_buf_append(&b, erros + sizeof vazio - 2,
                    strlen(erros + sizeof vazio - 2));
    resposta_json(req, status, (const char *)b.data, b.offset);
    kore_buf_cleanup(&b);
}

/* 401; a cookie that is worth nothing is taken back. */
void
api_sem_sessao(struct http_request *req, const SessaoHttp *s)
{
    bool invalida = s->estado != SESSAO_AUSENTE;

    if (s->meio == MEIO_COOKIE)
        sessao_http_limpar(req);
    desafio(req, invalida);
    if (invalida)
        resposta_problema(req, 401, "sessao_invalida",
                          "A sessão terminou. Entre novamente.", 0);
    else
        resposta_problema(req, 401, "nao_autenticado",
                          "Entre com seu usuário e senha.", 0);
}

/*
 * The one place that turns an SQLSTATE into a status; what the caller is to
 * blame for came as an ordinary answer of crm.atender(). altera: the call may
 * have written; when the connection was lost, nobody knows whether it did.
 */
void
api_falha_banco(struct http_request *req, const char *sqlstate, bool altera)
{
    static const struct
    {
        const char *prefixo;
        int status;
        const char *codigo;
        const char *mensagem;
    } falhas[] = {
        {"57014", 503, "tempo_esgotado",
         "A operação demorou demais e foi interrompida. Tente de novo."},
        {"55P03", 503, "ocupado",
         "O sistema está ocupado com outra operação. Tente de novo."},
        {"40", 503, "conflito_passageiro",
         "Outra operação mexeu nos mesmos dados. Tente de novo."},
        {"53", 503, "banco_sobrecarregado",
         "O sistema está sobrecarregado. Tente de novo em instantes."},
        {"57", 503, "banco_indisponivel",
         "O sistema está reiniciando. Tente de novo em instantes."},
        {"08", 503, "banco_indisponivel",
         "O sistema está indisponível. Tente de novo em instantes."},
    };

    /* 08001: it was never sent. */
    if (altera && strcmp(sqlstate, "08001") != 0 &&
        (strncmp(sqlstate, "08", 2) == 0 || strncmp(sqlstate, "57P", 3) == 0))
    {
        resposta_problema(req, 503, "resultado_desconhecido",
                          "A conexão caiu durante a gravação. Repita com a "
                          "mesma Idempotency-Key para saber o resultado sem "
                          "gravar duas vezes.",
                          TENTAR_EM_S);
        return;
    }
    for (size_t i = 0; i < sizeof falhas / sizeof *falhas; i++)
        if (strncmp(sqlstate, falhas[i].prefixo, strlen(falhas[i].prefixo)) ==
            0)
        {
            resposta_problema(req, falhas[i].status, falhas[i].codigo,
                              falhas[i].mensagem, TENTAR_EM_S);
            return;
        }
    resposta_problema(req, 500, "erro_interno",
                      "Algo falhou do nosso lado. Informe o número da "
                      "requisição ao suporte.",
                      0);
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
    if (!aceita(req, "application/json") &&
        !((rota->opcoes & ROTA_ARQUIVO) && aceita(req, "text/csv")))
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
    if (envio && !tipo_envio(tipo))
    {
        recusa_envio(&recusa);
        resposta_problema(req, recusa.status, recusa.codigo, recusa.mensagem,
                          0);
        return KORE_RESULT_OK;
    }
    if (a->pagina && !envio && (tipo != NULL ? !tipo_json(tipo) : n > 0))
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
    if (chave != NULL && !chave_valida(chave))
    {
        api_problema(req, 422, "chave_invalida", "Idempotency-Key",
                     "A Idempotency-Key deve ter de 1 a 200 caracteres ASCII.");
        return KORE_RESULT_OK;
    }
    if ((a->rota->opcoes & ROTA_CONDICIONAL) && !condicao_juntar(a))
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

static void
api_sem_banco(struct http_request *req)
{
    resposta_problema(req, 503, "banco_indisponivel",
                      "O sistema está indisponível. Tente de novo em instantes.",
                      TENTAR_EM_S);
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

/* If-Match as argument if_match; false: it is none. */
static bool
condicao_juntar(Api *a)
{
    static const char nome[] = "if_match";
    const char *valor = requisicao_cabecalho(a->req, "if-match");

    if (valor != NULL && !etags_validas(valor))
        return false;
    a->parametros.p[a->parametros.n++] =
        (CaminhoParametro){.nome = nome,
                           .nome_n = sizeof nome - 1,
                           .valor = valor,
                           .valor_n = valor != NULL ? strlen(valor) : 0};
    return true;
}

/* ---- database ---- */

/* The answer of crm.atender(): status, corpo, extra. */
static void
api_banco(void *arg, const PgResposta *r)
{
    Api *a = arg;
    struct http_request *req = a->req;
    ApiExtra extra;
    int status;

    a->fase = FASE_FIM;
    http_request_wakeup(req);
    if (req->owner == NULL) /* the client left; Kore frees the request next */
        return;
    if (!r->ok)
    {
        if ((a->rota->opcoes & ROTA_PESQUISA) &&
            strcmp(r->sqlstate, "57014") == 0)
            resposta_problema(req, 503, "busca_demorada",
                              "A pesquisa demorou demais e foi interrompida. "
                              "Informe mais detalhes.",
                              TENTAR_EM_S);
        else
            api_falha_banco(req, r->sqlstate, a->altera);
        return;
    }
    if (r->nlinhas != 1 || r->ncampos < 3 || r->campos[0] == NULL ||
        r->campos[1] == NULL || (status = atoi(r->campos[0])) < 200 ||
        status > 599)
    {
        api_falha_banco(req, "XX000", a->altera);
        return;
    }

    extra = extra_ler(req, r->campos[2], r->tamanhos[2]);
    if ((a->rota->opcoes & ROTA_LOGIN) && status == 200)
        metrica_somar(M_LOGIN_OK, 1);
    else if ((a->rota->opcoes & ROTA_LOGIN) && (status == 401 || status == 429))
        metrica_somar(M_LOGIN_ERRO, 1);
    if (extra.tentar_em > 0)
    {
        char s[16];

        snprintf(s, sizeof s, "%d", extra.tentar_em);
        resposta_cabecalho(req, "retry-after", s);
    }
    if (status == 401)
        desafio(req, a->sessao.estado == SESSAO_VALIDA);
    if (extra.fechar || (status == 401 && a->sessao.meio == MEIO_COOKIE))
        sessao_http_limpar(req);
    else if (status < 400 && a->sessao.estado == SESSAO_VALIDA)
    {
        batimento_visto(a->sessao.dados.sid);
        if ((a->rota->opcoes & ROTA_CONTADA) && status == 200)
            leituras_contar(a->sessao.dados.sid,
                            requisicao_de(req)->endereco, a->rota);
        api_renovar(a);
    }

    if ((a->rota->opcoes & ROTA_DOCUMENTO) && status == 200)
        documento_guardar(r->campos[1], (size_t)r->tamanhos[1]);
    cabecalhos_juntar(req, extra.cabecalhos);
    if (extra.abrir == NULL)
        api_entregar(a, &extra, status, r->campos[1], (size_t)r->tamanhos[1]);
    else if (!api_abrir_sessao(a, extra.abrir, r->campos[1],
                               (size_t)r->tamanhos[1], status))
        api_falha_banco(req, "XX000", false);
    json_decref(extra.raiz);
}

static void
api_entregar(Api *a, const ApiExtra *extra, int status, const char *corpo,
             size_t n)
{
    const char *tipo =
        json_string_value(json_object_get(extra->arquivo, "tipo"));
    const char *nome =
        json_string_value(json_object_get(extra->arquivo, "nome"));

    if (tipo != NULL && nome != NULL && ascii_visivel(tipo) && status < 400)
        resposta_arquivo(a->req, status, tipo, nome, corpo, n);
    else if ((a->rota->metodo == HTTP_METHOD_GET && status == 200) ||
             (extra->versao[0] != '\0' && status < 300))
        resposta_json_etag(a->req, status, corpo, n,
                           extra->versao[0] != '\0' ? extra->versao : NULL);
    else
        resposta_json(a->req, status, corpo, n);
}

/* The headers that the database may set, and no other. */
static void
cabecalhos_juntar(struct http_request *req, const json_t *cabecalhos)
{
    static const char *const nomes[] = {"location", "link", "x-total-count"};

    for (size_t i = 0; cabecalhos != NULL && i < sizeof nomes / sizeof *nomes;
         i++)
    {
        const json_t *v = json_object_get(cabecalhos, nomes[i]);
        const char *texto = json_string_value(v);
        char numero[24];

        if (json_is_integer(v))
        {
            snprintf(numero, sizeof numero, "%lld",
                     (long long)json_integer_value(v));
            texto = numero;
        }
        if (texto == NULL)
            continue;
        if (ascii_visivel(texto))
            resposta_cabecalho(req, nomes[i], texto);
        else
            log_evento("erro", "cabecalho_recusado", nomes[i]);
    }
}

/*
 * After a login: signs the token, sets the cookie and adds token and expira_em
 * to the body. abrir: {"sid", "sub", "papel", "limite", "duracao"}.
 */
static bool
api_abrir_sessao(Api *a, const json_t *abrir, const char *corpo, size_t n,
                 int status)
{
    const char *sid = json_string_value(json_object_get(abrir, "sid"));
    const char *papel = json_string_value(json_object_get(abrir, "papel"));
    JwtDados d = {
        .sub = json_integer_value(json_object_get(abrir, "sub")),
        .iat = (int64_t)time(NULL),
        .limite = json_integer_value(json_object_get(abrir, "limite"))};
    char token[JWT_TOKEN_MAX], quando[32];
    struct tm tm;
    struct kore_buf *b;
    time_t exp;

    if (sid == NULL || papel == NULL || n < 2 || corpo[n - 1] != '}')
        return false;
    snprintf(d.sid, sizeof d.sid, "%s", sid);
    snprintf(d.papel, sizeof d.papel, "%s", papel);
    d.exp = d.iat + json_integer_value(json_object_get(abrir, "duracao"));
    if (d.exp > d.limite)
        d.exp = d.limite;
    if (d.exp <= d.iat || !jwt_assinar(&d, token, sizeof token))
        return false;

    exp = (time_t)d.exp;
    gmtime_r(&exp, &tm);
    strftime(quando, sizeof quando, "%Y-%m-%dT%H:%M:%S+00:00", &tm);
    sessao_http_cookie(a->req, token, d.exp - d.iat);
    resposta_usuario(a->req, d.sub, d.papel);

    b = kore_buf_alloc(n + sizeof token + 64);
    kore_buf_append(b, corpo, n - 1);
    kore_buf_appendf(b, "%s\"token\":\"%s\",\"expira_em\":\"%s\"}",
                     n > 2 ? "," : "", token, quando);
    resposta_json(a->req, status, (const char *)b->data, b->offset);
    kore_buf_free(b);
    return true;
}

/*
 * A token past half its life is replaced in the answer to its use (S-4): as a
 * cookie for who came with one, as header x-crm-token for a bearer.
 */
static void
api_renovar(Api *a)
{
    JwtDados novo;
    char token[JWT_TOKEN_MAX];
    int64_t agora = (int64_t)time(NULL);

    if (!jwt_renovar(&a->sessao.dados, agora, &novo) ||
        !jwt_assinar(&novo, token, sizeof token))
        return;
    if (a->sessao.meio == MEIO_COOKIE)
        sessao_http_cookie(a->req, token, novo.exp - agora);
    else
        resposta_cabecalho(a->req, "x-crm-token", token);
}

/* Reads extra and tells the log who asked. raiz is the caller's to release. */
static ApiExtra
extra_ler(struct http_request *req, const char *texto, int n)
{
    ApiExtra e = {0};
    const char *papel;
    json_int_t id;

    if (texto == NULL ||
        (e.raiz = json_loadb(texto, (size_t)n, 0, NULL)) == NULL)
        return e;
    e.abrir = json_object_get(e.raiz, "abrir_sessao");
    if (!json_is_object(e.abrir))
        e.abrir = NULL;
    e.arquivo = json_object_get(e.raiz, "arquivo");
    e.cabecalhos = json_object_get(e.raiz, "cabecalhos");
    versao_ler(json_object_get(e.raiz, "etag"), e.versao, sizeof e.versao);
    e.fechar = json_is_true(json_object_get(e.raiz, "fechar_sessao"));
    e.tentar_em =
        (int)json_integer_value(json_object_get(e.raiz, "tentar_em"));
    id = json_integer_value(json_object_get(e.raiz, "usuario_id"));
    papel = json_string_value(json_object_get(e.raiz, "papel"));
    if (id > 0)
        resposta_usuario(req, id, papel != NULL ? papel : "");
    return e;
}

/* A number, or a text of digits; else "". */
static void
versao_ler(const json_t *v, char *saida, size_t tam)
{
    const char *texto = json_string_value(v);

    saida[0] = '\0';
    if (json_is_integer(v))
        snprintf(saida, tam, "%lld", (long long)json_integer_value(v));
    else if (texto != NULL && strlen(texto) < tam &&
             texto[strspn(texto, "0123456789")] == '\0')
        snprintf(saida, tam, "%s", texto);
}

/* ---- uploads ---- */

/* See aplicacao.h: judged by the head, so that a refused one is not read. */
bool
aplicacao_corpo(struct http_request *req, uint64_t n, Recusa *recusa)
{
    char permitidos[ROTAS_PERMITIDOS_MAX];
    CaminhoParametros parametros;
    const Rota *rota =
        rotas_achar(req->method, req->path, &parametros, permitidos);
    SessaoHttp sessao = {0};

    if (rota == NULL || !(rota->opcoes & ROTA_ENVIO) || n > rota->corpo_max)
    {
        *recusa = (Recusa){413, "corpo_grande", "O pedido é grande demais."};
        return false;
    }
    sessao_http_ler(req, &sessao);
    if (sessao.estado != SESSAO_VALIDA)
        *recusa = (Recusa){401, "nao_autenticado",
                           "Entre com seu usuário e senha."};
    else if (!tipo_envio(requisicao_cabecalho(req, "content-type")))
        recusa_envio(recusa);
    else if (!api_origem_aceita(req, &sessao, true))
        *recusa = (Recusa){403, "origem_recusada",
                           "O pedido não veio de uma página deste sistema."};
    else
        return true;
    return false;
}

/* A table of text. What a form can send is none of these (S-8). */
static bool
tipo_envio(const char *tipo)
{
    size_t n;

    if (tipo == NULL)
        return false;
    tipo += strspn(tipo, " ");
    n = strcspn(tipo, " ;");
    return (n == 8 && strncasecmp(tipo, "text/csv", n) == 0) ||
           (n == 24 && strncasecmp(tipo, "application/octet-stream", n) == 0);
}

static void
recusa_envio(Recusa *recusa)
{
    *recusa = (Recusa){415, "formato_nao_aceito",
                       "Envie o arquivo como text/csv. Uma planilha XLSX é "
                       "convertida na tela de importação."};
}

/* ---- headers ---- */

/* RFC 6750 §3: every 401 says how to do better. */
static void
desafio(struct http_request *req, bool token_invalido)
{
    resposta_cabecalho(req, "www-authenticate",
                       token_invalido ? "Bearer error=\"invalid_token\""
                                      : "Bearer");
}

/* No Accept, or one that allows the type or problem+json (q=0 excludes). */
static bool
aceita(struct http_request *req, const char *tipo)
{
    const char *lista = requisicao_cabecalho(req, "accept");
    size_t familia = strcspn(tipo, "/") + 1;

    if (lista == NULL || lista[strspn(lista, " ")] == '\0')
        return true;
    while (*lista != '\0')
    {
        size_t n = strcspn(lista, ",");
        const char *ini = lista + strspn(lista, " \t");
        size_t m = strcspn(ini, " \t;,");
        const char *q = memmem(lista, n, "q=", 2);

        if ((m == 3 && strncmp(ini, "*/*", 3) == 0) ||
            (m == familia + 1 && ini[familia] == '*' &&
             strncasecmp(ini, tipo, familia) == 0) ||
            (m == strlen(tipo) && strncasecmp(ini, tipo, m) == 0) ||
            (m == 24 && strncasecmp(ini, "application/problem+json", 24) == 0))
            if (q == NULL || strtod(q + 2, NULL) > 0)
                return true;
        lista += n;
        lista += *lista == ',';
    }
    return false;
}

/* Printable ASCII, fit for a header. */
static bool
ascii_visivel(const char *texto)
{
    for (; *texto != '\0'; texto++)
        if (*texto < ' ' || *texto > '~')
            return false;
    return true;
}

/* application/json, at most with charset=utf-8. */
static bool
tipo_json(const char *tipo)
{
    const char *p = tipo + strspn(tipo, " ");

    if (strncasecmp(p, "application/json", 16) != 0)
        return false;
    p += 16 + strspn(p + 16, " ");
    if (*p == '\0')
        return true;
    if (*p++ != ';')
        return false;
    p += strspn(p, " ");
    return strcasecmp(p, "charset=utf-8") == 0 ||
           strcasecmp(p, "charset=\"utf-8\"") == 0;
}

/* 1 to 200 printable ASCII characters. */
static bool
chave_valida(const char *chave)
{
    size_t n = 0;

    for (; chave[n] != '\0'; n++)
        if (chave[n] < ' ' || chave[n] > '~')
            return false;
    return n >= 1 && n <= CHAVE_IDEMPOTENCIA_MAX;
}
