-- What the client search reads instead of crm.clientes, so that orders and
-- distribution pay nothing for it: a row changes only when one of the columns it
-- is made of does. Written by the triggers of 35_busca_gatilhos.sql alone;
-- neither granted nor given policies (40_politicas.sql): only C code of the
-- product reads it, after it judged the caller.

CREATE TABLE IF NOT EXISTS crm.clientes_busca (
    id_cliente      bigint      PRIMARY KEY,
    nome            text        COLLATE "C" NOT NULL,  -- crm.normalizar(nome_completo)
    palavras        text        COLLATE "C" NOT NULL,  -- word:sound of each, crm.busca_palavras()
    cidade          text        COLLATE "C",           -- normalised
    uf              text        COLLATE "C",
    data_nascimento date,
    celular         text        COLLATE "C",           -- digits, without country code
    email           text        COLLATE "C",           -- lower case
    ativo           boolean     NOT NULL
);

-- Words of names, for what is searched by a part, by sound or with slips. Only
-- inserted: words of names that are gone stay until crm.busca_refazer(). Not
-- unique: two transactions may bring the same new word, and none waits.
CREATE TABLE IF NOT EXISTS crm.palavras (
    palavra         text        COLLATE "C" NOT NULL
);

-- What crm.clientes_busca must say, from crm.clientes.
CREATE OR REPLACE VIEW crm.clientes_busca_reais AS
SELECT id_cliente,
       crm.normalizar(nome_completo) COLLATE "C" AS nome,
       crm.busca_palavras(nome_completo) COLLATE "C" AS palavras,
       nullif(crm.normalizar(cidade), '') COLLATE "C" AS cidade,
       uf::text COLLATE "C" AS uf,
       data_nascimento,
       crm.busca_celular(celular) COLLATE "C" AS celular,
       crm.busca_email(email) COLLATE "C" AS email,
       ativo
  FROM crm.clientes;
COMMENT ON VIEW crm.clientes_busca_reais IS
    'What crm.clientes_busca must say, by crm.clientes; for its triggers, crm.busca_refazer() and crm.busca_verificar().';

CREATE OR REPLACE VIEW crm.palavras_reais AS
SELECT DISTINCT split_part(p, ':', 1) COLLATE "C" AS palavra
  FROM crm.clientes_busca b, string_to_table(b.palavras, ' ') AS p
 WHERE p <> '';
COMMENT ON VIEW crm.palavras_reais IS
    'Words crm.palavras must have at least; for crm.busca_refazer() and crm.busca_verificar().';
