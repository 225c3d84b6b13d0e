-- Views for BI (BI-1): a contract; columns are added, never renamed. Version 1.
--
-- Owned by crm_owner, not security_invoker: a reader needs no right on a table,
-- so crm_bi cannot read round the masks. The owner is no superuser and the
-- policies are forced, so they bind here too, judged by who asks: numeros.ver
-- sees every row, a vendedor the own ones. security_barrier keeps a condition
-- of the reader from running on rows that a policy hides. No name, phone,
-- e-mail, birth date or mother of a client is in any that crm_bi may read; they
-- are in clientes_cadastro alone, where the rule of LGPD-1 is written once:
-- screens, search, API and SQL callers all read a client's record through it.

CREATE OR REPLACE VIEW crm.v_clientes WITH (security_barrier = true) AS
SELECT c.id_cliente AS cliente_id,
       crm.cpf_mascara(c.cpf) AS cpf_mascarado,
       c.sexo,
       CASE WHEN c.data_nascimento IS NULL THEN NULL
            ELSE CASE width_bucket(extract(year FROM age(crm.hoje(), c.data_nascimento))::integer,
                                   ARRAY[18, 25, 35, 45, 55, 65])
                 WHEN 0 THEN '<18' WHEN 1 THEN '18-24' WHEN 2 THEN '25-34' WHEN 3 THEN '35-44'
                 WHEN 4 THEN '45-54' WHEN 5 THEN '55-64' ELSE '65+' END
       END AS faixa_etaria,
       c.cidade,
       c.uf,
       c.data_ultima_compra,
       crm.dias_sem_comprar(c.data_ultima_compra) AS dias_sem_comprar,
       crm.periodo_de(c.data_ultima_compra) AS periodo,
       crm.situacao(c.data_ultima_compra) AS situacao,
       c.status,
       c.ativo,
       c.nao_contatar,
       c.valor_total,
       v.id AS atribuicao_id,
       v.vendedor_id,
       c.status = 'contatado' AS contatado,
       -- A reader whose policies hide the assignment is not told "no".
       CASE WHEN v.id IS NOT NULL OR c.status = 'disponivel' THEN coalesce(v.fixado, false) END AS fixado,
       c.created_at AS criado_em
  FROM crm.clientes c
  LEFT JOIN crm.cliente_vendedor v ON v.cliente_id = c.id_cliente AND v.encerrada_em IS NULL;
COMMENT ON VIEW crm.v_clientes IS
    'Every client with recency, state and holder, without personal data. Version 1.';
COMMENT ON COLUMN crm.v_clientes.cliente_id IS 'clientes.id_cliente.';
COMMENT ON COLUMN crm.v_clientes.cpf_mascarado IS 'CPF as ***.456.789-**.';
COMMENT ON COLUMN crm.v_clientes.sexo IS 'F, M, N or NULL.';
COMMENT ON COLUMN crm.v_clientes.faixa_etaria IS 'Age band in years instead of the birth date; NULL when unknown.';
COMMENT ON COLUMN crm.v_clientes.cidade IS 'City.';
COMMENT ON COLUMN crm.v_clientes.uf IS 'State, two letters.';
COMMENT ON COLUMN crm.v_clientes.data_ultima_compra IS 'Day of the last order; NULL: never bought.';
COMMENT ON COLUMN crm.v_clientes.dias_sem_comprar IS 'Days from the last order to crm.hoje().';
COMMENT ON COLUMN crm.v_clientes.periodo IS 'Bucket of days: 0-29, 30-45, 45-60 (46..60), 60-90 (61..90), >90, sem_compra.';
COMMENT ON COLUMN crm.v_clientes.situacao IS 'Recency: ativo, elegivel, inativo, sem_compra.';
COMMENT ON COLUMN crm.v_clientes.status IS 'Workflow: disponivel, atribuido, contatado.';
COMMENT ON COLUMN crm.v_clientes.ativo IS 'Is the record enabled?';
COMMENT ON COLUMN crm.v_clientes.nao_contatar IS 'Opted out of contacts (LGPD).';
COMMENT ON COLUMN crm.v_clientes.valor_total IS 'R$ of all orders.';
COMMENT ON COLUMN crm.v_clientes.atribuicao_id IS 'cliente_vendedor.id of the open assignment, or NULL.';
COMMENT ON COLUMN crm.v_clientes.vendedor_id IS 'vendedores.id of the holder, or NULL.';
COMMENT ON COLUMN crm.v_clientes.contatado IS 'Contacted in the open assignment?';
COMMENT ON COLUMN crm.v_clientes.fixado IS 'Pinned to the holder by a reallocation? NULL: the reader may not see the assignment.';
COMMENT ON COLUMN crm.v_clientes.criado_em IS 'When the record was made.';

