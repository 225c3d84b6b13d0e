-- Marks with a return, their exact undo, next steps, day queue, "por que este cliente?" (BOARD-2, BOARD-4, BOARD-5, DIST-8, TEMPO-1, Z-1).
BEGIN;
SELECT plan(63);

INSERT INTO crm.usuarios (id, nome, email, papel) VALUES
    (9002, 'Gil Gerente', 'gil@exemplo.test', 'gerente'),
    (9003, 'Olga Operadora', 'olga@exemplo.test', 'operador'),
    (9011, 'Vera Vendedora', 'vera@exemplo.test', 'vendedor'),
    (9012, 'Vito Vendedor', 'vito@exemplo.test', 'vendedor');
INSERT INTO crm.vendedores (id, nome) VALUES (9011, 'Vera Vendedora'), (9012, 'Vito Vendedor') ON CONFLICT DO NOTHING;
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
-- Who acts in what follows.
CREATE FUNCTION pg_temp.ser(quem bigint) RETURNS void LANGUAGE sql AS $$ SELECT FROM pg_temp.chamar(quem, 'eu', '{}') $$;
-- Business rows and counters; the counters by key, for differences are only inserted.
CREATE FUNCTION pg_temp.estado() RETURNS text LANGUAGE sql AS $$
    SELECT md5(string_agg(l, ',' ORDER BY l)) FROM (
        SELECT to_jsonb(c)::text AS l FROM crm.clientes c UNION ALL
        SELECT to_jsonb(v)::text FROM crm.cliente_vendedor v UNION ALL
        SELECT to_jsonb(v)::text FROM crm.vendedores v UNION ALL
        SELECT concat_ws('|', escopo, vendedor_id, dia, estado, sum(qtd), sum(valor)) FROM crm.contagens
         GROUP BY escopo, vendedor_id, dia, estado HAVING sum(qtd) <> 0 OR sum(valor) <> 0) t;
$$;
CREATE FUNCTION pg_temp.em(n integer) RETURNS text LANGUAGE sql AS $$ SELECT (crm.hoje() + n)::text $$;
CREATE FUNCTION pg_temp.corpo(cliente bigint, mais jsonb DEFAULT '{}', quem bigint DEFAULT 9011) RETURNS jsonb
LANGUAGE sql AS $$ SELECT jsonb_build_object('id', quem, 'cliente_id', cliente) || mais $$;

-- Nine clients of Vera, oldest purchase last; one of Vito.
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
INSERT INTO crm.clientes (id_cliente, cpf, nome_completo, data_ultima_compra, valor_total, status)
SELECT 880000 + n, pg_temp.cpf(880000 + n), 'Cliente ' || n, crm.hoje() - 30 - n, n * 10, 'atribuido'
  FROM generate_series(1, 10) n;
INSERT INTO crm.cliente_vendedor (cliente_id, vendedor_id, data_ultima_compra, valor_total, motivo)
SELECT id_cliente, CASE WHEN id_cliente = 880010 THEN 9012 ELSE 9011 END, data_ultima_compra, valor_total, 'distribuicao'
  FROM crm.clientes WHERE id_cliente > 880000;

-- The columns as the board says them.
CREATE FUNCTION pg_temp.colunas() RETURNS jsonb LANGUAGE sql AS $$
    SELECT jsonb_agg(k - 'titulo' - 'proximo')
      FROM pg_temp.chamar(9011, 'meus_clientes', '{"id": 9011}') q, jsonb_array_elements(q.corpo -> 'colunas') k
$$;

-- ---- a mark with a return (BOARD-2, BOARD-5) ------------------------------------
SELECT is(c.status, 200, 'the next step before any contact') FROM pg_temp.chamar(9011, 'proximo_passo',
    pg_temp.corpo(880001, jsonb_build_object('retornar_em', pg_temp.em(2), 'nota', 'ligar depois do almoço'))) c;
CREATE TEMP TABLE antes AS SELECT pg_temp.estado() AS e;
CREATE TEMP TABLE marca AS SELECT c.corpo FROM pg_temp.chamar(9011, 'marcar_contatado', pg_temp.corpo(880001,
    jsonb_build_object('resultado', 'sem_resposta', 'retornar_em', pg_temp.em(1), 'observacoes', 'caixa postal'))) c;
SELECT is(corpo - 'atribuicao_id' - 'data_contato' - 'colunas', jsonb_build_object('cliente_id', 880001, 'contatado', true, 'resultado', 'sem_resposta',
          'retornar_em', pg_temp.em(1), 'repetido', false), 'BOARD-5: marked, to return tomorrow') FROM marca;
