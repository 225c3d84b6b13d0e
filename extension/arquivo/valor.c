/*
 * valor.c: cells by the type of their column, from PostgreSQL's text to numbers,
 * days and what a person reads; free of PostgreSQL and of any file format.
 */
#include "valor.h"

#include <string.h>

enum
{
    DIGITOS_MAX = 15, /* that a double keeps */
    CASAS_MAX = 15,
    CASAS_LEGIVEIS = 2,
    DATA_N = sizeof("2026-11-22") - 1,
    INSTANTE_N = sizeof("2026-11-22 05:40:12") - 1,
    SERIE_1900_03_01 = 61, /* before it spreadsheets disagree on the day */
    SEGUNDOS_DO_DIA = 86400
};

static const char *const tipos[COLUNA_TIPOS] = {"texto", "inteiro", "decimal", "moeda", "percentual", "data", "datahora", "booleano"};

static bool numero(const char *texto, size_t n, bool casas, Valor *v);
static bool data(const char *texto, size_t n, Valor *v);
static bool par(const char *texto, int max, int *valor);
static int dias(const Valor *v);
static size_t milhares(const Valor *v, int vezes, int casas, char *saida);
static size_t algarismos(uint64_t u, int no_minimo, char *saida);
static void dois(int n, char depois, char *saida);

Valor
valor_ler(ColunaTipo tipo, const char *texto, size_t n)
{
    Valor v = {.tipo = VALOR_TEXTO};

    switch (tipo)
    {
        case COLUNA_INTEIRO:
        case COLUNA_DECIMAL:
        case COLUNA_MOEDA:
        case COLUNA_PERCENTUAL:
            if (numero(texto, n, tipo != COLUNA_INTEIRO, &v))
                v.tipo = VALOR_NUMERO;
            break;
        case COLUNA_DATA:
            if (n == DATA_N && data(texto, n, &v) && dias(&v) >= SERIE_1900_03_01)
                v.tipo = VALOR_DIA;
            break;
        case COLUNA_DATAHORA:
            if (valor_instante(texto, n, &v) && dias(&v) >= SERIE_1900_03_01)
                v.tipo = VALOR_INSTANTE;
            break;
        case COLUNA_BOOLEANO:
            if (n == 1 && (texto[0] == 't' || texto[0] == 'f'))
            {
                v.tipo = VALOR_LOGICO;
                v.logico = texto[0] == 't';
            }
            break;
        case COLUNA_TEXTO:
        case COLUNA_TIPOS:
            break;
    }
    return v;
}

/* Both operands are exact, so the quotient is the nearest double. */
double
valor_numero(const Valor *v)
{
    static const double potencias[CASAS_MAX + 1] = {1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};

    return (double)v->digitos / potencias[v->casas];
}

double
valor_serie(const Valor *v)
{
    return dias(v) + (v->hora * 3600 + v->minuto * 60 + v->segundo) / (double)SEGUNDOS_DO_DIA;
}

size_t
valor_legivel(ColunaTipo tipo, const Valor *v, char *saida)
{
    size_t n = 0;

    switch (v->tipo)
    {
        case VALOR_TEXTO:
            break;
        case VALOR_DIA:
        case VALOR_INSTANTE:
            dois(v->dia, '/', saida);
            dois(v->mes, '/', saida + 3);
            dois(v->ano / 100, '\0', saida + 6);
            dois(v->ano % 100, '\0', saida + 8);
            n = 10;
            if (v->tipo == VALOR_INSTANTE)
            {
                saida[10] = ' ';
                dois(v->hora, ':', saida + 11);
                dois(v->minuto, '\0', saida + 14);
                n = 16;
            }
            break;
        case VALOR_LOGICO:
            strcpy(saida, v->logico ? "Sim" : "Não");
            n = strlen(saida);
            break;
        case VALOR_NUMERO:
            if (tipo == COLUNA_INTEIRO)
            {
                n = algarismos((uint64_t)(v->digitos < 0 ? -v->digitos : v->digitos), 1, saida + 1);
                if (v->digitos < 0)
                {
                    saida[0] = '-';
                    return n + 1;
                }
                memmove(saida, saida + 1, n + 1);
                return n;
            }
            if (tipo == COLUNA_PERCENTUAL)
            {
                size_t m = milhares(v, 100, 1, saida);

                memcpy(saida + m, "%", 2);
                return m + 1;
            }
            if (tipo == COLUNA_MOEDA)
            {
                memcpy(saida, "R$ ", 3);
                return 3 + milhares(v, 1, CASAS_LEGIVEIS, saida + 3);
            }
            return milhares(v, 1, CASAS_LEGIVEIS, saida);
    }
    return n;
}

bool
valor_instante(const char *texto, size_t n, Valor *v)
{
    if (n < INSTANTE_N || !data(texto, DATA_N, v) || texto[DATA_N] != ' ' ||
        !par(texto + 11, 23, &v->hora) || texto[13] != ':' ||
        !par(texto + 14, 59, &v->minuto) || texto[16] != ':' ||
        !par(texto + 17, 59, &v->segundo))
        return false;
    if (n == INSTANTE_N)
        return true;
    if (texto[INSTANTE_N] != '.' || n == INSTANTE_N + 1)
        return false;
    for (size_t i = INSTANTE_N + 1; i < n; i++)
        if (texto[i] < '0' || texto[i] > '9')
            return false;
    return true;
}

