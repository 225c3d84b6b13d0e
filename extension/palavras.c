/*
 * palavras.c: the words of a name. Pure C.
 */
#include "palavras.h"
#include "fonetica.h"
#include "normalizar.h"

#include <string.h>

/* What is being filled: the next free byte and the words so far. */
typedef struct Lista
{
    char *livre;
    PalavraNome *palavras;
    int n;
    int max;
} Lista;

static bool palavra_conector(Palavra p);
static bool palavra_junta(Palavra p, Palavra seguinte);
static bool so_conectores(const char *marcado, size_t n);
static void lista_juntar(Lista *l, const Palavra *partes, int n);
static bool proxima(const char *s, size_t n, size_t *i, Palavra *p);
static bool vogal_inicial(Palavra p);
static bool e(Palavra p, const char *texto);

int
palavras_do_nome(const char *texto, size_t n, char *area, PalavraNome *saida, int max)
{
    Lista l = {.palavras = saida, .max = max};
    size_t m = normalizar_marcado(texto, n, area);
    bool todas = so_conectores(area, m);
    Palavra p;

    l.livre = area + m;
    for (size_t i = 0; proxima(area, m, &i, &p);)
    {
        size_t j = i;
        Palavra seguinte;

        if (todas || !palavra_conector(p))
            lista_juntar(&l, &p, 1);
        if (proxima(area, m, &j, &seguinte) && palavra_junta(p, seguinte))
            lista_juntar(&l, (Palavra[]){p, seguinte}, 2);
    }
    return l.n;
}

int
palavras_da_consulta(const char *texto, size_t n, char *area, PalavraNome *saida,
                     int max)
{
    Lista l = {.palavras = saida, .max = max};
    size_t m = normalizar_marcado(texto, n, area);
    bool todas = so_conectores(area, m);
    Palavra p;

    l.livre = area + m;
    for (size_t i = 0; proxima(area, m, &i, &p);)
    {
        size_t j = i;
        Palavra seguinte;

        if (proxima(area, m, &j, &seguinte) && palavra_junta(p, seguinte) &&
            (area[i] == '\'' || e(p, "sant")))
        {
            lista_juntar(&l, (Palavra[]){p, seguinte}, 2);
            i = j;
        }
        else if (todas || !palavra_conector(p))
            lista_juntar(&l, &p, 1);
    }
    return l.n;
}

int
palavras_dividir(const char *normalizado, size_t n, Palavra *saida, int max)
{
    int k = 0;

    for (size_t i = 0; k < max && proxima(normalizado, n, &i, &saida[k]);)
        k++;
    return k;
}

/* de, da, do, dos, das, e */
static bool
palavra_conector(Palavra p)
{
    return e(p, "de") || e(p, "da") || e(p, "do") || e(p, "dos") || e(p, "das") ||
           e(p, "e");
}

/* d, l, o, sant before the next word: the two may be one. */
static bool
palavra_junta(Palavra p, Palavra seguinte)
{
    if (seguinte.n < 2 || palavra_conector(seguinte))
        return false;
    if (e(p, "o"))
        return true;
    return (e(p, "d") || e(p, "l") || e(p, "sant")) && vogal_inicial(seguinte);
}

bool
palavra_igual(Palavra a, Palavra b)
{
    return a.n == b.n && memcmp(a.p, b.p, a.n) == 0;
}

static bool
so_conectores(const char *marcado, size_t n)
{
    Palavra p;

    for (size_t i = 0; proxima(marcado, n, &i, &p);)
    {
        if (!palavra_conector(p))
            return false;
    }
    return true;
}

/* Adds the word made of these parts, unless it is there. */
static void
lista_juntar(Lista *l, const Palavra *partes, int n)
{
    char *marcada = l->livre;
    size_t m = 0;
    PalavraNome nova;

    if (l->n == l->max)
        return;
    for (int i = 0; i < n; i++)
    {
        memcpy(marcada + m, partes[i].p, partes[i].n);
        m += partes[i].n;
    }
    nova.texto.p = marcada + m;
    nova.texto.n = normalizar(marcada, m, marcada + m);
    for (int i = 0; i < l->n; i++)
    {
        if (palavra_igual(l->palavras[i].texto, nova.texto))
            return;
    }

    /* Not straight into the area: a key may need room the area has not. */
    char chave[FONETICA_BYTES];

    nova.fonetica.n = fonetica(marcada, m, chave);
    nova.fonetica.p = memcpy(marcada + m + nova.texto.n, chave, nova.fonetica.n);
    l->livre = marcada + m + nova.texto.n + nova.fonetica.n;
    l->palavras[l->n++] = nova;
}

/* The word at or after *i, which moves behind it; false at the end. */
static bool
proxima(const char *s, size_t n, size_t *i, Palavra *p)
{
    while (*i < n && (s[*i] == ' ' || s[*i] == '\''))
        (*i)++;
    p->p = s + *i;
    while (*i < n && s[*i] != ' ' && s[*i] != '\'')
        (*i)++;
    p->n = (size_t)(s + *i - p->p);
    return p->n > 0;
}

static bool
vogal_inicial(Palavra p)
{
    return p.n > 0 && p.p[0] != '\0' && strchr("aeiouyh", p.p[0]) != NULL;
}

static bool
e(Palavra p, const char *texto)
{
    return p.n == strlen(texto) && memcmp(p.p, texto, p.n) == 0;
}
