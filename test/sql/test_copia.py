"""pg_dump and restore, into the same cluster and into a new one, lose nothing;
DROP EXTENSION is refused; crm.instalar() repeats; a hostile schema stops the
installation. DADOS-9, X-3, X-13.
"""
import os
import pathlib
import shutil
import subprocess
import tempfile

import psycopg2
import pytest

RAIZ = pathlib.Path(__file__).resolve().parents[2]

# What a database is: rows, sequences, and everything its catalogs say of schema crm.
TABELAS = """SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'crm'::regnamespace
              AND c.relkind = 'r' ORDER BY 1"""
CATALOGOS = {
    "donos e direitos": """SELECT c.relname, c.relkind, c.relowner::regrole::text, c.relrowsecurity, c.relforcerowsecurity,
            (SELECT array_agg(DISTINCT a.grantee::regrole::text || a.privilege_type || a.is_grantable) FROM aclexplode(coalesce(c.relacl, acldefault(
                CASE c.relkind WHEN 'S' THEN 's'::"char" ELSE 'r' END, c.relowner))) a),
            (SELECT array_agg(DISTINCT t.attname || x.grantee::regrole::text || x.privilege_type)
               FROM pg_attribute t, aclexplode(t.attacl) x WHERE t.attrelid = c.oid),
            c.reloptions::text
        FROM pg_class c WHERE c.relnamespace = 'crm'::regnamespace AND c.relkind IN ('r', 'v', 'S') ORDER BY 1, 2""",
    "funções": """SELECT p.oid::regprocedure::text, p.proowner::regrole::text, p.prosecdef, p.proconfig::text,
            (SELECT array_agg(DISTINCT a.grantee::regrole::text || a.privilege_type) FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a)
        FROM pg_proc p WHERE p.pronamespace = 'crm'::regnamespace ORDER BY 1""",
    "políticas": """SELECT tablename, policyname, permissive, array(SELECT unnest(roles) ORDER BY 1)::text, cmd, qual, with_check
        FROM pg_policies WHERE schemaname = 'crm' ORDER BY 1, 2""",
    "gatilhos": """SELECT tgrelid::regclass::text, tgname, tgenabled, pg_get_triggerdef(oid) FROM pg_trigger
        WHERE tgrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'crm'::regnamespace)
          AND NOT tgisinternal ORDER BY 1, 2""",
    "restrições": """SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
        WHERE connamespace = 'crm'::regnamespace AND conrelid <> 0 ORDER BY 1, 2""",
    "índices": "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'crm' ORDER BY 1",
    "visões": "SELECT viewname, definition FROM pg_views WHERE schemaname = 'crm' ORDER BY 1",
    "colunas": """SELECT table_name, column_name, data_type, udt_name, column_default, is_nullable, identity_generation
        FROM information_schema.columns WHERE table_schema = 'crm' ORDER BY 1, 2""",
    "comentários": """SELECT c.relname, d.objsubid, d.description FROM pg_description d JOIN pg_class c ON c.oid = d.objoid
        WHERE d.classoid = 'pg_class'::regclass AND c.relnamespace = 'crm'::regnamespace ORDER BY 1, 2""",
    "sequências": "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'crm' ORDER BY 1",
    "extensão": "SELECT extname, extversion FROM pg_extension WHERE extname = 'crm'",
}


def retrato(dsn):
    """{name: value} of all that must survive; rows as a checksum of their sorted text."""
    c = psycopg2.connect(dsn)
    cur = c.cursor()
    cur.execute("SET TimeZone = 'UTC'; SET search_path = pg_catalog")
    r = {}
    for nome, consulta in CATALOGOS.items():
        cur.execute(consulta)
        r[nome] = cur.fetchall()
    cur.execute(TABELAS)
    for (t,) in cur.fetchall():
        cur.execute(f"SELECT count(*), md5(coalesce(string_agg(x::text, E'\\n' ORDER BY x::text COLLATE \"C\"), '')) FROM crm.{t} x")
        r["linhas de " + t] = cur.fetchone()
    c.close()
    return r


def viver(b):
    """A day of work, so that each table has rows that matter."""
    b.sql("SELECT crm.popular(300, 3, 1, 'senha-bem-longa')")
    v = [i for (i,) in b.sql("SELECT id FROM crm.vendedores ORDER BY id")]
    for i in v:
        b.sql("SELECT crm.entrar_vendedor(%s)", (i,))
    c = b.sql("SELECT cliente_id, vendedor_id FROM crm.cliente_vendedor WHERE encerrada_em IS NULL ORDER BY id LIMIT 3")
    b.sql("SELECT crm.marcar_contatado(%s, %s, %s)", (c[0][1], c[0][0], "Ligou; voltará."))
    b.sql("SELECT crm.realocar_cliente(%s, %s)", (c[1][0], v[2]))
    b.sql("INSERT INTO crm.pedidos (cliente_id, data_pedido, valor) VALUES (%s, crm.hoje(), 12.34)", (c[2][0],))
    b.sql("UPDATE crm.configuracoes SET valor = '61' WHERE chave = 'janela_fim'")
    b.sql("DELETE FROM crm.permissoes WHERE papel = 'gerente' AND acao = 'cliente.liberar'")
    b.sql("GRANT SELECT ON crm.produtos TO crm_bi")
    # All of the audit but its last row is sealed.
    b.sql("SELECT crm.auditoria_selar()")
    b.sql("DELETE FROM crm.permissoes WHERE papel = 'gerente' AND acao = 'cliente.desativar'")


