-- The manager's board, GET /api/admin/quadro (ADM-1, ADM-2, BUSCA-4, Z-3, I-4).
BEGIN;
SELECT no_plan();

INSERT INTO crm.usuarios (id, nome, email, papel) VALUES
    (9002, 'Gil Gerente', 'gil@exemplo.test', 'gerente'),
    (9003, 'Olga Operadora', 'olga@exemplo.test', 'operador');
INSERT INTO crm.usuarios (id, nome, email, papel)
SELECT 9100 + i, format('Vendedor %s', lpad(i::text, 2, '0')), 'q' || i || '@exemplo.test', 'vendedor' FROM generate_series(1, 25) i;
INSERT INTO crm.vendedores (id, nome) SELECT id, nome FROM crm.usuarios WHERE papel = 'vendedor' ON CONFLICT DO NOTHING;
INSERT INTO crm.sessoes (id, usuario_id, limite_em)
SELECT format('00000000-0000-4000-8000-%s', lpad(id::text, 12, '0'))::uuid, id, now() + interval '9 days' FROM crm.usuarios;
CREATE FUNCTION pg_temp.chamar(quem bigint, args jsonb, OUT status integer, OUT corpo jsonb) LANGUAGE sql AS $$
    SELECT a.status, a.corpo::jsonb
      FROM crm.atender('quadro', format('00000000-0000-4000-8000-%s', lpad(quem::text, 12, '0'))::uuid,
                       '127.0.0.1', 'teste', 'pgtap', NULL, args) a;
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
-- n bought n % 121 days ago, n = 1..484; one disabled and one opted out in the window.
INSERT INTO crm.clientes (id_cliente, cpf, nome_completo, data_ultima_compra, valor_total, ativo, nao_contatar)
SELECT 882000 + n, pg_temp.cpf(882000 + n), 'Cliente ' || n, crm.hoje() - n % 121, (n % 9) * 10 + 0.5, n <> 50, n = 51
  FROM generate_series(1, 484) n;
-- 1 holds 60 of the window (5 contacted, 3 pinned), 2 holds ten, pinned, one of them long out of it.
INSERT INTO crm.cliente_vendedor (cliente_id, vendedor_id, data_ultima_compra, valor_total, motivo, fixado, contatado, data_contato)
SELECT c.id_cliente, CASE WHEN t.n <= 60 THEN 9101 ELSE 9102 END, c.data_ultima_compra, c.valor_total, 'distribuicao',
       t.n > 60 OR t.n <= 3, t.n BETWEEN 10 AND 14, CASE WHEN t.n BETWEEN 10 AND 14 THEN crm.agora() END
  FROM (SELECT id_cliente, row_number() OVER (ORDER BY id_cliente) AS n FROM crm.clientes
         WHERE ativo AND NOT nao_contatar AND (crm.situacao(data_ultima_compra) = 'elegivel' OR id_cliente = 882120)) t
  JOIN crm.clientes c USING (id_cliente)
 WHERE t.n <= 69 OR c.id_cliente = 882120;
UPDATE crm.clientes c SET status = CASE WHEN v.contatado THEN 'contatado' ELSE 'atribuido' END
  FROM crm.cliente_vendedor v WHERE v.cliente_id = c.id_cliente AND v.encerrada_em IS NULL;

CREATE TEMP TABLE q AS
SELECT c ->> 'coluna' AS coluna, c ->> 'titulo' AS titulo, c -> 'vendedor' AS vendedor, (c ->> 'total')::bigint AS total,
       (c ->> 'valor')::numeric AS valor, jsonb_array_length(c -> 'clientes') AS cartoes, (c ->> 'pages')::bigint AS pages,
       row_number() OVER () AS n, c -> 'clientes' AS clientes
  FROM pg_temp.chamar(9002, '{}') r, jsonb_array_elements(r.corpo -> 'colunas') c;

-- ---- by seller: as the views count ------------------------------------------------------------
SELECT is((SELECT count(*) FROM q), 26::bigint, 'ADM-2 a column per active seller and one for nobody');
SELECT is((SELECT coluna || ' ' || titulo FROM q WHERE n = 1), 'sem_vendedor Sem vendedor', 'nobody comes first');
SELECT is((SELECT array_agg(titulo ORDER BY n) FROM q WHERE n > 1), (SELECT array_agg(vendedor::text ORDER BY lower(vendedor)) FROM crm.v_desempenho_vendedor),
          'then the sellers by name');
SELECT results_eq('SELECT coluna::bigint, total, valor FROM q WHERE n > 1 ORDER BY 1',
    'SELECT vendedor_id, a_contatar + contatados, valor_aberto FROM crm.v_desempenho_vendedor ORDER BY 1', 'ADM-2 totals and R$ of the view');
SELECT results_eq('SELECT coluna::bigint, total, valor FROM q WHERE n > 1 AND total > 0 ORDER BY 1',
    'SELECT vendedor_id, count(*), sum(valor_total) FROM crm.cliente_vendedor WHERE encerrada_em IS NULL GROUP BY 1 ORDER BY 1', 'and of the rows');
