-- The record of a client: create, profile, change, replace, deactivate, reactivate, by SQL and by crm.atender() (BUSCA-5, DADOS-2, DADOS-10, LGPD-1, AUDIT-1, D-6, Z-1, Z-4, Z-5, I-4, I-6).
BEGIN;
SELECT no_plan();

-- ---- who ------------------------------------------------------------------------
INSERT INTO crm.usuarios (id, nome, email, papel) VALUES
    (9001, 'Ada Admin', 'ada@exemplo.test', 'administrador'),
    (9002, 'Gil Gerente', 'gil@exemplo.test', 'gerente'),
    (9003, 'Olga Operadora', 'olga@exemplo.test', 'operador'),
    (9004, 'Tito TI', 'tito@exemplo.test', 'ti'),
    (9011, 'Vera Vendedora', 'vera@exemplo.test', 'vendedor'),
    (9012, 'Vito Vendedor', 'vito@exemplo.test', 'vendedor');
INSERT INTO crm.sessoes (id, usuario_id, limite_em)
SELECT format('00000000-0000-4000-8000-%s', lpad(id::text, 12, '0'))::uuid, id, now() + interval '1 day'
  FROM crm.usuarios WHERE id BETWEEN 9001 AND 9012;

CREATE FUNCTION pg_temp.chamar(quem bigint, funcao text, args jsonb, chave text DEFAULT NULL,
                               OUT status integer, OUT corpo jsonb, OUT extra jsonb) LANGUAGE sql AS $$
    SELECT a.status, a.corpo::jsonb, a.extra::jsonb
      FROM crm.atender(funcao, format('00000000-0000-4000-8000-%s', lpad(quem::text, 12, '0'))::uuid,
                       '127.0.0.1', 'teste', 'pgtap', chave, args) a;
$$;
-- "status codigo field,field"
CREATE FUNCTION pg_temp.erro(quem bigint, funcao text, args jsonb) RETURNS text LANGUAGE sql AS $$
    SELECT concat_ws(' ', c.status, c.corpo ->> 'codigo',
                     (SELECT string_agg(e ->> 'campo', ',' ORDER BY o)
                        FROM jsonb_array_elements(c.corpo -> 'erros') WITH ORDINALITY AS x(e, o)))
      FROM pg_temp.chamar(quem, funcao, args) c;
$$;
-- All tables but the audit: a refusal leaves this unchanged.
CREATE FUNCTION pg_temp.retrato() RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    tabela regclass;
    linhas text;
    tudo   text := '';
BEGIN
    FOR tabela IN SELECT oid FROM pg_class WHERE relnamespace = 'crm'::regnamespace AND relkind = 'r'
                     AND relname NOT LIKE 'auditoria%' ORDER BY relname LOOP
        EXECUTE format('SELECT md5(string_agg(t::text, '','' ORDER BY t::text)) FROM %s t', tabela) INTO linhas;
        tudo := tudo || tabela || coalesce(linhas, '-');
    END LOOP;
    RETURN md5(tudo);
END $$;
CREATE TEMP TABLE marca (n bigint);
INSERT INTO marca VALUES (0);
CREATE FUNCTION pg_temp.marcar() RETURNS void LANGUAGE sql AS $$ UPDATE marca SET n = (SELECT coalesce(max(id), 0) FROM crm.auditoria) $$;
-- Audit rows since the mark: "acao tabela registro".
CREATE FUNCTION pg_temp.audit() RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(concat_ws(' ', a.acao, a.tabela, a.registro_id), '; ' ORDER BY a.id) FROM crm.auditoria a, marca WHERE a.id > marca.n $$;

