#!/usr/bin/python3
"""Exports beside searches: 100 users type searches, one each second or so; then 20 files of 50,000 rows are asked
for at once by five users, made, followed and downloaded, while they go on. Prints the latency of the searches
before, meanwhile and after, and the memory of who takes part (anonymous memory: shared buffers do not count). Then
as many files of at most 10,000 rows at once, which are made while their clients wait.
Goal: p99 meanwhile <= 2 x the p99 of the quiet times before and after. Every search asks the database (cache off).
Clients, server and database on the same cores.

    CRM_BENCH_CLIENTES=50000 CRM_BENCH_S=20 CRM_BENCH_EXPORTACOES=20
"""
import asyncio
import collections
import concurrent.futures
import multiprocessing
import os
import pathlib
import random
import sys
import threading
import time
from urllib.parse import quote

import requests

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
from pilha import Pilha, esperar  # noqa: E402

CLIENTES = int(os.environ.get("CRM_BENCH_CLIENTES", "50000"))
QUIETO_S = float(os.environ.get("CRM_BENCH_S", "20"))
EXPORTACOES = int(os.environ.get("CRM_BENCH_EXPORTACOES", "20"))
USUARIOS, QUEM_EXPORTA, PAUSA_S = 100, 5, 1.0
FORMATOS = ("excel", "pdf", "csv")
CAMPOS = ["id_cliente", "nome_completo", "cpf", "celular", "email", "cidade", "uf", "data_ultima_compra", "valor_total", "situacao"]
PASSO_S = 0.2


# ---- the searching users, in a process of their own -------------------------------------------


async def usuario(porta, token, nomes, fim, vistos, acaso):
    await asyncio.sleep(acaso.random() * PAUSA_S)
    ler = escrever = None
    while not fim.is_set():
        if ler is None:
            ler, escrever = await asyncio.open_connection("127.0.0.1", porta)
        escrever.write(f"GET /api/v1/clients/search?q={quote(acaso.choice(nomes))} HTTP/1.1\r\nHost: localhost\r\n"
                       f"Authorization: Bearer {token}\r\n\r\n".encode())
        inicio = time.monotonic()
        try:
            cabeca = await ler.readuntil(b"\r\n\r\n")
            n = int(cabeca.lower().split(b"content-length: ")[1].split(b"\r")[0])
            await ler.readexactly(n)
            status = int(cabeca[9:12])
        except (asyncio.IncompleteReadError, ConnectionError):
            ler, status = None, 0
        agora = time.monotonic()
        vistos.append((agora, (agora - inicio) * 1000, status))
        await asyncio.sleep(PAUSA_S * (0.5 + acaso.random()))


def pesquisar(porta, tokens, nomes, parar, saida):
    async def todos():
        fim, vistos = asyncio.Event(), []
        correm = [asyncio.create_task(usuario(porta, t, nomes, fim, vistos, random.Random(i))) for i, t in enumerate(tokens)]
        while not parar.is_set():
            await asyncio.sleep(0.1)
        fim.set()
        await asyncio.gather(*correm)
        return vistos
    saida.put(asyncio.run(todos()))


# ---- memory -----------------------------------------------------------------------------------


class Memoria(threading.Thread):
    """The most of each kind of process at one time: how many, and kB of anonymous memory in all."""

    def __init__(self, p):
        super().__init__(daemon=True)
        self.p, self.fim, self.maior = p, threading.Event(), collections.defaultdict(lambda: (0, 0))

    def especie(self, pid, pai):
        nome = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        if pai == self.p.front:
            return "front workers"
        if "crm_arquivo" in nome:
            return "crm_arquivo"
        if "crm exportacao " in nome:
            return "export workers"
        return "other processes of PostgreSQL"

    def olhar(self):
        pais = {}
        for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
            try:
                pais[int(stat.parent.name)] = int(stat.read_text().rsplit(") ", 1)[1].split()[1])
            except (FileNotFoundError, ProcessLookupError):
                continue
        raizes = (self.p.front, self.p.postmaster)
        soma = collections.defaultdict(lambda: [0, 0])
        for pid, pai in pais.items():
            if pai not in raizes and pais.get(pai) != self.p.postmaster:
                continue
            try:
                especie = self.especie(pid, pai)
                anon = [x for x in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines() if x.startswith("RssAnon")]
            except (FileNotFoundError, ProcessLookupError):
                continue
            if anon:
                soma[especie][0] += 1
                soma[especie][1] += int(anon[0].split()[1])
        soma["all of them"] = [sum(x) for x in zip(*soma.values())]
        for especie, (n, kb) in soma.items():
            self.maior[especie] = max(self.maior[especie], (kb, n))

    def run(self):
        while not self.fim.wait(PASSO_S):
            self.olhar()

    def parar(self):
        self.fim.set()
        self.join()
        return dict(self.maior)


