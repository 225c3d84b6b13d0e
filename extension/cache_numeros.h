/*
 * cache_numeros.h: an answer of Redis that is a list of numbers, read in whatever
 * pieces it comes. Pure C.
 *
 * That of a mark has some fifty numbers, of which one matters: no object is
 * made for each.
 */
#ifndef CRM_CACHE_NUMEROS_H
#define CRM_CACHE_NUMEROS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct CacheNumeros
{
    int quantos; /* -1: not known yet */
    int lidos;
    int64_t primeiro;
    int64_t valor; /* of the line that is being read */
    char esperado; /* the type that a line begins with; '\0': inside of one */
} CacheNumeros;

extern void cache_numeros_comecar(CacheNumeros *n);

/* The next bytes. false: something else than a list of numbers from 0 to 2^32 - 1,
 * or more than the list. */
extern bool cache_numeros_ler(CacheNumeros *n, const char *p, size_t tamanho);

extern bool cache_numeros_fim(const CacheNumeros *n);

#endif
