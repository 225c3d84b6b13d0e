/*
 * utf8.h: valid UTF-8 (RFC 3629). Pure.
 */
#ifndef CRM_UTF8_H
#define CRM_UTF8_H

#include <stdbool.h>
#include <stddef.h>

/* Bytes of the character at s, of which n are there; 0 = it is none. */
int utf8_tamanho(const unsigned char *s, size_t n);
bool utf8_valido(const unsigned char *s, size_t n);

#endif
