#!/bin/bash
# make check-deep: extension and front under AddressSanitizer and UBSan through
# the SQL, isolation, HTTP and fault suites, with the hunter for CRM_CACA_S
# seconds (1800); then each fuzz target for CRM_FUZZ_S seconds (60) and, built with
# -DDEFEITO_PLANTADO, until it finds the planted defect: a target that cannot find
# it tests nothing. Before that, made-up requests and sqlmap against the OpenAPI
# document; after it test/valgrind/executar.sh. CRM_PARTES names some of the parts
# (suites pedidos injecao fuzz valgrind), CRM_SUITES other suites; logs are in
# build/profundo/arvore/build/check.
# -DCRM_ASAN lets the sandbox pass what a report
# needs: under its tracing Kore takes a worker that gets SIGTERM for ended.
set -u
cd "$(dirname "$0")/.." || exit 1
. test/lib/arvore.sh
FUZZ_S=${CRM_FUZZ_S:-60}
PLANTADO_S=60          # it stops when it finds it
T=$PWD/build/profundo/arvore
passou=0 falhou=0

PARTES=" ${CRM_PARTES:-suites pedidos injecao fuzz valgrind} "
parte()  { case $PARTES in *" $1 "*) ;; *) return 1 ;; esac; }
ok()     { passou=$((passou + 1)); echo "ok - $*"; }
nao_ok() { falhou=$((falhou + 1)); echo "not ok - $*"; }
somar() { # status, file whose last line has the counts
    local p f
    read -r p f < <(sed -nE '$s/^([0-9]+) passed, ([0-9]+) failed$/\1 \2/p' "$2")
    passou=$((passou + ${p:-0})) falhou=$((falhou + ${f:-1}))
    if [ "$1" != 0 ] && [ "${f:-1}" = 0 ]; then falhou=$((falhou + 1)); fi
}
# What cannot be built cannot be tested: one failure, with the counts as the last line.
desistir() { nao_ok "$*"; echo; echo "$passou passed, $falhou failed"; exit 1; }

make -s web || desistir "make web"
arvore_copiar "$T"
cd "$T" || exit 1
git init -q .

# -fno-wrapv: PGXS passes -fwrapv, which hides signed overflow.
ASAN="-fsanitize=address,undefined -fno-omit-frame-pointer -fno-wrapv -O1 -g -Wno-cpp -U_FORTIFY_SOURCE"
CRM_CFLAGS="$ASAN -DCRM_ASAN" CRM_LDFLAGS="-fsanitize=address,undefined" make -s pg server ||
    desistir "the build with sanitizers"

# libasan alone hangs the server: libgpg-error's constructor holds a gettext lock
# while ASan starts. This constructor runs first and lets it finish.
mkdir -p build/asan
cat > build/asan/asan_first.c <<'C'
#include <stdlib.h>
static void __attribute__((constructor)) primeiro(void) { free(malloc(1)); }
C
gcc -shared -fPIC -Wl,-z,initfirst -o build/asan/asan_first.so build/asan/asan_first.c || desistir asan_first.so
# shellcheck disable=SC2086
gcc $ASAN -shared -fPIC -I"$(pg_config --includedir-server)" -D_GNU_SOURCE -o build/asan/prova.so \
    test/sanitizadores/prova.c || desistir prova.so
arvore_abrir "$T"
ASAN_SO=$(readlink -f "$(gcc -print-file-name=libasan.so)")
export CRM_PRELOAD="$ASAN_SO $T/build/asan/asan_first.so"
export ASAN_OPTIONS=detect_leaks=0:detect_stack_use_after_return=0:abort_on_error=1:handle_segv=0
export UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=0
export CRM_SUITE_LIMITE_S=${CRM_SUITE_LIMITE_S:-5400} CRM_CACA_S=${CRM_CACA_S:-1800}

# The sanitizers see: every part calls them, and tests that pass but leave their
# reports in the logs of PostgreSQL and Kore are counted as failed.
for so in build/pg/lib/postgresql/15/lib/crm.so server/crm_front.so; do
    if nm -D "$so" | grep -q __asan_report && nm -D "$so" | grep -q __ubsan_handle; then ok "$so is instrumented"
    else nao_ok "$so is not instrumented"; fi
