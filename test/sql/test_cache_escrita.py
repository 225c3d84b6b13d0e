"""What a write tells the cache, and when it becomes visible (CACHE-1, CACHE-2, CACHE-5).

A Redis of the test stands behind a link that the test commands.
"""
import io
import os
import signal
import struct
import subprocess
import tempfile

import psycopg2
import pytest

from elo_redis import Elo
from redis_servidor import RedisServidor
from servidor_cache import Escrita, ServidorCache, ate

FIXOS = 64
SLOTS = 1 << 18
COLETA_MAX = 256
# A mark of a slow machine must not come too late.
TTL_MS, MARCA_MS = 2000, 1000
OPCOES = f"-c wal_level=logical -c max_prepared_transactions=5 -c crm.cache_ttl_ms={TTL_MS} -c crm.cache_espera_ms={MARCA_MS}"


@pytest.fixture(scope="module")
def tudo():
    with tempfile.TemporaryDirectory(prefix="crm-c.", dir="/tmp") as t:
        os.chmod(t, 0o777)
        with RedisServidor(f"{t}/redis") as r, Elo(t, "pg", r.caminho) as elo:
            os.chmod(elo.caminho, 0o777)
            with ServidorCache(f"{t}/pg", elo.caminho, OPCOES) as s:
                yield s, r, elo


@pytest.fixture
def cache(tudo):
    s, r, elo = tudo
    elo.passar()
    s.esperar("aberta")
    yield Cache(s, r, elo)
    elo.passar()


class Cache:
    def __init__(self, s, r, elo):
        self.s, self.r, self.elo = s, r, elo

    def cerca(self):
        prefixo = self.s.status()["prefixo"]
        return self.r.cli("GET", f"{prefixo}fence")

    def contadores(self):
        """slot -> counter of all that are not 0, of the present epoch."""
        st = self.s.esperar("aberta")
        bruto = subprocess.run(
            ["redis-cli", "-s", str(self.r.caminho), "--user", "teste", "--pass", "x", "--no-auth-warning",
             "GET", f"{st['prefixo']}q:{st['epoca']}"], capture_output=True, check=True).stdout[:-1]
        assert len(bruto) == SLOTS * 4
        return {slot: n for slot, (n,) in enumerate(struct.iter_unpack(">I", bruto)) if slot > 0 and n > 0}

    def quieto(self):
        """Nothing is pending."""
        ate(lambda: self.s.status()["pendentes"] == 0, "nothing is pending")

    def mudou(self, fazer):
        """The slots that fazer() marked; none is pending when it is over."""
        antes, epoca = self.contadores(), self.s.status()["epoca"]
        fazer()
        self.quieto()
        depois = self.contadores()
        assert self.s.status()["epoca"] == epoca
        return {k: v - antes.get(k, 0) for k, v in depois.items() if v != antes.get(k)}

    def qualquer(self, tabela):
        return 2 * self.s.numero(tabela)

    def massa(self, tabela):
        return 2 * self.s.numero(tabela) + 1

    def livre_de_cerca(self, epoca):
        """No reader can serve what was kept under that epoch."""
        cerca = self.cerca()
        assert not cerca.startswith(f"{epoca}:"), cerca


def produto(nome="x"):
    return f"INSERT INTO crm.produtos (nome) VALUES ('{nome}')"


# ---- what is told ------------------------------------------------------------------

def test_linha_marca_a_tabela_e_suas_etiquetas(cache):
    s = cache.s
    m = cache.mudou(lambda: s.sql("UPDATE crm.clientes SET nome_mae = nome_mae || 'a' WHERE id_cliente = 1"))
    assert m[cache.qualquer("clientes")] == 1
    assert cache.massa("clientes") not in m
    assert any(k >= FIXOS for k in m)
    assert m == cache.mudou(lambda: s.sql("UPDATE crm.clientes SET nome_mae = nome_mae || 'b' WHERE id_cliente = 1"))


def test_versao_velha_tambem(cache):
    """An answer that had the row until now changes too."""
    s = cache.s
    s.sql("UPDATE crm.clientes SET uf = 'PE' WHERE id_cliente = 2")
    so_pe = cache.mudou(lambda: s.sql("UPDATE crm.clientes SET nome_mae = 'um' WHERE id_cliente = 2"))
    de_pe = cache.mudou(lambda: s.sql("UPDATE crm.clientes SET uf = 'AC' WHERE id_cliente = 2"))
    so_ac = cache.mudou(lambda: s.sql("UPDATE crm.clientes SET nome_mae = 'dois' WHERE id_cliente = 2"))
    assert set(so_pe) != set(so_ac)
    assert set(de_pe) >= set(so_pe) | set(so_ac)


