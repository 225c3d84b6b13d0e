-- Views of the reports (ADM-4, BI-1), as in 50_visoes.sql: a contract, owned by
-- crm_owner, rows by who asks. A report has one row per business day and what it is
-- about; mes groups the days. A condition on dia is an index range: of the counters
-- (crm.contagens), or of the instants that the day begins and ends with.

CREATE OR REPLACE VIEW crm.v_relatorio_recuperados WITH (security_barrier = true) AS
SELECT k.dia,
       date_trunc('month', k.dia)::date AS mes,
       s.id AS vendedor_id,
       s.nome AS vendedor,
       sum(k.qtd)::bigint AS clientes,
       sum(k.valor)::numeric(20,2) AS valor
  FROM crm.vendedores s
  JOIN crm.contagens k ON k.escopo = 'recuperado' AND k.vendedor_id = s.id
 WHERE (SELECT crm.pode('numeros.ver'))
 GROUP BY s.id, s.nome, k.dia
HAVING sum(k.qtd) <> 0;
COMMENT ON VIEW crm.v_relatorio_recuperados IS
    'Clients who bought while on a seller''s board, by seller and business day of the order. ADM-4. Version 1.';
COMMENT ON COLUMN crm.v_relatorio_recuperados.dia IS 'Business day of the recovery.';
COMMENT ON COLUMN crm.v_relatorio_recuperados.mes IS 'First day of its month.';
COMMENT ON COLUMN crm.v_relatorio_recuperados.vendedor_id IS 'vendedores.id.';
COMMENT ON COLUMN crm.v_relatorio_recuperados.vendedor IS 'Name.';
COMMENT ON COLUMN crm.v_relatorio_recuperados.clientes IS 'Clients recovered.';
COMMENT ON COLUMN crm.v_relatorio_recuperados.valor IS 'R$ of the orders that recovered them.';

CREATE OR REPLACE VIEW crm.v_relatorio_desfechos WITH (security_barrier = true) AS
SELECT k.dia,
       date_trunc('month', k.dia)::date AS mes,
       s.id AS vendedor_id,
       s.nome AS vendedor,
       k.estado::text AS resultado,
       sum(k.qtd)::bigint AS contatos,
       sum(k.valor)::numeric(20,2) AS valor_recuperado
  FROM crm.vendedores s
  JOIN crm.contagens k ON k.escopo = 'contato' AND k.vendedor_id = s.id
 WHERE (SELECT crm.pode('numeros.ver'))
 GROUP BY s.id, s.nome, k.dia, k.estado
HAVING sum(k.qtd) <> 0;
COMMENT ON VIEW crm.v_relatorio_desfechos IS
    'Contacts by seller, business day of the contact and the outcome they have now. A contact that went over with a '
    'transferred portfolio is counted once, where it was made. ADM-4. Version 1.';
COMMENT ON COLUMN crm.v_relatorio_desfechos.dia IS 'Business day of the contact.';
COMMENT ON COLUMN crm.v_relatorio_desfechos.mes IS 'First day of its month.';
COMMENT ON COLUMN crm.v_relatorio_desfechos.vendedor_id IS 'vendedores.id of who held the client.';
COMMENT ON COLUMN crm.v_relatorio_desfechos.vendedor IS 'Name.';
COMMENT ON COLUMN crm.v_relatorio_desfechos.resultado IS
    'contatado, sem_resposta, recusou, interessado, numero_errado; recuperado: bought after the contact.';
COMMENT ON COLUMN crm.v_relatorio_desfechos.contatos IS 'Contacts.';
COMMENT ON COLUMN crm.v_relatorio_desfechos.valor_recuperado IS 'R$ of the orders of the recovered ones.';

