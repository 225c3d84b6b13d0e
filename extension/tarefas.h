/*
 * tarefas.h: what has to be done again and again.
 */
#ifndef CRM_TAREFAS_H
#define CRM_TAREFAS_H

extern void tarefas_init(void);

#endif
