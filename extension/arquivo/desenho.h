/*
 * desenho.h: a pdf to draw on, page by page. Two make it: libhpdf when all text
 * is in Windows-1252, else pango and cairo. Units: points from the upper left.
 */
#ifndef DESENHO_H
#define DESENHO_H

#include <stdbool.h>
#include <stddef.h>

typedef enum Fonte
{
    FONTE_NORMAL,
    FONTE_NEGRITO,
    FONTES
} Fonte;

typedef enum Alinhamento
{
    ALINHAR_ESQUERDA,
    ALINHAR_CENTRO,
    ALINHAR_DIREITA
} Alinhamento;

typedef struct Desenho Desenho;

struct Desenho
{
    const char *motor;

    /* Begins a page; the one before it is done. */
    void (*pagina)(Desenho *d);

    /*
     * n bytes of one line of UTF-8 without control characters, y is its
     * baseline, cut with … when wider than largura. true: it was cut.
     */
    bool (*texto)(Desenho *d, Fonte fonte, double tamanho, double x, double y,
                  double largura, Alinhamento alinhamento, const char *texto, size_t n);

    /* Width of such a text. */
    double (*medida)(Desenho *d, Fonte fonte, double tamanho, const char *texto, size_t n);

    /* Bytes of such a text that a line of that width holds, one character at least;
     * where it can, it ends at a blank. */
    size_t (*quebra)(Desenho *d, Fonte fonte, double tamanho, double largura, const char *texto, size_t n);

    void (*linha)(Desenho *d, double x1, double y1, double x2, double y2);

    /* A filled rectangle; cinza: 0 black to 1 white. Text is drawn above it. */
    void (*faixa)(Desenho *d, double x, double y, double largura, double altura, double cinza);

    /* Writes the document out and gives all back. */
    void (*fim)(Desenho *d);
};

typedef struct DesenhoDocumento
{
    const char *saida;
    const char *titulo;
    const char *autor;
    int ano, mes, dia, hora, minuto, segundo; /* created */
    double largura;
    double altura;
} DesenhoDocumento;

/* Neither returns NULL: they fail by falhar(). */
extern Desenho *desenho_hpdf_abrir(const DesenhoDocumento *doc);

/* Of crm_arquivo_cairo alone; elsewhere its address is NULL. */
extern Desenho *desenho_cairo_abrir(const DesenhoDocumento *doc) __attribute__((weak));

#endif