CREATE OR REPLACE VIEW crm.v_carteira WITH (security_barrier = true) AS
SELECT v.id AS atribuicao_id,
       v.vendedor_id,
       s.nome AS vendedor,
       v.cliente_id,
       v.data_ultima_compra,
       crm.dias_sem_comprar(v.data_ultima_compra) AS dias_sem_comprar,
       crm.periodo_de(v.data_ultima_compra) AS periodo,
       v.valor_total,
       CASE WHEN v.contatado THEN 'contatado'
            WHEN v.data_ultima_compra >= crm.hoje() - (SELECT crm.config('janela_meio')::integer)
            THEN 'a_contatar_30_45'
            ELSE 'a_contatar_46_60' END AS coluna,
       v.contatado,
       v.fixado,
       v.data_atribuicao,
       v.data_contato,
       v.resultado,
       v.motivo,
       v.lote,
       v.retornar_em,
       CASE WHEN v.retornar_em < crm.hoje() THEN 'atrasado'
            WHEN v.retornar_em = crm.hoje() THEN 'hoje'
            WHEN v.retornar_em > crm.hoje() THEN 'agendado'
            WHEN NOT v.contatado THEN 'a_contatar' END AS fila
  FROM crm.cliente_vendedor v
  JOIN crm.vendedores s ON s.id = v.vendedor_id
 WHERE v.encerrada_em IS NULL;
COMMENT ON VIEW crm.v_carteira IS
    'Open assignments: who holds which client now, in which column of the board. Version 1.';
COMMENT ON COLUMN crm.v_carteira.atribuicao_id IS 'cliente_vendedor.id.';
COMMENT ON COLUMN crm.v_carteira.vendedor_id IS 'vendedores.id of the holder.';
COMMENT ON COLUMN crm.v_carteira.vendedor IS 'Name of the holder.';
COMMENT ON COLUMN crm.v_carteira.cliente_id IS 'clientes.id_cliente.';
COMMENT ON COLUMN crm.v_carteira.data_ultima_compra IS 'Day of the client''s last order.';
COMMENT ON COLUMN crm.v_carteira.dias_sem_comprar IS 'Days from the last order to crm.hoje().';
COMMENT ON COLUMN crm.v_carteira.periodo IS 'Bucket of days, as in v_clientes.';
COMMENT ON COLUMN crm.v_carteira.valor_total IS 'R$ of all orders of the client.';
COMMENT ON COLUMN crm.v_carteira.coluna IS 'Column of the board: a_contatar_30_45, a_contatar_46_60 (or older), contatado.';
COMMENT ON COLUMN crm.v_carteira.contatado IS 'Contacted in this purchase cycle?';
COMMENT ON COLUMN crm.v_carteira.fixado IS 'Pinned by a reallocation?';
COMMENT ON COLUMN crm.v_carteira.data_atribuicao IS 'When the seller got the client.';
COMMENT ON COLUMN crm.v_carteira.data_contato IS 'When the client was contacted.';
COMMENT ON COLUMN crm.v_carteira.resultado IS 'Outcome of the contact.';
COMMENT ON COLUMN crm.v_carteira.motivo IS 'How the seller got the client: distribuicao, realocacao, redistribuir_todos, transferencia.';
COMMENT ON COLUMN crm.v_carteira.lote IS 'lotes.id of the run that gave it.';
COMMENT ON COLUMN crm.v_carteira.retornar_em IS 'Day to call again; NULL: none.';
COMMENT ON COLUMN crm.v_carteira.fila IS 'Place in the day queue: atrasado, hoje, a_contatar; agendado: later; NULL: done.';

