-- What the reports keep that nothing else does.

-- The forecast as it was on each business day; dia = feita_em is what came true:
-- who crossed on that day, as the first turn of the day saw it. Task previsao.
CREATE TABLE IF NOT EXISTS crm.previsoes (
    feita_em        date        NOT NULL,
    dia             date        NOT NULL CHECK (dia BETWEEN feita_em AND feita_em + 14),
    limite          integer     NOT NULL,         -- days: janela_inicio, janela_meio, janela_fim, periodo_perdido then
    dias            integer     NOT NULL,         -- dias_sem_comprar on dia; two limits may be one
    clientes        bigint      NOT NULL,
    valor           numeric(20,2) NOT NULL,
    PRIMARY KEY (feita_em, dia, dias)
);

-- The searches of a day; no other row of the audit pays for it.
CREATE INDEX IF NOT EXISTS auditoria_pesquisas ON crm.auditoria (quando) WHERE acao = 'pesquisa';
-- The exports of a day.
CREATE INDEX IF NOT EXISTS exportacoes_quando ON crm.exportacoes (criada_em);

COMMENT ON TABLE crm.previsoes IS 'The forecast of v_previsao as it was on each business day, and what came true.';
COMMENT ON COLUMN crm.previsoes.feita_em IS 'Business date on which it was made.';
COMMENT ON COLUMN crm.previsoes.dia IS 'The day it is about; feita_em: who crossed on that day.';
COMMENT ON COLUMN crm.previsoes.limite IS 'The limit crossed, days, as the setting was.';
COMMENT ON COLUMN crm.previsoes.dias IS 'dias_sem_comprar on that day.';
COMMENT ON COLUMN crm.previsoes.clientes IS 'Active clients.';
COMMENT ON COLUMN crm.previsoes.valor IS 'R$ of all their orders.';
