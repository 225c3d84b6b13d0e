-- Group roles: cluster-wide, members of no extension, absent from a dump; a
-- restore runs CREATE EXTENSION before the lines that name them.
DO $$
DECLARE
    papel text;
BEGIN
    FOREACH papel IN ARRAY ARRAY['crm_owner', 'crm_web', 'crm_administrador', 'crm_gerente',
                                 'crm_operador', 'crm_vendedor', 'crm_ti', 'crm_bi', 'crm_carga']
    LOOP
        IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = papel) THEN
            EXECUTE pg_catalog.format('CREATE ROLE %I NOLOGIN NOSUPERUSER NOBYPASSRLS', papel);
        END IF;
    END LOOP;
END
$$;