def test_o_que_nao_muda_nada_nao_conta(cache):
    s = cache.s
    antes = s.status()["marcas"]
    s.sql("UPDATE crm.produtos SET nome = nome")
    s.sql("DELETE FROM crm.produtos WHERE id < 0")
    s.sql("BEGIN"); s.sql(produto("desfeito")); s.sql("ROLLBACK")
    with pytest.raises(psycopg2.Error):
        s.sql("INSERT INTO crm.produtos (nome) VALUES ('')")
    assert s.status()["marcas"] == antes


def test_savepoint_desfeito_marca_a_mais(cache):
    s = cache.s

    def fazer():
        s.sql("BEGIN")
        s.sql(produto("fica"))
        s.sql("SAVEPOINT a")
        s.sql("UPDATE crm.clientes SET nome_mae = 'savepoint' WHERE id_cliente = 3")
        s.sql("ROLLBACK TO a")
        s.sql("COMMIT")
    m = cache.mudou(fazer)
    assert m[cache.qualquer("produtos")] == 1


@pytest.mark.parametrize("como", ["insert", "copy", "replica", "gatilho", "cascata", "merge", "adiado"])
def test_todo_caminho_de_escrita_conta(cache, como):
    s = cache.s
    if como == "gatilho":
        s.sql("""CREATE FUNCTION crm.t_eco() RETURNS trigger LANGUAGE plpgsql AS
                 $$ BEGIN INSERT INTO crm.produtos (nome) VALUES ('eco'); RETURN NULL; END $$;
                 CREATE TRIGGER t_eco AFTER UPDATE ON crm.papeis FOR EACH STATEMENT EXECUTE FUNCTION crm.t_eco()""")
    elif como == "adiado":
        s.sql("""CREATE FUNCTION crm.t_eco() RETURNS trigger LANGUAGE plpgsql AS
                 $$ BEGIN INSERT INTO crm.produtos (nome) VALUES ('eco'); RETURN NULL; END $$;
                 CREATE CONSTRAINT TRIGGER t_eco AFTER UPDATE ON crm.papeis DEFERRABLE INITIALLY DEFERRED
                     FOR EACH ROW EXECUTE FUNCTION crm.t_eco()""")
    elif como == "cascata":
        s.sql("CREATE TABLE crm.t_pai (nome text PRIMARY KEY); INSERT INTO crm.t_pai VALUES ('filho')")
        s.sql(produto("filho"))
        s.sql("""ALTER TABLE crm.produtos ADD CONSTRAINT t_pai FOREIGN KEY (nome) REFERENCES crm.t_pai
                     ON DELETE CASCADE NOT VALID""")

    def fazer():
        if como == "insert":
            s.sql(produto())
        elif como == "copy":
            with s._super.cursor() as cur:
                cur.copy_expert("COPY crm.produtos (nome) FROM STDIN", io.StringIO("um\ndois\n"))
        elif como == "replica":
            s.sql("SET session_replication_role = replica")
            s.sql(produto())
            s.sql("RESET session_replication_role")
        elif como == "merge":
            s.sql("""MERGE INTO crm.produtos p USING (VALUES ('m')) v(n) ON false
                     WHEN NOT MATCHED THEN INSERT (nome) VALUES (v.n)""")
        elif como == "cascata":
            s.sql("DELETE FROM crm.t_pai")
        else:
            s.sql("UPDATE crm.papeis SET descricao = descricao || '.' WHERE papel = 'bi'")
    try:
        s.esperar("aberta")
        assert cache.mudou(fazer)[cache.qualquer("produtos")] == 1
    finally:
        if como in ("gatilho", "adiado"):
            s.sql("DROP FUNCTION crm.t_eco() CASCADE")
        elif como == "cascata":
            s.sql("DROP TABLE crm.t_pai CASCADE")


