"""Uploads: judged by their head, bounded in memory and number. BUSCA-6, API-2, S-8, I-11."""
import json
import os
import socket
import ssl
import tempfile
import threading
import time

import pytest
import requests
from pilha import Pilha, esperar

CAMINHO = "/api/v1/clients/import?nome=lote.csv"
MAXIMO = 20 * 1024 * 1024
ENVIOS = 4          # envios_max
PAUSA = 512 * 1024  # bytes after which a slow sender rests


@pytest.fixture(scope="module")
def so():
    """One worker with a directory for uploads of its own; pytest closes those it makes to the service user."""
    with tempfile.TemporaryDirectory(prefix="crm-envio.", dir="/tmp") as pasta:
        os.chmod(pasta, 0o777)
        with Pilha(clientes=60, vendedores=3, env={"CRM_WORKERS": "1", "CRM_ENVIO_DIR": pasta}) as p:
            p.pasta = pasta
            p.token = p.login("admin", base=p.plain_url).dados["token"]
            (p.pid_worker,) = p.filhos(p.pid("front"))
            yield p


def planilha(bytes_):
    """Rows of clients, exactly so many bytes; the last line is filled up."""
    linhas, n, i = ["cpf;nome_completo;cidade;uf\n"], 28, 0
    while n < bytes_ - 400:
        linha = f"{i:011d};Cliente de Teste Número {i} da Silva e Souza {'x' * 150};Cidade {i % 500};PE\n"
        linhas.append(linha)
        n += len(linha.encode())
        i += 1
    ultima = "00000000000;"
    return "".join(linhas).encode() + (ultima + "y" * (bytes_ - n - len(ultima) - 1) + "\n").encode()


def cabeca(p, n, caminho=CAMINHO, **outros):
    campos = {"Host": "localhost", "Content-Type": "text/csv", "Content-Length": n, "Authorization": "Bearer " + p.token}
    campos.update({k.replace("_", "-"): v for k, v in outros.items()})
    return ("POST " + caminho + " HTTP/1.1\r\n" +
            "".join(f"{k}: {v}\r\n" for k, v in campos.items() if v is not None) + "\r\n").encode()


def ligar(p, tls=False):
    s = socket.create_connection(("127.0.0.1", p.porta if tls else p.porta_plana), timeout=60)
    return ssl.create_default_context(cafile=str(p.ca)).wrap_socket(s, server_hostname="localhost") if tls else s


def resposta(s):
    """(status, headers, body) of the next answer; 100 Continue is an answer of its own."""
    lido = b""
    while b"\r\n\r\n" not in lido:
        parte = s.recv(65536)
        assert parte, lido
        lido += parte
    topo, resto = lido.split(b"\r\n\r\n", 1)
    linhas = topo.decode().split("\r\n")
    campos = {k.lower(): v for k, v in (x.split(": ", 1) for x in linhas[1:])}
    while len(resto) < int(campos.get("content-length", 0)):
        resto += s.recv(65536)
    return int(linhas[0].split()[1]), campos, resto


def memoria(p, campo):
    """VmRSS or VmHWM (the peak) of the worker, in MB."""
    for linha in open(f"/proc/{p.pid_worker}/status"):
        if linha.startswith(campo + ":"):
            return int(linha.split()[1]) / 1024
    raise LookupError(campo)


def descritores(p):
    return len(os.listdir(f"/proc/{p.pid_worker}/fd"))


