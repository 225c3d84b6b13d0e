/*
 * csv.h: a file of separated values, from its bytes to its cells and back; free
 * of PostgreSQL and Kore.
 *
 * Reads RFC 4180 and what spreadsheets make of it: any of , ; TAB | between the
 * cells, CR LF, LF or CR between the records, blanks before and after quotes, a
 * first line "sep=;". Quotes inside a cell that does not begin with one are
 * text. Lines without any content are skipped.
 *
 * Order of use: csv_examinar (what is it?), csv_converter (to UTF-8),
 * csv_separador, csv_abrir, csv_proximo until it says false.
 * Source: SPEC BUSCA-6; checklist I-3, I-8.
 */
#ifndef CSV_H
#define CSV_H

#include <stdbool.h>
#include <stddef.h>

enum
{
    CSV_BYTES_MAX = 20 * 1024 * 1024, /* of a file */
    CSV_REGISTROS_MAX = 200000,       /* besides the header */
    CSV_COLUNAS_MAX = 200,
    CSV_CELULA_MAX = 64 * 1024, /* bytes */
    CSV_UTF8_POR_BYTE = 3       /* csv_converter() makes at most that many of one */
};

typedef enum CsvCodificacao
{
    CSV_UTF8,
    CSV_WINDOWS_1252
} CsvCodificacao;

typedef enum CsvFalha
{
    CSV_OK,
    CSV_VAZIO,
    CSV_GRANDE,
    CSV_PLANILHA, /* a zip: xlsx, ods */
    CSV_BINARIO,
    CSV_UTF16,
    CSV_NULO,
    CSV_CODIFICACAO,     /* bytes that the encoding does not have */
    CSV_ASPAS_ABERTAS,   /* no closing quote till the end */
    CSV_ASPAS_NO_MEIO,   /* text behind a closing quote */
    CSV_COLUNAS_DEMAIS,
    CSV_CELULA_GRANDE,
    CSV_REGISTROS_DEMAIS
} CsvFalha;

typedef struct CsvCelula
{
    const char *texto; /* not ended by NUL */
    size_t n;
} CsvCelula;

typedef struct CsvLeitor
{
    char *dados;
    size_t n;
    size_t pos;
    char separador;
    int linha_atual; /* line of the file at pos, from 1 */
    int registros;   /* with content, so far */

    /* the last record */
    int linha; /* of the file, where it begins */
    int n_celulas;
    CsvCelula celulas[CSV_COLUNAS_MAX];

    CsvFalha falha;
    int falha_linha; /* where a quote was opened that nothing closes, … */
} CsvLeitor;

/*
 * Judges the bytes as a whole and finds the encoding: UTF-8 when every byte
 * fits, else Windows-1252. *linha: of a NUL, else 0.
 */
extern CsvFalha csv_examinar(const char *dados, size_t n,
                             CsvCodificacao *codificacao, int *linha);

/*
 * To UTF-8 without byte order mark. saida has room for n * CSV_UTF8_POR_BYTE
 * bytes; *m of them are written.
 */
extern CsvFalha csv_converter(const char *dados, size_t n,
                              CsvCodificacao codificacao, char *saida,
                              size_t *m, int *linha);

/* The separator a first line "sep=x" or the first records show; ',' if none. */
extern char csv_separador(const char *dados, size_t n);
extern bool csv_separador_valido(char separador);

/* dados must stay, and is changed: cells are cleared of quotes in place. */
extern void csv_abrir(CsvLeitor *l, char *dados, size_t n, char separador);

/* The next record with content; false: the end, or l->falha says what. */
extern bool csv_proximo(CsvLeitor *l);

/* A Portuguese sentence. */
extern const char *csv_falha_texto(CsvFalha falha);

/*
 * One cell, quoted where needed, into saida, which has room for 2n + 3 bytes;
 * returns how many. What a spreadsheet would take for a formula gets a ' in
 * front, which csv_sem_apostrofo() takes away again.
 */
extern size_t csv_escrever(const char *texto, size_t n, char *saida);
extern CsvCelula csv_sem_apostrofo(CsvCelula celula);

#endif
