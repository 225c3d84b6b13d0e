/*
 * cache_entrada.c: layout of an entry, little-endian:
 *
 *    0  "crm" 1
 *    4  length of the head, with everything before the body
 *    8  epoch          16  ate
 *   24  bytes of the plain body
 *   28  coding, bytes of versao, 2 bytes each: of link, of total, of pairs
 *   36  hash of the plain body (12)
 *   48  key (32)
 *   80  pairs: slot, mark, stamp (8 each); versao, link, total; the body
 *
 * The key stands inside, so that an entry copied under another key is none.
 */
#include "cache_entrada.h"

#include <endian.h>
#include <string.h>

enum
{
    CABECA_FIXA = 80,
    PAR_BYTES = 8
};

static const unsigned char marca[4] = {'c', 'r', 'm', 2};

static void
por16(unsigned char *p, uint16_t v)
{
    v = htole16(v);
    memcpy(p, &v, sizeof v);
}

static void
por32(unsigned char *p, uint32_t v)
{
    v = htole32(v);
    memcpy(p, &v, sizeof v);
}

static void
por64(unsigned char *p, uint64_t v)
{
    v = htole64(v);
    memcpy(p, &v, sizeof v);
}

static uint16_t
tirar16(const unsigned char *p)
{
    uint16_t v;

    memcpy(&v, p, sizeof v);
    return le16toh(v);
}

static uint32_t
tirar32(const unsigned char *p)
{
    uint32_t v;

    memcpy(&v, p, sizeof v);
    return le32toh(v);
}

static uint64_t
tirar64(const unsigned char *p)
{
    uint64_t v;

    memcpy(&v, p, sizeof v);
    return le64toh(v);
}

static size_t
cabeca_n(const CacheEntrada *e)
{
    return CABECA_FIXA + (size_t)e->npares * PAR_BYTES + e->versao_n +
           e->link_n + e->total_n;
}

size_t
cache_entrada_tamanho(const CacheEntrada *e)
{
    return cabeca_n(e) + e->corpo_n;
}

void
cache_entrada_escrever(const CacheEntrada *e, unsigned char *out)
{
    unsigned char *p = out + CABECA_FIXA;

    memcpy(out, marca, sizeof marca);
    por32(out + 4, (uint32_t)cabeca_n(e));
    por64(out + 8, e->epoca);
    por64(out + 16, (uint64_t)e->ate);
    por32(out + 24, e->bruto_n);
    out[28] = (unsigned char)e->codificacao;
    out[29] = (unsigned char)e->versao_n;
    por16(out + 30, (uint16_t)e->link_n);
    por16(out + 32, (uint16_t)e->total_n);
    por16(out + 34, (uint16_t)e->npares);
    memcpy(out + 36, e->hash, CACHE_HASH_BYTES);
    memcpy(out + 48, e->chave, CACHE_CHAVE_BYTES);
    for (int i = 0; i < e->npares; i++, p += PAR_BYTES)
    {
        por32(p, e->pares[i].slot << 8 | e->pares[i].marca);
        por32(p + 4, e->pares[i].carimbo);
    }
    p = (unsigned char *)mempcpy(p, e->versao, e->versao_n);
    p = (unsigned char *)mempcpy(p, e->link, e->link_n);
    p = (unsigned char *)mempcpy(p, e->total, e->total_n);
    memcpy(p, e->corpo, e->corpo_n);
}

/* Printable ASCII: it becomes a header. */
static bool
visivel(const char *texto, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (texto[i] < ' ' || texto[i] > '~')
            return false;
    return true;
}

static bool
digitos(const char *texto, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (texto[i] < '0' || texto[i] > '9')
            return false;
    return true;
}