def test_muitas_linhas_sao_a_tabela(cache):
    s = cache.s
    um = cache.mudou(lambda: s.sql(f"INSERT INTO crm.produtos (nome) SELECT 'p' || i FROM generate_series(1, {COLETA_MAX + 1}) i"))
    assert um == {cache.qualquer("produtos"): 1, cache.massa("produtos"): 1}

    # A statement of many rows collapses its own table; what is told of others stays exact.
    def dois_comandos():
        s.sql("BEGIN")
        s.sql("UPDATE crm.clientes SET nome_mae = nome_mae || 'c' WHERE id_cliente = 1")
        s.sql(f"UPDATE crm.produtos SET nome = nome || '.' WHERE id IN (SELECT id FROM crm.produtos LIMIT {COLETA_MAX + 1})")
        s.sql("COMMIT")
    dois = cache.mudou(dois_comandos)
    assert cache.massa("produtos") in dois and any(k >= FIXOS for k in dois)

    # More tags than a transaction may name: whole tables only.
    tres = cache.mudou(lambda: s.sql("UPDATE crm.clientes SET nome_completo = nome_completo || ' ' || md5(id_cliente::text)"))
    assert {cache.massa("clientes"), cache.qualquer("clientes")} <= set(tres)
    assert all(k < FIXOS for k in tres)


def test_o_que_desliga_gatilhos_conta(cache):
    """A run of the distribution and the demo data write without the triggers of the counters."""
    s = cache.s
    vendedor = s.valor("SELECT min(id) FROM crm.vendedores")
    assert cache.qualquer("cliente_vendedor") in cache.mudou(lambda: s.sql(f"SELECT crm.entrar_vendedor({vendedor})"))
    assert s.valor("SELECT count(*) FROM crm.cliente_vendedor") > 0
    m = cache.mudou(lambda: s.sql("SELECT crm.popular(5, 1, 77)"))
    assert {cache.qualquer("clientes"), cache.qualquer("pedidos")} <= set(m)


def test_truncate(cache):
    s = cache.s
    s.sql("CREATE TABLE crm.t_guarda AS TABLE crm.pedidos")
    try:
        s.esperar("aberta")
        m = cache.mudou(lambda: s.sql("TRUNCATE crm.pedidos"))
        assert m[cache.massa("pedidos")] == m[cache.qualquer("pedidos")] == 1
    finally:
        s.sql("INSERT INTO crm.pedidos OVERRIDING SYSTEM VALUE TABLE crm.t_guarda")
        s.sql("DROP TABLE crm.t_guarda")


def test_replicacao_logica_aplicada(cache):
    """Rows and TRUNCATE that a subscription applies."""
    s = cache.s
    adm = s.conectar("postgres")
    adm.cursor().execute("CREATE DATABASE origem TEMPLATE template0")
    origem = s.conectar("origem")
    o = origem.cursor()
    try:
        o.execute("CREATE EXTENSION crm; SELECT crm.instalar()")
        o.execute("CREATE PUBLICATION tudo FOR TABLE crm.produtos")
        o.execute("SELECT pg_create_logical_replication_slot('ida', 'pgoutput')")
        s.sql(f"""CREATE SUBSCRIPTION ida CONNECTION 'host={s.pasta} dbname=origem user=postgres' PUBLICATION tudo
                  WITH (create_slot = false, slot_name = 'ida', copy_data = false)""")
        s.esperar("aberta")
        antes = s.valor("SELECT count(*) FROM crm.produtos")

        def inserir():
            o.execute("INSERT INTO crm.produtos (id, nome) VALUES (900001, 'de longe')")
            ate(lambda: s.valor("SELECT count(*) FROM crm.produtos") == antes + 1, "the row applied")
        assert cache.mudou(inserir)[cache.qualquer("produtos")] == 1

        def alterar():
            o.execute("UPDATE crm.produtos SET nome = 'mudado' WHERE id = 900001")
            ate(lambda: s.valor("SELECT nome FROM crm.produtos WHERE id = 900001") == "mudado", "the update applied")
        assert cache.mudou(alterar)[cache.qualquer("produtos")] == 1

        def apagar():
            o.execute("DELETE FROM crm.produtos WHERE id = 900001")
            ate(lambda: s.valor("SELECT count(*) FROM crm.produtos") == antes, "the delete applied")
        assert cache.mudou(apagar)[cache.qualquer("produtos")] == 1
        s.sql("ALTER TABLE crm.pedidos DROP CONSTRAINT pedidos_produto_id_fkey")
        s.esperar("aberta")

        def esvaziar():
            o.execute("INSERT INTO crm.produtos (id, nome) VALUES (900002, 'a'); TRUNCATE crm.produtos CASCADE")
            ate(lambda: s.valor("SELECT count(*) FROM crm.produtos") == 0, "the truncate applied")
        assert cache.mudou(esvaziar)[cache.massa("produtos")] == 1
    finally:
        s.sql("ALTER SUBSCRIPTION ida DISABLE; ALTER SUBSCRIPTION ida SET (slot_name = NONE)")
        s.sql("DROP SUBSCRIPTION ida")
        ate(lambda: o.execute("SELECT NOT active FROM pg_replication_slots WHERE slot_name = 'ida'") or o.fetchone()[0], "slot")
        o.execute("SELECT pg_drop_replication_slot('ida')")
        origem.close()
        adm.cursor().execute("DROP DATABASE origem WITH (FORCE)")
        adm.close()


