#!/usr/bin/python3
"""Writes a realistic and dirty set of clients and orders, and what is right.

    test/dados/gerar.py DIR [--clientes 20000] [--pedidos 100000] [--semente 7] [--hoje AAAA-MM-DD]

DIR/clientes.csv and DIR/pedidos.csv are what an old system exports: CPF with
and without mask, dates in two formats, "1.234,56" beside "1234.56", states in
lower case, empty strings for unknown, blanks around names, lines repeated.
DIR/esperado.json says, for each CPF, the number of orders, the total in cents
and the last purchase after cleaning. Same arguments, same files.
"""
import argparse
import csv
import datetime
import json
import pathlib
import random

NOMES_F = ("Maria Ana Francisca Antônia Adriana Juliana Márcia Fernanda Patrícia Aline Sandra Camila Amanda "
           "Bruna Jéssica Letícia Júlia Luciana Vanessa Mariana Gabriela Valéria Tainá Conceição Lúcia Inês "
           "Rosângela Raíssa Simone Tatiane Íris Zuleide Eloá Lívia Heloísa Cecília").split()
NOMES_M = ("José João Antônio Francisco Carlos Paulo Pedro Lucas Luiz Marcos Luís Gabriel Rafael Daniel Marcelo "
           "Bruno Eduardo Felipe Raimundo Rodrigo Manoel Mateus André Fernando Fábio Leonardo Gustavo Guilherme "
           "Leandro Tiago Thiago Anderson Ricardo Márcio Jorge Sebastião Caíque Ênio Átila Davi").split()
SOBRENOMES = ("da Silva|dos Santos|Souza|Sousa|de Oliveira|Pereira|Ferreira|Alves|Rodrigues|Lima|Gomes|Costa|"
              "Ribeiro|Martins|Carvalho|de Almeida|Lopes|Soares|Fernandes|Vieira|Barbosa|Rocha|Dias|Nascimento|"
              "Andrade|Moreira|Nunes|Marques|Machado|Mendes|Freitas|Cardoso|Ramos|Gonçalves|Santana|Teixeira|"
              "Araújo|Assunção|D'Ávila|Sant'Anna|Conceição|Pádua|Magalhães|Guimarães|Brandão|Leão").split("|")
CIDADES = [("São Paulo", "SP", "01", 11, 30), ("Rio de Janeiro", "RJ", "20", 21, 16),
           ("Belo Horizonte", "MG", "30", 31, 8), ("Salvador", "BA", "40", 71, 7), ("Fortaleza", "CE", "60", 85, 6),
           ("Brasília", "DF", "70", 61, 6), ("Curitiba", "PR", "80", 41, 5), ("Manaus", "AM", "69", 92, 4),
           ("Recife", "PE", "50", 81, 5), ("Porto Alegre", "RS", "90", 51, 5), ("Belém", "PA", "66", 91, 3),
           ("Goiânia", "GO", "74", 62, 3), ("São Luís", "MA", "65", 98, 2), ("Maceió", "AL", "57", 82, 2),
           ("Florianópolis", "SC", "88", 48, 3), ("Vitória", "ES", "29", 27, 2), ("João Pessoa", "PB", "58", 83, 2),
           ("Santa Bárbara d'Oeste", "SP", "13", 19, 1), ("Rio Branco", "AC", "69", 68, 1),
           ("Palmas", "TO", "77", 63, 1), ("Boa Vista", "RR", "69", 95, 1), ("Macapá", "AP", "68", 96, 1)]
# Days since the last purchase: who buys often, the window, and those long gone.
RECENCIA = [((0, 29), 35), ((30, 45), 12), ((46, 60), 10), ((61, 90), 13), ((91, 400), 20), ((401, 1500), 10)]


def digitos_cpf(base):
    """The two check digits of nine digits."""
    n = list(base)
    for tamanho in (9, 10):
        soma = sum(d * (tamanho + 1 - i) for i, d in enumerate(n))
        resto = soma * 10 % 11
        n.append(0 if resto == 10 else resto)
    return n[9:]


def cpf_novo(r, usados):
    while True:
        base = [r.randrange(10) for _ in range(9)]
        if len(set(base)) == 1:
            continue
        cpf = "".join(map(str, base + digitos_cpf(base)))
        if cpf not in usados:
            usados.add(cpf)
            return cpf


def mascarar(cpf):
    return f"{cpf[:3]}.{cpf[3:6]}.{cpf[6:9]}-{cpf[9:]}"


def sujar_nome(r, nome):
    k = r.random()
    if k < 0.10:
        return nome.upper()
    if k < 0.15:
        return nome.lower()
    if k < 0.19:
        return "  " + nome + " "
    if k < 0.22:
        return nome.replace(" ", "  ", 1)
    return nome


def sujar_data(r, d):
    return d.strftime("%d/%m/%Y") if r.random() < 0.4 else d.isoformat()


def sujar_valor(r, centavos):
    reais, cents = divmod(centavos, 100)
    k = r.random()
    if k < 0.35:
        return f"{reais:,}".replace(",", ".") + f",{cents:02d}"
    if k < 0.45:
        return "R$ " + f"{reais:,}".replace(",", ".") + f",{cents:02d}"
    return f"{reais}.{cents:02d}"


