-- Rows that came in before the search did: an older version, a restore of data
-- alone. Before the indexes, which are built faster than filled.
IF NOT EXISTS (SELECT FROM crm.clientes_busca) AND EXISTS (SELECT FROM crm.clientes) THEN
    LOCK TABLE crm.clientes IN SHARE ROW EXCLUSIVE MODE;
    INSERT INTO crm.clientes_busca SELECT * FROM crm.clientes_busca_reais ORDER BY id_cliente;
    INSERT INTO crm.palavras SELECT * FROM crm.palavras_reais ORDER BY palavra;
END IF;

-- The orders and sets of the search (extension/pesquisa_*.c opens them by name).
PERFORM crm.busca_indices();

-- valor_total orders them too, and few entries of clientes_valor are theirs. Only
-- clients who never bought are in it: an order writes nothing here.
CREATE INDEX IF NOT EXISTS clientes_sem_compra ON crm.clientes (valor_total, id_cliente)
    WHERE data_ultima_compra IS NULL;

-- The list of all clients reads clientes_busca_nome instead.
DROP INDEX IF EXISTS crm.clientes_nome;
