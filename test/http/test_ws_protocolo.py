"""The WebSocket protocol on the wire (RFC 6455), over raw sockets, plain and TLS: I-14.

What is promised: text frames of at most 256 bytes, fragments together; anything
else ends in a Close that says why, and the bytes that say it arrive.
"""
import base64
import contextlib
import json
import os
import re
import select
import socket
import ssl
import struct
import time

import pytest
import requests
from pilha import esperar
from test_websocket import memoria_kb

TEXTO, BINARIO, CONT, FECHO, PING, PONG = 1, 2, 0, 8, 9, 10
PRESENCA = b'{"tipo":"presenca"}'


def quadro(op, dados=b"", fim=True, mascara=b"\x9a\x3c\x5e\x71", rsv=0, n=None, forma=None):
    """A client's frame. n: a length that lies; forma: 7, 16 or 64 bits of length."""
    n = len(dados) if n is None else n
    forma = forma or (7 if n < 126 else 16 if n < 65536 else 64)
    bit = 0x80 if mascara else 0
    cabeca = bytes([(0x80 if fim else 0) | rsv | op])
    cabeca += (bytes([bit | n]) if forma == 7 else bytes([bit | 126]) + struct.pack("!H", n) if forma == 16
               else bytes([bit | 127]) + struct.pack("!Q", n))
    return cabeca + (mascara + bytes(b ^ mascara[i % 4] for i, b in enumerate(dados)) if mascara else dados)


class Cru:
    """One connection to /ws; the first message (ola) has been read."""

    def __init__(self, pilha, token, tls, depois=b"", **troca):
        porta = pilha.porta if tls else pilha.porta_plana
        self.s = socket.create_connection(("127.0.0.1", porta), timeout=60)
        if tls:
            self.s = ssl.create_default_context(cafile=str(pilha.ca)).wrap_socket(self.s, server_hostname="localhost")
        linhas = {"Host": f"localhost:{porta}", "Upgrade": "websocket", "Connection": "keep-alive, Upgrade",
                  "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
                  "Authorization": "Bearer " + token}
        linhas.update({k.replace("_", "-"): v for k, v in troca.items() if k != "versao"})
        pedido = f"GET /ws HTTP/{troca.get('versao', '1.1')}\r\n"
        pedido += "".join(f"{k}: {v}\r\n" for k, v in linhas.items() if v is not None)
        self.s.sendall(pedido.encode() + b"\r\n" + depois)
        self.resto = b""
        while b"\r\n\r\n" not in self.resto:
            self._mais()
        self.cabeca, _, self.resto = self.resto.partition(b"\r\n\r\n")
        self.status = int(self.cabeca.split()[1])
        if self.status == 101:
            assert json.loads(self.quadro()[1]) == {"seq": 1, "tipo": "ola", "dados": {}}

    def _mais(self):
        dados = self.s.recv(65536)
        if not dados:
            raise EOFError
        self.resto += dados

    def quadro(self):
        """(opcode, payload) of the next frame: finished, unmasked, shortest length."""
        def ter(n):
            while len(self.resto) < n:
                self._mais()
        ter(2)
        assert self.resto[0] & 0xf0 == 0x80 and not self.resto[1] & 0x80
        op, n, i = self.resto[0] & 15, self.resto[1], 2
        if n == 126:
            ter(4)
            n, i = struct.unpack("!H", self.resto[2:4])[0], 4
            assert n > 125
        ter(i + n)
        dados, self.resto = self.resto[i:i + n], self.resto[i + n:]
        return op, dados

    def resposta(self):
        """The next frame that is not an event of another test."""
        while True:
            op, dados = self.quadro()
            if op != TEXTO:
                return op, dados

    def fecho(self):
        """The code of the Close; then the connection ends in order, and nothing else comes."""
        op, dados = self.resposta()
        assert op == FECHO and len(dados) == 2
        with pytest.raises(EOFError):
            self.quadro()
        return struct.unpack("!H", dados)[0]

    def vivo(self):
        self.s.sendall(quadro(PING, b"vivo?"))
        return self.resposta() == (PONG, b"vivo?")


@pytest.fixture(scope="module")
def token(pilha):
    return pilha.login(pilha.novo_vendedor()).dados["token"]


@pytest.fixture(params=[False, True], ids=["plain", "tls"])
def abrir(request, pilha, token):
    with contextlib.ExitStack() as pilha_de_fechos:
        def novo(*args, **kw):
            c = Cru(pilha, token, request.param, *args, **kw)
            pilha_de_fechos.callback(c.s.close)
            return c
        yield novo


