/*
 * server/src/janela.c: never more than the limit in any window, and the wait it
 * tells is right. API-3, I-9. SEMENTE in the environment replays.
 */
#include "../../server/src/janela.h"
#include "tap.h"

#include <stdlib.h>

enum
{
    PEDIDOS = 4000
};

static uint64_t estado;

static int64_t
sorteio(int64_t maior)
{
    estado ^= estado << 13;
    estado ^= estado >> 7;
    estado ^= estado << 17;
    return (int64_t)(estado % (uint64_t)(maior + 1));
}

/*
 * Random arrivals: inside one fixed window no more than limite; over any span of
 * JANELA_MS no more than 2 * limite - 1 (a counter of two windows supposes the
 * old requests evenly spread; the bound is what remains if they were not).
 */
static int
corrida(int64_t limite, int64_t passo)
{
    static int64_t aceitos[PEDIDOS];
    int64_t agora = 1700000000000 + sorteio(JANELA_MS);
    Janela j = {0};
    int n = 0, ini = 0;

    for (int i = 0; i < PEDIDOS; i++)
    {
        JanelaDecisao d = janela_contar(&j, agora, limite);

        if (d.permitido)
        {
            aceitos[n++] = agora;
            while (aceitos[n - 1] - aceitos[ini] >= JANELA_MS)
                ini++;
            if (n - ini > 2 * limite - 1 && limite > 1)
                return 0;
            if (d.restam < 0 || d.restam >= limite)
                return 0;
        }
        else
        {
            Janela copia = j;

            if (d.espera_ms <= 0 || d.espera_ms > 2 * JANELA_MS)
                return 0;
            if (!janela_contar(&copia, agora + d.espera_ms, limite).permitido)
                return 0;
        }
        agora += sorteio(passo);
    }
    return 1;
}

int
main(void)
{
    const char *s = getenv("SEMENTE");
    int64_t t = 1700000040000 / JANELA_MS * JANELA_MS;
    Janela j = {0};
    int aceitos = 0;

    estado = s != NULL ? strtoull(s, NULL, 10) : 88172645463325252u;
    printf("# SEMENTE=%llu\n", (unsigned long long)estado);

    for (int i = 0; i < 150; i++)
        aceitos += janela_contar(&j, t + i, 100).permitido;
    CONFERE(aceitos == 100, "100 of 150 in one moment pass");
    CONFERE(!janela_contar(&j, t + JANELA_MS, 100).permitido,
            "nor does the next window begin empty");
    CONFERE(janela_contar(&j, t + JANELA_MS + JANELA_MS / 2, 100).restam == 49,
            "half a window later half the budget is back");
    CONFERE(janela_contar(&j, t + 3 * JANELA_MS, 100).restam == 99,
            "after two idle windows all of it");
    CONFERE(janela_contar(&(Janela){0}, t, 1).permitido, "limit 1 lets one in");

    for (int limite = 1; limite <= 64; limite *= 2)
        for (int64_t passo = 10; passo <= 100000; passo *= 10)
            CONFERE(corrida(limite, passo), "limit %d, up to %lld ms apart",
                    limite, (long long)passo);
    return tap_fim();
}
