"""Rows of an export in the order asked for, each once, however they were found and read: what a
plain statement says, of few and of many, with rows that other transactions left half visible,
with hardly any work_mem (EXPORT-1, BUSCA-4).
"""
import csv
import io

import pytest

CLIENTES = 6000
# Of the search, and the same by SQL; b is crm.clientes_busca. Who has no key comes last in both directions.
ORDENS = {
    None: "b.nome, c.id_cliente",
    "nome": "b.nome, c.id_cliente",
    "-nome": "b.nome DESC, c.id_cliente DESC",
    "id": "c.id_cliente",
    "-id": "c.id_cliente DESC",
    "idade": "b.data_nascimento DESC NULLS LAST, c.id_cliente DESC",
    "-idade": "b.data_nascimento NULLS LAST, c.id_cliente",
    "data_ultima_compra": "c.data_ultima_compra NULLS LAST, c.id_cliente",
    "-valor_total": "c.valor_total DESC, c.id_cliente DESC",
    "uf": "c.uf COLLATE \"C\" NULLS LAST, c.id_cliente",
    "-cidade": "b.cidade DESC NULLS LAST, c.id_cliente DESC",
}
FILTROS = {
    '{}': "c.ativo",
    '{"ativo": false}': "NOT c.ativo",
    '{"uf": "SP"}': "c.ativo AND c.uf = 'SP'",
    '{"uf": "AC"}': "c.ativo AND c.uf = 'AC'",          # few: each of them is fetched
    '{"situacao": "ativo,inativo"}': "c.ativo AND crm.situacao(c.data_ultima_compra) IN ('ativo', 'inativo')",
    '{"situacao": "sem_compra,inativo", "uf": "SP,RJ,MG,BA"}':
        "c.ativo AND crm.situacao(c.data_ultima_compra) IN ('sem_compra', 'inativo') AND c.uf IN ('SP', 'RJ', 'MG', 'BA')",
    '{"status": "disponivel"}': "c.ativo AND c.status = 'disponivel'",
    '{"idade_min": 30}': "c.ativo AND extract(year FROM age(crm.hoje(), c.data_nascimento)) >= 30",
}
CASOS = [(f, o) for f in FILTROS for o in ORDENS
         if f in ('{}', '{"situacao": "ativo,inativo"}') or o in (None, "idade", "-valor_total")]
CAMPOS = ["id_cliente", "nome_completo", "uf", "vendedor"]


@pytest.fixture(scope="module")
def loja(banco_modulo):
    b = banco_modulo
    b.sql("SELECT crm.popular(%s, 3, 7)", (CLIENTES,))
    b.sql("UPDATE crm.clientes SET uf = NULL, cidade = NULL WHERE id_cliente % 97 = 0")
    b.sql("UPDATE crm.clientes SET data_nascimento = NULL WHERE id_cliente % 89 = 0")
    b.sql("VACUUM ANALYZE crm.clientes")
    b.sql("VACUUM ANALYZE crm.clientes_busca")
    # Pages that not all may see: walks leave alone the rows of the others.
    b.sql("UPDATE crm.clientes SET nome_completo = nome_completo || ' Zz' WHERE id_cliente % 41 = 0 AND id_cliente > 3000")
    b.sql("DELETE FROM crm.clientes WHERE id_cliente % 101 = 0 AND id_cliente > 3000 AND id_cliente NOT IN (SELECT cliente_id FROM crm.pedidos)")
    b.sql("INSERT INTO crm.cliente_vendedor (cliente_id, vendedor_id, motivo)"
          " SELECT id_cliente, (SELECT min(id) FROM crm.vendedores), 'distribuicao' FROM crm.clientes"
          " WHERE status = 'disponivel' AND ativo AND id_cliente % 13 = 0")
    return b


def exportar(banco, filtros, ordem, campos=CAMPOS):
    n = banco.valor("SELECT crm.exportar('clientes', 'csv', %s, %s, %s)", (filtros, campos, ordem))
    return list(csv.reader(io.StringIO(bytes(banco.valor("SELECT crm.exportacao_bytes(%s)", (n,))).decode(), newline="")))[1:]


@pytest.mark.parametrize("filtros, ordem", CASOS)
def test_ordem(loja, filtros, ordem):
    esperadas = loja.sql(f"""SELECT c.id_cliente::text, c.nome_completo::text, coalesce(c.uf::text, ''), coalesce(s.nome::text, '')
        FROM crm.clientes c JOIN crm.clientes_busca b USING (id_cliente)
        LEFT JOIN crm.cliente_vendedor v ON v.cliente_id = c.id_cliente AND v.encerrada_em IS NULL
        LEFT JOIN crm.vendedores s ON s.id = v.vendedor_id WHERE {FILTROS[filtros]} ORDER BY {ORDENS[ordem]}""")
    assert exportar(loja, filtros, ordem) == [list(r) for r in esperadas]
    assert len(esperadas) > 50


def test_pouca_memoria(loja):
    """Sorted on disk or not, the rows are the same; the setting is the caller's again afterwards."""
    muita = exportar(loja, "{}", "-nome")
    loja.sql("SET work_mem = '64kB'")
    try:
        assert exportar(loja, "{}", "-nome") == muita
        assert loja.valor("SHOW work_mem") == "64kB"
    finally:
        loja.sql("RESET work_mem")


def test_de_outra_busca(loja):
    """Two exports of a transaction do not see each other's clients; without a search there are none."""
    loja.sql("BEGIN")
    try:
        todos = [exportar(loja, f, None, ["id_cliente"]) for f in FILTROS]
        assert [len(t) for t in todos] == [loja.valor(f"SELECT count(*) FROM crm.clientes c WHERE {onde}") for onde in FILTROS.values()]
    finally:
        loja.sql("ROLLBACK")
    for funcao in ("crm.exportacao_achados()", "crm.exportacao_lugar(1)"):
        with pytest.raises(Exception, match="no search of an export"):
            loja.sql(f"SELECT {funcao}")


def test_nenhum_e_um(loja):
    um = loja.sql("SELECT id_cliente::text, cpf::text FROM crm.clientes WHERE ativo ORDER BY 1 LIMIT 1")[0]
    assert exportar(loja, '{"nome": "xyzqwk"}', None) == []
    assert [r[0] for r in exportar(loja, f'{{"cpf": "{um[1]}"}}', None)] == [um[0]]
