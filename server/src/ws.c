/*
 * ws.c: GET /ws, the live events of a browser.
 *
 * A socket belongs to one session. It is opened after crm.atender() found the
 * session alive, and closed when the session ends, when its token does, when
 * its reader is too slow or silent, and when the server stops. Every message
 * has a number of its connection, so that the browser notices a gap.
 */
#include "ws.h"

#include "aplicacao.h"
#include "api.h"
#include "limite.h"
#include "guarda.h"
#include "metricas.h"
#include "negociacao.h"
#include "pedido.h"
#include "resposta.h"
#include "ws_quadro.h"

#include <kore/kore.h>
#include <kore/http.h>

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <time.h>

enum
{
    PING_MS = 25000,
    USUARIOS_MS = 5000,    /* how often the metric of users is counted */
    SILENCIO_MS = 80000,   /* three pings unanswered */
    POR_USUARIO_MAX = 20,  /* sockets of one user in one worker */
    FILA_MAX = 256,        /* messages waiting for a slow reader */
    FILA_BYTES_MAX = 262144,
    LEITURA_BYTES = 512,   /* of one read */
    MENSAGENS_MINUTO = 30,
    QUADROS_MINUTO = 300,  /* pings and fragments too */
    CHAVE_N = 24           /* Sec-WebSocket-Key: base64 of 16 bytes */
};

/* The request before the handshake. */
typedef struct WsPedido
{
    struct http_request *req;
    SessaoHttp sessao;
    enum
    {
        WS_LIMITE,
        WS_CHAMAR,
        WS_BANCO,
        WS_FIM
    } fase;
    bool alheia; /* from a foreign page: refused whatever the database says */
    LimiteConsulta consulta;
    LimiteDecisao decisao;
} WsPedido;

/* An open socket. */
typedef struct WsConexao
{
    struct connection *c;
    int64_t usuario_id;
    bool ve_tudo; /* administrador, gerente */
    char sid[37];
    int64_t fim; /* seconds since 1970: end of the token */
    uint64_t seq;
    uint64_t ouvido; /* kore_time_ms() of the last byte */
    uint64_t minuto; /* of what is counted in quadros and mensagens */
    int quadros;
    int mensagens;
    WsLeitor leitor;
    TAILQ_ENTRY(WsConexao) lista;
} WsConexao;

/* Kore finds these by name. */
void ws_conectou(struct connection *c);
void ws_saiu(struct connection *c);

static TAILQ_HEAD(, WsConexao) conexoes = TAILQ_HEAD_INITIALIZER(conexoes);
static int nconexoes;
static bool drenando;
static int rota_ws;
static WsConexao *nascendo; /* between the handshake and ws_conectou */

static int ws_comecar(struct http_request *req, Requisicao *r);
static int ws_chamar(WsPedido *p);
static void ws_livre(void *arg);
static void ws_limite(void *arg, const LimiteDecisao *d);
static void ws_banco(void *arg, const PgResposta *r);
static void ws_abrir(WsPedido *p, const char *extra, int n);
static void conexoes_demais(struct http_request *req);
static int do_usuario(int64_t usuario_id);
static void ws_enviar(WsConexao *w, const char *resto);
static bool fila_cheia(const struct connection *c);
static void ws_fechar(WsConexao *w, uint16_t codigo);
static bool pedido_websocket(struct http_request *req);
static int ws_chegou(struct netbuf *nb);
static bool ws_aviso(WsConexao *w, WsAviso aviso);
static bool mensagem_aceita(const void *dados, size_t n);
static int comparar(const void *a, const void *b);
static void ws_contar_usuarios(void);

/* ---- handshake ---- */

void
ws_preparar(void)
{
    rota_ws = metricas_rota("GET", "/ws");
}

/* Kore entry point; see aplicacao.h. */
int
ws_tratar(struct http_request *req)
{
    Requisicao *r = requisicao_de(req);
    WsPedido *p = r->aplicacao;

    if (p == NULL)
        return ws_comecar(req, r);
    switch (p->fase)
    {
        case WS_CHAMAR:
            return ws_chamar(p);
        case WS_FIM:
            return KORE_RESULT_OK;
        default:
            http_request_sleep(req);
            return KORE_RESULT_RETRY;
    }
}