CREATE OR REPLACE VIEW crm.v_periodos WITH (security_barrier = true) AS
SELECT p.periodo,
       p.ordem,
       coalesce(n.clientes, 0) AS clientes,
       coalesce(n.valor, 0.00) AS valor
  FROM (VALUES ('0-29', 1), ('30-45', 2), ('45-60', 3), ('60-90', 4), ('>90', 5),
               ('sem_compra', 6)) AS p(periodo, ordem)
  LEFT JOIN (
       SELECT crm.periodo_de(nullif(k.dia, '-infinity')) AS periodo,
              sum(k.qtd)::bigint AS clientes,
              sum(k.valor)::numeric(20,2) AS valor
         FROM crm.contagens k
        WHERE k.escopo = 'cliente'
          AND k.estado <> 'inativo'
        GROUP BY 1) n ON n.periodo = p.periodo
 WHERE (SELECT crm.pode('numeros.ver'));
COMMENT ON VIEW crm.v_periodos IS
    'Active clients per period of days since the last order; the periods partition them. From the counters. Version 1.';
COMMENT ON COLUMN crm.v_periodos.periodo IS 'Bucket of days, as in v_clientes.';
COMMENT ON COLUMN crm.v_periodos.ordem IS 'Position, 1 = most recent.';
COMMENT ON COLUMN crm.v_periodos.clientes IS 'Active clients in it.';
COMMENT ON COLUMN crm.v_periodos.valor IS 'R$ of all their orders.';

-- Working hours in words, for the list of sellers.
CREATE OR REPLACE VIEW crm.jornadas_resumo WITH (security_barrier = true) AS
SELECT g.vendedor_id,
       string_agg(CASE WHEN g.ate - g.de + 1 = g.n AND g.n > 2
                       THEN (ARRAY['dom', 'seg', 'ter', 'qua', 'qui', 'sex', 'sáb'])[g.de + 1] || '–'
                            || (ARRAY['dom', 'seg', 'ter', 'qua', 'qui', 'sex', 'sáb'])[g.ate + 1]
                       ELSE g.dias END
                  || format(' %s–%s', to_char(g.inicio, 'HH24:MI'), to_char(g.fim, 'HH24:MI'))
                  || CASE WHEN g.almoco_inicio IS NULL THEN ''
                          ELSE format(' (almoço %s–%s)', to_char(g.almoco_inicio, 'HH24:MI'),
                                      to_char(g.almoco_fim, 'HH24:MI')) END,
                  '; ' ORDER BY (g.de + 6) % 7) AS resumo
  FROM (SELECT j.vendedor_id, j.inicio, j.fim, j.almoco_inicio, j.almoco_fim,
               count(*) AS n, min(j.dia_semana) AS de, max(j.dia_semana) AS ate,
               string_agg((ARRAY['dom', 'seg', 'ter', 'qua', 'qui', 'sex', 'sáb'])[j.dia_semana + 1], ', '
                          ORDER BY (j.dia_semana + 6) % 7) AS dias
          FROM crm.jornadas j
         GROUP BY j.vendedor_id, j.inicio, j.fim, j.almoco_inicio, j.almoco_fim) g
 GROUP BY g.vendedor_id;
COMMENT ON VIEW crm.jornadas_resumo IS 'Working hours of each seller in words, for the list of sellers.';
COMMENT ON COLUMN crm.jornadas_resumo.vendedor_id IS 'vendedores.id.';
COMMENT ON COLUMN crm.jornadas_resumo.resumo IS 'As seg–sex 09:00–18:00 (almoço 12:00–13:00); sáb 09:00–13:00.';

