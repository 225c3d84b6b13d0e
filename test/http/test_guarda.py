"""The framing guard on raw sockets, plain and TLS: I-11, I-12, slow clients."""
import json
import re
import select
import socket
import ssl
import time

import pytest

H = b"Host: localhost\r\n"
MUITOS = 12     # documents of half a megabyte: more than sockets take
SIM = b"GET /healthz HTTP/1.1\r\n" + H + b"\r\n"

RUINS = {
    "TRACE": (b"TRACE / HTTP/1.1\r\n" + H + b"\r\n", 405),
    "CONNECT": (b"CONNECT a:1 HTTP/1.1\r\n" + H + b"\r\n", 405),
    "unknown verb": (b"BREW / HTTP/1.1\r\n" + H + b"\r\n", 405),
    "HTTP/0.9": (b"GET /\r\n", 400),
    "HTTP/2.0": (b"GET / HTTP/2.0\r\n" + H + b"\r\n", 505),
    "two Hosts": (b"GET / HTTP/1.1\r\n" + H + H + b"\r\n", 400),
    "no Host": (b"GET / HTTP/1.1\r\nA: b\r\n\r\n", 400),
    "bare CR": (b"GET / HTTP/1.1\r\n" + H + b"A: b\rC: d\r\n\r\n", 400),
    "bare LF": (b"GET / HTTP/1.1\n" + H + b"\r\n", 400),
    "NUL": (b"GET / HTTP/1.1\r\n" + H + b"A: \0\r\n\r\n", 400),
    "TE": (b"POST /api/x HTTP/1.1\r\n" + H + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 411),
    "TE and CL": (b"POST /api/x HTTP/1.1\r\n" + H + b"Transfer-Encoding: chunked\r\n"
                  b"Content-Length: 4\r\n\r\nabcd", 400),
    "two CL": (b"POST /api/x HTTP/1.1\r\n" + H + b"Content-Length: 4\r\n"
               b"Content-Length: 4\r\n\r\nabcd", 400),
    "odd CL": (b"POST /api/x HTTP/1.1\r\n" + H + b"Content-Length: +4\r\n\r\nabcd", 400),
    "body on GET": (b"GET /healthz HTTP/1.1\r\n" + H + b"Content-Length: 52\r\n\r\n" + SIM, 400),
    "body on DELETE": (b"DELETE /api/x HTTP/1.1\r\n" + H + b"Content-Length: 52\r\n\r\n" + SIM, 400),
    "no CL": (b"POST /api/x HTTP/1.1\r\n" + H + b"\r\n", 411),
    "large body": (b"POST /api/auth/login HTTP/1.1\r\n" + H + b"Content-Length: 99999999\r\n\r\n"
                   + b"x" * 300000, 413),
    "24 headers": (b"GET / HTTP/1.1\r\n" + H + b"X: 1\r\n" * 23 + b"\r\n", 431),
    "large head": (b"GET / HTTP/1.1\r\n" + H + b"X: " + b"a" * 9000 + b"\r\n\r\n", 431),
    "long target": (b"GET /" + b"a" * 3000 + b" HTTP/1.1\r\n" + H + b"\r\n", 414),
    "other expectation": (b"POST /api/x HTTP/1.1\r\n" + H + b"Expect: x\r\n\r\n", 417),
}


@pytest.fixture(params=["plain", "tls"])
def abrir(request, pilha):
    def _abrir():
        porta = pilha.porta if request.param == "tls" else pilha.porta_plana
        s = socket.create_connection(("127.0.0.1", porta), timeout=30)
        if request.param == "tls":
            s = ssl.create_default_context(cafile=str(pilha.ca)).wrap_socket(
                s, server_hostname="localhost")
        return s
    return _abrir


@pytest.fixture(scope="module")
def demorados(pilha, admin):
    """Connections that ask for much and read nothing, for the tests of slow clients that come next."""
    token = admin.http.headers.get("Authorization") or "Bearer " + admin.dados["token"]
    pedido = b"GET /api/openapi.json HTTP/1.1\r\n" + H + b"Authorization: " + token.encode() + b"\r\n\r\n"
    abertos = []
    for porta in (pilha.porta_plana, pilha.porta):
        s = socket.socket()
        s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        s.settimeout(60)
        s.connect(("127.0.0.1", porta))
        if porta == pilha.porta:
            s = ssl.create_default_context(cafile=str(pilha.ca)).wrap_socket(s, server_hostname="localhost")
        s.sendall(pedido * MUITOS)
        abertos.append(s)
    yield time.monotonic(), abertos
    for s in abertos:
        s.close()


def ate_fechar(s):
    lido = b""
    while True:
        parte = s.recv(65536)
        if not parte:
            return lido
        lido += parte


