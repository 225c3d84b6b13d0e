/*
 * assinatura.h: was this notification signed by the extension?
 */
#ifndef CRM_ASSINATURA_H
#define CRM_ASSINATURA_H

#include <stddef.h>

enum
{
    ASSINATURA_HEX = 32 /* digits of the signature */
};

extern const char *assinatura_conferir(const char *payload,
                                       const unsigned char *segredo, size_t n);

#endif
