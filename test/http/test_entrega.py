"""Exported files on their way to the client: whole, bounded in memory, at the client's pace, cut when they must be,
and made without holding up anybody else. EXPORT-1, EXPORT-2, EXPORT-4, API-2, S-5, Z-10.

Files of any size are put straight into the tables; what makes them is tested elsewhere.
"""
import contextlib
import hashlib
import os
import random
import re
import socket
import ssl

import pytest
import requests
from pilha import Pilha, esperar

PARTE = 256 * 1024
EXPORTAR = "/api/v1/clients/export?format=csv"
CORPO = {"fields": ["nome_completo", "cidade"]}
ATIVAS = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'crm_web_exportacao' AND state = 'active'"


@pytest.fixture(scope="module")
def loja():
    """One worker, and so one connection that makes files; they may wait for it for a second."""
    env = {"CRM_WORKERS": "1", "CRM_PG_ESPERA_EXPORTACAO_MS": "1000", "CRM_DOWNLOADS_MAX": "6"}
    with Pilha(clientes=300, vendedores=3, env=env) as p:
        p.configurar("presenca_ausente", 86400)
        yield p


def pessoa(p):
    return p.login(p.novo_usuario("gerente"), base=p.plain_url)


@pytest.fixture
def dono(loja):
    return pessoa(loja)


