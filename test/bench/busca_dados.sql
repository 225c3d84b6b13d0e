-- Clients for the search measurements: psql -v n=1000000 -f busca_dados.sql, in a
-- database with crm installed. Everything but names as crm.popular() makes it;
-- names of a long tail: some thousand first names and surnames, the i-th about
-- i times rarer than the first, as in a telephone book. Deterministic.
\set ON_ERROR_STOP on
SET client_min_messages = warning;
SET work_mem = '256MB';
SET jit = off;

CREATE TABLE public.nomes_primeiros AS
SELECT row_number() OVER () AS i, nome FROM (
    SELECT nome FROM unnest('{Maria,José,Ana,João,Antônio,Francisco,Carlos,Paulo,Pedro,Lucas,Luiz,Marcos,Luís,Gabriel,Rafael,Adriana,Juliana,Márcia,Fernanda,Patrícia,Aline,Daniel,Marcelo,Bruno,Eduardo,Felipe,Rodrigo,Manoel,Mateus,André,Fernando,Fábio,Leonardo,Gustavo,Guilherme,Leandro,Tiago,Thiago,Anderson,Ricardo,Márcio,Jorge,Sebastião,Alexandre,Roberto,Edson,Diego,Vítor,Sérgio,Cláudio,Sandra,Camila,Amanda,Bruna,Jéssica,Letícia,Júlia,Luciana,Vanessa,Mariana,Gabriela,Valéria,Adriano,Luana,Rita,Sônia,Edna,Simone,Zuleica,Xênia,Wanda,Ícaro,Ulisses,Quitéria}'::text[]) AS nome
    UNION ALL
    SELECT initcap(a || b || c)
      FROM unnest('{ad,be,cle,da,edi,fla,ge,he,iv,jo,ka,lu,mi,ne,os,pri,ro,sa,ti,ul,va,wil,yo,zi}'::text[]) AS a,
           unnest('{ber,cin,del,fer,gil,lei,mar,ner,ral,son,van}'::text[]) AS b,
           unnest('{a,ana,ilda,ito,eia,son,ane}'::text[]) AS c) t;
CREATE TABLE public.nomes_familia AS
SELECT row_number() OVER () AS i, nome FROM (
    SELECT nome FROM unnest('{Silva,Santos,Oliveira,Souza,Rodrigues,Ferreira,Alves,Pereira,Lima,Gomes,Costa,Ribeiro,Martins,Carvalho,Almeida,Lopes,Soares,Fernandes,Vieira,Barbosa,Rocha,Dias,Nascimento,Andrade,Moreira,Nunes,Marques,Machado,Mendes,Freitas,Cardoso,Ramos,Gonçalves,Santana,Teixeira,Araújo,Sousa,Peçanha,Queiroz,Xavier,Falcão,Brandão,Sá,Guimarães,Ávila,Assunção,Conceição}'::text[]) AS nome
    UNION ALL
    SELECT initcap(a || b || c)
      FROM unnest('{al,bor,cas,dor,es,fal,gar,hol,ig,jar,kar,lac,mon,nor,or,pas,quin,ros,sam,tor,ur,vas,wer,xim,zan}'::text[]) AS a,
           unnest('{ba,ce,da,fe,ga,li,ma,ni,po,ra,se,ta,ve,zo}'::text[]) AS b,
           unnest('{ri,do,nha,lho,tti,ski,res,ra,neto,ves}'::text[]) AS c) t;

SELECT setseed(0.4);
SET session_replication_role = replica;
INSERT INTO crm.vendedores (id, nome)
SELECT id, nome FROM crm.usuarios WHERE papel = 'vendedor' ON CONFLICT DO NOTHING;
WITH primeiros AS MATERIALIZED (SELECT array_agg(nome ORDER BY i) AS v, count(*) AS n FROM public.nomes_primeiros),
     familia AS MATERIALIZED (SELECT array_agg(nome ORDER BY i) AS v, count(*) AS n FROM public.nomes_familia)
INSERT INTO crm.clientes (id_cliente, cpf, nome_completo, data_nascimento, sexo, nome_mae, celular, email, cidade, uf,
                          cep, data_ultima_compra, valor_total, status, ativo, nao_contatar, created_at)
SELECT g.id_cliente, g.cpf,
       p.v[floor(exp(random() * ln(p.n + 1)))::integer]
           || CASE WHEN random() < 0.35 THEN ' ' || p.v[floor(exp(random() * ln(p.n + 1)))::integer] ELSE '' END
           || CASE WHEN random() < 0.2 THEN (ARRAY[' de ', ' da ', ' dos '])[1 + floor(random() * 3)::integer] ELSE ' ' END
           || f.v[floor(exp(random() * ln(f.n + 1)))::integer]
           || CASE WHEN random() < 0.6 THEN ' ' || f.v[floor(exp(random() * ln(f.n + 1)))::integer] ELSE '' END,
       g.data_nascimento, g.sexo, g.nome_mae, g.celular, g.email, g.cidade, g.uf, g.cep, g.data_ultima_compra,
       g.valor_total,
       CASE WHEN g.ativo AND NOT g.nao_contatar AND crm.situacao(g.data_ultima_compra) = 'elegivel'
            THEN (ARRAY['atribuido', 'atribuido', 'contatado', 'disponivel'])[1 + g.id_cliente % 4] ELSE 'disponivel' END,
       g.ativo, g.nao_contatar, g.created_at
  FROM crm.popular_clientes(1, (:n * 1.1)::bigint, 1, false) g, primeiros p, familia f
 LIMIT :n;
INSERT INTO crm.cliente_vendedor (cliente_id, vendedor_id, contatado, data_contato, data_ultima_compra, valor_total, motivo)
SELECT c.id_cliente, (SELECT min(id) FROM crm.vendedores) + c.id_cliente % (SELECT count(*) FROM crm.vendedores),
       c.status = 'contatado', CASE WHEN c.status = 'contatado' THEN now() END, c.data_ultima_compra, c.valor_total,
       'distribuicao'
  FROM crm.clientes c WHERE c.status <> 'disponivel';
RESET session_replication_role;
SELECT setval(pg_get_serial_sequence('crm.clientes', 'id_cliente'), (SELECT max(id_cliente) FROM crm.clientes));
SELECT crm.recontar();
