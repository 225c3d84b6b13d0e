CREATE FUNCTION crm.auditar() RETURNS trigger
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_auditar';
COMMENT ON FUNCTION crm.auditar() IS
    'Statement trigger: records who changed which rows in crm.auditoria; a CPF masked, secrets and '
    'sensitive values left out, bulk statements in chunks of 1,000 rows.';

CREATE FUNCTION crm.auditoria_imutavel() RETURNS trigger
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_auditoria_imutavel';
COMMENT ON FUNCTION crm.auditoria_imutavel() IS
    'Statement trigger of crm.auditoria, its partitions and its seals: refuses UPDATE, DELETE and TRUNCATE but for a superuser (42501).';

CREATE FUNCTION crm.auditar_estrutura() RETURNS event_trigger
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_auditar_estrutura';
COMMENT ON FUNCTION crm.auditar_estrutura() IS
    'Event trigger: records in crm.auditoria when somebody who is no superuser changes tables, triggers or rules of the schema crm.';

CREATE FUNCTION crm.interno_auditoria_tabelas() RETURNS SETOF name
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
BEGIN ATOMIC
    SELECT unnest(ARRAY['usuarios', 'vendedores', 'clientes', 'produtos', 'pedidos', 'cliente_vendedor', 'configuracoes', 'papeis',
                        'permissoes', 'sessoes', 'segredos', 'jornadas', 'ausencias', 'feriados', 'codigos_senha', 'bloqueios_login',
                        'lotes', 'importacoes', 'exportacoes', 'revelacoes']::name[]);
END;
COMMENT ON FUNCTION crm.interno_auditoria_tabelas() IS
    'Tables of which every change of a row is recorded by crm.auditar(). The others hold what follows from these, or what is no more than a '
    'copy of an audit row: test/sql/auditoria_tabelas.sql says of each why. Internal.';

CREATE FUNCTION crm.auditoria_defeito() RETURNS text   -- NULL: none
    LANGUAGE sql STABLE PARALLEL RESTRICTED SET search_path = pg_catalog, crm, pg_temp
    AS $$
    WITH auditadas AS (
        SELECT format('crm.%I', t.nome) AS nome, to_regclass(format('crm.%I', t.nome)) AS oid
          FROM crm.interno_auditoria_tabelas() AS t(nome)
    ), guardadas AS (
        SELECT c.oid, format('crm.%I', c.relname) AS nome
          FROM pg_class AS c
         WHERE c.oid IN (SELECT i.relid FROM pg_partition_tree('crm.auditoria') AS i UNION ALL SELECT 'crm.auditoria_selos'::regclass)
    ), defeitos AS (
        SELECT 1 AS ordem, format('o gatilho %s de %s falta ou está desligado', g.nome, a.nome) AS defeito
          FROM auditadas AS a
         CROSS JOIN (VALUES ('z_auditar_inclusao', 4, false, true), ('z_auditar_alteracao', 16, true, true),
                            ('z_auditar_exclusao', 8, true, false), ('z_auditar_esvaziamento', 32, false, false)
                    ) AS g(nome, tipo, velhas, novas)
         WHERE NOT EXISTS (SELECT FROM pg_trigger AS t
                            WHERE t.tgrelid = a.oid AND t.tgname = g.nome AND t.tgfoid = 'crm.auditar()'::regprocedure
                              AND t.tgenabled IN ('O', 'A') AND t.tgtype = g.tipo AND t.tgqual IS NULL AND t.tgattr::text = ''
                              AND (t.tgoldtable IS NOT NULL) = g.velhas AND (t.tgnewtable IS NOT NULL) = g.novas)
        UNION ALL
        SELECT 2, format('o gatilho auditoria_imutavel de %s falta ou está desligado', r.nome)
          FROM guardadas AS r
         WHERE NOT EXISTS (SELECT FROM pg_trigger AS t
                            WHERE t.tgrelid = r.oid AND t.tgfoid = 'crm.auditoria_imutavel()'::regprocedure
                              AND t.tgenabled IN ('O', 'A') AND t.tgtype = 58 AND t.tgqual IS NULL AND t.tgattr::text = '')
        UNION ALL
        -- Before the row is written: it could change or drop it.
        SELECT 3, format('o gatilho %I de %s altera o que se registra', t.tgname, r.nome)
          FROM guardadas AS r
          JOIN pg_trigger AS t ON t.tgrelid = r.oid AND NOT t.tgisinternal AND t.tgtype & 7 = 7
        UNION ALL
        SELECT 4, format('a regra %I de %s altera o que se registra', w.rulename, r.nome)
          FROM guardadas AS r
          JOIN pg_rewrite AS w ON w.ev_class = r.oid
    )
    SELECT d.defeito FROM defeitos AS d ORDER BY d.ordem, d.defeito LIMIT 1;
$$;
COMMENT ON FUNCTION crm.auditoria_defeito() IS
    'What keeps crm.auditoria from being written or kept as crm.instalar() made it: the first trigger that is gone or disabled, '
    'or that stands in the way. NULL: nothing. Part of crm.auditoria_verificar().';
