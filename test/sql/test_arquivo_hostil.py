"""crm_arquivo against hostile rows, input that ends early, full disks, signals and parents
that die: right or no file at all (EXPORT-2, EXPORT-3; I-2, I-3, I-8).
"""
import os
import pathlib
import re
import resource
import signal
import subprocess
import sys
import time
import unicodedata

import openpyxl
import pytest
from openpyxl.utils.escape import unescape

from arquivo import RSS_MAX_KIB, SANITIZADO, cabeca, linhas, programa, rodar

DUAS = [("texto", "A"), ("texto", "B")]
FIM = "f\n"
FORMATOS = ["xlsx", "pdf"]
MUITAS = b"".join(b"l\tMaria da Silva %d\tb\n" % i for i in range(60000)) + b"f\n"


@pytest.fixture(scope="module")
def prog(banco_modulo):
    return programa(banco_modulo)


def celulas(saida):
    folha = openpyxl.load_workbook(saida, read_only=True)["Dados"]
    return [[unescape(c) if isinstance(c, str) else c for c in r] for r in folha.iter_rows(min_row=2, values_only=True)]


def texto(saida):
    p = subprocess.run(["pdftotext", "-raw", "-enc", "UTF-8", saida, "-"], capture_output=True, check=True)
    return p.stdout.decode()


def recusada(p, codigo):
    assert p.returncode == codigo, p
    assert not os.path.exists(p.saida) and p.relato is None
    assert p.stderr.decode().splitlines()[-1].startswith("crm_arquivo: "), p.stderr


def test_todo_caractere_na_planilha(prog, tmp_path):
    """Each code point that a text of PostgreSQL can have comes back as it went in."""
    dados, bloco = [], []
    for c in list(range(1, 0x3000)) + list(range(0x3000, 0xD800, 7)) + list(range(0xE000, 0x110000, 61)) + [0xFFFD, 0xFFFE, 0xFFFF, 0x10FFFF]:
        bloco.append(chr(c))
        if len(bloco) == 500:
            dados.append(["<" + "".join(bloco) + ">", "_x0041_ _x000D_ & ]]>"])
            bloco = []
    p = rodar(prog, tmp_path, "xlsx", cabeca(DUAS, titulo="<&>\x01\uffff", usuario="\x02&P", filtros=[("\x03", "_x0041_")]), linhas(dados) + FIM)
    assert p.returncode == 0, p
    assert celulas(p.saida) == dados
    livro = openpyxl.load_workbook(p.saida)
    assert livro.properties.title == "<&>  " and livro.properties.creator == " &P"
    assert unescape(livro["Sobre"]["A5"].value) == "\x03" and unescape(livro["Sobre"]["B5"].value) == "_x0041_"


@pytest.mark.parametrize("plano", range(17))
def test_todo_plano_na_pagina(prog, tmp_path, plano):
    """Any characters, with a font or without, shaped or not: a page, and what is beside them."""
    chars = [chr(c) for c in range(plano << 16, (plano + 1) << 16, 257) if c and not 0xD800 <= c < 0xE000]
    chars += [chr((plano << 16) + x) for x in (0xFFFE, 0xFFFF)]
    dados = [["".join(chars[i:i + 20]), f"fim{i}"] for i in range(0, len(chars), 20)]
    p = rodar(prog, tmp_path, "pdf", cabeca(DUAS, titulo=dados[0][0]), linhas(dados) + FIM)
    assert p.returncode == 0 and p.relato["motor"] == "cairo", p
    lido = texto(p.saida).split()
    assert all(any(d[1] in x for x in lido) for d in dados)


def test_escritas_na_pagina(prog, tmp_path):
    nomes = ["José", "李小龙", "Владимир", "Ἀριστοτέλης", "日本語", "e\u0301", "a\u200db", "ﬁ", "x\ty\r\nz"]
    p = rodar(prog, tmp_path, "pdf", cabeca(DUAS), linhas([[n, "b"] for n in nomes]) + FIM)
    lido = unicodedata.normalize("NFKC", texto(p.saida))
    for nome in nomes[:6]:
        assert unicodedata.normalize("NFKC", nome) in lido, nome


@pytest.mark.parametrize("nome", ["محمد عبد الله", "שלום כהן", "김민준", "山田太郎", "राहुल शर्मा", "বাংলা", "தமிழ்", "ประเสริฐ", "ខ្មែរ", "မြန်မာ", "ཊ་ཤི",
                                  "አበበ", "ᏣᎳᎩ", "Գեւորգ", "გიორგი", "ꦗꦮ", "𐌰𐌽", "ߒߞߏ", "𩸽", "\U0001F469\U0001F600", "x\u0301\u0323"])
def test_toda_escrita_tem_fonte(prog, tmp_path, nome):
    """EXPORT-3: the packages that make run installs have a font for a name in any script: none is drawn as boxes, which hold digits."""
    p = rodar(prog, tmp_path, "pdf", cabeca(DUAS), linhas([[nome, "b"]]) + FIM)
    assert p.returncode == 0 and p.relato["motor"] == "cairo", p
    linha = texto(p.saida).split("A B\n")[1].split("Ana Souza")[0]
    assert not re.search("[0-9A-F]{2}", linha), linha