def respostas(lido):
    """[(status, headers, body)] of a whole connection."""
    achadas = []
    while lido:
        cabeca, resto = lido.split(b"\r\n\r\n", 1)
        linhas = cabeca.decode().split("\r\n")
        campos = {k.lower(): v for k, v in (x.split(": ", 1) for x in linhas[1:])}
        status = int(linhas[0].split()[1])
        n = int(campos.get("content-length", 0))
        achadas.append((status, campos, resto[:n]))
        lido = resto[n:]
    return achadas


@pytest.mark.parametrize("nome", RUINS)
def test_i11_recusada_uma_vez_e_fechada(abrir, nada_muda, nome):
    """I-11: 4xx (or 505) once, as a problem, then the connection ends."""
    dados, status = RUINS[nome]
    with abrir() as s:
        s.sendall(dados)
        (so,) = respostas(ate_fechar(s))
    assert so[0] == status
    campos, corpo = so[1], json.loads(so[2])
    assert campos["content-type"] == "application/problem+json; charset=utf-8"
    assert campos["x-content-type-options"] == "nosniff"
    assert campos["connection"] == "close"
    assert "frame-ancestors 'none'" in campos["content-security-policy"]
    assert corpo["status"] == status and corpo["codigo"] and corpo["requisicao"]
    assert "server" not in campos


def test_i11_na_segunda_requisicao(abrir):
    """A bad request behind a good one: the good one is answered first."""
    with abrir() as s:
        s.sendall(SIM + b"TRACE / HTTP/1.1\r\n\r\n" + SIM)
        lidas = respostas(ate_fechar(s))
    assert [r[0] for r in lidas] == [200, 405]


def test_i11_cada_resposta_na_sua_vez(abrir):
    """Pipelined: answers in order, bodies never taken for requests."""
    corpo = b"GET /naoexiste.js HTTP/1.1\r\nHost: a\r\n\r\n"
    post = (b"POST /api/auth/login HTTP/1.1\r\n" + H + b"Content-Type: text/plain\r\n"
            b"Content-Length: %d\r\n\r\n" % len(corpo) + corpo)
    fim = SIM.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    with abrir() as s:
        s.sendall(SIM * 10 + post + SIM * 5 + fim)
        lidas = respostas(ate_fechar(s))
    assert len(lidas) == 17
    assert [r[0] for r in lidas[:10]] == [200] * 10
    assert lidas[10][0] in (403, 415)
    assert [r[0] for r in lidas[11:]] == [200] * 6
    assert len({r[1]["x-request-id"] for r in lidas}) == 17


@pytest.mark.parametrize("versao", ["1.0", "1.1"])
def test_i11_quem_so_envia_e_atendido(pilha, admin, versao):
    """I-11: a client that ends its side behind its requests gets every answer, large ones too, and then the end: at
    once, while another that is silent for longer is still waited for."""
    sessao = b"Authorization: Bearer " + admin.dados["token"].encode() + b"\r\n"
    grande = b"GET /api/openapi.json HTTP/1.1\r\n" + H + sessao + b"\r\n"
    casos = {
        "page": (SIM, [200]),
        "light": (b"GET /api/auth/eu HTTP/1.1\r\n" + H + sessao + b"\r\n", [200]),
        "body": (b"POST /api/auth/login HTTP/1.1\r\n" + H + b"Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}", [422]),
        "refused": (b"TRACE / HTTP/1.1\r\n" + H + b"\r\n", [405]),
        "many": (SIM + grande * 6 + SIM, [200] * 8),
        "refused behind many": (grande * 6 + b"TRACE / HTTP/1.1\r\n" + H + b"\r\n", [200] * 6 + [405]),
    }
    if versao == "1.0":    # ends by itself
        casos = {n: (d.replace(b"HTTP/1.1", b"HTTP/1.0"), s) for n, (d, s) in casos.items() if "many" not in n}
    for nome, (dados, status) in casos.items():
        with socket.create_connection(("127.0.0.1", pilha.porta_plana), timeout=60) as silenciosa, \
                socket.create_connection(("127.0.0.1", pilha.porta_plana), timeout=60) as s:
            silenciosa.sendall(SIM)
            assert silenciosa.recv(65536).startswith(b"HTTP/1.1 200 ")
            s.sendall(dados)
            s.shutdown(socket.SHUT_WR)
            assert [r[0] for r in respostas(ate_fechar(s))] == status, nome
            assert not select.select([silenciosa], [], [], 0)[0], nome


def test_i11_meia_requisicao(pilha):
    """I-11: half a head, or half a body, and the end: closed without an answer."""
    corpo = b"POST /api/auth/login HTTP/1.1\r\n" + H + b"Content-Type: application/json\r\nContent-Length: 9\r\n\r\n{}"
    for dados in (SIM[:-2], corpo, b""):
        with socket.create_connection(("127.0.0.1", pilha.porta_plana), timeout=60) as s:
            s.sendall(dados)
            s.shutdown(socket.SHUT_WR)
            assert ate_fechar(s) == b""


