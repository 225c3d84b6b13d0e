# How tests in C are compiled: pure files, without PostgreSQL or Kore; bash, sourced.
C_FLAGS='-std=gnu11 -g -O1 -Wall -Wextra -Werror -Wno-unused-parameter
    -D_GNU_SOURCE -fno-omit-frame-pointer -iquote extension -iquote extension/arquivo -iquote server/src
    -I/usr/include/postgresql'
C_LIBS='-Wl,--as-needed -lpq -ljansson -ljwt -lcrypto -lz -lbrotlienc -lbrotlidec -lcrypt -lm -lpthread'

# What a C test links: x.c for every x.h that it includes by "", when there is
# such a file and the test does not include it itself, and what a line
# "fontes: a.c b.c" in its head names.
c_fontes() {
    local h c
    sed -n '1,25s,^.*[*/ ]fontes: *,,p' "$1" | sed 's,\*/.*$,,' | tr '\n' ' '
    for h in $(sed -nE 's,^#include "([^"]*)\.h".*,\1,p' "$1"); do
        grep -qE "^#include \"(.*/)?$(basename "$h")\.c\"" "$1" && continue
        for c in "$(dirname "$1")/$h.c" "extension/$h.c" "extension/arquivo/$h.c" "server/src/$h.c"; do
            if [ -f "$c" ]; then realpath --relative-to=. "$c"; break; fi
        done
    done | sort -u | tr '\n' ' '
}
