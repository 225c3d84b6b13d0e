-- What every table and column is. Views have theirs beside them.

COMMENT ON TABLE crm.configuracoes IS 'Settings of the product, read by crm.config(); changed by crm.configurar().';
COMMENT ON COLUMN crm.configuracoes.chave IS 'Name of the setting.';
COMMENT ON COLUMN crm.configuracoes.valor IS 'Value, as text.';
COMMENT ON COLUMN crm.configuracoes.tipo IS 'inteiro, texto, booleano or imagem (a data: address).';
COMMENT ON COLUMN crm.configuracoes.minimo IS 'Least value of an inteiro, least length of a texto; NULL: no bound.';
COMMENT ON COLUMN crm.configuracoes.maximo IS 'Greatest value of an inteiro, greatest length of a texto; NULL: no bound.';
COMMENT ON COLUMN crm.configuracoes.unidade IS 'Unit of the value, for the screen.';
COMMENT ON COLUMN crm.configuracoes.descricao IS 'What it is, in Portuguese, for the screen.';
COMMENT ON COLUMN crm.configuracoes.publica IS 'Shown before login?';
COMMENT ON COLUMN crm.configuracoes.atualizado_em IS 'Last change.';

COMMENT ON TABLE crm.papeis IS 'Papéis (what a person is) and the database group roles of direct SQL callers.';
COMMENT ON COLUMN crm.papeis.papel IS 'Name of the papel.';
COMMENT ON COLUMN crm.papeis.role_banco IS 'Group role whose members have it.';
COMMENT ON COLUMN crm.papeis.precedencia IS 'The highest wins when a role is in several groups.';
COMMENT ON COLUMN crm.papeis.descricao IS 'What it is for, in Portuguese.';

COMMENT ON TABLE crm.permissoes IS 'Which papel may do what; asked by crm.pode().';
COMMENT ON COLUMN crm.permissoes.papel IS 'papeis.papel.';
COMMENT ON COLUMN crm.permissoes.acao IS 'Action, as object.verb.';

COMMENT ON TABLE crm.segredos IS 'Random keys of this database; read by the product alone.';
COMMENT ON COLUMN crm.segredos.nome IS 'What the key is for.';
COMMENT ON COLUMN crm.segredos.valor IS 'At least 32 random bytes.';

COMMENT ON TABLE crm.usuarios IS 'People who log in, and direct SQL users.';
COMMENT ON COLUMN crm.usuarios.id IS 'Number of the user; vendedores.id is the same.';
COMMENT ON COLUMN crm.usuarios.nome IS 'Name; unique whatever the case, also accepted at login.';
COMMENT ON COLUMN crm.usuarios.email IS 'E-mail in lower case; unique.';
COMMENT ON COLUMN crm.usuarios.senha_hash IS 'bcrypt hash; NULL: cannot log in.';
COMMENT ON COLUMN crm.usuarios.papel IS 'papeis.papel.';
COMMENT ON COLUMN crm.usuarios.ativo IS 'Is the user enabled?';
COMMENT ON COLUMN crm.usuarios.role_banco IS 'Database role of a direct SQL user, or NULL.';
COMMENT ON COLUMN crm.usuarios.trocar_senha IS 'Is the password provisional?';
COMMENT ON COLUMN crm.usuarios.senha_em IS 'When the password was set.';
COMMENT ON COLUMN crm.usuarios.created_at IS 'When the row was made.';
COMMENT ON COLUMN crm.usuarios.updated_at IS 'Last change.';

COMMENT ON TABLE crm.codigos_senha IS 'Codes with which users choose a new password, one each.';
COMMENT ON COLUMN crm.codigos_senha.usuario_id IS 'usuarios.id.';
COMMENT ON COLUMN crm.codigos_senha.codigo IS 'Keyed hash of the code.';
COMMENT ON COLUMN crm.codigos_senha.criado_em IS 'When it was given out.';
COMMENT ON COLUMN crm.codigos_senha.expira_em IS 'Not taken from then on.';
COMMENT ON COLUMN crm.codigos_senha.criado_por IS 'usuarios.id of who gave it out.';

