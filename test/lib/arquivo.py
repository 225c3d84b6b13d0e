"""crm_arquivo in tests: heads, rows, runs, and what a reader in Brazil is to see, computed
here on its own.
"""
import datetime
import decimal
import os
import subprocess

QUANDO = "2026-11-22 05:40:12"
# Under AddressSanitizer memory tells nothing, and address space cannot be limited.
SANITIZADO = "ASAN_OPTIONS" in os.environ
RSS_MAX_KIB = (1024 if SANITIZADO else 32) * 1024


def escapar(t):
    for de, para in (("\\", "\\\\"), ("\t", "\\t"), ("\n", "\\n"), ("\r", "\\r")):
        t = t.replace(de, para)
    return t


def cabeca(colunas, titulo="Clientes", usuario="Ana Souza", filtros=()):
    """colunas: (type, title) or (type, title, width)."""
    linhas = [("crm_arquivo", "1"), ("titulo", titulo), ("usuario", usuario), ("quando", QUANDO)]
    linhas += [("filtro", *f) for f in filtros]
    linhas += [("coluna", c[0], str(c[2] if len(c) > 2 else 0), c[1]) for c in colunas]
    return "".join("\t".join(map(escapar, x)) + "\n" for x in linhas + [("fim",)])


def linhas(dados, tipo="l"):
    """Rows of str or None in COPY's text format, without the last one."""
    return "".join("\t".join([tipo] + ["\\N" if c is None else escapar(c) for c in r]) + "\n" for r in dados)


def programa(banco):
    return os.path.join(banco.valor("SELECT setting FROM pg_config() WHERE name = 'BINDIR'"), "crm_arquivo")


def rodar(prog, pasta, formato, cabecalho, entrada, saida=None, **k):
    """Runs it alone in pasta; the CompletedProcess, with the path and the report."""
    (pasta / "cabecalho").write_text(cabecalho)
    saida = saida or str(pasta / f"saida.{formato}")
    relato = pasta / "relato"
    for f in (saida, relato):
        if os.path.isfile(f):
            os.unlink(f)
    p = subprocess.run([prog, formato, str(pasta / "cabecalho"), saida, str(relato)],
                       input=entrada if isinstance(entrada, bytes) else entrada.encode("utf-8", "surrogatepass"),
                       capture_output=True, timeout=300, **k)
    p.saida = saida
    p.relato = dict(x.split("=") for x in relato.read_text().split()) if relato.exists() else None
    return p


def numero(v, casas=2):
    """1234.5 as 1.234,50, half away from zero."""
    v = decimal.Decimal(v).quantize(decimal.Decimal(1).scaleb(-casas), decimal.ROUND_HALF_UP)
    return f"{v:,.{casas}f}".translate(str.maketrans(",.", ".,"))


def legivel(tipo, v):
    if v is None:
        return ""
    if tipo == "moeda":
        return "R$ " + numero(v)
    if tipo == "decimal":
        return numero(v)
    if tipo == "percentual":
        return numero(v * 100, 1) + "%"
    if tipo == "data":
        return v.strftime("%d/%m/%Y")
    if tipo == "datahora":
        return v.strftime("%d/%m/%Y %H:%M")
    if tipo == "booleano":
        return "Sim" if v else "Não"
    return str(v)


def de_planilha(tipo, v):
    """What openpyxl is to read."""
    if v is None or v == "":
        return None
    if tipo in ("moeda", "decimal", "percentual"):
        return float(v)
    if tipo == "data":
        return datetime.datetime.combine(v, datetime.time())
    if tipo == "booleano":
        return "Sim" if v else "Não"
    return v


def paginas(saida):
    """Lines of text of a pdf by page, in the order they were drawn."""
    texto = subprocess.run(["pdftotext", "-raw", "-enc", "UTF-8", saida, "-"], capture_output=True, check=True).stdout.decode()
    return [[" ".join(x.split()) for x in p.split("\n") if x.strip()] for p in texto.split("\f")[:-1]]
