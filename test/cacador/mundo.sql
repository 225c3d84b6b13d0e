-- The hunter's world: few rows, written all the time, whose every state is a pure
-- function of counters that only grow. An answer then names the state it shows.
--
--   edited clients   versao v -> nome_completo, cidade, uf
--                    valor_total in cents w -> data_ultima_compra (period and column)
--                    nome_mae 'Mae r': written with triggers off (replica role)
--   their assignments (pinned)   observacoes 'obs n'
--   moved clients    the open assignment's id grows with each move
--   bought clients   count of orders
--   sellers          nome 'Caca<letters of id> <letters of n>'
--   caca.relogio     'novato': the one client "Novato Cacado <letters of n>";
--                    'painel': gerentes may see the panel while n is even
CREATE SCHEMA caca;

CREATE TABLE caca.relogio (chave text PRIMARY KEY, n bigint NOT NULL);
INSERT INTO caca.relogio VALUES ('novato', 0), ('painel', 0);

-- What is hunted: tipo e(dited), m(oved), p (bought).
CREATE TABLE caca.alvos (id bigint PRIMARY KEY, tipo char(1) NOT NULL, cpf text NOT NULL);
CREATE TABLE caca.vendedores (id bigint PRIMARY KEY);

CREATE FUNCTION caca.letras(n bigint) RETURNS text LANGUAGE sql IMMUTABLE
    RETURN translate(n::text, '0123456789', 'abcdefghij');
CREATE FUNCTION caca.nome(id bigint, v bigint) RETURNS text LANGUAGE sql IMMUTABLE
    RETURN (ARRAY['Aroldo', 'Benedita', 'Custodio'])[v % 3 + 1] || ' Cacador Quartzo' || caca.letras(id);
CREATE FUNCTION caca.cidade(v bigint) RETURNS text LANGUAGE sql IMMUTABLE
    RETURN (ARRAY['Olinda', 'Recife', 'Caruaru'])[v % 3 + 1];
CREATE FUNCTION caca.uf(v bigint) RETURNS text LANGUAGE sql IMMUTABLE
    RETURN (ARRAY['PE', 'AC'])[v % 2 + 1];
CREATE FUNCTION caca.compra(w bigint) RETURNS date LANGUAGE sql STABLE
    RETURN crm.hoje() - CASE w % 2 WHEN 0 THEN 40 ELSE 50 END;

CREATE FUNCTION caca.novo(nome text, dias integer) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE novo bigint;
BEGIN
    INSERT INTO crm.clientes (cpf, nome_completo, data_nascimento, nome_mae, cidade, uf, data_ultima_compra)
    VALUES (caca.cpf(nextval('caca.cpfs')), nome, '1990-05-05', 'Mae 0', 'Olinda', 'PE', crm.hoje() - dias)
    RETURNING id_cliente INTO novo;
    RETURN novo;
END $$;

-- The CPF whose first nine digits are n.
CREATE SEQUENCE caca.cpfs START 700000001;
CREATE FUNCTION caca.cpf(n bigint) RETURNS crm.cpf LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE d text := lpad(n::text, 9, '0'); s integer;
BEGIN
    FOR k IN 10..11 LOOP
        s := 0;
        FOR i IN 1..(k - 1) LOOP
            s := s + substr(d, i, 1)::integer * (k + 1 - i);
        END LOOP;
        d := d || CASE WHEN s % 11 < 2 THEN 0 ELSE 11 - s % 11 END;
    END LOOP;
    RETURN d::crm.cpf;
END $$;

