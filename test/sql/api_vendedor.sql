-- crm.api_meus_clientes, api_estatisticas_vendedor, api_marcar_contatado (BOARD-1..3, Z-1, Z-2, Z-5, I-4, I-5, LGPD-1).
BEGIN;
SELECT plan(71);

-- ---- who ----------------------------------------------------------------------
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
SELECT format('00000000-0000-4000-8000-%s', lpad(id::text, 12, '0'))::uuid, id, now() + interval '1 day'
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
-- All tables but the audit: a refusal leaves this unchanged.
CREATE FUNCTION pg_temp.estado() RETURNS text LANGUAGE sql AS $$
    SELECT md5(string_agg(l, ',' ORDER BY l)) FROM (
        SELECT c::text AS l FROM crm.clientes c UNION ALL
        SELECT v::text FROM crm.cliente_vendedor v UNION ALL
        SELECT v::text FROM crm.vendedores v UNION ALL
        SELECT k::text FROM crm.contagens k) t;
$$;

-- ---- what: days since the last purchase -> client ------------------------------
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
INSERT INTO crm.clientes (id_cliente, cpf, nome_completo, data_nascimento, nome_mae, celular, email, cidade,
                          uf, data_ultima_compra, valor_total, status)
SELECT 880000 + n, pg_temp.cpf(880000 + n), 'Cliente ' || n, '1980-02-03', 'Mãe Secreta', '81999990000',
       'c' || n || '@exemplo.test', 'Recife', 'PE', crm.hoje() - dias, n * 10, 'atribuido'
  FROM (VALUES (1, 30), (2, 45), (3, 46), (4, 60), (5, 61), (6, NULL::integer), (7, 40), (8, 50), (9, 33))
       AS v(n, dias);
INSERT INTO crm.cliente_vendedor (id, cliente_id, vendedor_id, data_ultima_compra, valor_total, motivo, fixado)
SELECT 770000 + c.id_cliente - 880000, c.id_cliente, 9011, c.data_ultima_compra, c.valor_total, 'distribuicao',
       c.id_cliente = 880006
  FROM crm.clientes c WHERE c.id_cliente BETWEEN 880001 AND 880008;
INSERT INTO crm.cliente_vendedor (id, cliente_id, vendedor_id, data_ultima_compra, valor_total, motivo)
SELECT 770009, 880009, 9012, data_ultima_compra, valor_total, 'distribuicao'
  FROM crm.clientes WHERE id_cliente = 880009;
-- 8 was contacted; 7 bought: recovered.
UPDATE crm.cliente_vendedor SET contatado = true, data_contato = crm.agora(), resultado = 'contatado'
 WHERE id = 770008;
UPDATE crm.cliente_vendedor SET encerrada_em = crm.agora(), motivo_fim = 'pedido', resultado = 'recuperado',
       valor_recuperado = 99.90
 WHERE id = 770007;
-- One recovered too long ago for the column.
INSERT INTO crm.cliente_vendedor (id, cliente_id, vendedor_id, motivo, data_atribuicao, encerrada_em, motivo_fim,
                                  resultado, valor_recuperado)
VALUES (770010, 880001, 9011, 'distribuicao', now() - interval '90 days', now() - interval '80 days', 'pedido',
        'recuperado', 5);
INSERT INTO crm.pedidos (id, cliente_id, data_pedido, valor)
OVERRIDING SYSTEM VALUE
SELECT 660000 + g, 880009, crm.hoje() - 300 + g, g FROM generate_series(1, 3) g;

-- ---- shape ------------------------------------------------------------------------
SELECT function_returns('crm', 'api_meus_clientes', ARRAY['jsonb'], 'json');
SELECT function_returns('crm', 'api_estatisticas_vendedor', ARRAY['jsonb'], 'json');
SELECT function_returns('crm', 'api_marcar_contatado', ARRAY['jsonb'], 'json');
SELECT ok(NOT has_function_privilege('crm_vendedor', 'crm.ler_meus_clientes(jsonb)', 'EXECUTE')
          AND NOT has_function_privilege('crm_web', 'crm.ler_meus_clientes(jsonb)', 'EXECUTE')
          AND NOT has_function_privilege('crm_web', 'crm.ler_cartoes(bigint[], date)', 'EXECUTE'),
          'the elevated bodies are callable through their entry only');

