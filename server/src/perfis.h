/*
 * perfis.h: the audit of profiles that are answered out of the cache (AUDIT-1).
 */
#ifndef CRM_PERFIS_H
#define CRM_PERFIS_H

#include "caminho.h"
#include "resposta.h"

#include <stdbool.h>

/* escrito false: nothing is known of the row; do not answer. */
typedef void (*PerfilRetorno)(void *arg, bool escrito);

/*
 * One view, by the function (a constant), of the client whose id is the parameter.
 * fn(arg, ...) is called once the row is committed; never from in here. False: it
 * cannot be written now.
 */
extern bool perfis_escrever(const char *sid, const Requisicao *r,
                            const char *funcao, const CaminhoParametro *id,
                            PerfilRetorno fn, void *arg);

/* Nobody waits any more; the view may still be written. */
extern void perfis_abandonar(const void *arg);

#endif
