/*
 * folha_larguras.c: the size of a table's text and the widths of its columns.
 */
#include "folha_medidas.h"

/* Points. */
#define TAMANHO_MIN 5.0
#define TAMANHO_PASSO 0.5
#define NATURAL_MAX 180.0 /* of a text, when the size is chosen */
#define LARGURA_MIN 18.0
#define FOLGA 1.12        /* of the width of a cell: in a row of totals it is bold */

static void escolher_tamanho(Folha *f);
static void repartir(Folha *f);
static void alargar(Folha *f, double sobra);

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
folha_larguras(Folha *f)
{
    escolher_tamanho(f);
    repartir(f);
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
