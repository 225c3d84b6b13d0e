-- crm.normalizar, crm.fonetica, crm.semelhantes, crm.classificar_busca: text as the search compares it. BUSCA-2, BUSCA-3, I-6.
BEGIN;
SELECT plan(34);

SELECT function_returns('crm', 'normalizar', ARRAY['text'], 'text');
SELECT function_returns('crm', 'fonetica', ARRAY['text'], 'text');
SELECT function_returns('crm', 'semelhantes', ARRAY['text', 'text'], 'boolean');
SELECT results_eq($$ SELECT provolatile::text, proisstrict, proparallel::text, prosecdef FROM pg_proc
                      WHERE pronamespace = 'crm'::regnamespace
                        AND proname IN ('normalizar', 'fonetica', 'semelhantes', 'classificar_busca') $$,
                  $$ SELECT 'i', true, 's', false FROM generate_series(1, 4) $$,
                  'immutable, strict, parallel safe, with the rights of the caller');

SELECT is(crm.normalizar(texto), esperado, format('normalizar(%L)', texto))
  FROM (VALUES ('', ''), ('  JOÃO   da Silva ', 'joao da silva'), ('D''Ávila', 'd avila'),
               ('Maria-José', 'maria jose'), (normalize('Conceição', NFD), 'conceicao'),
               (normalize('Ângela Müller', NFKD), 'angela muller'), ('100%_\', '100'), ('Ana😀Eva', 'ana eva'),
               ('Жанна', 'жанна')
       ) AS caso(texto, esperado);
SELECT is(count(*), 0::bigint, 'U+00C0..U+017F: the same as NFD without marks, in lower case')
  FROM generate_series(192, 383) AS c
 WHERE normalize(chr(c), NFD) ~ '^[A-Za-z]'
   AND crm.normalizar(chr(c)) <> lower(substr(normalize(chr(c), NFD), 1, 1));
SELECT is(count(*), 0::bigint, 'any character: as short in bytes, the same twice, NFC like NFD where it is Latin')
  FROM (SELECT chr(c) AS t FROM generate_series(1, 120000) AS c WHERE c NOT BETWEEN 55296 AND 57343) AS x
 WHERE octet_length(crm.normalizar(t)) > octet_length(t)
    OR crm.normalizar(crm.normalizar(t)) <> crm.normalizar(t)
    OR (normalize(t, NFD) ~ '^[A-Za-z]' AND crm.normalizar(normalize(t, NFD)) <> crm.normalizar(t));
SELECT is(crm.normalizar(repeat('ÇÃ ', 85)), rtrim(repeat('ca ', 85)), '255 characters');

SELECT is(crm.fonetica(texto), chave, format('fonetica(%L)', texto))
  FROM (VALUES ('', ''), ('Luiz Gonçalves', 'LUIS GONSALVES'), ('D''Ávila', 'D AVILA'),
               ('THIAGO', 'TIAGO'), (normalize('Gonçalves', NFD), 'GONSALVES')
       ) AS caso(texto, chave);

SELECT is(crm.semelhantes(a, b), esperado, format('semelhantes(%L, %L)', a, b))
  FROM (VALUES ('Souza', 'suoza', true), ('ana', 'ani', false), ('Gonçalves', 'gonsalvez', true),
               ('João', 'JOAO', true)
       ) AS caso(a, b, esperado);

SELECT is(c::text, esperado, format('classificar_busca(%L)', texto))
  FROM (VALUES ('529.982.247-25', '(cpf,52998224725)'), ('529.98', '(cpf_parcial,52998)'),
               ('+55 (81) 99999-1234', '(celular,81999991234)'), ('Ana@X.com', '(email,ana@x.com)'),
               ('João da Silva', '(nome,"joao da silva")'), ('%', '(nome,"")'), (' ', '(vazio,"")')
       ) AS caso(texto, esperado), crm.classificar_busca(texto) AS c;
SELECT throws_ok(format('SELECT crm.classificar_busca(%L)', repeat('a', 256)), 'CR422',
                 'O texto da busca tem mais de 255 caracteres.', '256 characters are refused');
SELECT throws_ok('SELECT crm.classificar_busca(''a b c d f g h i j k l m n'')', 'CR422',
                 'O texto da busca tem mais de 12 palavras.', '13 words are refused');

SELECT * FROM finish();
ROLLBACK;
