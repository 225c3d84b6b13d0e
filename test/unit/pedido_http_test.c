/*
 * server/src/pedido_http.c: the parts of a head that the guard let pass. I-11.
 */
#include "../../server/src/pedido_http.h"

#include "tap.h"

#include <stdlib.h>
#include <string.h>

/* An exact copy, so that a sanitizer sees any byte touched behind it. */
static char *copia;

static bool
ler(const char *s, PedidoHttp *p)
{
    free(copia);
    copia = malloc(strlen(s));
    memcpy(copia, s, strlen(s));
    return pedido_http_ler(copia, strlen(s), p);
}

int
main(void)
{
    static const char *const recusados[] = {
        "",
        "\r\n\r\n",
        "GET /api/x\r\nHost: a\r\n\r\n",
        "GET /api/x HTTP/1.1\r\nHost: a\r\n",
        "GET /api/x HTTP/1.1\r\nX: a\r\n\r\n",
        "GET /api/x HTTP/1.1\r\nHost: a\r\nsem nome\r\n\r\n",
        "GET /api/x HTTP/1.1\r\nHost: a\r\nX:  \r\n\r\n"};
    char muitos[4096] = "GET / HTTP/1.1\r\nHost: a\r\n";
    PedidoHttp p;

    CONFERE(ler("GET /api/x?q=a?b&c HTTP/1.0\r\nAccept:  */*\r\nhOST: a:1\r\n"
                "Cookie: a=b: c \r\n\r\n",
                &p) &&
                strcmp(p.metodo, "GET") == 0 && strcmp(p.caminho, "/api/x") == 0 &&
                strcmp(p.consulta, "q=a?b&c") == 0 &&
                strcmp(p.versao, "HTTP/1.0") == 0 && strcmp(p.host, "a:1") == 0,
            "request line and host");
    CONFERE(p.n == 2 && strcmp(p.campos[0].nome, "Accept") == 0 &&
                strcmp(p.campos[0].valor, "*/*") == 0 &&
                strcmp(p.campos[1].nome, "Cookie") == 0 &&
                strcmp(p.campos[1].valor, "a=b: c ") == 0,
            "headers in their order, without the blanks before a value");
    CONFERE(ler("HEAD /api/ HTTP/1.1\r\nHost: a\r\n\r\n", &p) && p.n == 0 &&
                p.consulta == NULL && strcmp(p.metodo, "HEAD") == 0,
            "neither query nor headers");
    CONFERE(ler("GET /api/? HTTP/1.1\r\nHost: a\r\n\r\n", &p) &&
                p.consulta != NULL && p.consulta[0] == '\0',
            "an empty query");
    for (size_t i = 0; i < sizeof(recusados) / sizeof(recusados[0]); i++)
        CONFERE(!ler(recusados[i], &p), "no head: %zu", i);

    for (int i = 0; i < GUARDA_CABECALHOS_MAX; i++)
        strcat(muitos, "X: 1\r\n");
    CONFERE(ler(strcat(muitos, "\r\n"), &p) && p.n == GUARDA_CABECALHOS_MAX,
            "as many headers as pass, and the host");
    muitos[strlen(muitos) - 2] = '\0';
    CONFERE(!ler(strcat(muitos, "X: 1\r\n\r\n"), &p), "one more");
    free(copia);
    return tap_fim();
}
