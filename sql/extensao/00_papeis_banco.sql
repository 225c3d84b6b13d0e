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
            EXECUTE pg_catalog.format('COMMENT ON ROLE %I IS ''Of the extension crm: see its README.''', papel);
        END IF;
    END LOOP;

    -- What a stranger left behind would become ours, or stay his (CVE-2022-2625).
    IF EXISTS (SELECT FROM pg_catalog.pg_roles
                WHERE rolname = 'crm_owner'
                  AND (rolsuper OR rolbypassrls OR rolcanlogin OR rolcreaterole)) THEN
        RAISE EXCEPTION 'role crm_owner exists and can do more than own tables'
            USING ERRCODE = '42501', HINT = 'Take LOGIN, SUPERUSER, BYPASSRLS and CREATEROLE from it, or rename it.';
    END IF;
    IF EXISTS (SELECT FROM pg_catalog.pg_namespace n JOIN pg_catalog.pg_roles r ON r.oid = n.nspowner
                WHERE n.nspname = 'crm' AND NOT r.rolsuper)
       OR EXISTS (SELECT FROM pg_catalog.pg_proc p
                   WHERE p.pronamespace = 'crm'::pg_catalog.regnamespace)
       OR EXISTS (SELECT FROM pg_catalog.pg_operator o
                   WHERE o.oprnamespace = 'crm'::pg_catalog.regnamespace)
       OR EXISTS (SELECT FROM pg_catalog.pg_class c JOIN pg_catalog.pg_roles r ON r.oid = c.relowner
                   WHERE c.relnamespace = 'crm'::pg_catalog.regnamespace
                     AND NOT r.rolsuper AND r.rolname <> 'crm_owner')
       OR EXISTS (SELECT FROM pg_catalog.pg_type t JOIN pg_catalog.pg_roles r ON r.oid = t.typowner
                   WHERE t.typnamespace = 'crm'::pg_catalog.regnamespace
                     AND NOT r.rolsuper AND r.rolname <> 'crm_owner') THEN
        RAISE EXCEPTION 'schema crm holds objects that are not of this extension'
            USING ERRCODE = '55000', HINT = 'Install into a database without a schema crm.';
    END IF;
END
$$;
