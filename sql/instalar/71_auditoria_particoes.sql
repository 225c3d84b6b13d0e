-- After the comments, which partitions take over, and the settings, which say where a
-- month begins; before the owners and rights.
PERFORM crm.interno_auditoria_equipar(c.relname)
   FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = i.inhrelid
  WHERE i.inhparent = 'crm.auditoria'::regclass;
PERFORM crm.interno_auditoria_particoes();