-- ---- BOARD-1: the flat list -----------------------------------------------------------
CREATE TEMP TABLE quadro AS SELECT * FROM pg_temp.chamar(9011, 'meus_clientes', '{"id": "9011"}');
SELECT is(status, 200, 'BOARD-1 own board') FROM quadro;
SELECT is((SELECT jsonb_agg(c -> 'id') FROM quadro, jsonb_array_elements(corpo -> 'clientes') c),
          '[880005, 880004, 880003, 880002, 880001, 880006, 880008]',
          'BOARD-1 open assignments: to contact, most urgent first, never bought last; then contacted');
SELECT is(corpo - 'clientes' - 'colunas',
          '{"vendedor": {"id": 9011, "nome": "Vera Vendedora", "online": false},
            "no_quadro": 8, "total": 7, "page": 1, "size": 100, "pages": 1}', 'BOARD-1 envelope') FROM quadro;
SELECT is((SELECT array_agg(k ORDER BY k) FROM quadro, jsonb_object_keys(corpo -> 'clientes' -> 0) k),
          '{ativo,atribuicao_id,celular,cidade,coluna,contatado,cpf,data_atribuicao,data_contato,data_ultima_compra,dias_sem_comprar,email,encerrada_em,esfriando,fixado,id,marcado_por,nome,observacoes,periodo,proximo_passo,reciclagem_em,resultado,retornar_em,situacao,status,uf,ultimo_pedido,valor_recuperado,valor_total}'::text[],
          'BOARD-1, Z-5 exactly these fields: no birth date, no mother''s name');
SELECT is((SELECT string_agg(concat_ws(' ', c ->> 'dias_sem_comprar', c ->> 'periodo', c ->> 'situacao', c ->> 'coluna'),
                             ', ' ORDER BY c ->> 'id')
             FROM quadro, jsonb_array_elements(corpo -> 'clientes') c),
          '30 30-45 elegivel a_contatar_30_45, 45 30-45 elegivel a_contatar_30_45, '
          '46 45-60 elegivel a_contatar_46_60, 60 45-60 elegivel a_contatar_46_60, '
          '61 60-90 inativo a_contatar_46_60, sem_compra sem_compra a_contatar_46_60, '
          '50 45-60 elegivel contatado', 'BOARD-1 days, period, situacao and column of each card');
SELECT is((SELECT c -> 'fixado' FROM quadro, jsonb_array_elements(corpo -> 'clientes') c WHERE c ->> 'id' = '880006'),
          'true', 'BOARD-1 pinned is shown');
SELECT matches((SELECT c ->> 'cpf' FROM quadro, jsonb_array_elements(corpo -> 'clientes') c LIMIT 1),
               '^\*\*\*\.[0-9]{3}\.[0-9]{3}-\*\*$', 'Z-5, LGPD-1 a vendedor sees the CPF masked');
SELECT unalike(corpo::text, '%Secreta%', 'Z-5 no mother''s name anywhere in the answer') FROM quadro;
SELECT matches(corpo -> 'clientes' -> 0 ->> 'data_atribuicao', '^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d.*[+-]\d\d:\d\d$',
               'instants are ISO 8601 with offset') FROM quadro;
SELECT matches(corpo::text, '"valor_total": 10\.00', 'money has two decimals') FROM quadro;

-- ---- BOARD-4: columns, totals from the counters -----------------------------------------
SELECT is((SELECT string_agg(concat_ws(' ', c ->> 'coluna', c ->> 'total', c ->> 'valor'), ', ')
             FROM quadro, jsonb_array_elements(corpo -> 'colunas') c),
          'a_contatar_30_45 2 30.00, a_contatar_46_60 4 180.00, contatado 1 80.00, recuperado 1 99.90',
          'BOARD-4 true totals and sums; recoveries of the last days only');
