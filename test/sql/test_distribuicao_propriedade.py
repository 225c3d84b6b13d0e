"""Random lives of a sales team against an independent model (DIST-2, DIST-7..10, DESIGN 7.1-2).

Login, logout, absence, contact, order, reallocation, release, weights, capacity, clients
deactivated and new, midnights, working hours, leave, reservations of who was the last
to leave, recycling, plans simulated and applied, runs taken back. After each step: who is contacted or pinned has
not moved; after each run of the distribution: every eligible client is held while
there is room, loads per weight differ by at most 1, and no fewer moves would have
done. The model knows the rules, not the algorithm: the least number of moves is
found by dynamic programming over all loads a seller may have.

SEMENTE=n replays a run, PASSOS=n makes it longer.
"""
import datetime
import json
import os
import random
from fractions import Fraction

import psycopg2

SEMENTE = int(os.environ.get("SEMENTE", random.SystemRandom().randrange(10**6)))
PASSOS = int(os.environ.get("PASSOS", "2000"))
VENDEDORES = range(9001, 9007)
CLIENTES = 70
INICIO, FIM = 30, 60
DIAS_SEM_TOQUE = 2


def cpf(n):
    d = [int(c) for c in f"{n:09d}"]
    for peso in (10, 11):
        s = sum(x * (peso - i) for i, x in enumerate(d))
        d.append(0 if s % 11 < 2 else 11 - s % 11)
    return "".join(map(str, d))


class Vendedor:
    def __init__(self):
        self.online = False
        self.peso = 1
        self.capacidade = None
        self.participa = True
        self.ausente = False        # online without heartbeat: keeps, gets nothing
        self.jornada = None         # None, 'almoco' (always at lunch) or the one day of the week with work
        self.folga = None           # id of a leave of today
        self.ate = None             # last day of it
        self.reserva = None         # the clients wait for the seller until then

    def expediente(self, hoje):
        if self.folga is not None and hoje <= self.ate:
            return "ausencia"
        if self.jornada is None or self.jornada == hoje.isoweekday() % 7:
            return "disponivel"
        return "almoco" if self.jornada == "almoco" else "folga"

    def trabalha(self, hoje):
        return self.online and self.participa and self.expediente(hoje) in ("disponivel", "almoco")

    def recebe(self, hoje):
        return self.trabalha(hoje) and not self.ausente and self.expediente(hoje) == "disponivel"


class Cliente:
    def __init__(self, dias):
        self.dias = dias            # since the last purchase
        self.ativo = True
        self.recusa = False
        self.dono = None
        self.contatado = False
        self.fixado = False
        self.reciclado = False      # stays with who got it and works
        self.espera = None          # (dono, fixado) of a contact that ended with the record's

    def elegivel(self):
        return self.ativo and not self.recusa and INICIO <= self.dias <= FIM

    def movel(self):
        return self.dono is not None and not self.contatado and not self.fixado

    def largar(self):
        self.dono, self.contatado, self.fixado, self.reciclado = None, False, False, False


