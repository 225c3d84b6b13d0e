/*
 * Any bytes as a name: normalised text is within its bound, whole UTF-8, single
 * blanks, the same twice and the same for each letter's marked form; its words
 * are inside their area, distinct and findable. -DDEFEITO_PLANTADO forgets that
 * the last character may be cut off. BUSCA-2.
 * fontes: extension/fonetica.c
 */
#include "alvo.h"
#include "../../extension/normalizar.h"
#include "../../extension/palavras.h"

#include <stdbool.h>

/* Whole characters, none a capital of ASCII, single blanks between. */
static void
conferir_forma(const char *s, size_t n)
{
    size_t bytes;

    for (size_t i = 0; i < n; i += bytes)
    {
        int32_t c;

        bytes = utf8_ler(s + i, n - i, &c);
        EXIGE(c >= ' ' && c != 0x7F && !(c >= 'A' && c <= 'Z'));
        EXIGE(c != ' ' || (i > 0 && i + 1 < n && s[i + 1] != ' '));
    }
}

static void
conferir_palavras(const char *texto, size_t n,
                  int (*ler)(const char *, size_t, char *, PalavraNome *, int))
{
    char *area = malloc(PALAVRAS_AREA(n));
    PalavraNome *p = malloc(PALAVRAS_MAX(n) * sizeof(*p));
    int k = ler(texto, n, area, p, (int)PALAVRAS_MAX(n));

    for (int i = 0; i < k; i++)
    {
        EXIGE(p[i].texto.p >= area && p[i].fonetica.p >= area);
        EXIGE(p[i].texto.p + p[i].texto.n <= area + PALAVRAS_AREA(n));
        EXIGE(p[i].fonetica.p + p[i].fonetica.n <= area + PALAVRAS_AREA(n));
        EXIGE(p[i].texto.n > 0 && memchr(p[i].texto.p, ' ', p[i].texto.n) == NULL);
        conferir_forma(p[i].texto.p, p[i].texto.n);
        for (int j = 0; j < i; j++)
            EXIGE(!palavra_igual(p[i].texto, p[j].texto));
    }
    free(p);
    free(area);
}

int
LLVMFuzzerTestOneInput(const uint8_t *dados, size_t n)
{
    /* Copies of exactly n bytes: the sanitizer sees the first one behind. */
    char *texto = malloc(n ? n : 1);
    char *s = malloc(n ? n : 1);
    char *outra = malloc(n ? n : 1);
    size_t m;

    memcpy(texto, dados, n);
#ifdef DEFEITO_PLANTADO
    int32_t c;

    if (n > 0 && (dados[n - 1] & 0xE0) == 0xC0)
        EXIGE(utf8_ler(texto + n - 1, 2, &c) > 0);
#endif
    m = normalizar(texto, n, s);
    EXIGE(m <= n);
    conferir_forma(s, m);
    EXIGE(normalizar(s, m, outra) == m && memcmp(s, outra, m) == 0);

    size_t marcado = normalizar_marcado(texto, n, outra);
    char *de_novo = malloc(marcado ? marcado : 1);

    EXIGE(marcado <= n);
    EXIGE(normalizar(outra, marcado, de_novo) == m && memcmp(s, de_novo, m) == 0);
    conferir_palavras(texto, n, palavras_do_nome);
    conferir_palavras(texto, n, palavras_da_consulta);
    free(de_novo);
    free(outra);
    free(s);
    free(texto);
    return 0;
}
