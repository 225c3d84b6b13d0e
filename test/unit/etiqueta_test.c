/*
 * etiqueta.c: slots of tables and tags, runs of letters (CACHE-3).
 * fontes: extension/normalizar.c
 */
#include "tap.h"

#include "etiqueta.h"

#include <stdlib.h>
#include <string.h>

typedef struct Vistos
{
    int n;
    uint32_t slot[64];
} Vistos;

static void
ver(void *arg, uint32_t slot)
{
    Vistos *v = arg;

    if (v->n < 64)
        v->slot[v->n] = slot;
    v->n++;
}

static uint32_t
texto(const char *s)
{
    return etiqueta_slot(6, 5, s, strlen(s));
}

static void
tabelas(void)
{
    int bons = 1;

    for (int t = 1; t <= ETIQUETA_TABELAS_MAX; t++)
        bons &= etiqueta_qualquer(t) >= 2 && etiqueta_massa(t) < ETIQUETA_FIXOS &&
                etiqueta_massa(t) == etiqueta_qualquer(t) + 1;
    CONFERE(bons, "each table has two slots below the hashed ones, none is slot 0");
}

static void
espalhadas(void)
{
    static unsigned quantos[ETIQUETA_SLOTS];
    unsigned maior = 0;
    int dentro = 1;

    for (int64_t id = 1; id <= 1000000; id++)
    {
        uint32_t s = etiqueta_slot(6, 1, &id, sizeof(id));

        dentro &= s >= ETIQUETA_FIXOS && s < ETIQUETA_SLOTS;
        if (++quantos[s] > maior)
            maior = quantos[s];
    }
    CONFERE(dentro, "hashed slots lie above the fixed ones");
    CONFERE(maior < 20, "a million ids: no slot has five times its share (%u)", maior);
}

static void
distintas(void)
{
    CONFERE(texto("ana") == texto("ana"), "the same, the same");
    CONFERE(texto("ana") != texto("anb"), "another text");
    CONFERE(etiqueta_slot(6, 5, "ana", 3) != etiqueta_slot(7, 5, "ana", 3), "another table");
    CONFERE(etiqueta_slot(6, 5, "ana", 3) != etiqueta_slot(6, 4, "ana", 3), "another column");
    CONFERE(etiqueta_slot(6, 5, "", 0) >= ETIQUETA_FIXOS, "nothing has a slot too");
}

static void
gramas(void)
{
    Vistos v = {0};
    Vistos w = {0};

    CONFERE(etiqueta_gramas(6, 5, "ana b", 5, 3, ver, &v) == 3 && v.n == 3 &&
           v.slot[0] == texto("ana") && v.slot[1] == texto("na ") && v.slot[2] == texto("a b"),
       "three letters, blanks count");
    CONFERE(etiqueta_gramas(6, 5, "ana", 3, 5, ver, &w) == 0 && w.n == 0, "shorter: none");
    /* One letter of two bytes, as in what stays of other scripts. */
    CONFERE(etiqueta_gramas(6, 5, "\xd0\xb0\xd0\xb1\xd0\xb2\xd0\xb3", 8, 3, ver, &w) == 2 &&
           w.slot[0] == texto("\xd0\xb0\xd0\xb1\xd0\xb2"),
       "letters, not bytes");
    CONFERE(etiqueta_gramas(6, 5, "", 0, 3, ver, &w) == 0, "an empty text");
}

int
main(void)
{
    tabelas();
    espalhadas();
    distintas();
    gramas();
    return tap_fim();
}
