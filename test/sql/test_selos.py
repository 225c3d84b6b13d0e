"""Seals of the audit: what they are made of, what tampering they find, copies, retention (AUDIT-2, D-7).

Whoever tampers is crm_owner, who owns the tables and may do anything to them.
"""
import hashlib
import hmac
import json
import pathlib
import re
import struct
import subprocess
import threading

import psycopg2
import pytest

INICIO = "extract(epoch FROM %s - '2000-01-01 00:00:00+00'::timestamptz) * 1000000"
COLUNAS = ["id", "quando", "xid", "usuario_id", "papel", "role_banco", "endereco", "requisicao", "acao", "tabela",
           "registro_id", "linhas", "antes", "depois"]


def viver(b, vezes=4):
    """Some audit, in several seals."""
    b.sql("SELECT crm.auditoria_selar()")
    for n in range(vezes):
        b.sql("""INSERT INTO crm.produtos (nome, preco) SELECT 'P' || %s || '-' || g, g FROM generate_series(1, 5) g""", (n,))
        b.sql("UPDATE crm.produtos SET preco = preco + 0.50")
        b.sql("SELECT crm.auditoria_selar()")
    b.sql("INSERT INTO crm.produtos (nome, preco) SELECT 'bulk ' || g, g FROM generate_series(1, 150) g")
    b.sql("SELECT crm.auditoria_selar()")


def verificar(b, *args):
    return {p: (i, n, d) for p, i, n, d in b.sql(
        f"SELECT * FROM crm.auditoria_verificar({', '.join(['%s'] * len(args))})", args)}


@pytest.fixture(scope="module")
def vivo(banco_modulo):
    viver(banco_modulo)
    return banco_modulo


@pytest.fixture
def dono(vivo):
    """A transaction of crm_owner, triggers off; undone at the end."""
    c = vivo.conectar(autocommit=False)
    d = Dono(c)
    yield d
    c.rollback()


class Dono:
    def __init__(self, conexao):
        self.cur = conexao.cursor()
        self.meses = [m for m, in self.ler("SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"
                                           " WHERE i.inhparent = 'crm.auditoria'::regclass")]
        self.sql("SET LOCAL ROLE crm_owner")
        for t in ["auditoria", "auditoria_selos", *self.meses]:
            self.sql(f"ALTER TABLE crm.{t} DISABLE TRIGGER USER")
            self.sql(f"ALTER TABLE crm.{t} NO FORCE ROW LEVEL SECURITY")

    def ler(self, comando, *args):
        self.cur.execute(comando, args)
        return self.cur.fetchall()

    def sql(self, comando, *args):
        self.cur.execute(comando, args)
        return self.cur.rowcount

    def verificar(self, *args):
        """What is found, but that the triggers are off."""
        self.sql("RESET ROLE")
        r = {p: (i, n, d) for p, i, n, d in self.ler(
            f"SELECT * FROM crm.auditoria_verificar({', '.join(['%s'] * len(args))})", *args)}
        assert "auditoria_imutavel" in r.pop("desligada")[2]
        self.sql("SET LOCAL ROLE crm_owner")
        return r

    def mes(self):
        return self.ler("SELECT tableoid::regclass::text FROM crm.auditoria LIMIT 1")[0][0]


# ---- the format, computed once more from its description --------------------------


class Numero(str):
    pass


def i64(v):
    return struct.pack(">q", int(v))


def texto(s):
    b = s.encode()
    return struct.pack(">I", len(b)) + b


def arvore(v):
    if v is None:
        return b"n"
    if isinstance(v, bool):
        return b"t" if v else b"f"
    if isinstance(v, Numero):
        return b"#" + texto(v)
    if isinstance(v, str):
        return b'"' + texto(v)
    if isinstance(v, list):
        return b"[" + struct.pack(">I", len(v)) + b"".join(arvore(x) for x in v)
    chaves = sorted(v, key=lambda k: (len(k.encode()), k.encode()))
    return b"{" + struct.pack(">I", len(v)) + b"".join(texto(k) + arvore(v[k]) for k in chaves)


