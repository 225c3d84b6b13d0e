-- No lock of the product can be taken by SQL callers: the least of them could stop logins, runs and counters (Z-7, X-8).
BEGIN;
SELECT no_plan();
UPDATE crm.configuracoes SET valor = '10' WHERE chave = 'bcrypt_custo';

SELECT crm.popular(100, 2, 1);
SELECT crm.tarefas();
SELECT crm.criar_usuario('Ana', 'ana@travas.test', 'vendedor', 'cavalo correto bateria'),
       crm.criar_usuario('Adm', 'adm@travas.test', 'administrador', 'cavalo correto bateria');
SELECT is((SELECT status FROM crm.atender('login', NULL, '10.9.9.9', '', '', NULL, '{"email":"ana@travas.test","senha":"cavalo correto bateria"}')),
          200, 'a login');
SELECT crm.recontar();
SELECT throws_ok($$ UPDATE crm.usuarios SET ativo = false WHERE papel = 'administrador' $$, 'CR409', NULL, 'the last administrador');
SELECT crm.senha_vaga();

SELECT cmp_ok((SELECT count(DISTINCT classid) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()), '>=', 4::bigint,
              'locks of logins, runs, counters and passwords are held');
SELECT is_empty($$ SELECT classid, objid, objsubid FROM pg_locks
                    WHERE locktype = 'advisory' AND pid = pg_backend_pid() AND objsubid IN (1, 2) $$,
                'and pg_advisory_lock() can name none of them');

SELECT * FROM finish();
ROLLBACK;
