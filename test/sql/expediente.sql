-- Working hours, leave, holidays; who waits for whom when nobody is there; recycling (DIST-9, DIST-10).
BEGIN;
SELECT no_plan();
CREATE FUNCTION pg_temp.cpf(n bigint) RETURNS crm.cpf LANGUAGE sql AS $$
    SELECT crm.cpf_de_bigint((n * 10 + a.d) * 10 + b.d)
      FROM (SELECT lpad(n::text, 9, '0') AS t) t,
           LATERAL (SELECT CASE WHEN s % 11 < 2 THEN 0 ELSE 11 - s % 11 END AS d
                      FROM (SELECT sum(substr(t.t, k, 1)::integer * (11 - k)) AS s
                              FROM generate_series(1, 9) k) q) a,
           LATERAL (SELECT CASE WHEN s % 11 < 2 THEN 0 ELSE 11 - s % 11 END AS d
                      FROM (SELECT sum(substr(t.t || a.d, k, 1)::integer * (12 - k)) AS s
                              FROM generate_series(1, 10) k) q) b
$$;
CREATE SEQUENCE pg_temp.cpf_seq START 123456700;
CREATE FUNCTION pg_temp.novos(n integer, dias integer DEFAULT NULL) RETURNS SETOF bigint LANGUAGE sql AS $$
    INSERT INTO crm.clientes (cpf, nome_completo, data_ultima_compra, valor_total)
    SELECT pg_temp.cpf(nextval('pg_temp.cpf_seq')), 'Cliente ' || i,
           crm.hoje() - coalesce(dias, 30 + i % 31), 100 + i * 7 % 50
      FROM generate_series(1, n) i
    RETURNING id_cliente
