/*
 * desenho_hpdf.c: pdf by libhpdf with DejaVu Sans embedded, Windows-1252.
 *
 * Bold is the same font with a line around each letter: a second font in the file
 * would cost 350 kB, and a tenth of the time of 10,000 rows.
 */
#include "desenho.h"

#include "latino.h"
#include "saida.h"
#include "texto_puro.h"

#include <hpdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#ifndef FONTES_DEJAVU
#define FONTES_DEJAVU "/usr/share/fonts/truetype/dejavu"
#endif

enum
{
    TEXTO_MAX = 1024, /* bytes drawn of one text */
    MIL = 1000,       /* units of a font to its size */
    FRACOES = 8       /* of a point, that a place is rounded to */
};

static const char codificacao[] = "WinAnsiEncoding";
static const double linha_fina = 0.5;
static const double negrito = 1.0 / 28; /* of the size, around a letter */

typedef struct Haru
{
    Desenho d;
    HPDF_Doc doc;
    HPDF_Page folha;
    const char *saida;
    double largura;
    double altura;
    HPDF_Font fonte;
    double avancos[256];

    /* of the page */
    bool em_texto;
    double x, y; /* where the last text began */
    double tamanho;
    Fonte forma;
    double traco; /* width of lines */
    double cinza; /* of what is filled */
} Haru;

static void pagina(Desenho *d);
static bool texto(Desenho *d, Fonte fonte, double tamanho, double x, double y, double largura, Alinhamento alinhamento, const char *t, size_t n);
static double medida(Desenho *d, Fonte fonte, double tamanho, const char *t, size_t n);
static size_t quebra(Desenho *d, Fonte fonte, double tamanho, double largura, const char *t, size_t n);
static void linha(Desenho *d, double x1, double y1, double x2, double y2);
static void faixa(Desenho *d, double x, double y, double largura, double altura, double cinza);
static void fim(Desenho *d);
static void carregar(Haru *h, const char *arquivo);
static void informar(Haru *h, const DesenhoDocumento *doc);
static int em_latino(const Haru *h, const char *t, size_t n, char *saida, double *avanco);
static void letra(Haru *h, Fonte fonte, double tamanho);
static void tracar(Haru *h, double largura);
static void pintar(Haru *h, double cinza);
static void fora_de_texto(Haru *h);
static void erro(HPDF_STATUS codigo, HPDF_STATUS detalhe, void *h);

Desenho *
desenho_hpdf_abrir(const DesenhoDocumento *doc)
{
    Haru *h = exigir(calloc(1, sizeof(*h)));

    h->d = (Desenho){"hpdf", pagina, texto, medida, quebra, linha, faixa, fim};
    h->saida = doc->saida;
    h->largura = doc->largura;
    h->altura = doc->altura;
    h->doc = exigir(HPDF_New(erro, h));
    HPDF_SetCompressionMode(h->doc, HPDF_COMP_ALL);
    carregar(h, FONTES_DEJAVU "/DejaVuSans.ttf");
    informar(h, doc);
    return &h->d;
}

static void
pagina(Desenho *d)
{
    Haru *h = (Haru *)d;

    if (h->folha != NULL)
        fora_de_texto(h);
    h->folha = HPDF_AddPage(h->doc);
    HPDF_Page_SetWidth(h->folha, (float)h->largura);
    HPDF_Page_SetHeight(h->folha, (float)h->altura);
    h->tamanho = 0;
    h->forma = FONTE_NORMAL;
    h->traco = 1;
    h->cinza = 0;
}

static bool
texto(Desenho *d, Fonte fonte, double tamanho, double x, double y, double largura, Alinhamento alinhamento, const char *t, size_t n)
{
    Haru *h = (Haru *)d;
    char bytes[TEXTO_MAX + 2];
    double cabem = largura * MIL / tamanho;
    double avanco;
    int m = em_latino(h, t, n, bytes, &avanco);
    bool cortado = avanco > cabem;

    if (cortado)
    {
        const double *avancos = h->avancos;

        while (m > 0 && avanco + avancos[LATINO_RETICENCIAS] > cabem)
            avanco -= avancos[(unsigned char)bytes[--m]];
        while (m > 0 && bytes[m - 1] == ' ')
            avanco -= avancos[(unsigned char)bytes[--m]];
        bytes[m++] = (char)LATINO_RETICENCIAS;
        avanco += avancos[LATINO_RETICENCIAS];
    }
    bytes[m] = '\0';
    if (m == 0)
        return cortado;
    if (alinhamento != ALINHAR_ESQUERDA)
        x += (largura - avanco * tamanho / MIL) / (alinhamento == ALINHAR_CENTRO ? 2 : 1);
    /* Short numbers: a document is full of them. */
    x = round(x * FRACOES) / FRACOES;
    y = round((h->altura - y) * FRACOES) / FRACOES;
    if (!h->em_texto)
    {
        pintar(h, 0);
        HPDF_Page_BeginText(h->folha);
        h->em_texto = true;
        h->x = 0;
        h->y = 0;
    }
    letra(h, fonte, tamanho);
    HPDF_Page_MoveTextPos(h->folha, (float)(x - h->x), (float)(y - h->y));
    h->x = x;
    h->y = y;
    HPDF_Page_ShowText(h->folha, bytes);
    return cortado;
}

static double
medida(Desenho *d, Fonte fonte, double tamanho, const char *t, size_t n)
{
    char bytes[TEXTO_MAX + 2];
    double avanco;

    em_latino((Haru *)d, t, n, bytes, &avanco);
    return avanco * tamanho / MIL;
}

