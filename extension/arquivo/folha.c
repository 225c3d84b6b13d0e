/*
 * folha.c: a table on pages of A4 landscape: title, filters, repeated titles of
 * columns, rows, footer. Draws on any Desenho.
 */
#include "folha.h"

#include "folha_medidas.h"
#include "latino.h"
#include "saida.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Points. */
#define TAMANHO_TITULO 12.0
#define TAMANHO_NOTA 7.5
#define NOTA_ALTURA 10.0
#define RODAPE_ALTURA 16.0
#define LINHA_VEZES 1.5  /* height of a row of one line to its text */
#define ENTRE_VEZES 1.2  /* ... and of each line more */
#define LETRA_MAX 1.4    /* width of any character of Windows-1252 to its size */
#define CINZA_TITULOS 0.85
#define CINZA_FAIXA 0.96

enum
{
    NOTA_LINHAS_MAX = 12,
    TITULO_LINHAS_MAX = 4, /* of a column */
    NOTA_MAX = 512 /* bytes of a line of filters */
};

static const char reticencias[] = "…";

static void contar_titulos(Folha *f);
static int linhas_de(const Folha *f, size_t i, const FolhaCelula *c, Fonte fonte, int max);
static double altura_de(const Folha *f, int linhas);
static double ate(const Folha *f, double nota);
static double livre(const Folha *f, double nota);
static uint64_t cabem(const Folha *f, uint64_t de, double altura);
static double filtros(Folha *f, double y, bool desenhar);
static void pagina(Folha *f);
static void titulo_de(const Folha *f, size_t i, FolhaCelula *saida);
static void rodape(Folha *f);
static void celula(Folha *f, size_t i, double x, double y, const FolhaCelula *c, Fonte fonte, int linhas);
static size_t sem_brancos(const char *texto, size_t n);
static size_t numero(uint64_t n, char *saida);
static void escrever(Folha *f, Fonte fonte, double tamanho, double y, Alinhamento alinhamento, const char *t);

void
folha_celula(const Coluna *c, const char *texto, size_t n, bool cortada, FolhaCelula *saida)
{
    Valor v = valor_ler(c->tipo, texto, n);

    saida->cortada = false;
    saida->de_texto = v.tipo == VALOR_TEXTO;
    if (!saida->de_texto)
    {
        saida->n = valor_legivel(c->tipo, &v, saida->texto);
        return;
    }
    saida->n = latino_linha(texto, n, saida->texto, sizeof(saida->texto) - strlen(reticencias));
    saida->cortada = cortada || saida->n < n;
    if (saida->cortada)
    {
        memcpy(saida->texto + saida->n, reticencias, strlen(reticencias));
        saida->n += strlen(reticencias);
    }
}

void
folha_abrir(Folha *f, const Cabeca *c, Desenho *d, uint64_t linhas, uint64_t total)
{
    *f = (Folha){.c = c, .d = d, .linhas = linhas, .total = total};
    for (size_t i = 0; i < c->n_colunas; i++)
    {
        const char *titulo = c->colunas[i].titulo;

        f->naturais[i] = d->medida(d, FONTE_NEGRITO, TAMANHO_MAX, titulo, strlen(titulo));
    }
}

void
folha_repartir(Folha *f)
{
    folha_larguras(f);
    contar_titulos(f);
    f->alturas = exigir(malloc((size_t)f->total + 1));
    memset(f->alturas, 1, (size_t)f->total + 1);
    f->alturas_max = 1;
    while (f->alturas_max < UINT8_MAX && altura_de(f, f->alturas_max + 1) <= livre(f, 0))
        f->alturas_max++;
}

bool
folha_dobra(const Folha *f, size_t coluna, size_t bytes)
{
    return (double)bytes * LETRA_MAX * f->tamanho > f->larguras[coluna] - 2 * RECUO;
}

