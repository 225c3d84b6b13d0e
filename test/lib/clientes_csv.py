"""Files of clients for imports: valid CPFs by number, names from short lists."""

NOMES = "Maria José Ana João Antônia Francisco Adriana Carlos Juliana Paulo Márcia Pedro Luiz Luís Thiago Conceição".split()
SOBRENOMES = "da Silva|dos Santos|Souza|Sousa|de Oliveira|Pereira|Ferreira|Alves|Rodrigues|Lima|Gomes|Costa|D'Ávila".split("|")
TITULOS = "CPF;Nome;Nascimento;Sexo;Mãe;Celular;E-mail;Cidade;UF;CEP"


def cpf(n):
    """The n-th CPF of a sequence, 11 digits; n < 10,000,000."""
    d = [int(c) for c in f"{100 + n * 97:09d}"]
    for tamanho in (9, 10):
        d.append(sum(x * (tamanho + 1 - i) for i, x in enumerate(d)) * 10 % 11 % 10)
    return "".join(map(str, d))


def nome(n):
    return f"{NOMES[n % 16]} {NOMES[n // 16 % 16]} {SOBRENOMES[n // 256 % 13]} {SOBRENOMES[n // 7 % 13]}"


def linha(n, cidade="Recife"):
    c = cpf(n)
    return (f'{c[:3]}.{c[3:6]}.{c[6:9]}-{c[9:]};"{nome(n)}";{1 + n % 28:02d}/{1 + n % 12:02d}/{1940 + n % 60};{"FM"[n % 2]};'
            f"{nome(n + 1)};(81) 9{n % 10000:04d}-{n * 7 % 10000:04d};c{n}@exemplo.test;{cidade};PE;50{n % 1000:03d}-{n % 1000:03d}")


def arquivo(numeros, cidade="Recife"):
    """Bytes of a CSV with a row for each number."""
    return ("\r\n".join([TITULOS, *(linha(n, cidade) for n in numeros)]) + "\r\n").encode()
