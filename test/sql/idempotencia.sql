-- Idempotency-Key: the answer of a write is stored with the write (API-4).
BEGIN;
SELECT plan(17);

INSERT INTO crm.usuarios (nome, email, papel) VALUES
    ('Ada Im', 'ada@im.test', 'administrador'), ('Bea Im', 'bea@im.test', 'administrador');
CREATE TEMP TABLE s AS
    WITH nova AS (INSERT INTO crm.sessoes (usuario_id, limite_em)
                  SELECT id, now() + interval '1 day' FROM crm.usuarios RETURNING id, usuario_id)
    SELECT u.nome, nova.id AS sessao FROM nova JOIN crm.usuarios AS u ON u.id = nova.usuario_id;
UPDATE crm.configuracoes SET valor = '10' WHERE chave = 'bcrypt_custo';
CREATE TEMP TABLE r (passo text PRIMARY KEY, status integer, corpo text, extra json);
CREATE FUNCTION pg_temp.criar(passo text, quem text, chave text, args text) RETURNS void LANGUAGE sql AS $$
    INSERT INTO r SELECT passo, a.status, a.corpo, a.extra::json
      FROM crm.atender('usuario_criar', (SELECT sessao FROM s WHERE nome = quem), NULL, NULL, NULL, chave, args::jsonb) AS a;
$$;

SELECT pg_temp.criar('a', 'Ada Im', 'k1', '{"nome": "Um", "email": "um@im.test", "papel": "operador", "senha": "cavalo correto bateria"}');
SELECT pg_temp.criar('b', 'Ada Im', 'k1', '{"papel": "operador", "nome": "Um", "email": "um@im.test", "senha": "cavalo correto bateria"}');
SELECT is(status, 201, 'API-4 the first is done') FROM r WHERE passo = 'a';
SELECT is((SELECT row(status, corpo::jsonb) FROM r WHERE passo = 'b'), (SELECT row(status, corpo::jsonb) FROM r WHERE passo = 'a'),
          'API-4 the second gets the same answer');
SELECT is(extra ->> 'repetida', 'true', 'and the front knows') FROM r WHERE passo = 'b';
SELECT is((SELECT count(*) FROM crm.usuarios WHERE nome = 'Um'), 1::bigint, 'API-4 done once');

SELECT pg_temp.criar('c', 'Ada Im', 'k1', '{"nome": "Dois", "email": "dois@im.test", "papel": "operador", "senha": "cavalo correto bateria"}');
SELECT is(status || (corpo::json ->> 'codigo'), '422chave_reutilizada', 'API-4 another request under the key') FROM r WHERE passo = 'c';
SELECT is((SELECT count(*) FROM crm.usuarios WHERE nome = 'Dois'), 0::bigint, 'is not done');
SELECT pg_temp.criar('d', 'Bea Im', 'k1', '{"nome": "Dois", "email": "dois@im.test", "papel": "operador", "senha": "cavalo correto bateria"}');
SELECT is(status, 201, 'API-4 another user''s key is another key') FROM r WHERE passo = 'd';

-- Refusals are not kept.
SELECT pg_temp.criar('e', 'Ada Im', 'k2', '{"nome": "", "email": "tres@im.test", "papel": "operador"}');
SELECT pg_temp.criar('f', 'Ada Im', 'k2', '{"nome": "Três", "email": "tres@im.test", "papel": "operador"}');
SELECT is((SELECT status FROM r WHERE passo = 'e'), 422, 'a refusal');
SELECT is((SELECT status FROM r WHERE passo = 'f'), 201, 'API-4 leaves the key free');

-- L-1: nothing secret is stored.
SELECT pg_temp.criar('g', 'Ada Im', 'k2', '{"nome": "Três", "email": "tres@im.test", "papel": "operador"}');
SELECT isnt((SELECT corpo::json ->> 'senha_provisoria' FROM r WHERE passo = 'f'), NULL, 'a generated password is shown');
SELECT is((SELECT corpo::json ->> 'senha_provisoria' FROM r WHERE passo = 'g'), NULL, 'L-1 once');
SELECT is((SELECT count(*) FROM crm.idempotencia WHERE resposta LIKE '%senha_provisoria%'), 0::bigint, 'L-1 and is not kept');
SELECT is((SELECT count(*) FROM crm.idempotencia AS i WHERE i.pedido_hash IN (
              SELECT sha256(convert_to(funcao || ' ' || a, 'UTF8')) FROM unnest(ARRAY['{"nome": "Um"}']) AS a)), 0::bigint,
          'the hash of the arguments is keyed');

-- The form of the key.
SELECT pg_temp.criar('h', 'Ada Im', '', '{}');
SELECT pg_temp.criar('i', 'Ada Im', repeat('k', 201), '{}');
SELECT is(status, 422, 'an empty key') FROM r WHERE passo = 'h';
SELECT is(status, 422, 'a key too long') FROM r WHERE passo = 'i';
UPDATE crm.idempotencia SET criada_em = now() - interval '2 days';
SELECT cmp_ok(crm.limpar_acessos(), '>=', 3::bigint, 'old keys are removed');
SELECT is((SELECT count(*) FROM crm.idempotencia), 0::bigint, 'all of them');

SELECT * FROM finish();
ROLLBACK;