CREATE OR REPLACE VIEW crm.v_relatorio_funil WITH (security_barrier = true) AS
SELECT k.dia,
       date_trunc('month', k.dia)::date AS mes,
       s.id AS vendedor_id,
       s.nome AS vendedor,
       coalesce(sum(k.qtd) FILTER (WHERE k.estado = 'recebido'), 0)::bigint AS recebidos,
       coalesce(sum(k.qtd) FILTER (WHERE k.estado = 'contatado'), 0)::bigint AS contatados,
       coalesce(sum(k.qtd) FILTER (WHERE k.estado = 'respondeu'), 0)::bigint AS responderam,
       coalesce(sum(k.qtd) FILTER (WHERE k.estado = 'recuperado'), 0)::bigint AS recuperados,
       coalesce(sum(k.qtd) FILTER (WHERE k.estado = 'sem_contato'), 0)::bigint AS sem_contato,
       coalesce(sum(k.valor), 0)::numeric(20,2) AS valor_recuperado
  FROM crm.vendedores s
  JOIN crm.contagens k ON k.escopo = 'funil' AND k.vendedor_id = s.id
 WHERE (SELECT crm.pode('numeros.ver'))
 GROUP BY s.id, s.nome, k.dia
HAVING sum(k.qtd) FILTER (WHERE k.estado = 'recebido') <> 0;
COMMENT ON VIEW crm.v_relatorio_funil IS
    'How far the assignments of a day came until now, by seller: recebidos >= contatados >= responderam >= recuperados. '
    'An assignment is a client given to a seller (recebidos of v_desempenho_vendedor), so a client who is moved counts again. '
    'ADM-4. Version 1.';
COMMENT ON COLUMN crm.v_relatorio_funil.dia IS 'Business day of the assignment.';
COMMENT ON COLUMN crm.v_relatorio_funil.mes IS 'First day of its month.';
COMMENT ON COLUMN crm.v_relatorio_funil.vendedor_id IS 'vendedores.id.';
COMMENT ON COLUMN crm.v_relatorio_funil.vendedor IS 'Name.';
COMMENT ON COLUMN crm.v_relatorio_funil.recebidos IS 'Assignments given that day.';
COMMENT ON COLUMN crm.v_relatorio_funil.contatados IS 'Of them, contacted.';
COMMENT ON COLUMN crm.v_relatorio_funil.responderam IS 'Of those, with any outcome but sem_resposta and numero_errado.';
COMMENT ON COLUMN crm.v_relatorio_funil.recuperados IS 'Of those, whose client bought.';
COMMENT ON COLUMN crm.v_relatorio_funil.sem_contato IS 'Whose client bought without a contact: not among recuperados.';
COMMENT ON COLUMN crm.v_relatorio_funil.valor_recuperado IS 'R$ of the orders of recuperados and sem_contato.';

-- Day by day: the instants of the days are settled first, by a function that is not
-- inlined, so that the condition on quando is one of plain columns, which may use the
-- index below the policies, and the rows of a day are added up before anything else
-- is asked of them.
CREATE OR REPLACE VIEW crm.v_relatorio_buscas WITH (security_barrier = true) AS
SELECT d.dia,
       date_trunc('month', d.dia)::date AS mes,
       a.usuario_id,
       crm.usuario_nome(a.usuario_id) AS usuario,
       a.papel,
       a.buscas
  FROM crm.relatorio_instantes((SELECT p.quando
                                  FROM crm.auditoria p
                                 WHERE p.acao = 'pesquisa'
                                 ORDER BY p.quando
                                 LIMIT 1)) d
 CROSS JOIN LATERAL (
       SELECT x.usuario_id,
              x.papel,
              sum(CASE WHEN x.depois ? 'rota' THEN x.linhas ELSE 1 END)::bigint AS buscas
         FROM crm.auditoria x
        WHERE x.acao = 'pesquisa'
          AND x.quando >= d.inicio
          AND x.quando < d.fim
        GROUP BY x.usuario_id, x.papel) a
 WHERE (SELECT crm.pode('numeros.ver'));
