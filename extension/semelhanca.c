/*
 * semelhanca.c: is one word another with a typing slip? Pure C.
 */
#include "semelhanca.h"
#include "normalizar.h"

#include <string.h>

enum
{
    SEM_SLIPS = 3, /* letters of words whose every letter counts */
    UM_SLIP = 7
};

static int letras(const char *s, size_t n, int32_t saida[SEMELHANCA_LETRAS]);
static int distancia(const int32_t *a, int na, const int32_t *b, int nb, int limite);
static int menor(int a, int b);

int
semelhanca_limite(size_t n)
{
    return n <= SEM_SLIPS ? 0 : n <= UM_SLIP ? 1 : SEMELHANCA_LIMITE;
}

int
semelhanca_distancia(const char *a, size_t na, const char *b, size_t nb, int limite)
{
    int32_t x[SEMELHANCA_LETRAS];
    int32_t y[SEMELHANCA_LETRAS];
    int nx, ny;

    if (na == nb && memcmp(a, b, na) == 0)
        return 0;
    if (limite <= 0)
        return 1;
    nx = letras(a, na, x);
    ny = letras(b, nb, y);
    if (nx < 0 || ny < 0)
        return limite + 1;
    return distancia(x, nx, y, ny, limite);
}

int
semelhanca_deslizes(const char *a, size_t na, const char *b, size_t nb)
{
    size_t x = utf8_contar(a, na);
    size_t y = utf8_contar(b, nb);
    int limite = semelhanca_limite(x < y ? x : y);
    int d = semelhanca_distancia(a, na, b, nb, limite);

    return d <= limite ? d : -1;
}

bool
semelhanca(const char *a, size_t na, const char *b, size_t nb)
{
    return semelhanca_deslizes(a, na, b, nb) >= 0;
}

/* Characters of a word, or -1 when there are too many. */
static int
letras(const char *s, size_t n, int32_t saida[SEMELHANCA_LETRAS])
{
    int m = 0;

    for (size_t i = 0; i < n;)
    {
        if (m == SEMELHANCA_LETRAS)
            return -1;
        i += utf8_ler(s + i, n - i, &saida[m++]);
    }
    return m;
}

/* Cells farther than limite from the diagonal cannot matter. */
static int
distancia(const int32_t *a, int na, const int32_t *b, int nb, int limite)
{
    int linhas[3][SEMELHANCA_LETRAS + 2];
    int *duas = linhas[0];
    int *uma = linhas[1];
    int *esta = linhas[2];
    const int longe = limite + 1;

    if (na - nb > limite || nb - na > limite)
        return longe;
    while (na > 0 && nb > 0 && a[0] == b[0])
    {
        a++, b++, na--, nb--;
    }
    while (na > 0 && nb > 0 && a[na - 1] == b[nb - 1])
    {
        na--, nb--;
    }

    for (int j = 0; j <= nb + 1; j++)
    {
        duas[j] = longe;
        uma[j] = menor(j, longe);
    }
    for (int i = 1; i <= na; i++)
    {
        int de = i - limite > 1 ? i - limite : 1;
        int ate = menor(i + limite, nb);
        int melhor = longe;
        int *troca;

        esta[de - 1] = de == 1 ? menor(i, longe) : longe;
        melhor = menor(melhor, esta[de - 1]);
        for (int j = de; j <= ate; j++)
        {
            int d = uma[j - 1] + (a[i - 1] != b[j - 1]);

            d = menor(d, menor(uma[j], esta[j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                d = menor(d, duas[j - 2] + 1);
            esta[j] = menor(d, longe);
            melhor = menor(melhor, esta[j]);
        }
        esta[ate + 1] = longe;
        if (melhor == longe)
            return longe;
        troca = duas;
        duas = uma;
        uma = esta;
        esta = troca;
    }
    return uma[nb];
}

static int
menor(int a, int b)
{
    return a < b ? a : b;
}
