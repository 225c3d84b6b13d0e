"""Events: signed, after commit only, addressed; who may know the key (EVENTOS-1, S-3, X-8, X-12)."""
import hashlib
import hmac
import json
import select

import psycopg2
import pytest

SENHA = "cavalo correto bateria"


@pytest.fixture
def ouvinte(banco):
    banco.sql("UPDATE crm.configuracoes SET valor = '10' WHERE chave = 'bcrypt_custo'")
    c = banco.conectar()
    c.cursor().execute("LISTEN crm_eventos")
    banco.segredo = bytes(banco.valor("SELECT crm.web_segredo_evento()"))

    def ouvir():
        """Events so far, each with its signature verified."""
        # A notification of one's own proves that the earlier ones have arrived.
        banco.sql("NOTIFY crm_eventos, 'fim'")
        eventos = []
        while True:
            select.select([c], [], [], 10)
            c.poll()
            while c.notifies:
                texto = c.notifies.pop(0).payload
                if texto == "fim":
                    return eventos
                assinatura, corpo = texto.split(" ", 1)
                certa = hmac.new(banco.segredo, corpo.encode(), hashlib.sha256).hexdigest()[:32]
                assert hmac.compare_digest(assinatura, certa)
                eventos.append(json.loads(corpo))
    banco.ouvir = ouvir
    return banco


def entrar(banco, email):
    return json.loads(banco.valor("SELECT extra FROM crm.atender('login', NULL, '10.0.0.1', '', '', NULL, %s)",
                                  (json.dumps({"email": email, "senha": SENHA}),)))["abrir_sessao"]["sid"]


def test_login_e_logout_avisam(ouvinte):
    vera = ouvinte.valor(f"SELECT crm.criar_usuario('Vera', 'vera@e.test', 'vendedor', '{SENHA}')")
    ouvinte.ouvir()
    sid = entrar(ouvinte, "vera@e.test")
    online = [e for e in ouvinte.ouvir() if e["tipo"] == "vendedor_online"]
    assert [e["dados"]["online"] for e in online] == [True]
    assert online[0]["dados"]["vendedor_id"] == vera
    ouvinte.sql("SELECT crm.atender('logout', %s, '10.0.0.1', '', '', NULL, '{}')", (sid,))
    eventos = ouvinte.ouvir()
    assert [e["dados"]["online"] for e in eventos if e["tipo"] == "vendedor_online"] == [False]
    fim = [e for e in eventos if e["tipo"] == "sessao_encerrada"]
    assert [(e["dados"], e["para"]) for e in fim] == [({"sid": sid}, [vera])]


def test_fim_de_sessao_por_qualquer_porta(ouvinte):
    """S-3: a password, papel or deactivation by plain SQL tells the front too."""
    ouvinte.sql(f"SELECT crm.criar_usuario('Olga', 'olga@e.test', 'operador', '{SENHA}')")
    for mudanca in ("papel = 'gerente'", "senha_em = now()", "ativo = false"):
        sid = entrar(ouvinte, "olga@e.test")
        ouvinte.ouvir()
        ouvinte.sql(f"UPDATE crm.usuarios SET {mudanca} WHERE email = 'olga@e.test'")
        assert [e["dados"]["sid"] for e in ouvinte.ouvir() if e["tipo"] == "sessao_encerrada"] == [sid], mudanca


def test_so_depois_do_commit(ouvinte):
    """EVENTOS-1: what is rolled back, as a whole or to a savepoint, is not told."""
    ouvinte.sql(f"SELECT crm.criar_usuario('Rita', 'rita@e.test', 'operador', '{SENHA}')")
    entrar(ouvinte, "rita@e.test")
    ouvinte.ouvir()
    c = ouvinte.conectar(autocommit=False)
    cur = c.cursor()
    cur.execute("UPDATE crm.usuarios SET ativo = false WHERE email = 'rita@e.test'")
    assert ouvinte.ouvir() == []
    c.rollback()
    assert ouvinte.ouvir() == []
    cur.execute("SAVEPOINT a; UPDATE crm.usuarios SET ativo = false WHERE email = 'rita@e.test'; ROLLBACK TO a")
    c.commit()
    assert ouvinte.ouvir() == []


def test_recusa_nao_avisa(ouvinte):
    """Z-2: a refused request sends nothing."""
    ouvinte.sql(f"SELECT crm.criar_usuario('Adm', 'adm@e.test', 'administrador', '{SENHA}')")
    sid = entrar(ouvinte, "adm@e.test")
    ouvinte.ouvir()
    status = ouvinte.valor("SELECT status FROM crm.atender('usuario_alterar', %s, '', '', '', NULL, %s)",
                           (sid, json.dumps({"id": 1, "ativo": False})))
    assert status == 409
    assert ouvinte.ouvir() == []


def test_a_chave_e_do_front(banco):
    """X-8: anybody may NOTIFY, nobody but the front can sign."""
    banco.sql("CREATE ROLE evento_bi LOGIN; GRANT crm_bi TO evento_bi")
    try:
        c = banco.conectar("evento_bi")
        for comando in ("SELECT crm.web_segredo_evento()", "SELECT * FROM crm.segredos",
                        "SELECT crm.segredo_hmac('evento', 'x')"):
            with pytest.raises(psycopg2.errors.InsufficientPrivilege):
                c.cursor().execute(comando)
        c.close()
    finally:
        banco.sql("DROP ROLE evento_bi")


def test_cada_banco_tem_a_sua_chave(banco):
    """X-12: two installations on one server do not accept each other's events."""
    antes = bytes(banco.valor("SELECT crm.web_segredo_evento()"))
    banco.sql("DELETE FROM crm.segredos; SELECT crm.instalar()")
    assert bytes(banco.valor("SELECT crm.web_segredo_evento()")) != antes


def test_identidade_de_verdade(banco):
    """X-8: a real login as crm_bi cannot become anybody, whatever it sets."""
    banco.sql("CREATE ROLE id_bi LOGIN; GRANT crm_bi TO id_bi; CREATE ROLE id_adm LOGIN; GRANT crm_administrador TO id_adm")
    try:
        c = banco.conectar("id_bi")
        cur = c.cursor()
        cur.execute("SELECT crm.papel_atual()")
        assert cur.fetchone()[0] == "bi"
        for comando in ("SET SESSION AUTHORIZATION id_adm", "SET ROLE id_adm", "SET ROLE crm_owner", "SET ROLE crm_web",
                        "SET crm.relogio_desvio = 86400", "SET crm.banco = 'x'"):
            with pytest.raises(psycopg2.Error):
                cur.execute(comando)
        for nome in ("crm.usuario", "crm.usuario_id", "crm.papel", "crm.web", "crm.sessao"):
            try:
                cur.execute(f"SET {nome} = '1'")
            except psycopg2.Error:
                pass
        cur.execute("SELECT crm.papel_atual(), crm.usuario_id()")
        assert cur.fetchone() == ("bi", 0)
        cur.execute("SET search_path = pg_temp; CREATE TEMP TABLE usuarios AS SELECT 1 AS id, 'administrador' AS papel,"
                    " true AS ativo, 'id_bi'::name AS role_banco")
        cur.execute("SELECT crm.papel_atual()")
        assert cur.fetchone()[0] == "bi"
        c.close()
    finally:
        # The temporary table goes when the backend does, a moment after close().
        banco.sql("DROP OWNED BY id_bi; DROP ROLE id_bi; DROP ROLE id_adm")
