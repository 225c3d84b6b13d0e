-- What a run and a row of the ledger may be called. Lists that grow: a database
-- of an earlier version gets the present ones.
DECLARE
    r record;
BEGIN
    FOR r IN
        SELECT v.tabela, v.nome, format('CHECK ((%I = ANY (%L::text[])))', v.coluna, v.valores) AS regra
          FROM (VALUES
            ('lotes', 'lotes_origem_check', 'origem',
             '{login,logout,ausencia,manual,tarefas,redistribuir_todos,realocacao,liberacao,contato,pedido,'
             'cadastro,desfazer,jornada,reserva,reciclagem}'::text),
            ('cliente_vendedor', 'cliente_vendedor_motivo_check', 'motivo',
             '{distribuicao,realocacao,redistribuir_todos,transferencia,desfazer,reciclagem}'),
            ('cliente_vendedor', 'cliente_vendedor_motivo_fim_check', 'motivo_fim',
             '{redistribuicao,redistribuir_todos,vendedor_offline,fora_da_janela,realocacao,liberacao,pedido,'
             'desativacao,nao_contatar,transferencia,desfeita,reserva_vencida,sem_toque}')
          ) AS v(tabela, nome, coluna, valores)
    LOOP
        CONTINUE WHEN EXISTS (SELECT FROM pg_constraint c
                               WHERE c.conname = r.nome
                                 AND c.conrelid = ('crm.' || r.tabela)::regclass
                                 AND pg_get_constraintdef(c.oid) = r.regra);
        EXECUTE format('ALTER TABLE crm.%I DROP CONSTRAINT IF EXISTS %I, ADD CONSTRAINT %2$I %s', r.tabela, r.nome, r.regra);
    END LOOP;
END;

-- An earlier version did not keep how many clients changed sellers.
IF NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = 'crm.lotes'::regclass AND attname = 'trocaram') THEN
    ALTER TABLE crm.lotes ADD COLUMN trocaram integer NOT NULL DEFAULT 0;
    UPDATE crm.lotes l
       SET trocaram = CASE l.origem
                      WHEN 'redistribuir_todos' THEN (SELECT count(*) FROM crm.cliente_vendedor a
                                                       WHERE a.lote = l.id AND a.de_vendedor_id <> a.vendedor_id)
                      ELSE l.movimentos END;
END IF;

-- A run is taken back once.
CREATE UNIQUE INDEX IF NOT EXISTS lotes_desfaz ON crm.lotes (desfaz) WHERE desfaz IS NOT NULL;
-- The runs that people asked for.
CREATE INDEX IF NOT EXISTS lotes_pedidos ON crm.lotes (id)
    WHERE origem IN ('manual', 'redistribuir_todos', 'realocacao', 'liberacao', 'desfazer');
-- A run's rows, which lie together: those it opened, those it closed. Few pages
-- have rows as young as a run that is taken back.
CREATE INDEX IF NOT EXISTS atribuicao_lote_fim ON crm.cliente_vendedor USING brin (lote_fim);
