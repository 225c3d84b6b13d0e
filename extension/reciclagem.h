/*
 * reciclagem.h: clients untouched for too long go to another seller.
 */
#ifndef CRM_RECICLAGEM_H
#define CRM_RECICLAGEM_H

#include "crm.h"

/*
 * Task: warns of what comes near the limit, moves what is past it. Returns how
 * many moved.
 */
extern int64 reciclar(void);

#endif
