"""Every SQL-callable function of crm against hostile arguments, and its memory (X-14, X-15).

The functions come from pg_proc: a new one is covered without a new test.
"""
import json

import psycopg2
import pytest

# SQL expressions by type; the huge ones are built in the server.
TEXTOS = ["NULL", "''", "'x'", "'%'", "E'a\\nb\\\\''\";--'", "'😀ção'", "repeat('x', 300)", "repeat('é', 5000000)",
          "'9223372036854775808'", "'529.982.247-25'", "'{}'", "'[]'", "E'\\u0001'"]
VALORES = {
    "text": TEXTOS,
    "varchar": TEXTOS,
    "name": ["NULL", "''", "'crm_owner'", "'x'"],
    "cstring": ["NULL", "''", "'x'", "'529.982.247-25'", "'00000000000'", "repeat('9', 100000)::cstring"],
    "int2": ["NULL", "0", "-1", "32767", "-32768"],
    "int4": ["NULL", "0", "1", "-1", "2147483647", "-2147483648"],
    "int8": ["NULL", "0", "1", "-1", "9223372036854775807", "-9223372036854775808"],
    "bool": ["NULL", "true", "false"],
    "numeric": ["NULL", "0", "-1", "'NaN'", "'Infinity'", "'-Infinity'", "1e1000"],
    "float8": ["NULL", "0", "'NaN'", "'Infinity'", "-1e308"],
    "date": ["NULL", "'infinity'", "'-infinity'", "'4713-01-01 BC'", "'5874897-12-31'", "'2024-02-29'", "'0001-01-01 BC'"],
    "_date": ["NULL", "'{}'", "'{NULL}'", "'{infinity,-infinity}'", "'{2024-02-29,4713-01-01 BC,5874897-12-31}'", "'{{2024-01-01},{2024-01-02}}'"],
    "timestamptz": ["NULL", "'infinity'", "'-infinity'", "'4713-01-01 BC'", "'294276-12-31'", "now()"],
    "timestamp": ["NULL", "'infinity'", "'4713-01-01 BC'"],
    "interval": ["NULL", "'0'", "'178000000 years'"],
    "uuid": ["NULL", "'00000000-0000-0000-0000-000000000000'", "gen_random_uuid()"],
    "bytea": ["NULL", "''", "'\\x00ff'", "decode(repeat('00', 5000000), 'hex')"],
    "json": ["NULL", "'{}'", "'[]'", "'null'", "'\"x\"'"],
    "jsonb": ["NULL", "'{}'", "'[]'", "'null'", "'\"x\"'", "'7'", "(repeat('[', 3000) || repeat(']', 3000))::jsonb",
              "jsonb_build_object('id', 'x', 'page', 1e30, 'email', 5, 'senha', '[]'::jsonb)",
              "jsonb_build_object('id', -1, 'cliente_id', 9223372036854775807, 'vendedor_id', 0, 'page', 1000000000)",
              "jsonb_build_object('email', repeat('x', 2000000), 'nome', repeat('é', 2000000), 'sessoes', '[null, 1, \"x\"]'::jsonb)"],
    "_text": ["NULL", "'{}'", "'{NULL}'", "'{a,b}'", "'{{a,b},{c,NULL}}'", "array_fill('x'::text, ARRAY[200000])"],
    "_int8": ["NULL", "'{}'", "'{NULL}'", "'{1,-1,9223372036854775807}'", "'{{1,2},{3,4}}'", "array_fill(1::bigint, ARRAY[200000])"],
    "_int4": ["NULL", "'{}'", "'{NULL}'", "'{1,-1}'"],
    "cpf": ["NULL", "'52998224725'", "'111.444.777-35'"],
    "oid": ["NULL", "0", "4294967295"],
    "char": ["NULL", "'x'"],
    "record": ["NULL"],
}
IMPOSSIVEIS = {"internal", "trigger", "event_trigger"}
# Each call computes a password hash: fewer of them.
LENTAS = {"interno_avaliar_senha", "interno_criar_usuario", "criar_usuario", "interno_criar_administrador",
          "criar_administrador", "definir_senha", "interno_definir_senha", "popular"}
