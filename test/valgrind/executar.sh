#!/bin/bash
# Memcheck: reads of what has no value, which AddressSanitizer does not see, and
# what libraries do with our memory, which it does not watch. The programs of
# test/unit; PostgreSQL with the extension through the files of test/sql that
# escolhidos.txt names; Kore with the front through those of test/http. Part of
# make check-deep; alone it needs web/dist. The last line is "N passed, N failed".
#
# The servers are as Debian makes them: alocacao.c tells memcheck what their own
# allocators do. Before all, planted defects must fail each suite. Logs are in
# build/valgrind/arvore/build/check.
set -u
cd "$(dirname "$0")/../.." || exit 1
. test/lib/arvore.sh
T=$PWD/build/valgrind/arvore
passou=0 falhou=0

ok()     { passou=$((passou + 1)); echo "ok - $*"; }
nao_ok() { falhou=$((falhou + 1)); echo "not ok - $*"; }
fim()    { echo; echo "$passou passed, $falhou failed"; [ "$falhou" = 0 ]; exit; }

arvore_copiar "$T"
cd "$T" || exit 1
# -O1: memcheck understands it. -DCRM_ASAN: the front gives memory back at once.
CRM_CFLAGS="-O1 -DCRM_ASAN" make -s pg server || { nao_ok "the build"; fim; }
mkdir -p build/valgrind
gcc -O1 -g -Wall -Wextra -shared -fPIC -o build/valgrind/alocacao.so test/valgrind/alocacao.c &&
    gcc -O1 -g -shared -fPIC -I"$(pg_config --includedir-server)" -D_GNU_SOURCE -o build/valgrind/prova.so \
        test/valgrind/prova.c || { nao_ok "alocacao.so, prova.so"; fim; }
arvore_abrir "$T"
# With -q it speaks of errors only: any line of its is one.
export CRM_VALGRIND="valgrind -q --trace-children=yes --error-exitcode=99 --leak-check=no --num-callers=25 --vgdb=no --suppressions=$T/test/valgrind/conhecidos.supp"
export CRM_PRELOAD=$T/build/valgrind/alocacao.so CRM_UNIT_CFLAGS="" CRM_SEM_CONSTRUIR=1

cp test/valgrind/prova_sem_valor.sql test/sql/
cp test/valgrind/test_prova_sem_valor.py test/http/
cp test/valgrind/prova_sem_valor_test.c test/unit/
prova=$T/build/prova
CRM_PROVA=$T/build/valgrind/prova.so CRM_PRELOAD="$CRM_PRELOAD $T/build/valgrind/prova.so" CRM_FILTRO=prova_sem_valor \
    CRM_CHECK_SAIDA="$prova" test/executar.sh unit sql http > build/prova.txt 2>&1
rm test/sql/prova_sem_valor.sql test/http/test_prova_sem_valor.py test/unit/prova_sem_valor_test.c
provado() { # suite, its counts, what its log must have
    local suite=$1 trecho; shift
    for trecho in "$@"; do
        if ! cat "$prova/$suite.res" "$prova/$suite.log" | grep -q "$trecho"; then
            nao_ok "a report of memcheck fails the suite $suite"; cat build/prova.txt; return
        fi
    done
    ok "a report of memcheck fails the suite $suite"
}
provado unit '^1 1$' 'depends on uninitialised value'
provado sql '^1 1$' ' novo (prova.c' ' devolvido (prova.c'
provado http '^0 1$' 'ERROR at teardown of test_prova_sem_valor' 'depends on uninitialised value'

find test/sql test/http -maxdepth 1 -name '*.sql' -o -maxdepth 1 -name 'test_*.py' | grep -vxFf test/valgrind/escolhidos.txt | xargs rm
CRM_CHECK_SAIDA="$T/build/check" test/executar.sh unit sql http | tee build/suites.txt
rc=${PIPESTATUS[0]}
read -r p f < <(sed -nE '$s/^([0-9]+) passed, ([0-9]+) failed$/\1 \2/p' build/suites.txt)
passou=$((passou + ${p:-0})) falhou=$((falhou + ${f:-1}))
if [ "$rc" != 0 ] && [ "${f:-1}" = 0 ]; then falhou=$((falhou + 1)); fi
fim
