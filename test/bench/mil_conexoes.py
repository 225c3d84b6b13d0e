"""1,000 WebSocket clients connected and 100 sellers at work on one machine, client
and server on the same cores. Issue row 8, OPS-5: throughput, p50/p99 of board
reads and marks, errors, memory per connection and per worker.

    CRM_BENCH_WS=1000 CRM_BENCH_VENDEDORES=100 CRM_BENCH_S=20
"""
import asyncio
import base64
import json
import os
import pathlib
import statistics
import sys
import time
import uuid

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
from pilha import Pilha  # noqa: E402

WS = int(os.environ.get("CRM_BENCH_WS", 1000))
VENDEDORES = int(os.environ.get("CRM_BENCH_VENDEDORES", 100))
DURACAO_S = float(os.environ.get("CRM_BENCH_S", 20))
CLIENTES = int(os.environ.get("CRM_BENCH_CLIENTES", 200000))
SENHA = "senha-da-medida"


class Http:
    """One keep-alive connection of the plain listener."""

    def __init__(self, porta, token=None):
        self.porta, self.token = porta, token
        self.r = self.w = None

    async def pedir(self, metodo, caminho, corpo=None, extra=""):
        if self.w is None or self.w.is_closing():
            self.r, self.w = await asyncio.open_connection("127.0.0.1", self.porta, limit=1 << 20)
        dados = json.dumps(corpo).encode() if corpo is not None else b""
        cab = f"{metodo} {caminho} HTTP/1.1\r\nHost: 127.0.0.1:{self.porta}\r\n{extra}"
        if self.token:
            cab += f"Authorization: Bearer {self.token}\r\n"
        if corpo is not None:
            cab += (f"Origin: http://127.0.0.1:{self.porta}\r\nContent-Type: application/json\r\n"
                    f"Content-Length: {len(dados)}\r\n")
        self.w.write(cab.encode() + b"\r\n" + dados)
        topo = await self.r.readuntil(b"\r\n\r\n")
        linhas = topo.decode("latin-1").split("\r\n")
        n, fechar = 0, False
        for x in linhas[1:]:
            k, _, v = x.partition(":")
            if k.lower() == "content-length":
                n = int(v)
            elif k.lower() == "connection" and v.strip() == "close":
                fechar = True
        corpo = await self.r.readexactly(n)
        if fechar:
            self.w.close()
        return int(linhas[0].split()[1]), corpo


async def ws_abrir(porta, token, contador):
    r, w = await asyncio.open_connection("127.0.0.1", porta)
    chave = base64.b64encode(os.urandom(16)).decode()
    w.write((f"GET /ws HTTP/1.1\r\nHost: 127.0.0.1:{porta}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
             f"Sec-WebSocket-Key: {chave}\r\nSec-WebSocket-Version: 13\r\nOrigin: http://127.0.0.1:{porta}\r\n"
             f"Authorization: Bearer {token}\r\n\r\n").encode())
    topo = await r.readuntil(b"\r\n\r\n")
    if b" 101 " not in topo.split(b"\r\n")[0]:
        raise RuntimeError(topo[:200])

    async def ler():
        try:
            while True:
                a, b = await r.readexactly(2)
                n = b & 127
                if n == 126:
                    n = int.from_bytes(await r.readexactly(2), "big")
                elif n == 127:
                    n = int.from_bytes(await r.readexactly(8), "big")
                corpo = await r.readexactly(n)
                if a & 15 == 9:      # ping: answer, masked with zeros
                    w.write(bytes([0x8A, 0x80 | n, 0, 0, 0, 0]) + corpo)
                elif a & 15 == 1:
                    contador["mensagens"] += 1
                elif a & 15 == 8:
                    contador["fechadas"] += 1
                    return
        except (asyncio.IncompleteReadError, ConnectionError):
            contador["fechadas"] += 1

    return asyncio.create_task(ler()), w


def memoria(pids):
    """kB of proportional set size (shared pages counted once), per process."""
    r = {}
    for p in pids:
        for x in pathlib.Path(f"/proc/{p}/smaps_rollup").read_text().split("\n"):
            if x.startswith("Pss:"):
                r[p] = int(x.split()[1])
    return r


def percentis(nome, tempos, erros, dur):
    t = sorted(tempos)
    if not t:
        print(f"{nome:<28} none")
        return
    print(f"{nome:<28} {len(t):>7} {len(t) / dur:>9.1f}/s  p50 {1000 * t[len(t) // 2]:>7.1f} ms"
          f"  p99 {1000 * t[min(len(t) - 1, len(t) * 99 // 100)]:>7.1f} ms  max {1000 * t[-1]:>7.1f} ms"
          f"  errors {erros}")