static int
ws_comecar(struct http_request *req, Requisicao *r)
{
    const char *upgrade = pedido_cabecalho(req, "upgrade");
    WsPedido *p;

    requisicao_rota(req, rota_ws);
    if (req->method != HTTP_METHOD_GET)
    {
        resposta_cabecalho(req, "allow", "GET");
        resposta_problema(req, 405, "metodo_nao_permitido",
                          "Este endereço não aceita esse método.", 0);
        return KORE_RESULT_OK;
    }
    if (upgrade == NULL || strcasecmp(upgrade, "websocket") != 0)
    {
        resposta_cabecalho(req, "upgrade", "websocket");
        resposta_problema(req, 426, "websocket_esperado",
                          "Este endereço só atende WebSocket.", 0);
        return KORE_RESULT_OK;
    }
    if (!pedido_websocket(req))
    {
        resposta_cabecalho(req, "sec-websocket-version", "13");
        resposta_problema(req, 400, "websocket_invalido",
                          "O pedido de WebSocket não segue o RFC 6455.", 0);
        return KORE_RESULT_OK;
    }
    /* A token in an address ends up in logs and histories (S-7). */
    if (req->query_string != NULL)
    {
        resposta_problema(req, 400, "parametro_invalido",
                          "Este endereço não aceita parâmetros.", 0);
        return KORE_RESULT_OK;
    }
    if (drenando)
    {
        resposta_problema(req, 503, "reiniciando",
                          "O sistema está reiniciando.", 1);
        return KORE_RESULT_OK;
    }

    p = kore_calloc(1, sizeof *p);
    r->aplicacao = p;
    r->aplicacao_livre = ws_livre;
    p->req = req;
    sessao_http_ler(req, &p->sessao);
    if (p->sessao.estado == SESSAO_VALIDA)
        requisicao_usuario(req, p->sessao.dados.sub, p->sessao.dados.papel);
    if (limite_consultar(&p->consulta,
                         p->sessao.estado == SESSAO_VALIDA ? LIMITE_SOCKET
                                                           : LIMITE_ANONIMO,
                         p->sessao.dados.sub, api_endereco(r), ws_limite, p,
                         &p->decisao))
        return ws_chamar(p);

    p->fase = WS_LIMITE;
    http_request_sleep(req);
    return KORE_RESULT_RETRY;
}

static void
ws_limite(void *arg, const LimiteDecisao *d)
{
    WsPedido *p = arg;

    p->decisao = *d;
    p->fase = WS_CHAMAR;
    http_request_wakeup(p->req);
}

static void
ws_livre(void *arg)
{
    WsPedido *p = arg;

    if (p->fase == WS_LIMITE)
        limite_abandonar(&p->consulta);
    if (p->fase == WS_BANCO)
        pg_abandonar(p);
    kore_free(p);
}

static int
ws_chamar(WsPedido *p)
{
    struct http_request *req = p->req;
    const Requisicao *r = requisicao_de(req);
    char agente[API_AGENTE_MAX + 1];
    const char *params[PG_PARAMETROS] = {"eu"};

    p->fase = WS_FIM;
    if (!p->decisao.permitido)
    {
        limite_recusar(req, &p->decisao);
        return KORE_RESULT_OK;
    }
    /* A browser always tells the Origin of a WebSocket, and the cookie comes
     * along from any page: with a cookie it must be there and be ours. With
     * nothing, the stranger's page learns 403 and the program 401. */
    if (p->sessao.meio == MEIO_PORTADOR &&
        pedido_cabecalho(req, "origin") != NULL)
    {
        SessaoHttp navegador = {.meio = MEIO_COOKIE};

        p->alheia = !api_origem_aceita(req, &navegador, true);
    }
    else
        p->alheia = !api_origem_aceita(req, &p->sessao, true);
    if (p->sessao.estado != SESSAO_VALIDA)
    {
        if (p->alheia)
            api_origem_recusar(req);
        else
            api_sem_sessao(req, &p->sessao);
        return KORE_RESULT_OK;
    }
    /* The database audits what is refused to a user. */
    if (p->alheia)
        params[0] = "origem_recusada";
    else if (do_usuario(p->sessao.dados.sub) >= POR_USUARIO_MAX)
    {
        conexoes_demais(req);
        return KORE_RESULT_OK;
    }

    api_agente(req, agente);
    params[1] = p->sessao.dados.sid;
    params[2] = api_endereco(r);
    params[3] = r->id;
    params[4] = agente;
    params[6] = "{}";
    if (!pg_atender(PG_LEVE, params, ws_banco, p))
    {
        if (p->alheia)
            api_origem_recusar(req);
        else
            resposta_problema(req, 503, "banco_indisponivel",
                          "O sistema está indisponível. Tente de novo em "
                          "instantes.",
                          1);
        return KORE_RESULT_OK;
    }
    p->fase = WS_BANCO;
    http_request_sleep(req);
    return KORE_RESULT_RETRY;
}

