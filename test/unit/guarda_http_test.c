/*
 * server/src/guarda_http.c: which heads pass and with which length. I-11.
 */
#include "../../server/src/guarda_http.h"
#include "tap.h"

#include <stdlib.h>

enum
{
    CABECA = 8192,
    CORPO = 1000
};

#define H "Host: a\r\n"
#define FIM "\r\n"

/* clang-format off */
static const struct
{
    const char *nome;
    const char *texto;
    size_t n;               /* 0 = strlen */
    GuardaEstado estado;
    int status;             /* refused */
    size_t corpo;           /* complete */
} casos[] = {
    {"plain GET", "GET / HTTP/1.1\r\n" H FIM, 0, GUARDA_COMPLETA, 0, 0},
    {"HTTP/1.0", "GET / HTTP/1.0\r\n" H FIM, 0, GUARDA_COMPLETA, 0, 0},
    {"HEAD, OPTIONS, DELETE need no length", "DELETE /x HTTP/1.1\r\n" H FIM, 0, GUARDA_COMPLETA, 0, 0},
    {"length 0 on GET", "GET / HTTP/1.1\r\n" H "Content-Length: 0\r\n" FIM, 0, GUARDA_COMPLETA, 0, 0},
    {"POST with length", "POST /x HTTP/1.1\r\n" H "Content-Length: 12\r\n" FIM "xx", 0, GUARDA_COMPLETA, 0, 12},
    {"length at the limit", "PUT /x HTTP/1.1\r\n" H "content-length:1000\r\n" FIM, 0, GUARDA_COMPLETA, 0, 1000},
    {"no space after colon", "GET / HTTP/1.1\r\nHost:a\r\n" FIM, 0, GUARDA_COMPLETA, 0, 0},
    {"Host with port", "GET / HTTP/1.1\r\nHost: a.b-c_d:8443\r\n" FIM, 0, GUARDA_COMPLETA, 0, 0},
    {"next request behind it", "GET / HTTP/1.1\r\n" H FIM "GARBAGE", 0, GUARDA_COMPLETA, 0, 0},

    {"nothing yet", "", 0, GUARDA_INCOMPLETA, 0, 0},
    {"half a method", "GE", 0, GUARDA_INCOMPLETA, 0, 0},
    {"half a line end", "GET / HTTP/1.1\r", 0, GUARDA_INCOMPLETA, 0, 0},
    {"no empty line", "GET / HTTP/1.1\r\n" H, 0, GUARDA_INCOMPLETA, 0, 0},
    {"half an empty line", "GET / HTTP/1.1\r\n" H "\r", 0, GUARDA_INCOMPLETA, 0, 0},

    {"TRACE", "TRACE / HTTP/1.1\r\n", 0, GUARDA_RECUSADA, 405, 0},
    {"CONNECT", "CONNECT a:1 HTTP/1.1\r\n", 0, GUARDA_RECUSADA, 405, 0},
    {"unknown verb before its line is complete", "BREW /", 0, GUARDA_RECUSADA, 405, 0},
    {"lower case verb", "get / HTTP/1.1\r\n", 0, GUARDA_RECUSADA, 405, 0},
    {"HTTP/0.9", "GET /\r\n", 0, GUARDA_RECUSADA, 400, 0},
    {"HTTP/2.0", "GET / HTTP/2.0\r\n", 0, GUARDA_RECUSADA, 505, 0},
    {"DELETE of HTTP/1.0", "DELETE / HTTP/1.0\r\n", 0, GUARDA_RECUSADA, 505, 0},
    {"HTTP/1.2", "GET / HTTP/1.2\r\n", 0, GUARDA_RECUSADA, 505, 0},
    {"lower case version", "GET / http/1.1\r\n", 0, GUARDA_RECUSADA, 400, 0},
    {"version with a tail", "GET / HTTP/1.1x\r\n", 0, GUARDA_RECUSADA, 400, 0},
    {"two spaces", "GET  / HTTP/1.1\r\n", 0, GUARDA_RECUSADA, 400, 0},
    {"a fourth word", "GET / HTTP/1.1 x\r\n", 0, GUARDA_RECUSADA, 400, 0},
    {"empty first line", "\r\nGET / HTTP/1.1\r\n", 0, GUARDA_RECUSADA, 400, 0},
    {"space first", " GET / HTTP/1.1\r\n", 0, GUARDA_RECUSADA, 400, 0},
    {"absolute target", "GET http://a/ HTTP/1.1\r\n", 0, GUARDA_RECUSADA, 400, 0},
    {"asterisk", "OPTIONS * HTTP/1.1\r\n", 0, GUARDA_RECUSADA, 400, 0},
    {"fragment", "GET /a#b HTTP/1.1\r\n", 0, GUARDA_RECUSADA, 400, 0},
    {"8 bit target", "GET /\xc3\xa9 HTTP/1.1\r\n", 0, GUARDA_RECUSADA, 400, 0},
    {"TLS hello", "\x16\x03\x01\x02\x00\x01", 6, GUARDA_RECUSADA, 400, 0},
    {"bare LF", "GET / HTTP/1.1\n", 0, GUARDA_RECUSADA, 400, 0},
    {"bare LF after a header", "GET / HTTP/1.1\r\nHost: a\n\r\n", 0, GUARDA_RECUSADA, 400, 0},
    {"bare CR in a value", "GET / HTTP/1.1\r\n" H "A: b\rC: d\r\n" FIM, 0, GUARDA_RECUSADA, 400, 0},
    {"CR CR LF", "GET / HTTP/1.1\r\r\n", 0, GUARDA_RECUSADA, 400, 0},
    {"NUL in a value", "GET / HTTP/1.1\r\nA: \0\r\n", 22, GUARDA_RECUSADA, 400, 0},
    {"tab in a value", "GET / HTTP/1.1\r\nA: a\tb\r\n", 0, GUARDA_RECUSADA, 400, 0},
    {"empty value", "GET / HTTP/1.1\r\n" H "A:\r\n" FIM, 0, GUARDA_RECUSADA, 400, 0},
    {"folded line", "GET / HTTP/1.1\r\n" H "A: b\r\n c\r\n" FIM, 0, GUARDA_RECUSADA, 400, 0},
    {"space before colon", "GET / HTTP/1.1\r\nHost : a\r\n" FIM, 0, GUARDA_RECUSADA, 400, 0},
    {"no colon", "GET / HTTP/1.1\r\nHost\r\n" FIM, 0, GUARDA_RECUSADA, 400, 0},
    {"no name", "GET / HTTP/1.1\r\n: a\r\n" FIM, 0, GUARDA_RECUSADA, 400, 0},
    {"no Host", "GET / HTTP/1.1\r\nA: b\r\n" FIM, 0, GUARDA_RECUSADA, 400, 0},
    {"two Hosts", "GET / HTTP/1.1\r\n" H "hOST: b\r\n" FIM, 0, GUARDA_RECUSADA, 400, 0},
    {"a name that Kore takes for Host", "GET / HTTP/1.1\r\n" H "Hostile: b\r\n" FIM, 0, GUARDA_RECUSADA, 400, 0},
    {"Host with a path", "GET / HTTP/1.1\r\nHost: a/b\r\n" FIM, 0, GUARDA_RECUSADA, 400, 0},
    {"two lengths, equal", "POST / HTTP/1.1\r\n" H "Content-Length: 1\r\nContent-Length: 1\r\n" FIM, 0, GUARDA_RECUSADA, 400, 0},
    {"list of lengths", "POST / HTTP/1.1\r\n" H "Content-Length: 1, 1\r\n" FIM, 0, GUARDA_RECUSADA, 400, 0},
    {"signed length", "POST / HTTP/1.1\r\n" H "Content-Length: +1\r\n" FIM, 0, GUARDA_RECUSADA, 400, 0},
    {"negative length", "POST / HTTP/1.1\r\n" H "Content-Length: -1\r\n" FIM, 0, GUARDA_RECUSADA, 400, 0},
    {"hexadecimal length", "POST / HTTP/1.1\r\n" H "Content-Length: 0x1\r\n" FIM, 0, GUARDA_RECUSADA, 400, 0},
    {"leading zero", "POST / HTTP/1.1\r\n" H "Content-Length: 01\r\n" FIM, 0, GUARDA_RECUSADA, 400, 0},
    {"length with a tail", "POST / HTTP/1.1\r\n" H "Content-Length: 1 \r\n" FIM, 0, GUARDA_RECUSADA, 400, 0},
    {"no length", "POST / HTTP/1.1\r\n" H FIM, 0, GUARDA_RECUSADA, 411, 0},
    {"chunked", "POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n" FIM, 0, GUARDA_RECUSADA, 411, 0},
    {"chunked GET", "GET / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n" FIM, 0, GUARDA_RECUSADA, 411, 0},
    {"chunked and length", "POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\nContent-Length: 1\r\n" FIM, 0, GUARDA_RECUSADA, 400, 0},
    {"body on GET", "GET / HTTP/1.1\r\n" H "Content-Length: 1\r\n" FIM, 0, GUARDA_RECUSADA, 400, 0},
    {"body on DELETE", "DELETE / HTTP/1.1\r\n" H "Content-Length: 1\r\n" FIM, 0, GUARDA_RECUSADA, 400, 0},
    {"body over the limit", "POST / HTTP/1.1\r\n" H "Content-Length: 1001\r\n" FIM, 0, GUARDA_RECUSADA, 413, 0},
    {"length over 64 bits", "POST / HTTP/1.1\r\n" H "Content-Length: 99999999999999999999999999\r\n" FIM, 0, GUARDA_RECUSADA, 413, 0},
    {"other expectation", "POST / HTTP/1.1\r\n" H "Expect: x\r\n" FIM, 0, GUARDA_RECUSADA, 417, 0},
};
/* clang-format on */

