/*
 * texto_puro.c: two questions about bytes of text, free of PostgreSQL and Kore.
 */
#include "texto_puro.h"

#include <string.h>

int
utf8_caractere(const char *s, size_t n, uint32_t *c)
{
    static const uint32_t menor[] = {0, 0, 0x80, 0x800, 0x10000};
    const unsigned char *u = (const unsigned char *)s;
    int k;

    if (u[0] < 0x80)
    {
        *c = u[0];
        return 1;
    }
    k = (u[0] & 0xE0) == 0xC0   ? 2
        : (u[0] & 0xF0) == 0xE0 ? 3
        : (u[0] & 0xF8) == 0xF0 ? 4
                                : 0;
    if (k == 0 || (size_t)k > n)
        return 0;
    *c = u[0] & (0x7F >> k);
    for (int i = 1; i < k; i++)
    {
        if ((u[i] & 0xC0) != 0x80)
            return 0;
        *c = *c << 6 | (u[i] & 0x3F);
    }
    if (*c < menor[k] || *c > 0x10FFFF || (*c >= 0xD800 && *c <= 0xDFFF))
        return 0;
    return k;
}

bool
texto_formula(const char *texto, size_t n)
{
    static const char *const largos[] = {"\xEF\xBC\x9D", "\xEF\xBC\x8B",
                                         "\xEF\xBC\x8D", "\xEF\xBC\xA0"};

    if (n > 0 && memchr("=+-@\t\r\n", texto[0], 7) != NULL)
        return true;
    for (size_t i = 0; i < sizeof(largos) / sizeof(largos[0]); i++)
        if (n >= 3 && memcmp(texto, largos[i], 3) == 0)
            return true;
    return false;
}
