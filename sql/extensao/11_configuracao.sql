CREATE FUNCTION crm.config(chave text) RETURNS text
    LANGUAGE C STRICT STABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'crm_config';
COMMENT ON FUNCTION crm.config(text) IS
    'Value of a setting of crm.configuracoes, as text. Raises no_data_found (P0002).';

CREATE FUNCTION crm.configurar(chave text, valor text) RETURNS text
    LANGUAGE C STRICT VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_configurar';
COMMENT ON FUNCTION crm.configurar(text, text) IS
    'Changes a setting; needs the right configuracao.alterar. Raises CR403, '
    'no_data_found (P0002), check_violation (23514). Returns the new value.';

CREATE FUNCTION crm.configuracao_mudou() RETURNS trigger
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_configuracao_mudou';
COMMENT ON FUNCTION crm.configuracao_mudou() IS
    'Trigger: makes every backend read the settings again and judges them together.';
