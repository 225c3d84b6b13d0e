/*
 * sessao_http.c: the token in the cookie __Host-crm or in Authorization.
 *
 * The __Host- prefix makes the browser refuse the cookie unless it is Secure,
 * has Path=/ and no Domain, so neither a sister host nor plain HTTP can set it.
 * It is Secure on the plain listener too: that one serves a proxy that speaks
 * TLS to the browser.
 */
#include "sessao_http.h"

#include "cookie.h"
#include "pedido.h"
#include "resposta.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#define COOKIE_NOME "__Host-crm"
#define COOKIE_ATRIBUTOS "Path=/; Secure; HttpOnly; SameSite=Strict"

/*
 * A bearer token wins over the cookie: a program chose to send it, the cookie
 * comes by itself. Other schemes of Authorization belong to a proxy in front
 * and say nothing here.
 */
void
sessao_http_ler(struct http_request *req, SessaoHttp *s)
{
    const char *autorizacao = pedido_cabecalho(req, "authorization");
    const char *cookies, *token = NULL;
    size_t n = 0;

    memset(s, 0, sizeof *s);
    if (autorizacao != NULL && strncasecmp(autorizacao, "bearer", 6) == 0 &&
        (autorizacao[6] == ' ' || autorizacao[6] == '\0'))
    {
        s->meio = MEIO_PORTADOR;
        token = autorizacao + 6 + strspn(autorizacao + 6, " ");
        n = strlen(token);
    }
    else if ((cookies = pedido_cabecalho(req, "cookie")) != NULL)
    {
        CookieEstado c = cookie_ler(cookies, COOKIE_NOME, &token, &n);

        if (c == COOKIE_AUSENTE)
            return;
        s->meio = MEIO_COOKIE;
        if (c == COOKIE_INVALIDO)
            n = 0;
    }
    else
        return;

    s->estado = jwt_verificar(token, n, (int64_t)time(NULL), &s->dados)
                    ? SESSAO_VALIDA
                    : SESSAO_INVALIDA;
}

/* Sets the cookie; segundos until the token ends. */
void
sessao_http_cookie(struct http_request *req, const char *token,
                   int64_t segundos)
{
    char valor[JWT_TOKEN_MAX + 128];

    snprintf(valor, sizeof valor,
             COOKIE_NOME "=%s; Max-Age=%lld; " COOKIE_ATRIBUTOS, token,
             (long long)segundos);
    resposta_cabecalho(req, "set-cookie", valor);
}

void
sessao_http_limpar(struct http_request *req)
{
    resposta_cabecalho(req, "set-cookie",
                       COOKIE_NOME "=; Max-Age=0; " COOKIE_ATRIBUTOS);
}
