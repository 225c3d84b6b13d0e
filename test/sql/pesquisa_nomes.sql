-- crm.pesquisar_clientes: whom a typed name finds, whom it does not, and in which order. BUSCA-2, BUSCA-3, I-10.
--
-- A case is what is typed, who must be found, who must not. In acha a comma
-- parts names of the same rank, ">" those that come before from those behind
-- (exact name, beginning, words, parts of words, alike); "~" stands before who
-- is found as "parecido", "?" before who may be missing. so: nobody else.
BEGIN;
SELECT plan(413);

CREATE FUNCTION pg_temp.cpf(n bigint) RETURNS crm.cpf LANGUAGE sql AS $$
    WITH a AS (SELECT lpad(n::text, 9, '0') AS d),
         b AS (SELECT d || (SELECT sum(substr(d, i, 1)::int * (11 - i)) * 10 % 11 % 10 FROM generate_series(1, 9) AS i) AS d FROM a)
    SELECT (d || (SELECT sum(substr(d, i, 1)::int * (12 - i)) * 10 % 11 % 10 FROM generate_series(1, 10) AS i))::crm.cpf FROM b
$$;

-- ---- who there is ---------------------------------------------------------------

CREATE TEMP TABLE nomes (n int GENERATED ALWAYS AS IDENTITY, chave text PRIMARY KEY, nome text);
INSERT INTO nomes (chave, nome)
SELECT nome, nome FROM (VALUES
    ('João Conceição Araújo'), ('Joao Conceicao Araujo'), ('ÂNGELA MÜLLER'), ('Íris Córdova Peçanha'),
    ('Zoë Brontë'), ('Iñaki Nuñez'), ('Łukasz Żółty'), ('Hans Weiß'), ('Potỹ Ẽmi'), ('Luiz Gontijo'),
    ('Edna Souza Gontijo'), ('Thiago Gontijo'), ('Raphael Gontijo'), ('Philipe Gontijo'), ('Christiane Gontijo'),
    ('Walter Gontijo'), ('Mariza Gontijo'), ('Yara Gontijo'), ('Kátia Gontijo'), ('Helena Gontijo'),
    ('Nathália Gontijo'), ('Sophia Gontijo'), ('Victor Gontijo'), ('Stephany Gontijo'), ('Alexsandro Gontijo'),
    ('Giovanna Gontijo'), ('Breno Baptista Gontijo'), ('William Gontijo'), ('Olga Schmidt Gontijo'),
    ('Jackson Gontijo'), ('Elizabeth Gontijo'), ('Túlio Gonçalves Gontijo'), ('Thereza Gontijo'),
    ('Hector Assumpção Gontijo'), ('Ignácio Gontijo'), ('Vânia Rezende Gontijo'), ('Ezequiel Gontijo'),
    ('Geórgia Gontijo'), ('Monique Gontijo'), ('Guilherme Gontijo'), ('Xavier Gontijo'), ('Lourenço Gontijo'),
    ('Kelly Gontijo'), ('Danielly Gontijo'), ('Luís Prado'), ('Luiz Prado'), ('Luisa Prado'), ('Souza Neves'),
    ('Sousa Neves'), ('Mário Tavares'), ('Maria Tavares'), ('Ani Tavares'), ('Ana Tavares'), ('Paulo Tavares'),
    ('Paula Tavares'), ('Marcos Tavares'), ('Marcelo Tavares'), ('Carla Tavares'), ('Carlos Tavares'),
    ('Rui Tavares'), ('Gil Tavares'), ('Ivo Tavares'), ('Iva Tavares'), ('Eva Tavares'), ('Aparecida Fonseca Lobo'),
    ('Aparecida Lobo Fonseca'), ('Fonseca Prates'), ('Teodora Aparecida Lobato'), ('Rosa'), ('Rosa Maria Pinto'),
    ('Rosana Pinto'), ('Vera Rosa Pinto'), ('Ambrosa Pinto'), ('Roza Pinto'), ('Pinto Rosado'), ('Rosa Pinto'),
    ('Fernanda Dantas'), ('Fernando Dantas'), ('Fernandes Dantas Moura'), ('Anastácia Vilela'), ('Juliana Vilela'),
    ('Bartolomeu Vilela'), ('Maria-José Pontes'), ('Maria José Pontes'), ('Laís Souto-Maior'), ('Laís Souto Maior'),
    ('Anne‐Marie Pontes'), ('Jean–Luc Picard'), ('Carla D''Ávila'), ('Zaira D’Ávila'), ('Célia Davila'),
    ('Cíntia D Avila'), ('D´Artagnan Melo'), ('Paulo Sant''Anna'), ('Paula Sant’Ana'), ('Plínio Santana'),
    ('Priscila Santanna'), ('Pedro Sant Anna'), ('Sinéad O''Connor'), ('Solange Oconnor'), ('Joana d''Arc Bispo'),
    ('Benedito Dias Valadares'), ('Benedito D. Valadares'), ('B. D. Valadares'), ('J. K. Teodoro'),
    ('José Kléber Teodoro'), ('Antônia da Silva e Meireles'), ('Antônia Silva Meireles'),
    ('Antônia dos Reis Cabral'), ('Antônia Reis Cabral'), ('Antônio de Pádua'), ('Débora Leal'), ('Rita das Dores'),
    ('Rita do Carmo'), ('Dora Dorneles'), ('Duda 💅 Amaral'), ('Xisto🔥'), ('Heitor ❤️ Amaral'),
    ('Olímpia 👩‍👧 Amaral'), ('José 🇧🇷 Amaral'), ('Ana'), ('Ana Zulmira'), ('Zé Bento'), ('Bia'), ('Lu'), ('Xi Jong'),
    ('Q. Quirino'), ('Ya Wu'), ('Marina Bia Leal'), ('Loja 100% Natural'), ('Loja 100 Natural'), ('Casa_Verde'),
    ('Barra\Invertida'), ('Silva & Filhos Ltda.'), ('Marlon Pires'), ('Valdemar Figueiredo'), ('Leocádia Quaresma'),
    ('Epaminondas Bittencourt'), ('Heloísa Sampaio'), ('Eloiza Sampaio'), ('Heliza Sampaio'), ('Heliza Sampaia'),
    ('Nepomuceno Ortiz'), ('Nepomucena Ortiz'), ('Ana Guimaraens'), ('Adriana Guimaraens'), ('Mariana Guimaraens'),
    ('Жанна Петрова'), ('山田 太郎'), ('Αθηνά Παππά'), ('Ｍａｒｉｎｅｔｅ Ｋａｗａ')
) AS v(nome);
INSERT INTO nomes (chave, nome) VALUES
    ('Brandão NFD', normalize('João Conceição Araújo Brandão', NFD)),
    ('Fábio ZWSP', E'Fá\u200Bbio Xis\u00ADto'),
    ('Sílvio TAB', E' Sílvio\t\tAmaro \u00A0 Brás ');

