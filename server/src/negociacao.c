/*
 * negociacao.c: small HTTP facts. Pure: no Kore here.
 */
#include "negociacao.h"
#include "log.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char *aparar(const char *s, size_t *n);

const char *
http_texto(int status)
{
    static const struct
    {
        int status;
        const char *texto;
    } textos[] = {
        {200, "OK"},
        {201, "Created"},
        {202, "Accepted"},
        {204, "No Content"},
        {206, "Partial Content"},
        {301, "Moved Permanently"},
        {302, "Found"},
        {303, "See Other"},
        {304, "Not Modified"},
        {307, "Temporary Redirect"},
        {308, "Permanent Redirect"},
        {400, "Bad Request"},
        {401, "Unauthorized"},
        {403, "Forbidden"},
        {404, "Not Found"},
        {405, "Method Not Allowed"},
        {406, "Not Acceptable"},
        {408, "Request Timeout"},
        {409, "Conflict"},
        {410, "Gone"},
        {411, "Length Required"},
        {412, "Precondition Failed"},
        {413, "Content Too Large"},
        {414, "URI Too Long"},
        {415, "Unsupported Media Type"},
        {417, "Expectation Failed"},
        {421, "Misdirected Request"},
        {422, "Unprocessable Content"},
        {423, "Locked"},
        {426, "Upgrade Required"},
        {428, "Precondition Required"},
        {429, "Too Many Requests"},
        {431, "Request Header Fields Too Large"},
        {500, "Internal Server Error"},
        {501, "Not Implemented"},
        {502, "Bad Gateway"},
        {503, "Service Unavailable"},
        {504, "Gateway Timeout"},
        {505, "HTTP Version Not Supported"},
    };

    for (size_t i = 0; i < sizeof(textos) / sizeof(textos[0]); i++)
        if (textos[i].status == status)
            return textos[i].texto;
    return status < 300 ? "OK" : status < 500 ? "Error" : "Server Error";
}

size_t
problema_texto(char *out, size_t tam, int status, const char *codigo,
               const char *mensagem, const char *requisicao)
{
    /* The titles of crm.atender(), so that one status has one title. */
    static const struct
    {
        int status;
        const char *titulo;
    } titulos[] = {
        {400, "Pedido inválido"}, {401, "Não autenticado"},
        {403, "Acesso negado"},   {404, "Não encontrado"},
        {409, "Conflito"},        {422, "Dados inválidos"},
        {429, "Muitas tentativas"}, {503, "Indisponível"},
    };
    const char *titulo = status >= 500 ? "Falha do servidor" : "Recusado";
    char texto[1024];
    char cod[128];
    int n;

    for (size_t i = 0; i < sizeof(titulos) / sizeof(titulos[0]); i++)
        if (titulos[i].status == status)
            titulo = titulos[i].titulo;
    (void) log_escapar(texto, sizeof(texto), mensagem, strlen(mensagem));
    (void) log_escapar(cod, sizeof(cod), codigo, strlen(codigo));
    n = snprintf(out, tam,
                 "{\"type\":\"urn:crm:erro:%s\",\"title\":\"%s\","
                 "\"status\":%d,\"detail\":\"%s\",\"codigo\":\"%s\","
                 "\"erros\":[],\"requisicao\":\"%s\"}",
                 cod, titulo, status, texto, cod, requisicao);
    return n < 0 ? 0 : (size_t) n < tam ? (size_t) n : tam - 1;
}

bool
aceita_codificacao(const char *cabecalho, const char *nome)
{
    while (cabecalho != NULL && *cabecalho != '\0')
    {
        size_t n = strcspn(cabecalho, ",");
        size_t parte = strcspn(cabecalho, ",;");
        size_t len = parte;
        const char *s = aparar(cabecalho, &len);

        if (len == strlen(nome) && strncasecmp(s, nome, len) == 0)
        {
            size_t resto = n - parte;
            const char *p = cabecalho + parte;

            if (resto == 0)
                return true;
            p++;
            resto--;
            p = aparar(p, &resto);
            if (resto < 3 || tolower((unsigned char) p[0]) != 'q' ||
                p[1] != '=')
                return false;
            return strtod(p + 2, NULL) > 0;
        }
        cabecalho += n + (cabecalho[n] == ',');
    }
    return false;
}

bool
lista_contem(const char *cabecalho, const char *token)
{
    while (cabecalho != NULL && *cabecalho != '\0')
    {
        size_t n = strcspn(cabecalho, ",");
        size_t len = n;
        const char *s = aparar(cabecalho, &len);

        if (len == strlen(token) && strncasecmp(s, token, len) == 0)
            return true;
        cabecalho += n + (cabecalho[n] == ',');
    }
    return false;
}

bool
etag_confere(const char *cabecalho, const char *etag)
{
    if (strncmp(etag, "W/", 2) == 0)
        etag += 2;
    while (cabecalho != NULL && *cabecalho != '\0')
    {
        size_t n = strcspn(cabecalho, ",");
        size_t len = n;
        const char *s = aparar(cabecalho, &len);

        if (len == 1 && *s == '*')
            return true;
        if (len > 2 && s[0] == 'W' && s[1] == '/')
        {
            s += 2;
            len -= 2;
        }
        if (len == strlen(etag) && memcmp(s, etag, len) == 0)
            return true;
        cabecalho += n + (cabecalho[n] == ',');
    }
    return false;
}

