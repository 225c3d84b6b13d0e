# Throwaway PostgreSQL cluster for tests; source it (bash).
#   cluster_start DIR [extra postgres options]   starts one in DIR, socket in DIR
#   cluster_psql DIR ARGS...                     psql as its superuser "postgres"
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
    como_servico env LD_PRELOAD="${CRM_PRELOAD:-}" "$@"
}

cluster_start() {
    local dir=$1; shift
    mkdir -p "$dir"
    dar_ao_servico "$dir"
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
