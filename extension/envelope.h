/*
 * envelope.h: bytes given to somebody who can neither read nor alter them, and
 * hands them back; free of PostgreSQL and Kore.
 *
 * The text is base64url (no padding) of a 16-byte digest of the content and the
 * content under a keystream begun with that digest, which is also its check (a
 * synthetic IV: the same content gives the same text).
 */
#ifndef ENVELOPE_H
#define ENVELOPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum
{
    ENVELOPE_MAC = 32,   /* bytes of a MAC */
    ENVELOPE_RESUMO = 16, /* of them, those that travel */
    ENVELOPE_MAX = 1440  /* bytes of the longest content */
};

/* A keyed MAC of n bytes; tipo keeps the uses of one key apart. */
typedef void (*EnvelopeMac)(char tipo, const void *dados, size_t n,
                            uint8_t mac[ENVELOPE_MAC]);

/* Characters of the text of n bytes of content, without the final NUL. */
extern size_t envelope_texto_n(size_t n);
/* Writes them and a NUL; n <= ENVELOPE_MAX. */
extern void envelope_fechar(const void *conteudo, size_t n, EnvelopeMac mac,
                            char *texto);
/*
 * The content of a text of n characters; its size, or -1 when it is not, to the
 * letter, a text that envelope_fechar() wrote with this key.
 */
extern int envelope_abrir(const char *texto, size_t n, EnvelopeMac mac,
                          uint8_t conteudo[ENVELOPE_MAX]);

#endif
