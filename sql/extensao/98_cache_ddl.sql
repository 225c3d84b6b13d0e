-- Members of the extension, so that a restore has them from its first line on and
-- nobody drops them alone. They fire in every replication role.
CREATE EVENT TRIGGER crm_cache_ddl ON ddl_command_end EXECUTE FUNCTION crm.cache_ddl();
CREATE EVENT TRIGGER crm_cache_drop ON sql_drop EXECUTE FUNCTION crm.cache_ddl();
CREATE EVENT TRIGGER crm_cache_rewrite ON table_rewrite EXECUTE FUNCTION crm.cache_ddl();
ALTER EVENT TRIGGER crm_cache_ddl ENABLE ALWAYS;
ALTER EVENT TRIGGER crm_cache_drop ENABLE ALWAYS;
ALTER EVENT TRIGGER crm_cache_rewrite ENABLE ALWAYS;
