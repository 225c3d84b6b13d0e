"""Broken variants of the cache that must be caught. CACHE-1, CACHE-6; issue row
"mutants".

Each *.patch breaks one rule of the protocol; its head names the scenario that
shows it ("cenario: name"). The patch is applied to a copy of the sources, what it
touches is built, and the scenario must see a wrong answer; the good build must
give none in the same scenario. A patch that does not apply is a failure.
"""
import concurrent.futures
import contextlib
import pathlib
import re
import shutil
import subprocess

import pytest

from bancada import RAIZ, Bancada
from cenarios import CENARIOS, Tarde
from elo_redis import pasta_aberta
from pilha import esperar

AQUI = pathlib.Path(__file__).resolve().parent
REMENDOS = sorted(AQUI.glob("*.patch"))
CONSTRUCOES = 2
# The defect shows while a fence stands or before a wait ends. A machine may be too slow
# for that once, not each time.
TENTATIVAS = 4


def cenario_de(remendo):
    nome = re.search(r"^cenario: (\w+)$", remendo.read_text(), re.M)
    assert nome, f"{remendo.name} names no scenario"
    return nome[1]


def construir(remendo):
    """{"crm_so" or "front_so": built file}"""
    onde = RAIZ / "build/mutantes" / remendo.stem
    shutil.rmtree(onde, ignore_errors=True)
    onde.mkdir(parents=True)
    # With the objects and their times: only what the patch touches is compiled.
    subprocess.run(["cp", "-a", *[RAIZ / x for x in ("extension", "server", "sql", "crm.control")], onde], check=True)
    r = subprocess.run(["patch", "-p1", "--fuzz=0", "--no-backup-if-mismatch", "-i", remendo], cwd=onde, text=True,
                       stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert r.returncode == 0, f"{remendo.name} does not apply:\n{r.stdout}"
    partes = {x.split("/")[1] for x in re.findall(r"^\+\+\+ (\S+)", remendo.read_text(), re.M)}
    assert len(partes) == 1 and partes <= {"extension", "server"}, partes
    parte = partes.pop()
    alvo, comando = {"extension": ("crm.so", ["with_llvm=no", "crm.so"]),
                     "server": ("crm_front.so", ["crm_front.so"])}[parte]
    r = subprocess.run(["nice", "make", "-s", "-C", onde / parte, *comando], text=True, stdout=subprocess.PIPE,
                       stderr=subprocess.STDOUT)
    assert r.returncode == 0, f"{remendo.name} does not build:\n{r.stdout[-3000:]}"
    return {alvo.replace(".so", "_so").replace("crm_front", "front"): onde / parte / alvo}


@pytest.fixture(scope="module")
def bancada():
    with pasta_aberta() as pasta, Bancada(pasta) as b:
        yield b


@pytest.fixture(scope="module")
def construcoes():
    """All are built beside the scenarios, a few at a time."""
    with concurrent.futures.ThreadPoolExecutor(CONSTRUCOES) as fios:
        yield {r.stem: fios.submit(construir, r) for r in REMENDOS}
        fios.shutdown(cancel_futures=True)


# Of the front's own check of hits: the library is the broken part, the front is not.
MUTANTE_DA_AMOSTRA = "esquece_a_versao_velha"


def rodar(bancada, nome, **feito):
    funcao, opcoes = CENARIOS[nome]
    for resta in reversed(range(TENTATIVAS)):
        bancada.usar(opcoes=opcoes, **feito)
        try:
            return funcao(bancada)
        except Tarde:
            if not resta:
                raise


# Those with the same settings follow each other: they share a start.
@pytest.mark.parametrize("nome", sorted(CENARIOS, key=lambda n: (len(CENARIOS[n][1]), n)))
def test_o_bom_responde_certo(bancada, construcoes, nome):
    assert rodar(bancada, nome) is None


@pytest.mark.parametrize("nome", [r.stem for r in REMENDOS])
def test_mutante_e_pego(bancada, construcoes, nome):
    feito = construcoes[nome].result()
    for _ in range(TENTATIVAS):
        errado = rodar(bancada, cenario_de(AQUI / f"{nome}.patch"), **feito)
        if errado:
            break
    assert errado, f"{nome}: broken, and nobody noticed"
    print(f"{nome}: {errado}")


def test_amostra_ve_o_mutante(bancada, construcoes):
    """The front asks the database about hits: it serves what that says, counts a
    violation and nothing more from this epoch."""
    funcao, opcoes = CENARIOS[cenario_de(AQUI / f"{MUTANTE_DA_AMOSTRA}.patch")]
    bancada.usar(opcoes=opcoes, **construcoes[MUTANTE_DA_AMOSTRA].result(), amostra=2)

    def violacoes():
        return bancada.p.metricas("crm_cache_violacoes_total")["crm_cache_violacoes_total"]

    # Every second hit is checked: the stale one of the first scenario or of the next.
    for _ in range(4):
        funcao(bancada)
        with contextlib.suppress(TimeoutError):
            esperar(violacoes, 1)
            break
    assert violacoes() >= 1
    assert bancada.frente_diz("cache") == "suspenso"
    assert bancada.p.metricas("crm_cache_consistencia")["crm_cache_consistencia"] < 1


def test_cada_cenario_tem_um_mutante():
    """A scenario that catches nothing proves nothing."""
    assert set(CENARIOS) == {cenario_de(r) for r in REMENDOS}
