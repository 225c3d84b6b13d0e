-- The triggers that keep crm.clientes_busca and crm.palavras.

CREATE OR REPLACE TRIGGER busca_incluir
    AFTER INSERT ON crm.clientes REFERENCING NEW TABLE AS novas
    FOR EACH STATEMENT EXECUTE FUNCTION crm.busca_mudou();
CREATE OR REPLACE TRIGGER busca_alterar
    AFTER UPDATE ON crm.clientes REFERENCING OLD TABLE AS velhas NEW TABLE AS novas
    FOR EACH STATEMENT EXECUTE FUNCTION crm.busca_mudou();
CREATE OR REPLACE TRIGGER busca_excluir
    AFTER DELETE ON crm.clientes REFERENCING OLD TABLE AS velhas
    FOR EACH STATEMENT EXECUTE FUNCTION crm.busca_mudou();
CREATE OR REPLACE TRIGGER busca_esvaziar
    AFTER TRUNCATE ON crm.clientes
    FOR EACH STATEMENT EXECUTE FUNCTION crm.busca_mudou();