def test_nada_se_perde_na_quebra(prog, tmp_path):
    """EXPORT-3: of texts in two scripts every line ends where it is broken, not in … : blanks at its end and pairs of letters
    that stand closer (AV, To) take no room that it does not have."""
    palavras = ["AVATAR", "Tomé", "TAVARES", "de", "Yves", "LTDA", "Ve.", "Pátio", "i", "Wagner", "To"]
    dados = [[" ".join(palavras[(i * i + k * i + k) % 11] for i in range(60)) + fim] for k in range(11) for fim in (" 山田太郎", " мир i")]
    p = rodar(prog, tmp_path, "pdf", cabeca([("texto", "A")]), linhas(dados) + FIM)
    assert p.returncode == 0 and p.relato["motor"] == "cairo" and p.relato["cortadas"] == "0", p
    lido = "".join(texto(p.saida).split())
    assert "…" not in lido
    for r in dados:
        assert unicodedata.normalize("NFKC", "".join(r[0].split())) in lido, r


@pytest.mark.parametrize("formato", FORMATOS)
@pytest.mark.parametrize("c", ["x", "é", "李", "\U0001F600", "\x01", "_x0041_", "<", "\\", "\u0301"])
def test_celula_de_um_milhao(prog, tmp_path, formato, c):
    vezes = 1000000 // len(c)
    p = rodar(prog, tmp_path, formato, cabeca(DUAS), linhas([[c * vezes, "b"]]) + FIM)
    assert p.returncode == 0 and p.relato["cortadas"] == "1", p
    assert int(p.relato["rss_kib"]) < RSS_MAX_KIB
    if formato == "xlsx":
        (a, b), = celulas(p.saida)
        assert b == "b" and a[-1] == "…" and (c * vezes).startswith(a[:-1]) and len(a) > 4000
        assert len(a.encode("utf-16-le")) // 2 <= 32767
        sobre = {r[0].value: r[1].value for r in openpyxl.load_workbook(p.saida)["Sobre"].rows}
        assert sobre["Células cortadas"] == 1


def test_muitas_colunas(prog, tmp_path):
    colunas = [("texto", f"C{i}") for i in range(16384)]
    dados = [[str(i) for i in range(16384)], [None] * 16384, [""] * 16384]
    p = rodar(prog, tmp_path, "xlsx", cabeca(colunas), linhas(dados) + FIM)
    assert p.returncode == 0, p
    assert celulas(p.saida)[0] == dados[0]
    recusada(rodar(prog, tmp_path, "xlsx", cabeca(colunas + DUAS), linhas([]) + FIM), 66)
    recusada(rodar(prog, tmp_path, "pdf", cabeca(colunas[:41]), linhas([]) + FIM), 66)
    # Forty in a page: all of them there, those of numbers whole or ###.
    p = rodar(prog, tmp_path, "pdf", cabeca([("moeda", f"C{i}") for i in range(40)]), linhas([["123456.78"] * 40]) + FIM)
    lido = texto(p.saida).replace("R$ 123.456,78", "###").replace("###", "#")
    assert p.returncode == 0 and lido.count("#") == 40 and p.relato["cortadas"] != "0"
    p = rodar(prog, tmp_path, "xlsx", cabeca(DUAS), b"l\ta\tb\n" * 1048576 + b"f\n")
    recusada(p, 65)


@pytest.mark.parametrize("formato", FORMATOS)
def test_valor_que_nao_e_do_tipo(prog, tmp_path, formato):
    """What a spreadsheet would change stays text, unchanged."""
    tipos = ["inteiro", "moeda", "data", "datahora", "booleano"]
    hostis = ["infinity", "NaN", "1899-12-31", "0001-01-01 BC", "12345678901234567890", "=1+1", "-", "2026-11-22 05:40:12+00", "x" * 30]
    p = rodar(prog, tmp_path, formato, cabeca([(t, t, 30) for t in tipos]), linhas([[h] * 5 for h in hostis]) + FIM)
    assert p.returncode == 0, p
    if formato == "xlsx":
        assert celulas(p.saida) == [[h] * 5 for h in hostis]
    else:
        lido = " ".join(texto(p.saida).split())
        assert all(" ".join([h] * 5) in lido for h in hostis), lido


@pytest.mark.parametrize("formato", FORMATOS)
@pytest.mark.parametrize("entrada", [b"", b"l\ta\tb\n", b"l\ta\tb\nl\ta", b"l\ta\tb\nf", b"f\nl\ta\tb\n", b"l\ta\nf\n", b"l\ta\tb\tc\nf\n",
                                     b"x\ta\tb\nf\n", b"l\t\xff\tb\nf\n", b"l\ta\\q\tb\nf\n", b"l\ta\0\tb\nf\n", MUITAS[:-2], MUITAS + b"\n"],
                         ids=lambda e: repr(e[:20]) + str(len(e)))
