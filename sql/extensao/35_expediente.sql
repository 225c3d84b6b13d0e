-- Working hours, leave and holidays of the sellers (DIST-9, DIST-10).

CREATE FUNCTION crm.expediente_calcular(
    vendedor        bigint,         -- vendedores.id
    em              timestamptz,
    OUT situacao    text,           -- as vendedores.expediente
    OUT ate         timestamptz     -- when it can change by itself; NULL: never
) LANGUAGE plpgsql STABLE PARALLEL UNSAFE
    SET search_path = pg_catalog, crm, pg_temp
    AS $$
DECLARE
    fuso    text := crm.config('fuso_horario');
    agora   timestamp := em AT TIME ZONE fuso;
    hoje    date := agora::date;
    hora    time := agora::time;
    j       crm.jornadas;
    tem     boolean;
    fora    boolean;        -- today, or some day to come
BEGIN
    SELECT (x).* INTO j
      FROM (SELECT x FROM crm.jornadas x
             WHERE x.vendedor_id = vendedor AND x.dia_semana = extract(dow FROM hoje)) t;
    tem := j.vendedor_id IS NOT NULL
           OR EXISTS (SELECT FROM crm.jornadas x WHERE x.vendedor_id = vendedor);
    fora := EXISTS (SELECT FROM crm.ausencias a WHERE a.vendedor_id = vendedor AND a.ate >= hoje)
            OR EXISTS (SELECT FROM crm.feriados f WHERE f.data >= hoje);

    situacao := CASE
        WHEN fora AND EXISTS (SELECT FROM crm.ausencias a
                               WHERE a.vendedor_id = vendedor AND hoje BETWEEN a.de AND a.ate) THEN 'ausencia'
        WHEN fora AND EXISTS (SELECT FROM crm.feriados f WHERE f.data = hoje) THEN 'feriado'
        WHEN NOT tem THEN 'disponivel'
        WHEN j.vendedor_id IS NULL THEN 'folga'
        WHEN hora < j.inicio OR hora >= j.fim THEN 'fora_do_horario'
        WHEN hora >= j.almoco_inicio AND hora < j.almoco_fim THEN 'almoco'
        ELSE 'disponivel' END;
    IF tem OR fora THEN
        SELECT least(min(hoje + h) FILTER (WHERE h > hora AND situacao NOT IN ('ausencia', 'feriado')),
                     (hoje + 1)::timestamp) AT TIME ZONE fuso
          INTO ate
          FROM unnest(ARRAY[j.inicio, j.almoco_inicio, j.almoco_fim, j.fim]) AS h;
    END IF;
END
$$;
COMMENT ON FUNCTION crm.expediente_calcular(bigint, timestamptz) IS
    'What working hours, leave and holidays say of a seller at an instant, and until when. Internal.';

CREATE FUNCTION crm.retorno_previsto(
    vendedor        bigint,         -- vendedores.id
    em              timestamptz
) RETURNS timestamptz               -- until then the untouched clients wait; NULL: they do not
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE
    SET search_path = pg_catalog, crm, pg_temp
    AS $$
DECLARE
    fuso    text := crm.config('fuso_horario');
    faltam  integer := crm.config('reserva_dias');
    agora   timestamp := em AT TIME ZONE fuso;
    dia     date := agora::date;
    tem     boolean := EXISTS (SELECT FROM crm.jornadas j WHERE j.vendedor_id = vendedor);
    inicio  time;
