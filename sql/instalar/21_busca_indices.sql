-- Rows that came in before the search did: an older version, a restore of data
-- alone. Before the indexes, which are built faster than filled.
IF NOT EXISTS (SELECT FROM crm.clientes_busca) AND EXISTS (SELECT FROM crm.clientes) THEN
    LOCK TABLE crm.clientes IN SHARE ROW EXCLUSIVE MODE;
    INSERT INTO crm.clientes_busca SELECT * FROM crm.clientes_busca_reais ORDER BY id_cliente;
    INSERT INTO crm.palavras SELECT * FROM crm.palavras_reais ORDER BY palavra;
END IF;

-- The orders and sets of the search (extension/pesquisa_*.c opens them by name).
PERFORM crm.busca_indices();

-- The list of all clients reads clientes_busca_nome instead.
DROP INDEX IF EXISTS crm.clientes_nome;
