-- Arguments of requests: beside each crm.api_<funcao>(jsonb) stands
-- crm.esquema_<funcao>(), which says what it accepts and answers. See sql/README.md.

CREATE FUNCTION crm.validar_args(
    funcao text,                -- crm.api_<funcao>(jsonb)
    args   jsonb
) RETURNS jsonb
    LANGUAGE C STABLE STRICT PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_validar_args';
COMMENT ON FUNCTION crm.validar_args(text, jsonb) IS
    'The arguments as crm.api_<funcao>() reads them: judged by crm.esquema_<funcao>(), converted, defaults '
    'filled in. CR422 names every bad field. crm.atender() does the same before it calls.';
