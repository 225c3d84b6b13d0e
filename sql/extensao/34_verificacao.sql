-- Public. The invariants of the distribution on live data, by counting every row:
-- nothing it reads is what the distribution reads to decide.
CREATE FUNCTION crm.verificar_distribuicao(
    OUT invariante  text,   -- name of what does not hold
    OUT detalhe     text    -- where
) RETURNS SETOF record
    LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL UNSAFE
    SET search_path = pg_catalog, crm, pg_temp
    AS $$
DECLARE
    ultimo  record;     -- the last run
    parado  boolean;    -- nothing has changed since
    inicio  date;
    fim     date;
BEGIN
    PERFORM crm.exigir('distribuicao.verificar');
    inicio := crm.hoje() - crm.config('janela_fim')::integer;
    fim    := crm.hoje() - crm.config('janela_inicio')::integer;

    RETURN QUERY
    SELECT 'uma_aberta_por_cliente',
           format('cliente %s: %s atribuições abertas', cliente_id, count(*))
      FROM cliente_vendedor WHERE encerrada_em IS NULL
     GROUP BY cliente_id HAVING count(*) > 1;

    RETURN QUERY
    SELECT 'status_concorda',
           format('cliente %s: status %s, deveria ser %s', c.id_cliente, c.status, e.esperado)
      FROM clientes c
      LEFT JOIN cliente_vendedor a ON a.cliente_id = c.id_cliente AND a.encerrada_em IS NULL,
           LATERAL (SELECT CASE WHEN a.id IS NULL THEN 'disponivel'
                                WHEN a.contatado THEN 'contatado'
                                ELSE 'atribuido' END AS esperado) e
     WHERE c.status <> e.esperado;

    RETURN QUERY
    SELECT 'copia_concorda',
           format('atribuição %s: %s R$ %s, cliente %s: %s R$ %s', a.id, a.data_ultima_compra,
                  a.valor_total, c.id_cliente, c.data_ultima_compra, c.valor_total)
      FROM cliente_vendedor a
      JOIN clientes c ON c.id_cliente = a.cliente_id
     WHERE a.encerrada_em IS NULL
       AND (a.data_ultima_compra IS DISTINCT FROM c.data_ultima_compra
            OR a.valor_total <> c.valor_total);

    RETURN QUERY
    SELECT 'cliente_atribuivel',
           format('atribuição %s aberta, cliente %s %s', a.id, c.id_cliente,
                  CASE WHEN c.ativo THEN 'pediu para não ser contatado' ELSE 'está desativado' END)
      FROM cliente_vendedor a
      JOIN clientes c ON c.id_cliente = a.cliente_id
     WHERE a.encerrada_em IS NULL AND (NOT c.ativo OR c.nao_contatar);

    RETURN QUERY
    SELECT 'contagens_concordam',
           format('%s vendedor %s dia %s %s: %s, contado %s', v.escopo, v.vendedor_id, v.dia,
                  v.estado, v.qtd, v.qtd_real)
      FROM crm.contagens_verificar() v;

    RETURN QUERY
    SELECT 'movimentos_minimos',
           format('lote %s: %s movimentos, bastavam %s', l.id, l.movimentos, l.limite_inferior)
      FROM lotes l WHERE l.movimentos > l.limite_inferior;

    -- What a run promises holds until the next change; later it is not judged.
    SELECT l.id, l.quando, l.dia, l.origem, age(l.xmin) AS idade INTO ultimo
      FROM lotes l ORDER BY l.id DESC LIMIT 1;
    -- A batch of a manager and a run taken back promise no balance.
    IF NOT FOUND OR ultimo.dia <> crm.hoje() OR ultimo.origem IN ('realocacao', 'liberacao', 'desfazer', 'reciclagem') THEN
        RETURN;
    END IF;
    -- A row version younger than the run's own was written after it. A
    -- transaction may have begun to write before the run and ended after it,
    -- unseen by it: hence the seconds.
    SELECT NOT EXISTS (SELECT FROM clientes c WHERE age(c.xmin) < ultimo.idade)
       AND NOT EXISTS (SELECT FROM cliente_vendedor a
                        WHERE age(a.xmin) < ultimo.idade
                           OR a.data_contato > ultimo.quando - interval '5 s'
                              AND age(a.xmin) > ultimo.idade
                           OR a.lote_fim IS NULL AND a.encerrada_em > ultimo.quando - interval '5 s'
                              AND age(a.xmin) > ultimo.idade)
       AND NOT EXISTS (SELECT FROM vendedores v
                        WHERE v.updated_at > ultimo.quando - (crm.agora() - now()))
       AND NOT EXISTS (SELECT FROM vendedores v
                        WHERE v.online
                          AND v.visto_em < crm.agora()
                              - crm.config('presenca_ausente')::integer * interval '1 second')
       -- Hours or a reservation that ended, and no run has seen it.
       AND NOT EXISTS (SELECT FROM vendedores v
                        WHERE v.expediente_ate <= crm.agora() OR v.reserva_ate <= crm.agora())
      INTO parado;
    IF NOT parado THEN
        RETURN;
    END IF;

    RETURN QUERY
    SELECT 'na_janela',
           format('atribuição %s aberta, última compra %s', a.id, a.data_ultima_compra)
      FROM cliente_vendedor a
     WHERE a.encerrada_em IS NULL AND NOT a.contatado AND NOT a.fixado
       AND (a.data_ultima_compra IS NULL OR a.data_ultima_compra NOT BETWEEN inicio AND fim);

    RETURN QUERY
    WITH mesa AS (
        SELECT v.id, v.peso, v.capacidade,
               p.participa,
               p.participa AND v.expediente = 'disponivel' AS recebe,
               NOT p.participa AND v.ativo AND v.participa_distribuicao
               AND coalesce(v.reserva_ate > crm.agora(), false) AS reservado,
               count(a.id) AS carga,
               -- What was recycled stays with who got it and is there.
               count(a.id) FILTER (WHERE NOT a.fixado AND NOT (p.participa AND a.motivo = 'reciclagem')) AS moveis
          FROM vendedores v
         CROSS JOIN LATERAL (SELECT v.ativo AND v.online AND v.participa_distribuicao
                                    AND v.expediente IN ('disponivel', 'almoco') AS participa) p
          LEFT JOIN cliente_vendedor a
            ON a.vendedor_id = v.id AND a.encerrada_em IS NULL AND NOT a.contatado
         GROUP BY v.id, p.participa
    ), livres AS (
        SELECT count(*) AS n
          FROM clientes c
         WHERE c.ativo AND NOT c.nao_contatar AND c.data_ultima_compra BETWEEN inicio AND fim
           AND NOT EXISTS (SELECT FROM cliente_vendedor a
                            WHERE a.cliente_id = c.id_cliente AND a.encerrada_em IS NULL)
    )
    SELECT 'sem_vendedor_havendo_capacidade',
           format('%s clientes elegíveis sem vendedor; vendedor %s tem lugar', l.n, m.id)
      FROM livres l, (SELECT min(id) AS id FROM mesa
                       WHERE recebe AND (capacidade IS NULL OR carga < capacidade)) m
     WHERE l.n > 0 AND m.id IS NOT NULL
    UNION ALL
    SELECT 'quem_nao_participa_nao_segura',
           format('vendedor %s: %s clientes não contatados', id, moveis)
      FROM mesa WHERE NOT participa AND NOT reservado AND moveis > 0
    UNION ALL
    SELECT 'dentro_da_capacidade',
           format('vendedor %s: %s clientes, capacidade %s', id, carga, capacidade)
      FROM mesa WHERE participa AND moveis > 0 AND carga > capacidade
    UNION ALL
    SELECT 'diferenca_ate_um',
           format('vendedor %s tem %s (peso %s), vendedor %s tem %s (peso %s)',
                  a.id, a.carga, a.peso, b.id, b.carga, b.peso)
      FROM (SELECT * FROM mesa WHERE participa AND moveis > 0
             ORDER BY carga::numeric / peso DESC, id LIMIT 1) a,
           (SELECT * FROM mesa WHERE recebe AND (capacidade IS NULL OR carga < capacidade)
             ORDER BY carga::numeric / peso, id LIMIT 1) b
     WHERE a.carga * b.peso - b.carga * a.peso > a.peso * b.peso;
END
$$;
COMMENT ON FUNCTION crm.verificar_distribuicao() IS
    'Proves the invariants of the distribution on live data; no row when all hold. What a run promises '
    '(holders, balance, capacity) is judged while nothing has changed since it. Reads every row. Raises '
    'CR403 acesso_negado.';
