CREATE FUNCTION crm.entrar_vendedor(
    vendedor_id bigint      -- vendedores.id
) RETURNS bigint            -- lotes.id, or NULL when nothing had to be dealt
    LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_entrar_vendedor';
COMMENT ON FUNCTION crm.entrar_vendedor(bigint) IS
    'The seller is there: online, and clients are dealt. NULL when nothing had to be dealt or the user '
    'does not sell. Raises CR403 acesso_negado; 25001 unless READ COMMITTED.';

CREATE FUNCTION crm.sair_vendedor(
    vendedor_id bigint      -- vendedores.id
) RETURNS bigint            -- lotes.id, or NULL when nothing had to be dealt
    LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_sair_vendedor';
COMMENT ON FUNCTION crm.sair_vendedor(bigint) IS
    'The seller leaves: offline at once, untouched clients go to who is online. Contacted and pinned ones '
    'stay. Raises CR403 acesso_negado; 25001 unless READ COMMITTED.';

CREATE FUNCTION crm.presenca(
    vendedor_ids bigint[]   -- who is connected
) RETURNS integer           -- heartbeats written: at most one per seller in 30 s
    LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_presenca';
COMMENT ON FUNCTION crm.presenca(bigint[]) IS
    'Heartbeat of many sellers at once. Raises CR403 acesso_negado.';

-- online set by hand (psql) counts as seen, or the next crm.tarefas() would
-- find an old heartbeat and take it back.
CREATE FUNCTION crm.vendedor_mudou() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path = pg_catalog, crm, pg_temp
    AS $$
BEGIN
    IF NEW.online AND (TG_OP = 'INSERT' OR NOT OLD.online AND NEW.visto_em IS NOT DISTINCT FROM OLD.visto_em) THEN
        NEW.visto_em := coalesce(CASE WHEN TG_OP = 'INSERT' THEN NEW.visto_em END, crm.agora());
    END IF;
    NEW.updated_at := now();
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION crm.vendedor_mudou() IS
    'Trigger: moves updated_at with what the distribution asks of a seller; whoever is set online has been '
    'seen now.';