# ---- the exporting users ----------------------------------------------------------------------


def exportar(p, cabecalhos, formato):
    """One file from asking to its last byte: (format, seconds, bytes, rows)."""
    inicio = time.monotonic()
    r = requests.post(f"{p.plain_url}/api/v1/exports?format={formato}", json={"origem": "clientes", "fields": CAMPOS},
                      headers=cabecalhos, timeout=120)
    assert r.status_code == 202, (r.status_code, r.text)
    endereco = p.plain_url + r.json()["url"].removesuffix("/download")

    def pronta():
        e = requests.get(endereco, headers=cabecalhos, timeout=120).json()
        assert e["estado"] in ("na_fila", "executando", "pronta"), e
        return e if e["estado"] == "pronta" else None
    e = esperar(pronta, 1800, 1)
    n = 0
    with requests.get(endereco + "/download", headers=cabecalhos, timeout=300, stream=True) as r:
        assert r.status_code == 200, r.text
        for pedaco in r.iter_content(65536):
            n += len(pedaco)
    assert n == e["bytes"] == int(r.headers["content-length"])
    return formato, time.monotonic() - inicio, n, e["linhas"]


def exportar_ja(p, cabecalhos, formato, ufs):
    """One file made while its client waits: (format, seconds, bytes)."""
    inicio = time.monotonic()
    while True:
        r = requests.post(f"{p.plain_url}/api/v1/exports?format={formato}", headers=cabecalhos, timeout=300,
                          json={"origem": "clientes", "fields": CAMPOS, "filters": {"uf": ufs}})
        if r.status_code not in (429, 503):
            break
        time.sleep(1)
    assert r.status_code == 200, (r.status_code, r.text[:300])
    return formato, time.monotonic() - inicio, len(r.content)


def ufs_ate(p, maximo):
    """States that have together nearly as many active clients as are made at once, and how many."""
    soma, ufs = 0, []
    for uf, n in p.sql("SELECT uf, count(*) FROM crm.clientes WHERE ativo AND uf IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1"):
        if soma + n <= maximo:
            soma, ufs = soma + n, ufs + [uf]
    return ",".join(ufs), soma


def mostrar(titulo, vistos):
    ms = sorted(v[1] for v in vistos)
    erros = sum(v[2] != 200 for v in vistos)
    p50, p99 = (ms[min(len(ms) - 1, int(len(ms) * q))] for q in (0.5, 0.99))
    print(f"{titulo:30s}{len(ms):9,d}{p50:9.1f}{p99:9.1f}{ms[-1]:9.1f}{erros:8d}")
    return p99


