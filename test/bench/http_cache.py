#!/usr/bin/python3
"""The hit path of the cache (issue 5): 64 connections of carga.c on the plain listener,
client, front and Redis on the same cores.

Each answer is measured in turn, all in one run: out of the cache, the same request of
a front without cache, and redis-benchmark GET of as many bytes as the entry has in
Redis, with as many connections, against a Redis of the same settings: over TCP, as
the front is asked, and over a Unix socket, as the front asks. "of raw" is hits
against GET over TCP, wanted to be at least 0.6. "front us" and "redis us"
are their CPU per hit, which other load on the machine disturbs little; "gen us" is that
of the two generators, ours and redis-benchmark, which should be about the same. Last
the CPF search with 1,000 connections (p99 at most 50 ms).

    CRM_BENCH_CLIENTES=20000 CRM_BENCH_S=5
"""
import json
import os
import pathlib
import re
import resource
import socket
import subprocess
import sys
import tempfile
import time

import requests

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
from http_leituras import cpu_us  # noqa: E402
from pilha import Pilha, esperar  # noqa: E402

CLIENTES = int(os.environ.get("CRM_BENCH_CLIENTES", 20000))
DURACAO_S = int(os.environ.get("CRM_BENCH_S", 5))
CONEXOES = 64
CABECA_DA_ENTRADA = 300     # bytes, nearly; the rest is the body as it is sent


class Frente:
    """A product, and an administrador with a token."""

    def __init__(self, pilha, temp):
        self.p, self.temp = pilha, pathlib.Path(temp)
        self.base = f"http://127.0.0.1:{pilha.porta_plana}"
        self.token = pilha.login("admin", base=self.base).dados["token"]
        subprocess.run(["gcc", "-std=gnu11", "-O2", "-D_GNU_SOURCE", "-o", self.temp / "carga",
                        pathlib.Path(__file__).with_name("carga.c")], check=True)

    def get(self, caminho):
        """On a connection of its own, so that every worker is met sooner or later."""
        return requests.get(self.base + caminho, headers={"Authorization": "Bearer " + self.token,
                                                          "Accept-Encoding": "br"}, timeout=60, stream=True)

    def metrica(self, nome):
        texto = requests.get(self.base + "/metrics", timeout=30).text
        return float(re.search(rf"^crm_cache_{nome}_total (\S+)", texto, re.M)[1])

    def carga(self, caminhos, conexoes=CONEXOES, segundos=DURACAO_S):
        lista = self.temp / "caminhos"
        lista.write_text("\n".join(caminhos) + "\n")
        antes = self.metrica("acertos")
        front, redis = self.p.filhos(self.p.pid("front")), [self.p.pid("redis")]
        cpu = cpu_us(front), cpu_us(redis)
        r = subprocess.run([self.temp / "carga", str(self.p.porta_plana), str(conexoes), str(segundos), lista,
                            "Authorization: Bearer " + self.token, "Accept-Encoding: br"],
                           capture_output=True, text=True, check=True)
        d = json.loads(r.stdout)
        d["front_us"], d["redis_us"] = ((b - a) / max(1, d["n"]) for a, b in zip(cpu, (cpu_us(front), cpu_us(redis))))
        d["gen_us"] = d["cpu"] / max(1, d["n"])
        d["s"] = d["n"] / d["us"] * 1e6
        d["acertos"] = (self.metrica("acertos") - antes) / max(1, d["n"])
        return d


def cpu_dos_filhos_us():
    """CPU of the children that have ended."""
    r = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (r.ru_utime + r.ru_stime) * 1e6


