-- Endpoints of /api/admin/*: periods, all clients, statistics, moving clients, sellers (ADM-1, TEMPO-3..5, DIST-6, Z-3, Z-5, I-4, BUSCA-4).
BEGIN;
SELECT no_plan();

INSERT INTO crm.usuarios (id, nome, email, papel) VALUES
    (9001, 'Ada Admin', 'ada@exemplo.test', 'administrador'),
    (9002, 'Gil Gerente', 'gil@exemplo.test', 'gerente'),
    (9003, 'Olga Operadora', 'olga@exemplo.test', 'operador'),
    (9004, 'Tito TI', 'tito@exemplo.test', 'ti'),
    (9011, 'Vera Vendedora', 'vera@exemplo.test', 'vendedor'),
    (9012, 'Vito Vendedor', 'vito@exemplo.test', 'vendedor');
INSERT INTO crm.vendedores (id, nome) VALUES (9011, 'Vera Vendedora'), (9012, 'Vito Vendedor')
ON CONFLICT DO NOTHING;
INSERT INTO crm.sessoes (id, usuario_id, limite_em)
SELECT format('00000000-0000-4000-8000-%s', lpad(id::text, 12, '0'))::uuid, id, now() + interval '9 days'
  FROM crm.usuarios WHERE id BETWEEN 9001 AND 9012;

CREATE FUNCTION pg_temp.chamar(quem bigint, funcao text, args jsonb,
                               OUT status integer, OUT corpo jsonb) LANGUAGE sql AS $$
    SELECT a.status, a.corpo::jsonb
      FROM crm.atender(funcao, format('00000000-0000-4000-8000-%s', lpad(quem::text, 12, '0'))::uuid,
                       '127.0.0.1', 'teste', 'pgtap', NULL, args) a;
$$;
CREATE FUNCTION pg_temp.erro(quem bigint, funcao text, args jsonb) RETURNS text LANGUAGE sql AS $$
    SELECT concat_ws(' ', c.status, c.corpo ->> 'codigo',
                     coalesce(c.corpo -> 'erros' -> 0 ->> 'campo', c.corpo ->> 'campo'))
      FROM pg_temp.chamar(quem, funcao, args) c;
$$;
CREATE FUNCTION pg_temp.estado() RETURNS text LANGUAGE sql AS $$
    SELECT md5(string_agg(l, ',' ORDER BY l)) FROM (
        SELECT c::text AS l FROM crm.clientes c UNION ALL
        SELECT v::text FROM crm.cliente_vendedor v UNION ALL
        SELECT v::text FROM crm.vendedores v UNION ALL
        SELECT k::text FROM crm.contagens k) t;
$$;
CREATE FUNCTION pg_temp.cpf(n bigint) RETURNS crm.cpf LANGUAGE plpgsql AS $$
DECLARE
    t text := lpad(n::text, 9, '0');
    s integer;
BEGIN
    FOR k IN 0..1 LOOP
        s := 0;
        FOR i IN 1..9 + k LOOP
            s := s + substr(t, i, 1)::integer * (11 + k - i);
        END LOOP;
        t := t || CASE WHEN s % 11 < 2 THEN 0 ELSE 11 - s % 11 END;
    END LOOP;
    RETURN t::crm.cpf;
END $$;

-- Client n bought n days ago, n = 0..120; some never; one record disabled; one opted out.
INSERT INTO crm.clientes (id_cliente, cpf, nome_completo, data_nascimento, nome_mae, data_ultima_compra,
                          valor_total, ativo, nao_contatar)
SELECT 880000 + n, pg_temp.cpf(880000 + n), (ARRAY['Ângela', 'bruno', 'Átila', 'Caio', 'zoe'])[1 + n % 5] || ' ' || n % 7,
       '1980-02-03', 'Mãe Secreta', CASE WHEN n <= 120 THEN crm.hoje() - n END, (n % 9) * 10 + 0.5,
       n <> 50, n = 51
  FROM generate_series(0, 124) n;
-- Vera holds 30..39 (35 contacted), Vito 60 and, pinned, 100.
INSERT INTO crm.cliente_vendedor (cliente_id, vendedor_id, data_ultima_compra, valor_total, motivo, fixado,
                                  contatado, data_contato)
SELECT c.id_cliente, CASE WHEN c.id_cliente < 880040 THEN 9011 ELSE 9012 END, c.data_ultima_compra, c.valor_total,
       'distribuicao', c.id_cliente = 880100, c.id_cliente = 880035,
       CASE WHEN c.id_cliente = 880035 THEN crm.agora() END
  FROM crm.clientes c
 WHERE c.id_cliente BETWEEN 880030 AND 880039 OR c.id_cliente IN (880060, 880100);
UPDATE crm.clientes c SET status = CASE WHEN v.contatado THEN 'contatado' ELSE 'atribuido' END
  FROM crm.cliente_vendedor v WHERE v.cliente_id = c.id_cliente AND v.encerrada_em IS NULL;

-- ---- TEMPO-3, ADM-1: periods -------------------------------------------------------------
CREATE FUNCTION pg_temp.periodos() RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(concat_ws(' ', p ->> 'periodo', p ->> 'total', p ->> 'valor', p ->> 'pages'), ', ')
      FROM pg_temp.chamar(9002, 'clientes_por_periodo', '{"size": 5}') r,
           jsonb_array_elements(r.corpo -> 'periodos') p;
$$;
CREATE FUNCTION pg_temp.periodos_reais() RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(concat_ws(' ', p.periodo, n.total, n.valor, (n.total + 4) / 5), ', ' ORDER BY p.ordem)
      FROM (VALUES ('30-45', 1), ('45-60', 2), ('60-90', 3), ('>90', 4)) AS p(periodo, ordem),
           LATERAL (SELECT count(*) AS total, coalesce(sum(valor_total), 0.00) AS valor FROM crm.clientes
                     WHERE ativo AND crm.periodo_de(data_ultima_compra) = p.periodo) n;
$$;
SELECT is(pg_temp.periodos(), pg_temp.periodos_reais(), 'TEMPO-3, ADM-1 four periods with counts, sums and pages');
SELECT is((SELECT jsonb_agg(p -> 'titulo') FROM pg_temp.chamar(9001, 'clientes_por_periodo', '{}') r,
                  jsonb_array_elements(r.corpo -> 'periodos') p),
          '["30–45 dias", "46–60 dias", "61–90 dias", "Mais de 90 dias"]', 'titles');
SELECT is((SELECT jsonb_agg(c -> 'dias_sem_comprar') FROM pg_temp.chamar(9001, 'clientes_por_periodo',
                  jsonb_build_object('periodo', periodo, 'size', 3)) r,
                  jsonb_array_elements(r.corpo #> '{periodos,0,clientes}') c), lista::jsonb,
          format('%s: who leaves the period first comes first', periodo))
  FROM (VALUES ('30-45', '[45, 44, 43]'), ('45-60', '[60, 59, 58]'), ('60-90', '[90, 89, 88]'),
               ('>90', '[91, 92, 93]')) AS v(periodo, lista);
SELECT is((SELECT count(DISTINCT c ->> 'id') FROM generate_series(1, 4) g,
                  LATERAL pg_temp.chamar(9001, 'clientes_por_periodo',
                      jsonb_build_object('periodo', '30-45', 'size', 5, 'page', g)) r,
                  jsonb_array_elements(r.corpo #> '{periodos,0,clientes}') c), 16::bigint,
          'BUSCA-4 pages neither repeat nor skip');
SELECT is((SELECT string_agg(concat_ws(' ', p ->> 'periodo', p ->> 'total', p ->> 'valor', jsonb_array_length(p -> 'clientes')), ', ')
             FROM pg_temp.chamar(9001, 'clientes_por_periodo', '{"vendedor_id": "9012"}') r,
                  jsonb_array_elements(r.corpo -> 'periodos') p),
          '30-45 0 0.00 0, 45-60 1 60.50 1, 60-90 0 0.00 0, >90 1 10.50 1', 'of one seller: the open assignments');
SELECT is((SELECT jsonb_agg(r.corpo #> '{vendedor,id}') FROM (VALUES ('{"vendedor_id": 9012, "size": 1}'::jsonb), ('{"size": 1}')) AS a(args),
                  LATERAL pg_temp.chamar(9001, 'clientes_por_periodo', a.args) r), '[9012, null]', 'who is named: no other request asks for it');

-- TEMPO-5: over midnight periods and eligibility move without a write.
CREATE TEMP TABLE ontem AS SELECT pg_temp.estado() AS e, crm.hoje() AS dia,
    (pg_temp.chamar(9001, 'estatisticas_gerais', '{}')).corpo AS numeros;
SET LOCAL crm.relogio_desvio = 86400;
SELECT is(crm.hoje(), dia + 1, 'TEMPO-5 the next day') FROM ontem;
SELECT is(pg_temp.periodos(), pg_temp.periodos_reais(), 'TEMPO-5 periods of the next day');
SELECT is((SELECT jsonb_agg(c -> 'id') FROM pg_temp.chamar(9001, 'clientes_por_periodo', '{"periodo": "30-45", "size": 1}') r,
                  jsonb_array_elements(r.corpo #> '{periodos,0,clientes}') c), '[880044]', 'TEMPO-5 lists of the next day');
SELECT is((SELECT (r.corpo #> '{colunas,1,total}') FROM pg_temp.chamar(9012, 'meus_clientes', '{"id": 9012}') r), '2',
          'TEMPO-5 the board of the next day');
SELECT is(pg_temp.estado(), e, 'TEMPO-5 nothing was written') FROM ontem;
SET LOCAL crm.relogio_desvio = 0;

-- ---- ADM-1: all clients ------------------------------------------------------------------
CREATE FUNCTION pg_temp.lista(args jsonb) RETURNS jsonb LANGUAGE sql AS $$
    SELECT coalesce(jsonb_agg((c ->> 'id')::bigint - 880000), '[]')
      FROM pg_temp.chamar(9001, 'todos_clientes', args) r, jsonb_array_elements(r.corpo -> 'clientes') c;
$$;
-- The whole list by cursor, `tamanho` at a time.
CREATE FUNCTION pg_temp.percorrer(args jsonb, tamanho integer) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
    cursor text;
    r      record;
    lidos  jsonb := '[]';
BEGIN
    LOOP
        SELECT * INTO r FROM pg_temp.chamar(9001, 'todos_clientes', jsonb_strip_nulls(
            args || jsonb_build_object('size', tamanho, 'cursor', cursor)));
        IF r.status <> 200 THEN RETURN r.corpo; END IF;
        lidos := lidos || coalesce((SELECT jsonb_agg((c ->> 'id')::bigint - 880000)
                                      FROM jsonb_array_elements(r.corpo -> 'clientes') c), '[]');
        cursor := r.corpo ->> 'proximo';
        EXIT WHEN cursor IS NULL OR jsonb_array_length(lidos) > 500;
    END LOOP;
    RETURN lidos;
END $$;
-- The same by sorting everything.
CREATE FUNCTION pg_temp.esperada(coluna text, desce boolean, filtro text DEFAULT 'true') RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
    lista jsonb;
BEGIN
    EXECUTE format('SELECT coalesce(jsonb_agg(id_cliente - 880000 ORDER BY %1$s %2$s NULLS LAST, id_cliente %2$s), ''[]'')
                      FROM crm.clientes c LEFT JOIN crm.cliente_vendedor v
                        ON v.cliente_id = id_cliente AND v.encerrada_em IS NULL WHERE %3$s',
                   coluna, CASE WHEN desce THEN 'DESC' ELSE 'ASC' END, filtro) INTO lista;
    RETURN lista;
END $$;
CREATE TEMP TABLE ordens AS
SELECT * FROM (VALUES ('id', 'id_cliente'), ('nome', 'crm.normalizar(nome_completo) COLLATE "C"'),
                      ('data_ultima_compra', 'c.data_ultima_compra'), ('valor_total', 'c.valor_total')) AS v(sort, coluna),
              (VALUES (false), (true)) AS d(desce);
SELECT is(pg_temp.percorrer(jsonb_build_object('sort', CASE WHEN desce THEN '-' ELSE '' END || sort), 7),
          pg_temp.esperada(coluna, desce), format('ADM-1, BUSCA-4 by cursor in order %s%s', CASE WHEN desce THEN '-' END, sort))
  FROM ordens;
SELECT is(pg_temp.lista(jsonb_build_object('sort', CASE WHEN desce THEN '-' ELSE '' END || sort, 'page', 3, 'size', 50)),
          (SELECT jsonb_agg(e ORDER BY o) FROM jsonb_array_elements(pg_temp.esperada(coluna, desce)) WITH ORDINALITY t(e, o)
            WHERE o > 100), format('ADM-1 the last page in order %s%s', CASE WHEN desce THEN '-' END, sort))
  FROM ordens;
CREATE TEMP TABLE filtros AS
SELECT * FROM (VALUES
    ('{"vendedor_id": 9011}', 'v.vendedor_id = 9011'),
    ('{"vendedor_id": 9011, "status": "contatado"}', 'v.vendedor_id = 9011 AND v.contatado'),
    ('{"vendedor_id": 9011, "status": "disponivel"}', 'false'),
    ('{"vendedor_id": 9012, "situacao": "inativo"}', 'v.vendedor_id = 9012 AND crm.situacao(c.data_ultima_compra) = ''inativo'''),
    ('{"status": "atribuido"}', 'c.status = ''atribuido'''),
    ('{"status": "contatado"}', 'c.status = ''contatado'''),
    ('{"status": "disponivel"}', 'c.status = ''disponivel'''),
    ('{"status": "disponivel", "situacao": "inativo"}', 'c.status = ''disponivel'' AND crm.situacao(c.data_ultima_compra) = ''inativo'''),
    ('{"status": "disponivel", "situacao": "elegivel"}', 'c.status = ''disponivel'' AND crm.situacao(c.data_ultima_compra) = ''elegivel'''),
    ('{"status": "atribuido", "situacao": "elegivel"}', 'c.status = ''atribuido'' AND crm.situacao(c.data_ultima_compra) = ''elegivel'''),
    ('{"situacao": "ativo"}', 'crm.situacao(c.data_ultima_compra) = ''ativo'''),
    ('{"situacao": "elegivel"}', 'crm.situacao(c.data_ultima_compra) = ''elegivel'''),
    ('{"situacao": "inativo"}', 'crm.situacao(c.data_ultima_compra) = ''inativo'''),
    ('{"situacao": "sem_compra"}', 'c.data_ultima_compra IS NULL')) AS v(args, filtro);
SELECT is(pg_temp.percorrer(args::jsonb || jsonb_build_object('sort', CASE WHEN desce THEN '-' ELSE '' END || sort), 4),
          pg_temp.esperada(coluna, desce, filtro), format('ADM-1 %s in order %s%s', args, CASE WHEN desce THEN '-' END, sort))
  FROM filtros, ordens;
SELECT is(((pg_temp.chamar(9001, 'todos_clientes', args::jsonb)).corpo ->> 'total')::integer,
          jsonb_array_length(pg_temp.esperada('id_cliente', false, filtro)), format('ADM-1 total of %s, not counted', args))
  FROM filtros;
SELECT is(c - 'cpf', '{"id": 880035, "nome": "Ângela 0", "celular": null, "email": null, "cidade": null, "uf": null,
              "dias_sem_comprar": 35, "periodo": "30-45", "situacao": "elegivel", "ativo": true, "status": "contatado",
              "valor_total": 80.50, "vendedor_atribuido": {"id": 9011, "nome": "Vera Vendedora"}, "contatado": true,
              "fixado": false}'::jsonb || jsonb_build_object('data_ultima_compra', crm.hoje() - 35, 'atribuicao_id', c -> 'atribuicao_id'),
          'ADM-1 a row: exactly these fields')
  FROM pg_temp.chamar(9002, 'todos_clientes', '{"status": "contatado"}') r, jsonb_array_elements(r.corpo -> 'clientes') c;

-- ---- ADM-1: statistics ------------------------------------------------------------------------
SELECT is(numeros - 'vendedores' - 'hoje', '{"total_clientes": 125, "ativos": 124, "inativados": 1,
          "por_status": {"disponivel": 113, "atribuido": 11, "contatado": 1},
          "por_situacao": {"ativo": 30, "elegivel": 30, "inativo": 60, "sem_compra": 4},
          "elegiveis_sem_vendedor": 18, "vendedores_online": 0, "vendedores_total": 2,
          "recuperados": 0, "valor_recuperado": 0.00}'::jsonb
          || jsonb_build_object('valor_elegivel', (SELECT sum(valor_total) FROM crm.clientes
                                 WHERE ativo AND crm.situacao(data_ultima_compra) = 'elegivel')), 'ADM-1 all metrics')
  FROM ontem;
SELECT is(numeros #> '{vendedores,0}', '{"id": 9011, "nome": "Vera Vendedora", "online": false, "ausente": false, "peso": 1,
          "capacidade": null, "participa_distribuicao": true, "disponivel_agora": false, "motivo_indisponivel": "offline",
          "jornada_resumo": null, "ausencia_ate": null, "pendentes": 9, "fixados": 0, "a_contatar": 9, "contatados": 1,
          "recuperados": 0, "recebidos": 10, "contatos": 1, "valor_recuperado": 0.00, "taxa_contato": 0.1000}'::jsonb
          || jsonb_build_object('valor_pendente', (SELECT sum(valor_total) FROM crm.cliente_vendedor
                                 WHERE vendedor_id = 9011 AND NOT contatado)), 'ADM-1 performance per seller') FROM ontem;
SELECT is((pg_temp.chamar(9001, 'vendedores', '{}')).corpo -> 'vendedores', numeros -> 'vendedores', 'sellers as in the statistics')
  FROM ontem;
SELECT is((pg_temp.chamar(9001, 'vendedores', '{}')).corpo -> 'resumo', to_jsonb(r), 'ADM-2, BI-1 totals of the sellers = v_desempenho_vendedor')
  FROM (SELECT count(*) AS total, count(*) FILTER (WHERE online) AS online, count(*) FILTER (WHERE ausente) AS ausentes,
               count(*) FILTER (WHERE disponivel_agora) AS disponiveis, sum(pendentes + fixados) AS pendentes,
               sum(valor_pendente) AS valor_pendente FROM crm.v_desempenho_vendedor) r;

-- ---- Z-3: who may; I-4: bad values ---------------------------------------------------------------
CREATE TEMP TABLE chamadas AS
SELECT * FROM (VALUES
    ('clientes_por_periodo', '{}'::jsonb), ('todos_clientes', '{}'), ('estatisticas_gerais', '{}'), ('vendedores', '{}'),
    ('realocar_cliente', '{"cliente_id": 880030, "vendedor_id": 9012}'), ('liberar_cliente', '{"id": 880030}'),
    ('redistribuir_todos', '{}'), ('vendedor_alterar', '{"id": 9011, "peso": 7}')) AS v(funcao, args);
UPDATE ontem SET e = pg_temp.estado();
SELECT is(pg_temp.erro(quem, funcao, args), '403 acesso_negado', format('Z-3 %s by %s', funcao, quem))
  FROM chamadas, unnest(ARRAY[9003, 9004, 9011]) quem;
SELECT is((SELECT a.status FROM crm.atender(funcao, NULL, '127.0.0.1', 'teste', 'pgtap', NULL, args) a), 401,
          format('Z-3 %s by nobody', funcao))
  FROM chamadas;
SELECT is(pg_temp.erro(9001, funcao, args || '{"extra": 1}'), '422 campo_desconhecido extra', format('Z-4 %s: extra field', funcao))
  FROM chamadas;
SELECT is(split_part(pg_temp.erro(9001, funcao, args), ' ', 1) || ' ' || split_part(pg_temp.erro(9001, funcao, args), ' ', 3),
          '422 ' || campo, format('I-4 %s %s', funcao, args))
  FROM (VALUES
    ('todos_clientes', '{"sort": "senha"}'::jsonb, 'sort'), ('todos_clientes', '{"page": "0"}', 'page'),
    ('todos_clientes', '{"page": "1.5"}', 'page'), ('todos_clientes', '{"page": "1000000000"}', 'page'),
    ('todos_clientes', '{"page": "9223372036854775808"}', 'page'), ('todos_clientes', '{"size": 0}', 'size'),
    ('todos_clientes', '{"size": 101}', 'size'), ('todos_clientes', '{"status": "XX"}', 'status'),
    ('todos_clientes', '{"situacao": "x"}', 'situacao'), ('todos_clientes', '{"vendedor_id": "abc"}', 'vendedor_id'),
    ('todos_clientes', '{"sort": ["id"]}', 'sort'), ('todos_clientes', '{"page": 101, "size": 100}', 'page'),
    ('todos_clientes', '{"cursor": "!!"}', 'cursor'), ('todos_clientes', '{"cursor": "aWR8MXw", "page": 2}', 'page'),
    ('todos_clientes', '{"cursor": "aWR8MXw", "sort": "nome"}', 'cursor'),
    ('todos_clientes', '{"cursor": "aWR8MTt8"}', 'cursor'),
    ('clientes_por_periodo', '{"periodo": "0-29"}', 'periodo'), ('clientes_por_periodo', '{"size": 101}', 'size'),
    ('realocar_cliente', '{"cliente_id": 880030}', 'vendedor_id'), ('realocar_cliente', '{"vendedor_id": 9012}', 'cliente_id'),
    ('realocar_cliente', '{"cliente_id": "880030.0", "vendedor_id": 9012}', 'cliente_id'),
    ('liberar_cliente', '{"id": 880030, "forcar": "x"}', 'forcar'),
    ('vendedor_alterar', '{"id": 9011, "peso": 0}', 'peso'), ('vendedor_alterar', '{"id": 9011, "capacidade": -1}', 'capacidade'),
    ('redistribuir_todos', '{"incluir_fixados": 2}', 'incluir_fixados')) AS v(funcao, args, campo);
SELECT is(pg_temp.erro(9001, funcao, args), '404 ' || codigo, format('absent: %s %s', funcao, args))
  FROM (VALUES
    ('todos_clientes', '{"vendedor_id": 424242}'::jsonb, 'vendedor_inexistente vendedor_id'),
    ('clientes_por_periodo', '{"vendedor_id": 424242}', 'vendedor_inexistente vendedor_id')) AS v(funcao, args, codigo);
SELECT alike(pg_temp.erro(9001, funcao, args), '404 ' || codigo || '%', format('absent: %s %s', funcao, args))
  FROM (VALUES
    ('realocar_cliente', '{"cliente_id": 424242, "vendedor_id": 9012}'::jsonb, 'cliente_inexistente'),
    ('realocar_cliente', '{"cliente_id": 880030, "vendedor_id": 424242}', 'vendedor_inexistente'),
    ('liberar_cliente', '{"id": 424242}', 'cliente_inexistente'),
    ('vendedor_alterar', '{"id": 424242}', 'vendedor_inexistente')) AS v(funcao, args, codigo);
SELECT alike(pg_temp.erro(9001, 'liberar_cliente', '{"id": 880035}'), '409 cliente_contatado%', 'DIST-6 a contacted client needs forcar');
SELECT is(pg_temp.estado(), e, 'the refusals changed nothing') FROM ontem;

-- ---- DIST-6: moving clients ----------------------------------------------------------------------
SELECT is(r.corpo - 'atribuicao_id', '{"cliente_id": 880030, "vendedor_id": 9012, "de_vendedor_id": 9011}', 'DIST-6 reallocate')
  FROM pg_temp.chamar(9002, 'realocar_cliente', '{"cliente_id": 880030, "vendedor_id": 9012}') r;
SELECT is(r.corpo #> '{clientes,0,vendedor_atribuido,id}', '9012', 'DIST-6 the named seller holds it')
  FROM pg_temp.chamar(9001, 'todos_clientes', '{"situacao": "elegivel", "vendedor_id": 9012, "sort": "-data_ultima_compra", "size": 1}') r;
SELECT is(r.corpo, '{"cliente_id": 880031, "status": "disponivel"}', 'DIST-6 release')
  FROM pg_temp.chamar(9002, 'liberar_cliente', '{"id": "880031"}') r;
SELECT is(r.corpo, '{"cliente_id": 880035, "status": "disponivel"}', 'DIST-6 release a contacted one by force')
  FROM pg_temp.chamar(9002, 'liberar_cliente', '{"id": 880035, "forcar": true}') r;
SELECT is((SELECT s - 'valor_pendente' - 'nome' - 'pendentes' - 'a_contatar' FROM pg_temp.chamar(9001, 'vendedor_alterar',
              '{"id": 9012, "peso": "3", "capacidade": 40, "participa_distribuicao": false}') r,
              jsonb_array_elements(r.corpo -> 'vendedores') s WHERE s ->> 'id' = '9012'),
          '{"id": 9012, "online": false, "ausente": false, "peso": 3, "capacidade": 40, "participa_distribuicao": false,
            "disponivel_agora": false, "motivo_indisponivel": "nao_participa", "jornada_resumo": null, "ausencia_ate": null,
            "fixados": 2, "contatados": 0, "recuperados": 0, "recebidos": 3, "contatos": 0,
            "valor_recuperado": 0.00, "taxa_contato": 0}', 'a seller is changed');
SELECT is((SELECT s -> 'capacidade' FROM pg_temp.chamar(9001, 'vendedor_alterar', '{"id": 9012, "capacidade": null}') r,
              jsonb_array_elements(r.corpo -> 'vendedores') s WHERE s ->> 'id' = '9012'), 'null', 'null: no limit');
SELECT is((SELECT array_agg(k ORDER BY k) FROM pg_temp.chamar(9001, 'redistribuir_todos', '{}') r, jsonb_object_keys(r.corpo) k),
          '{elegiveis,liberados,limite_inferior,lote,movimentos,novas,vendedores}', 'DIST-6 redistribute all');
SELECT is(r.status, 200, format('DIST-8 verify by %s', quem))
  FROM unnest(ARRAY[9001, 9002, 9004]) quem, LATERAL pg_temp.chamar(quem, 'verificar_distribuicao', '{}') r;
SELECT is(r.corpo, '{"ok": true, "violacoes": []}', 'DIST-8 nothing violated')
  FROM pg_temp.chamar(9004, 'verificar_distribuicao', '{}') r;
SELECT is(pg_temp.erro(9011, 'verificar_distribuicao', '{}'), '403 acesso_negado', 'Z-3 verify by a vendedor');

SELECT is_empty('SELECT * FROM crm.contagens_verificar()', 'the counters are exact');
SELECT * FROM finish();
ROLLBACK;
