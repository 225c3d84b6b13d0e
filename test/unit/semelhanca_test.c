/*
 * extension/semelhanca.c: which words are a typing slip apart, against the whole
 * table of optimal string alignment over random words. BUSCA-2.
 * fontes: extension/normalizar.c
 */
#include "tap.h"
#include "semelhanca.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum
{
    LETRAS_MAX = 14,
    SORTEIOS = 200000,
    SEMENTE = 20240607
};

static const struct
{
    const char *a;
    const char *b;
    bool semelhantes;
} casos[] = {
    {"", "", true},
    {"ana", "ana", true},
    {"ana", "ann", false}, /* three letters: exact */
    {"ana", "anna", false},
    {"joao", "jaao", true},
    {"joao", "jooa", true}, /* neighbours swapped */
    {"joao", "oajo", false},
    {"souza", "suoza", true},
    {"souza", "soza", true},
    {"souza", "ssouza", true},
    {"souza", "suzoa", false},
    {"silva", "selvo", false},
    {"oliveira", "olivera", true}, /* 7 letters: one */
    {"oliveira", "oilvera", false},
    {"fernanda", "frenanda", true},
    {"fernanda", "frenamda", true}, /* 8: two */
    {"fernanda", "frenamdo", false},
    {"fernandes", "ferreira", false},
    {"goncalves", "gonsalvez", true},
    {"мария", "мариа", true}, /* characters, not bytes */
    {"мария", "марао", false},
};

static uint32_t
sortear(uint32_t *s)
{
    *s ^= *s << 13;
    *s ^= *s >> 17;
    *s ^= *s << 5;
    return *s;
}

/* The definition, every cell. */
static int
tabela(const char *a, int na, const char *b, int nb)
{
    int d[LETRAS_MAX + 1][LETRAS_MAX + 1];

    for (int i = 0; i <= na; i++)
        d[i][0] = i;
    for (int j = 0; j <= nb; j++)
        d[0][j] = j;
    for (int i = 1; i <= na; i++)
    {
        for (int j = 1; j <= nb; j++)
        {
            int v = d[i - 1][j - 1] + (a[i - 1] != b[j - 1]);

            v = d[i - 1][j] + 1 < v ? d[i - 1][j] + 1 : v;
            v = d[i][j - 1] + 1 < v ? d[i][j - 1] + 1 : v;
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
                d[i - 2][j - 2] + 1 < v)
                v = d[i - 2][j - 2] + 1;
            d[i][j] = v;
        }
    }
    return d[na][nb];
}

static void
sorteadas(void)
{
    uint32_t s = SEMENTE;
    int errados = 0, perto = 0;

    for (int k = 0; k < SORTEIOS; k++)
    {
        char a[LETRAS_MAX];
        char b[LETRAS_MAX];
        int na = (int)(sortear(&s) % LETRAS_MAX);
        int nb;

        for (int i = 0; i < na; i++)
            a[i] = (char)('a' + sortear(&s) % 3);
        memcpy(b, a, sizeof(b));
        nb = na;
        for (int slips = (int)(sortear(&s) % 4); slips > 0; slips--)
        {
            int i = nb > 0 ? (int)(sortear(&s) % (uint32_t)nb) : 0;

            switch (sortear(&s) % 3)
            {
                case 0:
                    if (nb > 0)
                        b[i] = (char)('a' + sortear(&s) % 3);
                    break;
                case 1:
                    if (nb > 0)
                        memmove(b + i, b + i + 1, (size_t)(--nb - i));
                    break;
                default:
                    if (nb < LETRAS_MAX)
                    {
                        memmove(b + i + 1, b + i, (size_t)(nb++ - i));
                        b[i] = 'b';
                    }
            }
        }

        int certo = tabela(a, na, b, nb);

        for (int limite = 0; limite <= SEMELHANCA_LIMITE; limite++)
        {
            int d = semelhanca_distancia(a, (size_t)na, b, (size_t)nb, limite);

            errados += d != (certo <= limite ? certo : limite + 1);
            errados += d != semelhanca_distancia(b, (size_t)nb, a, (size_t)na, limite);
        }
        perto += certo <= SEMELHANCA_LIMITE;
    }
    CONFERE(errados == 0, "%d random pairs, %d of them near", SORTEIOS, perto);
    CONFERE(perto > SORTEIOS / 2 && perto < SORTEIOS, "near and far pairs");
}

static void
longas(void)
{
    char a[SEMELHANCA_LETRAS + 1];
    char b[SEMELHANCA_LETRAS + 1];

    memset(a, 'a', sizeof(a));
    memset(b, 'a', sizeof(b));
    CONFERE(semelhanca(a, sizeof(a), b, sizeof(b)), "65 letters, equal");
    b[30] = 'b';
    CONFERE(!semelhanca(a, sizeof(a), b, sizeof(b)), "65 letters, one differs");
    CONFERE(semelhanca(a, sizeof(a) - 1, b, sizeof(b) - 1), "64 letters, one differs");
}

int
main(void)
{
    for (size_t i = 0; i < sizeof(casos) / sizeof(casos[0]); i++)
    {
        /* Exactly its bytes, so that the sanitizer sees one read too many. */
        size_t na = strlen(casos[i].a);
        size_t nb = strlen(casos[i].b);
        char *a = malloc(na + 1);
        char *b = malloc(nb + 1);

        memcpy(a, casos[i].a, na);
        memcpy(b, casos[i].b, nb);
        CONFERE(semelhanca(a, na, b, nb) == casos[i].semelhantes &&
                    semelhanca(b, nb, a, na) == casos[i].semelhantes,
                "%s and %s", casos[i].a, casos[i].b);
        free(a);
        free(b);
    }
    CONFERE(semelhanca_limite(3) == 0 && semelhanca_limite(4) == 1 &&
                semelhanca_limite(7) == 1 && semelhanca_limite(8) == 2,
            "limits by length");
    sorteadas();
    longas();
    return tap_fim();
}
