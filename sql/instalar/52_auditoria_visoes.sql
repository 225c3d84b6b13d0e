-- The audit and the tasks, for screens and SQL callers. Not for BI: personal data.

CREATE OR REPLACE VIEW crm.v_auditoria WITH (security_barrier = true) AS
SELECT a.id,
       a.quando,
       a.usuario_id,
       u.nome::text AS usuario,
       a.papel,
       a.role_banco::text AS role_banco,
       a.endereco,
       a.requisicao,
       a.acao,
       a.tabela,
       a.registro_id,
       a.linhas,
       a.antes,
       a.depois
  FROM crm.auditoria AS a
  LEFT JOIN crm.usuarios AS u ON u.id = a.usuario_id;
COMMENT ON VIEW crm.v_auditoria IS 'Who did what, when and from where. Needs auditoria.ver. Version 1.';
COMMENT ON COLUMN crm.v_auditoria.id IS 'Number.';
COMMENT ON COLUMN crm.v_auditoria.quando IS 'When, by the wall clock.';
COMMENT ON COLUMN crm.v_auditoria.usuario_id IS 'usuarios.id of who acted, or NULL.';
COMMENT ON COLUMN crm.v_auditoria.usuario IS 'Name of who acted.';
COMMENT ON COLUMN crm.v_auditoria.papel IS 'Papel of who acted.';
COMMENT ON COLUMN crm.v_auditoria.role_banco IS 'Database role of the session.';
COMMENT ON COLUMN crm.v_auditoria.endereco IS 'Client address as the front saw it.';
COMMENT ON COLUMN crm.v_auditoria.requisicao IS 'Request id of the front.';
COMMENT ON COLUMN crm.v_auditoria.acao IS 'inserir, alterar, excluir, esvaziar, login, recusa, distribuicao, …';
COMMENT ON COLUMN crm.v_auditoria.tabela IS 'Table, or NULL: about none.';
COMMENT ON COLUMN crm.v_auditoria.registro_id IS 'Key of the row; NULL: none or many.';
COMMENT ON COLUMN crm.v_auditoria.linhas IS 'How many rows it speaks of.';
COMMENT ON COLUMN crm.v_auditoria.antes IS 'Columns before the change; arrays when it speaks of many rows.';
COMMENT ON COLUMN crm.v_auditoria.depois IS 'Columns after it.';

CREATE OR REPLACE VIEW crm.v_tarefas WITH (security_barrier = true) AS
SELECT t.tarefa, t.ultima_em, t.duracao_ms, t.feito, t.vezes, t.falhas, t.ultimo_erro, t.ultimo_erro_em, t.proxima_em
  FROM crm.tarefas_estado AS t
 WHERE (SELECT crm.pode('metricas.ver') OR crm.pode('distribuicao.executar'));
COMMENT ON VIEW crm.v_tarefas IS 'Last run of each task of crm.tarefas(). Needs metricas.ver or distribuicao.executar. Version 1.';
COMMENT ON COLUMN crm.v_tarefas.tarefa IS 'Name of the task.';
COMMENT ON COLUMN crm.v_tarefas.ultima_em IS 'When it last ran.';
COMMENT ON COLUMN crm.v_tarefas.duracao_ms IS 'How long that took, ms.';
COMMENT ON COLUMN crm.v_tarefas.feito IS 'How much there was to do; NULL: it failed.';
COMMENT ON COLUMN crm.v_tarefas.vezes IS 'Runs ever.';
COMMENT ON COLUMN crm.v_tarefas.falhas IS 'Of these, failed ones.';
COMMENT ON COLUMN crm.v_tarefas.ultimo_erro IS 'Message of the last failure.';
COMMENT ON COLUMN crm.v_tarefas.ultimo_erro_em IS 'When that was.';
COMMENT ON COLUMN crm.v_tarefas.proxima_em IS 'When it is due again; NULL: only when somebody calls crm.tarefas().';

GRANT SELECT ON crm.v_auditoria TO crm_administrador;
GRANT SELECT ON crm.v_tarefas TO crm_administrador, crm_gerente, crm_ti;