def restaurar(origem, psql_destino):
    despejo = subprocess.run(["pg_dump", "-h", os.environ["PGHOST"], "-U", "postgres", origem],
                             check=True, capture_output=True)
    subprocess.run(psql_destino + ["-X", "-q", "-v", "ON_ERROR_STOP=1"], check=True, input=despejo.stdout,
                   stdout=subprocess.DEVNULL)


def funciona(dsn):
    """The copy is alive: the next ids, the triggers, the distribution."""
    c = psycopg2.connect(dsn)
    c.autocommit = True
    cur = c.cursor()
    cur.execute("SELECT * FROM crm.verificar_distribuicao()")
    assert cur.fetchall() == []
    cur.execute("SELECT * FROM crm.contagens_verificar()")
    assert cur.fetchall() == []
    cur.execute("SELECT crm.popular(10, 1, 9)")
    cur.execute("SELECT cliente_id FROM crm.cliente_vendedor WHERE encerrada_em IS NULL AND NOT contatado ORDER BY id LIMIT 1")
    (cliente,) = cur.fetchone()
    cur.execute("INSERT INTO crm.pedidos (cliente_id, data_pedido, valor) VALUES (%s, crm.hoje(), 5)", (cliente,))
    cur.execute("SELECT status FROM crm.clientes WHERE id_cliente = %s", (cliente,))
    assert cur.fetchone() == ("disponivel",)
    cur.execute("SELECT crm.redistribuir_clientes()")
    cur.execute("SELECT * FROM crm.verificar_distribuicao()")
    assert cur.fetchall() == []
    cur.execute("""SET ROLE crm_web;
        SELECT status FROM crm.atender('login', NULL, '127.0.0.1', 'teste', 'pytest', NULL,
                                       '{"email": "vendedor1@exemplo.test", "senha": "senha-bem-longa"}')""")
    assert cur.fetchone() == (200,)
    cur.execute("SET ROLE crm_vendedor; SELECT count(*) FROM crm.clientes")
    assert cur.fetchone() == (0,)
    cur.execute("RESET ROLE")
    auditoria_vale(cur)
    c.close()


def auditoria_vale(cur):
    """AUDIT-2: the seals of the original still hold, and the copy seals on in a segment of its own, also when its
    transactions reach the numbers that those of the original had."""
    def um(sql):
        cur.execute(sql)
        return cur.fetchone()[0]

    def intacta():
        cur.execute("SELECT * FROM crm.auditoria_verificar()")
        assert cur.fetchall() == []

    antes = um("SELECT n || ':' || encode(hash, 'hex') FROM crm.auditoria_selos ORDER BY n DESC LIMIT 1")
    maior = um("SELECT max(xid)::text::bigint FROM crm.auditoria")
    assert um("SELECT count(*) FROM crm.auditoria_verificar(%s)".replace("%s", f"'{antes}'")) == 0
    assert um("SELECT crm.auditoria_selar()") > 0
    assert um("SELECT max(segmento) FROM crm.auditoria_selos") == um("SELECT count(DISTINCT origem) FROM crm.auditoria_selos")
    intacta()
    cur.execute("""DO $$ BEGIN
                     WHILE pg_current_xact_id()::text::bigint <= %s + 100 LOOP COMMIT; END LOOP;
                   END $$""", (maior,))
    for _ in range(2):
        cur.execute("UPDATE crm.produtos SET preco = preco + 1 WHERE id = (SELECT min(id) FROM crm.produtos)")
        assert um("SELECT crm.auditoria_selar()") > 0
        intacta()
    cur.execute("SELECT * FROM crm.auditoria_verificar(%s)", (antes,))
    assert cur.fetchall() == []


def comparar(antes, depois):
    assert antes.keys() == depois.keys()
    for nome in antes:
        assert antes[nome] == depois[nome], nome


def test_copia_no_mesmo_cluster(banco):
    viver(banco)
    antes = retrato(f"{banco.dsn} user=postgres")
    copia = banco.nome + "_copia"
    banco.sql(f"CREATE DATABASE {copia} TEMPLATE template0")
    try:
        restaurar(banco.nome, ["psql", "-h", os.environ["PGHOST"], "-U", "postgres", "-d", copia])
        dsn = f"host={os.environ['PGHOST']} dbname={copia} user=postgres"
        comparar(antes, retrato(dsn))
        funciona(dsn)
    finally:
        banco.sql(f"DROP DATABASE {copia} WITH (FORCE)")


