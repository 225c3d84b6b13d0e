-- What is told to the cache (extension/cache_coleta.c). By statement in every
-- replication role; applied logical replication fires row triggers only, and
-- TRUNCATE's.
DECLARE
    tabela text;
BEGIN
    FOR tabela IN
        SELECT nome FROM crm.cache_tabelas() WHERE to_regclass('crm.' || quote_ident(nome)) IS NOT NULL
    LOOP
        EXECUTE format('CREATE OR REPLACE TRIGGER cache_incluir'
                       ' AFTER INSERT ON crm.%I REFERENCING NEW TABLE AS novas'
                       ' FOR EACH STATEMENT EXECUTE FUNCTION crm.cache_coletar()', tabela);
        EXECUTE format('CREATE OR REPLACE TRIGGER cache_alterar'
                       ' AFTER UPDATE ON crm.%I REFERENCING OLD TABLE AS velhas NEW TABLE AS novas'
                       ' FOR EACH STATEMENT EXECUTE FUNCTION crm.cache_coletar()', tabela);
        EXECUTE format('CREATE OR REPLACE TRIGGER cache_excluir'
                       ' AFTER DELETE ON crm.%I REFERENCING OLD TABLE AS velhas'
                       ' FOR EACH STATEMENT EXECUTE FUNCTION crm.cache_coletar()', tabela);
        EXECUTE format('CREATE OR REPLACE TRIGGER cache_esvaziar'
                       ' AFTER TRUNCATE ON crm.%I'
                       ' FOR EACH STATEMENT EXECUTE FUNCTION crm.cache_coletar()', tabela);
        EXECUTE format('CREATE OR REPLACE TRIGGER cache_aplicar'
                       ' AFTER INSERT OR UPDATE OR DELETE ON crm.%I'
                       ' FOR EACH ROW WHEN (crm.cache_aplicando())'
                       ' EXECUTE FUNCTION crm.cache_coletar()', tabela);
        EXECUTE format('ALTER TABLE crm.%I'
                       ' ENABLE ALWAYS TRIGGER cache_incluir, ENABLE ALWAYS TRIGGER cache_alterar,'
                       ' ENABLE ALWAYS TRIGGER cache_excluir, ENABLE ALWAYS TRIGGER cache_esvaziar,'
                       ' ENABLE REPLICA TRIGGER cache_aplicar', tabela);
    END LOOP;
END;
