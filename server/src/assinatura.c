/*
 * assinatura.c: "<32 hexadecimal digits of HMAC-SHA256> <text>".
 */
#include "assinatura.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>

/*
 * The signed text inside payload, or NULL when the signature is wrong. The
 * comparison takes the same time wherever the difference is.
 */
const char *
assinatura_conferir(const char *payload, const unsigned char *segredo, size_t n)
{
    static const char digitos[] = "0123456789abcdef";
    unsigned char hash[EVP_MAX_MD_SIZE];
    char esperada[ASSINATURA_HEX];
    unsigned int hash_n = 0;
    const char *texto;

    if (strnlen(payload, ASSINATURA_HEX + 1) <= ASSINATURA_HEX ||
        payload[ASSINATURA_HEX] != ' ')
        return NULL;
    texto = payload + ASSINATURA_HEX + 1;
    if (HMAC(EVP_sha256(), segredo, (int)n, (const unsigned char *)texto,
             strlen(texto), hash, &hash_n) == NULL)
        return NULL;
    for (int i = 0; i < ASSINATURA_HEX / 2; i++)
    {
        esperada[2 * i] = digitos[hash[i] >> 4];
        esperada[2 * i + 1] = digitos[hash[i] & 15];
    }
    return CRYPTO_memcmp(esperada, payload, ASSINATURA_HEX) == 0 ? texto : NULL;
}
