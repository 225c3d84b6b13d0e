-- The cache: what is told to Redis, and whether it can be trusted. README.md of
-- extension/ has the protocol.

CREATE FUNCTION crm.cache_coletar() RETURNS trigger
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_cache_coletar';
COMMENT ON FUNCTION crm.cache_coletar() IS
    'Trigger of every table an answer can depend on: collects what the transaction will tell the cache.';

CREATE FUNCTION crm.cache_aplicando() RETURNS boolean
    LANGUAGE C STABLE PARALLEL RESTRICTED
    AS 'MODULE_PATHNAME', 'crm_cache_aplicando';
COMMENT ON FUNCTION crm.cache_aplicando() IS
    'Does this process apply logical replication? Condition of the triggers cache_aplicar.';

CREATE FUNCTION crm.cache_tabelas(
    OUT numero integer,     -- its slots are 2 * numero (any row) and 2 * numero + 1 (whole table)
    OUT nome   text
) RETURNS SETOF record
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'crm_cache_tabelas';
COMMENT ON FUNCTION crm.cache_tabelas() IS
    'The tables an answer of the cache can depend on.';

CREATE FUNCTION crm.cache_status(
    OUT estado          text,               -- desligada, fechada, abrindo, aberta, recusada, disputada
    OUT motivo          text,               -- why it is not open
    OUT prefixo         text,               -- of this database's keys in Redis
    OUT epoca           text,
    OUT idade_s         double precision,   -- since the epoch was opened
    OUT em_voo          integer,            -- transactions that are about to become visible
    OUT pendentes       integer,            -- slots that these mark: no lease counts on them
    OUT marcas          bigint,             -- transactions marked
    OUT massas          bigint,             -- of these, with a table as a whole
    OUT falhas          bigint,             -- marks that Redis did not acknowledge in time
    OUT esperas         bigint,             -- transactions that waited for the end of the fence
    OUT maior_espera_ms double precision,   -- longest a transaction was kept, mark included
    OUT reaberturas     bigint,             -- epochs opened
    OUT arrendadas      bigint,             -- leases given
    OUT negadas         bigint              -- leases not given
) LANGUAGE C VOLATILE PARALLEL RESTRICTED
    AS 'MODULE_PATHNAME', 'crm_cache_status';
COMMENT ON FUNCTION crm.cache_status() IS
    'State of the cache; counts since the server started. Needs the right metricas.ver.';

CREATE FUNCTION crm.cache_epoca(
    OUT prefixo text,       -- of this database's keys; NULL: no cache, closed, a standby
    OUT epoca   text        -- the only one whose fence may be believed
) LANGUAGE C VOLATILE PARALLEL RESTRICTED
    AS 'MODULE_PATHNAME', 'crm_cache_epoca';
COMMENT ON FUNCTION crm.cache_epoca() IS
    'Prefix and epoch of this server''s cache, for the front; NULLs while there is none.';

CREATE FUNCTION crm.cache_reabrir(
    epoca text      -- which is to end
) RETURNS boolean   -- false: it has ended already
    LANGUAGE C VOLATILE PARALLEL RESTRICTED
    AS 'MODULE_PATHNAME', 'crm_cache_reabrir';
COMMENT ON FUNCTION crm.cache_reabrir(text) IS
    'Ends the epoch of the cache and all that was kept under it; another one is opened.';

-- Everything that writes must tell; the first thing that would not.
CREATE FUNCTION crm.cache_defeito() RETURNS text
    LANGUAGE sql STABLE PARALLEL RESTRICTED
    SET search_path = pg_catalog, crm, pg_temp
