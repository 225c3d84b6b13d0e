/*
 * conninfo.h: where PostgreSQL is, judged before the start.
 */
#ifndef CRM_CONNINFO_H
#define CRM_CONNINFO_H

#include <stdbool.h>
#include <stddef.h>

/*
 * True when libpq reaches every host of conninfo without asking the DNS: the
 * sandbox ends a worker that asks, at each start again. erro names the reason.
 */
bool conninfo_sem_dns(const char *conninfo, char *erro, size_t tam);

#endif