def canonica(linha):
    saida = b"\x01"
    for nome, v in zip(COLUNAS, linha):
        if v is None:
            saida += b"\x00"
            continue
        saida += b"\x01"
        if nome in ("antes", "depois"):
            saida += arvore(json.loads(v, parse_int=Numero, parse_float=Numero))
        elif nome == "linhas":
            saida += struct.pack(">i", v)
        elif nome in ("id", "quando", "xid", "usuario_id", "registro_id"):
            saida += i64(v)
        else:
            saida += texto(v)
    return saida


def test_formato_calculado_de_novo(vivo):
    vivo.sql("""INSERT INTO crm.auditoria (acao, depois, antes, endereco) VALUES ('teste',
                '{"b": [1, 2.50, -1e30, null, true, {}, []], "aa": {"ç": "é\\n😀"}, "a": 0}', '"só um texto"', '')""")
    vivo.sql("SELECT crm.auditoria_selar()")
    lista = ", ".join(f"({INICIO % 'quando'})::bigint" if c == "quando" else f"{c}::text::bigint" if c == "xid"
                      else f"{c}::text" if c in ("antes", "depois", "role_banco") else c for c in COLUNAS)
    esperados = {r[0]: (r[1], hashlib.sha256(canonica(r)).digest()) for r in vivo.sql(f"SELECT {lista} FROM crm.auditoria")}
    anterior, vistos = bytes(32), {}
    desde, chave = re.search(r"(?m)^chave (\d+):([0-9a-f]{64})$", vivo.valor("SELECT pg_read_file(%s)", (str(arquivo(vivo)),))).groups()
    chave = bytes.fromhex(chave)
    assert desde == "1"
    for n, seg, tipo, origem, de, ate, piso, linhas, p, u, pe, ue, quando, itens, ih, ant, hash_, aut in vivo.sql(f"""
            SELECT n, segmento, tipo, origem, de_xid::text, ate_xid::text, piso_id, linhas, primeiro_id, ultimo_id,
                   ({INICIO % 'primeira_em'})::bigint, ({INICIO % 'ultima_em'})::bigint, ({INICIO % 'quando'})::bigint,
                   itens, itens_hash, anterior, hash, autenticacao FROM crm.auditoria_selos ORDER BY n"""):
        assert bytes(ant) == anterior
        for k in range(linhas):
            item = bytes(itens)[48 * k:48 * (k + 1)]
            i, q = struct.unpack(">qq", item[:16])
            assert i not in vistos and p <= i <= u and pe <= q <= ue
            vistos[i] = (q, item[16:])
        assert len(itens) == 48 * linhas and hashlib.sha256(itens).digest() == bytes(ih)
        anterior = hashlib.sha256(b"crm selo 1" + anterior + i64(n) + i64(seg) + texto(tipo) + texto(origem) + i64(de) + i64(ate)
                                  + i64(piso) + i64(linhas) + b"".join(i64(x or 0) for x in (p, u, pe, ue)) + i64(quando)
                                  + bytes(ih)).digest()
        assert bytes(hash_) == anterior and bytes(aut) == hmac.digest(chave, anterior, "sha256")
    assert vistos == esperados
    assert verificar(vivo) == {}
    assert vivo.valor("SELECT crm.auditoria_selo()") == f"{n}:{anterior.hex()}"


# ---- tampering ----------------------------------------------------------------------


def test_dono_nao_muda_nada_sem_tirar_os_gatilhos(vivo):
    c = vivo.conectar(autocommit=False)
    cur = c.cursor()
    for t in ("auditoria", "auditoria_selos", "auditoria_padrao", vivo.valor("SELECT tableoid::regclass::text FROM crm.auditoria LIMIT 1")[4:]):
        for comando in (f"UPDATE crm.{t} SET linhas = 2", f"DELETE FROM crm.{t}", f"TRUNCATE crm.{t}"):
            cur.execute("SET LOCAL ROLE crm_owner")
            with pytest.raises(psycopg2.errors.InsufficientPrivilege):
                cur.execute(comando)
            c.rollback()