CREATE OR REPLACE VIEW crm.v_desempenho_vendedor WITH (security_barrier = true) AS
SELECT s.id AS vendedor_id,
       s.nome AS vendedor,
       s.online,
       p.ausente,
       s.peso,
       s.capacidade,
       s.participa_distribuicao,
       coalesce(k.pendentes, 0) AS pendentes,
       coalesce(k.fixados, 0) AS fixados,
       coalesce(k.contatados, 0) AS contatados,
       coalesce(k.recuperados, 0) AS recuperados,
       coalesce(k.recebidos, 0) AS recebidos,
       coalesce(k.contatos, 0) AS contatos,
       coalesce(k.valor_pendente, 0.00) AS valor_pendente,
       coalesce(k.valor_recuperado, 0.00) AS valor_recuperado,
       coalesce(round(k.contatos::numeric / nullif(k.recebidos, 0), 4), 0) AS taxa_contato,
       coalesce(k.valor_aberto, 0.00) AS valor_aberto,
       s.participa_distribuicao AND s.expediente = 'disponivel' AND s.online AND NOT p.ausente AS disponivel_agora,
       CASE WHEN NOT s.participa_distribuicao THEN 'nao_participa'
            WHEN s.expediente <> 'disponivel' THEN s.expediente
            WHEN NOT s.online THEN 'offline'
            WHEN p.ausente THEN 'ausente' END AS motivo_indisponivel,
       j.resumo AS jornada_resumo,
       f.ate AS ausencia_ate,
       coalesce(k.pendentes, 0) + coalesce(k.fixados, 0) AS a_contatar
  FROM crm.vendedores s
 CROSS JOIN LATERAL (SELECT s.online AND coalesce(s.visto_em < crm.agora() - (SELECT crm.config('presenca_ausente')::integer)
                                                                             * interval '1 second', false) AS ausente) p
  LEFT JOIN crm.jornadas_resumo j ON j.vendedor_id = s.id
  LEFT JOIN (SELECT a.vendedor_id, max(a.ate) AS ate
               FROM crm.ausencias a
              WHERE crm.hoje() BETWEEN a.de AND a.ate
              GROUP BY a.vendedor_id) f ON f.vendedor_id = s.id
  LEFT JOIN (
       SELECT c.vendedor_id,
              sum(c.qtd) FILTER (WHERE c.estado = 'pendente')::bigint AS pendentes,
              sum(c.qtd) FILTER (WHERE c.estado = 'fixado')::bigint AS fixados,
              sum(c.qtd) FILTER (WHERE c.estado = 'contatado')::bigint AS contatados,
              sum(c.qtd) FILTER (WHERE c.estado = 'recuperado')::bigint AS recuperados,
              sum(c.qtd) FILTER (WHERE c.estado = 'recebido')::bigint AS recebidos,
              sum(c.qtd) FILTER (WHERE c.estado = 'contatos')::bigint AS contatos,
              sum(c.valor) FILTER (WHERE c.estado IN ('pendente', 'fixado')) AS valor_pendente,
              sum(c.valor) FILTER (WHERE c.estado IN ('pendente', 'fixado', 'contatado')) AS valor_aberto,
              sum(c.valor) FILTER (WHERE c.estado = 'recuperado') AS valor_recuperado
         FROM crm.contagens c
        WHERE c.escopo = 'vendedor'
        GROUP BY c.vendedor_id) k ON k.vendedor_id = s.id
 WHERE s.ativo;
COMMENT ON VIEW crm.v_desempenho_vendedor IS
    'Numbers and availability of each active seller, from the counters; the same as the statistics and the sellers'' screen. Version 1.';
