/*
 * Any text as a CPF: reads only its bytes; what is accepted has right check
 * digits by a second way of counting and reads back equal from each form it is
 * written in. -DDEFEITO_PLANTADO lets cpf_ler read past the end. DADOS-3.
 */
#include "alvo.h"
#include "cpf_digitos.h"

/* The definition: the weighted sum with its check digit is 0 modulo 11, where
 * 10 is written as 0. */
static int
digito_certo(const char *d, int n)
{
    int soma = 0;

    for (int i = 0; i < n; i++)
        soma += (d[i] - '0') * (n + 1 - i);
    int resto = soma % 11;

    return d[n] - '0' == (resto < 2 ? 0 : 11 - resto);
}

int
LLVMFuzzerTestOneInput(const uint8_t *dados, size_t n)
{
    /* A copy of exactly n bytes: the sanitizer sees the first one behind it. */
    char *texto = malloc(n ? n : 1);
    char digitos[CPF_TEXTO];
    char forma[CPF_FORMATADO];
    int64_t cpf = -1;
    int64_t de_novo = -2;

    memcpy(texto, dados, n);
    if (cpf_ler(texto, n, &cpf) == CPF_OK)
    {
        cpf_escrever(cpf, digitos);
        EXIGE(strlen(digitos) == CPF_DIGITOS);
        EXIGE(digito_certo(digitos, 9) && digito_certo(digitos, 10));
        EXIGE(strspn(digitos, (char[]){digitos[0], '\0'}) < CPF_DIGITOS);
        EXIGE(cpf_ler(digitos, CPF_DIGITOS, &de_novo) == CPF_OK);
        EXIGE(de_novo == cpf);
        cpf_formatar(cpf, forma);
        EXIGE(cpf_ler(forma, strlen(forma), &de_novo) == CPF_OK);
        EXIGE(de_novo == cpf);
        cpf_mascarar(cpf, forma);
        EXIGE(memcmp(forma, "***.", 4) == 0 && strcmp(forma + 11, "-**") == 0);
        EXIGE(memcmp(forma + 4, digitos + 3, 3) == 0);
    }
    else
        EXIGE(cpf == -1);
    free(texto);
    return 0;
}
