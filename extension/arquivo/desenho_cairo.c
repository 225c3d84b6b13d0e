/*
 * desenho_cairo.c: pdf by cairo, any script. Text of Windows-1252 is drawn glyph
 * by glyph from DejaVu Sans; the rest is shaped by pango, with whatever fonts
 * fontconfig finds.
 */
#include "desenho.h"

#include "latino.h"
#include "saida.h"
#include "texto_puro.h"

#include <cairo-pdf.h>
#include <pango/pangocairo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum
{
    TEXTO_MAX = 1024, /* characters drawn of one text */
    PONTOS_POR_POLEGADA = 72
};

static const char familia[] = "DejaVu Sans";

/* A font in one size, and its glyphs of Windows-1252. */
typedef struct Corpo
{
    double tamanho;
    cairo_scaled_font_t *fonte;
    unsigned long glifos[256];
    double avancos[256];
} Corpo;

typedef struct Cairo
{
    Desenho d;
    FILE *saida;
    cairo_surface_t *superficie;
    cairo_t *cr;
    PangoFontMap *mapa;
    PangoContext *contexto;
    PangoLayout *bloco;
    PangoFontDescription *descricoes[FONTES];
    Corpo corpos[FONTES];
    bool aberta; /* a page */
} Cairo;

static void pagina(Desenho *d);
static bool texto(Desenho *d, Fonte fonte, double tamanho, double x, double y, double largura, Alinhamento alinhamento, const char *t, size_t n);
static double medida(Desenho *d, Fonte fonte, double tamanho, const char *t, size_t n);
static size_t quebra(Desenho *d, Fonte fonte, double tamanho, double largura, const char *t, size_t n);
static void linha(Desenho *d, double x1, double y1, double x2, double y2);
static void faixa(Desenho *d, double x, double y, double largura, double altura, double cinza);
static void fim(Desenho *d);
static bool texto_latino(Cairo *c, Fonte fonte, double tamanho, double x, double y, double largura, Alinhamento alinhamento, const char *t, size_t n);
static double medida_latina(const Corpo *corpo, const char *t, size_t n);
static Corpo *corpo(Cairo *c, Fonte fonte, double tamanho);
static size_t compor(Cairo *c, Fonte fonte, double tamanho, const char *t, size_t n);
static cairo_status_t escrever(void *saida, const unsigned char *bytes, unsigned n);
static void conferir(Cairo *c);