@pytest.mark.parametrize("coluna,valor", [
    ("depois", "'{\"preco\": 1}'"), ("antes", "NULL"), ("usuario_id", "7"), ("papel", "'vendedor'"), ("role_banco", "'outro'"),
    ("endereco", "''"), ("requisicao", "'r'"), ("acao", "'login'"), ("tabela", "NULL"), ("registro_id", "registro_id + 1"),
    ("linhas", "2"), ("quando", "quando + interval '1 microsecond'"), ("xid", "'3'"), ("xid", "pg_current_xact_id()")])
def test_editar(dono, coluna, valor):
    alvo = dono.ler("SELECT id FROM crm.auditoria WHERE acao = 'alterar' ORDER BY id OFFSET 7 LIMIT 1")[0][0]
    assert dono.sql(f"UPDATE crm.auditoria SET {coluna} = {valor} WHERE id = %s", alvo) == 1
    achado = dono.verificar()
    assert achado["alterada"][0] == alvo and set(achado) == {"alterada"}, achado


def test_excluir(dono):
    alvo = dono.ler("SELECT id FROM crm.auditoria ORDER BY id OFFSET 9 LIMIT 1")[0][0]
    dono.sql("DELETE FROM crm.auditoria WHERE id IN (%s, %s)", alvo, alvo + 3)
    achado = dono.verificar()
    assert achado["faltando"][0] == alvo and "mais 1" in achado["faltando"][2] and set(achado) == {"faltando"}, achado


def test_inserir(dono):
    """As if it had always been there: an id that a rollback left free, a time and a transaction of the past."""
    dono.sql("INSERT INTO crm.auditoria (id, quando, xid, acao) SELECT -1, quando, xid, 'login' FROM crm.auditoria ORDER BY id OFFSET 4 LIMIT 1")
    achado = dono.verificar()
    assert achado["inserida"][0] == -1 and set(achado) == {"inserida"}, achado
    # The same id twice, which another quando makes possible.
    dono.sql("DELETE FROM crm.auditoria WHERE id = -1")
    dono.sql("INSERT INTO crm.auditoria (id, quando, xid, acao) SELECT id, quando + interval '1 s', xid, 'login' FROM crm.auditoria ORDER BY id OFFSET 4 LIMIT 1")
    assert set(dono.verificar()) == {"inserida"}


def test_trocar_duas(dono):
    a, b = [i for i, in dono.ler("SELECT id FROM crm.auditoria WHERE acao = 'alterar' ORDER BY id LIMIT 2")]
    dono.sql("UPDATE crm.auditoria SET id = -id WHERE id = %s", a)
    dono.sql("UPDATE crm.auditoria SET id = %s WHERE id = %s", a, b)
    dono.sql("UPDATE crm.auditoria SET id = %s WHERE id = %s", b, -a)
    achado = dono.verificar()
    assert achado["alterada"][0] == a and "mais 1" in achado["alterada"][2], achado


def test_cortar_o_fim(dono):
    ultima = dono.ler("SELECT max(ultimo_id) FROM crm.auditoria_selos")[0][0]
    dono.sql("DELETE FROM crm.auditoria WHERE id > %s", ultima - 3)
    achado = dono.verificar()
    assert achado["cortada"][0] == ultima - 2 and set(achado) == {"cortada"}, achado


def test_cortar_o_fim_com_os_selos(dono):
    n = dono.ler("SELECT max(n) FROM crm.auditoria_selos WHERE linhas > 0")[0][0]
    dono.sql("DELETE FROM crm.auditoria a USING crm.auditoria_selos s WHERE s.n >= %s AND a.id BETWEEN s.primeiro_id AND s.ultimo_id", n)
    dono.sql("DELETE FROM crm.auditoria_selos WHERE n >= %s", n)
    achado = dono.verificar()
    assert achado["cortada"][1] >= n and set(achado) == {"cortada"}, achado


