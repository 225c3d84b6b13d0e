/*
 * texto.h: errors of typed search text.
 */
#ifndef CRM_TEXTO_H
#define CRM_TEXTO_H

#include "consulta.h"

/* Raises CR422 naming the argument, unless the text was accepted. */
extern void texto_recusar(ConsultaErro erro, const char *campo);

#endif
