/*
 * relatorio.c: what views of the reports cannot read by themselves.
 */
#include "crm.h"

#include "catalog/pg_type.h"

/*
 * crm.usuario_nome(usuario bigint) returns text
 *
 * Name of a user, for who may see the numbers: in a report about what users did,
 * a name for each row. The policies show users to administrators alone. NULL: no
 * such user, or not the caller's to know.
 */
PG_FUNCTION_INFO_V1(crm_usuario_nome);
Datum
crm_usuario_nome(PG_FUNCTION_ARGS)
{
    static SPIPlanPtr guardado = NULL;
    static const Oid tipos[] = {INT8OID};
    MemoryContext chamador = CurrentMemoryContext;
    Datum valor = PG_GETARG_DATUM(0);
    text *nome = NULL;
    Sistema salvo;

    if (!identidade_pode("numeros.ver"))
        PG_RETURN_NULL();
    sistema_entrar(&salvo);
    SPI_connect();
    SPI_execute_plan(plano(&guardado,
                           "SELECT nome::text FROM crm.usuarios WHERE id = $1",
                           lengthof(tipos), tipos),
                     &valor, NULL, true, 1);
    if (SPI_processed > 0)
    {
        bool nulo;
        Datum lido = SPI_getbinval(SPI_tuptable->vals[0],
                                   SPI_tuptable->tupdesc, 1, &nulo);
        MemoryContext antes = MemoryContextSwitchTo(chamador);

        nome = DatumGetTextPCopy(lido);
        MemoryContextSwitchTo(antes);
    }
    SPI_finish();
    sistema_sair(&salvo);
    if (nome == NULL)
        PG_RETURN_NULL();
    PG_RETURN_TEXT_P(nome);
}
