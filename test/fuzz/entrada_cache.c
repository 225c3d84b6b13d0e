/*
 * Any bytes as an entry of the cache, as its stamps and as the fence: what is read
 * lies inside the bytes, keeps the limits and is written back the same.
 * -DDEFEITO_PLANTADO plants a defect to be found.
 */
#include "alvo.h"
#include "../../server/src/cache_entrada.h"
#include "../../server/src/compressao.h"

static bool
ler(void *arg, uint32_t slot, uint32_t *valor)
{
    *valor = 0;
    return slot % 2 == 0;
}

static void
dentro(const void *p, size_t m, const uint8_t *dados, size_t n)
{
    const uint8_t *q = p;

    if (q < dados || m > n || q + m > dados + n)
        abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *dados, size_t n)
{
    static CachePar pares[CACHE_PARES_MAX];
    unsigned char chave[CACHE_CHAVE_BYTES] = {0};
    uint8_t *copia = malloc(n + 1);
    char run_id[41];
    uint64_t epoca;
    CacheEntrada e;

    memcpy(copia, dados, n);
    /* The key stands in the entry: take it from there, or all would be refused. */
    if (n >= 48 + CACHE_CHAVE_BYTES)
        memcpy(chave, copia + 48, CACHE_CHAVE_BYTES);
    if (cache_entrada_ler(copia, n, chave, pares, &e))
    {
        unsigned char *volta = malloc(cache_entrada_tamanho(&e));

        dentro(e.versao, e.versao_n, copia, n);
        dentro(e.link, e.link_n, copia, n);
        dentro(e.total, e.total_n, copia, n);
        dentro(e.corpo, e.corpo_n, copia, n);
        if (e.npares < 2 || e.npares > CACHE_PARES_MAX || cache_entrada_tamanho(&e) != n)
            abort();
        (void)cache_pares_uteis(e.pares, e.npares);
        (void)cache_pares_limpos(e.pares, e.npares, ler, NULL);
        cache_entrada_escrever(&e, volta);
        if (memcmp(volta, copia, n) != 0)
            abort();
        free(volta);
        if (e.codificacao == CACHE_BROTLI && e.bruto_n < 1 << 16)
            free(brotli_expandir(e.corpo, e.corpo_n, e.bruto_n));
#ifdef DEFEITO_PLANTADO
        if (e.npares > 2)
            abort();
#endif
    }
    if (cache_cerca_ler((const char *)copia, n, &epoca, run_id) && (epoca == 0 || strlen(run_id) != 40))
        abort();
    free(copia);
    return 0;
}
