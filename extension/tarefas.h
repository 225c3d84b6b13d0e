/*
 * tarefas.h: what has to be done again and again.
 */
#ifndef CRM_TAREFAS_H
#define CRM_TAREFAS_H

#include "crm.h"

enum
{
    TAREFAS = 11 /* at most 32: a worker is told them as bits */
};

/* Workers that run tasks, each one turn at a time. */
typedef enum Turno
{
    TURNO_GERAL,
    TURNO_SELOS,
    TURNOS
} Turno;

typedef struct Tarefa
{
    const char *nome;
    int64 (*fazer)(void); /* returns how much there was to do */
    const int *cada_s;    /* 0: nobody calls it by itself */
    Turno turno;
} Tarefa;

extern const Tarefa tarefas[TAREFAS];

/* crm.tarefas_intervalo; 0: nobody calls those of TURNO_GERAL. */
extern int tarefas_intervalo_s;

extern void tarefas_init(void);

#endif
