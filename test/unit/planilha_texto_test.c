/*
 * extension/arquivo/planilha_texto.c and latino.c: text as a sheet and a page hold
 * it. EXPORT-2, EXPORT-3.
 * fontes: extension/texto_puro.c extension/arquivo/saida.c
 */
#include "tap.h"
#include "latino.h"
#include "planilha_texto.h"

#include <stdlib.h>

static void
celulas(void)
{
    static const struct
    {
        const char *texto;
        const char *escrito;
    } casos[] = {
        {"", ""},
        {"José", "José"},
        {"=1+1", "=1+1"},
        {"_x0041_", "_x005F_x0041_"},
        {"a_xABcd_b_x", "a_x005F_xABcd_b_x"},
        {"_x0041", "_x0041"},
        {"_x004G_", "_x004G_"},
        {"_x0041_x0042_", "_x005F_x0041_x005F_x0042_"},
        {"a\xEF\xBF\xBE\xEF\xBF\xBF" "b", "a_xFFFE__xFFFF_b"},
        {"\xEF\xBC\x9D" "1", "\xEF\xBC\x9D" "1"},
        {"\xF0\x9F\x98\x80", "\xF0\x9F\x98\x80"},
    };
    PlanilhaTexto p = {0};
    uint64_t cortadas = 0;

    for (size_t i = 0; i < sizeof(casos) / sizeof(casos[0]); i++)
    {
        Celula c = {.texto = casos[i].texto, .n = strlen(casos[i].texto)};

        CONFERE_TEXTO(planilha_texto(&p, &c, &cortadas), casos[i].escrito, "cell of case %d", (int)i);
    }
    CONFERE(cortadas == 0, "none of them is cut");
    planilha_texto_fechar(&p);
}

static void
limites(void)
{
    static const struct
    {
        const char *caractere;
        size_t vezes;
        size_t bytes; /* written */
        bool cortada;
    } casos[] = {
        {"a", PLANILHA_CELULA_MAX, PLANILHA_CELULA_MAX, false},
        {"a", PLANILHA_CELULA_MAX + 1, PLANILHA_CELULA_MAX + 2, true},
        {"é", PLANILHA_CELULA_MAX, 2 * PLANILHA_CELULA_MAX, false},
        {"é", PLANILHA_CELULA_MAX + 1, 2 * PLANILHA_CELULA_MAX + 1, true},
        {"\xF0\x9F\x98\x80", PLANILHA_CELULA_MAX / 2, 4 * (PLANILHA_CELULA_MAX / 2), false},
        {"\xF0\x9F\x98\x80", PLANILHA_CELULA_MAX / 2 + 1, 4 * (PLANILHA_CELULA_MAX / 2) + 3, true},
        {"_x0041_", 10000, 0, true},
    };
    PlanilhaTexto p = {0};

    for (size_t i = 0; i < sizeof(casos) / sizeof(casos[0]); i++)
    {
        size_t n = strlen(casos[i].caractere);
        char *texto = malloc(n * casos[i].vezes + 1);
        Celula c = {.texto = texto, .n = n * casos[i].vezes};
        uint64_t cortadas = 0;
        const char *escrito;

        for (size_t j = 0; j < casos[i].vezes; j++)
            memcpy(texto + j * n, casos[i].caractere, n);
        texto[c.n] = '\0';
        escrito = planilha_texto(&p, &c, &cortadas);
        CONFERE(cortadas == casos[i].cortada, "case %d is %scut", (int)i, cortadas ? "" : "not ");
        if (casos[i].bytes > 0)
            CONFERE(strlen(escrito) == casos[i].bytes, "case %d has %d bytes", (int)i, (int)strlen(escrito));
        CONFERE(!cortadas || strcmp(escrito + strlen(escrito) - 3, "…") == 0, "case %d ends so", (int)i);
        free(texto);
    }
    planilha_texto_fechar(&p);
}

static void
legendas(void)
{
    char saida[16];

    planilha_legenda("R&D\nSA", '&', saida, sizeof(saida));
    CONFERE_TEXTO(saida, "R&&D SA", "a page's command sign is doubled");
    planilha_legenda("R&D \x01\xEF\xBF\xBF", '\0', saida, sizeof(saida));
    CONFERE_TEXTO(saida, "R&D   ", "what XML does not have is blank");
    planilha_legenda("ééééééééééééé", '&', saida, sizeof(saida));
    CONFERE_TEXTO(saida, "ééééééé", "cut between characters");
}

static void
latino(void)
{
    static const struct
    {
        const char *texto;
        bool cabe;
    } casos[] = {
        {"", true},
        {"José — “R$ 1,00” €…", true},
        {"ŠšŽžŒœŸ ÿ", true},
        {"李", false},
        {"e\xCC\x81", false},
        {"Ё", false},
        {"\xC2\x81", false},
        {"\x7F", false},
        {"a\nb", false},
        {"\xE2\x80\x8B", false},
    };
    int pares = 0;
    char saida[64];

    for (size_t i = 0; i < sizeof(casos) / sizeof(casos[0]); i++)
        CONFERE(latino_cabe(casos[i].texto, strlen(casos[i].texto)) == casos[i].cabe, "Windows-1252 or not, case %d", (int)i);
    for (int b = 0; b < 256; b++)
        if (latino_codigo((unsigned char)b) != 0)
            pares += latino_byte(latino_codigo((unsigned char)b)) == b;
    CONFERE(pares == 256 - 32 - 1 - 5, "every character there and back: %d", pares);

    saida[latino_linha("a\tb\r\nc\xC2\x85" "d\xE2\x80\xA8" "e\xEF\xBF\xBF", 16, saida, sizeof(saida))] = '\0';
    CONFERE_TEXTO(saida, "a b  c d e\xEF\xBF\xBD", "one line of what can be drawn");
    saida[latino_linha("ééé", 6, saida, 5)] = '\0';
    CONFERE_TEXTO(saida, "éé", "in whole characters");
}

static void
quebras(void)
{
    static const struct
    {
        const char *texto;
        double largura;
        size_t bytes;
    } casos[] = {
        {"Maria", 5, 5},
        {"Maria da Silva", 5, 5},   /* the blank itself does not fit */
        {"Maria da Silva", 6, 6},
        {"Maria da Silva", 9, 9},
        {"Maria da Silva", 13, 9},
        {"Maria da Silva", 14, 14},
        {"Mariana", 3, 3},
        {"açãoaçãoação", 3, 5},     /* characters, not bytes */
        {" Mariana", 4, 1},
        {"Mariana", 0, 1},          /* one at least */
        {"ção", 0, 2},
        {"", 3, 0},
    };
    double avancos[256];

    for (int b = 0; b < 256; b++)
        avancos[b] = 1;
    for (size_t i = 0; i < sizeof(casos) / sizeof(casos[0]); i++)
        CONFERE(latino_quebra(casos[i].texto, strlen(casos[i].texto), avancos, casos[i].largura) == casos[i].bytes,
                "a line of %g holds as much of \"%s\" as it should", casos[i].largura, casos[i].texto);
}

int
main(void)
{
    celulas();
    limites();
    legendas();
    latino();
    quebras();
    return tap_fim();
}
