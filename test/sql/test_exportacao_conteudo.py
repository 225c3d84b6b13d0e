"""Exports of 10,000 and 50,000 clients in each format, from crm.exportar() to the bytes of the
file, read back by openpyxl, pdftotext and Python's csv: equal to the table, cell by cell
(EXPORT-1, EXPORT-2, EXPORT-3, EXPORT-4).
"""
import csv
import datetime
import io

import openpyxl
import pytest

from arquivo import de_planilha, legivel, paginas

CAMPOS = {"id_cliente": "inteiro", "nome_completo": "texto", "cpf": "texto", "celular": "texto", "email": "texto", "cidade": "texto",
          "uf": "texto", "data_ultima_compra": "data", "dias_sem_comprar": "inteiro", "ativo": "booleano", "valor_total": "moeda",
          "criado_em": "datahora"}
TITULOS = ["Código", "Nome", "CPF", "Celular", "E-mail", "Cidade", "UF", "Última compra", "Dias sem comprar", "Cadastro ativo",
           "Total de compras", "Cadastrado em"]
TIPOS = list(CAMPOS.values())


class Loja:
    """A database with so many clients, and their rows as they are to be seen."""

    def __init__(self, banco, n):
        self.banco = banco
        self.n = n
        banco.sql("UPDATE crm.configuracoes SET valor = '50000' WHERE chave = 'export_direto'")
        banco.sql("SELECT crm.popular(%s - (SELECT count(*)::integer FROM crm.clientes), 3)", (n,))
        # Longer than any column of a page.
        banco.sql("UPDATE crm.clientes SET nome_completo = 'Pedro de Alcântara Francisco Antônio João Carlos Xavier de Paula Miguel Rafael Joaquim José Gonzaga'"
                  " WHERE id_cliente % 100 = 7")
        # A search without filters shows these.
        banco.sql("UPDATE crm.clientes SET ativo = true WHERE NOT ativo")
        banco.sql("ANALYZE crm.clientes")

    def linhas(self):
        hoje = self.banco.valor("SELECT crm.hoje()")
        linhas = self.banco.sql("""SELECT id_cliente, nome_completo, cpf::text, celular, email, cidade, uf, data_ultima_compra, NULL, ativo,
            valor_total, date_trunc('second', created_at AT TIME ZONE crm.config('fuso_horario')) FROM crm.clientes ORDER BY 1""")
        assert len(linhas) == self.n
        for i, r in enumerate(linhas):
            r = list(r)
            r[2] = f"***.{r[2][3:6]}.{r[2][6:9]}-**"
            r[8] = (hoje - r[7]).days if r[7] else None
            linhas[i] = r
        return linhas

    def exportar(self, formato, opcoes="{}"):
        n = self.banco.valor("SELECT crm.exportar('clientes', %s, '{}', %s, NULL, NULL, %s)", (formato, list(CAMPOS), opcoes))
        return bytes(self.banco.valor("SELECT crm.exportacao_bytes(%s)", (n,)))


@pytest.fixture(scope="module", params=[10000, 50000])
def loja(banco_modulo, request):
    return Loja(banco_modulo, request.param)


def iguais(lidas, esperadas):
    """Whole, by the client's number in front: the order is the search's."""
    lidas = sorted(lidas, key=lambda r: int(r[0]))
    assert len(lidas) == len(esperadas)
    for a, b in zip(lidas, esperadas):
        assert list(a) == list(b)


def segundo(c):
    """The nearest one: the reader gives an instant as a fraction of a day."""
    return (c + datetime.timedelta(microseconds=500000)).replace(microsecond=0) if isinstance(c, datetime.datetime) else c


def test_planilha(loja):
    esperadas = [[de_planilha(t, v) for t, v in zip(TIPOS, r)] for r in loja.linhas()]
    folha = openpyxl.load_workbook(io.BytesIO(loja.exportar("excel")), read_only=True)["Dados"]
    lidas = [[segundo(c) for c in r] for r in folha.iter_rows(values_only=True)]
    assert lidas[0] == TITULOS
    iguais(lidas[1:], esperadas)


def test_csv(loja):
    def celula(t, v):
        texto = {"booleano": {True: "true", False: "false"}.get(v)}.get(t) or ("" if v is None else str(v))
        return "'" + texto if t == "texto" and texto[:1] in "+-=@" and texto else texto

    esperadas = [[celula(t, v) for t, v in zip(TIPOS, r)] for r in loja.linhas()]
    bruto = loja.exportar("csv").decode()
    assert bruto.count("\r\n") == loja.n + 1 == bruto.count("\n")
    lidas = list(csv.reader(io.StringIO(bruto, newline="")))
    assert lidas[0] == TITULOS
    iguais(lidas[1:], esperadas)


def test_csv_para_excel(loja):
    def celula(t, v):
        if t == "datahora":
            return v.strftime("%d/%m/%Y %H:%M:%S")
        texto = str(v).replace(".", ",") if t == "moeda" else legivel(t, v)
        return "'" + texto if t == "texto" and texto[:1] in "+-=@" and texto else texto

    esperadas = [[celula(t, v) for t, v in zip(TIPOS, r)] for r in loja.linhas()]
    bruto = loja.exportar("csv", '{"separador": ";"}')
    assert bruto.startswith(b"\xef\xbb\xbf")
    lidas = list(csv.reader(io.StringIO(bruto.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert lidas[0] == TITULOS
    iguais(lidas[1:], esperadas)


def test_pdf(loja, tmp_path):
    """All of each row and nothing else, cell after cell as drawn, however many lines a cell takes."""
    def junto(textos):
        return "".join("".join(textos).split())

    esperadas = {str(r[0]): junto(legivel(t, v) for t, v in zip(TIPOS, r)) for r in loja.linhas()}
    ordem = [r[0] for r in csv.reader(io.StringIO(loja.exportar("csv").decode(), newline=""))][1:]
    saida = tmp_path / "saida.pdf"
    saida.write_bytes(loja.exportar("pdf"))
    folhas = paginas(saida)
    desenhado = ""
    for i, folha in enumerate(folhas):
        assert f"Página {i + 1:,} de {len(folhas):,}".replace(",", ".") in folha[-1]
        desenhado += junto(folha[:-1]).split(junto(TITULOS), 1)[1]
    lido = 0
    for n in ordem:
        assert desenhado.startswith(esperadas[n], lido), (desenhado[lido:lido + 200], esperadas[n])
        lido += len(esperadas[n])
    assert lido == len(desenhado) and len(ordem) == loja.n
