-- Triggers of the settings.
CREATE OR REPLACE TRIGGER configuracoes_normalizar
    BEFORE INSERT OR UPDATE OF valor ON crm.configuracoes
    FOR EACH ROW EXECUTE FUNCTION crm.configuracao_normalizar();
CREATE OR REPLACE TRIGGER configuracoes_mudou
    AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON crm.configuracoes
    FOR EACH STATEMENT EXECUTE FUNCTION crm.configuracao_mudou();