def test_mexer_nos_selos(dono):
    n = dono.ler("SELECT n FROM crm.auditoria_selos WHERE linhas > 0 ORDER BY n LIMIT 1")[0][0]
    for comando in ("UPDATE crm.auditoria_selos SET itens = substr(itens, 49) WHERE n = %s",
                    "UPDATE crm.auditoria_selos SET itens = NULL WHERE n = %s",
                    "UPDATE crm.auditoria_selos SET quando = quando - interval '1 day' WHERE n = %s",
                    "UPDATE crm.auditoria_selos SET ate_xid = '9999999' WHERE n = %s",
                    "DELETE FROM crm.auditoria_selos WHERE n = %s"):
        dono.sql("SAVEPOINT s")
        dono.sql(comando, n)
        achado = dono.verificar()
        assert achado["selo"][1] == n, (comando, achado)
        dono.sql("ROLLBACK TO s")
    assert dono.verificar() == {}


def test_trocar_a_particao(dono):
    """Detached, doctored, put back; and another table in its place."""
    mes = dono.mes()
    alvo = dono.ler("SELECT id FROM crm.auditoria WHERE acao = 'alterar' ORDER BY id LIMIT 1")[0][0]
    limites = dono.ler("SELECT pg_get_expr(relpartbound, oid) FROM pg_class WHERE oid = %s::regclass", mes)[0][0]
    dono.sql("RESET ROLE")      # a table in schema crm needs more than its owner
    dono.sql(f"ALTER TABLE crm.auditoria DETACH PARTITION {mes}")
    dono.sql("SAVEPOINT s")
    dono.sql(f"UPDATE {mes} SET registro_id = -5 WHERE id = %s", alvo)
    dono.sql(f"ALTER TABLE crm.auditoria ATTACH PARTITION {mes} {limites}")
    achado = dono.verificar()
    assert achado["alterada"][0] == alvo, achado
    dono.sql("RESET ROLE")
    dono.sql("ROLLBACK TO s")
    dono.sql(f"CREATE TABLE crm.outra (LIKE {mes} INCLUDING ALL)")
    dono.sql(f"INSERT INTO crm.outra SELECT * FROM {mes} WHERE id <> %s", alvo)
    dono.sql(f"ALTER TABLE crm.auditoria ATTACH PARTITION crm.outra {limites}")
    achado = dono.verificar()
    assert achado["faltando"][0] == alvo, achado
    dono.sql("RESET ROLE")
    dono.sql("DROP TABLE crm.outra")
    assert "cortada" in dono.verificar()        # without it nothing is left


def test_faixa_de_ids(dono):
    ids = [i for i, in dono.ler("SELECT id FROM crm.auditoria ORDER BY id")]
    dono.sql("UPDATE crm.auditoria SET acao = 'x' WHERE id IN (%s, %s)", ids[5], ids[20])
    assert dono.verificar(None, ids[6], ids[30])["alterada"][0] == ids[20]
    assert dono.verificar(None, ids[21], ids[30]) == {}
    assert dono.verificar(None, None, ids[19])["alterada"][0] == ids[5]


def test_selo_dado(vivo):
    selo = vivo.valor("SELECT n || ':' || encode(hash, 'hex') FROM crm.auditoria_selos ORDER BY n OFFSET 2 LIMIT 1")
    assert verificar(vivo, selo) == {}
    n, h = selo.split(":")
    assert verificar(vivo, f"{n}:{h[:-1]}{'0' if h[-1] != '0' else '1'}")["selo"][1] == int(n)
    assert verificar(vivo, f"999:{h}")["cortada"][1] == 999
    for ruim in ("", "x", "1", "0:" + h, "1:" + h[1:], "-1:" + h, "1:" + h.upper() if h.upper() != h else "1:g" + h[1:],
                 "99999999999999999999:" + h):
        with pytest.raises(psycopg2.Error) as e:
            vivo.sql("SELECT * FROM crm.auditoria_verificar(%s)", (ruim,))
        assert e.value.pgcode == "CR422"


# ---- with the file outside: committed ------------------------------------------------


def arquivo(b):
    return pathlib.Path(b.valor("SHOW data_directory")) / f"crm_selo.{b.valor('SELECT oid FROM pg_database WHERE datname = current_database()')}"


