/*
 * auditoria.h: what the files of the audit share; what others call is in crm.h.
 *
 *   auditoria.c          writing its rows, and keeping them from change
 *   auditoria_gatilho.c  what a statement changed, as rows
 */
#ifndef AUDITORIA_H
#define AUDITORIA_H

#include "crm.h"

enum
{
    REGISTROS_MAX = 100
};

/* Rows of crm.auditoria that wait to be written. */
typedef struct Registros
{
    const char *tabela;
    Datum acao[REGISTROS_MAX];
    Datum id[REGISTROS_MAX];
    bool sem_id[REGISTROS_MAX];
    Datum linhas[REGISTROS_MAX];
    Datum antes[REGISTROS_MAX];
    bool sem_antes[REGISTROS_MAX];
    Datum depois[REGISTROS_MAX];
    bool sem_depois[REGISTROS_MAX];
    int n;
} Registros;

extern void auditoria_init(void);
/* Is what is written now recorded as a whole? (auditoria_suspender) */
extern bool auditoria_suspensa(void);

/* One more; id NULL: of many or of none. Texts of JSON, NULL: none. */
extern void registros_juntar(Registros *r, const char *acao, const int64 *id,
                             int64 linhas, const char *antes,
                             const char *depois);
/* Writes them; r is empty then. */
extern void registros_gravar(Registros *r);

#endif
