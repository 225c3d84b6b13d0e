/*
 * cache_numeros.c: an answer of Redis that is a list of numbers. Pure C.
 */
#include "cache_numeros.h"

#include <limits.h>

static bool linha_acabou(CacheNumeros *n);

void
cache_numeros_comecar(CacheNumeros *n)
{
    *n = (CacheNumeros){.quantos = -1, .esperado = '*'};
}

bool
cache_numeros_ler(CacheNumeros *n, const char *p, size_t tamanho)
{
    for (const char *fim = p + tamanho; p < fim; p++)
    {
        if (cache_numeros_fim(n))
            return false;
        if (n->esperado != '\0')
        {
            if (*p != n->esperado)
                return false;
            n->esperado = '\0';
        }
        else if (*p >= '0' && *p <= '9')
        {
            n->valor = n->valor * 10 + (*p - '0');
            if (n->valor > UINT32_MAX)
                return false;
        }
        else if (*p == '\n')
        {
            if (!linha_acabou(n))
                return false;
        }
        else if (*p != '\r')
            return false;
    }
    return true;
}

bool
cache_numeros_fim(const CacheNumeros *n)
{
    return n->quantos >= 0 && n->lidos == n->quantos;
}

static bool
linha_acabou(CacheNumeros *n)
{
    if (n->quantos < 0)
    {
        if (n->valor > INT_MAX)
            return false;
        n->quantos = (int)n->valor;
    }
    else if (n->lidos++ == 0)
        n->primeiro = n->valor;
    n->esperado = ':';
    n->valor = 0;
    return true;
}
