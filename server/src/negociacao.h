/*
 * negociacao.h: small HTTP facts without Kore: status texts, Accept-Encoding,
 * If-None-Match, addresses, request ids.
 */
#ifndef CRM_NEGOCIACAO_H
#define CRM_NEGOCIACAO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum
{
    ARQUIVO_NOME_MAX = 150, /* bytes of a file name; the rest is cut */
    DISPOSICAO_MAX = 4 * ARQUIVO_NOME_MAX + 64
};

/* Reason phrase of RFC 9110 and RFC 6585. */
const char *http_texto(int status);

/*
 * The body of RFC 9457, as crm.atender() writes it too. Returns its length, cut
 * to what fits.
 */
size_t problema_texto(char *out, size_t tam, int status, const char *codigo,
                      const char *mensagem, const char *requisicao);

/* Accept-Encoding allows the coding by name (q > 0); NULL = no header. */
bool aceita_codificacao(const char *cabecalho, const char *nome);

/* A comma separated header holds the token, whatever its case. */
bool lista_contem(const char *cabecalho, const char *token);

/* If-None-Match holds the entity tag (weak comparison) or "*". */
bool etag_confere(const char *cabecalho, const char *etag);

/* The value of an If-Match: "*" or entity tags (RFC 9110 §13.1.1). */
bool etags_validas(const char *cabecalho);

/* Content-Disposition of a file to save; whatever nome holds, one header. */
void disposicao_escrever(char out[DISPOSICAO_MAX], const char *nome);

/* In decimal, ended by a NUL; returns where that is. */
char *numero_escrever(char *p, int64_t v);

/* Two digits per byte and a NUL. */
void hexadecimal(char *out, const unsigned char *bytes, size_t n);

/* n bytes of twice as many digits, in either case; false: some are none. */
bool hexadecimal_ler(unsigned char *out, const char *digitos, size_t n);

/* [A-Za-z0-9._-]{8,36} */
bool requisicao_id_valido(const char *id);

/* The last address of X-Forwarded-For, what the nearest proxy saw; out[46]. */
bool encaminhado_por(const char *cabecalho, char *out, size_t tam);

#endif
