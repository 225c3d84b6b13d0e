CREATE FUNCTION crm.popular_clientes(
    de bigint, ate bigint,      -- ids
    semente integer,
    todos_na_janela boolean
) RETURNS TABLE (id_cliente bigint, cpf crm.cpf, nome_completo text, data_nascimento date, sexo text,
                 nome_mae text, celular text, email text, cidade text, uf text, cep text,
                 data_ultima_compra date, valor_total numeric, ativo boolean,
                 nao_contatar boolean, created_at timestamptz)
    LANGUAGE C STRICT STABLE PARALLEL RESTRICTED ROWS 10000
    AS 'MODULE_PATHNAME', 'crm_popular_clientes';
COMMENT ON FUNCTION crm.popular_clientes(bigint, bigint, integer, boolean) IS
    'Fictitious clients of a range of ids, always the same for a seed; none is stored.';

CREATE FUNCTION crm.popular_pedidos(
    de bigint, ate bigint,      -- ids of clients
    semente integer,
    todos_na_janela boolean,
    produtos bigint[]           -- ids to choose from
) RETURNS TABLE (cliente_id bigint, produto_id bigint, data_pedido date, valor numeric,
                 created_at timestamptz)
    LANGUAGE C STRICT STABLE PARALLEL RESTRICTED ROWS 45000
    AS 'MODULE_PATHNAME', 'crm_popular_pedidos';
COMMENT ON FUNCTION crm.popular_pedidos(bigint, bigint, integer, boolean, bigint[]) IS
    'Orders of the clients of crm.popular_clientes(); none is stored.';

CREATE FUNCTION crm.popular(
    INOUT clientes   integer,   -- how many more
    INOUT vendedores integer,   -- how many more, vendedorN@exemplo.test
    semente          integer DEFAULT 1,
    senha            text DEFAULT NULL, -- of all these sellers; NULL: they cannot log in yet
    OUT pedidos      bigint
) LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_popular';
COMMENT ON FUNCTION crm.popular(integer, integer, integer, text) IS
    'Adds fictitious clients with their orders, and sellers; the same seed on an empty database gives '
    'the same data, relative to crm.hoje(). About 8 % of the clients are in the window; of at most 100, '
    'all. Administrador only (CR403); invalid_parameter_value (22023).';
