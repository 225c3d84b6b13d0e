/*
 * cache_palavra.h: by what tags the words of names are found.
 *
 * A word has its beginnings of 3 and of 5 letters, its runs of 3 letters further in,
 * its sound, and one or two classes: its beginning of 3 letters; and its sound where
 * that does not tell how the word begins. Two classes of a name make a pair, also
 * those of one word: who looks for two words depends on clients that have both, not
 * on those that have either.
 */
#ifndef CRM_CACHE_PALAVRA_H
#define CRM_CACHE_PALAVRA_H

#include "cache.h"
#include "palavras.h"

enum
{
    CLASSES_MAX = 2
};

/* Bytes of the first so many letters, 0: it is shorter. */
extern size_t palavra_inicio(Palavra palavra, int letras);
/* The classes (slots of tags) of a word of a name; how many. */
extern int palavra_classes(Palavra palavra, Palavra som,
                           uint32 classes[CLASSES_MAX]);
/* How words of that sound begin whose only class is their beginning: its slot; 0:
 * there are none. */
extern uint32 som_classe_inicio(Palavra som);
extern uint32 som_classe(Palavra som);
extern uint32 inicio_classe(const char *p, size_t n);
/* The tag of two classes, in any order. */
extern uint32 par_slot(uint32 a, uint32 b);
extern void par_marcar(uint32 a, uint32 b);

#endif
