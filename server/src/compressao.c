/*
 * compressao.c: brotli and gzip in one call each.
 */
#include "compressao.h"

#include <brotli/decode.h>
#include <brotli/encode.h>
#include <stdint.h>
#include <stdlib.h>
#include <zlib.h>

enum
{
    GZIP_NIVEL = 1,
    BROTLI_NIVEL = 1,
    BROTLI_JANELA = 18
};

void *
brotli_comprimir(const void *dados, size_t n, size_t *saida_n)
{
    size_t max = BrotliEncoderMaxCompressedSize(n);
    uint8_t *saida = max > 0 ? malloc(max) : NULL;

    if (saida != NULL &&
        !BrotliEncoderCompress(BROTLI_NIVEL, BROTLI_JANELA, BROTLI_MODE_TEXT, n,
                               dados, &max, saida))
    {
        free(saida);
        saida = NULL;
    }
    *saida_n = max;
    return saida;
}

void *
gzip_comprimir(const void *dados, size_t n, size_t *saida_n)
{
    z_stream z = {0};
    uint8_t *saida;
    uLong max;

    if (deflateInit2(&z, GZIP_NIVEL, Z_DEFLATED, MAX_WBITS + 16, MAX_MEM_LEVEL,
                     Z_DEFAULT_STRATEGY) != Z_OK)
        return NULL;
    max = deflateBound(&z, n);
    saida = malloc(max);
    z.next_in = (Bytef *)(uintptr_t)dados;
    z.avail_in = (uInt)n;
    z.next_out = saida;
    z.avail_out = (uInt)max;
    if (saida != NULL && deflate(&z, Z_FINISH) != Z_STREAM_END)
    {
        free(saida);
        saida = NULL;
    }
    *saida_n = z.total_out;
    deflateEnd(&z);
    return saida;
}

void *
brotli_expandir(const void *dados, size_t dados_n, size_t n)
{
    uint8_t *saida = malloc(n > 0 ? n : 1);
    size_t escrito = n;

    if (saida != NULL &&
        (BrotliDecoderDecompress(dados_n, dados, &escrito, saida) !=
             BROTLI_DECODER_RESULT_SUCCESS ||
         escrito != n))
    {
        free(saida);
        saida = NULL;
    }
    return saida;
}
