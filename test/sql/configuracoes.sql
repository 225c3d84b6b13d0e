-- crm.config(), crm.configurar(): cached settings that follow every change, validated, by right (ADM-3, Z-1).
BEGIN;
SELECT no_plan();

SELECT is(crm.config('janela_fim'), '60', 'seeded');
SELECT throws_ok($$ SELECT crm.config('nao_existe') $$, 'P0002', NULL, 'no such setting');
SELECT throws_ok($$ SELECT crm.configurar('nao_existe', '1') $$, 'P0002', NULL, 'no such setting to change');

-- Each way of writing is seen at once, and a rollback is seen too.
SELECT is(crm.configurar('janela_fim', '59'), '59', 'configurar returns the value');
SELECT is(crm.config('janela_fim'), '59', 'seen');
UPDATE crm.configuracoes SET valor = '58' WHERE chave = 'janela_fim';
SELECT is(crm.config('janela_fim'), '58', 'a plain UPDATE is seen');
SAVEPOINT s;
UPDATE crm.configuracoes SET valor = '57' WHERE chave = 'janela_fim';
SELECT is(crm.config('janela_fim'), '57', 'inside the savepoint');
ROLLBACK TO s;
SELECT is(crm.config('janela_fim'), '58', 'the rolled back savepoint is forgotten');
DO $$
BEGIN
    BEGIN
        UPDATE crm.configuracoes SET valor = '56' WHERE chave = 'janela_fim';
        PERFORM crm.config('janela_fim');
        RAISE EXCEPTION 'x';
    EXCEPTION WHEN OTHERS THEN NULL;
    END;
END $$;
SELECT is(crm.config('janela_fim'), '58', 'so is a block with an error');

-- Values that do not fit.
SELECT throws_ok(format('SELECT crm.configurar(%L, %L)', chave, valor), '23514', NULL, format('%s = %s', chave, valor))
  FROM (VALUES ('janela_fim', 'abc'), ('janela_fim', ''), ('janela_fim', '-1'), ('janela_fim', '99999999999'),
               ('janela_fim', '3651'), ('janela_fim', ' 60'), ('janela_fim', '90'), ('bcrypt_custo', '9'),
               ('empresa', repeat('x', 2001)), ('fuso_horario', '../../etc/passwd')) AS c(chave, valor);
SELECT is(crm.config('janela_fim'), '58', 'nothing of them stayed');

-- One value, one way to write it.
SELECT is(crm.configurar('janela_inicio', '030'), '30', 'configurar returns what it kept: without leading zeros');
UPDATE crm.configuracoes SET valor = '-0' WHERE chave = 'reserva_dias';
SELECT is((SELECT valor FROM crm.configuracoes WHERE chave = 'reserva_dias'), '0', 'by table too');
SELECT lives_ok($$ SELECT crm.configurar('whatsapp_modelo', repeat('é', 500)) $$, 'BOARD-4 as long as a seller''s own text');
SELECT throws_ok($$ SELECT crm.configurar('whatsapp_modelo', repeat('é', 501)) $$, '23514', NULL, 'no longer');
SELECT throws_ok($$ UPDATE crm.configuracoes SET valor = repeat('x', 61) WHERE chave = 'empresa' $$, '23514', NULL, 'the bound of a text binds every door');
SELECT throws_ok(format('SELECT crm.configurar(%L, %L)', 'fuso_horario', z), '23514', NULL, 'TEMPO-1 no zone made up: ' || z)
  FROM unnest('{BRT3,XYZ,<A>99,EST5EDT4}'::text[]) z;

-- Rights: an administrador by function alone, nobody by table.
SET LOCAL ROLE crm_administrador;
SELECT lives_ok($$ SELECT crm.configurar('empresa', 'Padaria') $$, 'administrador');
SELECT throws_ok($$ UPDATE crm.configuracoes SET valor = 'x' WHERE chave = 'empresa' $$, '42501', NULL, 'not by table');
RESET ROLE;
SET LOCAL ROLE crm_gerente;
SELECT is(crm.config('empresa'), 'Padaria', 'a gerente reads');
SELECT throws_ok($$ SELECT crm.configurar('empresa', 'y') $$, '42501', NULL, 'a gerente does not change');
RESET ROLE;
SET LOCAL ROLE crm_web;
SELECT throws_ok($$ SELECT crm.config('empresa') $$, '42501', NULL, 'the front has its one function');
RESET ROLE;

-- Audited, with the key.
SELECT is((SELECT (antes ->> 'valor', depois ->> 'valor', depois ->> 'chave')::text FROM crm.auditoria
            WHERE tabela = 'configuracoes' AND acao = 'alterar' ORDER BY id DESC LIMIT 1),
          '(CRM,Padaria,empresa)', 'before, after and key are in the audit (AUDIT-1)');

SELECT * FROM finish();
ROLLBACK;
