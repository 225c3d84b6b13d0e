/*
 * fonetica.c: how a Brazilian name sounds. Pure C.
 *
 * Doubled letters become one first; then, from left to right, with @ a vowel
 * and # a consonant or the end:
 *
 *   PH F           TH T            SH, SCH, TCH X     CH# K, else CH X
 *   Ç S            C+e,i S         SC+e,i XC+e,i S    CK CQ C K
 *   QU+e,i K       GU+e,i G        GH G               G+e,i J
 *   Z S, except where the word begins                 TZ S
 *   J+e,i+a,o,u J  (Geovana, Giovana, Jovana)         EX@ at the start ES
 *   KS, XS X       (Alecsandro, Alexsandro)           W after @ before # U, else V
 *   LH@ LI         NH@ NI          other H silent     Y I
 *   CT T (Victor)  PT T (Baptista) MPC N+C (Assumpção) DT T  GD D  IGN at the start IN
 *   S# at the start ES (Stela)     M# N               N at the end M
 *   E at the end after # I, from four letters on (Gisele, Giselly)
 */
#include "fonetica.h"

#include <stdbool.h>
#include <string.h>

enum
{
    CEDILHA = 1,        /* ç inside Som.letras */
    FINAL_E_LETRAS = 4  /* keys this long take a final E for I */
};

typedef struct Som
{
    char letras[FONETICA_PALAVRA]; /* the word, doubled letters as one */
    int n;
    char *saida;
    size_t m;
} Som;

static void som_ler(Som *s, const char *palavra, size_t n);
static int som_letra(Som *s, int i);
static int som_c(Som *s, int i);
static int som_g(Som *s, int i);
static int som_s(Som *s, int i);
static int som_x(Som *s, int i);
static int som_escrever(Som *s, char c, int lidas);
static void som_final(Som *s);
static char em(const Som *s, int i);
static bool vogal(char c);
static bool branda(char c);
static bool consoante(char c);

size_t
fonetica(const char *palavra, size_t n, char saida[FONETICA_BYTES])
{
    Som s = {.saida = saida};

    som_ler(&s, palavra, n);
    for (int i = 0; i < s.n;)
        i += som_letra(&s, i);
    som_final(&s);
    return s.m;
}

/* Copies whole characters that fit. */
static void
som_ler(Som *s, const char *palavra, size_t n)
{
    for (size_t i = 0; i < n;)
    {
        size_t bytes = 1;
        char c = palavra[i];

        while (i + bytes < n && ((unsigned char)palavra[i + bytes] & 0xC0) == 0x80)
            bytes++;
        if (s->n + bytes > FONETICA_PALAVRA)
            return;
        if (bytes == 2 && memcmp(palavra + i, "\xC3\xA7", 2) == 0)
            s->letras[s->n++] = CEDILHA;
        else if (bytes > 1 || c < 'a' || c > 'z' || em(s, s->n - 1) != c)
        {
            memcpy(s->letras + s->n, palavra + i, bytes);
            s->n += (int)bytes;
        }
        i += bytes;
    }
}

/* Writes the sound at i; returns how many letters it was. */
static int
som_letra(Som *s, int i)
{
    char c = em(s, i);
    char antes = em(s, i - 1);
    char a = em(s, i + 1);
    char b = em(s, i + 2);

    switch (c)
    {
        case CEDILHA:
            return som_escrever(s, 'S', 1);
        case 'c':
            return som_c(s, i);
        case 'g':
            return som_g(s, i);
        case 's':
            return som_s(s, i);
        case 'x':
            return som_x(s, i);
        case 'z':
            return som_escrever(s, i == 0 ? 'Z' : 'S', 1);
        case 'd':
            return a == 't' ? 1 : som_escrever(s, 'D', 1);
        case 'h':
            return 1;
        case 'j':
            som_escrever(s, 'J', 1);
            return branda(a) && vogal(b) && !branda(b) ? 2 : 1;
        case 'l':
        case 'n':
            som_escrever(s, c == 'l' ? 'L' : i + 1 == s->n ? 'M' : 'N', 1);
            if (a != 'h')
                return 1;
            return vogal(b) ? som_escrever(s, 'I', 2) : 2;
        case 'm':
            return som_escrever(s, consoante(a) ? 'N' : 'M', 1);
        case 'p':
            if (a == 'h')
                return som_escrever(s, 'F', 2);
            if (a == 't' || a == CEDILHA || (antes == 'm' && a == 'c'))
                return 1;
            return som_escrever(s, 'P', 1);
        case 'q':
            return som_escrever(s, 'K', a == 'u' && branda(b) ? 2 : 1);
        case 't':
            if (a == 'c' && b == 'h')
                return som_escrever(s, 'X', 3);
            if (a == 'z')
                return som_escrever(s, 'S', 2);
            return som_escrever(s, 'T', a == 'h' ? 2 : 1);
        case 'w':
            return som_escrever(s, vogal(antes) && !vogal(a) ? 'U' : 'V', 1);
        case 'y':
            return som_escrever(s, 'I', 1);
        default:
            if (c >= 'a' && c <= 'z')
                c = (char)(c - 'a' + 'A');
            return som_escrever(s, c, 1);
    }
}

