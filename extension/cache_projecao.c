/*
 * cache_projecao.c: rows of one table that tell on answers about others.
 */
#include "cache.h"

void
cache_projetar(void)
{
}
