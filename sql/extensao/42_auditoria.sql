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
