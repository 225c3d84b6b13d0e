"""dump -> restore into a new cluster, and DROP EXTENSION: nothing is lost. DADOS-9.
"""
import subprocess

import psycopg2
import pytest

from pilha import RAIZ, Pilha, esperar

BIN = RAIZ / "build/pg/lib/postgresql/15/bin"

# Connections of the front to the database.
DA_FRENTE = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'crm_web' AND datname = 'crm'"


def tudo(p):
    """Every row of every table of crm, and what surrounds them."""
    r = {}
    for (t,) in p.sql("""SELECT relname FROM pg_class WHERE relnamespace = 'crm'::regnamespace
                          AND relkind = 'r' ORDER BY 1"""):
        r[t] = p.valor(f"SELECT count(*) || ':' || coalesce(sum(hashtextextended(t::text, 0)), 0) FROM crm.{t} t")
    r["seq"] = p.sql("SELECT schemaname, sequencename, last_value FROM pg_sequences ORDER BY 1, 2")
    r["politicas"] = p.sql("SELECT * FROM pg_policies ORDER BY tablename, policyname")
    r["gatilhos"] = p.sql("""SELECT tgrelid::regclass::text, tgname, tgenabled, pg_get_triggerdef(oid) FROM pg_trigger
                              WHERE NOT tgisinternal ORDER BY 1, 2""")
    r["direitos"] = p.sql("""SELECT relname, relowner::regrole::text, relrowsecurity, relforcerowsecurity,
                                    (SELECT array_agg(a::text ORDER BY a::text) FROM unnest(coalesce(relacl,
                                        acldefault(CASE relkind WHEN 'S' THEN 's'::"char" ELSE 'r' END, relowner))) a)
                               FROM pg_class WHERE relnamespace = 'crm'::regnamespace ORDER BY 1""")
    r["colunas"] = p.sql("""SELECT attrelid::regclass::text, attname,
                                   (SELECT array_agg(a::text ORDER BY a::text) FROM unnest(attacl) a)
                              FROM pg_attribute WHERE attrelid IN (SELECT oid FROM pg_class
                                    WHERE relnamespace = 'crm'::regnamespace) AND attnum > 0 ORDER BY 1, 2""")
    r["funcoes"] = p.sql("""SELECT p.oid::regprocedure::text, proowner::regrole::text, prosecdef,
                                   (SELECT array_agg(a::text ORDER BY a::text) FROM unnest(coalesce(proacl,
                                        acldefault('f', proowner))) a)
                              FROM pg_proc p WHERE pronamespace = 'crm'::regnamespace ORDER BY 1""")
    r["gatilhos_de_evento"] = p.sql("SELECT evtname, evtevent, evtenabled FROM pg_event_trigger ORDER BY 1")
    r["visoes"] = p.sql("SELECT viewname, definition FROM pg_views WHERE schemaname = 'crm' ORDER BY 1")
    return r


# Background tasks elsewhere: they fold counters and end absences when they like.
PARADO = {"CRM_PG_OPCOES": "-c crm.banco=postgres"}


@pytest.fixture(scope="module")
def original():
    with Pilha(clientes=600, vendedores=6, env=PARADO) as p:
        # A day's work, so that there is history to keep.
        for n in range(3):
            v = p.login(n)
            c = v.get(f"/api/vendedor/meus-clientes/{v.id}").json()["clientes"][0]["id"]
            assert v.post(f"/api/vendedor/marcar-contatado/{v.id}",
                          {"cliente_id": c, "observacoes": "olá"}).status_code == 200
        # The front writes the reads of the three boards down within a second.
        esperar(lambda: p.valor("SELECT coalesce(sum(linhas), 0) FROM crm.auditoria WHERE acao = 'leitura'") >= 3)
        yield p


def test_dump_e_restore(original, tmp_path):
    arquivo = tmp_path / "crm.dump"
    with open(arquivo, "wb") as f:
        subprocess.run([BIN / "pg_dump", "-h", original.sock, "-U", "postgres", "-Fc", "crm"], stdout=f, check=True)
    with Pilha(clientes=55, vendedores=3, env=PARADO) as novo:
        da_frente = novo.valor(DA_FRENTE)
        # A cluster of its own whose database is replaced, as after a disaster.
        novo._super.close()
        admin = psycopg2.connect(host=str(novo.sock), dbname="postgres", user="postgres")
        admin.autocommit = True
        admin.cursor().execute("DROP DATABASE crm WITH (FORCE)")
        admin.cursor().execute("CREATE DATABASE crm TEMPLATE template0")
        with open(arquivo, "rb") as f:
            r = subprocess.run([BIN / "pg_restore", "-h", novo.sock, "-U", "postgres", "-d", "crm", "--exit-on-error"],
                               stdin=f, capture_output=True, text=True)
        assert r.returncode == 0 and r.stderr == "", r.stderr
        antes, depois = tudo(original), tudo(novo)
        assert set(antes) == set(depois)
        for k in antes:
            assert antes[k] == depois[k], k
        # crm.instalar() on a restored database changes nothing.
        novo.sql("SELECT crm.instalar()")
        assert tudo(novo)["politicas"] == antes["politicas"]
        # And it works: the old users, with their passwords, through the front,
        # which finds the new database by itself.
        esperar(lambda: novo.valor(DA_FRENTE) >= da_frente)
        v = novo.login(original.acesso["vendedores"][0])
        assert v.get(f"/api/vendedor/meus-clientes/{v.id}").json()["total"] > 0
        a = novo.login(original.acesso["admin"])
        assert a.post("/api/admin/redistribuir-todos").status_code == 200
        assert a.get("/api/admin/distribuicao/verificar").json()["ok"] is True


def test_drop_extension_nao_perde_dados(original):
    """Refused while tables use its type; nothing changes."""
    antes = tudo(original)
    with pytest.raises(psycopg2.Error) as e:
        original.sql("DROP EXTENSION crm")
    assert e.value.pgcode == "2BP01"
    assert tudo(original) == antes
