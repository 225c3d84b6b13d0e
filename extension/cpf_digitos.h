/*
 * cpf_digitos.h: the arithmetic of a CPF, free of PostgreSQL and Kore.
 *
 * A CPF is nine digits and two check digits modulo 11; here the eleven digits
 * as a number, 0..99999999999.
 * Source: Receita Federal, rule of the two check digits.
 */
#ifndef CPF_DIGITOS_H
#define CPF_DIGITOS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum
{
    CPF_DIGITOS = 11,
    CPF_TEXTO = CPF_DIGITOS + 1,  /* bytes of "52998224725" with its end */
    CPF_FORMATADO = 14 + 1        /* bytes of "529.982.247-25" with its end */
};

typedef enum CpfErro
{
    CPF_OK,
    CPF_FORMATO,  /* not 11 digits with or without mask */
    CPF_REPETIDO, /* the same digit eleven times */
    CPF_DIGITO    /* a check digit is wrong */
} CpfErro;

/* Reads n bytes of text; blanks around are skipped. *cpf only when CPF_OK. */
extern CpfErro cpf_ler(const char *texto, size_t n, int64_t *cpf);

/* Judges a number that came in binary. */
extern CpfErro cpf_validar(int64_t cpf);

/* Appends both check digits to nine digits, 0..999999999. */
extern int64_t cpf_completar(int32_t nove);

/* The CPF as text, ended by a zero byte: eleven digits, with punctuation, or masked. */
extern void cpf_escrever(int64_t cpf, char saida[CPF_TEXTO]);     /* 52998224725 */
extern void cpf_formatar(int64_t cpf, char saida[CPF_FORMATADO]); /* 529.982.247-25 */
extern void cpf_mascarar(int64_t cpf, char saida[CPF_FORMATADO]); /* ***.982.247-** */

#endif
