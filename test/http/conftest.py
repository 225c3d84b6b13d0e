"""Fixtures of the HTTP tests: one product for all of them, test/lib/pilha.py.

Tests share its database: make own users (pilha.novo_usuario) and do not count
on what others leave. What needs its own data starts an own Pilha.
"""
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
from pilha import Pilha, esperar  # noqa: E402


@pytest.fixture(scope="session")
def pilha():
    with Pilha() as p:
        # Who logged in in an early test stays: the background task that ends an
        # absence would move rows under the later ones (nada_muda).
        p.configurar("presenca_ausente", 86400)
        # So does the first turn of the tasks: a day that has not been seen begins.
        esperar(lambda: p.valor("SELECT count(*) FROM crm.v_tarefas WHERE tarefa = 'dia'"), 120)
        yield p


@pytest.fixture(scope="session")
def admin(pilha):
    return pilha.login("admin")


@pytest.fixture
def nada_muda(pilha):
    """Refusals: the business rows are the same after the test as before."""
    antes = pilha.hash_do_banco()
    yield
    assert pilha.hash_do_banco() == antes
