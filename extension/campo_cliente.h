/*
 * campo_cliente.h: what a person types into a field of a client's record, made
 * the value that is stored. Free of PostgreSQL and Kore; the record (one client)
 * and the import (a file of them) judge by it alike.
 *
 * Stored forms: cpf 11 digits; data_nascimento AAAA-MM-DD; sexo F, M or N;
 * celular (DD) 99999-9999, (DD) 9999-9999 or +<country and number> abroad; email
 * in small letters; uf two capitals; cep 99999-999; texts without blanks around,
 * with single blanks within, no control or invisible characters, not beginning
 * like a formula of a spreadsheet.
 * Source: SPEC DADOS-2, BUSCA-5, BUSCA-6; security checklist I-3.
 */
#ifndef CAMPO_CLIENTE_H
#define CAMPO_CLIENTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum CampoCliente
{
    CAMPO_CPF,
    CAMPO_NOME_COMPLETO,
    CAMPO_DATA_NASCIMENTO,
    CAMPO_SEXO,
    CAMPO_NOME_MAE,
    CAMPO_CELULAR,
    CAMPO_EMAIL,
    CAMPO_CIDADE,
    CAMPO_UF,
    CAMPO_CEP,
    CAMPOS_CLIENTE
} CampoCliente;

enum
{
    CAMPO_CLIENTE_MAX = 255 * 4 + 1 /* bytes of any stored value with its end */
};

typedef struct CampoValor
{
    bool ausente; /* empty or blank */
    size_t n;     /* bytes of texto */
    char texto[CAMPO_CLIENTE_MAX];
    int64_t cpf; /* CAMPO_CPF: the number */
    int ano, mes, dia; /* CAMPO_DATA_NASCIMENTO */
} CampoValor;

/*
 * Reads n bytes of UTF-8. hoje (AAAAMMDD) bounds a date of birth; 0: no bound.
 * NULL: v holds the value; else a Portuguese sentence that says what is wrong,
 * without the value, and v is not to be used. Static text.
 */
extern const char *campo_cliente_ler(CampoCliente campo, const char *texto,
                                     size_t n, int hoje, CampoValor *v);

/* Column of crm.clientes, "cpf" …, and back; CAMPOS_CLIENTE: none. */
extern const char *campo_cliente_nome(CampoCliente campo);
extern CampoCliente campo_cliente_achar(const char *nome);

#endif