static GuardaEstado
analisar(const char *s, size_t n, GuardaCabeca *c)
{
    /* An exact copy, so that a sanitizer sees any byte read behind it. */
    char *copia = malloc(n > 0 ? n : 1);
    GuardaEstado e;

    memcpy(copia, s, n);
    e = guarda_http_analisar(copia, n, CABECA, CORPO, c);
    free(copia);
    return e;
}

static void
cabecalhos(int n, GuardaEstado esperado)
{
    char s[4096] = "GET / HTTP/1.1\r\nHost: a\r\n";
    GuardaCabeca c;
    GuardaEstado e;

    for (int i = 1; i < n; i++)
        strcat(s, "X: 1\r\n");
    strcat(s, "\r\n");
    e = analisar(s, strlen(s), &c);
    CONFERE(e == esperado && (e == GUARDA_COMPLETA || c.status == 431),
            "%d headers", n);
}

/* A browser behind a proxy sends more than Kore keeps. */
static void
navegador(void)
{
    char s[4096] = "GET / HTTP/1.1\r\nSec-CH-UA: \"x\"\r\nHost: a.b\r\n"
                   "sec-fetch-mode: x\r\nPragma: no-cache\r\n"
                   "Cache-Control: no-cache\r\n";
    GuardaCabeca c;
    GuardaCabeca depois;
    size_t n;

    for (int i = 2; i <= GUARDA_CABECALHOS_MAX; i++)
        strcat(s, i == 2 ? "Cookie: c=1\r\n" : "X: 1\r\n");
    strcat(s, "DNT: 1\r\n\r\nGET /seguinte");
    n = strlen(s);
    CONFERE(analisar(s, n, &c) == GUARDA_COMPLETA &&
                c.cabecalhos == GUARDA_CABECALHOS_MAX + 5,
            "%d headers, %d of them of use", c.cabecalhos,
            GUARDA_CABECALHOS_MAX);
    n = guarda_http_reduzir(s, n, &c);
    s[n] = '\0';
    CONFERE(analisar(s, n, &depois) == GUARDA_COMPLETA &&
                depois.tamanho == c.tamanho &&
                depois.cabecalhos == GUARDA_CABECALHOS_MAX &&
                c.cabecalhos == GUARDA_CABECALHOS_MAX &&
                depois.host == c.host && strncmp(s + c.host, "a.b\r", 4) == 0,
            "left out: what nobody reads");
    CONFERE(strstr(s, "Cookie: c=1\r\n") != NULL && strstr(s, "DNT") == NULL &&
                strcmp(s + c.tamanho, "GET /seguinte") == 0,
            "kept: the cookie and the next request");

    strcpy(s, "GET / HTTP/1.1\r\nHost: a\r\n");
    for (int i = 0; i < GUARDA_LINHAS_MAX; i++)
        strcat(s, "DNT: 1\r\n");
    strcat(s, "\r\n");
    CONFERE(analisar(s, strlen(s), &c) == GUARDA_RECUSADA && c.status == 431,
            "of these too there is an end");
}

