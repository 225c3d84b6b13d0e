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

const char janela_lua[] =
    "local t=redis.call('TIME') "
    "local j,lim=tonumber(ARGV[1]),tonumber(ARGV[2]) "
    "local ms=t[1]*1000+math.floor(t[2]/1000) "
    "local w=math.floor(ms/j) local resto=(w+1)*j-ms "
    "local d=redis.call('HMGET',KEYS[1],'w','a','p') "
    "local dw,a,p=tonumber(d[1]),0,0 "
    "if dw==w then a,p=tonumber(d[2]),tonumber(d[3]) "
    "elseif dw==w-1 then p=tonumber(d[2]) end "
    "local livres=lim-a-math.ceil(p*resto/j) "
    "if livres<=0 then "
    "local v,e=lim-1-a,0 "
    "if v>=0 and p>0 then e=resto-math.floor(v*j/p) "
    "elseif a==0 then e=resto "
    "else e=resto+j-math.floor((lim-1)*j/a) end "
    "return {0,0,e} end "
    "redis.call('HSET',KEYS[1],'w',w,'a',a+1,'p',p) "
    "redis.call('PEXPIRE',KEYS[1],2*j) "
    "return {1,livres-1,resto}";