static int
som_c(Som *s, int i)
{
    char a = em(s, i + 1);

    if (a == 'h')
        return som_escrever(s, vogal(em(s, i + 2)) ? 'X' : 'K', 2);
    if (branda(a))
        return som_escrever(s, 'S', 1);
    if (a == 't' && vogal(em(s, i - 1)))
        return 1;
    return a == 'k' || a == 'q' ? 1 : som_escrever(s, 'K', 1);
}

static int
som_g(Som *s, int i)
{
    char a = em(s, i + 1);
    char b = em(s, i + 2);

    if (a == 'h' || (a == 'u' && branda(b)))
        return som_escrever(s, 'G', 2);
    if (branda(a))
    {
        som_escrever(s, 'J', 1);
        return vogal(b) && !branda(b) ? 2 : 1;
    }
    if (a == 'd' || (a == 'n' && i == 1 && em(s, 0) == 'i'))
        return 1;
    return som_escrever(s, 'G', 1);
}

static int
som_s(Som *s, int i)
{
    char a = em(s, i + 1);
    char b = em(s, i + 2);

    if (a == 'h')
        return som_escrever(s, 'X', 2);
    if (a == 'c' && b == 'h')
        return som_escrever(s, 'X', 3);
    if (a == 'c' && branda(b))
        return som_escrever(s, 'S', 2);
    if (i == 0 && consoante(a))
        som_escrever(s, 'E', 0);
    return som_escrever(s, 'S', 1);
}

static int
som_x(Som *s, int i)
{
    char a = em(s, i + 1);

    if (a == 's')
        return som_escrever(s, 'X', 2);
    if (a == 'c' && branda(em(s, i + 2)))
        return som_escrever(s, 'S', 2);
    return som_escrever(s, i == 1 && em(s, 0) == 'e' && vogal(a) ? 'S' : 'X', 1);
}

/* A letter never stands twice in a row; K and S make X. Returns lidas. */
static int
som_escrever(Som *s, char c, int lidas)
{
    char ultima = s->m > 0 ? s->saida[s->m - 1] : '\0';

    if (ultima == 'K' && c == 'S')
    {
        s->m--;
        som_escrever(s, 'X', 0);
    }
    else if (c < 'A' || c > 'Z' || ultima != c)
        s->saida[s->m++] = c;
    return lidas;
}

static void
som_final(Som *s)
{
    static const char vogais[] = "AEIOU";
    size_t m = s->m;

    if (m < FINAL_E_LETRAS || s->saida[m - 1] != 'E')
        return;
    if (s->saida[m - 2] >= 'A' && s->saida[m - 2] <= 'Z' &&
        strchr(vogais, s->saida[m - 2]) == NULL)
        s->saida[m - 1] = 'I';
}

static char
em(const Som *s, int i)
{
    return i >= 0 && i < s->n ? s->letras[i] : '\0';
}

static bool
vogal(char c)
{
    return c != '\0' && strchr("aeiouy", c) != NULL;
}

/* Vowels before which c and g are soft. */
static bool
branda(char c)
{
    return c == 'e' || c == 'i' || c == 'y';
}

static bool
consoante(char c)
{
    return c == CEDILHA || (c >= 'a' && c <= 'z' && c != 'h' && !vogal(c));
}