BEGIN
    IF faltam = 0 THEN
        RETURN NULL;
    END IF;
    -- Today counts while it has not begun. A month without a working day: nobody knows.
    FOR i IN 0..31 LOOP
        IF tem THEN
            inicio := (SELECT j.inicio FROM crm.jornadas j
                        WHERE j.vendedor_id = vendedor AND j.dia_semana = extract(dow FROM dia));
        ELSE
            inicio := CASE WHEN extract(isodow FROM dia) <= 5
                           THEN '00:00'::time + make_interval(mins => crm.config('expediente_inicio')::integer) END;
        END IF;
        IF inicio IS NOT NULL AND dia + inicio > agora
           AND NOT EXISTS (SELECT FROM crm.feriados f WHERE f.data = dia) THEN
            faltam := faltam - 1;
            IF faltam = 0 THEN
                RETURN CASE WHEN NOT EXISTS (SELECT FROM crm.ausencias a
                                              WHERE a.vendedor_id = vendedor AND dia BETWEEN a.de AND a.ate)
                            THEN (dia + inicio + make_interval(hours => crm.config('reserva_horas')::integer))
                                 AT TIME ZONE fuso END;
            END IF;
        END IF;
        dia := dia + 1;
    END LOOP;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION crm.retorno_previsto(bigint, timestamptz) IS
    'End of the return window: the reserva_dias-th working day of the seller, reserva_horas after its beginning; '
    'NULL when on leave then. DIST-9. Internal.';

CREATE FUNCTION crm.expediente_rever(
    vendedor_ids    bigint[]        -- vendedores.id; NULL: all
) RETURNS bigint                    -- lotes.id, or NULL when nothing had to be dealt
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_expediente_rever';
COMMENT ON FUNCTION crm.expediente_rever(bigint[]) IS
    'Computes the working hours of these sellers again, and deals anew. Internal.';

CREATE FUNCTION crm.expediente_mudou() RETURNS trigger
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
    SET search_path = pg_catalog, crm, pg_temp
    AS $$
BEGIN
    IF TG_TABLE_NAME = 'feriados' THEN
        UPDATE crm.vendedores SET expediente_ate = crm.agora();
    ELSE
        UPDATE crm.vendedores v
           SET expediente_ate = crm.agora()
         WHERE v.id IN (SELECT m.vendedor_id FROM mudadas m);
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION crm.expediente_mudou() IS
    'Statement trigger of jornadas, ausencias and feriados: the next run looks at the sellers concerned.';

-- ---- for people -----------------------------------------------------------------

CREATE FUNCTION crm.interno_definir_jornada(vendedor_id bigint, dias jsonb) RETURNS bigint
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, crm, pg_temp
    AS $$
#variable_conflict use_column
DECLARE
    quem bigint := $1;
BEGIN
    PERFORM crm.exigir('vendedor.configurar');
    PERFORM crm.distribuicao_travar();
    PERFORM crm.exigir_que_vendedor_exista(quem);
    IF jsonb_typeof(dias) IS DISTINCT FROM 'array' THEN
        PERFORM crm.falha(422, 'jornada_invalida', 'dias', 'Informe a lista dos dias.');
    END IF;
    DELETE FROM crm.jornadas j WHERE j.vendedor_id = quem;
    BEGIN
        INSERT INTO crm.jornadas (vendedor_id, dia_semana, inicio, fim, almoco_inicio, almoco_fim)
        SELECT quem, d.dia_semana, d.inicio, d.fim, d.almoco_inicio, d.almoco_fim
          FROM jsonb_to_recordset(dias) AS d(dia_semana smallint, inicio time, fim time, almoco_inicio time, almoco_fim time);
    EXCEPTION
        WHEN unique_violation THEN
            PERFORM crm.falha(422, 'jornada_invalida', 'dias', 'Cada dia da semana só pode aparecer uma vez.');
        WHEN check_violation OR not_null_violation OR invalid_datetime_format OR datetime_field_overflow
             OR invalid_text_representation OR numeric_value_out_of_range OR invalid_parameter_value THEN
            PERFORM crm.falha(422, 'jornada_invalida', 'dias', 'Confira os horários.',
                'O fim vem depois do início, e o almoço fica entre os dois.');
    END;
    RETURN crm.expediente_rever(ARRAY[quem]);