def test_i11_muitos_corpos_na_mesma_conexao(abrir):
    """I-11: a connection's bodies are a turn each, however many: what lies in our buffer is told by no event."""
    corpo = b'{"email": "%s"}' % (b"a" * 7000)
    pedido = (b"POST /api/auth/login HTTP/1.1\r\n" + H + b"Content-Type: application/json\r\n"
              b"Content-Length: %d\r\n\r\n" % len(corpo)) + corpo
    with abrir() as s:
        for _ in range(60):
            s.sendall(pedido)
            assert s.recv(65536).startswith(b"HTTP/1.1 422 ")


def test_em_pedacos_e_com_100_continue(abrir):
    """One byte per segment; 100-continue is answered before the body."""
    with abrir() as s:
        for b in SIM.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"):
            s.sendall(bytes([b]))
        assert respostas(ate_fechar(s))[0][0] == 200
    with abrir() as s:
        s.sendall(b"POST /api/auth/login HTTP/1.1\r\n" + H + b"Connection: close\r\n"
                  b"Content-Type: application/json\r\nExpect: 100-continue\r\n"
                  b"Content-Length: 2\r\n\r\n")
        assert s.recv(100).startswith(b"HTTP/1.1 100 ")
        s.sendall(b"{}")
        assert re.match(rb"HTTP/1.1 4\d\d ", ate_fechar(s))


def test_navegador_atras_de_proxy(abrir):
    """More headers than Kore keeps: what nobody reads is left out, the rest counts."""
    muitos = b"".join(b"%s: x\r\n" % n for n in (
        b"Sec-CH-UA", b"Sec-CH-UA-Mobile", b"Sec-CH-UA-Platform", b"Pragma", b"Cache-Control",
        b"Accept-Language", b"DNT", b"Priority", b"Upgrade-Insecure-Requests", b"Sec-Fetch-Mode"))
    with abrir() as s:
        s.sendall(b"GET /healthz HTTP/1.1\r\n" + muitos + H + b"X: 1\r\n" * 21
                  + b"Connection: close\r\n\r\n")
        (so,) = respostas(ate_fechar(s))
    assert so[0] == 200 and so[1]["connection"] == "close"


@pytest.mark.usefixtures("demorados")
def test_cliente_lento_e_fechado(abrir):
    """A head that never ends costs a connection for a bounded time only."""
    with abrir() as s:
        comeco = time.monotonic()
        s.sendall(b"GET / HTTP/1.1\r\nX: ")
        while time.monotonic() - comeco < 60:
            try:
                s.sendall(b"a")
                s.settimeout(0.5)
                lido = s.recv(4096)
                break
            except TimeoutError:
                continue
        assert lido.startswith(b"HTTP/1.1 408 ")


def test_i11_quem_demora_a_ler(demorados):
    """I-11: the 20 s of silence are those between requests: who takes the answers after half a minute gets them all."""
    comeco, abertos = demorados
    time.sleep(max(0, comeco + 33 - time.monotonic()))
    for s in abertos:
        for _ in range(MUITOS):
            lido = b""
            while b"\r\n\r\n" not in lido:
                assert (parte := s.recv(1))
                lido += parte
            assert lido.startswith(b"HTTP/1.1 200 ")
            falta = int(re.search(rb"content-length: (\d+)", lido)[1])
            while falta:
                assert (parte := s.recv(min(falta, 65536)))
                falta -= len(parte)


def test_duas_mil_conexoes(pilha):
    """2,000 open connections, all answered."""
    conexoes = [socket.create_connection(("127.0.0.1", pilha.porta_plana), timeout=30)
                for _ in range(2000)]
    try:
        for s in conexoes:
            s.sendall(SIM)
        assert all(s.recv(4096).startswith(b"HTTP/1.1 200 ") for s in conexoes)
    finally:
        for s in conexoes:
            s.close()


def test_d1_so_tls_moderno(pilha):
    """D-1: nothing below TLS 1.2, no CBC; 1.2 and 1.3 work."""
    def tenta(minimo, maximo, cifras=None):
        c = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        c.load_verify_locations(str(pilha.ca))
        c.set_ciphers((cifras or "ALL") + ":@SECLEVEL=0")
        c.minimum_version, c.maximum_version = minimo, maximo
        with socket.create_connection(("127.0.0.1", pilha.porta), timeout=30) as s:
            with c.wrap_socket(s, server_hostname="localhost") as t:
                return t.version(), t.cipher()[0]
    v = ssl.TLSVersion
    assert tenta(v.TLSv1_3, v.TLSv1_3)[0] == "TLSv1.3"
    versao, cifra = tenta(v.TLSv1_2, v.TLSv1_2)
    assert versao == "TLSv1.2" and "ECDHE" in cifra and ("GCM" in cifra or "POLY1305" in cifra)
    with pytest.raises(ssl.SSLError):
        tenta(v.TLSv1, v.TLSv1_1)
    with pytest.raises(ssl.SSLError):
        tenta(v.TLSv1_2, v.TLSv1_2, "ECDHE-ECDSA-AES128-SHA256:ECDHE-ECDSA-AES256-SHA:AES128-GCM-SHA256")
