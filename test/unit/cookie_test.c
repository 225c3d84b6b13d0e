/*
 * server/src/cookie.c: one cookie out of a Cookie header. S-5, S-6.
 */
#include "../../server/src/cookie.h"
#include "tap.h"

/* clang-format off */
static const struct
{
    const char *cabecalho;
    CookieEstado estado;
    const char *valor;
} casos[] = {
    {"", COOKIE_AUSENTE, ""},
    {";;; ;", COOKIE_AUSENTE, ""},
    {"c=1", COOKIE_ACHADO, "1"},
    {"c=", COOKIE_ACHADO, ""},
    {"c", COOKIE_AUSENTE, ""},
    {"C=1", COOKIE_AUSENTE, ""},
    {"xc=1", COOKIE_AUSENTE, ""},
    {"cx=1", COOKIE_AUSENTE, ""},
    {"a=1; c=2; b=3", COOKIE_ACHADO, "2"},
    {"a=1;c=2;b=3", COOKIE_ACHADO, "2"},
    {"a=c=9; c=2", COOKIE_ACHADO, "2"},
    {"c=a=b==", COOKIE_ACHADO, "a=b=="},
    {"c=\"quoted\"", COOKIE_ACHADO, "quoted"},
    {"c=\"", COOKIE_INVALIDO, ""},
    {"c=1 \t; b=2", COOKIE_ACHADO, "1"},
    {"c=1; c=2", COOKIE_INVALIDO, ""},
    {"c=1; c=1", COOKIE_INVALIDO, ""},
    {"c=1 2", COOKIE_INVALIDO, ""},
    {"c=1,2", COOKIE_INVALIDO, ""},
    {"c=\x01", COOKIE_INVALIDO, ""},
    {"c=\xc3\xa9", COOKIE_INVALIDO, ""},
    {"a=1;b=1;d=1;e=1;f=1;g=1;h=1;i=1;j=1;k=1;l=1;c=12th", COOKIE_ACHADO, "12th"},
};
/* clang-format on */

int
main(void)
{
    for (size_t i = 0; i < sizeof casos / sizeof *casos; i++)
    {
        const char *valor = "";
        size_t n = 0;
        CookieEstado e = cookie_ler(casos[i].cabecalho, "c", &valor, &n);

        CONFERE(e == casos[i].estado &&
                    (e != COOKIE_ACHADO ||
                     (n == strlen(casos[i].valor) &&
                      memcmp(valor, casos[i].valor, n) == 0)),
                "case %zu", i);
    }
    return tap_fim();
}
