/*
 * extension/arquivo/linhas.c: rows in COPY's text format, and their end.
 * EXPORT-2, EXPORT-3.
 */
#include "tap.h"
#include "linhas.h"
#include "texto_puro.h"

#include <errno.h>
#include <stdlib.h>

typedef struct Bytes
{
    const char *dados;
    size_t n;
    size_t pedaco;
    bool quebra; /* a read error at the end */
} Bytes;

static ssize_t
dar(void *contexto, char *bytes, size_t max)
{
    Bytes *b = contexto;
    size_t n = b->n < b->pedaco ? b->n : b->pedaco;

    if (n > max)
        n = max;
    if (n == 0 && b->quebra)
    {
        errno = EIO;
        return -1;
    }
    memcpy(bytes, b->dados, n);
    b->dados += n;
    b->n -= n;
    return (ssize_t)n;
}

/* Rows as "kind:cell|cell/", NULL as ~, a cut cell with ! behind it. */
static const char *
ler(Bytes b, size_t colunas, size_t max, LinhasFalha *falha)
{
    static char saida[4096];
    Linhas l;
    size_t m = 0;

    if (!linhas_abrir(&l, dar, &b, colunas, max))
        return "no memory";
    while (linhas_proxima(&l))
    {
        m += (size_t)sprintf(saida + m, "%c:", l.tipo);
        for (size_t i = 0; i < colunas; i++)
            m += (size_t)sprintf(saida + m, "%s%s%s", l.celulas[i].nula ? "~" : l.celulas[i].texto, l.celulas[i].cortada ? "!" : "", i + 1 < colunas ? "|" : "/");
    }
    saida[m] = '\0';
    *falha = l.falha;
    linhas_fechar(&l);
    return saida;
}