class Mesa:
    """Loads of the sellers that take part, as the rules see them."""

    def __init__(self, vendedores, clientes, hoje, antes=None):
        self.hoje = hoje
        self.v = {i: v for i, v in vendedores.items() if v.trabalha(hoje)}
        self.fixos = {i: 0 for i in self.v}
        self.moveis = {i: 0 for i in self.v}
        for c in clientes.values():
            if c.dono in self.v and not c.contatado:
                if c.fixado or c.reciclado:
                    self.fixos[c.dono] += 1
                else:
                    self.moveis[c.dono] += 1
        self.lugares = antes.lugares if antes else {i: self._lugar(i) for i in self.v}

    def _lugar(self, i):
        cap = self.v[i].capacidade
        lugar = None if cap is None else max(0, cap - self.fixos[i])
        if not self.v[i].recebe(self.hoje):
            lugar = self.moveis[i] if lugar is None else min(lugar, self.moveis[i])
        return lugar

    def lugar(self, i):
        """How many movable clients i may hold; None: any number."""
        return self.lugares[i]

    def justa(self, moveis):
        """No giver above a taker by more than 1 per weight."""
        dao = [Fraction(moveis[i] + self.fixos[i], self.v[i].peso) for i in self.v if moveis[i] > 0]
        tomam = [Fraction(moveis[i] + self.fixos[i], self.v[i].peso) for i in self.v
                 if self.lugar(i) is None or moveis[i] < self.lugar(i)]
        return not dao or not tomam or max(dao) - min(tomam) <= 1

    def menos_recebimentos(self, total):
        """Fewest clients that must be received so that total are held fairly.

        For each possible lowest load per weight of a taker: the choices of every
        seller are independent but for their sum, so walk seller by seller keeping
        the cheapest way to each sum.
        """
        niveis = {Fraction(0)} | {Fraction(n, self.v[i].peso)
                                  for i in self.v for n in range(self.fixos[i], self.fixos[i] + total + 1)}
        melhor = None
        for nivel in niveis:
            caminhos = {0: 0}
            for i in self.v:
                lugar = self.lugar(i)
                opcoes = []
                for n in range(0, (total if lugar is None else min(lugar, total)) + 1):
                    carga = Fraction(n + self.fixos[i], self.v[i].peso)
                    if (n == 0 or carga <= nivel + 1) and (n == lugar or carga >= nivel):
                        opcoes.append((n, max(0, n - self.moveis[i])))
                novos = {}
                for soma, custo in caminhos.items():
                    for n, mais in opcoes:
                        if soma + n <= total and novos.get(soma + n, 10**9) > custo + mais:
                            novos[soma + n] = custo + mais
                caminhos = novos
            if total in caminhos and (melhor is None or caminhos[total] < melhor):
                melhor = caminhos[total]
        return melhor


