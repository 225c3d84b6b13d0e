/*
 * consulta.h: what somebody typed into the search box. Pure C.
 *
 * One box takes a CPF or its beginning, a mobile number, an e-mail or a name;
 * consulta_ler() decides which and brings the value into the form in which
 * stored values are compared. No character has a special meaning: "%", "_" and
 * "\" are punctuation in a name and themselves in an e-mail.
 * Source: SPEC BUSCA-2, BUSCA-3.
 */
#ifndef CRM_CONSULTA_H
#define CRM_CONSULTA_H

#include "palavras.h"

#include <stdbool.h>
#include <stddef.h>

enum
{
    CONSULTA_CARACTERES = 255, /* longest text, in characters */
    CONSULTA_PALAVRAS = 12,    /* words of a name, connectors not counted */
    CONSULTA_BYTES = 4 * CONSULTA_CARACTERES,
    CONSULTA_CELULAR = 15      /* digits of the longest number (E.164) */
};

typedef enum ConsultaTipo
{
    CONSULTA_VAZIA,       /* blanks: everybody */
    CONSULTA_SINAIS,      /* punctuation, emoji alone ("%"): nobody has them */
    CONSULTA_CPF,         /* 11 digits, check digits right */
    CONSULTA_CPF_PARCIAL, /* digits; 11 of them are a CPF nobody can have */
    CONSULTA_TELEFONE,    /* digits, whole number or a part */
    CONSULTA_EMAIL,       /* holds an "@"; may be a part */
    CONSULTA_NOME
} ConsultaTipo;

typedef enum ConsultaErro
{
    CONSULTA_OK,
    CONSULTA_LONGA,   /* more than CONSULTA_CARACTERES */
    CONSULTA_DEMAIS   /* more than CONSULTA_PALAVRAS */
} ConsultaErro;

/* Slices point into the struct itself: do not copy it. */
typedef struct Consulta
{
    ConsultaTipo tipo;
    Palavra valor; /* CPF, phone: digits; e-mail: lower case; name: normalised */

    /* A name's words, by palavras_da_consulta(); 0 of the other kinds. */
    int n;
    PalavraNome palavras[CONSULTA_PALAVRAS + 1]; /* one more: DEMAIS */

    char area[CONSULTA_BYTES + PALAVRAS_AREA(CONSULTA_BYTES)];
} Consulta;

/* Decides what the text is. c is filled when CONSULTA_OK. */
extern ConsultaErro consulta_ler(const char *texto, size_t n, Consulta *c);

/* The text is a name, whatever it looks like; tipo is CONSULTA_NOME,
 * _SINAIS or _VAZIA. */
extern ConsultaErro consulta_nome(const char *texto, size_t n, Consulta *c);

/* "cpf", "cpf_parcial", "celular", "email", "nome" (signs too), "vazio" */
extern const char *consulta_tipo_nome(ConsultaTipo tipo);

/*
 * Digits of a phone as stored or typed, in one form: without +55 or 55 before
 * area code and number, without the 0 of a trunk call. Returns how many, 0 when
 * there are none or more than CONSULTA_CELULAR.
 */
extern size_t consulta_celular(const char *texto, size_t n,
                               char saida[CONSULTA_CELULAR]);

/* An e-mail without blanks around, ASCII letters in lower case; saida has n
 * bytes. Returns how many it used. */
extern size_t consulta_email(const char *texto, size_t n, char *saida);

#endif
