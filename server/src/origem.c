/*
 * origem.c: compares the Origin header with this server's own.
 */
#include "origem.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

static bool host_local(const char *host);

/*
 * origem, sec_fetch: headers Origin and Sec-Fetch-Site, or NULL.
 * host:       header Host.
 * tls:        the listener speaks TLS itself; else a proxy on loopback may do so
 *             in front, and https://host is as much our own.
 * permitidas: further origins.
 *
 * "null" (sandboxed frame, file:) is foreign. Sec-Fetch-Site counts only when
 * there is no Origin, and then "none" (address bar) does too, because no page
 * can cause it.
 */
OrigemEstado
origem_avaliar(const char *origem, const char *sec_fetch, const char *host,
               bool tls, char *const *permitidas, int npermitidas)
{
    if (origem != NULL && *origem != '\0')
    {
        if (host != NULL && *host != '\0')
        {
            if (strncasecmp(origem, "https://", 8) == 0 &&
                strcasecmp(origem + 8, host) == 0)
                return ORIGEM_PROPRIA;
            if (!tls && host_local(host) &&
                strncasecmp(origem, "http://", 7) == 0 &&
                strcasecmp(origem + 7, host) == 0)
                return ORIGEM_PROPRIA;
        }
        for (int i = 0; i < npermitidas; i++)
            if (strcasecmp(origem, permitidas[i]) == 0)
                return ORIGEM_PROPRIA;
        return ORIGEM_ALHEIA;
    }
    if (sec_fetch == NULL || *sec_fetch == '\0')
        return ORIGEM_AUSENTE;
    return strcmp(sec_fetch, "same-origin") == 0 ||
                   strcmp(sec_fetch, "none") == 0
               ? ORIGEM_PROPRIA
               : ORIGEM_ALHEIA;
}

/* Loopback by name or number, with or without a port. */
static bool
host_local(const char *host)
{
    static const char *const locais[] = {"localhost", "127.0.0.1", "[::1]"};

    for (size_t i = 0; i < sizeof locais / sizeof *locais; i++)
    {
        size_t n = strlen(locais[i]);

        if (strncasecmp(host, locais[i], n) == 0 &&
            (host[n] == '\0' || host[n] == ':'))
            return true;
    }
    return false;
}
