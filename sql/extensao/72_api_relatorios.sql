-- GET /api/admin/relatorios/{nome}: the reports. What they count is what the views of
-- sql/instalar/51_relatorios.sql say, added up for charts and tables: whoever draws
-- them adds up nothing.

-- Every day of a report, also those on which nothing happened.
CREATE FUNCTION crm.relatorio_dias(de date, ate date) RETURNS SETOF date
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
BEGIN ATOMIC
    SELECT de + g.n FROM generate_series(0, ate - de) AS g(n);
END;
COMMENT ON FUNCTION crm.relatorio_dias(date, date) IS 'The days from one to the other. Internal.';

-- Every month of a report.
CREATE FUNCTION crm.relatorio_meses(de date, ate date) RETURNS SETOF date
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
BEGIN ATOMIC
    SELECT g.mes::date FROM generate_series(date_trunc('month', de::timestamp), ate::timestamp, interval '1 month') AS g(mes);
END;
COMMENT ON FUNCTION crm.relatorio_meses(date, date) IS 'First days of the months from one day to the other. Internal.';

CREATE FUNCTION crm.ler_relatorio_recuperados(
    de       date,
    ate      date,
    de_quem  bigint             -- NULL: all
) RETURNS json
    LANGUAGE plpgsql STABLE PARALLEL RESTRICTED
    SET search_path = pg_catalog, crm, pg_temp
AS $$
DECLARE
    primeiros CONSTANT integer := 6;    -- sellers who are told apart in a chart of months
BEGIN
    RETURN (
        WITH v AS MATERIALIZED (
            SELECT r.*
              FROM crm.v_relatorio_recuperados r
             WHERE r.dia BETWEEN de AND ate
               AND (de_quem IS NULL OR r.vendedor_id = de_quem)
        ), s AS MATERIALIZED (
            SELECT v.vendedor_id, v.vendedor, sum(v.clientes) AS clientes, sum(v.valor) AS valor,
                   row_number() OVER (ORDER BY sum(v.valor) DESC, v.vendedor_id) AS lugar
              FROM v GROUP BY v.vendedor_id, v.vendedor
        ), vm AS MATERIALIZED (
            SELECT v.vendedor_id, v.mes, sum(v.clientes) AS clientes, sum(v.valor) AS valor
              FROM v GROUP BY v.vendedor_id, v.mes
        )
        SELECT json_build_object(
            'totais', (SELECT json_build_object(
                                  'clientes', coalesce(sum(s.clientes), 0),
                                  'valor', coalesce(sum(s.valor), 0.00),
                                  'por_cliente', round(sum(s.valor) / sum(s.clientes), 2)) FROM s),
            'dias', (SELECT json_agg(json_build_object(
                                'dia', d.dia,
                                'clientes', coalesce(n.clientes, 0),
                                'valor', coalesce(n.valor, 0.00)) ORDER BY d.dia)
                       FROM crm.relatorio_dias(de, ate) AS d(dia)
                       LEFT JOIN (SELECT v.dia, sum(v.clientes) AS clientes, sum(v.valor) AS valor
                                    FROM v GROUP BY v.dia) n USING (dia)),
            'meses', (SELECT json_agg(json_build_object(
                                 'mes', to_char(m.mes, 'YYYY-MM'),
                                 'clientes', coalesce(n.clientes, 0),
                                 'valor', coalesce(n.valor, 0.00)) ORDER BY m.mes)
                        FROM crm.relatorio_meses(de, ate) AS m(mes)
                        LEFT JOIN (SELECT vm.mes, sum(vm.clientes) AS clientes, sum(vm.valor) AS valor
                                     FROM vm GROUP BY vm.mes) n USING (mes)),
            'vendedores', (SELECT coalesce(json_agg(json_build_object(
                                      'vendedor_id', s.vendedor_id,
                                      'vendedor', s.vendedor,
                                      'clientes', s.clientes,
                                      'valor', s.valor,
                                      'por_cliente', round(s.valor / s.clientes, 2),
                                      'meses', m.meses) ORDER BY s.lugar), '[]')
                             FROM s
                             JOIN (SELECT vm.vendedor_id,
                                          json_agg(json_build_object(
                                              'mes', to_char(vm.mes, 'YYYY-MM'),
                                              'clientes', vm.clientes,
                                              'valor', vm.valor) ORDER BY vm.mes) AS meses
                                     FROM vm GROUP BY vm.vendedor_id) m USING (vendedor_id)),
            'outros', (SELECT coalesce(json_agg(json_build_object(
                                  'mes', to_char(o.mes, 'YYYY-MM'),
                                  'clientes', o.clientes,
                                  'valor', o.valor) ORDER BY o.mes), '[]')
                         FROM (SELECT vm.mes, sum(vm.clientes) AS clientes, sum(vm.valor) AS valor
                                 FROM vm
                                 JOIN s USING (vendedor_id)
                                WHERE s.lugar > primeiros
                                GROUP BY vm.mes) o)));
