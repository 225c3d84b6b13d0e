/*
 * senha.h: passwords: hash, comparison, rules; bounded waits for locks.
 */
#ifndef CRM_SENHA_H
#define CRM_SENHA_H

#include "crm.h"

extern void senha_init(void);

/*
 * CR422 unless the password may be used: length from senha_min to 128
 * characters, not one that attackers try first. campo names the argument.
 */
extern void senha_exigir_boa(const char *senha, const char *email,
                             const char *nome, const char *campo);

#endif
