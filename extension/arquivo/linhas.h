/*
 * linhas.h: reads rows in COPY's text format, one at a time and with bounded
 * memory; free of PostgreSQL.
 *
 * The first cell of a row is its kind. Only the row 'f' with nothing behind it
 * is the end: a pipe whose writer died ends, too.
 */
#ifndef LINHAS_H
#define LINHAS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

typedef enum LinhaTipo
{
    LINHA_DADOS = 'l',
    LINHA_TOTAL = 't',
    LINHA_FIM = 'f'
} LinhaTipo;

typedef enum LinhasFalha
{
    LINHAS_OK,
    LINHAS_CORTADAS, /* no row 'f' */
    LINHAS_DEPOIS,   /* something behind it */
    LINHAS_TIPO,
    LINHAS_CELULAS, /* not as many as columns */
    LINHAS_ESCAPE,
    LINHAS_UTF8,
    LINHAS_LEITURA, /* errno says why */
    LINHAS_MEMORIA
} LinhasFalha;

typedef struct Celula
{
    const char *texto; /* UTF-8, ended by NUL; lasts until the next row */
    size_t n;
    bool nula;
    bool cortada; /* was longer than celula_max */
} Celula;

/* Up to max bytes into bytes; 0: the end; -1: errno. */
typedef ssize_t (*LinhasFonte)(void *contexto, char *bytes, size_t max);

typedef struct Linhas
{
    LinhasFonte fonte;
    void *contexto;
    size_t colunas;
    size_t celula_max; /* bytes a cell keeps */

    char *bloco;
    size_t pos;
    size_t fim;

    char *texto; /* of the row's cells */
    size_t texto_n;
    size_t texto_cabem;
    size_t *inicios;

    /* the last row */
    LinhaTipo tipo;
    Celula *celulas; /* colunas */
    uint64_t numero; /* rows of kind 'l' so far */

    LinhasFalha falha;
} Linhas;

/* false: no memory. */
extern bool linhas_abrir(Linhas *l, LinhasFonte fonte, void *contexto,
                         size_t colunas, size_t celula_max);

/* The next row of kind 'l' or 't'; false: the end, or l->falha says what. */
extern bool linhas_proxima(Linhas *l);
extern void linhas_fechar(Linhas *l);
extern const char *linhas_falha_texto(LinhasFalha falha);

/* Takes backslash escapes out of n bytes in place; false: none of COPY's. */
extern bool linhas_sem_escapes(char *texto, size_t *n);

#endif
