/*
 * origem.h: may this page's Origin change state with the user's cookie?
 */
#ifndef CRM_ORIGEM_H
#define CRM_ORIGEM_H

#include <stdbool.h>

typedef enum OrigemEstado
{
    ORIGEM_PROPRIA,
    ORIGEM_AUSENTE, /* no Origin and no Sec-Fetch-Site */
    ORIGEM_ALHEIA
} OrigemEstado;

extern OrigemEstado origem_avaliar(const char *origem, const char *sec_fetch,
                                   const char *host, bool tls,
                                   char *const *permitidas, int npermitidas);

#endif