INSERT INTO crm.clientes (id_cliente, cpf, nome_completo)
SELECT 99000000 + n, pg_temp.cpf(200000000 + 7 * n), nome FROM nomes;

-- ---- what is typed --------------------------------------------------------------

CREATE TEMP TABLE casos (n int GENERATED ALWAYS AS IDENTITY, grupo text, q text, acha text, nao text, so boolean);

INSERT INTO casos (grupo, q, acha, nao, so) SELECT 'accents and case', * FROM (VALUES
    ('João Conceição Araújo',
     'João Conceição Araújo, Joao Conceicao Araujo > Brandão NFD',
     'Íris Córdova Peçanha', true),
    ('joao conceicao araujo',
     'João Conceição Araújo, Joao Conceicao Araujo > Brandão NFD',
     'Íris Córdova Peçanha', true),
    ('JOÃO CONCEIÇÃO ARAÚJO',
     'João Conceição Araújo, Joao Conceicao Araujo > Brandão NFD',
     'Íris Córdova Peçanha', true),
    ('JoÃo cOnCeIçÃo aRaÚjO',
     'João Conceição Araújo, Joao Conceicao Araujo > Brandão NFD',
     'Íris Córdova Peçanha', true),
    ('  joao   conceicao  araujo  ',
     'João Conceição Araújo, Joao Conceicao Araujo > Brandão NFD',
     'Íris Córdova Peçanha', true),
    ('jôáõ cônçéîçào ärãüjó',
     'João Conceição Araújo, Joao Conceicao Araujo > Brandão NFD',
     'Íris Córdova Peçanha', true),
    ('conceição', 'João Conceição Araújo, Joao Conceicao Araujo, Brandão NFD', 'ÂNGELA MÜLLER', true),
    ('CONCEICAO', 'João Conceição Araújo, Joao Conceicao Araujo, Brandão NFD', '', true),
    ('angela muller', 'ÂNGELA MÜLLER', '', true),
    ('Ângela Müller', 'ÂNGELA MÜLLER', '', true),
    ('muller angela', 'ÂNGELA MÜLLER', '', true),
    ('iris cordova pecanha', 'Íris Córdova Peçanha', '', true),
    ('peçanha', 'Íris Córdova Peçanha', '', true),
    ('pecanha', 'Íris Córdova Peçanha', '', true),
    ('PEÇANHA ÍRIS', 'Íris Córdova Peçanha', '', true),
    ('zoe bronte', 'Zoë Brontë', '', false),
    ('Zoé', 'Zoë Brontë', 'Iñaki Nuñez', false),
    ('inaki nunez', 'Iñaki Nuñez', '', true),
    ('NUÑEZ', 'Iñaki Nuñez', 'Zoë Brontë', false),
    ('lukasz zolty', 'Łukasz Żółty', '', true),
    ('Łukasz', 'Łukasz Żółty', '', false),
    ('hans weiss', 'Hans Weiß', '', true),
    ('weiß', 'Hans Weiß', '', true),
    ('emi poty', 'Potỹ Ẽmi', '', true)
) AS v(q, acha, nao, so);

INSERT INTO casos (grupo, q, acha, nao, so) SELECT 'decomposed input (NFD)', * FROM (VALUES
    (normalize('João Conceição Araújo', NFD),
     'João Conceição Araújo, Joao Conceicao Araujo > Brandão NFD',
     'Hans Weiß', false),
    (normalize('conceição araújo brandão', NFD), 'Brandão NFD', 'Hans Weiß', false),
    (normalize('CONCEIÇÃO BRANDÃO', NFD), 'Brandão NFD', 'Hans Weiß', false),
    (normalize('Brandão', NFD), 'Brandão NFD', 'Hans Weiß', false),
    (normalize('Peçanha', NFD), 'Íris Córdova Peçanha', 'Hans Weiß', false),
    (normalize('Ângela', NFD), 'ÂNGELA MÜLLER', 'Hans Weiß', false),
    (normalize('Müller Ângela', NFD), 'ÂNGELA MÜLLER', 'Hans Weiß', false),
    (normalize('Zoë', NFD), 'Zoë Brontë', 'Hans Weiß', false),
    (normalize('Nuñez', NFD), 'Iñaki Nuñez', 'Hans Weiß', false),
    ('brandao joao', 'Brandão NFD', 'João Conceição Araújo, Joao Conceicao Araujo', false)
) AS v(q, acha, nao, so);