COMMENT ON TABLE crm.sessoes IS 'Sessions of the front; crm.atender() looks at the row for every request.';
COMMENT ON COLUMN crm.sessoes.id IS 'Secret identifier that the token carries.';
COMMENT ON COLUMN crm.sessoes.usuario_id IS 'usuarios.id.';
COMMENT ON COLUMN crm.sessoes.criada_em IS 'Login.';
COMMENT ON COLUMN crm.sessoes.limite_em IS 'Absolute end, whatever the activity.';
COMMENT ON COLUMN crm.sessoes.encerrada_em IS 'When it ended; NULL: alive.';
COMMENT ON COLUMN crm.sessoes.motivo_fim IS 'Why it ended: logout, senha, papel, desativacao, revogada, expirada.';
COMMENT ON COLUMN crm.sessoes.endereco IS 'Client address at login.';
COMMENT ON COLUMN crm.sessoes.agente IS 'User agent at login.';

COMMENT ON TABLE crm.tentativas_login IS 'One row per evaluated password; purged after 90 days.';
COMMENT ON COLUMN crm.tentativas_login.id IS 'Number.';
COMMENT ON COLUMN crm.tentativas_login.quando IS 'When.';
COMMENT ON COLUMN crm.tentativas_login.conta IS 'Keyed hash of the user or of the name typed.';
COMMENT ON COLUMN crm.tentativas_login.usuario_id IS 'usuarios.id, or NULL: no such user.';
COMMENT ON COLUMN crm.tentativas_login.endereco IS 'Client address.';
COMMENT ON COLUMN crm.tentativas_login.sucesso IS 'Was it the password?';

COMMENT ON TABLE crm.bloqueios_login IS 'Wrong passwords in a row, by account and address, and the block that follows.';
COMMENT ON COLUMN crm.bloqueios_login.conta IS 'As in tentativas_login.';
COMMENT ON COLUMN crm.bloqueios_login.endereco IS 'Client address.';
COMMENT ON COLUMN crm.bloqueios_login.falhas IS 'Wrong passwords since the last block or success.';
COMMENT ON COLUMN crm.bloqueios_login.rodada IS 'Blocks so far; each doubles the next.';
COMMENT ON COLUMN crm.bloqueios_login.bloqueado_ate IS 'End of the last block, or NULL.';
COMMENT ON COLUMN crm.bloqueios_login.atualizado_em IS 'Last attempt.';

COMMENT ON TABLE crm.idempotencia IS 'Answers of writes that came with an Idempotency-Key; purged after a day.';
COMMENT ON COLUMN crm.idempotencia.usuario_id IS 'usuarios.id of who asked.';
COMMENT ON COLUMN crm.idempotencia.chave IS 'The key.';
COMMENT ON COLUMN crm.idempotencia.funcao IS 'crm.api_<funcao> that answered.';
COMMENT ON COLUMN crm.idempotencia.pedido_hash IS 'Keyed hash of the arguments.';
COMMENT ON COLUMN crm.idempotencia.status IS 'HTTP status; NULL while it runs.';
COMMENT ON COLUMN crm.idempotencia.resposta IS 'Body of the answer, without a provisional password.';
COMMENT ON COLUMN crm.idempotencia.extra IS 'JSON object of what the front made headers of: cabecalhos, etag, arquivo.';
COMMENT ON COLUMN crm.idempotencia.criada_em IS 'When it was asked.';

COMMENT ON TABLE crm.vendedores IS 'Who sells: one row per user that takes or took part in distributions.';
COMMENT ON COLUMN crm.vendedores.id IS 'usuarios.id.';
COMMENT ON COLUMN crm.vendedores.nome IS 'Name; kept equal to usuarios.nome.';
COMMENT ON COLUMN crm.vendedores.online IS 'Logged in to sell?';
COMMENT ON COLUMN crm.vendedores.peso IS 'Share of the work, 1 to 100.';
COMMENT ON COLUMN crm.vendedores.capacidade IS 'Most clients not yet contacted; NULL: no limit.';
COMMENT ON COLUMN crm.vendedores.participa_distribuicao IS 'Takes part in distributions?';
COMMENT ON COLUMN crm.vendedores.ativo IS 'Does the user sell at present?';
COMMENT ON COLUMN crm.vendedores.whatsapp_modelo IS 'Own text of the WhatsApp link; NULL: the setting whatsapp_modelo.';
COMMENT ON COLUMN crm.vendedores.visto_em IS 'Last sign of life; NULL after a logout.';
COMMENT ON COLUMN crm.vendedores.created_at IS 'When the row was made.';
COMMENT ON COLUMN crm.vendedores.updated_at IS 'Last change, heartbeats left out.';