ACEITOS = {
    "text": quadro(TEXTO, PRESENCA),
    "zero mask": quadro(TEXTO, PRESENCA, mascara=bytes(4)),
    "125 bytes": quadro(TEXTO, PRESENCA.ljust(125)),
    "126 bytes": quadro(TEXTO, PRESENCA.ljust(126)),
    "256 bytes": quadro(TEXTO, PRESENCA.ljust(256)),
    "empty ping": quadro(PING),
    "ping of 125 bytes": quadro(PING, b"x" * 125),
    "unasked pong": quadro(PONG, b"ninguem perguntou"),
    "two frames in a segment": quadro(TEXTO, PRESENCA) * 2,
    "two fragments": quadro(TEXTO, PRESENCA[:7], fim=False) + quadro(CONT, PRESENCA[7:]),
    "a fragment of each byte": quadro(TEXTO, fim=False) + b"".join(
        quadro(CONT, PRESENCA[i:i + 1], fim=False) for i in range(len(PRESENCA))) + quadro(CONT),
    "ping between fragments": quadro(TEXTO, PRESENCA[:7], fim=False) + quadro(PING, b"no meio") +
                              quadro(CONT, PRESENCA[7:]),
}
PONGS = {"empty ping": b"", "ping of 125 bytes": b"x" * 125, "ping between fragments": b"no meio"}


@pytest.mark.parametrize("caso", ACEITOS)
def test_aceito(abrir, caso):
    c = abrir()
    c.s.sendall(ACEITOS[caso])
    if caso in PONGS:
        assert c.resposta() == (PONG, PONGS[caso])
    assert c.vivo()


@pytest.mark.parametrize("caso", ["text", "126 bytes", "two fragments", "ping between fragments"])
def test_byte_a_byte(abrir, caso):
    c = abrir()
    c.s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for b in ACEITOS[caso]:
        c.s.sendall(bytes([b]))
    if caso in PONGS:
        assert c.resposta() == (PONG, PONGS[caso])
    assert c.vivo()


def test_bytes_atras_do_pedido(abrir):
    """Frames in the same segment as the handshake are read after it."""
    c = abrir(quadro(TEXTO, PRESENCA) + quadro(PING, b"cedo"))
    assert c.resposta() == (PONG, b"cedo")
    assert c.vivo()
    assert abrir(quadro(TEXTO, PRESENCA, rsv=0x40)).fecho() == 1002


RECUSADOS = {
    "RSV1": (1002, quadro(TEXTO, PRESENCA, rsv=0x40)),
    "RSV2": (1002, quadro(TEXTO, PRESENCA, rsv=0x20)),
    "RSV3 on a ping": (1002, quadro(PING, rsv=0x10)),
    "opcode 3": (1002, quadro(3)),
    "opcode 7": (1002, quadro(7, b"x")),
    "opcode 11": (1002, quadro(11)),
    "opcode 15": (1002, quadro(15)),
    "unmasked text": (1002, quadro(TEXTO, PRESENCA, mascara=b"")),
    "unmasked ping": (1002, quadro(PING, mascara=b"")),
    "unmasked close": (1002, quadro(FECHO, mascara=b"")),
    "binary": (1003, quadro(BINARIO, PRESENCA)),
    "continuation of nothing": (1002, quadro(CONT, PRESENCA)),
    "text inside a fragmented text": (1002, quadro(TEXTO, b"{", fim=False) + quadro(TEXTO, PRESENCA)),
    "fragmented ping": (1002, quadro(PING, b"x", fim=False)),
    "fragmented close": (1002, quadro(FECHO, fim=False)),
    "ping of 126 bytes": (1002, quadro(PING, b"x" * 126)),
    "19 in 16 bits": (1002, quadro(TEXTO, PRESENCA, forma=16)),
    "19 in 64 bits": (1002, quadro(TEXTO, PRESENCA, forma=64)),
    "65535 in 64 bits": (1002, quadro(TEXTO, n=65535, forma=64)),
    "257 bytes": (1009, quadro(TEXTO, PRESENCA.ljust(257))),
    "65535 bytes": (1009, quadro(TEXTO, PRESENCA.ljust(65535))),
    "65536 bytes": (1009, quadro(TEXTO, PRESENCA.ljust(65536))),
    "65536 announced": (1009, quadro(TEXTO, n=65536)),
    "2^63 - 1": (1009, quadro(TEXTO, n=2**63 - 1)),
    "2^63": (1002, quadro(TEXTO, n=2**63)),
    "2^64 - 1": (1002, quadro(TEXTO, n=2**64 - 1)),
    "2^63 in a close": (1002, quadro(FECHO, n=2**63)),
    "fragments of 257 bytes": (1009, quadro(TEXTO, PRESENCA, fim=False) + quadro(CONT, b" " * 238)),
    "overlong UTF-8": (1007, quadro(TEXTO, b'{"tipo":"\xc0\xaf"}')),
    "surrogate": (1007, quadro(TEXTO, b'{"tipo":"\xed\xa0\x80"}')),
    "above U+10FFFF": (1007, quadro(TEXTO, b'{"tipo":"\xf4\x90\x80\x80"}')),
    "cut UTF-8": (1007, quadro(TEXTO, b"\xc3")),
    "invalid over fragments": (1007, quadro(TEXTO, b"\xc3", fim=False) + quadro(CONT, b"(")),
    "no message of ours": (1008, quadro(TEXTO, b'{"tipo":"outro"}')),
    "empty text": (1008, quadro(TEXTO)),
    "no JSON": (1008, quadro(TEXTO, b"presenca")),
    "deep JSON": (1008, quadro(TEXTO, b"[" * 256)),
    "NUL": (1008, quadro(TEXTO, b'{"tipo":"presenca\\u0000"}')),
    "refused among good ones": (1002, quadro(TEXTO, PRESENCA) + quadro(3) + quadro(TEXTO, PRESENCA)),
    "31 messages": (1008, quadro(TEXTO, PRESENCA) * 62),
    "flood of empty pongs": (1008, quadro(PONG) * 602),
    "flood of empty fragments": (1008, quadro(TEXTO, fim=False) + quadro(CONT, fim=False) * 602),
}