def test_selar_tudo_de_novo_se_descobre(banco):
    """The owner alters a row, empties the seals and lets the sealer begin again: chain and rows agree, the file does not."""
    viver(banco, 2)
    guardado = banco.valor("SELECT crm.auditoria_selo()")
    assert guardado in banco.valor("SELECT pg_read_file(%s)", (str(arquivo(banco)),))
    assert verificar(banco) == {}
    with banco.conectar(autocommit=False) as c:
        d = Dono(c)
        d.sql("UPDATE crm.auditoria SET acao = 'alterada' WHERE id = (SELECT min(id) FROM crm.auditoria)")
        d.sql("DELETE FROM crm.auditoria_selos")
        for t in ["auditoria", "auditoria_selos", *d.meses]:
            d.sql(f"ALTER TABLE crm.{t} ENABLE TRIGGER USER")
    banco.sql("SELECT crm.auditoria_selar()")
    assert any("is not what was sealed" in n for n in banco.abertas[0].notices)
    assert set(verificar(banco)) == {"cortada"}          # fewer seals than there were
    while banco.valor("SELECT max(n) FROM crm.auditoria_selos") <= int(guardado.split(":")[0]):
        banco.sql("UPDATE crm.produtos SET preco = preco + 1 WHERE id = (SELECT min(id) FROM crm.produtos)")
        banco.sql("SELECT crm.auditoria_selar()")
    # The file remembers what it held, and so does who wrote it down.
    assert set(verificar(banco)) == {"selo"}
    banco.sql("SELECT crm.auditoria_selar()")
    assert verificar(banco, guardado)["selo"][1] == int(guardado.split(":")[0])
    assert f"divergente {guardado}" in banco.valor("SELECT pg_read_file(%s)", (str(arquivo(banco)),))


def test_desfeito_nao_se_publica(banco):
    banco.sql("SELECT crm.auditoria_selar()")
    antes = banco.valor("SELECT pg_read_file(%s)", (str(arquivo(banco)),))
    banco.sql("INSERT INTO crm.produtos (nome, preco) VALUES ('P', 1)")
    c = banco.conectar(autocommit=False)
    cur = c.cursor()
    cur.execute("SELECT crm.auditoria_selar()")
    assert cur.fetchone() == (1,)
    # Another session does not wait.
    assert banco.valor("SELECT crm.auditoria_selar()") == 0
    c.rollback()
    assert banco.valor("SELECT pg_read_file(%s)", (str(arquivo(banco)),)) == antes
    assert banco.valor("SELECT crm.auditoria_selar()") == 1
    assert verificar(banco) == {}


# ---- writers ---------------------------------------------------------------------------


def test_transacao_aberta_segura_so_o_que_veio_depois(banco):
    banco.sql("SELECT crm.auditoria_selar()")
    a = banco.conectar(autocommit=False)
    a.cursor().execute("INSERT INTO crm.produtos (nome, preco) VALUES ('aberta', 1)")
    banco.sql("INSERT INTO crm.produtos (nome, preco) VALUES ('depois', 1)")
    assert banco.valor("SELECT crm.auditoria_selar()") == 0
    assert verificar(banco) == {}                          # neither is held against it
    a.commit()
    assert banco.valor("SELECT crm.auditoria_selar()") == 2
    assert verificar(banco) == {}


def test_oito_escritores_cada_linha_uma_vez(banco):
    banco.sql("INSERT INTO crm.produtos (id, nome, preco) SELECT g, 'W' || g, 1 FROM generate_series(1001, 1008) g")
    banco.sql("SELECT crm.auditoria_selar()")
    erros, fim = [], threading.Event()

    def escrever(n):
        try:
            c = banco.conectar(autocommit=False)
            cur = c.cursor()
            for k in range(60):
                for _ in range(1 + (n + k) % 3):
                    cur.execute("UPDATE crm.produtos SET preco = preco + 1 WHERE id = %s", (1001 + n,))
                c.rollback() if (n + k) % 7 == 0 else c.commit()
        except Exception as e:      # noqa: BLE001
            erros.append(e)

    def selar():
        c = banco.conectar()
        cur = c.cursor()
        while not fim.is_set():
            cur.execute("SELECT crm.auditoria_selar()")
            cur.execute("SELECT * FROM crm.auditoria_verificar()")
            erros.extend(cur.fetchall())

    fios = [threading.Thread(target=escrever, args=(n,)) for n in range(8)]
    selador = threading.Thread(target=selar)
    selador.start()
    for f in fios:
        f.start()
    for f in fios:
        f.join()
    fim.set()
    selador.join()
    banco.sql("SELECT crm.auditoria_selar()")
    assert not erros, erros[:3]
    assert verificar(banco) == {}
    assert banco.sql("""SELECT a.id FROM crm.auditoria a FULL JOIN
                          (SELECT i.id FROM crm.auditoria_selos s, crm.auditoria_itens(s.itens) i) x USING (id)
                         GROUP BY 1, x.id HAVING a.id IS NULL OR x.id IS NULL OR count(*) <> 1""") == []
    assert banco.valor("SELECT count(*) FROM crm.auditoria_selos WHERE linhas > 0") > 1