SELECT results_eq('SELECT total, valor FROM q WHERE n = 1',
    $$SELECT count(*), sum(valor_total) FROM crm.clientes WHERE ativo AND NOT nao_contatar AND status = 'disponivel'
       AND crm.situacao(data_ultima_compra) = 'elegivel'$$, 'ADM-2 and of who has no seller');
SELECT is((SELECT sum(cartoes) FROM q), (SELECT sum(least(total, 10)) FROM q)::bigint, 'ten cards of each column when there are many');
SELECT is((SELECT jsonb_array_length(r.corpo #> '{colunas,0,clientes}') FROM pg_temp.chamar(9002, '{"coluna": "9101"}') r), 50, 'fifty of one');
SELECT is((SELECT vendedor - 'nome' - 'valor_pendente' FROM q WHERE coluna = '9101'),
          '{"id": 9101, "online": false, "ausente": false, "peso": 1, "capacidade": null, "participa_distribuicao": true, "pendentes": 52,
            "disponivel_agora": false, "motivo_indisponivel": "offline", "jornada_resumo": null, "ausencia_ate": null,
            "fixados": 3, "a_contatar": 55, "contatados": 5, "recuperados": 0, "recebidos": 60, "contatos": 5, "valor_recuperado": 0.00, "taxa_contato": 0.0833}'::jsonb,
          'with the seller''s numbers');

CREATE FUNCTION pg_temp.paginas(args jsonb, n integer) RETURNS bigint[] LANGUAGE sql AS $$
    SELECT array_agg((c ->> 'id')::bigint ORDER BY g, i)
      FROM generate_series(1, n) g, LATERAL pg_temp.chamar(9002, args || jsonb_build_object('page', g)) r,
           jsonb_array_elements(r.corpo #> '{colunas,0,clientes}') WITH ORDINALITY AS t(c, i);
$$;
SELECT is(pg_temp.paginas('{"coluna": "9101", "size": 7}', 9),
          (SELECT array_agg(cliente_id ORDER BY contatado, data_ultima_compra, id) FROM crm.cliente_vendedor WHERE vendedor_id = 9101 AND encerrada_em IS NULL),
          'BUSCA-4 pages neither repeat nor skip: urgent first, contacted last');
SELECT is(pg_temp.paginas('{"coluna": "sem_vendedor", "size": 9}', 9),
          (SELECT array_agg(id_cliente ORDER BY data_ultima_compra, id_cliente) FROM crm.clientes WHERE ativo AND NOT nao_contatar
              AND status = 'disponivel' AND crm.situacao(data_ultima_compra) = 'elegivel'), 'BUSCA-4 of nobody too');

-- ---- by period --------------------------------------------------------------------------------------
SELECT results_eq($$SELECT c ->> 'coluna', (c ->> 'total')::bigint, (c ->> 'valor')::numeric
                      FROM pg_temp.chamar(9002, '{"por": "periodo"}') r, jsonb_array_elements(r.corpo -> 'colunas') c$$,
    $$SELECT periodo, clientes, valor FROM crm.v_periodos WHERE ordem BETWEEN 2 AND 5 ORDER BY ordem$$, 'ADM-2 the periods of the view');
SELECT is((SELECT jsonb_agg(c -> 'total') FROM pg_temp.chamar(9002, '{"por": "periodo", "vendedor_id": 9102}') r, jsonb_array_elements(r.corpo -> 'colunas') c),
          (SELECT jsonb_agg((SELECT count(*) FROM crm.cliente_vendedor v WHERE v.vendedor_id = 9102 AND v.encerrada_em IS NULL
                              AND crm.periodo_de(v.data_ultima_compra) = p.periodo) ORDER BY p.ordem)
             FROM crm.v_periodos p WHERE p.ordem BETWEEN 2 AND 5), 'of one seller');
SELECT is((SELECT r.corpo #> '{colunas,0,coluna}' FROM pg_temp.chamar(9002, '{"por": "periodo", "coluna": ">90", "page": 2, "size": 5}') r), '">90"', 'one column of them');

-- ---- refusals --------------------------------------------------------------------------------------------
SELECT is(r.status || ' ' || (r.corpo ->> 'codigo'), certo, certo || ' ' || args) FROM (VALUES
    ('{"coluna": "77"}'::jsonb, '404 coluna_inexistente'), ('{"por": "periodo", "coluna": "9101"}', '404 coluna_inexistente'),
    ('{"por": "periodo", "vendedor_id": 77}', '404 vendedor_inexistente'), ('{"coluna": "9101", "page": 201, "size": 50}', '422 pagina_profunda'),
    ('{"por": "cidade"}', '422 campo_invalido'), ('{"size": 101}', '422 campo_invalido')) AS v(args, certo), LATERAL pg_temp.chamar(9002, args) r;
SELECT is(r.status, 403, 'Z-3 not by ' || quem) FROM unnest(ARRAY[9003, 9101]) quem, LATERAL pg_temp.chamar(quem, '{}') r;

SELECT * FROM finish();
ROLLBACK;
