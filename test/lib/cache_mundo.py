"""A small world that changes at random, and everything that may be asked about it.

For tests of the cache: each write is one transaction of one kind (a product
function, plain SQL, COPY, TRUNCATE, writes of a replica …), each request a function
whose answers are kept, with random arguments.
"""
import datetime
import io
import random

import psycopg2

CLIENTES = 500
VENDEDORES = 5
CIDADES = ["São Paulo", "São Pedro", "Santos", "Rio Branco", "BELÉM", "Palmas", None, "Santo André"]
UFS = ["SP", "RJ", "MG", "AC", "TO", None]
PRIMEIROS = ["Maria", "José", "Jose", "Luiz", "Luís", "Ana", "Mariana", "Juliana", "João", "Thiago", "Tiago", "Kátia",
             "Cátia", "Anabela", "Rosimaria", "Yuri", "Iuri", "Fernanda", "Fernamda", "Francisco", "Fransisco",
             "D'Ávila", "Felipe", "Phelippe"]
FAMILIA = ["Silva", "Sliva", "Souza", "Sousa", "Santos", "Oliveira", "Oliveria", "Lima", "Gonçalves", "Goncalves", "Queiroz",
           "Sá", "Araújo", "Pereira", "Perreira", "Fernandes", "Ferandes", "Rodrigues", "Rodriguez", "Nascimento"]
TERMOS = ["maria", "mari", "ana", "luis", "luiz", "silva", "sil", "souza", "sousa", "santo", "m", "jo", "iana", "goncalves",
          "pereira", "thiago", "queiros", "sá", "fernandes", "oliveria", "zzz", "catia", "fernanda", "francisko", "rodrigues",
          "nacimento", "avila", "davila", "slva", "perera", "silvva",
          "felipe", "phelippe"]
ORDENS = ["relevancia"] + [s + o for s in ("", "-") for o in (
    "nome", "cidade", "uf", "idade", "data_ultima_compra", "valor_total", "status", "situacao", "id")]
JANELAS = [(30, 45, 60, 90), (30, 40, 60, 90), (25, 45, 50, 100)]


def nome(sorte):
    return " ".join([sorte.choice(PRIMEIROS)] + [sorte.choice(FAMILIA) for _ in range(sorte.randint(0, 2))])


def celular(sorte):
    return f"({sorte.choice([11, 21])}) 9{sorte.randint(8000, 8009)}-{sorte.randint(0, 9999):04d}"