COMMENT ON VIEW crm.v_relatorio_buscas IS
    'Searches of clients by business day and user, from the audit: as many as the front answered and SQL callers asked. '
    'ADM-4. Version 1.';
COMMENT ON COLUMN crm.v_relatorio_buscas.dia IS 'Business day.';
COMMENT ON COLUMN crm.v_relatorio_buscas.mes IS 'First day of its month.';
COMMENT ON COLUMN crm.v_relatorio_buscas.usuario_id IS 'usuarios.id; 0 or NULL: a database role that is no user.';
COMMENT ON COLUMN crm.v_relatorio_buscas.usuario IS 'Name of the user.';
COMMENT ON COLUMN crm.v_relatorio_buscas.papel IS 'Role of who searched, then.';
COMMENT ON COLUMN crm.v_relatorio_buscas.buscas IS 'Searches.';

CREATE OR REPLACE VIEW crm.v_relatorio_exportacoes WITH (security_barrier = true) AS
SELECT d.dia,
       date_trunc('month', d.dia)::date AS mes,
       e.usuario_id,
       crm.usuario_nome(e.usuario_id) AS usuario,
       e.origem,
       e.formato,
       e.exportacoes,
       e.falhas,
       e.linhas,
       e.bytes
  FROM crm.relatorio_instantes((SELECT p.criada_em
                                  FROM crm.exportacoes p
                                 ORDER BY p.criada_em
                                 LIMIT 1)) d
 CROSS JOIN LATERAL (
       SELECT x.usuario_id,
              x.origem,
              x.formato,
              count(*) FILTER (WHERE x.estado IN ('pronta', 'expirada')) AS exportacoes,
              count(*) FILTER (WHERE x.estado = 'falhou') AS falhas,
              coalesce(sum(x.linhas) FILTER (WHERE x.estado IN ('pronta', 'expirada')), 0)::bigint AS linhas,
              coalesce(sum(x.bytes) FILTER (WHERE x.estado IN ('pronta', 'expirada')), 0)::bigint AS bytes
         FROM crm.exportacoes x
        WHERE x.criada_em >= d.inicio
          AND x.criada_em < d.fim
        GROUP BY x.usuario_id, x.origem, x.formato) e
 WHERE (SELECT crm.pode('numeros.ver'));
COMMENT ON VIEW crm.v_relatorio_exportacoes IS
    'Exports by business day, user, what of and format. ADM-4, EXPORT-5. Version 1.';
COMMENT ON COLUMN crm.v_relatorio_exportacoes.dia IS 'Business day on which it was asked for.';
COMMENT ON COLUMN crm.v_relatorio_exportacoes.mes IS 'First day of its month.';
COMMENT ON COLUMN crm.v_relatorio_exportacoes.usuario_id IS 'usuarios.id; NULL: a database role that is no user.';
COMMENT ON COLUMN crm.v_relatorio_exportacoes.usuario IS 'Name of the user.';
COMMENT ON COLUMN crm.v_relatorio_exportacoes.origem IS 'What of: clientes, carteira, quadro, periodo, relatorio, auditoria.';
COMMENT ON COLUMN crm.v_relatorio_exportacoes.formato IS 'excel, pdf or csv.';
COMMENT ON COLUMN crm.v_relatorio_exportacoes.exportacoes IS 'Files made, whether they are still kept or not.';
COMMENT ON COLUMN crm.v_relatorio_exportacoes.falhas IS 'Exports that failed.';
COMMENT ON COLUMN crm.v_relatorio_exportacoes.linhas IS 'Rows of the files.';
COMMENT ON COLUMN crm.v_relatorio_exportacoes.bytes IS 'Bytes of the files.';

