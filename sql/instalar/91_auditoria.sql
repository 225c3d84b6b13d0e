-- Audit triggers, after the seeds and the rights: they ask who acts, and that reads
-- tables that crm_owner must own by then. The letter z lets them run after those
-- that judge.
DECLARE
    tabela text;
BEGIN
    FOR tabela IN SELECT t FROM crm.interno_auditoria_tabelas() AS t
    LOOP
        EXECUTE format('CREATE OR REPLACE TRIGGER z_auditar_inclusao'
                       ' AFTER INSERT ON crm.%I REFERENCING NEW TABLE AS novas'
                       ' FOR EACH STATEMENT EXECUTE FUNCTION crm.auditar()', tabela);
        EXECUTE format('CREATE OR REPLACE TRIGGER z_auditar_alteracao'
                       ' AFTER UPDATE ON crm.%I REFERENCING OLD TABLE AS velhas NEW TABLE AS novas'
                       ' FOR EACH STATEMENT EXECUTE FUNCTION crm.auditar()', tabela);
        EXECUTE format('CREATE OR REPLACE TRIGGER z_auditar_exclusao'
                       ' AFTER DELETE ON crm.%I REFERENCING OLD TABLE AS velhas'
                       ' FOR EACH STATEMENT EXECUTE FUNCTION crm.auditar()', tabela);
        EXECUTE format('CREATE OR REPLACE TRIGGER z_auditar_esvaziamento'
                       ' AFTER TRUNCATE ON crm.%I'
                       ' FOR EACH STATEMENT EXECUTE FUNCTION crm.auditar()', tabela);
    END LOOP;
END;

CREATE OR REPLACE TRIGGER auditoria_imutavel
    BEFORE UPDATE OR DELETE OR TRUNCATE ON crm.auditoria
    FOR EACH STATEMENT EXECUTE FUNCTION crm.auditoria_imutavel();
CREATE OR REPLACE TRIGGER auditoria_imutavel
    BEFORE UPDATE OR DELETE OR TRUNCATE ON crm.auditoria_selos
    FOR EACH STATEMENT EXECUTE FUNCTION crm.auditoria_imutavel();
