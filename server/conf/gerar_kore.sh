#!/bin/sh
# gerar_kore.sh [crm.conf] > kore.conf
# Checks the settings (file, environment CRM_*) and writes the configuration for
#     CRM_CONF=crm.conf kore -f -n -r -c kore.conf
# CRM_DIR (default /): the directory the workers change to. CRM_MODULO: another
# module. CRM_SECCOMP_TRACING=sim: log what the sandbox would kill for (tests).
set -eu
aqui=$(cd "$(dirname "$0")/.." && pwd)
exec "$aqui/crm_config" --kore "${CRM_MODULO:-$aqui/crm_front.so}" "${CRM_DIR:-/}" "$@"
