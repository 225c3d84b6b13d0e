"""Processes die while files are made for their clients, and while they are handed out: EXPORT-2, OPS-4, DESIGN 7.3.

A client has the whole file, or sees that it has not; nothing is made twice, and nothing stays behind.
"""
import os
import random
import signal
import socket

import pytest
import requests
from pilha import Pilha, esperar

PARTE = 256 * 1024
EXPORTAR = "/api/v1/clients/export?format=csv"
ATIVAS = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'crm_web_exportacao' AND state = 'active'"
CONTEUDO = random.Random(7).randbytes(40 * PARTE + 11)


@pytest.fixture(scope="module")
def loja():
    with Pilha(clientes=300, vendedores=3, env={"CRM_WORKERS": "1"}) as p:
        p.configurar("presenca_ausente", 86400)
        p.dono = p.login(p.novo_usuario("gerente"), base=p.plain_url)
        p.arquivo = p.valor("""INSERT INTO crm.exportacoes (usuario_id, origem, formato, campos, estado, direta, linhas_previstas,
                                      linhas, bytes, partes, nome_arquivo, terminada_em, expira_em)
                               VALUES (%s, 'clientes', 'csv', '{nome_completo}', 'pronta', false, 1, 1, %s, %s, 'x.csv', now(),
                                       now() + interval '1 day') RETURNING id""",
                            (p.dono.id, len(CONTEUDO), -(-len(CONTEUDO) // PARTE)))
        for n in range(0, len(CONTEUDO), PARTE):
            p.sql("INSERT INTO crm.exportacao_partes VALUES (%s, %s, %s)", (p.arquivo, n // PARTE + 1, CONTEUDO[n:n + PARTE]))
        yield p


def comecar(p, pedido, corpo=b""):
    s = socket.socket()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16384)    # so that little is under way
    s.settimeout(120)
    s.connect(("127.0.0.1", p.porta_plana))
    tipo = f"Content-Type: application/json\r\nContent-Length: {len(corpo)}\r\n" if corpo else ""
    s.sendall(f"{pedido} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {p.dono.dados['token']}\r\n{tipo}\r\n".encode() + corpo)
    return s


def baixar(p):
    return comecar(p, f"GET /api/v1/exports/{p.arquivo}/download")


def ler(s, n=1 << 30):
    """n bytes, or what comes before the end of the connection."""
    tudo = b""
    while len(tudo) < n:
        try:
            pedaco = s.recv(min(65536, n - len(tudo)))
        except ConnectionError:
            break
        if not pedaco:
            break
        tudo += pedaco
    return tudo


def inteiro(p):
    """The file from the beginning, as soon as the product is back."""
    def tentar():
        try:
            r = requests.get(f"{p.plain_url}/api/v1/exports/{p.arquivo}/download", headers=dict(p.dono.http.headers), timeout=60)
            return r if r.status_code == 200 and len(r.content) == len(CONTEUDO) else None
        except requests.RequestException:
            return None
    assert esperar(tentar, 120, 0.2).content == CONTEUDO


def worker(p):
    return p.filhos(p.pid("front"))[0]


def test_worker_morre_no_meio_do_download(loja):
    """The client sees that its file is cut; asked again, it comes whole."""
    with baixar(loja) as s:
        assert ler(s, 1000).startswith(b"HTTP/1.1 200")
        os.kill(worker(loja), signal.SIGKILL)
        assert len(ler(s)) < len(CONTEUDO)
    inteiro(loja)


def test_banco_morre_no_meio_do_download(loja):
    """PostgreSQL is killed and comes back: the same download goes on to its last byte."""
    with baixar(loja) as s:
        cabeca = ler(s, 1000)
        assert cabeca.startswith(b"HTTP/1.1 200")
        antes = loja.pid("pg")
        os.kill(antes, signal.SIGKILL)
        esperar(lambda: loja.renasceu("pg", antes) and loja.banco_responde(), 120, 0.2)
        corpo_desde = cabeca.index(b"\r\n\r\n") + 4
        faltam = len(CONTEUDO) - (len(cabeca) - corpo_desde)
        assert cabeca[corpo_desde:] + ler(s, faltam) == CONTEUDO


@pytest.mark.parametrize("alvo", ["worker", "pg"])
def test_morte_enquanto_se_faz(loja, alvo):
    """A file that is made while its client waits: who makes it ends with the worker, and nothing of it stays."""
    p = loja
    antes = p.valor("SELECT count(*) FROM crm.exportacoes")
    trava = p.conectar(autocommit=False)
    trava.cursor().execute("LOCK TABLE crm.clientes IN ACCESS EXCLUSIVE MODE")
    with comecar(p, f"POST {EXPORTAR}", b'{"fields": ["nome_completo"]}') as s:
        esperar(lambda: p.valor(ATIVAS) == 1)
        if alvo == "worker":
            os.kill(worker(p), signal.SIGKILL)
            assert ler(s) == b""
            esperar(lambda: p.valor(ATIVAS) == 0)       # though the lock still holds it
        else:
            velho = p.pid("pg")
            os.kill(velho, signal.SIGKILL)
            assert b"resultado_desconhecido" in ler(s, 4096)    # it may have been made: with a key it can be asked for again
            esperar(lambda: p.renasceu("pg", velho) and p.banco_responde(), 120, 0.2)
    if alvo == "worker":
        trava.rollback()
    trava.close()
    assert p.valor("SELECT count(*) FROM crm.exportacoes") == antes
    inteiro(p)
    r = esperar(lambda: (r := p.dono.post(EXPORTAR, {"fields": ["nome_completo"]})).status_code == 200 and r, 60, 0.5)
    assert len(r.content.splitlines()) > 250
    assert p.valor("SELECT count(*) FROM crm.exportacoes") == antes + 1
    temporarios = p.serv / "pg/base/pgsql_tmp"
    assert not temporarios.exists() or not any(temporarios.iterdir())