END $$;
COMMENT ON FUNCTION crm.ler_relatorio_recuperados(date, date, bigint) IS 'Report recuperados. Internal.';

CREATE FUNCTION crm.ler_relatorio_desfechos(
    de       date,
    ate      date,
    de_quem  bigint             -- NULL: all
) RETURNS json
    LANGUAGE plpgsql STABLE PARALLEL RESTRICTED
    SET search_path = pg_catalog, crm, pg_temp
AS $$
BEGIN
    RETURN (
        WITH v AS MATERIALIZED (
            SELECT r.*
              FROM crm.v_relatorio_desfechos r
             WHERE r.dia BETWEEN de AND ate
               AND (de_quem IS NULL OR r.vendedor_id = de_quem)
        ), s AS MATERIALIZED (
            -- Few rows, of which all but the days are made.
            SELECT v.vendedor_id, v.vendedor, v.resultado, sum(v.contatos) AS contatos, sum(v.valor_recuperado) AS valor
              FROM v
             GROUP BY v.vendedor_id, v.vendedor, v.resultado
        )
        SELECT json_build_object(
            'totais', (SELECT json_build_object(
                                  'contatos', coalesce(sum(s.contatos), 0),
                                  'recuperados', coalesce(sum(s.contatos) FILTER (WHERE s.resultado = 'recuperado'), 0),
                                  'por_dia', round(coalesce(sum(s.contatos), 0) / (ate - de + 1), 1),
                                  'valor', coalesce(sum(s.valor), 0.00)) FROM s),
            'resultados', (SELECT json_agg(json_build_object(
                                      'resultado', o.resultado,
                                      'contatos', coalesce(n.contatos, 0),
                                      'valor', coalesce(n.valor, 0.00)) ORDER BY o.ordem)
                             FROM unnest('{interessado,contatado,sem_resposta,recusou,numero_errado,recuperado}'::text[])
                                  WITH ORDINALITY AS o(resultado, ordem)
                             LEFT JOIN (SELECT s.resultado, sum(s.contatos) AS contatos, sum(s.valor) AS valor
                                          FROM s GROUP BY s.resultado) n USING (resultado)),
            'dias', (SELECT json_agg(json_build_object(
                                'dia', d.dia,
                                'contatos', coalesce(n.contatos, 0),
                                'recuperados', coalesce(n.recuperados, 0),
                                'demais', coalesce(n.demais, 0)) ORDER BY d.dia)
                       FROM crm.relatorio_dias(de, ate) AS d(dia)
                       LEFT JOIN (SELECT v.dia,
                                         sum(v.contatos) AS contatos,
                                         sum(v.contatos) FILTER (WHERE v.resultado = 'recuperado') AS recuperados,
                                         sum(v.contatos) FILTER (WHERE v.resultado <> 'recuperado') AS demais
                                    FROM v GROUP BY v.dia) n USING (dia)),
            'meses', (SELECT json_agg(json_build_object(
                                 'mes', to_char(m.mes, 'YYYY-MM'),
                                 'contatos', coalesce(n.contatos, 0),
                                 'recuperados', coalesce(n.recuperados, 0),
                                 'demais', coalesce(n.demais, 0)) ORDER BY m.mes)
                        FROM crm.relatorio_meses(de, ate) AS m(mes)
                        LEFT JOIN (SELECT v.mes,
                                          sum(v.contatos) AS contatos,
                                          sum(v.contatos) FILTER (WHERE v.resultado = 'recuperado') AS recuperados,
                                          sum(v.contatos) FILTER (WHERE v.resultado <> 'recuperado') AS demais
                                     FROM v GROUP BY v.mes) n USING (mes)),
            'vendedores', (SELECT coalesce(json_agg(json_build_object(
                                      'vendedor_id', t.vendedor_id,
                                      'vendedor', t.vendedor,
                                      'contatos', t.contatos,
                                      'interessado', t.interessado,
                                      'contatado', t.contatado,
                                      'sem_resposta', t.sem_resposta,
                                      'recusou', t.recusou,
                                      'numero_errado', t.numero_errado,
                                      'recuperado', t.recuperado,
                                      'valor', t.valor) ORDER BY t.contatos DESC, t.vendedor_id), '[]')
                             FROM (SELECT s.vendedor_id,
                                          s.vendedor,
                                          sum(s.contatos) AS contatos,
                                          coalesce(sum(s.contatos) FILTER (WHERE s.resultado = 'interessado'), 0) AS interessado,
                                          coalesce(sum(s.contatos) FILTER (WHERE s.resultado = 'contatado'), 0) AS contatado,
                                          coalesce(sum(s.contatos) FILTER (WHERE s.resultado = 'sem_resposta'), 0) AS sem_resposta,
                                          coalesce(sum(s.contatos) FILTER (WHERE s.resultado = 'recusou'), 0) AS recusou,
                                          coalesce(sum(s.contatos) FILTER (WHERE s.resultado = 'numero_errado'), 0) AS numero_errado,
                                          coalesce(sum(s.contatos) FILTER (WHERE s.resultado = 'recuperado'), 0) AS recuperado,
                                          sum(s.valor) AS valor
                                     FROM s GROUP BY s.vendedor_id, s.vendedor) t)));