def medir(p):
    senha = "senha-de-quem-mede"
    primeiro = p.novo_usuario("gerente")
    id_ = p.valor("SELECT id FROM crm.usuarios WHERE email = %s", (primeiro["email"],))
    p.sql("SELECT crm.definir_senha(%s, %s)", (id_, senha))
    emails = [primeiro["email"]] + [p.novo_usuario("gerente")["email"] for _ in range(USUARIOS + QUEM_EXPORTA - 1)]
    p.sql("""UPDATE crm.usuarios SET senha_hash = (SELECT senha_hash FROM crm.usuarios WHERE id = %s), trocar_senha = false
              WHERE email = ANY(%s)""", (id_, emails))
    tokens = [p.login(e, senha, base=p.plain_url).dados["token"] for e in emails]
    nomes = [n for (n,) in p.sql("""SELECT DISTINCT split_part(nome, ' ', 1) || ' ' || left(split_part(nome, ' ', 2), 3)
                                      FROM crm.clientes_busca ORDER BY 1""")]
    p.sql("VACUUM ANALYZE")
    p.front, p.postmaster = p.pid("front"), p.pid("pg")
    print(f"{CLIENTES:,} clients; {USUARIOS} users search once in {PAUSA_S} s; {EXPORTACOES} files of {CLIENTES:,} rows, {len(CAMPOS)} columns,"
          f" of {QUEM_EXPORTA} users,"
          f" {p.valor('SHOW crm.exportadores')} made at a time; load {open('/proc/loadavg').read().split()[0]}")

    ufs, poucas = ufs_ate(p, 10000)
    parar, saida = multiprocessing.Event(), multiprocessing.Queue()
    buscas = multiprocessing.Process(target=pesquisar, args=(p.porta_plana, tokens[:USUARIOS], nomes, parar, saida))
    buscas.start()
    try:
        time.sleep(10)                          # plans, caches
        quieto = Memoria(p)
        quieto.start()
        t0 = time.monotonic()
        time.sleep(QUIETO_S)
        quieto = quieto.parar()
        cheio = Memoria(p)
        cheio.start()
        t1 = time.monotonic()
        with concurrent.futures.ThreadPoolExecutor(EXPORTACOES) as x:
            feitas = list(x.map(lambda i: exportar(p, {"Authorization": "Bearer " + tokens[USUARIOS + i % QUEM_EXPORTA]},
                                                   FORMATOS[i % len(FORMATOS)]), range(EXPORTACOES)))
        t2 = time.monotonic()
        cheio = cheio.parar()
        time.sleep(QUIETO_S)
        t3 = time.monotonic()
        ja = Memoria(p)
        ja.start()
        with concurrent.futures.ThreadPoolExecutor(EXPORTACOES) as x:
            prontas = list(x.map(lambda i: exportar_ja(p, {"Authorization": "Bearer " + tokens[USUARIOS + i % QUEM_EXPORTA]},
                                                       FORMATOS[i % len(FORMATOS)], ufs), range(EXPORTACOES)))
        t4 = time.monotonic()
        ja = ja.parar()
        sozinhas = [exportar_ja(p, {"Authorization": "Bearer " + tokens[USUARIOS]}, f, ufs) for f in FORMATOS]
    finally:
        parar.set()
    vistos = saida.get()
    buscas.join()

    print(f"\n{'searches':30s}{'n':>9s}{'p50 ms':>9s}{'p99 ms':>9s}{'max':>9s}{'errors':>8s}")
    mostrar("quiet, before", [v for v in vistos if t0 <= v[0] < t1])
    durante = mostrar(f"{EXPORTACOES} x {CLIENTES:,} rows, jobs", [v for v in vistos if t1 <= v[0] < t2])
    mostrar("quiet, after", [v for v in vistos if t2 <= v[0] < t3])
    quietas = mostrar("quiet, both", [v for v in vistos if t0 <= v[0] < t1 or t2 <= v[0] < t3])
    na_hora = mostrar(f"{EXPORTACOES} x {poucas:,} rows, at once", [v for v in vistos if t3 <= v[0] < t4])
    print(f"p99 meanwhile / quiet: {durante / quietas:.2f} with jobs (goal <= 2), {na_hora / quietas:.2f} with files made at once")

    print(f"\n{EXPORTACOES} files in {t2 - t1:.1f} s, {sum(f[3] for f in feitas) / (t2 - t1):,.0f} rows/s")
    for formato in FORMATOS:
        meus = [f for f in feitas if f[0] == formato]
        if meus:
            print(f"  {formato:6s} {len(meus):3d} files of {meus[0][2] / 1e6:.1f} MB; the last was there after {max(f[1] for f in meus):.1f} s")
    print(f"{EXPORTACOES} files of {poucas:,} rows in {t4 - t3:.1f} s; alone: " +
          ", ".join(f"{f} {s:.2f} s, {n / 1e6:.1f} MB" for f, s, n in sozinhas) + f"; the last of all after {max(f[1] for f in prontas):.1f} s")
    print(f"\n{'memory, MB (processes)':34s}{'quiet':>14s}{'jobs':>14s}{'at once':>14s}")
    for especie in sorted(cheio, key=lambda e: (e == "all of them", e)):
        print(f"{especie:34s}" + "".join(f"{kb / 1024:8.1f} ({n:3d})" for kb, n in (m.get(especie, (0, 0)) for m in (quieto, cheio, ja))))


def main():
    with Pilha(clientes=CLIENTES, vendedores=10, env={"CRM_CACHE": "nao"}) as p:
        medir(p)


if __name__ == "__main__":
    main()
