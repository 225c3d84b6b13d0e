/*
 * guarda_http.c: strict reading of the head of an HTTP/1 request.
 *
 * Pure: no Kore here, so that unit tests and the fuzzer run it alone. What it
 * lets pass must mean the same to Kore's parser, which is lenient: Kore takes
 * any header that begins with "host" for Host, ends lines at a bare CR or LF,
 * takes the first of two Content-Lengths and ignores bodies of GET and DELETE.
 */
#include "guarda_http.h"

#include <string.h>
#include <strings.h>

typedef enum Corpo
{
    CORPO_NENHUM, /* a body is refused */
    CORPO_MEDIDO  /* Content-Length is required */
} Corpo;

typedef struct Metodo
{
    const char *nome;
    Corpo corpo;
    bool http10; /* Kore takes it from HTTP/1.0, too */
} Metodo;

/* What was seen while going through the lines. */
typedef struct Leitura
{
    const char *buf;
    const Metodo *metodo;
    bool http10;
    bool tem_host;
    bool tem_tamanho;
    bool tem_codificacao;
    uint64_t corpo_max;
    GuardaCabeca *out;
} Leitura;

static const Metodo metodos[] = {
    {"GET", CORPO_NENHUM, true},      {"HEAD", CORPO_NENHUM, true},
    {"POST", CORPO_MEDIDO, true},     {"PUT", CORPO_MEDIDO, false},
    {"PATCH", CORPO_MEDIDO, false},   {"DELETE", CORPO_NENHUM, false},
    {"OPTIONS", CORPO_NENHUM, false},
};

enum
{
    METODO_NOME_MAX = 20,
    VERSAO_N = 8, /* "HTTP/1.1" */
    TAMANHO_DIGITOS_MAX = 12, /* far below what overflows 64 bits */
    HOST_MAX = 253
};

static bool pedido_analisar(Leitura *l, const char *linha, size_t n);
static bool pedido_parcial(Leitura *l, const char *linha, size_t n);
static bool cabecalho_analisar(Leitura *l, const char *linha, size_t n);
static bool cabecalho_conhecido(Leitura *l, const char *nome, size_t nome_n,
                                const char *valor, size_t valor_n);
static bool tamanho_analisar(Leitura *l, const char *valor, size_t n);
static bool host_analisar(Leitura *l, const char *valor, size_t n);
static bool cabeca_conferir(Leitura *l);
static bool recusar(GuardaCabeca *out, int status, const char *codigo,
                    const char *mensagem);
static bool malformada(Leitura *l);
static bool token(char c);
static bool dispensavel(const char *linha, size_t n);
static bool igual(const char *s, size_t n, const char *com);

GuardaEstado
guarda_http_analisar(const char *buf, size_t n, size_t cabeca_max,
                     uint64_t corpo_max, GuardaCabeca *out)
{
    Leitura l = {.buf = buf, .corpo_max = corpo_max, .out = out};
    size_t inicio = 0;
    int linhas = 0;
    int uteis = 0;

    memset(out, 0, sizeof(*out));
    for (size_t i = 0; i < n; i++)
    {
        size_t len = i - inicio;

        if (buf[i] != '\r' && buf[i] != '\n')
        {
            /* The rest is Kore's ASCII: no NUL, no other control, no 8 bit. */
            if ((unsigned char) buf[i] < ' ' || (unsigned char) buf[i] > '~')
            {
                malformada(&l);
                return GUARDA_RECUSADA;
            }
            if (i >= cabeca_max)
                break;
            continue;
        }
        if (buf[i] == '\n' || (i + 1 < n && buf[i + 1] != '\n'))
        {
            malformada(&l); /* a bare LF or CR */
            return GUARDA_RECUSADA;
        }
        if (i + 1 == n)
            break;

        if (linhas > 0 && len == 0)
        {
            out->tamanho = i + 2;
            if (out->tamanho > cabeca_max)
                break;
            return cabeca_conferir(&l) ? GUARDA_COMPLETA : GUARDA_RECUSADA;
        }
        if (linhas > 0)
        {
            out->cabecalhos++;
            uteis += !dispensavel(buf + inicio, len);
        }
        if (out->cabecalhos > GUARDA_LINHAS_MAX ||
            uteis > GUARDA_CABECALHOS_MAX)
        {
            recusar(out, 431, "cabecalhos_demais",
                    "A requisição tem cabeçalhos demais.");
            return GUARDA_RECUSADA;
        }
        if (!(linhas == 0 ? pedido_analisar(&l, buf + inicio, len)
                          : cabecalho_analisar(&l, buf + inicio, len)))
            return GUARDA_RECUSADA;
        linhas++;
        i++;
        inicio = i + 1;
    }

    if (linhas == 0 && !pedido_parcial(&l, buf, n))
        return GUARDA_RECUSADA;
    if (n >= cabeca_max)
    {
        recusar(out, 431, "cabecalhos_demais",
                "Os cabeçalhos da requisição são grandes demais.");
        return GUARDA_RECUSADA;
    }
    return GUARDA_INCOMPLETA;
}

