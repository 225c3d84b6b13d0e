"""Whose cache it is, and when there must be none: changes of the schema, copies, standbys, several databases and
installations on one Redis (CACHE-2, CACHE-6).
"""
import os
import signal
import subprocess
import tempfile

import psycopg2
import pytest

from redis_servidor import RedisServidor
from servidor_cache import RAIZ, Escrita, ServidorCache, ate, bash

OPCOES = "-c wal_level=logical -c max_prepared_transactions=5"


@pytest.fixture(scope="module")
def pasta():
    with tempfile.TemporaryDirectory(prefix="crm-c.", dir="/tmp") as t:
        os.chmod(t, 0o777)
        yield t


@pytest.fixture(scope="module")
def redis(pasta):
    with RedisServidor(f"{pasta}/redis") as r:
        yield r


@pytest.fixture(scope="module")
def servidor(pasta, redis):
    cabecalhos = subprocess.run(["pg_config", "--includedir-server"], check=True, capture_output=True, text=True).stdout.strip()
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-D_GNU_SOURCE", f"-I{cabecalhos}",
                    "-o", f"{pasta}/pausa.so", f"{RAIZ}/test/lib/pausa.c"], check=True)
    with ServidorCache(f"{pasta}/pg", redis.caminho, f"{OPCOES} -c shared_preload_libraries={pasta}/pausa,crm") as s:
        yield s


@pytest.fixture
def s(servidor):
    servidor.esperar("aberta")
    return servidor


def cerca(redis, s):
    return redis.cli("GET", f"{s.status()['prefixo']}fence")


def epoca_da_frente(s):
    return s.sql("SELECT prefixo, epoca FROM crm.cache_epoca()")[0]


# ---- the schema ---------------------------------------------------------------------

DDL = [
    ("ALTER TABLE crm.produtos ALTER COLUMN nome TYPE varchar(300) USING upper(nome)",
     "ALTER TABLE crm.produtos ALTER COLUMN nome TYPE varchar(200)"),
    ("ALTER TABLE crm.produtos ADD COLUMN t_nova text DEFAULT clock_timestamp()::text", "ALTER TABLE crm.produtos DROP COLUMN t_nova"),
    ("CREATE OR REPLACE VIEW crm.t_visao AS SELECT 1 AS um", "DROP VIEW crm.t_visao"),
    ("CREATE FUNCTION crm.t_funcao() RETURNS int LANGUAGE sql AS 'SELECT 1'", "DROP FUNCTION crm.t_funcao()"),
    ("CREATE POLICY t_politica ON crm.produtos USING (id = 1)", "DROP POLICY t_politica ON crm.produtos"),
    ("GRANT SELECT ON crm.produtos TO crm_bi", "REVOKE SELECT ON crm.produtos FROM crm_bi"),
]


@pytest.mark.parametrize("ida, volta", DDL)
def test_ddl_e_visto_so_sem_a_cerca_de_antes(s, redis, ida, volta):
    for comando in (ida, volta):
        epoca = s.esperar("aberta")["epoca"]
        s.sql(comando)
        assert not cerca(redis, s).startswith(f"{epoca}:"), comando
    assert s.esperar("aberta")


def test_ddl_e_visto_tambem_com_nomes_entre_aspas(s, redis):
    """Triggers and policies are known by their names alone, which a setting may quote."""
    s.sql("SET quote_all_identifiers = on")
    try:
        for comando in ("CREATE POLICY t_politica ON crm.produtos USING (id = 1)", "DROP POLICY t_politica ON crm.produtos"):
            epoca = s.esperar("aberta")["epoca"]
            s.sql(comando)
            assert not cerca(redis, s).startswith(f"{epoca}:"), comando
    finally:
        s.sql("RESET quote_all_identifiers")
    assert s.esperar("aberta")


def test_ddl_esta_em_voo_ate_que_todos_saibam(s):
    """Who has changed the schema tells the other processes to forget what they know of it only after others can see
    the change. Until then no epoch may open: a lease would be given to an answer of a function that is no more."""
    pausa, pausada = s.pasta / "data/pausa", s.pasta / "data/pausada"
    pausa.touch()
    try:
        e = Escrita(s, "BEGIN", "SET LOCAL application_name = pausa", "CREATE VIEW crm.t_pausada AS SELECT 1 AS um", "COMMIT")
        ate(pausada.exists, "the commit")
        assert s.valor("SELECT to_regclass('crm.t_pausada') IS NOT NULL"), "others see it"
        assert s.status()["em_voo"] == 1 and s.status()["estado"] != "aberta"
    finally:
        pausa.unlink()
    e.fim()
    assert s.esperar("aberta")["em_voo"] == 0
    s.sql("DROP VIEW crm.t_pausada")