END $$;
COMMENT ON FUNCTION crm.ler_relatorio_desfechos(date, date, bigint) IS 'Report desfechos. Internal.';

CREATE FUNCTION crm.ler_relatorio_funil(
    de       date,
    ate      date,
    de_quem  bigint             -- NULL: all
) RETURNS json
    LANGUAGE plpgsql STABLE PARALLEL RESTRICTED
    SET search_path = pg_catalog, crm, pg_temp
AS $$
BEGIN
    RETURN (
        WITH v AS MATERIALIZED (
            SELECT r.*
              FROM crm.v_relatorio_funil r
             WHERE r.dia BETWEEN de AND ate
               AND (de_quem IS NULL OR r.vendedor_id = de_quem)
        ), t AS (
            SELECT coalesce(sum(v.recebidos), 0) AS recebidos,
                   coalesce(sum(v.contatados), 0) AS contatados,
                   coalesce(sum(v.responderam), 0) AS responderam,
                   coalesce(sum(v.recuperados), 0) AS recuperados,
                   coalesce(sum(v.sem_contato), 0) AS sem_contato,
                   coalesce(sum(v.valor_recuperado), 0.00) AS valor
              FROM v
        )
        SELECT json_build_object(
            'totais', json_build_object(
                'recebidos', t.recebidos,
                'contatados', t.contatados,
                'responderam', t.responderam,
                'recuperados', t.recuperados,
                'sem_contato', t.sem_contato,
                'valor', t.valor),
            'etapas', (SELECT json_agg(json_build_object(
                                  'etapa', e.etapa,
                                  'atribuicoes', e.n,
                                  'taxa', coalesce(round(e.n / nullif(t.recebidos, 0), 4), 0)) ORDER BY e.ordem)
                         FROM (VALUES (1, 'recebidos', t.recebidos), (2, 'contatados', t.contatados),
                                      (3, 'responderam', t.responderam), (4, 'recuperados', t.recuperados)
                              ) AS e(ordem, etapa, n)),
            'dias', (SELECT json_agg(json_build_object(
                                'dia', d.dia,
                                'recebidos', coalesce(n.recebidos, 0),
                                'contatados', coalesce(n.contatados, 0),
                                'responderam', coalesce(n.responderam, 0),
                                'recuperados', coalesce(n.recuperados, 0)) ORDER BY d.dia)
                       FROM crm.relatorio_dias(de, ate) AS d(dia)
                       LEFT JOIN (SELECT v.dia,
                                         sum(v.recebidos) AS recebidos,
                                         sum(v.contatados) AS contatados,
                                         sum(v.responderam) AS responderam,
                                         sum(v.recuperados) AS recuperados
                                    FROM v GROUP BY v.dia) n USING (dia)),
            'vendedores', (SELECT coalesce(json_agg(json_build_object(
                                      'vendedor_id', s.vendedor_id,
                                      'vendedor', s.vendedor,
                                      'recebidos', s.recebidos,
                                      'contatados', s.contatados,
                                      'responderam', s.responderam,
                                      'recuperados', s.recuperados,
                                      'sem_contato', s.sem_contato,
                                      'valor', s.valor,
                                      'taxa_contato', round(s.contatados / s.recebidos, 4),
                                      'taxa_recuperacao', round(s.recuperados / s.recebidos, 4))
                                      ORDER BY s.recebidos DESC, s.vendedor_id), '[]')
                             FROM (SELECT v.vendedor_id,
                                          v.vendedor,
                                          sum(v.recebidos) AS recebidos,
                                          sum(v.contatados) AS contatados,
                                          sum(v.responderam) AS responderam,
                                          sum(v.recuperados) AS recuperados,
                                          sum(v.sem_contato) AS sem_contato,
                                          sum(v.valor_recuperado) AS valor
                                     FROM v GROUP BY v.vendedor_id, v.vendedor) s))
          FROM t);