INSERT INTO casos (grupo, q, acha, nao, so) SELECT 'spelling twins', * FROM (VALUES
    ('luís gontijo', '~Luiz Gontijo', '', false),
    ('luiz gontijo', 'Luiz Gontijo', '', false),
    ('sousa gontijo', '~Edna Souza Gontijo', '', false),
    ('souza gontijo', 'Edna Souza Gontijo', '', false),
    ('tiago gontijo', '~Thiago Gontijo', '', false),
    ('thiago gontijo', 'Thiago Gontijo', '', false),
    ('rafael gontijo', '~Raphael Gontijo', '', false),
    ('raphael gontijo', 'Raphael Gontijo', '', false),
    ('filipe gontijo', '~Philipe Gontijo', '', false),
    ('philipe gontijo', 'Philipe Gontijo', '', false),
    ('cristiane gontijo', '~Christiane Gontijo', '', false),
    ('christiane gontijo', 'Christiane Gontijo', '', false),
    ('valter gontijo', '~Walter Gontijo', '', false),
    ('walter gontijo', 'Walter Gontijo', '', false),
    ('marisa gontijo', '~Mariza Gontijo', '', false),
    ('mariza gontijo', 'Mariza Gontijo', '', false),
    ('iara gontijo', '~Yara Gontijo', '', false),
    ('yara gontijo', 'Yara Gontijo', '', false),
    ('cátia gontijo', '~Kátia Gontijo', '', false),
    ('kátia gontijo', 'Kátia Gontijo', '', false),
    ('elena gontijo', 'Helena Gontijo', '', false),
    ('helena gontijo', 'Helena Gontijo', '', false),
    ('natalia gontijo', '~Nathália Gontijo', '', false),
    ('nathália gontijo', 'Nathália Gontijo', '', false),
    ('sofia gontijo', '~Sophia Gontijo', '', false),
    ('sophia gontijo', 'Sophia Gontijo', '', false),
    ('vitor gontijo', '~Victor Gontijo', '', false),
    ('victor gontijo', 'Victor Gontijo', '', false),
    ('estefani gontijo', '~Stephany Gontijo', '', false),
    ('stephany gontijo', 'Stephany Gontijo', '', false),
    ('alecsandro gontijo', '~Alexsandro Gontijo', '', false),
    ('alexsandro gontijo', 'Alexsandro Gontijo', '', false),
    ('jovana gontijo', '~Giovanna Gontijo', '', false),
    ('giovanna gontijo', 'Giovanna Gontijo', '', false),
    ('batista gontijo', '~Breno Baptista Gontijo', '', false),
    ('baptista gontijo', 'Breno Baptista Gontijo', '', false),
    ('wilian gontijo', '~William Gontijo', '', false),
    ('william gontijo', 'William Gontijo', '', false),
    ('schmitt gontijo', '~Olga Schmidt Gontijo', '', false),
    ('schmidt gontijo', 'Olga Schmidt Gontijo', '', false),
    ('jacson gontijo', '~Jackson Gontijo', '', false),
    ('jackson gontijo', 'Jackson Gontijo', '', false),
    ('elisabet gontijo', '~Elizabeth Gontijo', '', false),
    ('elizabeth gontijo', 'Elizabeth Gontijo', '', false),
    ('gonsalves gontijo', '~Túlio Gonçalves Gontijo', '', false),
    ('gonçalves gontijo', 'Túlio Gonçalves Gontijo', '', false),
    ('teresa gontijo', '~Thereza Gontijo', '', false),
    ('thereza gontijo', 'Thereza Gontijo', '', false),
    ('assunção gontijo', '~Hector Assumpção Gontijo', '', false),
    ('assumpção gontijo', 'Hector Assumpção Gontijo', '', false),
    ('inácio gontijo', '~Ignácio Gontijo', '', false),
    ('ignácio gontijo', 'Ignácio Gontijo', '', false),
    ('resende gontijo', '~Vânia Rezende Gontijo', '', false),
    ('rezende gontijo', 'Vânia Rezende Gontijo', '', false),
    ('exequiel gontijo', '~Ezequiel Gontijo', '', false),
    ('ezequiel gontijo', 'Ezequiel Gontijo', '', false),
    ('jorgia gontijo', '~Geórgia Gontijo', '', false),
    ('geórgia gontijo', 'Geórgia Gontijo', '', false),
    ('monike gontijo', '~Monique Gontijo', '', false),
    ('monique gontijo', 'Monique Gontijo', '', false),
    ('guilierme gontijo', '~Guilherme Gontijo', '', false),
    ('guilherme gontijo', 'Guilherme Gontijo', '', false),
    ('chavier gontijo', '~Xavier Gontijo', '', false),
    ('xavier gontijo', 'Xavier Gontijo', '', false),
    ('lourenso gontijo', '~Lourenço Gontijo', '', false),
    ('lourenço gontijo', 'Lourenço Gontijo', '', false),
    ('keli gontijo', '~Kelly Gontijo', '', false),
    ('kelly gontijo', 'Kelly Gontijo', '', false),
    ('daniele gontijo', '~Danielly Gontijo', '', false),
    ('danielly gontijo', 'Danielly Gontijo', '', false),
    ('luís prado', 'Luís Prado > ~Luiz Prado', '', false),
    ('LUIZ PRADO', 'Luiz Prado > ~Luís Prado', '', false),
    ('luis prado', 'Luís Prado > Luisa Prado > ~Luiz Prado', '', false),
    ('sousa neves', 'Sousa Neves > ~Souza Neves', '', false),
    ('neves souza', 'Souza Neves > ~Sousa Neves', '', false),
    ('tiago luis', '', 'Luiz Gontijo, Thiago Gontijo, Luís Prado', false)
) AS v(q, acha, nao, so);

INSERT INTO casos (grupo, q, acha, nao, so) SELECT 'names that must stay apart', * FROM (VALUES
    ('maria tavares', 'Maria Tavares > ?~Mário Tavares', 'Ana Tavares, Paula Tavares, Marcos Tavares', false),
    ('mario tavares', 'Mário Tavares > ?~Maria Tavares', 'Paulo Tavares, Marcos Tavares', false),
    ('ana tavares', 'Ana Tavares', 'Ani Tavares, Paula Tavares, Maria Tavares, Eva Tavares, Iva Tavares', true),
    ('ani tavares', 'Ani Tavares', 'Ana Tavares, Gil Tavares', true),
    ('paulo tavares', 'Paulo Tavares > ?~Paula Tavares', 'Marcelo Tavares', false),
    ('paula tavares', 'Paula Tavares > ?~Paulo Tavares', 'Carla Tavares', false),
    ('carla tavares', 'Carla Tavares', 'Carlos Tavares, Paula Tavares', false),
    ('carlos tavares', 'Carlos Tavares', 'Carla Tavares, Marcos Tavares', false),
    ('marcos tavares', 'Marcos Tavares', 'Marcelo Tavares, Carlos Tavares', false),
    ('marcelo tavares', 'Marcelo Tavares', 'Marcos Tavares', true),
    ('rui tavares', 'Rui Tavares', 'Gil Tavares, Ani Tavares', true),
    ('ruy tavares', '~Rui Tavares', 'Gil Tavares', true),
    ('gil tavares', 'Gil Tavares', 'Rui Tavares', true),
    ('ivo tavares', 'Ivo Tavares', 'Iva Tavares, Eva Tavares', true),
    ('iva tavares', 'Iva Tavares', 'Ivo Tavares, Eva Tavares', true),
    ('eva tavares', 'Eva Tavares', 'Iva Tavares, Ivo Tavares', true)
) AS v(q, acha, nao, so);

INSERT INTO casos (grupo, q, acha, nao, so) SELECT 'order of words', * FROM (VALUES
    ('aparecida fonseca lobo',
     'Aparecida Fonseca Lobo > Aparecida Lobo Fonseca',
     'Fonseca Prates, Teodora Aparecida Lobato', false),
    ('aparecida lobo fonseca', 'Aparecida Lobo Fonseca > Aparecida Fonseca Lobo', 'Fonseca Prates', false),
    ('lobo aparecida', 'Aparecida Fonseca Lobo, Aparecida Lobo Fonseca', 'Fonseca Prates', false),
    ('fonseca aparecida',
     'Aparecida Fonseca Lobo, Aparecida Lobo Fonseca',
     'Fonseca Prates, Teodora Aparecida Lobato', false),
    ('lobo fonseca aparecida',
     'Aparecida Fonseca Lobo, Aparecida Lobo Fonseca',
     'Fonseca Prates, Teodora Aparecida Lobato', false),
    ('fonseca lobo', 'Aparecida Fonseca Lobo, Aparecida Lobo Fonseca', 'Fonseca Prates', false),
    ('lobo', 'Aparecida Fonseca Lobo, Aparecida Lobo Fonseca', 'Fonseca Prates', false),
    ('lob apar', 'Aparecida Fonseca Lobo, Aparecida Lobo Fonseca, Teodora Aparecida Lobato', 'Fonseca Prates', false),
    ('fonseca', 'Fonseca Prates > Aparecida Fonseca Lobo, Aparecida Lobo Fonseca', 'Teodora Aparecida Lobato', false),
    ('aparecida lob',
     'Aparecida Lobo Fonseca > Aparecida Fonseca Lobo, Teodora Aparecida Lobato',
     'Fonseca Prates', false),
    ('prates fonseca', 'Fonseca Prates', 'Aparecida Fonseca Lobo, Aparecida Lobo Fonseca', true),
    ('lobato teodora', 'Teodora Aparecida Lobato', 'Aparecida Fonseca Lobo, Aparecida Lobo Fonseca', true),
    ('lobato aparecida teodora', 'Teodora Aparecida Lobato', 'Aparecida Fonseca Lobo, Aparecida Lobo Fonseca', true),
    ('teodora fonseca', '', 'Aparecida Fonseca Lobo, Aparecida Lobo Fonseca, Teodora Aparecida Lobato', true),
    ('prates lobo', '', 'Aparecida Fonseca Lobo, Aparecida Lobo Fonseca, Fonseca Prates', true),
    ('aparecida aparecida lobo', 'Aparecida Fonseca Lobo, Aparecida Lobo Fonseca', 'Fonseca Prates', false)
) AS v(q, acha, nao, so);