bool
etags_validas(const char *cabecalho)
{
    const char *p = cabecalho;

    if (strcmp(p, "*") == 0)
        return true;
    for (;;)
    {
        p += strspn(p, " \t");
        if (p[0] == 'W' && p[1] == '/')
            p += 2;
        if (*p++ != '"')
            return false;
        while (*p > ' ' && *p != '"' && *p != 0x7f)
            p++;
        if (*p++ != '"')
            return false;
        p += strspn(p, " \t");
        if (*p == '\0')
            return true;
        if (*p++ != ',')
            return false;
    }
}

/* RFC 6266 with RFC 8187: a plain name for old readers, the real one beside it. */
void
disposicao_escrever(char out[DISPOSICAO_MAX], const char *nome)
{
    static const char sem_nome[] = "arquivo";
    char plano[ARQUIVO_NOME_MAX + 1];
    char inteiro[3 * ARQUIVO_NOME_MAX + 1];
    size_t n;
    size_t m = 0;

    if (*nome == '\0')
        nome = sem_nome;
    n = strnlen(nome, ARQUIVO_NOME_MAX);
    while (n > 0 && ((unsigned char) nome[n] & 0xc0) == 0x80)
        n--; /* not in the middle of a character */
    for (size_t i = 0; i < n; i++)
    {
        unsigned char c = (unsigned char) nome[i];
        bool simples = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
                       (c >= 'a' && c <= 'z') || strchr("-._", c) != NULL;

        plano[i] = simples || c == ' ' ? nome[i] : '_';
        if (simples)
            inteiro[m++] = nome[i];
        else
            m += (size_t) snprintf(inteiro + m, 4, "%%%02X", c);
    }
    plano[n] = '\0';
    inteiro[m] = '\0';
    snprintf(out, DISPOSICAO_MAX,
             "attachment; filename=\"%s\"; filename*=UTF-8''%s", plano,
             inteiro);
}

char *
numero_escrever(char *p, int64_t v)
{
    uint64_t u = v < 0 ? 0 - (uint64_t) v : (uint64_t) v;
    int n = 1;

    if (v < 0)
        *p++ = '-';
    for (uint64_t resto = u; resto >= 10; resto /= 10)
        n++;
    for (int i = n; i > 0; i--, u /= 10)
        p[i - 1] = (char) ('0' + u % 10);
    p[n] = '\0';
    return p + n;
}

void
hexadecimal(char *out, const unsigned char *bytes, size_t n)
{
    static const char digitos[] = "0123456789abcdef";

    for (size_t i = 0; i < n; i++)
    {
        out[2 * i] = digitos[bytes[i] >> 4];
        out[2 * i + 1] = digitos[bytes[i] & 15];
    }
    out[2 * n] = '\0';
}

bool
hexadecimal_ler(unsigned char *out, const char *digitos, size_t n)
{
    static const unsigned char valor[256] = {
        ['0'] = 0x10, ['1'] = 0x11, ['2'] = 0x12, ['3'] = 0x13,
        ['4'] = 0x14, ['5'] = 0x15, ['6'] = 0x16, ['7'] = 0x17,
        ['8'] = 0x18, ['9'] = 0x19, ['a'] = 0x1a, ['b'] = 0x1b,
        ['c'] = 0x1c, ['d'] = 0x1d, ['e'] = 0x1e, ['f'] = 0x1f,
        ['A'] = 0x1a, ['B'] = 0x1b, ['C'] = 0x1c, ['D'] = 0x1d,
        ['E'] = 0x1e, ['F'] = 0x1f}; /* 0x10 tells a zero from no digit */
    unsigned char todos = 0x10;

    for (size_t i = 0; i < n; i++)
    {
        unsigned char alto = valor[(unsigned char) digitos[2 * i]];
        unsigned char baixo = valor[(unsigned char) digitos[2 * i + 1]];

        todos &= alto & baixo;
        out[i] = (unsigned char) (alto << 4 | (baixo & 0x0f));
    }
    return todos == 0x10;
}

bool
requisicao_id_valido(const char *id)
{
    size_t n = 0;

    for (; id != NULL && id[n] != '\0'; n++)
        if (!isalnum((unsigned char) id[n]) && strchr("._-", id[n]) == NULL)
            return false;
    return n >= 8 && n <= 36;
}

bool
encaminhado_por(const char *cabecalho, char *out, size_t tam)
{
    const char *ultimo;
    size_t n;
    unsigned char bin[16];
    char texto[46];

    if (cabecalho == NULL)
        return false;
    ultimo = strrchr(cabecalho, ',');
    ultimo = ultimo != NULL ? ultimo + 1 : cabecalho;
    n = strlen(ultimo);
    ultimo = aparar(ultimo, &n);
    if (n == 0 || n >= sizeof(texto) || n >= tam)
        return false;
    memcpy(texto, ultimo, n);
    texto[n] = '\0';
    if (inet_pton(AF_INET, texto, bin) != 1 &&
        inet_pton(AF_INET6, texto, bin) != 1)
        return false;
    memcpy(out, texto, n + 1);
    return true;
}

static const char *
aparar(const char *s, size_t *n)
{
    while (*n > 0 && (*s == ' ' || *s == '\t'))
    {
        s++;
        (*n)--;
    }
    while (*n > 0 && (s[*n - 1] == ' ' || s[*n - 1] == '\t'))
        (*n)--;
    return s;
}