void
folha_contar(Folha *f, const FolhaCelula *celulas, bool total)
{
    int linhas = 1;

    for (size_t i = 0; i < f->c->n_colunas && linhas < f->alturas_max; i++)
        if (celulas[i].de_texto && folha_dobra(f, i, celulas[i].n))
        {
            int n = linhas_de(f, i, &celulas[i], total ? FONTE_NEGRITO : FONTE_NORMAL, f->alturas_max);

            if (n > linhas)
                linhas = n;
        }
    f->alturas[f->contadas++] = (uint8_t)linhas;
}

void
folha_comecar(Folha *f)
{
    double altura = livre(f, filtros(f, 0, false));

    f->paginas = 1;
    for (uint64_t n = cabem(f, 0, altura); n < f->total; f->paginas++)
        n += cabem(f, n, livre(f, 0));
    pagina(f);
}

void
folha_linha(Folha *f, const FolhaCelula *celulas, bool total)
{
    int linhas;
    double x = MARGEM;

    if (f->restam == 0)
    {
        rodape(f);
        pagina(f);
    }
    linhas = f->alturas[f->feitas];
    for (size_t i = 0; i < f->c->n_colunas; i++)
    {
        if (celulas[i].n > 0)
            celula(f, i, x, f->y + f->tamanho * 1.1, &celulas[i], total ? FONTE_NEGRITO : FONTE_NORMAL, linhas);
        x += f->larguras[i];
    }
    f->y += altura_de(f, linhas);
    f->restam--;
    f->feitas++;
}

void
folha_fim(Folha *f)
{
    if (f->total == 0)
        escrever(f, FONTE_NORMAL, TAMANHO_MAX, f->y + TAMANHO_MAX * 2, ALINHAR_ESQUERDA, "Nenhuma linha.");
    rodape(f);
    free(f->alturas);
    f->alturas = NULL;
}

static void
contar_titulos(Folha *f)
{
    int linhas = 1;

    for (size_t i = 0; i < f->c->n_colunas; i++)
    {
        FolhaCelula titulo;
        int n;

        titulo_de(f, i, &titulo);
        n = linhas_de(f, i, &titulo, FONTE_NEGRITO, TITULO_LINHAS_MAX);
        if (n > linhas)
            linhas = n;
    }
    f->titulos_linhas = linhas;
}

/* How many lines a text takes in its column, at most max. */
static int
linhas_de(const Folha *f, size_t i, const FolhaCelula *c, Fonte fonte, int max)
{
    const double largura = f->larguras[i] - 2 * RECUO;
    size_t feitos = 0;
    int linhas = 1;

    for (; linhas < max; linhas++)
    {
        feitos += f->d->quebra(f->d, fonte, f->tamanho, largura, c->texto + feitos, c->n - feitos);
        feitos += sem_brancos(c->texto + feitos, c->n - feitos);
        if (feitos == c->n)
            break;
    }
    return linhas;
}

/* Height of a row of so many lines. */
static double
altura_de(const Folha *f, int linhas)
{
    return f->tamanho * (LINHA_VEZES + (linhas - 1) * ENTRE_VEZES);
}

/* Where the rows begin, below filters of that height. */
static double
ate(const Folha *f, double nota)
{
    return MARGEM + TAMANHO_TITULO * 1.5 + nota + altura_de(f, f->titulos_linhas) + 4;
}

/* What a page has for rows, below filters of that height. */
static double
livre(const Folha *f, double nota)
{
    return FOLHA_ALTURA - MARGEM - RODAPE_ALTURA - ate(f, nota);
}

/* How many rows from that one on fit into that height. */
static uint64_t
cabem(const Folha *f, uint64_t de, double altura)
{
    uint64_t n = de;

    while (n < f->total && altura_de(f, f->alturas[n]) <= altura)
        altura -= altura_de(f, f->alturas[n++]);
    return n - de;
}

