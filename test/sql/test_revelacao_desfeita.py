"""A reveal by a database role whose transaction is rolled back (LGPD-1, AUDIT-1)."""
import os
import pathlib


def test_desfeita_fica_no_log(banco):
    """Audit row and count go with the transaction; the line of the server log stays, without the data revealed."""
    papel = f"revela_{os.getpid()}"
    log = pathlib.Path(os.environ["PGHOST"], "pg.log")
    banco.sql("INSERT INTO crm.clientes (id_cliente, cpf, nome_completo, nome_mae) VALUES (800077, '52998224725', 'Ana', 'Marta Oculta')")
    banco.sql(f"CREATE ROLE {papel} LOGIN IN ROLE crm_operador")
    try:
        c = banco.conectar(papel, autocommit=False)
        cur = c.cursor()
        cur.execute("SELECT nome_mae FROM crm.cliente_revelar(800077, '{cpf,nome_mae}', 'Conferir o cadastro')")
        assert cur.fetchone() == ("Marta Oculta",)
        c.rollback()
        c.close()
    finally:
        banco.sql(f"DROP ROLE {papel}")
    assert banco.valor("SELECT count(*) FROM crm.auditoria WHERE acao = 'revelacao'") == 0
    linhas = [x for x in log.read_text(errors="replace").splitlines() if papel in x]
    assert any(f"reveal of client 800077 by database role {papel}" in x for x in linhas), linhas
    assert not any(x in "".join(linhas) for x in ("Marta", "52998224725", "529.982", "Conferir"))
