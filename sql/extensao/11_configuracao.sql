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

CREATE FUNCTION crm.fuso_existe(nome text) RETURNS boolean
    LANGUAGE C STRICT STABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'crm_fuso_existe';
COMMENT ON FUNCTION crm.fuso_existe(text) IS
    'May the setting fuso_horario have this value? What pg_timezone_names lists; not zones made up as BRT3. Internal.';

CREATE FUNCTION crm.configuracao_normalizar() RETURNS trigger
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, crm, pg_temp
AS $$
BEGIN
    IF NEW.tipo = 'inteiro' AND NEW.valor ~ '^-?[0-9]{1,9}$' THEN
        NEW.valor := NEW.valor::integer::text;
    ELSIF NEW.tipo = 'texto' AND length(NEW.valor) > NEW.maximo THEN
        RAISE check_violation USING MESSAGE = format('setting %s is longer than %s characters', NEW.chave, NEW.maximo),
                                    CONSTRAINT = 'configuracoes_valor_valido';
    END IF;
    RETURN NEW;
END $$;
COMMENT ON FUNCTION crm.configuracao_normalizar() IS
    'Trigger: a number is kept as it is written shortest (030 is 30), a text within its maximo. Raises check_violation (23514).';

CREATE FUNCTION crm.configuracao_mudou() RETURNS trigger
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_configuracao_mudou';
COMMENT ON FUNCTION crm.configuracao_mudou() IS
    'Trigger: makes every backend read the settings again and judges them together.';
