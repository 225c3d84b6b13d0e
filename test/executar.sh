#!/bin/bash
# Runs the test suites; each finds its files by their place, so a new test is a
# new file. As many suites run at a time as there are processors and one more, for
# they wait as well (CRM_CHECK_JOBS).
#
#   test/executar.sh                 all; the last line is "N passed, N failed"
#   test/executar.sh sql http        these; CRM_FILTRO=name narrows to files *name*
#
# A skipped test counts as failed: it proves nothing. Logs are kept in
# build/check/<suite>.log.
set -u
cd "$(dirname "$0")/.." || exit 1
CRM_RAIZ=$PWD
SAIDA=${CRM_CHECK_SAIDA:-$PWD/build/check}
JOBS=${CRM_CHECK_JOBS:-$(($(nproc) + 1))}
FILTRO=${CRM_FILTRO:-}
PYTHON=/usr/bin/python3        # Debian's: it has the Debian packages
. test/lib/fuzz.sh
# Longest first, so that the last lane to end ends early.
SUITES="web_telas web_firefox sql_python http web_chromium openapi faltas mutantes web cacador sql sql_sem_preload fuzz isolamento unit higiene"

# ---- helpers -----------------------------------------------------------------

# arquivos DIR PATTERN: the files of a suite, one per line
arquivos() {
    [ -d "$1" ] || return 0
    find "$1" -maxdepth 1 -name "$2" ${FILTRO:+-name "*$FILTRO*"} | LC_ALL=C sort
}

resultado() { echo "$1 $2" > "$SAIDA/$SUITE.res"; }

# TAP of a log: every line "ok N" or "not ok N" at its start is one test.
contar_tap() {
    P=$(grep -cE '^ok [0-9]+' "$1"); F=$(grep -cE '^not ok [0-9]+' "$1")
}