COMMENT ON COLUMN crm.v_desempenho_vendedor.vendedor_id IS 'vendedores.id.';
COMMENT ON COLUMN crm.v_desempenho_vendedor.vendedor IS 'Name.';
COMMENT ON COLUMN crm.v_desempenho_vendedor.online IS 'Logged in to sell?';
COMMENT ON COLUMN crm.v_desempenho_vendedor.ausente IS 'Online, but without sign of life for presenca_ausente seconds.';
COMMENT ON COLUMN crm.v_desempenho_vendedor.peso IS 'Share in distributions.';
COMMENT ON COLUMN crm.v_desempenho_vendedor.capacidade IS 'Most clients held at a time; NULL: no limit.';
COMMENT ON COLUMN crm.v_desempenho_vendedor.participa_distribuicao IS 'Takes part in distributions?';
COMMENT ON COLUMN crm.v_desempenho_vendedor.pendentes IS 'Open assignments neither contacted nor pinned.';
COMMENT ON COLUMN crm.v_desempenho_vendedor.fixados IS 'Open assignments pinned and not contacted.';
COMMENT ON COLUMN crm.v_desempenho_vendedor.contatados IS 'Open assignments contacted.';
COMMENT ON COLUMN crm.v_desempenho_vendedor.recuperados IS 'Clients who bought while on the board, ever.';
COMMENT ON COLUMN crm.v_desempenho_vendedor.recebidos IS 'Assignments ever received (credit of the ledger).';
COMMENT ON COLUMN crm.v_desempenho_vendedor.contatos IS 'Assignments ever contacted.';
COMMENT ON COLUMN crm.v_desempenho_vendedor.valor_pendente IS 'R$ of all orders of the clients still to be contacted.';
COMMENT ON COLUMN crm.v_desempenho_vendedor.valor_recuperado IS 'R$ of the orders that recovered clients, ever.';
COMMENT ON COLUMN crm.v_desempenho_vendedor.taxa_contato IS 'contatos / recebidos, 0 to 1.';
COMMENT ON COLUMN crm.v_desempenho_vendedor.valor_aberto IS 'R$ of all orders of the clients held, contacted or not: the column of the board.';
COMMENT ON COLUMN crm.v_desempenho_vendedor.disponivel_agora IS 'Receives clients now, capacity permitting?';
COMMENT ON COLUMN crm.v_desempenho_vendedor.motivo_indisponivel IS
    'Why not: nao_participa, almoco, fora_do_horario, folga, feriado, ausencia, offline, ausente; NULL: receives.';
COMMENT ON COLUMN crm.v_desempenho_vendedor.jornada_resumo IS 'Working hours in words; NULL: always available.';
COMMENT ON COLUMN crm.v_desempenho_vendedor.ausencia_ate IS 'Last day of the leave of today; NULL: none.';
COMMENT ON COLUMN crm.v_desempenho_vendedor.a_contatar IS 'Open assignments not contacted: pendentes and fixados.';

CREATE OR REPLACE VIEW crm.v_distribuicao WITH (security_barrier = true) AS
SELECT l.id AS lote,
       l.quando,
       l.dia,
       l.origem,
       l.usuario_id,
       l.vendedores,
       l.elegiveis,
       l.novas,
       l.movimentos,
       l.limite_inferior,
       l.liberados,
       l.duracao_us,
       l.desfaz,
       l.trocaram
  FROM crm.lotes l
 WHERE (SELECT crm.pode('numeros.ver'));
COMMENT ON VIEW crm.v_distribuicao IS 'Distribution runs. Version 1.';
COMMENT ON COLUMN crm.v_distribuicao.lote IS 'lotes.id.';
COMMENT ON COLUMN crm.v_distribuicao.quando IS 'When it ran.';
COMMENT ON COLUMN crm.v_distribuicao.dia IS 'Business date of the run.';
COMMENT ON COLUMN crm.v_distribuicao.origem IS 'What caused it: login, logout, manual, tarefas, …';
COMMENT ON COLUMN crm.v_distribuicao.usuario_id IS 'usuarios.id of who caused it, or NULL.';
COMMENT ON COLUMN crm.v_distribuicao.vendedores IS 'Sellers that took part.';
COMMENT ON COLUMN crm.v_distribuicao.elegiveis IS 'Clients dealt or held by them after the run.';
COMMENT ON COLUMN crm.v_distribuicao.novas IS 'Assignments of clients nobody held.';
COMMENT ON COLUMN crm.v_distribuicao.movimentos IS 'Clients that changed holder; of origem redistribuir_todos none: all are freed first and count as novas.';
COMMENT ON COLUMN crm.v_distribuicao.limite_inferior IS 'Least possible movimentos.';
COMMENT ON COLUMN crm.v_distribuicao.liberados IS 'Clients left without holder.';
COMMENT ON COLUMN crm.v_distribuicao.duracao_us IS 'Duration in microseconds.';
COMMENT ON COLUMN crm.v_distribuicao.desfaz IS 'lotes.id of the run that this one takes back, or NULL.';
COMMENT ON COLUMN crm.v_distribuicao.trocaram IS 'Clients that passed from one seller to another, whatever the origem.';

