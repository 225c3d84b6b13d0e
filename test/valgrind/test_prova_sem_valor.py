"""Passes, and leaves a report in Kore's log: the end of the product must fail."""
import os
import signal

from pilha import esperar


def mapas(pid):
    with open(f"/proc/{pid}/maps") as f:
        return f.read()


def test_prova_sem_valor(pilha):
    workers = [w for w in pilha.filhos(pilha.pid("front")) if "crm_front.so" in mapas(w)]
    assert len(workers) >= 2
    assert all("/vgpreload_memcheck" in mapas(w) for w in workers)
    pilha.conferir_registros()
    os.kill(workers[0], signal.SIGUSR2)
    esperar(lambda: "depends on uninitialised value" in pilha.log("front"))