SELECT is(corpo #>> '{colunas,0,titulo}', 'A contatar 30–45', 'BOARD-4 title') FROM quadro;
CREATE TEMP TABLE colunas AS
SELECT * FROM pg_temp.chamar(9011, 'meus_clientes', '{"id": 9011, "por_coluna": "true", "size": "1"}');
SELECT is((SELECT jsonb_agg(c -> 'coluna') FROM colunas, jsonb_array_elements(corpo -> 'clientes') c),
          '["a_contatar_30_45", "a_contatar_46_60", "contatado", "recuperado"]', 'por_coluna: the first of each');
SELECT is((SELECT jsonb_agg(c -> 'proximo' <> 'null') FROM colunas, jsonb_array_elements(corpo -> 'colunas') c),
          '[true, true, false, false]', 'por_coluna: a cursor where there is more');
SELECT is(corpo -> 'total', '8', 'por_coluna: total of the four') FROM colunas;

-- Walking a column by cursor gives each card once, also over the never bought.
CREATE FUNCTION pg_temp.percorrer(coluna text, tamanho integer) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
    cursor text;
    r      record;
    lidos  jsonb := '[]';
BEGIN
    LOOP
        SELECT * INTO r FROM pg_temp.chamar(9011, 'meus_clientes', jsonb_strip_nulls(jsonb_build_object(
            'id', 9011, 'coluna', coluna, 'size', tamanho, 'cursor', cursor)));
        IF r.status <> 200 THEN RETURN r.corpo; END IF;
        lidos := lidos || coalesce((SELECT jsonb_agg(c -> 'id') FROM jsonb_array_elements(r.corpo -> 'clientes') c), '[]');
        SELECT c ->> 'proximo' INTO cursor FROM jsonb_array_elements(r.corpo -> 'colunas') c WHERE c ->> 'coluna' = coluna;
        EXIT WHEN cursor IS NULL OR jsonb_array_length(lidos) > 20;
    END LOOP;
    RETURN lidos;
END $$;
SELECT is(pg_temp.percorrer(coluna, tamanho), lista::jsonb, format('%s by cursor, %s at a time', coluna, tamanho))
  FROM (VALUES ('a_contatar_30_45', 1, '[880002, 880001]'),
               ('a_contatar_46_60', 1, '[880005, 880004, 880003, 880006]'),
               ('a_contatar_46_60', 3, '[880005, 880004, 880003, 880006]'),
               ('contatado', 1, '[880008]'),
               ('recuperado', 1, '[880007]')) AS v(coluna, tamanho, lista);
SELECT is((SELECT jsonb_agg(c -> 'id') FROM pg_temp.chamar(9011, 'meus_clientes',
              '{"id": 9011, "coluna": "a_contatar_46_60", "size": 3, "page": 2}') r,
              jsonb_array_elements(r.corpo -> 'clientes') c), '[880006]', 'a column by page');
SELECT is(r.corpo -> 'clientes', '[]', 'beyond the end: an empty list')
  FROM pg_temp.chamar(9011, 'meus_clientes', '{"id": 9011, "page": 9}') r;
SELECT is(r.corpo -> 'clientes' -> 0 -> 'ultimo_pedido', jsonb_build_object('data', crm.hoje() - 297, 'valor', 3),
          'BOARD-1 the last order')
  FROM pg_temp.chamar(9002, 'meus_clientes', '{"id": 9012}') r;

-- ---- who may ------------------------------------------------------------------------------
SELECT is((pg_temp.chamar(quem, 'meus_clientes', '{"id": 9011}')).status, 200, format('%s reads any board', quem))
  FROM unnest(ARRAY[9001, 9002]) quem;
SELECT matches((pg_temp.chamar(9001, 'meus_clientes', '{"id": 9011}')).corpo -> 'clientes' -> 0 ->> 'cpf',
               '^[0-9]{3}\.[0-9]{3}\.[0-9]{3}-[0-9]{2}$', 'LGPD-1 who may see the CPF sees it');
SELECT is(pg_temp.erro(quem, funcao, jsonb_build_object('id', alvo) || mais), '403 acesso_negado',
          format('Z-1 %s of %s by %s', funcao, alvo, quem))
  FROM (VALUES ('meus_clientes', '{}'::jsonb), ('estatisticas_vendedor', '{}'), ('marcar_contatado', '{"cliente_id": 1}')) AS f(funcao, mais),
       (VALUES (9011, 9012), (9011, 4242424242), (9003, 9011), (9004, 9011)) AS v(quem, alvo);
SELECT is((pg_temp.chamar(9011, funcao, '{"id": 9012}' || mais)).corpo - 'requisicao',
          (pg_temp.chamar(9011, funcao, '{"id": 4242424242}' || mais)).corpo - 'requisicao',
          format('Z-1 %s: no oracle, the refusals are identical', funcao))
  FROM (VALUES ('meus_clientes', '{}'::jsonb), ('estatisticas_vendedor', '{}'), ('marcar_contatado', '{"cliente_id": 1}')) AS f(funcao, mais);
SELECT cmp_ok((SELECT count(*) FROM crm.auditoria WHERE acao = 'recusa' AND usuario_id = 9011), '>=', 9::bigint,
              'Z-1 refusals are audited');
SELECT is(pg_temp.erro(9002, 'meus_clientes', '{"id": 4242424242}'), '404 vendedor_inexistente id',
          'a gerente is told that a seller does not exist');

-- ---- I-4, I-5: bad values name the field --------------------------------------------------
SELECT is(split_part(pg_temp.erro(9011, 'meus_clientes', '{"id": 9011}'::jsonb || args), ' ', 1) || ' ' ||
          split_part(pg_temp.erro(9011, 'meus_clientes', '{"id": 9011}'::jsonb || args), ' ', 3),
          '422 ' || campo, format('I-4, I-5 %s', args))
  FROM (VALUES ('{"page": "0"}'::jsonb, 'page'), ('{"page": -1}', 'page'), ('{"page": "1.5"}', 'page'),
               ('{"page": "9223372036854775808"}', 'page'), ('{"page": 1e9}', 'page'),
               ('{"size": 0}', 'size'), ('{"size": 501}', 'size'),
               ('{"coluna": "senha"}', 'coluna'), ('{"coluna": ["contatado"]}', 'coluna'),
               ('{"por_coluna": "talvez"}', 'por_coluna'), ('{"extra": 1}', 'extra'),
               ('{"coluna": "contatado", "cursor": "xyz"}', 'cursor'),
               ('{"page": 101, "size": 100}', 'page')
       ) AS v(args, campo);

-- ---- BOARD-3 --------------------------------------------------------------------------------
SELECT is((pg_temp.chamar(9011, 'estatisticas_vendedor', '{"id": 9011}')).corpo,
          '{"total_atribuidos": 7, "contatados": 1, "total_pendentes": 6, "recuperados": 2,
            "valor_pendente": 210.00, "valor_recuperado": 104.90}', 'BOARD-3');

-- ---- BOARD-2 --------------------------------------------------------------------------------
SELECT is((r.corpo - 'data_contato' - 'colunas'), '{"atribuicao_id": 770001, "cliente_id": 880001, "contatado": true,
          "resultado": "interessado", "retornar_em": null, "repetido": false}', 'BOARD-2 mark')
  FROM pg_temp.chamar(9011, 'marcar_contatado',
       '{"id": "9011", "cliente_id": 880001, "observacoes": "Liga amanhã", "resultado": "interessado"}') r;
SELECT is((r.corpo ->> 'repetido') || ' ' || (r.corpo ->> 'resultado'), 'true interessado', 'BOARD-2 repeated: unchanged')
  FROM pg_temp.chamar(9011, 'marcar_contatado', '{"id": 9011, "cliente_id": 880001, "resultado": "recusou"}') r;
SELECT is((pg_temp.chamar(9011, 'estatisticas_vendedor', '{"id": 9011}')).corpo -> 'contatados', '2',
          'BOARD-3 follows at once');
CREATE TEMP TABLE antes AS SELECT pg_temp.estado() AS e;
SELECT alike(pg_temp.erro(9011, 'marcar_contatado', jsonb_build_object('id', 9011, 'cliente_id', c)), '403 %',
             format('Z-2 not the holder of %s', c))
  FROM unnest(ARRAY[880009, 4242424242]) c;
SELECT is(pg_temp.erro(9011, 'marcar_contatado', '{"id": 9011}'), '422 campo_obrigatorio cliente_id', 'I-4 no client');
SELECT is(split_part(pg_temp.erro(9011, 'marcar_contatado',
              '{"id": 9011, "cliente_id": 880002, "resultado": "recuperado"}'), ' ', 3), 'resultado',
          'an outcome only an order gives');
SELECT is(pg_temp.erro(9011, 'marcar_contatado', '{"id": 9011, "cliente_id": 880002, "status": "disponivel"}'),
          '422 campo_desconhecido status', 'Z-4 extra field');
SELECT is(pg_temp.estado(), e, 'the refusals changed nothing') FROM antes;

SELECT is_empty('SELECT * FROM crm.contagens_verificar()', 'the counters are exact');
SELECT * FROM finish();
ROLLBACK;
