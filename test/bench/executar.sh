#!/bin/bash
# make bench: runs every measurement of this folder in name order and prints its
# table. Nothing here passes or fails on a time; ratios are what to compare.
#
#   test/bench/executar.sh [NAME...]     only files whose name contains NAME
#
# banco_*.py and banco_*.sh get a cluster of their own (PGHOST, PGUSER; database
# "modelo" has crm installed: copy it); the others start what they need.
set -u
cd "$(dirname "$0")/../.." || exit 1
CRM_RAIZ=$PWD
mkdir -p build
if [ -z "${CRM_SEM_CONSTRUIR:-}" ]; then
    make -s pg server web > build/bench.log 2>&1 || { tail -30 build/bench.log; exit 1; }
fi
echo "machine: $(nproc) cores, $(awk '/^MemTotal/ { printf "%.0f GB", $2 / 1048576 }' /proc/meminfo), $(uname -r), load $(cut -d' ' -f1-3 /proc/loadavg)"

rc=0
for f in test/bench/*.py test/bench/*.sh; do
    nome=$(basename "$f")
    [ "$nome" = executar.sh ] && continue
    if [ $# -gt 0 ]; then
        quer=""
        for q in "$@"; do case $nome in *"$q"*) quer=1 ;; esac; done
        [ -n "$quer" ] || continue
    fi
    printf '\n== %s\n' "$nome"
    (
        case $nome in
        banco_*)
            TEMP=$(mktemp -d /tmp/crm-bench.XXXXXX)
            chmod 755 "$TEMP"
            . test/lib/cluster.sh
            trap 'cluster_stop "$TEMP/pg" >/dev/null 2>&1; rm -rf "$TEMP"' EXIT
            cluster_start "$TEMP/pg" -c shared_preload_libraries=crm -c fsync=on -c shared_buffers=512MB \
                -c max_wal_size=8GB -c work_mem=16MB -c maintenance_work_mem=256MB -c jit=off \
                -c checkpoint_timeout=30min -c max_connections=200 || exit 1
            export PGHOST=$TEMP/pg PGUSER=postgres
            createdb -T template0 modelo &&
            cluster_psql "$TEMP/pg" -q -d modelo -c 'CREATE EXTENSION crm' -c 'SELECT crm.instalar()' >/dev/null || exit 1
            ;;
        esac
        case $nome in *.py) /usr/bin/python3 "$f" ;; *) bash "$f" ;; esac
    ) || { echo "FAILED: $nome"; rc=1; }
done
exit $rc