/* Is the session alive? */
static void
ws_banco(void *arg, const PgResposta *r)
{
    WsPedido *p = arg;
    struct http_request *req = p->req;

    p->fase = WS_FIM;
    http_request_wakeup(req);
    /* A connection on its way out never calls ws_saiu() again. */
    if (req->owner == NULL || req->owner->state == CONN_STATE_DISCONNECTING)
        return;
    if (!r->ok || r->nlinhas != 1 || r->ncampos < 3 || r->campos[0] == NULL ||
        r->campos[1] == NULL)
        api_falha_banco(req, r->ok ? "XX000" : r->sqlstate, false);
    else if (p->alheia || strcmp(r->campos[0], "200") != 0)
    {
        if (p->sessao.meio == MEIO_COOKIE && strcmp(r->campos[0], "401") == 0)
            sessao_http_limpar(req);
        resposta_json(req, atoi(r->campos[0]), r->campos[1],
                      (size_t)r->tamanhos[1]);
    }
    /* Others may have been opened while the database was asked. */
    else if (do_usuario(p->sessao.dados.sub) >= POR_USUARIO_MAX)
        conexoes_demais(req);
    else
        ws_abrir(p, r->campos[2], r->tamanhos[2]);
}

static void
conexoes_demais(struct http_request *req)
{
    resposta_problema(req, 429, "conexoes_demais",
                      "Há conexões demais abertas com este usuário.", 30);
}

/* The session lives: 101. papel is the database's word, not the token's. */
static void
ws_abrir(WsPedido *p, const char *extra, int n)
{
    const JwtDados *d = &p->sessao.dados;
    const char *papel = d->papel;
    json_t *o = extra != NULL ? json_loadb(extra, (size_t)n, 0, NULL) : NULL;
    const char *atual = json_string_value(json_object_get(o, "papel"));
    WsConexao *w = kore_calloc(1, sizeof *w);

    if (atual != NULL)
        papel = atual;
    w->usuario_id = d->sub;
    w->ve_tudo =
        strcmp(papel, "administrador") == 0 || strcmp(papel, "gerente") == 0;
    memcpy(w->sid, d->sid, sizeof w->sid);
    w->fim = d->exp;
    json_decref(o);

    nascendo = w;
    resposta_websocket(p->req, "ws_conectou", "ws_saiu");
    kore_free(nascendo); /* still there when Kore refused the handshake */
    nascendo = NULL;
}

/* ---- Kore's callbacks ---- */

void
ws_conectou(struct connection *c)
{
    WsConexao *w = nascendo;

    nascendo = NULL;
    if (w == NULL)
        return;
    w->c = c;
    w->ouvido = kore_time_ms();
    /* ws_quadro.c reads the frames, not Kore. */
    c->rnb->flags |= NETBUF_CALL_CB_ALWAYS;
    net_recv_reset(c, LEITURA_BYTES, ws_chegou);
    guarda_definir_extra(c, w);
    TAILQ_INSERT_TAIL(&conexoes, w, lista);
    nconexoes++;
    metrica_medir(G_WS_CONEXOES, nconexoes);
    ws_enviar(w, "\"tipo\":\"ola\",\"dados\":{}}");
}

void
ws_saiu(struct connection *c)
{
    WsConexao *w = guarda_extra(c);

    if (w == NULL)
        return;
    guarda_definir_extra(c, NULL);
    TAILQ_REMOVE(&conexoes, w, lista);
    kore_free(w);
    nconexoes--;
    metrica_medir(G_WS_CONEXOES, nconexoes);
}

/* ---- for the rest of the application ---- */