SELECT is(corpo -> 'colunas', pg_temp.colunas(), 'BOARD-4: with what it made of the columns') FROM marca;
SELECT is(corpo -> 'colunas' -> 2, '{"coluna": "contatado", "total": 1, "valor": 10.00}', 'the card is counted where it is now') FROM marca;
SELECT results_eq($$SELECT retornar_em, proximo_passo::text, marcado_por, retornar_antes, passo_antes::text
                      FROM crm.cliente_vendedor WHERE cliente_id = 880001$$,
                  $$VALUES (crm.hoje() + 1, NULL, 9011::bigint, crm.hoje() + 2, 'ligar depois do almoço')$$,
                  'the mark takes the place of what was planned');
SELECT is(c.corpo ->> 'repetido', 'true', 'BOARD-2: repeated')
  FROM pg_temp.chamar(9011, 'marcar_contatado', pg_temp.corpo(880001, jsonb_build_object('retornar_em', pg_temp.em(9)))) c;
SELECT is((SELECT retornar_em FROM crm.cliente_vendedor WHERE cliente_id = 880001), crm.hoje() + 1, 'and unchanged');

-- ---- undo is exact (BOARD-4) ------------------------------------------------------
SELECT is(pg_temp.erro(9002, 'desfazer_contato', pg_temp.corpo(880001)), '409 contato_mudou cliente_id', 'not who marked');
SELECT is(c.corpo - 'atribuicao_id' - 'colunas', jsonb_build_object('cliente_id', 880001, 'contatado', false, 'retornar_em', pg_temp.em(2),
          'proximo_passo', 'ligar depois do almoço'), 'BOARD-4: undone')
  FROM pg_temp.chamar(9011, 'desfazer_contato', pg_temp.corpo(880001)) c;
SELECT is(pg_temp.estado(), e, 'BOARD-4: rows, status and counters are as before the mark') FROM antes;
SELECT is_empty('SELECT * FROM crm.contagens_verificar()', 'the counters are right');
SELECT pg_temp.ser(9002);
SELECT is_empty('SELECT * FROM crm.verificar_distribuicao()', 'all invariants hold');
SELECT is(pg_temp.erro(9011, 'desfazer_contato', pg_temp.corpo(880001)), '409 contato_mudou cliente_id', 'nothing to undo');
SELECT is(c.status, 200, 'marked anew') FROM pg_temp.chamar(9011, 'marcar_contatado', pg_temp.corpo(880001)) c;
SELECT is((SELECT retornar_em FROM crm.cliente_vendedor WHERE cliente_id = 880001), NULL, 'with no return: done');

-- Whatever happened since makes the mark final.
SELECT is(c.status, 200, 'a next step after the mark') FROM pg_temp.chamar(9011, 'proximo_passo',
    pg_temp.corpo(880001, jsonb_build_object('retornar_em', pg_temp.em(0)))) c;
SELECT is(pg_temp.erro(9011, 'desfazer_contato', pg_temp.corpo(880001)), '409 contato_mudou cliente_id', 'touched: final');
SELECT is(c.status, 200, 'another mark') FROM pg_temp.chamar(9011, 'marcar_contatado', pg_temp.corpo(880002)) c;
UPDATE crm.cliente_vendedor SET data_contato = data_contato - interval '1 day' WHERE cliente_id = 880002;
SELECT is(pg_temp.erro(9011, 'desfazer_contato', pg_temp.corpo(880002)), '409 contato_mudou cliente_id', 'of yesterday: final');
SELECT is(c.status, 200, 'a mark, then an order') FROM pg_temp.chamar(9011, 'marcar_contatado', pg_temp.corpo(880003)) c;
INSERT INTO crm.pedidos (cliente_id, data_pedido, valor) VALUES (880003, crm.hoje(), 50);
SELECT is(pg_temp.erro(9011, 'desfazer_contato', pg_temp.corpo(880003)), '403 cliente_de_outro_vendedor cliente_id', 'recovered: gone');
SELECT is(c.status, 200, 'a manager marks for the seller') FROM pg_temp.chamar(9002, 'marcar_contatado', pg_temp.corpo(880004)) c;
SELECT is(pg_temp.erro(9011, 'desfazer_contato', pg_temp.corpo(880004)), '409 contato_mudou cliente_id', 'the seller did not mark it');
SELECT is(c.status, 200, 'the manager undoes it') FROM pg_temp.chamar(9002, 'desfazer_contato', pg_temp.corpo(880004)) c;

-- ---- who may (Z-1) ------------------------------------------------------------------
CREATE TEMP TABLE parado AS SELECT pg_temp.estado() AS e;
SELECT is(pg_temp.erro(9011, f, pg_temp.corpo(880010)), '403 cliente_de_outro_vendedor cliente_id', 'Z-1 another''s client: ' || f)
  FROM unnest('{desfazer_contato,proximo_passo,por_que}'::text[]) f;