COMMENT ON TABLE crm.clientes IS 'Clients. status and the two totals are written by the product.';
COMMENT ON COLUMN crm.clientes.id_cliente IS 'Number of the client.';
COMMENT ON COLUMN crm.clientes.cpf IS 'CPF; unique.';
COMMENT ON COLUMN crm.clientes.nome_completo IS 'Full name.';
COMMENT ON COLUMN crm.clientes.data_nascimento IS 'Birth date.';
COMMENT ON COLUMN crm.clientes.sexo IS 'F, M, N or NULL.';
COMMENT ON COLUMN crm.clientes.nome_mae IS 'Mother''s name.';
COMMENT ON COLUMN crm.clientes.celular IS 'Mobile phone.';
COMMENT ON COLUMN crm.clientes.email IS 'E-mail.';
COMMENT ON COLUMN crm.clientes.cidade IS 'City.';
COMMENT ON COLUMN crm.clientes.uf IS 'State, two letters.';
COMMENT ON COLUMN crm.clientes.cep IS 'Postal code, with or without hyphen.';
COMMENT ON COLUMN crm.clientes.data_ultima_compra IS 'Day of the newest order; NULL: never bought.';
COMMENT ON COLUMN crm.clientes.valor_total IS 'R$ of all orders.';
COMMENT ON COLUMN crm.clientes.status IS 'Workflow: disponivel, atribuido, contatado.';
COMMENT ON COLUMN crm.clientes.ativo IS 'Is the record enabled?';
COMMENT ON COLUMN crm.clientes.nao_contatar IS 'Opted out of contacts (LGPD).';
COMMENT ON COLUMN crm.clientes.created_at IS 'When the record was made.';
COMMENT ON COLUMN crm.clientes.updated_at IS 'Last change of the record, derived columns left out.';
COMMENT ON COLUMN crm.clientes.versao IS 'Grows by one with each change of the record, derived columns left out; what If-Match compares.';

COMMENT ON TABLE crm.produtos IS 'Products that orders may name.';
COMMENT ON COLUMN crm.produtos.id IS 'Number.';
COMMENT ON COLUMN crm.produtos.nome IS 'Name.';
COMMENT ON COLUMN crm.produtos.preco IS 'R$, or NULL.';
COMMENT ON COLUMN crm.produtos.ativo IS 'Is it sold at present?';

COMMENT ON TABLE crm.pedidos IS 'Orders. Their triggers keep the clients right and end the purchase cycle.';
COMMENT ON COLUMN crm.pedidos.id IS 'Number.';
COMMENT ON COLUMN crm.pedidos.cliente_id IS 'clientes.id_cliente.';
COMMENT ON COLUMN crm.pedidos.produto_id IS 'produtos.id, or NULL.';
COMMENT ON COLUMN crm.pedidos.data_pedido IS 'Day of the order.';
COMMENT ON COLUMN crm.pedidos.valor IS 'R$.';
COMMENT ON COLUMN crm.pedidos.created_at IS 'When the row was made.';

COMMENT ON TABLE crm.lotes IS 'One row per distribution run.';
COMMENT ON COLUMN crm.lotes.id IS 'Number of the run.';
COMMENT ON COLUMN crm.lotes.quando IS 'When.';
COMMENT ON COLUMN crm.lotes.dia IS 'Business date of the run.';
COMMENT ON COLUMN crm.lotes.origem IS 'What caused it: login, logout, ausencia, manual, tarefas, …';
COMMENT ON COLUMN crm.lotes.usuario_id IS 'usuarios.id of who caused it, or NULL.';
COMMENT ON COLUMN crm.lotes.vendedores IS 'Sellers that took part.';
COMMENT ON COLUMN crm.lotes.elegiveis IS 'Clients dealt or held by them after the run.';
COMMENT ON COLUMN crm.lotes.novas IS 'Assignments of clients nobody held.';
COMMENT ON COLUMN crm.lotes.movimentos IS 'Clients that changed holder; of origem redistribuir_todos none: all are freed first and count as novas.';
COMMENT ON COLUMN crm.lotes.limite_inferior IS 'Least possible movimentos.';
COMMENT ON COLUMN crm.lotes.liberados IS 'Clients left without holder.';
COMMENT ON COLUMN crm.lotes.duracao_us IS 'Duration in microseconds.';
COMMENT ON COLUMN crm.lotes.desfaz IS 'lotes.id of the run that this one takes back, or NULL.';
COMMENT ON COLUMN crm.lotes.trocaram IS 'Clients that passed from one seller to another, whatever the origem.';