INSERT INTO casos (grupo, q, acha, nao, so) SELECT 'exact, prefix, words, part, alike', * FROM (VALUES
    ('rosa',
     'Rosa > Rosa Maria Pinto, Rosana Pinto, Rosa Pinto > Vera Rosa Pinto, Pinto Rosado > Ambrosa Pinto > ~Roza Pinto',
     '', false),
    ('ROSA',
     'Rosa > Rosa Maria Pinto, Rosana Pinto, Rosa Pinto > Vera Rosa Pinto, Pinto Rosado > Ambrosa Pinto > ~Roza Pinto',
     'Marcelo Tavares', false),
    ('rosa pinto',
     'Rosa Pinto > Rosa Maria Pinto, Vera Rosa Pinto, Rosana Pinto, Pinto Rosado > Ambrosa Pinto > ~Roza Pinto',
     'Rosa', false),
    ('pinto rosa',
     'Pinto Rosado > Rosa Pinto, Rosa Maria Pinto, Vera Rosa Pinto, Rosana Pinto > Ambrosa Pinto > ~Roza Pinto',
     'Rosa', false),
    ('rosa maria', 'Rosa Maria Pinto', 'Rosa, Rosana Pinto, Vera Rosa Pinto', false),
    ('rosana', 'Rosana Pinto', 'Rosa, Rosa Pinto', false),
    ('rosado', 'Pinto Rosado', 'Rosa Pinto', false),
    ('vera', 'Vera Rosa Pinto', 'Rosa Pinto', false),
    ('brosa', 'Ambrosa Pinto > ~Vera Rosa Pinto', 'Rosana Pinto', false),
    ('roza', 'Roza Pinto > ~Rosa, ~Rosa Pinto, ~Rosa Maria Pinto, ~Vera Rosa Pinto', 'Rosana Pinto', false),
    ('rosa p', 'Rosa Pinto > Rosa Maria Pinto, Vera Rosa Pinto', 'Rosa', false),
    ('pint ros', 'Pinto Rosado, Rosa Pinto, Rosana Pinto', 'Rosa', false),
    ('pinto',
     'Pinto Rosado > Rosa Pinto, Rosa Maria Pinto, Rosana Pinto, Vera Rosa Pinto, Ambrosa Pinto, Roza Pinto',
     'Rosa', false)
) AS v(q, acha, nao, so);

INSERT INTO casos (grupo, q, acha, nao, so) SELECT 'parts of names', * FROM (VALUES
    ('fern', 'Fernanda Dantas, Fernando Dantas, Fernandes Dantas Moura', 'Juliana Vilela', false),
    ('ferna', 'Fernanda Dantas, Fernando Dantas, Fernandes Dantas Moura', 'Anastácia Vilela', false),
    ('fernand', 'Fernanda Dantas, Fernando Dantas, Fernandes Dantas Moura', 'Juliana Vilela', false),
    ('fernanda', 'Fernanda Dantas', 'Juliana Vilela', false),
    ('fern dant', 'Fernanda Dantas, Fernando Dantas, Fernandes Dantas Moura', 'Bartolomeu Vilela', false),
    ('dant fern', 'Fernanda Dantas, Fernando Dantas, Fernandes Dantas Moura', 'Anastácia Vilela', false),
    ('fernand dantas', 'Fernanda Dantas, Fernando Dantas, Fernandes Dantas Moura', 'Juliana Vilela', false),
    ('fernandes', 'Fernandes Dantas Moura', '', false),
    ('moura', 'Fernandes Dantas Moura', 'Fernanda Dantas, Fernando Dantas', true),
    ('fernanda d', 'Fernanda Dantas > ?~Fernandes Dantas Moura', 'Juliana Vilela', false),
    ('ernanda', 'Fernanda Dantas', 'Juliana Vilela', false),
    ('nanda dantas', 'Fernanda Dantas', '', false),
    ('antas', 'Fernanda Dantas, Fernando Dantas, Fernandes Dantas Moura', 'Juliana Vilela', false),
    ('ando antas', 'Fernando Dantas', 'Fernandes Dantas Moura', false),
    ('stacia', 'Anastácia Vilela', 'Juliana Vilela', false),
    ('liana', 'Juliana Vilela', 'Bartolomeu Vilela', false),
    ('ilel', 'Anastácia Vilela, Juliana Vilela, Bartolomeu Vilela', 'Fernanda Dantas', false),
    ('vilela b', 'Bartolomeu Vilela', 'Fernanda Dantas', false),
    ('tolomeu', 'Bartolomeu Vilela', '', true),
    ('julianav', '~Juliana Vilela', 'Fernanda Dantas', false),
    ('bartolomeu vilela neto', '', 'Bartolomeu Vilela', true),
    ('bartolomeu v', 'Bartolomeu Vilela', '', true)
) AS v(q, acha, nao, so);

INSERT INTO casos (grupo, q, acha, nao, so) SELECT 'hyphens', * FROM (VALUES
    ('maria jose pontes', 'Maria-José Pontes, Maria José Pontes', 'Anne‐Marie Pontes', true),
    ('maria-jose pontes', 'Maria-José Pontes, Maria José Pontes', 'Anne‐Marie Pontes', true),
    ('Maria‐José Pontes', 'Maria-José Pontes, Maria José Pontes', 'Anne‐Marie Pontes', true),
    ('MARIA – JOSÉ PONTES', 'Maria-José Pontes, Maria José Pontes', 'Anne‐Marie Pontes', true),
    ('maria−josé pontes', 'Maria-José Pontes, Maria José Pontes', 'Anne‐Marie Pontes', true),
    ('jose pontes maria', 'Maria-José Pontes, Maria José Pontes', 'Anne‐Marie Pontes', false),
    ('maria-jose', 'Maria-José Pontes, Maria José Pontes', 'Anne‐Marie Pontes', false),
    ('jose-maria pontes', 'Maria-José Pontes, Maria José Pontes', '', false),
    ('mari-jos', 'Maria-José Pontes, Maria José Pontes', '', false),
    ('souto maior', 'Laís Souto-Maior, Laís Souto Maior', '', true),
    ('souto-maior', 'Laís Souto-Maior, Laís Souto Maior', '', true),
    ('lais souto-maior', 'Laís Souto-Maior, Laís Souto Maior', '', true),
    ('maior souto lais', 'Laís Souto-Maior, Laís Souto Maior', '', true),
    ('anne marie', 'Anne‐Marie Pontes', 'Maria-José Pontes, Maria José Pontes', false),
    ('anne-marie pontes', 'Anne‐Marie Pontes', 'Maria-José Pontes, Maria José Pontes', true),
    ('marie anne', 'Anne‐Marie Pontes', '', true),
    ('jean luc', 'Jean–Luc Picard', '', true),
    ('jean-luc picard', 'Jean–Luc Picard', '', true),
    ('-picard-', 'Jean–Luc Picard', '', true)
) AS v(q, acha, nao, so);

