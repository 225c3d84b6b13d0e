-- Owners and rights of the functions. Deny by default: PUBLIC keeps the
-- allow-list, each group role what is listed for it; an api_* function is for
-- crm_web alone. The lists may name functions that another file grants too.
DO $$
DECLARE
    f record;
BEGIN
    REVOKE ALL ON ALL FUNCTIONS IN SCHEMA crm FROM PUBLIC;
    GRANT USAGE ON SCHEMA crm TO PUBLIC;

    -- The owner of the tables runs everything but the installation.
    FOR f IN
        SELECT p.oid::pg_catalog.regprocedure AS assinatura, p.prosecdef
          FROM pg_catalog.pg_proc p
         WHERE p.pronamespace = 'crm'::pg_catalog.regnamespace
           AND p.proname NOT IN ('instalar', 'interno_auditoria_equipar', 'interno_auditoria_particoes',
                               'interno_auditoria_reter', 'interno_auditoria_remocao', 'interno_cache_gatilhos')
    LOOP
        IF f.prosecdef THEN
            EXECUTE pg_catalog.format('ALTER FUNCTION %s OWNER TO crm_owner', f.assinatura);
        ELSE
            EXECUTE pg_catalog.format('GRANT EXECUTE ON FUNCTION %s TO crm_owner', f.assinatura);
        END IF;
    END LOOP;

    -- PUBLIC: the type and pure helpers that tell nothing.
    FOR f IN
        SELECT p.oid::pg_catalog.regprocedure AS assinatura
          FROM pg_catalog.pg_proc p
         WHERE p.pronamespace = 'crm'::pg_catalog.regnamespace
           AND (p.proname LIKE 'cpf\_%'
                OR p.proname IN ('versao', 'hoje', 'agora', 'periodo', 'periodo_de',
                                 'situacao', 'dias_sem_comprar', 'normalizar', 'fonetica',
                                 'semelhantes', 'classificar_busca', 'cache_aplicando'))
    LOOP
        EXECUTE pg_catalog.format('GRANT EXECUTE ON FUNCTION %s TO PUBLIC', f.assinatura);
    END LOOP;

    -- The front.
    FOR f IN
        SELECT p.oid::pg_catalog.regprocedure AS assinatura
          FROM pg_catalog.pg_proc p
         WHERE p.pronamespace = 'crm'::pg_catalog.regnamespace
           AND (p.proname IN ('atender', 'web_segredo_evento', 'cache_epoca')
                OR p.proname LIKE 'api\_%')
    LOOP
        EXECUTE pg_catalog.format('GRANT EXECUTE ON FUNCTION %s TO crm_web', f.assinatura);
    END LOOP;

    -- Direct SQL callers. Each function judges its caller itself; this is the
    -- outer fence.
    FOR f IN
        SELECT p.oid::pg_catalog.regprocedure AS assinatura, v.papeis
          FROM (VALUES
            ('usuario_id',             'crm_administrador, crm_gerente, crm_operador, crm_vendedor, crm_ti, crm_bi, crm_carga'),
            ('papel_atual',            'crm_administrador, crm_gerente, crm_operador, crm_vendedor, crm_ti, crm_bi, crm_carga'),
            ('pode',                   'crm_administrador, crm_gerente, crm_operador, crm_vendedor, crm_ti, crm_bi, crm_carga'),
            ('exigir',                 'crm_administrador, crm_gerente, crm_operador, crm_vendedor, crm_ti, crm_bi, crm_carga'),
            ('exigir_vendedor',        'crm_administrador, crm_gerente, crm_operador, crm_vendedor, crm_ti, crm_bi, crm_carga'),
            ('quem_sou',               'crm_administrador, crm_gerente, crm_operador, crm_vendedor, crm_ti, crm_bi, crm_carga'),
            ('config',                 'crm_administrador, crm_gerente, crm_operador, crm_vendedor, crm_ti, crm_bi, crm_carga'),
            ('usuario_nome',           'crm_administrador, crm_gerente, crm_bi'),
            ('relatorio_instantes',    'crm_administrador, crm_gerente, crm_bi'),
            ('redistribuir_clientes',  'crm_administrador, crm_gerente'),
            ('redistribuir_todos',     'crm_administrador, crm_gerente'),
            ('simular_redistribuicao', 'crm_administrador, crm_gerente'),
            ('aplicar_redistribuicao', 'crm_administrador, crm_gerente'),
            ('desfazer_redistribuicao', 'crm_administrador, crm_gerente'),
            ('cliente_criar',          'crm_administrador, crm_gerente, crm_operador'),
            ('cliente_alterar',        'crm_administrador, crm_gerente, crm_operador'),
            ('cliente_substituir',     'crm_administrador, crm_gerente, crm_operador'),
            ('cliente_desativar',      'crm_administrador, crm_gerente'),
            ('cliente_reativar',       'crm_administrador, crm_gerente'),
            ('cliente_revelar',        'crm_administrador, crm_gerente, crm_operador, crm_vendedor'),
            ('cliente_perfil',         'crm_administrador, crm_gerente, crm_operador, crm_vendedor'),
            ('cliente_pedidos',        'crm_administrador, crm_gerente, crm_operador, crm_vendedor'),
            ('cliente_linha_do_tempo', 'crm_administrador, crm_gerente, crm_operador, crm_vendedor'),
            ('realocar_cliente',       'crm_administrador, crm_gerente'),
            ('liberar_cliente',        'crm_administrador, crm_gerente'),
            ('realocar_lote',          'crm_administrador, crm_gerente'),
            ('liberar_lote',           'crm_administrador, crm_gerente'),
            ('verificar_distribuicao', 'crm_administrador, crm_gerente, crm_ti'),
            ('configurar_vendedor',    'crm_administrador, crm_gerente'),
            ('marcar_contatado',       'crm_administrador, crm_gerente, crm_vendedor'),
            ('desfazer_contato',       'crm_administrador, crm_gerente, crm_vendedor'),
            ('definir_proximo_passo',  'crm_administrador, crm_gerente, crm_vendedor'),
            ('definir_whatsapp',       'crm_administrador, crm_gerente, crm_vendedor'),
            ('fila_do_dia',            'crm_administrador, crm_gerente, crm_vendedor'),
            ('fila_totais',            'crm_administrador, crm_gerente, crm_vendedor'),
            ('por_que',                'crm_administrador, crm_gerente, crm_vendedor'),
            ('entrar_vendedor',        'crm_administrador, crm_gerente, crm_vendedor'),
            ('sair_vendedor',          'crm_administrador, crm_gerente, crm_vendedor'),
            ('definir_jornada',        'crm_administrador, crm_gerente'),
            ('registrar_ausencia',     'crm_administrador, crm_gerente'),
            ('cancelar_ausencia',      'crm_administrador, crm_gerente'),
            ('registrar_feriado',      'crm_administrador, crm_gerente'),
            ('remover_feriado',        'crm_administrador, crm_gerente'),
            ('configurar',             'crm_administrador'),
            ('importacao_criar',       'crm_administrador, crm_gerente'),
            ('importacao_previa',      'crm_administrador, crm_gerente'),
            ('importacao_previa_json', 'crm_administrador, crm_gerente'),
            ('importacao_executar',    'crm_administrador, crm_gerente'),
            ('importacao_desfazer',    'crm_administrador, crm_gerente'),
            ('importacao_cancelar',    'crm_administrador, crm_gerente'),
            ('importacao_recusadas',   'crm_administrador, crm_gerente'),
            ('exportar',               'crm_administrador, crm_gerente, crm_operador, crm_vendedor'),
            ('exportacao_bytes',       'crm_administrador, crm_gerente, crm_operador, crm_vendedor'),
            ('exportacao_cancelar',    'crm_administrador, crm_gerente, crm_operador, crm_vendedor'),
            ('criar_usuario',          'crm_administrador'),
            ('definir_senha',          'crm_administrador'),
            ('encerrar_sessao',        'crm_administrador'),
            ('popular',                'crm_administrador'),
            ('tarefas',                'crm_administrador, crm_ti'),
            ('auditoria_verificar',    'crm_administrador, crm_ti'),
            ('auditoria_selo',         'crm_administrador, crm_ti'),
            ('contagens_compactar',    'crm_administrador, crm_ti'),
            ('contagens_verificar',    'crm_administrador, crm_ti'),
            ('recontar',               'crm_administrador, crm_ti'),
            ('cache_status',           'crm_administrador, crm_ti'),
            ('pesquisar_clientes',     'crm_administrador, crm_gerente, crm_operador, crm_vendedor'),
            ('busca_refazer',          'crm_administrador, crm_ti'),
            ('busca_verificar',        'crm_administrador, crm_gerente, crm_ti')
          ) AS v(nome, papeis)
          JOIN pg_catalog.pg_proc p
            ON p.proname = v.nome
           AND p.pronamespace = 'crm'::pg_catalog.regnamespace
    LOOP
        EXECUTE pg_catalog.format('GRANT EXECUTE ON FUNCTION %s TO %s', f.assinatura, f.papeis);
    END LOOP;
END
$$;
