/*
 * tls.h: TLS of the front's own, because Kore's does not work with OpenSSL 3.
 */
#ifndef CRM_TLS_H
#define CRM_TLS_H

#include <stdbool.h>
#include <stddef.h>

/* Before the fork, so that the key may be readable by root alone. */
bool tls_preparar(const char *cert, const char *chave, char *erro, size_t tam);

/* In a worker: every domain of the server named "tls" gets the context. */
void tls_worker(void);

#endif