def test_tipo_que_reescreve_a_tabela(s, redis):
    """A table of crm is rewritten by a change of something else: the type it is made of, in another schema."""
    s.sql("CREATE SCHEMA alheio; CREATE TYPE alheio.par AS (a int, b text); CREATE TABLE crm.t_par OF alheio.par")
    epoca = s.esperar("aberta")["epoca"]
    s.sql("ALTER TYPE alheio.par ALTER ATTRIBUTE b TYPE varchar(5) CASCADE")
    try:
        assert not cerca(redis, s).startswith(f"{epoca}:")
    finally:
        s.sql("DROP SCHEMA alheio CASCADE")


def test_ddl_alheio_nao_incomoda(s):
    epoca = s.status()["epoca"]
    s.sql("CREATE TEMP TABLE t (a int); CREATE INDEX ON t (a); DROP TABLE t")
    s.sql("CREATE TABLE public.t (a int); ALTER TABLE public.t ADD b int; DROP TABLE public.t")
    assert s.status()["epoca"] == epoca


DEFEITOS = [
    ("ALTER TABLE crm.produtos DISABLE TRIGGER USER", None),
    ("ALTER TABLE crm.produtos ENABLE TRIGGER cache_alterar", "crm.produtos"),
    ("ALTER TABLE crm.produtos DISABLE TRIGGER cache_aplicar", "cache_aplicar"),
    ("DROP TRIGGER cache_esvaziar ON crm.clientes", "cache_esvaziar"),
    ("CREATE TABLE crm.t_filha () INHERITS (crm.produtos)", "another table"),
]


@pytest.mark.parametrize("comando, motivo", DEFEITOS)
def test_banco_que_nao_conta_tudo_fica_sem_cache(s, redis, comando, motivo):
    s.sql(comando)
    st = s.esperar("recusada")
    assert cerca(redis, s) == "" and epoca_da_frente(s) == (None, None)
    assert motivo is None or motivo in st["motivo"]
    # Closed costs a write nothing.
    antes = (st["falhas"], st["esperas"])
    s.sql("INSERT INTO crm.produtos (nome) VALUES ('sem cache')")
    st = s.status()
    assert (st["falhas"], st["esperas"]) == antes
    s.sql("DROP TABLE IF EXISTS crm.t_filha; ALTER TABLE crm.produtos ENABLE TRIGGER USER; SELECT crm.instalar()")
    s.esperar("aberta")


def test_gatilho_desligado_com_a_guarda_congelada(s, redis):
    """Nobody writes untold while the fence of before lives."""
    guarda = s.pid_da_guarda()
    os.kill(guarda, signal.SIGSTOP)
    try:
        w = Escrita(s, "ALTER TABLE crm.produtos DISABLE TRIGGER cache_incluir")
        ate(lambda: w.acabou() or s.status()["em_voo"] == 1, "in flight")
        w.fim()
        assert cerca(redis, s) == ""
    finally:
        os.kill(guarda, signal.SIGCONT)
    s.esperar("recusada")
    s.sql("ALTER TABLE crm.produtos ENABLE ALWAYS TRIGGER cache_incluir")
    s.esperar("aberta")


def test_ddl_desfeito_nao_fecha(s):
    epoca = s.status()["epoca"]
    s.sql("BEGIN")
    s.sql("ALTER TABLE crm.produtos DISABLE TRIGGER USER")
    s.sql("ROLLBACK")
    assert s.status()["epoca"] == epoca and s.status()["estado"] == "aberta"


GATILHOS_DDL = ["crm_cache_ddl", "crm_cache_drop", "crm_cache_rewrite", "crm_auditoria_ddl", "crm_auditoria_drop"]


