-- Triggers of users, roles and rights.

CREATE OR REPLACE TRIGGER identidade_mudou
    AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON crm.usuarios
    FOR EACH STATEMENT EXECUTE FUNCTION crm.identidade_mudou();
CREATE OR REPLACE TRIGGER identidade_mudou
    AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON crm.papeis
    FOR EACH STATEMENT EXECUTE FUNCTION crm.identidade_mudou();
CREATE OR REPLACE TRIGGER identidade_mudou
    AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON crm.permissoes
    FOR EACH STATEMENT EXECUTE FUNCTION crm.identidade_mudou();

CREATE OR REPLACE TRIGGER usuario_mudou
    AFTER INSERT OR UPDATE OR DELETE ON crm.usuarios
    FOR EACH ROW EXECUTE FUNCTION crm.usuario_mudou();
