/*
 * leituras.h: searches and lists of clients, audited as counts (AUDIT-1).
 */
#ifndef CRM_LEITURAS_H
#define CRM_LEITURAS_H

#include "rotas.h"

#include <stdbool.h>

extern void leituras_contar(const char *sid, const char *endereco,
                            const Rota *rota);
extern void leituras_tique(void);

/* Nothing waits to be written. */
extern bool leituras_escritas(void);

#endif