# ---- copies, months, retention ---------------------------------------------------------


def test_copia_comeca_um_segmento(banco):
    """pg_dump into another database: what was sealed stays verifiable, what was not is sealed there."""
    viver(banco, 2)
    selo = banco.valor("SELECT crm.auditoria_selo()")
    banco.sql("INSERT INTO crm.produtos (nome, preco) VALUES ('sem selo', 1)")
    copia = banco.nome + "_copia"
    banco.sql(f"CREATE DATABASE {copia} TEMPLATE template0")
    try:
        sai = subprocess.run(["pg_dump", "-U", "postgres", "-d", banco.nome], capture_output=True, check=True).stdout
        subprocess.run(["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-U", "postgres", "-d", copia], input=sai, check=True,
                       stdout=subprocess.DEVNULL)
        b = type(banco)(copia)
        assert verificar(b, selo) == {}
        assert b.valor("SELECT crm.auditoria_selar()") == 1
        assert b.sql("SELECT segmento, tipo, linhas FROM crm.auditoria_selos ORDER BY n DESC LIMIT 1") == [(2, "abertura", 1)]
        b.sql("INSERT INTO crm.produtos (nome, preco) VALUES ('na cópia', 1)")
        assert b.valor("SELECT crm.auditoria_selar()") == 1
        assert verificar(b, selo) == {}
        # What came with the dump is judged as ever.
        b.sql("UPDATE crm.auditoria SET acao = 'x' WHERE id = (SELECT min(id) FROM crm.auditoria)")
        assert set(verificar(b)) == {"alterada"}
        b.fechar()
        # The original goes on by itself.
        assert banco.valor("SELECT crm.auditoria_selar()") == 1
        assert verificar(banco, selo) == {}
    finally:
        banco.sql(f"DROP DATABASE {copia} WITH (FORCE)")


def meses(b):
    return [m for m, in b.sql("SELECT tabela::text FROM crm.interno_auditoria_meses() ORDER BY de")]


def test_meses_adiante(banco):
    """A row of a month without a partition waits in auditoria_padrao, then moves unchanged."""
    assert len(meses(banco)) == 4
    epoca = "SELECT count(*) FROM pg_class WHERE relnamespace = 'crm'::regnamespace"
    antes = banco.valor(epoca)
    assert dict(banco.sql("SELECT * FROM crm.tarefas('particoes')")) == {"particoes": 0}
    assert banco.valor(epoca) == antes                     # no change of the schema when nothing is due
    banco.sql("INSERT INTO crm.auditoria (acao, quando) VALUES ('adiante', now() + interval '14 months'), ('infinito', 'infinity')")
    banco.sql("SELECT crm.auditoria_selar()")
    assert banco.valor("SELECT count(*) FROM crm.auditoria_padrao") == 2
    assert dict(banco.sql("SELECT * FROM crm.tarefas('particoes')")) == {"particoes": 1}
    assert banco.valor("SELECT array_agg(acao) FROM crm.auditoria_padrao") == ["infinito"]
    assert verificar(banco) == {}
    assert banco.valor("SELECT crm.cache_defeito()") is None
    # The owner is held back in the new one too.
    nova = banco.valor("SELECT tableoid::regclass::text FROM crm.auditoria WHERE acao = 'adiante'")
    c = banco.conectar(autocommit=False)
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        c.cursor().execute(f"SET LOCAL ROLE crm_owner; DELETE FROM {nova}")