size_t
guarda_http_reduzir(char *buf, size_t n, GuardaCabeca *c)
{
    size_t de = 0;
    size_t para = 0;
    size_t cabeca = c->tamanho;
    bool primeira = true;

    while (de < cabeca)
    {
        size_t len =
            (size_t) ((char *) memchr(buf + de, '\n', cabeca - de) - buf) + 1 -
            de;

        if (!primeira && dispensavel(buf + de, len))
        {
            c->tamanho -= len;
            c->cabecalhos--;
        }
        else
        {
            if (c->host >= de && c->host < de + len)
                c->host -= de - para;
            memmove(buf + para, buf + de, len);
            para += len;
        }
        primeira = false;
        de += len;
    }
    memmove(buf + para, buf + de, n - de);
    return n - (de - para);
}

/* METHOD SP target SP HTTP/1.x, exactly. */
static bool
pedido_analisar(Leitura *l, const char *linha, size_t n)
{
    const char *fim = linha + n;
    const char *alvo = memchr(linha, ' ', n);
    const char *versao;
    size_t alvo_n;

    if (!pedido_parcial(l, linha, n))
        return false;
    if (alvo == NULL)
        return malformada(l);
    alvo++;
    versao = memchr(alvo, ' ', (size_t) (fim - alvo));
    if (versao == NULL) /* HTTP/0.9 */
        return malformada(l);
    alvo_n = (size_t) (versao - alvo);
    versao++;

    if (alvo_n == 0 || alvo[0] != '/' || memchr(alvo, '#', alvo_n) != NULL)
        return malformada(l);
    if (fim - versao != VERSAO_N || memcmp(versao, "HTTP/", 5) != 0)
        return malformada(l);
    l->http10 = memcmp(versao, "HTTP/1.0", VERSAO_N) == 0;
    if (l->http10 ? !l->metodo->http10
                  : memcmp(versao, "HTTP/1.1", VERSAO_N) != 0)
        return recusar(l->out, 505, "versao_http", "Use HTTP/1.1.");
    return true;
}

/* What can be said of a request line that may not be complete yet. */
static bool
pedido_parcial(Leitura *l, const char *linha, size_t n)
{
    const char *espaco = memchr(linha, ' ', n);
    size_t nome_n = espaco != NULL ? (size_t) (espaco - linha) : n;

    for (size_t i = 0; i < nome_n; i++)
        if (!token(linha[i]) && linha[i] != '\r')
            return malformada(l);
    if (nome_n > METODO_NOME_MAX || (espaco != NULL && nome_n == 0))
        return malformada(l);
    if (espaco == NULL)
        return true;

    for (size_t i = 0; i < sizeof(metodos) / sizeof(metodos[0]); i++)
        if (nome_n == strlen(metodos[i].nome) &&
            memcmp(linha, metodos[i].nome, nome_n) == 0)
        {
            const char *alvo = espaco + 1;
            size_t resto = n - nome_n - 1;
            const char *fim = memchr(alvo, ' ', resto);

            l->metodo = &metodos[i];
            if ((fim != NULL ? (size_t) (fim - alvo) : resto) > GUARDA_ALVO_MAX)
                return recusar(l->out, 414, "endereco_longo",
                               "O endereço é longo demais.");
            return true;
        }
    return recusar(l->out, 405, "metodo_nao_permitido",
                   "Este método não é aceito aqui.");
}

static bool
cabecalho_analisar(Leitura *l, const char *linha, size_t n)
{
    const char *dois = memchr(linha, ':', n);
    const char *valor;
    size_t nome_n;
    size_t valor_n;

    if (dois == NULL || dois == linha)
        return malformada(l);
    nome_n = (size_t) (dois - linha);
    for (size_t i = 0; i < nome_n; i++)
        if (!token(linha[i])) /* also a folded line and a space before ':' */
            return malformada(l);

    valor = dois + 1;
    valor_n = n - nome_n - 1;
    while (valor_n > 0 && valor[0] == ' ')
    {
        valor++;
        valor_n--;
    }
    if (valor_n == 0) /* Kore refuses it too, but without a word */
        return malformada(l);
    return cabecalho_conhecido(l, linha, nome_n, valor, valor_n);
}