INSERT INTO casos (grupo, q, acha, nao, so) SELECT 'apostrophes', * FROM (VALUES
    ('d''avila', 'Carla D''Ávila, Zaira D’Ávila, Cíntia D Avila, Célia Davila', 'Carlos Tavares', false),
    ('D''ÁVILA', 'Carla D''Ávila, Zaira D’Ávila, Cíntia D Avila, Célia Davila', 'Carlos Tavares', false),
    ('d’ávila', 'Carla D''Ávila, Zaira D’Ávila, Cíntia D Avila, Célia Davila', 'Carlos Tavares', false),
    ('D´Avila', 'Carla D''Ávila, Zaira D’Ávila, Cíntia D Avila, Célia Davila', 'Carlos Tavares', false),
    ('d`avila', 'Carla D''Ávila, Zaira D’Ávila, Cíntia D Avila, Célia Davila', 'Carlos Tavares', false),
    ('dʼavila', 'Carla D''Ávila, Zaira D’Ávila, Cíntia D Avila, Célia Davila', 'Carlos Tavares', false),
    ('davila', 'Carla D''Ávila, Zaira D’Ávila, Cíntia D Avila, Célia Davila', 'Carlos Tavares', false),
    ('Dávila', 'Carla D''Ávila, Zaira D’Ávila, Cíntia D Avila, Célia Davila', 'Carlos Tavares', false),
    ('d avila', 'Carla D''Ávila, Zaira D’Ávila, Cíntia D Avila > Célia Davila', 'Carlos Tavares', false),
    ('avila d', 'Carla D''Ávila, Zaira D’Ávila, Cíntia D Avila', 'Carlos Tavares', false),
    ('avila', 'Carla D''Ávila, Zaira D’Ávila, Cíntia D Avila > Célia Davila', 'Carlos Tavares', false),
    ('avil', 'Carla D''Ávila, Zaira D’Ávila, Cíntia D Avila', 'Carlos Tavares', false),
    ('carla d''avila', 'Carla D''Ávila', 'Zaira D’Ávila, Célia Davila', true),
    ('carla davila', 'Carla D''Ávila', 'Zaira D’Ávila, Célia Davila', true),
    ('carla d avila', 'Carla D''Ávila', 'Zaira D’Ávila, Célia Davila', true),
    ('davila carla', 'Carla D''Ávila', '', true),
    ('célia d''ávila', 'Célia Davila', 'Carla D''Ávila', true),
    ('celia d avila', 'Célia Davila', 'Carla D''Ávila', true),
    ('cintia davila', 'Cíntia D Avila', '', true),
    ('cintia d''avila', 'Cíntia D Avila', '', true),
    ('zaira avila', 'Zaira D’Ávila', '', true),
    ('d''artagnan', 'D´Artagnan Melo', '', true),
    ('dartagnan', 'D´Artagnan Melo', '', true),
    ('d artagnan melo', 'D´Artagnan Melo', '', true),
    ('artagnan', 'D´Artagnan Melo', '', true),
    ('sant''anna',
     'Paulo Sant''Anna, Priscila Santanna, Pedro Sant Anna > ~Paula Sant’Ana, ~Plínio Santana',
     'Ana Tavares', false),
    ('Sant’Anna',
     'Paulo Sant''Anna, Priscila Santanna, Pedro Sant Anna > ~Paula Sant’Ana, ~Plínio Santana',
     'Ana Tavares', false),
    ('sant anna',
     'Paulo Sant''Anna, Priscila Santanna, Pedro Sant Anna > ~Paula Sant’Ana, ~Plínio Santana',
     'Ana Tavares', false),
    ('santanna',
     'Paulo Sant''Anna, Priscila Santanna, Pedro Sant Anna > ~Paula Sant’Ana, ~Plínio Santana',
     'Ana Tavares', false),
    ('sant''ana',
     'Paula Sant’Ana, Plínio Santana > ~Paulo Sant''Anna, ~Priscila Santanna, ~Pedro Sant Anna',
     'Ana Tavares', false),
    ('santana',
     'Paula Sant’Ana, Plínio Santana > ~Paulo Sant''Anna, ~Priscila Santanna, ~Pedro Sant Anna',
     'Ana Tavares', false),
    ('sant ana',
     'Paula Sant’Ana, Plínio Santana > ~Paulo Sant''Anna, ~Priscila Santanna, ~Pedro Sant Anna',
     'Ana Tavares', false),
    ('anna paulo', 'Paulo Sant''Anna', 'Paulo Tavares', false),
    ('pedro santana', '~Pedro Sant Anna', 'Plínio Santana', true),
    ('plinio sant''anna', '~Plínio Santana', 'Priscila Santanna', true),
    ('o''connor', 'Sinéad O''Connor, Solange Oconnor', 'Carla Tavares', true),
    ('O’Connor', 'Sinéad O''Connor, Solange Oconnor', 'Carla Tavares', true),
    ('oconnor', 'Sinéad O''Connor, Solange Oconnor', 'Carla Tavares', true),
    ('o connor', 'Sinéad O''Connor, Solange Oconnor', 'Carla Tavares', false),
    ('connor', 'Sinéad O''Connor > Solange Oconnor', '', true),
    ('sinead oconnor', 'Sinéad O''Connor', 'Solange Oconnor', true),
    ('joana d''arc', 'Joana d''Arc Bispo', '', true),
    ('joana darc', 'Joana d''Arc Bispo', '', true),
    ('joana d arc', 'Joana d''Arc Bispo', '', false),
    ('arc joana', 'Joana d''Arc Bispo', '', false)
) AS v(q, acha, nao, so);

