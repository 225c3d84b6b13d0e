#!/bin/sh
# pacotes.sh FOLDER: installs the packages of its package.json, when they changed.
# npm 10 or newer: 9 stumbles over the override of a package asked for by a tag.
set -eu
cd "$1"
pacotes=$(cat package.json package-lock.json .npmrc | sha256sum | cut -d' ' -f1)
[ "$(cat node_modules/.crm-pacotes 2>/dev/null || true)" = "$pacotes" ] && exit 0
rm -f node_modules/.crm-pacotes     # an interrupted one leaves no claim
npm ci --no-progress
echo "$pacotes" > node_modules/.crm-pacotes
