-- What crm.contagens must say, by counting; and the triggers that keep it so.
-- Read by crm.recontar() and crm.contagens_verificar() only.

CREATE OR REPLACE VIEW crm.contagens_reais AS
WITH cliente AS (
    SELECT coalesce(data_ultima_compra, '-infinity') AS dia,
           CASE WHEN NOT ativo THEN 'inativo'
                WHEN nao_contatar THEN 'nao_contatar'
                ELSE 'ativo' END AS estado,
           count(*) AS qtd,
           sum(valor_total) AS valor
      FROM crm.clientes
     GROUP BY 1, 2
), aberta AS (
    SELECT vendedor_id,
           coalesce(data_ultima_compra, '-infinity') AS dia,
           CASE WHEN contatado THEN 'contatado'
                WHEN fixado THEN 'fixado'
                ELSE 'pendente' END AS estado,
           count(*) AS qtd,
           sum(valor_total) AS valor
      FROM crm.cliente_vendedor
     WHERE encerrada_em IS NULL
     GROUP BY 1, 2, 3
), sempre AS (
    SELECT vendedor_id,
           count(*) AS recebido,
           count(*) FILTER (WHERE contatado) AS contatos
      FROM crm.cliente_vendedor
     GROUP BY 1
), recuperado AS (
    SELECT vendedor_id,
           (encerrada_em AT TIME ZONE (SELECT valor FROM crm.configuracoes
                                        WHERE chave = 'fuso_horario'))::date AS dia,
           count(*) AS qtd,
           coalesce(sum(valor_recuperado), 0) AS valor
      FROM crm.cliente_vendedor
     WHERE resultado = 'recuperado'
       AND encerrada_em IS NOT NULL
     GROUP BY 1, 2
), contato AS (
    SELECT vendedor_id,
           (data_contato AT TIME ZONE (SELECT valor FROM crm.configuracoes
                                        WHERE chave = 'fuso_horario'))::date AS dia,
           coalesce(resultado, 'contatado') AS estado,
           count(*) AS qtd,
           coalesce(sum(valor_recuperado) FILTER (WHERE resultado = 'recuperado'
                                                    AND encerrada_em IS NOT NULL), 0) AS valor
      FROM crm.cliente_vendedor
     WHERE contatado
       AND data_contato >= data_atribuicao  -- an earlier one came with a transferred portfolio
     GROUP BY 1, 2, 3
), funil AS (
    SELECT v.vendedor_id,
           (v.data_atribuicao AT TIME ZONE (SELECT valor FROM crm.configuracoes
                                             WHERE chave = 'fuso_horario'))::date AS dia,
           passo.estado,
           count(*) AS qtd,
           coalesce(sum(v.valor_recuperado) FILTER (WHERE passo.estado IN ('recuperado', 'sem_contato')), 0) AS valor
      FROM crm.cliente_vendedor v
     CROSS JOIN LATERAL (VALUES
           ('recebido', true),
           ('contatado', v.contatado),
           ('respondeu', v.contatado AND coalesce(v.resultado, '') NOT IN ('sem_resposta', 'numero_errado')),
           ('recuperado', v.contatado AND v.resultado = 'recuperado' AND v.encerrada_em IS NOT NULL),
           ('sem_contato', NOT v.contatado AND v.resultado = 'recuperado' AND v.encerrada_em IS NOT NULL)
           ) AS passo(estado, alcancado)
     WHERE passo.alcancado
     GROUP BY 1, 2, 3
)
SELECT 'base' COLLATE "C" AS escopo, 0::bigint AS vendedor_id, '-infinity'::date AS dia,
       estado COLLATE "C" AS estado, sum(qtd)::bigint AS qtd, sum(valor) AS valor
  FROM cliente GROUP BY estado
UNION ALL
SELECT 'cliente', 0, dia, estado, qtd, valor FROM cliente
UNION ALL
SELECT 'carteira', vendedor_id, dia, estado, qtd, valor FROM aberta
UNION ALL
SELECT 'aberta', 0, dia, 'aberta', sum(qtd)::bigint, sum(valor) FROM aberta GROUP BY dia
UNION ALL
SELECT 'vendedor', vendedor_id, '-infinity', estado, sum(qtd)::bigint, sum(valor)
  FROM aberta GROUP BY vendedor_id, estado
