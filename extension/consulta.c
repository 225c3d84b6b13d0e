/*
 * consulta.c: what somebody typed into the search box. Pure C.
 *
 * A text of digits and the signs of a mask alone is a number. Its signs decide
 * first (dots: CPF; parentheses, plus: phone), then its length and check
 * digits; eleven digits that would do for both are a CPF, since only one in a
 * hundred mobile numbers has right check digits.
 */
#include "consulta.h"
#include "cpf_digitos.h"
#include "normalizar.h"

#include <string.h>

enum
{
    NUMERO_MAX = 20,    /* digits; a longer text of digits is a name */
    FONE_FIXO = 10,     /* area code and eight digits */
    FONE_CELULAR = 11,  /* area code, 9 and eight digits */
    FONE_LOCAL = 8,     /* without area code */
    FONE_LOCAL_9 = 9,
    PAIS_DIGITOS = 2
};

static const char PAIS[] = "55";

/* Digits of a text and which signs stood between them. */
typedef struct Numero
{
    char digitos[NUMERO_MAX];
    size_t n;
    bool ponto;
    bool telefone; /* ( ) + */
    bool hifen_4;  /* a hyphen before the last four digits */
} Numero;

static bool numero_ler(const char *texto, size_t n, Numero *numero);
static ConsultaTipo numero_tipo(const Numero *numero);
static bool ddd_existe(const char *d);
static size_t sem_prefixo(const char *d, size_t n);
static ConsultaErro ler_nome(const char *texto, size_t n, Consulta *c);
static bool vazio(const char *texto, size_t n);
static bool branco(char c);

ConsultaErro
consulta_ler(const char *texto, size_t n, Consulta *c)
{
    Numero numero;

    if (utf8_contar(texto, n) > CONSULTA_CARACTERES || n > CONSULTA_BYTES)
        return CONSULTA_LONGA;

    if (memchr(texto, '@', n) != NULL)
    {
        c->tipo = CONSULTA_EMAIL;
        c->n = 0;
        c->valor.p = c->area;
        c->valor.n = consulta_email(texto, n, c->area);
        if (c->valor.n > 1 && memchr(c->area, ' ', c->valor.n) == NULL)
            return CONSULTA_OK;
    }
    else if (numero_ler(texto, n, &numero))
    {
        size_t de = 0;

        c->tipo = numero_tipo(&numero);
        c->n = 0;
        if (c->tipo == CONSULTA_TELEFONE)
            de = sem_prefixo(numero.digitos, numero.n);
        c->valor.p = memcpy(c->area, numero.digitos + de, numero.n - de);
        c->valor.n = numero.n - de;
        return CONSULTA_OK;
    }
    return ler_nome(texto, n, c);
}

ConsultaErro
consulta_nome(const char *texto, size_t n, Consulta *c)
{
    if (utf8_contar(texto, n) > CONSULTA_CARACTERES || n > CONSULTA_BYTES)
        return CONSULTA_LONGA;
    return ler_nome(texto, n, c);
}

const char *
consulta_tipo_nome(ConsultaTipo tipo)
{
    static const char *const nomes[] = {
        [CONSULTA_VAZIA] = "vazio",
        [CONSULTA_SINAIS] = "nome",
        [CONSULTA_CPF] = "cpf",
        [CONSULTA_CPF_PARCIAL] = "cpf_parcial",
        [CONSULTA_TELEFONE] = "celular",
        [CONSULTA_EMAIL] = "email",
        [CONSULTA_NOME] = "nome",
    };

    return nomes[tipo];
}

size_t
consulta_celular(const char *texto, size_t n, char saida[CONSULTA_CELULAR])
{
    char digitos[NUMERO_MAX];
    size_t m = 0;
    size_t de;

    for (size_t i = 0; i < n; i++)
    {
        if (texto[i] < '0' || texto[i] > '9')
            continue;
        if (m == NUMERO_MAX)
            return 0;
        digitos[m++] = texto[i];
    }
    de = sem_prefixo(digitos, m);
    if (m - de > CONSULTA_CELULAR)
        return 0;
    memcpy(saida, digitos + de, m - de);
    return m - de;
}

