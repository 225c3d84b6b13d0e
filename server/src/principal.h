/*
 * principal.h: state of the process that others ask for.
 */
#ifndef CRM_PRINCIPAL_H
#define CRM_PRINCIPAL_H

#include <stdbool.h>
#include <stdint.h>

struct http_request;

/* Every request; Kore's contract of a page handler. */
int http_entrada(struct http_request *req);

/* SIGTERM has come: answer what runs, take nothing new. */
bool drenando(void);

/* Monotonic microseconds. */
uint64_t agora_us(void);

#endif
