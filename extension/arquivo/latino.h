/*
 * latino.h: Windows-1252, the characters libhpdf writes; free of libraries.
 */
#ifndef LATINO_H
#define LATINO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum
{
    LATINO_RETICENCIAS = 0x85
};

/* Of a code point; -1: it has none. */
extern int latino_byte(uint32_t u);

/* Of a byte; 0: none. */
extern uint32_t latino_codigo(unsigned char byte);

/* Has every character of n bytes of UTF-8 its byte? */
extern bool latino_cabe(const char *texto, size_t n);

/*
 * One line for drawing, of n bytes of UTF-8 at most cabem bytes of whole
 * characters: control characters and ends of lines become blanks, code points
 * that are no characters U+FFFD. Returns its bytes.
 */
extern size_t latino_linha(const char *texto, size_t n, char *saida, size_t cabem);

/*
 * Bytes of such a text that one line holds, by the widths of the 256 bytes: all n;
 * or to behind its last blank that fits; or, without one, as many characters as fit,
 * one at least.
 */
extern size_t latino_quebra(const char *texto, size_t n, const double *avancos, double largura);

#endif
