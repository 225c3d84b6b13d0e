/*
 * folha.c: a table on pages of A4 landscape: title, filters, repeated titles of
 * columns, rows, footer. Draws on any Desenho.
 */
#include "folha.h"

#include "latino.h"

#include <stdio.h>
#include <string.h>

/* Points. */
#define MARGEM 28.0
#define UTIL (FOLHA_LARGURA - 2 * MARGEM)
#define TAMANHO_MAX 8.0
#define TAMANHO_MIN 5.0
#define TAMANHO_PASSO 0.5
#define TAMANHO_TITULO 12.0
#define TAMANHO_NOTA 7.5
#define NOTA_ALTURA 10.0
#define RODAPE_ALTURA 16.0
#define LINHA_VEZES 1.5  /* height of a row to its text */
#define RECUO 3.0        /* inside a column, left and right */
#define NATURAL_MAX 180.0 /* of a text, when the size is chosen */
#define LARGURA_MIN 18.0
#define FOLGA 1.12       /* of the width of a cell: in a row of totals it is bold */
#define CINZA_TITULOS 0.85
#define CINZA_FAIXA 0.96

enum
{
    NOTA_LINHAS_MAX = 12,
    NOTA_MAX = 512 /* bytes of a line of filters */
};

static const char reticencias[] = "…";

static void escolher_tamanho(Folha *f);
static void repartir(Folha *f);
static void alargar(Folha *f, double sobra);
static double ate(const Folha *f, double nota);
static double filtros(Folha *f, double y, bool desenhar);
static void pagina(Folha *f);
static void rodape(Folha *f);
static void celula(Folha *f, size_t i, double x, double y, const FolhaCelula *c, Fonte fonte);
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
folha_medir(Folha *f, size_t coluna, const FolhaCelula *celula)
{
    double largura = FOLGA * f->d->medida(f->d, FONTE_NORMAL, TAMANHO_MAX, celula->texto, celula->n);
    double max = f->c->colunas[coluna].largura * f->d->medida(f->d, FONTE_NORMAL, TAMANHO_MAX, "0", 1);

    if (largura > f->inteiros[coluna])
        f->inteiros[coluna] = largura;
    if (celula->de_texto && max > 0 && largura > max)
        largura = max;
    if (largura > f->naturais[coluna])
        f->naturais[coluna] = largura;
}

void
folha_comecar(Folha *f)
{
    double altura;
    uint64_t primeira;
    uint64_t outras;

    escolher_tamanho(f);
    repartir(f);
    altura = f->tamanho * LINHA_VEZES;
    primeira = (uint64_t)((FOLHA_ALTURA - MARGEM - RODAPE_ALTURA - ate(f, filtros(f, 0, false))) / altura);
    outras = (uint64_t)((FOLHA_ALTURA - MARGEM - RODAPE_ALTURA - ate(f, 0)) / altura);
    f->paginas = 1;
    if (f->total > primeira)
        f->paginas += (f->total - primeira + outras - 1) / outras;
    pagina(f);
}

void
folha_linha(Folha *f, const FolhaCelula *celulas, bool total)
{
    double altura = f->tamanho * LINHA_VEZES;
    double x = MARGEM;
    double y;

    if (f->nesta == f->cabem)
    {
        rodape(f);
        pagina(f);
    }
    y = f->topo + (double)f->nesta * altura + f->tamanho * 1.1;
    for (size_t i = 0; i < f->c->n_colunas; i++)
    {
        if (celulas[i].n > 0)
            celula(f, i, x, y, &celulas[i], total ? FONTE_NEGRITO : FONTE_NORMAL);
        x += f->larguras[i];
    }
    f->nesta++;
    f->feitas++;
}

void
folha_fim(Folha *f)
{
    if (f->total == 0)
        escrever(f, FONTE_NORMAL, TAMANHO_MAX, f->topo + TAMANHO_MAX * 2, ALINHAR_ESQUERDA, "Nenhuma linha.");
    rodape(f);
}

/* The largest at which all columns fit, long texts counted as NATURAL_MAX. */
static void
escolher_tamanho(Folha *f)
{
    double soma = 0;

    for (size_t i = 0; i < f->c->n_colunas; i++)
    {
        bool longo = f->c->colunas[i].tipo == COLUNA_TEXTO && f->naturais[i] > NATURAL_MAX;

        soma += longo ? NATURAL_MAX : f->naturais[i];
    }
    f->tamanho = TAMANHO_MAX;
    while (f->tamanho > TAMANHO_MIN && soma * f->tamanho / TAMANHO_MAX + 2 * RECUO * (double)f->c->n_colunas > UTIL)
        f->tamanho -= TAMANHO_PASSO;
}

