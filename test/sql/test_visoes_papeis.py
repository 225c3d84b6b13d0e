"""BI views by real logins of each database role (BI-1, Z-5, Z-7): the rows of who asks, nothing else."""
import psycopg2
import pytest

VISOES = ["v_clientes", "v_carteira", "v_periodos", "v_desempenho_vendedor", "v_distribuicao", "v_movimentos",
          "v_relatorio_recuperados", "v_relatorio_desfechos", "v_relatorio_funil", "v_relatorio_buscas", "v_previsao",
          "v_previsao_carteira", "v_previsao_acompanhamento"]
# Rows by role; None: refused. 55 clients, 3 sellers, 18-19 each; vera is a seller with 18 or 19.
PAPEIS = {"bi": "todas", "gerente": "todas", "administrador": "todas", "vendedor": "proprias",
          "operador": "clientes", "ti": None, "carga": None}


@pytest.fixture(scope="module")
def carteira(banco_modulo):
    b = banco_modulo
    b.sql("SELECT crm.popular(55, 3, 1)")
    b.sql("UPDATE crm.vendedores SET online = true")
    b.sql("SELECT crm.redistribuir_clientes()")
    vendedor = b.valor("SELECT min(id) FROM crm.vendedores")
    b.sql("UPDATE crm.cliente_vendedor SET contatado = true, data_contato = now(), resultado = 'interessado' WHERE id % 2 = 0")
    b.sql("UPDATE crm.cliente_vendedor SET encerrada_em = now(), motivo_fim = 'pedido', resultado = 'recuperado',"
          " valor_recuperado = 10 WHERE id = (SELECT min(id) FROM crm.cliente_vendedor WHERE contatado)")
    b.sql("SELECT count(*) FROM crm.pesquisar_clientes(nome => 'maria')")
    b.sql("SELECT crm.previsao_guardar()")
    b.sql("INSERT INTO crm.previsoes SELECT feita_em - 1, dia, limite, dias, clientes, valor FROM crm.previsoes"
          " WHERE dia < feita_em + 14")
    for papel in PAPEIS:
        b.sql(f"DROP ROLE IF EXISTS bi_{papel}")
        b.sql(f"CREATE ROLE bi_{papel} LOGIN IN ROLE crm_{papel}")
    b.sql("UPDATE crm.usuarios SET role_banco = 'bi_vendedor' WHERE id = %s", (vendedor,))
    yield b, vendedor
    b.sql("UPDATE crm.usuarios SET role_banco = NULL WHERE id = %s", (vendedor,))
    for papel in PAPEIS:
        b.sql(f"DROP ROLE bi_{papel}")


def linhas(b, papel, visao):
    con = b.conectar(f"bi_{papel}")
    try:
        with con.cursor() as cur:
            cur.execute(f"SELECT count(*) FROM crm.{visao}")
            return cur.fetchone()[0]
    except psycopg2.errors.InsufficientPrivilege:
        return None


@pytest.mark.parametrize("visao", VISOES)
@pytest.mark.parametrize("papel", PAPEIS)
def test_linhas_de_cada_papel(carteira, papel, visao):
    b, vendedor = carteira
    todas = b.valor(f"SELECT count(*) FROM crm.{visao}")
    ve = PAPEIS[papel]
    if ve == "todas":
        assert linhas(b, papel, visao) == todas > 0
    elif ve == "proprias" and visao in ("v_clientes", "v_carteira", "v_desempenho_vendedor", "v_movimentos"):
        proprias = b.valor(f"SELECT count(*) FROM crm.{visao} WHERE vendedor_id = %s", (vendedor,))
        assert linhas(b, papel, visao) == proprias
        assert 0 < proprias < todas
    elif ve == "clientes" and visao == "v_clientes":
        assert linhas(b, papel, visao) == todas
    else:
        assert linhas(b, papel, visao) is None


def test_bi_nao_le_tabelas_nem_se_eleva(carteira):
    """Z-7, AUTH-6: SET of any crm.* setting changes nothing; tables and elevated functions stay closed."""
    b, _ = carteira
    for comando in ["SELECT * FROM crm.clientes", "SELECT cpf FROM crm.clientes", "SELECT * FROM crm.contagens",
                    "SELECT crm.ler_clientes(ARRAY[1::bigint])", "SELECT crm.ler_estatisticas_gerais('{}')",
                    "SELECT crm.api_estatisticas_gerais('{}')", "SELECT * FROM crm.contagens_reais",
                    "SET ROLE crm_owner", "UPDATE crm.v_clientes SET ativo = false"]:
        with b.conectar("bi_bi").cursor() as cur:
            with pytest.raises(psycopg2.Error) as erro:
                cur.execute(comando)
            assert erro.value.pgcode in ("42501", "55000"), comando


def test_barreira(carteira):
    """A cheap leaky condition of the reader does not run on rows the policy hides."""
    b, vendedor = carteira
    con = b.conectar("bi_vendedor", autocommit=False)
    with con.cursor() as cur:
        cur.execute("""CREATE FUNCTION pg_temp.espiar(bigint) RETURNS boolean LANGUAGE plpgsql COST 0.0000001 AS
                       $$ BEGIN RAISE NOTICE 'vi %', $1; RETURN true; END $$""")
        cur.execute("SELECT count(*) FROM crm.v_carteira WHERE pg_temp.espiar(vendedor_id)")
    con.rollback()                      # the role is dropped later: leave nothing of it
    assert con.notices and all(f"vi {vendedor}" in n for n in con.notices)