bool
cache_entrada_ler(const unsigned char *dados, size_t n,
                  const unsigned char chave[CACHE_CHAVE_BYTES],
                  CachePar pares[CACHE_PARES_MAX], CacheEntrada *e)
{
    const unsigned char *p = dados + CABECA_FIXA;
    size_t cabeca;

    if (n < CABECA_FIXA || memcmp(dados, marca, sizeof marca) != 0 ||
        memcmp(dados + 48, chave, CACHE_CHAVE_BYTES) != 0 || dados[28] > 1)
        return false;
    cabeca = tirar32(dados + 4);
    e->epoca = tirar64(dados + 8);
    e->ate = (int64_t)tirar64(dados + 16);
    e->bruto_n = tirar32(dados + 24);
    e->codificacao = (CacheCodificacao)dados[28];
    e->versao_n = dados[29];
    e->link_n = tirar16(dados + 30);
    e->total_n = tirar16(dados + 32);
    e->npares = tirar16(dados + 34);
    if (e->versao_n > CACHE_VERSAO_MAX || e->link_n > CACHE_CABECALHO_MAX ||
        e->total_n > CACHE_VERSAO_MAX || e->npares > CACHE_PARES_MAX ||
        cabeca > n || cabeca != cabeca_n(e))
        return false;
    memcpy(e->hash, dados + 36, CACHE_HASH_BYTES);
    memcpy(e->chave, dados + 48, CACHE_CHAVE_BYTES);
    for (int i = 0; i < e->npares; i++, p += PAR_BYTES)
        pares[i] = (CachePar){.slot = tirar32(p) >> 8,
                              .marca = tirar32(p) & 0xff,
                              .carimbo = tirar32(p + 4)};
    e->pares = pares;
    e->versao = (const char *)p;
    e->link = e->versao + e->versao_n;
    e->total = e->link + e->link_n;
    e->corpo = dados + cabeca;
    e->corpo_n = n - cabeca;
    return cache_pares_validos(e->pares, e->npares) &&
           digitos(e->versao, e->versao_n) && visivel(e->link, e->link_n) &&
           digitos(e->total, e->total_n) &&
           (e->codificacao != CACHE_BRUTO || e->corpo_n == e->bruto_n);
}

bool
cache_pares_validos(const CachePar *pares, int n)
{
    for (int i = 0; i < n; i++)
    {
        bool inicio = (pares[i].marca & PAR_INICIO) != 0;

        if (pares[i].slot >= CACHE_SLOTS ||
            pares[i].marca > (PAR_INICIO | PAR_INUTIL) || (i == 0 && !inicio) ||
            (inicio && (i + 1 == n || (pares[i + 1].marca & PAR_INICIO) != 0)))
            return false;
    }
    return n > 0 && n <= CACHE_PARES_MAX;
}

bool
cache_pares_uteis(const CachePar *pares, int n)
{
    bool util = false;

    for (int i = 0; i < n; i++)
    {
        bool inutil = (pares[i].marca & PAR_INUTIL) != 0;

        if ((pares[i].marca & PAR_INICIO) != 0)
        {
            if (inutil || (i > 0 && !util))
                return false;
            util = false;
        }
        else
            util = util || !inutil;
    }
    return util;
}

bool
cache_pares_limpos(const CachePar *pares, int n, CacheLeitor ler, void *arg)
{
    bool um = false; /* one of the group, besides its first */

    for (int i = 0; i < n; i++)
    {
        bool inicio = (pares[i].marca & PAR_INICIO) != 0;
        uint32_t valor;
        bool limpo;

        if (inicio && i > 0 && !um)
            return false;
        if (!inicio && um)
            continue;
        limpo = (pares[i].marca & PAR_INUTIL) == 0 &&
                ler(arg, pares[i].slot, &valor) && valor == pares[i].carimbo;
        if (inicio && !limpo)
            return false;
        um = !inicio && limpo;
    }
    return um;
}

bool
cache_epoca_ler(const char *texto, size_t n, uint64_t *epoca)
{
    uint64_t v = 0;

    if (n == 0 || n > 20 || texto[0] == '0')
        return false;
    for (size_t i = 0; i < n; i++)
        if (texto[i] < '0' || texto[i] > '9' ||
            __builtin_mul_overflow(v, (uint64_t)10, &v) ||
            __builtin_add_overflow(v, (uint64_t)(texto[i] - '0'), &v))
            return false;
    *epoca = v;
    return true;
}

bool
cache_cerca_ler(const char *texto, size_t n, uint64_t *epoca, char run_id[41])
{
    const char *dois = memchr(texto, ':', n);
    size_t antes = dois != NULL ? (size_t)(dois - texto) : 0;
    size_t resto = n - antes - 1;

    if (dois == NULL || resto != 40 || !cache_epoca_ler(texto, antes, epoca))
        return false;
    for (size_t i = 0; i < resto; i++)
        if (!((dois[1 + i] >= '0' && dois[1 + i] <= '9') ||
              (dois[1 + i] >= 'a' && dois[1 + i] <= 'f')))
            return false;
    memcpy(run_id, dois + 1, resto);
    run_id[resto] = '\0';
    return true;
}
