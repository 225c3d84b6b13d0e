/*
 * batimento.h: tells the database which sessions are in use.
 */
#ifndef CRM_BATIMENTO_H
#define CRM_BATIMENTO_H

extern void batimento_visto(const char *sid);
extern void batimento_agora(void);
extern void batimento_tique(void);

#endif
