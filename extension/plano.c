/*
 * plano.c: SPI plans prepared once per backend.
 */
#include "crm.h"

SPIPlanPtr
plano(SPIPlanPtr *guardado, const char *sql, int n, const Oid *tipos)
{
    if (*guardado == NULL)
    {
        SPIPlanPtr novo = SPI_prepare(sql, n, (Oid *)tipos);

        if (novo == NULL)
            elog(ERROR, "could not prepare \"%s\": %s", sql,
                 SPI_result_code_string(SPI_result));
        SPI_keepplan(novo);
        *guardado = novo;
    }
    return *guardado;
}
