-- Events: extension/evento.c emits them, the front verifies and delivers.
CREATE FUNCTION crm.web_segredo_evento() RETURNS bytea
    LANGUAGE C STABLE PARALLEL RESTRICTED
    AS 'MODULE_PATHNAME', 'crm_web_segredo_evento';
COMMENT ON FUNCTION crm.web_segredo_evento() IS
    'Key of the HMAC-SHA-256 in front of each payload of channel crm_eventos; for crm_web only.';