COMMENT ON TABLE crm.cliente_vendedor IS 'Assignments: who holds which client, and with its history the ledger (view v_movimentos).';
COMMENT ON COLUMN crm.cliente_vendedor.id IS 'Number of the assignment.';
COMMENT ON COLUMN crm.cliente_vendedor.cliente_id IS 'clientes.id_cliente; at most one open row each.';
COMMENT ON COLUMN crm.cliente_vendedor.vendedor_id IS 'vendedores.id of the holder.';
COMMENT ON COLUMN crm.cliente_vendedor.de_vendedor_id IS 'Holder before, in the same run or reallocation; NULL: nobody.';
COMMENT ON COLUMN crm.cliente_vendedor.contatado IS 'Contacted in this purchase cycle?';
COMMENT ON COLUMN crm.cliente_vendedor.fixado IS 'Pinned by a reallocation?';
COMMENT ON COLUMN crm.cliente_vendedor.data_ultima_compra IS 'Copy of the client''s while open; then what it was.';
COMMENT ON COLUMN crm.cliente_vendedor.valor_total IS 'Copy of the client''s while open; then what it was.';
COMMENT ON COLUMN crm.cliente_vendedor.data_atribuicao IS 'When the seller got the client.';
COMMENT ON COLUMN crm.cliente_vendedor.motivo IS 'Why: distribuicao, realocacao, redistribuir_todos, transferencia.';
COMMENT ON COLUMN crm.cliente_vendedor.lote IS 'lotes.id of the run that gave it, or NULL.';
COMMENT ON COLUMN crm.cliente_vendedor.data_contato IS 'When the client was contacted.';
COMMENT ON COLUMN crm.cliente_vendedor.resultado IS 'Outcome of the contact; recuperado: the client bought.';
COMMENT ON COLUMN crm.cliente_vendedor.observacoes IS 'Notes of the contact.';
COMMENT ON COLUMN crm.cliente_vendedor.encerrada_em IS 'When it ended; NULL: open.';
COMMENT ON COLUMN crm.cliente_vendedor.motivo_fim IS 'Why it ended; NULL: open.';
COMMENT ON COLUMN crm.cliente_vendedor.lote_fim IS 'lotes.id of the run that took it, or NULL.';
COMMENT ON COLUMN crm.cliente_vendedor.retornar_em IS 'Day to call again; NULL: none.';
COMMENT ON COLUMN crm.cliente_vendedor.proximo_passo IS 'What comes next, in the seller''s words.';
COMMENT ON COLUMN crm.cliente_vendedor.marcado_por IS 'usuarios.id of who marked, while the mark can be undone.';
COMMENT ON COLUMN crm.cliente_vendedor.retornar_antes IS 'retornar_em that the mark replaced.';
COMMENT ON COLUMN crm.cliente_vendedor.passo_antes IS 'proximo_passo that the mark replaced.';
COMMENT ON COLUMN crm.cliente_vendedor.valor_recuperado IS 'R$ of the orders that ended the cycle.';

COMMENT ON TABLE crm.contagens IS 'Counts that are kept instead of counted; the value of a key is the sum over its rows.';
COMMENT ON COLUMN crm.contagens.escopo IS 'Kind of key: base, cliente, carteira, vendedor, recuperado, aberta.';
COMMENT ON COLUMN crm.contagens.vendedor_id IS 'vendedores.id; 0: of no seller.';
COMMENT ON COLUMN crm.contagens.dia IS 'Day; -infinity: of no day, or never bought.';
COMMENT ON COLUMN crm.contagens.estado IS 'What is counted, see escopo.';
COMMENT ON COLUMN crm.contagens.qtd IS 'How many, or a difference.';
COMMENT ON COLUMN crm.contagens.valor IS 'R$, or a difference.';
COMMENT ON COLUMN crm.contagens.consolidada IS 'The one row that differences are folded into?';

