/*
 * api_entrada.c: may this request come in? Origin, types, keys and conditions,
 * before anybody is asked about clientes.
 */
#include "api.h"
#include "api_interna.h"

#include "aplicacao.h"
#include "config.h"
#include "negociacao.h"
#include "origem.h"
#include "pedido.h"
#include "resposta.h"

#include <kore/kore.h>
#include <kore/http.h>

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum
{
    CHAVE_IDEMPOTENCIA_MAX = 200
};

static bool condicao_juntar(Api *a);
static bool tipo_envio(const char *tipo);
static void recusa_envio(Recusa *recusa);
static bool tipo_json(const char *tipo);
static bool chave_valida(const char *chave);

/* Everything about a request but its session, its budget and its arguments. */
EntradaJuizo
entrada_julgar(Api *a, Recusa *recusa)
{
    struct http_request *req = a->req;
    const char *tipo = pedido_cabecalho(req, "content-type");
    const char *chave = pedido_cabecalho(req, "idempotency-key");
    bool envio = (a->rota->opcoes & ROTA_ENVIO) != 0;
    size_t n = req->http_body_length;

    if (n > a->rota->corpo_max || (n > 0 && req->http_body == NULL && !envio))
    {
        *recusa = (Recusa){413, "corpo_grande", "O pedido é grande demais.",
                           NULL};
        return ENTRADA_RECUSADA;
    }
    /* Before the origin: a form post is 415 wherever it comes from. */
    if (envio && !tipo_envio(tipo))
    {
        recusa_envio(recusa);
        return ENTRADA_RECUSADA;
    }
    if (a->pagina && !envio && (tipo != NULL ? !tipo_json(tipo) : n > 0))
    {
        *recusa = (Recusa){415, "tipo_nao_suportado",
                           "O corpo do pedido deve ser application/json.",
                           NULL};
        return ENTRADA_RECUSADA;
    }
    if (!api_origem_aceita(req, &a->sessao, a->pagina))
        return ENTRADA_ALHEIA;
    if (chave != NULL && !chave_valida(chave))
    {
        *recusa = (Recusa){
            422, "chave_invalida",
            "A Idempotency-Key deve ter de 1 a 200 caracteres ASCII.",
            "Idempotency-Key"};
        return ENTRADA_RECUSADA;
    }
    if ((a->rota->opcoes & ROTA_CONDICIONAL) && !condicao_juntar(a))
    {
        *recusa = (Recusa){
            400, "if_match_invalido",
            "O cabeçalho If-Match deve ser * ou o ETag recebido.", "If-Match"};
        return ENTRADA_RECUSADA;
    }
    return ENTRADA_BOA;
}

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
    const char *agente = pedido_cabecalho(req, "user-agent");
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
    switch (origem_avaliar(pedido_cabecalho(req, "origin"),
                           pedido_cabecalho(req, "sec-fetch-site"),
                           pedido_cabecalho(req, "host"),
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

/* If-Match as argument if_match; false: it is none. */
static bool
condicao_juntar(Api *a)
{
    static const char nome[] = "if_match";
    const char *valor = pedido_cabecalho(a->req, "if-match");

    if (valor != NULL && !etags_validas(valor))
        return false;
    a->parametros.p[a->parametros.n++] =
        (CaminhoParametro){.nome = nome,
                           .nome_n = sizeof nome - 1,
                           .valor = valor,
                           .valor_n = valor != NULL ? strlen(valor) : 0};
    return true;
}

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
        *recusa = (Recusa){413, "corpo_grande", "O pedido é grande demais.", NULL};
        return false;
    }
    sessao_http_ler(req, &sessao);
    if (sessao.estado != SESSAO_VALIDA)
        *recusa = (Recusa){401, "nao_autenticado",
                           "Entre com seu usuário e senha.", NULL};
    else if (!tipo_envio(pedido_cabecalho(req, "content-type")))
        recusa_envio(recusa);
    else if (!api_origem_aceita(req, &sessao, true))
        *recusa = (Recusa){403, "origem_recusada",
                           "O pedido não veio de uma página deste sistema.", NULL};
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
                       "convertida na tela de importação.", NULL};
}

/* No Accept, or one that allows the type or problem+json (q=0 excludes). */
bool
entrada_aceita(struct http_request *req, const char *tipo)
{
    const char *lista = pedido_cabecalho(req, "accept");
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
