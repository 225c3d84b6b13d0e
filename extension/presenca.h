/*
 * presenca.h: which sellers are there.
 */
#ifndef CRM_PRESENCA_H
#define CRM_PRESENCA_H

#include "crm.h"

/* Heartbeats closer than this (seconds) are not written. */
enum
{
    PRESENCA_BATIMENTO_S = 30
};

/*
 * Heartbeat of one user who made a request; nothing happens when that is no
 * seller. Writes at most every 30 s and never waits. To be called at the end of
 * the transaction's work: the row stays locked until it ends, and a distribution
 * must not be waited for with it.
 */
extern void presenca_tocar(int64 usuario_id);

/* Takes who is absent too long offline, brings back who is seen again. */
extern int64 presenca_recolher(void);

#endif
