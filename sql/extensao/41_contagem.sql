-- Counts that are kept instead of counted: table crm.contagens.

CREATE FUNCTION crm.contagens_clientes() RETURNS trigger
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_contagens_clientes';
COMMENT ON FUNCTION crm.contagens_clientes() IS
    'Statement trigger of clientes: inserts into contagens what the statement changed.';

CREATE FUNCTION crm.contagens_atribuicoes() RETURNS trigger
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_contagens_atribuicoes';
COMMENT ON FUNCTION crm.contagens_atribuicoes() IS
    'Statement trigger of cliente_vendedor: inserts into contagens what the statement changed.';

CREATE FUNCTION crm.contagens_fuso() RETURNS trigger
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_contagens_fuso';
COMMENT ON FUNCTION crm.contagens_fuso() IS
    'Trigger of the setting fuso_horario: counts again, since days of recoveries moved.';

CREATE FUNCTION crm.contagens_compactar() RETURNS bigint
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_contagens_compactar';
COMMENT ON FUNCTION crm.contagens_compactar() IS
    'Folds the differences in contagens into one row per key; returns how many. '
    'Never waits: 0 when another session folds.';

CREATE FUNCTION crm.recontar() RETURNS bigint
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_recontar';
COMMENT ON FUNCTION crm.recontar() IS
    'Fills contagens again by counting; writers of clientes and cliente_vendedor wait. '
    'For after a load with triggers disabled. Returns the number of keys.';

CREATE FUNCTION crm.contagens_verificar(
    OUT escopo      text,
    OUT vendedor_id bigint,
    OUT dia         date,
    OUT estado      text,
    OUT qtd         bigint,     -- as kept
    OUT qtd_real    bigint,     -- as counted
    OUT valor       numeric,
    OUT valor_real  numeric
) RETURNS SETOF record
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_contagens_verificar';
COMMENT ON FUNCTION crm.contagens_verificar() IS
    'The keys of contagens whose kept count differs from the counted one; no row when right.';