class RedisCru:
    """A Redis of its own with the settings of the product's, for redis-benchmark."""

    def __init__(self, temp):
        self.sock = f"{temp}/cru.sock"
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            self.porta = str(s.getsockname()[1])
        self.proc = subprocess.Popen(["redis-server", "--bind", "127.0.0.1", "--port", self.porta,
                                      "--unixsocket", self.sock, "--save", "",
                                      "--appendonly", "no", "--maxmemory", "128mb"],
                                     stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        esperar(lambda: os.path.exists(self.sock))

    def get(self, n, *por, segundos=DURACAO_S):
        """GET of n bytes per second by CONEXOES clients and the options of `por`, and us of the generator for each."""
        subprocess.run(["redis-cli", "-s", self.sock, "-x", "SET", "k"], input=b"x" * n, check=True,
                       stdout=subprocess.DEVNULL)
        pedidos = 100000
        while True:
            inicio, cpu = time.monotonic(), cpu_dos_filhos_us()
            r = subprocess.run(["redis-benchmark", *por, "-c", str(CONEXOES), "-n", str(pedidos), "--csv",
                                "GET", "k"], capture_output=True, text=True, check=True)
            if time.monotonic() - inicio >= segundos / 2:
                return (float(r.stdout.strip().split("\n")[-1].split('","')[1]),
                        (cpu_dos_filhos_us() - cpu) / pedidos)
            pedidos *= 2

    def fim(self):
        self.proc.terminate()
        self.proc.wait(30)


def main():
    with tempfile.TemporaryDirectory() as t1, tempfile.TemporaryDirectory() as t2, \
            Pilha(clientes=CLIENTES, vendedores=20) as com, \
            Pilha(clientes=CLIENTES, vendedores=20, env={"CRM_CACHE": "nao"}) as sem:
        com_cache, sem_cache = Frente(com, t1), Frente(sem, t2)
        cru = RedisCru(t1)
        cpfs = [c for (c,) in com.sql("SELECT cpf::text FROM crm.clientes WHERE ativo ORDER BY id_cliente LIMIT 200")]
        casos = [
            ("search by CPF, 200 of them", [f"/api/v1/clients/search?cpf={c}" for c in cpfs]),
            ("page of a name search", ["/api/v1/clients/search?q=maria&size=25"]),
            ("statistics", ["/api/admin/estatisticas-gerais"]),
            ("periods", ["/api/admin/clientes-por-periodo"]),
        ]
        esperar(lambda: com_cache.get(casos[2][1][0]).headers["x-cache"] == "acerto", 60)
        print(f"{CLIENTES} clients, {CONEXOES} connections, {DURACAO_S} s each, br")
        print(f"{'':28}{'json':>8}{'sent':>8}{'hits/s':>9}{'p50 ms':>8}{'p99 ms':>8}{'of hits':>9}{'no cache/s':>12}"
              f"{'times':>7}{'GET/s':>9}{'of raw':>8}{'by Unix':>9}{'front us':>10}{'redis us':>10}"
              f"{'gen us':>14}")
        for nome, caminhos in casos:
            for c in caminhos:   # both workers, or nearly
                com_cache.get(c)
            com_cache.carga(caminhos, segundos=1)
            r = com_cache.get(caminhos[0])
            enviados = len(r.raw.read(decode_content=False))
            bruto = len(requests.get(com_cache.base + caminhos[0], timeout=30, headers={
                "Authorization": "Bearer " + com_cache.token, "Accept-Encoding": "identity"}).content)
            a = com_cache.carga(caminhos)
            get, gerador = cru.get(enviados + CABECA_DA_ENTRADA, "-p", cru.porta)
            unix, _ = cru.get(enviados + CABECA_DA_ENTRADA, "-s", cru.sock)
            b = com_cache.carga(caminhos)
            s = sem_cache.carga(caminhos, segundos=max(2, DURACAO_S // 2))
            d = max((a, b), key=lambda x: x["s"])
            print(f"{nome:28}{bruto:8}{enviados:8}{d['s']:9.0f}{d['p50'] / 1000:8.2f}{d['p99'] / 1000:8.2f}"
                  f"{d['acertos']:9.1%}{s['s']:12.0f}{d['s'] / s['s']:7.1f}{get:9.0f}{d['s'] / get:8.2f}"
                  f"{unix:9.0f}{d['front_us']:10.1f}{d['redis_us']:10.1f}"
                  f"{d['gen_us']:8.1f} {gerador:5.1f}", flush=True)
            assert d["erros"] == 0 and s["erros"] == 0
        d = com_cache.carga(casos[0][1], conexoes=1000)
        print(f"1,000 connections, CPF: {d['s']:.0f}/s, p50 {d['p50'] / 1000:.1f} ms, p99 {d['p99'] / 1000:.1f} ms, "
              f"{d['acertos']:.1%} hits, {d['erros']} errors")
        cru.fim()


if __name__ == "__main__":
    main()
