/*
 * regra_interna.h: what compiling a rule and judging by it share.
 */
#ifndef CRM_REGRA_INTERNA_H
#define CRM_REGRA_INTERNA_H

#include "regra.h"

/* The field of that name, of n bytes; NULL: there is none. */
extern const RegraCampo *regra_campo(const Regra *r, const char *nome, int n);

/* Whether v is the text s. */
extern bool regra_palavra(const JsonbValue *v, const char *s);

/* The container of an object or of a list; NULL when v is something else. */
extern JsonbContainer *regra_dentro(const JsonbValue *v, bool objeto);

/* A whole number, written as one or as a string of digits. */
extern bool regra_inteiro(const JsonbValue *v, int64 *n);

#endif
