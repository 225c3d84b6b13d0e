/*
 * normalizar.c: text as the search compares it. Pure C.
 *
 * Each character is a letter (written folded), a mark (dropped) or a separator
 * (one blank before the next letter, if there is one).
 */
#include "normalizar.h"

#include <stdbool.h>
#include <string.h>

enum
{
    LATIM_DE = 0xC0,
    LATIM_ATE = 0x24F,
    LATIM_ADICIONAL_DE = 0x1E00,
    LATIM_ADICIONAL_ATE = 0x1EFF,
    CEDILHA = 0x327, /* combining */
    DOBRA_MAX = 4    /* bytes one character is written in */
};

typedef enum Classe
{
    LETRA,
    MARCA,
    SEPARADOR,
    APOSTROFO
} Classe;

typedef struct Faixa
{
    int32_t de;
    int32_t ate;
    Classe classe;
} Faixa;

/* Two characters for each letter: "a." is a, "ae" is ae, ".." stays itself. By
 * Unicode's compatibility decomposition without marks, or by the letter's name
 * ("LATIN SMALL LETTER O WITH STROKE"). */
/* clang-format off */
static const char latim[] =
    "a.a.a.a.a.a.aec.e.e.e.e.i.i.i.i." /* U+00C0 */
    "d.n.o.o.o.o.o.  o.u.u.u.u.y.thss" /* U+00D0 */
    "a.a.a.a.a.a.aec.e.e.e.e.i.i.i.i." /* U+00E0 */
    "d.n.o.o.o.o.o.  o.u.u.u.u.y.thy." /* U+00F0 */
    "a.a.a.a.a.a.c.c.c.c.c.c.c.c.d.d." /* U+0100 */
    "d.d.e.e.e.e.e.e.e.e.e.e.g.g.g.g." /* U+0110 */
    "g.g.g.g.h.h.h.h.i.i.i.i.i.i.i.i." /* U+0120 */
    "i.i.ijijj.j.k.k.k.l.l.l.l.l.l.l." /* U+0130 */
    "l.l.l.n.n.n.n.n.n.n.n.n.o.o.o.o." /* U+0140 */
    "o.o.oeoer.r.r.r.r.r.s.s.s.s.s.s." /* U+0150 */
    "s.s.t.t.t.t.t.t.u.u.u.u.u.u.u.u." /* U+0160 */
    "u.u.u.u.w.w.y.y.y.z.z.z.z.z.z.s." /* U+0170 */
    "b.b.b.b.......c.c...d.d.d...e.e." /* U+0180 */
    "..f.f.g...hv..i.k.k.l.....n.n.o." /* U+0190 */
    "o.o.oioip.p...........t.t.t.t.u." /* U+01A0 */
    "u...v.y.y.z.z..................." /* U+01B0 */
    "........dzdzdzljljljnjnjnja.a.i." /* U+01C0 */
    "i.o.o.u.u.u.u.u.u.u.u.u.u.e.a.a." /* U+01D0 */
    "a.a.aeaeg.g.g.g.k.k.o.o.o.o....." /* U+01E0 */
    "j.dzdzdzg.g.....n.n.a.a.aeaeo.o." /* U+01F0 */
    "a.a.a.a.e.e.e.e.i.i.i.i.o.o.o.o." /* U+0200 */
    "r.r.r.r.u.u.u.u.s.s.t.t.....h.h." /* U+0210 */
    "n.d.ououz.z.a.a.e.e.o.o.o.o.o.o." /* U+0220 */
    "o.o.y.y.l.n.t.......a.c.c.l.t.s." /* U+0230 */
    "z.....b.....e.e.j.j...q.r.r.y.y."; /* U+0240 */

