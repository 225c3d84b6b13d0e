-- After the comments, which partitions take over, and the settings, which say where a
-- month begins; before the owners and rights.
PERFORM crm.interno_auditoria_equipar(p.relid)
   FROM pg_partition_tree('crm.auditoria') AS p
  WHERE p.isleaf;
PERFORM crm.interno_auditoria_particoes();
