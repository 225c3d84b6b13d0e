#!/bin/bash
# make run: builds, starts and watches one instance until a signal ends it.
#
#   CRM_RUN_DIR      its place (default .run); several instances run side by side
#   CRM_PORT         HTTPS port on loopback (8443)
#   CRM_PLAIN_PORT   plain HTTP on 127.0.0.1 for a proxy (off unless set)
#   CRM_DEMO_CLIENTES, CRM_DEMO_VENDEDORES, CRM_DEMO_SEMENTE   demo data (2000, 6, 1)
#   CRM_DEMO_BCRYPT_CUSTO    bcrypt_custo of the new database (tests: 10)
#   CRM_SEM_CONSTRUIR=1   start what is built already
#   CRM_PRELOAD      LD_PRELOAD of PostgreSQL and Kore (sanitizers)
#   CRM_VALGRIND     the command that Kore runs under (Valgrind)
#   CRM_PG_OPCOES    more settings of PostgreSQL, "-c name=value ..."
# Settings of the front (CRM_WORKERS, CRM_ORIGENS ...) pass through: server/README.md.
set -eu
. "$(dirname "$0")/comum.sh"
. "$(dirname "$0")/instancia.sh"
DEV=$CRM_RAIZ/server/deploy/dev
PORTA=${CRM_PORT:-8443}
PORTA_CLARA=${CRM_PLAIN_PORT:-}
CLIENTES=${CRM_DEMO_CLIENTES:-2000}
VENDEDORES=${CRM_DEMO_VENDEDORES:-6}
SEMENTE=${CRM_DEMO_SEMENTE:-1}
PARAR=""
FRONT="" REDIS="" PG=""
umask 022

# ---- signals -------------------------------------------------------------------

trap 'PARAR=1' INT TERM HUP
# Whatever ends this script, nothing it started stays.
trap 'encerrar' EXIT

encerrar() {
    local rc=$?
    # The reader of "make run | tee" may be gone: no message may end this.
    trap '' INT TERM HUP PIPE
    trap - EXIT
    set +e
    if [ -n "$FRONT$REDIS$PG" ]; then
        echo "parando..." 2>/dev/null
        parar_front
        parar_redis
        parar_pg
        echo "parado; os dados ficam em $RUN" 2>/dev/null
    fi
    rm -f "$RUN/supervisor.pid"
    exit "$rc"
}

sair_se_pedido() { if [ -n "$PARAR" ]; then exit 0; fi; }

# make dies of SIGINT only after its child, but passes just SIGTERM on to it. A
# script that interrupts make alone must stop the instance too: make resets the
# handler of the signal that it got.
PAI=$PPID
PAI_E_MAKE=""
make_trata_int() {
    local mascara
    mascara=$(sed -n 's/^SigCgt:[[:space:]]*//p' "/proc/$PAI/status" 2>/dev/null) || return 1
    [ -n "$mascara" ] && [ $((0x${mascara: -8} & 2)) != 0 ]
}
# A make started in the background of a script ignores SIGINT from the beginning:
# then its handler tells nothing.
if [ "$(cat /proc/$PAI/comm 2>/dev/null)" = make ] && make_trata_int; then PAI_E_MAKE=1; fi
pai_terminou() {
    [ -n "$PAI_E_MAKE" ] && ! make_trata_int
}

# ---- preparation ---------------------------------------------------------------