def test_copia_em_cluster_novo(banco):
    viver(banco)
    antes = retrato(f"{banco.dsn} user=postgres")
    pasta = tempfile.mkdtemp(prefix="crm-copia.", dir="/tmp")
    os.chmod(pasta, 0o755)
    pg = f"{pasta}/pg"
    # The runner's own PGHOST must not reach the new cluster.
    ambiente = {k: v for k, v in os.environ.items() if k not in ("PGHOST", "PGDATABASE", "PGUSER")}

    def cluster(comando):
        subprocess.run(["bash", "-c", f". test/lib/cluster.sh; {comando}"], check=True, cwd=RAIZ, env=ambiente,
                       stdout=subprocess.DEVNULL)

    cluster(f"cluster_start {pg} '-c shared_preload_libraries=crm'")
    try:
        # Roles are in no dump of a database: CREATE EXTENSION makes those that are missing.
        restaurar(banco.nome, ["psql", "-h", pg, "-U", "postgres", "-d", "postgres"])
        dsn = f"host={pg} dbname=postgres user=postgres"
        comparar(antes, retrato(dsn))
        funciona(dsn)
        cluster(f"cluster_log_limpo {pg}")
    finally:
        cluster(f"cluster_stop {pg}")
        shutil.rmtree(pasta)


def test_drop_extension_e_recusado(banco):
    viver(banco)
    antes = retrato(f"{banco.dsn} user=postgres")
    with pytest.raises(psycopg2.errors.DependentObjectsStillExist):
        banco.sql("DROP EXTENSION crm")
    comparar(antes, retrato(f"{banco.dsn} user=postgres"))
    # Not one table, index, trigger, policy or view belongs to the extension.
    assert banco.sql("""SELECT d.classid::regclass, d.objid FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid
                         WHERE e.extname = 'crm' AND d.deptype = 'e' AND d.refclassid = 'pg_extension'::regclass
                           AND d.classid IN ('pg_class'::regclass, 'pg_trigger'::regclass, 'pg_policy'::regclass,
                                             'pg_constraint'::regclass)
                           AND NOT EXISTS (SELECT FROM pg_class c WHERE c.oid = d.objid AND c.relkind = 'c')""") == []


def test_instalar_repete(banco):
    viver(banco)
    antes = retrato(f"{banco.dsn} user=postgres")
    banco.sql("ALTER EXTENSION crm UPDATE")
    assert banco.valor("SELECT crm.instalar()") == banco.valor("SELECT crm.versao()")
    depois = retrato(f"{banco.dsn} user=postgres")
    # Rights taken away, settings changed, grants given: all stay.
    comparar(antes, depois)
    funciona(f"{banco.dsn} user=postgres")


@pytest.fixture
def vazio(banco):
    nome = banco.nome + "_vazio"
    banco.sql(f"CREATE DATABASE {nome} TEMPLATE template0")
    banco.sql("DROP ROLE IF EXISTS intruso; CREATE ROLE intruso LOGIN")
    banco.sql(f"GRANT CREATE ON DATABASE {nome} TO intruso")
    abertas = []

    def conectar(usuario="postgres"):
        c = psycopg2.connect(f"host={os.environ['PGHOST']} dbname={nome} user={usuario}")
        c.autocommit = True
        abertas.append(c)
        return c.cursor()

    yield conectar
    for c in abertas:
        c.close()
    banco.sql(f"DROP DATABASE {nome} WITH (FORCE)")
    banco.sql("DROP ROLE intruso")


@pytest.mark.parametrize("plantado", [
    "CREATE SCHEMA crm",
    "CREATE SCHEMA crm; CREATE FUNCTION crm.hoje() RETURNS date LANGUAGE sql AS 'SELECT current_date'",
    "CREATE SCHEMA crm; CREATE TABLE crm.clientes (id bigint)",
])
def test_esquema_hostil(vazio, plantado):
    vazio("intruso").execute(plantado)
    with pytest.raises(psycopg2.Error) as e:
        vazio().execute("CREATE EXTENSION crm")
    assert e.value.pgcode == "55000"


@pytest.mark.parametrize("plantado", [
    "CREATE FUNCTION crm.outra() RETURNS date LANGUAGE sql AS 'SELECT current_date'",
    "CREATE TABLE crm.clientes (id bigint)",
    "CREATE TYPE crm.cpf AS (a int)",
])
def test_objeto_hostil_em_esquema_nosso(vazio, plantado):
    vazio().execute("CREATE SCHEMA crm; GRANT CREATE, USAGE ON SCHEMA crm TO intruso")
    vazio("intruso").execute(plantado)
    with pytest.raises(psycopg2.Error) as e:
        vazio().execute("CREATE EXTENSION crm")
    assert e.value.pgcode in ("55000", "42710")


def test_so_superusuario_instala(vazio):
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        vazio("intruso").execute("CREATE EXTENSION crm")
    vazio().execute("CREATE EXTENSION crm")
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        vazio("intruso").execute("SELECT crm.instalar()")
    # Before crm.instalar() a function says what is missing.
    with pytest.raises(psycopg2.errors.ObjectNotInPrerequisiteState):
        vazio().execute("SELECT crm.hoje()")
