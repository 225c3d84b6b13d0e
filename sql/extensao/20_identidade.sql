-- Who acts in this transaction: the user the front verified, or the one the
-- database role stands for. All faces read backend memory, hence RESTRICTED.

CREATE FUNCTION crm.usuario_id() RETURNS bigint
    LANGUAGE C STABLE PARALLEL RESTRICTED
    AS 'MODULE_PATHNAME', 'crm_usuario_id';
COMMENT ON FUNCTION crm.usuario_id() IS
    'crm.usuarios.id of who acts in this transaction; 0 when it is no row of that table.';

CREATE FUNCTION crm.papel_atual() RETURNS text
    LANGUAGE C STABLE PARALLEL RESTRICTED
    AS 'MODULE_PATHNAME', 'crm_papel_atual';
COMMENT ON FUNCTION crm.papel_atual() IS
    'Papel of who acts in this transaction; empty when there is none.';

CREATE FUNCTION crm.pode(
    acao text                   -- permissoes.acao
) RETURNS boolean
    LANGUAGE C STABLE STRICT PARALLEL RESTRICTED
    AS 'MODULE_PATHNAME', 'crm_pode';
COMMENT ON FUNCTION crm.pode(text) IS
    'Does crm.permissoes allow the action to who acts in this transaction?';

-- VOLATILE: a check that is optimised away checks nothing.
CREATE FUNCTION crm.exigir(
    acao text                   -- permissoes.acao
) RETURNS void
    LANGUAGE C VOLATILE STRICT PARALLEL RESTRICTED
    AS 'MODULE_PATHNAME', 'crm_exigir';
COMMENT ON FUNCTION crm.exigir(text) IS
    'Raises CR403 acesso_negado unless crm.pode(acao).';

CREATE FUNCTION crm.exigir_vendedor(
    vendedor_id       bigint,   -- vendedores.id named by the caller
    acao_sobre_outros text      -- action that allows to act for another one
) RETURNS void
    LANGUAGE C VOLATILE STRICT PARALLEL RESTRICTED
    AS 'MODULE_PATHNAME', 'crm_exigir_vendedor';
COMMENT ON FUNCTION crm.exigir_vendedor(bigint, text) IS
    'Raises CR403 acesso_negado unless the caller is that vendedor or may act for others; '
    'the same answer for a vendedor that does not exist.';

CREATE FUNCTION crm.exigir_que_vendedor_exista(
    vendedor bigint,
    campo    text DEFAULT 'vendedor_id'     -- argument that named it
) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL RESTRICTED
    SET search_path = pg_catalog, crm, pg_temp
AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM crm.vendedores v WHERE v.id = vendedor) THEN
        PERFORM crm.falha(404, 'vendedor_inexistente', campo, 'Vendedor não encontrado.');
    END IF;
END $$;
COMMENT ON FUNCTION crm.exigir_que_vendedor_exista(bigint, text) IS 'CR404 unless it does. Internal.';

CREATE FUNCTION crm.quem_sou(
    OUT usuario_id bigint,
    OUT papel      text,
    OUT web        boolean,     -- set by the front, not derived from the role
    OUT sessao     uuid,
    OUT endereco   text,
    OUT requisicao text,
    OUT agente     text
) LANGUAGE C STABLE PARALLEL RESTRICTED
    AS 'MODULE_PATHNAME', 'crm_quem_sou';
COMMENT ON FUNCTION crm.quem_sou() IS 'Who acts in this transaction, and how that is known.';

CREATE FUNCTION crm.identidade_mudou() RETURNS trigger
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_identidade_mudou';
COMMENT ON FUNCTION crm.identidade_mudou() IS
    'Statement trigger of usuarios, papeis and permissoes: what this transaction knows of them is read again.';
