# libFuzzer targets; bash, sourced from the checkout's top.
#   fuzz_construir FILE.c DIR [flags]   builds DIR/<name>
#   fuzz_rodar FILE.c DIR [options]     runs it on DIR/<name>.corpus and the
#                                       seeds in test/fuzz/<name>/ (optional)
. test/lib/c.sh

fuzz_construir() {
    local f=$1 dir=$2; shift 2
    mkdir -p "$dir"
    # shellcheck disable=SC2046,SC2086
    clang $C_FLAGS -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all "$@" \
        -o "$dir/$(basename "$f" .c)" "$f" $(c_fontes "$f") $C_LIBS
}

fuzz_rodar() {
    local f=$PWD/$1 dir=$2 nome sementes=""; shift 2
    nome=$(basename "$f" .c)
    mkdir -p "$dir/$nome.corpus"
    if [ -d "${f%.c}" ]; then sementes=${f%.c}; fi
    (cd "$dir" && timeout 1200 "./$nome" -timeout=10 -verbosity=0 "$@" "$nome.corpus" $sementes)
}