static const char latim_adicional[] =
    "a.a.b.b.b.b.b.b.c.c.d.d.d.d.d.d." /* U+1E00 */
    "d.d.d.d.e.e.e.e.e.e.e.e.e.e.f.f." /* U+1E10 */
    "g.g.h.h.h.h.h.h.h.h.h.h.i.i.i.i." /* U+1E20 */
    "k.k.k.k.k.k.l.l.l.l.l.l.l.l.m.m." /* U+1E30 */
    "m.m.m.m.n.n.n.n.n.n.n.n.o.o.o.o." /* U+1E40 */
    "o.o.o.o.p.p.p.p.r.r.r.r.r.r.r.r." /* U+1E50 */
    "s.s.s.s.s.s.s.s.s.s.t.t.t.t.t.t." /* U+1E60 */
    "t.t.u.u.u.u.u.u.u.u.u.u.v.v.v.v." /* U+1E70 */
    "w.w.w.w.w.w.w.w.w.w.x.x.x.x.y.y." /* U+1E80 */
    "z.z.z.z.z.z.h.t.w.y.a.s.....ss.." /* U+1E90 */
    "a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a." /* U+1EA0 */
    "a.a.a.a.a.a.a.a.e.e.e.e.e.e.e.e." /* U+1EB0 */
    "e.e.e.e.e.e.e.e.i.i.i.i.o.o.o.o." /* U+1EC0 */
    "o.o.o.o.o.o.o.o.o.o.o.o.o.o.o.o." /* U+1ED0 */
    "o.o.o.o.u.u.u.u.u.u.u.u.u.u.u.u." /* U+1EE0 */
    "u.u.y.y.y.y.y.y.y.y.........y.y."; /* U+1EF0 */

/* What is not a letter, past ASCII; in order, without overlap. */
static const Faixa faixas[] = {
    {0x80, 0xA9, SEPARADOR},
    {0xAB, 0xAC, SEPARADOR},
    {0xAD, 0xAD, MARCA},         /* soft hyphen */
    {0xAE, 0xB3, SEPARADOR},
    {0xB4, 0xB4, APOSTROFO},     /* acute accent */
    {0xB6, 0xB9, SEPARADOR},
    {0xBB, 0xBF, SEPARADOR},
    {0xD7, 0xD7, SEPARADOR},
    {0xF7, 0xF7, SEPARADOR},
    {0x2B0, 0x2B8, MARCA},       /* modifier letters */
    {0x2B9, 0x2BF, APOSTROFO},   /* prime .. half ring: transliterations */
    {0x2C0, 0x2C7, MARCA},
    {0x2C8, 0x2C8, APOSTROFO},
    {0x2C9, 0x2FF, MARCA},
    {0x300, 0x36F, MARCA},       /* combining marks */
    {0x37E, 0x37E, SEPARADOR},
    {0x384, 0x385, MARCA},
    {0x387, 0x387, SEPARADOR},
    {0x482, 0x489, MARCA},
    {0x55A, 0x55F, SEPARADOR},
    {0x589, 0x58A, SEPARADOR},
    {0x591, 0x5BD, MARCA},       /* Hebrew points */
    {0x5BE, 0x5BE, SEPARADOR},
    {0x5BF, 0x5BF, MARCA},
    {0x5C0, 0x5C0, SEPARADOR},
    {0x5C1, 0x5C2, MARCA},
    {0x5C3, 0x5C3, SEPARADOR},
    {0x5F3, 0x5F4, SEPARADOR},
    {0x600, 0x60F, SEPARADOR},
    {0x61B, 0x61F, SEPARADOR},
    {0x640, 0x640, MARCA},       /* Arabic tatweel */
    {0x64B, 0x65F, MARCA},       /* Arabic vowel signs */
    {0x66A, 0x66D, SEPARADOR},
    {0x6D4, 0x6D4, SEPARADOR},
    {0x964, 0x965, SEPARADOR},
    {0x1AB0, 0x1AFF, MARCA},
    {0x1DC0, 0x1DFF, MARCA},
    {0x2000, 0x200A, SEPARADOR},
    {0x200B, 0x200F, MARCA},     /* zero width, direction */
    {0x2010, 0x2017, SEPARADOR},
    {0x2018, 0x201B, APOSTROFO},
    {0x201C, 0x2029, SEPARADOR},
    {0x202A, 0x202E, MARCA},
    {0x202F, 0x2031, SEPARADOR},
    {0x2032, 0x2032, APOSTROFO},
    {0x2033, 0x2034, SEPARADOR},
    {0x2035, 0x2035, APOSTROFO},
    {0x2036, 0x205F, SEPARADOR},
    {0x2060, 0x206F, MARCA},
    {0x2070, 0x20CF, SEPARADOR},
    {0x20D0, 0x20FF, MARCA},     /* enclosing marks: key cap */
    {0x2100, 0x2129, SEPARADOR},
    {0x212C, 0x2BFF, SEPARADOR}, /* symbols, arrows, boxes, dingbats */
    {0x2E00, 0x2E7F, SEPARADOR},
    {0x3000, 0x3004, SEPARADOR},
    {0x3008, 0x3020, SEPARADOR},
    {0x3030, 0x3030, SEPARADOR},
    {0x303D, 0x303F, SEPARADOR},
    {0x30FB, 0x30FB, SEPARADOR},
    {0xA78B, 0xA78C, APOSTROFO}, /* saltillo */
    {0xD800, 0xF8FF, SEPARADOR}, /* private use */
    {0xFE00, 0xFE0F, MARCA},     /* variation selectors */
    {0xFE10, 0xFE1F, SEPARADOR},
    {0xFE20, 0xFE2F, MARCA},
    {0xFE30, 0xFE6F, SEPARADOR},
    {0xFEFF, 0xFEFF, MARCA},     /* byte order mark */
    {0xFF01, 0xFF06, SEPARADOR},
    {0xFF07, 0xFF07, APOSTROFO},
    {0xFF08, 0xFF0F, SEPARADOR},
    {0xFF1A, 0xFF20, SEPARADOR},
    {0xFF3B, 0xFF40, SEPARADOR},
    {0xFF5B, 0xFF65, SEPARADOR},
    {0xFFE0, 0xFFFF, SEPARADOR},
    {0x1D000, 0x1D24F, SEPARADOR},
    {0x1F000, 0x1FAFF, SEPARADOR}, /* emoji */
    {0x1FB00, 0x1FBFF, SEPARADOR},
    {0xE0000, 0xE0FFF, MARCA},     /* tags, more variation selectors */
    {0xF0000, 0x10FFFF, SEPARADOR},
};
/* clang-format on */