class Mundo:
    def __init__(self, banco, acaso):
        self.banco = banco
        self.r = acaso
        self.deslocamento = 0
        self.proximo_cpf = 123456700
        self.vendedores = {i: Vendedor() for i in VENDEDORES}
        self.clientes = {}
        banco.sql("INSERT INTO crm.usuarios (id, nome, email, papel) SELECT i, 'V ' || i,"
                  " 'v' || i || '@exemplo.test', 'vendedor' FROM generate_series(%s, %s) i",
                  (VENDEDORES[0], VENDEDORES[-1]))
        banco.sql("INSERT INTO crm.vendedores (id, nome) SELECT i, 'V ' || i"
                  " FROM generate_series(%s, %s) i ON CONFLICT DO NOTHING", (VENDEDORES[0], VENDEDORES[-1]))
        banco.sql("UPDATE crm.configuracoes SET valor = %s WHERE chave = 'dias_sem_toque'", (DIAS_SEM_TOQUE,))
        self.desfazivel = None      # (lotes.id, board before it)
        for _ in range(CLIENTES):
            self.novo_cliente()

    def hoje(self):
        return self.banco.valor("SELECT crm.hoje()")

    # ---- steps: each does the same to the database and to the model ----------

    def novo_cliente(self):
        dias = self.r.choice([self.r.randint(25, 65), self.r.randint(INICIO, FIM)])
        valor = self.banco.valor(
            "INSERT INTO crm.clientes (cpf, nome_completo, data_ultima_compra, valor_total)"
            " VALUES (%s, 'Cliente', crm.hoje() - %s, %s) RETURNING id_cliente",
            (cpf(self.proximo_cpf), dias, self.r.randint(0, 900)))
        self.proximo_cpf += 1
        self.clientes[valor] = Cliente(dias)

    def algum(self, filtro):
        ids = [i for i, c in self.clientes.items() if filtro(c)]
        return self.r.choice(ids) if ids else None

    def entrar(self):
        i = self.r.choice(VENDEDORES)
        self.vendedores[i].online = True
        self.vendedores[i].ausente = False
        return self.rodada("SELECT crm.entrar_vendedor(%s)", i)

    def sair(self):
        i = self.r.choice(VENDEDORES)
        self.vendedores[i].online = False
        self.vendedores[i].ausente = False
        return self.rodada("SELECT crm.sair_vendedor(%s)", i)

    def sumir(self):
        """The heartbeat of a seller stops, or comes again."""
        online = [i for i in VENDEDORES if self.vendedores[i].online]
        if online:
            i = self.r.choice(online)
            self.vendedores[i].ausente = not self.vendedores[i].ausente
            self.banco.sql("UPDATE crm.vendedores SET visto_em = crm.agora() - %s * interval '1 s' WHERE id = %s",
                           (200 if self.vendedores[i].ausente else 0, i))

    def peso(self):
        i = self.r.choice(VENDEDORES)
        self.vendedores[i].peso = self.r.choice([1, 1, 1, 2, 3, 5])
        return self.rodada("SELECT crm.configurar_vendedor(%s, peso => %s)", i, self.vendedores[i].peso)

    def capacidade(self):
        i = self.r.choice(VENDEDORES)
        cap = self.r.choice([None, None, 0, 3, 8, 20])
        self.vendedores[i].capacidade = cap
        return self.rodada("SELECT crm.configurar_vendedor(%s, capacidade => %s)", i, -1 if cap is None else cap)

    def participar(self):
        i = self.r.choice(VENDEDORES)
        self.vendedores[i].participa = self.r.random() < 0.8
        return self.rodada("SELECT crm.configurar_vendedor(%s, participa => %s)", i, self.vendedores[i].participa)

    def redistribuir(self):
        antes = self.abertas()
        self.desfazivel = self.rodada("SELECT id FROM crm.redistribuir_clientes()"), antes

    def todos(self):
        fixados = self.r.random() < 0.5
        antes = self.abertas()
        self.soltar(fixados)
        self.desfazivel = self.rodada("SELECT id FROM crm.redistribuir_todos(%s)", fixados), antes

    def soltar(self, fixados):
        for c in self.clientes.values():
            if c.dono is not None and not c.contatado and (fixados or not c.fixado):
                c.largar()

    def planejar(self):
        """DIST-7: what was shown happens, unless somebody worked meanwhile."""
        fixados = self.r.random() < 0.3
        recebe = any(v.recebe(self.hoje()) for v in self.vendedores.values())
        modo = self.r.choice(["todos", "diferenca"]) if recebe else "todos"
        plano, clientes, para = self.banco.sql("SELECT hash, clientes, para FROM crm.simular_redistribuicao(%s, %s)",
                                               (fixados, modo))[0]
        antes = self.abertas()
        if self.r.random() < 0.5:
            self.r.choice([self.contatar, self.liberar, self.realocar])()
        if self.abertas() != antes:
            try:
                self.banco.sql("SELECT crm.aplicar_redistribuicao(%s)", (plano,))
                raise AssertionError("applied in spite of a change")
            except psycopg2.Error as erro:
                assert erro.pgcode == "CR409" and erro.diag.constraint_name == "quadro_mudou", erro
            return
        if modo == "todos":
            self.soltar(fixados)
        lote = self.rodada("SELECT (crm.aplicar_redistribuicao(%s)).id", plano)
        self.desfazivel = lote, antes
        agora = self.abertas()
        for i, p in zip(clientes, para):
            assert (agora[i][0] if i in agora else 0) == p, f"client {i} was shown for {p}"

    def desfazer(self):
        """DIST-7: what nobody touched is as before, the rest as it is."""
        if self.desfazivel is None or self.desfazivel[0] is None:
            return
        lote, antes = self.desfazivel
        self.desfazivel = None
        agora = self.abertas()
        tocados = {i for i, in self.banco.sql("SELECT cliente_id FROM crm.cliente_vendedor WHERE lote = %s OR lote_fim = %s",
                                              (lote, lote))}
        try:
            mantidos, motivos = self.banco.sql("SELECT mantidos, motivos FROM crm.desfazer_redistribuicao(%s)", (lote,))[0]
        except psycopg2.Error as erro:
            assert erro.diag.constraint_name == "lote_antigo", erro     # some midnights later
            return
        assert all(motivos) and set(mantidos) <= tocados
        depois = self.abertas()
        for i in agora.keys() | depois.keys() | antes.keys():
            if i in tocados and i not in mantidos:
                assert depois.get(i) == antes.get(i), f"client {i}: {depois.get(i)}, was {antes.get(i)}"
            else:
                assert depois.get(i) == agora.get(i), f"client {i} stays"
        self.assumir(depois)

    def assumir(self, abertas):
        """Takes the database's board over, which was judged."""
        reciclados = self.reciclados()
        for i, c in self.clientes.items():
            if i in abertas:
                c.dono, c.contatado, c.fixado = abertas[i]
            else:
                c.largar()
            c.reciclado = i in reciclados

    def reciclados(self):
        return {i for i, in self.banco.sql("SELECT cliente_id FROM crm.cliente_vendedor WHERE encerrada_em IS NULL"
                                           " AND motivo = 'reciclagem' AND NOT contatado")}

    def jornada(self):
        """DIST-10: always at lunch, one day of work a week, or no hours at all."""
        i = self.r.choice(VENDEDORES)
        v = self.vendedores[i]
        v.jornada = self.r.choice([None, None, None, "almoco", self.r.randrange(7)])
        dias = [] if v.jornada is None else [
            {"dia_semana": d, "inicio": "00:00", "fim": "24:00",
             **({"almoco_inicio": "00:00", "almoco_fim": "24:00"} if v.jornada == "almoco" else {})}
            for d in range(7) if v.jornada in ("almoco", d)]
        return self.rodada("SELECT crm.definir_jornada(%s, %s)", i, json.dumps(dias))

    def folgar(self):
        """DIST-10: leave of today and perhaps tomorrow, or back from it."""
        i = self.r.choice(VENDEDORES)
        v = self.vendedores[i]
        hoje = self.hoje()
        if v.folga is not None:
            folga, v.folga = v.folga, None
            return self.rodada("SELECT crm.cancelar_ausencia(%s, %s)", i, folga)
        v.ate = hoje + datetime.timedelta(days=self.r.randrange(2))
        v.folga = 0
        v.folga = self.banco.valor("SELECT crm.registrar_ausencia(%s, %s, %s)", (i, hoje, v.ate))
        return self.conferir_rodada(None)

    def reciclar(self):
        """DIST-10: untouched for too long, away from who had it, when there is another one."""
        hoje = self.hoje()
        velhos = {i for i, in self.banco.sql("SELECT cliente_id FROM crm.cliente_vendedor WHERE encerrada_em IS NULL"
                                             " AND data_atribuicao <= crm.agora() - %s * interval '1 day'", (DIAS_SEM_TOQUE,))}
        velhos = {i for i in velhos if self.clientes[i].movel() and self.clientes[i].elegivel()}
        recebem = {i for i, v in self.vendedores.items() if v.recebe(hoje)}
        folgados = {i for i in recebem if self.vendedores[i].capacidade is None}
        antes = {i: c.dono for i, c in self.clientes.items()}
        feito = self.banco.valor("SELECT feito FROM crm.tarefas('reciclagem')")
        agora = self.abertas()
        reciclados = self.reciclados()
        for i in velhos:
            if i in reciclados and agora[i][0] != antes[i]:
                assert agora[i][0] in recebem, f"client {i} recycled to {agora[i][0]}"
            else:
                assert not folgados - {antes[i]}, f"client {i} stays with {antes[i]}"
        assert feito <= len(velhos), "more were recycled than were due"
        for i, c in self.clientes.items():
            if c.contatado or c.fixado:
                assert agora[i] == (c.dono, c.contatado, c.fixado), f"client {i} moved"
        self.assumir(agora)
        for v in self.vendedores.values():
            if feito and v.trabalha(hoje):
                v.reserva = None
        if feito:
            mesa = Mesa(self.vendedores, self.clientes, hoje)
            assert mesa.justa(mesa.moveis), f"unfair: {mesa.moveis} + {mesa.fixos}"

    def meia_noite(self):
        self.deslocamento += 86400
        self.banco.sql(f"SET crm.relogio_desvio = {self.deslocamento}")
        self.banco.sql("UPDATE crm.vendedores SET visto_em = crm.agora() WHERE online")
        for v in self.vendedores.values():
            v.ausente = False
        for c in self.clientes.values():
            c.dias += 1
        for i, v in self.vendedores.items():
            if v.folga is not None and self.hoje() > v.ate:
                v.folga = None
        if self.banco.valor("SELECT feito FROM crm.tarefas('expediente')"):
            self.conferir_rodada(None)
        agora = self.banco.valor("SELECT crm.agora()")
        for v in self.vendedores.values():      # over, whether somebody was waited for or not
            if v.reserva is not None and v.reserva <= agora:
                v.reserva = None
        antes = self.banco.valor("SELECT coalesce(max(id), 0) FROM crm.lotes")
        dia = self.banco.valor("SELECT feito FROM crm.tarefas('dia')")
        assert dia > antes or self.banco.valor("SELECT dia = crm.hoje() FROM crm.lotes ORDER BY id DESC LIMIT 1"), \
            "a new day is a run"
        return self.conferir_rodada(dia or None)

    def contatar(self):
        i = self.algum(lambda c: c.dono is not None and not c.contatado)
        if i is not None:
            c = self.clientes[i]
            self.banco.sql("SELECT crm.marcar_contatado(%s, %s)", (c.dono, i))
            c.contatado = True

    def pedido(self):
        i = self.r.choice(list(self.clientes))
        c = self.clientes[i]
        dias = self.r.choice([0, 0, self.r.randint(0, 70)])
        self.banco.sql("INSERT INTO crm.pedidos (cliente_id, data_pedido, valor)"
                       " VALUES (%s, crm.hoje() - %s, 10)", (i, dias))
        real = self.banco.sql("SELECT crm.dias_sem_comprar(data_ultima_compra) FROM crm.clientes"
                              " WHERE id_cliente = %s", (i,))[0][0]
        novo = dias if dias < c.dias else c.dias
        assert real == novo, f"last purchase of {i}: {real} days, not {novo}"
        if dias < c.dias or (dias == c.dias and self.aberta(i) is None):
            c.largar()
        if dias < c.dias:
            c.espera = None
        c.dias = novo

    def realocar(self):
        i = self.algum(lambda c: c.ativo and not c.recusa)
        para = self.r.choice(VENDEDORES)
        if i is not None:
            self.banco.sql("SELECT crm.realocar_cliente(%s, %s)", (i, para))
            c = self.clientes[i]
            c.dono, c.contatado, c.fixado, c.reciclado = para, False, True, False

    def liberar(self):
        i = self.algum(lambda c: c.dono is not None)
        if i is not None:
            self.banco.sql("SELECT crm.liberar_cliente(%s, true)", (i,))
            self.clientes[i].largar()

    def desativar(self):
        i = self.r.choice(list(self.clientes))
        c = self.clientes[i]
        if self.r.random() < 0.5:
            c.ativo = not c.ativo
        else:
            c.recusa = not c.recusa
        self.banco.sql("UPDATE crm.clientes SET ativo = %s, nao_contatar = %s WHERE id_cliente = %s",
                       (c.ativo, c.recusa, i))
        if not c.ativo or c.recusa:
            if c.contatado:
                c.espera = (c.dono, c.fixado)
            c.largar()
        elif c.espera is not None:
            (c.dono, c.fixado), c.contatado, c.espera = c.espera, True, None

    # ---- checks --------------------------------------------------------------

    def aberta(self, cliente):
        linhas = self.banco.sql("SELECT vendedor_id FROM crm.cliente_vendedor"
                                " WHERE cliente_id = %s AND encerrada_em IS NULL", (cliente,))
        return linhas[0][0] if linhas else None

    def abertas(self):
        linhas = self.banco.sql("SELECT cliente_id, vendedor_id, contatado, fixado"
                                " FROM crm.cliente_vendedor WHERE encerrada_em IS NULL")
        assert len({l[0] for l in linhas}) == len(linhas), "two open rows of a client"
        return {l[0]: l[1:] for l in linhas}

    def previstos(self):
        """Until when each would be waited for; None: not at all (crm.retorno_previsto(), expediente.sql)."""
        return dict(self.banco.sql("SELECT i, crm.retorno_previsto(i, crm.agora()) FROM unnest(%s) i", (list(VENDEDORES),)))

    def rodada(self, comando, *parametros):
        lote = self.banco.valor(comando, parametros)
        self.conferir_rodada(lote)
        return lote

    def esperados(self):
        """DIST-9: sellers who are not there and keep what they have."""
        hoje, agora = self.hoje(), self.banco.valor("SELECT crm.agora()")
        previstos = self.previstos()
        ha = any(v.recebe(hoje) for v in self.vendedores.values())
        esperados = set()
        for i, v in self.vendedores.items():
            if v.trabalha(hoje):
                v.reserva = None
            elif not v.participa or not any(c.dono == i and c.movel() for c in self.clientes.values()):
                continue
            elif v.reserva is not None:
                if v.reserva > agora:
                    esperados.add(i)
                else:
                    v.reserva = None
            elif not ha and previstos[i] is not None:
                v.reserva = previstos[i]
                esperados.add(i)
        return esperados

    def conferir_rodada(self, lote):
        """The model's expectation from the state before; then takes the result over."""
        for c in self.clientes.values():
            if c.movel() and not c.elegivel():
                c.largar()
        hoje = self.hoje()
        esperados = self.esperados()
        antes = Mesa(self.vendedores, self.clientes, hoje)
        donos = {i: c.dono for i, c in self.clientes.items()}
        movem = {i for i, c in self.clientes.items() if c.movel() and c.dono not in esperados
                 and not (c.reciclado and c.dono in antes.v)}
        livres = {i for i, c in self.clientes.items() if c.dono is None and c.elegivel()}
        lugares = [antes.lugar(i) for i in antes.v]
        espaco = None if None in lugares else sum(lugares)
        total = len(movem | livres)
        cabem = total if espaco is None else min(total, espaco)

        agora = self.abertas()
        for i, c in self.clientes.items():
            if i in movem or i in livres:
                if i in agora:
                    if agora[i][0] != donos[i]:
                        c.reciclado = False
                    c.dono, c.contatado, c.fixado = agora[i]
                    assert not c.contatado and not c.fixado, f"client {i} dealt as {agora[i]}"
                else:
                    c.largar()

        depois = Mesa(self.vendedores, self.clientes, hoje, antes)
        assert sum(depois.moveis.values()) == cabem, f"{depois.moveis} hold not {cabem} clients"
        assert len([i for i in movem | livres if self.clientes[i].dono is not None]) == cabem, \
            "a client is held by who does not take part"
        for i in depois.v:
            assert depois.lugar(i) is None or depois.moveis[i] <= depois.lugar(i), f"{i} above capacity"
        assert depois.justa(depois.moveis), f"unfair: {depois.moveis} + {depois.fixos}"

        recebidos = antes.menos_recebimentos(cabem) if antes.v else 0
        limite = max(0, recebidos - len(livres))
        feitos = len([i for i in movem if self.clientes[i].dono not in (None, donos[i])])
        assert feitos == limite, f"{feitos} moves, {limite} would do"
        if lote is not None:
            linha = self.banco.sql("SELECT movimentos, limite_inferior FROM crm.lotes WHERE id = %s", (lote,))[0]
            assert linha == (limite, limite), f"run {lote} says {linha}, the model {limite}"

    def conferir(self):
        agora = self.abertas()
        modelo = {i: (c.dono, c.contatado, c.fixado) for i, c in self.clientes.items() if c.dono is not None}
        assert agora == modelo, {i: (agora.get(i), modelo.get(i)) for i in agora.keys() | modelo.keys()
                                 if agora.get(i) != modelo.get(i)}


PESOS = {"entrar": 14, "sair": 8, "peso": 3, "capacidade": 4, "participar": 2, "redistribuir": 8, "todos": 2,
         "meia_noite": 4, "contatar": 14, "pedido": 8, "realocar": 8, "liberar": 6, "desativar": 4,
         "novo_cliente": 10, "sumir": 4, "planejar": 4, "desfazer": 4, "jornada": 4, "folgar": 4, "reciclar": 4}


def test_vidas_ao_acaso(banco):
    print(f"SEMENTE={SEMENTE} PASSOS={PASSOS}")
    acaso = random.Random(SEMENTE)
    mundo = Mundo(banco, acaso)
    nomes = list(PESOS)
    for passo in range(PASSOS):
        nome = acaso.choices(nomes, PESOS.values())[0]
        try:
            getattr(mundo, nome)()
            mundo.conferir()
            if passo % 20 == 0:
                achadas = banco.sql("SELECT * FROM crm.verificar_distribuicao()")
                assert not achadas, achadas
        except Exception as erro:
            raise AssertionError(f"SEMENTE={SEMENTE}, step {passo} ({nome}): {erro}") from erro