/* Every 500 ms: ends of tokens, pings, silent peers. */
void
ws_tique(void)
{
    static uint64_t proximo_ping, proxima_conta;
    uint64_t agora = kore_time_ms();
    int64_t relogio = (int64_t)time(NULL);
    bool pingar = agora >= proximo_ping;
    WsConexao *w, *seguinte;

    if (agora >= proxima_conta)
    {
        proxima_conta = agora + USUARIOS_MS;
        ws_contar_usuarios();
    }
    if (pingar)
        proximo_ping = agora + PING_MS;
    for (w = TAILQ_FIRST(&conexoes); w != NULL; w = seguinte)
    {
        seguinte = TAILQ_NEXT(w, lista);
        if (relogio >= w->fim)
            ws_fechar(w, WS_FECHO_POLITICA);
        else if (pingar && agora - w->ouvido > SILENCIO_MS)
            ws_fechar(w, WS_FECHO_NORMAL);
        else if (pingar && fila_cheia(w->c))
        {
            metrica_somar(M_WS_DESCARTADAS, 1);
            ws_fechar(w, WS_FECHO_CHEIO);
        }
        else if (pingar)
            kore_websocket_send(w->c, WEBSOCKET_OP_PING, NULL, 0);
    }
}

/* The server stops: the browsers go to another one or come back. */
void
ws_drenar(void)
{
    WsConexao *w, *seguinte;

    drenando = true;
    for (w = TAILQ_FIRST(&conexoes); w != NULL; w = seguinte)
    {
        seguinte = TAILQ_NEXT(w, lista);
        ws_fechar(w, WS_FECHO_SAINDO);
    }
}

void
ws_cada_sessao(void (*fn)(void *arg, const char *sid), void *arg)
{
    const WsConexao *w;

    TAILQ_FOREACH(w, &conexoes, lista)
        fn(arg, w->sid);
}

void
ws_encerrar_sessao(const char *sid)
{
    WsConexao *w, *seguinte;

    for (w = TAILQ_FIRST(&conexoes); w != NULL; w = seguinte)
    {
        struct connection *c = w->c;

        seguinte = TAILQ_NEXT(w, lista);
        if (strcmp(w->sid, sid) != 0)
            continue;
        ws_enviar(w, "\"tipo\":\"sessao_encerrada\",\"dados\":{}}");
        if (guarda_extra(c) == w) /* not closed for its full queue */
            ws_fechar(w, WS_FECHO_POLITICA);
    }
}

void
ws_entregar(const char *tipo, const char *dados, WsAlcance alcance,
            const int64_t *para, size_t n)
{
    struct kore_buf *b = kore_buf_alloc(256);
    WsConexao *w, *seguinte;

    kore_buf_appendf(b, "\"tipo\":\"%s\",\"dados\":%s}", tipo, dados);
    for (w = TAILQ_FIRST(&conexoes); w != NULL; w = seguinte)
    {
        bool ve = alcance == WS_TODOS || (alcance == WS_PARA && w->ve_tudo);

        seguinte = TAILQ_NEXT(w, lista);
        if (alcance == WS_CONTINUA && w->ve_tudo)
            continue; /* it has had it */
        for (size_t i = 0; i < n && !ve; i++)
            ve = para[i] == w->usuario_id;
        if (ve)
            ws_enviar(w, kore_buf_stringify(b, NULL));
    }
    kore_buf_free(b);
}

/* ---- one socket ---- */

static int
do_usuario(int64_t usuario_id)
{
    const WsConexao *w;
    int n = 0;

    TAILQ_FOREACH(w, &conexoes, lista)
        n += w->usuario_id == usuario_id;
    return n;
}

/* resto: the message behind its number. A slow reader is disconnected. */
static void
ws_enviar(WsConexao *w, const char *resto)
{
    char numero[32];
    size_t n, m = strlen(resto);
    char *texto;

    if (fila_cheia(w->c))
    {
        metrica_somar(M_WS_DESCARTADAS, 1);
        ws_fechar(w, WS_FECHO_CHEIO);
        return;
    }
    n = (size_t)snprintf(numero, sizeof numero, "{\"seq\":%llu,",
                         (unsigned long long)++w->seq);
    texto = kore_malloc(n + m);
    memcpy(texto, numero, n);
    memcpy(texto + n, resto, m);
    kore_websocket_send(w->c, WEBSOCKET_OP_TEXT, texto, n + m);
    kore_free(texto);
    metrica_somar(M_WS_ENVIADAS, 1);
}

/* Kore's send queues have no limit of their own. */
static bool
fila_cheia(const struct connection *c)
{
    const struct netbuf *nb;
    size_t n = 0, bytes = 0;

    TAILQ_FOREACH(nb, &c->send_queue, list)
    {
        bytes += nb->b_len - nb->s_off;
        if (++n > FILA_MAX || bytes > FILA_BYTES_MAX)
            return true;
    }
    return false;
}

