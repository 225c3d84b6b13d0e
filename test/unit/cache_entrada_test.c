/*
 * server/src/cache_entrada.c: entries out of Redis are bytes of nobody. CACHE-1,
 * CACHE-2: what is not exactly an entry of the key is none, and what was written
 * comes back.
 */
#include "../../server/src/cache_entrada.h"
#include "tap.h"

#include <stdlib.h>
#include <string.h>

static const unsigned char chave[CACHE_CHAVE_BYTES] = "chave de trinta e dois bytes ...";
static CachePar lidos[CACHE_PARES_MAX];
static const CachePar pares[] = {{5, PAR_INICIO, 7}, {700, 0, 9}, {701, PAR_INUTIL, 0}, {6, PAR_INICIO, 1}, {CACHE_SLOTS - 1, 0, 2}};
static uint32_t valores[CACHE_SLOTS];

static CacheEntrada
entrada(void)
{
    CacheEntrada e = {.epoca = 18446744073709551615u, .ate = 1700000000000, .bruto_n = 5, .pares = pares, .npares = 5,
                      .versao = "12", .versao_n = 2, .link = "<x>", .link_n = 3, .total = "1", .total_n = 1,
                      .corpo = (const unsigned char *)"corpo", .corpo_n = 5};

    memcpy(e.chave, chave, sizeof chave);
    memcpy(e.hash, "hash de doze", CACHE_HASH_BYTES);
    return e;
}

static bool
ler(void *arg, uint32_t slot, uint32_t *valor)
{
    *valor = valores[slot];
    return arg == NULL || *(uint32_t *)arg != slot;
}

static void
por(uint32_t slot, uint32_t marcas)
{
    valores[slot] = marcas;
}

static void
prova_leitura(void)
{
    CacheEntrada e = entrada(), lida;
    size_t n = cache_entrada_tamanho(&e), recusadas = 0;
    unsigned char *b = malloc(n + 1), outra[CACHE_CHAVE_BYTES] = {0};

    cache_entrada_escrever(&e, b);
    CONFERE(cache_entrada_ler(b, n, chave, lidos, &lida) && lida.epoca == e.epoca && lida.ate == e.ate && lida.npares == 5 &&
           memcmp(lida.pares, pares, sizeof pares) == 0 && lida.versao_n == 2 && memcmp(lida.versao, "12", 2) == 0 &&
           lida.link_n == 3 && lida.total_n == 1 && lida.corpo_n == 5 && memcmp(lida.corpo, "corpo", 5) == 0,
       "what was written comes back");
    CONFERE(!cache_entrada_ler(b, n, outra, lidos, &lida), "another key: none");
    for (size_t i = 0; i < n; i++)
        recusadas += !cache_entrada_ler(b, i, chave, lidos, &lida);
    CONFERE(recusadas == n, "cut anywhere: none");
    CONFERE(!cache_entrada_ler(b, n + 1, chave, lidos, &lida), "longer than it says: none");
    for (size_t i = 0; i < 4; i++)
    {
        b[i] ^= 1;
        recusadas += !cache_entrada_ler(b, n, chave, lidos, &lida);
        b[i] ^= 1;
    }
    CONFERE(recusadas == n + 4, "another mark or version: none");
    b[28] = 2;
    CONFERE(!cache_entrada_ler(b, n, chave, lidos, &lida), "unknown coding: none");
    b[28] = 0;
    b[80] = 0;
    CONFERE(!cache_entrada_ler(b, n, chave, lidos, &lida), "pairs without a beginning: none");
    b[80] = PAR_INICIO;
    b[80 + 5 * 8] = 'x';
    CONFERE(!cache_entrada_ler(b, n, chave, lidos, &lida), "a version that is no number: none");
    b[80 + 5 * 8] = '1';
    b[80 + 5 * 8 + 2] = '\n';
    CONFERE(!cache_entrada_ler(b, n, chave, lidos, &lida), "a header with a line end: none");
    free(b);
}

