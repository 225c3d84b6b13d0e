-- crm.hoje(), crm.agora(): the business day begins at midnight of the business zone (TEMPO-1, TEMPO-5).
BEGIN;
SELECT no_plan();

SELECT function_returns('crm', 'hoje', ARRAY[]::text[], 'date');
SELECT function_returns('crm', 'agora', ARRAY[]::text[], 'timestamp with time zone');
SELECT volatility_is('crm', 'hoje', ARRAY[]::text[], 'stable');

SELECT is(crm.agora(), now(), 'no shift: now()');
SELECT is(crm.hoje(), (now() AT TIME ZONE 'America/Sao_Paulo')::date, 'day of the default zone');

-- The session's own time zone does not count.
SET LOCAL TimeZone = 'Pacific/Kiritimati';
SELECT is(crm.hoje(), (now() AT TIME ZONE 'America/Sao_Paulo')::date, 'whatever the session says, east');
SET LOCAL TimeZone = 'Pacific/Pago_Pago';
SELECT is(crm.hoje(), (now() AT TIME ZONE 'America/Sao_Paulo')::date, 'whatever the session says, west');
SET LOCAL TimeZone = 'UTC';

-- To the second before midnight, and to midnight.
CREATE FUNCTION pg_temp.ate_meia_noite() RETURNS integer LANGUAGE sql AS $$
    SELECT ceil(extract(epoch FROM ((((now() AT TIME ZONE 'America/Sao_Paulo')::date + 1)::timestamp
                                     AT TIME ZONE 'America/Sao_Paulo') - now())))::integer;
$$;
CREATE TEMP TABLE antes ON COMMIT DROP AS SELECT crm.hoje() AS dia;
SELECT set_config('crm.relogio_desvio', (pg_temp.ate_meia_noite() - 2)::text, true);
SELECT is(crm.hoje(), dia, 'a second before midnight') FROM antes;
SELECT set_config('crm.relogio_desvio', pg_temp.ate_meia_noite()::text, true);
SELECT is(crm.hoje(), dia + 1, 'midnight') FROM antes;
SELECT is(crm.agora(), now() + make_interval(secs => pg_temp.ate_meia_noite()), 'the instant moves as much');

-- TEMPO-5: the same row, another period, without a write.
SELECT is(crm.periodo_de(dia - 45) || crm.periodo_de(dia - 29) || crm.situacao(dia - 60),
          '45-60' || '30-45' || 'inativo', 'periods and window move at midnight') FROM antes;
SET LOCAL crm.relogio_desvio = 0;
SELECT is(crm.periodo_de(dia - 45) || crm.periodo_de(dia - 29) || crm.situacao(dia - 60),
          '30-45' || '0-29' || 'elegivel', 'and back with the clock') FROM antes;

-- The zone is a setting.
SELECT lives_ok($$ SELECT crm.configurar('fuso_horario', 'Pacific/Kiritimati') $$, 'another zone');
SELECT is(crm.hoje(), (now() AT TIME ZONE 'Pacific/Kiritimati')::date, 'its day');
SELECT throws_ok($$ SELECT crm.configurar('fuso_horario', 'Marte/Olympus') $$, '23514', NULL, 'no such zone');
SELECT throws_ok(format('SELECT crm.configurar(%L, %L)', 'fuso_horario', z), '23514', NULL, 'no zone of pg_timezone_names: ' || z)
  FROM unnest(ARRAY['<+99>99', 'UTC+99', 'X-24', 'America', '../UTC', 'posix/../UTC']) AS z;
SELECT throws_ok(format('SELECT crm.configurar(%L, %L)', 'fuso_horario', repeat('x', 1000)), '23514', NULL,
                 'a name too long for a zone');

-- The clock cannot be moved by who is no superuser.
SET LOCAL ROLE crm_administrador;
SELECT throws_ok('SET crm.relogio_desvio = 86400', '42501', NULL, 'not by an administrador');
SELECT throws_ok($$ SELECT set_config('crm.relogio_desvio', '1', false) $$, '42501', NULL, 'by no door');
RESET ROLE;

SELECT * FROM finish();
ROLLBACK;
