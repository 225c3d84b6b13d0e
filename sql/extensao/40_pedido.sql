CREATE FUNCTION crm.pedidos_mudaram() RETURNS trigger
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_pedidos_mudaram';
COMMENT ON FUNCTION crm.pedidos_mudaram() IS
    'Statement trigger of crm.pedidos: keeps data_ultima_compra and valor_total of the clients, '
    'closes the open assignment of who bought again.';

CREATE FUNCTION crm.clientes_preparar() RETURNS trigger
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_clientes_preparar';
COMMENT ON FUNCTION crm.clientes_preparar() IS
    'Row trigger of crm.clientes: moves updated_at; who is deactivated or not to be contacted becomes disponivel.';

CREATE FUNCTION crm.clientes_mudaram() RETURNS trigger
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_clientes_mudaram';
COMMENT ON FUNCTION crm.clientes_mudaram() IS
    'Statement trigger of crm.clientes: copies last purchase and total into the open assignment, '
    'closes it when the client is deactivated or not to be contacted.';
