"""Passes, and leaves reports in both logs: the end of the product must fail."""
import os
import signal

import psycopg2
import pytest
from pilha import esperar

RELATOS = ("runtime error: signed integer overflow", "ERROR: AddressSanitizer: heap-buffer-overflow")


def mapas(pid):
    with open(f"/proc/{pid}/maps") as f:
        return f.read()


def test_prova_plantada(pilha):
    front = pilha.pid("front")
    workers = [w for w in pilha.filhos(front) if "crm_front.so" in mapas(w)]
    assert len(workers) >= 2
    servidor = [pilha.pid("pg"), pilha.valor("SELECT pg_backend_pid()")]
    for pid in [front, *workers, *servidor]:
        assert "/libasan.so" in mapas(pid) and "/libubsan.so" in mapas(pid)
    assert all("/crm.so" in mapas(pid) for pid in servidor)
    pilha.conferir_registros()

    os.kill(workers[0], signal.SIGUSR2)
    esperar(lambda: all(r in pilha.log("front") for r in RELATOS))
    pilha.sql(f"CREATE FUNCTION prova_estouro() RETURNS void LANGUAGE c AS '{os.environ['CRM_PROVA']}'")
    pilha.sql(f"CREATE FUNCTION prova_soma() RETURNS int LANGUAGE c AS '{os.environ['CRM_PROVA']}'")
    pilha.sql("SELECT prova_soma()")
    with pytest.raises(psycopg2.OperationalError):
        pilha.sql("SELECT prova_estouro()")
    esperar(lambda: all(r in pilha.log("postgresql") for r in RELATOS))
