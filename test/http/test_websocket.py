"""GET /ws: EVENTOS-1, EVENTOS-2, I-14, S-3, AUTH-9."""
import json
import os
import re
import socket
import struct
import time

import pytest
import requests
import websocket
from pilha import esperar

PEDIDO = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13",
          "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="}


@pytest.fixture(scope="module")
def vendedor(pilha):
    return pilha.login(pilha.novo_vendedor())


@pytest.fixture(scope="module")
def outro(pilha):
    return pilha.login(pilha.novo_vendedor())


def aperto(pilha, caminho="/ws", metodo="GET", **cabecalhos):
    """Status of a handshake that should be refused."""
    h = dict(PEDIDO, **{k.replace("_", "-"): v for k, v in cabecalhos.items()})
    h = {k: v for k, v in h.items() if v is not None}
    r = requests.request(metodo, pilha.url + caminho, headers=h, verify=str(pilha.ca), timeout=60, stream=True)
    r.close()
    return r.status_code


def ler(ws, ate, limite_s=60):
    """The messages up to the first that ate() accepts; the numbers have no gap."""
    ws.settimeout(limite_s)
    lidas = []
    while True:
        texto = ws.recv()
        assert texto, lidas
        m = json.loads(texto)
        assert set(m) == {"seq", "tipo", "dados"}
        lidas.append(m)
        if ate(m):
            return lidas


def tipo(t):
    return lambda m: m["tipo"] == t


def emitir(pilha, nome, para, **dados):
    """As an extension function would, but for whom the test says."""
    lista = "NULL" if para == "*" else f"ARRAY{list(para)}::bigint[]"
    pilha.sql(f"SELECT crm.evento_teste('{nome}', {lista}, %s)", (json.dumps(dados),))


@pytest.fixture(scope="module")
def emissor(pilha):
    """Signs an event in SQL from the definition (HMAC-SHA256), not with the extension's code."""
    pilha.sql(r"""
        CREATE FUNCTION crm.evento_teste(tipo text, para bigint[], dados text) RETURNS void LANGUAGE plpgsql AS $$
        DECLARE
            j text := format('{"tipo":"%s","para":%s,"dados":%s}', tipo, coalesce(to_json(para)::text, '"*"'), dados);
            k bytea := (SELECT valor FROM crm.segredos WHERE nome = 'evento');
            i bytea; o bytea;
        BEGIN
            k := k || decode(repeat('00', 64 - length(k)), 'hex'); i := k; o := k;
            FOR n IN 0..63 LOOP
                i := set_byte(i, n, get_byte(k, n) # 54); o := set_byte(o, n, get_byte(k, n) # 92);
            END LOOP;
            PERFORM pg_notify('crm_eventos',
                left(encode(sha256(o || sha256(i || convert_to(j, 'UTF8'))), 'hex'), 32) || ' ' || j);
        END $$""")
    yield lambda nome, para, **dados: emitir(pilha, nome, para, **dados)
    pilha.sql("DROP FUNCTION crm.evento_teste(text, bigint[], text)")


