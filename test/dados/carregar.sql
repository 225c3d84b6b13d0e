-- What an SQL caller does with the files of gerar.py: COPY into text, clean by
-- INSERT ... SELECT. Run as a member of crm_carga, after the COPYs.
-- A bad line stops it with the reason of its row; then nothing stays.
-- The operators of crm.cpf are in schema crm, so it is in the search path.
SET search_path = crm, public;

INSERT INTO crm.clientes (cpf, nome_completo, data_nascimento, sexo, nome_mae,
                          celular, email, cidade, uf, cep)
SELECT DISTINCT ON (btrim(cpf)::crm.cpf)
       btrim(cpf)::crm.cpf,
       regexp_replace(btrim(nome), '\s+', ' ', 'g'),
       CASE WHEN nascimento LIKE '__/__/____' THEN to_date(nascimento, 'DD/MM/YYYY')
            ELSE nullif(nascimento, '')::date END,
       nullif(upper(sexo), ''),
       nullif(btrim(mae), ''),
       nullif(celular, ''),
       nullif(email, ''),
       btrim(cidade),
       upper(btrim(uf)),
       nullif(cep, '')
  FROM entrada_clientes;

INSERT INTO crm.pedidos (cliente_id, data_pedido, valor)
SELECT c.id_cliente, p.dia, p.valor
  FROM (SELECT DISTINCT ON (numero)
               btrim(cpf)::crm.cpf AS cpf,
               CASE WHEN data LIKE '__/__/____' THEN to_date(data, 'DD/MM/YYYY')
                    ELSE data::date END AS dia,
               CASE WHEN valor LIKE '%,%'
                    THEN replace(replace(replace(valor, 'R$ ', ''), '.', ''), ',', '.')::numeric
                    ELSE valor::numeric END AS valor
          FROM entrada_pedidos) AS p
  JOIN crm.clientes c USING (cpf);
