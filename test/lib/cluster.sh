# Throwaway PostgreSQL cluster for tests; source it.
#   cluster_start DIR [extra postgres options]   starts one in DIR, socket in DIR
#   cluster_psql DIR ARGS...                     psql as its superuser "postgres"
#   cluster_stop DIR
# PostgreSQL refuses to run as root: as root, everything runs as CRM_OS_USER
# (default postgres), which must be able to read the checkout's build/pg.
CRM_RAIZ=${CRM_RAIZ:-$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)}
CRM_PGBIN=${CRM_PGBIN:-$CRM_RAIZ/build/pg/lib/postgresql/15/bin}
CRM_OS_USER=${CRM_OS_USER:-postgres}

como_usuario() {
    if [ "$(id -u)" = 0 ]; then
        runuser -u "$CRM_OS_USER" -- env -C / LD_PRELOAD="${CRM_PRELOAD:-}" "$@"
    else
        env LD_PRELOAD="${CRM_PRELOAD:-}" "$@"
    fi
}

cluster_start() {
    local dir=$1; shift
    mkdir -p "$dir"
    if [ "$(id -u)" = 0 ]; then chown "$CRM_OS_USER" "$dir"; fi
    if [ ! -f "$dir/data/PG_VERSION" ]; then
        como_usuario "$CRM_PGBIN/initdb" -D "$dir/data" -U postgres -A trust \
            -E UTF8 --locale=C.UTF-8 >"$dir/initdb.log"
    fi
    como_usuario "$CRM_PGBIN/pg_ctl" -D "$dir/data" -l "$dir/pg.log" -w -s \
        -o "-k $dir -c listen_addresses='' -c fsync=off -c timezone=UTC $*" start
}

cluster_psql() {
    local dir=$1; shift
    psql -X -v ON_ERROR_STOP=1 -h "$dir" -U postgres "$@"
}

cluster_stop() {
    como_usuario "$CRM_PGBIN/pg_ctl" -D "$1/data" -m immediate -s stop
}
