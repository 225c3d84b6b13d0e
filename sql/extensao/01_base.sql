CREATE FUNCTION crm.versao() RETURNS text
    LANGUAGE C STRICT IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'crm_versao';
COMMENT ON FUNCTION crm.versao() IS 'Version of the loaded library.';

CREATE FUNCTION crm.falha(
    status   integer,           -- HTTP status, 400..599
    codigo   text,              -- stable name of the error
    campo    text,              -- argument at fault, or NULL
    mensagem text,              -- Portuguese sentence for the screen
    dica     text DEFAULT NULL,
    detalhe  text DEFAULT NULL  -- JSON object
) RETURNS void
    LANGUAGE C VOLATILE PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'crm_falha_sql';
COMMENT ON FUNCTION crm.falha(integer, text, text, text, text, text) IS
    'Raises SQLSTATE CR<status>; codigo in the constraint-name field, campo in the column-name field.';
