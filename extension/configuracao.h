/*
 * configuracao.h: start-up of configuracao.c; its readers are in crm.h.
 */
#ifndef CONFIGURACAO_H
#define CONFIGURACAO_H

extern void configuracao_init(void);
/* The next question reads the table. */
extern void configuracao_esquecer(void);

#endif
