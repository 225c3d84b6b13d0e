#!/bin/bash
# Builds web/dist when a source file is newer than the last build, or packages
# changed. CRM_WEB_DEV=1 installs the test packages too (make check).
set -eu
# npm may end well when Ctrl-C ended it: go no further.
trap 'exit 130' INT TERM
raiz=$(cd "$(dirname "$0")/../../.." && pwd)
cd "$raiz/web"

# What is installed and what is built are remembered by content, not by time:
# a fresh clone gives all files the same new date.
pacotes=$(cat package.json package-lock.json .npmrc | sha256sum | cut -d' ' -f1)
modo=run
[ "${CRM_WEB_DEV:-}" = 1 ] && modo=dev
tem=$(cat node_modules/.crm-pacotes 2>/dev/null || true)
if [ "$tem" != "$pacotes dev" ] && [ "$tem" != "$pacotes $modo" ]; then
    echo "web: npm ci"
    rm -f node_modules/.crm-pacotes     # an interrupted one leaves no claim
    export PUPPETEER_SKIP_DOWNLOAD=1 PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1
    if [ "$modo" = dev ]; then npm ci --no-progress; else npm ci --omit=dev --no-progress; fi
    echo "$pacotes $modo" > node_modules/.crm-pacotes
fi

fontes=$( { echo "$pacotes"
    find . \( -name node_modules -o -name dist \) -prune -o -type f -print0 |
        LC_ALL=C sort -z | xargs -0 sha256sum; } | sha256sum | cut -d' ' -f1)
if [ ! -f dist/index.html ] ||
   [ "$(cat node_modules/.crm-fontes 2>/dev/null || true)" != "$fontes" ]; then
    echo "web: npm run build"
    rm -f node_modules/.crm-fontes
    npm run --silent build
    echo "$fontes" > node_modules/.crm-fontes
fi