INSERT INTO casos (grupo, q, acha, nao, so) SELECT 'initials', * FROM (VALUES
    ('benedito d valadares', 'Benedito D. Valadares > Benedito Dias Valadares', 'B. D. Valadares', false),
    ('benedito d. valadares', 'Benedito D. Valadares > Benedito Dias Valadares', 'B. D. Valadares', false),
    ('b d valadares', 'B. D. Valadares > Benedito D. Valadares, Benedito Dias Valadares', 'José Kléber Teodoro', false),
    ('B.D. Valadares', 'B. D. Valadares > Benedito D. Valadares, Benedito Dias Valadares', '', false),
    ('b. valadares', 'Benedito D. Valadares, Benedito Dias Valadares, B. D. Valadares', '', false),
    ('valadares b d', 'Benedito D. Valadares, Benedito Dias Valadares, B. D. Valadares', '', false),
    ('benedito dias valadares', 'Benedito Dias Valadares', 'Benedito D. Valadares, B. D. Valadares', true),
    ('benedito valadares', 'Benedito D. Valadares, Benedito Dias Valadares', 'B. D. Valadares', true),
    ('j k teodoro', 'J. K. Teodoro > José Kléber Teodoro', '', true),
    ('J.K. Teodoro', 'J. K. Teodoro > José Kléber Teodoro', '', true),
    ('j teodoro', 'J. K. Teodoro, José Kléber Teodoro', '', true),
    ('k j teodoro', 'J. K. Teodoro, José Kléber Teodoro', '', true),
    ('jose k. teodoro', 'José Kléber Teodoro', 'J. K. Teodoro', true),
    ('x k teodoro', '', 'J. K. Teodoro, José Kléber Teodoro', true)
) AS v(q, acha, nao, so);

INSERT INTO casos (grupo, q, acha, nao, so) SELECT 'de, da, do, dos, das, e', * FROM (VALUES
    ('antonia da silva e meireles',
     'Antônia da Silva e Meireles > Antônia Silva Meireles',
     'Antônia Reis Cabral', false),
    ('antonia silva meireles', 'Antônia Silva Meireles > Antônia da Silva e Meireles', 'Antônia Reis Cabral', false),
    ('antonia da silva meireles', 'Antônia da Silva e Meireles, Antônia Silva Meireles', '', false),
    ('antonia silva e meireles', 'Antônia da Silva e Meireles, Antônia Silva Meireles', '', false),
    ('meireles da silva', 'Antônia da Silva e Meireles, Antônia Silva Meireles', '', false),
    ('de silva meireles', 'Antônia da Silva e Meireles, Antônia Silva Meireles', '', false),
    ('antonia dos reis', 'Antônia dos Reis Cabral > Antônia Reis Cabral', 'Antônia Silva Meireles', false),
    ('antonia reis', 'Antônia Reis Cabral > Antônia dos Reis Cabral', 'Antônia Silva Meireles', false),
    ('antonia das reis', 'Antônia Reis Cabral, Antônia dos Reis Cabral', 'Antônia Silva Meireles', false),
    ('dos reis cabral', 'Antônia dos Reis Cabral, Antônia Reis Cabral', 'Antônia Silva Meireles', false),
    ('e cabral', 'Antônia dos Reis Cabral, Antônia Reis Cabral', 'Rita do Carmo', false),
    ('antonio padua', 'Antônio de Pádua', 'Antônia Reis Cabral', false),
    ('padua', 'Antônio de Pádua', '', true),
    ('de pádua', 'Antônio de Pádua', '', true),
    ('antonio de padua', 'Antônio de Pádua', '', true),
    ('padua antonio', 'Antônio de Pádua', '', true),
    ('do padua', 'Antônio de Pádua', '', true),
    ('rita dores', 'Rita das Dores', 'Rita do Carmo, Dora Dorneles', false),
    ('rita das dores', 'Rita das Dores', 'Rita do Carmo', false),
    ('rita de dores', 'Rita das Dores', 'Rita do Carmo', false),
    ('rita carmo', 'Rita do Carmo', 'Rita das Dores', true),
    ('rita d carmo', '', 'Rita das Dores', false),
    ('rita do', 'Rita do Carmo > Rita das Dores', 'Débora Leal', false),
    ('rita da', 'Rita das Dores > Rita do Carmo', 'Débora Leal', false),
    ('de', 'Débora Leal', 'Gil Tavares, Rosa', false),
    ('do', 'Dora Dorneles', 'Gil Tavares, Rosa', false),
    ('das', '', 'Gil Tavares, Rosa', false)
) AS v(q, acha, nao, so);

INSERT INTO casos (grupo, q, acha, nao, so) SELECT 'emoji and invisible characters', * FROM (VALUES
    ('duda amaral', 'Duda 💅 Amaral', 'Heitor ❤️ Amaral', true),
    ('duda 💅 amaral', 'Duda 💅 Amaral', '', true),
    ('💅duda💅amaral💅', 'Duda 💅 Amaral', '', true),
    ('amaral duda 😀', 'Duda 💅 Amaral', '', true),
    ('xisto', 'Xisto🔥 > Fábio ZWSP', 'Duda 💅 Amaral', true),
    ('xisto🔥', 'Xisto🔥 > Fábio ZWSP', '', true),
    ('🔥xisto', 'Xisto🔥', 'Duda 💅 Amaral', false),
    ('fabio xisto', 'Fábio ZWSP', 'Xisto🔥', true),
    (E'fá\u200Bbio', 'Fábio ZWSP', '', true),
    (E'xis\u00ADto fabio', 'Fábio ZWSP', '', true),
    ('heitor amaral', 'Heitor ❤️ Amaral', '', true),
    ('olimpia amaral', 'Olímpia 👩‍👧 Amaral', '', true),
    ('amaral', 'Duda 💅 Amaral, Heitor ❤️ Amaral, Olímpia 👩‍👧 Amaral, José 🇧🇷 Amaral', 'Xisto🔥', false),
    ('jose amaral', 'José 🇧🇷 Amaral', '', false),
    ('silvio amaro bras', 'Sílvio TAB', '', true),
    (E'sílvio\u0009amaro\u000Abrás', 'Sílvio TAB', '', true),
    (E'\u00A0bras\u2003silvio', 'Sílvio TAB', '', true),
    (E'silvio\u202Eamaro', '', 'Duda 💅 Amaral', false)
) AS v(q, acha, nao, so);

INSERT INTO casos (grupo, q, acha, nao, so) SELECT 'one to three letters', * FROM (VALUES
    ('z', 'Zé Bento, Zoë Brontë, Zaira D’Ávila > Ana Zulmira, Łukasz Żółty', 'Bia, Lu', false),
    ('q', 'Q. Quirino', 'Lu, Bia, Rosa', false),
    ('x', 'Xi Jong, Xisto🔥, Xavier Gontijo > Fábio ZWSP', 'Lu, Bia, Rosa', false),
    ('w', 'Walter Gontijo, William Gontijo > Ya Wu', 'Lu, Bia', false),
    ('ze', 'Zé Bento', 'Lu, Bia', false),
    ('Zé', 'Zé Bento', 'Lu', false),
    ('lu', 'Lu > Luiz Gontijo, Luís Prado, Luisa Prado, Luiz Prado, Łukasz Żółty', 'Bia, Rosa', false),
    ('xi', 'Xi Jong, Xisto🔥 > Fábio ZWSP', 'Lu, Bia', false),
    ('ya', 'Ya Wu, Yara Gontijo', 'Lu, Gil Tavares', false),
    ('wu', 'Ya Wu', 'Walter Gontijo, Lu', false),
    ('wu ya', 'Ya Wu', 'Lu', true),
    ('ana',
     'Ana > Ana Zulmira, Ana Tavares, Anastácia Vilela > Juliana Vilela, Rosana Pinto',
     'Bia, Ani Tavares', false),
    ('bia', 'Bia > Marina Bia Leal', 'Lu, Ana', false),
    ('BIA', 'Bia > Marina Bia Leal', 'Lu', false),
    ('leal', 'Marina Bia Leal, Débora Leal', 'Bia', false),
    ('ana z', 'Ana Zulmira', 'Ana, Bia', true),
    ('zu an', 'Ana Zulmira', 'Ana', false),
    ('anx', '', 'Ana, Ana Tavares', true),
    ('bix', '', 'Bia', true),
    ('lux', '', 'Lu', true),
    ('jon', 'Xi Jong', 'Lu, Bia', false),
    ('eva', 'Eva Tavares', 'Iva Tavares', false),
    ('gil', 'Gil Tavares', 'Rui Tavares', false),
    ('iñ', 'Iñaki Nuñez', 'Rosa', false),
    ('ß', '', 'Bia, Lu', false)
) AS v(q, acha, nao, so);

