#!/bin/sh
# instalar_pacotes.sh GROUP...: installs the packages of those groups that are
# missing. Nothing missing: touches nothing and needs no rights.
#
# CRM_SEM_APT=1   do not install, name what is missing and fail
set -eu
aqui=$(cd "$(dirname "$0")" && pwd)

instalado() {
    dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null | grep -qx installed
}

falta=""
for grupo in "$@"; do
    while read -r g pacote _; do
        [ "$g" = "$grupo" ] || continue
        instalado "$pacote" || falta="$falta $pacote"
    done < "$aqui/pacotes.txt"
done
# Node may come from elsewhere and then conflicts with Debian's npm.
case " $* " in
*" run "*)
    command -v node >/dev/null || falta="$falta nodejs"
    command -v npm  >/dev/null || falta="$falta npm" ;;
esac
[ -n "$falta" ] || exit 0

command -v apt-get >/dev/null || {
    echo "faltam programas que o Debian 12 dá nos pacotes:$falta" >&2; exit 1; }
if [ "${CRM_SEM_APT:-}" = 1 ]; then
    echo "faltam pacotes:$falta" >&2; exit 1
fi
if [ "$(id -u)" = 0 ]; then
    raiz=""
elif command -v sudo >/dev/null; then
    raiz="sudo"
else
    echo "faltam pacotes:$falta" >&2
    echo "rode como root: apt-get install --no-install-recommends$falta" >&2
    exit 1
fi

echo "instalando:$falta"
# RUNLEVEL=1 keeps the packages from starting system services.
apt_get() { $raiz env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get -q "$@"; }
# shellcheck disable=SC2086
apt_get install -y --no-install-recommends $falta >/dev/null 2>&1 || {
    apt_get update
    apt_get install -y --no-install-recommends $falta
}