-- Who crosses a limit on which of the next days, if nobody buys. From the counters of
-- 56 days, however many clients there are. Without rights: for the task and the views.
CREATE OR REPLACE VIEW crm.previsao_de_hoje AS
SELECT d.dia,
       l.limite,
       l.dias,
       coalesce(sum(k.qtd), 0)::bigint AS clientes,
       coalesce(sum(k.valor), 0)::numeric(20,2) AS valor
  FROM generate_series(0, 14) AS g(n)
 CROSS JOIN LATERAL (SELECT crm.hoje() + g.n AS dia) d
 CROSS JOIN LATERAL (VALUES
       (crm.config('janela_inicio')::integer, crm.config('janela_inicio')::integer),
       (crm.config('janela_meio')::integer, crm.config('janela_meio')::integer + 1),
       (crm.config('janela_fim')::integer, crm.config('janela_fim')::integer + 1),
       (crm.config('periodo_perdido')::integer, crm.config('periodo_perdido')::integer + 1)
       ) AS l(limite, dias)
  LEFT JOIN crm.contagens k
    ON k.escopo = 'cliente'
   AND k.vendedor_id = 0
   AND k.dia = d.dia - l.dias
   AND k.estado <> 'inativo'
 GROUP BY d.dia, l.limite, l.dias;
COMMENT ON VIEW crm.previsao_de_hoje IS 'The forecast of crm.v_previsao with today (dia = crm.hoje()), for the task previsao. Internal.';
COMMENT ON COLUMN crm.previsao_de_hoje.dia IS 'Today and the next 14 business dates.';
COMMENT ON COLUMN crm.previsao_de_hoje.limite IS 'As in v_previsao.';
COMMENT ON COLUMN crm.previsao_de_hoje.dias IS 'As in v_previsao.';
COMMENT ON COLUMN crm.previsao_de_hoje.clientes IS 'As in v_previsao.';
COMMENT ON COLUMN crm.previsao_de_hoje.valor IS 'As in v_previsao.';

CREATE OR REPLACE VIEW crm.v_previsao WITH (security_barrier = true) AS
SELECT p.dia,
       p.limite,
       p.dias,
       crm.periodo(p.dias) AS periodo,
       p.clientes,
       p.valor
  FROM crm.previsao_de_hoje p
 WHERE p.dia > crm.hoje()
   AND (SELECT crm.pode('numeros.ver'));
COMMENT ON VIEW crm.v_previsao IS
    'Active clients who cross 30, 45, 60 or 90 days without an order on each of the next 14 days, if they do not buy '
    'before, and the R$ at risk. From the counters per day. ADM-4. Version 1.';
COMMENT ON COLUMN crm.v_previsao.dia IS 'Business date, tomorrow to crm.hoje() + 14.';
COMMENT ON COLUMN crm.v_previsao.limite IS 'The limit crossed, days: settings janela_inicio, janela_meio, janela_fim, periodo_perdido.';
COMMENT ON COLUMN crm.v_previsao.dias IS 'dias_sem_comprar on that day: the first day of the next period.';
COMMENT ON COLUMN crm.v_previsao.periodo IS 'The period they enter, as in v_periodos.';
COMMENT ON COLUMN crm.v_previsao.clientes IS 'Active clients.';
COMMENT ON COLUMN crm.v_previsao.valor IS 'R$ of all their orders.';

CREATE OR REPLACE VIEW crm.v_previsao_carteira WITH (security_barrier = true) AS
SELECT s.id AS vendedor_id,
       s.nome AS vendedor,
       crm.hoje() + g.n AS dia,
       l.limite,
       l.dias,
       crm.periodo(l.dias) AS periodo,
       coalesce(sum(k.qtd), 0)::bigint AS clientes,
       coalesce(sum(k.valor), 0)::numeric(20,2) AS valor
  FROM crm.vendedores s
 CROSS JOIN generate_series(1, 14) AS g(n)
 CROSS JOIN LATERAL (VALUES
       (crm.config('janela_inicio')::integer, crm.config('janela_inicio')::integer),
       (crm.config('janela_meio')::integer, crm.config('janela_meio')::integer + 1),
       (crm.config('janela_fim')::integer, crm.config('janela_fim')::integer + 1),
       (crm.config('periodo_perdido')::integer, crm.config('periodo_perdido')::integer + 1)
       ) AS l(limite, dias)
  LEFT JOIN crm.contagens k
    ON k.escopo = 'carteira'
   AND k.vendedor_id = s.id
   AND k.dia = crm.hoje() + g.n - l.dias
 WHERE s.ativo
   AND (SELECT crm.pode('numeros.ver'))
 GROUP BY s.id, s.nome, g.n, l.limite, l.dias;
