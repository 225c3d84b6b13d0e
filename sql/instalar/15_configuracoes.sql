-- A kind of setting that an earlier version did not know.
IF NOT EXISTS (SELECT FROM pg_constraint c
                WHERE c.conrelid = 'crm.configuracoes'::regclass AND c.conname = 'configuracoes_tipo_check'
                  AND pg_get_constraintdef(c.oid) LIKE '%imagem%') THEN
    ALTER TABLE crm.configuracoes
        DROP CONSTRAINT IF EXISTS configuracoes_tipo_check,
        DROP CONSTRAINT IF EXISTS configuracoes_valor_valido,
        ADD CONSTRAINT configuracoes_tipo_check CHECK (tipo IN ('inteiro', 'texto', 'booleano', 'imagem')),
        ADD CONSTRAINT configuracoes_valor_valido CHECK (
            CASE tipo
                WHEN 'inteiro' THEN valor ~ '^-?[0-9]{1,9}$'
                    AND valor::integer >= coalesce(minimo, -999999999)
                    AND valor::integer <= coalesce(maximo, 999999999)
                WHEN 'booleano' THEN valor IN ('true', 'false')
                WHEN 'imagem' THEN length(valor) <= 16384
                ELSE length(valor) <= 2000
            END);
END IF;