CREATE OR REPLACE VIEW crm.v_movimentos WITH (security_barrier = true) AS
SELECT v.id AS atribuicao_id,
       v.data_atribuicao AS quando,
       v.lote,
       'ganho' AS tipo,
       v.motivo,
       v.cliente_id,
       v.vendedor_id,
       v.de_vendedor_id,
       v.vendedor_id AS para_vendedor_id,
       1 AS credito
  FROM crm.cliente_vendedor v
UNION ALL
SELECT v.id,
       v.encerrada_em,
       v.lote_fim,
       'perda',
       v.motivo_fim,
       v.cliente_id,
       v.vendedor_id,
       v.vendedor_id,
       (SELECT n.vendedor_id
          FROM crm.cliente_vendedor n
         WHERE n.cliente_id = v.cliente_id
           AND n.id > v.id
           AND (n.lote = v.lote_fim
                OR v.motivo_fim IN ('realocacao', 'transferencia') AND n.motivo = v.motivo_fim)
         ORDER BY n.id
         LIMIT 1),
       -1
  FROM crm.cliente_vendedor v
 WHERE v.encerrada_em IS NOT NULL;
COMMENT ON VIEW crm.v_movimentos IS
    'The ledger: every gain and loss of a client by a seller. The sum of credito of a seller is what they hold now. DIST-8. Version 1.';
COMMENT ON COLUMN crm.v_movimentos.atribuicao_id IS 'cliente_vendedor.id; a gain and its loss share it.';
COMMENT ON COLUMN crm.v_movimentos.quando IS 'When.';
COMMENT ON COLUMN crm.v_movimentos.lote IS 'Run that did it, or NULL.';
COMMENT ON COLUMN crm.v_movimentos.tipo IS 'ganho or perda.';
COMMENT ON COLUMN crm.v_movimentos.motivo IS 'Why: cliente_vendedor.motivo of a gain, motivo_fim of a loss.';
COMMENT ON COLUMN crm.v_movimentos.cliente_id IS 'clientes.id_cliente.';
COMMENT ON COLUMN crm.v_movimentos.vendedor_id IS 'Who gained or lost.';
COMMENT ON COLUMN crm.v_movimentos.de_vendedor_id IS 'From whom; NULL: from nobody.';
COMMENT ON COLUMN crm.v_movimentos.para_vendedor_id IS 'To whom, at the same time; NULL: to nobody.';
COMMENT ON COLUMN crm.v_movimentos.credito IS '+1 for a gain, -1 for a loss.';

-- cliente.ver_sensivel sees CPF, birth date and mother; everybody else a mask,
-- nothing and the age. Who holds the client is told as the assignments are: to
-- carteira.ver_todas, and to the holder. The product's own code reads it without
-- row-level security, so that rule stands here too and not in the policies alone.
CREATE OR REPLACE VIEW crm.clientes_cadastro WITH (security_barrier = true) AS
SELECT c.id_cliente,
       c.nome_completo,
       CASE WHEN (SELECT crm.pode('cliente.ver_sensivel')) THEN crm.cpf_formatado(c.cpf)
            ELSE crm.cpf_mascara(c.cpf) END AS cpf,
       extract(year FROM age(crm.hoje(), c.data_nascimento))::integer AS idade,
       CASE WHEN (SELECT crm.pode('cliente.ver_sensivel')) THEN c.data_nascimento END AS data_nascimento,
       c.sexo::text AS sexo,
       CASE WHEN (SELECT crm.pode('cliente.ver_sensivel')) THEN c.nome_mae END AS nome_mae,
       c.celular,
       c.email,
       c.cidade,
       c.uf::text AS uf,
       c.cep,
       c.data_ultima_compra,
       crm.dias_sem_comprar(c.data_ultima_compra) AS dias_sem_comprar,
       crm.periodo_de(c.data_ultima_compra) AS periodo,
       crm.situacao(c.data_ultima_compra) AS situacao,
       c.status,
       c.ativo,
       c.nao_contatar,
       c.valor_total,
       v.vendedor_id,
       s.nome AS vendedor,
       c.versao,
       c.created_at,
       c.updated_at,
       (SELECT NOT crm.pode('cliente.ver_sensivel')) AS mascarado
  FROM crm.clientes c
  LEFT JOIN crm.cliente_vendedor v
    ON v.cliente_id = c.id_cliente
   AND v.encerrada_em IS NULL
   AND ((SELECT crm.pode('carteira.ver_todas')) OR v.vendedor_id = (SELECT crm.usuario_id()))
  LEFT JOIN crm.vendedores s ON s.id = v.vendedor_id;
