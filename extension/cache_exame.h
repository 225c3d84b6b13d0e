/*
 * cache_exame.h: is the database fit to be cached?
 */
#ifndef CRM_CACHE_EXAME_H
#define CRM_CACHE_EXAME_H

#include "crm.h"

/*
 * A short worker looks: true when nothing can change an answer without the cache
 * being told. Writes what it found to cache_estado (id, motivo, exame_*). While
 * it waits it calls esperando() now and then. For the guard alone.
 */
extern bool cache_examinar(Oid banco, void (*esperando)(void));

#endif