static size_t escrever(const char *texto, size_t n, char *saida, bool marcado);
static Classe classificar(int32_t c);
static size_t dobrar(int32_t c, const char *original, size_t n,
                     char dobra[DOBRA_MAX]);
static size_t dobrar_par(const char *par, const char *original, size_t n,
                         char dobra[DOBRA_MAX]);
static size_t utf8_escrever(int32_t c, char saida[DOBRA_MAX]);

size_t
normalizar(const char *texto, size_t n, char *saida)
{
    return escrever(texto, n, saida, false);
}

size_t
normalizar_marcado(const char *texto, size_t n, char *saida)
{
    return escrever(texto, n, saida, true);
}

size_t
utf8_ler(const char *s, size_t n, int32_t *c)
{
    const unsigned char *u = (const unsigned char *)s;
    static const int32_t menor[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t bytes = u[0] < 0x80             ? 1
                   : (u[0] & 0xE0) == 0xC0 ? 2
                   : (u[0] & 0xF0) == 0xE0 ? 3
                   : (u[0] & 0xF8) == 0xF0 ? 4
                                           : 0;

    *c = -1;
    if (bytes == 1)
        *c = u[0];
    if (bytes <= 1)
        return 1;
    if (bytes > n)
        return 1;

    int32_t valor = u[0] & (0x7F >> bytes);

    for (size_t i = 1; i < bytes; i++)
    {
        if ((u[i] & 0xC0) != 0x80)
            return 1;
        valor = valor << 6 | (u[i] & 0x3F);
    }
    if (valor < menor[bytes] || valor > 0x10FFFF ||
        (valor >= 0xD800 && valor <= 0xDFFF))
        return 1;
    *c = valor;
    return bytes;
}

size_t
utf8_contar(const char *s, size_t n)
{
    size_t caracteres = 0;

    for (size_t i = 0; i < n; i++)
        caracteres += ((unsigned char)s[i] & 0xC0) != 0x80;
    return caracteres;
}

static size_t
escrever(const char *texto, size_t n, char *saida, bool marcado)
{
    size_t m = 0;
    bool branco = false;    /* something other than an apostrophe came by */
    bool apostrofo = false;
    bool depois_de_c = false; /* for a cedilla that comes as a mark */
    size_t bytes;

    for (size_t i = 0; i < n; i += bytes)
    {
        char dobra[DOBRA_MAX];
        int32_t c;

        bytes = utf8_ler(texto + i, n - i, &c);
        if (c < 0)
            continue;
        switch (classificar(c))
        {
            case MARCA:
                if (marcado && c == CEDILHA && depois_de_c)
                {
                    memcpy(saida + m - 1, "\xC3\xA7", 2);
                    m++;
                    depois_de_c = false;
                }
                continue;
            case APOSTROFO:
                apostrofo = true;
                depois_de_c = false;
                continue;
            case SEPARADOR:
                branco = true;
                depois_de_c = false;
                continue;
            case LETRA:
                break;
        }

        size_t k = dobrar(c, texto + i, bytes, dobra);

        if (m > 0 && (branco || apostrofo))
            saida[m++] = marcado && !branco ? '\'' : ' ';
        branco = apostrofo = false;
        depois_de_c = k == 1 && dobra[0] == 'c';
        if (marcado && depois_de_c &&
            (c == 0xC7 || c == 0xE7 || c == 0x1E08 || c == 0x1E09))
        {
            k = 2;
            memcpy(dobra, "\xC3\xA7", 2);
            depois_de_c = false;
        }
        memcpy(saida + m, dobra, k);
        m += k;
    }
    return m;
}

static Classe
classificar(int32_t c)
{
    size_t a = 0;
    size_t b = sizeof(faixas) / sizeof(faixas[0]);

    if (c < 0x80)
    {
        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
            (c >= '0' && c <= '9'))
            return LETRA;
        return c == '\'' || c == '`' ? APOSTROFO : SEPARADOR;
    }
    if (c >= 0xC0 && c < 0x2B0 && c != 0xD7 && c != 0xF7)
        return LETRA;
    while (a < b)
    {
        size_t meio = (a + b) / 2;

        if (c < faixas[meio].de)
            b = meio;
        else if (c > faixas[meio].ate)
            a = meio + 1;
        else
            return faixas[meio].classe;
    }
    return LETRA;
}

