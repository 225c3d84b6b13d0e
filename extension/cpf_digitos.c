/*
 * cpf_digitos.c: the arithmetic of a CPF, free of PostgreSQL and Kore.
 */
#include "cpf_digitos.h"

#include <string.h>

#define CPF_MAX INT64_C(99999999999)
#define CPF_REPETIDO_1 INT64_C(11111111111)

enum
{
    CPF_SEM_VERIFICADORES = 9
};

static bool branco(char c);
static int verificador(const char *digitos, int n);

CpfErro
cpf_ler(const char *texto, size_t n, int64_t *cpf)
{
    /* Where the mask has its separators: after so many digits. */
    static const char separador[CPF_DIGITOS] = {[3] = '.', [6] = '.', [9] = '-'};
    size_t i = 0;
    int64_t valor = 0;

    while (i < n && branco(texto[i]))
        i++;
    while (n > i && branco(texto[n - 1]))
        n--;

    for (int lidos = 0; lidos < CPF_DIGITOS; lidos++)
    {
        if (i < n && separador[lidos] != '\0' && texto[i] == separador[lidos])
            i++;
#ifndef DEFEITO_PLANTADO /* the fuzzer must find the overrun without this */
        if (i >= n)
            return CPF_FORMATO;
#endif
        if (texto[i] < '0' || texto[i] > '9')
            return CPF_FORMATO;
        valor = valor * 10 + (texto[i++] - '0');
    }
    if (i != n)
        return CPF_FORMATO;

    CpfErro erro = cpf_validar(valor);

    if (erro == CPF_OK)
        *cpf = valor;
    return erro;
}

CpfErro
cpf_validar(int64_t cpf)
{
    if (cpf < 0 || cpf > CPF_MAX)
        return CPF_FORMATO;
    /* Their check digits are right, so they need a rule of their own. */
    if (cpf % CPF_REPETIDO_1 == 0)
        return CPF_REPETIDO;
    if (cpf_completar((int32_t)(cpf / 100)) != cpf)
        return CPF_DIGITO;
    return CPF_OK;
}

int64_t
cpf_completar(int32_t nove)
{
    char digitos[CPF_TEXTO];

    cpf_escrever((int64_t)nove * 100, digitos);
    for (int n = CPF_SEM_VERIFICADORES; n < CPF_DIGITOS; n++)
        digitos[n] = (char)('0' + verificador(digitos, n));

    return (int64_t)nove * 100 + (digitos[9] - '0') * 10 + (digitos[10] - '0');
}

void
cpf_escrever(int64_t cpf, char saida[CPF_TEXTO])
{
    for (int i = CPF_DIGITOS - 1; i >= 0; i--)
    {
        saida[i] = (char)('0' + cpf % 10);
        cpf /= 10;
    }
    saida[CPF_DIGITOS] = '\0';
}

void
cpf_formatar(int64_t cpf, char saida[CPF_FORMATADO])
{
    char d[CPF_TEXTO];

    cpf_escrever(cpf, d);
    memcpy(saida, "...........-..", CPF_FORMATADO);
    memcpy(saida, d, 3);
    memcpy(saida + 4, d + 3, 3);
    memcpy(saida + 8, d + 6, 3);
    memcpy(saida + 12, d + 9, 2);
}

void
cpf_mascarar(int64_t cpf, char saida[CPF_FORMATADO])
{
    cpf_formatar(cpf, saida);
    memset(saida, '*', 3);
    memset(saida + 12, '*', 2);
}

static bool
branco(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Weights 2, 3, 4 … from the right; remainder 10 counts as 0. */
static int
verificador(const char *digitos, int n)
{
    int soma = 0;

    for (int i = 0; i < n; i++)
        soma += (digitos[i] - '0') * (n + 1 - i);
    return soma * 10 % 11 % 10;
}