END
$$;
COMMENT ON FUNCTION crm.interno_definir_jornada(bigint, jsonb) IS 'Body of crm.definir_jornada().';

-- Public.
CREATE FUNCTION crm.definir_jornada(
    vendedor_id     bigint,         -- vendedores.id
    dias            jsonb           -- [{"dia_semana" 0 (Sunday)..6, "inicio", "fim", "almoco_inicio"?, "almoco_fim"?}]
) RETURNS bigint                    -- lotes.id, or NULL when nothing had to be dealt
    LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_delegar';
COMMENT ON FUNCTION crm.definir_jornada(bigint, jsonb) IS
    'Sets the working hours of a seller; none: always available. Deals anew. Raises CR403 acesso_negado; CR404 '
    'vendedor_inexistente; CR422 jornada_invalida; 25001 unless READ COMMITTED. DIST-10.';

CREATE FUNCTION crm.interno_registrar_ausencia(vendedor_id bigint, de date, ate date, motivo text) RETURNS bigint
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, crm, pg_temp
    AS $$
DECLARE
    nova  bigint;
    outra record;
BEGIN
    PERFORM crm.exigir('vendedor.configurar');
    PERFORM crm.distribuicao_travar();
    PERFORM crm.exigir_que_vendedor_exista($1);
    IF $2 NOT BETWEEN '2000-01-01' AND '2200-01-01' THEN
        PERFORM crm.falha(422, 'ausencia_invalida', 'de', 'Informe um dia entre 2000 e 2200.');
    END IF;
    -- Not by a difference: of infinity there is none.
    IF $3 < $2 OR $3 > $2 + 1100 THEN
        PERFORM crm.falha(422, 'ausencia_invalida', 'ate', 'O último dia não pode vir antes do primeiro, nem passar de três anos.');
    END IF;
    IF $4 NOT IN ('ferias', 'licenca', 'folga', 'outro') THEN
        PERFORM crm.falha(422, 'ausencia_invalida', 'motivo', 'Motivo desconhecido.', 'Use ferias, licenca, folga ou outro.');
    END IF;
    -- Nobody else writes meanwhile: the lock of the distributions is held.
    SELECT a.id, a.de, a.ate INTO outra
      FROM crm.ausencias AS a
     WHERE a.vendedor_id = $1 AND a.de <= $3 AND a.ate >= $2
     ORDER BY a.de LIMIT 1;
    IF outra.id IS NOT NULL THEN
        PERFORM crm.falha(409, 'ausencia_sobreposta', 'de',
            format('O vendedor já está ausente de %s a %s.', to_char(outra.de, 'DD/MM/YYYY'), to_char(outra.ate, 'DD/MM/YYYY')),
            'Cancele aquela ausência ou escolha outros dias.',
            json_build_object('id', outra.id, 'de', outra.de, 'ate', outra.ate)::text);
    END IF;
    INSERT INTO crm.ausencias (vendedor_id, de, ate, motivo) VALUES ($1, $2, $3, $4) RETURNING id INTO nova;
    PERFORM crm.expediente_rever(ARRAY[$1]);
    RETURN nova;
END
$$;
COMMENT ON FUNCTION crm.interno_registrar_ausencia(bigint, date, date, text) IS 'Body of crm.registrar_ausencia().';

-- Public.
CREATE FUNCTION crm.registrar_ausencia(
    vendedor_id     bigint,                     -- vendedores.id
    de              date,
    ate             date,                       -- last day of it
    motivo          text DEFAULT 'outro'        -- ferias, licenca, folga
) RETURNS bigint                                -- ausencias.id
    LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_delegar';
COMMENT ON FUNCTION crm.registrar_ausencia(bigint, date, date, text) IS
    'Leave of a seller; deals anew. Raises CR403 acesso_negado; CR404 vendedor_inexistente; CR422 ausencia_invalida; '
    '25001 unless READ COMMITTED. DIST-10.';

