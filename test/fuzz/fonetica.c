/*
 * Any two words: keys are within their bound, whole UTF-8, never a letter twice
 * in a row, and equal for equal words; slips between the words are counted alike
 * both ways and are none for equal words. -DDEFEITO_PLANTADO gives the key five
 * bytes. BUSCA-2.
 */
#include "alvo.h"
#include "../../extension/fonetica.h"
#include "../../extension/normalizar.h"
#include "../../extension/semelhanca.h"

#ifdef DEFEITO_PLANTADO
#define CHAVE_BYTES 5
#else
#define CHAVE_BYTES FONETICA_BYTES
#endif

/* The key of a typed text as one word; *m is its bytes. */
static char *
chave(const char *texto, size_t n, size_t *m)
{
    char *marcado = malloc(n ? n : 1);
    char *saida = malloc(CHAVE_BYTES);
    size_t k = normalizar_marcado(texto, n, marcado);
    size_t bytes;

    *m = fonetica(marcado, k, saida);
    EXIGE(*m <= FONETICA_BYTES && *m <= k + 1);
    for (size_t i = 0; i < *m; i += bytes)
    {
        int32_t c;

        bytes = utf8_ler(saida + i, *m - i, &c);
        EXIGE(c >= ' ' && !(c >= 'a' && c <= 'z'));
        EXIGE(i == 0 || c < 'A' || c > 'Z' || saida[i - 1] != c);
    }
    free(marcado);
    return saida;
}

int
LLVMFuzzerTestOneInput(const uint8_t *dados, size_t n)
{
    const uint8_t *fim = memchr(dados, '\n', n);
    size_t na = fim != NULL ? (size_t)(fim - dados) : n;
    size_t nb = fim != NULL ? n - na - 1 : 0;
    char *a = malloc(na ? na : 1);
    char *b = malloc(nb ? nb : 1);
    size_t ka, kb;

    memcpy(a, dados, na);
    if (nb > 0)
        memcpy(b, fim + 1, nb);

    char *x = chave(a, na, &ka);
    char *y = chave(b, nb, &kb);

    EXIGE(na != nb || memcmp(a, b, na) != 0 || (ka == kb && memcmp(x, y, ka) == 0));
    EXIGE(semelhanca(a, na, a, na));
    EXIGE(semelhanca(a, na, b, nb) == semelhanca(b, nb, a, na));
    for (int limite = 0; limite <= SEMELHANCA_LIMITE; limite++)
    {
        int d = semelhanca_distancia(a, na, b, nb, limite);

        EXIGE(d >= 0 && d <= limite + 1);
        EXIGE(d == semelhanca_distancia(b, nb, a, na, limite));
    }
    free(x);
    free(y);
    free(a);
    free(b);
    return 0;
}