porta_valida() {
    case $1 in '' | *[!0-9]* | ??????*) return 1 ;; esac
    [ "$1" -ge 1 ] && [ "$1" -le 65535 ]
}
porta_livre() { ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

conferir_portas() {
    porta_valida "$PORTA" || falhar "CRM_PORT=$PORTA não é uma porta (1 a 65535)"
    porta_livre "$PORTA" || falhar "a porta $PORTA já está em uso; escolha outra: CRM_PORT=9443 make run"
    [ -n "$PORTA_CLARA" ] || return 0
    porta_valida "$PORTA_CLARA" || falhar "CRM_PLAIN_PORT=$PORTA_CLARA não é uma porta (1 a 65535)"
    [ "$PORTA_CLARA" != "$PORTA" ] || falhar "CRM_PORT e CRM_PLAIN_PORT são iguais"
    porta_livre "$PORTA_CLARA" || falhar "a porta $PORTA_CLARA já está em uso; mude CRM_PLAIN_PORT"
}

travar() {
    if [ -d "$RUN" ] && [ ! -e "$MARCA" ] && [ -n "$(ls -A "$RUN")" ]; then
        falhar "$RUN tem outras coisas dentro; CRM_RUN_DIR precisa de uma pasta vazia ou nova"
    fi
    mkdir -p "$RUN"
    touch "$MARCA"
    exec 9>>"$TRAVA"
    flock -n 9 || falhar "já roda uma instância em $RUN (pid $(cat "$RUN/supervisor.pid" 2>/dev/null)); pare com: make stop"
    echo $$ > "$RUN/supervisor.pid"
    # What a supervisor killed with -9 left behind: it has the ports.
    (instancia_achar; parar_front; parar_redis; parar_pg)
}

construir() {
    local parte
    [ -z "${CRM_SEM_CONSTRUIR:-}" ] || return 0
    "$DEV/instalar_pacotes.sh" run
    mkdir -p "$CRM_RAIZ/build"
    for parte in pg server web; do
        sair_se_pedido
        echo "construindo: $parte"
        # Two instances of one checkout may start at the same time.
        if ! flock "$CRM_RAIZ/build/.trava" make -s -C "$CRM_RAIZ" "$parte" \
                > "$RUN/construir.log" 2>&1 9>&-; then
            sair_se_pedido
            tail -30 "$RUN/construir.log" >&2
            falhar "não foi possível construir: $parte (tudo em $RUN/construir.log)"
        fi
    done
}

psql_() {
    "$PGBIN/psql" -X -q -v ON_ERROR_STOP=1 -h "$SOCK" -U postgres "$@"
}

# ---- keys and passwords ----------------------------------------------------------

preparar_chaves() {
    if ! como_servico openssl x509 -in "$SERV/tls.crt" -noout -checkend 604800 >/dev/null 2>&1; then
        como_servico openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes \
            -keyout "$SERV/tls.key" -out "$SERV/tls.crt" -days 825 -subj "/CN=localhost" \
            -addext "subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1" 2>/dev/null
        como_servico chmod 600 "$SERV/tls.key"
    fi
    # Where the caller finds it, wherever the services' directory is.
    como_servico cat "$SERV/tls.crt" > "$RUN/tls.crt"
    if [ ! -s "$SERV/jwt_chaves" ]; then
        (umask 077; printf 'k1 %s\n' "$(openssl rand -base64 48 | tr -d '\n')" > "$SERV/jwt_chaves")
        dar_ao_servico "$SERV/jwt_chaves"
        chmod 600 "$SERV/jwt_chaves"
    fi
    preparar_redis
}

# Users of Redis: passwords once, in files of their readers; the ACL has their sums.
preparar_redis() {
    local nome senha acl
    acl=$(cat "$CRM_RAIZ/server/deploy/redis/users.acl")
    for nome in servidor web admin; do
        if [ ! -s "$SERV/redis_senha_$nome" ]; then
            (umask 077; openssl rand -hex 24 > "$SERV/redis_senha_$nome")
            dar_ao_servico "$SERV/redis_senha_$nome"
        fi
        senha=$(cat "$SERV/redis_senha_$nome")
        acl=${acl//@SHA256_${nome^^}@/$(printf '%s' "$senha" | sha256sum | cut -d' ' -f1)}
    done
    (umask 077; printf '%s\n' "$acl" > "$SERV/redis.acl")
    cp "$CRM_RAIZ/server/deploy/redis/redis.conf" "$SERV/redis.conf"
    dar_ao_servico "$SERV/redis.acl" "$SERV/redis.conf"
}

# 20 characters that nobody confuses; about 115 bits
nova_senha() {
    local s
    s=$(openssl rand -base64 48 | tr -dc 'a-hjkmnp-zA-HJ-NP-Z2-9')
    echo "${s:0:20}"
}

# ---- PostgreSQL ------------------------------------------------------------------

# What a command line may override comes last. No parameter, CPF or password
# reaches the log: no statement texts, no parameters, no DETAIL.
escrever_pg_conf() {
    local mem_mb buffers
    mem_mb=$(awk '/^MemTotal/ { print int($2 / 1024) }' /proc/meminfo)
    buffers=$((mem_mb / 8))
    [ $buffers -le 512 ] || buffers=512
    [ $buffers -ge 64 ] || buffers=64
    como_servico tee "$SERV/pg/crm.conf" >/dev/null <<CONF
listen_addresses = ''
unix_socket_directories = '$SOCK'
unix_socket_permissions = 0700
shared_preload_libraries = 'crm'
crm.banco = 'crm'
crm.redis = '$SOCK/redis.sock'
crm.redis_usuario = 'crm_servidor'
crm.redis_senha_arquivo = '$SERV/redis_senha_servidor'
max_connections = 150
max_worker_processes = 16
shared_buffers = ${buffers}MB
work_mem = 8MB
maintenance_work_mem = 128MB
max_wal_size = 2GB
wal_compression = on
random_page_cost = 1.1
jit = off
password_encryption = 'scram-sha-256'
log_line_prefix = '%m [%p] %q%u@%d '
log_statement = 'none'
log_min_duration_statement = -1
log_min_error_statement = panic
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
log_error_verbosity = terse
CONF
}

criar_cluster() {
    [ ! -f "$SERV/pg/PG_VERSION" ] || return 0
    echo "criando o banco de dados"
    rm -rf "$SERV/pg.novo"
    # Only this user enters the socket's directory, hence "trust" in it.
    como_servico "$PGBIN/initdb" -D "$SERV/pg.novo" -U postgres -A trust -E UTF8 \
        --locale=C.UTF-8 > "$SERV/log/initdb.log" 2>&1 ||
        { cat "$SERV/log/initdb.log" >&2; falhar "initdb falhou"; }
    como_servico sh -c "echo \"include = 'crm.conf'\" >> '$SERV/pg.novo/postgresql.conf'"
    mv "$SERV/pg.novo" "$SERV/pg"
}

iniciar_pg() {
    # shellcheck disable=SC2086
    exec_servico "$SERV" env LD_PRELOAD="${CRM_PRELOAD:-}" "$PGBIN/postgres" -D "$SERV/pg" ${CRM_PG_OPCOES:-} \
        >> "$SERV/log/postgresql.log" 2>&1 < /dev/null 9>&- &
    PG=$!
}

pg_pronto() { "$PGBIN/pg_isready" -q -h "$SOCK"; }
esperar_pg() {
    local n=600
    while ! pg_pronto; do
        if morreu "$PG"; then
            tail -5 "$SERV/log/postgresql.log" >&2; falhar "o PostgreSQL não iniciou"
        fi
        sair_se_pedido
        n=$((n - 1)); [ $n -gt 0 ] || falhar "o PostgreSQL não respondeu em 60 s"
        sleep 0.1
    done
}

json() { printf '%s' "$1" | sed 's/\\/\\\\/g; s/"/\\"/g'; }

# Tables, demo data and users, once. Passwords travel by psql's standard input
# and are hashed in the server; acesso.json is written last, so that a start
# that was interrupted begins again.
criar_banco() {
    local i nome email senha lista="" script
    local clara=null
    if [ "$(psql_ -d postgres -Atc "SELECT count(*) FROM pg_database WHERE datname = 'crm'")" = 1 ]; then
        if [ -s "$RUN/acesso.json" ]; then atualizar_banco; return 0; fi
        psql_ -d postgres -c 'DROP DATABASE crm WITH (FORCE)'
    fi
    echo "preenchendo a demonstração: $VENDEDORES vendedores, $CLIENTES clientes"
    psql_ -d postgres -c 'CREATE DATABASE crm TEMPLATE template0'
    psql_ -d crm -1 -c 'CREATE EXTENSION crm' -c 'SELECT crm.instalar()' -c "$(anotar_construcao)" >/dev/null
    psql_ -d postgres -c 'ALTER ROLE crm_web LOGIN' \
        -c "ALTER ROLE crm_web SET statement_timeout = '30s'" \
        -c "ALTER ROLE crm_web SET idle_in_transaction_session_timeout = '30s'"
    psql_ -d crm -c "SELECT crm.popular($CLIENTES, $VENDEDORES, $SEMENTE)" >/dev/null
    if [ -n "${CRM_DEMO_BCRYPT_CUSTO:-}" ]; then
        psql_ -d crm -c "SELECT crm.configurar('bcrypt_custo', '$CRM_DEMO_BCRYPT_CUSTO')" >/dev/null
    fi
    SENHA_ADMIN=$(nova_senha)
    script="SELECT crm.criar_usuario(nome => 'Administração', email => 'admin@exemplo.test',
                papel => 'administrador', senha => '$SENHA_ADMIN');"
    while IFS='|' read -r i nome email; do
        senha=$(nova_senha)
        script="$script
            SELECT crm.definir_senha($i, '$senha');"
        lista="$lista${lista:+,}
    {\"email\": \"$(json "$email")\", \"nome\": \"$(json "$nome")\", \"senha\": \"$senha\"}"
    done < <(psql_ -d crm -At -c "SELECT u.id, u.nome, u.email FROM crm.usuarios u
                JOIN crm.vendedores v USING (id) WHERE u.papel = 'vendedor' ORDER BY u.id LIMIT 6")
    psql_ -d crm >/dev/null <<< "$script"
    psql_ -d crm -c 'VACUUM ANALYZE'
    [ -z "$PORTA_CLARA" ] || clara="\"http://127.0.0.1:$PORTA_CLARA\""
    (umask 077; cat > "$RUN/acesso.json.novo" <<JSON
{
  "url": "https://localhost:$PORTA",
  "plain_url": $clara,
  "admin": {"email": "admin@exemplo.test", "nome": "Administração", "senha": "$SENHA_ADMIN"},
  "vendedores": [$lista
  ]
}
JSON
    )
    mv "$RUN/acesso.json.novo" "$RUN/acesso.json"
}

# The build that the database is of, in the transaction that makes it so.
construcao() { sha256sum < "$PGSHARE/extension/crm--$VERSAO.sql" | cut -d' ' -f1; }
anotar_construcao() { echo "COMMENT ON DATABASE crm IS 'construção $VERSAO $(construcao)'"; }

# A database of an earlier version: the update step, and crm.instalar() for the rest.
# Builds of one version have no step between them: whichever tables one made, the
# other would take for its own.
atualizar_banco() {
    local dita instalada
    IFS='|' read -r instalada dita < <(psql_ -d crm -At -c "SELECT e.extversion, shobj_description(d.oid, 'pg_database')
        FROM pg_extension e, pg_database d WHERE e.extname = 'crm' AND d.datname = 'crm'") || true
    if [ "$instalada" != "$VERSAO" ]; then
        echo "atualizando o banco de dados"
        psql_ -d crm -1 -c 'ALTER EXTENSION crm UPDATE' -c 'SELECT crm.instalar()' -c "$(anotar_construcao)" >/dev/null 2>&1 ||
            recusar_banco "da versão ${instalada:-?}, que a $VERSAO não atualiza"
    elif [ "$dita" != "construção $VERSAO $(construcao)" ]; then
        recusar_banco "de outra construção da versão $VERSAO, e entre construções não há atualização"
    fi
}

recusar_banco() { # why
    cat >&2 <<TXT
O banco de $RUN é $1. Nada nele mudou. Escolha:
  começar outro ao lado, e este fica:   CRM_RUN_DIR=$RUN.novo make run
  voltar a ele:                         make run na cópia do código que o criou
  apagá-lo, com todos os seus dados:    CRM_RUN_DIR=$RUN make clean-run
TXT
    falhar "o banco de dados não é desta construção"
}

# The addresses of this start, the passwords of the first.
atualizar_acesso() {
    local clara=null
    [ -z "$PORTA_CLARA" ] || clara="\"http:\\/\\/127.0.0.1:$PORTA_CLARA\""
    (umask 077
     sed -e "s/^  \"url\": .*/  \"url\": \"https:\\/\\/localhost:$PORTA\",/" \
         -e "s/^  \"plain_url\": .*/  \"plain_url\": $clara,/" "$RUN/acesso.json" > "$RUN/acesso.json.novo")
    mv "$RUN/acesso.json.novo" "$RUN/acesso.json"
}

# ---- Redis -----------------------------------------------------------------------

iniciar_redis() {
    rm -f "$SOCK/redis.sock"
    exec_servico "$SERV" redis-server "$SERV/redis.conf" --unixsocket "$SOCK/redis.sock" --unixsocketperm 700 \
        --aclfile "$SERV/redis.acl" --maxmemory 128mb --dir "$SERV" --daemonize no >> "$SERV/log/redis.log" 2>&1 < /dev/null 9>&- &
    REDIS=$!
    echo "$REDIS" > "$SERV/redis.pid"
}
# It asks for a password: it answers.
redis_responde() { redis-cli -s "$SOCK/redis.sock" ping 2>&1 | grep -q NOAUTH; }

# ---- the front -------------------------------------------------------------------

escrever_front_conf() {
    export CRM_TLS_PORT=$PORTA CRM_PLAIN_PORT=${PORTA_CLARA:-0}
    export CRM_CERT=$SERV/tls.crt CRM_CHAVE=$SERV/tls.key CRM_JWT_CHAVES=$SERV/jwt_chaves
    export CRM_PG_CONNINFO="host=$SOCK dbname=crm user=crm_web"
    export CRM_REDIS_SOCKET=${CRM_REDIS_SOCKET:-$SOCK/redis.sock} CRM_REDIS_USUARIO=crm_web
    export CRM_REDIS_SENHA_ARQUIVO=$SERV/redis_senha_web CRM_WEB_DIR=$CRM_ARVORE/web/dist
    export CRM_DIR=$SERV
    unset CRM_PORT
    "$CRM_RAIZ/server/conf/gerar_kore.sh" > "$SERV/kore.conf"
    dar_ao_servico "$SERV/kore.conf"
}

iniciar_front() {
    exec_servico "$SERV" env LD_PRELOAD="${CRM_PRELOAD:-}" ${CRM_VALGRIND:-} kore -f -n -r -c "$SERV/kore.conf" \
        >> "$SERV/log/front.log" 2>&1 < /dev/null 9>&- &
    FRONT=$!
    echo "$FRONT" > "$SERV/front.pid"
}

front_pronto() {
    curl -fsS -o /dev/null --max-time 2 --cacert "$SERV/tls.crt" --noproxy '*' \
        "https://localhost:$PORTA/readyz" 2>/dev/null
}
esperar_front() {
    local n=600
    while ! front_pronto; do
        if morreu "$FRONT"; then
            tail -10 "$SERV/log/front.log" >&2; falhar "o servidor web não iniciou"
        fi
        sair_se_pedido
        n=$((n - 1))
        if [ $n -le 0 ]; then
            tail -10 "$SERV/log/front.log" >&2; falhar "o servidor web não ficou pronto em 60 s"
        fi
        sleep 0.1
    done
}

# ---- what the user sees ----------------------------------------------------------

anunciar() {
    cat <<TXT

  CRM pronto:  https://localhost:$PORTA
TXT
    [ -z "$PORTA_CLARA" ] || echo "  sem TLS:     http://127.0.0.1:$PORTA_CLARA  (para um proxy local)"
    echo
    sed -nE 's/.*"email": "([^"]*)", "nome": "([^"]*)", "senha": "([^"]*)".*/\1|\3|\2/p' "$RUN/acesso.json" |
        while IFS='|' read -r email senha nome; do printf '  %-28s %s  %s\n' "$email" "$senha" "$nome"; done
    cat <<TXT

  acessos:     $RUN/acesso.json
  soquetes:    $SOCK
  psql:        $COMO$PGBIN/psql -h $SOCK -U postgres crm
  registros:   $SERV/log/

  Ctrl-C para; os dados ficam. O navegador avisa que o certificado é próprio.
TXT
}

# ---- main ------------------------------------------------------------------------

instancia_lugares
travar
conferir_portas
construir
sair_se_pedido
if [ "$(id -u)" = 0 ]; then
    id "$CRM_OS_USER" >/dev/null 2>&1 || falhar "o usuário $CRM_OS_USER não existe (CRM_OS_USER)"
fi
arvore_legivel
PGBIN=$CRM_ARVORE/build/pg/lib/postgresql/15/bin
PGSHARE=$CRM_ARVORE/build/pg/share/postgresql/15
VERSAO=$(sed -n "s/^default_version = '\(.*\)'/\1/p" "$CRM_RAIZ/crm.control")
export CRM_MODULO=$CRM_ARVORE/server/crm_front.so
COMO=""
instancia_criar
preparar_chaves
criar_cluster
escrever_pg_conf
ulimit -S -n "$(n=$(ulimit -H -n); [ "$n" != unlimited ] && [ "$n" -lt 20000 ] && echo "$n" || echo 20000)"
iniciar_pg
iniciar_redis
esperar_pg
criar_banco
atualizar_acesso
ate 10 redis_responde || falhar "o Redis não respondeu; veja $SERV/log/redis.log"
escrever_front_conf
iniciar_front
esperar_front
anunciar

# Each service comes back when it dies, waiting longer each time it dies young.
ESPERA=0 ULTIMA=0
reviver() { # name, function
    if [ $((SECONDS - ULTIMA)) -lt 10 ]; then
        ESPERA=$((ESPERA < 8 ? ESPERA + 1 : 8))
    else
        ESPERA=0
    fi
    ULTIMA=$SECONDS
    echo "$(date +%T) $1 caiu; reiniciando" >&2
    [ $ESPERA = 0 ] || sleep "$ESPERA" || true
    [ -n "$PARAR" ] || "$2"
}
reviver_front() { parar_front; iniciar_front; }

while [ -z "$PARAR" ]; do
    sleep 1 9>&- &
    wait -n 2>/dev/null || true
    if pai_terminou; then PARAR=1; fi
    [ -z "$PARAR" ] || break
    if morreu "$PG"; then reviver "PostgreSQL" iniciar_pg; fi
    if morreu "$REDIS"; then reviver "Redis" iniciar_redis; fi
    if morreu "$FRONT"; then reviver "o servidor web" reviver_front; fi
done
exit 0