def test_i14_aperto_de_mao(pilha, vendedor):
    """I-14: foreign Origin 403, cookie without Origin 403, no or dead token 401, token in the address 400."""
    cookie, bom = vendedor.cookie(), {"Authorization": "Bearer " + vendedor.dados["token"]}
    for origem in ("https://mau.test", "null", "https://localhost", "http://localhost"):
        assert aperto(pilha, Cookie=cookie, Origin=origem) == 403
        assert aperto(pilha, Origin=origem, **bom) == 403
        assert aperto(pilha, Origin=origem) == 403
    assert aperto(pilha, Cookie=cookie) == 403
    assert aperto(pilha, Cookie=cookie, Sec_Fetch_Site="cross-site") == 403
    assert aperto(pilha, Origin=pilha.url) == 401
    assert aperto(pilha) == 401
    assert aperto(pilha, Origin=pilha.url, Cookie="__Host-crm=lixo") == 401
    assert aperto(pilha, Authorization="Bearer lixo") == 401
    for consulta in ("?token=" + vendedor.dados["token"], "?x=1", "?"):
        assert aperto(pilha, "/ws" + consulta, Origin=pilha.url, Cookie=cookie) in ((400, 101) if consulta == "?" else (400,))
    assert aperto(pilha, Upgrade=None, Origin=pilha.url, Cookie=cookie) == 426
    assert aperto(pilha, metodo="POST", Origin=pilha.url, Cookie=cookie, Content_Length="0") == 405
    assert aperto(pilha, Sec_WebSocket_Version="12", Origin=pilha.url, Cookie=cookie) == 400
    assert aperto(pilha, Sec_WebSocket_Key=None, Origin=pilha.url, Cookie=cookie) == 400
    morta = pilha.login(pilha.novo_vendedor())
    morta.sair()
    assert aperto(pilha, Authorization="Bearer " + morta.dados["token"]) == 401
    ws = vendedor.ws()
    assert json.loads(ws.recv()) == {"seq": 1, "tipo": "ola", "dados": {}}
    ws.close()


def test_eventos_so_a_quem_podem(pilha, admin, vendedor, outro, emissor):
    """EVENTOS-1: own events, everybody's events, all for the administrador; numbers without gap."""
    a, v, o = admin.ws(), vendedor.ws(), outro.ws()
    emissor("cliente_contatado", [vendedor.id], cliente_id=7)
    emissor("cliente_liberado", [], cliente_id=8)
    emissor("redistribuicao_completa", "*", lote=1)
    lidas = {n: [m for m in ler(w, tipo("redistribuicao_completa")) if m["tipo"] != "vendedor_online"]
             for n, w in (("a", a), ("v", v), ("o", o))}
    assert [m["tipo"] for m in lidas["v"]] == ["ola", "cliente_contatado", "redistribuicao_completa"]
    assert [m["tipo"] for m in lidas["o"]] == ["ola", "redistribuicao_completa"]
    assert [m["tipo"] for m in lidas["a"]] == ["ola", "cliente_contatado", "cliente_liberado",
                                               "redistribuicao_completa"]
    assert lidas["v"][1]["dados"] == {"cliente_id": 7}
    for w in (a, v, o):
        w.close()


def test_numeros_sem_lacuna(vendedor, emissor):
    w = vendedor.ws()
    for i in range(50):
        emissor("cliente_contatado", [vendedor.id], cliente_id=i)
    lidas = ler(w, lambda m: m["dados"].get("cliente_id") == 49)
    assert [m["seq"] for m in lidas] == list(range(1, len(lidas) + 1))
    assert [m["dados"]["cliente_id"] for m in lidas if m["tipo"] == "cliente_contatado"] == list(range(50))
    w.close()


def test_evento_de_verdade_so_depois_do_commit(pilha, admin):
    """EVENTOS-1: a rolled back change is no event, a committed one is, with ids only."""
    c = pilha.login(pilha.novo_vendedor())
    w, cartoes = c.ws(), c.get(f"/api/vendedor/meus-clientes/{c.id}").json()["clientes"]
    caminho = f"/api/vendedor/marcar-contatado/{c.id}"
    alheio = pilha.valor("SELECT cliente_id FROM crm.cliente_vendedor WHERE encerrada_em IS NULL"
                         " AND vendedor_id <> %s LIMIT 1", (c.id,))
    assert c.post(caminho, {"cliente_id": alheio}).status_code == 403
    r = c.post(caminho, {"cliente_id": cartoes[0]["id"], "observacoes": "texto privado"})
    assert r.status_code == 200
    lidas = ler(w, tipo("cliente_contatado"))
    assert lidas[-1]["dados"]["cliente_id"] == cartoes[0]["id"]
    assert "privado" not in json.dumps(lidas) and "nome" not in json.dumps(lidas)
    w.close()


