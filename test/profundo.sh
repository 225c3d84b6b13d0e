#!/bin/bash
# make check-deep: extension and front under AddressSanitizer and UBSan through
# the SQL, isolation, HTTP and fault suites; then each fuzz target for
# CRM_FUZZ_S seconds (60) and, built with -DDEFEITO_PLANTADO, until it finds the
# planted defect: a target that cannot find it tests nothing.
set -u
cd "$(dirname "$0")/.." || exit 1
. test/lib/arvore.sh
FUZZ_S=${CRM_FUZZ_S:-60}
T=$PWD/build/profundo/arvore
passou=0 falhou=0

make -s web || exit 1
arvore_copiar "$T"
cd "$T" || exit 1
git init -q .

# -fno-wrapv: PGXS passes -fwrapv, which hides signed overflow.
ASAN="-fsanitize=address,undefined -fno-omit-frame-pointer -fno-wrapv -O1 -g -Wno-cpp -U_FORTIFY_SOURCE"
CRM_CFLAGS="$ASAN -DCRM_ASAN" CRM_LDFLAGS="-fsanitize=address,undefined" make -s pg server || exit 1

# libasan alone hangs the server: libgpg-error's constructor holds a gettext lock
# while ASan starts. This constructor runs first and lets it finish.
mkdir -p build/asan
cat > build/asan/asan_first.c <<'C'
#include <stdlib.h>
static void __attribute__((constructor)) primeiro(void) { free(malloc(1)); }
C
gcc -shared -fPIC -Wl,-z,initfirst -o build/asan/asan_first.so build/asan/asan_first.c || exit 1
arvore_abrir "$T"
CRM_PRELOAD="$(readlink -f "$(gcc -print-file-name=libasan.so)") $T/build/asan/asan_first.so"
export CRM_PRELOAD
export ASAN_OPTIONS=detect_leaks=0:detect_stack_use_after_return=0:abort_on_error=1:handle_segv=0
export UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=0
export CRM_SECCOMP_TRACING=sim    # else a report of the worker is lost with it

CRM_SEM_CONSTRUIR=1 CRM_CHECK_SAIDA="$T/build/check" test/executar.sh \
    ${CRM_SUITES:-http faltas sql_python sql isolamento unit} | tee build/suites.txt
read -r p _ f _ < <(tail -1 build/suites.txt)
passou=$((passou + p)) falhou=$((falhou + ${f:-1}))
unset CRM_PRELOAD ASAN_OPTIONS UBSAN_OPTIONS

. test/lib/fuzz.sh
for f in test/fuzz/*.c; do
    [ -e "$f" ] || continue
    if fuzz_construir "$f" build/fuzz && fuzz_rodar "$f" build/fuzz -max_total_time="$FUZZ_S"; then
        passou=$((passou + 1)); echo "ok - $f: $FUZZ_S s"
    else
        falhou=$((falhou + 1)); echo "not ok - $f"
    fi
    if ! fuzz_construir "$f" build/fuzz_plantado -DDEFEITO_PLANTADO; then
        falhou=$((falhou + 1)); echo "not ok - $f does not build with -DDEFEITO_PLANTADO"
    elif fuzz_rodar "$f" build/fuzz_plantado -max_total_time="$FUZZ_S" > build/plantado.log 2>&1; then
        falhou=$((falhou + 1)); echo "not ok - $f did not find the planted defect"
    else
        passou=$((passou + 1)); echo "ok - $f finds the planted defect"
    fi
done
echo
echo "$passou passed, $falhou failed"
[ "$falhou" = 0 ]
