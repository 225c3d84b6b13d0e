/*
 * normalizar.h: text as the search compares it. Pure C.
 *
 * UTF-8 in; out come words of lower-case ASCII letters and digits, one blank
 * between two, none around:
 *   - Latin letters lose accents and case ("Çà" "ca", "ß" "ss", "ĩ" "i"), as
 *     do full-width ones; combining marks disappear, so NFC and NFD are equal;
 *   - apostrophes of every kind, hyphens, other punctuation, symbols, emoji and
 *     control characters part words ("D'Ávila" "d avila", "Maria-José" "maria
 *     jose"); invisible characters (zero width, bidi, soft hyphen, variation
 *     selectors) disappear; ª and º are a and o;
 *   - Greek and Cyrillic are lower-cased, every other script stays as it is;
 *   - bytes that are not UTF-8 disappear.
 * It depends on nothing but its argument, is the same applied twice, and never
 * writes more bytes than it read. Indexes are built on it: changing one answer
 * means building them again.
 * Source: SPEC BUSCA-2.
 */
#ifndef CRM_NORMALIZAR_H
#define CRM_NORMALIZAR_H

#include <stddef.h>
#include <stdint.h>

/* Writes at most n bytes to saida, no end mark; returns how many. The two
 * areas may not overlap. */
extern size_t normalizar(const char *texto, size_t n, char *saida);

/* The same with what phonetics and word joining still need: a cedilla is kept
 * ("ç"), and between two words an apostrophe is written as "'", not blank. */
extern size_t normalizar_marcado(const char *texto, size_t n, char *saida);

/* Reads one character of s[0..n), n > 0; returns its bytes. *c is -1 for a byte
 * that begins no valid character (1 is returned then). */
extern size_t utf8_ler(const char *s, size_t n, int32_t *c);

/* Characters in n bytes of UTF-8. */
extern size_t utf8_contar(const char *s, size_t n);

#endif
