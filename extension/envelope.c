/*
 * envelope.c: bytes given to somebody who can neither read nor alter them.
 */
#include "envelope.h"

#include <assert.h>
#include <string.h>

static const char letras[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static int valor(char c);
static void cifrar(const uint8_t *resumo, EnvelopeMac mac, uint8_t *dados,
                   size_t n);

size_t
envelope_texto_n(size_t n)
{
    return ((n + ENVELOPE_RESUMO) * 4 + 2) / 3;
}

void
envelope_fechar(const void *conteudo, size_t n, EnvelopeMac mac, char *texto)
{
    uint8_t dados[ENVELOPE_RESUMO + ENVELOPE_MAX];
    uint8_t resumo[ENVELOPE_MAC];
    uint32_t bits = 0;
    int quantos = 0;

    assert(n <= ENVELOPE_MAX);
    mac('c', conteudo, n, resumo);
    memcpy(dados, resumo, ENVELOPE_RESUMO);
    if (n > 0)
        memcpy(dados + ENVELOPE_RESUMO, conteudo, n);
    cifrar(resumo, mac, dados + ENVELOPE_RESUMO, n);
    for (size_t i = 0; i < ENVELOPE_RESUMO + n; i++)
    {
        bits = bits << 8 | dados[i];
        for (quantos += 8; quantos >= 6; quantos -= 6)
            *texto++ = letras[bits >> (quantos - 6) & 63];
    }
    if (quantos > 0)
        *texto++ = letras[bits << (6 - quantos) & 63];
    *texto = '\0';
}

int
envelope_abrir(const char *texto, size_t n, EnvelopeMac mac,
               uint8_t conteudo[ENVELOPE_MAX])
{
    uint8_t dados[ENVELOPE_RESUMO + ENVELOPE_MAX];
    uint8_t resumo[ENVELOPE_MAC];
    size_t bytes = 0;
    uint32_t bits = 0;
    int quantos = 0;
    uint8_t diferenca = 0;

    /* A lone letter at the end holds no byte. */
    if (n > envelope_texto_n(ENVELOPE_MAX) || n % 4 == 1)
        return -1;
    for (size_t i = 0; i < n; i++)
    {
        int v = valor(texto[i]);

        if (v < 0)
            return -1;
        bits = bits << 6 | (uint32_t)v;
        quantos += 6;
        if (quantos >= 8)
        {
            quantos -= 8;
            dados[bytes++] = (uint8_t)(bits >> quantos);
        }
    }
    /* Bits over are zero, so that each content has one text. */
    if (bytes < ENVELOPE_RESUMO || (bits & ((1U << quantos) - 1)) != 0)
        return -1;
    bytes -= ENVELOPE_RESUMO;
    if (bytes > 0)
        memcpy(conteudo, dados + ENVELOPE_RESUMO, bytes);
    cifrar(dados, mac, conteudo, bytes);
    mac('c', conteudo, bytes, resumo);
    for (int i = 0; i < ENVELOPE_RESUMO; i++)
        diferenca |= resumo[i] ^ dados[i];
    return diferenca == 0 ? (int)bytes : -1;
}

static int
valor(char c)
{
    const char *p = c == '\0' ? NULL : strchr(letras, c);

    return p == NULL ? -1 : (int)(p - letras);
}

/* Blocks of the keystream: MACs of the digest and their number. */
static void
cifrar(const uint8_t *resumo, EnvelopeMac mac, uint8_t *dados, size_t n)
{
    uint8_t semente[ENVELOPE_RESUMO + 1];
    uint8_t bloco[ENVELOPE_MAC];

    memcpy(semente, resumo, ENVELOPE_RESUMO);
    for (size_t i = 0; i < n; i++)
    {
        if (i % ENVELOPE_MAC == 0)
        {
            semente[ENVELOPE_RESUMO] = (uint8_t)(i / ENVELOPE_MAC);
            mac('k', semente, sizeof semente, bloco);
        }
        dados[i] ^= bloco[i % ENVELOPE_MAC];
    }
}
