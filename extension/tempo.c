/*
 * tempo.c: the business clock and date.
 */
#include "crm.h"

void
tempo_init(void)
{
}
