"""Files that crm_arquivo makes out of COPY, read back cell by cell by independent readers:
openpyxl and pdftotext (EXPORT-1, EXPORT-2, EXPORT-3; I-2, I-3).
"""
import datetime
import decimal
import io
import re
import subprocess
import zipfile

import openpyxl
import pytest

from arquivo import QUANDO, RSS_MAX_KIB, cabeca, de_planilha, legivel, paginas, programa, rodar

COLUNAS = [("texto", "Nome"), ("texto", "CPF"), ("texto", "Celular"), ("data", "Nascimento"), ("texto", "Cidade"),
           ("texto", "UF"), ("inteiro", "Pedidos"), ("moeda", "Total"), ("data", "Última compra"),
           ("datahora", "Visto em"), ("booleano", "Ativo"), ("percentual", "Margem")]
TIPOS = [c[0] for c in COLUNAS]
FILTROS = [("Estado", "SP & RJ"), ("Período", "60-90 dias")]
TITULO = "Clientes sem comprar há 90 dias"
N = 10000

TABELA = """
CREATE TABLE public.linhas AS
SELECT n,
       (ARRAY['José', 'Conceição', 'Ana', 'João', 'Zoë', 'Íris'])[n % 6 + 1] || ' '
       || (ARRAY['da Silva', 'D''Ávila', 'Araújo', 'Muñoz', 'Souza'])[n % 5 + 1] || ' ' || n AS nome,
       lpad((n::bigint * 7919 % 100000000000)::text, 11, '0') AS cpf,
       '+55119' || lpad(n::text, 8, '0') AS celular,
       CASE WHEN n % 17 <> 0 THEN date '1940-01-01' + n * 7 % 25000 END AS nascimento,
       (ARRAY['São Paulo', 'Belém', 'Ribeirão Preto', 'Recife'])[n % 4 + 1] AS cidade,
       (ARRAY['SP', 'PA', 'SP', 'PE'])[n % 4 + 1] AS uf,
       n % 40 AS pedidos,
       (n * 37 % 100000000)::numeric / 100 - 1000 AS total,
       date '2020-01-01' + n % 2000 AS ultima,
       timestamp '2026-01-01' + n * interval '61.5 seconds' AS visto,
       n % 3 = 0 AS ativo,
       round((n % 1000)::numeric / 1000, 3) AS margem
  FROM generate_series(1, 10000) AS n
"""
CAMPOS = "nome, cpf, celular, nascimento, cidade, uf, pedidos, total, ultima, visto, ativo, margem"


class Mesa:
    """A database with the rows, and a directory for files."""

    def __init__(self, banco, pasta):
        self.banco = banco
        self.pasta = pasta
        self.programa = programa(banco)
        banco.sql(TABELA)

    def fazer(self, formato, n, colunas=COLUNAS, consulta=None, totais=None):
        """What COPY gives goes into the program; path and report."""
        entrada = io.StringIO()
        consulta = consulta or f"SELECT {CAMPOS} FROM public.linhas WHERE n <= {n} ORDER BY n"
        for tipo, q in (("l", consulta), ("t", totais)):
            if q:
                with self.banco.abertas[0].cursor() as cur:
                    cur.copy_expert(f"COPY (SELECT '{tipo}', q.* FROM ({q}) AS q) TO STDOUT", entrada)
        p = rodar(self.programa, self.pasta, formato, cabeca(colunas, TITULO, filtros=FILTROS), entrada.getvalue() + "f\n")
        assert p.returncode == 0 and p.stderr == b"", p
        return p.saida, p.relato

    def linhas(self, n):
        return self.banco.sql(f"SELECT {CAMPOS} FROM public.linhas WHERE n <= {n} ORDER BY n")


@pytest.fixture(scope="module")
def mesa(banco_modulo, tmp_path_factory):
    return Mesa(banco_modulo, tmp_path_factory.mktemp("arquivo"))


def diferenca(lidas, esperadas):
    """The first row that differs; None."""
    for n, (a, b) in enumerate(zip(lidas, esperadas)):
        if a != b:
            return n, a, b
    return None


