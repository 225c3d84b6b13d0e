-- What the reports (sql/instalar/51_relatorios.sql) need besides their views.

CREATE FUNCTION crm.usuario_nome(
    usuario bigint              -- usuarios.id
) RETURNS text                  -- NULL: no user, or not the caller's to know
    LANGUAGE C STABLE STRICT PARALLEL RESTRICTED
    AS 'MODULE_PATHNAME', 'crm_usuario_nome';
COMMENT ON FUNCTION crm.usuario_nome(bigint) IS
    'Name of a user, for reports about what users did; NULL without the right numeros.ver.';

CREATE FUNCTION crm.relatorio_instantes(
    primeiro   timestamptz,     -- the first thing to report; none: no day
    OUT dia    date,
    OUT inicio timestamptz,
    OUT fim    timestamptz      -- exclusive
) RETURNS SETOF record
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1000 SET search_path = pg_catalog, crm, pg_temp
    AS $$
    -- No day before the product existed: what is dated -infinity has no first day.
    SELECT g.dia::date, g.dia AT TIME ZONE f.fuso, (g.dia + interval '1 day') AT TIME ZONE f.fuso
      FROM (SELECT crm.config('fuso_horario') AS fuso) AS f
     CROSS JOIN LATERAL generate_series((greatest(primeiro, '2000-01-02 00:00+00') AT TIME ZONE f.fuso)::date::timestamp,
                                        crm.hoje()::timestamp, interval '1 day') AS g(dia)
     WHERE primeiro IS NOT NULL;
$$;
COMMENT ON FUNCTION crm.relatorio_instantes(timestamptz) IS
    'The business days from that of an instant until today, with the instants they begin and end with. Internal, of the views of reports.';

CREATE FUNCTION crm.previsao_guardar() RETURNS bigint
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, crm, pg_temp
AS $$
DECLARE
    guarda   CONSTANT integer := 800;   -- days; a report asks for at most 731
    hoje     date := crm.hoje();
    escritas bigint;
BEGIN
    IF EXISTS (SELECT FROM crm.previsoes p WHERE p.feita_em = hoje) THEN
        RETURN 0;
    END IF;
    INSERT INTO crm.previsoes (feita_em, dia, limite, dias, clientes, valor)
    SELECT hoje, p.dia, p.limite, p.dias, p.clientes, p.valor
      FROM crm.previsao_de_hoje p
    ON CONFLICT DO NOTHING;
    GET DIAGNOSTICS escritas = ROW_COUNT;
    DELETE FROM crm.previsoes p WHERE p.feita_em < hoje - guarda;
    RETURN escritas;
END $$;
COMMENT ON FUNCTION crm.previsao_guardar() IS
    'The task previsao: keeps the forecast of this business day, once; returns the rows written. Internal.';
