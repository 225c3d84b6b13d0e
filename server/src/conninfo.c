/*
 * conninfo.c: where PostgreSQL is, judged before the start.
 */
#include "conninfo.h"

#include <arpa/inet.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool numericos(const char *lista);
static const char *valor_de(const PQconninfoOption *o, const char *nome);

bool
conninfo_sem_dns(const char *conninfo, char *erro, size_t tam)
{
    char *motivo = NULL;
    PQconninfoOption *o = PQconninfoParse(conninfo, &motivo);
    const char *host;
    bool bom;

    if (o == NULL)
    {
        /* libpq quotes what it did not understand, be it a password. */
        PQfreemem(motivo);
        snprintf(erro, tam, "pg_conninfo: is not a libpq connection string");
        return false;
    }
    host = valor_de(o, "hostaddr");
    if (host == NULL)
        host = valor_de(o, "host");
    if (host == NULL)
        host = getenv("PGHOSTADDR");
    if (host == NULL)
        host = getenv("PGHOST");
    bom = host == NULL || numericos(host);
    PQconninfoFree(o);
    if (!bom)
        snprintf(erro, tam,
                 "pg_conninfo: host must be a socket directory or a numeric "
                 "address");
    return bom;
}

/* Every entry of a list with commas; an empty one is the default socket. */
static bool
numericos(const char *lista)
{
    bool bom = true;

    while (bom)
    {
        size_t n = strcspn(lista, ",");
        char host[64];
        unsigned char bin[16];

        snprintf(host, sizeof(host), "%.*s", (int) n, lista);
        bom = n == 0 || lista[0] == '/' || lista[0] == '@' ||
              (n < sizeof(host) && (inet_pton(AF_INET, host, bin) == 1 ||
                                    inet_pton(AF_INET6, host, bin) == 1));
        if (lista[n] == '\0')
            break;
        lista += n + 1;
    }
    return bom;
}

static const char *
valor_de(const PQconninfoOption *o, const char *nome)
{
    for (; o->keyword != NULL; o++)
        if (strcmp(o->keyword, nome) == 0)
            return o->val;
    return NULL;
}