/* A letter of n bytes as it is written; returns its bytes, never more. */
static size_t
dobrar(int32_t c, const char *original, size_t n, char dobra[DOBRA_MAX])
{
    if (c >= 0xFF01 && c <= 0xFF5E) /* full width */
        c -= 0xFF01 - '!';
    if (c < 0x80)
    {
        dobra[0] = (char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
        return 1;
    }
    if (c == 0xAA || c == 0xBA) /* ª º */
    {
        dobra[0] = c == 0xAA ? 'a' : 'o';
        return 1;
    }
    if (c == 0x212A || c == 0x212B) /* kelvin, angstrom: K and Å */
    {
        dobra[0] = c == 0x212A ? 'k' : 'a';
        return 1;
    }
    if (c >= LATIM_DE && c <= LATIM_ATE)
        return dobrar_par(latim + (c - LATIM_DE) * 2, original, n, dobra);
    if (c >= LATIM_ADICIONAL_DE && c <= LATIM_ADICIONAL_ATE)
        return dobrar_par(latim_adicional + (c - LATIM_ADICIONAL_DE) * 2,
                          original, n, dobra);
    /* Greek and Cyrillic: both cases are written in two bytes. */
    if ((c >= 0x391 && c <= 0x3A9) || (c >= 0x410 && c <= 0x42F))
        return utf8_escrever(c + 0x20, dobra);
    if (c >= 0x400 && c <= 0x40F)
        return utf8_escrever(c + 0x50, dobra);
    memcpy(dobra, original, n);
    return n;
}

static size_t
dobrar_par(const char *par, const char *original, size_t n, char dobra[DOBRA_MAX])
{
    if (par[0] == '.')
    {
        memcpy(dobra, original, n);
        return n;
    }
    dobra[0] = par[0];
    dobra[1] = par[1];
    return par[1] == '.' ? 1 : 2;
}

static size_t
utf8_escrever(int32_t c, char saida[DOBRA_MAX])
{
    saida[0] = (char)(0xC0 | c >> 6);
    saida[1] = (char)(0x80 | (c & 0x3F));
    return 2;
}
