CREATE FUNCTION crm.tarefas(
    so          text DEFAULT NULL,  -- one of the tasks; NULL: all
    OUT tarefa  text,       -- presenca, expediente, reciclagem, dia, contagens, limpeza, importacoes,
                            -- previsao, exportacoes, particoes, selos
    OUT feito   bigint      -- how much there was to do; NULL: it failed, see the server log
) RETURNS SETOF record
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_tarefas';
COMMENT ON FUNCTION crm.tarefas(text) IS
    'One turn of what is due: absent sellers, working hours, recycling, the new business day, counters, expired rows, months and '
    'seals of the audit. Background workers call each at its interval; without preload call it from cron. No row when '
    'another session is at it. Raises CR403 acesso_negado; 25001 unless READ COMMITTED.';