size_t
consulta_email(const char *texto, size_t n, char *saida)
{
    size_t m = 0;

    while (n > 0 && branco(texto[0]))
        texto++, n--;
    while (n > 0 && branco(texto[n - 1]))
        n--;
    for (; m < n; m++)
        saida[m] = (char)(texto[m] >= 'A' && texto[m] <= 'Z' ? texto[m] + ('a' - 'A')
                                                             : texto[m]);
    return m;
}

/* Nothing but 1 to NUMERO_MAX digits and signs of a mask? */
static bool
numero_ler(const char *texto, size_t n, Numero *numero)
{
    size_t hifen = 0; /* digits before the last hyphen */

    memset(numero, 0, sizeof(*numero));
    for (size_t i = 0; i < n; i++)
    {
        char c = texto[i];

        if (c >= '0' && c <= '9')
        {
            if (numero->n == NUMERO_MAX)
                return false;
            numero->digitos[numero->n++] = c;
        }
        else if (c == '.')
            numero->ponto = true;
        else if (c == '(' || c == ')' || c == '+')
            numero->telefone = true;
        else if (c == '-')
            hifen = numero->n;
        else if (!branco(c) && c != '/')
            return false;
    }
    numero->hifen_4 = hifen > 0 && numero->n - hifen == 4;
    return numero->n > 0;
}

static ConsultaTipo
numero_tipo(const Numero *numero)
{
    const char *d = numero->digitos;
    int64_t cpf;

    if (numero->telefone)
        return CONSULTA_TELEFONE;
    if (numero->n == CPF_DIGITOS && !numero->hifen_4 &&
        cpf_ler(d, numero->n, &cpf) == CPF_OK)
        return CONSULTA_CPF;
    if (numero->ponto)
        return CONSULTA_CPF_PARCIAL;
    if (numero->hifen_4 || numero->n > CPF_DIGITOS)
        return CONSULTA_TELEFONE;
    switch (numero->n)
    {
        case FONE_CELULAR:
            return ddd_existe(d) && d[2] == '9' ? CONSULTA_TELEFONE
                                                : CONSULTA_CPF_PARCIAL;
        case FONE_FIXO:
            return ddd_existe(d) && d[2] >= '2' ? CONSULTA_TELEFONE
                                                : CONSULTA_CPF_PARCIAL;
        case FONE_LOCAL_9:
            return d[0] == '9' ? CONSULTA_TELEFONE : CONSULTA_CPF_PARCIAL;
        case FONE_LOCAL:
            return d[0] >= '8' ? CONSULTA_TELEFONE : CONSULTA_CPF_PARCIAL;
        default:
            return CONSULTA_CPF_PARCIAL;
    }
}

/* Area codes have no 0 in either place; these are not in use. */
static bool
ddd_existe(const char *d)
{
    static const char fora[] = "23 25 26 29 36 39 52 56 57 58 59 72 76 78 ";

    if (d[0] < '1' || d[1] < '1')
        return false;
    for (const char *f = fora; *f != '\0'; f += 3)
    {
        if (f[0] == d[0] && f[1] == d[1])
            return false;
    }
    return true;
}

/* Leading digits of a phone that are not its own: country, trunk zero. */
static size_t
sem_prefixo(const char *d, size_t n)
{
    size_t de = 0;

    if ((n == PAIS_DIGITOS + FONE_FIXO || n == PAIS_DIGITOS + FONE_CELULAR) &&
        memcmp(d, PAIS, PAIS_DIGITOS) == 0)
        de = PAIS_DIGITOS;
    else if ((n == 1 + FONE_FIXO || n == 1 + FONE_CELULAR) && d[0] == '0')
        de = 1;
    return de;
}

static ConsultaErro
ler_nome(const char *texto, size_t n, Consulta *c)
{
    c->valor.p = c->area;
    c->valor.n = normalizar(texto, n, c->area);
    c->tipo = c->valor.n > 0       ? CONSULTA_NOME
              : vazio(texto, n) ? CONSULTA_VAZIA
                                   : CONSULTA_SINAIS;
    c->n = palavras_da_consulta(texto, n, c->area + CONSULTA_BYTES, c->palavras,
                                CONSULTA_PALAVRAS + 1);
    return c->n > CONSULTA_PALAVRAS ? CONSULTA_DEMAIS : CONSULTA_OK;
}

static bool
vazio(const char *texto, size_t n)
{
    while (n > 0 && branco(texto[n - 1]))
        n--;
    return n == 0;
}

static bool
branco(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}
