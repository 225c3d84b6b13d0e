-- Public. Gives many clients to one seller, all or none.
CREATE FUNCTION crm.realocar_lote(
    cliente_ids bigint[],       -- clientes.id_cliente, 1..500
    vendedor_id bigint,         -- vendedores.id of who gets them
    OUT lote       bigint,      -- lotes.id; NULL: the seller had them all so
    OUT realocados bigint
) RETURNS record
    LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_realocar_lote';
COMMENT ON FUNCTION crm.realocar_lote(bigint[], bigint) IS
    'Gives up to 500 clients to a seller, pending and pinned, or none of them. Raises CR403 acesso_negado; '
    'CR404 cliente_inexistente, vendedor_inexistente; CR409 vendedor_inativo, cliente_inativo, '
    'cliente_nao_contatar; CR422 campo_invalido. ADM-2.';

-- Public. Takes many clients from their holders, all or none.
CREATE FUNCTION crm.liberar_lote(
    cliente_ids bigint[],                   -- clientes.id_cliente, 1..500
    forcar      boolean DEFAULT false,      -- also the contacted ones
    OUT lote      bigint,                   -- lotes.id; NULL: nobody held any
    OUT liberados bigint
) RETURNS record
    LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_liberar_lote';
COMMENT ON FUNCTION crm.liberar_lote(bigint[], boolean) IS
    'Ends the assignments of up to 500 clients, or of none. Raises CR403 acesso_negado; CR404 '
    'cliente_inexistente; CR409 cliente_contatado unless forcar; CR422 campo_invalido. ADM-2.';
