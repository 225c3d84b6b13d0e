-- Passwords: hash, rules, common ones (AUTH-3, L-1, L-2, L-3, L-12).
BEGIN;
SELECT plan(56);
UPDATE crm.configuracoes SET valor = '10' WHERE chave = 'bcrypt_custo';

-- L-1
CREATE TEMP TABLE h AS SELECT crm.senha_cifrar('cavalo correto bateria') AS a, crm.senha_cifrar('cavalo correto bateria') AS b;
SELECT matches(a, '^\$2b\$10\$[./A-Za-z0-9]{53}$', 'L-1 $2b$, the cost of the setting, 60 characters') FROM h;
SELECT isnt(a, b, 'L-1 equal passwords, distinct salts') FROM h;
SELECT is(crm.senha_confere('cavalo correto bateria', a), true, 'the password is known again') FROM h;
SELECT is(crm.senha_confere('cavalo correto bateriA', a), false, 'another is not') FROM h;
SELECT is(crm.senha_confere('cavalo correto bateria', NULL), false, 'no hash, no login');
SELECT is(crm.senha_confere('abcdefgh', '$2b$10$abcdefghijklmnopqrstuu'), false, 'a salt alone is no hash');
SELECT is((SELECT valor FROM crm.configuracoes WHERE chave = 'bcrypt_custo' AND minimo >= 10), '10', 'L-1 cost at least 10');
SELECT throws_ok($$INSERT INTO crm.usuarios (nome, email, papel, senha_hash) VALUES ('X', 'x@x.test', 'ti', 'clara')$$,
                 '23514', NULL, 'AUTH-3 only a bcrypt hash fits the column');
SELECT is(has_column_privilege(r, 'crm.usuarios', 'senha_hash', 'SELECT'), false, 'L-1 hidden from ' || r)
  FROM unnest(ARRAY['crm_web', 'crm_administrador', 'crm_gerente', 'crm_vendedor', 'crm_bi', 'crm_ti', 'crm_operador', 'crm_carga']) AS r;

-- L-2: long, short, strange.
SELECT lives_ok(format('SELECT crm.senha_exigir_boa(%L, NULL, NULL)', s), 'L-2 accepted: ' || left(s, 20))
  FROM unnest(ARRAY[repeat('abcdefg hij ', 10), left(repeat('x9 kd2 ', 30), 64), left(repeat('x9 kd2 ', 30), 128),
                    '🐘🦊🐝🐙🦉🐳🦎🐞', 'a b c d e f g', '        longe daqui        ']) AS s;
SELECT throws_ok(format('SELECT crm.senha_exigir_boa(%L, NULL, NULL)', left(repeat('x9 kd2 ', 30), 129)), 'CR422',
                 'A senha deve ter no máximo 128 caracteres.', 'L-2 129 characters');
SELECT throws_ok($$SELECT crm.senha_exigir_boa('xk29dk1', NULL, NULL)$$, 'CR422', NULL, 'seven characters');
SELECT throws_ok($$SELECT crm.senha_exigir_boa(NULL, NULL, NULL)$$, 'CR422', NULL, 'none');
SELECT is(crm.senha_confere(repeat('k', 72) || 'A', crm.senha_cifrar(repeat('k', 72) || 'B')), false,
          'L-2 bytes after the 72nd count');
SELECT throws_ok($$SELECT '{"senha": "abc\u0000defgh"}'::jsonb$$, '22P05', NULL, 'L-2 NUL does not get in');
UPDATE crm.configuracoes SET valor = '12' WHERE chave = 'senha_min';
SELECT throws_ok($$SELECT crm.senha_exigir_boa('xk29dk1 lqp', NULL, NULL)$$, 'CR422', NULL, 'senha_min is the floor');
UPDATE crm.configuracoes SET valor = '8' WHERE chave = 'senha_min';

-- L-3: what attackers try first.
SELECT throws_ok(format('SELECT crm.senha_exigir_boa(%L, %L, %L)', s, 'ana.lima@loja.test', 'Ana Beatrís Lima'), 'CR422',
                 'Senha muito comum: escolha outra.', 'L-3 ' || s)
  FROM unnest(ARRAY['12345678', 'senha123', 'Senha@123', 'SENHA1234', 'p4ssw0rd', '@dmin123', 'qwerty123', '1q2w3e4r',
                    'aaaaaaaa', 'abcabcabc', 'flamengo2024', '01/01/1990', 'asdfghjkl', 'senhasenha', 'ana.lima@loja.test',
                    'ana.lima', 'AnaBeatrisLima', 'beatris1985', 'jesusteama', '!!!!1234']) AS s;
-- How many concrete passwords that is: words of the list with years, digits and signs.
SELECT is(count(*) FILTER (WHERE recusada), count(*), format('L-3 all of %s concrete common passwords refused', count(*)))
  FROM (SELECT s, crm.senha_e_comum(s) AS recusada
          FROM unnest(ARRAY['senha', 'mudar', 'brasil', 'flamengo', 'corinthians', 'jesus', 'maria', 'joao', 'admin',
                            'password', 'welcome', 'teste', 'vendas', 'familia']) AS p,
               unnest(ARRAY['', '@', '#', '!']) AS sinal,
               generate_series(1900, 2100) AS n,
               LATERAL (SELECT initcap(p) || sinal || n AS s) AS t
        UNION ALL
        SELECT lpad(n::text, 8, '0'), crm.senha_e_comum(lpad(n::text, 8, '0'))
          FROM generate_series(0, 99999999, 99991) AS n) AS todas;
SELECT is(crm.senha_e_comum(s), false, 'not common: ' || s)
  FROM unnest(ARRAY['cavalo correto bateria', 'K7xq-92Lm-TTwa-e3Fd', 'meu cachorro late alto', 'tgb8Yhn3Plm']) AS s;

-- L-12: a fresh installation has no account; generated secrets are strong.
SELECT is((SELECT count(*) FROM crm.usuarios), 0::bigint, 'L-12 crm.instalar() creates no account');
SELECT matches(crm.senha_gerar(), '^[A-HJ-KM-NP-Z2-9]{4}(-[A-HJ-KM-NP-Z2-9]{4}){3}$', 'L-12 generated password');
SELECT is((SELECT count(DISTINCT crm.senha_gerar()) FROM generate_series(1, 1000)), 1000::bigint, 'a thousand differ');

SELECT * FROM finish();
ROLLBACK;
