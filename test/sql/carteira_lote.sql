-- crm.realocar_lote(), liberar_lote(), their endpoints, and taking them back (ADM-2, DIST-6, DIST-7, DIST-8, Z-3, I-4).
BEGIN;
SELECT no_plan();

INSERT INTO crm.usuarios (id, nome, email, papel) VALUES
    (9001, 'Ada Admin', 'ada@exemplo.test', 'administrador'),
    (9002, 'Gil Gerente', 'gil@exemplo.test', 'gerente'),
    (9003, 'Olga Operadora', 'olga@exemplo.test', 'operador'),
    (9011, 'Vera Vendedora', 'vera@exemplo.test', 'vendedor'),
    (9012, 'Vito Vendedor', 'vito@exemplo.test', 'vendedor'),
    (9013, 'Vasco Vendedor', 'vasco@exemplo.test', 'vendedor');
INSERT INTO crm.vendedores (id, nome)
SELECT id, nome FROM crm.usuarios WHERE papel = 'vendedor' ON CONFLICT DO NOTHING;
INSERT INTO crm.sessoes (id, usuario_id, limite_em)
SELECT format('00000000-0000-4000-8000-%s', lpad(id::text, 12, '0'))::uuid, id, now() + interval '9 days'
  FROM crm.usuarios WHERE id BETWEEN 9001 AND 9013;

CREATE FUNCTION pg_temp.chamar(quem bigint, funcao text, args jsonb,
                               OUT status integer, OUT corpo jsonb) LANGUAGE sql AS $$
    SELECT a.status, a.corpo::jsonb
      FROM crm.atender(funcao, format('00000000-0000-4000-8000-%s', lpad(quem::text, 12, '0'))::uuid,
                       '127.0.0.1', 'teste', 'pgtap', NULL, args) a;
