-- Public. Ends the seller's work with a client for this purchase cycle.
CREATE FUNCTION crm.marcar_contatado(
    vendedor_id         bigint,                     -- vendedores.id, the holder
    cliente_id          bigint,                     -- clientes.id_cliente
    observacoes         text DEFAULT NULL,          -- at most 4000 characters
    resultado           text DEFAULT 'contatado',   -- sem_resposta, recusou, interessado, numero_errado
    retornar_em         date DEFAULT NULL,          -- come back on this day; NULL: no need
    OUT atribuicao_id   bigint,
    OUT cliente         bigint,
    OUT contatado       boolean,
    OUT data_contato    timestamptz,
    OUT resultado_contato text,
    OUT repetido        boolean,                    -- was marked before; nothing changed
    OUT retorno         date
) RETURNS record
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_marcar_contatado';
COMMENT ON FUNCTION crm.marcar_contatado(bigint, bigint, text, text, date) IS
    'Marks a client as contacted by its holder; repeated, it returns the first mark. Raises CR403 '
    'acesso_negado, cliente_de_outro_vendedor; CR422 resultado_invalido, observacoes_longas, retorno_invalido.';

-- Public. Takes the caller's own mark back.
CREATE FUNCTION crm.desfazer_contato(
    vendedor_id         bigint,                     -- vendedores.id, the holder
    cliente_id          bigint,                     -- clientes.id_cliente
    OUT atribuicao_id   bigint,
    OUT cliente         bigint,
    OUT retorno         date,                       -- as before the mark
    OUT passo           text
) RETURNS record
    LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_desfazer_contato';
COMMENT ON FUNCTION crm.desfazer_contato(bigint, bigint) IS
    'Undoes the caller''s mark of the same business day while nothing was done with the client since; all is as '
    'before it. Raises CR403 acesso_negado, cliente_de_outro_vendedor; CR409 contato_mudou.';

-- Public. Says what comes next with a client, and when.
CREATE FUNCTION crm.definir_proximo_passo(
    vendedor_id         bigint,                     -- vendedores.id, the holder
    cliente_id          bigint,                     -- clientes.id_cliente
    retornar_em         date DEFAULT NULL,          -- today .. 366 days on; NULL: no day
    passo               text DEFAULT NULL,          -- at most 500 characters
    OUT atribuicao_id   bigint,
    OUT cliente         bigint,
    OUT retorno         date,
    OUT proximo_passo   text
) RETURNS record
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_definir_proximo_passo';
COMMENT ON FUNCTION crm.definir_proximo_passo(bigint, bigint, date, text) IS
    'Replaces the next step with a client; NULL, NULL: none. Raises CR403 acesso_negado, '
    'cliente_de_outro_vendedor; CR422 retorno_invalido, passo_longo.';

-- Public. The seller's own text of the WhatsApp link.
CREATE FUNCTION crm.definir_whatsapp(
    vendedor_id bigint,                 -- vendedores.id
    modelo      text DEFAULT NULL       -- at most 500 characters; NULL: setting whatsapp_modelo
) RETURNS text                          -- what is in force
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_definir_whatsapp';
COMMENT ON FUNCTION crm.definir_whatsapp(bigint, text) IS
    'Text of a seller''s WhatsApp link; {vendedor}, {empresa}, {saudacao} are filled in. Raises CR403 '
    'acesso_negado; CR422 modelo_longo.';

-- Public. Moves one client to another seller.
CREATE FUNCTION crm.realocar_cliente(
    cliente_id  bigint,     -- clientes.id_cliente
    vendedor_id bigint      -- vendedores.id of who gets it
) RETURNS bigint            -- cliente_vendedor.id of the new assignment
    LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_realocar_cliente';
COMMENT ON FUNCTION crm.realocar_cliente(bigint, bigint) IS
    'Gives a client to a seller, pending and pinned: distributions leave it there. Raises CR403 '
    'acesso_negado; CR404 cliente_inexistente, vendedor_inexistente; CR409 vendedor_inativo, '
    'cliente_inativo, cliente_nao_contatar.';

-- Public. Takes a client from its holder.
CREATE FUNCTION crm.liberar_cliente(
    cliente_id  bigint,                 -- clientes.id_cliente
    forcar      boolean DEFAULT false   -- also when contacted
) RETURNS bigint                        -- cliente_vendedor.id that ended, or NULL: nobody held it
    LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_liberar_cliente';
COMMENT ON FUNCTION crm.liberar_cliente(bigint, boolean) IS
    'Ends a client''s assignment; the client is disponivel and dealt with the next distribution. Raises '
    'CR403 acesso_negado; CR404 cliente_inexistente; CR409 cliente_contatado unless forcar.';

-- Public. How much of the work a seller gets.
CREATE FUNCTION crm.configurar_vendedor(
    vendedor_id bigint,                 -- vendedores.id
    peso        integer DEFAULT NULL,   -- 1..100; NULL leaves it
    capacidade  integer DEFAULT NULL,   -- clients not yet contacted; -1 no limit; NULL leaves it
    participa   boolean DEFAULT NULL    -- takes part in distributions; NULL leaves it
) RETURNS bigint                        -- lotes.id, or NULL when nothing had to be dealt
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_configurar_vendedor';
COMMENT ON FUNCTION crm.configurar_vendedor(bigint, integer, integer, boolean) IS
    'Changes weight, capacity and participation of a seller and deals anew. Raises CR403 acesso_negado; '
    'CR404 vendedor_inexistente; CR422 peso_invalido, capacidade_invalida; 25001 unless READ COMMITTED.';

-- The product only ends assignments; a superuser who deletes them makes their
-- clients free, or no distribution would look at these again.
CREATE FUNCTION crm.atribuicoes_apagadas() RETURNS trigger
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
    SET search_path = pg_catalog, crm, pg_temp
    AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        UPDATE crm.clientes SET status = 'disponivel' WHERE status <> 'disponivel';
    ELSE
        UPDATE crm.clientes c
           SET status = 'disponivel'
          FROM velhas v
         WHERE c.id_cliente = v.cliente_id AND v.encerrada_em IS NULL AND c.status <> 'disponivel';
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION crm.atribuicoes_apagadas() IS
    'Statement trigger of crm.cliente_vendedor: frees the clients whose open assignment was deleted.';
