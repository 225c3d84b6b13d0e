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
IF to_regclass('crm.exportacoes') IS NOT NULL THEN
    CREATE INDEX IF NOT EXISTS exportacoes_quando ON crm.exportacoes (criada_em);
END IF;