static void
casos(void)
{
    static const struct
    {
        const char *entrada;
        size_t colunas;
        size_t max;
        const char *lido;
        LinhasFalha falha;
    } casos[] = {
        {"l\ta\tb\nf\t\\N\t\\N\n", 2, 100, "l:a|b/", LINHAS_OK},
        {"f\n", 2, 100, "", LINHAS_OK},
        {"f\tany\tthing\tmore\n", 2, 100, "", LINHAS_OK},
        {"l\t\\N\t\nt\t\t\\N\nf\n", 2, 100, "l:~|/t:|~/", LINHAS_OK},
        {"l\ta\\tb\\nc\\rd\\\\e\\bf\\vg\\fh\nf\n", 1, 100, "l:a\tb\nc\rd\\e\bf\vg\fh/", LINHAS_OK},
        {"l\t\\\\N\nf\n", 1, 100, "l:\\N/", LINHAS_OK},
        {"l\tJosé 李 \xF0\x9F\x98\x80\nf\n", 1, 100, "l:José 李 \xF0\x9F\x98\x80/", LINHAS_OK},
        {"l\tabcdef\tg\nf\n", 2, 3, "l:abc!|g/", LINHAS_OK},
        {"l\tabc\nf\n", 1, 3, "l:abc/", LINHAS_OK},
        {"l\tab\xC3\xA9\nf\n", 1, 3, "l:ab!/", LINHAS_OK},
        {"l\t\xF0\x9F\x98\x80\nf\n", 1, 3, "l:!/", LINHAS_OK},
        {"l\ta\r\nf\n", 1, 100, "l:a\r/", LINHAS_OK},
        {"", 1, 100, "", LINHAS_CORTADAS},
        {"l\ta\n", 1, 100, "l:a/", LINHAS_CORTADAS},
        {"l\ta\nl\tb", 1, 100, "l:a/", LINHAS_CORTADAS},
        {"l\ta\nf", 1, 100, "l:a/", LINHAS_CORTADAS},
        {"l\ta\\", 1, 100, "", LINHAS_CORTADAS},
        {"f\nl\ta\n", 1, 100, "", LINHAS_DEPOIS},
        {"f\nf\n", 1, 100, "", LINHAS_DEPOIS},
        {"f\n\n", 1, 100, "", LINHAS_DEPOIS},
        {"x\ta\nf\n", 1, 100, "", LINHAS_TIPO},
        {"\ta\nf\n", 1, 100, "", LINHAS_TIPO},
        {"\\N\ta\nf\n", 1, 100, "", LINHAS_TIPO},
        {"ll\ta\nf\n", 1, 100, "", LINHAS_TIPO},
        {"\nf\n", 1, 100, "", LINHAS_TIPO},
        {"l\nf\n", 1, 100, "", LINHAS_CELULAS},
        {"l\ta\tb\nf\n", 1, 100, "", LINHAS_CELULAS},
        {"l\ta\tb\tc\td\te\nf\n", 1, 100, "", LINHAS_CELULAS},
        {"l\t\\x\nf\n", 1, 100, "", LINHAS_ESCAPE},
        {"l\t\\.\nf\n", 1, 100, "", LINHAS_ESCAPE},
        {"l\ta\\N\nf\n", 1, 100, "", LINHAS_ESCAPE},
        {"l\t\\Na\nf\n", 1, 100, "", LINHAS_ESCAPE},
        {"l\t\\N\\t\nf\n", 1, 100, "", LINHAS_ESCAPE},
        {"l\t\xFF\nf\n", 1, 100, "", LINHAS_UTF8},
        {"l\t\xC3\nf\n", 1, 100, "", LINHAS_UTF8},
        {"l\t\xED\xA0\x80\nf\n", 1, 100, "", LINHAS_UTF8},
        {"l\t\xC0\xAF\nf\n", 1, 100, "", LINHAS_UTF8},
    };

    for (size_t i = 0; i < sizeof(casos) / sizeof(casos[0]); i++)
    {
        static const size_t pedacos[] = {1, 3, 1000000};

        for (size_t j = 0; j < 3; j++)
        {
            size_t n = strlen(casos[i].entrada);
            char *exato = malloc(n + 1);
            LinhasFalha falha;
            const char *lido;

            memcpy(exato, casos[i].entrada, n + 1);
            lido = ler((Bytes){exato, n, pedacos[j], false}, casos[i].colunas, casos[i].max, &falha);
            CONFERE_TEXTO(lido, casos[i].lido, "rows of case %d", (int)i);
            CONFERE(falha == casos[i].falha, "case %d ends as %s", (int)i, linhas_falha_texto(falha));
            free(exato);
        }
    }
}

static void
extremos(void)
{
    const size_t muitas = 16384;
    char *vazias = malloc(muitas + 4);
    LinhasFalha falha;
    Linhas l;
    Bytes b;

    /* Cells without a byte need room for what ends them, too. */
    vazias[0] = 'l';
    memset(vazias + 1, '\t', muitas);
    memcpy(vazias + 1 + muitas, "\nf\n", 3);
    b = (Bytes){vazias, muitas + 4, 1000000, false};
    CONFERE(linhas_abrir(&l, dar, &b, muitas, 10), "16384 columns");
    CONFERE(linhas_proxima(&l) && l.celulas[muitas - 1].n == 0 && !l.celulas[muitas - 1].nula, "of empty cells");
    CONFERE(!linhas_proxima(&l) && l.falha == LINHAS_OK && l.numero == 1, "in one row");
    linhas_fechar(&l);
    free(vazias);

    ler((Bytes){"l\t\0\nf\n", 6, 100, false}, 1, 10, &falha);
    CONFERE(falha == LINHAS_UTF8, "a NUL byte is refused");
    CONFERE_TEXTO(ler((Bytes){"l\ta\n", 4, 100, true}, 1, 10, &falha), "l:a/", "rows before a read error");
    CONFERE(falha == LINHAS_LEITURA, "a read error is told");
}

int
main(void)
{
    casos();
    extremos();
    return tap_fim();
}
