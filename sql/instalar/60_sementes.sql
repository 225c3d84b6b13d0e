-- Reference rows. ON CONFLICT DO NOTHING: what an administrator changed stays.

-- First: the triggers of what follows sign their events, as crm_owner.
ALTER TABLE crm.segredos OWNER TO crm_owner;
INSERT INTO crm.segredos (nome, valor)
VALUES ('evento', sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()))),
       ('conta',  sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()))),
       ('cache',  sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())))
ON CONFLICT DO NOTHING;

INSERT INTO crm.papeis (papel, role_banco, precedencia, descricao) VALUES
    ('administrador', 'crm_administrador', 60, 'Gere usuários, carteira e configurações'),
    ('gerente',       'crm_gerente',       50, 'Vê todos os números e move a carteira'),
    ('operador',      'crm_operador',      40, 'Pesquisa e consulta clientes'),
    ('vendedor',      'crm_vendedor',      30, 'Trabalha a própria carteira'),
    ('ti',            'crm_ti',            20, 'Saúde e métricas'),
    ('bi',            'crm_bi',            10, 'Lê as visões de BI, sem dados pessoais'),
    ('carga',         'crm_carga',          5, 'Carrega clientes e pedidos por SQL')
ON CONFLICT DO NOTHING;

INSERT INTO crm.permissoes (papel, acao)
SELECT papel, acao
  FROM (VALUES
    -- acao                      who
    ('carteira.ver_propria',     '{vendedor,administrador,gerente}'::text[]),
    ('carteira.ver_todas',       '{administrador,gerente}'),
    ('contato.marcar',           '{vendedor,administrador,gerente}'),
    ('contato.marcar_por_outro', '{administrador,gerente}'),
    ('cliente.ver_todos',        '{administrador,gerente,operador}'),
    ('cliente.ver_sensivel',     '{administrador,gerente,carga}'),
    ('cliente.revelar',          '{administrador,gerente,operador,vendedor}'),
    ('cliente.criar',            '{administrador,gerente,operador}'),
    ('cliente.alterar',          '{administrador,gerente,operador}'),
    ('cliente.desativar',        '{administrador,gerente}'),
    ('cliente.importar',         '{administrador,gerente}'),
    ('cliente.realocar',         '{administrador,gerente}'),
    ('cliente.liberar',          '{administrador,gerente}'),
    ('distribuicao.executar',    '{administrador,gerente}'),
    ('distribuicao.verificar',   '{administrador,gerente,ti}'),
    ('painel.ver',               '{administrador,gerente}'),
    ('vendedor.configurar',      '{administrador,gerente}'),
    ('usuario.gerir',            '{administrador}'),
    ('configuracao.alterar',     '{administrador}'),
    ('auditoria.ver',            '{administrador}'),
    ('metricas.ver',             '{administrador,ti}'),
    ('numeros.ver',              '{administrador,gerente,bi}'),
    ('exportar',                 '{administrador,gerente,operador}'),
    ('carteira.exportar',        '{administrador,gerente,vendedor}'),
    ('relatorio.ver',            '{administrador,gerente}')
  ) AS v(acao, papeis), unnest(v.papeis) AS papel
 -- Only actions that are new: a right that was taken away stays away.
 WHERE v.acao NOT IN (SELECT p.acao FROM crm.permissoes p)
ON CONFLICT DO NOTHING;

