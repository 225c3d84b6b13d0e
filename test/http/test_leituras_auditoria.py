"""Searches and lists of clients are audited as counts: AUDIT-1, D-5, D-6."""
import collections
import concurrent.futures
import os
import re
import signal
import socket

import pytest
import requests
from pilha import RAIZ, Pilha, esperar

# Reads that show nobody's data, or write an audit row of their own: why no count is needed.
NAO_CONTADAS = {
    "publico": "name and contact of the business", "eu": "who asks, to oneself", "sessoes": "the own sessions",
    "estatisticas_vendedor": "numbers", "estatisticas_gerais": "numbers", "relatorio": "numbers",
    "por_que": "the ledger of one client's assignments: no data of the client",
    "redistribuicoes": "runs and their numbers", "verificar_distribuicao": "numbers of rows that break a rule",
    "vendedores": "sellers, at work", "jornada": "hours of work", "ausencias": "leave of a seller", "feriados": "holidays",
    "usuarios": "users, at work", "usuario_carteira": "numbers", "configuracoes": "settings", "configuracoes_previa": "numbers",
    "auditoria_verificar": "whether it is whole",
    "importacoes": "the own files by name and numbers", "importacao": "the own file by name and numbers",
    "importacao_previa": "what the caller has just sent", "importacao_recusadas": "row importacao_recusadas",
    "exportacoes": "the own exports, not their rows", "exportacao": "the own export, not its rows", "exportacao_campos": "names of columns",
    "exportacao_baixar": "row exportacao_baixada", "openapi": "the document",
}
LISTAS = ["/api/admin/todos-clientes?size=2", "/api/admin/clientes-por-periodo"]
BUSCA = "/api/v1/clients/search"


@pytest.fixture(scope="module")
def so():
    """One worker, and a proxy on this machine whose addresses are believed."""
    with Pilha(clientes=60, vendedores=3, env={"CRM_WORKERS": "1", "CRM_CONFIAR_PROXY": "sim"}) as p:
        p.configurar("presenca_ausente", 86400)
        yield p


def linhas(p, usuario_id):
    """{(acao, route, address): times} and the number of rows."""
    soma, n = collections.Counter(), 0
    for acao, rota, endereco, vezes in p.sql(
            "SELECT acao, depois ->> 'rota', endereco, linhas FROM crm.auditoria"
            " WHERE acao IN ('leitura', 'pesquisa') AND usuario_id = %s", (usuario_id,)):
        soma[acao, rota, endereco] += vezes
        n += 1
    return soma, n


def metrica(p, nome):
    texto = requests.get(p.plain_url + "/metrics", timeout=30).text
    return int(re.search(rf"^{re.escape(nome)} (\d+)$", texto, re.M).group(1))


def tudo_registrado(p):
    """Served is recorded, or known to be lost."""
    return esperar(lambda: metrica(p, "crm_leituras_servidas_total") ==
                   metrica(p, "crm_leituras_registradas_total") + metrica(p, "crm_leituras_descartadas_total"))


def novo(p, papel="gerente"):
    # After a test that ended connections: all of them are back.
    esperar(lambda: metrica(p, 'crm_pg_connections{worker="0"}') == 11)
    return p.login(p.novo_usuario(papel), base=p.plain_url)


def test_contadas(so):
    """One row per user, session, address and route of a batch, with how often; no value."""
    c = novo(so)
    for _ in range(5):
        assert c.get(BUSCA + "?cpf=52998224725").status_code == 200
    assert c.post(BUSCA, {"cpf": "52998224725"}).status_code == 200
    assert c.get(LISTAS[0]).status_code == 200
    assert c.get(BUSCA + "?q=maria", headers={"X-Forwarded-For": "192.0.2.7"}).status_code == 200
    assert c.get(BUSCA + "?inexistente=1").status_code == 422       # showed nothing
    r = c.get(LISTAS[1])
    assert c.get(LISTAS[1], headers={"If-None-Match": r.headers["etag"]}).status_code == 304    # seen again
    esperada = {("pesquisa", "GET " + BUSCA, "127.0.0.1"): 5, ("pesquisa", "POST " + BUSCA, "127.0.0.1"): 1,
                ("pesquisa", "GET " + BUSCA, "192.0.2.7"): 1,
                ("leitura", "GET /api/admin/todos-clientes", "127.0.0.1"): 1,
                ("leitura", "GET /api/admin/clientes-por-periodo", "127.0.0.1"): 2}
    esperar(lambda: linhas(so, c.id)[0] == esperada)
    for papel, role, req, antes, depois in so.sql(
            "SELECT papel, role_banco, requisicao, antes, depois::text FROM crm.auditoria"
            " WHERE acao IN ('leitura', 'pesquisa') AND usuario_id = %s", (c.id,)):
        assert papel == "gerente" and role == "crm_web" and len(req) == 32 and antes is None
        assert "5299" not in depois and "maria" not in depois
    tudo_registrado(so)
    assert "52998224725" not in so.log("front") and "52998224725" not in so.log("postgresql")
    assert "?" not in "".join(x for x in so.log("front").splitlines() if '"rota"' in x)


