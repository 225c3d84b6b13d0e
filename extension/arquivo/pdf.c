/*
 * pdf.c: pdf, in passes over the rows: one keeps them in a nameless file and learns
 * how many they are and in which characters, one counts the lines that they take
 * where a text may be too long for its column, the last draws.
 */
#include "arquivo.h"
#include "folha.h"
#include "latino.h"
#include "saida.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum
{
    AMOSTRA_LINHAS = 200, /* that the widths of texts follow */
    LIDO_MAX = 2 * FOLHA_CELULA_MAX
};

typedef struct Pdf
{
    const Cabeca *c;
    LinhasFonte fonte;
    void *contexto;
    FILE *guardado; /* the rows */
    uint64_t linhas;
    uint64_t total; /* with those of totals */
    bool latino;    /* all of it in Windows-1252 */
    FolhaCelula celulas[FOLHA_COLUNAS_MAX];
    FolhaCelula longas[FOLHA_COLUNAS_MAX]; /* the longest that is no text */
    size_t textos[FOLHA_COLUNAS_MAX];      /* bytes of the longest that is */
} Pdf;

static void guardar(Pdf *p);
static ssize_t passar(void *pdf, char *bytes, size_t max);
static ssize_t repassar(void *pdf, char *bytes, size_t max);
static void rebobinar(Pdf *p);
static void converter(Pdf *p, const Linhas *l, size_t i);
static bool cabeca_latina(const Cabeca *c);
static bool texto_latino(const char *t);
static char *limpar(const char *t);
static void medir(Pdf *p, Folha *f);
static void contar(Pdf *p, Folha *f);
static void desenhar(Pdf *p, Folha *f);

void
pdf_fazer(const Cabeca *c, LinhasFonte fonte, void *contexto, const char *saida, Relato *relato)
{
    char *titulo = limpar(c->titulo);
    char *autor = limpar(c->usuario);
    DesenhoDocumento doc = {saida, titulo, autor, c->quando.ano, c->quando.mes, c->quando.dia, c->quando.hora, c->quando.minuto, c->quando.segundo, FOLHA_LARGURA, FOLHA_ALTURA};
    Pdf *p = exigir(calloc(1, sizeof(*p)));
    Desenho *d;
    Folha f;

    if (c->n_colunas > FOLHA_COLUNAS_MAX)
        falhar(CODIGO_CABECA, "more than %d columns", FOLHA_COLUNAS_MAX);
    *p = (Pdf){.c = c, .fonte = fonte, .contexto = contexto, .latino = cabeca_latina(c)};
    /* The library writes to the path; the file is made here, anew. */
    fclose(saida_criar(saida));
    p->guardado = saida_temporario(saida);
    if (p->guardado == NULL)
        falhar_disco("could not make a temporary file");
    guardar(p);
    if (!p->latino && desenho_cairo_abrir == NULL)
        arquivo_com_cairo(saida_temporario_descritor());
    d = p->latino ? desenho_hpdf_abrir(&doc) : desenho_cairo_abrir(&doc);
    relato->motor = d->motor;
    folha_abrir(&f, c, d, p->linhas, p->total);
    medir(p, &f);
    folha_repartir(&f);
    contar(p, &f);
    desenhar(p, &f);
    d->fim(d);
    saida_conferir(saida, "%%EOF", 5, 6);
    relato->linhas = p->linhas;
    relato->cortadas = f.cortadas;
    fclose(p->guardado);
    free(titulo);
    free(autor);
    free(p);
}

static void
guardar(Pdf *p)
{
    Linhas l;

    arquivo_abrir_linhas(&l, p->c, passar, p, LIDO_MAX);
    while (linhas_proxima(&l))
    {
        p->total++;
        for (size_t i = 0; i < l.colunas; i++)
        {
            const FolhaCelula *celula = &p->celulas[i];

            converter(p, &l, i);
            if (celula->de_texto)
            {
                p->latino = p->latino && latino_cabe(celula->texto, celula->n);
                if (celula->n > p->textos[i])
                    p->textos[i] = celula->n;
            }
            else if (celula->n > p->longas[i].n)
                p->longas[i] = *celula;
        }
    }
    p->linhas = l.numero;
    arquivo_fechar_linhas(&l);
    rebobinar(p);
}