RECUSADOS = {
    "20 MB and a byte": (dict(n=MAXIMO + 1), 413, "corpo_grande"),
    "much more": (dict(n=10 ** 12), 413, "corpo_grande"),
    "another route": (dict(n=MAXIMO, caminho="/api/v1/clients/search"), 413, "corpo_grande"),
    "no route": (dict(n=MAXIMO, caminho="/api/v1/clients/import/1/nada"), 413, "corpo_grande"),
    "no session": (dict(n=MAXIMO, Authorization=None), 401, "nao_autenticado"),
    "a token that is none": (dict(n=MAXIMO, Authorization="Bearer x.y.z"), 401, "nao_autenticado"),
    "a form": (dict(n=MAXIMO, Content_Type="multipart/form-data; boundary=x"), 415, "formato_nao_aceito"),
    "plain text": (dict(n=MAXIMO, Content_Type="text/plain"), 415, "formato_nao_aceito"),
    "XLSX": (dict(n=MAXIMO, Content_Type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
             415, "formato_nao_aceito"),
    "no type": (dict(n=MAXIMO, Content_Type=None), 415, "formato_nao_aceito"),
}


@pytest.mark.parametrize("tls", [False, True])
@pytest.mark.parametrize("nome", RECUSADOS)
def test_recusado_sem_ser_lido(so, nada_mudou, nome, tls):
    """API-2: the answer comes before the first byte of the body, and in place of 100 Continue."""
    campos, status, codigo = RECUSADOS[nome]
    for espera in (None, "100-continue"):
        with ligar(so, tls) as s:
            s.sendall(cabeca(so, **campos, Expect=espera))
            r = resposta(s)
            assert r[0] == status and json.loads(r[2])["codigo"] == codigo
            assert r[1]["connection"] == "close" and "x-request-id" in r[1]
            assert ("www-authenticate" in r[1]) == (status == 401)
            assert s.recv(1) == b""
    assert os.listdir(so.pasta) == []


@pytest.fixture
def nada_mudou(so):
    def registros():
        tudo = so.hash_do_banco()
        return {t: tudo[t] for t in ("clientes", "importacoes", "importacao_arquivos", "importacao_linhas") if t in tudo}
    antes = registros()
    assert len(antes) >= 3
    yield
    assert registros() == antes


def test_s8_pagina_alheia(so, nada_mudou):
    """S-8: with the cookie, from a foreign page or from who knows where: 403 before it is read."""
    c = so.login("admin")
    for origem in ("https://mau.test", "null", None):
        with ligar(so, True) as s:
            s.sendall(cabeca(so, MAXIMO, Authorization=None, Cookie=c.cookie(), Origin=origem))
            r = resposta(s)
            assert r[0] == 403 and json.loads(r[2])["codigo"] == "origem_recusada"


@pytest.mark.parametrize("n", [100, 64 * 1024, 128 * 1024, 128 * 1024 + 1, 3_000_000, MAXIMO])
@pytest.mark.parametrize("tls", [False, True])
def test_chega_inteiro(so, n, tls):
    """In memory or by a file, the database gets the same bytes."""
    corpo = planilha(n) if n > 1000 else b"cpf;nome_completo\n52998224725;Maria\n"
    with ligar(so, tls) as s:
        s.sendall(cabeca(so, len(corpo), Expect="100-continue"))
        assert resposta(s)[0] == 100
        s.sendall(corpo)
        r = resposta(s)
        assert r[0] == 201, r
        importacao = json.loads(r[2])
        assert r[1]["location"] == f"/api/v1/clients/import/{importacao['id']}"
        s.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")     # the framing holds
        assert resposta(s)[0] == 200
    assert guardado(so, importacao["id"]) == corpo
    assert os.listdir(so.pasta) == []


def guardado(p, id_):
    return bytes(p.valor("SELECT conteudo FROM crm.importacao_arquivos WHERE importacao_id = %s", (id_,)))


def test_octetos_e_vazio(so):
    """Any bytes pass as they are, whatever the database then thinks of them; an empty file is no failure of the front."""
    for corpo in (bytes(range(256)) * 600, b"", b"\0"):
        r = requests.post(so.plain_url + CAMINHO, data=corpo, timeout=60,
                          headers={"Authorization": "Bearer " + so.token, "Content-Type": "application/octet-stream"})
        assert r.status_code in (201, 415, 422), r.text


def test_varios_ao_mesmo_tempo(so):
    """Slow uploads hold neither memory nor the worker; one more than envios_max is 503; what was broken off leaves nothing."""
    corpo = planilha(MAXIMO)
    antes, abertos = memoria(so, "VmRSS"), descritores(so)
    lentos = [ligar(so) for _ in range(ENVIOS)]
    for s in lentos:
        s.sendall(cabeca(so, MAXIMO))
        s.sendall(corpo[:-PAUSA])
    esperar(lambda: sum(os.stat(f"/proc/{so.pid_worker}/fd/{f}").st_size == MAXIMO - PAUSA
                        for f in os.listdir(f"/proc/{so.pid_worker}/fd")
                        if "(deleted)" in os.readlink(f"/proc/{so.pid_worker}/fd/{f}")) == ENVIOS)
    recebidos = memoria(so, "VmRSS")
    assert recebidos - antes < 20       # of 80 MB
    assert os.listdir(so.pasta) == []       # nothing that a crash would leave behind
    with ligar(so) as s:
        s.sendall(cabeca(so, MAXIMO))
        r = resposta(s)
        assert r[0] == 503 and json.loads(r[2])["codigo"] == "envios_demais" and int(r[1]["retry-after"]) > 0
    # Small ones, and everything else, go on.
    assert requests.get(so.plain_url + "/api/auth/eu", timeout=60,
                        headers={"Authorization": "Bearer " + so.token}).status_code == 200
    # One is broken off: its place is free again.
    lentos.pop().close()
    esperar(lambda: descritores(so) <= abertos + 2 * len(lentos))
    lentos.append(ligar(so))
    lentos[-1].sendall(cabeca(so, MAXIMO, Expect="100-continue"))
    assert resposta(lentos[-1])[0] == 100
    lentos[-1].sendall(corpo[:-PAUSA])
    for s in lentos:
        s.sendall(corpo[-PAUSA:])
    for s in lentos:
        assert resposta(s)[0] == 201
        s.close()
    # libpq's buffers went with their connections.
    esperar(lambda: descritores(so) <= abertos)
    depois = memoria(so, "VmRSS")
    print(f"RSS of the worker: {antes:.0f} MB before, {recebidos:.0f} MB with {ENVIOS} uploads of 20 MB received, "
          f"peak {memoria(so, 'VmHWM'):.0f} MB, {depois:.0f} MB after")
    if not os.environ.get("CRM_PRELOAD"):   # a sanitizer keeps what was freed
        assert memoria(so, "VmHWM") - antes < 160 and depois - antes < 30


def test_pesadas_logo_depois(so):
    """The connections that are made anew after large files refuse nobody meanwhile."""
    corpo = planilha(3_000_000)
    for _ in range(4):
        sockets = [ligar(so) for _ in range(2)]     # both heavy connections
        for s in sockets:
            s.sendall(cabeca(so, len(corpo)) + corpo)
        for s in sockets:
            assert resposta(s)[0] == 201
            for _ in range(5):
                assert requests.get(so.plain_url + "/api/admin/todos-clientes?size=1", timeout=30,
                                    headers={"Authorization": "Bearer " + so.token}).status_code == 200
            s.close()


def test_outros_corpos_como_antes(so):
    """The limit of all other bodies stays 64 kB."""
    for caminho, n, status in (("/api/v1/clients/search", 65537, 413), ("/api/v1/clients", 100_000, 413),
                               ("/api/v1/clients", 131_073, 413)):
        with ligar(so) as s:
            s.sendall(cabeca(so, n, caminho, Content_Type="application/json") + (b" " * n if n < 131_073 else b""))
            assert resposta(s)[0] == status


def test_repetido_com_a_mesma_chave(so):
    """API-4: the same key and file: the first answer; another file: 422."""
    def enviar(corpo):
        return requests.post(so.plain_url + CAMINHO, data=corpo, timeout=60,
                             headers={"Authorization": "Bearer " + so.token, "Content-Type": "text/csv",
                                      "Idempotency-Key": "envio-1"})
    um, outro = planilha(200_000), planilha(200_001)
    r = enviar(um)
    assert r.status_code == 201
    assert enviar(um).json()["id"] == r.json()["id"]
    assert enviar(outro).status_code == 422 and enviar(outro).json()["codigo"] == "chave_reutilizada"


def test_espera_dos_outros(so):
    """While uploads pour in, the longest another request waited is printed; all are answered."""
    corpo = planilha(MAXIMO)
    tempos = []
    sockets = [ligar(so) for _ in range(2)]

    def enviar(s):
        s.sendall(cabeca(so, MAXIMO) + corpo)
        assert resposta(s)[0] == 201
        s.close()
    fios = [threading.Thread(target=enviar, args=(s,)) for s in sockets]
    for f in fios:
        f.start()
    with requests.Session() as c:
        while any(f.is_alive() for f in fios):
            t = time.monotonic()
            assert c.get(so.plain_url + "/healthz", timeout=30).status_code == 200
            tempos.append(time.monotonic() - t)
    print(f"{len(tempos)} requests beside 2 uploads of 20 MB: longest {max(tempos) * 1000:.0f} ms")