CREATE FUNCTION crm.interno_cancelar_ausencia(vendedor_id bigint, ausencia_id bigint) RETURNS bigint
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, crm, pg_temp
    AS $$
BEGIN
    PERFORM crm.exigir('vendedor.configurar');
    PERFORM crm.distribuicao_travar();
    DELETE FROM crm.ausencias a WHERE a.id = $2 AND a.vendedor_id = $1;
    IF NOT FOUND THEN
        PERFORM crm.falha(404, 'ausencia_inexistente', 'ausencia_id', 'Esta ausência não existe.');
    END IF;
    RETURN crm.expediente_rever(ARRAY[$1]);
END
$$;
COMMENT ON FUNCTION crm.interno_cancelar_ausencia(bigint, bigint) IS 'Body of crm.cancelar_ausencia().';

-- Public.
CREATE FUNCTION crm.cancelar_ausencia(
    vendedor_id     bigint,         -- vendedores.id
    ausencia_id     bigint          -- ausencias.id
) RETURNS bigint                    -- lotes.id, or NULL when nothing had to be dealt
    LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_delegar';
COMMENT ON FUNCTION crm.cancelar_ausencia(bigint, bigint) IS
    'Takes a leave back; deals anew. Raises CR403 acesso_negado; CR404 ausencia_inexistente; 25001 unless READ COMMITTED.';

CREATE FUNCTION crm.interno_registrar_feriado(data date, nome text) RETURNS bigint
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, crm, pg_temp
    AS $$
BEGIN
    PERFORM crm.exigir('vendedor.configurar');
    PERFORM crm.distribuicao_travar();
    IF btrim($2) = '' OR length($2) > 120 OR $1 NOT BETWEEN '2000-01-01' AND '2200-01-01' THEN
        PERFORM crm.falha(422, 'feriado_invalido', CASE WHEN btrim($2) = '' OR length($2) > 120 THEN 'nome' ELSE 'data' END,
                          'Informe o dia e o nome do feriado.');
    END IF;
    INSERT INTO crm.feriados AS f (data, nome) VALUES ($1, btrim($2))
        ON CONFLICT ON CONSTRAINT feriados_pkey DO UPDATE SET nome = excluded.nome;
    RETURN crm.expediente_rever(NULL);
END
$$;
COMMENT ON FUNCTION crm.interno_registrar_feriado(date, text) IS 'Body of crm.registrar_feriado().';

-- Public.
CREATE FUNCTION crm.registrar_feriado(
    data            date,
    nome            text            -- at most 120 characters
) RETURNS bigint                    -- lotes.id, or NULL when nothing had to be dealt
    LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_delegar';
COMMENT ON FUNCTION crm.registrar_feriado(date, text) IS
    'A day on which no seller is available, or its new name; deals anew. Raises CR403 acesso_negado; CR422 '
    'feriado_invalido; 25001 unless READ COMMITTED. DIST-10.';

CREATE FUNCTION crm.interno_remover_feriado(data date) RETURNS bigint
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, crm, pg_temp
    AS $$
BEGIN
    PERFORM crm.exigir('vendedor.configurar');
    PERFORM crm.distribuicao_travar();
    DELETE FROM crm.feriados f WHERE f.data = $1;
    IF NOT FOUND THEN
        PERFORM crm.falha(404, 'feriado_inexistente', 'data', 'Este feriado não existe.');
    END IF;
    RETURN crm.expediente_rever(NULL);
END
$$;
COMMENT ON FUNCTION crm.interno_remover_feriado(date) IS 'Body of crm.remover_feriado().';

-- Public.
CREATE FUNCTION crm.remover_feriado(data date) RETURNS bigint
    LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_delegar';
COMMENT ON FUNCTION crm.remover_feriado(date) IS
    'An ordinary day again; deals anew. Raises CR403 acesso_negado; CR404 feriado_inexistente; 25001 unless READ COMMITTED.';