int
main(void)
{
    static const char espera[] = "POST / HTTP/1.1\r\nHost: a\r\n"
                                 "Expect: 100-continue\r\n"
                                 "Content-Length: 1\r\n\r\n";
    static const char host[] = "GET / HTTP/1.1\r\nA: b\r\nHost: www.x:80\r\n\r\n";
    char *s = malloc(3 * CABECA);
    GuardaCabeca c;

    for (size_t i = 0; i < sizeof(casos) / sizeof(casos[0]); i++)
    {
        size_t n = casos[i].n > 0 ? casos[i].n : strlen(casos[i].texto);
        GuardaEstado e = analisar(casos[i].texto, n, &c);
        const char *fim = strstr(casos[i].texto, "\r\n\r\n");

        CONFERE(e == casos[i].estado && c.status == casos[i].status,
                "%s (status %d)", casos[i].nome, c.status);
        if (e == GUARDA_COMPLETA)
            CONFERE(c.corpo == casos[i].corpo &&
                        c.tamanho == (size_t) (fim - casos[i].texto) + 4,
                    "%s: lengths", casos[i].nome);
        /* Byte by byte: never complete before the last byte of the head. */
        for (size_t k = 0; k < n && e == GUARDA_COMPLETA && k < c.tamanho; k++)
        {
            GuardaCabeca parte;

            if (analisar(casos[i].texto, k, &parte) != GUARDA_INCOMPLETA)
                CONFERE(0, "%s: %zu bytes", casos[i].nome, k);
        }
    }

    navegador();
    cabecalhos(GUARDA_CABECALHOS_MAX, GUARDA_COMPLETA);
    cabecalhos(GUARDA_CABECALHOS_MAX + 1, GUARDA_RECUSADA);

    strcpy(s, "GET / HTTP/1.1\r\nHost: a\r\nX: ");
    memset(s + strlen(s), 'a', CABECA);
    CONFERE(analisar(s, CABECA, &c) == GUARDA_RECUSADA && c.status == 431,
            "a head without end is refused when the buffer is full");
    strcpy(s, "GET /");
    memset(s + 5, 'a', 2000);
    CONFERE(analisar(s, 2005, &c) == GUARDA_RECUSADA && c.status == 414,
            "a target without end is refused early");
    CONFERE(analisar(espera, strlen(espera), &c) == GUARDA_COMPLETA &&
                c.continuar,
            "100-continue is seen");
    CONFERE(analisar(host, strlen(host), &c) == GUARDA_COMPLETA &&
                c.host == 28 && c.host_n == 8,
            "the Host value is found");
    free(s);
    return tap_fim();
}