static bool
cabecalho_conhecido(Leitura *l, const char *nome, size_t nome_n,
                    const char *valor, size_t valor_n)
{
    if (igual(nome, nome_n, "host"))
    {
        if (l->tem_host)
            return malformada(l);
        l->tem_host = true;
        return host_analisar(l, valor, valor_n);
    }
    if (nome_n > 4 && strncasecmp(nome, "host", 4) == 0)
        return malformada(l);
    if (igual(nome, nome_n, "content-length"))
        return tamanho_analisar(l, valor, valor_n);
    if (igual(nome, nome_n, "transfer-encoding"))
        l->tem_codificacao = true;
    if (igual(nome, nome_n, "expect"))
    {
        if (!igual(valor, valor_n, "100-continue"))
            return recusar(l->out, 417, "expectativa_recusada",
                           "O cabeçalho Expect não é aceito.");
        l->out->continuar = true;
    }
    return true;
}

/* Digits only, no leading zero, once. */
static bool
tamanho_analisar(Leitura *l, const char *valor, size_t n)
{
    uint64_t v = 0;

    if (l->tem_tamanho)
        return malformada(l);
    l->tem_tamanho = true;
    if (n > 1 && valor[0] == '0')
        return malformada(l);
    for (size_t i = 0; i < n; i++)
    {
        if (valor[i] < '0' || valor[i] > '9')
            return malformada(l);
        if (i < TAMANHO_DIGITOS_MAX)
            v = v * 10 + (uint64_t) (valor[i] - '0');
    }
    l->out->corpo = n > TAMANHO_DIGITOS_MAX ? UINT64_MAX : v;
    return true;
}

/* A name or address with optional port: nothing that could leave a header. */
static bool
host_analisar(Leitura *l, const char *valor, size_t n)
{
    if (n > HOST_MAX)
        return malformada(l);
    for (size_t i = 0; i < n; i++)
    {
        char c = valor[i];

        if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
              (c >= 'A' && c <= 'Z') || strchr(".-_:[]", c) != NULL))
            return malformada(l);
    }
    l->out->host = (size_t) (valor - l->buf);
    l->out->host_n = n;
    return true;
}

/* What only the whole head can say. */
static bool
cabeca_conferir(Leitura *l)
{
    if (!l->tem_host)
        return malformada(l);
#ifndef DEFEITO_PLANTADO
    if (l->tem_codificacao)
        return l->tem_tamanho
                   ? malformada(l)
                   : recusar(l->out, 411, "tamanho_obrigatorio",
                             "Envie o corpo com Content-Length.");
#endif
    if (l->metodo->corpo == CORPO_NENHUM)
    {
        if (l->out->corpo > 0)
            return recusar(l->out, 400, "corpo_inesperado",
                           "Este método não aceita corpo.");
        l->out->continuar = false;
        return true;
    }
    if (!l->tem_tamanho)
        return recusar(l->out, 411, "tamanho_obrigatorio",
                       "Envie o corpo com Content-Length.");
    if (l->out->corpo > l->corpo_max)
        return recusar(l->out, 413, "corpo_grande",
                       "O corpo da requisição é grande demais.");
    if (l->out->corpo == 0 || l->http10)
        l->out->continuar = false;
    return true;
}

static bool
recusar(GuardaCabeca *out, int status, const char *codigo, const char *mensagem)
{
    out->status = status;
    out->codigo = codigo;
    out->mensagem = mensagem;
    return false;
}

static bool
malformada(Leitura *l)
{
    return recusar(l->out, 400, "requisicao_malformada",
                   "A requisição não é HTTP/1.1 válido.");
}

/* Headers that browsers and proxies add and no part of the front reads. */
static bool
dispensavel(const char *linha, size_t n)
{
    static const char *const nomes[] = {
        "accept-language", "cache-control",  "dnt",
        "keep-alive",      "pragma",         "priority",
        "purpose",         "save-data",      "sec-fetch-dest",
        "sec-fetch-mode",  "sec-fetch-user", "sec-gpc",
        "sec-purpose",     "x-real-ip",      "upgrade-insecure-requests"};
    const char *dois = memchr(linha, ':', n);
    size_t nome_n = dois != NULL ? (size_t) (dois - linha) : 0;

    if (nome_n > 7 && strncasecmp(linha, "sec-ch-", 7) == 0)
        return true;
    for (size_t i = 0; i < sizeof(nomes) / sizeof(nomes[0]); i++)
        if (igual(linha, nome_n, nomes[i]))
            return true;
    return false;
}

/* RFC 9110 §5.6.2 */
static bool
token(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
           (c >= 'A' && c <= 'Z') ||
           (c != '\0' && strchr("!#$%&'*+-.^_`|~", c) != NULL);
}

static bool
igual(const char *s, size_t n, const char *com)
{
    return n == strlen(com) && strncasecmp(s, com, n) == 0;
}