-- Clients: 1 eligible, held by Vera; 2 free; 3 deactivated.
INSERT INTO crm.clientes (id_cliente, cpf, nome_completo, data_nascimento, sexo, nome_mae, celular, email, cidade, uf, cep) VALUES
    (800001, '52998224725', 'Ana Alheia', crm.hoje() - interval '30 years', 'F', 'Marta Alheia', '(81) 91234-5678', 'ana@exemplo.test', 'Recife', 'PE', '50000-000'),
    (800002, '11144477735', 'Beto Livre', '1980-05-17', 'M', 'Rita Livre', NULL, NULL, NULL, NULL, NULL),
    (800003, '39053344705', 'Caio Fora', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO crm.produtos (id, nome) VALUES (800001, 'Produto de teste');
INSERT INTO crm.pedidos (cliente_id, produto_id, data_pedido, valor) VALUES
    (800001, 800001, crm.hoje() - 40, 100.50), (800001, NULL, crm.hoje() - 50, 10), (800002, NULL, crm.hoje() - 41, 7);
UPDATE crm.clientes SET ativo = false WHERE id_cliente = 800003;
UPDATE crm.clientes SET status = 'atribuido' WHERE id_cliente = 800001;
INSERT INTO crm.cliente_vendedor (id, cliente_id, vendedor_id, data_ultima_compra, valor_total, motivo)
SELECT 800001, id_cliente, 9011, data_ultima_compra, valor_total, 'distribuicao' FROM crm.clientes WHERE id_cliente = 800001;

-- ---- profile ----------------------------------------------------------------------
CREATE TEMP TABLE p AS SELECT q.quem, c.* FROM (VALUES (9001), (9002), (9003), (9011)) AS q(quem),
    LATERAL pg_temp.chamar(q.quem, 'cliente', '{"id_cliente": "800001"}') c;
SELECT is(status, 200, format('BUSCA-5 %s reads the profile', quem)) FROM p;
SELECT is(corpo ->> 'cpf', CASE WHEN quem IN (9001, 9002) THEN '529.982.247-25' ELSE '***.982.247-**' END, format('LGPD-1 Z-5 CPF for %s', quem)) FROM p;
SELECT is(corpo ->> 'data_nascimento', CASE WHEN quem IN (9001, 9002) THEN (crm.hoje() - interval '30 years')::date::text END, format('LGPD-1 birth date for %s', quem)) FROM p;
SELECT is(corpo ->> 'nome_mae', CASE WHEN quem IN (9001, 9002) THEN 'Marta Alheia' END, format('LGPD-1 mother for %s', quem)) FROM p;
SELECT is(corpo ->> 'mascarado', CASE WHEN quem IN (9001, 9002) THEN 'false' ELSE 'true' END, format('mascarado for %s', quem)) FROM p;
SELECT is(corpo ->> 'idade', '30', format('D7 age for %s', quem)) FROM p;
SELECT is(corpo -> 'vendedor', CASE WHEN quem = 9003 THEN 'null' ELSE '{"id": 9011, "nome": "Vera Vendedora"}' END::jsonb, format('holder for %s, as the assignments', quem)) FROM p;
SELECT is(jsonb_array_length(corpo -> 'atribuicoes'), CASE WHEN quem = 9003 THEN 0 ELSE 1 END, format('assignments for %s', quem)) FROM p;
SELECT is(corpo -> 'contatos', '[]', 'no contact yet') FROM p WHERE quem = 9001;
SELECT is(corpo #> '{pedidos}', jsonb_build_object('total', 2, 'valor', 110.50, 'media', 55.25, 'items', jsonb_build_array(
              jsonb_build_object('id', corpo #> '{pedidos,items,0,id}', 'data_pedido', crm.hoje() - 40, 'valor', 100.50, 'produto', 'Produto de teste'),
              jsonb_build_object('id', corpo #> '{pedidos,items,1,id}', 'data_pedido', crm.hoje() - 50, 'valor', 10.00, 'produto', NULL))),
          'BUSCA-5 orders, newest first') FROM p WHERE quem = 9003;
SELECT is(corpo -> 'pode', CASE quem WHEN 9003 THEN '{"alterar": true, "desativar": false, "revelar": true}'
                                     WHEN 9011 THEN '{"alterar": false, "desativar": false, "revelar": true}'
                                     ELSE '{"alterar": true, "desativar": true, "revelar": true}' END::jsonb, format('what %s may do', quem)) FROM p;
SELECT is(extra ->> 'etag', '1', 'API-4 the version for the entity tag') FROM p WHERE quem = 9001;
SELECT is(corpo ->> 'versao', '1', 'versao') FROM p WHERE quem = 9001;
SELECT is((SELECT array_agg(k ORDER BY k) FROM jsonb_object_keys(corpo) k),
          (SELECT array_agg(k ORDER BY k) FROM jsonb_object_keys(crm.esquema_cliente() #> '{resposta,properties}') k),
          'the answer has the fields that its schema says') FROM p WHERE quem = 9001;

-- D-6, AUDIT-1
SELECT is(count(*), 1::bigint, format('D-6 one audit row for the view of %s', p.quem))
  FROM p LEFT JOIN crm.auditoria a ON a.acao = 'perfil' AND a.tabela = 'clientes' AND a.registro_id = 800001
   AND a.usuario_id = p.quem AND a.requisicao = 'teste' AND a.endereco = '127.0.0.1' AND a.depois IS NULL GROUP BY p.quem;

-- No oracle: another's and nobody's look the same.
SELECT pg_temp.marcar();
SELECT is(pg_temp.erro(9011, f, jsonb_build_object('id_cliente', id) || mais), '403 cliente_de_outro_vendedor id_cliente', format('Z-1 %s of %s as a vendedor', f, id))
  FROM (VALUES (800002), (899999)) AS c(id),
       (VALUES ('cliente', '{}'::jsonb), ('cliente_pedidos', '{}'), ('cliente_linha_do_tempo', '{}'),
               ('cliente_revelar', '{"campos": ["cpf"], "finalidade": "conferir"}')) AS f(f, mais);
SELECT is(a.corpo - 'requisicao', b.corpo - 'requisicao', 'Z-1 the same body')
  FROM pg_temp.chamar(9011, 'cliente', '{"id_cliente": 800002}') a, pg_temp.chamar(9011, 'cliente', '{"id_cliente": 899999}') b;
SELECT is(count(*), 10::bigint, 'Z-1 each refusal is recorded') FROM crm.auditoria, marca WHERE id > marca.n AND acao = 'recusa' AND usuario_id = 9011;
SELECT is(pg_temp.erro(9001, 'cliente', '{"id_cliente": 899999}'), '404 cliente_inexistente id_cliente', 'who may see all is told');
SELECT is(pg_temp.erro(9004, 'cliente', jsonb_build_object('id_cliente', id)), '403 acesso_negado', 'ti sees no client') FROM (VALUES (800001), (899999)) AS c(id);
SELECT is(pg_temp.erro(9001, 'cliente', args::jsonb), '422 campo_invalido id_cliente', 'I-4 ' || args)
  FROM (VALUES ('{"id_cliente": "x"}'), ('{"id_cliente": 0}'), ('{"id_cliente": -1}'), ('{"id_cliente": 1.5}'), ('{"id_cliente": "9223372036854775808"}'), ('{"id_cliente": [1]}')) AS v(args);
-- A recovered client stays visible for recuperado_dias.
SELECT is(pg_temp.erro(9012, 'cliente', '{"id_cliente": 800001}'), '403 cliente_de_outro_vendedor id_cliente', 'not his before');
INSERT INTO crm.cliente_vendedor (cliente_id, vendedor_id, motivo, data_atribuicao, encerrada_em, motivo_fim, resultado, contatado, data_contato)
VALUES (800001, 9012, 'distribuicao', crm.agora() - interval '20 days', crm.agora() - interval '10 days', 'pedido', 'recuperado', true, crm.agora() - interval '15 days');
SELECT is((pg_temp.chamar(9012, 'cliente', '{"id_cliente": 800001}')).status, 200, 'recovered by him: still on his board');
SELECT is(corpo -> 'vendedor', 'null', 'who holds the client now is not his to know') FROM pg_temp.chamar(9012, 'cliente', '{"id_cliente": 800001}');
SELECT is((SELECT count(*) FROM jsonb_array_elements(corpo -> 'atribuicoes') x WHERE x -> 'vendedor' ->> 'id' <> '9012'), 0::bigint, 'nor other assignments')
  FROM pg_temp.chamar(9012, 'cliente', '{"id_cliente": 800001}');
SELECT is(jsonb_array_length(corpo -> 'contatos'), 1, 'his contact') FROM pg_temp.chamar(9012, 'cliente', '{"id_cliente": 800001}');
UPDATE crm.cliente_vendedor SET encerrada_em = crm.agora() - interval '31 days' WHERE cliente_id = 800001 AND vendedor_id = 9012;
SELECT is(pg_temp.erro(9012, 'cliente', '{"id_cliente": 800001}'), '403 cliente_de_outro_vendedor id_cliente', 'and gone after it');

-- Orders and timeline, by page.
SELECT is(corpo - 'items', '{"total": 2, "page": 2, "size": 1, "pages": 2}', 'orders: the page') FROM pg_temp.chamar(9003, 'cliente_pedidos', '{"id_cliente": "800001", "page": "2", "size": "1"}');
SELECT is(corpo #>> '{items,0,valor}', '10.00', 'orders: its row') FROM pg_temp.chamar(9003, 'cliente_pedidos', '{"id_cliente": "800001", "page": "2", "size": "1"}');
SELECT is(pg_temp.erro(9003, 'cliente_pedidos', args::jsonb), '422 campo_invalido ' || campo, 'I-4 ' || args)
  FROM (VALUES ('{"id_cliente": 800001, "page": 0}', 'page'), ('{"id_cliente": 800001, "page": "1e9"}', 'page'), ('{"id_cliente": 800001, "size": 101}', 'size'), ('{"id_cliente": 800001, "size": "1.5"}', 'size')) AS v(args, campo);

-- ---- create -----------------------------------------------------------------------
SELECT pg_temp.marcar();
CREATE TEMP TABLE n AS SELECT * FROM pg_temp.chamar(9003, 'cliente_criar', '{"cpf": "153.509.460-56", "nome_completo": "  Dora  Nova ",
    "data_nascimento": "1990-02-28", "sexo": "F", "nome_mae": "Eva Nova", "celular": "+55 (81) 99876-5432", "email": "Dora@Exemplo.Test",
    "cidade": "Olinda", "uf": "PE", "cep": "53000000"}', 'chave-dora');
SELECT is(status, 201, 'BUSCA-5 created') FROM n;
SELECT is(extra #>> '{cabecalhos,location}', '/api/v1/clients/' || (corpo ->> 'id_cliente'), 'Location') FROM n;
SELECT is(extra ->> 'etag', '1', 'entity tag') FROM n;
SELECT is(corpo ->> 'cpf', '***.509.460-**', 'LGPD-1 masked for an operador, who typed it') FROM n;
SELECT is(corpo ->> 'nome_mae', NULL, 'LGPD-1 so is the mother') FROM n;
SELECT is(row_to_json(c)::jsonb - '{created_at,updated_at,id_cliente}'::text[],
    '{"cpf": "15350946056", "nome_completo": "Dora Nova", "data_nascimento": "1990-02-28", "sexo": "F", "nome_mae": "Eva Nova",
      "celular": "(81) 99876-5432", "email": "dora@exemplo.test", "cidade": "Olinda", "uf": "PE", "cep": "53000-000",
      "data_ultima_compra": null, "valor_total": 0, "status": "disponivel", "ativo": true, "nao_contatar": false, "versao": 1}'::jsonb,
    'stored in its normal form')
  FROM crm.clientes c, n WHERE id_cliente = (n.corpo ->> 'id_cliente')::bigint;
SELECT is(pg_temp.audit(), 'inserir clientes ' || (corpo ->> 'id_cliente'), 'D-6 one audit row') FROM n;
SELECT ok(a.depois::text !~ '15350946056|153\.509|Eva Nova|1990-02-28', 'D-6 no CPF, birth date, mother in it') FROM crm.auditoria a, marca WHERE a.id > marca.n;
SELECT is(c.corpo, n.corpo, 'API-4 the same key: the same answer') FROM n, pg_temp.chamar(9003, 'cliente_criar', '{"cpf": "153.509.460-56", "nome_completo": "  Dora  Nova ",
    "data_nascimento": "1990-02-28", "sexo": "F", "nome_mae": "Eva Nova", "celular": "+55 (81) 99876-5432", "email": "Dora@Exemplo.Test",
    "cidade": "Olinda", "uf": "PE", "cep": "53000000"}', 'chave-dora') c;
SELECT is((pg_temp.chamar(9002, 'cliente_criar', '{"cpf": "12345678909", "nome_completo": "Zé", "nao_contatar": true}')).corpo ->> 'nao_contatar', 'true', 'a minimal record');
SELECT is((SELECT nome_completo FROM crm.clientes WHERE cpf = '87748248800'), NULL, 'not there yet');
SELECT is((pg_temp.chamar(9002, 'cliente_criar', jsonb_build_object('cpf', '87748248800', 'nome_completo', U&'Jose\0301'))).status, 201, 'NFD typed');
SELECT is(nome_completo::text, U&'Jos\00E9', 'stored as NFC') FROM crm.clientes WHERE cpf = '87748248800';

CREATE TEMP TABLE foto AS SELECT pg_temp.retrato() AS antes;
SELECT pg_temp.marcar();
SELECT is(pg_temp.erro(9002, 'cliente_criar', '{"cpf": "71428793860", "nome_completo": "Teste"}'::jsonb || mudanca::jsonb), '422 ' || esperado, 'create ' || mudanca)
  FROM (VALUES
    ('{"cpf": "71428793861"}', 'campo_invalido cpf'), ('{"cpf": "11111111111"}', 'campo_invalido cpf'), ('{"cpf": "7142879386"}', 'campo_invalido cpf'),
    ('{"cpf": "７1428793860"}', 'campo_invalido cpf'), ('{"cpf": 71428793860}', 'campo_invalido cpf'), ('{"cpf": null}', 'campo_obrigatorio cpf'),
    ('{"nome_completo": null}', 'campo_obrigatorio nome_completo'), ('{"nome_completo": "   "}', 'campo_invalido nome_completo'),
    ('{"nome_completo": "123"}', 'campo_invalido nome_completo'), ('{"nome_completo": "Ana\u0007"}', 'campo_invalido nome_completo'),
    ('{"nome_completo": ["Ana"]}', 'campo_invalido nome_completo'), (format('{"nome_completo": "%s"}', repeat('a', 256)), 'campo_invalido nome_completo'),
    ('{"nome_completo": "=1+1"}', 'campo_invalido nome_completo'),
    ('{"email": "ana"}', 'campo_invalido email'), ('{"email": "a@b@exemplo.test"}', 'campo_invalido email'),
    ('{"celular": "81 1234"}', 'campo_invalido celular'), ('{"celular": "00 91234-5678"}', 'campo_invalido celular'), ('{"celular": 81912345678}', 'campo_invalido celular'),
    ('{"uf": "XX"}', 'campo_invalido uf'), ('{"cep": "1234"}', 'campo_invalido cep'), ('{"sexo": "X"}', 'campo_invalido sexo'),
    ('{"data_nascimento": "1899-12-31"}', 'campo_invalido data_nascimento'), ('{"data_nascimento": "2024-02-30"}', 'campo_invalido data_nascimento'),
    (format('{"data_nascimento": "%s"}', crm.hoje() + 1), 'campo_invalido data_nascimento'),
    ('{"sexo": "x", "uf": "ZZ", "cep": "1"}', 'campo_invalido uf,sexo'),
    ('{"email": "x", "celular": "1"}', 'campo_invalido celular,email'),
    ('{"status": "contatado"}', 'campo_desconhecido status'), ('{"valor_total": 5}', 'campo_desconhecido valor_total'),
    ('{"id_cliente": 5}', 'campo_desconhecido id_cliente'), ('{"ativo": false}', 'campo_desconhecido ativo'),
    ('{"created_at": "2020-01-01"}', 'campo_desconhecido created_at'), ('{"versao": 9}', 'campo_desconhecido versao'),
    ('{"papel": "administrador"}', 'campo_desconhecido papel'), ('{"is_admin": true}', 'campo_desconhecido is_admin')
  ) AS v(mudanca, esperado);
SELECT is(pg_temp.retrato(), antes, 'Z-4 refusals changed nothing') FROM foto;
SELECT is(pg_temp.audit(), NULL, 'and say nothing') ;

-- Duplicate CPF.
SELECT is(corpo -> 'dados', '{"id_cliente": 800001, "ativo": true, "pode_reativar": false}', 'BUSCA-5 409 points to who has the CPF')
  FROM pg_temp.chamar(9003, 'cliente_criar', '{"cpf": "529.982.247-25", "nome_completo": "Outra"}');
SELECT is(concat_ws(' ', status, corpo ->> 'codigo', corpo #>> '{erros,0,campo}', extra #>> '{cabecalhos,location}'), '409 cpf_duplicado cpf /api/v1/clients/800001', 'with Location')
  FROM pg_temp.chamar(9003, 'cliente_criar', '{"cpf": "529.982.247-25", "nome_completo": "Outra"}');
SELECT is(corpo -> 'dados', jsonb_build_object('id_cliente', 800003, 'ativo', false, 'pode_reativar', quem = 9002), format('DADOS-10 a deactivated one is offered to %s for reactivation', quem))
  FROM (VALUES (9002), (9003)) AS q(quem), LATERAL pg_temp.chamar(q.quem, 'cliente_criar', '{"cpf": "39053344705", "nome_completo": "Caio"}');
SELECT is(pg_temp.erro(quem, 'cliente_criar', '{"cpf": "71428793860", "nome_completo": "Teste"}'), '403 acesso_negado', format('%s creates nothing', quem)) FROM (VALUES (9004), (9011)) AS q(quem);
-- A seller who may create is not told of clients of others.
INSERT INTO crm.permissoes VALUES ('vendedor', 'cliente.criar'), ('vendedor', 'cliente.alterar');
SELECT is(corpo -> 'dados', CASE quem WHEN 9011 THEN '{"id_cliente": 800001, "ativo": true, "pode_reativar": false}'
                                      ELSE '{"id_cliente": null, "ativo": null, "pode_reativar": false}' END::jsonb, format('the id only to who may see the client: %s', quem))
  FROM (VALUES (9011), (9012)) AS q(quem), LATERAL pg_temp.chamar(q.quem, 'cliente_criar', '{"cpf": "52998224725", "nome_completo": "Outra"}');
SELECT is(pg_temp.erro(9012, 'cliente_alterar', jsonb_build_object('id_cliente', id, 'if_match', '*', 'cidade', 'Natal')), '403 cliente_de_outro_vendedor id_cliente', format('Z-1 changing %s', id)) FROM (VALUES (800001), (899999)) AS c(id);
DELETE FROM crm.permissoes WHERE papel = 'vendedor' AND acao IN ('cliente.criar', 'cliente.alterar');
SELECT is(pg_temp.retrato(), antes, 'duplicates and refusals changed nothing') FROM foto;

-- ---- change -----------------------------------------------------------------------
SELECT is(pg_temp.erro(9002, f, '{"id_cliente": 800002, "nome_completo": "Beto", "cpf": "11144477735"}'), '428 if_match_ausente If-Match', '428 without If-Match: ' || f) FROM (VALUES ('cliente_alterar'), ('cliente_substituir')) AS v(f);
SELECT is(pg_temp.erro(9003, f, '{"id_cliente": 899999, "if_match": "*", "nome_completo": "X"}'), '404 cliente_inexistente id_cliente', '404: ' || f) FROM (VALUES ('cliente_alterar'), ('cliente_substituir')) AS v(f);
SELECT is(pg_temp.erro(9011, f, '{"id_cliente": 800001, "if_match": "*", "nome_completo": "X"}'), '403 acesso_negado', 'a vendedor does not edit: ' || f) FROM (VALUES ('cliente_alterar'), ('cliente_substituir'), ('cliente_desativar'), ('cliente_reativar')) AS v(f)
 WHERE f LIKE '%tar' OR f = 'cliente_substituir';
SELECT is(pg_temp.retrato(), antes, 'refusals changed nothing') FROM foto;

SELECT pg_temp.marcar();
CREATE TEMP TABLE a AS SELECT * FROM pg_temp.chamar(9003, 'cliente_alterar', '{"id_cliente": "800002", "if_match": "\"1.abc\"", "celular": "8133334444", "email": "beto@exemplo.test", "sexo": null}');
SELECT is(concat_ws(' ', status, extra ->> 'etag', corpo ->> 'versao', corpo ->> 'celular', corpo ->> 'email', corpo ->> 'sexo', corpo ->> 'cpf'), '200 2 2 (81) 3333-4444 beto@exemplo.test ***.444.777-**', 'changed what was named') FROM a;
SELECT is(nome_completo || ' ' || nome_mae || ' ' || data_nascimento, 'Beto Livre Rita Livre 1980-05-17', 'and nothing else') FROM crm.clientes WHERE id_cliente = 800002;
SELECT is(pg_temp.audit(), 'alterar clientes 800002', 'D-6 one audit row');
SELECT is(antes, '{"sexo": "M", "email": null, "celular": null}', 'before') FROM crm.auditoria, marca WHERE id > marca.n;
SELECT is(depois, '{"sexo": null, "email": "beto@exemplo.test", "celular": "(81) 3333-4444"}', 'and after') FROM crm.auditoria, marca WHERE id > marca.n;

SELECT pg_temp.marcar();
TRUNCATE foto; INSERT INTO foto SELECT pg_temp.retrato();
SELECT is(concat_ws(' ', status, corpo ->> 'codigo', corpo #>> '{dados,versao}', corpo #>> '{dados,atual,versao}', corpo #>> '{dados,atual,email}', corpo #>> '{dados,atual,cpf}', corpo #>> '{dados,atual,nome_mae}'),
          '412 versao_antiga 2 2 beto@exemplo.test ***.444.777-**', 'a stale version: 412 with the present record, masked')
  FROM pg_temp.chamar(9003, 'cliente_alterar', '{"id_cliente": 800002, "if_match": "\"1.abc\"", "nome_completo": "Outro"}');
SELECT is(pg_temp.audit(), 'perfil clientes 800002', 'AUDIT-1 what a conflict discloses is recorded');
SELECT is(pg_temp.erro(9003, 'cliente_alterar', jsonb_build_object('id_cliente', 800002, 'if_match', m, 'nome_completo', 'Outro')), '412 versao_antiga If-Match', 'stale: ' || m)
  FROM (VALUES ('"1"'), ('"3.x"'), ('"abc"'), ('"21.x"'), ('"1.x", "3.y"'), ('"99999999999999999999.x"'), ('"2x"')) AS v(m);
SELECT is(pg_temp.retrato(), antes, 'nothing changed') FROM foto;
SELECT pg_temp.marcar();
SELECT is(concat_ws(' ', status, extra ->> 'etag'), '200 2', 'the same values change nothing') FROM pg_temp.chamar(9003, 'cliente_alterar', '{"id_cliente": 800002, "if_match": "\"2.q\"", "email": "BETO@exemplo.test"}');
SELECT is(pg_temp.audit(), 'perfil clientes 800002', 'and are recorded as a view');
SELECT is(pg_temp.retrato(), antes, 'no row changed') FROM foto;
SELECT is((pg_temp.chamar(9003, 'cliente_alterar', jsonb_build_object('id_cliente', 800002, 'if_match', m, 'email', 'beto@exemplo.test'))).status, 200, 'matches: ' || m)
  FROM (VALUES ('*'), (' * '), ('"2"'), ('"2.x"'), ('W/"2.x"'), ('"1.a", "2.b"'), ('"1.a",W/"2.b"')) AS v(m);
SELECT is(pg_temp.erro(9003, 'cliente_alterar', jsonb_build_object('id_cliente', 800002, 'if_match', '*') || m::jsonb), '422 ' || e, 'change ' || m)
  FROM (VALUES ('{"nome_completo": null}', 'campo_invalido nome_completo'), ('{"cpf": null}', 'campo_invalido cpf'), ('{"cpf": "***.444.777-**"}', 'campo_invalido cpf'),
               ('{"ativo": false}', 'campo_desconhecido ativo'), ('{"status": "contatado"}', 'campo_desconhecido status'), ('{"versao": 7}', 'campo_desconhecido versao'),
               ('{"nao_contatar": "talvez"}', 'campo_invalido nao_contatar'), ('{"celular": "x"}', 'campo_invalido celular')) AS v(m, e);
SELECT is(pg_temp.retrato(), antes, 'Z-4 nothing changed') FROM foto;
SELECT is(concat_ws(' ', status, corpo ->> 'codigo', corpo #>> '{dados,id_cliente}', extra #>> '{cabecalhos,location}'), '409 cpf_duplicado 800001 /api/v1/clients/800001', 'another''s CPF')
  FROM pg_temp.chamar(9002, 'cliente_alterar', '{"id_cliente": 800002, "if_match": "*", "cpf": "52998224725"}');
SELECT is(pg_temp.retrato(), antes, 'nothing changed') FROM foto;
SELECT is((pg_temp.chamar(9002, 'cliente_alterar', '{"id_cliente": 800002, "if_match": "*", "cpf": "71428793860"}')).corpo ->> 'cpf', '714.287.938-60', 'a free CPF');
SELECT is(depois ->> 'cpf', '***.287.938-**', 'D-6 masked in the audit') FROM crm.auditoria WHERE registro_id = 800002 AND acao = 'alterar' ORDER BY id DESC LIMIT 1;

-- ---- replace ----------------------------------------------------------------------
SELECT is(concat_ws(' ', status, corpo ->> 'nome_completo', corpo ->> 'celular', corpo ->> 'email', corpo ->> 'cidade'), '200 Beto Novo Natal', 'PUT empties what is not sent')
  FROM pg_temp.chamar(9003, 'cliente_substituir', '{"id_cliente": 800002, "if_match": "*", "nome_completo": "Beto Novo", "cidade": "Natal"}');
SELECT is(cpf::text || ' ' || nome_mae || ' ' || data_nascimento, '71428793860 Rita Livre 1980-05-17', 'LGPD-1 but for what the caller cannot see') FROM crm.clientes WHERE id_cliente = 800002;
SELECT is(pg_temp.erro(9002, 'cliente_substituir', '{"id_cliente": 800002, "if_match": "*", "nome_completo": "Beto"}'), '422 campo_invalido cpf', 'who sees the CPF sends it');
UPDATE crm.clientes SET nao_contatar = true WHERE id_cliente = 800002;
SELECT is(concat_ws(' ', status, corpo ->> 'nome_mae', corpo ->> 'data_nascimento', corpo ->> 'nao_contatar'), '200 true', 'and empties the hidden fields; an opt-out stays')
  FROM pg_temp.chamar(9002, 'cliente_substituir', '{"id_cliente": 800002, "if_match": "*", "nome_completo": "Beto", "cpf": "71428793860"}');
UPDATE crm.clientes SET nao_contatar = false WHERE id_cliente = 800002;

-- ---- deactivate and reactivate ------------------------------------------------------
SELECT is(pg_temp.erro(9003, f, '{"id_cliente": 800001}'), '403 acesso_negado', 'an operador does neither: ' || f) FROM (VALUES ('cliente_desativar'), ('cliente_reativar')) AS v(f);
SELECT is(pg_temp.erro(9002, f, '{"id_cliente": 899999}'), '404 cliente_inexistente id_cliente', '404: ' || f) FROM (VALUES ('cliente_desativar'), ('cliente_reativar')) AS v(f);
SELECT is(pg_temp.erro(9002, 'cliente_desativar', '{"id_cliente": 800001, "if_match": "\"7.x\""}'), '412 versao_antiga If-Match', 'a stale If-Match');
SELECT is(concat_ws(' ', status, corpo::text, extra ->> 'etag'), '200 {"ativo": false, "versao": 2, "id_cliente": 800001} 2', 'DADOS-10 deactivated') FROM pg_temp.chamar(9002, 'cliente_desativar', '{"id_cliente": 800001, "if_match": "\"1.x\""}');
SELECT is(concat_ws(' ', c.ativo, c.status, v.motivo_fim), 'f disponivel desativacao', 'the row stays, the assignment ended')
  FROM crm.clientes c JOIN crm.cliente_vendedor v ON v.cliente_id = c.id_cliente AND v.id = 800001 WHERE c.id_cliente = 800001;
SELECT is_empty('SELECT * FROM crm.contagens_verificar()', 'the counters are right');
SELECT is(concat_ws(' ', status, corpo ->> 'versao'), '200 2', 'again: nothing') FROM pg_temp.chamar(9002, 'cliente_desativar', '{"id_cliente": 800001}');
UPDATE crm.vendedores SET online = true, visto_em = crm.agora() WHERE id = 9012;
SELECT lives_ok('SELECT * FROM crm.redistribuir_clientes()', 'a distribution');
SELECT is((SELECT count(*) FROM crm.cliente_vendedor WHERE cliente_id = 800001 AND encerrada_em IS NULL), 0::bigint, 'DADOS-10 never deals it');
SELECT is((SELECT vendedor_id FROM crm.cliente_vendedor WHERE cliente_id = 800002 AND encerrada_em IS NULL), 9012::bigint, 'though it deals others');
SELECT is(concat_ws(' ', status, corpo::text), '200 {"ativo": true, "versao": 3, "id_cliente": 800001}', 'reactivated') FROM pg_temp.chamar(9002, 'cliente_reativar', '{"id_cliente": 800001}');
SELECT lives_ok('SELECT * FROM crm.redistribuir_clientes()', 'the next one');
SELECT is((SELECT vendedor_id FROM crm.cliente_vendedor WHERE cliente_id = 800001 AND encerrada_em IS NULL), 9012::bigint, 'deals it again');
SELECT is_empty('SELECT * FROM crm.verificar_distribuicao()', 'invariants hold');
SELECT is_empty('SELECT * FROM crm.contagens_verificar()', 'and counters');

-- ---- timeline -----------------------------------------------------------------------
SELECT is((SELECT string_agg(e ->> 'acao', ' ' ORDER BY e ->> 'acao') FROM jsonb_array_elements(corpo -> 'linha_do_tempo') e),
          'alteracao alteracao alteracao alteracao alteracao alteracao atribuicao cadastro', 'what happened to client 800002')
  FROM pg_temp.chamar(9001, 'cliente', '{"id_cliente": 800002}');
SELECT is(e -> 'campos', '[{"campo": "cpf", "antes": "***.444.777-**", "depois": "***.287.938-**"}]', 'LGPD-1 a CPF is masked for all')
  FROM pg_temp.chamar(9001, 'cliente', '{"id_cliente": 800002}'), jsonb_array_elements(corpo -> 'linha_do_tempo') e WHERE e #>> '{campos,0,campo}' = 'cpf';
SELECT ok(corpo::text !~ 'Rita Livre|1980-05-17|11144477735|71428793860', 'no birth date, mother or whole CPF in it') FROM pg_temp.chamar(9003, 'cliente', '{"id_cliente": 800002}');
SELECT is((SELECT e ->> 'quem' FROM jsonb_array_elements(corpo -> 'linha_do_tempo') e WHERE e ->> 'acao' = 'reativacao'), 'Gil Gerente', 'who')
  FROM pg_temp.chamar(9003, 'cliente', '{"id_cliente": 800001}');
SELECT is((SELECT count(*) FROM jsonb_array_elements(corpo -> 'linha_do_tempo') e WHERE e ->> 'acao' IN ('atribuicao', 'contato', 'encerramento', 'recuperacao')), 0::bigint, 'assignments are not an operador''s to see')
  FROM pg_temp.chamar(9003, 'cliente', '{"id_cliente": 800001}');
SELECT is(corpo - 'items', '{"total": 8, "page": 3, "size": 3, "pages": 3}', 'pages of it') FROM pg_temp.chamar(9001, 'cliente_linha_do_tempo', '{"id_cliente": 800002, "page": 3, "size": 3}');
SELECT is(jsonb_array_length(corpo -> 'items'), 2, 'the last page') FROM pg_temp.chamar(9001, 'cliente_linha_do_tempo', '{"id_cliente": 800002, "page": 3, "size": 3}');

-- A change of many rows by one statement is found in its block.
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
    RETURN t;
END $$;
INSERT INTO crm.clientes (id_cliente, cpf, nome_completo, created_at)
SELECT 810000 + n + n / 7 * 3, pg_temp.cpf(20000 + n), 'Lote ' || n, '2020-01-01' FROM generate_series(1, 300) n;
UPDATE crm.clientes SET cidade = CASE WHEN id_cliente % 3 > 0 THEN 'Natal' END, ativo = id_cliente % 5 > 0, nome_mae = 'Mãe' WHERE id_cliente > 810000;
SELECT is((SELECT string_agg(e ->> 'acao', ' ' ORDER BY o) FROM jsonb_array_elements(corpo -> 'linha_do_tempo') WITH ORDINALITY AS x(e, o)),
          CASE WHEN ativo THEN 'alteracao' ELSE 'desativacao' END || ' cadastro', format('a bulk change of %s', id))
  FROM (SELECT id_cliente AS id, ativo FROM crm.clientes WHERE id_cliente IN (810001, 810006, 810010, 810150, 810426)) q,
       LATERAL pg_temp.chamar(9001, 'cliente', jsonb_build_object('id_cliente', id));
SELECT is((SELECT jsonb_object_agg(f ->> 'campo', jsonb_build_array(f -> 'antes', f -> 'depois')) FROM jsonb_array_elements(corpo #> '{linha_do_tempo,0,campos}') f),
          jsonb_build_object('nome_mae', '[null, "***"]'::jsonb)
          || CASE WHEN cidade IS NULL THEN '{}' ELSE '{"cidade": [null, "Natal"]}' END::jsonb
          || CASE WHEN ativo THEN '{}' ELSE '{"ativo": [true, false]}' END::jsonb, format('its own fields of it: %s', id))
  FROM (SELECT id_cliente AS id, ativo, cidade FROM crm.clientes WHERE id_cliente IN (810001, 810006, 810010, 810150, 810426)) q,
       LATERAL pg_temp.chamar(9001, 'cliente', jsonb_build_object('id_cliente', id));

SELECT is(crm.bloco_lugar(b::jsonb, id), lugar, format('bloco_lugar of %s in %s', id, b))
  FROM (VALUES ('{"ids": [[1, 3], 7, [9, 10]]}', 1, 0), ('{"ids": [[1, 3], 7, [9, 10]]}', 3, 2), ('{"ids": [[1, 3], 7, [9, 10]]}', 7, 3),
               ('{"ids": [[1, 3], 7, [9, 10]]}', 10, 5), ('{"ids": [[1, 3], 7, [9, 10]]}', 8, NULL), ('{"ids": []}', 1, NULL), ('{}', 1, NULL), ('[1]', 1, NULL),
               ('{"ids": 5}', 5, NULL), ('{"ids": ["a"]}', 1, NULL), ('{"ids": [[1]]}', 1, NULL), ('{"ids": [[[1, 2]]]}', 1, NULL), ('{"ids": [[1], 7]}', 7, 0), ('{"ids": [[3, 1]]}', 2, NULL), ('{"ids": [{"a": 1}]}', 1, NULL), ('{"ids": [5, 4]}', 4, 1)) AS v(b, id, lugar);

-- ---- typed functions for SQL callers -------------------------------------------------
SELECT is((SELECT concat_ws(' ', p.nome_completo, p.cpf, p.idade, p.mascarado) FROM crm.cliente_perfil(800002) p), 'Beto 714.287.938-60 f', 'cliente_perfil, as a superuser');
SELECT is((SELECT count(*) FROM crm.cliente_pedidos(800001)), 2::bigint, 'cliente_pedidos');
SELECT is((SELECT count(*) FROM crm.cliente_linha_do_tempo(800002)), 8::bigint, 'cliente_linha_do_tempo');
SELECT throws_ok('SELECT * FROM crm.cliente_pedidos(800001, 0)', '22023', NULL, 'a page of zero');
SELECT throws_ok('SELECT * FROM crm.cliente_pedidos(800001, 1, 101)', '22023', NULL, 'a page too large');
SELECT lives_ok($$ SELECT crm.cliente_criar('98765432100', 'Nome de SQL', celular => '81912345678') $$, 'cliente_criar with named arguments');
SELECT throws_ok($$ SELECT crm.cliente_criar('98765432100', 'De novo') $$, 'CR409', 'Já existe um cliente com este CPF.', 'a duplicate');
SELECT throws_ok($$ SELECT crm.cliente_criar('98765432101', 'De novo') $$, '22P02', NULL, 'I-6 no CPF');
SELECT throws_ok($$ SELECT crm.cliente_criar(NULL, 'De novo') $$, 'CR422', NULL, 'none');
SELECT throws_ok($$ SELECT crm.cliente_criar('12345678909', 'De novo', 'infinity') $$, 'CR422', NULL, 'born never');
SELECT throws_ok($$ SELECT crm.cliente_alterar(800002, '[]') $$, '22023', NULL, 'campos is an object');
SELECT throws_ok($$ SELECT crm.cliente_alterar(800002, '{"x": 1}') $$, 'CR422', 'O campo "x" não existe aqui.', 'an unknown field');
SELECT throws_ok($$ SELECT crm.cliente_alterar(800002, '{"nome_completo": {"a": 1}}') $$, 'CR422', NULL, 'an object for a text');
SELECT throws_ok($$ SELECT crm.cliente_alterar(800002, '{"nao_contatar": null}') $$, 'CR422', NULL, 'null for a boolean');
SELECT throws_ok($$ SELECT crm.cliente_alterar(800002, '{"email": "b@exemplo.test"}', 1) $$, 'CR412', NULL, 'a stale version');
SELECT is(crm.cliente_alterar(800002, '{}'), versao, 'nothing to change') FROM crm.clientes WHERE id_cliente = 800002;
SELECT is(crm.cliente_alterar(800002, '{"email": "b@exemplo.test"}', versao), versao + 1, 'the new version') FROM crm.clientes WHERE id_cliente = 800002;
SELECT throws_ok($$ SELECT crm.cliente_desativar(899999) $$, 'CR404', NULL, 'no such client');
SELECT is(crm.cliente_reativar(800002), versao, 'reactivating an active one') FROM crm.clientes WHERE id_cliente = 800002;

-- ---- versao ---------------------------------------------------------------------------
CREATE FUNCTION pg_temp.versao() RETURNS integer LANGUAGE sql AS $$ SELECT versao FROM crm.clientes WHERE id_cliente = 800003 $$;
CREATE TEMP TABLE v AS SELECT pg_temp.versao() AS n;
UPDATE crm.clientes SET versao = 77 WHERE id_cliente = 800003;
SELECT is(pg_temp.versao(), n, 'D5 nobody sets it') FROM v;
UPDATE crm.clientes SET nome_completo = nome_completo WHERE id_cliente = 800003;
SELECT is(pg_temp.versao(), n, 'the same value is no change') FROM v;
UPDATE crm.clientes SET valor_total = 5, data_ultima_compra = crm.hoje(), status = 'disponivel' WHERE id_cliente = 800003;
SELECT is(pg_temp.versao(), n, 'derived columns are none') FROM v;
INSERT INTO crm.pedidos (cliente_id, data_pedido, valor) VALUES (800003, crm.hoje(), 3);
SELECT is(pg_temp.versao(), n, 'an order is none') FROM v;
UPDATE crm.clientes SET cidade = 'Natal', uf = 'RN' WHERE id_cliente = 800003;
SELECT is(pg_temp.versao(), n + 1, 'one statement is one version') FROM v;

SELECT * FROM finish();
ROLLBACK;