async def vendedor(porta, vid, token, pausa, fim, med):
    h = Http(porta, token)
    fila = []
    while time.monotonic() < fim:
        try:
            t = time.perf_counter()
            st, corpo = await h.pedir("GET", f"/api/vendedor/meus-clientes/{vid}?por_coluna=true")
            med["quadro"].append(time.perf_counter() - t)
            if st != 200:
                med["erros_quadro"] += 1
                continue
            if not fila:
                fila = [c["id"] for c in json.loads(corpo)["clientes"] if not c["contatado"]]
            if fila:
                t = time.perf_counter()
                st, _ = await h.pedir("POST", f"/api/vendedor/marcar-contatado/{vid}",
                                      {"cliente_id": fila.pop(), "observacoes": "medida"},
                                      f"Idempotency-Key: {uuid.uuid4()}\r\n")
                med["marca"].append(time.perf_counter() - t)
                if st != 200:
                    med["erros_marca"] += 1
        except (OSError, asyncio.IncompleteReadError):
            med["erros_conexao"] += 1
            h = Http(porta, token)
        if pausa:
            await asyncio.sleep(pausa)


async def rodar(p, contas):
    porta = p.porta_plana
    tokens = []
    for email, _vid in contas:
        st, corpo = await Http(porta).pedir("POST", "/api/auth/login", {"email": email, "senha": SENHA})
        assert st == 200, corpo
        tokens.append(json.loads(corpo)["token"])
    trabalhadores = p.filhos(p.pid("front"))
    antes = memoria(trabalhadores)
    contador = {"mensagens": 0, "fechadas": 0}
    tarefas = []
    inicio = time.monotonic()
    for n in range(WS):
        tarefas.append(await ws_abrir(porta, tokens[n % len(tokens)], contador))
    print(f"{WS} WebSockets of {len(tokens)} sellers open in {time.monotonic() - inicio:.1f} s")
    await asyncio.sleep(2)
    depois = memoria(trabalhadores)
    total = sum(depois.values()) - sum(antes.values())
    print(f"memory (PSS): workers {', '.join(f'{v / 1024:.1f} MB' for v in antes.values())} before,"
          f" {', '.join(f'{v / 1024:.1f} MB' for v in depois.values())} with the sockets:"
          f" {total / WS:.1f} kB per connection")

    for nome, pausa in (("one action a second each", 1.0), ("as fast as answers come", 0.0)):
        med = {"quadro": [], "marca": [], "erros_quadro": 0, "erros_marca": 0, "erros_conexao": 0}
        mensagens = contador["mensagens"]
        t0 = time.monotonic()
        await asyncio.gather(*(vendedor(porta, vid, tok, pausa, t0 + DURACAO_S, med)
                               for (_e, vid), tok in zip(contas, tokens)))
        dur = time.monotonic() - t0
        print(f"-- {len(contas)} sellers, {nome}, {dur:.0f} s, {WS} sockets listening")
        percentis("board (por_coluna)", med["quadro"], med["erros_quadro"], dur)
        percentis("mark contacted", med["marca"], med["erros_marca"], dur)
        print(f"{'events delivered':<28} {contador['mensagens'] - mensagens:>7}"
              f" {(contador['mensagens'] - mensagens) / dur:>9.1f}/s  sockets lost {contador['fechadas']},"
              f" connection errors {med['erros_conexao']}")
    fim = memoria(trabalhadores)
    pg = [pid for (pid,) in p.sql("SELECT pid FROM pg_stat_activity WHERE usename = 'crm_web'")]
    mpg = memoria(pg)
    print(f"memory after the load: workers {', '.join(f'{v / 1024:.1f} MB' for v in fim.values())};"
          f" {len(pg)} database connections, {statistics.mean(mpg.values()) / 1024:.1f} MB each")
    for t, w in tarefas:
        t.cancel()
        w.close()


def main():
    with Pilha(clientes=CLIENTES, vendedores=VENDEDORES) as p:
        contas = p.sql("SELECT email, id FROM crm.usuarios WHERE papel = 'vendedor' ORDER BY id LIMIT %s", (VENDEDORES,))
        p.sql("SELECT crm.definir_senha(%s, %s)", (contas[0][1], SENHA))
        p.sql("""UPDATE crm.usuarios SET trocar_senha = false,
                        senha_hash = (SELECT senha_hash FROM crm.usuarios WHERE id = %s)
                  WHERE papel = 'vendedor'""", (contas[0][1],))
        asyncio.run(rodar(p, contas))


main()
