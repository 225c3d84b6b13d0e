#!/bin/sh
# Installs the packages of this folder, when they changed.
set -eu
cd "$(dirname "$0")"
pacotes=$(cat package.json package-lock.json .npmrc | sha256sum | cut -d' ' -f1)
[ "$(cat node_modules/.crm-pacotes 2>/dev/null || true)" = "$pacotes" ] && exit 0
rm -f node_modules/.crm-pacotes     # an interrupted one leaves no claim
npm ci --no-progress
echo "$pacotes" > node_modules/.crm-pacotes