# ---- when it becomes visible --------------------------------------------------------

def ve(s, pid):
    """What another session sees of product pid."""
    return s.valor("SELECT nome FROM crm.produtos WHERE id = %s", (pid,))


@pytest.fixture
def linha(cache):
    return cache.s.valor("INSERT INTO crm.produtos (nome) VALUES ('antes') RETURNING id")


def mudar(s, linha, nome="depois"):
    return Escrita(s, f"UPDATE crm.produtos SET nome = '{nome}' WHERE id = {linha}")


def test_marca_antes_de_ser_vista(cache, linha):
    """While Redis has not acknowledged the mark, nobody sees the new row."""
    s = cache.s
    cache.elo.segurar("resposta", "INCRBY")
    w = mudar(s, linha)
    cache.elo.esperar_preso()
    assert ve(s, linha) == "antes"
    assert s.status()["pendentes"] > 0
    cache.elo.soltar()
    w.fim()
    assert ve(s, linha) == "depois"
    cache.quieto()


def test_sem_resposta_espera_o_fim_da_cerca(cache, linha):
    """Mark lost: the write is seen only when no fence of its epoch lives, and never fails."""
    s = cache.s
    epoca = s.status()["epoca"]
    cache.elo.buraco()
    w = mudar(s, linha)
    vivia = ate(lambda: (ve(s, linha) == "depois" and "visto") or (not w.acabou() and cache.cerca().startswith(f"{epoca}:") and "antes"), "a look")
    w.fim()
    cache.livre_de_cerca(epoca)
    st = s.status()
    print(f"\nlongest wait of a write: {st['maior_espera_ms']:.0f} ms (ttl {TTL_MS}, mark {MARCA_MS}); first look: {vivia};"
          f" marks failed {st['falhas']}, waits {st['esperas']}")
    # Closed: nothing is attempted any more.
    antes = ate(lambda: (x := s.status())["epoca"] is None and x, "the guard gave the epoch up")
    for i in range(5):
        mudar(s, linha, f"depois {i}").fim()
    depois = s.status()
    assert (depois["falhas"], depois["esperas"]) == (antes["falhas"], antes["esperas"])
    cache.elo.passar()
    assert s.esperar("aberta")["epoca"] != epoca


def test_redis_morto_e_de_volta(cache, linha):
    s = cache.s
    epoca = s.status()["epoca"]
    cache.r.matar()
    mudar(s, linha).fim()
    assert ve(s, linha) == "depois"
    print(f"\nlongest wait of a write: {s.status()['maior_espera_ms']:.0f} ms")
    cache.r.iniciar()
    assert s.esperar("aberta")["epoca"] != epoca
    mudar(s, linha, "de novo").fim()
    assert cache.cerca()


def test_redis_congelado(cache, linha):
    s = cache.s
    cache.r.pausar()
    try:
        mudar(s, linha).fim()
        assert ve(s, linha) == "depois"
    finally:
        cache.r.continuar()
    s.esperar("aberta")


def test_dump_antigo_traz_cerca_que_nao_vale(cache, linha, tmp_path):
    """The fence of a dump names the process of then."""
    s = cache.s
    velho = s.status()
    dump = tmp_path / "dump.rdb"
    cache.r.salvar(dump)
    os.kill(s.pid_da_guarda(), signal.SIGSTOP)
    guarda = s.pid_da_guarda()
    try:
        cache.r.matar()
        cache.r.iniciar(dump=dump)
        run_id = [x for x in cache.r.cli("INFO", "server").splitlines() if x.startswith("run_id")][0].split(":")[1].strip()
        assert run_id not in cache.cerca()
        mudar(s, linha).fim()
        assert ve(s, linha) == "depois"
    finally:
        os.kill(guarda, signal.SIGCONT)
    ate(lambda: s.esperar("aberta")["epoca"] != velho["epoca"], "a new epoch")
    assert cache.cerca().endswith(run_id)