def test_meses_de_outro_fuso(banco):
    """The business moves: the months that exist keep their bounds, the next ones leave no gap."""
    banco.sql("SELECT crm.configurar('fuso_horario', 'Asia/Tokyo')")
    for desvio in ("31 days", "130 days"):
        banco.sql("INSERT INTO crm.auditoria (acao, quando) VALUES ('x', now() + %s::interval), ('y', now() - %s::interval)", (desvio, desvio))
    banco.sql("SELECT * FROM crm.tarefas('particoes')")
    limites = banco.sql("SELECT de, ate FROM crm.interno_auditoria_meses() WHERE ate > now() - interval '20 days' ORDER BY de")
    assert len(limites) >= 5
    for a, b in zip(limites, limites[1:]):
        assert a[1] == b[0] or (b[0] - a[1]).days >= 27, limites      # months between that nobody needed


def test_retencao(banco):
    """Whole months, sealed ones only; the removal is sealed, told in the audit, and accepted; nothing else is."""
    viver(banco, 1)
    banco.sql("""INSERT INTO crm.auditoria (acao, quando) SELECT 'velha', now() - make_interval(months => 61 + g / 10)
                   FROM generate_series(0, 39) g""")
    banco.sql("INSERT INTO crm.auditoria (acao, quando) VALUES ('de 59 meses', now() - interval '59 months')")
    # Not sealed: kept, and the task says so.
    assert dict(banco.sql("SELECT * FROM crm.tarefas('particoes')")) == {"particoes": None}
    assert "is kept" in banco.valor("SELECT ultimo_erro FROM crm.v_tarefas WHERE tarefa = 'particoes'")
    assert banco.valor("SELECT count(*) FROM crm.auditoria WHERE acao = 'velha'") == 40
    banco.sql("SELECT crm.auditoria_selar()")
    assert dict(banco.sql("SELECT * FROM crm.tarefas('particoes')"))["particoes"] >= 40
    assert banco.valor("SELECT count(*) FROM crm.auditoria WHERE acao = 'velha'") == 0
    assert banco.valor("SELECT count(*) FROM crm.auditoria WHERE acao = 'de 59 meses'") == 1
    assert banco.valor("SELECT count(*) FROM crm.auditoria WHERE acao = 'auditoria_retencao'") == 4
    assert banco.valor("SELECT sum(linhas) FROM crm.auditoria_selos WHERE tipo = 'remocao'") == 40
    assert verificar(banco) == {}
    banco.sql("SELECT crm.auditoria_selar()")
    assert verificar(banco) == {}
    # A month that goes without that is missed.
    with banco.conectar(autocommit=False) as c:
        d = Dono(c)
        velha = d.ler("SELECT id, tableoid::regclass::text FROM crm.auditoria WHERE acao = 'de 59 meses'")[0]
        d.sql(f"DROP TABLE {velha[1]}")
        assert d.verificar()["faltando"][0] == velha[0]
        c.rollback()
    # Nor is one removed that does not say any more what was sealed.
    banco.sql("UPDATE crm.auditoria SET papel = 'ti' WHERE acao = 'de 59 meses'")
    banco.sql("SELECT crm.configurar('auditoria_retencao_meses', '50')")
    assert dict(banco.sql("SELECT * FROM crm.tarefas('particoes')")) == {"particoes": None}
    assert banco.valor("SELECT count(*) FROM crm.auditoria WHERE acao = 'de 59 meses'") == 1


def test_retencao_forjada_de_mes_novo(dono):
    """A removal that retention could not have made is none."""
    dono.sql("RESET ROLE")
    dono.ler("SELECT crm.interno_auditoria_remocao(date_trunc('month', now()) - interval '1 month', now() + interval '1 day', 1)")
    dono.sql("DELETE FROM crm.auditoria")
    achado = dono.verificar()
    assert "remoção" in achado["selo"][2] and "cortada" in achado, achado


