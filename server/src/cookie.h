/*
 * cookie.h: reads one cookie out of a Cookie header.
 */
#ifndef CRM_COOKIE_H
#define CRM_COOKIE_H

#include <stddef.h>

typedef enum
{
    COOKIE_AUSENTE,
    COOKIE_ACHADO,
    COOKIE_INVALIDO /* twice, or with bytes a cookie cannot have */
} CookieEstado;

extern CookieEstado cookie_ler(const char *cabecalho, const char *nome,
                               const char **valor, size_t *n);

#endif
