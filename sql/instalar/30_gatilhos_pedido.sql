-- Triggers of orders, clients and assignments. Names order them: these run before audit and
-- after nothing; counters (contagens_*) do not depend on them.
CREATE OR REPLACE TRIGGER pedidos_incluir
    AFTER INSERT ON crm.pedidos REFERENCING NEW TABLE AS novas
    FOR EACH STATEMENT EXECUTE FUNCTION crm.pedidos_mudaram();
CREATE OR REPLACE TRIGGER pedidos_alterar
    AFTER UPDATE ON crm.pedidos REFERENCING OLD TABLE AS velhas NEW TABLE AS novas
    FOR EACH STATEMENT EXECUTE FUNCTION crm.pedidos_mudaram();
CREATE OR REPLACE TRIGGER pedidos_excluir
    AFTER DELETE ON crm.pedidos REFERENCING OLD TABLE AS velhas
    FOR EACH STATEMENT EXECUTE FUNCTION crm.pedidos_mudaram();
CREATE OR REPLACE TRIGGER pedidos_esvaziar
    AFTER TRUNCATE ON crm.pedidos
    FOR EACH STATEMENT EXECUTE FUNCTION crm.pedidos_mudaram();

-- The derived columns are not listed: orders and assignments write them alone.
CREATE OR REPLACE TRIGGER clientes_preparar
    BEFORE UPDATE OF cpf, nome_completo, data_nascimento, sexo, nome_mae, celular, email,
                     cidade, uf, cep, ativo, nao_contatar, created_at, updated_at, versao
    ON crm.clientes
    FOR EACH ROW EXECUTE FUNCTION crm.clientes_preparar();
CREATE OR REPLACE TRIGGER clientes_mudaram
    AFTER UPDATE ON crm.clientes REFERENCING OLD TABLE AS velhas NEW TABLE AS novas
    FOR EACH STATEMENT EXECUTE FUNCTION crm.clientes_mudaram();

CREATE OR REPLACE TRIGGER atribuicoes_excluir
    AFTER DELETE ON crm.cliente_vendedor REFERENCING OLD TABLE AS velhas
    FOR EACH STATEMENT EXECUTE FUNCTION crm.atribuicoes_apagadas();
CREATE OR REPLACE TRIGGER atribuicoes_esvaziar
    AFTER TRUNCATE ON crm.cliente_vendedor
    FOR EACH STATEMENT EXECUTE FUNCTION crm.atribuicoes_apagadas();