def guardar(p, dono, conteudo, nome="clientes.csv"):
    """A file of that user; its number."""
    id_ = p.valor("""INSERT INTO crm.exportacoes (usuario_id, origem, formato, campos, estado, direta, linhas_previstas, linhas,
                            bytes, partes, nome_arquivo, terminada_em, expira_em)
                     VALUES (%s, 'clientes', 'csv', '{nome_completo}', 'pronta', false, 1, 1, %s, %s, %s, now(), now() + interval '1 day')
                     RETURNING id""", (dono.id, len(conteudo), -(-len(conteudo) // PARTE), nome))
    for n in range(0, len(conteudo), PARTE):
        p.sql("INSERT INTO crm.exportacao_partes VALUES (%s, %s, %s)", (id_, n // PARTE + 1, conteudo[n:n + PARTE]))
    return id_


def bytes_de(n, semente=1):
    return random.Random(semente).randbytes(n)


def caminho(id_):
    return f"/api/v1/exports/{id_}/download"


def metrica(p, nome):
    texto = requests.get(p.plain_url + "/metrics", timeout=30).text
    return sum(float(v) for v in re.findall(rf"^{nome}(?:{{[^}}]*}})? (\S+)$", texto, re.M))


class Aos_poucos:
    """A download over a socket of its own, read as the test likes."""

    def __init__(self, p, quem, id_, tls=False, cabecalhos="", metodo="GET"):
        self.s = socket.socket()
        self.s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16384)   # so that little is underway
        self.s.settimeout(120)
        self.s.connect(("127.0.0.1", p.porta if tls else p.porta_plana))
        if tls:
            self.s = ssl.create_default_context(cafile=str(p.ca)).wrap_socket(self.s, server_hostname="localhost")
        self.token = quem.dados["token"]
        self.pedir(caminho(id_), cabecalhos, metodo)
        self.resto = b""

    def pedir(self, alvo, cabecalhos="", metodo="GET"):
        self.s.sendall(f"{metodo} {alvo} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {self.token}\r\n{cabecalhos}\r\n".encode())

    def cabeca(self):
        while b"\r\n\r\n" not in self.resto:
            pedaco = self.s.recv(4096)
            assert pedaco, self.resto
            self.resto += pedaco
        texto, self.resto = self.resto.split(b"\r\n\r\n", 1)
        linhas = texto.decode().split("\r\n")
        return int(linhas[0].split()[1]), {k.lower(): v for k, v in (x.split(": ", 1) for x in linhas[1:])}

    def corpo(self, n):
        """Up to n bytes, less when the connection ends before."""
        while len(self.resto) < n:
            try:
                pedaco = self.s.recv(min(65536, n - len(self.resto)))
            except (ConnectionError, ssl.SSLError):
                pedaco = b""
            if not pedaco:
                break
            self.resto += pedaco
        saida, self.resto = self.resto[:n], self.resto[n:]
        return saida

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.s.close()


@pytest.fixture(autouse=True)
def sem_restos(loja):
    """No test leaves a file under way."""
    yield
    esperar(lambda: metrica(loja, "crm_downloads") == 0)


# ---- whole -------------------------------------------------------------------------------------


@pytest.mark.parametrize("tls", [False, True])
@pytest.mark.parametrize("tamanho", [1, PARTE - 1, PARTE, PARTE + 1, 5 * PARTE + 77])
def test_inteiro(loja, dono, tls, tamanho):
    """EXPORT-1: byte for byte, with the head of a file to save; the connection serves the next request."""
    conteudo = bytes_de(tamanho)
    id_ = guardar(loja, dono, conteudo, "clientes de São João.csv")
    with Aos_poucos(loja, dono, id_, tls) as d:
        d.pedir("/api/auth/eu")         # waits behind the file
        status, h = d.cabeca()
        assert status == 200 and int(h["content-length"]) == tamanho
        assert h["content-disposition"] == ("attachment; filename=\"clientes de S__o Jo__o.csv\"; "
                                            "filename*=UTF-8''clientes%20de%20S%C3%A3o%20Jo%C3%A3o.csv")
        assert h["x-content-type-options"] == "nosniff" and h["cache-control"] == "no-store"
        assert "transfer-encoding" not in h and "content-encoding" not in h
        assert d.corpo(tamanho) == conteudo
        status, h = d.cabeca()
        assert status == 200 and b'"email"' in d.corpo(int(h["content-length"]))


@pytest.mark.parametrize("como", ["Connection: close\r\n", "HTTP/1.0"])
def test_conexao_que_fecha(loja, dono, como):
    """The connection ends behind the last byte, not before."""
    conteudo = bytes_de(3 * PARTE + 5)
    id_ = guardar(loja, dono, conteudo)
    with socket.create_connection(("127.0.0.1", loja.porta_plana), timeout=60) as s:
        versao = como if como.startswith("HTTP") else "HTTP/1.1"
        extra = "" if como.startswith("HTTP") else como
        s.sendall(f"GET {caminho(id_)} {versao}\r\nHost: localhost\r\nAuthorization: Bearer {dono.dados['token']}\r\n{extra}\r\n".encode())
        tudo = b""
        while pedaco := s.recv(65536):
            tudo += pedaco
    cabeca, corpo = tudo.split(b"\r\n\r\n", 1)
    assert b"connection: close" in cabeca and corpo == conteudo


def test_head(loja, dono):
    id_ = guardar(loja, dono, bytes_de(2 * PARTE))
    with Aos_poucos(loja, dono, id_, metodo="HEAD") as d:
        status, h = d.cabeca()
        assert status == 200 and int(h["content-length"]) == 2 * PARTE
        d.pedir("/api/auth/publico")
        assert d.cabeca()[0] == 200


def test_muitos_ao_mesmo_tempo(loja):
    """Six of different sizes at once over one connection of the database: none gets another's bytes."""
    pessoas = [pessoa(loja) for _ in range(3)]
    arquivos = [(q, bytes_de((i + 1) * PARTE // 2 + i, i)) for i, q in enumerate(pessoas * 2)]
    with contextlib.ExitStack() as pilha:
        abertos = [(pilha.enter_context(Aos_poucos(loja, q, guardar(loja, q, c))), c) for q, c in arquivos]
        for d, c in abertos:
            assert d.cabeca()[0] == 200
        for d, c in reversed(abertos):
            assert hashlib.sha256(d.corpo(len(c))).digest() == hashlib.sha256(c).digest()


# ---- whose -------------------------------------------------------------------------------------


def test_z10_so_do_dono(loja, dono):
    """EXPORT-4, Z-10: another's number is one that does not exist; without a session nobody's."""
    id_ = guardar(loja, dono, b"x")
    outro = pessoa(loja)
    for alvo in (caminho(id_), caminho(999_999_999)):
        r = outro.get(alvo)
        assert (r.status_code, r.json()["codigo"]) == (404, "exportacao_inexistente")
    assert requests.get(loja.plain_url + caminho(id_), timeout=30).status_code == 401
    assert dono.get(caminho(id_)).content == b"x"


def test_sessao_que_termina_no_meio(loja, dono):
    """S-5: whoever is logged out meanwhile gets no further part."""
    conteudo = bytes_de(20 * PARTE)
    with Aos_poucos(loja, dono, guardar(loja, dono, conteudo)) as d:
        assert d.cabeca()[0] == 200
        assert dono.sair().status_code == 200
        veio = d.corpo(len(conteudo))
        assert len(veio) < len(conteudo) and conteudo.startswith(veio)


def test_arquivo_apagado_no_meio(loja, dono):
    conteudo = bytes_de(20 * PARTE)
    id_ = guardar(loja, dono, conteudo)
    with Aos_poucos(loja, dono, id_) as d:
        assert d.cabeca()[0] == 200
        loja.sql("DELETE FROM crm.exportacao_partes WHERE exportacao_id = %s", (id_,))
        veio = d.corpo(len(conteudo))
        assert len(veio) < len(conteudo) and conteudo.startswith(veio)
    cortados = [x for x in loja.log("front").splitlines() if "entrega_cortada" in x and f'"exportacao":{id_},' in x]
    assert len(cortados) == 1


# ---- slow, gone, too many ----------------------------------------------------------------------


@pytest.mark.parametrize("tls", [False, True])
def test_leitor_lento(loja, dono, tls):
    """EXPORT-2: who does not read holds two parts and no more, and nobody up; read on, the file is whole."""
    conteudo = bytes_de(40 * PARTE)
    id_ = guardar(loja, dono, conteudo)
    saidos = metrica(loja, "crm_download_bytes_total")
    with Aos_poucos(loja, dono, id_, tls) as d:
        status, h = d.cabeca()
        esperar(lambda: metrica(loja, "crm_download_memory_bytes") == 2 * PARTE)
        parado = metrica(loja, "crm_download_bytes_total")
        assert parado - saidos < 20 * PARTE     # the rest is what the kernel took
        for _ in range(30):                     # a byte now and then
            d.resto += d.s.recv(1)
            assert dono.get("/api/v1/clients/search?q=maria").status_code == 200
        assert metrica(loja, "crm_download_memory_bytes") == 2 * PARTE
        assert d.corpo(len(conteudo)) == conteudo


@pytest.mark.parametrize("tls", [False, True])
def test_cliente_que_se_vai(loja, dono, tls):
    """What was fetched for it is dropped, nothing more is; the log says how far it came."""
    conteudo = bytes_de(40 * PARTE)
    id_ = guardar(loja, dono, conteudo)
    cortados = metrica(loja, "crm_downloads_cut_total")
    with Aos_poucos(loja, dono, id_, tls) as d:
        h = d.cabeca()[1]
        d.corpo(PARTE)
    esperar(lambda: metrica(loja, "crm_downloads_cut_total") == cortados + 1)
    esperar(lambda: metrica(loja, "crm_downloads") == 0)
    linha = esperar(lambda: [x for x in loja.log("front").splitlines() if h["x-request-id"] in x and '"requisicao"' in x])[0]
    assert '"status":499' in linha
    assert dono.get(caminho(id_)).content == conteudo


def test_demais(loja):
    """Four files of one user at a time, six in all; the rest is told to come back, and others are not held up."""
    a, b = pessoa(loja), pessoa(loja)
    conteudo = bytes_de(40 * PARTE)
    ids = {q.id: guardar(loja, q, conteudo) for q in (a, b)}
    with contextlib.ExitStack() as pilha:
        for _ in range(4):
            assert pilha.enter_context(Aos_poucos(loja, a, ids[a.id])).cabeca()[0] == 200
        r = a.get(caminho(ids[a.id]))
        assert (r.status_code, r.json()["codigo"]) == (429, "downloads_demais") and int(r.headers["retry-after"]) >= 1
        for _ in range(2):
            assert pilha.enter_context(Aos_poucos(loja, b, ids[b.id])).cabeca()[0] == 200
        r = b.get(caminho(ids[b.id]))
        assert (r.status_code, r.json()["codigo"]) == (503, "downloads_demais") and int(r.headers["retry-after"]) >= 1
        assert b.get("/api/v1/clients/search?q=maria").status_code == 200
        esperar(lambda: metrica(loja, "crm_download_memory_bytes") == 12 * PARTE)
    esperar(lambda: metrica(loja, "crm_downloads") == 0)
    assert b.get(caminho(ids[b.id])).content == conteudo


def test_banco_que_some_no_meio(loja, dono):
    """The connections of the database end while a file streams: it goes on, whole."""
    conteudo = bytes_de(40 * PARTE)
    repetidas = metrica(loja, "crm_download_retries_total")
    with Aos_poucos(loja, dono, guardar(loja, dono, conteudo)) as d:
        assert d.cabeca()[0] == 200
        veio = b""
        while len(veio) < len(conteudo):
            loja.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'crm_web_download'")
            pedaco = d.corpo(8 * PARTE)
            assert pedaco
            veio += pedaco
        assert veio == conteudo
    assert metrica(loja, "crm_download_retries_total") > repetidas


# ---- made while the client waits ---------------------------------------------------------------


def comecar(p, quem):
    """Asks for a file that is made at once; the socket."""
    corpo = b'{"fields": ["nome_completo", "cidade"]}'
    s = socket.create_connection(("127.0.0.1", p.porta_plana), timeout=60)
    s.sendall(f"POST {EXPORTAR} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {quem.dados['token']}\r\n"
              f"Content-Type: application/json\r\nContent-Length: {len(corpo)}\r\n\r\n".encode() + corpo)
    return s


def test_direta(loja, dono):
    """EXPORT-1: the answer is the file; it is listed and can be had again."""
    r = dono.post(EXPORTAR, CORPO)
    assert r.status_code == 200, r.text
    assert r.headers["content-type"] == "text/csv; charset=utf-8" and "attachment" in r.headers["content-disposition"]
    assert len(r.content.splitlines()) > 250
    assert dono.get(r.headers["location"] + "/download").content == r.content


def test_direta_com_a_mesma_chave(loja, dono):
    """API-4: a repetition is answered with the same file; nothing is made twice."""
    chave = {"Idempotency-Key": f"chave-{os.getpid()}-{random.random()}"}
    antes = loja.valor("SELECT count(*) FROM crm.exportacoes")
    a = dono.post(EXPORTAR, CORPO, headers=chave)
    b = dono.post(EXPORTAR, CORPO, headers=chave)
    assert (a.status_code, b.status_code) == (200, 200) and a.content == b.content and a.headers["location"] == b.headers["location"]
    assert loja.valor("SELECT count(*) FROM crm.exportacoes") == antes + 1


def test_abandonada_nao_se_faz(loja, dono):
    """Who asked goes away: the statement ends, nothing is left of it, the connection works on."""
    antes, canceladas = loja.valor("SELECT count(*) FROM crm.exportacoes"), metrica(loja, "crm_pg_cancels_total")
    with loja.clientes_travados():
        with comecar(loja, dono):
            esperar(lambda: loja.valor(ATIVAS) == 1)
        esperar(lambda: loja.valor(ATIVAS) == 0)
    assert metrica(loja, "crm_pg_cancels_total") == canceladas + 1
    assert loja.valor("SELECT count(*) FROM crm.exportacoes") == antes
    assert dono.post(EXPORTAR, CORPO).status_code == 200


def test_espera_tem_fim(loja, dono):
    """One file is made at a time; who waited too long is told when to come back, and logins, lists of jobs and downloads
    are not held up."""
    pronta = guardar(loja, dono, bytes_de(3 * PARTE))
    outro = loja.novo_usuario("gerente")
    with loja.clientes_travados():
        with comecar(loja, dono) as primeira:
            esperar(lambda: loja.valor(ATIVAS) == 1)
            with comecar(loja, dono) as segunda:
                texto = b""
                while b"\r\n\r\n" not in texto and (pedaco := segunda.recv(4096)):
                    texto += pedaco
                assert texto.startswith(b"HTTP/1.1 503") and b"retry-after: 10" in texto
            assert loja.valor(ATIVAS) == 1
            assert loja.login(outro, base=loja.plain_url).get("/api/auth/eu").status_code == 200
            assert len(dono.get(caminho(pronta)).content) == 3 * PARTE
        esperar(lambda: loja.valor(ATIVAS) == 0)
