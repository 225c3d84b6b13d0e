/*
 * cadastro_acesso.c: who may see a client.
 */
#include "cadastro_interno.h"

#include "catalog/pg_type.h"
#include "utils/timestamp.h"

bool
cadastro_visivel(int64 cliente_id, bool *existe)
{
    static SPIPlanPtr guardado = NULL;
    static const Oid tipos[] = {INT8OID, BOOLOID, INT8OID, TIMESTAMPTZOID};
    bool todos = identidade_pode("cliente.ver_todos");
    bool proprios = identidade_pode("carteira.ver_propria");
    Datum valores[] = {
        Int64GetDatum(cliente_id), BoolGetDatum(todos),
        Int64GetDatum(proprios ? identidade_atual()->usuario_id : 0),
        TimestampTzGetDatum(tempo_agora() -
                            config_int("recuperado_dias") * USECS_PER_DAY)};
    bool visivel = false;
    Sistema salvo;

    sistema_entrar(&salvo);
    SPI_connect();
    SPI_execute_plan(
        plano(&guardado,
              "SELECT $2 OR EXISTS (SELECT FROM crm.cliente_vendedor v"
              "   WHERE v.cliente_id = c.id_cliente AND v.vendedor_id = $3"
              "     AND (v.encerrada_em IS NULL"
              "          OR v.resultado = 'recuperado'"
              "         AND v.encerrada_em > $4))"
              "  FROM crm.clientes c WHERE c.id_cliente = $1",
              lengthof(tipos), tipos),
        valores, NULL, false, 1);
    *existe = SPI_processed > 0;
    if (*existe)
    {
        bool nulo;

        visivel = DatumGetBool(SPI_getbinval(SPI_tuptable->vals[0],
                                             SPI_tuptable->tupdesc, 1, &nulo));
    }
    SPI_finish();
    sistema_sair(&salvo);
    return visivel;
}

void
cadastro_exigir_visivel(int64 cliente_id)
{
    bool existe;

    if (!identidade_pode("cliente.ver_todos"))
        identidade_exigir("carteira.ver_propria");
    if (cadastro_visivel(cliente_id, &existe))
        return;
    if (identidade_pode("cliente.ver_todos"))
        cadastro_inexistente();
    crm_falha(403, "cliente_de_outro_vendedor", "id_cliente",
              "Este cliente não está na sua carteira.", NULL, NULL);
}

void
cadastro_inexistente(void)
{
    crm_falha(404, "cliente_inexistente", "id_cliente",
              "Cliente não encontrado.", NULL, NULL);
}