CREATE FUNCTION caca.montar(editados integer, movidos integer, comprados integer) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE c bigint; vs bigint[];
BEGIN
    -- Nobody but the hunter moves anything.
    PERFORM crm.configurar('presenca_ausente', '86400');
    INSERT INTO caca.vendedores SELECT v.id FROM crm.vendedores v ORDER BY v.id LIMIT 3;
    UPDATE crm.vendedores SET participa_distribuicao = false;
    -- Whom the demonstration has in the window leaves it: the hunted are alone there.
    UPDATE crm.clientes SET data_ultima_compra = crm.hoje() - 5
     WHERE data_ultima_compra BETWEEN crm.hoje() - 65 AND crm.hoje() - 25;
    SELECT array_agg(v.id ORDER BY v.id) INTO vs FROM caca.vendedores v;
    FOR i IN 1..editados LOOP
        c := caca.novo('Provisorio', 40);
        INSERT INTO caca.alvos SELECT c, 'e', k.cpf::text FROM crm.clientes k WHERE k.id_cliente = c;
        UPDATE crm.clientes SET nome_completo = caca.nome(c, versao + 1), cidade = caca.cidade(versao + 1), uf = caca.uf(versao + 1)
         WHERE id_cliente = c;
        PERFORM crm.realocar_cliente(c, vs[i % 3 + 1]);
        UPDATE crm.cliente_vendedor SET observacoes = 'obs 0' WHERE cliente_id = c AND encerrada_em IS NULL;
    END LOOP;
    FOR i IN 1..movidos LOOP
        c := caca.novo('Movido Cacado Quartzo' || caca.letras(i), 40);
        INSERT INTO caca.alvos SELECT c, 'm', k.cpf::text FROM crm.clientes k WHERE k.id_cliente = c;
        PERFORM crm.realocar_cliente(c, vs[i % 3 + 1]);
    END LOOP;
    FOR i IN 1..comprados LOOP
        c := caca.novo('Comprado Cacado Quartzo' || caca.letras(i), 10);
        INSERT INTO caca.alvos SELECT c, 'p', k.cpf::text FROM crm.clientes k WHERE k.id_cliente = c;
    END LOOP;
    FOR i IN 1..3 LOOP
        PERFORM caca.rebatizar(vs[i]);
    END LOOP;
    PERFORM caca.trocar_novato();
END $$;

-- ---- what the writers do ---------------------------------------------------------

CREATE FUNCTION caca.editar(ids bigint[]) RETURNS void LANGUAGE sql AS $$
    UPDATE crm.clientes SET nome_completo = caca.nome(id_cliente, versao + 1),
           cidade = caca.cidade(versao + 1), uf = caca.uf(versao + 1)
     WHERE id_cliente IN (SELECT c.id_cliente FROM crm.clientes c WHERE c.id_cliente = ANY (ids)
                           ORDER BY 1 FOR UPDATE);
$$;

CREATE FUNCTION caca.comprar_dentro(ids bigint[]) RETURNS void LANGUAGE sql AS $$
    UPDATE crm.clientes SET valor_total = valor_total + 0.01,
           data_ultima_compra = caca.compra((valor_total * 100)::bigint + 1)
     WHERE id_cliente IN (SELECT c.id_cliente FROM crm.clientes c WHERE c.id_cliente = ANY (ids)
                           ORDER BY 1 FOR UPDATE);
$$;

CREATE FUNCTION caca.anotar(cliente bigint) RETURNS void LANGUAGE sql AS $$
    UPDATE crm.cliente_vendedor
       SET observacoes = 'obs ' || (substring(observacoes FROM '[0-9]+$')::bigint + 1)
     WHERE cliente_id = cliente AND encerrada_em IS NULL;
$$;

