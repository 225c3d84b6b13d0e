-- Owners and rights of tables, sequences and views. Everything belongs to
-- crm_owner, which nobody logs in as; what is not granted here or in the file
-- of the object is refused.
DECLARE
    r record;
BEGIN
    -- Sequences of identity columns follow their table.
    FOR r IN
        SELECT c.oid::regclass AS objeto,
               CASE c.relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW'
                              WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END AS tipo
          FROM pg_class c
         WHERE c.relnamespace = 'crm'::regnamespace
           AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
           AND c.relowner <> 'crm_owner'::regrole
           AND NOT EXISTS (SELECT FROM pg_depend d
                            WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid
                              AND d.deptype IN ('e', 'i', 'a')
                              AND (d.deptype = 'e' OR c.relkind = 'S'))
    LOOP
        EXECUTE format('ALTER %s %s OWNER TO crm_owner', r.tipo, r.objeto);
    END LOOP;

    REVOKE ALL ON ALL TABLES IN SCHEMA crm FROM PUBLIC, crm_web;
    REVOKE ALL ON ALL SEQUENCES IN SCHEMA crm FROM PUBLIC, crm_web;

    -- Direct SQL callers read what their policies show (40_politicas.sql). CPF,
    -- birth date and mother are granted on the table to the loader alone, who
    -- writes them: who may see them is a row of crm.permissoes, which a grant does
    -- not follow, so everybody reads them in crm.clientes_cadastro (LGPD-1).
    REVOKE SELECT ON crm.clientes FROM crm_administrador, crm_gerente, crm_operador, crm_vendedor;
    GRANT SELECT ON crm.pedidos, crm.cliente_vendedor, crm.vendedores
        TO crm_administrador, crm_gerente;
    GRANT SELECT (id_cliente, nome_completo, sexo, celular, email, cidade, uf, cep,
                  data_ultima_compra, valor_total, status, ativo, nao_contatar,
                  created_at, updated_at, versao)
        ON crm.clientes TO crm_administrador, crm_gerente, crm_operador, crm_vendedor;
    GRANT SELECT ON crm.pedidos, crm.cliente_vendedor, crm.vendedores
        TO crm_operador, crm_vendedor;
    GRANT SELECT ON crm.produtos, crm.configuracoes, crm.papeis, crm.permissoes
        TO crm_administrador, crm_gerente, crm_operador, crm_vendedor;
    GRANT SELECT ON crm.jornadas, crm.ausencias, crm.feriados
        TO crm_administrador, crm_gerente, crm_vendedor;
    GRANT SELECT ON crm.lotes TO crm_administrador, crm_gerente;
    GRANT SELECT ON crm.auditoria TO crm_administrador;

    -- The loader. status is the product's to write.
    GRANT SELECT, DELETE ON crm.clientes TO crm_carga;
    GRANT INSERT (id_cliente, cpf, nome_completo, data_nascimento, sexo, nome_mae, celular,
                  email, cidade, uf, cep, data_ultima_compra, valor_total, ativo,
                  nao_contatar, created_at),
          UPDATE (cpf, nome_completo, data_nascimento, sexo, nome_mae, celular,
                  email, cidade, uf, cep, data_ultima_compra, valor_total, ativo,
                  nao_contatar)
        ON crm.clientes TO crm_carga;
    GRANT SELECT, INSERT, UPDATE, DELETE ON crm.pedidos, crm.produtos TO crm_carga;
END;
