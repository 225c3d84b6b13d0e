-- Partitions of crm.auditoria: made ahead, and removed whole when retention ends.
-- A change of the schema ends the epoch of the cache, so both do nothing on most runs.

CREATE FUNCTION crm.interno_auditoria_equipar(tabela name) RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, crm, pg_temp
    AS $$
DECLARE
    coluna record;
BEGIN
    IF NOT EXISTS (SELECT FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = i.inhrelid
                    WHERE i.inhparent = 'crm.auditoria'::regclass AND c.relname = tabela) THEN
        RAISE EXCEPTION 'table % is no partition of crm.auditoria', tabela USING ERRCODE = 'wrong_object_type';
    END IF;
    EXECUTE format('ALTER TABLE crm.%I OWNER TO crm_owner', tabela);
    -- No policy: it is read and written through crm.auditoria.
    EXECUTE format('ALTER TABLE crm.%I ENABLE ROW LEVEL SECURITY', tabela);
    EXECUTE format('ALTER TABLE crm.%I FORCE ROW LEVEL SECURITY', tabela);
    EXECUTE format('COMMENT ON TABLE crm.%I IS %L', tabela, 'Partition of crm.auditoria.');
    FOR coluna IN
        SELECT a.attname, col_description('crm.auditoria'::regclass, a.attnum) AS dito
          FROM pg_attribute AS a
         WHERE a.attrelid = 'crm.auditoria'::regclass AND a.attnum > 0 AND NOT a.attisdropped
    LOOP
        EXECUTE format('COMMENT ON COLUMN crm.%I.%I IS %L', tabela, coluna.attname, coluna.dito);
    END LOOP;

    EXECUTE format('CREATE OR REPLACE TRIGGER auditoria_imutavel'
                   ' BEFORE UPDATE OR DELETE OR TRUNCATE ON crm.%I'
                   ' FOR EACH STATEMENT EXECUTE FUNCTION crm.auditoria_imutavel()', tabela);
    -- What somebody writes into a partition itself is told to the cache too; the row
    -- trigger for applied replication comes with the parent's.
    PERFORM crm.interno_cache_gatilhos(tabela);
END;
$$;
COMMENT ON FUNCTION crm.interno_auditoria_equipar(name) IS
    'Owner, triggers and comments of a partition of crm.auditoria. Internal, for superusers.';

CREATE FUNCTION crm.interno_auditoria_meses(
    OUT tabela  regclass,       -- partition of crm.auditoria
    OUT de      timestamptz,
    OUT ate     timestamptz     -- exclusive
) RETURNS SETOF record
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, crm, pg_temp SET datestyle = 'ISO' SET timezone = 'UTC'
    AS $$
    SELECT c.oid::regclass, l.limites[1]::timestamptz, l.limites[2]::timestamptz
      FROM pg_inherits AS i
      JOIN pg_class AS c ON c.oid = i.inhrelid,
           regexp_match(pg_get_expr(c.relpartbound, c.oid), 'FROM \(''([^'']+)''\) TO \(''([^'']+)''\)') AS l(limites)
     WHERE i.inhparent = 'crm.auditoria'::regclass AND l.limites IS NOT NULL;
$$;
COMMENT ON FUNCTION crm.interno_auditoria_meses() IS 'The months of crm.auditoria that have a partition. Internal.';

CREATE FUNCTION crm.interno_auditoria_particoes() RETURNS bigint   -- partitions made
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, crm, pg_temp
    AS $$
DECLARE
    fuso   text := crm.config('fuso_horario');
    mes    date;
    nome   text;
    de     timestamptz;
    ate    timestamptz;
    feitas bigint := 0;
BEGIN
    FOR mes IN
        SELECT (date_trunc('month', crm.hoje()::timestamp) + make_interval(months => n))::date
          FROM generate_series(0, 3) AS n
        UNION
        -- Rows of a month that nobody expected, or copied from a table without partitions.
        SELECT date_trunc('month', a.quando AT TIME ZONE fuso)::date
          FROM crm.auditoria_padrao AS a
         WHERE a.quando BETWEEN '2000-01-01' AND '2999-12-31'
         ORDER BY 1
    LOOP
        nome := to_char(mes, '"auditoria_"YYYY_MM');
        CONTINUE WHEN to_regclass('crm.' || nome) IS NOT NULL;
        -- The time zone of the business may have changed: neighbours leave no gap.
        SELECT coalesce(max(m.ate), mes::timestamp AT TIME ZONE fuso) INTO de
          FROM crm.interno_auditoria_meses() AS m
         WHERE m.tabela = to_regclass(to_char(mes - interval '1 month', '"crm.auditoria_"YYYY_MM'));
        SELECT coalesce(min(m.de), (mes + interval '1 month') AT TIME ZONE fuso) INTO ate
          FROM crm.interno_auditoria_meses() AS m
         WHERE m.tabela = to_regclass(to_char(mes + interval '1 month', '"crm.auditoria_"YYYY_MM'));

        -- Attached, not created as a partition: writers need not wait.
        EXECUTE format('CREATE TABLE crm.%I (LIKE crm.auditoria'
                       ' INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING STORAGE)', nome);
        EXECUTE 'LOCK TABLE crm.auditoria_padrao IN ACCESS EXCLUSIVE MODE';
        EXECUTE format('WITH movidas AS (DELETE FROM crm.auditoria_padrao WHERE quando >= $1 AND quando < $2 RETURNING *)'
                       ' INSERT INTO crm.%I SELECT * FROM movidas', nome) USING de, ate;
        EXECUTE format('ALTER TABLE crm.auditoria ATTACH PARTITION crm.%I FOR VALUES FROM (%L) TO (%L)', nome, de, ate);
        PERFORM crm.interno_auditoria_equipar(nome);
        feitas := feitas + 1;
    END LOOP;
    RETURN feitas;
END;
$$;
COMMENT ON FUNCTION crm.interno_auditoria_particoes() IS
    'Makes the partitions of crm.auditoria of this month and the next three, and of rows in auditoria_padrao. Internal, for superusers.';
