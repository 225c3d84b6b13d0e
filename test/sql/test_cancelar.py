"""Long functions cut short: each ends soon and leaves nothing (X-10)."""
import threading
import time

import psycopg2
import pytest

# Everything that works on many rows.
LONGAS = {
    "popular": "SELECT crm.popular(200000, 3, 9)",
    "redistribuir_clientes": "SELECT crm.redistribuir_clientes()",
    "redistribuir_todos": "SELECT crm.redistribuir_todos()",
    "verificar_distribuicao": "SELECT count(*) FROM crm.verificar_distribuicao()",
    "recontar": "SELECT crm.recontar()",
    "contagens_verificar": "SELECT count(*) FROM crm.contagens_verificar()",
    "pedidos inseridos": "INSERT INTO crm.pedidos (cliente_id, data_pedido, valor)"
                         " SELECT id_cliente, crm.hoje(), 1 FROM crm.clientes, generate_series(1, 5)",
    "pedidos apagados": "DELETE FROM crm.pedidos",
    "clientes mudados": "UPDATE crm.clientes SET valor_total = valor_total + 1, ativo = NOT ativo",
    "lista": "SELECT crm.atender('todos_clientes', (SELECT id FROM crm.sessoes), '', '', '', NULL, '{\"sort\": \"nome\", \"size\": 100}')"
             " FROM generate_series(1, 2000)",
}
TABELAS = ["clientes", "cliente_vendedor", "pedidos", "vendedores", "lotes", "auditoria", "contagens"]


@pytest.fixture(scope="module")
def cheio(banco_modulo):
    b = banco_modulo
    b.sql("SELECT crm.popular(20000, 10, 7)")
    b.sql("UPDATE crm.vendedores SET online = true, visto_em = crm.agora()")
    adm = b.valor("SELECT crm.criar_usuario('Adm', 'adm@c.test', 'administrador')")
    b.sql("INSERT INTO crm.sessoes (usuario_id, limite_em) VALUES (%s, now() + interval '1 day')", (adm,))
    return b


def travas(b):
    return b.sql("SELECT l.classid, l.objid, a.state, a.query FROM pg_locks l JOIN pg_stat_activity a USING (pid)"
                 " WHERE locktype = 'advisory' AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())")


def retrato(b):
    return [b.valor(f"SELECT count(*) || ' ' || coalesce(sum(hashtextextended(t::text, 0)), 0) FROM crm.{t} t") for t in TABELAS]


@pytest.mark.parametrize("nome", LONGAS)
def test_x10_limite_de_tempo(cheio, nome):
    """X-10: statement_timeout ends it, and what it did, wherever it strikes."""
    antes = retrato(cheio)
    c = cheio.conectar(autocommit=False)
    cur = c.cursor()
    estados = set()
    for ms in (3, 20, 100):
        cur.execute(f"SET LOCAL statement_timeout = {ms}")
        inicio = time.monotonic()
        try:
            cur.execute(LONGAS[nome])
            estados.add("acabou")
        except psycopg2.Error as e:
            estados.add(e.pgcode)
        c.rollback()
        assert time.monotonic() - inicio < 30    # a hang, not a measurement
    assert "57014" in estados and estados <= {"57014", "acabou"}, estados
    assert travas(cheio) == []
    assert retrato(cheio) == antes
    # The backend is as good as new.
    cur.execute("SELECT crm.papel_atual(), (crm.redistribuir_clientes()).id > 0")
    assert cur.fetchone() == ("administrador", True)
    c.rollback()


@pytest.mark.parametrize("nome", ["redistribuir_todos", "recontar", "lista"])
def test_x10_cancelada_de_fora(cheio, nome):
    """X-10: pg_cancel_backend() while it runs and while it waits for another's lock."""
    antes = retrato(cheio)
    dono = cheio.conectar(autocommit=False)
    for espera in (False, True):
        if espera:
            if nome == "lista":
                dono.cursor().execute("LOCK TABLE crm.clientes IN ACCESS EXCLUSIVE MODE")
            else:
                dono.cursor().execute({"recontar": "SELECT crm.recontar()"}.get(nome, "SELECT crm.redistribuir_clientes()"))
        c = cheio.conectar(autocommit=False)
        saida = []

        def correr():
            try:
                c.cursor().execute(LONGAS[nome])
                saida.append("acabou")
            except psycopg2.Error as e:
                saida.append(e.pgcode)
        pid = c.get_backend_pid()
        for _ in range(100):            # what ended before the cancel came is begun again
            saida.clear()
            fio = threading.Thread(target=correr)
            fio.start()
            while fio.is_alive() and not cheio.valor(
                    "SELECT state = 'active'" + (" AND wait_event_type = 'Lock'" if espera else "") +
                    " FROM pg_stat_activity WHERE pid = %s", (pid,)):
                time.sleep(0.002)
            cheio.sql("SELECT pg_cancel_backend(%s)", (pid,))
            fio.join()
            c.rollback()
            assert saida == ["57014"] or (saida == ["acabou"] and not espera), (espera, saida)
            if saida == ["57014"]:
                break
        else:
            pytest.fail("it always ended before the cancel came")
        dono.rollback()
        assert travas(cheio) == []
    assert retrato(cheio) == antes
