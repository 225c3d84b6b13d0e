/*
 * semelhanca.h: is one word another with a typing slip? Pure C.
 *
 * A slip is a letter too many, too few, another one, or two neighbours swapped
 * (optimal string alignment: no part is edited twice). How many are forgiven
 * depends on the length of the shorter word: none up to 3 letters, one for 4 to
 * 7, two from 8 on.
 * Source: SPEC BUSCA-2.
 */
#ifndef CRM_SEMELHANCA_H
#define CRM_SEMELHANCA_H

#include <stdbool.h>
#include <stddef.h>

enum
{
    SEMELHANCA_LETRAS = 64, /* longer words are only like themselves */
    SEMELHANCA_LIMITE = 2   /* largest limit */
};

/* Slips forgiven in a word of so many letters. */
extern int semelhanca_limite(size_t letras);

/* Slips between two words of UTF-8 (counted in characters), or limite + 1 when
 * they are more; limite 0..SEMELHANCA_LIMITE. */
extern int semelhanca_distancia(const char *a, size_t na, const char *b, size_t nb,
                                int limite);

/* Slips between two words, or -1 when they are beyond the limit of their length. */
extern int semelhanca_deslizes(const char *a, size_t na, const char *b, size_t nb);

/* Within the limit for their length? Equal words are. */
extern bool semelhanca(const char *a, size_t na, const char *b, size_t nb);

#endif