def test_planilha_celula_a_celula(mesa, n=N):
    saida, relato = mesa.fazer("xlsx", n)
    livro = openpyxl.load_workbook(saida, read_only=True)
    lidas = [tuple(r) for r in livro["Dados"].iter_rows(values_only=True)]
    # The reader gives seconds as a fraction of a day: nearest second.
    lidas = [tuple(c if not isinstance(c, datetime.datetime) else (c + datetime.timedelta(microseconds=500000)).replace(microsecond=0)
                   for c in r) for r in lidas]
    esperadas = [tuple(c[1] for c in COLUNAS)] + [
        tuple(de_planilha(t, v.replace(microsecond=0) if t == "datahora" else v) for t, v in zip(TIPOS, r)) for r in mesa.linhas(n)]
    assert len(lidas) == n + 1
    assert diferenca(lidas, esperadas) is None
    assert relato["linhas"] == str(n) and relato["motor"] == "xlsx" and int(relato["rss_kib"]) < RSS_MAX_KIB, relato
    print(relato)


def test_planilha_forma(mesa):
    saida, _ = mesa.fazer("xlsx", 100)
    livro = openpyxl.load_workbook(saida)
    folha = livro["Dados"]
    assert livro.sheetnames == ["Dados", "Sobre"] and livro.active.title == "Dados"
    assert folha.freeze_panes == "A2" and folha.auto_filter.ref == "A1:L101" and folha.print_title_rows == "$1:$1"
    assert folha.page_setup.orientation == "landscape" and folha.page_setup.paperSize == 9
    assert folha.sheet_properties.pageSetUpPr.fitToPage and folha.page_setup.fitToWidth in (None, 1)
    assert folha.page_setup.fitToHeight == 0
    assert folha.oddFooter.left.text == "Ana Souza" and folha.oddFooter.right.text == "22/11/2026 05:40"
    assert folha.oddFooter.center.text == "Página &P de &N" and TITULO in folha.oddHeader.left.text
    assert all(c.font.b for c in folha[1])
    formas = ["@", "@", "@", "dd/mm/yyyy", "@", "@", "0", "[$R$-416] #,##0.00", "dd/mm/yyyy", "dd/mm/yyyy hh:mm:ss", "General", "0.0%"]
    assert [c.number_format for c in folha[2]] == formas
    assert [c.data_type for c in folha[2]] == list("sssdssnndds") + ["n"]
    # Wide enough for what is in it.
    assert folha.column_dimensions["A"].width >= max(len(c.value) for c in folha["A"])
    assert folha.column_dimensions["J"].width >= len("22/11/2026 05:40:12")
    assert livro.properties.title == TITULO and livro.properties.creator == "Ana Souza"
    sobre = {r[0].value: r[1].value for r in livro["Sobre"].rows}
    assert sobre == {"Título": TITULO, "Gerado por": "Ana Souza", "Gerado em": datetime.datetime.fromisoformat(QUANDO),
                     "Linhas": 100, **dict(FILTROS)}


def conferir_pdf(saida, n, esperadas, motor, relato):
    folhas = paginas(saida)
    assert relato["motor"] == motor and relato["linhas"] == str(n) and relato["cortadas"] == "0", relato
    lidas = []
    titulos = " ".join(c[1] for c in COLUNAS)
    for i, folha in enumerate(folhas):
        milhares = f"{n:,}".replace(",", ".")
        assert f"{milhares} linhas" in folha and TITULO in folha and titulos in folha, folha
        assert f"Ana Souza Página {i + 1:,} de {len(folhas):,} 22/11/2026 05:40".replace(",", ".") == folha[-1], folha[-1]
        assert (" · ".join(f"{a}: {b}" for a, b in FILTROS) in folha) == (i == 0)
        lidas += folha[folha.index(titulos) + 1:-1]
    assert diferenca(lidas, esperadas) is None
    assert len(lidas) == n
    info = subprocess.run(["pdfinfo", saida], capture_output=True, check=True).stdout.decode()
    assert re.search(rf"^Title: +{TITULO}$", info, re.M) and re.search(r"^Author: +Ana Souza$", info, re.M)
    assert re.search(r"^Page size: +841\.\d+ x 595\.\d+ pts \(A4\)", info, re.M), info
    fontes = subprocess.run(["pdffonts", saida], capture_output=True, check=True)
    assert fontes.stderr == b"" and b"DejaVuSans" in fontes.stdout
    for linha in fontes.stdout.decode().splitlines()[2:]:
        assert linha.split()[-5] == "yes", f"not embedded: {linha}"
    print(relato, len(folhas), "pages")


