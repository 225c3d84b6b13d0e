-- The event triggers of the schema crm: for the cache, and for the audit.
-- Members of the extension, so that a restore has them from its first line on and
-- nobody drops them alone. They fire in every replication role.
CREATE EVENT TRIGGER crm_cache_ddl ON ddl_command_end EXECUTE FUNCTION crm.cache_ddl();
CREATE EVENT TRIGGER crm_cache_drop ON sql_drop EXECUTE FUNCTION crm.cache_ddl();
CREATE EVENT TRIGGER crm_cache_rewrite ON table_rewrite EXECUTE FUNCTION crm.cache_ddl();
ALTER EVENT TRIGGER crm_cache_ddl ENABLE ALWAYS;
ALTER EVENT TRIGGER crm_cache_drop ENABLE ALWAYS;
ALTER EVENT TRIGGER crm_cache_rewrite ENABLE ALWAYS;

CREATE EVENT TRIGGER crm_auditoria_ddl ON ddl_command_end
    WHEN TAG IN ('ALTER TABLE', 'CREATE TRIGGER', 'ALTER TRIGGER', 'CREATE RULE', 'ALTER RULE')
    EXECUTE FUNCTION crm.auditar_estrutura();
CREATE EVENT TRIGGER crm_auditoria_drop ON sql_drop
    WHEN TAG IN ('ALTER TABLE', 'DROP TABLE', 'DROP TRIGGER', 'DROP RULE')
    EXECUTE FUNCTION crm.auditar_estrutura();
ALTER EVENT TRIGGER crm_auditoria_ddl ENABLE ALWAYS;
ALTER EVENT TRIGGER crm_auditoria_drop ENABLE ALWAYS;
