# A copy of the sources built with other flags; bash, sourced.
#   arvore_copiar DIR    DIR becomes a fresh copy of the checkout's source files,
#                        with the built web/dist; writable for the service user
arvore_copiar() {
    local dir=$1
    rm -rf "$dir"
    mkdir -p "$dir"
    git ls-files -co --exclude-standard -z | tar -cf - --null -T - --ignore-failed-read 2>/dev/null | tar -xf - -C "$dir"
    if [ -d web/dist ]; then mkdir -p "$dir/web/dist"; cp -r web/dist/. "$dir/web/dist/"; fi
}

# Counter files and reports are written by whoever runs the program.
arvore_abrir() { chmod -R a+rwX "$1"; }
