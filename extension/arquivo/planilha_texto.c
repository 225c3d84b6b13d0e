/*
 * planilha_texto.c: text as a cell of xlsx holds it; free of libraries.
 */
#include "planilha_texto.h"

#include "saida.h"
#include "texto_puro.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum
{
    ESCAPE_N = sizeof("_x0041_") - 1
};

static const char reticencias[] = "…";

static bool como_esta(const Celula *c);
static bool escape(const char *s, size_t n);

const char *
planilha_texto(PlanilhaTexto *p, const Celula *c, uint64_t *cortadas)
{
    size_t unidades = 0;
    size_t m = 0;
    size_t corte = 0; /* where … goes when the rest does not fit */

    if (como_esta(c))
        return c->texto;
    /* Each byte becomes at most one escape. */
    if (p->cabem < c->n * ESCAPE_N + sizeof(reticencias))
    {
        p->cabem = c->n * ESCAPE_N + sizeof(reticencias);
        free(p->texto);
        p->texto = exigir(malloc(p->cabem));
    }
    for (size_t i = 0; i < c->n;)
    {
        uint32_t u;
        int k = utf8_caractere(c->texto + i, c->n - i, &u);
        const char *escrito = c->texto + i;
        size_t n = (size_t)k;

        if (escape(escrito, c->n - i))
        {
            escrito = "_x005F_";
            n = ESCAPE_N;
        }
        else if (u == 0xFFFE || u == 0xFFFF)
        {
            escrito = u == 0xFFFE ? "_xFFFE_" : "_xFFFF_";
            n = ESCAPE_N;
        }
        /* The library counts the characters of an escape. */
        unidades += n == ESCAPE_N ? ESCAPE_N : u > 0xFFFF ? 2 : 1;
        if (unidades > PLANILHA_CELULA_MAX)
            break;
        memcpy(p->texto + m, escrito, n);
        m += n;
        i += (size_t)k;
        if (unidades < PLANILHA_CELULA_MAX)
            corte = m;
    }
    if (unidades > PLANILHA_CELULA_MAX || c->cortada)
    {
        memcpy(p->texto + corte, reticencias, sizeof(reticencias) - 1);
        m = corte + sizeof(reticencias) - 1;
        if (cortadas != NULL)
            ++*cortadas;
    }
    p->texto[m] = '\0';
    return p->texto;
}

void
planilha_legenda(const char *texto, char dobrar, char *saida, size_t cabem)
{
    size_t n = strlen(texto);
    size_t m = 0;

    for (size_t i = 0; i < n;)
    {
        uint32_t u;
        int k = utf8_caractere(texto + i, n - i, &u);

        if (m + (size_t)k + 1 >= cabem)
            break;
        if (u < ' ' || u == 0xFFFE || u == 0xFFFF)
            saida[m++] = ' ';
        else
        {
            if (dobrar != '\0' && u == (unsigned char)dobrar)
                saida[m++] = dobrar;
            memcpy(saida + m, texto + i, (size_t)k);
            m += (size_t)k;
        }
        i += (size_t)k;
    }
    saida[m] = '\0';
}

void
planilha_texto_fechar(PlanilhaTexto *p)
{
    free(p->texto);
    *p = (PlanilhaTexto){0};
}

static bool
como_esta(const Celula *c)
{
    const char *fim = c->texto + c->n;

    if (c->n > PLANILHA_CELULA_MAX || c->cortada)
        return false;
    for (const char *p = c->texto; (p = memchr(p, '_', (size_t)(fim - p))) != NULL; p++)
        if (escape(p, (size_t)(fim - p)))
            return false;
    /* U+FFFE and U+FFFF begin with the byte EF, as little else does. */
    return memchr(c->texto, 0xEF, c->n) == NULL;
}

/* Does it begin with _xHHHH_ ? */
static bool
escape(const char *s, size_t n)
{
    if (n < ESCAPE_N || s[0] != '_' || s[1] != 'x' || s[6] != '_')
        return false;
    for (int i = 2; i < 6; i++)
        if (!isxdigit((unsigned char)s[i]))
            return false;
    return true;
}
