#!/bin/bash
# Lighthouse (phone, slow network and CPU simulated) on login, board, search and
# statistics: accessibility, best practices, performance, of 100. The first two
# are exact; performance needs a quiet machine. Issue row 3.
#
#   CRM_BENCH_VEZES=3   runs of each screen; the middle performance counts
#   CRM_CHROMIUM        another browser
set -eu
cd "$(dirname "$0")/../.."
test/lib/pacotes.sh test/bench/lighthouse > build/bench-lighthouse.log 2>&1 || { tail -20 build/bench-lighthouse.log; exit 1; }
exec /usr/bin/python3 test/lib/pilha.py node test/bench/lighthouse/medir.mjs
