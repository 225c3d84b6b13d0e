/*
 * configuracao.h: start-up of configuracao.c; its readers are in crm.h.
 */
#ifndef CONFIGURACAO_H
#define CONFIGURACAO_H

extern void configuracao_init(void);

#endif