/* Who does not read is not told. w is gone afterwards. */
static void
ws_fechar(WsConexao *w, uint16_t codigo)
{
    struct connection *c = w->c;
    uint8_t corpo[2] = {(uint8_t)(codigo >> 8), (uint8_t)codigo};

    ws_saiu(c);
    c->flags |= CONN_WS_CLOSE_SENT; /* Kore sends no second one */
    if (fila_cheia(c))
    {
        kore_connection_disconnect(c);
        return;
    }
    kore_websocket_send(c, WEBSOCKET_OP_CLOSE, corpo, sizeof corpo);
    guarda_encerrar(c);
}

/* ---- what comes from the browser ---- */

/* RFC 6455 §4.2.1; Kore looks at less. */
static bool
pedido_websocket(struct http_request *req)
{
    const char *versao = pedido_cabecalho(req, "sec-websocket-version");
    const char *chave = pedido_cabecalho(req, "sec-websocket-key");

    return (req->flags & HTTP_VERSION_1_0) == 0 && versao != NULL &&
           strcmp(versao, "13") == 0 && chave != NULL &&
           strlen(chave) == CHAVE_N &&
           strspn(chave, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                         "0123456789+/") == CHAVE_N - 2 &&
           strcmp(chave + CHAVE_N - 2, "==") == 0 &&
           lista_contem(pedido_cabecalho(req, "connection"), "upgrade");
}

/* Kore's callback for each read. */
static int
ws_chegou(struct netbuf *nb)
{
    struct connection *c = nb->owner;
    WsConexao *w = guarda_extra(c);
    size_t n = nb->s_off, i = 0, usados;

    nb->s_off = 0;
    if (w == NULL)
        return KORE_RESULT_OK;
    w->ouvido = kore_time_ms();
    while (i < n)
    {
        WsAviso aviso = ws_quadro_ler(&w->leitor, nb->buf + i, n - i, &usados);

        i += usados;
        if (!ws_aviso(w, aviso))
            break;
    }
    return KORE_RESULT_OK;
}

/* False: w is gone. */
static bool
ws_aviso(WsConexao *w, WsAviso aviso)
{
    const WsLeitor *l = &w->leitor;
    uint64_t minuto = kore_time_ms() / 60000;

    if (aviso == WS_AVISO_MAIS)
        return true;
    if (minuto != w->minuto)
    {
        w->minuto = minuto;
        w->quadros = 0;
        w->mensagens = 0;
    }
    if (aviso == WS_AVISO_FECHAR)
        ws_fechar(w, l->codigo);
    else if (++w->quadros > QUADROS_MINUTO)
        ws_fechar(w, WS_FECHO_POLITICA);
    else if (aviso == WS_AVISO_MENSAGEM &&
             (++w->mensagens > MENSAGENS_MINUTO ||
              !mensagem_aceita(l->mensagem, l->mensagem_n)))
        ws_fechar(w, WS_FECHO_POLITICA);
    else if (aviso == WS_AVISO_PING && fila_cheia(w->c))
    {
        metrica_somar(M_WS_DESCARTADAS, 1);
        ws_fechar(w, WS_FECHO_CHEIO);
    }
    else
    {
        if (aviso == WS_AVISO_PING)
            kore_websocket_send(w->c, WEBSOCKET_OP_PONG, l->controle,
                                l->controle_n);
        return true;
    }
    return false;
}

/* {"tipo":"presenca"} is all a browser has to say. */
static bool
mensagem_aceita(const void *dados, size_t n)
{
    json_t *o = json_loadb(dados, n, JSON_REJECT_DUPLICATES, NULL);
    const char *tipo = json_string_value(json_object_get(o, "tipo"));
    bool ok = tipo != NULL && strcmp(tipo, "presenca") == 0;

    json_decref(o);
    return ok;
}

static int
comparar(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

/* Distinct users of this worker, for the metric. */
static void
ws_contar_usuarios(void)
{
    int64_t *ids = kore_calloc((size_t)nconexoes + 1, sizeof *ids);
    const WsConexao *w;
    int n = 0, distintos = 0;

    TAILQ_FOREACH(w, &conexoes, lista)
        ids[n++] = w->usuario_id;
    qsort(ids, (size_t)n, sizeof *ids, comparar);
    for (int i = 0; i < n; i++)
        distintos += i == 0 || ids[i] != ids[i - 1];
    kore_free(ids);
    metrica_medir(G_USUARIOS, distintos);
}
