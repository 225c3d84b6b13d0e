"""Quiescent equality: whatever is written, every answer kept equals the database (CACHE-1, CACHE-2).

A world of some hundred clients changes by random transactions: functions of the
product, plain SQL of every table, savepoints, COPY, TRUNCATE, the replica role. After
each, answers that are still clean are asked of the database again. First with the
slots the transaction collected and the groups of the requests alone, thousands of
comparisons; then with marks, leases and stamps in a real Redis.

SEMENTE=n replays a run, CASOS=n makes it longer.
"""
import collections
import json
import os
import random
import sys
import time

import pytest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "lib"))
from cache_banco import Frente, Servidor  # noqa: E402
from cache_mundo import Mundo  # noqa: E402

SEMENTE = int(os.environ.get("SEMENTE", random.SystemRandom().randrange(10**6)))
CASOS = int(os.environ.get("CASOS", "150"))
ENTRADAS = 160
POR_VEZ = 25


@pytest.fixture(scope="module")
def servidor():
    with Servidor() as s:
        yield s


@pytest.fixture(scope="module")
def mundo(servidor):
    print(f"SEMENTE={SEMENTE}")
    return Mundo(servidor, SEMENTE)


def suja(grupos, slots):
    return any(g[0] in slots or all(x in slots for x in g[1:]) for g in grupos)


def test_slots_bastam(servidor, mundo):
    """What a transaction collects dirties every answer it changes; and most it does not change stay."""
    f = Frente(servidor)
    s = mundo.sorte
    entradas = {}
    n = collections.Counter()

    def perguntar(funcao, usuario, args):
        status, corpo, _ = f.banco(funcao, mundo.usuarios[usuario], args)
        return status, corpo

    for caso in range(CASOS):
        while len(entradas) < ENTRADAS:
            funcao, usuario, args = mundo.pedido()
            g = servidor.valor("SELECT crm.cache_grupos(%s, %s, %s)", (funcao, usuario, json.dumps(args)))
            if g is None:
                continue
            status, corpo = perguntar(funcao, usuario, args)
            if status == 200:
                entradas[funcao, usuario, json.dumps(args)] = (corpo, g, caso)
        colhidos, feitas = mundo.escrever(lambda cur: cur.execute("SELECT crm.cache_colhidos()") or cur.fetchone()[0])
        slots = set(colhidos or ())
        for k in list(entradas):
            corpo, g, _ = entradas[k]
            # The class of the session is part of the key, the rest is the groups' to say.
            if suja(g["grupos"], slots) or (g["ate"] or 1e18) <= time.time() * 1000 + 50:
                del entradas[k]
                n["sujas"] += 1
        for k in s.sample(sorted(entradas), min(POR_VEZ, len(entradas))):
            corpo, g, desde = entradas[k]
            funcao, usuario, args = k[0], k[1], json.loads(k[2])
            agora = servidor.valor("SELECT crm.cache_grupos(%s, %s, %s)", (funcao, usuario, json.dumps(args)))
            if agora is None or agora["classe"] != g["classe"]:
                del entradas[k]
                n["outra classe"] += 1
                continue
            status, novo = perguntar(funcao, usuario, args)
            n["comparadas"] += 1
            assert (status, novo) == (200, corpo), f"SEMENTE={SEMENTE} caso {caso} desde {desde} {feitas}: {k}\n{corpo}\n{novo}"
    f.fechar()
    print(dict(n))
    assert n["comparadas"] > CASOS * POR_VEZ / 3


def test_redis_de_verdade(servidor, mundo):
    """The same through marks, leases and stamps: what would be served is what the database says."""
    f = Frente(servidor)
    s = mundo.sorte
    n = collections.Counter()
    pedidos = []
    while len(pedidos) < 80:
        funcao, usuario, args = mundo.pedido()
        if f.banco(funcao, mundo.usuarios[usuario], args)[0] == 200:
            pedidos.append((funcao, mundo.usuarios[usuario], args))
    for caso in range(CASOS // 3):
        _, feitas = mundo.escrever()
        for funcao, sessao, args in s.sample(pedidos, 20):
            corpo, origem = f.pedir(funcao, sessao, args)
            n[origem] += 1
            if origem == "cache":
                status, novo, _ = f.banco(funcao, sessao, args)
                assert (status, novo) == (200, corpo), f"SEMENTE={SEMENTE} caso {caso} {feitas}: {funcao} {args}\n{corpo}\n{novo}"
    f.fechar()
    print(dict(n), servidor.sql("SELECT marcas, massas, falhas, arrendadas, negadas FROM crm.cache_status()"))
    assert n["cache"] > CASOS