COMMENT ON TABLE crm.auditoria IS 'Append-only record of every change of a row, login and refusal; a partition each month.';
COMMENT ON COLUMN crm.auditoria.id IS 'Number.';
COMMENT ON COLUMN crm.auditoria.quando IS 'When, by the wall clock.';
COMMENT ON COLUMN crm.auditoria.xid IS 'Transaction.';
COMMENT ON COLUMN crm.auditoria.usuario_id IS 'usuarios.id of who acted, or NULL.';
COMMENT ON COLUMN crm.auditoria.papel IS 'Papel of who acted.';
COMMENT ON COLUMN crm.auditoria.role_banco IS 'Database role of the session.';
COMMENT ON COLUMN crm.auditoria.endereco IS 'Client address as the front saw it.';
COMMENT ON COLUMN crm.auditoria.requisicao IS 'Request id of the front.';
COMMENT ON COLUMN crm.auditoria.acao IS 'inserir, alterar, excluir, esvaziar, login, recusa, distribuicao, …';
COMMENT ON COLUMN crm.auditoria.tabela IS 'Table, or NULL: about none.';
COMMENT ON COLUMN crm.auditoria.registro_id IS 'Key of the row; NULL: none or many.';
COMMENT ON COLUMN crm.auditoria.linhas IS 'How many rows it speaks of.';
COMMENT ON COLUMN crm.auditoria.antes IS 'Columns before the change; arrays when it speaks of many rows.';
COMMENT ON COLUMN crm.auditoria.depois IS 'Columns after it.';

COMMENT ON TABLE crm.clientes_busca IS 'What the search compares, one row per client; kept by triggers of crm.clientes.';
COMMENT ON COLUMN crm.clientes_busca.id_cliente IS 'clientes.id_cliente.';
COMMENT ON COLUMN crm.clientes_busca.nome IS 'crm.normalizar(nome_completo).';
COMMENT ON COLUMN crm.clientes_busca.palavras IS 'Words of the name with their sound, by crm.busca_palavras().';
COMMENT ON COLUMN crm.clientes_busca.cidade IS 'Normalised city.';
COMMENT ON COLUMN crm.clientes_busca.uf IS 'State, two letters.';
COMMENT ON COLUMN crm.clientes_busca.data_nascimento IS 'Birth date.';
COMMENT ON COLUMN crm.clientes_busca.celular IS 'Digits of the phone, without country code.';
COMMENT ON COLUMN crm.clientes_busca.email IS 'E-mail in lower case.';
COMMENT ON COLUMN crm.clientes_busca.ativo IS 'clientes.ativo.';

COMMENT ON TABLE crm.palavras IS 'Words of names, for what is searched by parts or with typing slips; only inserted.';
COMMENT ON COLUMN crm.palavras.palavra IS 'The word, normalised; more than once when two transactions brought it.';

COMMENT ON TABLE crm.jornadas IS 'Working hours of a seller by day of the week; a seller without a row is always available.';
COMMENT ON COLUMN crm.jornadas.vendedor_id IS 'vendedores.id.';
COMMENT ON COLUMN crm.jornadas.dia_semana IS '0 Sunday .. 6 Saturday; a day without a row is free.';
COMMENT ON COLUMN crm.jornadas.inicio IS 'Beginning, in the business time zone.';
COMMENT ON COLUMN crm.jornadas.fim IS 'End.';
COMMENT ON COLUMN crm.jornadas.almoco_inicio IS 'Beginning of lunch, or NULL.';
COMMENT ON COLUMN crm.jornadas.almoco_fim IS 'End of lunch, or NULL.';

COMMENT ON TABLE crm.ausencias IS 'Leave of sellers.';
COMMENT ON COLUMN crm.ausencias.id IS 'Number.';
COMMENT ON COLUMN crm.ausencias.vendedor_id IS 'vendedores.id.';
COMMENT ON COLUMN crm.ausencias.de IS 'First day.';
COMMENT ON COLUMN crm.ausencias.ate IS 'Last day.';
COMMENT ON COLUMN crm.ausencias.motivo IS 'ferias, licenca, folga or outro.';
COMMENT ON COLUMN crm.ausencias.created_at IS 'When the row was made.';

COMMENT ON TABLE crm.feriados IS 'Days on which no seller is available.';
COMMENT ON COLUMN crm.feriados.data IS 'The day.';
COMMENT ON COLUMN crm.feriados.nome IS 'Its name.';

