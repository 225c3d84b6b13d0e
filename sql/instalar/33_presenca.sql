-- Presence. A heartbeat (visto_em alone) fires nothing.

CREATE OR REPLACE TRIGGER vendedor_mudou
    BEFORE INSERT OR UPDATE OF online, ativo, peso, capacidade, participa_distribuicao, expediente ON crm.vendedores
    FOR EACH ROW EXECUTE FUNCTION crm.vendedor_mudou();