static ssize_t
passar(void *pdf, char *bytes, size_t max)
{
    Pdf *p = pdf;
    ssize_t n = p->fonte(p->contexto, bytes, max);

    if (n > 0 && fwrite(bytes, 1, (size_t)n, p->guardado) != (size_t)n)
        falhar_disco("could not write a temporary file");
    return n;
}

static ssize_t
repassar(void *pdf, char *bytes, size_t max)
{
    Pdf *p = pdf;
    size_t n = fread(bytes, 1, max, p->guardado);

    return n == 0 && ferror(p->guardado) ? -1 : (ssize_t)n;
}

static void
rebobinar(Pdf *p)
{
    fflush(p->guardado);
    if (saida_temporario_falhou())
        falhar_disco("could not write a temporary file");
    rewind(p->guardado);
}

static void
converter(Pdf *p, const Linhas *l, size_t i)
{
    const Celula *c = &l->celulas[i];

    folha_celula(&p->c->colunas[i], c->texto, c->n, c->cortada, &p->celulas[i]);
}

static bool
cabeca_latina(const Cabeca *c)
{
    bool sim = texto_latino(c->titulo) && texto_latino(c->usuario);

    for (size_t i = 0; i < c->n_colunas && sim; i++)
        sim = texto_latino(c->colunas[i].titulo);
    for (size_t i = 0; i < c->n_filtros && sim; i++)
        sim = texto_latino(c->filtros[i].nome) && texto_latino(c->filtros[i].valor);
    return sim;
}

/* As it is drawn: without control characters. */
static bool
texto_latino(const char *t)
{
    char *limpo = limpar(t);
    bool sim = latino_cabe(limpo, strlen(limpo));

    free(limpo);
    return sim;
}

static char *
limpar(const char *t)
{
    size_t n = strlen(t);
    char *limpo = exigir(malloc(n + 1));

    limpo[latino_linha(t, n, limpo, n)] = '\0';
    return limpo;
}

static void
medir(Pdf *p, Folha *f)
{
    Linhas l;

    arquivo_abrir_linhas(&l, p->c, repassar, p, LIDO_MAX);
    for (int n = 0; n < AMOSTRA_LINHAS && linhas_proxima(&l); n++)
    {
        for (size_t i = 0; i < l.colunas; i++)
        {
            converter(p, &l, i);
            folha_medir(f, i, &p->celulas[i]);
        }
    }
    linhas_fechar(&l);
    for (size_t i = 0; i < p->c->n_colunas; i++)
        folha_medir(f, i, &p->longas[i]);
    rebobinar(p);
}

static void
contar(Pdf *p, Folha *f)
{
    size_t colunas[FOLHA_COLUNAS_MAX];
    size_t n = 0;
    Linhas l;

    for (size_t i = 0; i < p->c->n_colunas; i++)
    {
        p->celulas[i].n = 0;
        if (folha_dobra(f, i, p->textos[i]))
            colunas[n++] = i;
    }
    if (n == 0)
        return;
    arquivo_abrir_linhas(&l, p->c, repassar, p, LIDO_MAX);
    while (linhas_proxima(&l))
    {
        for (size_t i = 0; i < n; i++)
            converter(p, &l, colunas[i]);
        folha_contar(f, p->celulas, l.tipo == LINHA_TOTAL);
    }
    arquivo_fechar_linhas(&l);
    rebobinar(p);
}

static void
desenhar(Pdf *p, Folha *f)
{
    Linhas l;

    folha_comecar(f);
    arquivo_abrir_linhas(&l, p->c, repassar, p, LIDO_MAX);
    while (linhas_proxima(&l))
    {
        for (size_t i = 0; i < l.colunas; i++)
            converter(p, &l, i);
        folha_linha(f, p->celulas, l.tipo == LINHA_TOTAL);
    }
    arquivo_fechar_linhas(&l);
    folha_fim(f);
}
