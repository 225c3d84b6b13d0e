-- Presence.

CREATE OR REPLACE TRIGGER vendedor_visto
    BEFORE UPDATE OF online ON crm.vendedores
    FOR EACH ROW
    WHEN (NEW.online AND NOT OLD.online AND NEW.visto_em IS NOT DISTINCT FROM OLD.visto_em)
    EXECUTE FUNCTION crm.vendedor_visto();
CREATE OR REPLACE TRIGGER vendedor_visto_novo
    BEFORE INSERT ON crm.vendedores
    FOR EACH ROW
    WHEN (NEW.online AND NEW.visto_em IS NULL)
    EXECUTE FUNCTION crm.vendedor_visto();