AS $$
WITH tabela AS (
    SELECT c.oid, c.relname, c.relkind
      FROM pg_class AS c
     WHERE c.relnamespace = 'crm'::regnamespace
       AND c.relname IN (SELECT t.nome FROM crm.cache_tabelas() AS t)
), parte AS (
    SELECT t.oid, t.oid AS raiz, t.relname, t.relkind FROM tabela AS t
    UNION ALL
    SELECT i.inhrelid, t.oid, c.relname, c.relkind
      FROM tabela AS t
      JOIN pg_inherits AS i ON i.inhparent = t.oid
      JOIN pg_class AS c ON c.oid = i.inhrelid
     WHERE t.relkind = 'p'
)
SELECT defeito FROM (
    SELECT 1 AS n, format('trigger %s of crm.%s is missing or disabled', g.nome, t.relname) AS defeito
      FROM parte AS t
     CROSS JOIN (VALUES ('cache_incluir', 'A'), ('cache_alterar', 'A'), ('cache_excluir', 'A'),
                        ('cache_esvaziar', 'A'), ('cache_aplicar', 'R')) AS g(nome, modo)
     WHERE NOT EXISTS (SELECT FROM pg_trigger AS p
                        WHERE p.tgrelid = t.oid AND p.tgname = g.nome AND p.tgenabled::text = g.modo
                          AND p.tgfoid = 'crm.cache_coletar()'::regprocedure)
    UNION ALL
    -- Partitions are fine: they have the triggers too.
    SELECT 2, format('table crm.%s can be written through another table', t.relname)
      FROM tabela AS t
     WHERE EXISTS (SELECT FROM pg_inherits AS i
                    WHERE i.inhrelid = t.oid OR (i.inhparent = t.oid AND t.relkind <> 'p'))
        OR EXISTS (SELECT FROM parte AS p
                    WHERE p.raiz = t.oid AND p.relkind <> 'r' AND (p.relkind <> 'p' OR p.oid <> t.oid))
    UNION ALL
    SELECT 3, format('event trigger %s is missing or disabled', e.nome)
      FROM (VALUES ('crm_cache_ddl'), ('crm_cache_drop'), ('crm_cache_rewrite')) AS e(nome)
     WHERE NOT EXISTS (SELECT FROM pg_event_trigger p
                        WHERE p.evtname = e.nome AND p.evtenabled = 'A'
                          AND p.evtfoid = 'crm.cache_ddl()'::regprocedure)
    UNION ALL
    -- Prepared before there was a cache: they would become visible untold.
    SELECT 4, 'a prepared transaction holds rows of crm'
     WHERE EXISTS (SELECT FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
                    WHERE l.pid IS NULL
                      AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
                      AND c.relnamespace = 'crm'::regnamespace
                      AND l.mode IN ('RowExclusiveLock', 'ShareRowExclusiveLock', 'AccessExclusiveLock'))
) AS d
 ORDER BY n, defeito
 LIMIT 1
$$;
COMMENT ON FUNCTION crm.cache_defeito() IS
    'Why this database must not be cached, NULL: nothing is in the way. For the guard.';

-- By statement in every replication role.
CREATE FUNCTION crm.interno_cache_gatilhos(tabela name) RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, crm, pg_temp
    AS $$
BEGIN
    EXECUTE format('CREATE OR REPLACE TRIGGER cache_incluir'
                   ' AFTER INSERT ON crm.%I REFERENCING NEW TABLE AS novas'
                   ' FOR EACH STATEMENT EXECUTE FUNCTION crm.cache_coletar()', tabela);
    EXECUTE format('CREATE OR REPLACE TRIGGER cache_alterar'
                   ' AFTER UPDATE ON crm.%I REFERENCING OLD TABLE AS velhas NEW TABLE AS novas'
                   ' FOR EACH STATEMENT EXECUTE FUNCTION crm.cache_coletar()', tabela);
    EXECUTE format('CREATE OR REPLACE TRIGGER cache_excluir'
                   ' AFTER DELETE ON crm.%I REFERENCING OLD TABLE AS velhas'
                   ' FOR EACH STATEMENT EXECUTE FUNCTION crm.cache_coletar()', tabela);
    EXECUTE format('CREATE OR REPLACE TRIGGER cache_esvaziar'
                   ' AFTER TRUNCATE ON crm.%I'
                   ' FOR EACH STATEMENT EXECUTE FUNCTION crm.cache_coletar()', tabela);
    EXECUTE format('ALTER TABLE crm.%I'
                   ' ENABLE ALWAYS TRIGGER cache_incluir, ENABLE ALWAYS TRIGGER cache_alterar,'
                   ' ENABLE ALWAYS TRIGGER cache_excluir, ENABLE ALWAYS TRIGGER cache_esvaziar', tabela);
END;
$$;
COMMENT ON FUNCTION crm.interno_cache_gatilhos(name) IS
    'Gives a table, or a partition, the statement triggers that tell the cache. Internal, for superusers.';

CREATE FUNCTION crm.cache_ddl() RETURNS event_trigger
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_cache_ddl';
COMMENT ON FUNCTION crm.cache_ddl() IS
    'Event trigger: a change of the schema crm or of rights ends the epoch of the cache.';

-- What answers depend on, for tests and for who wonders; superusers alone.
CREATE FUNCTION crm.cache_colhidos() RETURNS integer[]
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_cache_colhidos';
COMMENT ON FUNCTION crm.cache_colhidos() IS
    'Slots that the present transaction would mark if it ended now. Superusers only.';

CREATE FUNCTION crm.cache_grupos(
    funcao     text,            -- crm.api_<funcao>(jsonb)
    usuario_id bigint,          -- who asks
    args       jsonb
) RETURNS jsonb                 -- {"classe", "ate", "grupos": [[slot, ...], ...]}; NULL: not kept
    LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_cache_grupos';
COMMENT ON FUNCTION crm.cache_grupos(text, bigint, jsonb) IS
    'Groups of slots an answer depends on: the first of each and one of the others must be clean. Superusers only.';
