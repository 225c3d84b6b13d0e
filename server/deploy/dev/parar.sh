#!/bin/bash
# Stops the instance of CRM_RUN_DIR; --apagar also deletes its data.
set -eu
. "$(dirname "$0")/comum.sh"
. "$(dirname "$0")/instancia.sh"
instancia_lugares

if [ ! -e "$MARCA" ]; then
    echo "nada roda em $RUN"
    exit 0
fi

exec 9>>"$TRAVA"
if ! flock -n 9; then
    pid=$(cat "$RUN/supervisor.pid" 2>/dev/null || true)
    if [ -n "$pid" ] && tr '\0' ' ' < "/proc/$pid/cmdline" 2>/dev/null | grep -q executar.sh; then
        kill -TERM "$pid"
    fi
    flock -w 120 9 || falhar "não parou em 120 s; veja $RUN"
fi
# What a supervisor killed with -9 left behind.
instancia_achar
parar_front
parar_redis
parar_pg
echo "parado: $RUN"

if [ "${1:-}" = --apagar ]; then
    rm -rf "${SERV:?}" "${SOCK:?}" "${SERV_ALHURES:?}" "${SOCK_CURTO:?}"
    rm -rf "$RUN/servico" "$RUN/acesso.json" "$RUN/supervisor.pid" "$RUN/construir.log" \
        "$RUN/tls.crt" "$RUN/acesso.json.novo" "$MARCA" "$TRAVA"
    rmdir "$RUN" 2>/dev/null || true
    echo "apagado: $RUN"
fi