def test_notificacao_forjada(pilha, admin):
    """Anybody connected may NOTIFY; only what the extension signed is delivered."""
    w = admin.ws()
    for texto in ('f' * 32 + ' {"tipo":"forjado","para":"*","dados":{}}', "", "x", "{}", "f" * 32,
                  "f" * 32 + " ", "é" * 100):
        pilha.sql("SELECT pg_notify('crm_eventos', %s)", (texto,))
    pilha.configurar("contato", "x")
    pilha.configurar("contato", "")
    assert "forjado" not in [m["tipo"] for m in ler(w, tipo("configuracao_alterada"))]
    w.close()


@pytest.mark.parametrize("motivo", ["logout", "senha", "desativacao"])
def test_s3_fim_da_sessao_fecha(pilha, admin, motivo):
    """S-3: an open socket of an ended session is told and closed at once; others stay."""
    u = pilha.novo_vendedor()
    c, outra = pilha.login(u), pilha.login(u)
    w, w2 = c.ws(), outra.ws()
    inicio = time.monotonic()
    if motivo == "logout":
        c.sair()
    elif motivo == "senha":
        assert outra.post("/api/auth/senha", {"senha_atual": u["senha"],
                                              "senha_nova": u["senha"] + "-nova"}).status_code == 200
    else:
        assert admin.patch(f"/api/admin/usuarios/{u['id']}", {"ativo": False}).status_code == 200
    lidas = ler(w, tipo("sessao_encerrada"))
    assert lidas[-1]["dados"] == {}     # the sid is not told
    assert w.recv_data()[0] == websocket.ABNF.OPCODE_CLOSE
    assert time.monotonic() - inicio < 20       # not by a heartbeat, which comes each 30 s: as a rule later
    if motivo == "desativacao":
        ler(w2, tipo("sessao_encerrada"))
    else:
        w2.ping()
        assert outra.get("/api/auth/eu").status_code == 200


def refeitas(pilha):
    """Every worker has its connections again: new ones are answered, many times in a row."""
    def bem():
        return all(requests.get(pilha.url + "/api/auth/publico", verify=str(pilha.ca), timeout=60).status_code == 200
                   for _ in range(12))
    esperar(bem, passo_s=0.3)


def test_sessao_morta_sem_evento(pilha):
    """EVENTOS-2: the event of the end was lost; when the listener is back the socket is closed."""
    c = pilha.login(pilha.novo_vendedor())
    w = c.ws()
    pilha.sql("UPDATE crm.sessoes SET limite_em = now() - interval '1 second' WHERE usuario_id = %s", (c.id,))
    pilha.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'crm_web'")
    lidas = ler(w, tipo("sessao_encerrada"))
    assert "recarregar" in [m["tipo"] for m in lidas]
    refeitas(pilha)


def test_escuta_volta_sozinha(pilha, vendedor, emissor):
    """EVENTOS-2: after a lost listener everybody is told to reload, and events arrive again."""
    w = vendedor.ws()
    ler(w, tipo("ola"))
    pilha.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'crm_web'")
    ler(w, tipo("recarregar"))
    emissor("cliente_contatado", [vendedor.id], cliente_id=1)
    ler(w, tipo("cliente_contatado"))
    w.close()
    refeitas(pilha)


@pytest.mark.parametrize("texto,codigo", [
    ("", 1008), ("lixo", 1008), ("[]", 1008), ("{}", 1008), ('{"tipo":"outro"}', 1008), ('{"tipo":1}', 1008),
    ('{"tipo":"presenca","tipo":"presenca"}', 1008), ("x" * 300, 1009), ('{"tipo":"presenca"}' + " " * 300, 1009)])