COMMENT ON VIEW crm.clientes_cadastro IS
    'The record of a client as the reader may see it: CPF, birth date and mother clear with cliente.ver_sensivel only. LGPD-1.';
COMMENT ON COLUMN crm.clientes_cadastro.id_cliente IS 'clientes.id_cliente.';
COMMENT ON COLUMN crm.clientes_cadastro.nome_completo IS 'Full name.';
COMMENT ON COLUMN crm.clientes_cadastro.cpf IS 'CPF as 529.982.247-25, or ***.982.247-**.';
COMMENT ON COLUMN crm.clientes_cadastro.idade IS 'Age in whole years on crm.hoje(); NULL when unknown.';
COMMENT ON COLUMN crm.clientes_cadastro.data_nascimento IS 'Birth date; NULL when unknown or not the reader''s to see.';
COMMENT ON COLUMN crm.clientes_cadastro.sexo IS 'F, M, N or NULL.';
COMMENT ON COLUMN crm.clientes_cadastro.nome_mae IS 'Mother''s name; NULL when unknown or not the reader''s to see.';
COMMENT ON COLUMN crm.clientes_cadastro.celular IS 'Phone.';
COMMENT ON COLUMN crm.clientes_cadastro.email IS 'E-mail.';
COMMENT ON COLUMN crm.clientes_cadastro.cidade IS 'City.';
COMMENT ON COLUMN crm.clientes_cadastro.uf IS 'State, two letters.';
COMMENT ON COLUMN crm.clientes_cadastro.cep IS 'Postal code.';
COMMENT ON COLUMN crm.clientes_cadastro.data_ultima_compra IS 'Day of the last order; NULL: never bought.';
COMMENT ON COLUMN crm.clientes_cadastro.dias_sem_comprar IS 'Days from the last order to crm.hoje().';
COMMENT ON COLUMN crm.clientes_cadastro.periodo IS 'Bucket of days, as in v_clientes.';
COMMENT ON COLUMN crm.clientes_cadastro.situacao IS 'Recency: ativo, elegivel, inativo, sem_compra.';
COMMENT ON COLUMN crm.clientes_cadastro.status IS 'Workflow: disponivel, atribuido, contatado.';
COMMENT ON COLUMN crm.clientes_cadastro.ativo IS 'Is the record enabled?';
COMMENT ON COLUMN crm.clientes_cadastro.nao_contatar IS 'Opted out of contacts (LGPD).';
COMMENT ON COLUMN crm.clientes_cadastro.valor_total IS 'R$ of all orders.';
COMMENT ON COLUMN crm.clientes_cadastro.vendedor_id IS 'vendedores.id of the holder; NULL: nobody, or not the reader''s to know.';
COMMENT ON COLUMN crm.clientes_cadastro.vendedor IS 'Name of the holder.';
COMMENT ON COLUMN crm.clientes_cadastro.versao IS 'clientes.versao.';
COMMENT ON COLUMN crm.clientes_cadastro.created_at IS 'When the record was made.';
COMMENT ON COLUMN crm.clientes_cadastro.updated_at IS 'Last change of the record.';
COMMENT ON COLUMN crm.clientes_cadastro.mascarado IS 'Are CPF, birth date and mother hidden from the reader?';

GRANT SELECT ON crm.clientes_cadastro TO crm_administrador, crm_gerente, crm_operador, crm_vendedor;
GRANT SELECT ON crm.v_clientes, crm.v_carteira, crm.v_periodos, crm.v_desempenho_vendedor,
                crm.v_distribuicao, crm.v_movimentos
    TO crm_bi, crm_gerente, crm_administrador;
GRANT SELECT ON crm.v_clientes, crm.v_carteira, crm.v_desempenho_vendedor, crm.v_movimentos
    TO crm_vendedor;
GRANT SELECT ON crm.v_clientes TO crm_operador;
