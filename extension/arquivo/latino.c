/*
 * latino.c: Windows-1252, the characters libhpdf writes; free of libraries.
 */
#include "latino.h"

#include "texto_puro.h"

#include <string.h>

/* 0x80 to 0x9F; the others are as in Unicode. */
static const uint16_t altos[32] = {
    0x20AC, 0, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017D, 0,
    0, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0, 0x017E, 0x0178};

/* For a code point that is no character: cairo takes none. */
static const char nenhum[] = "\xEF\xBF\xBD";

int
latino_byte(uint32_t u)
{
    if (u >= 0x20 && u < 0x7F)
        return (int)u;
    if (u >= 0xA0 && u <= 0xFF)
        return (int)u;
    if (u == 0)
        return -1;
    for (int i = 0; i < 32; i++)
        if (altos[i] == u)
            return 0x80 + i;
    return -1;
}

uint32_t
latino_codigo(unsigned char byte)
{
    if (byte >= 0x80 && byte < 0xA0)
        return altos[byte - 0x80];
    return byte >= 0x20 && byte != 0x7F ? byte : 0;
}

bool
latino_cabe(const char *texto, size_t n)
{
    for (size_t i = 0; i < n;)
    {
        uint32_t u;
        int k;

        if ((unsigned char)texto[i] >= 0x20 && (unsigned char)texto[i] < 0x7F)
        {
            i++;
            continue;
        }
        k = utf8_caractere(texto + i, n - i, &u);
        if (k == 0 || latino_byte(u) < 0)
            return false;
        i += (size_t)k;
    }
    return true;
}

size_t
latino_linha(const char *texto, size_t n, char *saida, size_t cabem)
{
    size_t m = 0;

    for (size_t i = 0; i < n;)
    {
        uint32_t u;
        int k;

        if ((unsigned char)texto[i] >= 0x20 && (unsigned char)texto[i] < 0x7F)
        {
            if (m == cabem)
                break;
            saida[m++] = texto[i++];
            continue;
        }
        k = utf8_caractere(texto + i, n - i, &u);
        if (k == 0 || m + (size_t)k > cabem)
            break;
        if (u < 0x20 || (u >= 0x7F && u < 0xA0) || u == 0x2028 || u == 0x2029)
            saida[m++] = ' ';
        else if ((u & 0xFFFE) == 0xFFFE || (u >= 0xFDD0 && u <= 0xFDEF))
        {
            memcpy(saida + m, nenhum, sizeof(nenhum) - 1);
            m += sizeof(nenhum) - 1;
        }
        else
        {
            memcpy(saida + m, texto + i, (size_t)k);
            m += (size_t)k;
        }
        i += (size_t)k;
    }
    return m;
}

size_t
latino_quebra(const char *texto, size_t n, const double *avancos, double largura)
{
    double avanco = 0;
    size_t branco = 0;

    for (size_t i = 0; i < n;)
    {
        uint32_t u = (unsigned char)texto[i];
        int k = u < 0x80 ? 1 : utf8_caractere(texto + i, n - i, &u);

        avanco += avancos[latino_byte(u)];
        if (avanco > largura && i > 0)
            return u == ' ' || branco == 0 ? i : branco;
        i += (size_t)k;
        if (u == ' ')
            branco = i;
    }
    return n;
}