done
cp test/sanitizadores/prova_plantada.sql test/sql/
cp test/sanitizadores/test_prova_plantada.py test/http/
prova=$T/build/prova
CRM_PROVA=$T/build/asan/prova.so CRM_PRELOAD="$CRM_PRELOAD $T/build/asan/prova.so" CRM_FILTRO=prova_plantada \
    CRM_SEM_CONSTRUIR=1 CRM_CHECK_SAIDA="$prova" test/executar.sh sql http > build/prova.txt 2>&1
rc=$?
rm test/sql/prova_plantada.sql test/http/test_prova_plantada.py
if [ $rc = 1 ] && [ "$(cat "$prova/sql.res")" = "1 1" ] && grep -q '^ok 1' "$prova/sql.log"; then
    ok "a report in the log of PostgreSQL fails the suite"
else
    nao_ok "a report in the log of PostgreSQL fails the suite"; cat build/prova.txt
fi
if [ $rc = 1 ] && grep -q 'ERROR at teardown of test_prova_plantada' "$prova/http.log" &&
   ! grep -q '^FAILED' "$prova/http.log" && [ "$(cut -d' ' -f2 "$prova/http.res")" = 1 ]; then
    ok "reports of PostgreSQL and Kore fail the HTTP suite"
else
    nao_ok "reports of PostgreSQL and Kore fail the HTTP suite"; cat build/prova.txt
fi

if parte suites; then
    CRM_SEM_CONSTRUIR=1 CRM_CHECK_SAIDA="$T/build/check" test/executar.sh \
        ${CRM_SUITES:-http cacador sql_python faltas sql isolamento sql_sem_preload unit} | tee build/suites.txt
    somar "${PIPESTATUS[0]}" build/suites.txt
fi

# Many requests made up out of the OpenAPI document, and sqlmap over its parameters.
inventados() { # file
    if CRM_FUZZ_VEZES=${CRM_FUZZ_VEZES:-400} /usr/bin/python3 -m pytest -q -rP -p no:cacheprovider "$1" >> build/openapi.txt 2>&1; then
        ok "$1"
    else
        nao_ok "$1"; tail -60 build/openapi.txt
    fi
}
if parte pedidos || parte injecao; then
    if test/lib/pacotes.sh test/openapi > build/openapi.txt 2>&1; then
        if parte pedidos; then inventados test/openapi/test_documento.py; fi
        if parte injecao; then inventados test/openapi/profundo/test_injecao.py; fi
    else
        nao_ok "the packages of test/openapi"; tail -20 build/openapi.txt
    fi
fi
unset CRM_PRELOAD ASAN_OPTIONS UBSAN_OPTIONS

. test/lib/fuzz.sh
for f in test/fuzz/*.c; do
    if ! parte fuzz || [ ! -e "$f" ]; then continue; fi
    if fuzz_construir "$f" build/fuzz && fuzz_rodar "$f" build/fuzz -max_total_time="$FUZZ_S"; then
        ok "$f: $FUZZ_S s"
    else
        nao_ok "$f"
    fi
    if ! fuzz_construir "$f" build/fuzz_plantado -DDEFEITO_PLANTADO; then
        nao_ok "$f does not build with -DDEFEITO_PLANTADO"
    elif fuzz_rodar "$f" build/fuzz_plantado -max_total_time="$PLANTADO_S" > build/plantado.log 2>&1; then
        nao_ok "$f did not find the planted defect"
    elif ! grep -qE '^SUMMARY: (AddressSanitizer|UndefinedBehaviorSanitizer|libFuzzer: deadly signal)' build/plantado.log; then
        nao_ok "$f ended without the planted defect"; tail -20 build/plantado.log
    else
        ok "$f finds the planted defect"
    fi
done

if parte valgrind; then
    test/valgrind/executar.sh | tee build/valgrind.txt
    somar "${PIPESTATUS[0]}" build/valgrind.txt
fi
echo
echo "$passou passed, $falhou failed"
[ "$falhou" = 0 ]
