"""Searches over an index that vacuum emptied: BUSCA-1, SQL-4."""


def test_folha_vazia(banco):
    """A tree of the index whose leaf has no entries left: nobody is found, and PostgreSQL stands."""
    banco.sql("SELECT crm.popular(5000, 1, 1)")
    for ativo in (False, True):
        banco.sql("UPDATE crm.clientes SET ativo = %s", (ativo,))
        banco.sql("VACUUM (INDEX_CLEANUP ON) crm.clientes_busca")
    assert banco.sql("SELECT id_cliente FROM crm.pesquisar_clientes(ativo => false)") == []
    assert banco.valor("SELECT total FROM crm.exportacao_pesquisar('{\"ativo\": false}', 5000)") == 0
    assert len(banco.sql("SELECT id_cliente FROM crm.pesquisar_clientes(ativo => true)")) == 50
