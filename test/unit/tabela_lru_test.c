/*
 * server/src/tabela_lru.c: bounded, finds what it has, forgets what was not used
 * for longest. CACHE-6. SEMENTE in the environment replays.
 */
#include "../../server/src/tabela_lru.h"
#include "tap.h"

#include <stdlib.h>
#include <string.h>

enum
{
    MAX = 50,
    CHAVES = 120,
    PASSOS = 20000
};

typedef struct Coisa
{
    LruNo no;
    int chave;
} Coisa;

static int soltas;

static void
soltar(LruNo *no)
{
    soltas++;
    free(no);
}

static bool
igual(const LruNo *no, const void *chave)
{
    return ((const Coisa *)no)->chave == *(const int *)chave;
}

int
main(void)
{
    const char *semente = getenv("SEMENTE");
    int uso[CHAVES] = {0}, vez = 0, erros = 0, postas = 0;
    TabelaLru t;

    srandom(semente != NULL ? (unsigned)atoi(semente) : 1);
    CONFERE(lru_iniciar(&t, MAX, soltar), "made");
    for (int i = 0; i < PASSOS; i++)
    {
        int chave = (int)(random() % CHAVES), mais_novas = 0;
        LruNo *no = lru_achar(&t, (uint64_t)(chave % 7), igual, &chave);

        /* It is there exactly when fewer than MAX others were used since. */
        for (int k = 0; k < CHAVES; k++)
        {
            mais_novas += uso[k] > uso[chave];
        }
        erros += (no != NULL) != (uso[chave] > 0 && mais_novas < MAX);
        erros += t.n > MAX;
        if (no == NULL)
        {
            Coisa *c = calloc(1, sizeof *c);

            c->chave = chave;
            lru_por(&t, (uint64_t)(chave % 7), &c->no);
            postas++;
        }
        uso[chave] = ++vez;
    }
    CONFERE(erros == 0, "as a list by last use");
    lru_esvaziar(&t);
    CONFERE(t.n == 0 && t.novo == NULL && t.velho == NULL && soltas == postas, "each is given back once");
    free(t.baldes);
    return tap_fim();
}