int
coluna_tipo(const char *nome)
{
    for (int i = 0; i < COLUNA_TIPOS; i++)
        if (strcmp(nome, tipos[i]) == 0)
            return i;
    return -1;
}

/* -?digits[.digits] as PostgreSQL writes them; zeros at the end of a fraction do not count. */
static bool
numero(const char *texto, size_t n, bool casas, Valor *v)
{
    bool negativo = n > 0 && texto[0] == '-';
    size_t i = negativo;
    size_t ponto = 0;
    int digitos = 0;

    v->digitos = 0;
    v->casas = 0;
    if (i == n || (texto[i] == '0' && i + 1 < n && texto[i + 1] != '.'))
        return false;
    if (casas && memchr(texto, '.', n) != NULL)
        while (texto[n - 1] == '0' && texto[n - 2] != '.')
            n--;
    for (; i < n; i++)
    {
        if (texto[i] == '.' && casas && ponto == 0 && i > (size_t)negativo && i + 1 < n)
        {
            ponto = i;
            continue;
        }
        if (texto[i] < '0' || texto[i] > '9')
            return false;
        v->digitos = v->digitos * 10 + (texto[i] - '0');
        digitos += v->digitos != 0;
        v->casas += ponto != 0;
        if (digitos > DIGITOS_MAX || v->casas > CASAS_MAX)
            return false;
    }
    if (negativo)
        v->digitos = -v->digitos;
    return true;
}

static bool
data(const char *texto, size_t n, Valor *v)
{
    static const int dias_do_mes[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int seculo;
    int ano;

    if (n != DATA_N || !par(texto, 99, &seculo) || !par(texto + 2, 99, &ano) || texto[4] != '-' ||
        !par(texto + 5, 12, &v->mes) || texto[7] != '-' || !par(texto + 8, 31, &v->dia))
        return false;
    v->ano = seculo * 100 + ano;
    if (v->ano < 1 || v->mes < 1 || v->dia < 1 || v->dia > dias_do_mes[v->mes - 1])
        return false;
    return v->mes != 2 || v->dia < 29 || (v->ano % 4 == 0 && (v->ano % 100 != 0 || v->ano % 400 == 0));
}

static bool
par(const char *texto, int max, int *valor)
{
    if (texto[0] < '0' || texto[0] > '9' || texto[1] < '0' || texto[1] > '9')
        return false;
    *valor = (texto[0] - '0') * 10 + texto[1] - '0';
    return *valor <= max;
}

/* Since 1899-12-30; the year begins in March, so that its leap day is the last. */
static int
dias(const Valor *v)
{
    const int dias_ate_1899_12_30 = 693899;
    int ano = v->mes > 2 ? v->ano : v->ano - 1;
    int mes = v->mes > 2 ? v->mes - 3 : v->mes + 9;

    return 365 * ano + ano / 4 - ano / 100 + ano / 400 + (153 * mes + 2) / 5 + v->dia - 1 - dias_ate_1899_12_30;
}

/* v times vezes with that many places: 1.234,50 */
static size_t
milhares(const Valor *v, int vezes, int casas, char *saida)
{
    char cru[32];
    uint64_t u = (uint64_t)(v->digitos < 0 ? -v->digitos : v->digitos) * (uint64_t)vezes;
    size_t inteiros;
    size_t m = 0;

    for (int c = v->casas; c < casas; c++)
        u *= 10;
    if (v->casas > casas)
    {
        uint64_t d = 1;

        for (int c = casas; c < v->casas; c++)
            d *= 10;
        u = (u + d / 2) / d;
    }
    if (v->digitos < 0 && u > 0)
        saida[m++] = '-';
    inteiros = algarismos(u, casas + 1, cru) - (size_t)casas;
    for (size_t i = 0; i < inteiros; i++)
    {
        if (i > 0 && (inteiros - i) % 3 == 0)
            saida[m++] = '.';
        saida[m++] = cru[i];
    }
    saida[m++] = ',';
    for (int i = 0; i < casas; i++)
        saida[m++] = cru[inteiros + (size_t)i];
    saida[m] = '\0';
    return m;
}

/* Its digits, at least so many, ended by NUL; returns how many. */
static size_t
algarismos(uint64_t u, int no_minimo, char *saida)
{
    char ao_contrario[24];
    size_t n = 0;

    while (u > 0 || n < (size_t)no_minimo)
    {
        ao_contrario[n++] = (char)('0' + u % 10);
        u /= 10;
    }
    for (size_t i = 0; i < n; i++)
        saida[i] = ao_contrario[n - 1 - i];
    saida[n] = '\0';
    return n;
}

/* Two digits and what is behind them. */
static void
dois(int n, char depois, char *saida)
{
    saida[0] = (char)('0' + n / 10);
    saida[1] = (char)('0' + n % 10);
    saida[2] = depois;
}
