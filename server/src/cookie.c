/*
 * cookie.c: one cookie out of a Cookie header (RFC 6265 §4.2.1, §5.4).
 *
 * Kore's own reader stops at the ninth cookie and drops values with '=', so
 * cookies of other programs on the same host could hide ours.
 */
#include "cookie.h"

#include <stdbool.h>
#include <string.h>

static bool octeto_de_cookie(unsigned char c);

/*
 * Finds nome (case-sensitive). valor points into cabecalho, without the quotes
 * that RFC 6265 allows around it.
 *
 * A name that comes twice is COOKIE_INVALIDO: with the __Host- prefix a browser
 * cannot send that, and which of the two counts must not be left to order.
 */
CookieEstado
cookie_ler(const char *cabecalho, const char *nome, const char **valor,
           size_t *n)
{
    size_t nome_n = strlen(nome);
    CookieEstado estado = COOKIE_AUSENTE;

    while (*cabecalho != '\0')
    {
        const char *ini = cabecalho + strspn(cabecalho, " \t;");
        const char *fim = ini + strcspn(ini, ";");

        cabecalho = fim;
        if ((size_t)(fim - ini) <= nome_n || memcmp(ini, nome, nome_n) != 0 ||
            ini[nome_n] != '=')
            continue;
        if (estado != COOKIE_AUSENTE)
            return COOKIE_INVALIDO;

        ini += nome_n + 1;
        while (fim > ini && (fim[-1] == ' ' || fim[-1] == '\t'))
            fim--;
        if (fim - ini >= 2 && *ini == '"' && fim[-1] == '"')
        {
            ini++;
            fim--;
        }
        for (const char *c = ini; c < fim; c++)
            if (!octeto_de_cookie((unsigned char)*c))
                return COOKIE_INVALIDO;
        *valor = ini;
        *n = (size_t)(fim - ini);
        estado = COOKIE_ACHADO;
    }
    return estado;
}

static bool
octeto_de_cookie(unsigned char c)
{
    return c > 0x20 && c < 0x7f && c != '"' && c != ',' && c != ';' &&
           c != '\\';
}
