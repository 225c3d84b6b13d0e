-- Pages of a seller whose own clients and those who are only alike are more than a thousand together (BUSCA-2, BUSCA-4, Z-2).
BEGIN;
SELECT plan(3);

INSERT INTO crm.usuarios (id, nome, email, papel) VALUES (9011, 'Vera Vendedora', 'vera@exemplo.test', 'vendedor');
INSERT INTO crm.sessoes (id, usuario_id, limite_em) VALUES ('00000000-0000-4000-8000-000000009011', 9011, now() + interval '1 day');
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
-- 950 who answer, 100 who sound alike, and 7 of nobody's.
INSERT INTO crm.clientes (id_cliente, cpf, nome_completo)
SELECT 880000 + n, pg_temp.cpf(880000 + n), CASE WHEN n <= 950 THEN 'Luiz Wanderley' ELSE 'Luis Wanderley' END
  FROM generate_series(1, 1057) AS n;
INSERT INTO crm.cliente_vendedor (cliente_id, vendedor_id, motivo)
SELECT 880000 + n, 9011, 'distribuicao' FROM generate_series(1, 1050) AS n;

CREATE FUNCTION pg_temp.percorrer(OUT clientes bigint, OUT parecidos bigint, OUT paginas integer) LANGUAGE plpgsql AS $$
DECLARE
    cursor_ text;
    corpo   jsonb;
BEGIN
    SELECT 0, 0, 0 INTO clientes, parecidos, paginas;
    LOOP
        SELECT a.corpo::jsonb INTO corpo
          FROM crm.atender('pesquisar_clientes', '00000000-0000-4000-8000-000000009011', '127.0.0.1', 'teste', 'pgtap', NULL,
                           jsonb_strip_nulls(jsonb_build_object('q', 'luiz', 'size', 100, 'cursor', cursor_))) AS a;
        clientes := clientes + jsonb_array_length(corpo -> 'items');
        parecidos := parecidos + jsonb_array_length(jsonb_path_query_array(corpo, '$.items[*] ? (@.parecido == true)'));
        paginas := paginas + 1;
        cursor_ := corpo ->> 'proximo';
        EXIT WHEN cursor_ IS NULL OR paginas > 20;
    END LOOP;
END $$;
CREATE TEMP TABLE p AS SELECT * FROM pg_temp.percorrer();
SELECT is(clientes, 1050::bigint, 'BUSCA-4 Z-2 all of the portfolio come by, and nobody else') FROM p;
SELECT is(parecidos, 100::bigint, 'BUSCA-2 with those who are alike') FROM p;
SELECT is(paginas, 11, 'BUSCA-4 in eleven pages') FROM p;

SELECT * FROM finish();
ROLLBACK;
