-- Rows -> JSON array of objects, one key per column.

CREATE FUNCTION crm.json_lista_linha(internal, record) RETURNS internal
    LANGUAGE C STABLE PARALLEL RESTRICTED
    AS 'MODULE_PATHNAME', 'crm_json_lista_linha';
COMMENT ON FUNCTION crm.json_lista_linha(internal, record) IS
    'Transition function of crm.json_lista(record).';

CREATE FUNCTION crm.json_lista_fim(internal) RETURNS json
    LANGUAGE C STABLE PARALLEL RESTRICTED
    AS 'MODULE_PATHNAME', 'crm_json_lista_fim';
COMMENT ON FUNCTION crm.json_lista_fim(internal) IS
    'Final function of crm.json_lista(record).';

CREATE AGGREGATE crm.json_lista(linha record) (
    SFUNC = crm.json_lista_linha,
    STYPE = internal,
    FINALFUNC = crm.json_lista_fim
);
COMMENT ON AGGREGATE crm.json_lista(record) IS
    'json_agg(row) at a fraction of its cost; no rows give []. Order the rows in a subquery.';

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