CREATE FUNCTION caca.mover(cliente bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE agora bigint; proximo bigint;
BEGIN
    PERFORM FROM crm.clientes WHERE id_cliente = cliente FOR UPDATE;
    SELECT vendedor_id INTO agora FROM crm.cliente_vendedor WHERE cliente_id = cliente AND encerrada_em IS NULL;
    SELECT coalesce(min(id) FILTER (WHERE id > agora), min(id)) INTO proximo FROM caca.vendedores;
    PERFORM crm.realocar_cliente(cliente, proximo);
END $$;

CREATE FUNCTION caca.pedir(cliente bigint) RETURNS void LANGUAGE sql AS $$
    INSERT INTO crm.pedidos (cliente_id, data_pedido, valor) VALUES (cliente, '2020-01-01', 0.01);
$$;

CREATE FUNCTION caca.rebatizar(vendedor bigint) RETURNS void LANGUAGE sql AS $$
    UPDATE crm.usuarios
       SET nome = 'Caca' || caca.letras(id) || ' ' || caca.letras(coalesce(nullif(translate(substring(nome FROM '^Caca[a-j]+ ([a-j]+)$'),
                                                 'abcdefghij', '0123456789'), '')::bigint, 0) + 1)
     WHERE id = vendedor;
$$;

CREATE FUNCTION caca.trocar_novato() RETURNS void LANGUAGE plpgsql AS $$
DECLARE k bigint;
BEGIN
    UPDATE caca.relogio SET n = n + 1 WHERE chave = 'novato' RETURNING n INTO k;
    DELETE FROM crm.clientes WHERE nome_completo LIKE 'Novato Cacado %';
    PERFORM caca.novo('Novato Cacado ' || caca.letras(k), 10);
END $$;

CREATE FUNCTION caca.girar_painel() RETURNS void LANGUAGE plpgsql AS $$
DECLARE k bigint;
BEGIN
    UPDATE caca.relogio SET n = n + 1 WHERE chave = 'painel' RETURNING n INTO k;
    IF k % 2 = 0 THEN
        INSERT INTO crm.permissoes VALUES ('gerente', 'painel.ver');
    ELSE
        DELETE FROM crm.permissoes WHERE papel = 'gerente' AND acao = 'painel.ver';
    END IF;
END $$;

-- Without the product's ordinary triggers, as a replica applies changes.
CREATE FUNCTION caca.replicar(cliente bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    SET LOCAL session_replication_role = replica;
    UPDATE crm.clientes SET nome_mae = 'Mae ' || (substring(nome_mae FROM '[0-9]+$')::bigint + 1)
     WHERE id_cliente = cliente;
    SET LOCAL session_replication_role = origin;
END $$;

-- Hot rows and hundreds of others at once.
CREATE FUNCTION caca.muitos() RETURNS void LANGUAGE sql AS $$
    UPDATE crm.clientes SET valor_total = valor_total + 0.01,
           data_ultima_compra = CASE WHEN id_cliente IN (SELECT a.id FROM caca.alvos a WHERE a.tipo = 'e')
                                     THEN caca.compra((valor_total * 100)::bigint + 1) ELSE data_ultima_compra END
     WHERE id_cliente IN (SELECT c.id_cliente FROM crm.clientes c
                           WHERE c.id_cliente IN (SELECT a.id FROM caca.alvos a WHERE a.tipo = 'e')
                              OR c.id_cliente <= 200
                           ORDER BY 1 FOR UPDATE);
$$;

-- The whole state of the edited and moved clients of a seller (NULL: of all).
CREATE FUNCTION caca.estado(vendedor bigint) RETURNS TABLE (id bigint, tipo "char", v bigint, w bigint, a bigint, dono bigint, obs bigint)
LANGUAGE sql STABLE AS $$
    SELECT c.id_cliente, t.tipo::"char", c.versao, (c.valor_total * 100)::bigint, x.id, x.vendedor_id,
           coalesce(substring(x.observacoes FROM '[0-9]+$')::bigint, 0)
      FROM caca.alvos t
      JOIN crm.clientes c ON c.id_cliente = t.id
      JOIN crm.cliente_vendedor x ON x.cliente_id = c.id_cliente AND x.encerrada_em IS NULL
     WHERE t.tipo IN ('e', 'm')
       AND (vendedor IS NULL OR t.tipo = 'm' OR x.vendedor_id = vendedor);
$$;