def test_linhas_recusadas(prog, tmp_path, formato, entrada):
    recusada(rodar(prog, tmp_path, formato, cabeca(DUAS), entrada), 65)


def test_argumentos_e_cabecalhos_recusados(prog, tmp_path):
    recusada(rodar(prog, tmp_path, "ods", cabeca(DUAS), FIM), 64)
    recusada(rodar(prog, tmp_path, "xlsx", "", FIM), 66)
    recusada(rodar(prog, tmp_path, "xlsx", cabeca([]), FIM), 66)
    recusada(rodar(prog, tmp_path, "xlsx", cabeca(DUAS) + " " * (4 << 20), FIM), 66)
    assert subprocess.run([prog], capture_output=True).returncode == 64
    assert subprocess.run([prog, "xlsx", "/nowhere", "/nowhere/x"], capture_output=True, input=b"").returncode == 66


@pytest.mark.parametrize("formato", FORMATOS)
def test_nao_escreve_por_cima(prog, tmp_path, formato):
    """Neither over a file nor through a link."""
    (tmp_path / "c").write_text(cabeca(DUAS))
    (tmp_path / "alheio").write_text("mine")
    (tmp_path / "elo").symlink_to(tmp_path / "alheio")
    (tmp_path / "solto").symlink_to(tmp_path / "nada")
    for nome in ("alheio", "elo", "solto", ".", "nao/ha"):
        p = subprocess.run([prog, formato, tmp_path / "c", tmp_path / nome], input=b"f\n", capture_output=True)
        assert p.returncode == 73, (nome, p)
    assert (tmp_path / "alheio").read_text() == "mine" and not (tmp_path / "nada").exists()


@pytest.mark.parametrize("formato", FORMATOS)
@pytest.mark.parametrize("entrada", [b"f\n", MUITAS], ids=["vazia", "muitas"])
def test_disco_cheio(prog, tmp_path, formato, entrada):
    p = rodar(prog, tmp_path, formato, cabeca(DUAS), entrada, saida="/dev/full")
    assert p.returncode == 74 and p.relato is None and os.path.exists("/dev/full"), p
    # Full sooner and later: in the temporary files, in the file itself, at its end.
    inteira = rodar(prog, tmp_path, formato, cabeca(DUAS), entrada)
    tamanho = os.path.getsize(inteira.saida)
    for limite in (0, 1000, tamanho // 2, tamanho - 1):
        p = rodar(prog, tmp_path, formato, cabeca(DUAS), entrada,
                  preexec_fn=lambda limite=limite: resource.setrlimit(resource.RLIMIT_FSIZE, (limite, limite)))
        recusada(p, 74)


def test_memoria_que_falta(prog, tmp_path):
    """What a row may take is bounded; too little of it fails clearly."""
    p = rodar(prog, tmp_path, "xlsx", cabeca(DUAS), linhas([["x" * 50000000, "b"]]) + FIM,
              preexec_fn=None if SANITIZADO else lambda: resource.setrlimit(resource.RLIMIT_AS, (160 << 20,) * 2))
    assert p.returncode == 0 and int(p.relato["rss_kib"]) < RSS_MAX_KIB, p


def aguardar(condicao, o_que):
    fim = time.monotonic() + 60
    while not condicao():
        assert time.monotonic() < fim, o_que
        time.sleep(0.01)


@pytest.mark.parametrize("formato", FORMATOS)
@pytest.mark.parametrize("sinal", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGABRT])
def test_sinal_apaga(prog, tmp_path, formato, sinal):
    (tmp_path / "c").write_text(cabeca(DUAS))
    saida = tmp_path / "saida"
    with subprocess.Popen([prog, formato, tmp_path / "c", saida], stdin=subprocess.PIPE) as p:
        p.stdin.write(MUITAS[:-2])
        p.stdin.flush()
        aguardar(saida.exists, "the file is begun")
        p.send_signal(sinal)
        assert p.wait(60) == -sinal
        p.stdin = None
    assert not saida.exists() and sorted(x.name for x in tmp_path.iterdir()) == ["c"]


def test_pai_que_morre(prog, tmp_path):
    """The writing end stays open: only the death of the parent tells it to go."""
    (tmp_path / "c").write_text(cabeca(DUAS))
    saida = tmp_path / "saida"
    leitura, escrita = os.pipe()
    pai = subprocess.Popen([sys.executable, "-c", "import subprocess, sys; p = subprocess.Popen(sys.argv[1:]); print(p.pid, flush=True); p.wait()",
                            prog, "xlsx", str(tmp_path / "c"), str(saida)], stdin=leitura, stdout=subprocess.PIPE)
    os.close(leitura)
    filho = pathlib.Path("/proc") / pai.stdout.readline().decode().strip()
    os.write(escrita, b"l\ta\tb\n")
    aguardar(saida.exists, "the file is begun")
    pai.kill()
    pai.wait()
    pai.stdout.close()
    aguardar(lambda: not saida.exists(), "the file is gone")
    aguardar(lambda: not filho.exists() or "\nState:\tZ" in (filho / "status").read_text(), "the program is gone")
    os.close(escrita)
