/*
 * api_resposta.c: what the database said becomes an answer.
 */
#include "api.h"
#include "api_interna.h"

#include "batimento.h"
#include "documento.h"
#include "leituras.h"
#include "log.h"
#include "metricas.h"
#include "negociacao.h"
#include "resposta.h"
#include "rotas.h"

#include <kore/kore.h>
#include <kore/http.h>

#include <jansson.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* What crm.atender() tells the front beside the answer. */
typedef struct ApiExtra
{
    json_t *raiz;
    const json_t *abrir; /* a session was opened */
    const json_t *arquivo;    /* the answer is a file: {"tipo", "nome"} */
    const json_t *exportacao; /* or one to be fetched in parts */
    const json_t *cabecalhos; /* {"location", "link", "x-total-count"} */
    const json_t *cache;      /* how long the answer may be kept */
    char versao[24];          /* of the record, "" = none */
    bool fechar;         /* the session was ended */
    int tentar_em;       /* seconds; 0 = no Retry-After */
} ApiExtra;

static void api_entregar(Api *a, const ApiExtra *extra, int status,
                         const char *corpo, size_t n);
static bool guardar(Api *a, const ApiExtra *extra, int status,
                    const char *corpo, size_t n);
static void cabecalhos_juntar(struct http_request *req,
                              const json_t *cabecalhos);
static bool api_abrir_sessao(Api *a, const json_t *abrir, const char *corpo,
                             size_t n, int status);
static void api_renovar(Api *a);
static ApiExtra extra_ler(struct http_request *req, const char *texto, int n);
static void desafio(struct http_request *req, bool token_invalido);
static void versao_ler(const json_t *v, char *saida, size_t tam);

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
                         requisicao_id(req));
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

void
api_sem_banco(struct http_request *req)
{
    resposta_problema(req, 503, "banco_indisponivel",
                      "O sistema está indisponível. Tente de novo em instantes.",
                      TENTAR_EM_S);
}

/* The answer of crm.atender(): status, corpo, extra. */
void
api_responder(Api *a, const PgResposta *r)
{
    struct http_request *req = a->req;
    const char *origem;
    ApiExtra extra;
    int status;

    if (!r->ok)
    {
        if ((a->rota->opcoes & ROTA_PESQUISA) &&
            strcmp(r->sqlstate, "57014") == 0)
            resposta_problema(req, 503, "busca_demorada",
                              "A pesquisa demorou demais e foi interrompida. "
                              "Informe mais detalhes.",
                              TENTAR_EM_S);
        else if (!exportacao_falha(a, r->sqlstate))
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
    origem = a->cache.desfecho == CACHE_FALTA ? "falta" : "desvio";
    if (a->pode_cache &&
        guardar(a, &extra, status, r->campos[1], (size_t)r->tamanhos[1]) &&
        resposta_entrada(req, &a->cache.entrada, a->cache.bloco, origem))
    {
        json_decref(extra.raiz);
        return;
    }
    if (a->pode_cache)
        resposta_cabecalho(req, "x-cache", origem);
    cabecalhos_juntar(req, extra.cabecalhos);
    if ((a->rota->opcoes & ROTA_EXPORTA) && status == 200 &&
        extra.exportacao != NULL)
        exportacao_entregar(a, extra.exportacao);
    else if (extra.abrir == NULL)
        api_entregar(a, &extra, status, r->campos[1], (size_t)r->tamanhos[1]);
    else if (!api_abrir_sessao(a, extra.abrir, r->campos[1],
                               (size_t)r->tamanhos[1], status))
        api_falha_banco(req, "XX000", false);
    json_decref(extra.raiz);
}

/*
 * An answer for the cache: kept, when the database lets it, or held against the
 * entry that is being checked. True: it was kept.
 */
static bool
guardar(Api *a, const ApiExtra *extra, int status, const char *corpo, size_t n)
{
    const Requisicao *r = requisicao_de(a->req);
    const json_t *link = json_object_get(extra->cabecalhos, "link");
    const json_t *total = json_object_get(extra->cabecalhos, "x-total-count");
    char numero[24] = "";

    if (json_is_integer(total))
        snprintf(numero, sizeof numero, "%lld",
                 (long long)json_integer_value(total));
    if (a->cache.desfecho == CACHE_AMOSTRA)
    {
        cache_conferir(&a->cache,
                       &(CacheResposta){.funcao = a->rota->funcao,
                                        .concessao = extra->cache,
                                        .status = status,
                                        .corpo = corpo,
                                        .n = n,
                                        .versao = extra->versao});
        return false;
    }
    if (extra->arquivo != NULL || extra->abrir != NULL || extra->fechar)
        return false;
    return cache_encher(
        &a->cache,
        &(CacheResposta){.sid = a->sessao.dados.sid,
                         .papel = r->papel,
                         .funcao = a->rota->funcao,
                         .args = a->args,
                         .concessao = extra->cache,
                         .status = status,
                         .corpo = corpo,
                         .n = n,
                         .versao = extra->versao,
                         .link = json_is_string(link) &&
                                         ascii_visivel(json_string_value(link))
                                     ? json_string_value(link)
                                     : "",
                         .total = numero});
}

/*
 * What a hit has in common with an answer of the database: it counts as use of
 * the session and as a reading. False, and nothing is answered: the entry's body
 * cannot be read.
 */
bool
api_responder_acerto(Api *a)
{
    struct http_request *req = a->req;
    const char *sid = a->sessao.dados.sid;

    requisicao_usuario(req, a->sessao.dados.sub, cache_papel(&a->cache));
    api_renovar(a);
    if (!resposta_entrada(req, &a->cache.entrada, a->cache.bloco, "acerto"))
        return false;
    batimento_visto(sid);
    if (a->rota->opcoes & ROTA_CONTADA)
        leituras_contar(sid, requisicao_de(req)->endereco, a->rota);
    return true;
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
    requisicao_usuario(a->req, d.sub, d.papel);

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

    if (a->renovado || !jwt_renovar(&a->sessao.dados, agora, &novo) ||
        !jwt_assinar(&novo, token, sizeof token))
        return;
    a->renovado = true;
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
    e.exportacao = json_object_get(e.raiz, "exportacao");
    e.cabecalhos = json_object_get(e.raiz, "cabecalhos");
    e.cache = json_object_get(e.raiz, "cache");
    versao_ler(json_object_get(e.raiz, "etag"), e.versao, sizeof e.versao);
    e.fechar = json_is_true(json_object_get(e.raiz, "fechar_sessao"));
    e.tentar_em =
        (int)json_integer_value(json_object_get(e.raiz, "tentar_em"));
    id = json_integer_value(json_object_get(e.raiz, "usuario_id"));
    papel = json_string_value(json_object_get(e.raiz, "papel"));
    if (id > 0)
        requisicao_usuario(req, id, papel != NULL ? papel : "");
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

/* RFC 6750 §3: every 401 says how to do better. */
static void
desafio(struct http_request *req, bool token_invalido)
{
    resposta_cabecalho(req, "www-authenticate",
                       token_invalido ? "Bearer error=\"invalid_token\""
                                      : "Bearer");
}

/* Printable ASCII, fit for a header. */
bool
ascii_visivel(const char *texto)
{
    for (; *texto != '\0'; texto++)
        if (*texto < ' ' || *texto > '~')
            return false;
    return true;
}
