/*
 * senha_comum.h: is a password one that attackers try first? Pure C.
 */
#ifndef CRM_SENHA_COMUM_H
#define CRM_SENHA_COMUM_H

#include <stdbool.h>

/* UTF-8 texts; email and nome of the owner may be NULL. */
extern bool senha_comum(const char *senha, const char *email, const char *nome);

#endif
