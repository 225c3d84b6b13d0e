/*
 * atender.h: what an api function may say to crm.atender() besides its result.
 */
#ifndef CRM_ATENDER_H
#define CRM_ATENDER_H

#include "crm.h"
#include "lib/stringinfo.h"

/*
 * One problem+json (RFC 9457) appended to corpo. campo, dica and dados (a JSON
 * object) may be NULL.
 */
extern void problema_montar(StringInfo corpo, int status, const char *codigo,
                            const char *campo, const char *mensagem,
                            const char *dica, const char *dados);

/* The same of several fields: erros is a JSON array of {"campo", "mensagem"}. */
extern void problema_montar_lista(StringInfo corpo, int status,
                                  const char *codigo, const char *mensagem,
                                  const char *erros, const char *dica,
                                  const char *dados);

/* Success with a version: the front makes the entity tag of it (crm.responder). */
extern void responder_versao(int32 versao);

#endif