@pytest.mark.parametrize("caso", RECUSADOS)
def test_recusado(abrir, caso):
    codigo, dados = RECUSADOS[caso]
    c = abrir()
    c.s.sendall(dados)
    assert c.fecho() == codigo


FECHOS = {"none": (b"", 1000), "1000": (1000, 1000), "1001": (1001, 1001), "1011": (1011, 1011), "3000": (3000, 3000),
          "4999": (4999, 4999), "with a reason": (struct.pack("!H", 1000) + "até já".encode(), 1000),
          "longest reason": (struct.pack("!H", 1000) + b"x" * 123, 1000), "one byte": (b"\x03", 1002),
          "0": (0, 1002), "999": (999, 1002), "1004": (1004, 1002), "1005": (1005, 1002), "1006": (1006, 1002),
          "1015": (1015, 1002), "2999": (2999, 1002), "5000": (5000, 1002), "65535": (65535, 1002),
          "bad reason": (struct.pack("!H", 1000) + b"\xff", 1007)}


@pytest.mark.parametrize("caso", FECHOS)
def test_fecho(abrir, caso):
    """A Close is answered with its own code, a wrong one with the reason; what follows is not read."""
    dados, codigo = FECHOS[caso]
    c = abrir()
    c.s.sendall(quadro(FECHO, struct.pack("!H", dados) if isinstance(dados, int) else dados) + quadro(PING, b"tarde"))
    assert c.fecho() == codigo


APERTOS = {
    "no key": {"Sec_WebSocket_Key": None},
    "short key": {"Sec_WebSocket_Key": "dGhlIHNhbXBsZQ=="},
    "long key": {"Sec_WebSocket_Key": base64.b64encode(b"x" * 17).decode()},
    "key that is no base64": {"Sec_WebSocket_Key": "dGhlIHNhbXBsZSBub25jZ!=="},
    "no version": {"Sec_WebSocket_Version": None},
    "version 8": {"Sec_WebSocket_Version": "8"},
    "no Connection: Upgrade": {"Connection": "keep-alive"},
    "HTTP/1.0": {"versao": "1.0"},
}


@pytest.mark.parametrize("caso", APERTOS)
def test_aperto_recusado(abrir, caso):
    c = abrir(**APERTOS[caso])
    assert c.status == 400
    assert b"sec-websocket-version: 13" in c.cabeca and b"application/problem+json" in c.cabeca


def test_aperto_aceito(abrir):
    """Sec-WebSocket-Accept of RFC 6455 §1.3; no extension, no subprotocol is agreed to."""
    c = abrir(Sec_WebSocket_Extensions="permessage-deflate", Sec_WebSocket_Protocol="chat")
    cabeca = c.cabeca.decode().lower()
    assert "sec-websocket-accept: " + "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=".lower() in cabeca
    assert "sec-websocket-extensions" not in cabeca and "sec-websocket-protocol" not in cabeca


def test_i14_pings_sem_ler(pilha, token):
    """I-14: a flood of pings whose answers nobody reads ends at once; it costs neither memory nor other requests."""
    antes = memoria_kb(pilha)
    c = Cru(pilha, token, False)
    c.s.setblocking(False)
    muitos, enviados, fim = quadro(PING, b"x" * 125) * 500, 0, time.monotonic() + 120
    with contextlib.suppress(OSError):
        while time.monotonic() < fim:
            select.select([], [c.s], [], 1)
            with contextlib.suppress(BlockingIOError):
                enviados += c.s.send(muitos[enviados % 131:])
    assert time.monotonic() < fim
    c.s.close()
    if "CRM_PRELOAD" not in os.environ:
        assert memoria_kb(pilha) - antes < 4096
    assert requests.get(pilha.plain_url + "/healthz", timeout=60).status_code == 200


def test_nada_fica(pilha):
    """After all of these no socket is counted as open that nobody holds."""
    def metricas():
        return requests.get(pilha.plain_url + "/metrics", timeout=60).text

    def abertas():
        texto = metricas()
        return sum(int(x) for x in re.findall(r"^crm_ws_connections\{.*\} (\d+)$", texto, re.M))
    esperar(lambda: abertas() == 0)
    assert 'crm_http_requests_total{method="GET",route="/ws",status="1xx"}' in metricas()