END $$;
COMMENT ON FUNCTION crm.ler_relatorio_funil(date, date, bigint) IS 'Report funil. Internal.';

CREATE FUNCTION crm.ler_relatorio_buscas(
    de       date,
    ate      date,
    de_quem  bigint             -- NULL: all users
) RETURNS json
    LANGUAGE plpgsql STABLE PARALLEL RESTRICTED
    SET search_path = pg_catalog, crm, pg_temp
AS $$
BEGIN
    RETURN (
        WITH v AS MATERIALIZED (
            -- Names are asked for once a user, at the end, not for each day.
            SELECT r.dia, r.mes, r.usuario_id, r.papel, r.buscas
              FROM crm.v_relatorio_buscas r
             WHERE r.dia BETWEEN de AND ate
               AND (de_quem IS NULL OR r.usuario_id = de_quem)
        )
        SELECT json_build_object(
            'totais', (SELECT json_build_object(
                                  'buscas', coalesce(sum(v.buscas), 0),
                                  'usuarios', count(DISTINCT v.usuario_id),
                                  'por_dia', round(coalesce(sum(v.buscas), 0) / (ate - de + 1), 1)) FROM v),
            'dias', (SELECT json_agg(json_build_object(
                                'dia', d.dia,
                                'buscas', coalesce(n.buscas, 0),
                                'usuarios', coalesce(n.usuarios, 0)) ORDER BY d.dia)
                       FROM crm.relatorio_dias(de, ate) AS d(dia)
                       LEFT JOIN (SELECT v.dia, sum(v.buscas) AS buscas, count(DISTINCT v.usuario_id) AS usuarios
                                    FROM v GROUP BY v.dia) n USING (dia)),
            'meses', (SELECT json_agg(json_build_object(
                                 'mes', to_char(m.mes, 'YYYY-MM'),
                                 'buscas', coalesce(n.buscas, 0),
                                 'usuarios', coalesce(n.usuarios, 0)) ORDER BY m.mes)
                        FROM crm.relatorio_meses(de, ate) AS m(mes)
                        LEFT JOIN (SELECT v.mes, sum(v.buscas) AS buscas, count(DISTINCT v.usuario_id) AS usuarios
                                     FROM v GROUP BY v.mes) n USING (mes)),
            'usuarios', (SELECT coalesce(json_agg(json_build_object(
                                    'usuario_id', u.usuario_id,
                                    'usuario', crm.usuario_nome(u.usuario_id),
                                    'papel', u.papel,
                                    'buscas', u.buscas) ORDER BY u.buscas DESC, u.usuario_id, u.papel), '[]')
                           FROM (SELECT v.usuario_id, v.papel, sum(v.buscas) AS buscas
                                   FROM v GROUP BY 1, 2
                                  ORDER BY 3 DESC, 1, 2
                                  LIMIT 200) u)));
END $$;
COMMENT ON FUNCTION crm.ler_relatorio_buscas(date, date, bigint) IS 'Report buscas. Internal.';

CREATE FUNCTION crm.ler_relatorio_exportacoes(
    de       date,
    ate      date,
    de_quem  bigint             -- NULL: all users
) RETURNS json
    LANGUAGE plpgsql STABLE PARALLEL RESTRICTED
    SET search_path = pg_catalog, crm, pg_temp
