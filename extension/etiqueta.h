/*
 * etiqueta.h: from what a row or a query is about to a slot of the cache's
 * array of counters. Pure C.
 *
 * A slot is a counter of the transactions that marked it. Those below
 * ETIQUETA_FIXOS belong to tables: QUALQUER (any row of it changed) and MASSA (more
 * changed than is worth naming). The rest are hashed; two tags in one slot cost a
 * hit, nothing else. Slot 0 holds the array's magic number and is nobody's.
 *
 * Whatever is marked, QUALQUER of its table is among it, in the same command: the
 * front takes it that nothing moves while the slots of tables stand.
 */
#ifndef CRM_ETIQUETA_H
#define CRM_ETIQUETA_H

#include <stddef.h>
#include <stdint.h>

enum
{
    ETIQUETA_FIXOS = 64,
    ETIQUETA_SLOTS = 1 << 18,
    ETIQUETA_TABELAS_MAX = ETIQUETA_FIXOS / 2 - 1, /* numbers 1 to this */
    ETIQUETA_GRAMA_CURTA = 3,                      /* letters */
    ETIQUETA_GRAMA_LONGA = 5
};

extern uint32_t etiqueta_qualquer(int tabela);
extern uint32_t etiqueta_massa(int tabela);

/* especie tells the columns of a table apart, 1 to 255; n 0 is NULL or ''. */
extern uint32_t etiqueta_slot(int tabela, int especie, const void *valor,
                              size_t n);

/*
 * Calls ver() with each run of `letras` letters of a normalised text
 * (normalizar.h), blanks count as letters. Returns how many; 0: shorter.
 */
typedef void (*EtiquetaTrecho)(void *arg, const char *p, size_t n);
extern int etiqueta_trechos(const char *normal, size_t n, int letras,
                            EtiquetaTrecho ver, void *arg);

/* The same with their slots. */
typedef void (*EtiquetaVer)(void *arg, uint32_t slot);
extern int etiqueta_gramas(int tabela, int especie, const char *normal,
                           size_t n, int letras, EtiquetaVer ver, void *arg);

#endif