def como_se_le(linhas):
    return [" ".join(" ".join(legivel(t, v) for t, v in zip(TIPOS, r)).split()) for r in linhas]


def test_pdf_celula_a_celula(mesa, n=N):
    saida, relato = mesa.fazer("pdf", n)
    conferir_pdf(saida, n, como_se_le(mesa.linhas(n)), "hpdf", relato)


# One name outside Windows-1252, and pango draws the whole document.
def test_pdf_de_qualquer_escrita(mesa, n=N):
    nomes = {17: "李小龙", 18: "Владимир Путин", 19: "Αριστοτέλης", n: "日本語テキスト"}
    caso = "CASE n " + " ".join(f"WHEN {k} THEN '{v}'" for k, v in nomes.items()) + " ELSE nome END"
    consulta = f"SELECT {CAMPOS.replace('nome', caso, 1)} FROM public.linhas WHERE n <= {n} ORDER BY n"
    saida, relato = mesa.fazer("pdf", n, consulta=consulta)
    linhas = [list(r) for r in mesa.linhas(n)]
    for k, v in nomes.items():
        linhas[k - 1][0] = v
    conferir_pdf(saida, n, como_se_le(linhas), "cairo", relato)


@pytest.mark.parametrize("formato", ["xlsx", "pdf"])
def test_nenhuma_linha(mesa, formato):
    saida, relato = mesa.fazer(formato, 0)
    assert relato["linhas"] == "0"
    if formato == "xlsx":
        livro = openpyxl.load_workbook(saida)
        assert [c.value for c in livro["Dados"][1]] == [c[1] for c in COLUNAS] and livro["Dados"].max_row == 1
    else:
        assert "Nenhuma linha." in paginas(saida)[0] and len(paginas(saida)) == 1


def test_totais(mesa):
    """Rows of kind 't' are bold, below the filter, and not counted."""
    colunas = [("texto", "Cidade"), ("moeda", "Total")]
    consulta = "SELECT cidade, sum(total) FROM public.linhas GROUP BY 1 ORDER BY 1"
    totais = "SELECT 'Total', sum(total) FROM public.linhas"
    saida, relato = mesa.fazer("xlsx", 0, colunas, consulta, totais)
    total = mesa.banco.valor("SELECT sum(total) FROM public.linhas")
    folha = openpyxl.load_workbook(saida)["Dados"]
    assert relato["linhas"] == "4" and folha.auto_filter.ref == "A1:B5" and folha.max_row == 6
    assert folha["A6"].font.b and not folha["A5"].font.b and decimal.Decimal(str(folha["B6"].value)) == total
    saida, _ = mesa.fazer("pdf", 0, colunas, consulta, totais)
    assert "4 linhas" in paginas(saida)[0] and "Total R$ " + legivel("decimal", total) in paginas(saida)[0]


def test_planilha_sem_formula(mesa):
    """No formula, no link, nothing outside the file, whatever the cells hold."""
    saida, _ = mesa.fazer("xlsx", 0, [("texto", "=2+2"), ("moeda", "+B")],
                          "SELECT v, '=1+1' FROM (VALUES ('=1+1'), ('+1'), ('-1'), ('@SUM(1)'), (E'\\t=1'), (E'\\r=1'),"
                          " (E'\\n=1'), ('＝1'), ('=HYPERLINK(\"http://x\")'), ('http://x'), ('{=1}')) AS c(v)")
    with zipfile.ZipFile(saida) as z:
        for nome in z.namelist():
            assert not re.search(rb"<f[ >]|<hyperlink|TargetMode|quotePrefix|DDE", z.read(nome)), nome
    folha = openpyxl.load_workbook(saida)["Dados"]
    assert {c.data_type for r in folha.rows for c in r} == {"s"}
