/*
 * janela.c: sliding-window counter.
 *
 * Two fixed windows stand for a sliding one: what the previous window counted
 * weighs as much as it still overlaps the last JANELA_MS. Refused requests are
 * not counted, so that a client that keeps knocking gets in when it may. A
 * subject costs three numbers, whatever the limit.
 */
#include "janela.h"

static int64_t janela_espera(const Janela *j, int64_t resto, int64_t limite);

/* Counts one request unless that would pass limite (>= 1) per JANELA_MS. */
JanelaDecisao
janela_contar(Janela *j, int64_t agora_ms, int64_t limite)
{
    int64_t indice = agora_ms / JANELA_MS;
    int64_t resto = (indice + 1) * JANELA_MS - agora_ms;
    int64_t livres;

    if (indice != j->indice)
    {
        j->anterior = indice == j->indice + 1 ? j->atual : 0;
        j->atual = 0;
        j->indice = indice;
    }

    /* Rounded up: half an old request still is one. */
    livres = limite - j->atual -
             (j->anterior * resto + JANELA_MS - 1) / JANELA_MS;
    if (livres <= 0)
        return (JanelaDecisao){false, 0, janela_espera(j, resto, limite)};

    j->atual++;
    return (JanelaDecisao){true, livres - 1, resto};
}

/* Milliseconds until janela_contar would allow one, if nobody else asks. */
static int64_t
janela_espera(const Janela *j, int64_t resto, int64_t limite)
{
    int64_t velho = limite - 1 - j->atual; /* what the old may still weigh */

    if (velho >= 0 && j->anterior > 0)
        return resto - velho * JANELA_MS / j->anterior;
    if (j->atual == 0)
        return resto;
    return resto + JANELA_MS - (limite - 1) * JANELA_MS / j->atual;
}