$$;
INSERT INTO crm.usuarios (id, nome, email, papel)
SELECT i, 'Vendedor ' || i, 'v' || i || '@exemplo.test', 'vendedor' FROM generate_series(9001, 9003) i;
INSERT INTO crm.vendedores (id, nome)
SELECT i, 'Vendedor ' || i FROM generate_series(9001, 9003) i ON CONFLICT DO NOTHING;
CREATE FUNCTION pg_temp.erro(comando text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    codigo text;
BEGIN
    EXECUTE comando;
    RETURN 'certo';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS codigo = CONSTRAINT_NAME;
    RETURN SQLSTATE || ' ' || codigo;
END $$;
CREATE TEMP VIEW quadro AS
SELECT cliente_id, vendedor_id, contatado, fixado FROM crm.cliente_vendedor WHERE encerrada_em IS NULL;
CREATE FUNCTION pg_temp.retrato() RETURNS text LANGUAGE sql AS $$
    SELECT md5(coalesce(string_agg(q::text, ';' ORDER BY q.cliente_id), '')) FROM quadro q
$$;
CREATE FUNCTION pg_temp.tem(vendedor bigint) RETURNS bigint LANGUAGE sql AS $$
    SELECT count(*) FROM crm.cliente_vendedor WHERE vendedor_id = vendedor AND encerrada_em IS NULL AND NOT contatado
$$;
-- The business clock at a local time; heartbeats keep up.
CREATE FUNCTION pg_temp.relogio(quando timestamp) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('crm.relogio_desvio',
        extract(epoch FROM quando AT TIME ZONE crm.config('fuso_horario') - date_trunc('second', now()))::integer::text, true);
    UPDATE crm.vendedores SET visto_em = crm.agora() WHERE online;
END $$;
CREATE FUNCTION pg_temp.tarefa(qual text) RETURNS bigint LANGUAGE sql AS $$ SELECT feito FROM crm.tarefas(qual) $$;
CREATE FUNCTION pg_temp.situacao(vendedor bigint) RETURNS text LANGUAGE sql AS $$
    SELECT expediente FROM crm.vendedores WHERE id = vendedor
$$;
CREATE FUNCTION pg_temp.certo(o_que text) RETURNS SETOF text LANGUAGE sql AS $$
    SELECT is_empty('SELECT * FROM crm.verificar_distribuicao()', o_que || ': all invariants hold')
    UNION ALL SELECT is_empty('SELECT * FROM crm.contagens_verificar()', o_que || ': the counters are exact')
$$;

-- ---- what the tables say of an instant ------------------------------------------
-- 2031-03-03 is a Monday.

SELECT pg_temp.relogio('2031-03-03 10:00');
SELECT results_eq('SELECT situacao, ate FROM crm.expediente_calcular(9001, crm.agora())', $$VALUES ('disponivel', NULL::timestamptz)$$,
                  'DIST-10: no row, always available');
SELECT is(crm.api_jornada_definir('{"id": 9001, "dias": [{"dia_semana": 1, "inicio": "16:00", "fim": "24:00"}]}') #>> '{dias,0,fim}', '24:00',
          'DIST-10: a shift may end with the day');
SELECT results_eq($$SELECT situacao, ate AT TIME ZONE crm.config('fuso_horario')
                      FROM crm.expediente_calcular(9001, '2031-03-03 23:59:59'::timestamp AT TIME ZONE crm.config('fuso_horario'))$$,
                  $$VALUES ('disponivel', '2031-03-04 00:00'::timestamp)$$, 'DIST-10: and lasts until midnight');
SELECT crm.definir_jornada(9001, '[{"dia_semana": 1, "inicio": "09:00", "fim": "18:00", "almoco_inicio": "12:00", "almoco_fim": "13:00"},
                                   {"dia_semana": 2, "inicio": "09:00", "fim": "18:00"}]');
CREATE FUNCTION pg_temp.diz(quando timestamp) RETURNS text LANGUAGE sql AS $$
    SELECT situacao || ' ' || to_char(ate AT TIME ZONE crm.config('fuso_horario'), 'DD HH24:MI')
      FROM crm.expediente_calcular(9001, quando AT TIME ZONE crm.config('fuso_horario'))
$$;
SELECT is(pg_temp.diz(q::timestamp), e, 'DIST-10: ' || q)
  FROM (VALUES ('2031-03-03 08:59:59', 'fora_do_horario 03 09:00'), ('2031-03-03 09:00', 'disponivel 03 12:00'),
               ('2031-03-03 11:59:59', 'disponivel 03 12:00'), ('2031-03-03 12:00', 'almoco 03 13:00'),
               ('2031-03-03 13:00', 'disponivel 03 18:00'), ('2031-03-03 17:59:59', 'disponivel 03 18:00'),
               ('2031-03-03 18:00', 'fora_do_horario 04 00:00'), ('2031-03-04 12:30', 'disponivel 04 18:00'),
               ('2031-03-05 10:00', 'folga 06 00:00')) AS v(q, e);
SELECT lives_ok($$SELECT crm.registrar_ausencia(9001, '2031-03-04', '2031-03-05', 'ferias')$$, 'leave');
SELECT lives_ok($$SELECT crm.registrar_feriado('2031-03-10', 'Dia de teste')$$, 'a holiday');
SELECT is(pg_temp.diz(q::timestamp), e, 'DIST-10: ' || q)
  FROM (VALUES ('2031-03-04 12:30', 'ausencia 05 00:00'), ('2031-03-05 10:00', 'ausencia 06 00:00'),
               ('2031-03-06 10:00', 'folga 07 00:00'), ('2031-03-10 10:00', 'feriado 11 00:00'),
               ('2031-03-11 10:00', 'disponivel 11 18:00')) AS v(q, e);
SELECT is((SELECT situacao FROM crm.expediente_calcular(9002, '2031-03-10 15:00Z')), 'feriado', 'DIST-10: a holiday is everybody''s');
SELECT is((SELECT resumo FROM crm.jornadas_resumo WHERE vendedor_id = 9001), 'seg 09:00–18:00 (almoço 12:00–13:00); ter 09:00–18:00', 'in words');

-- ---- mistakes ----------------------------------------------------------------------

SELECT is(pg_temp.erro(c), e, c)
  FROM (VALUES
    ($$SELECT crm.definir_jornada(9001, '[{"dia_semana": 7, "inicio": "09:00", "fim": "18:00"}]')$$, 'CR422 jornada_invalida'),
    ($$SELECT crm.definir_jornada(9001, '[{"dia_semana": 1, "inicio": "18:00", "fim": "09:00"}]')$$, 'CR422 jornada_invalida'),
    ($$SELECT crm.definir_jornada(9001, '[{"dia_semana": 1, "inicio": "09:00", "fim": "18:00", "almoco_inicio": "12:00"}]')$$, 'CR422 jornada_invalida'),
    ($$SELECT crm.definir_jornada(9001, '[{"dia_semana": 1, "inicio": "09:00", "fim": "18:00"}, {"dia_semana": 1, "inicio": "09:00", "fim": "10:00"}]')$$, 'CR422 jornada_invalida'),
    ($$SELECT crm.definir_jornada(9001, '[{"dia_semana": 1, "inicio": "noite", "fim": "18:00"}]')$$, 'CR422 jornada_invalida'),
    ($$SELECT crm.definir_jornada(9001, '{}')$$, 'CR422 jornada_invalida'),
    ($$SELECT crm.definir_jornada(9001, '[1, 2]')$$, 'CR422 jornada_invalida'),
    ($$SELECT crm.definir_jornada(9001, '[[1]]')$$, 'CR422 jornada_invalida'),
    ($$SELECT crm.definir_jornada(9009, '[]')$$, 'CR404 vendedor_inexistente'),
    ($$SELECT crm.registrar_ausencia(9001, '2031-03-05', '2031-03-04')$$, 'CR422 ausencia_invalida'),
    ($$SELECT crm.registrar_ausencia(9001, '2031-03-05', '2031-03-06', 'praia')$$, 'CR422 ausencia_invalida'),
    ($$SELECT crm.registrar_ausencia(9001, '2031-03-05', 'infinity')$$, 'CR422 ausencia_invalida'),
    ($$SELECT crm.registrar_ausencia(9001, '-infinity', 'infinity')$$, 'CR422 ausencia_invalida'),
    ($$SELECT crm.registrar_ausencia(9001, '5874890-01-01', '5874890-01-02')$$, 'CR422 ausencia_invalida'),
    ($$SELECT crm.registrar_ausencia(9009, '2031-03-05', '2031-03-06')$$, 'CR404 vendedor_inexistente'),
    -- 4 and 5 March are taken.
    ($$SELECT crm.registrar_ausencia(9001, '2031-03-05', '2031-03-09')$$, 'CR409 ausencia_sobreposta'),
    ($$SELECT crm.registrar_ausencia(9001, '2031-03-01', '2031-03-04')$$, 'CR409 ausencia_sobreposta'),
    ($$SELECT crm.registrar_ausencia(9001, '2031-02-01', '2031-04-01')$$, 'CR409 ausencia_sobreposta'),
    ($$SELECT crm.registrar_ausencia(9001, '2031-03-04', '2031-03-05')$$, 'CR409 ausencia_sobreposta'),
    ($$SELECT crm.cancelar_ausencia(9002, 1)$$, 'CR404 ausencia_inexistente'),
    ($$SELECT crm.registrar_feriado('2031-03-11', ' ')$$, 'CR422 feriado_invalido'),
    ($$SELECT crm.remover_feriado('2031-03-11')$$, 'CR404 feriado_inexistente')) AS v(c, e);
SELECT is((SELECT count(*) FROM crm.ausencias WHERE vendedor_id = 9001), 1::bigint, 'DIST-10: one leave at a time');
SELECT lives_ok($$SELECT crm.registrar_ausencia(9001, '2031-03-06', '2031-03-06'), crm.registrar_ausencia(9001, '2031-03-03', '2031-03-03'),
                         crm.registrar_ausencia(9002, '2031-03-04', '2031-03-05')$$, 'the days beside it, and another seller''s, are free');
DELETE FROM crm.ausencias WHERE motivo = 'outro';
SELECT is((SELECT count(*) FROM crm.jornadas), 2::bigint, 'a mistake leaves the hours as they were');
SELECT lives_ok($$SELECT crm.remover_feriado('2031-03-10'), crm.cancelar_ausencia(9001, max(id)) FROM crm.ausencias$$, 'both taken back');

-- ---- hours begin and end: crm.tarefas() ------------------------------------------------

SELECT pg_temp.novos(40);
SELECT crm.entrar_vendedor(9001);
SELECT crm.entrar_vendedor(9002);
SELECT is(pg_temp.tem(9001), 20::bigint, 'in hours: the half');
SELECT is(pg_temp.tarefa('expediente'), 0::bigint, 'nothing is due');
SELECT pg_temp.relogio('2031-03-03 12:10');
SELECT pg_temp.tarefa('expediente');
SELECT is(pg_temp.situacao(9001), 'almoco', 'lunch');
SELECT pg_temp.novos(6);
SELECT crm.redistribuir_clientes();
SELECT results_eq('SELECT pg_temp.tem(9001), pg_temp.tem(9002)', 'VALUES (20::bigint, 26::bigint)', 'DIST-10: at lunch one keeps and gets nothing');
SELECT * FROM pg_temp.certo('at lunch');
SELECT pg_temp.relogio('2031-03-03 13:00');
SELECT ok(pg_temp.tarefa('expediente') > 0, 'lunch is over: a run');
SELECT is(pg_temp.tem(9001), 23::bigint, 'which evens');
SELECT is((SELECT origem FROM crm.lotes ORDER BY id DESC LIMIT 1), 'jornada', 'and says why');
SELECT pg_temp.relogio('2031-03-03 18:00');
SELECT pg_temp.tarefa('expediente');
SELECT results_eq('SELECT pg_temp.tem(9001), pg_temp.tem(9002)', 'VALUES (0::bigint, 46::bigint)', 'DIST-10: hours ended, the other one works on');
SELECT * FROM pg_temp.certo('after hours');

-- ---- nobody there: DIST-9 ---------------------------------------------------------------

CREATE FUNCTION pg_temp.espera(vendedor bigint) RETURNS text LANGUAGE sql AS $$
    SELECT to_char(reserva_ate AT TIME ZONE crm.config('fuso_horario'), 'DD HH24:MI') FROM crm.vendedores WHERE id = vendedor
$$;
SELECT crm.sair_vendedor(9002);
SELECT is(pg_temp.tem(9002), 46::bigint, 'DIST-9: the last one out keeps the clients');
SELECT is(pg_temp.espera(9002), '04 10:00', 'DIST-9: until the next working day + 2 h');
SELECT * FROM pg_temp.certo('reserved');
SELECT pg_temp.relogio('2031-03-04 09:00');
SELECT pg_temp.tarefa('dia');
SELECT pg_temp.tarefa('expediente');
SELECT is(pg_temp.situacao(9001), 'disponivel', 'the other one is back before');
SELECT ok(pg_temp.tem(9002) > 40, 'DIST-9: what waits is not dealt to others');
SELECT is((SELECT count(*) FROM quadro WHERE vendedor_id = 9001 AND cliente_id IN
              (SELECT cliente_id FROM crm.cliente_vendedor WHERE vendedor_id = 9002)), 0::bigint, 'not one of them');
SELECT * FROM pg_temp.certo('still reserved');
CREATE TEMP TABLE esperavam AS SELECT cliente_id FROM quadro WHERE vendedor_id = 9002;
SELECT crm.entrar_vendedor(9002);
SELECT is(pg_temp.espera(9002), NULL, 'DIST-9: back in time, no reservation any more');
SELECT ok(abs(pg_temp.tem(9001) - pg_temp.tem(9002)) <= 1, 'and the loads are even again');
SELECT is((SELECT count(*) FROM quadro WHERE vendedor_id = 9002 AND cliente_id NOT IN (SELECT cliente_id FROM esperavam)), 0::bigint,
          'DIST-9: who comes back goes on with the own ones');

-- Not in time.
SELECT crm.sair_vendedor(9001), crm.sair_vendedor(9002);
SELECT is(pg_temp.espera(9002), '05 10:00', 'waits again');
SELECT is(pg_temp.espera(9001), NULL, 'what was given away does not');
SELECT pg_temp.relogio('2031-03-05 09:59');
SELECT pg_temp.tarefa('dia');
SELECT pg_temp.tarefa('expediente');
SELECT cmp_ok(pg_temp.tem(9002), '>', 0::bigint, 'not yet');
SELECT pg_temp.relogio('2031-03-05 10:00:01');
SELECT ok(pg_temp.tarefa('expediente') > 0, 'now');
SELECT is((SELECT count(*) FROM crm.cliente_vendedor WHERE encerrada_em IS NULL), 0::bigint, 'DIST-9: then they are disponivel');
SELECT ok((SELECT bool_and(motivo_fim = 'reserva_vencida') FROM crm.cliente_vendedor
            WHERE lote_fim = (SELECT max(id) FROM crm.lotes)), 'DIST-8: by name');
SELECT is((SELECT count(*) FROM crm.vendedores WHERE reserva_ate IS NOT NULL), 0::bigint, 'and nothing is left of it');
SELECT is(pg_temp.tarefa('expediente'), 0::bigint, 'once');
SELECT * FROM pg_temp.certo('reservation over');

-- Weekends, holidays and leave are no return.
SELECT is(to_char(crm.retorno_previsto(9002, q::timestamp AT TIME ZONE crm.config('fuso_horario')) AT TIME ZONE crm.config('fuso_horario'),
                  'MM-DD HH24:MI'), e, 'DIST-9: return of who leaves ' || q)
  FROM (VALUES ('2031-03-06 19:00', '03-07 10:00'), ('2031-03-07 19:00', '03-10 10:00'), ('2031-03-08 12:00', '03-10 10:00'),
               ('2031-03-07 06:00', '03-07 10:00')) AS v(q, e);
SELECT crm.registrar_feriado('2031-03-10', 'Feriado');
SELECT is((crm.retorno_previsto(9002, '2031-03-07 22:00Z') AT TIME ZONE crm.config('fuso_horario'))::text, '2031-03-11 10:00:00', 'after a holiday');
SELECT crm.registrar_ausencia(9002, '2031-03-11', '2031-03-20');
SELECT is(crm.retorno_previsto(9002, '2031-03-07 22:00Z'), NULL, 'DIST-9: nobody waits for who is on leave');
SELECT is((crm.retorno_previsto(9001, '2031-03-04 22:00Z') AT TIME ZONE crm.config('fuso_horario'))::text, '2031-03-11 11:00:00', 'working days are the seller''s own');
SELECT crm.entrar_vendedor(9002);
SELECT crm.sair_vendedor(9002);
SELECT ok(pg_temp.espera(9002) IS NOT NULL, 'before the leave one is waited for');
SELECT crm.entrar_vendedor(9003);
SELECT crm.registrar_ausencia(9003, '2031-03-05', '2031-03-06');
SELECT is(pg_temp.situacao(9003), 'ausencia', 'leave begins at once');
SELECT is(pg_temp.tem(9003), 0::bigint, 'DIST-10: and the clients go');
SELECT * FROM pg_temp.certo('on leave');
UPDATE crm.vendedores SET ativo = false WHERE id = 9002;
SELECT crm.redistribuir_clientes();
SELECT is(pg_temp.tem(9002), 0::bigint, 'who is not active any more is not waited for');
UPDATE crm.vendedores SET ativo = true WHERE id = 9002;
DELETE FROM crm.ausencias;
DELETE FROM crm.feriados;
DELETE FROM crm.jornadas;
SELECT pg_temp.tarefa('expediente');
SELECT is((SELECT count(*) FROM crm.vendedores WHERE expediente <> 'disponivel' OR expediente_ate IS NOT NULL), 0::bigint,
          'rows deleted by hand are seen with the next turn');

-- ---- untouched for too long: DIST-10 -------------------------------------------------------

SELECT crm.sair_vendedor(v) FROM generate_series(9001, 9003) v;
SELECT pg_temp.novos(20, 40);
SELECT crm.entrar_vendedor(9001);
SELECT crm.entrar_vendedor(9002);
SELECT is(pg_temp.tarefa('reciclagem'), 0::bigint, 'off: nothing');
UPDATE crm.configuracoes SET valor = '5' WHERE chave = 'dias_sem_toque';
SELECT is(pg_temp.tarefa('reciclagem'), 0::bigint, 'fresh: nothing');
SELECT is((SELECT count(*) FROM crm.marcos), 0::bigint, 'no warning yet');
SELECT pg_temp.relogio('2031-03-09 10:30');
SELECT pg_temp.tarefa('dia');
SELECT is(pg_temp.tarefa('reciclagem'), 0::bigint, 'at 80 % they stay');
CREATE TEMP TABLE aviso AS SELECT ate FROM crm.marcos;
SELECT is((SELECT count(*) FROM aviso), 1::bigint, 'DIST-10: warned');
CREATE FUNCTION pg_temp.cartoes() RETURNS SETOF json LANGUAGE sql AS $$
    SELECT json_array_elements(crm.ler_cartoes((SELECT array_agg(id) FROM crm.cliente_vendedor WHERE encerrada_em IS NULL), crm.hoje() - 45))
$$;
SELECT ok((SELECT bool_and((c ->> 'esfriando')::boolean = ((c ->> 'data_atribuicao')::timestamptz < crm.agora() - interval '3 days')
                           AND (c ->> 'reciclagem_em')::timestamptz = (c ->> 'data_atribuicao')::timestamptz + interval '5 days')
             FROM pg_temp.cartoes() c), 'DIST-10: the cards say so, and when');
SELECT pg_temp.tarefa('reciclagem');
SELECT results_eq('SELECT ate FROM crm.marcos', 'SELECT ate FROM aviso', 'once');
-- A contact and a next step are touches.
CREATE TEMP TABLE tocado AS SELECT cliente_id, vendedor_id, row_number() OVER (ORDER BY cliente_id DESC) AS n FROM quadro ORDER BY cliente_id DESC LIMIT 2;
SELECT crm.marcar_contatado(vendedor_id, cliente_id) FROM tocado WHERE n = 1;
UPDATE crm.cliente_vendedor v SET proximo_passo = 'ligar' FROM tocado t WHERE t.n = 2 AND v.cliente_id = t.cliente_id AND v.encerrada_em IS NULL;
SELECT pg_temp.relogio('2031-03-10 10:30');
SELECT pg_temp.tarefa('dia');
SELECT crm.redistribuir_clientes();
SELECT is((SELECT count(*) FROM pg_temp.cartoes() c JOIN tocado t ON t.cliente_id = (c ->> 'id')::bigint
            WHERE (c ->> 'esfriando')::boolean OR c ->> 'reciclagem_em' IS NOT NULL), 0::bigint, 'not those that were touched');
CREATE TEMP TABLE velhos AS
SELECT a.cliente_id, a.vendedor_id FROM crm.cliente_vendedor a
 WHERE a.encerrada_em IS NULL AND NOT a.contatado AND a.proximo_passo IS NULL AND a.data_atribuicao <= crm.agora() - interval '5 days';
SELECT cmp_ok((SELECT count(*) FROM velhos), '>', 10::bigint, 'some are past the limit');
SELECT is(pg_temp.tarefa('reciclagem'), (SELECT count(*) FROM velhos), 'DIST-10: all of them move');
SELECT is((SELECT count(*) FROM velhos v JOIN quadro q USING (cliente_id) WHERE q.vendedor_id = v.vendedor_id), 0::bigint,
          'DIST-10: not to the same seller, nor back with the run that evens');
SELECT ok((SELECT bool_and(motivo_fim = 'sem_toque') FROM crm.cliente_vendedor a JOIN velhos v USING (cliente_id, vendedor_id)
            WHERE a.encerrada_em >= crm.agora()), 'DIST-8: by name');
SELECT is((SELECT count(*) FROM crm.cliente_vendedor JOIN tocado USING (cliente_id) WHERE motivo_fim = 'sem_toque'), 0::bigint,
          'what was touched is not recycled');
SELECT is((SELECT count(*) FROM crm.lotes WHERE movimentos > limite_inferior), 0::bigint, 'DIST-8: no more moves than needed');
SELECT * FROM pg_temp.certo('recycled');
SELECT is(pg_temp.tarefa('reciclagem'), 0::bigint, 'and their time begins again');
SELECT crm.redistribuir_clientes();
SELECT is((SELECT count(*) FROM velhos v JOIN quadro q USING (cliente_id) WHERE q.vendedor_id = v.vendedor_id), 0::bigint, 'nor with the next run');
-- Alone: they stay.
SELECT crm.sair_vendedor(9002);
SELECT pg_temp.relogio('2031-03-16 10:30');
SELECT pg_temp.tarefa('dia');
SELECT is(pg_temp.tarefa('reciclagem'), 0::bigint, 'DIST-10: without another seller nothing moves');
SELECT * FROM pg_temp.certo('alone');

SELECT * FROM finish();
ROLLBACK;