def test_flushall(cache, linha):
    s = cache.s
    epoca = s.status()["epoca"]
    os.kill(guarda := s.pid_da_guarda(), signal.SIGSTOP)
    try:
        cache.r.cli("FLUSHALL")
        marcas = s.status()["marcas"]
        mudar(s, linha).fim()
        assert s.status()["marcas"] == marcas     # the array without its magic number is none
        assert cache.cerca() == ""
    finally:
        os.kill(guarda, signal.SIGCONT)
    ate(lambda: s.esperar("aberta")["epoca"] != epoca, "a new epoch")
    # What the late mark left behind is swept away.
    ate(lambda: cache.r.chaves("crm:*:q:*") == [f"{s.status()['prefixo']}q:{s.status()['epoca']}"], "one array")


def test_relogio_do_negocio_movido(cache):
    """TEMPO-5: what is kept ends at a midnight, so nothing is when the clock that says when it comes has been moved."""
    s = cache.s
    for comando in ("SET crm.relogio_desvio = 86400", "RESET crm.relogio_desvio"):
        epoca = s.esperar("aberta")["epoca"]
        s.sql("ALTER SYSTEM " + comando)
        s.sql("SELECT pg_reload_conf()")
        ate(lambda e=epoca: s.esperar("aberta")["epoca"] != e, "a new epoch")


@pytest.mark.parametrize("chave", ["fence", "q"])
def test_chave_perdida(cache, linha, chave):
    s = cache.s
    st = s.status()
    cache.r.cli("DEL", f"{st['prefixo']}fence" if chave == "fence" else f"{st['prefixo']}q:{st['epoca']}")
    mudar(s, linha).fim()
    ate(lambda: s.esperar("aberta")["epoca"] != st["epoca"], "a new epoch")


def test_marca_desfeita_nao_fica_pendente(cache, linha):
    """What fails after its mark is pending no more: it would be a miss for ever."""
    s = cache.s
    marcas = s.status()["marcas"]
    dois = [s.conectar() for _ in range(2)]
    for c in dois:
        cur = c.cursor()
        cur.execute("BEGIN ISOLATION LEVEL SERIALIZABLE")
        cur.execute("SELECT count(*) FROM crm.produtos")
        cur.execute(produto("um de dois"))
    dois[0].cursor().execute("COMMIT")
    with pytest.raises(psycopg2.errors.SerializationFailure):
        dois[1].cursor().execute("COMMIT")      # judged after the mark
    assert s.status()["marcas"] == marcas + 2
    cache.quieto()
    for c in dois:
        c.close()


def test_conexao_derrubada_entre_duas_escritas(cache, linha):
    s = cache.s
    c = s.conectar()
    c.cursor().execute(f"UPDATE crm.produtos SET nome = 'um' WHERE id = {linha}")
    cache.quieto()
    falhas = s.status()["falhas"]
    cache.elo.cortar()
    ate(lambda: s.status()["estado"] == "aberta" and cache.cerca(), "open")
    c.cursor().execute(f"UPDATE crm.produtos SET nome = 'dois' WHERE id = {linha}")
    assert s.status()["falhas"] == falhas
    c.close()


def test_cancelar_e_terminar_quem_espera(cache, linha):
    """A transaction that waits for the fence can be cancelled: it is undone, and its mark pending no more."""
    s = cache.s
    for como in ("pg_cancel_backend", "pg_terminate_backend"):
        s.esperar("aberta")
        os.kill(guarda := s.pid_da_guarda(), signal.SIGSTOP)
        try:
            cache.elo.buraco()
            w = mudar(s, linha)
            ate(lambda: w.acabou() or s.status()["em_voo"] > 0, "in flight")
            s.sql(f"SELECT {como}({w.pid})")
            try:
                w.fim()
            except psycopg2.Error:
                assert ve(s, linha) == "antes"
            ate(lambda: s.status()["em_voo"] == 0, "nobody in flight")
            cache.quieto()
        finally:
            os.kill(guarda, signal.SIGCONT)
            cache.elo.passar()