UNION ALL
SELECT 'vendedor', vendedor_id, '-infinity', 'recebido', recebido, 0 FROM sempre
UNION ALL
SELECT 'vendedor', vendedor_id, '-infinity', 'contatos', contatos, 0 FROM sempre WHERE contatos > 0
UNION ALL
SELECT 'recuperado', vendedor_id, dia, 'recuperado', qtd, valor FROM recuperado
UNION ALL
SELECT 'vendedor', vendedor_id, '-infinity', 'recuperado', sum(qtd)::bigint, sum(valor)
  FROM recuperado GROUP BY vendedor_id
UNION ALL
SELECT 'contato', vendedor_id, dia, estado COLLATE "C", qtd, valor FROM contato
UNION ALL
SELECT 'funil', vendedor_id, dia, estado COLLATE "C", qtd, valor FROM funil;
COMMENT ON VIEW crm.contagens_reais IS
    'What crm.contagens must say, by counting every row; for crm.recontar() and crm.contagens_verificar().';

CREATE OR REPLACE TRIGGER contagens_incluir
    AFTER INSERT ON crm.clientes REFERENCING NEW TABLE AS novas
    FOR EACH STATEMENT EXECUTE FUNCTION crm.contagens_clientes();
CREATE OR REPLACE TRIGGER contagens_alterar
    AFTER UPDATE ON crm.clientes REFERENCING OLD TABLE AS velhas NEW TABLE AS novas
    FOR EACH STATEMENT EXECUTE FUNCTION crm.contagens_clientes();
CREATE OR REPLACE TRIGGER contagens_excluir
    AFTER DELETE ON crm.clientes REFERENCING OLD TABLE AS velhas
    FOR EACH STATEMENT EXECUTE FUNCTION crm.contagens_clientes();
CREATE OR REPLACE TRIGGER contagens_esvaziar
    AFTER TRUNCATE ON crm.clientes
    FOR EACH STATEMENT EXECUTE FUNCTION crm.contagens_clientes();

CREATE OR REPLACE TRIGGER contagens_incluir
    AFTER INSERT ON crm.cliente_vendedor REFERENCING NEW TABLE AS novas
    FOR EACH STATEMENT EXECUTE FUNCTION crm.contagens_atribuicoes();
CREATE OR REPLACE TRIGGER contagens_alterar
    AFTER UPDATE ON crm.cliente_vendedor REFERENCING OLD TABLE AS velhas NEW TABLE AS novas
    FOR EACH STATEMENT EXECUTE FUNCTION crm.contagens_atribuicoes();
CREATE OR REPLACE TRIGGER contagens_excluir
    AFTER DELETE ON crm.cliente_vendedor REFERENCING OLD TABLE AS velhas
    FOR EACH STATEMENT EXECUTE FUNCTION crm.contagens_atribuicoes();
CREATE OR REPLACE TRIGGER contagens_esvaziar
    AFTER TRUNCATE ON crm.cliente_vendedor
    FOR EACH STATEMENT EXECUTE FUNCTION crm.contagens_atribuicoes();

CREATE OR REPLACE TRIGGER contagens_fuso
    AFTER UPDATE OF valor ON crm.configuracoes
    FOR EACH ROW WHEN (NEW.chave = 'fuso_horario' AND NEW.valor <> OLD.valor)
    EXECUTE FUNCTION crm.contagens_fuso();

-- Rows that came in before their triggers, or before there was such a key: an older
-- version, a restore of data alone.
IF NOT EXISTS (SELECT FROM crm.contagens) AND EXISTS (SELECT FROM crm.clientes)
   OR NOT EXISTS (SELECT FROM crm.contagens WHERE escopo = 'funil') AND EXISTS (SELECT FROM crm.cliente_vendedor) THEN
    PERFORM crm.recontar();
END IF;