$$;
CREATE FUNCTION pg_temp.erro(comando text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    estado text;
    codigo text;
    resto  text;
BEGIN
    EXECUTE comando;
    RETURN 'ok';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS estado = RETURNED_SQLSTATE, codigo = CONSTRAINT_NAME, resto = PG_EXCEPTION_DETAIL;
    RETURN concat_ws(' ', estado, codigo, nullif(resto, ''));
END $$;
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
-- Who holds a client and how: '9011 fixado contatado', or NULL.
CREATE FUNCTION pg_temp.dono(cliente bigint) RETURNS text LANGUAGE sql AS $$
    SELECT concat_ws(' ', vendedor_id, CASE WHEN fixado THEN 'fixado' END, CASE WHEN contatado THEN 'contatado' END)
      FROM crm.cliente_vendedor WHERE cliente_id = cliente AND encerrada_em IS NULL;
$$;
CREATE FUNCTION pg_temp.donos(de bigint, ate bigint) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(coalesce(pg_temp.dono(i), '-') || ' ' || c.status, ', ' ORDER BY i)
      FROM generate_series(de, ate) i JOIN crm.clientes c ON c.id_cliente = i;
$$;

-- 881001..881010: Vera holds 1..4 (4 contacted), Vito 5 and 6 (6 pinned); nobody the others.
INSERT INTO crm.clientes (id_cliente, cpf, nome_completo, data_ultima_compra, valor_total, ativo, nao_contatar)
SELECT 881000 + n, pg_temp.cpf(881000 + n), 'Cliente ' || n, crm.hoje() - 30 - n, n * 10, n <> 9, n = 10
  FROM generate_series(1, 10) n;
INSERT INTO crm.cliente_vendedor (cliente_id, vendedor_id, data_ultima_compra, valor_total, motivo, fixado,
                                  contatado, data_contato, resultado, observacoes)
SELECT c.id_cliente, CASE WHEN c.id_cliente <= 881004 THEN 9011 ELSE 9012 END, c.data_ultima_compra, c.valor_total,
       'distribuicao', c.id_cliente = 881006, c.id_cliente = 881004,
       CASE WHEN c.id_cliente = 881004 THEN crm.agora() - interval '1 hour' END,
       CASE WHEN c.id_cliente = 881004 THEN 'interessado' END, CASE WHEN c.id_cliente = 881004 THEN 'volta sexta' END
  FROM crm.clientes c WHERE c.id_cliente BETWEEN 881001 AND 881006;
UPDATE crm.clientes c SET status = CASE WHEN v.contatado THEN 'contatado' ELSE 'atribuido' END
  FROM crm.cliente_vendedor v WHERE v.cliente_id = c.id_cliente AND v.encerrada_em IS NULL;

-- ---- all or none: what is refused changes nothing -------------------------------------------
CREATE TEMP TABLE inicio AS SELECT pg_temp.donos(881001, 881010) AS d, (SELECT count(*) FROM crm.lotes) AS lotes;
SELECT is(pg_temp.erro(comando), certo, certo) FROM (VALUES
    ('SELECT crm.realocar_lote(ARRAY[881001, 881009], 9012)', 'CR409 cliente_inativo {"cliente_ids": [881009]}'),
    ('SELECT crm.realocar_lote(ARRAY[881001, 881010], 9012)', 'CR409 cliente_nao_contatar {"cliente_ids": [881010]}'),
    ('SELECT crm.realocar_lote(ARRAY[881001, 7], 9012)', 'CR404 cliente_inexistente {"cliente_ids": [7]}'),
    ('SELECT crm.realocar_lote(ARRAY[881001], 7)', 'CR404 vendedor_inexistente'),
    ('SELECT crm.liberar_lote(ARRAY[881001, 881004])', 'CR409 cliente_contatado {"cliente_ids": [881004]}'),
    ('SELECT crm.liberar_lote(ARRAY[881001, 7])', 'CR404 cliente_inexistente {"cliente_ids": [7]}'),
    ('SELECT crm.realocar_lote(''{}'', 9012)', 'CR422 campo_invalido'),
    ('SELECT crm.realocar_lote(ARRAY[881001, NULL], 9012)', 'CR422 campo_invalido'),
    ('SELECT crm.realocar_lote(array_agg(i), 9012) FROM generate_series(1, 501) i', 'CR422 campo_invalido')) AS v(comando, certo);
UPDATE crm.vendedores SET ativo = false WHERE id = 9013;
SELECT is(pg_temp.erro('SELECT crm.realocar_lote(ARRAY[881001], 9013)'), 'CR409 vendedor_inativo', 'vendedor_inativo');
UPDATE crm.vendedores SET ativo = true WHERE id = 9013;
SELECT is(pg_temp.donos(881001, 881010), d, 'ADM-2 a refusal changes nothing') FROM inicio;
SELECT is((SELECT count(*) FROM crm.lotes), lotes, 'and is no lote') FROM inicio;

-- ---- realocar_lote -------------------------------------------------------------------------------
CREATE TEMP TABLE r1 AS SELECT * FROM crm.realocar_lote(ARRAY[881007, 881001, 881004, 881005, 881006, 881001], 9012);
SELECT is(realocados, 5::bigint, 'ADM-2 all but the one already pinned there: 7, 1, 4, 5') FROM (SELECT realocados + 1 AS realocados FROM r1) t;
SELECT is(pg_temp.donos(881001, 881007), '9012 fixado atribuido, 9011 atribuido, 9011 atribuido, 9012 fixado atribuido, '
          '9012 fixado atribuido, 9012 fixado atribuido, 9012 fixado atribuido', 'ADM-2 pending, pinned, all with Vito');
SELECT is(concat_ws(' ', l.origem, l.novas, l.movimentos, l.limite_inferior, l.liberados, l.elegiveis), 'realocacao 1 2 2 0 4',
          'DIST-8 one lote says what was done') FROM crm.lotes l, r1 WHERE l.id = r1.lote;
SELECT is((SELECT count(*) FROM crm.v_movimentos m WHERE m.lote = r1.lote AND m.tipo = 'ganho'), 4::bigint, 'DIST-8 four gains') FROM r1;
SELECT is((SELECT string_agg(concat_ws('>', m.de_vendedor_id, m.para_vendedor_id), ' ' ORDER BY m.cliente_id)
             FROM crm.v_movimentos m WHERE m.lote = r1.lote AND m.tipo = 'perda'), '9011>9012 9011>9012 9012>9012', 'DIST-8 three losses') FROM r1;
SELECT is((SELECT (lote IS NULL) || ' ' || realocados FROM crm.realocar_lote(ARRAY[881001, 881006], 9012)), 'true 0', 'repeated: nothing, no lote');

-- ---- taking it back (test/sql/redistribuicao_desfazer.sql says more) ----------------------------
SELECT is((crm.marcar_contatado(9012, 881005)).atribuicao_id IS NOT NULL, true, 'Vito contacts 5 meanwhile');
SELECT is(crm.realocar_cliente(881007, 9013) IS NOT NULL, true, 'and 7 goes on to Vasco');
UPDATE crm.vendedores SET online = true, visto_em = crm.agora() WHERE id IN (9011, 9012);
CREATE TEMP TABLE d1 AS SELECT d.* FROM r1, LATERAL crm.desfazer_redistribuicao(r1.lote) d;
SELECT is(concat_ws(' ', restaurados, total_mantidos, mantidos), '2 2 {881005,881007}', 'DIST-7 what nobody touched comes back') FROM d1;
SELECT is(pg_temp.donos(881001, 881007), '9011 atribuido, 9011 atribuido, 9011 atribuido, 9011 contatado contatado, '
          '9012 fixado contatado contatado, 9012 fixado atribuido, 9013 fixado atribuido', 'DIST-7 as they were held');
SELECT is((SELECT concat_ws('|', resultado, observacoes, data_contato = crm.agora() - interval '1 hour')
             FROM crm.cliente_vendedor WHERE cliente_id = 881004 AND encerrada_em IS NULL), 'interessado|volta sexta|t', 'with the contact');

-- ---- liberar_lote -------------------------------------------------------------------------------------
CREATE TEMP TABLE l1 AS SELECT * FROM crm.liberar_lote(ARRAY[881002, 881003, 881005, 881006, 881008], true);
SELECT is(liberados, 4::bigint, 'ADM-2 frees those somebody held') FROM l1;
SELECT is(pg_temp.donos(881002, 881008), '- disponivel, - disponivel, 9011 contatado contatado, - disponivel, - disponivel, '
          '9013 fixado atribuido, - disponivel', 'ADM-2 free');
SELECT is((SELECT (lote IS NULL) || ' ' || liberados FROM crm.liberar_lote(ARRAY[881002, 881008])), 'true 0', 'repeated: nothing');
SELECT crm.realocar_cliente(881003, 9013);
SELECT is(concat_ws(' ', restaurados, mantidos), '3 {881003}', 'DIST-7 undo of a release') FROM l1, LATERAL crm.desfazer_redistribuicao(l1.lote) d;
SELECT is(pg_temp.donos(881002, 881006), '9011 atribuido, 9013 fixado atribuido, 9011 contatado contatado, '
          '9012 fixado contatado contatado, 9012 fixado atribuido', 'DIST-7 to who held them');

-- ---- invariants --------------------------------------------------------------------------------------------
SELECT is_empty('SELECT * FROM crm.verificar_distribuicao()', 'DIST-8 the distribution verifies');
SELECT is_empty('SELECT * FROM crm.contagens_verificar()', 'the counters too');

-- ---- what was planned goes along, and comes back -----------------------------------------------------------
SAVEPOINT promessa;
CREATE TEMP TABLE prometidos AS
SELECT v.cliente_id, v.vendedor_id AS dono FROM crm.cliente_vendedor v
 WHERE v.encerrada_em IS NULL AND NOT v.contatado AND v.vendedor_id <> 9012 ORDER BY v.cliente_id LIMIT 2;
UPDATE crm.cliente_vendedor SET retornar_em = crm.hoje() + 2, proximo_passo = 'levar amostra'
 WHERE encerrada_em IS NULL AND cliente_id IN (SELECT cliente_id FROM prometidos);
CREATE TEMP TABLE movidos AS SELECT r.* FROM crm.realocar_lote((SELECT array_agg(cliente_id) FROM prometidos), 9012) r;
SELECT is((SELECT count(*) FROM crm.cliente_vendedor v JOIN prometidos USING (cliente_id)
            WHERE v.encerrada_em IS NULL AND v.vendedor_id = 9012 AND v.retornar_em = crm.hoje() + 2 AND v.proximo_passo = 'levar amostra'),
          2::bigint, 'BOARD-5: the next steps go to the new holder');
SELECT crm.definir_proximo_passo(9012, max(cliente_id), NULL, NULL) FROM prometidos;
SELECT results_eq('SELECT d.restaurados, d.total_mantidos FROM movidos m, LATERAL crm.desfazer_redistribuicao(m.lote) d', 'VALUES (1, 1)',
                  'DIST-7: whose next step the new holder changed stays, the other goes back');
SELECT is((SELECT concat_ws(' ', v.vendedor_id = p.dono, v.proximo_passo) FROM crm.cliente_vendedor v
             JOIN prometidos p USING (cliente_id) WHERE v.encerrada_em IS NULL ORDER BY cliente_id LIMIT 1), 't levar amostra', 'with its step');
ROLLBACK TO promessa;

-- ---- endpoints: who may, what is accepted --------------------------------------------------------------------
CREATE TEMP TABLE chamadas AS SELECT * FROM (VALUES
    ('realocar_lote', '{"cliente_ids": [881001], "vendedor_id": 9011}'::jsonb),
    ('liberar_lote', '{"cliente_ids": [881001]}')) AS v(funcao, args);
SELECT is((SELECT c.status || ' ' || (c.corpo ->> 'codigo') FROM pg_temp.chamar(quem, funcao, args) c), '403 acesso_negado',
          format('Z-3 %s by %s', funcao, quem)) FROM chamadas, unnest(ARRAY[9003, 9011]) quem;
SELECT is((SELECT c.status || ' ' || (c.corpo -> 'erros' -> 0 ->> 'campo') FROM pg_temp.chamar(9001, funcao, args) c), '422 ' || campo,
          format('I-4 %s %s', funcao, args)) FROM (VALUES
    ('realocar_lote', '{"cliente_ids": [], "vendedor_id": 9011}'::jsonb, 'cliente_ids'),
    ('realocar_lote', '{"cliente_ids": 881001, "vendedor_id": 9011}', 'cliente_ids'),
    ('realocar_lote', '{"vendedor_id": 9011}', 'cliente_ids'), ('realocar_lote', '{"cliente_ids": [881001]}', 'vendedor_id'),
    ('liberar_lote', '{"cliente_ids": [881001], "forcar": "x"}', 'forcar')) AS v(funcao, args, campo);
SELECT is(c.corpo -> 'realocados', '1', 'ADM-2 realocar-lote') FROM pg_temp.chamar(9002, 'realocar_lote', '{"cliente_ids": [881008], "vendedor_id": 9011}') c;
SELECT is(c.status || ' ' || (c.corpo ->> 'codigo') || ' ' || (c.corpo #>> '{dados,cliente_ids}'), '409 cliente_contatado [881005]', 'the answer names who is in the way')
  FROM pg_temp.chamar(9002, 'liberar_lote', '{"cliente_ids": [881008, 881005]}') c;
SELECT is(c.corpo -> 'liberados', '1', 'ADM-2 liberar-lote') FROM pg_temp.chamar(9002, 'liberar_lote', '{"cliente_ids": [881008]}') c;

SELECT * FROM finish();
ROLLBACK;