def celular(r, ddd):
    n = f"9{r.randrange(10**8):08d}"
    return r.choice([f"({ddd}) {n[:5]}-{n[5:]}", f"{ddd}{n}", f"+55 {ddd} {n[:5]} {n[5:]}",
                     f"0{ddd} {n}", f"{ddd}-{n[:5]}.{n[5:]}"])


def gerar(destino, clientes, pedidos, semente, hoje):
    r = random.Random(semente)
    destino = pathlib.Path(destino)
    destino.mkdir(parents=True, exist_ok=True)
    usados, pessoas = set(), []
    cidades = [c for c in CIDADES for _ in range(c[4])]
    faixas = [f for f, peso in RECENCIA for _ in range(peso)]

    with open(destino / "clientes.csv", "w", newline="", encoding="utf-8") as f:
        w = csv.writer(f)
        w.writerow(["cpf", "nome", "nascimento", "sexo", "mae", "celular", "email", "cidade", "uf", "cep"])
        for _ in range(clientes):
            cpf = cpf_novo(r, usados)
            pessoas.append(cpf)
            sexo = r.choice("FM")
            nome = r.choice(NOMES_F if sexo == "F" else NOMES_M)
            if r.random() < 0.3:
                nome += " " + r.choice(NOMES_F if sexo == "F" else NOMES_M)
            familia = [r.choice(SOBRENOMES) for _ in range(r.choice((1, 2, 2, 3)))]
            completo = " ".join([nome] + familia)
            cidade, uf, cep, ddd, _peso = r.choice(cidades)
            nascido = hoje - datetime.timedelta(days=r.randrange(18 * 366, 90 * 365))
            linha = [
                mascarar(cpf) if r.random() < 0.6 else " " * (r.random() < 0.05) + cpf,
                sujar_nome(r, completo),
                "" if r.random() < 0.08 else sujar_data(r, nascido),
                r.choice([sexo, sexo, sexo.lower(), "", "N"]),
                "" if r.random() < 0.3 else f"{r.choice(NOMES_F)} {familia[-1]}",
                "" if r.random() < 0.1 else celular(r, ddd),
                "" if r.random() < 0.25 else f"{nome.split()[0].lower()}{r.randrange(10**6)}@exemplo.test",
                r.choice([cidade, cidade, cidade.upper(), cidade + " "]),
                r.choice([uf, uf, uf.lower(), f" {uf}"]),
                r.choice([f"{cep}{r.randrange(1000):03d}-{r.randrange(1000):03d}",
                          f"{cep}{r.randrange(10**6):06d}", ""]),
            ]
            w.writerow(linha)
            if r.random() < 0.01:     # the export repeats some lines
                w.writerow(linha)

    # Every client that buys has a last day; the other orders are before it.
    # A few never bought, one in fifty buys very much.
    compradores = [c for c in pessoas if r.random() >= 0.04]
    ultimo = {}
    for c in compradores:
        a, b = r.choice(faixas)
        ultimo[c] = hoje - datetime.timedelta(days=r.randint(a, b))
    donos = list(compradores)[:pedidos]
    grandes = r.sample(compradores, max(1, len(compradores) // 50))
    while len(donos) < pedidos:
        donos.append(r.choice(grandes) if r.random() < 0.2 else r.choice(compradores))
    vistos, esperado, linhas = set(), {}, []
    for numero, c in enumerate(donos, 1):
        atras = 0 if c not in vistos else int(r.expovariate(1 / 120))
        vistos.add(c)
        dia = ultimo[c] - datetime.timedelta(days=atras)
        centavos = 0 if r.random() < 0.005 else int(r.lognormvariate(9.3, 0.9)) + 1
        e = esperado.setdefault(c, {"pedidos": 0, "centavos": 0, "ultima": ""})
        e["pedidos"] += 1
        e["centavos"] += centavos
        e["ultima"] = max(e["ultima"], dia.isoformat())
        linhas.append([numero, mascarar(c) if r.random() < 0.5 else c,
                       sujar_data(r, dia), sujar_valor(r, centavos)])
        if r.random() < 0.005:
            linhas.append(linhas[-1])
    r.shuffle(linhas)
    with open(destino / "pedidos.csv", "w", newline="", encoding="utf-8") as f:
        w = csv.writer(f)
        w.writerow(["numero", "cpf", "data", "valor"])
        w.writerows(linhas)
    with open(destino / "esperado.json", "w", encoding="utf-8") as f:
        json.dump({"clientes": pessoas, "compras": esperado}, f)
    return pessoas, esperado


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("destino")
    p.add_argument("--clientes", type=int, default=20000)
    p.add_argument("--pedidos", type=int, default=100000)
    p.add_argument("--semente", type=int, default=7)
    p.add_argument("--hoje", type=datetime.date.fromisoformat, default=datetime.date.today())
    a = p.parse_args()
    gerar(a.destino, a.clientes, a.pedidos, a.semente, a.hoje)


if __name__ == "__main__":
    main()
