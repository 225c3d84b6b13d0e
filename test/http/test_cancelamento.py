"""Searches that nobody waits for any more: BUSCA-3, I-10, API-2.

A lock on the table of clients stands in for a long search: only a cancel, or the
limit of a search, ends the wait.
"""
import concurrent.futures
import random
import re
import socket
import ssl
import threading
import time

import pytest
import requests
from pilha import Pilha, esperar

BUSCA = "/api/v1/clients/search?q=maria"
ATIVAS = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'crm_web_busca' AND state = 'active'"
CONEXOES = 3    # pg_buscas of one worker


@pytest.fixture(scope="module")
def longa():
    """One worker, a limit of searches that no test waits for, and each search on its own."""
    with Pilha(clientes=300, vendedores=3,
               env={"CRM_WORKERS": "1", "CRM_PG_TIMEOUT_BUSCA_MS": "600000", "CRM_PG_FILA_BUSCA": "64", "CRM_CACHE": "nao"}) as p:
        p.token = p.login("admin", base=p.plain_url).dados["token"]
        yield p


def comecar(p, tls=False, caminho=BUSCA):
    """Sends a search; the socket, to be closed by the caller."""
    s = socket.create_connection(("127.0.0.1", p.porta if tls else p.porta_plana), timeout=30)
    if tls:
        s = ssl.create_default_context(cafile=str(p.ca)).wrap_socket(s, server_hostname="localhost")
    s.sendall(f"GET {caminho} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {p.token}\r\n\r\n".encode())
    return s


def pedir(p, caminho=BUSCA):
    return requests.get(p.plain_url + caminho, headers={"Authorization": "Bearer " + p.token}, timeout=60)


def metrica(p, nome):
    texto = requests.get(p.plain_url + "/metrics", timeout=30).text
    return sum(float(v) for v in re.findall(rf"^{nome}(?:{{[^}}]*}})? (\S+)$", texto, re.M))


def pids(p):
    return sorted(pid for (pid,) in p.sql(
        "SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'crm_web%'"))


@pytest.mark.parametrize("tls", [False, True])
def test_abandonada_some_do_postgresql(longa, tls):
    """The browser goes away: the statement ends at once, the connection lives on."""
    antes, canceladas = pids(longa), metrica(longa, "crm_pg_cancels_total")
    with longa.clientes_travados():
        s = comecar(longa, tls)
        esperar(lambda: longa.valor(ATIVAS) == 1)
        s.close()
        esperar(lambda: longa.valor(ATIVAS) == 0)
    assert pedir(longa).status_code == 200
    assert pids(longa) == antes
    assert metrica(longa, "crm_pg_cancels_total") == canceladas + 1


def test_na_fila_nao_comeca(longa):
    """What waits for a connection and is abandoned is never sent."""
    with longa.clientes_travados():
        correm = [comecar(longa) for _ in range(CONEXOES)]
        esperar(lambda: longa.valor(ATIVAS) == CONEXOES)
        esperam = [comecar(longa) for _ in range(20)]
        esperar(lambda: metrica(longa, "crm_pg_in_flight") >= CONEXOES + 20)
        canceladas = metrica(longa, "crm_pg_cancels_total")
        for s in esperam:
            s.close()
        esperar(lambda: metrica(longa, "crm_pg_in_flight") <= CONEXOES + 1)
        assert longa.valor(ATIVAS) == CONEXOES
        assert metrica(longa, "crm_pg_cancels_total") == canceladas
    for s in correm:    # those that are waited for are answered
        assert s.recv(12) == b"HTTP/1.1 200"
        s.close()


def test_so_a_propria(longa):
    """Of three searches under way one is abandoned: the other two are answered."""
    with longa.clientes_travados():
        sockets = [comecar(longa) for _ in range(CONEXOES)]
        esperar(lambda: longa.valor(ATIVAS) == CONEXOES)
        sockets.pop(1).close()
        esperar(lambda: longa.valor(ATIVAS) == CONEXOES - 1)
    for s in sockets:
        assert s.recv(12) == b"HTTP/1.1 200"
        s.close()


def test_mil_abandonadas(longa):
    """1,000 abandoned searches beside patient ones: no request but theirs ends early."""
    antes = pids(longa)
    caidas = metrica(longa, "crm_pg_reconnects_total")
    fim = threading.Event()
    acaso = random.Random(4)

    def travar():   # so that many are caught while they run
        while not fim.is_set():
            with longa.clientes_travados():
                time.sleep(acaso.random() / 50)
            time.sleep(acaso.random() / 200)

    def paciente(caminho):
        achados = set()
        while not fim.is_set():
            achados.add(pedir(longa, caminho).status_code)
        return achados

    def abandonar(espera):
        s = comecar(longa)
        time.sleep(espera)
        s.close()

    with concurrent.futures.ThreadPoolExecutor(16) as x:
        trava = x.submit(travar)
        pacientes = [x.submit(paciente, c) for c in (BUSCA, BUSCA, "/api/auth/eu", "/api/admin/todos-clientes?size=1")]
        try:
            list(x.map(abandonar, [acaso.random() / 100 for _ in range(1000)]))
        finally:
            fim.set()
        assert [f.result() for f in pacientes] == [{200}] * 4
        trava.result()
    esperar(lambda: longa.valor(ATIVAS) == 0)
    esperar(lambda: metrica(longa, "crm_pg_in_flight") == 0)
    assert pids(longa) == antes and metrica(longa, "crm_pg_reconnects_total") == caidas
    assert metrica(longa, "crm_pg_cancels_total") > 0
    for _ in range(20):
        assert pedir(longa).status_code == 200
    print(f"{metrica(longa, 'crm_pg_cancels_total'):.0f} statements cancelled")


def test_i10_limite_da_busca():
    """I-10: a search beyond its limit is ended and says so; the next one works."""
    with Pilha(clientes=60, vendedores=3, env={"CRM_WORKERS": "1", "CRM_PG_TIMEOUT_BUSCA_MS": "1000"}) as p:
        p.token = p.login("admin", base=p.plain_url).dados["token"]
        with p.clientes_travados():
            r = pedir(p)
            assert r.status_code == 503 and r.json()["codigo"] == "busca_demorada"
            assert int(r.headers["retry-after"]) >= 1
            esperar(lambda: p.valor(ATIVAS) == 0)
        esperar(lambda: pedir(p).status_code == 200)
