CREATE FUNCTION crm.periodo(
    dias integer                -- whole days since data_ultima_compra, or NULL
) RETURNS text
    LANGUAGE C STABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'crm_periodo';
COMMENT ON FUNCTION crm.periodo(integer) IS
    'Bucket of days: 0-29, 30-45, 45-60 (46..60), 60-90 (61..90), >90, sem_compra for NULL; '
    'bounds are settings. Raises invalid_parameter_value (22023) when negative.';

CREATE FUNCTION crm.periodo_de(data_ultima_compra date) RETURNS text
    LANGUAGE C STABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'crm_periodo_de';
COMMENT ON FUNCTION crm.periodo_de(date) IS
    'Bucket today of a client who last bought on that date; a future date is in 0-29.';

CREATE FUNCTION crm.situacao(data_ultima_compra date) RETURNS text
    LANGUAGE C STABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'crm_situacao';
COMMENT ON FUNCTION crm.situacao(date) IS
    'Recency today: ativo, elegivel (in the window), inativo, sem_compra for NULL.';

CREATE FUNCTION crm.dias_sem_comprar(data_ultima_compra date) RETURNS integer
    LANGUAGE C STRICT STABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'crm_dias_sem_comprar';
COMMENT ON FUNCTION crm.dias_sem_comprar(date) IS
    'Whole days from that date to crm.hoje(); NULL for NULL.';