LIMITE_MS = 3000


def funcoes(banco):
    """(name, oid, [type names]) of what SQL can call."""
    linhas = banco.sql("""
        SELECT p.proname, p.oid,
               ARRAY(SELECT t.typname::text FROM unnest(p.proargtypes) WITH ORDINALITY AS a(tipo, n)
                       JOIN pg_type AS t ON t.oid = a.tipo ORDER BY n),
               r.typname::text
          FROM pg_proc AS p JOIN pg_type AS r ON r.oid = p.prorettype
         WHERE p.pronamespace = 'crm'::regnamespace AND p.prokind = 'f'
         ORDER BY p.proname, p.oid""")
    return [(n, o, t) for n, o, t, r in linhas if not (set(t) | {r}) & IMPOSSIVEIS]


def combinacoes(nome, tipos):
    """All arguments alike by position in their list, then one hostile among ordinary ones."""
    listas = [VALORES[t] for t in tipos]
    if not listas:
        yield []
        return
    for k in range(max(map(len, listas))):
        yield [v[k % len(v)] for v in listas]
    if nome in LENTAS:
        return
    comuns = [v[2 if len(v) > 2 else -1] for v in listas]
    for i, v in enumerate(listas):
        for valor in v:
            yield comuns[:i] + [valor] + comuns[i + 1:]


@pytest.fixture
def povoado(banco):
    banco.sql("UPDATE crm.configuracoes SET valor = '10' WHERE chave = 'bcrypt_custo'")
    banco.sql("SELECT crm.popular(200, 3, 1)")
    return banco


def test_todos_os_tipos_sao_conhecidos(banco):
    faltam = {t for _, _, tipos in funcoes(banco) for t in tipos} - set(VALORES)
    assert not faltam, f"add hostile values of {faltam}"


@pytest.mark.parametrize("quem", ["superusuario", "anonimo"])
def test_argumentos_hostis(povoado, quem):
    """X-14: an error or a value; never a crash, never XX000."""
    c = povoado.conectar(autocommit=False)
    cur = c.cursor()
    ruins = []
    chamadas = 0
    for nome, _, tipos in funcoes(povoado):
        if nome == "instalar":
            continue
        vistas = set()
        for args in combinacoes(nome, tipos):
            chamada = f"SELECT crm.{nome}({', '.join(f'({a})::{tipo(t)}' for a, t in zip(args, tipos))})"
            if chamada in vistas:
                continue
            vistas.add(chamada)
            chamadas += 1
            try:
                cur.execute(f"SET LOCAL statement_timeout = {LIMITE_MS}")
                if quem == "anonimo":
                    # The identity of a request that nobody logged in for.
                    cur.execute("SELECT crm.atender('saude', NULL, NULL, NULL, NULL, NULL, NULL)")
                cur.execute(chamada)
            except psycopg2.OperationalError as e:
                assert c.closed == 0, f"crash: {chamada}"
                if e.pgcode and e.pgcode.startswith("XX"):
                    ruins.append((chamada, str(e)[:200]))
            except psycopg2.Error as e:
                assert c.closed == 0, f"crash: {chamada}"
                if e.pgcode is None or e.pgcode.startswith("XX"):
                    ruins.append((chamada, str(e)[:200]))
            desfazer(c)
    assert chamadas > 300
    assert not ruins, "\n".join(f"{a[:150]}\n    {b}" for a, b in ruins)


def desfazer(c):
    """The limit of the call holds for its ROLLBACK too: on a full machine it is
    cancelled, and what is left to do is an ordinary one."""
    try:
        c.rollback()
    except psycopg2.errors.QueryCanceled:
        c.rollback()


def tipo(t):
    if t == "cpf":
        return "crm.cpf"
    return t[1:] + "[]" if t.startswith("_") else f'"{t}"' if t == "char" else t


