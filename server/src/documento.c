/*
 * documento.c: the OpenAPI document of this worker (API-4).
 *
 * crm.api_openapi() makes it out of the table of routes, which only the front
 * knows, and of the rules of the arguments, which only the database knows. It is
 * asked again when a connection was made since, because the database may have
 * become another version, and once in a while.
 */
#include "documento.h"

#include "pg.h"
#include "resposta.h"
#include "rotas.h"

#include <kore/kore.h>

#include <stdlib.h>
#include <string.h>

enum
{
    DOCUMENTO_MS = 60000 /* then it is asked again */
};

static char *documento;
static size_t tamanho;
static unsigned geracao; /* of the connections it came over */
static uint64_t desde;

/* Answers with the document kept; false: there is none, or it is too old. */
bool
documento_responder(struct http_request *req)
{
    if (documento == NULL || geracao != pg_geracao() ||
        kore_time_ms() - desde > DOCUMENTO_MS)
        return false;
    resposta_json_etag(req, 200, documento, tamanho, NULL);
    return true;
}

/* The argument of the function; lives as long as the process. */
const char *
documento_args(void)
{
    static char *args;

    if (args == NULL)
        args = rotas_json();
    return args;
}

/* What the database has just answered. */
void
documento_guardar(const char *corpo, size_t n)
{
    free(documento);
    documento = malloc(n);
    if (documento == NULL)
        return;
    memcpy(documento, corpo, n);
    tamanho = n;
    geracao = pg_geracao();
    desde = kore_time_ms();
}
