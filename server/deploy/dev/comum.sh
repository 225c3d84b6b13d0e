# Shared by the scripts of this folder and by the test runner; bash, sourced.
#
#   CRM_RAIZ       the checkout
#   CRM_OS_USER    who runs PostgreSQL, Redis and Kore when we are root
#                  (default postgres; neither PostgreSQL nor a front belongs to root)
#   CRM_ARVORE     tree read by that user: the checkout, or a copy (see arvore_legivel)
CRM_RAIZ=${CRM_RAIZ:-$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)}
CRM_OS_USER=${CRM_OS_USER:-postgres}

falhar() { echo "crm: $*" >&2; exit 1; }

# exec_servico DIR PROGRAM...: replaces the shell by the program, as the service
# user, in DIR: the caller's $! is the program itself, so it can be signalled.
exec_servico() {
    cd "$1"; shift
    if [ "$(id -u)" = 0 ]; then
        exec setsid setpriv --reuid="$CRM_OS_USER" --regid="$(id -g "$CRM_OS_USER")" \
            --init-groups --inh-caps=-all -- "$@"
    else
        exec setsid "$@"
    fi
}

como_servico() {
    (
        cd /
        if [ "$(id -u)" = 0 ]; then
            exec setpriv --reuid="$CRM_OS_USER" --regid="$(id -g "$CRM_OS_USER")" \
                --init-groups --inh-caps=-all -- "$@"
        else
            exec "$@"
        fi
    )
}

dar_ao_servico() {
    if [ "$(id -u)" = 0 ]; then chown "$CRM_OS_USER:" "$@"; fi
}

# caminho_simples PATH: Kore's configuration, libpq and postgresql.conf take it as
# it is, without quotes: no spaces, accents, commas.
caminho_simples() {
    local LC_ALL=C
    case $1 in *[!A-Za-z0-9._/+@-]*) return 1 ;; esac
}

# Sets CRM_ARVORE to a tree with build/pg (and the front and web/dist when they
# exist) that the service user can read and whose path is simple. A checkout in
# /root, of a 077 umask or below "My Projects" is copied below /var/tmp, in one
# directory per checkout, each time something changed.
arvore_legivel() {
    local copia parte
    if caminho_simples "$CRM_RAIZ" &&
       como_servico test -x "$CRM_RAIZ/build/pg/lib/postgresql/15/bin/postgres" &&
       como_servico test -r "$CRM_RAIZ/build/pg/lib/postgresql/15/lib/crm.so" &&
       { [ ! -f "$CRM_RAIZ/server/crm_front.so" ] || como_servico test -r "$CRM_RAIZ/server/crm_front.so"; } &&
       { [ ! -f "$CRM_RAIZ/web/dist/index.html" ] || como_servico test -r "$CRM_RAIZ/web/dist/index.html"; }; then
        CRM_ARVORE=$CRM_RAIZ
        return
    fi
    copia=/var/tmp/crm-$(printf '%s' "$CRM_RAIZ" | cksum | cut -d' ' -f1)
    mkdir -p "$copia"
    [ -O "$copia" ] || falhar "$copia pertence a outro usuário"
    chmod 755 "$copia"
    # Two instances of one checkout may start at the same time, and what did not
    # change is not taken away under those that run.
    exec 8>>"$copia/.trava"
    flock 8
    for parte in build/pg server/crm_front.so web/dist; do
        [ -e "$CRM_RAIZ/$parte" ] || continue
        ! diff -rq "$CRM_RAIZ/$parte" "$copia/$parte" >/dev/null 2>&1 || continue
        mkdir -p "$(dirname "$copia/$parte")"
        rm -rf "$copia/$parte.novo"
        cp -r "$CRM_RAIZ/$parte" "$copia/$parte.novo"
        rm -rf "${copia:?}/$parte"
        mv "$copia/$parte.novo" "$copia/$parte"
    done
    chmod -R a+rX "$copia"
    exec 8>&-
    CRM_ARVORE=$copia
}
