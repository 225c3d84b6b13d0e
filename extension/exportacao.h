/*
 * exportacao.h: what the files of the export share.
 *
 *   exportacao.c          crm.exportar(): judged, refused, written or queued
 *   exportacao_achados.c  the clients that its search found, and their order
 *   exportacao_arquivo.c  rows into a file, the file into parts
 *   exportacao_copia.c    rows by COPY
 *   exportacao_partes.c   bytes into parts
 *   exportacao_fila.c     the leader of those that write what is too much for a request
 *   exportacao_trabalho.c one of them
 *   arquivo/              crm_arquivo, which makes xlsx and pdf of rows
 *
 * What can be exported, and how it is read, is SQL: 47_exportacao_origens.sql.
 */
#ifndef CRM_EXPORTACAO_H
#define CRM_EXPORTACAO_H

#include "crm.h"

#include "storage/lock.h"
#include "utils/relcache.h"

enum
{
    /* A part, at most 256 kB, is slices that fill a page each. */
    EXPORTACAO_FATIA = 8064, /* bytes */
    EXPORTACAO_FATIAS = 32,
    EXPORTACAO_TENTATIVAS = 3
};

/* What was asked for. */
typedef struct Encomenda
{
    char *origem;
    char *formato;
    Datum filtros; /* jsonb */
    Datum campos;  /* text[] */
    bool sem_campos;
    char *ordem;      /* or NULL */
    char *finalidade; /* or NULL */
    Datum opcoes;     /* jsonb */
    char *dono;       /* who it is for, when that is no user */
} Encomenda;

/* What crm.exportacao_montar() made of it. */
typedef struct Montagem
{
    int64 total;
    bool exato;
    Datum colunas; /* text[] */
    bool em_claro;
    char *motivo;   /* or NULL */
    char *consulta; /* NULL: too many rows */
    char *cabeca;   /* NULL: csv */
    char *separador;
    bool bom;
    bool cabecalho;
    char *nome;
} Montagem;

typedef struct Gerada
{
    int64 linhas;
    int64 bytes;
    int partes;
} Gerada;

/* The parts on their way into the table. */
typedef struct Partes
{
    int64 exportacao_id;
    char *bytes; /* of one part: EXPORTACAO_FATIAS values of type bytea */
    int cheias;  /* of them */
    int n;       /* bytes in the next one */
    Gerada *g;

    MemoryContext contexto;
    Relation tabela;
    struct ResultRelInfo *alvo; /* NULL: not opened yet */
    struct EState *estado;
    struct TupleTableSlot *linhas[EXPORTACAO_FATIAS];
} Partes;

/* ---- exportacao.c: all inside SPI and sistema_entrar ---- */

/* Under the active snapshot; lives in the current context. Errors of
 * crm.exportar(), and CR422 exportacao_grande. */
extern void exportacao_montar(const Encomenda *e, Montagem *m);
/* Writes the file of the export, which is executando, and ends it. false: it ended
 * meanwhile, and what was written must be undone. */
extern bool exportacao_concluir(int64 id, const Encomenda *e, const Montagem *m);
/* The same name as id in the space of locks: whoever works at it has it. */
extern LOCKTAG exportacao_trava(int64 id);

/* ---- exportacao_arquivo.c ---- */

extern void exportacao_arquivo_init(void);
extern void exportacao_escrever(int64 id, const char *formato,
                                const Montagem *m, Gerada *g);

/* ---- exportacao_copia.c: inside SPI; they return how many rows ---- */

extern int64 copia_para_programa(const char *consulta, const char *comando);
extern int64 copia_para_partes(const Montagem *m, Partes *p);

/* ---- exportacao_partes.c ---- */

extern void partes_abrir(Partes *p, int64 exportacao_id, Gerada *g);
extern void partes_juntar(Partes *p, const char *bytes, size_t n);
extern void partes_fechar(Partes *p);

/* ---- exportacao_fila.c ---- */

extern void exportacao_fila_init(void);
/* Inside SPI: a function of the export's id and a text; what it returns as a number. */
extern int64 exportacao_chamar(const char *sql, SPIPlanPtr *guardado, int64 id,
                               const char *texto);

/* ---- exportacao_trabalho.c ---- */

/* Where there is no worker: the oldest one, in the caller's transaction; what it
 * refuses is undone alone. How many were done. */
extern int64 exportacao_fazer_um(void);

#endif
