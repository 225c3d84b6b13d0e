/*
 * texto_puro.h: two questions about bytes of text, free of PostgreSQL and Kore.
 */
#ifndef TEXTO_PURO_H
#define TEXTO_PURO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Bytes of the UTF-8 character at s (n > 0 bytes left) and its code point;
 * 0: this is not UTF-8 (cut off, overlong, surrogate, beyond U+10FFFF).
 */
extern int utf8_caractere(const char *s, size_t n, uint32_t *c);

/*
 * Would a spreadsheet take the cell for a formula? = + - @ TAB CR LF and their
 * full-width forms in front (checklist I-3).
 */
extern bool texto_formula(const char *texto, size_t n);

#endif