def test_extensao_fica_com_os_seus_gatilhos_de_evento(s):
    for nome in GATILHOS_DDL:
        with pytest.raises(psycopg2.errors.DependentObjectsStillExist):
            s.sql(f"DROP EVENT TRIGGER {nome}")
    assert s.valor("""SELECT count(*) FROM pg_event_trigger e JOIN pg_depend d ON d.objid = e.oid
                       WHERE d.classid = 'pg_event_trigger'::regclass AND d.deptype = 'e'""") == len(GATILHOS_DDL)


# ---- whose it is --------------------------------------------------------------------

def test_dois_bancos_num_servidor(s, redis):
    """The cache is of crm.banco; another database pays nothing and marks nothing, with or without Redis."""
    adm = s.conectar("postgres")
    adm.cursor().execute("CREATE DATABASE outra TEMPLATE template0")
    outra = s.conectar("outra")
    cur = outra.cursor()
    cur.execute("CREATE EXTENSION crm; SELECT crm.instalar()")
    st = s.esperar("aberta")
    try:
        for _ in range(3):
            cur.execute("INSERT INTO crm.produtos (nome) VALUES ('de outra')")
        cur.execute("SELECT epoca FROM crm.cache_epoca()")
        assert cur.fetchone() == (None,)
        redis.pausar()
        cur.execute("INSERT INTO crm.produtos (nome) VALUES ('de outra')")
        redis.continuar()
        fim = s.status()
        assert (fim["marcas"], fim["falhas"], fim["esperas"]) == (st["marcas"], st["falhas"], st["esperas"])
        # Nobody is kept from copying or dropping the cached database.
        s._super.close()
        ate(lambda: not s_sessoes(adm), "sessions of crm")
        adm.cursor().execute("CREATE DATABASE copia TEMPLATE crm")
        adm.cursor().execute("DROP DATABASE copia")
    finally:
        outra.close()
        adm.cursor().execute("DROP DATABASE outra WITH (FORCE)")
        adm.close()


def s_sessoes(adm):
    with adm.cursor() as cur:
        cur.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = 'crm'")
        return cur.fetchone()[0]


def test_duas_instalacoes_num_redis(s, redis, pasta):
    """Prefixes, arrays and fences of their own; the one's reset is not the other's."""
    with ServidorCache(f"{pasta}/pg2", redis.caminho, clientes=5) as b:
        b.esperar("aberta")
        aqui, la = s.status(), b.status()
        assert aqui["prefixo"] != la["prefixo"]
        antes = redis.cli("BITCOUNT", f"{aqui['prefixo']}q:{aqui['epoca']}")
        b.sql("INSERT INTO crm.produtos (nome) VALUES ('la')")
        assert redis.cli("BITCOUNT", f"{aqui['prefixo']}q:{aqui['epoca']}") == antes
        b.sql("COMMENT ON TABLE crm.produtos IS 'la'")
        ate(lambda: b.esperar("aberta")["epoca"] != la["epoca"], "a new epoch there")
        assert s.status()["epoca"] == aqui["epoca"]
    # A clean end takes the fence along.
        b.parar()
        assert redis.cli("GET", f"{la['prefixo']}fence") == ""
        b.iniciar()
    assert s.status()["epoca"] == aqui["epoca"]


def test_copia_do_mesmo_banco_no_mesmo_redis(s, redis, pasta):
    """A file copy has the same prefix: one fence, and only its own server believes it; no write fails."""
    s.parar()
    with ServidorCache(f"{pasta}/clone", redis.caminho, OPCOES, copia_de=s.pasta) as clone:
        s.iniciar()
        assert ate(lambda: s.status()["prefixo"] and clone.status()["prefixo"] == s.status()["prefixo"], "one prefix")
        ate(lambda: "disputada" in (s.status()["estado"], clone.status()["estado"]), "dispute")
        for n in range(20):
            for um in (s, clone):
                um.sql("INSERT INTO crm.produtos (nome) VALUES (%s)", (f"disputado {n}",))
            f = cerca(redis, s).split(":")[0]
            acreditam = [x for x in (s, clone) if f and epoca_da_frente(x)[1] == f]
            assert len(acreditam) <= 1
    s.esperar("aberta")