class Mundo:
    def __init__(self, servidor, semente):
        self.s = servidor
        self.sorte = random.Random(semente)
        self.c = servidor.conectar()
        self.c.autocommit = False
        s = self.sorte
        servidor.sql("SELECT crm.popular(%s, %s, 7)", (CLIENTES, VENDEDORES))
        servidor.sql("INSERT INTO crm.produtos (nome, preco) VALUES ('Rosa', 10), ('Lírio', 20)")
        servidor.sql("INSERT INTO crm.usuarios (nome, email, papel) VALUES ('Ada', 'ada@x.test', 'administrador'),"
                     " ('Gil', 'gil@x.test', 'gerente'), ('Olga', 'olga@x.test', 'operador')")
        for (i,) in servidor.sql("SELECT id_cliente FROM crm.clientes"):
            servidor.sql("UPDATE crm.clientes SET nome_completo = %s, cidade = %s, uf = %s, celular = %s, email = %s WHERE id_cliente = %s",
                         (nome(s), s.choice(CIDADES), s.choice(UFS), celular(s), f"c{i}@{s.choice(['a.test', 'b.test'])}", i))
        self.vendedores = [x for (x,) in servidor.sql("SELECT id FROM crm.vendedores ORDER BY 1")]
        for v in self.vendedores[:3]:
            servidor.sql("SELECT crm.entrar_vendedor(%s)", (v,))
        usuarios = [x for (x,) in servidor.sql("SELECT id FROM crm.usuarios WHERE papel <> 'vendedor' ORDER BY 1")] + self.vendedores
        self.usuarios = {u: servidor.sessao(u) for u in usuarios}
        self.escritas = [getattr(self, x) for x in dir(self) if x.startswith("w_")]
        self.pesos = [getattr(w, "peso", 4) for w in self.escritas]

    # ---- requests ----

    def cliente(self):
        return self.sorte.randint(1, CLIENTES)

    def pedido(self):
        """(funcao, session's user, args)"""
        s = self.sorte
        u = s.choice(list(self.usuarios))
        tipo = s.choice(["pesquisar_clientes"] * 6 + ["cliente", "cliente", "cliente_pedidos", "cliente_linha_do_tempo",
                         "meus_clientes", "meus_clientes", "estatisticas_vendedor", "clientes_por_periodo", "todos_clientes",
                         "todos_clientes", "estatisticas_gerais", "fila", "vendedores", "quadro", "relatorio", "relatorio"])
        a = {}
        if tipo == "pesquisar_clientes":
            a = self.pesquisa()
        elif tipo in ("cliente", "cliente_pedidos", "cliente_linha_do_tempo"):
            a = {"id_cliente": self.cliente()}
        elif tipo == "meus_clientes":
            a = {"id": s.choice(self.vendedores)}
            if s.random() < 0.7:
                a["por_coluna"] = True
                a["size"] = s.choice([5, 20])
            else:
                a["coluna"] = s.choice(["a_contatar_30_45", "a_contatar_46_60", "contatado", "recuperado"])
        elif tipo == "quadro":
            a = s.choice([{}, {"por": "periodo", "size": 5}, {"por": "periodo", "size": 5, "vendedor_id": s.choice(self.vendedores)},
                          {"coluna": "sem_vendedor", "size": 5}, {"coluna": str(s.choice(self.vendedores)), "size": 5}])
        elif tipo == "relatorio":
            a = {"nome": s.choice(["recuperados", "desfechos", "funil", "previsao"])}
            if s.random() < 0.5:
                a["vendedor_id"] = s.choice(self.vendedores)
        elif tipo == "fila":
            a = {"id": s.choice(self.vendedores), "size": 20}
        elif tipo == "estatisticas_vendedor":
            a = {"id": s.choice(self.vendedores)}
        elif tipo == "clientes_por_periodo":
            a = {"size": 5, "page": s.randint(1, 3)}
            if s.random() < 0.6:
                a["vendedor_id"] = s.choice(self.vendedores)
        elif tipo == "todos_clientes":
            a = {"size": 10, "page": s.randint(1, 3), "sort": s.choice(["id", "nome", "-data_ultima_compra", "valor_total"])}
            if s.random() < 0.6:
                a["vendedor_id"] = s.choice(self.vendedores)
            if s.random() < 0.3:
                a["status"] = s.choice(["disponivel", "atribuido", "contatado"])
            if s.random() < 0.3:
                a["situacao"] = s.choice(["ativo", "elegivel", "inativo", "sem_compra"])
        return tipo, u, a

    def pesquisa(self):
        s = self.sorte
        a = {}
        if s.random() < 0.7:
            a[s.choice(["nome", "q"])] = " ".join(s.choice(TERMOS) for _ in range(s.choice([1, 1, 2, 2, 3])))
        if s.random() < 0.15:
            a["cidade"] = s.choice(["s", "sao", "são p", "santos", "rio branco", "belem"])
        if s.random() < 0.15:
            a["uf"] = s.sample(["SP", "RJ", "MG", "AC", "TO", "BA"], s.randint(1, 4))
        if s.random() < 0.1:
            a["celular"] = s.choice(["1198", "119800", "8001", "11 98003", "7"])
        if s.random() < 0.1:
            a["email"] = s.choice(["c1", "c12", "c12@a.tes", "c3"])
        if s.random() < 0.1:
            a["status"] = s.sample(["disponivel", "atribuido", "contatado"], s.randint(1, 2))
        if s.random() < 0.1:
            a["situacao"] = s.sample(["ativo", "elegivel", "inativo", "sem_compra"], s.randint(1, 2))
        if s.random() < 0.05:
            a["idade_min"] = s.choice([20, 40])
        if s.random() < 0.1:
            cpf = self.s.valor("SELECT lpad(cpf::bigint::text, 11, '0') FROM crm.clientes WHERE id_cliente >= %s ORDER BY 1 LIMIT 1",
                               (self.cliente() - 20,))
            a["cpf"] = cpf[:s.choice([3, 5, 11])]
        if s.random() < 0.1:
            a["ativo"] = False
        if s.random() < 0.5:
            a["sort"] = s.choice(ORDENS)
        a["size"] = s.choice([5, 20])
        a["page"] = s.choice([1, 1, 1, 2, 3])
        return a

    # ---- writes: each gets a cursor inside a transaction ----

    def escrever(self, antes_do_fim=None):
        """One transaction of one to three writes, some of them undone; what antes_do_fim(cursor) gave, or None when
        it was refused."""
        s = self.sorte
        feitas = []
        try:
            with self.c.cursor() as cur:
                for _ in range(s.choice([1, 1, 1, 2, 3])):
                    w = s.choices(self.escritas, self.pesos)[0]
                    ponto = s.random() < 0.25
                    if ponto:
                        cur.execute("SAVEPOINT p")
                    feitas.append(w.__name__)
                    w(cur)
                    if ponto:
                        cur.execute(s.choice(["ROLLBACK TO p", "RELEASE p"]))
                    cur.execute("SET LOCAL session_replication_role = origin")
                valor = antes_do_fim(cur) if antes_do_fim else []
            self.c.commit() if s.random() < 0.95 else self.c.rollback()
        except psycopg2.Error as erro:
            self.c.rollback()
            # What the product or a constraint refuses; anything else is a defect.
            assert erro.pgcode and (erro.pgcode[:2] in ("CR", "23", "25") or erro.pgcode in ("P0002", "42501")), (feitas, erro)
            return None, feitas
        return valor, feitas

    def replica(self, cur):
        if self.sorte.random() < 0.3:
            cur.execute("SET LOCAL session_replication_role = replica")

    def w_pedido_incluir(self, cur):
        self.replica(cur)
        cur.execute("INSERT INTO crm.pedidos (cliente_id, data_pedido, valor, produto_id) VALUES (%s, crm.hoje() - %s, %s, %s)",
                    (self.cliente(), self.sorte.choice([0, 0, 1, 31, 50, 70, 200]), self.sorte.choice([0, 5, 99.5]),
                     self.sorte.choice([None, 1, 2])))

    def w_pedido_alterar(self, cur):
        self.replica(cur)
        s = self.sorte
        onde = "WHERE id = (SELECT id FROM crm.pedidos ORDER BY random() LIMIT 1)"
        cur.execute(s.choice([f"UPDATE crm.pedidos SET valor = valor + 1 {onde}",
                              f"UPDATE crm.pedidos SET data_pedido = crm.hoje() - 3 {onde}",
                              f"UPDATE crm.pedidos SET cliente_id = {self.cliente()} {onde}",
                              f"DELETE FROM crm.pedidos {onde}"]))

    def w_pedidos_copiar(self, cur):
        self.replica(cur)
        n = self.sorte.choice([1, 3, 30, 300])
        hoje = datetime.date.today()
        cur.copy_expert("COPY crm.pedidos (cliente_id, data_pedido, valor) FROM STDIN", io.StringIO("".join(
            f"{self.cliente()}\t{hoje - datetime.timedelta(days=self.sorte.randint(1, 90))}\t7\n" for _ in range(n))))
    w_pedidos_copiar.peso = 1

    def w_pedidos_esvaziar(self, cur):
        cur.execute("TRUNCATE crm.pedidos")
    w_pedidos_esvaziar.peso = 0.2

    def w_cliente_alterar(self, cur):
        self.replica(cur)
        s = self.sorte
        campo, valor = s.choice([("nome_completo", nome(s)), ("nome_completo", nome(s)), ("cidade", s.choice(CIDADES)), ("uf", s.choice(UFS)),
                                 ("celular", celular(s)), ("email", f"c{s.randint(1, 99)}@b.test"), ("ativo", s.random() < 0.6),
                                 ("nao_contatar", s.random() < 0.3), ("sexo", s.choice("FMN")), ("nome_mae", nome(s)),
                                 ("data_nascimento", "1980-05-01"), ("valor_total", s.randint(0, 99)),
                                 ("data_ultima_compra", datetime.date.today() - datetime.timedelta(days=s.randint(0, 120))),
                                 ("status", s.choice(["disponivel", "atribuido", "contatado"]))])
        cur.execute(f"UPDATE crm.clientes SET {campo} = %s WHERE id_cliente = ANY (%s)",
                    (valor, [self.cliente() for _ in range(s.choice([1, 1, 1, 2, 8]))]))
    w_cliente_alterar.peso = 14

    def w_cliente_incluir(self, cur):
        s = self.sorte
        self.replica(cur)
        cur.execute("INSERT INTO crm.clientes (cpf, nome_completo, cidade, uf) SELECT c.cpf, %s, %s, %s FROM crm.popular_clientes(%s, 1, 7, false) c",
                    (nome(s), s.choice(CIDADES), s.choice(UFS), s.randint(10_000, 9_000_000)))

    def w_cliente_excluir(self, cur):
        self.replica(cur)
        cur.execute("DELETE FROM crm.clientes c WHERE id_cliente = %s AND NOT EXISTS (SELECT FROM crm.pedidos WHERE cliente_id = c.id_cliente)"
                    " AND NOT EXISTS (SELECT FROM crm.cliente_vendedor WHERE cliente_id = c.id_cliente)", (self.cliente(),))

    def w_contato(self, cur):
        cur.execute("SELECT crm.marcar_contatado(vendedor_id, cliente_id, 'x', %s) FROM crm.cliente_vendedor"
                    " WHERE encerrada_em IS NULL ORDER BY random() LIMIT 1", (self.sorte.choice(["contatado", "interessado"]),))
    w_contato.peso = 8

    def w_realocar(self, cur):
        cur.execute("SELECT crm.realocar_cliente(%s, %s)", (self.cliente(), self.sorte.choice(self.vendedores)))
    w_realocar.peso = 8

    def w_liberar(self, cur):
        cur.execute("SELECT crm.liberar_cliente(cliente_id, true) FROM crm.cliente_vendedor WHERE encerrada_em IS NULL ORDER BY random() LIMIT 1")

    def w_atribuicao(self, cur):
        self.replica(cur)
        s = self.sorte
        alguma = "(SELECT id FROM crm.cliente_vendedor ORDER BY random() LIMIT 1)"
        cur.execute(s.choice([
            f"UPDATE crm.cliente_vendedor SET observacoes = 'y' || random() WHERE id = {alguma}",
            f"UPDATE crm.cliente_vendedor SET vendedor_id = {s.choice(self.vendedores)} WHERE id = {alguma}",
            f"UPDATE crm.cliente_vendedor SET fixado = NOT fixado WHERE id = {alguma}",
            f"UPDATE crm.cliente_vendedor SET retornar_em = crm.hoje() + {s.randint(-2, 2)} WHERE id = {alguma}",
            f"DELETE FROM crm.cliente_vendedor WHERE id = {alguma}",
            f"UPDATE crm.cliente_vendedor SET encerrada_em = crm.agora(), motivo_fim = 'pedido', resultado = 'recuperado',"
            f" valor_recuperado = 3 WHERE id = {alguma} AND encerrada_em IS NULL",
            "INSERT INTO crm.cliente_vendedor (cliente_id, vendedor_id, motivo, data_ultima_compra)"
            f" VALUES ({self.cliente()}, {s.choice(self.vendedores)}, 'transferencia', crm.hoje() - 40)"]))

    def w_presenca(self, cur):
        v = self.sorte.choice(self.vendedores)
        cur.execute(self.sorte.choice(["SELECT crm.entrar_vendedor(%s)", "SELECT crm.sair_vendedor(%s)",
                                       "UPDATE crm.vendedores SET visto_em = clock_timestamp() WHERE id = %s AND online"]), (v,))

    def w_vendedor(self, cur):
        self.replica(cur)
        s = self.sorte
        v = s.choice(self.vendedores)
        cur.execute(s.choice([f"UPDATE crm.usuarios SET nome = 'V{s.randint(1, 10**6)}' WHERE id = {v}",
                              f"UPDATE crm.vendedores SET nome = 'W{s.randint(1, 10**6)}' WHERE id = {v}",
                              f"UPDATE crm.vendedores SET peso = {s.randint(1, 9)} WHERE id = {v}"]))

    def w_usuario(self, cur):
        cur.execute("UPDATE crm.usuarios SET nome = %s WHERE id = %s", (f"U{self.sorte.randint(1, 10**6)}", self.sorte.choice(list(self.usuarios))))

    def w_direito(self, cur):
        s = self.sorte
        self.replica(cur)
        papel, acao = s.choice([("gerente", "cliente.ver_sensivel"), ("operador", "cliente.ver_todos"), ("gerente", "carteira.ver_todas"),
                                ("vendedor", "cliente.revelar")])
        cur.execute("DELETE FROM crm.permissoes WHERE papel = %s AND acao = %s", (papel, acao))
        if cur.rowcount == 0:
            cur.execute("INSERT INTO crm.permissoes VALUES (%s, %s)", (papel, acao))
    w_direito.peso = 1

    def w_janela(self, cur):
        a, b, c, d = self.sorte.choice(JANELAS)
        cur.execute("UPDATE crm.configuracoes SET valor = CASE chave WHEN 'janela_inicio' THEN %s WHEN 'janela_meio' THEN %s"
                    " WHEN 'janela_fim' THEN %s ELSE %s END WHERE chave IN ('janela_inicio', 'janela_meio', 'janela_fim', 'periodo_perdido')",
                    (str(a), str(b), str(c), str(d)))
    w_janela.peso = 0.7

    def w_previsao(self, cur):
        self.replica(cur)
        cur.execute(self.sorte.choice([
            "DELETE FROM crm.previsoes", "SELECT crm.previsao_guardar()",
            "INSERT INTO crm.previsoes SELECT feita_em - 1, dia, limite, dias, clientes + 1, valor FROM crm.previsoes"
            " WHERE dia < feita_em + 14 ON CONFLICT DO NOTHING",
            "UPDATE crm.previsoes SET valor = valor + 1 WHERE dias = 30"]))
    w_previsao.peso = 1

    def w_produto(self, cur):
        self.replica(cur)
        cur.execute("UPDATE crm.produtos SET nome = %s WHERE id = %s", (f"P{self.sorte.randint(1, 999)}", self.sorte.choice([1, 2])))

    def w_tarefas(self, cur):
        cur.execute(self.sorte.choice(["SELECT crm.contagens_compactar()", "SELECT crm.recontar()", "SELECT crm.redistribuir_todos()"]))
    w_tarefas.peso = 1

    def w_contagens(self, cur):
        self.replica(cur)
        cur.execute("UPDATE crm.contagens SET qtd = qtd + 1 WHERE ctid = (SELECT ctid FROM crm.contagens ORDER BY random() LIMIT 1)")
    w_contagens.peso = 1

    def w_busca(self, cur):
        """Rows of the search that no longer say what the record does, and words that are not there."""
        s = self.sorte
        self.replica(cur)
        um = f"WHERE id_cliente = {self.cliente()}"
        cur.execute(*s.choice([
            (f"UPDATE crm.clientes_busca SET nome = crm.normalizar(%s), palavras = crm.busca_palavras(%s) {um}", (n := nome(s), n)),
            (f"UPDATE crm.clientes_busca SET cidade = 'santos', uf = 'SP' {um}", None),
            (f"DELETE FROM crm.clientes_busca {um}", None),
            ("DELETE FROM crm.palavras WHERE ctid = (SELECT ctid FROM crm.palavras ORDER BY random() LIMIT 1)", None),
            ("INSERT INTO crm.palavras SELECT palavra FROM crm.palavras_reais ORDER BY random() LIMIT 3", None),
            ("SELECT crm.busca_refazer()", None)]))
    w_busca.peso = 2