static size_t
quebra(Desenho *d, Fonte fonte, double tamanho, double largura, const char *t, size_t n)
{
    return latino_quebra(t, n, ((Haru *)d)->avancos, largura * MIL / tamanho);
}

static void
linha(Desenho *d, double x1, double y1, double x2, double y2)
{
    Haru *h = (Haru *)d;

    fora_de_texto(h);
    tracar(h, linha_fina);
    HPDF_Page_MoveTo(h->folha, (float)x1, (float)(h->altura - y1));
    HPDF_Page_LineTo(h->folha, (float)x2, (float)(h->altura - y2));
    HPDF_Page_Stroke(h->folha);
}

static void
faixa(Desenho *d, double x, double y, double largura, double altura, double cinza)
{
    Haru *h = (Haru *)d;

    fora_de_texto(h);
    pintar(h, cinza);
    HPDF_Page_Rectangle(h->folha, (float)x, (float)(h->altura - y - altura), (float)largura, (float)altura);
    HPDF_Page_Fill(h->folha);
}

static void
fim(Desenho *d)
{
    Haru *h = (Haru *)d;

    fora_de_texto(h);
    HPDF_SaveToFile(h->doc, h->saida);
    HPDF_Free(h->doc);
    free(h);
}

static void
carregar(Haru *h, const char *arquivo)
{
    FILE *f = fopen(arquivo, "rb");

    if (f == NULL)
        falhar(CODIGO_FONTE, "a font is missing: %s", arquivo);
    fclose(f);
    h->fonte = HPDF_GetFont(h->doc, HPDF_LoadTTFontFromFile(h->doc, arquivo, HPDF_TRUE), codificacao);
    for (int b = 0; b < 256; b++)
    {
        uint32_t u = latino_codigo((unsigned char)b);

        if (u != 0)
            h->avancos[b] = HPDF_Font_GetUnicodeWidth(h->fonte, (HPDF_UNICODE)u);
    }
}

static void
informar(Haru *h, const DesenhoDocumento *doc)
{
    char bytes[TEXTO_MAX + 2];
    HPDF_Date data = {doc->ano, doc->mes, doc->dia, doc->hora, doc->minuto, doc->segundo, ' ', 0, 0};
    double avanco;

    HPDF_SetCurrentEncoder(h->doc, codificacao);
    bytes[em_latino(h, doc->titulo, strlen(doc->titulo), bytes, &avanco)] = '\0';
    HPDF_SetInfoAttr(h->doc, HPDF_INFO_TITLE, bytes);
    bytes[em_latino(h, doc->autor, strlen(doc->autor), bytes, &avanco)] = '\0';
    HPDF_SetInfoAttr(h->doc, HPDF_INFO_AUTHOR, bytes);
    HPDF_SetInfoDateAttr(h->doc, HPDF_INFO_CREATION_DATE, data);
}

/* Up to TEXTO_MAX bytes, and their width; returns how many. */
static int
em_latino(const Haru *h, const char *t, size_t n, char *saida, double *avanco)
{
    const double *avancos = h->avancos;
    int m = 0;

    *avanco = 0;
    for (size_t i = 0; i < n && m < TEXTO_MAX;)
    {
        unsigned char b = (unsigned char)t[i];

        if (b < 0x80)
            i++;
        else
        {
            uint32_t u;
            int k = utf8_caractere(t + i, n - i, &u);
            int byte = k > 0 ? latino_byte(u) : -1;

            i += (size_t)k;
            if (byte < 0)
                falhar(CODIGO_BIBLIOTECA, "a character is not in Windows-1252");
            b = (unsigned char)byte;
        }
        saida[m++] = (char)b;
        *avanco += avancos[b];
    }
    return m;
}

static void
letra(Haru *h, Fonte fonte, double tamanho)
{
    if (h->tamanho != tamanho)
        HPDF_Page_SetFontAndSize(h->folha, h->fonte, (float)tamanho);
    h->tamanho = tamanho;
    if (fonte == FONTE_NEGRITO)
        tracar(h, tamanho * negrito);
    if (h->forma != fonte)
        HPDF_Page_SetTextRenderingMode(h->folha, fonte == FONTE_NEGRITO ? HPDF_FILL_THEN_STROKE : HPDF_FILL);
    h->forma = fonte;
}

static void
tracar(Haru *h, double largura)
{
    if (h->traco != largura)
        HPDF_Page_SetLineWidth(h->folha, (float)largura);
    h->traco = largura;
}

static void
pintar(Haru *h, double cinza)
{
    if (h->cinza != cinza)
        HPDF_Page_SetGrayFill(h->folha, (float)cinza);
    h->cinza = cinza;
}

static void
fora_de_texto(Haru *h)
{
    if (h->em_texto)
        HPDF_Page_EndText(h->folha);
    h->em_texto = false;
}

static void
erro(HPDF_STATUS codigo, HPDF_STATUS detalhe, void *h)
{
    if (codigo == HPDF_FAILD_TO_ALLOC_MEM)
        falhar(CODIGO_MEMORIA, "out of memory");
    /* As a detail, too: the stream's error inside another. */
    falhar(codigo == HPDF_FILE_IO_ERROR || codigo == HPDF_FILE_OPEN_ERROR || detalhe == HPDF_FILE_IO_ERROR ? CODIGO_DISCO : CODIGO_BIBLIOTECA,
           "libhpdf: 0x%04lX, %lu", (unsigned long)codigo, (unsigned long)detalhe);
}
