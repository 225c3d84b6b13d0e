/*
 * etiqueta.c: from what a row or a query is about to a slot of the cache.
 */
#include "etiqueta.h"

#include "normalizar.h"

static uint64_t misturar(uint64_t h, const void *dados, size_t n);
static uint32_t reduzir(uint64_t h);

uint32_t
etiqueta_qualquer(int tabela)
{
    return (uint32_t)tabela * 2;
}

uint32_t
etiqueta_massa(int tabela)
{
    return (uint32_t)tabela * 2 + 1;
}

uint32_t
etiqueta_slot(int tabela, int especie, const void *valor, size_t n)
{
    const unsigned char prefixo[2] = {(unsigned char)tabela,
                                      (unsigned char)especie};

    /* FNV-1a: offset basis, then prime */
    return reduzir(misturar(misturar(UINT64_C(0xcbf29ce484222325), prefixo,
                                     sizeof(prefixo)),
                            valor, n));
}

int
etiqueta_trechos(const char *normal, size_t n, int letras, EtiquetaTrecho ver,
                 void *arg)
{
    size_t inicio = 0;
    size_t fim = 0;
    int dentro = 0; /* letters from inicio to fim */
    int quantas = 0;

    while (fim < n)
    {
        int32_t c;

        fim += utf8_ler(normal + fim, n - fim, &c);
        if (++dentro < letras)
            continue;
        ver(arg, normal + inicio, fim - inicio);
        quantas++;
        inicio += utf8_ler(normal + inicio, n - inicio, &c);
        dentro--;
    }
    return quantas;
}

typedef struct Gramas
{
    int tabela;
    int especie;
    EtiquetaVer ver;
    void *arg;
} Gramas;

static void
grama(void *arg, const char *p, size_t n)
{
    const Gramas *g = arg;

    g->ver(g->arg, etiqueta_slot(g->tabela, g->especie, p, n));
}

int
etiqueta_gramas(int tabela, int especie, const char *normal, size_t n,
                int letras, EtiquetaVer ver, void *arg)
{
    Gramas g = {tabela, especie, ver, arg};

    return etiqueta_trechos(normal, n, letras, grama, &g);
}

static uint64_t
misturar(uint64_t h, const void *dados, size_t n)
{
    const unsigned char *p = dados;

    for (size_t i = 0; i < n; i++)
        h = (h ^ p[i]) * UINT64_C(0x100000001b3);
    return h;
}

/* FNV leaves short inputs close together: spread them first (MurmurHash3). */
static uint32_t
reduzir(uint64_t h)
{
    h ^= h >> 33;
    h *= UINT64_C(0xff51afd7ed558ccd);
    h ^= h >> 33;
    h *= UINT64_C(0xc4ceb9fe1a85ec53);
    h ^= h >> 33;
    return ETIQUETA_FIXOS + (uint32_t)(h % (ETIQUETA_SLOTS - ETIQUETA_FIXOS));
}