def test_mensagem_recusada(vendedor, texto, codigo):
    """Whatever is no heartbeat closes the socket."""
    w = vendedor.ws()
    ler(w, tipo("ola"))
    w.send(texto)
    w.settimeout(60)
    while True:
        op, dados = w.recv_data()
        if op == websocket.ABNF.OPCODE_CLOSE:
            break
    assert struct.unpack("!H", dados[:2]) == (codigo,)


def test_mensagens_demais(vendedor):
    """Heartbeats are accepted, a flood of them is not."""
    w = vendedor.ws()
    for _ in range(5):
        w.send('{"tipo":"presenca"}')
    w.ping("x")
    w.settimeout(60)
    while w.recv_data(control_frame=True)[0] != websocket.ABNF.OPCODE_PONG:
        pass
    with pytest.raises((websocket.WebSocketException, OSError, ConnectionError)):
        for _ in range(2000):
            w.send('{"tipo":"presenca"}')
            time.sleep(0.001)
        while w.recv():
            pass
        raise websocket.WebSocketConnectionClosedException


def test_presenca(pilha):
    """AUTH-9: an open socket is a heartbeat, so is a request; a dead session is none."""
    aberta, pediu, saiu = (pilha.login(pilha.novo_vendedor()) for _ in range(3))
    w = aberta.ws()
    saiu.get("/api/auth/eu")
    saiu.sair()
    ids = [aberta.id, pediu.id, saiu.id]
    pilha.sql("UPDATE crm.vendedores SET visto_em = now() - interval '100 s' WHERE id = ANY (%s)", (ids[:2],))
    pediu.get("/api/auth/eu")
    esperar(lambda: pilha.valor("SELECT count(*) FROM crm.vendedores WHERE id = ANY (%s)"
                                " AND visto_em > now() - interval '60 s'", (ids,)) == 2, 75, 0.5)
    assert pilha.valor("SELECT online OR visto_em IS NOT NULL FROM crm.vendedores WHERE id = %s", (saiu.id,)) is False
    w.close()


def test_conexoes_por_usuario(pilha):
    """One user cannot take all connections of a worker."""
    c = pilha.login(pilha.novo_vendedor())
    abertas = []
    try:
        with pytest.raises(websocket.WebSocketBadStatusException) as e:
            for _ in range(20 * 8 + 1):     # 20 for each worker
                abertas.append(c.ws())
        assert e.value.status_code == 429
        assert len(abertas) >= 20
    finally:
        for w in abertas:
            w.shutdown()


def memoria_kb(pilha):
    return sum(int(re.search(r"VmRSS:\s+(\d+)", open(f"/proc/{p}/status").read())[1])
               for p in pilha.filhos(pilha.pid("front")))


def test_i14_leitor_que_nao_le(pilha, admin, emissor):
    """I-14: a reader that never reads costs bounded memory and is dropped; the others get all."""
    s = socket.socket()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    s.connect(("127.0.0.1", int(pilha.plain_url.rsplit(":", 1)[1])))
    s.sendall(("GET /ws HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + admin.dados["token"] + "\r\n" +
               "".join(f"{k}: {v}\r\n" for k, v in PEDIDO.items()) + "\r\n").encode())
    w = admin.ws()
    ler(w, tipo("ola"))

    def descartadas():
        r = requests.get(pilha.plain_url + "/metrics", timeout=60)
        return float(re.search(r"^crm_ws_dropped_total (\S+)", r.text, re.M)[1])

    antes, memoria, enviados = descartadas(), memoria_kb(pilha), 0
    while descartadas() == antes:
        assert enviados < 6000
        for _ in range(50):
            emissor("cliente_contatado", [], n=enviados, x="y" * 6000)
            enviados += 1
        ler(w, lambda m: m["dados"].get("n") == enviados - 1)
    if "CRM_PRELOAD" not in os.environ:     # AddressSanitizer keeps what was freed
        assert memoria_kb(pilha) - memoria < 8192
    s.close()
    w.close()
