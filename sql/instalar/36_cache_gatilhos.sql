-- What is told to the cache (extension/cache_coleta.c). By statement in every
-- replication role; applied logical replication fires row triggers only, and
-- TRUNCATE's.
DECLARE
    tabela text;
BEGIN
    FOR tabela IN
        SELECT nome FROM crm.cache_tabelas() WHERE to_regclass('crm.' || quote_ident(nome)) IS NOT NULL
    LOOP
        PERFORM crm.interno_cache_gatilhos(tabela);
        EXECUTE format('CREATE OR REPLACE TRIGGER cache_aplicar'
                       ' AFTER INSERT OR UPDATE OR DELETE ON crm.%I'
                       ' FOR EACH ROW WHEN (crm.cache_aplicando())'
                       ' EXECUTE FUNCTION crm.cache_coletar()', tabela);
        EXECUTE format('ALTER TABLE crm.%I ENABLE REPLICA TRIGGER cache_aplicar', tabela);
    END LOOP;
END;