def test_selo_forjado(dono):
    """The owner knows how a seal is made, but not the key: a removal of an old month, right in every other way."""
    n, seg, origem, ate, piso, anterior = dono.ler("""SELECT n, segmento, origem, ate_xid::text, piso_id, hash FROM crm.auditoria_selos
                                                       ORDER BY n DESC LIMIT 1""")[0]
    de, fim, agora = dono.ler(f"""SELECT ({INICIO % "(now() - interval '2 years')"})::bigint, ({INICIO % "(now() - interval '1 year')"})::bigint,
                                         ({INICIO % 'now()'})::bigint""")[0]
    ih = hashlib.sha256(b"").digest()
    hash_ = hashlib.sha256(b"crm selo 1" + bytes(anterior) + i64(n + 1) + i64(seg) + texto("remocao") + texto(origem) + i64(ate) + i64(ate)
                           + i64(piso) + i64(7) + i64(0) + i64(0) + i64(de) + i64(fim) + i64(agora) + ih).digest()
    dono.sql("""INSERT INTO crm.auditoria_selos (n, segmento, origem, tipo, de_xid, ate_xid, piso_id, linhas, primeira_em, ultima_em, quando,
                                                 itens_hash, anterior, hash, autenticacao, itens)
                VALUES (%s, %s, %s, 'remocao', %s::text::xid8, %s::text::xid8, %s, 7, now() - interval '2 years', now() - interval '1 year', now(),
                        %s, %s, %s, %s, '')""",
             n + 1, seg, origem, ate, ate, piso, ih, bytes(anterior), hash_, hashlib.sha256(hash_).digest())
    achado = dono.verificar()
    assert achado == {"selo": (None, n + 1, "não foi feito por este servidor")}, achado


def test_tabela_sem_particoes_se_converte(banco):
    """An installation of before: crm.instalar() keeps every row, and the numbers go on."""
    banco.sql("INSERT INTO crm.produtos (nome, preco) SELECT 'P' || g, g FROM generate_series(1, 5) g")
    banco.sql("DROP TABLE crm.auditoria_selos, crm.tarefas_estado CASCADE")
    banco.sql("CREATE TABLE crm.simples (LIKE crm.auditoria INCLUDING DEFAULTS)")
    banco.sql("INSERT INTO crm.simples SELECT * FROM crm.auditoria")
    banco.sql("INSERT INTO crm.simples (id, acao, quando) VALUES (5000, 'antiga', now() - interval '3 months')")
    banco.sql("DROP TABLE crm.auditoria CASCADE")
    banco.sql("ALTER TABLE crm.simples RENAME TO auditoria")
    banco.sql("ALTER TABLE crm.auditoria ALTER id ADD GENERATED BY DEFAULT AS IDENTITY, ADD CONSTRAINT auditoria_pkey PRIMARY KEY (id)")
    linhas = banco.sql("SELECT * FROM crm.auditoria ORDER BY id")
    for _ in range(2):
        banco.sql("SELECT crm.instalar()")
        assert banco.sql("SELECT * FROM crm.auditoria WHERE id <= 5000 ORDER BY id") == linhas
    assert len(meses(banco)) == 5 and banco.valor("SELECT count(*) FROM crm.auditoria_padrao") == 0
    banco.sql("INSERT INTO crm.auditoria (acao) VALUES ('nova')")
    assert banco.valor("SELECT id FROM crm.auditoria WHERE acao = 'nova'") > 5000
    banco.sql("SELECT crm.auditoria_selar()")
    assert verificar(banco) == {}


def test_quem_pode_conferir(vivo):
    for papel, pode in (("crm_administrador", True), ("crm_ti", True), ("crm_gerente", False), ("crm_bi", False)):
        c = vivo.conectar(autocommit=False)
        cur = c.cursor()
        cur.execute(f"SET LOCAL ROLE {papel}")
        for comando in ("SELECT * FROM crm.auditoria_verificar()", "SELECT crm.auditoria_selo()"):
            cur.execute("SAVEPOINT s")
            try:
                cur.execute(comando)
                feito = True
            except psycopg2.Error as e:
                assert e.pgcode in ("42501", "CR403")
                feito = False
            cur.execute("ROLLBACK TO s")
            assert feito == pode, (papel, comando)
        c.rollback()
