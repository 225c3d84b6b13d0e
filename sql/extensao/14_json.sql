-- Small JSON objects of the lists (extension/cartao.c).

CREATE FUNCTION crm.json_par(
    id   bigint,
    nome text
) RETURNS json
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'crm_json_par';
COMMENT ON FUNCTION crm.json_par(bigint, text) IS 'The object {"id", "nome"}; NULL when either is.';

CREATE FUNCTION crm.json_pedido(
    data  date,
    valor numeric
) RETURNS json
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'crm_json_pedido';
COMMENT ON FUNCTION crm.json_pedido(date, numeric) IS 'The object {"data", "valor"} of an order; NULL when either is.';