/* The filters in as many lines as they need; returns their height. */
static double
filtros(Folha *f, double y, bool desenhar)
{
    char nota[NOTA_MAX];
    size_t n = 0;
    int linhas = 0;

    for (size_t i = 0; i < f->c->n_filtros && linhas < NOTA_LINHAS_MAX; i++)
    {
        char um[NOTA_MAX];
        char limpo[NOTA_MAX];
        size_t m;
        bool cabe;

        snprintf(um, sizeof(um), "%s: %s", f->c->filtros[i].nome, f->c->filtros[i].valor);
        m = latino_linha(um, strlen(um), limpo, sizeof(limpo));
        cabe = n > 0 && n + m + 8 < sizeof(nota) &&
               f->d->medida(f->d, FONTE_NORMAL, TAMANHO_NOTA, nota, n) +
                       f->d->medida(f->d, FONTE_NORMAL, TAMANHO_NOTA, limpo, m) + 12 <
                   UTIL;
        if (n > 0 && !cabe)
        {
            linhas++;
            if (desenhar)
                f->d->texto(f->d, FONTE_NORMAL, TAMANHO_NOTA, MARGEM, y + linhas * NOTA_ALTURA, UTIL, ALINHAR_ESQUERDA, nota, n);
            n = 0;
        }
        if (n > 0)
        {
            memcpy(nota + n, " · ", sizeof(" · ") - 1);
            n += sizeof(" · ") - 1;
        }
        memcpy(nota + n, limpo, m);
        n += m;
    }
    if (n > 0 && linhas < NOTA_LINHAS_MAX)
    {
        linhas++;
        if (desenhar)
            f->d->texto(f->d, FONTE_NORMAL, TAMANHO_NOTA, MARGEM, y + linhas * NOTA_ALTURA, UTIL, ALINHAR_ESQUERDA, nota, n);
    }
    return linhas * NOTA_ALTURA;
}

/* All of a page but its rows: what is filled first, text above it. */
static void
pagina(Folha *f)
{
    Desenho *d = f->d;
    double titulos = altura_de(f, f->titulos_linhas);
    double nota = f->pagina == 0 ? filtros(f, 0, false) : 0;
    double x = MARGEM;
    double y;
    char linhas[64];
    size_t n;

    d->pagina(d);
    f->pagina++;
    y = f->y = ate(f, nota);
    f->restam = cabem(f, f->feitas, livre(f, nota));
    d->faixa(d, MARGEM, f->y - titulos - 2, UTIL, titulos + 1, CINZA_TITULOS);
    for (uint64_t i = 0; i < f->restam; i++)
    {
        double altura = altura_de(f, f->alturas[f->feitas + i]);

        if (i % 2 == 1)
            d->faixa(d, MARGEM, y, UTIL, altura, CINZA_FAIXA);
        y += altura;
    }
    d->linha(d, MARGEM, FOLHA_ALTURA - MARGEM - 10, MARGEM + UTIL, FOLHA_ALTURA - MARGEM - 10);

    n = numero(f->linhas, linhas);
    strcpy(linhas + n, f->linhas == 1 ? " linha" : " linhas");
    escrever(f, FONTE_NORMAL, TAMANHO_NOTA, MARGEM + TAMANHO_TITULO, ALINHAR_DIREITA, linhas);
    escrever(f, FONTE_NEGRITO, TAMANHO_TITULO, MARGEM + TAMANHO_TITULO, ALINHAR_ESQUERDA, f->c->titulo);
    if (nota > 0)
        filtros(f, MARGEM + TAMANHO_TITULO + 3, true);
    for (size_t i = 0; i < f->c->n_colunas; i++)
    {
        FolhaCelula titulo;

        titulo_de(f, i, &titulo);
        celula(f, i, x, f->y - titulos - 2 + f->tamanho * 1.15, &titulo, FONTE_NEGRITO, f->titulos_linhas);
        x += f->larguras[i];
    }
}

static void
titulo_de(const Folha *f, size_t i, FolhaCelula *saida)
{
    static const Coluna texto = {.tipo = COLUNA_TEXTO};
    const char *titulo = f->c->colunas[i].titulo;

    folha_celula(&texto, titulo, strlen(titulo), false, saida);
}

