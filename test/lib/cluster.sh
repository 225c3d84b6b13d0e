# Throwaway PostgreSQL cluster for tests; source it (bash).
#   cluster_start DIR [extra postgres options]   starts one in DIR, socket in DIR
#   cluster_psql DIR ARGS...                     psql as its superuser "postgres"
#   cluster_log_limpo DIR                        false when its log has what no log may have
#   cluster_stop DIR
# PostgreSQL refuses to run as root: as root, everything runs as CRM_OS_USER
# (default postgres). A checkout this user cannot read is used through a copy.
CRM_RAIZ=${CRM_RAIZ:-$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)}
. "$CRM_RAIZ/server/deploy/dev/comum.sh"
if [ -z "${CRM_PGBIN:-}" ]; then
    arvore_legivel
    CRM_PGBIN=$CRM_ARVORE/build/pg/lib/postgresql/15/bin
fi

como_usuario() {
    como_servico "$@"
}

cluster_start() {
    local dir=$1; shift
    mkdir -p "$dir"
    dar_ao_servico "$dir"
    if [ ! -f "$dir/data/PG_VERSION" ]; then
        como_usuario "$CRM_PGBIN/initdb" -D "$dir/data" -U postgres -A trust \
            -E UTF8 --locale=C.UTF-8 >"$dir/initdb.log"
    fi
    # CRM_PRELOAD (sanitizers) and CRM_VALGRIND (its command) are for the server
    # alone, not for pg_ctl. Valgrind would see code of LLVM's for minutes.
    # shellcheck disable=SC2048,SC2086
    (exec_servico / env LD_PRELOAD="${CRM_PRELOAD:-}" ${CRM_VALGRIND:-} "$CRM_PGBIN/postgres" -D "$dir/data" -k "$dir" \
        -c listen_addresses= -c fsync=off -c timezone=UTC ${CRM_VALGRIND:+-c jit=off} $* >> "$dir/pg.log" 2>&1 < /dev/null) &
    local n=600
    until "$CRM_PGBIN/pg_isready" -q -h "$dir"; do
        n=$((n - 1))
        if [ $n = 0 ] || ! kill -0 $! 2>/dev/null; then
            tail -20 "$dir/pg.log" >&2; return 1
        fi
        sleep 0.1
    done
}

cluster_psql() {
    local dir=$1; shift
    psql -X -v ON_ERROR_STOP=1 -h "$dir" -U postgres "$@"
}

# No crash, failed assertion, corruption or report of a sanitizer or Valgrind may
# hide behind a passing test; prints what there is.
cluster_log_limpo() {
    ! grep -nE '==[0-9]+== |PANIC|terminated by signal|TRAP:|AddressSanitizer|runtime error:|write past chunk|reference leak' \
        "$1/pg.log"
}

cluster_stop() {
    como_usuario "$CRM_PGBIN/pg_ctl" -D "$1/data" -m immediate -s stop
}