COMMENT ON VIEW crm.v_previsao_carteira IS
    'v_previsao for the clients that each active seller holds now. Version 1.';
COMMENT ON COLUMN crm.v_previsao_carteira.vendedor_id IS 'vendedores.id.';
COMMENT ON COLUMN crm.v_previsao_carteira.vendedor IS 'Name.';
COMMENT ON COLUMN crm.v_previsao_carteira.dia IS 'As in v_previsao.';
COMMENT ON COLUMN crm.v_previsao_carteira.limite IS 'As in v_previsao.';
COMMENT ON COLUMN crm.v_previsao_carteira.dias IS 'As in v_previsao.';
COMMENT ON COLUMN crm.v_previsao_carteira.periodo IS 'As in v_previsao.';
COMMENT ON COLUMN crm.v_previsao_carteira.clientes IS 'Clients held now.';
COMMENT ON COLUMN crm.v_previsao_carteira.valor IS 'R$ of all their orders.';

CREATE OR REPLACE VIEW crm.v_previsao_acompanhamento WITH (security_barrier = true) AS
SELECT r.dia,
       r.limite,
       r.dias,
       r.feita_em - p.feita_em AS antecedencia,
       p.clientes AS clientes_previstos,
       p.valor AS valor_previsto,
       r.clientes,
       r.valor
  FROM crm.previsoes r
 CROSS JOIN generate_series(1, 14) AS g(n)
  JOIN crm.previsoes p
    ON p.feita_em = r.feita_em - g.n
   AND p.dia = r.dia
   AND p.dias = r.dias
 WHERE r.dia = r.feita_em
   AND (SELECT crm.pode('numeros.ver'));
COMMENT ON VIEW crm.v_previsao_acompanhamento IS
    'The forecasts kept by the task previsao against what happened: who crossed on the day, as its first turn counted. '
    'ADM-4. Version 1.';
COMMENT ON COLUMN crm.v_previsao_acompanhamento.dia IS 'The day that was forecast.';
COMMENT ON COLUMN crm.v_previsao_acompanhamento.limite IS 'The limit crossed, days, as the setting was.';
COMMENT ON COLUMN crm.v_previsao_acompanhamento.dias IS 'dias_sem_comprar on dia.';
COMMENT ON COLUMN crm.v_previsao_acompanhamento.antecedencia IS 'Days before dia on which the forecast was made, 1 to 14.';
COMMENT ON COLUMN crm.v_previsao_acompanhamento.clientes_previstos IS 'Clients, as forecast.';
COMMENT ON COLUMN crm.v_previsao_acompanhamento.valor_previsto IS 'R$, as forecast.';
COMMENT ON COLUMN crm.v_previsao_acompanhamento.clientes IS 'Clients who crossed.';
COMMENT ON COLUMN crm.v_previsao_acompanhamento.valor IS 'R$ of all their orders.';

GRANT SELECT ON crm.v_relatorio_recuperados, crm.v_relatorio_desfechos, crm.v_relatorio_funil,
                crm.v_relatorio_buscas, crm.v_relatorio_exportacoes, crm.v_previsao, crm.v_previsao_carteira, crm.v_previsao_acompanhamento
    TO crm_bi, crm_gerente, crm_administrador;