MEMORIA = "SELECT sum(total_bytes)::bigint FROM pg_backend_memory_contexts"
# Once to fill the caches, then the calls that count.
CHAMADAS = {
    "pure": """SELECT count(crm.periodo(i %% 100)), count(crm.situacao('2024-01-01'::date + i %% 300)),
               count(crm.cpf_mascara('52998224725'::crm.cpf)), count('529.982.247-25'::text::crm.cpf::text),
               count(crm.dias_sem_comprar('2024-01-01')) FROM generate_series(1, 200000) AS i""",
    "arguments": """SELECT count(crm.validar_args('meus_clientes', jsonb_build_object('id', i::text, 'por_coluna', 'true', 'page', i %% 9 + 1))),
               count(crm.validar_args('vendedor_alterar', jsonb_build_object('id', i, 'capacidade', NULL)))
               FROM generate_series(1, 200000) AS i""",
    "bad arguments": """SELECT count(a.corpo) FROM generate_series(1, 5000) AS i,
               LATERAL crm.atender('meus_clientes', %(sid)s, '10.0.0.1', i::text, 'a', NULL, jsonb_build_object('id', 'x', 'y', i)) AS a""",
    "identity": """SELECT count(crm.usuario_id()), count(crm.pode('painel.ver')), count(crm.config('empresa')),
               count(crm.hoje()), count(crm.agora()), count(crm.quem_sou()) FROM generate_series(1, 200000) AS i""",
    "passwords": "SELECT count(crm.senha_e_comum('Senha@' || i)), count(crm.senha_gerar()) FROM generate_series(1, 50000) AS i",
    "keyed hash": "SELECT count(crm.segredo_hmac('conta', i::text)) FROM generate_series(1, 20000) AS i",
    "requests": """SELECT count(a.corpo) FROM generate_series(1, 5000) AS i,
               LATERAL crm.atender('eu', %(sid)s, '10.0.0.1', i::text, 'a', NULL, '{}') AS a""",
    "refusals": """SELECT count(a.corpo) FROM generate_series(1, 5000) AS i,
               LATERAL crm.atender('encerrar_sessao', %(sid)s, '10.0.0.1', i::text, 'a', NULL, jsonb_build_object('sessao_id', gen_random_uuid())) AS a""",
}


@pytest.mark.parametrize("nome", CHAMADAS)
def test_memoria_nao_cresce(banco, nome):
    """X-15: a session that served many calls holds at most 64 kB more."""
    u = banco.valor("SELECT crm.criar_usuario('M', 'm@m.test', 'administrador')")
    sid = banco.valor("INSERT INTO crm.sessoes (usuario_id, limite_em) VALUES (%s, now() + interval '1 day') RETURNING id", (u,))
    c = banco.conectar()
    cur = c.cursor()
    for _ in range(2):
        cur.execute(CHAMADAS[nome], {"sid": sid})
        cur.execute(MEMORIA)
    antes = cur.fetchone()[0]
    cur.execute(CHAMADAS[nome], {"sid": sid})
    cur.execute(MEMORIA)
    assert cur.fetchone()[0] - antes <= 64 * 1024


def test_pedidos_em_serie_nao_acumulam(banco):
    """X-15: the same for transactions one after another, as the front sends them."""
    u = banco.valor("SELECT crm.criar_usuario('M', 'm@m.test', 'administrador')")
    sid = banco.valor("INSERT INTO crm.sessoes (usuario_id, limite_em) VALUES (%s, now() + interval '1 day') RETURNING id", (u,))
    cur = banco.conectar().cursor()

    def servir(n):
        for i in range(n):
            cur.execute("SELECT * FROM crm.atender('usuarios', %s, '10.0.0.1', 'r', 'a', %s, %s)",
                        (sid, f"k{i}" if i % 10 == 0 else None, json.dumps({"page": 1 + i % 3})))
            cur.fetchall()
        cur.execute(MEMORIA)
        return cur.fetchone()[0]
    servir(300)
    antes = servir(300)
    assert servir(2000) - antes <= 64 * 1024
