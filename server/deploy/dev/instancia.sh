# One instance and its places; bash, sourced after comum.sh by executar.sh and
# parar.sh. Sets:
#   RUN    CRM_RUN_DIR (default .run): acesso.json, lock; belongs to the caller
#   SERV   what the services own: cluster, logs, keys. Below RUN, or below
#          /var/tmp when the service user cannot enter RUN (a checkout in /root)
#          or the path has spaces or accents
#   SOCK   sockets, 0700. Below SERV, or below /tmp when the path would be too
#          long for a Unix socket (107 bytes)

instancia_lugares() {
    local soma
    RUN=${CRM_RUN_DIR:-$CRM_RAIZ/.run}
    case $RUN in /*) ;; *) RUN=$PWD/$RUN ;; esac
    RUN=${RUN%/}
    case $RUN in
        "" | /tmp | /var | /home | /root | "$HOME" | "$CRM_RAIZ")
            falhar "CRM_RUN_DIR não pode ser ${RUN:-/}: precisa de uma pasta só sua" ;;
    esac
    soma=$(printf '%s' "$RUN" | cksum | cut -d' ' -f1)
    SERV=$RUN/servico
    SERV_ALHURES=/var/tmp/crm-run-$soma
    SOCK_CURTO=/tmp/crm-$soma
    MARCA=$RUN/.crm-run
    TRAVA=$RUN/trava
}

# Chooses SERV and SOCK and makes them; RUN is locked by the caller.
instancia_criar() {
    if ! caminho_simples "$RUN" || ! como_servico test -x "$RUN"; then
        SERV=$SERV_ALHURES
        mkdir -p "$SERV"
        [ -O "$SERV" ] || [ "$(stat -c %U "$SERV")" = "$CRM_OS_USER" ] ||
            falhar "$SERV pertence a outro usuário"
    else
        mkdir -p "$SERV"
    fi
    dar_ao_servico "$SERV"
    chmod 700 "$SERV"
    SERV_REAL=$(realpath "$SERV")
    SOCK=$SERV/s
    # PostgreSQL adds "/.s.PGSQL.5432.lock"
    if [ ${#SOCK} -gt 85 ]; then SOCK=$SOCK_CURTO; fi
    mkdir -p -m 700 "$SOCK"
    if [ "$(id -u)" = 0 ]; then
        case $(stat -c %U "$SOCK") in root | "$CRM_OS_USER") ;; *) falhar "$SOCK pertence a outro usuário" ;; esac
    else
        [ -O "$SOCK" ] || falhar "$SOCK pertence a outro usuário"
    fi
    dar_ao_servico "$SOCK"
    chmod 700 "$SOCK"
    mkdir -p "$SERV/log"
    dar_ao_servico "$SERV/log"
}

# Finds them again for stopping.
instancia_achar() {
    [ -d "$SERV" ] || SERV=$SERV_ALHURES
    SERV_REAL=$(realpath -m "$SERV")
    SOCK=$SERV/s
    [ ! -d "$SOCK_CURTO" ] || SOCK=$SOCK_CURTO
}

# nosso PID: the process works in this instance's directory (or the cluster
# below it). Pids are reused and Kore renames itself, so neither number nor
# command line say whose it is.
nosso() {
    case $(readlink "/proc/$1/cwd" 2>/dev/null) in
        "$SERV_REAL" | "$SERV_REAL"/*) return 0 ;;
    esac
    return 1
}

# vive PIDFILE: prints the pid when that process still is ours
vive() {
    local pid
    pid=$(head -n 1 "$1" 2>/dev/null) || return 1
    [ -n "$pid" ] && nosso "$pid" || return 1
    echo "$pid"
}

# ate SECONDS COMMAND...: polls until the command succeeds
ate() {
    local n=$(($1 * 10)); shift
    while [ "$n" -gt 0 ]; do
        if "$@"; then return 0; fi
        sleep 0.1; n=$((n - 1))
    done
    return 1
}

# A zombie is dead too: the first process of many containers reaps nobody.
morreu() {
    local s
    { read -r s < "/proc/$1/stat"; } 2>/dev/null || return 0
    case ${s##*) } in Z* | X*) return 0 ;; esac
    return 1
}

parar_front() {
    local pid p
    if pid=$(vive "$SERV/front.pid"); then
        kill -TERM "$pid" 2>/dev/null || true
        ate 20 morreu "$pid" || true
    fi
    # A parent killed with -9 leaves its workers, in a group of its number.
    pid=$(cat "$SERV/front.pid" 2>/dev/null || true)
    for p in ${pid:+$(ps -o pid= -g "$pid" 2>/dev/null)}; do
        if nosso "$p"; then kill -KILL "$p" 2>/dev/null || true; fi
    done
    rm -f "$SERV/front.pid"
}

parar_redis() {
    local pid
    if pid=$(vive "$SERV/redis.pid"); then
        kill -TERM "$pid" 2>/dev/null || true
        ate 10 morreu "$pid" || kill -KILL "$pid" 2>/dev/null || true
    fi
    rm -f "$SERV/redis.pid"
}

parar_pg() {
    local pid
    if pid=$(vive "$SERV/pg/postmaster.pid"); then
        kill -INT "$pid" 2>/dev/null || true        # fast shutdown
        if ! ate 60 morreu "$pid"; then
            kill -QUIT "$pid" 2>/dev/null || true   # immediate
            ate 10 morreu "$pid" || true
        fi
    fi
}