COMMENT ON COLUMN crm.vendedores.expediente IS 'What hours, leave and holidays say now: disponivel, almoco, fora_do_horario, folga, feriado, ausencia.';
COMMENT ON COLUMN crm.vendedores.expediente_ate IS 'When that can change by itself; NULL: never.';
COMMENT ON COLUMN crm.vendedores.reserva_ate IS 'Nobody was there: the untouched clients wait for the seller until then; NULL: they do not.';

COMMENT ON TABLE crm.marcos IS 'How far tasks that follow the clock have come.';
COMMENT ON COLUMN crm.marcos.nome IS 'Of what: aviso_sem_toque, assignments warned of by data_atribuicao.';
COMMENT ON COLUMN crm.marcos.ate IS 'Until when it is done.';

COMMENT ON TABLE crm.auditoria_selos IS 'Chain of seals over the rows of crm.auditoria; checked by crm.auditoria_verificar().';
COMMENT ON COLUMN crm.auditoria_selos.n IS 'Number, from 1 on, without a gap.';
COMMENT ON COLUMN crm.auditoria_selos.segmento IS 'Run of seals of one database of one cluster; a restored copy begins the next.';
COMMENT ON COLUMN crm.auditoria_selos.origem IS 'Which: system identifier, colon, oid of the database.';
COMMENT ON COLUMN crm.auditoria_selos.tipo IS 'abertura: what was not sealed yet when a segment began; selo: transactions that ended; remocao: a month that retention removed.';
COMMENT ON COLUMN crm.auditoria_selos.de_xid IS 'First transaction.';
COMMENT ON COLUMN crm.auditoria_selos.ate_xid IS 'First transaction of the next seal; all before it have ended.';
COMMENT ON COLUMN crm.auditoria_selos.piso_id IS 'Last auditoria.id before the segment.';
COMMENT ON COLUMN crm.auditoria_selos.linhas IS 'Rows sealed, or removed.';
COMMENT ON COLUMN crm.auditoria_selos.primeiro_id IS 'Least auditoria.id.';
COMMENT ON COLUMN crm.auditoria_selos.ultimo_id IS 'Greatest auditoria.id.';
COMMENT ON COLUMN crm.auditoria_selos.primeira_em IS 'Least auditoria.quando; of a removal the first instant removed.';
COMMENT ON COLUMN crm.auditoria_selos.ultima_em IS 'Greatest auditoria.quando; of a removal the first instant that stays.';
COMMENT ON COLUMN crm.auditoria_selos.quando IS 'When it was sealed.';
COMMENT ON COLUMN crm.auditoria_selos.itens_hash IS 'SHA-256 of itens.';
COMMENT ON COLUMN crm.auditoria_selos.anterior IS 'hash of the seal before; zeros: the first.';
COMMENT ON COLUMN crm.auditoria_selos.hash IS 'SHA-256 of all columns above it (extension/selo.h).';
COMMENT ON COLUMN crm.auditoria_selos.autenticacao IS 'HMAC-SHA-256 of hash under the key in the data directory: this server made it.';
COMMENT ON COLUMN crm.auditoria_selos.itens IS 'id, quando and SHA-256 of each row, 48 bytes each, by id; NULL: all were removed.';

COMMENT ON TABLE crm.tarefas_estado IS 'Last run of each task of crm.tarefas(); read it as crm.v_tarefas.';
COMMENT ON COLUMN crm.tarefas_estado.tarefa IS 'Name of the task.';
COMMENT ON COLUMN crm.tarefas_estado.ultima_em IS 'When it last ran.';
COMMENT ON COLUMN crm.tarefas_estado.duracao_ms IS 'How long that took, ms.';
COMMENT ON COLUMN crm.tarefas_estado.feito IS 'How much there was to do; NULL: it failed.';
COMMENT ON COLUMN crm.tarefas_estado.vezes IS 'Runs ever.';
COMMENT ON COLUMN crm.tarefas_estado.falhas IS 'Of these, failed ones.';
COMMENT ON COLUMN crm.tarefas_estado.ultimo_erro IS 'Message of the last failure.';
COMMENT ON COLUMN crm.tarefas_estado.ultimo_erro_em IS 'When that was.';
COMMENT ON COLUMN crm.tarefas_estado.proxima_em IS 'When it is due again; NULL: only when somebody calls crm.tarefas().';