Desenho *
desenho_cairo_abrir(const DesenhoDocumento *doc)
{
    Cairo *c = exigir(calloc(1, sizeof(*c)));
    cairo_font_options_t *opcoes = cairo_font_options_create();
    char quando[sizeof("2026-11-22T05:40:12") + 40];

    c->d = (Desenho){"cairo", pagina, texto, medida, quebra, linha, faixa, fim};
    /* The file is there and this program's own. */
    c->saida = exigir(fopen(doc->saida, "wb"));
    c->superficie = cairo_pdf_surface_create_for_stream(escrever, c->saida, doc->largura, doc->altura);
    snprintf(quando, sizeof(quando), "%04d-%02d-%02dT%02d:%02d:%02d", doc->ano, doc->mes, doc->dia, doc->hora, doc->minuto, doc->segundo);
    cairo_pdf_surface_set_metadata(c->superficie, CAIRO_PDF_METADATA_TITLE, doc->titulo);
    cairo_pdf_surface_set_metadata(c->superficie, CAIRO_PDF_METADATA_AUTHOR, doc->autor);
    cairo_pdf_surface_set_metadata(c->superficie, CAIRO_PDF_METADATA_CREATE_DATE, quando);
    c->cr = cairo_create(c->superficie);
    cairo_set_line_width(c->cr, 0.5);

    c->mapa = pango_cairo_font_map_new();
    pango_cairo_font_map_set_resolution(PANGO_CAIRO_FONT_MAP(c->mapa), PONTOS_POR_POLEGADA);
    c->contexto = pango_font_map_create_context(c->mapa);
    cairo_font_options_set_hint_style(opcoes, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(opcoes, CAIRO_HINT_METRICS_OFF);
    pango_cairo_context_set_font_options(c->contexto, opcoes);
    pango_context_set_round_glyph_positions(c->contexto, FALSE);
    cairo_font_options_destroy(opcoes);
    c->bloco = pango_layout_new(c->contexto);
    pango_layout_set_single_paragraph_mode(c->bloco, TRUE);
    pango_layout_set_wrap(c->bloco, PANGO_WRAP_WORD_CHAR);
    pango_layout_set_ellipsize(c->bloco, PANGO_ELLIPSIZE_END);
    for (int i = 0; i < FONTES; i++)
    {
        c->descricoes[i] = pango_font_description_from_string(familia);
        if (i == FONTE_NEGRITO)
            pango_font_description_set_weight(c->descricoes[i], PANGO_WEIGHT_BOLD);
    }
    conferir(c);
    return &c->d;
}

static void
pagina(Desenho *d)
{
    Cairo *c = (Cairo *)d;

    if (c->aberta)
        cairo_show_page(c->cr);
    c->aberta = true;
    conferir(c);
}

static bool
texto(Desenho *d, Fonte fonte, double tamanho, double x, double y, double largura, Alinhamento alinhamento, const char *t, size_t n)
{
    Cairo *c = (Cairo *)d;
    PangoLayoutLine *linha_unica;
    PangoRectangle medidas;
    double sobra;

    if (n == 0 || largura <= 0)
        return n > 0;
    if (latino_cabe(t, n))
        return texto_latino(c, fonte, tamanho, x, y, largura, alinhamento, t, n);
    compor(c, fonte, tamanho, t, n);
    pango_layout_set_width(c->bloco, (int)(largura * PANGO_SCALE));
    linha_unica = pango_layout_get_line_readonly(c->bloco, 0);
    pango_layout_line_get_extents(linha_unica, NULL, &medidas);
    sobra = largura - (double)medidas.width / PANGO_SCALE;
    if (alinhamento == ALINHAR_CENTRO)
        x += sobra / 2;
    else if (alinhamento == ALINHAR_DIREITA || linha_unica->resolved_dir == PANGO_DIRECTION_RTL)
        x += sobra;
    cairo_move_to(c->cr, x, y);
    pango_cairo_show_layout_line(c->cr, linha_unica);
    return pango_layout_is_ellipsized(c->bloco);
}

static double
medida(Desenho *d, Fonte fonte, double tamanho, const char *t, size_t n)
{
    Cairo *c = (Cairo *)d;
    int largura;

    if (latino_cabe(t, n))
        return medida_latina(corpo(c, fonte, tamanho), t, n);
    compor(c, fonte, tamanho, t, n);
    pango_layout_set_width(c->bloco, -1);
    pango_layout_get_size(c->bloco, &largura, NULL);
    return (double)largura / PANGO_SCALE;
}

static size_t
quebra(Desenho *d, Fonte fonte, double tamanho, double largura, const char *t, size_t n)
{
    Cairo *c = (Cairo *)d;
    size_t m;

    if (latino_cabe(t, n))
        return latino_quebra(t, n, corpo(c, fonte, tamanho)->avancos, largura);
    m = compor(c, fonte, tamanho, t, n);
    pango_layout_set_ellipsize(c->bloco, PANGO_ELLIPSIZE_NONE);
    pango_layout_set_width(c->bloco, (int)(largura * PANGO_SCALE));
    if (pango_layout_get_line_count(c->bloco) > 1)
        m = (size_t)pango_layout_get_line_readonly(c->bloco, 0)->length;
    pango_layout_set_ellipsize(c->bloco, PANGO_ELLIPSIZE_END);
    /* Such a line is drawn letter by letter, which may be wider. */
    return latino_cabe(t, m) ? latino_quebra(t, m, corpo(c, fonte, tamanho)->avancos, largura) : m;
}

static void
linha(Desenho *d, double x1, double y1, double x2, double y2)
{
    Cairo *c = (Cairo *)d;

    cairo_move_to(c->cr, x1, y1);
    cairo_line_to(c->cr, x2, y2);
    cairo_stroke(c->cr);
}

static void
faixa(Desenho *d, double x, double y, double largura, double altura, double cinza)
{
    Cairo *c = (Cairo *)d;

    cairo_set_source_rgb(c->cr, cinza, cinza, cinza);
    cairo_rectangle(c->cr, x, y, largura, altura);
    cairo_fill(c->cr);
    cairo_set_source_rgb(c->cr, 0, 0, 0);
}

static void
fim(Desenho *d)
{
    Cairo *c = (Cairo *)d;

    if (c->aberta)
        cairo_show_page(c->cr);
    cairo_surface_finish(c->superficie);
    conferir(c);
    cairo_destroy(c->cr);
    cairo_surface_destroy(c->superficie);
    saida_fechar(c->saida);
    for (int i = 0; i < FONTES; i++)
    {
        pango_font_description_free(c->descricoes[i]);
        if (c->corpos[i].fonte != NULL)
            cairo_scaled_font_destroy(c->corpos[i].fonte);
    }
    g_object_unref(c->bloco);
    g_object_unref(c->contexto);
    g_object_unref(c->mapa);
    free(c);
}

static bool
texto_latino(Cairo *c, Fonte fonte, double tamanho, double x, double y, double largura, Alinhamento alinhamento, const char *t, size_t n)
{
    const Corpo *f = corpo(c, fonte, tamanho);
    cairo_glyph_t glifos[TEXTO_MAX + 1];
    cairo_text_cluster_t grupos[TEXTO_MAX + 1];
    char copia[TEXTO_MAX * 4 + sizeof("…")];
    size_t bytes = 0;
    double avanco = 0;
    int m = 0;
    bool cortado;

    for (size_t i = 0; i < n && m < TEXTO_MAX; m++)
    {
        uint32_t u = (unsigned char)t[i];
        int k = u < 0x80 ? 1 : utf8_caractere(t + i, n - i, &u);
        int b = latino_byte(u);

        glifos[m] = (cairo_glyph_t){f->glifos[b], avanco, y};
        grupos[m] = (cairo_text_cluster_t){k, 1};
        avanco += f->avancos[b];
        i += (size_t)k;
        bytes = i;
    }
    cortado = avanco > largura || bytes < n;
    memcpy(copia, t, bytes);
    if (cortado)
    {
        double fim_do_texto = largura - f->avancos[LATINO_RETICENCIAS];

        while (m > 0 && (avanco > fim_do_texto || copia[bytes - 1] == ' '))
        {
            m--;
            avanco = glifos[m].x;
            bytes -= (size_t)grupos[m].num_bytes;
        }
        glifos[m] = (cairo_glyph_t){f->glifos[LATINO_RETICENCIAS], avanco, y};
        grupos[m] = (cairo_text_cluster_t){3, 1};
        memcpy(copia + bytes, "…", 3);
        bytes += 3;
        avanco += f->avancos[LATINO_RETICENCIAS];
        m++;
    }
    if (alinhamento != ALINHAR_ESQUERDA)
        x += (largura - avanco) / (alinhamento == ALINHAR_CENTRO ? 2 : 1);
    for (int i = 0; i < m; i++)
        glifos[i].x += x;
    cairo_set_scaled_font(c->cr, f->fonte);
    cairo_show_text_glyphs(c->cr, copia, (int)bytes, glifos, m, grupos, m, 0);
    return cortado;
}

static double
medida_latina(const Corpo *f, const char *t, size_t n)
{
    double avanco = 0;

    for (size_t i = 0; i < n;)
    {
        uint32_t u = (unsigned char)t[i];

        i += u < 0x80 ? 1 : (size_t)utf8_caractere(t + i, n - i, &u);
        avanco += f->avancos[latino_byte(u)];
    }
    return avanco;
}

/* Of each font the last size is kept: a table has one. */
static Corpo *
corpo(Cairo *c, Fonte fonte, double tamanho)
{
    Corpo *f = &c->corpos[fonte];
    PangoFont *pf;

    if (f->fonte != NULL && f->tamanho == tamanho)
        return f;
    if (f->fonte != NULL)
        cairo_scaled_font_destroy(f->fonte);
    pango_font_description_set_absolute_size(c->descricoes[fonte], tamanho * PANGO_SCALE);
    pf = pango_font_map_load_font(c->mapa, c->contexto, c->descricoes[fonte]);
    if (pf == NULL)
        falhar(CODIGO_FONTE, "a font is missing: %s", familia);
    f->fonte = cairo_scaled_font_reference(pango_cairo_font_get_scaled_font(PANGO_CAIRO_FONT(pf)));
    f->tamanho = tamanho;
    g_object_unref(pf);
    for (int b = 0; b < 256; b++)
    {
        uint32_t u = latino_codigo((unsigned char)b);
        char utf8[8] = {0};
        cairo_glyph_t *glifos = NULL;
        cairo_text_extents_t medidas;
        int n;

        if (u == 0)
            continue;
        g_unichar_to_utf8(u, utf8);
        if (cairo_scaled_font_text_to_glyphs(f->fonte, 0, 0, utf8, -1, &glifos, &n, NULL, NULL, NULL) != CAIRO_STATUS_SUCCESS || n != 1)
            falhar(CODIGO_FONTE, "a font has no glyph of U+%04X", u);
        cairo_scaled_font_glyph_extents(f->fonte, glifos, 1, &medidas);
        f->glifos[b] = glifos[0].index;
        f->avancos[b] = medidas.x_advance;
        cairo_glyph_free(glifos);
    }
    return f;
}

/* Returns how many bytes of it. */
static size_t
compor(Cairo *c, Fonte fonte, double tamanho, const char *t, size_t n)
{
    size_t m = n;

    if (n > TEXTO_MAX)
        for (m = TEXTO_MAX; ((unsigned char)t[m] & 0xC0) == 0x80; m--)
            ;
    pango_font_description_set_absolute_size(c->descricoes[fonte], tamanho * PANGO_SCALE);
    pango_layout_set_font_description(c->bloco, c->descricoes[fonte]);
    pango_layout_set_text(c->bloco, t, (int)m);
    return m;
}

static cairo_status_t
escrever(void *saida, const unsigned char *bytes, unsigned n)
{
    return fwrite(bytes, 1, n, saida) == n ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_WRITE_ERROR;
}

static void
conferir(Cairo *c)
{
    cairo_status_t status = cairo_status(c->cr);

    if (status == CAIRO_STATUS_SUCCESS)
        status = cairo_surface_status(c->superficie);
    if (status == CAIRO_STATUS_WRITE_ERROR)
        falhar_disco("could not write");
    if (status == CAIRO_STATUS_NO_MEMORY)
        falhar(CODIGO_MEMORIA, "out of memory");
    if (status != CAIRO_STATUS_SUCCESS)
        falhar(CODIGO_BIBLIOTECA, "cairo: %s", cairo_status_to_string(status));
}