def test_abertura_espera_quem_ja_confirma(cache, linha):
    """A new epoch has no fence before every transaction that began to commit earlier has ended."""
    s = cache.s
    epoca = s.status()["epoca"]
    s.sql("ALTER SYSTEM SET synchronous_standby_names = 'ninguem'")
    s.sql("SELECT pg_reload_conf()")
    try:
        ate(lambda: s.conectar().cursor().execute("SELECT 1") or
            s.valor("SHOW synchronous_standby_names") == "ninguem", "reload")
        def espera():
            return s.valor("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'") == 1

        def sonda():
            w = mudar(s, linha, "antes")
            ate(lambda: espera() or w.acabou(), "in SyncRep, or over")
            preso = not w.acabou()
            s.sql(f"SELECT pg_cancel_backend({w.pid})")
            w.fim()
            return preso
        ate(sonda, "the checkpointer has read the setting, too")
        w = mudar(s, linha)     # marked, then waits for a standby that never comes
        ate(espera, "in SyncRep")
        cache.r.cli("FLUSHALL")
        s.esperar("abrindo")
        assert cache.cerca() == "" and ve(s, linha) == "antes"
        s.sql(f"SELECT pg_cancel_backend({w.pid})")
        w.fim()
    finally:
        s.sql("ALTER SYSTEM RESET synchronous_standby_names")
        s.sql("SELECT pg_reload_conf()")
    assert s.esperar("aberta")["epoca"] != epoca
    assert ve(s, linha) == "depois"


# ---- the guard ----------------------------------------------------------------------

def test_guarda_congelada(cache, linha):
    """Its fence runs out by itself; writes go on."""
    s = cache.s
    epoca = s.status()["epoca"]
    os.kill(guarda := s.pid_da_guarda(), signal.SIGSTOP)
    try:
        ate(lambda: cache.cerca() == "", "the fence runs out")
        mudar(s, linha).fim()
        assert s.status()["estado"] == "fechada"
    finally:
        os.kill(guarda, signal.SIGCONT)
    ate(lambda: s.esperar("aberta")["epoca"] != epoca, "a new epoch")


def test_guarda_terminada_volta_e_leva_a_cerca(cache, linha):
    s = cache.s
    epoca = s.status()["epoca"]
    s.sql(f"SELECT pg_terminate_backend({s.pid_da_guarda()})")
    mudar(s, linha).fim()
    ate(lambda: s.esperar("aberta")["epoca"] != epoca, "a new epoch")


@pytest.mark.parametrize("quem", ["guarda", "servidor", "escritor"])
def test_kill_9(cache, linha, quem):
    s = cache.s
    epoca = s.status()["epoca"]
    if quem == "servidor":
        s.matar()
        s.iniciar()
    else:
        vitima, testemunha = s.conectar(), s.conectar()
        os.kill(s.pid_da_guarda() if quem == "guarda" else vitima.get_backend_pid(), signal.SIGKILL)

        def caiu():     # until the postmaster has seen it, the server answers as ever
            try:
                with testemunha.cursor() as cur:
                    cur.execute("SELECT 1")
            except psycopg2.Error:
                return True

        def de_volta():
            try:
                return s.valor("SELECT NOT pg_is_in_recovery()")
            except psycopg2.Error:
                s._super = None
        ate(caiu, "the server restarts")
        s._super = None
        ate(de_volta, "the server is back")
    mudar(s, linha).fim()
    assert ve(s, linha) == "depois"
    assert s.esperar("aberta")["epoca"] != epoca


# ---- what is refused ----------------------------------------------------------------

def test_2pc_recusado(cache):
    s = cache.s
    c = s.conectar()
    cur = c.cursor()
    cur.execute("BEGIN")
    cur.execute(produto())
    with pytest.raises(psycopg2.errors.FeatureNotSupported) as e:
        cur.execute("PREPARE TRANSACTION 'x'")
    assert "cache" in str(e.value)
    cur.execute("ROLLBACK")
    # One that changed nothing of the cache may.
    cur.execute("BEGIN")
    cur.execute("SELECT pg_current_xact_id()")
    cur.execute("PREPARE TRANSACTION 'y'")
    cur.execute("ROLLBACK PREPARED 'y'")
    c.close()
