#!/bin/sh
# Fails when the module needs a function that neither Kore nor a library has.
set -eu
modulo=$1
kore=$(command -v kore)
LC_ALL=C
export LC_ALL
nm -D --defined-only "$kore" | awk '{ sub(/@.*/, "", $3); print $3 }' | sort -u >"$modulo.tem"
trap 'rm -f "$modulo.tem"' EXIT
for lib in $(ldd "$modulo" "$kore" | awk '$3 ~ /^\// { print $3 }' | sort -u); do
    nm -D --defined-only "$lib" | awk '{ sub(/@.*/, "", $3); print $3 }'
done >>"$modulo.tem"
faltam=$(nm -D --undefined-only "$modulo" | awk '$1 == "U" { sub(/@.*/, "", $2); print $2 }' |
    sort -u | while read -r nome; do
        grep -qxF -- "$nome" "$modulo.tem" || echo "$nome"
    done)
if [ -n "$faltam" ]; then
    echo "$modulo: undefined:" $faltam >&2
    rm -f "$modulo"
    exit 1
fi
