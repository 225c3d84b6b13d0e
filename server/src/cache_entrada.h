/*
 * cache_entrada.h: what an answer looks like in Redis. Pure: bytes in, bytes out.
 */
#ifndef CRM_CACHE_ENTRADA_H
#define CRM_CACHE_ENTRADA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum
{
    CACHE_CHAVE_BYTES = 32,
    CACHE_SLOTS = 1 << 18, /* as ETIQUETA_SLOTS of the extension; < 2^24 */
    CACHE_SLOTS_TABELAS = 64, /* the first of them, ETIQUETA_FIXOS: of whole tables */
    CACHE_PARES_MAX = 512, /* of one answer or one session */
    CACHE_HASH_BYTES = 12, /* of the body, for its entity tag */
    CACHE_VERSAO_MAX = 23, /* digits of a record's version */
    CACHE_CABECALHO_MAX = 2000
};

typedef enum CacheParMarca
{
    PAR_INICIO = 1 << 0, /* first of its group: BULK, must be clean */
    PAR_INUTIL = 1 << 1  /* was pending when it was read: never clean */
} CacheParMarca;

/* One slot of the stamps, as it was when the answer was computed. */
typedef struct CachePar
{
    uint32_t slot;
    uint32_t marca;
    uint32_t carimbo;
} CachePar;

typedef enum CacheCodificacao
{
    CACHE_BRUTO = 0,
    CACHE_BROTLI = 1
} CacheCodificacao;

/*
 * An entry. Texts and the body point into the bytes that were read, the pairs
 * into an array of the reader's; texts have no terminator.
 */
typedef struct CacheEntrada
{
    unsigned char chave[CACHE_CHAVE_BYTES];
    unsigned char hash[CACHE_HASH_BYTES];
    uint64_t epoca;
    int64_t ate;      /* ms since 1970; not to be served from then on */
    uint32_t bruto_n; /* bytes of the body before it was compressed */
    CacheCodificacao codificacao;
    const CachePar *pares;
    int npares;
    const char *versao; /* of the record, "" = none */
    size_t versao_n;
    const char *link; /* header, "" = none */
    size_t link_n;
    const char *total; /* header x-total-count, "" = none */
    size_t total_n;
    const unsigned char *corpo;
    size_t corpo_n;
} CacheEntrada;

/* What is in a slot now: how often it was marked. */
typedef bool (*CacheLeitor)(void *arg, uint32_t slot, uint32_t *valor);

/* Bytes that cache_entrada_escrever() needs. */
extern size_t cache_entrada_tamanho(const CacheEntrada *e);
extern void cache_entrada_escrever(const CacheEntrada *e, unsigned char *out);

/*
 * Reads untrusted bytes. False: they are no entry of this key, whole and within
 * the limits.
 */
extern bool cache_entrada_ler(const unsigned char *dados, size_t n,
                              const unsigned char chave[CACHE_CHAVE_BYTES],
                              CachePar pares[CACHE_PARES_MAX],
                              CacheEntrada *e);

/* Pairs that begin with a group, of groups with two pairs at least. */
extern bool cache_pares_validos(const CachePar *pares, int n);

/* Every group could be found clean by somebody. */
extern bool cache_pares_uteis(const CachePar *pares, int n);

/*
 * Nothing that matters has changed: in every group the first slot and one of the
 * others stand where they stood. A slot that the reader does not know is dirty.
 */
extern bool cache_pares_limpos(const CachePar *pares, int n, CacheLeitor ler,
                               void *arg);

/* "<epoch>:<run id>", the value of the fence; run_id is put into out[41]. */
extern bool cache_cerca_ler(const char *texto, size_t n, uint64_t *epoca,
                            char run_id[41]);

/* A decimal number from 1 to 2^64 - 1, nothing else. */
extern bool cache_epoca_ler(const char *texto, size_t n, uint64_t *epoca);

#endif