static void
rodape(Folha *f)
{
    char texto[128] = "Página ";
    char quando[VALOR_TEXTO_MAX];
    size_t n = strlen(texto);
    double y = FOLHA_ALTURA - MARGEM;

    n += numero(f->pagina, texto + n);
    n += (size_t)snprintf(texto + n, sizeof(texto) - n, " de ");
    numero(f->paginas, texto + n);
    valor_legivel(COLUNA_DATAHORA, &f->c->quando, quando);
    escrever(f, FONTE_NORMAL, TAMANHO_NOTA, y, ALINHAR_ESQUERDA, f->c->usuario);
    escrever(f, FONTE_NORMAL, TAMANHO_NOTA, y, ALINHAR_CENTRO, texto);
    escrever(f, FONTE_NORMAL, TAMANHO_NOTA, y, ALINHAR_DIREITA, quando);
}

static void
celula(Folha *f, size_t i, double x, double y, const FolhaCelula *c, Fonte fonte, int linhas)
{
    static const Alinhamento alinhamentos[COLUNA_TIPOS] = {
        [COLUNA_INTEIRO] = ALINHAR_DIREITA, [COLUNA_DECIMAL] = ALINHAR_DIREITA, [COLUNA_MOEDA] = ALINHAR_DIREITA, [COLUNA_PERCENTUAL] = ALINHAR_DIREITA};
    Alinhamento alinhamento = alinhamentos[f->c->colunas[i].tipo];
    double largura = f->larguras[i] - 2 * RECUO;
    const char *texto = c->texto;
    size_t n = c->n;
    bool cortada = c->cortada;

    /* A number without its last digits would be another. */
    if (!c->de_texto && !f->inteiras[i] && f->d->medida(f->d, fonte, f->tamanho, texto, n) > largura + 0.01)
    {
        texto = "###";
        n = f->d->medida(f->d, fonte, f->tamanho, texto, 3) <= largura ? 3 : 1;
        f->cortadas++;
    }
    for (; c->de_texto && linhas > 1; linhas--)
    {
        size_t quebra = f->d->quebra(f->d, fonte, f->tamanho, largura, texto, n);
        size_t feitos = quebra + sem_brancos(texto + quebra, n - quebra);

        if (feitos == n)
            break;
        while (quebra > 1 && texto[quebra - 1] == ' ')
            quebra--;
        cortada |= f->d->texto(f->d, fonte, f->tamanho, x + RECUO, y, largura + 0.01, alinhamento, texto, quebra);
        texto += feitos;
        n -= feitos;
        y += f->tamanho * ENTRE_VEZES;
    }
    cortada |= f->d->texto(f->d, fonte, f->tamanho, x + RECUO, y, largura + 0.01, alinhamento, texto, n);
    f->cortadas += cortada;
}

/* How many blanks it begins with. */
static size_t
sem_brancos(const char *texto, size_t n)
{
    size_t i = 0;

    while (i < n && texto[i] == ' ')
        i++;
    return i;
}

/* 12.345 */
static size_t
numero(uint64_t n, char *saida)
{
    char cru[32];
    size_t digitos = (size_t)snprintf(cru, sizeof(cru), "%llu", (unsigned long long)n);
    size_t m = 0;

    for (size_t i = 0; i < digitos; i++)
    {
        if (i > 0 && (digitos - i) % 3 == 0)
            saida[m++] = '.';
        saida[m++] = cru[i];
    }
    saida[m] = '\0';
    return m;
}

/* A text of the page's own, over its whole width but for what stands right of a title. */
static void
escrever(Folha *f, Fonte fonte, double tamanho, double y, Alinhamento alinhamento, const char *t)
{
    char limpo[NOTA_MAX];
    size_t n = latino_linha(t, strlen(t), limpo, sizeof(limpo));
    double largura = alinhamento == ALINHAR_ESQUERDA ? UTIL * (fonte == FONTE_NEGRITO ? 0.85 : 0.4) : UTIL;

    f->d->texto(f->d, fonte, tamanho, MARGEM, y, largura, alinhamento, limpo, n);
}
