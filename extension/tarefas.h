/*
 * tarefas.h: what has to be done again and again.
 */
#ifndef CRM_TAREFAS_H
#define CRM_TAREFAS_H

extern void tarefas_init(void);

/* Database that has the workers; NULL: none, the library is not preloaded. */
extern const char *tarefas_banco(void);
/* The waker starts the worker of imports (importacao_fila.c) now. */
extern void tarefas_acordar_importador(void);

#endif
