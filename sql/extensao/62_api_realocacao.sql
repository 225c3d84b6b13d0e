-- Moving one client: to another seller, to nobody. Batches: 62_api_quadro.sql.

CREATE FUNCTION crm.api_realocar_cliente(args jsonb) RETURNS json
    LANGUAGE plpgsql VOLATILE STRICT SECURITY DEFINER PARALLEL UNSAFE
    SET search_path = pg_catalog, crm, pg_temp
AS $$
DECLARE
    atribuicao bigint;
    resposta   json;
BEGIN
    args := crm.validar_args('realocar_cliente', args);
    PERFORM crm.exigir('cliente.realocar');
    atribuicao := crm.realocar_cliente((args ->> 'cliente_id')::bigint, (args ->> 'vendedor_id')::bigint);
    SELECT json_build_object(
               'atribuicao_id', v.id,
               'cliente_id', v.cliente_id,
               'vendedor_id', v.vendedor_id,
               'de_vendedor_id', v.de_vendedor_id)
      INTO STRICT resposta
      FROM crm.cliente_vendedor v
     WHERE v.id = atribuicao;
    RETURN resposta;
END $$;
COMMENT ON FUNCTION crm.api_realocar_cliente(jsonb) IS
    'POST /api/admin/realocar-cliente: {cliente_id, vendedor_id}. DIST-6.';

CREATE FUNCTION crm.esquema_realocar_cliente() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "resumo": "Dar um cliente a outro vendedor",
        "argumentos": {
            "cliente_id":  {"type": "integer", "minimum": 1},
            "vendedor_id": {"type": "integer", "minimum": 1}},
        "obrigatorios": ["cliente_id", "vendedor_id"],
        "resposta": {"type": "object", "additionalProperties": false,
            "required": ["atribuicao_id", "cliente_id", "vendedor_id", "de_vendedor_id"],
            "properties": {
                "atribuicao_id":  {"type": "integer"},
                "cliente_id":     {"type": "integer"},
                "vendedor_id":    {"type": "integer"},
                "de_vendedor_id": {"type": ["integer", "null"]}}},
        "erros": {"404": ["cliente_inexistente", "vendedor_inexistente"],
                  "409": ["cliente_contatado", "cliente_inativo", "cliente_nao_contatar", "vendedor_inativo"]}}$$::jsonb;
COMMENT ON FUNCTION crm.esquema_realocar_cliente() IS 'Arguments and answers of crm.api_realocar_cliente(jsonb).';

CREATE FUNCTION crm.api_liberar_cliente(args jsonb) RETURNS json
    LANGUAGE plpgsql VOLATILE STRICT SECURITY DEFINER PARALLEL UNSAFE
    SET search_path = pg_catalog, crm, pg_temp
AS $$
DECLARE
    cliente bigint;
BEGIN
    args := crm.validar_args('liberar_cliente', args);
    cliente := args ->> 'id';
    PERFORM crm.exigir('cliente.liberar');
    PERFORM crm.liberar_cliente(cliente, (args ->> 'forcar')::boolean);
    RETURN json_build_object('cliente_id', cliente, 'status', 'disponivel');
END $$;
COMMENT ON FUNCTION crm.api_liberar_cliente(jsonb) IS
    'POST /api/admin/liberar-cliente/{id}: {id: client, forcar?}; a contacted client without forcar is CR409. DIST-6.';

CREATE FUNCTION crm.esquema_liberar_cliente() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "resumo": "Soltar um cliente",
        "argumentos": {
            "id":     {"type": "integer", "minimum": 1, "description": "Cliente"},
            "forcar": {"type": "boolean", "default": false, "description": "Também um cliente já contatado"}},
        "obrigatorios": ["id"],
        "resposta": {"type": "object", "additionalProperties": false, "required": ["cliente_id", "status"],
            "properties": {"cliente_id": {"type": "integer"}, "status": {"$ref": "#/components/schemas/Status"}}},
        "erros": {"404": ["cliente_inexistente"], "409": ["cliente_contatado"]}}$$::jsonb;
COMMENT ON FUNCTION crm.esquema_liberar_cliente() IS 'Arguments and answers of crm.api_liberar_cliente(jsonb).';
