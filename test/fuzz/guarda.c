/*
 * Any bytes as a request head: what passes means the same to a lenient parser
 * (Kore's), more bytes never change what was said, and all of it is found again
 * in the parts that pedido_http.c makes of it. -DDEFEITO_PLANTADO lets
 * Transfer-Encoding pass.
 */
#include "alvo.h"
#include "../../server/src/guarda_http.h"
#include "../../server/src/pedido_http.h"

#include <strings.h>

enum
{
    CABECA = 512,
    CORPO = 1000
};

static void
exigir(int condicao)
{
    if (!condicao)
        abort();
}

/* Lines that begin with a name, as a parser that does not look closely counts. */
static int
contar(const char *s, const char *nome)
{
    int n = 0;

    for (const char *p = strpbrk(s, "\r\n"); p != NULL;
         p = strpbrk(p + 1, "\r\n"))
        n += strncasecmp(p + 1, nome, strlen(nome)) == 0;
    return n;
}

static void
conferir(const char *dados, const GuardaCabeca *c)
{
    char s[CABECA + 1];
    const char *metodo_com_corpo[] = {"POST ", "PUT ", "PATCH "};
    int com_corpo = 0;
    unsigned long long tamanho = 0;
    const char *p;

    exigir(c->tamanho >= 4 && c->tamanho <= CABECA);
    memcpy(s, dados, c->tamanho);
    s[c->tamanho] = '\0';
    exigir(strlen(s) == c->tamanho);
    p = strstr(s, "\r\n\r\n");
    exigir(p != NULL && p == s + c->tamanho - 4 && strstr(s, "\n\n") == NULL);
    for (size_t i = 0; i < c->tamanho; i++)
    {
        if (s[i] == '\r')
            exigir(s[i + 1] == '\n');
        if (s[i] == '\n')
            exigir(i > 0 && s[i - 1] == '\r');
        exigir((unsigned char) s[i] < 0x80);
    }
    exigir(contar(s, "host") == 1);
    exigir(contar(s, "transfer-encoding:") == 0);
    exigir(contar(s, "content-length:") <= 1);
    p = strcasestr(s, "\ncontent-length:");
    if (p != NULL)
        tamanho = strtoull(p + 16, NULL, 10);
    exigir(c->corpo == tamanho && tamanho <= CORPO);
    for (int i = 0; i < 3; i++)
        com_corpo |= strncmp(s, metodo_com_corpo[i],
                             strlen(metodo_com_corpo[i])) == 0;
    exigir(com_corpo ? p != NULL : c->corpo == 0);
    exigir(c->host + c->host_n <= c->tamanho && c->host_n > 0);
}

/* s begins with the text; returns what is behind it. */
static const char *
depois(const char *s, const char *texto)
{
    exigir(texto != NULL && strncmp(s, texto, strlen(texto)) == 0);
    return s + strlen(texto);
}

/* The parts, written one behind the other, are the head. */
static void
partes_conferir(const char *cabeca, const GuardaCabeca *c)
{
    char *copia = malloc(c->tamanho);
    const char *s = cabeca;
    bool host = false;
    PedidoHttp p;
    int i = 0;

    memcpy(copia, cabeca, c->tamanho);
    exigir(pedido_http_ler(copia, c->tamanho, &p));
    exigir(p.n == c->cabecalhos - 1);
    s = depois(depois(s, p.metodo), " ");
    s = depois(s, p.caminho);
    if (p.consulta != NULL)
        s = depois(depois(s, "?"), p.consulta);
    s = depois(depois(depois(s, " "), p.versao), "\r\n");
    while (s < cabeca + c->tamanho - 2)
    {
        bool este = !host && strncasecmp(s, "host:", 5) == 0;

        host = host || este;
        exigir(este || i < p.n);
        s = este ? s + 5 : depois(depois(s, p.campos[i].nome), ":");
        s += strspn(s, " ");
        s = depois(depois(s, este ? p.host : p.campos[i++].valor), "\r\n");
    }
    exigir(host && i == p.n && s == cabeca + c->tamanho - 2);
    free(copia);
}

int
LLVMFuzzerTestOneInput(const uint8_t *dados, size_t n)
{
    GuardaCabeca inteira;
    GuardaEstado fim;

    if (n > 2 * CABECA)
        return 0;
    fim = guarda_http_analisar((const char *) dados, n, CABECA, CORPO, &inteira);
    if (fim == GUARDA_COMPLETA)
        conferir((const char *) dados, &inteira);
    if (fim == GUARDA_COMPLETA)
    {
        /* Leaving lines out keeps the meaning and what comes behind. */
        char *copia = malloc(n);
        GuardaCabeca menor = inteira;
        GuardaCabeca outra;
        size_t m;

        memcpy(copia, dados, n);
        m = guarda_http_reduzir(copia, n, &menor);
        exigir(guarda_http_analisar(copia, m, CABECA, CORPO, &outra) ==
               GUARDA_COMPLETA);
        exigir(outra.corpo == inteira.corpo && outra.tamanho == menor.tamanho &&
               outra.cabecalhos == menor.cabecalhos &&
               outra.cabecalhos <= GUARDA_CABECALHOS_MAX &&
               outra.host == menor.host && outra.host_n == inteira.host_n);
        exigir(m - menor.tamanho == n - inteira.tamanho &&
               memcmp(copia + menor.tamanho, dados + inteira.tamanho,
                      m - menor.tamanho) == 0);
        partes_conferir(copia, &menor);
        free(copia);
    }
    if (fim == GUARDA_RECUSADA)
        exigir(inteira.status >= 400 && inteira.codigo != NULL);
    if (fim == GUARDA_INCOMPLETA)
        exigir(n < CABECA);

    for (size_t k = 0; k < n; k++)
    {
        char *parte = malloc(k > 0 ? k : 1);
        GuardaCabeca c;
        GuardaEstado e;

        memcpy(parte, dados, k);
        e = guarda_http_analisar(parte, k, CABECA, CORPO, &c);
        free(parte);
        if (e == GUARDA_RECUSADA)
            exigir(fim == GUARDA_RECUSADA);
        if (e == GUARDA_COMPLETA)
            exigir(fim == GUARDA_COMPLETA && c.tamanho == inteira.tamanho &&
                   c.corpo == inteira.corpo && k >= c.tamanho);
    }
    return 0;
}
