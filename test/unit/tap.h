/*
 * tap.h: checks of a C test, counted as TAP lines on standard output.
 */
#ifndef CRM_TAP_H
#define CRM_TAP_H

#include <stdio.h>
#include <string.h>

static int tap_n;
static int tap_falhas;

#define CONFERE(condicao, ...)                                                 \
    do                                                                         \
    {                                                                          \
        int tap_ok = (condicao) ? 1 : 0;                                       \
        tap_falhas += !tap_ok;                                                 \
        printf("%s %d - ", tap_ok ? "ok" : "not ok", ++tap_n);                 \
        printf(__VA_ARGS__);                                                   \
        putchar('\n');                                                         \
    } while (0)

#define CONFERE_TEXTO(lido, esperado, ...)                                     \
    do                                                                         \
    {                                                                          \
        const char *tap_l = (lido), *tap_e = (esperado);                       \
        CONFERE(tap_l != NULL && strcmp(tap_l, tap_e) == 0, __VA_ARGS__);      \
        if (tap_l == NULL || strcmp(tap_l, tap_e) != 0)                        \
            printf("# read %s, expected %s\n", tap_l ? tap_l : "NULL", tap_e); \
    } while (0)

static inline int
tap_fim(void)
{
    printf("1..%d\n", tap_n);
    return tap_falhas != 0;
}

#endif
