#!/usr/bin/python3
"""The boards of the seller and of the team with 5,000 cards in Chromium: time between
frames while scrolling and while dragging, for the seller also in a burst of 500
events, and cards in the DOM.

    CRM_BENCH_CARTOES=5000

Client, server and browser share the cores; the goal is p95 <= 50 ms on a quiet
machine. Prints the load beside the figures.
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

RAIZ = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(RAIZ / "test" / "lib"))
from pilha import Pilha  # noqa: E402

CARTOES = int(os.environ.get("CRM_BENCH_CARTOES", 5000))


def main():
    # About one in thirteen demo clients is eligible; one seller alone gets them all.
    with Pilha(clientes=CARTOES * 13, vendedores=1) as p, tempfile.TemporaryDirectory() as pasta:
        acesso = pathlib.Path(pasta) / "acesso.json"
        acesso.write_text(json.dumps({"admin": p.acesso["admin"], "vendedores": p.acesso["vendedores"]}))
        r = subprocess.run(["nice", "node", str(RAIZ / "test" / "bench" / "web_quadro.mjs")], timeout=600,
                           env={**os.environ, "CRM_URL": p.url, "CRM_ACESSO": str(acesso)})
        return r.returncode


if __name__ == "__main__":
    sys.exit(main())
