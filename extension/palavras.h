/*
 * palavras.h: the words of a name. Pure C.
 *
 * A word is a slice (pointer and bytes) of memory the caller owns; nothing here
 * allocates.
 */
#ifndef CRM_PALAVRAS_H
#define CRM_PALAVRAS_H

#include <stdbool.h>
#include <stddef.h>

typedef struct Palavra
{
    const char *p;
    size_t n;
} Palavra;

typedef struct PalavraNome
{
    Palavra texto;    /* as normalizar() writes it */
    Palavra fonetica; /* its key, from the spelling with its cedilla */
} PalavraNome;

/* Words at most in the index of a name of n bytes, and bytes of area for them. */
#define PALAVRAS_MAX(n) ((n) + 1)
#define PALAVRAS_AREA(n) (10 * (n) + 16)

/*
 * Words a stored name is found by, distinct, in the order of the name:
 *   - its words without the connectors de, da, do, dos, das, e (with them when
 *     there is nothing else);
 *   - after d, l, o and sant, also the word joined with the next one, because
 *     half the world writes Davila and Santana: "D'Ávila" is d, davila, avila.
 * texto is the name as typed, area has PALAVRAS_AREA(n) bytes and is what the
 * slices point to. Returns how many; words beyond max are left out, never with
 * max = PALAVRAS_MAX(n).
 */
extern int palavras_do_nome(const char *texto, size_t n, char *area,
                            PalavraNome *saida, int max);

/*
 * Words of a name somebody looks for: distinct, in the order typed, without
 * connectors unless there is nothing else. "sant'anna", "sant anna", "d'avila"
 * are one word (santanna, davila), since stored names are found by it; "d avila"
 * is two, the d may be an initial. Otherwise like palavras_do_nome().
 */
extern int palavras_da_consulta(const char *texto, size_t n, char *area,
                                PalavraNome *saida, int max);

/* Words of a normalised or marked text, cut at blanks and apostrophes; slices of
 * it. Returns how many; those beyond max are left out. */
extern int palavras_dividir(const char *normalizado, size_t n, Palavra *saida,
                            int max);

/* Byte by byte. */
extern bool palavra_igual(Palavra a, Palavra b);

#endif
