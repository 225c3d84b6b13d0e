-- Seals of the audit (extension/selo.h says what they are made of).

CREATE FUNCTION crm.auditoria_itens(
    itens      bytea,           -- auditoria_selos.itens
    OUT id     bigint,
    OUT quando timestamptz,
    OUT resumo bytea            -- SHA-256 of the row
) RETURNS SETOF record
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 100
    AS 'MODULE_PATHNAME', 'crm_auditoria_itens';
COMMENT ON FUNCTION crm.auditoria_itens(bytea) IS 'What a seal says of each of its rows.';

CREATE FUNCTION crm.auditoria_selar() RETURNS bigint
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_auditoria_selar';
COMMENT ON FUNCTION crm.auditoria_selar() IS
    'Task of crm.tarefas(): seals the rows of crm.auditoria whose transactions have ended; how many. Internal.';

CREATE FUNCTION crm.auditoria_selo() RETURNS text
    LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL UNSAFE SET search_path = pg_catalog, crm, pg_temp
    AS $$
BEGIN
    IF NOT crm.pode('metricas.ver') THEN
        PERFORM crm.exigir('auditoria.ver');
    END IF;
    RETURN (SELECT s.n || ':' || encode(s.hash, 'hex') FROM crm.auditoria_selos AS s ORDER BY s.n DESC LIMIT 1);
END;
$$;
COMMENT ON FUNCTION crm.auditoria_selo() IS
    'The newest seal of the audit, to be kept elsewhere and given to crm.auditoria_verificar() one day; NULL: there is none. '
    'Needs auditoria.ver or metricas.ver.';

CREATE FUNCTION crm.auditoria_verificar(
    selo         text DEFAULT NULL,     -- once told by crm.auditoria_selo()
    desde        bigint DEFAULT NULL,   -- compare rows from this id on
    ate          bigint DEFAULT NULL,   -- and up to this one
    OUT problema text,                  -- alterada, faltando, inserida, cortada, selo
    OUT id       bigint,                -- auditoria.id of the first
    OUT selo_n   bigint,                -- auditoria_selos.n of the first
    OUT detalhe  text
) RETURNS SETOF record
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_auditoria_verificar';
COMMENT ON FUNCTION crm.auditoria_verificar(text, bigint, bigint) IS
    'Compares crm.auditoria with its seals, these with each other, with the newest one in the data directory and with the one given. '
    'No row: nothing was altered, taken out, put in or cut off; else the first of each kind of problem. Rows that are not sealed yet '
    '(the last seconds, or since the oldest open transaction began) cannot be judged. Needs auditoria.ver or metricas.ver; CR422 selo_invalido.';

CREATE FUNCTION crm.interno_auditoria_verificar(
    de           timestamptz,
    ate          timestamptz,           -- exclusive
    OUT problema text,
    OUT id       bigint,
    OUT selo_n   bigint,
    OUT detalhe  text
) RETURNS SETOF record
    LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_auditoria_verificar';
COMMENT ON FUNCTION crm.interno_auditoria_verificar(timestamptz, timestamptz) IS
    'crm.auditoria_verificar() of the rows of a time, where a row without a seal is a problem too. Internal.';

CREATE FUNCTION crm.interno_auditoria_remocao(
    de     timestamptz,
    ate    timestamptz,         -- exclusive
    linhas bigint
) RETURNS bigint                -- number of the seal
    LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_interno_auditoria_remocao';
COMMENT ON FUNCTION crm.interno_auditoria_remocao(timestamptz, timestamptz, bigint) IS
    'Seals that a month is being removed by retention. Internal, for superusers.';

-- Whole months, once all their rows are sealed and still are what was sealed.
CREATE FUNCTION crm.interno_auditoria_reter() RETURNS bigint   -- rows removed
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, crm, pg_temp
    AS $$
DECLARE
    limite    timestamptz := (date_trunc('month', crm.hoje()::timestamp)
                              - make_interval(months => crm.config('auditoria_retencao_meses')::integer))
                             AT TIME ZONE crm.config('fuso_horario');
    mes       record;
    problema  record;
    quantas   bigint;
    selo      bigint;
    removidas bigint := 0;
BEGIN
    FOR mes IN
        SELECT m.tabela, m.de, m.ate FROM crm.interno_auditoria_meses() AS m WHERE m.ate <= limite ORDER BY m.de
    LOOP
        SELECT * INTO problema FROM crm.interno_auditoria_verificar(mes.de, mes.ate) LIMIT 1;
        IF problema.problema IS NOT NULL THEN
            RAISE EXCEPTION 'audit of % is kept: %, row %, seal %: %', mes.tabela, problema.problema, problema.id,
                problema.selo_n, problema.detalhe
                USING ERRCODE = 'data_corrupted', HINT = 'See crm.auditoria_verificar().';
        END IF;
        EXECUTE format('SELECT count(*) FROM %s', mes.tabela) INTO quantas;
        selo := crm.interno_auditoria_remocao(mes.de, mes.ate, quantas);
        INSERT INTO crm.auditoria (acao, tabela, linhas, depois)
        VALUES ('auditoria_retencao', 'auditoria', least(quantas, 2147483647),
                jsonb_build_object('de', mes.de, 'ate', mes.ate, 'selo', selo));
        EXECUTE format('ALTER TABLE crm.auditoria DETACH PARTITION %s', mes.tabela);
        EXECUTE format('DROP TABLE %s', mes.tabela);
        removidas := removidas + quantas;
    END LOOP;
    -- What was known of the rows goes with them; the chain needs the hash alone.
    IF removidas > 0 THEN
        UPDATE crm.auditoria_selos AS s
           SET itens = NULL
         WHERE s.itens IS NOT NULL AND s.linhas > 0 AND s.tipo <> 'remocao'
           AND EXISTS (SELECT FROM crm.auditoria_selos AS r
                        WHERE r.tipo = 'remocao' AND s.primeira_em >= r.primeira_em AND s.primeira_em < r.ultima_em)
           AND EXISTS (SELECT FROM crm.auditoria_selos AS r
                        WHERE r.tipo = 'remocao' AND s.ultima_em >= r.primeira_em AND s.ultima_em < r.ultima_em);
    END IF;
    RETURN removidas;
END;
$$;
COMMENT ON FUNCTION crm.interno_auditoria_reter() IS
    'Removes the months of the audit that are older than auditoria_retencao_meses. Internal, for superusers.';