/*
 * Who needs less than its share gets what it needs, numbers and days before
 * texts; the others share the rest.
 */
static void
repartir(Folha *f)
{
    double sobra = UTIL;
    size_t faltam = f->c->n_colunas;
    bool *feita = f->inteiras;
    bool mudou;

    for (size_t i = 0; i < f->c->n_colunas; i++)
        f->larguras[i] = f->naturais[i] * f->tamanho / TAMANHO_MAX + 2 * RECUO;
    for (size_t i = 0; i < f->c->n_colunas; i++)
        if (f->c->colunas[i].tipo != COLUNA_TEXTO && sobra - f->larguras[i] >= (double)(faltam - 1) * LARGURA_MIN)
        {
            sobra -= f->larguras[i];
            feita[i] = true;
            faltam--;
        }
    do
    {
        double parte = faltam > 0 ? sobra / (double)faltam : 0;

        mudou = false;
        for (size_t i = 0; i < f->c->n_colunas; i++)
            if (!feita[i] && f->larguras[i] <= parte)
            {
                sobra -= f->larguras[i];
                feita[i] = mudou = true;
                faltam--;
            }
    } while (mudou);
    for (size_t i = 0; i < f->c->n_colunas; i++)
        if (!feita[i])
            f->larguras[i] = sobra / (double)faltam;
    if (faltam == 0)
        alargar(f, sobra);
}

/* What the head's widths leave goes to texts that are longer than theirs, in turn. */
static void
alargar(Folha *f, double sobra)
{
    bool mudou = true;

    while (mudou && sobra > 1)
    {
        double parte = sobra / (double)f->c->n_colunas;

        mudou = false;
        for (size_t i = 0; i < f->c->n_colunas; i++)
        {
            double falta = f->inteiros[i] * f->tamanho / TAMANHO_MAX + 2 * RECUO - f->larguras[i];

            if (falta <= 0.01)
                continue;
            if (falta > parte)
                falta = parte;
            f->larguras[i] += falta;
            sobra -= falta;
            mudou = true;
        }
    }
}

/* Where the rows begin, below filters of that height. */
static double
ate(const Folha *f, double nota)
{
    return MARGEM + TAMANHO_TITULO * 1.5 + nota + f->tamanho * LINHA_VEZES + 4;
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
    double altura = f->tamanho * LINHA_VEZES;
    double nota = f->pagina == 0 ? filtros(f, 0, false) : 0;
    double x = MARGEM;
    char linhas[64];
    uint64_t n;

    d->pagina(d);
    f->pagina++;
    f->topo = ate(f, nota);
    f->cabem = (uint64_t)((FOLHA_ALTURA - MARGEM - RODAPE_ALTURA - f->topo) / altura);
    f->nesta = 0;
    d->faixa(d, MARGEM, f->topo - altura - 2, UTIL, altura + 1, CINZA_TITULOS);
    n = f->total - f->feitas < f->cabem ? f->total - f->feitas : f->cabem;
    for (uint64_t i = 1; i < n; i += 2)
        d->faixa(d, MARGEM, f->topo + (double)i * altura, UTIL, altura, CINZA_FAIXA);
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
        Coluna texto = {.tipo = COLUNA_TEXTO};

        folha_celula(&texto, f->c->colunas[i].titulo, strlen(f->c->colunas[i].titulo), false, &titulo);
        celula(f, i, x, f->topo - altura - 2 + f->tamanho * 1.15, &titulo, FONTE_NEGRITO);
        x += f->larguras[i];
    }
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
celula(Folha *f, size_t i, double x, double y, const FolhaCelula *c, Fonte fonte)
{
    static const Alinhamento alinhamentos[COLUNA_TIPOS] = {
        [COLUNA_INTEIRO] = ALINHAR_DIREITA, [COLUNA_DECIMAL] = ALINHAR_DIREITA, [COLUNA_MOEDA] = ALINHAR_DIREITA, [COLUNA_PERCENTUAL] = ALINHAR_DIREITA};
    Alinhamento alinhamento = alinhamentos[f->c->colunas[i].tipo];
    double largura = f->larguras[i] - 2 * RECUO;
    const char *texto = c->texto;
    size_t n = c->n;

    /* A number without its last digits would be another. */
    if (!c->de_texto && !f->inteiras[i] && f->d->medida(f->d, fonte, f->tamanho, texto, n) > largura + 0.01)
    {
        texto = "###";
        n = f->d->medida(f->d, fonte, f->tamanho, texto, 3) <= largura ? 3 : 1;
        f->cortadas++;
    }
    f->cortadas += f->d->texto(f->d, fonte, f->tamanho, x + RECUO, y, largura + 0.01, alinhamento, texto, n) || c->cortada;
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