INSERT INTO crm.configuracoes (chave, valor, tipo, minimo, maximo, unidade, descricao, publica) VALUES
    ('fuso_horario',        'America/Sao_Paulo', 'texto', NULL, NULL, NULL, 'Fuso horário do negócio', false),
    ('janela_inicio',       '30',  'inteiro', 1, 3650, 'dias', 'Primeiro dia da janela elegível', false),
    ('janela_meio',         '45',  'inteiro', 1, 3650, 'dias', 'Último dia do período 30-45', false),
    ('janela_fim',          '60',  'inteiro', 1, 3650, 'dias', 'Último dia da janela elegível', false),
    ('periodo_perdido',     '90',  'inteiro', 1, 3650, 'dias', 'Último dia do período 60-90', false),
    ('bcrypt_custo',        '12',  'inteiro', 10, 15, NULL, 'Custo do bcrypt', false),
    ('bcrypt_simultaneos',  '2',   'inteiro', 1, 64, NULL, 'Cálculos de senha ao mesmo tempo', false),
    ('senha_min',           '8',   'inteiro', 8, 128, 'caracteres', 'Tamanho mínimo da senha', true),
    ('login_tentativas',    '5',   'inteiro', 1, 100, NULL, 'Senhas erradas até o bloqueio', false),
    ('login_bloqueio',      '900', 'inteiro', 1, 86400, 's', 'Primeiro bloqueio; dobra a cada rodada', false),
    ('login_conta_hora',    '100', 'inteiro', 10, 10000, NULL, 'Avaliações de senha por conta e hora', false),
    ('sessao_duracao',      '86400', 'inteiro', 300, 604800, 's', 'Validade do token', false),
    ('sessao_limite',       '604800', 'inteiro', 300, 2592000, 's', 'Fim absoluto da sessão', false),
    ('limite_requisicoes',  '100', 'inteiro', 1, 100000000, 'por minuto', 'Requisições por usuário', false),
    ('limite_pesquisa',     '300', 'inteiro', 1, 100000000, 'por minuto', 'Pesquisas por usuário', false),
    ('limite_anonimo',      '100', 'inteiro', 1, 1000000, 'por minuto', 'Requisições por endereço sem login', false),
    ('limite_login',        '100', 'inteiro', 1, 1000000, 'por minuto', 'Tentativas de login por endereço', false),
    ('presenca_ausente',    '180', 'inteiro', 10, 86400, 's', 'Sem sinal: ausente, não recebe clientes', false),
    ('presenca_tolerancia', '300', 'inteiro', 0, 86400, 's', 'Depois de ausente: offline', false),
    ('dias_sem_toque',      '0',   'inteiro', 0, 365, 'dias', 'Cliente sem contato há tantos dias vai para outro vendedor; aviso aos 80 % (0: nunca)', false),
    ('reserva_dias',        '1',   'inteiro', 0, 30, 'dias úteis', 'Ninguém online: os clientes esperam o vendedor até este dia útil (0: não esperam)', false),
    ('reserva_horas',       '2',   'inteiro', 0, 48, 'h', 'Espera depois do início do expediente daquele dia', false),
    ('expediente_inicio',   '480', 'inteiro', 0, 1439, 'min desde 0h', 'Início do dia de quem não tem jornada', false),
    ('desfazer_horas',      '24',  'inteiro', 1, 720, 'h', 'Prazo para desfazer uma redistribuição', false),
    ('revelacao_cota',      '50',  'inteiro', 0, 100000, 'por 24 h', 'Revelações de dados pessoais por usuário', false),
    ('recuperado_dias',     '30',  'inteiro', 1, 365, 'dias', 'Dias na coluna Recuperado', false),
    ('importacao_guarda',   '30',  'inteiro', 1, 3650, 'dias', 'Guarda do arquivo e das linhas de uma importação', false),
    ('export_direto',       '10000', 'inteiro', 0, 50000, 'linhas', 'Exportação na própria resposta até tantas linhas; acima, em segundo plano', false),
    ('export_maximo',       '50000', 'inteiro', 1, 1000000, 'linhas', 'Linhas de uma exportação', true),
    ('export_guarda_horas', '24',  'inteiro', 1, 720, 'h', 'Guarda do arquivo de uma exportação', false),
    ('auditoria_retencao_meses', '60', 'inteiro', 6, 1200, 'meses', 'Guarda da auditoria, em meses inteiros', false),
    ('whatsapp_modelo',     '{saudacao}! Aqui é {vendedor}, da {empresa}. Sentimos sua falta por aqui. Posso ajudar com alguma coisa?',
                            'texto', NULL, 500, NULL, 'Mensagem do WhatsApp; {saudacao}, {vendedor} e {empresa} são preenchidos', false),
    ('codigo_horas',        '24',  'inteiro', 1, 168, 'h', 'Validade do código para trocar a senha', false),
    ('logo',                '',    'imagem', NULL, NULL, NULL, 'Logotipo no cabeçalho', true),
    ('empresa',             'CRM', 'texto', 1, 60, NULL, 'Nome no cabeçalho', true),
    ('contato',             '',    'texto', NULL, 120, NULL, 'Contato no rodapé', true)
ON CONFLICT DO NOTHING;
-- Of an earlier version: a text longer than a seller's own may be; leading zeros.
IF EXISTS (SELECT FROM crm.configuracoes
            WHERE chave = 'whatsapp_modelo' AND maximo IS NULL
               OR tipo = 'inteiro' AND valor <> valor::integer::text) THEN
    UPDATE crm.configuracoes
       SET maximo = CASE tipo WHEN 'texto' THEN 500 ELSE maximo END,
           valor = CASE tipo WHEN 'texto' THEN left(valor, 500) ELSE valor::integer::text END
     WHERE chave = 'whatsapp_modelo' AND maximo IS NULL
        OR tipo = 'inteiro' AND valor <> valor::integer::text;
END IF;
