"""The OpenAPI document of a running product: API-4, D-5.

Three validators accept it; requests made up out of it are answered as it says
(fuzz.mjs; CRM_FUZZ_VEZES per operation). That real answers fit it is proven by
the HTTP tests with CRM_OPENAPI=1, through procurador.mjs.
"""
import os
import pathlib
import subprocess
import sys

import pytest

AQUI = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(AQUI.parent / "lib"))
from pilha import Pilha  # noqa: E402


@pytest.fixture(scope="module")
def pilha():
    with Pilha(clientes=500, vendedores=3) as p:
        yield p


def node(programa, *args, **env):
    r = subprocess.run(["node", AQUI / programa, *map(str, args)], env=dict(os.environ, **env), capture_output=True,
                       text=True, timeout=1400)
    print(r.stdout, r.stderr)
    return r.returncode


def test_validadores(pilha, tmp_path):
    """API-4: swagger-parser, redocly and spectral find nothing."""
    arquivo = tmp_path / "openapi.json"
    arquivo.write_bytes(pilha.cliente().get("/api/openapi.json").content)
    assert node("validar.mjs", arquivo) == 0


def test_validadores_veem(tmp_path):
    """The validators are awake: each refuses a document with its kind of mistake."""
    arquivo = tmp_path / "openapi.json"
    arquivo.write_text('{"openapi": "3.1.0", "info": {"title": "x"}, "paths": {"/x": {"get": {"responses": {}}}}}')
    r = subprocess.run(["node", AQUI / "validar.mjs", arquivo], capture_output=True, text=True, timeout=600)
    assert r.stdout.count("\nnot ok") == 3, r.stdout


def test_pedidos_inventados(pilha):
    """API-4, I-4, L-14: no 5xx, no answer that the document does not name, no silence."""
    assert node("fuzz.mjs", CRM_URL=pilha.url, CRM_CA=str(pilha.ca), CRM_ACESSO=str(pilha.run / "acesso.json")) == 0
    assert pilha.sql("SELECT * FROM crm.verificar_distribuicao()") == []
