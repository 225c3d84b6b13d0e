/*
 * folha.h: a table on pages of A4 landscape: title, filters, repeated titles of
 * columns, rows, footer. Draws on any Desenho.
 */
#ifndef FOLHA_H
#define FOLHA_H

#include "cabeca.h"
#include "desenho.h"

#include <stdint.h>

enum
{
    FOLHA_COLUNAS_MAX = 40,
    FOLHA_CELULA_MAX = 4096 /* bytes of a cell that are drawn */
};

#define FOLHA_LARGURA 841.89
#define FOLHA_ALTURA 595.28

/* A cell as it is drawn. */
typedef struct FolhaCelula
{
    char texto[FOLHA_CELULA_MAX];
    size_t n;
    bool cortada;  /* there is more of it than texto, which ends in … */
    bool de_texto; /* goes on below; a number never does */
} FolhaCelula;

typedef struct Folha
{
    const Cabeca *c;
    Desenho *d;
    uint64_t linhas; /* of kind 'l' */
    uint64_t total;  /* that are drawn */

    double tamanho; /* of the table's text */
    double larguras[FOLHA_COLUNAS_MAX];
    double naturais[FOLHA_COLUNAS_MAX]; /* at TAMANHO_MAX, of what was shown to it */
    double inteiros[FOLHA_COLUNAS_MAX]; /* the same, whatever the head's width */
    bool inteiras[FOLHA_COLUNAS_MAX];   /* columns that got theirs */
    int titulos_linhas;                 /* of the titles of the columns */
    uint8_t *alturas;                   /* lines of each row */
    uint64_t contadas;                  /* rows of which it is known */
    int alturas_max;                    /* that a page holds */
    double y;                           /* of the next row */
    uint64_t restam;                    /* rows that this page takes still */
    uint64_t feitas;
    uint64_t pagina;
    uint64_t paginas;
    uint64_t cortadas;
} Folha;

extern void folha_celula(const Coluna *c, const char *texto, size_t n, bool cortada, FolhaCelula *saida);

extern void folha_abrir(Folha *f, const Cabeca *c, Desenho *d, uint64_t linhas, uint64_t total);

/* First: a cell the widths are to suit. */
extern void folha_medir(Folha *f, size_t coluna, const FolhaCelula *celula);
extern void folha_repartir(Folha *f);

/* Then: may a text of so many bytes need more than one line of its column? If any
 * does, all rows are counted, each with the cells that may. */
extern bool folha_dobra(const Folha *f, size_t coluna, size_t bytes);
extern void folha_contar(Folha *f, const FolhaCelula *celulas, bool total);

/* And then drawn. */
extern void folha_comecar(Folha *f);
extern void folha_linha(Folha *f, const FolhaCelula *celulas, bool total);
extern void folha_fim(Folha *f);

#endif
