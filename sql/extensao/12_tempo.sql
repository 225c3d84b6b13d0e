CREATE FUNCTION crm.agora() RETURNS timestamptz
    LANGUAGE C STRICT STABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'crm_agora';
COMMENT ON FUNCTION crm.agora() IS
    'The business clock: now() plus crm.relogio_desvio seconds.';

CREATE FUNCTION crm.hoje() RETURNS date
    LANGUAGE C STRICT STABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'crm_hoje';
COMMENT ON FUNCTION crm.hoje() IS
    'The current date in the business time zone (setting fuso_horario).';
