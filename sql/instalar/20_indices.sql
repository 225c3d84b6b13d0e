-- Indexes. The four of "CRM Kanban v2.0" keep their names (DADOS-7).

CREATE UNIQUE INDEX IF NOT EXISTS usuarios_email_unico ON crm.usuarios (lower(email));
CREATE UNIQUE INDEX IF NOT EXISTS usuarios_nome_unico ON crm.usuarios (lower(nome));
CREATE INDEX IF NOT EXISTS sessoes_abertas ON crm.sessoes (usuario_id) WHERE encerrada_em IS NULL;
CREATE INDEX IF NOT EXISTS tentativas_conta ON crm.tentativas_login (conta, quando);
CREATE INDEX IF NOT EXISTS tentativas_quando ON crm.tentativas_login (quando);
CREATE INDEX IF NOT EXISTS idempotencia_idade ON crm.idempotencia (criada_em);

CREATE INDEX IF NOT EXISTS idx_vendedor_online ON crm.vendedores (online);
CREATE INDEX IF NOT EXISTS idx_cliente_data ON crm.clientes (data_ultima_compra, id_cliente);
-- Carries valor, so that the last order of a card is read from the index alone.
CREATE INDEX IF NOT EXISTS pedidos_cliente
    ON crm.pedidos (cliente_id, data_pedido, id) INCLUDE (valor);

-- Not two open rows for a client, whatever the code does.
CREATE UNIQUE INDEX IF NOT EXISTS cliente_vendedor_uma_aberta
    ON crm.cliente_vendedor (cliente_id) WHERE encerrada_em IS NULL;
-- The board: one column of one seller in order of urgency.
CREATE INDEX IF NOT EXISTS idx_atribuicao_vendedor
    ON crm.cliente_vendedor (vendedor_id, contatado, data_ultima_compra, id)
    WHERE encerrada_em IS NULL;
-- The day queue: who is to be called again, soonest first.
CREATE INDEX IF NOT EXISTS atribuicao_retornos
    ON crm.cliente_vendedor (vendedor_id, retornar_em, id)
    WHERE encerrada_em IS NULL AND retornar_em IS NOT NULL;
-- Who left the window.
CREATE INDEX IF NOT EXISTS idx_atribuicao_contatado
    ON crm.cliente_vendedor (contatado, data_ultima_compra) WHERE encerrada_em IS NULL;
-- The column "Recuperado".
CREATE INDEX IF NOT EXISTS atribuicao_recuperados
    ON crm.cliente_vendedor (vendedor_id, encerrada_em) WHERE resultado = 'recuperado';
CREATE INDEX IF NOT EXISTS atribuicao_historia ON crm.cliente_vendedor (cliente_id, id);
-- A run's rows lie together.
CREATE INDEX IF NOT EXISTS atribuicao_lote ON crm.cliente_vendedor USING brin (lote);

-- Readers; the row that differences fold into; the differences still to fold.
CREATE INDEX IF NOT EXISTS contagens_chave ON crm.contagens (escopo, vendedor_id, dia);
CREATE UNIQUE INDEX IF NOT EXISTS contagens_uma_consolidada
    ON crm.contagens (escopo, vendedor_id, dia, estado) WHERE consolidada;
CREATE INDEX IF NOT EXISTS contagens_a_dobrar ON crm.contagens (escopo) WHERE NOT consolidada;
-- acao inside: the changes of a client among the many times it was looked at.
CREATE INDEX IF NOT EXISTS auditoria_registro ON crm.auditoria (tabela, registro_id, acao, id);
-- What somebody did, youngest first: 5 us of CPU and 33 bytes for each row of the audit.
-- One of requests would cost 15 us and 90 bytes more; they are asked for with their days.
CREATE INDEX IF NOT EXISTS auditoria_usuario ON crm.auditoria (usuario_id, id) WHERE usuario_id IS NOT NULL;
-- What became final since the last seal.
CREATE INDEX IF NOT EXISTS auditoria_xid ON crm.auditoria (xid);
-- The orders of the list of all clients besides id and date. Each costs a write
-- when its column changes: the name hardly ever; valor_total with every order,
-- which rewrites the entry of idx_cliente_data too.
CREATE INDEX IF NOT EXISTS clientes_valor ON crm.clientes (valor_total, id_cliente);
