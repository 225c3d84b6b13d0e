/*
 * utf8.c: valid UTF-8: no overlong form, no surrogate, nothing above U+10FFFF.
 */
#include "utf8.h"

int
utf8_tamanho(const unsigned char *s, size_t n)
{
    int len = s[0] < 0x80                    ? 1
              : s[0] >= 0xc2 && s[0] <= 0xdf ? 2
              : s[0] >= 0xe0 && s[0] <= 0xef ? 3
              : s[0] >= 0xf0 && s[0] <= 0xf4 ? 4
                                             : 0;

    if (len == 0 || (size_t) len > n)
        return 0;
    for (int i = 1; i < len; i++)
        if ((s[i] & 0xc0) != 0x80)
            return 0;
    if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) ||
        (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f))
        return 0;
    return len;
}

bool
utf8_valido(const unsigned char *s, size_t n)
{
    int len;

    for (size_t i = 0; i < n; i += (size_t) len)
        if ((len = utf8_tamanho(s + i, n - i)) == 0)
            return false;
    return true;
}
