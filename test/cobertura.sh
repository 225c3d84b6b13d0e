#!/bin/bash
# make coverage: line coverage of extension/ and server/src/ by the suites, in a
# copy of the sources (build/cobertura) so that the normal build stays.
# Prints gcovr's table; the report by line is build/cobertura/index.html.
set -eu
cd "$(dirname "$0")/.."
. test/lib/arvore.sh
make -s web
T=$PWD/build/cobertura/arvore
arvore_copiar "$T"
export CRM_CFLAGS="--coverage -O0 -g -Wno-cpp -DCRM_COBERTURA" CRM_LDFLAGS="--coverage"
# Unoptimised, gcc does not know the ranges of what is printed.
export CRM_UNIT_CFLAGS="--coverage -O0 -Wno-format-truncation"
cd "$T"
git init -q .           # the hygiene suite asks git; nothing is committed here
make -s pg
make -s server
arvore_abrir "$T"
rc=0
umask 000
CRM_SEM_CONSTRUIR=1 CRM_CHECK_SAIDA="$T/build/check" test/executar.sh \
    ${CRM_SUITES:-http faltas sql_python sql sql_sem_preload isolamento unit} || rc=$?
# gcovr reads each counter file beside its notes.
gcovr -r . --filter 'extension/' --filter 'server/src/' --exclude 'test/' \
    --gcov-ignore-parse-errors --html-details ../index.html --txt --print-summary
exit $rc
