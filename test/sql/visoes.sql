-- Views for BI: the numbers of the screens, masked, rows by who asks (BI-1, LGPD-1, Z-5, Z-7, DIST-8, TEMPO-3).
BEGIN;
SELECT no_plan();

-- ---- data -------------------------------------------------------------------------------
INSERT INTO crm.usuarios (id, nome, email, papel) VALUES
    (9002, 'Gil Gerente', 'gil@exemplo.test', 'gerente'),
    (9011, 'Vera Vendedora', 'vera@exemplo.test', 'vendedor'),
    (9012, 'Vito Vendedor', 'vito@exemplo.test', 'vendedor');
INSERT INTO crm.vendedores (id, nome) VALUES (9011, 'Vera Vendedora'), (9012, 'Vito Vendedor')
ON CONFLICT DO NOTHING;
INSERT INTO crm.sessoes (id, usuario_id, limite_em)
VALUES ('00000000-0000-4000-8000-000000009002', 9002, now() + interval '1 day');
CREATE FUNCTION pg_temp.chamar(funcao text, args jsonb DEFAULT '{}') RETURNS jsonb LANGUAGE sql AS $$
    SELECT a.corpo::jsonb FROM crm.atender(funcao, '00000000-0000-4000-8000-000000009002', '127.0.0.1', 'teste',
                                           'pgtap', NULL, args) a;
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
INSERT INTO crm.clientes (id_cliente, cpf, nome_completo, data_nascimento, nome_mae, celular, email, data_ultima_compra,
                          valor_total, ativo)
SELECT 880000 + n, pg_temp.cpf(880000 + n), 'Nome Secreto ' || n, crm.hoje() - n * 200, 'Mãe Secreta', '81988887777',
       'secreto' || n || '@exemplo.test', CASE WHEN n <= 110 THEN crm.hoje() - n END, n, n <> 40
  FROM generate_series(0, 119) n;
INSERT INTO crm.lotes (id, dia, origem, vendedores, elegiveis, novas, movimentos, limite_inferior, liberados, duracao_us)
OVERRIDING SYSTEM VALUE
VALUES (990001, crm.hoje(), 'manual', 2, 20, 20, 0, 0, 0, 100), (990002, crm.hoje(), 'manual', 2, 20, 0, 1, 1, 1, 100);
INSERT INTO crm.cliente_vendedor (id, cliente_id, vendedor_id, data_ultima_compra, valor_total, motivo, lote)
SELECT id_cliente - 110000, id_cliente, 9011 + id_cliente % 2, data_ultima_compra, valor_total, 'distribuicao', 990001
  FROM crm.clientes WHERE id_cliente BETWEEN 880041 AND 880060;
UPDATE crm.cliente_vendedor SET contatado = true, data_contato = now(), resultado = 'contatado' WHERE cliente_id = 880050;
UPDATE crm.cliente_vendedor SET encerrada_em = now(), motivo_fim = 'pedido', resultado = 'recuperado', valor_recuperado = 12.5
 WHERE cliente_id = 880051;
-- 52 moved from 9011 to 9012, 53 was freed, in run 2.
UPDATE crm.cliente_vendedor SET encerrada_em = now(), motivo_fim = 'redistribuicao', lote_fim = 990002
 WHERE cliente_id IN (880052, 880053);
INSERT INTO crm.cliente_vendedor (id, cliente_id, vendedor_id, de_vendedor_id, data_ultima_compra, valor_total, motivo, lote)
SELECT 779999, id_cliente, 9012, 9011, data_ultima_compra, valor_total, 'distribuicao', 990002
  FROM crm.clientes WHERE id_cliente = 880052;
UPDATE crm.clientes c SET status = CASE WHEN v.contatado THEN 'contatado' ELSE 'atribuido' END
  FROM crm.cliente_vendedor v WHERE v.cliente_id = c.id_cliente AND v.encerrada_em IS NULL;

-- An operador sees clients, not assignments: what hangs on these is told right or not at all.
CREATE ROLE teste_operador IN ROLE crm_operador;
CREATE TEMP TABLE contados AS SELECT count(*) AS n FROM crm.v_clientes WHERE contatado;
GRANT SELECT ON contados TO teste_operador;
SET LOCAL ROLE teste_operador;
SELECT is((SELECT count(*) FROM crm.v_clientes WHERE contatado), n, 'BI-1 as many contacted for an operador')
  FROM contados WHERE n > 0;
