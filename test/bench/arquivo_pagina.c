/*
 * The least that makes a pdf of COPY's rows with libhpdf: what crm_arquivo is compared
 * with. Columns of equal width, 39 rows a page, a header on each.
 *
 *   arquivo_pagina TYPES OUTPUT < rows       TYPES: one letter per column
 * Prints the peak of its memory in KiB.
 */
#include "arquivo_nu.h"

#include <hpdf.h>
#include <iconv.h>

enum
{
    LINHAS_POR_PAGINA = 39
};

static void
erro(HPDF_STATUS codigo, HPDF_STATUS detalhe, void *dados)
{
    fprintf(stderr, "libhpdf: 0x%04lX\n", (unsigned long)codigo);
    exit(1);
}

static const char *
latino(iconv_t conversao, char *utf8)
{
    static char saida[1024];
    char *de = utf8, *para = saida;
    size_t n = strlen(utf8), cabem = sizeof(saida) - 1;

    iconv(conversao, &de, &n, &para, &cabem);
    *para = '\0';
    return saida;
}

int
main(int argc, char **argv)
{
    HPDF_Doc doc = HPDF_New(erro, NULL);
    iconv_t conversao = iconv_open("WINDOWS-1252", "UTF-8");
    HPDF_Page folha = NULL;
    HPDF_Font fonte;
    char *celulas[COLUNAS_MAX];
    int colunas = strlen(argv[1]);
    double largura = 786.0 / colunas;
    char numero[32];
    int n = 0;

    HPDF_SetCompressionMode(doc, HPDF_COMP_ALL);
    fonte = HPDF_GetFont(doc, HPDF_LoadTTFontFromFile(doc, "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf", HPDF_TRUE), "WinAnsiEncoding");
    while (nu_linha(celulas))
    {
        double y;

        if (n % LINHAS_POR_PAGINA == 0)
        {
            if (folha != NULL)
                HPDF_Page_EndText(folha);
            folha = HPDF_AddPage(doc);
            HPDF_Page_SetWidth(folha, 842);
            HPDF_Page_SetHeight(folha, 595);
            HPDF_Page_BeginText(folha);
            HPDF_Page_SetFontAndSize(folha, fonte, 6);
            sprintf(numero, "%d", n / LINHAS_POR_PAGINA + 1);
            HPDF_Page_TextOut(folha, 420, 20, numero);
            for (int i = 0; i < colunas; i++)
                HPDF_Page_TextOut(folha, 28 + i * largura, 560, "Coluna");
        }
        y = 545 - n % LINHAS_POR_PAGINA * 13;
        for (int i = 0; i < colunas; i++)
            if (celulas[i] != NULL)
                HPDF_Page_TextOut(folha, 28 + i * largura, y, latino(conversao, celulas[i]));
        n++;
    }
    if (folha != NULL)
        HPDF_Page_EndText(folha);
    HPDF_SaveToFile(doc, argv[2]);
    nu_pico();
    return 0;
}