static void
prova_pares(void)
{
    static const CachePar so_massa[] = {{5, PAR_INICIO, 7}};
    static const CachePar sem_inicio[] = {{5, 0, 7}, {6, 0, 7}};
    static const CachePar dois_inicios[] = {{5, PAR_INICIO, 7}, {6, PAR_INICIO, 7}, {8, 0, 1}};
    static const CachePar alem[] = {{5, PAR_INICIO, 7}, {CACHE_SLOTS, 0, 7}};
    static const CachePar inuteis[] = {{5, PAR_INICIO, 7}, {6, PAR_INUTIL, 0}};
    static const CachePar massa_inutil[] = {{5, PAR_INICIO | PAR_INUTIL, 0}, {6, 0, 0}};
    uint32_t some;

    CONFERE(cache_pares_validos(pares, 5) && cache_pares_uteis(pares, 5), "two groups");
    CONFERE(!cache_pares_validos(pares, 0), "none at all");
    CONFERE(!cache_pares_validos(so_massa, 1), "a group of one");
    CONFERE(!cache_pares_validos(sem_inicio, 2), "no beginning");
    CONFERE(!cache_pares_validos(dois_inicios, 3), "a group of one before another");
    CONFERE(!cache_pares_validos(alem, 2), "a slot beyond the last");
    CONFERE(cache_pares_validos(inuteis, 2) && !cache_pares_uteis(inuteis, 2), "nothing useful in it");
    CONFERE(!cache_pares_uteis(massa_inutil, 2), "the first was pending");

    por(5, 7), por(700, 9), por(701, 0), por(6, 1), por(CACHE_SLOTS - 1, 2);
    CONFERE(cache_pares_limpos(pares, 5, ler, NULL), "nothing has moved");
    por(5, 8);
    CONFERE(!cache_pares_limpos(pares, 5, ler, NULL), "the first of a group has moved");
    por(5, 7), por(700, 10);
    CONFERE(!cache_pares_limpos(pares, 5, ler, NULL), "the only useful tag has moved; the unusable one does not count");
    por(700, 9), por(CACHE_SLOTS - 1, 3);
    CONFERE(!cache_pares_limpos(pares, 5, ler, NULL), "the last group has moved");
    por(CACHE_SLOTS - 1, 2);
    some = CACHE_SLOTS - 1;
    CONFERE(!cache_pares_limpos(pares, 5, ler, &some), "a slot nobody has read is dirty");
    {
        static const CachePar tres[] = {{5, PAR_INICIO, 7}, {700, 0, 9}, {6, 0, 1}};

        por(700, 10);
        CONFERE(cache_pares_limpos(tres, 3, ler, NULL), "one clean tag of two is enough");
        por(6, 2);
        CONFERE(!cache_pares_limpos(tres, 3, ler, NULL), "none of two is not");
    }
}

static void
prova_cerca(void)
{
    static const char *const ruins[] = {
        "", ":", "1:", "1:abc", "0:0123456789abcdef0123456789abcdef01234567", "01:0123456789abcdef0123456789abcdef01234567",
        "-1:0123456789abcdef0123456789abcdef01234567", "1:0123456789ABCDEF0123456789abcdef01234567",
        "1:0123456789abcdef0123456789abcdef012345678", "18446744073709551616:0123456789abcdef0123456789abcdef01234567",
        " 1:0123456789abcdef0123456789abcdef01234567", "1 :0123456789abcdef0123456789abcdef01234567",
        "1:0123456789abcdef0123456789abcdef01234567\n"};
    static const char boa[] = "18446744073709551615:0123456789abcdef0123456789abcdef01234567";
    uint64_t epoca = 0;
    char run_id[41];
    int aceitas = 0;

    CONFERE(cache_cerca_ler(boa, strlen(boa), &epoca, run_id) && epoca == UINT64_MAX &&
           strcmp(run_id, "0123456789abcdef0123456789abcdef01234567") == 0,
       "epoch and process");
    for (size_t i = 0; i < sizeof ruins / sizeof *ruins; i++)
        aceitas += cache_cerca_ler(ruins[i], strlen(ruins[i]), &epoca, run_id);
    CONFERE(aceitas == 0, "anything else is no fence");
}

int
main(void)
{
    prova_leitura();
    prova_pares();
    prova_cerca();
    return tap_fim();
}
