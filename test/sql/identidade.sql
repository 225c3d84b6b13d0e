-- Identity: whom the front verified or the database role stands for, and nothing else (AUTH-6, AUTH-7, X-8, Z-1).
BEGIN;
SELECT plan(40);

SELECT function_returns('crm', 'usuario_id', '{}'::text[], 'bigint');
SELECT function_returns('crm', 'pode', ARRAY['text'], 'boolean');

INSERT INTO crm.usuarios (nome, email, papel) VALUES
    ('Ana Id', 'ana@id.test', 'vendedor'),
    ('Gil Id', 'gil@id.test', 'gerente'),
    ('Rui Id', 'rui@id.test', 'gerente');
CREATE ROLE t_ana LOGIN;
CREATE ROLE t_rui LOGIN;
CREATE ROLE t_gerente LOGIN;
CREATE ROLE t_bi LOGIN;
CREATE ROLE t_varios LOGIN;
CREATE ROLE t_nada LOGIN;
CREATE ROLE t_admin LOGIN;
GRANT crm_vendedor TO t_ana;
GRANT crm_gerente TO t_rui, t_gerente;
GRANT crm_bi TO t_bi;
GRANT crm_bi, crm_operador, crm_vendedor TO t_varios;
GRANT crm_administrador TO t_admin;
UPDATE crm.usuarios SET role_banco = 't_ana' WHERE nome = 'Ana Id';
UPDATE crm.usuarios SET role_banco = 't_rui' WHERE nome = 'Rui Id';
-- A shared role that may become any of them.
CREATE ROLE t_pool LOGIN;
GRANT t_ana, t_rui, t_gerente TO t_pool;

-- AUTH-6: who a database role is.
SELECT is(crm.papel_atual(), 'administrador', 'a superuser is administrador');
SELECT is(crm.usuario_id(), 0::bigint, 'and no user');
SELECT is(crm.pode('usuario.gerir'), true, 'with the rights of the papel');
SET ROLE t_ana;
SELECT is(crm.papel_atual(), 'vendedor', 'the row of the role decides the papel');
SELECT cmp_ok(crm.usuario_id(), '>', 0::bigint, 'and the user');
SELECT is(crm.pode('contato.marcar'), true, 'a vendedor may mark');
SELECT is(crm.pode('painel.ver'), false, 'but not see the panel');
SELECT is(crm.pode('nao.existe'), false, 'an action that does not exist is not allowed');
SELECT throws_ok($$SELECT crm.exigir('painel.ver')$$, 'CR403', NULL, 'exigir refuses');
SELECT lives_ok($$SELECT crm.exigir('contato.marcar')$$, 'exigir accepts');
SET ROLE t_gerente;
SELECT is(crm.papel_atual(), 'gerente', 'a group role decides without a row');
SELECT is(crm.usuario_id(), 0::bigint, 'without a user');
SET ROLE t_varios;
SELECT is(crm.papel_atual(), 'operador', 'the strongest group wins');
SET ROLE t_bi;
SELECT is(crm.papel_atual(), 'bi', 'BI is BI');
SELECT is(crm.pode('cliente.ver_todos'), false, 'without a view on clients');
RESET ROLE;
SET ROLE t_nada;
SELECT throws_ok('SELECT crm.papel_atual()', '42501', NULL, 'a stranger may not even ask');
RESET ROLE;

-- What a transaction knows follows what it writes, and its rollback.
SAVEPOINT a;
SELECT is(crm.papel_atual(), 'administrador', 'before');
DELETE FROM crm.permissoes WHERE papel = 'administrador' AND acao = 'painel.ver';
SELECT is(crm.pode('painel.ver'), false, 'a right taken away is gone at once');
ROLLBACK TO a;
SELECT is(crm.pode('painel.ver'), true, 'and back after the rollback');

-- A deactivated user does not come back through a group, nor by SET ROLE.
UPDATE crm.usuarios SET ativo = false WHERE nome = 'Rui Id';
SET ROLE t_rui;
SELECT is(crm.papel_atual(), '', 'a deactivated user has no papel, whatever the groups');
SELECT is(crm.pode('painel.ver'), false, 'and no right');
RESET ROLE;
SET SESSION AUTHORIZATION t_rui;
SET ROLE crm_gerente;
SELECT is(crm.papel_atual(), '', 'SET ROLE to the group does not help the deactivated');
RESET SESSION AUTHORIZATION;
SET SESSION AUTHORIZATION t_pool;
SET ROLE t_ana;
SELECT is(crm.papel_atual(), 'vendedor', 'a pool is whom it became');
SET ROLE t_gerente;
SELECT is(crm.papel_atual(), 'gerente', 'and the next one');
RESET SESSION AUTHORIZATION;

-- X-8: no setting and no role switch forges an identity.
SET SESSION AUTHORIZATION t_bi;
SELECT throws_ok(format('SET ROLE %I', r), '42501', NULL, 'crm_bi cannot become ' || r)
  FROM unnest(ARRAY['crm_owner', 'crm_administrador', 'crm_web', 't_ana', 'postgres']) AS r;
DO $$
DECLARE
    nome text;
BEGIN
    FOR nome IN
        SELECT name FROM pg_settings WHERE name LIKE 'crm.%'
        UNION SELECT unnest(ARRAY['crm.usuario', 'crm.usuario_id', 'crm.papel', 'crm.web', 'crm.sessao'])
    LOOP
        BEGIN
            PERFORM set_config(nome, '1', false);
        EXCEPTION WHEN insufficient_privilege OR invalid_parameter_value OR cant_change_runtime_param
                    OR undefined_object OR invalid_name THEN NULL;
        END;
    END LOOP;
END
$$;
SELECT is(crm.papel_atual(), 'bi', 'every crm.* setting changed: still bi');
SELECT is(crm.usuario_id(), 0::bigint, 'and nobody else');
SELECT throws_ok($$SELECT crm.atender('eu', NULL, NULL, NULL, NULL, NULL, '{}')$$, '42501', NULL,
                 'only the front serves requests');
SELECT throws_ok($$SELECT crm.identidade_assumir(gen_random_uuid())$$, '42501', NULL, 'nor assumes a session');
SELECT throws_ok($$SELECT crm.responder(200, NULL)$$, '42501', NULL, 'nor speaks for it');
SELECT throws_ok($$SELECT crm.web_segredo_evento()$$, '42501', NULL, 'nor reads the key of events');
RESET SESSION AUTHORIZATION;

-- The front's role alone is nobody.
SET ROLE crm_web;
SELECT is((SELECT status FROM crm.atender('eu', NULL, NULL, NULL, NULL, NULL, '{}')), 401,
          'crm_web without a session is anonymous');
RESET ROLE;
SELECT is((SELECT web FROM crm.quem_sou()), true, 'the anonymous request is the identity until the end');

SELECT is(crm.pode('carteira.ver_todas'), false, 'anonymous may do nothing');

SELECT * FROM finish();
ROLLBACK;