AS $$
BEGIN
    RETURN (
        WITH v AS MATERIALIZED (
            SELECT r.dia, r.mes, r.usuario_id, r.origem, r.formato, r.exportacoes, r.falhas, r.linhas, r.bytes
              FROM crm.v_relatorio_exportacoes r
             WHERE r.dia BETWEEN de AND ate
               AND (de_quem IS NULL OR r.usuario_id = de_quem)
        )
        SELECT json_build_object(
            'totais', (SELECT json_build_object(
                                  'exportacoes', coalesce(sum(v.exportacoes), 0),
                                  'falhas', coalesce(sum(v.falhas), 0),
                                  'linhas', coalesce(sum(v.linhas), 0),
                                  'bytes', coalesce(sum(v.bytes), 0)) FROM v),
            'dias', (SELECT json_agg(json_build_object(
                                'dia', d.dia,
                                'exportacoes', coalesce(n.exportacoes, 0),
                                'linhas', coalesce(n.linhas, 0)) ORDER BY d.dia)
                       FROM crm.relatorio_dias(de, ate) AS d(dia)
                       LEFT JOIN (SELECT v.dia, sum(v.exportacoes) AS exportacoes, sum(v.linhas) AS linhas
                                    FROM v GROUP BY v.dia) n USING (dia)),
            'meses', (SELECT json_agg(json_build_object(
                                 'mes', to_char(m.mes, 'YYYY-MM'),
                                 'exportacoes', coalesce(n.exportacoes, 0),
                                 'linhas', coalesce(n.linhas, 0)) ORDER BY m.mes)
                        FROM crm.relatorio_meses(de, ate) AS m(mes)
                        LEFT JOIN (SELECT v.mes, sum(v.exportacoes) AS exportacoes, sum(v.linhas) AS linhas
                                     FROM v GROUP BY v.mes) n USING (mes)),
            'formatos', (SELECT coalesce(json_agg(json_build_object(
                                    'formato', f.formato,
                                    'exportacoes', f.exportacoes,
                                    'linhas', f.linhas,
                                    'bytes', f.bytes) ORDER BY f.exportacoes DESC, f.formato), '[]')
                           FROM (SELECT v.formato, sum(v.exportacoes) AS exportacoes, sum(v.linhas) AS linhas, sum(v.bytes) AS bytes
                                   FROM v GROUP BY v.formato) f),
            'origens', (SELECT coalesce(json_agg(json_build_object(
                                   'origem', f.origem,
                                   'exportacoes', f.exportacoes,
                                   'linhas', f.linhas,
                                   'bytes', f.bytes) ORDER BY f.exportacoes DESC, f.origem), '[]')
                          FROM (SELECT v.origem, sum(v.exportacoes) AS exportacoes, sum(v.linhas) AS linhas, sum(v.bytes) AS bytes
                                  FROM v GROUP BY v.origem) f),
            'usuarios', (SELECT coalesce(json_agg(json_build_object(
                                    'usuario_id', u.usuario_id,
                                    'usuario', crm.usuario_nome(u.usuario_id),
                                    'exportacoes', u.exportacoes,
                                    'linhas', u.linhas,
                                    'bytes', u.bytes) ORDER BY u.exportacoes DESC, u.usuario_id), '[]')
                           FROM (SELECT v.usuario_id, sum(v.exportacoes) AS exportacoes,
                                        sum(v.linhas) AS linhas, sum(v.bytes) AS bytes
                                   FROM v GROUP BY 1
                                  ORDER BY 2 DESC, 1
                                  LIMIT 200) u)));
END $$;
COMMENT ON FUNCTION crm.ler_relatorio_exportacoes(date, date, bigint) IS 'Report exportacoes. Internal.';

CREATE FUNCTION crm.ler_relatorio_previsao(
    de       date,              -- days of what came true
    ate      date,
    de_quem  bigint             -- NULL: all clients
) RETURNS json
    LANGUAGE plpgsql STABLE PARALLEL RESTRICTED
    SET search_path = pg_catalog, crm, pg_temp
AS $$
DECLARE
    antecedencias CONSTANT integer[] := '{1,7,14}';     -- of the comparison, days
BEGIN
    RETURN (
        WITH v AS MATERIALIZED (
            SELECT p.dia, p.limite, p.dias, p.periodo, p.clientes, p.valor
              FROM crm.v_previsao p
             WHERE de_quem IS NULL
            UNION ALL
            SELECT p.dia, p.limite, p.dias, p.periodo, p.clientes, p.valor
              FROM crm.v_previsao_carteira p
             WHERE p.vendedor_id = de_quem
        )
        SELECT json_build_object(
            -- Nothing is forecast of a seller who is no longer active.
            'totais', (SELECT json_build_object(
                                  'clientes', coalesce(sum(v.clientes), 0),
                                  'valor', coalesce(sum(v.valor), 0.00)) FROM v),
            'limites', (SELECT coalesce(json_agg(json_build_object(
                                   'limite', l.limite,
                                   'dias', l.dias,
                                   'periodo', l.periodo,
                                   'clientes', l.clientes,
                                   'valor', l.valor) ORDER BY l.dias), '[]')
                          FROM (SELECT v.limite, v.dias, v.periodo, sum(v.clientes) AS clientes, sum(v.valor) AS valor
                                  FROM v GROUP BY 1, 2, 3) l),
            'linhas', (SELECT coalesce(json_agg(json_build_object(
                                  'dia', v.dia,
                                  'limite', v.limite,
                                  'dias', v.dias,
                                  'periodo', v.periodo,
                                  'clientes', v.clientes,
                                  'valor', v.valor) ORDER BY v.dia, v.dias), '[]') FROM v),
            'dias', (SELECT coalesce(json_agg(json_build_object(
                                'dia', d.dia,
                                'clientes', d.clientes,
                                'valor', d.valor) ORDER BY d.dia), '[]')
                       FROM (SELECT v.dia, sum(v.clientes) AS clientes, sum(v.valor) AS valor
                               FROM v GROUP BY v.dia) d),
            -- All limits of a day together.
            'acompanhamento', (SELECT coalesce(json_agg(json_build_object(
                                          'dia', t.dia,
                                          'antecedencia', t.antecedencia,
                                          'clientes_previstos', t.clientes_previstos,
                                          'valor_previsto', t.valor_previsto,
                                          'clientes', t.clientes,
                                          'valor', t.valor) ORDER BY t.dia, t.antecedencia), '[]')
                                 FROM (SELECT a.dia, a.antecedencia,
                                              sum(a.clientes_previstos) AS clientes_previstos,
                                              sum(a.valor_previsto) AS valor_previsto,
                                              sum(a.clientes) AS clientes,
                                              sum(a.valor) AS valor
                                         FROM crm.v_previsao_acompanhamento a
                                        WHERE a.dia BETWEEN de AND ate
                                          AND a.antecedencia = ANY (antecedencias)
                                          AND de_quem IS NULL
                                        GROUP BY a.dia, a.antecedencia) t)));
