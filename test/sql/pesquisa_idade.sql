-- The order by age of who may not see birth dates: whole years, so that a neighbour tells no day (LGPD-1, BUSCA-4).
BEGIN;
SELECT plan(6);

INSERT INTO crm.usuarios (id, nome, email, papel) VALUES
    (9002, 'Gil Gerente', 'gil@exemplo.test', 'gerente'), (9003, 'Olga Operadora', 'olga@exemplo.test', 'operador');
INSERT INTO crm.sessoes (id, usuario_id, limite_em)
SELECT format('00000000-0000-4000-8000-%s', lpad(id::text, 12, '0'))::uuid, id, now() + interval '1 day'
  FROM crm.usuarios WHERE id BETWEEN 9001 AND 9012;
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
-- Days in no order of the ids; one in twenty without a birth date.
INSERT INTO crm.clientes (id_cliente, cpf, nome_completo, data_nascimento)
SELECT 880000 + n, pg_temp.cpf(880000 + n), 'Cliente ' || n,
       CASE WHEN n % 20 <> 0 THEN crm.hoje() - 6574 - (n * 7919) % 7300 END
  FROM generate_series(1, 3000) AS n;
ANALYZE crm.clientes;
ANALYZE crm.clientes_busca;

CREATE FUNCTION pg_temp.percorrer(quem bigint, ordem text) RETURNS bigint[] LANGUAGE plpgsql AS $$
DECLARE
    cursor_ text;
    corpo   jsonb;
    ids     bigint[] := '{}';
BEGIN
    LOOP
        SELECT a.corpo::jsonb INTO corpo
          FROM crm.atender('pesquisar_clientes', format('00000000-0000-4000-8000-%s', lpad(quem::text, 12, '0'))::uuid, '127.0.0.1',
                           'teste', 'pgtap', NULL, jsonb_strip_nulls(jsonb_build_object('sort', ordem, 'size', 100, 'cursor', cursor_))) AS a;
        ids := ids || ARRAY(SELECT (i ->> 'id_cliente')::bigint FROM jsonb_array_elements(corpo -> 'items') WITH ORDINALITY AS x(i, n) ORDER BY n);
        cursor_ := corpo ->> 'proximo';
        EXIT WHEN cursor_ IS NULL OR cardinality(ids) > 5000;
    END LOOP;
    RETURN ids;
END $$;
CREATE FUNCTION pg_temp.anos(sinal integer) RETURNS bigint[] LANGUAGE sql AS $$
    SELECT array_agg(id_cliente ORDER BY data_nascimento IS NULL,
                     sinal * extract(year FROM age(crm.hoje(), data_nascimento)), -sinal * id_cliente) FROM crm.clientes;
$$;
-- As the product chooses, and with walks along the indexes forced.
SELECT is(pg_temp.percorrer(9003, 'idade'), pg_temp.anos(1), 'LGPD-1 BUSCA-4 whole years, then ids');
SELECT is(pg_temp.percorrer(9003, '-idade'), pg_temp.anos(-1), 'LGPD-1 BUSCA-4 the other way round');
SET LOCAL crm.busca_reunir_ate = 1;
SELECT is(pg_temp.percorrer(9003, 'idade'), pg_temp.anos(1), 'BUSCA-4 the same by walks');
SELECT is(pg_temp.percorrer(9003, '-idade'), pg_temp.anos(-1), 'BUSCA-4 the other way round');
SELECT is(pg_temp.percorrer(9002, 'idade'),
          (SELECT array_agg(id_cliente ORDER BY data_nascimento IS NULL, data_nascimento DESC, id_cliente DESC) FROM crm.clientes),
          'BUSCA-4 to the day for who sees the birth dates');
RESET crm.busca_reunir_ate;
SELECT is((SELECT c.corpo::jsonb ->> 'codigo'
             FROM crm.atender('pesquisar_clientes', '00000000-0000-4000-8000-000000009002', '127.0.0.1', 'teste', 'pgtap', NULL,
                              '{"sort": "idade", "size": 10}') AS a,
                  crm.atender('pesquisar_clientes', '00000000-0000-4000-8000-000000009003', '127.0.0.1', 'teste', 'pgtap', NULL,
                              jsonb_build_object('sort', 'idade', 'size', 10, 'cursor', a.corpo::jsonb ->> 'proximo')) AS c),
          'cursor_invalido', 'LGPD-1 nor does the cursor of another lead there');

SELECT * FROM finish();
ROLLBACK;
