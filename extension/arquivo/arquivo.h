/*
 * arquivo.h: what each format does with the rows.
 */
#ifndef ARQUIVO_H
#define ARQUIVO_H

#include "cabeca.h"
#include "linhas.h"

#include <stdint.h>

enum
{
    CELULA_CABE_SEMPRE = 128 * 1024 /* bytes: more than a cell of xlsx has */
};

typedef struct Relato
{
    const char *motor;
    uint64_t linhas;
    uint64_t cortadas; /* cells that were longer than the format holds */
} Relato;

/* They fail by falhar(). */
extern void planilha_fazer(const Cabeca *c, LinhasFonte fonte, void *contexto, const char *saida, Relato *relato);
extern void pdf_fazer(const Cabeca *c, LinhasFonte fonte, void *contexto, const char *saida, Relato *relato);

/* Goes on as crm_arquivo_cairo, which reads the rows anew from that file. */
extern void arquivo_com_cairo(int linhas) __attribute__((noreturn));

/* Opens them, or fails. */
extern void arquivo_abrir_linhas(Linhas *l, const Cabeca *c, LinhasFonte fonte, void *contexto, size_t celula_max);

/* Behind the last row: closes them, or fails when something was wrong. */
extern void arquivo_fechar_linhas(Linhas *l);

#endif
