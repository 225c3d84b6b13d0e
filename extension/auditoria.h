/*
 * auditoria.h: start-up of auditoria.c; what the others call is in crm.h.
 */
#ifndef AUDITORIA_H
#define AUDITORIA_H

extern void auditoria_init(void);

#endif
