/*
 * saida.h: the files this program makes, and its one way to fail: they are
 * deleted however it ends but with success.
 */
#ifndef SAIDA_H
#define SAIDA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Of the program; the numbers are those of sysexits.h. */
typedef enum Codigo
{
    CODIGO_ARGUMENTOS = 64,
    CODIGO_LINHAS = 65,
    CODIGO_CABECA = 66,
    CODIGO_BIBLIOTECA = 70,
    CODIGO_MEMORIA = 71,
    CODIGO_FONTE = 72,
    CODIGO_CRIAR = 73,
    CODIGO_DISCO = 74
} Codigo;

/* Says why on standard error, deletes the files and ends the program. */
extern void falhar(Codigo codigo, const char *formato, ...)
    __attribute__((format(printf, 2, 3), noreturn));

/* As falhar(CODIGO_DISCO), with the reason in errno. */
extern void falhar_disco(const char *o_que) __attribute__((noreturn));

/* NULL fails. */
extern void *exigir(void *memoria);

/* Signals, and the death of the parent, delete the files. First of all. */
extern void saida_preparar(void);

/* What was made is gone again. */
extern void saida_apagar(void);

/* Makes the file anew, or opens a device; fails otherwise. */
extern FILE *saida_criar(const char *caminho);

/* Writes out and closes; the file stays when the program ends well. */
extern void saida_fechar(FILE *f);

/*
 * The file that a library wrote at the path: begins and ends as it must? A
 * device is not looked at. Fails otherwise.
 */
extern void saida_conferir(const char *caminho, const char *fim, size_t n, size_t do_fim);

extern long long saida_bytes(const char *caminho);

/* A file without a name beside caminho (of a device: in TMPDIR); NULL: errno. */
extern FILE *saida_temporario(const char *caminho);

/* Of the newest of them. */
extern int saida_temporario_descritor(void);

/* Did writing to any of those files fail? errno says why. */
extern bool saida_temporario_falhou(void);

#endif
