-- Row-level security: one rule for browser, psql and BI. Forced, so that it also
-- binds the SECURITY DEFINER functions and the views of crm_owner; only C code
-- between sistema_entrar and sistema_sair is free of it, after it judged the
-- caller itself. A table with neither grant nor policy is for that code alone.
--
-- crm.pode() and crm.usuario_id() stand in scalar sub-selects: asked once per
-- statement, not per row. numeros.ver counts only through the masked views:
-- crm_bi has no right on a table; distribuicao.verificar only through
-- crm.verificar_distribuicao(), which must see every row to prove anything. COPY FROM is refused by PostgreSQL under
-- row-level security: a loader that is neither superuser nor BYPASSRLS copies
-- into a table of its own and inserts from there.
DECLARE
    p record;
    tabela text;
BEGIN
    FOREACH tabela IN ARRAY ARRAY['usuarios', 'sessoes', 'tentativas_login', 'bloqueios_login', 'codigos_senha',
                                  'idempotencia', 'segredos', 'vendedores', 'clientes', 'pedidos',
                                  'cliente_vendedor', 'auditoria', 'revelacoes',
                                  'clientes_busca', 'palavras', 'jornadas', 'ausencias', 'feriados', 'marcos']
    LOOP
        EXECUTE format('ALTER TABLE crm.%I ENABLE ROW LEVEL SECURITY', tabela);
        EXECUTE format('ALTER TABLE crm.%I FORCE ROW LEVEL SECURITY', tabela);
    END LOOP;

    FOR p IN
        SELECT *
          FROM (VALUES
            -- clients and their orders
            ('clientes', 'clientes_ver_todos', 'SELECT', 'PUBLIC',
             $p$ (SELECT crm.pode('cliente.ver_todos')) $p$),
            ('clientes', 'clientes_numeros', 'SELECT', 'crm_owner',
             $p$ (SELECT crm.pode('numeros.ver') OR crm.pode('distribuicao.verificar')) $p$),
            ('clientes', 'clientes_carteira', 'SELECT', 'crm_owner, crm_vendedor, crm_gerente, crm_administrador',
             $p$ (SELECT crm.pode('carteira.ver_propria'))
                 AND EXISTS (SELECT FROM crm.cliente_vendedor v
                              WHERE v.cliente_id = id_cliente
                                AND v.vendedor_id = (SELECT crm.usuario_id())
                                AND (v.encerrada_em IS NULL
                                     OR v.resultado = 'recuperado'
                                    AND v.encerrada_em > (SELECT crm.agora() - make_interval(
                                            days => crm.config('recuperado_dias')::integer)))) $p$),
            ('clientes', 'clientes_carga', 'ALL', 'crm_carga',
             $p$ (SELECT crm.papel_atual()) = 'carga' $p$),
            ('pedidos', 'pedidos_ver_todos', 'SELECT', 'PUBLIC',
             $p$ (SELECT crm.pode('cliente.ver_todos')) $p$),
            ('pedidos', 'pedidos_numeros', 'SELECT', 'crm_owner',
             $p$ (SELECT crm.pode('numeros.ver')) $p$),
            ('pedidos', 'pedidos_carteira', 'SELECT', 'crm_owner, crm_vendedor, crm_gerente, crm_administrador',
             $p$ (SELECT crm.pode('carteira.ver_propria'))
                 AND EXISTS (SELECT FROM crm.cliente_vendedor v
                              WHERE v.cliente_id = pedidos.cliente_id
                                AND v.vendedor_id = (SELECT crm.usuario_id())
                                AND (v.encerrada_em IS NULL
                                     OR v.resultado = 'recuperado'
                                    AND v.encerrada_em > (SELECT crm.agora() - make_interval(
                                            days => crm.config('recuperado_dias')::integer)))) $p$),
            ('pedidos', 'pedidos_carga', 'ALL', 'crm_carga',
             $p$ (SELECT crm.papel_atual()) = 'carga' $p$),

            -- assignments and sellers
            ('cliente_vendedor', 'atribuicoes_todas', 'SELECT', 'PUBLIC',
             $p$ (SELECT crm.pode('carteira.ver_todas')) $p$),
            ('cliente_vendedor', 'atribuicoes_numeros', 'SELECT', 'crm_owner',
             $p$ (SELECT crm.pode('numeros.ver') OR crm.pode('distribuicao.verificar')) $p$),
            ('cliente_vendedor', 'atribuicoes_proprias', 'SELECT', 'PUBLIC',
             $p$ (SELECT crm.pode('carteira.ver_propria'))
                 AND vendedor_id = (SELECT crm.usuario_id()) $p$),
            ('vendedores', 'vendedores_ver', 'SELECT', 'PUBLIC',
             $p$ (SELECT crm.pode('painel.ver') OR crm.pode('cliente.ver_todos')) $p$),
            ('vendedores', 'vendedores_numeros', 'SELECT', 'crm_owner',
             $p$ (SELECT crm.pode('numeros.ver') OR crm.pode('distribuicao.verificar')) $p$),
            ('vendedores', 'vendedores_proprio', 'SELECT', 'PUBLIC',
             $p$ id = (SELECT crm.usuario_id()) $p$),
            ('vendedores', 'vendedores_configurar', 'UPDATE', 'crm_owner',
             $p$ (SELECT crm.pode('vendedor.configurar')) $p$),
            ('vendedores', 'vendedores_gerir', 'ALL', 'crm_owner',
             $p$ (SELECT crm.pode('usuario.gerir')) $p$),

            ('jornadas', 'jornadas_ver', 'SELECT', 'PUBLIC',
             $p$ (SELECT crm.pode('painel.ver')) $p$),
            ('jornadas', 'jornadas_proprias', 'SELECT', 'PUBLIC',
             $p$ vendedor_id = (SELECT crm.usuario_id()) $p$),
            ('ausencias', 'ausencias_ver', 'SELECT', 'PUBLIC',
             $p$ (SELECT crm.pode('painel.ver')) $p$),
            ('ausencias', 'ausencias_proprias', 'SELECT', 'PUBLIC',
             $p$ vendedor_id = (SELECT crm.usuario_id()) $p$),
            ('jornadas', 'jornadas_numeros', 'SELECT', 'crm_owner',
             $p$ (SELECT crm.pode('numeros.ver')) $p$),
            ('ausencias', 'ausencias_numeros', 'SELECT', 'crm_owner',
             $p$ (SELECT crm.pode('numeros.ver')) $p$),
            ('feriados', 'feriados_ver', 'SELECT', 'PUBLIC',
             $p$ (SELECT crm.papel_atual()) <> '' $p$),

            -- users and what belongs to their logins
            ('usuarios', 'usuarios_gerir', 'ALL', 'crm_owner',
             $p$ (SELECT crm.pode('usuario.gerir')) $p$),
            ('usuarios', 'usuarios_proprio', 'SELECT', 'crm_owner',
             $p$ id = (SELECT crm.usuario_id()) $p$),
            ('sessoes', 'sessoes_gerir', 'ALL', 'crm_owner',
             $p$ (SELECT crm.pode('usuario.gerir')) $p$),
            ('sessoes', 'sessoes_proprias', 'ALL', 'crm_owner',
             $p$ usuario_id = (SELECT crm.usuario_id()) $p$),
            ('tentativas_login', 'tentativas_gerir', 'ALL', 'crm_owner',
             $p$ (SELECT crm.pode('usuario.gerir')) $p$),
            ('bloqueios_login', 'bloqueios_gerir', 'ALL', 'crm_owner',
             $p$ (SELECT crm.pode('usuario.gerir')) $p$),
            ('idempotencia', 'idempotencia_propria', 'ALL', 'crm_owner',
             $p$ usuario_id = (SELECT crm.usuario_id()) $p$),

            ('auditoria', 'auditoria_ver', 'SELECT', 'PUBLIC',
             $p$ (SELECT crm.pode('auditoria.ver')) $p$),
            -- How often was searched (view v_relatorio_buscas).
            ('auditoria', 'auditoria_numeros', 'SELECT', 'crm_owner',
             $p$ acao = 'pesquisa' AND (SELECT crm.pode('numeros.ver')) $p$)
          ) AS v(tabela, nome, comando, papeis, condicao)
    LOOP
        EXECUTE format('DROP POLICY IF EXISTS %I ON crm.%I', p.nome, p.tabela);
        EXECUTE format('CREATE POLICY %I ON crm.%I FOR %s TO %s USING (%s)',
                       p.nome, p.tabela, p.comando, p.papeis, p.condicao);
    END LOOP;
END;