def test_standby_e_promocao(s, redis, pasta):
    """A standby has no epoch; the new primary opens its own. AUDIT-2: a standby verifies the seals and makes none; promoted it
    goes on with the chain, and both sides tell the other's seals from their own."""
    copia = f"{pasta}/standby"
    conferir = "SELECT problema FROM crm.auditoria_verificar(%s)"

    def selado(x):
        x.sql("SELECT crm.auditoria_selar()")
        return x.valor("""SELECT NOT EXISTS (SELECT FROM crm.auditoria a, (SELECT ate_xid, piso_id FROM crm.auditoria_selos ORDER BY n DESC LIMIT 1) u
                                              WHERE a.xid >= u.ate_xid AND a.id > u.piso_id) AND crm.auditoria_selo() IS NOT NULL""")

    s.sql("INSERT INTO crm.produtos (nome) VALUES ('selado')")
    ate(lambda: selado(s), "sealed")
    selo = s.valor("SELECT crm.auditoria_selo()")
    bash(f"mkdir {copia}; dar_ao_servico {copia}; como_usuario $CRM_PGBIN/pg_basebackup -h {s.pasta} -U postgres -D {copia}/data -R -c fast")
    sb = ServidorCache.__new__(ServidorCache)
    sb.__dict__.update(s.__dict__, pasta=type(s.pasta)(copia), _super=None)
    sb.iniciar()
    try:
        s.esperar("aberta")   # a copy of an earlier test may have claimed the array
        assert sb.valor("SELECT pg_is_in_recovery()") and epoca_da_frente(sb) == (None, None)
        assert sb.status()["estado"] == "fechada"
        assert sb.sql(conferir, (selo,)) == []
        epoca = s.status()["epoca"]
        s.matar()
        sb.sql("SELECT pg_promote()")
        # The fence of the old primary may live: the first write waits for its end or for the new epoch.
        sb.sql("INSERT INTO crm.produtos (nome) VALUES ('promovido')")
        assert not cerca(redis, sb).startswith(f"{epoca}:")
        assert sb.esperar("aberta")["epoca"] != epoca
        ate(lambda: selado(sb), "sealed after the promotion")
        so_aqui = sb.valor("SELECT crm.auditoria_selo()")
        assert so_aqui != selo and sb.sql(conferir, (selo,)) == sb.sql(conferir, (so_aqui,)) == []
    finally:
        sb.fechar()
        s._super = None
        s.iniciar()
    assert s.sql(conferir, (selo,)) == [] != s.sql(conferir, (so_aqui,))
    s.esperar("aberta")


def test_preparada_antes_do_cache(s, redis):
    """What was prepared without a cache would become visible untold: the guard waits for its end."""
    s.parar()
    s.iniciar(redis="")
    s.sql("BEGIN")
    s.sql("INSERT INTO crm.produtos (nome) VALUES ('preparado')")
    s.sql("PREPARE TRANSACTION 'antiga'")
    assert s.status()["estado"] == "desligada"
    s.parar()
    s.iniciar()
    ate(lambda: (x := s.status())["estado"] == "recusada" and "prepared" in x["motivo"], "the guard has looked")
    assert cerca(redis, s) == ""
    s.sql("COMMIT PREPARED 'antiga'")
    s.sql("COMMENT ON TABLE crm.produtos IS 'Products.'")   # looked at at once, not in 5 s
    s.esperar("aberta")


def test_sem_preload_tudo_o_mais_funciona(s, redis):
    s.parar()
    s.preload = False
    try:
        s.iniciar()
        s.sql("INSERT INTO crm.produtos (nome) VALUES ('sem preload')")
        assert s.status()["estado"] == "desligada" and epoca_da_frente(s) == (None, None)
        s.sql("BEGIN"); s.sql("INSERT INTO crm.produtos (nome) VALUES ('z')"); s.sql("PREPARE TRANSACTION 'z'")
        s.sql("ROLLBACK PREPARED 'z'")
        assert redis.chaves("crm:*:fence") == []
        s.parar()
    finally:
        s.preload = True
    s.iniciar()
    s.esperar("aberta")


@pytest.mark.parametrize("valor", ["localhost:6379", "127.0.0.1", "127.0.0.1:0", "redis.sock"])
def test_enderecos_que_pediriam_dns_sao_recusados(s, valor):
    with pytest.raises(psycopg2.errors.InvalidParameterValue):
        s.sql(f"ALTER SYSTEM SET crm.redis = '{valor}'")