END $$;
COMMENT ON FUNCTION crm.ler_relatorio_previsao(date, date, bigint) IS 'Report previsao. Internal.';

CREATE FUNCTION crm.ler_relatorio(args jsonb) RETURNS json
    LANGUAGE plpgsql STABLE PARALLEL RESTRICTED
    SET search_path = pg_catalog, crm, pg_temp
AS $$
DECLARE
    dias_max CONSTANT integer := 731;           -- two years
    padrao   CONSTANT integer := 30;            -- days, without de
    hoje     date := crm.hoje();
    nome     text := args ->> 'nome';
    vendedor bigint := args ->> 'vendedor_id';
    ate      date := coalesce((args ->> 'ate')::date, hoje);
    de       date := coalesce((args ->> 'de')::date, ate - padrao + 1);
    par      json;
    corpo    json;
BEGIN
    PERFORM crm.exigir('relatorio.ver');
    PERFORM crm.exigir('numeros.ver');          -- the views ask for it
    IF ate > hoje THEN
        PERFORM crm.falha(422, 'intervalo_invalido', 'ate', format('O último dia é no máximo hoje, %s.', to_char(hoje, 'DD/MM/YYYY')));
    END IF;
    IF de > ate THEN
        PERFORM crm.falha(422, 'intervalo_invalido', 'de', 'O primeiro dia vem depois do último.');
    END IF;
    IF ate - de >= dias_max THEN
        PERFORM crm.falha(422, 'intervalo_invalido', 'de', format('No máximo %s dias de cada vez.', dias_max));
    END IF;
    IF vendedor IS NOT NULL THEN
        PERFORM crm.exigir_que_vendedor_exista(vendedor);
        SELECT crm.json_par(v.id, v.nome) INTO par FROM crm.vendedores v WHERE v.id = vendedor;
    END IF;

    corpo := CASE nome
        WHEN 'recuperados' THEN crm.ler_relatorio_recuperados(de, ate, vendedor)
        WHEN 'desfechos'   THEN crm.ler_relatorio_desfechos(de, ate, vendedor)
        WHEN 'funil'       THEN crm.ler_relatorio_funil(de, ate, vendedor)
        WHEN 'buscas'      THEN crm.ler_relatorio_buscas(de, ate, vendedor)
        WHEN 'exportacoes' THEN crm.ler_relatorio_exportacoes(de, ate, vendedor)
        WHEN 'previsao'    THEN crm.ler_relatorio_previsao(de, ate, vendedor)
    END;
    RETURN json_build_object('nome', nome, 'hoje', hoje, 'de', de, 'ate', ate, 'vendedor', par, nome, corpo);
END $$;
COMMENT ON FUNCTION crm.ler_relatorio(jsonb) IS 'Body of crm.api_relatorio(jsonb).';

CREATE FUNCTION crm.api_relatorio(args jsonb) RETURNS json
    LANGUAGE C STABLE STRICT PARALLEL RESTRICTED
    AS 'MODULE_PATHNAME', 'crm_api_leitura';
COMMENT ON FUNCTION crm.api_relatorio(jsonb) IS
    'GET /api/admin/relatorios/{nome}: {nome, de? (30 days), ate? (today), vendedor_id?}; at most 731 days. ADM-4.';

