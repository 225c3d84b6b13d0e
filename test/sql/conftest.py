"""Fixtures of the database tests in Python; run by test/executar.sh sql_python.

The runner gives a cluster (PGHOST) whose database "modelo" has pgtap, crm and
crm.instalar(); every test works in a copy of it.
"""
import itertools
import os
import pathlib
import sys

import psycopg2
import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))

_numero = itertools.count(1)


class Banco:
    """One database: connections as any role, closed at the end of the test."""

    def __init__(self, nome):
        self.nome = nome
        self.dsn = f"host={os.environ['PGHOST']} dbname={nome}"
        self.abertas = []

    def conectar(self, usuario="postgres", autocommit=True):
        c = psycopg2.connect(f"{self.dsn} user={usuario}")
        c.autocommit = autocommit
        self.abertas.append(c)
        return c

    def sql(self, comando, parametros=None):
        """Runs as superuser; returns the rows, or None when there are none."""
        if not self.abertas:
            self.conectar()
        with self.abertas[0].cursor() as cur:
            cur.execute(comando, parametros)
            return cur.fetchall() if cur.description else None

    def valor(self, comando, parametros=None):
        return self.sql(comando, parametros)[0][0]

    def fechar(self):
        for c in self.abertas:
            c.close()
        self.abertas = []


def _criar():
    if "PGHOST" not in os.environ:
        pytest.exit("run these by: test/executar.sh sql_python")
    nome = f"teste_{next(_numero)}"
    with_admin = psycopg2.connect(f"host={os.environ['PGHOST']} dbname=postgres user=postgres")
    with_admin.autocommit = True
    with_admin.cursor().execute(f"CREATE DATABASE {nome} TEMPLATE modelo")
    return with_admin, Banco(nome)


def _apagar(admin, banco):
    banco.fechar()
    admin.cursor().execute(f"DROP DATABASE {banco.nome} WITH (FORCE)")
    admin.close()


@pytest.fixture
def banco():
    admin, b = _criar()
    yield b
    _apagar(admin, b)


@pytest.fixture(scope="module")
def banco_modulo():
    """The same, shared by the tests of a file."""
    admin, b = _criar()
    yield b
    _apagar(admin, b)
