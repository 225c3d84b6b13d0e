-- Strict reading of the arguments of crm.api_*: a refusal is CR422 naming the field.

CREATE FUNCTION crm.arg_bigint(
    args        jsonb,
    campo       text,
    obrigatorio boolean DEFAULT false,
    min         bigint  DEFAULT NULL,   -- NULL: no bound
    max         bigint  DEFAULT NULL
) RETURNS bigint
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'crm_arg_bigint';
COMMENT ON FUNCTION crm.arg_bigint(jsonb, text, boolean, bigint, bigint) IS
    'Whole number of a request: JSON number or string of digits; CR422 otherwise.';

CREATE FUNCTION crm.arg_int(
    args   jsonb,
    campo  text,
    padrao integer DEFAULT NULL,        -- when absent
    min    integer DEFAULT NULL,
    max    integer DEFAULT NULL
) RETURNS integer
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'crm_arg_int';
COMMENT ON FUNCTION crm.arg_int(jsonb, text, integer, integer, integer) IS
    'Whole number of a request, or padrao when absent; CR422 otherwise.';

CREATE FUNCTION crm.arg_texto(
    args        jsonb,
    campo       text,
    obrigatorio boolean DEFAULT false,
    max_len     integer DEFAULT NULL    -- characters
) RETURNS text
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'crm_arg_texto';
COMMENT ON FUNCTION crm.arg_texto(jsonb, text, boolean, integer) IS
    'Text of a request as it came; the empty string counts as absent; CR422 otherwise.';

CREATE FUNCTION crm.arg_booleano(
    args   jsonb,
    campo  text,
    padrao boolean DEFAULT NULL
) RETURNS boolean
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'crm_arg_booleano';
COMMENT ON FUNCTION crm.arg_booleano(jsonb, text, boolean) IS
    'true or false of a request, as JSON or as text; CR422 otherwise.';

CREATE FUNCTION crm.arg_data(
    args        jsonb,
    campo       text,
    obrigatorio boolean DEFAULT false
) RETURNS date
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'crm_arg_data';
COMMENT ON FUNCTION crm.arg_data(jsonb, text, boolean) IS
    'Day YYYY-MM-DD of a request, years 1900 to 2200; CR422 otherwise.';

CREATE FUNCTION crm.arg_opcao(
    args   jsonb,
    campo  text,
    padrao text,
    opcoes text[]
) RETURNS text
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'crm_arg_opcao';
COMMENT ON FUNCTION crm.arg_opcao(jsonb, text, text, text[]) IS
    'One of the words of opcoes, or padrao when absent; CR422 otherwise.';

CREATE FUNCTION crm.arg_somente(
    args   jsonb,
    campos text[]
) RETURNS void
    LANGUAGE C VOLATILE PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'crm_arg_somente';
COMMENT ON FUNCTION crm.arg_somente(jsonb, text[]) IS
    'Raises CR422 campo_desconhecido when args has a field that is not in campos.';