# contar_junit FILE: a test case with a failure, an error (also of its end) or a
# skip is one that failed
contar_junit() {
    local n
    n=$("$PYTHON" - "$1" <<'PY'
import sys, xml.etree.ElementTree as e
try:
    casos = list(e.parse(sys.argv[1]).iter('testcase'))
except Exception:
    casos = []
ruins = sum(any(c.find(x) is not None for x in ('failure', 'error', 'skipped')) for c in casos)
print(len(casos) - ruins, ruins if casos else 1)
PY
)
    P=${n% *}; F=${n#* }
}

novo_cluster() {
    TEMP=$(mktemp -d /tmp/crm-check.XXXXXX)
    chmod 755 "$TEMP"
    . test/lib/cluster.sh
    trap 'cluster_stop "$TEMP/pg" >/dev/null 2>&1; rm -rf "$TEMP"' EXIT
    # shellcheck disable=SC2086
    cluster_start "$TEMP/pg" "-c fsync=off -c max_connections=200 $*" || return 1
    PGHOST=$TEMP/pg PGUSER=postgres PGDATABASE=modelo
    export PGHOST PGUSER PGDATABASE
    createdb -T template0 modelo &&
    cluster_psql "$TEMP/pg" -q -d modelo -c 'CREATE EXTENSION pgtap' \
        -c 'CREATE EXTENSION crm' -c 'SELECT crm.instalar()' >/dev/null
}

log_do_servidor_limpo() { cluster_log_limpo "$TEMP/pg"; }

pytest_em() {
    rm -f "$SAIDA/$SUITE.xml"
    # shellcheck disable=SC2086
    timeout --kill-after=60 "${CRM_SUITE_LIMITE_S:-2400}" "$PYTHON" -m pytest -q -ra -s -p no:cacheprovider \
        --junitxml="$SAIDA/$SUITE.xml" "$@"
    local rc=$?
    contar_junit "$SAIDA/$SUITE.xml"
    [ $rc -ne 0 ] && [ "$F" = 0 ] && F=1
}

# ---- suites ------------------------------------------------------------------

suite_unit() {
    local f alvo p=0 n=0
    mkdir -p "$SAIDA/unit"
    for f in $(arquivos test/unit '*.c'); do
        alvo=$SAIDA/unit/$(basename "$f" .c)
        echo "# $f"
        # shellcheck disable=SC2046,SC2086
        if ! gcc $C_FLAGS ${CRM_UNIT_CFLAGS--fsanitize=address,undefined -fno-sanitize-recover=all} \
                -o "$alvo" "$f" $(c_fontes "$f") $C_LIBS; then
            echo "not ok - $f does not compile"; n=$((n + 1)); continue
        fi
        # shellcheck disable=SC2086
        timeout 300 ${CRM_VALGRIND:-} "$alvo" > "$alvo.tap"; local rc=$?
        cat "$alvo.tap"
        contar_tap "$alvo.tap"
        if [ $((P + F)) = 0 ]; then
            if [ $rc = 0 ]; then P=1; else F=1; fi
        elif [ $rc -ne 0 ] && [ "$F" = 0 ]; then F=1; fi
        p=$((p + P)); n=$((n + F))
    done
    resultado $p $n
}

pgtap() {
    # A file whose first lines say "so com preload" or "so sem preload" runs
    # in that kind of server only.
    local f lista=() rc
    for f in $(arquivos test/sql '*.sql'); do
        head -5 "$f" | grep -qi "^-- so $1 preload" && continue
        lista+=("$f")
    done
    if [ ${#lista[@]} = 0 ]; then resultado 0 0; return; fi
    pg_prove --verbose -d modelo "${lista[@]}" > "$SAIDA/$SUITE.tap" 2>&1; rc=$?
    cat "$SAIDA/$SUITE.tap"
    contar_tap "$SAIDA/$SUITE.tap"
    [ $rc -ne 0 ] && [ "$F" = 0 ] && F=1
    log_do_servidor_limpo || F=$((F + 1))
    resultado "$P" "$F"
}

suite_sql()             { novo_cluster -c shared_preload_libraries=crm || return 1; pgtap sem; }
suite_sql_sem_preload() { novo_cluster || return 1; pgtap com; }

suite_sql_python() {
    local lista
    mapfile -t lista < <(arquivos test/sql 'test_*.py')
    if [ ${#lista[@]} = 0 ]; then resultado 0 0; return; fi
    novo_cluster -c shared_preload_libraries=crm || return 1
    pytest_em "${lista[@]}"
    log_do_servidor_limpo || F=$((F + 1))
    resultado "$P" "$F"
}

suite_isolamento() {
    local f nome p=0 n=0 d=$SAIDA/isolamento
    local prog
    prog=$(dirname "$(pg_config --pgxs)")/../test/isolation/pg_isolation_regress
    novo_cluster -c shared_preload_libraries=crm -c deadlock_timeout=100ms || return 1
    rm -rf "$d"; mkdir -p "$d/specs" "$d/expected"
    cp test/isolation/expected/*.out "$d/expected/" 2>/dev/null
    # A database of its own for each spec: they commit.
    for f in $(arquivos test/isolation '*.spec'); do
        nome=$(basename "$f" .spec)
        cp "$f" "$d/specs/"
        createdb -T modelo "iso_$nome" || { n=$((n + 1)); continue; }
        # pg_regress sets its own PGDATABASE, time zone and date style.
        if "$prog" --use-existing --dbname="iso_$nome" --host="$PGHOST" --user=postgres \
                --inputdir="$d" --outputdir="$d" --bindir= "$nome"; then
            p=$((p + 1))
        else
            n=$((n + 1)); cat "$d/output_iso/regression.diffs" "$d/regression.diffs" 2>/dev/null
        fi
    done
    log_do_servidor_limpo || n=$((n + 1))
    resultado $p $n
}

suite_web() {
    local passo p=0 n=0
    if [ ! -f web/package.json ]; then resultado 0 0; return; fi
    for passo in typecheck lint orcamento; do
        if npm --prefix web run --silent "$passo"; then p=$((p + 1)); echo "ok - $passo"
        else n=$((n + 1)); echo "not ok - $passo"; fi
    done
    rm -f "$SAIDA/vitest.xml"
    npm --prefix web run --silent test -- --reporter=default --reporter=junit \
        --outputFile.junit="$SAIDA/vitest.xml"
    local rc=$?
    contar_junit "$SAIDA/vitest.xml"
    [ $rc -ne 0 ] && [ "$F" = 0 ] && F=1
    resultado $((p + P)) $((n + F))
}

# HTTP tests that look at bytes, connections, uploads' room, counts and processes
# instead of answers: nothing stands between them and the front.
SEM_JUIZ='/test_(bloqueio|cache(_amostra)?|cancelamento|documentacao|entrega|envio|executar|guarda|leituras_auditoria|limite|servidores|transporte|websocket|ws_protocolo)\.py$'

# All of them; those alone when the suite openapi runs too and has the others.
suite_http() {
    local lista
    mapfile -t lista < <(arquivos test/http 'test_*.py' |
        case " ${ESCOLHIDAS:-} " in *" openapi "*) grep -E "$SEM_JUIZ" ;; *) cat ;; esac)
    if [ ${#lista[@]} = 0 ]; then resultado 0 0; return; fi
    pytest_em "${lista[@]}"
    resultado "$P" "$F"
}

# The document judged, requests made up out of it, and the HTTP tests with every
# answer judged by it.
suite_openapi() {
    local lista p=0 n=0
    mapfile -t lista < <(arquivos test/openapi 'test_*.py')
    if [ ${#lista[@]} -gt 0 ]; then pytest_em "${lista[@]}"; p=$P; n=$F; fi
    mapfile -t lista < <(arquivos test/http 'test_*.py' | grep -vE "$SEM_JUIZ")
    if [ ${#lista[@]} -gt 0 ]; then
        CRM_OPENAPI=1 pytest_em "${lista[@]}"
        p=$((p + P)); n=$((n + F))
    fi
    resultado $p $n
}

# rodar_jornadas BROWSER FILE...: against one stack, given in CRM_URL, CRM_ACESSO; sets P, F
rodar_jornadas() {
    local tap=$SAIDA/$SUITE.tap navegador=$1 rc; shift
    CRM_NAVEGADOR=$navegador timeout --kill-after=60 "${CRM_SUITE_LIMITE_S:-2400}" "$PYTHON" test/lib/pilha.py \
        node --test --test-concurrency=1 --test-reporter=tap "$@" > "$tap" 2>&1
    rc=$?
    cat "$tap"
    # Node nests a file's tests below the file; its summary has the counts.
    P=$(sed -n 's/^# pass //p' "$tap"); F=$(sed -n 's/^# fail //p' "$tap")
    P=${P:-0}; F=${F:-1}
    [ $rc -ne 0 ] && [ "$F" = 0 ] && F=1
}

# jornadas BROWSER -l|-L: journeys written for Node, those for every browser or the
# others. Browsers lose a click or a window now and then: the files that failed run
# once more against a new stack, what failed twice has failed, and what did not is
# named as unsteady at the end.
jornadas() {
    local lista todos
    mapfile -t lista < <(arquivos test/web '*.test.mjs' | xargs -r grep "$2" '^// Also in Firefox')
    if [ ${#lista[@]} = 0 ]; then resultado 0 0; return; fi
    rodar_jornadas "$1" "${lista[@]}"
    if [ "$F" -gt 0 ]; then
        todos=$((P + F))
        grep -hE '^ *(not ok|error:)' "$SAIDA/$SUITE.tap" | cut -c1-200 | sed "s/not ok [0-9]* - /failed once: /; s/^/$SUITE: /" | head -20 >> "$SAIDA/instaveis.txt"
        mapfile -t lista < <(sed -n "s/^ *location: '\(.*\.test\.mjs\):.*/\1/p" "$SAIDA/$SUITE.tap" | sort -u | grep . || printf '%s\n' "${lista[@]}")
        echo "# once more: ${lista[*]}"
        rodar_jornadas "$1" "${lista[@]}"
        P=$((todos - F))
    fi
    resultado "$P" "$F"
}

# Journeys whose head says so run in both browsers.
suite_web_chromium() { jornadas chromium -l; }
suite_web_firefox()  { jornadas firefox -l; }
suite_web_telas()    { jornadas chromium -L; }

so_pytest() { # directory
    local lista
    mapfile -t lista < <(arquivos "$1" 'test_*.py')
    if [ ${#lista[@]} = 0 ]; then resultado 0 0; return; fi
    pytest_em "${lista[@]}"
    resultado "$P" "$F"
}

suite_faltas()   { so_pytest test/faults; }
suite_cacador()  { so_pytest test/cacador; }
suite_mutantes() { so_pytest test/mutantes; }

# Short and by count of inputs, not by time; check-deep lets them run longer.
suite_fuzz() {
    local f p=0 n=0
    for f in $(arquivos test/fuzz '*.c'); do
        if fuzz_construir "$f" "$SAIDA/fuzz" && fuzz_rodar "$f" "$SAIDA/fuzz" -runs=50000 -seed=1; then
            p=$((p + 1)); echo "ok - $f"
        else
            n=$((n + 1)); echo "not ok - $f"
        fi
    done
    resultado $p $n
}

suite_higiene() {
    local p=0 n=0 nome
    for nome in $(declare -F | sed -n 's/^declare -f \(higiene_.*\)/\1/p'); do
        if "$nome"; then p=$((p + 1)); echo "ok - $nome"
        else n=$((n + 1)); echo "not ok - $nome"; fi
    done
    resultado $p $n
}

higiene_shell()  { local f; for f in $(git ls-files '*.sh' .ci/run 2>/dev/null); do bash -n "$f" || return 1; done; }
higiene_python() {
    git ls-files '*.py' | while read -r f; do
        "$PYTHON" -c 'import ast,sys; ast.parse(open(sys.argv[1]).read(), sys.argv[1])' "$f" || exit 1
    done
}
# PGXN's required keys, and one version everywhere.
higiene_meta() {
    "$PYTHON" - <<'PY'
import json, re
m = json.load(open('META.json'))
for k in ('name', 'abstract', 'version', 'maintainer', 'license', 'provides', 'meta-spec'):
    assert k in m, k
v = re.search(r"^default_version = '(.*)'", open('crm.control').read(), re.M).group(1)
assert m['version'] == v == m['provides']['crm']['version'], (m['version'], v)
assert m['meta-spec']['version'] == '1.0.0'
assert json.load(open('web/package.json'))['version'] == v
assert '[%s]' % v in open('CHANGELOG.md').read()
PY
}
higiene_sem_pendencias() {
    ! git grep -nwE 'TO''DO|FIX''ME' -- '*.c' '*.h' '*.sql' '*.sh' '*.py' '*.ts' '*.tsx' ':!*package-lock.json'
}
higiene_lock_sem_enderecos() { ! git grep -n '"resolved"' -- '*package-lock.json'; }

# ---- one suite, in a process of its own --------------------------------------

if [ "${1:-}" = --suite ]; then
    SUITE=$2
    inicio=$SECONDS
    rm -f "$SAIDA/$SUITE.res"
    "suite_$SUITE" > "$SAIDA/$SUITE.log" 2>&1 < /dev/null
    [ -f "$SAIDA/$SUITE.res" ] || resultado 0 1
    read -r p f < "$SAIDA/$SUITE.res"
    printf '%-18s %5d passed %4d failed %5d s\n' "$SUITE" "$p" "$f" $((SECONDS - inicio))
    exit 0
fi

# ---- all ---------------------------------------------------------------------

ESCOLHIDAS=${*:-$SUITES}
for SUITE in $ESCOLHIDAS; do
    declare -F "suite_$SUITE" >/dev/null || { echo "no such suite: $SUITE ($SUITES)" >&2; exit 2; }
done
mkdir -p "$SAIDA"
rm -f "$SAIDA"/*.res "$SAIDA/instaveis.txt"

OBRAS=()    # process, name of the log, command: what is being built
construir() { # name of the log, command...
    local nome=$1; shift
    "$@" > "$SAIDA/construir-$nome.log" 2>&1 &
    OBRAS+=("$! $nome $*")
}
construidas() {
    local obra pid nome comando ruim=""
    for obra in "${OBRAS[@]}"; do
        read -r pid nome comando <<< "$obra"
        wait "$pid" && continue
        tail -40 "$SAIDA/construir-$nome.log"
        echo "build failed: $comando"; ruim=1
    done
    [ -n "$ruim" ] || return 0
    echo; echo "0 passed, 1 failed"; exit 1
}
# One build, before the suites share it; no part needs another.
if [ -z "${CRM_SEM_CONSTRUIR:-}" ]; then
    case " $ESCOLHIDAS " in *" http "*|*" openapi "*|*" faltas "*|*" cacador "*|*" mutantes "*|*" web"*)
        if [ -f web/package.json ]; then construir web env CRM_WEB_DEV=1 make web; fi ;; esac
    construir pg make pg
    case " $ESCOLHIDAS " in *" http "*|*" openapi "*|*" faltas "*|*" cacador "*|*" mutantes "*|*" web_"*) construir front make server ;; esac
    case " $ESCOLHIDAS " in *" openapi "*) construir openapi test/lib/pacotes.sh test/openapi ;; esac
    construidas
fi

export CRM_CHECK_SAIDA=$SAIDA ESCOLHIDAS
printf '%s\n' $ESCOLHIDAS | xargs -P "$JOBS" -n 1 "$0" --suite

passou=0; falhou=0
FALHAS=$SAIDA/falhas.txt    # one line a test: what a log that is cut still shows
: > "$FALHAS"
for SUITE in $ESCOLHIDAS; do
    read -r p f < "$SAIDA/$SUITE.res"
    passou=$((passou + p)); falhou=$((falhou + f))
    if [ "$f" -gt 0 ]; then
        printf '\n==== %s: end of %s\n' "$SUITE" "build/check/$SUITE.log"
        tail -40 "$SAIDA/$SUITE.log"
        grep -hE '^ *(not ok|error:)|^FAILED|^ERROR|FAIL ' "$SAIDA/$SUITE.log" | cut -c1-200 | sed "s/^/$SUITE: /" | head -20 >> "$FALHAS"
    fi
done
echo
cat "$FALHAS" "$SAIDA/instaveis.txt" 2>/dev/null
echo "$passou passed, $falhou failed"
[ "$falhou" = 0 ]