SELECT is(pg_temp.erro(9011, f, pg_temp.corpo(1)), '403 cliente_de_outro_vendedor cliente_id', 'Z-1 nobody''s, in the same words: ' || f)
  FROM unnest('{desfazer_contato,proximo_passo,por_que}'::text[]) f;
SELECT alike(pg_temp.erro(9011, f, pg_temp.corpo(880010, '{}', 9012)), '403 %', 'Z-1 another''s board: ' || f)
  FROM unnest('{desfazer_contato,proximo_passo,por_que}'::text[]) f;
SELECT alike(pg_temp.erro(9011, f, '{"id": 9012}'), '403 %', 'Z-1 another''s: ' || f) FROM unnest('{fila,whatsapp}'::text[]) f;
SELECT alike(pg_temp.erro(9003, f, '{"id": 9011}'), '403 %', 'Z-1 an operator: ' || f) FROM unnest('{fila,whatsapp}'::text[]) f;
SELECT is(pg_temp.erro(9011, 'proximo_passo', pg_temp.corpo(880005, jsonb_build_object('retornar_em', pg_temp.em(n)))),
          '422 retorno_invalido retornar_em', 'I-4 a day ' || n) FROM unnest('{-1,367}'::integer[]) n;
SELECT is(pg_temp.erro(9011, 'marcar_contatado', pg_temp.corpo(880005, jsonb_build_object('retornar_em', pg_temp.em(-1)))),
          '422 retorno_invalido retornar_em', 'I-4 a mark that returns yesterday');
SELECT is(split_part(pg_temp.erro(9011, 'proximo_passo', pg_temp.corpo(880005, jsonb_build_object('nota', repeat('á', 501)))), ' ', 1),
          '422', 'I-4 a long note');
SELECT is(pg_temp.estado(), e, 'refusals change nothing') FROM parado;

-- ---- the day queue (BOARD-5) -------------------------------------------------------
UPDATE crm.cliente_vendedor SET retornar_em = crm.hoje() - 3 WHERE cliente_id = 880005;
UPDATE crm.cliente_vendedor SET retornar_em = crm.hoje() - 9 WHERE cliente_id = 880002;
UPDATE crm.cliente_vendedor SET retornar_em = crm.hoje() + 5 WHERE cliente_id = 880006;
SELECT pg_temp.ser(9002);
SELECT results_eq('SELECT cliente_id, fila FROM crm.fila_do_dia(9011)',
                  $$VALUES (880002::bigint, 'atrasado'), (880005, 'atrasado'), (880001, 'hoje'), (880009, 'a_contatar'),
                           (880008, 'a_contatar'), (880007, 'a_contatar'), (880004, 'a_contatar')$$,
                  'BOARD-5: overdue first, today, then the longest without buying; later returns are not here');
SELECT results_eq('SELECT * FROM crm.fila_totais(9011)', 'VALUES (2::bigint, 1::bigint, 4::bigint, 1::bigint)', 'its numbers');
SELECT results_eq('SELECT fila, count(*) FROM crm.v_carteira WHERE vendedor_id = 9011 AND fila IS NOT NULL GROUP BY 1 ORDER BY 1',
                  $$VALUES ('a_contatar', 4::bigint), ('agendado', 1), ('atrasado', 2), ('hoje', 1)$$, 'BI reads the same');
SELECT is(jsonb_path_query_array(c.corpo, '$.clientes[*].id'), '[880001, 880009]', 'a page of it')
  FROM pg_temp.chamar(9011, 'fila', '{"id": 9011, "size": 2, "page": 2}') c;
SELECT is(c.corpo -> 'totais' || jsonb_build_object('total', c.corpo -> 'total', 'pages', c.corpo -> 'pages'),
          '{"atrasados": 2, "hoje": 1, "a_contatar": 4, "agendados": 1, "total": 7, "pages": 4}', 'totals of the answer')
  FROM pg_temp.chamar(9002, 'fila', '{"id": 9011, "size": 2}') c;

-- ---- untouched for too long (DIST-10) ------------------------------------------------
UPDATE crm.configuracoes SET valor = '10' WHERE chave = 'dias_sem_toque';
SELECT is(jsonb_path_query_array(c.corpo, '$.clientes[*] ? (@.reciclagem_em != null).id'), '[880009, 880008, 880007, 880004]',
          'DIST-10 cards say when they go; contacted ones and those with a next step stay')
  FROM pg_temp.chamar(9011, 'fila', '{"id": 9011}') c;