def test_cada_rota_que_mostra_pessoas(so):
    """AUDIT-1: every reading route is counted, writes a row per view, or shows nobody; asked twice (the second time the cache
    may answer) each is recorded twice."""
    rotas = [(m, c, f, set(b.split(" | "))) for m, c, f, b in re.findall(
        r'^    \{(\w+),\s+"([^"]+)",\s+"(\w+)",\s+\w+,\s+\w+,\s+([A-Z_| ]+)\},', (RAIZ / "server/src/rotas.c").read_text(), re.M)]
    leituras = [r for r in rotas if r[0] == "GET" or "ROTA_LEITURA" in r[3]]
    assert len(rotas) > 70
    contadas = [r for r in leituras if r[3] & {"ROTA_CONTADA", "ROTA_PERFIL"}]
    assert {r[2] for r in leituras} - {r[2] for r in contadas} == set(NAO_CONTADAS)

    so.sql("UPDATE crm.vendedores SET online = true, visto_em = crm.agora()")
    so.sql("SELECT crm.redistribuir_clientes()")
    vendedor, cliente = so.sql("SELECT vendedor_id, cliente_id FROM crm.cliente_vendedor WHERE encerrada_em IS NULL LIMIT 1")[0]
    quem = novo(so, "administrador")
    linha = so.valor("SELECT max(id) FROM crm.auditoria")
    consultas = {"quadro": "?por=periodo", "pesquisar_clientes": "?q=maria"}
    esperada = collections.Counter()
    for metodo, caminho, funcao, bandeiras in contadas:
        url = caminho.replace("{id_cliente}", str(cliente)).replace("{id}", str(linha if funcao == "auditoria_linha" else vendedor))
        for _ in range(2):
            r = (quem.get(url + consultas.get(funcao, "")) if metodo == "GET"
                 else quem.post(url, {"q": "maria"} if funcao == "pesquisar_clientes" else {}))
            assert r.status_code == 200, (url, r.text)
        if "ROTA_PERFIL" in bandeiras:
            esperada["perfil", None] += 2
        if "ROTA_CONTADA" in bandeiras:
            esperada["pesquisa" if funcao == "pesquisar_clientes" else "leitura", f"{metodo} {caminho}"] += 2

    def registrada():
        soma = collections.Counter()
        for acao, rota, vezes in so.sql("SELECT acao, depois ->> 'rota', sum(linhas) FROM crm.auditoria"
                                        " WHERE acao IN ('leitura', 'pesquisa', 'perfil') AND usuario_id = %s GROUP BY 1, 2", (quem.id,)):
            soma[acao, rota] += vezes
        return soma
    tudo_registrado(so)
    esperar(lambda: sum(registrada().values()) >= sum(esperada.values()))
    assert registrada() == esperada
    assert so.sql("SELECT DISTINCT tabela, depois ->> 'rota' FROM crm.auditoria WHERE usuario_id = %s AND tabela = 'auditoria' ORDER BY 2", (quem.id,)) == [
        ("auditoria", "GET /api/admin/auditoria"), ("auditoria", "GET /api/admin/auditoria/{id}")]


def test_carteira_do_vendedor(so):
    v = so.login(0, base=so.plain_url)
    assert v.get(f"/api/vendedor/meus-clientes/{v.id}?por_coluna=true").status_code == 200
    chave = ("leitura", "GET /api/vendedor/meus-clientes/{id}", "127.0.0.1")
    esperar(lambda: linhas(so, v.id)[0] == {chave: 1})


def test_em_lotes(so):
    """400 reads are a handful of rows, and none is missing."""
    c = novo(so)
    with concurrent.futures.ThreadPoolExecutor(8) as x:
        assert set(x.map(lambda _: requests.get(so.plain_url + BUSCA, headers=c.http.headers, timeout=30).status_code,
                         range(400))) == {200}
    esperar(lambda: sum(linhas(so, c.id)[0].values()) == 400)
    assert linhas(so, c.id)[1] < 100
    tudo_registrado(so)


def test_sessao_que_terminou(so):
    """A read right before the logout is the user's, though the session is over."""
    c = novo(so)
    assert c.get(BUSCA).status_code == 200
    assert c.sair().status_code == 200
    esperar(lambda: sum(linhas(so, c.id)[0].values()) == 1)


def test_postgresql_fora_por_um_tempo(so):
    """Reads that were served while their batch could not be written: written later, once."""
    c = novo(so)
    trava = so.conectar(autocommit=False)
    trava.cursor().execute("LOCK TABLE crm.auditoria IN EXCLUSIVE MODE")    # the batch waits here
    for _ in range(30):
        assert c.get(BUSCA).status_code == 200
    esperar(lambda: so.valor("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'") > 0)
    # Its connection dies, and all others of the front.
    so.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'crm_web'")
    trava.rollback()
    esperar(lambda: sum(linhas(so, c.id)[0].values()) >= 30)
    tudo_registrado(so)
    assert sum(linhas(so, c.id)[0].values()) == 30
    assert metrica(so, "crm_leituras_descartadas_total") == 0


