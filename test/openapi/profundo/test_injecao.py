"""sqlmap over every parameter of the OpenAPI document (I-1, D-5); part of make check-deep.

It must find nothing, and must find the hole of a planted endpoint.
"""
import json
import os
import re
import shutil
import subprocess
import sys

import pathlib

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "lib"))
from pilha import Pilha  # noqa: E402

NIVEL = os.environ.get("CRM_SQLMAP_NIVEL", "2")
LIMITE_S = 1200
# What would end the session of who asks.
NUNCA = {"logout", "encerrar_sessao", "ws", "docs", "metrics", "healthz", "readyz"}
ACHOU = "sqlmap identified the following injection point"
NADA = re.compile("all tested parameters do not appear to be injectable|no parameter\\(s\\) found for testing")


@pytest.fixture(scope="module")
def pilha():
    with Pilha(clientes=200, vendedores=2) as p:
        p.configurar("presenca_ausente", 86400)
        yield p


def exemplo(e):
    """A value that the schema accepts."""
    tipos = e.get("type", "string")
    tipo = next(t for t in ([tipos] if isinstance(tipos, str) else tipos) if t != "null")
    if "enum" in e:
        return e["enum"][0]
    if tipo == "array":
        return [exemplo(e.get("items", {}))]
    if tipo == "object":
        return {k: exemplo(v) for k, v in e.get("properties", {}).items()}
    if tipo in ("integer", "number"):
        return max(2, e.get("minimum", 2))
    return {"boolean": True}.get(tipo) or {"date": "2000-01-31", "uuid": "00000000-0000-4000-8000-000000000000",
                                           "cpf": "529.982.247-25"}.get(e.get("format"), "maria")


def sqlmap(pilha, tmp_path, token, metodo, url, corpo=None, extra=()):
    comando = ["sqlmap", "-u", url, "--method", metodo, "--batch", "--dbms=PostgreSQL", f"--level={NIVEL}", "--risk=2",
               "--technique=BEU", "--disable-coloring", "--flush-session", f"--output-dir={tmp_path}/saida", "--timeout=30",
               "--ignore-code=401,403,404,409,412,422,428", "-H", f"Authorization: Bearer {token}", *extra]
    if corpo is not None:
        comando += ["--data", json.dumps(corpo), "-H", "Content-Type: application/json"]
    r = subprocess.run(comando, capture_output=True, text=True, timeout=LIMITE_S, stdin=subprocess.DEVNULL,
                       env=dict(os.environ, HOME=str(tmp_path)))
    shutil.rmtree(tmp_path / "saida", ignore_errors=True)
    return r.stdout + r.stderr


def pedidos(doc):
    for caminho, metodos in doc["paths"].items():
        for metodo, op in metodos.items():
            if op["operationId"] in NUNCA:
                continue
            params = [p for p in op.get("parameters", []) if "in" in p]
            consulta = [p for p in params if p["in"] == "query"]
            corpo = op.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {}).get("properties")
            url = caminho
            for p in params:
                if p["in"] == "path":     # * marks the place
                    url = url.replace("{%s}" % p["name"], f"{exemplo(p['schema'])}*")
            valores = {p["name"]: exemplo(p["schema"]) for p in consulta}
            if valores:
                url += "?" + "&".join(f"{k}={','.join(map(str, v)) if isinstance(v, list) else v}{'*' if '*' in url else ''}"
                                      for k, v in valores.items())
            if "*" in url or valores or corpo:
                yield op["operationId"], metodo.upper(), url, {k: exemplo(v) for k, v in corpo.items()} if corpo else None


def test_i1_sqlmap_nada(pilha, tmp_path):
    """I-1, D-5: no parameter of any operation is injectable."""
    doc = pilha.cliente().get("/api/openapi.json").json()
    token = pilha.login("admin").dados["token"]
    achados, feitos = [], 0
    so = os.environ.get("CRM_SQLMAP_SO", "").split()
    for nome, metodo, url, corpo in pedidos(doc):
        if so and nome not in so:
            continue
        dito = sqlmap(pilha, tmp_path, token, metodo, pilha.plain_url + url, corpo)
        print(nome, metodo, url, dito.strip().splitlines()[-3:])
        feitos += 1
        if ACHOU in dito or not NADA.search(dito):
            achados.append(f"{metodo} {url} {corpo}\n{dito[-1500:]}")
    assert not achados, "\n\n".join(achados)
    assert feitos == len(so or list(pedidos(doc))) and feitos > 0


def test_i1_sqlmap_ve(pilha, tmp_path):
    """The same program finds a planted hole."""
    pilha.sql("""CREATE OR REPLACE FUNCTION crm.esquema_publico() RETURNS jsonb LANGUAGE sql IMMUTABLE
                     AS $f$ SELECT '{"argumentos": {"q": {"type": "string"}}}'::jsonb $f$;
                 CREATE OR REPLACE FUNCTION crm.api_publico(args jsonb) RETURNS json LANGUAGE plpgsql STABLE SECURITY DEFINER
                     SET search_path = pg_catalog, crm, pg_temp AS $f$
                 DECLARE n bigint;
                 BEGIN
                     EXECUTE 'SELECT count(*) FROM crm.papeis WHERE papel = ''' || (args ->> 'q') || '''' INTO n;
                     RETURN json_build_object('n', n);
                 END $f$""")
    dito = sqlmap(pilha, tmp_path, "x", "GET", pilha.plain_url + "/api/auth/publico?q=gerente")
    assert ACHOU in dito, dito[-2000:]