UPDATE crm.configuracoes SET valor = '0' WHERE chave = 'dias_sem_toque';
SELECT is(jsonb_path_query_array(c.corpo, '$.clientes[*] ? (@.reciclagem_em != null).id'), '[]', 'without the limit none does')
  FROM pg_temp.chamar(9011, 'fila', '{"id": 9011}') c;

-- ---- an overdue step ------------------------------------------------------------------
SAVEPOINT atrasado;
UPDATE crm.cliente_vendedor SET retornar_em = crm.hoje() - 3, proximo_passo = 'ligar' WHERE cliente_id = 880005 AND encerrada_em IS NULL;
SELECT is(c.corpo -> 'proximo_passo', '"ligar de manhã"', 'BOARD-5: the note of an overdue step, its day as it is')
  FROM pg_temp.chamar(9011, 'proximo_passo', pg_temp.corpo(880005, jsonb_build_object('retornar_em', crm.hoje() - 3, 'nota', 'ligar de manhã'))) c;
SELECT is(pg_temp.erro(9011, 'proximo_passo', pg_temp.corpo(880005, jsonb_build_object('retornar_em', crm.hoje() - 2, 'nota', 'x'))),
          '422 retorno_invalido retornar_em', 'another day of the past is refused');
SELECT results_eq('SELECT retornar_em, proximo_passo::text FROM crm.cliente_vendedor WHERE cliente_id = 880005 AND encerrada_em IS NULL',
                  $$VALUES (crm.hoje() - 3, 'ligar de manhã')$$, 'kept');
ROLLBACK TO atrasado;

-- ---- por que este cliente? (DIST-8) ---------------------------------------------------
SELECT pg_temp.ser(9011);
SELECT results_eq('SELECT tipo, motivo, texto FROM crm.por_que(9011, 880003)',
                  $$VALUES ('perda', 'pedido', 'O cliente voltou a comprar.'),
                           ('ganho', 'distribuicao', 'Veio na distribuição automática.')$$, 'DIST-8: newest first, in words');
SELECT pg_temp.ser(9002);
SELECT crm.realocar_cliente(880007, 9012);
SELECT is(jsonb_path_query_array(c.corpo, '$.movimentos[*].outro'), '[null, null]', 'a seller is not told who has the client now')
  FROM pg_temp.chamar(9011, 'por_que', pg_temp.corpo(880007)) c;
SELECT is(jsonb_path_query_array(c.corpo, '$.movimentos[*].outro.id'), '[9011, 9012]', 'a manager is')
  FROM pg_temp.chamar(9002, 'por_que', pg_temp.corpo(880007)) c;
SELECT is_empty($$SELECT m FROM unnest('{distribuicao,realocacao,redistribuir_todos,transferencia,desfazer,reciclagem}'::text[]) m
                   WHERE crm.movimento_texto('ganho', m, NULL) LIKE 'Entrou na carteira:%'$$, 'every gain has words');
SELECT is_empty($$SELECT m FROM unnest('{redistribuicao,redistribuir_todos,vendedor_offline,fora_da_janela,realocacao,liberacao,pedido,desativacao,nao_contatar,transferencia,desfeita,reserva_vencida,sem_toque}'::text[]) m
                   WHERE crm.movimento_texto('perda', m, NULL) LIKE 'Saiu da carteira:%'$$, 'and every loss');

-- ---- the WhatsApp text (BOARD-4) --------------------------------------------------------
SELECT is(c.corpo -> 'whatsapp' ->> 'proprio', 'false', 'the setting at first') FROM pg_temp.chamar(9011, 'eu', '{}') c;
SELECT is(c.corpo, '{"modelo": "Oi, aqui é {vendedor}", "proprio": true}', 'BOARD-4: an own text')
  FROM pg_temp.chamar(9011, 'whatsapp', '{"id": 9011, "modelo": "Oi, aqui é {vendedor}"}') c;
SELECT is(c.corpo -> 'whatsapp', '{"modelo": "Oi, aqui é {vendedor}", "proprio": true}', 'for me')
  FROM pg_temp.chamar(9011, 'eu', '{}') c;
SELECT is(c.corpo ->> 'proprio', 'false', 'back to the setting') FROM pg_temp.chamar(9011, 'whatsapp', '{"id": 9011}') c;

-- ---- the zone that the screens show instants in (TEMPO-1) --------------------------------
SELECT is(c.corpo ->> 'fuso', 'America/Sao_Paulo', 'TEMPO-1: the zone of the business') FROM pg_temp.chamar(9011, 'eu', '{}') c;
UPDATE crm.configuracoes SET valor = 'America/Manaus' WHERE chave = 'fuso_horario';
SELECT is(c.corpo ->> 'fuso', 'America/Manaus', 'as the setting has it') FROM pg_temp.chamar(9011, 'eu', '{}') c;

SELECT * FROM finish();
ROLLBACK;