CREATE FUNCTION crm.esquema_relatorio() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "resumo": "Relatório",
        "descricao": "Um membro com o nome do relatório traz os números: os mesmos das visões crm.v_relatorio_<nome> e crm.v_previsao.",
        "argumentos": {
            "nome":        {"type": "string", "enum": ["recuperados", "desfechos", "funil", "buscas", "exportacoes", "previsao"]},
            "de":          {"type": "string", "format": "date", "description": "Primeiro dia; sem ele, 30 dias até o último"},
            "ate":         {"type": "string", "format": "date", "description": "Último dia; sem ele, hoje. No máximo 731 dias"},
            "vendedor_id": {"type": "integer", "minimum": 1,
                            "description": "Só deste vendedor; em buscas e exportacoes, as que ele fez; em previsao, os clientes que tem"}},
        "obrigatorios": ["nome"],
        "resposta": {"type": "object", "additionalProperties": false, "required": ["nome", "hoje", "de", "ate", "vendedor"],
            "properties": {
                "nome":        {"type": "string"},
                "hoje":        {"type": "string", "format": "date"},
                "de":          {"type": "string", "format": "date"},
                "ate":         {"type": "string", "format": "date"},
                "vendedor":    {"oneOf": [{"$ref": "#/components/schemas/Par"}, {"type": "null"}]},
                "recuperados": {"$ref": "#/components/schemas/RelatorioRecuperados"},
                "desfechos":   {"$ref": "#/components/schemas/RelatorioDesfechos"},
                "funil":       {"$ref": "#/components/schemas/RelatorioFunil"},
                "buscas":      {"$ref": "#/components/schemas/RelatorioBuscas"},
                "exportacoes": {"$ref": "#/components/schemas/RelatorioExportacoes"},
                "previsao":    {"$ref": "#/components/schemas/RelatorioPrevisao"}}},
        "erros": {"404": ["vendedor_inexistente"], "422": ["intervalo_invalido"]}}$$::jsonb;
COMMENT ON FUNCTION crm.esquema_relatorio() IS 'Arguments and answers of crm.api_relatorio(jsonb).';

-- An object whose members are all there; an array of such objects.
CREATE FUNCTION crm.relatorio_objeto(membros jsonb) RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN jsonb_build_object('type', 'object', 'additionalProperties', false, 'properties', membros,
                              'required', to_jsonb(ARRAY(SELECT jsonb_object_keys(membros))));
COMMENT ON FUNCTION crm.relatorio_objeto(jsonb) IS 'JSON Schema of an object with exactly these members. Internal.';

CREATE FUNCTION crm.relatorio_lista(membros jsonb) RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN jsonb_build_object('type', 'array', 'items', crm.relatorio_objeto(membros));
COMMENT ON FUNCTION crm.relatorio_lista(jsonb) IS 'JSON Schema of a list of objects with exactly these members. Internal.';

CREATE FUNCTION crm.componentes_relatorios() RETURNS jsonb
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
AS $$
DECLARE
    n    CONSTANT jsonb := '{"type": "integer"}';
    nt   CONSTANT jsonb := '{"type": ["integer", "null"]}';
    r    CONSTANT jsonb := '{"type": "number", "description": "R$"}';
    rn   CONSTANT jsonb := '{"type": ["number", "null"], "description": "R$; null: nenhum"}';
    taxa CONSTANT jsonb := '{"type": "number", "description": "De 0 a 1, dos recebidos"}';
    t    CONSTANT jsonb := '{"type": "string"}';
    tn   CONSTANT jsonb := '{"type": ["string", "null"]}';
    dia  CONSTANT jsonb := '{"type": "string", "format": "date"}';
    mes  CONSTANT jsonb := '{"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}$"}';
    quem CONSTANT jsonb := jsonb_build_object('vendedor_id', n, 'vendedor', t);
    pessoa CONSTANT jsonb := jsonb_build_object('usuario_id', nt, 'usuario', tn);
    passo CONSTANT jsonb := jsonb_build_object('recebidos', n, 'contatados', n, 'responderam', n, 'recuperados', n);
    limite CONSTANT jsonb := jsonb_build_object(
        'limite', '{"type": "integer", "description": "Limite em dias: 30, 45, 60 ou 90, conforme as configurações"}'::jsonb,
        'dias', '{"type": "integer", "description": "Dias sem comprar naquele dia"}'::jsonb,
        'periodo', '{"type": "string", "description": "Período em que entram"}'::jsonb,
        'clientes', n, 'valor', r);
    arquivo CONSTANT jsonb := jsonb_build_object('exportacoes', n, 'linhas', n, 'bytes', n);
