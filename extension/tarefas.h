/*
 * tarefas.h: what has to be done again and again.
 */
#ifndef CRM_TAREFAS_H
#define CRM_TAREFAS_H

extern void tarefas_init(void);

/* Database that has the workers; NULL: none, the library is not preloaded. */
extern const char *tarefas_banco(void);

/* Workers that the waker starts when somebody asks for them. */
typedef enum Operario
{
    OPERARIO_IMPORTACOES, /* importacao_fila.c */
    OPERARIO_EXPORTACOES, /* exportacao_fila.c */
    OPERARIOS
} Operario;

/* The waker starts it now. */
extern void tarefas_acordar(Operario qual);

#endif
