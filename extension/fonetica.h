/*
 * fonetica.h: how a Brazilian name sounds. Pure C.
 *
 * Two words with the same key are spelling twins: Luiz and Luís, Souza and
 * Sousa, Thiago and Tiago, Victor and Vítor, Stephany and Estefani. Vowels stay,
 * so that Maria and Mário, Paulo and Paula have different keys. The rules are
 * facts of spelling, listed in fonetica.c.
 * Source: SPEC BUSCA-2.
 */
#ifndef CRM_FONETICA_H
#define CRM_FONETICA_H

#include <stddef.h>

enum
{
    FONETICA_PALAVRA = 64,                 /* bytes of a word that count */
    FONETICA_BYTES = FONETICA_PALAVRA + 1  /* longest key */
};

/*
 * The key of one word as normalizar_marcado() writes it: upper-case letters,
 * digits and, unchanged, characters of other scripts. Without its cedilla a
 * "ç" sounds as c ("goncalves" is GONKALVES, "gonçalves" GONSALVES), so keys of
 * stored names are taken from the marked form. Returns bytes written, no end
 * mark; always whole characters.
 */
extern size_t fonetica(const char *palavra, size_t n, char saida[FONETICA_BYTES]);

#endif