def test_resposta_perdida_nao_repete(so):
    """The batch was committed and its answer was lost: sent again, it is not written twice."""
    c = novo(so)
    so.sql("""CREATE FUNCTION crm.teste_dorme() RETURNS trigger LANGUAGE plpgsql AS
              $$ BEGIN PERFORM pg_sleep(60); RETURN NULL; END $$""")
    # Deferred: it runs in the commit, when the rows are written already.
    so.sql("""CREATE CONSTRAINT TRIGGER teste_dorme AFTER INSERT ON crm.auditoria DEFERRABLE INITIALLY DEFERRED
              FOR EACH ROW WHEN (new.acao = 'pesquisa') EXECUTE FUNCTION crm.teste_dorme()""")
    try:
        for _ in range(7):
            assert c.get(BUSCA).status_code == 200
        esperar(lambda: so.valor("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'") > 0)
        so.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'PgSleep'")
    finally:
        so.sql("DROP TRIGGER teste_dorme ON crm.auditoria")
    esperar(lambda: sum(linhas(so, c.id)[0].values()) >= 7)
    tudo_registrado(so)
    assert sum(linhas(so, c.id)[0].values()) == 7


def test_endereco_que_o_proxy_acrescenta(so):
    """I-9: a proxy may add its line behind the client's own: what the client says of itself buys no new address."""
    c = novo(so)
    with socket.create_connection(("127.0.0.1", so.porta_plana), timeout=60) as s:
        s.sendall((f"GET {BUSCA}?q=maria HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {c.dados['token']}\r\n"
                   "X-Forwarded-For: 192.0.2.1\r\nX-Forwarded-Proto: http\r\n"
                   "x-forwarded-for: 192.0.2.2, 192.0.2.3\r\nX-Forwarded-Proto: https\r\nConnection: close\r\n\r\n").encode())
        lido = b""
        while parte := s.recv(65536):
            lido += parte
    assert lido.startswith(b"HTTP/1.1 200 ") and b"strict-transport-security" in lido
    esperar(lambda: linhas(so, c.id)[0] == {("pesquisa", "GET " + BUSCA, "192.0.2.3"): 1})


def test_limite_do_que_espera(so):
    """Too many subjects while nothing can be written: the rest is counted as lost, and memory does not grow."""
    c = novo(so)
    trava = so.conectar(autocommit=False)
    trava.cursor().execute("LOCK TABLE crm.auditoria IN EXCLUSIVE MODE")
    cabecalhos = "".join(f"{k}: {v}\r\n" for k, v in c.http.headers.items() if k == "Authorization")

    def muitas(de):
        with socket.create_connection(("127.0.0.1", so.porta_plana), timeout=60) as s:
            for i in range(de, de + 1000):
                s.sendall(f"HEAD {BUSCA}?q=m HTTP/1.1\r\nHost: localhost\r\n{cabecalhos}"
                          f"X-Forwarded-For: 10.0.{i // 256}.{i % 256}\r\n\r\n".encode())
                lido = b""
                while b"\r\n\r\n" not in lido:
                    lido += s.recv(65536)
                assert lido.startswith(b"HTTP/1.1 200"), lido

    with concurrent.futures.ThreadPoolExecutor(4) as x:
        list(x.map(muitas, range(0, 4000, 1000)))
    perdidas = metrica(so, "crm_leituras_descartadas_total")
    assert 0 < perdidas < 4000
    trava.rollback()
    tudo_registrado(so)
    assert sum(linhas(so, c.id)[0].values()) == 4000 - metrica(so, "crm_leituras_descartadas_total")
    print(f"{perdidas} of 4000 subjects lost")


def test_kill_9_do_worker(so):
    """What was recorded before stays; of what came within the last second at most that is missing."""
    c = novo(so)
    for _ in range(10):
        assert c.get(BUSCA).status_code == 200
    tudo_registrado(so)
    for _ in range(3):
        assert c.get(BUSCA).status_code == 200
    (pid,) = so.filhos(so.pid("front"))
    os.kill(pid, signal.SIGKILL)
    esperar(lambda: so.filhos(so.pid("front")) not in ([], [pid]))
    esperar(lambda: metrica(so, 'crm_pg_connections{worker="0"}') == 11)
    c = so.login("admin", base=so.plain_url)
    assert c.get(BUSCA).status_code == 200
    esperar(lambda: sum(linhas(so, c.id)[0].values()) == 1)
    assert 10 <= so.valor("SELECT sum(linhas) FROM crm.auditoria WHERE acao = 'pesquisa' AND usuario_id = %s",
                          (so.valor("SELECT max(id) FROM crm.usuarios"),)) <= 13


def test_z_sigterm_escreve_tudo(so):
    """Drain: the front ends when the last reads are written. Last of this file: it stops the product."""
    c = novo(so)
    for _ in range(4):
        assert c.get(BUSCA).status_code == 200
    pid = so.pid("front")       # its file goes with it
    os.kill(pid, signal.SIGTERM)
    esperar(lambda: not so.filhos(pid))
    assert sum(linhas(so, c.id)[0].values()) == 4