SELECT is_empty('SELECT cliente_id FROM crm.v_clientes WHERE vendedor_id IS NOT NULL
                     OR (fixado IS NULL) <> (status <> ''disponivel'')', 'holder and pin are not theirs to see');
RESET ROLE;

-- ---- shape -----------------------------------------------------------------------------------
CREATE TEMP TABLE visoes AS
SELECT c.oid, c.relname, c.relowner, c.reloptions
  FROM pg_class c WHERE c.relnamespace = 'crm'::regnamespace AND c.relkind = 'v' AND c.relname LIKE 'v\_%';
-- Two more are not for BI.
SELECT set_eq($$SELECT relname::text FROM visoes WHERE relname NOT IN ('v_auditoria', 'v_tarefas')$$,
              ARRAY['v_clientes', 'v_carteira', 'v_periodos', 'v_desempenho_vendedor', 'v_distribuicao', 'v_movimentos',
                    'v_relatorio_recuperados', 'v_relatorio_desfechos', 'v_relatorio_funil', 'v_relatorio_buscas',
                    'v_relatorio_exportacoes', 'v_exportacoes', 'v_previsao', 'v_previsao_carteira', 'v_previsao_acompanhamento'],
              'BI-1 the views');
SELECT is(relowner::regrole::text, 'crm_owner', format('%s belongs to crm_owner', relname)) FROM visoes;
SELECT ok('security_barrier=true' = ANY (reloptions), format('%s is a security barrier', relname)) FROM visoes;
SELECT isnt(obj_description(oid, 'pg_class'), NULL, format('%s has a comment', relname)) FROM visoes;
SELECT is_empty($$SELECT relname, attname FROM visoes JOIN pg_attribute ON attrelid = oid
                   WHERE attnum > 0 AND col_description(oid, attnum) IS NULL$$, 'BI-1 every column has a comment');
SELECT is_empty($$SELECT relname, attname FROM visoes JOIN pg_attribute ON attrelid = oid
                   WHERE attnum > 0 AND attname IN ('cpf', 'nome', 'nome_completo', 'data_nascimento', 'nome_mae',
                                                    'celular', 'email', 'observacoes')$$,
                'LGPD-1 no view has a personal column');
SELECT ok(rolcanlogin = false AND NOT rolsuper AND NOT rolbypassrls, 'the owner is bound by the policies')
  FROM pg_roles WHERE rolname = 'crm_owner';

-- ---- the numbers of the screens -----------------------------------------------------------------
CREATE TEMP TABLE tela AS SELECT pg_temp.chamar('clientes_por_periodo') AS periodos, pg_temp.chamar('estatisticas_gerais') AS geral,
    pg_temp.chamar('meus_clientes', '{"id": 9011}') AS quadro;
SELECT results_eq($$SELECT p ->> 'periodo', (p ->> 'total')::bigint, (p ->> 'valor')::numeric
                      FROM tela, jsonb_array_elements(periodos -> 'periodos') p$$,
                  $$SELECT periodo, clientes, valor FROM crm.v_periodos WHERE ordem BETWEEN 2 AND 5 ORDER BY ordem$$,
                  'BI-1 v_periodos = clientes-por-periodo');
SELECT results_eq($$SELECT periodo, count(*), sum(valor_total) FROM crm.v_clientes WHERE ativo GROUP BY 1 ORDER BY 1$$,
                  $$SELECT periodo, clientes, valor FROM crm.v_periodos ORDER BY 1$$,
                  'TEMPO-3 the periods partition all active clients: v_clientes = v_periodos');
SELECT is((SELECT sum(clientes) FROM crm.v_periodos), (geral ->> 'ativos')::numeric, 'BI-1 v_periodos = estatisticas-gerais') FROM tela;
SELECT is((SELECT jsonb_agg(to_jsonb(d) - 'vendedor_id' - 'vendedor' - 'valor_aberto' || jsonb_build_object('id', d.vendedor_id, 'nome', d.vendedor)
                            ORDER BY d.vendedor) FROM crm.v_desempenho_vendedor d),
          (SELECT jsonb_agg(e ORDER BY n)
             FROM jsonb_array_elements(geral -> 'vendedores') WITH ORDINALITY AS x(e, n)),
          'BI-1 v_desempenho_vendedor = estatisticas-gerais') FROM tela;
SELECT results_eq($$SELECT coluna, count(*), sum(valor_total) FROM crm.v_carteira WHERE vendedor_id = 9011 GROUP BY 1 ORDER BY 1$$,
                  $$SELECT c ->> 'coluna', (c ->> 'total')::bigint, (c ->> 'valor')::numeric
                      FROM tela, jsonb_array_elements(quadro -> 'colunas') c
                     WHERE c ->> 'coluna' <> 'recuperado' AND (c ->> 'total')::bigint > 0 ORDER BY 1$$,
                  'BI-1 v_carteira = the board');
SELECT results_eq($$SELECT status, count(*) FROM crm.v_clientes GROUP BY 1 ORDER BY 1$$,
                  $$SELECT key, value::bigint FROM tela, jsonb_each_text(geral -> 'por_status') WHERE value <> '0' ORDER BY 1$$,
                  'BI-1 v_clientes = estatisticas-gerais');
SELECT is((SELECT count(*) FROM crm.v_distribuicao), (SELECT count(*) FROM crm.lotes), 'v_distribuicao: every run');
SELECT matches(cpf_mascarado, '^\*\*\*\.[0-9]{3}\.[0-9]{3}-\*\*$', 'Z-5, LGPD-1 CPF masked')
  FROM crm.v_clientes WHERE cliente_id = 880001;
SELECT set_eq('SELECT DISTINCT faixa_etaria FROM crm.v_clientes',
              ARRAY['<18', '18-24', '25-34', '35-44', '45-54', '55-64', '65+'], 'age bands instead of birth dates');

-- ---- DIST-8: the ledger ----------------------------------------------------------------------------
SELECT results_eq($$SELECT tipo, motivo, vendedor_id, de_vendedor_id, para_vendedor_id, lote FROM crm.v_movimentos
                     WHERE cliente_id = 880052 ORDER BY atribuicao_id, tipo$$,
                  $$VALUES ('ganho', 'distribuicao', 9011::bigint, NULL::bigint, 9011::bigint, 990001::bigint),
                           ('perda', 'redistribuicao', 9011, 9011, 9012, 990002),
                           ('ganho', 'distribuicao', 9012, 9011, 9012, 990002)$$, 'DIST-8 a move: gain, loss, gain');
SELECT is((SELECT para_vendedor_id FROM crm.v_movimentos WHERE cliente_id = 880053 AND tipo = 'perda'), NULL, 'DIST-8 freed: to nobody');
SAVEPOINT realocado;
SELECT crm.realocar_cliente(880010, 9011), crm.realocar_cliente(880010, 9012);
SELECT results_eq($$SELECT tipo, motivo, de_vendedor_id, para_vendedor_id FROM crm.v_movimentos
                     WHERE cliente_id = 880010 ORDER BY atribuicao_id, tipo$$,
                  $$VALUES ('ganho', 'realocacao', NULL::bigint, 9011::bigint),
                           ('perda', 'realocacao', 9011, 9012), ('ganho', 'realocacao', 9011, 9012)$$,
                  'DIST-8 a reallocation names both');
ROLLBACK TO realocado;
SELECT results_eq('SELECT vendedor_id, sum(credito) FROM crm.v_movimentos GROUP BY 1 ORDER BY 1',
                  'SELECT vendedor_id, count(*) FROM crm.v_carteira GROUP BY 1 ORDER BY 1',
                  'DIST-8 the credits add up to what is held');
SELECT results_eq($$SELECT vendedor_id, count(*) FROM crm.v_movimentos WHERE tipo = 'ganho' GROUP BY 1 ORDER BY 1$$,
                  'SELECT vendedor_id, recebidos FROM crm.v_desempenho_vendedor ORDER BY 1', 'DIST-8 gains = recebidos');

-- ---- Z-7: who sees what, by database role ------------------------------------------------------------
SELECT is(has_table_privilege(papel, 'crm.' || visao, 'SELECT'), direito = '+', format('%s on %s', papel, visao))
  FROM (VALUES ('crm_bi',       '++++++'), ('crm_gerente',  '++++++'), ('crm_administrador', '++++++'),
               ('crm_vendedor', '++-+-+'), ('crm_operador', '+-----'), ('crm_ti', '------'),
               ('crm_carga',    '------'), ('crm_web',      '------')) AS p(papel, direitos),
       unnest(ARRAY['v_clientes', 'v_carteira', 'v_periodos', 'v_desempenho_vendedor', 'v_distribuicao', 'v_movimentos'])
           WITH ORDINALITY AS v(visao, n),
       LATERAL substr(direitos, n::integer, 1) AS d(direito);
SELECT is(has_table_privilege(papel, oid, 'SELECT'), papel IN ('crm_bi', 'crm_gerente', 'crm_administrador'),
          format('Z-7 %s on %s', papel, relname))
  FROM visoes, unnest(ARRAY['crm_bi', 'crm_gerente', 'crm_administrador', 'crm_vendedor', 'crm_operador', 'crm_ti',
                            'crm_carga', 'crm_web']) papel
 WHERE relname LIKE 'v\_relatorio\_%' OR relname LIKE 'v\_previsao%';
SELECT is(has_table_privilege(papel, format('crm.%I', relname), 'INSERT, UPDATE, DELETE, TRUNCATE'), false,
          format('%s cannot write through %s', papel, relname))
  FROM visoes, unnest(ARRAY['crm_bi', 'crm_gerente', 'crm_vendedor', 'crm_operador']) papel;
SELECT is_empty($$SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'crm'::regnamespace AND c.relkind IN ('r', 'p')
                     AND has_any_column_privilege('crm_bi', c.oid, 'SELECT')$$, 'Z-7 crm_bi reads no table, only views');

SELECT * FROM finish();
ROLLBACK;