BEGIN
    RETURN jsonb_build_object(
        'RelatorioRecuperados', crm.relatorio_objeto(jsonb_build_object(
            'totais', crm.relatorio_objeto(jsonb_build_object('clientes', n, 'valor', r, 'por_cliente', rn)),
            'dias', crm.relatorio_lista(jsonb_build_object('dia', dia, 'clientes', n, 'valor', r)),
            'meses', crm.relatorio_lista(jsonb_build_object('mes', mes, 'clientes', n, 'valor', r)),
            'vendedores', crm.relatorio_lista(quem || jsonb_build_object('clientes', n, 'valor', r, 'por_cliente', r,
                'meses', crm.relatorio_lista(jsonb_build_object('mes', mes, 'clientes', n, 'valor', r)))),
            'outros', crm.relatorio_lista(jsonb_build_object('mes', mes, 'clientes', n, 'valor', r))
                || '{"description": "Os que vêm depois dos seis primeiros vendedores, juntos"}')),
        'RelatorioDesfechos', crm.relatorio_objeto(jsonb_build_object(
            'totais', crm.relatorio_objeto(jsonb_build_object('contatos', n, 'recuperados', n, 'por_dia', '{"type": "number"}'::jsonb, 'valor', r)),
            'resultados', crm.relatorio_lista(jsonb_build_object(
                'resultado', '{"$ref": "#/components/schemas/Resultado"}'::jsonb, 'contatos', n, 'valor', r)),
            'dias', crm.relatorio_lista(jsonb_build_object('dia', dia, 'contatos', n, 'recuperados', n, 'demais', n)),
            'meses', crm.relatorio_lista(jsonb_build_object('mes', mes, 'contatos', n, 'recuperados', n, 'demais', n)),
            'vendedores', crm.relatorio_lista(quem || jsonb_build_object('contatos', n, 'interessado', n, 'contatado', n,
                'sem_resposta', n, 'recusou', n, 'numero_errado', n, 'recuperado', n, 'valor', r)))),
        'RelatorioFunil', crm.relatorio_objeto(jsonb_build_object(
            'totais', crm.relatorio_objeto(passo || jsonb_build_object('sem_contato', n, 'valor', r)),
            'etapas', crm.relatorio_lista(jsonb_build_object(
                'etapa', '{"type": "string", "enum": ["recebidos", "contatados", "responderam", "recuperados"]}'::jsonb,
                'atribuicoes', n, 'taxa', taxa)),
            'dias', crm.relatorio_lista(passo || jsonb_build_object('dia', dia)),
            'vendedores', crm.relatorio_lista(quem || passo || jsonb_build_object('sem_contato', n, 'valor', r,
                'taxa_contato', taxa, 'taxa_recuperacao', taxa)))),
        'RelatorioBuscas', crm.relatorio_objeto(jsonb_build_object(
            'totais', crm.relatorio_objeto(jsonb_build_object('buscas', n, 'usuarios', n, 'por_dia', '{"type": "number"}'::jsonb)),
            'dias', crm.relatorio_lista(jsonb_build_object('dia', dia, 'buscas', n, 'usuarios', n)),
            'meses', crm.relatorio_lista(jsonb_build_object('mes', mes, 'buscas', n, 'usuarios', n)),
            'usuarios', crm.relatorio_lista(pessoa || jsonb_build_object('papel', tn, 'buscas', n)) || '{"maxItems": 200}')),
        'RelatorioExportacoes', crm.relatorio_objeto(jsonb_build_object(
            'totais', crm.relatorio_objeto(arquivo || jsonb_build_object('falhas', n)),
            'dias', crm.relatorio_lista(jsonb_build_object('dia', dia, 'exportacoes', n, 'linhas', n)),
            'meses', crm.relatorio_lista(jsonb_build_object('mes', mes, 'exportacoes', n, 'linhas', n)),
            'formatos', crm.relatorio_lista(arquivo || jsonb_build_object('formato', t)),
            'origens', crm.relatorio_lista(arquivo || jsonb_build_object('origem', t)),
            'usuarios', crm.relatorio_lista(pessoa || arquivo) || '{"maxItems": 200}')),
        'RelatorioPrevisao', crm.relatorio_objeto(jsonb_build_object(
            'totais', crm.relatorio_objeto(jsonb_build_object('clientes', n, 'valor', r)),
            'limites', crm.relatorio_lista(limite),
            'linhas', crm.relatorio_lista(limite || jsonb_build_object('dia', dia)),
            'dias', crm.relatorio_lista(jsonb_build_object('dia', dia, 'clientes', n, 'valor', r)),
            'acompanhamento', crm.relatorio_lista(jsonb_build_object('dia', dia,
                'antecedencia', '{"type": "integer", "description": "Dias antes: 1, 7 ou 14"}'::jsonb,
                'clientes_previstos', n, 'valor_previsto', r, 'clientes', n, 'valor', r)))));
END $$;
COMMENT ON FUNCTION crm.componentes_relatorios() IS 'Schemas of the reports.';