INSERT INTO casos (grupo, q, acha, nao, so) SELECT 'LIKE wildcards and signs are no wildcards', * FROM (VALUES
    ('100%', 'Loja 100% Natural, Loja 100 Natural', 'Marlon Pires, Rosa', true),
    ('loja 100% natural', 'Loja 100% Natural, Loja 100 Natural', '', true),
    ('loja%natural', 'Loja 100% Natural, Loja 100 Natural', 'Marlon Pires', true),
    ('casa_verde', 'Casa_Verde', 'Marlon Pires', true),
    ('casa verde', 'Casa_Verde', '', true),
    ('casa%', 'Casa_Verde', 'Marlon Pires, Rosa', false),
    ('_asa', 'Casa_Verde', 'Marlon Pires', false),
    ('casaxverde', '', 'Marlon Pires, Rosa', false),
    ('barra\invertida', 'Barra\Invertida', '', true),
    ('barra invertida', 'Barra\Invertida', '', true),
    ('\barra', 'Barra\Invertida', 'Marlon Pires', false),
    ('barra\%', 'Barra\Invertida', 'Marlon Pires', false),
    ('m%s tavares', '', 'Gil Tavares, Eva Tavares', false),
    ('%zz%', '', 'Marlon Pires, Rosa, Lu', true),
    ('marl_n', '', 'Marlon Pires, Rosa, Lu', true),
    ('%marlon%', 'Marlon Pires', 'Rosa, Lu', true),
    ('marlon%pires', 'Marlon Pires', '', true),
    ('qqq%', '', 'Marlon Pires, Rosa', false),
    ('%', '', 'Marlon Pires, Rosa, Lu', true),
    ('_', '', 'Marlon Pires, Rosa, Lu', true),
    ('\', '', 'Barra\Invertida, Rosa', true),
    ('%%%', '', 'Loja 100% Natural', true),
    ('💅', '', 'Duda 💅 Amaral, Rosa', true),
    ('''', '', 'Carla D''Ávila', true),
    ('___zzz', '', 'Marlon Pires', true),
    ('silva & filhos', 'Silva & Filhos Ltda.', 'Antônia Silva Meireles', true),
    ('silva filhos ltda', 'Silva & Filhos Ltda.', '', true),
    ('silva (filhos) ltda/', 'Silva & Filhos Ltda.', '', true),
    ('''; DROP TABLE clientes; --', '', 'Marlon Pires, Rosa', true),
    (''' OR ''1''=''1', '', 'Marlon Pires, Rosa', false),
    ('[a-z]+', '', 'Lu', false),
    ('^marlon$', 'Marlon Pires', 'Rosa', true),
    ('marlon.*', 'Marlon Pires', 'Rosa', true),
    ('(((((marlon', 'Marlon Pires', 'Rosa', true)
) AS v(q, acha, nao, so);

INSERT INTO casos (grupo, q, acha, nao, so) SELECT 'typing slips', * FROM (VALUES
    ('valdemra figueiredo', '~Valdemar Figueiredo', 'Leocádia Quaresma', true),
    ('valdmar figueiredo', '~Valdemar Figueiredo', 'Leocádia Quaresma', true),
    ('valdemarr figueiredo', '~Valdemar Figueiredo', 'Leocádia Quaresma', true),
    ('vlademar figueiredo', '~Valdemar Figueiredo', 'Leocádia Quaresma', true),
    ('valdenar figueiredo', '~Valdemar Figueiredo', 'Leocádia Quaresma', true),
    ('valdemar figueredo', '~Valdemar Figueiredo', 'Leocádia Quaresma', true),
    ('valdemar figeuiredo', '~Valdemar Figueiredo', 'Leocádia Quaresma', true),
    ('valdemar figueiredoo', '~Valdemar Figueiredo', 'Leocádia Quaresma', true),
    ('valdemar fiqueiredo', '~Valdemar Figueiredo', 'Leocádia Quaresma', true),
    ('valdemar figeredo', '~Valdemar Figueiredo', 'Leocádia Quaresma', true),
    ('leocadai quaresma', '~Leocádia Quaresma', 'Valdemar Figueiredo', true),
    ('leocdia quaresma', '~Leocádia Quaresma', 'Valdemar Figueiredo', true),
    ('leocadia quarsma', '~Leocádia Quaresma', 'Valdemar Figueiredo', true),
    ('leocadia qauresma', '~Leocádia Quaresma', 'Valdemar Figueiredo', true),
    ('leocadia quaresmas', '~Leocádia Quaresma', 'Valdemar Figueiredo', true),
    ('leocádia kuaresma', '~Leocádia Quaresma', 'Valdemar Figueiredo', true),
    ('epaminodas bitencourt', '~Epaminondas Bittencourt', 'Leocádia Quaresma', true),
    ('epaminondas bittencurt', '~Epaminondas Bittencourt', 'Leocádia Quaresma', true),
    ('epaminomdas bitencurt', '~Epaminondas Bittencourt', 'Leocádia Quaresma', true),
    ('bitencourt epaminondas', '~Epaminondas Bittencourt', 'Leocádia Quaresma', true),
    ('epimanundas', '', 'Epaminondas Bittencourt, Rosa', true),
    ('quorosmo leocadia', '', 'Leocádia Quaresma', true),
    ('leocadia quaresma', 'Leocádia Quaresma', 'Valdemar Figueiredo', true),
    ('vilella', '~Juliana Vilela, ~Anastácia Vilela, ~Bartolomeu Vilela', 'Fernanda Dantas', false),
    ('juliana vilella', '~Juliana Vilela', 'Anastácia Vilela', false),
    ('jualiana vilela', '~Juliana Vilela', 'Anastácia Vilela', false),
    ('bartolmeu vilela', '~Bartolomeu Vilela', 'Juliana Vilela', false)
) AS v(q, acha, nao, so);

INSERT INTO casos (grupo, q, acha, nao, so) SELECT 'twins before slips, few slips before many', * FROM (VALUES
    ('heloiza sampaio',
     '~Heloísa Sampaio, ~Eloiza Sampaio > ~Heliza Sampaio > ~Heliza Sampaia',
     'Nepomuceno Ortiz', true),
    ('sampaio heloiza',
     '~Heloísa Sampaio, ~Eloiza Sampaio > ~Heliza Sampaio > ~Heliza Sampaia',
     'Nepomuceno Ortiz', true),
    ('eloiza sampaio', 'Eloiza Sampaio > ~Heloísa Sampaio', 'Heliza Sampaio', true),
    ('heliza sampaio', 'Heliza Sampaio > ~Heliza Sampaia', 'Eloiza Sampaio', true),
    ('heliza sampayo', '~Heliza Sampaio', 'Eloiza Sampaio, Heliza Sampaia', true),
    ('nepomuseno ortiz', '~Nepomuceno Ortiz > ~Nepomucena Ortiz', 'Heloísa Sampaio', true),
    ('nepomuceno ortiz', 'Nepomuceno Ortiz > ~Nepomucena Ortiz', '', true),
    ('ana guimaranes', '~Ana Guimaraens > ~Adriana Guimaraens, ~Mariana Guimaraens', 'Ana Tavares', true),
    ('ana guimaraens', 'Ana Guimaraens > Adriana Guimaraens, Mariana Guimaraens', 'Ana Tavares', true),
    ('nepomucena ortis', '~Nepomucena Ortiz > ~Nepomuceno Ortiz', '', true)
) AS v(q, acha, nao, so);

INSERT INTO casos (grupo, q, acha, nao, so) SELECT 'other scripts', * FROM (VALUES
    ('Жанна', 'Жанна Петрова', '山田 太郎', true),
    ('ПЕТРОВА ЖАННА', 'Жанна Петрова', '', true),
    ('петр', 'Жанна Петрова', '', true),
    ('山田 太郎', '山田 太郎', 'Жанна Петрова', true),
    ('太郎 山田', '山田 太郎', '', true),
    ('山', '山田 太郎', 'Жанна Петрова', false),
    ('αθη', 'Αθηνά Παππά', '', true),
    ('marinete kawa', 'Ｍａｒｉｎｅｔｅ Ｋａｗａ', '', true),
    ('ｋａｗａ', 'Ｍａｒｉｎｅｔｅ Ｋａｗａ', '', false)
) AS v(q, acha, nao, so);

-- ---- the proof --------------------------------------------------------------------

-- What is wrong with the answer to a case, or nothing.
CREATE FUNCTION pg_temp.defeito(caso casos) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    achados  text[];    -- as found, "~" before the alike
    ultimo   int := 0;  -- last place of the ranks before
    ate      int;
    lugar    int;
    posto    text;
    nome     text;
    falta    text := '';
    previsto text[] := '{}';
BEGIN
    SELECT coalesce(array_agg(CASE WHEN r.parecido THEN '~' ELSE '' END || nomes.chave ORDER BY r.ordem), '{}')
      INTO achados
      FROM (SELECT *, row_number() OVER () AS ordem FROM crm.pesquisar_clientes(q => caso.q, size => 100)) AS r
      JOIN nomes ON r.id_cliente = 99000000 + nomes.n;

    FOREACH posto IN ARRAY string_to_array(caso.acha, ' > ') LOOP
        ate := ultimo;
        FOREACH nome IN ARRAY string_to_array(posto, ', ') LOOP
            previsto := previsto || ltrim(nome, '?');
            lugar := array_position(achados, ltrim(nome, '?'));
            IF lugar IS NULL THEN
                IF nome NOT LIKE '?%' THEN
                    falta := falta || format(' [%s is missing]', nome);
                END IF;
            ELSIF lugar <= ultimo THEN
                falta := falta || format(' [%s is too early]', nome);
            ELSE
                ate := greatest(ate, lugar);
            END IF;
        END LOOP;
        ultimo := ate;
    END LOOP;
    FOREACH nome IN ARRAY string_to_array(caso.nao, ', ') LOOP
        IF nome = ANY (achados) OR '~' || nome = ANY (achados) THEN
            falta := falta || format(' [%s is there]', nome);
        END IF;
    END LOOP;
    IF caso.so AND NOT achados <@ previsto THEN
        falta := falta || ' [somebody else is there]';
    END IF;
    RETURN CASE WHEN falta <> '' THEN falta || ' of ' || achados::text ELSE '' END;
END $$;

SELECT is(pg_temp.defeito(casos), '', format('BUSCA-2 %s: %s', grupo, translate(q, E'\n\t', '  ')))
  FROM casos ORDER BY n;

-- Every name is found by itself, first or beside its equals.
SELECT is((SELECT array_agg(chave) FROM nomes
            WHERE crm.classificar_busca(nome) IS DISTINCT FROM ROW('nome'::text, crm.normalizar(nome))), NULL,
          'BUSCA-3 every name is taken for one');
SELECT is((SELECT array_agg(a.chave)
             FROM nomes AS a
            WHERE NOT EXISTS (SELECT FROM crm.pesquisar_clientes(q => a.nome, size => 3) AS r
                               WHERE r.id_cliente = 99000000 + a.n AND NOT r.parecido)), NULL,
          'BUSCA-2 every name finds its owner among the first three');
SELECT is((SELECT array_agg(a.chave)
             FROM nomes AS a
            WHERE (SELECT array_agg(r.id_cliente) FROM crm.pesquisar_clientes(q => a.nome, size => 100) AS r)
                  IS DISTINCT FROM
                  (SELECT array_agg(r.id_cliente) FROM crm.pesquisar_clientes(nome => a.nome, size => 100) AS r)), NULL,
          'BUSCA-1 the argument nome answers like the box');

-- A name that looks like a number is found as a name alone.
SELECT set_eq($$ SELECT chave FROM crm.pesquisar_clientes(nome => '100', size => 100) AS r
                   JOIN nomes ON r.id_cliente = 99000000 + n $$,
              $$ VALUES ('Loja 100% Natural'), ('Loja 100 Natural') $$, 'digits as a name');

-- What is typed may be long, not endless.
SELECT lives_ok(format('SELECT * FROM crm.pesquisar_clientes(q => %L)', repeat('á', 255)), 'I-10 255 characters');
SELECT throws_ok(format('SELECT * FROM crm.pesquisar_clientes(q => %L)', repeat('á', 256)), 'CR422', NULL, 'I-10 256 characters');
SELECT lives_ok($$ SELECT * FROM crm.pesquisar_clientes(q => 'a b c d f g h i j k l m de da') $$, 'twelve words');
SELECT throws_ok($$ SELECT * FROM crm.pesquisar_clientes(q => 'a b c d f g h i j k l m n') $$, 'CR422', NULL, 'thirteen words');

SELECT * FROM finish();
ROLLBACK;
