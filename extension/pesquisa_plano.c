/*
 * pesquisa_plano.c: how the page is found, by what it will cost.
 *
 * What the side table can tell (names, city, UF, age, phone, e-mail, ativo) is
 * intersected as bit maps, which costs milliseconds even for the commonest
 * values; then n rows may answer. Three ways lead from there to the page:
 *
 *   gather     read the n rows, keep the best: n small, and whenever the total
 *              must be counted
 *   walk       read an index in the order asked for and test its entries against
 *              the map, until the page is full: n large. Orders without an index
 *              of their own (UF, city, status, situacao) are walked value by
 *              value in the order of the ids, the levels of relevance one after
 *              the other in the order of the names
 *   gather the clients that status, situacao or CPF leave, when they are fewer
 *
 * Sets of places and sets of ids meet through the leaves of the index that has
 * both (pesquisa_folhas.c), so that rows of neither table are read to find out
 * that they are not wanted. Status atribuido and contatado in the order of the
 * ids are walked along the open assignments. Of names spelled alike, the first
 * PARECIDOS_MAX rows are looked at: when there are more, the total is none but
 * an estimate.
 *
 * A sample of the n rows says how many answer all filters; that decides between
 * the ways, and is the estimate of large totals (pesquisa_total.c). A walk that
 * proves unlucky ends at its budget, and the rows are gathered.
 */
#include "pesquisa.h"
#include "pesquisa_plano.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/guc.h"
#include "utils/timestamp.h"

enum
{
    REUNIR_ATE = 2000,     /* default of crm.busca_reunir_ate */
    DUVIDA = 3000,         /* an estimate below may be a total that must be exact */
    PARECIDOS_MAX = 20000  /* rows looked at for who is alike */
};

int pesquisa_reunir_ate = REUNIR_ATE;

static void executar(Coleta *c);
static bool pode_forcar(Coleta *c, const Mapa *outros, Mapa *fora);
static bool reunir_tudo(Coleta *c, Conjunto *s);
static void reunir_clientes(Coleta *c, const Conjunto *s);
static void por_cpf(Coleta *c);
static void da_carteira(Coleta *c);
static void contar(Coleta *c, int64 id, int uf);
static bool juntar(Coleta *c, const Linha *linha, Nivel nivel);
static void cortar(Coleta *c);

void
pesquisa_init(void)
{
    DefineCustomIntVariable(
        "crm.busca_reunir_ate",
        "Clients a search gathers without weighing a walk along an index.",
        "Less than the default walks whenever more may answer: for tests.",
        &pesquisa_reunir_ate, REUNIR_ATE, 1, 1000000, PGC_SUSET, 0, NULL, NULL, NULL);
}

void
pesquisa_executar(Pesquisa *p)
{
    Coleta c = {.p = p, .f = p->f, .ordem = p->ordem, .desce = p->desce,
                .clientes_n = -1};
    int salto;

    c.bastam = p->salto + p->size + 1;
    c.cabem = 2 * c.bastam + 1000;
    c.achados = palloc(sizeof(Achado) * c.cabem);
    if (!p->f.nada)
        executar(&c);
    fechar_parte(&c);
    salto = p->salto - c.pulados;
    p->pagina = c.achados + Min(salto, c.n);
    p->n = Min(c.n - Min(salto, c.n), p->size);
    p->ha_mais = c.n - salto > p->size;
    total_concluir(&c);
}

static void
executar(Coleta *c)
{
    Pesquisa *p = c->p;
    Conjunto s = {.ate = NIVEL_TRECHO, .de = NIVEL_EXATO};
    Mapa *outros;

    c->quer_cliente = filtro_usa_cliente(&p->f) || p->ordem == ORDEM_DATA ||
                      p->ordem == ORDEM_VALOR || p->ordem == ORDEM_STATUS ||
                      p->ordem == ORDEM_SITUACAO || p->ordem == ORDEM_CPF;
    c->quer_busca = filtro_usa_busca(&p->f) ||
                    (p->ordem != ORDEM_DATA && p->ordem != ORDEM_VALOR &&
                     p->ordem != ORDEM_STATUS && p->ordem != ORDEM_SITUACAO &&
                     p->ordem != ORDEM_CPF && p->ordem != ORDEM_ID);
    if (p->f.propria)
    {
        da_carteira(c);
        return;
    }
    if (p->f.tem_cpf)
    {
        por_cpf(c);
        return;
    }
    outros = filtro_reunir(p->leitor, &p->f, &s.fora);
    s.dentro = outros;
    c->forcado = pesquisa_reunir_ate < REUNIR_ATE && pode_forcar(c, outros, s.fora);
    if (p->f.termos_n > 0)
    {
        /* The best levels fill most pages; the rest of a common name waits. */
        if (p->ordem == ORDEM_RELEVANCIA &&
            (!p->posicao.ha || p->posicao.apos.nivel <= NIVEL_PALAVRAS))
        {
            s.ate = NIVEL_PALAVRAS;
            s.dentro = mapa_do_nome(p, s.ate, outros);
            s.n = mapa_contar(s.dentro);
            if (s.n > pesquisa_reunir_ate)
            {
                por_amostra(c, &s, s.n);
                if (c->estimado >= DUVIDA || c->forcado)
                {
                    passear(c, &s);
                    if (coleta_cheia(c))
                        return;
                    c->n = c->fechados = c->pulados = 0;
                    c->contados = 0;
                }
            }
            mapa_livre(s.dentro);
            s.ate = NIVEL_TRECHO;
        }
        s.dentro = mapa_do_nome(p, s.ate, outros);
    }
    s.n = s.dentro ? mapa_contar(s.dentro)
                   : (int64)Max(leitor_tabela(p->leitor, TAB_BUSCA)
                                    ->rd_rel->reltuples,
                                0);

    if (!reunir_tudo(c, &s))
        passear(c, &s);
    p->parecidos =
        p->f.termos_n > 0 &&
        (p->posicao.ha ? p->posicao.parecidos
                       : c->completo && c->contados <= BUSCA_TOTAL_EXATO);
    if (p->parecidos)
    {
        Conjunto t = {.de = NIVEL_PARECIDO, .ate = NIVEL_PARECIDO, .fora = s.fora};

        t.dentro = mapa_do_nome(p, NIVEL_PARECIDO, outros);
        if (s.dentro)
            mapa_menos(t.dentro, s.dentro);
        t.n = mapa_contar(t.dentro);
        if (t.n > PARECIDOS_MAX)
        {
            const int64 antes = c->contados;

            mapa_limitar(t.dentro, PARECIDOS_MAX);
            reunir(c, &t);
            c->nao_vistos = Max(
                1, (c->contados - antes) * (t.n - PARECIDOS_MAX) / PARECIDOS_MAX);
        }
        else
            reunir(c, &t);
    }
}

/* A forced walk must not hide that few answer, and who is alike belongs to them. */
static bool
pode_forcar(Coleta *c, const Mapa *outros, Mapa *fora)
{
    Conjunto s = {.de = NIVEL_EXATO, .ate = NIVEL_TRECHO, .fora = fora};
    int64 contados;

    if (c->f.termos_n == 0)
        return true;
    s.dentro = mapa_do_nome(c->p, NIVEL_TRECHO, outros);
    reunir(c, &s);
    contados = c->contados;
    c->contados = 0;
    c->n = 0;
    mapa_livre(s.dentro);
    return contados > BUSCA_TOTAL_EXATO;
}

/* Gathers when that is cheap, or the total may have to be exact. */
static bool
reunir_tudo(Coleta *c, Conjunto *s)
{
    double ir, juntar;

    if (s->n > pesquisa_reunir_ate)
    {
        por_amostra(c, s, s->n);
        ir = custo_do_passeio(c, s, c->ordem);
        juntar = custo_de_reunir(c, s);
        if (c->p->posicao.ha && c->p->posicao.parecidos)
            ir = juntar; /* they are part of the order */
        else if (c->forcado)
            return false;
        if (c->p->posicao.ha ? ir < juntar
                             : c->estimado >= DUVIDA && ir < juntar)
            return false;
    }
    reunir_o_menor(c, s);
    c->completo = true;
    return true;
}

void
reunir_o_menor(Coleta *c, const Conjunto *s)
{
    if (custo_dos_clientes(c, s) < custo_das_linhas(c, s))
        reunir_clientes(c, s);
    else
        reunir(c, s);
}

/* The ids of the set; false when there is no map for them. */
bool
conjunto_traduzir(Coleta *c, const Conjunto *s)
{
    if (c->do_conjunto == NULL)
    {
        c->do_conjunto = total_mapa_ids(c);
        if (c->do_conjunto)
            folhas_ids_dos_lugares(c->p->leitor, s->dentro, s->fora,
                                   c->do_conjunto);
    }
    return c->do_conjunto != NULL;
}

/* ---- gathering ---- */

void
reunir(Coleta *c, const Conjunto *s)
{
    Leitor *l = c->p->leitor;
    Linha linha;
    uint64 i = 0;
    ItemPointerData tid;

    if (s->dentro == NULL)
    {
        Passeio w = {.ordem = ORDEM_ID, .sem_limite = true};

        (void)passeio_andar(c, s, &w);
        return;
    }
    while (mapa_proximo(s->dentro, &i, &tid))
    {
        CHECK_FOR_INTERRUPTS();
        if (s->fora && mapa_tem(s->fora, &tid))
            continue;
        memset(&linha, 0, sizeof(linha));
        if (leitor_lugar(l, &tid, &linha))
            (void)coleta_examinar(c, &linha, s->de, s->ate);
    }
}

/*
 * Those whom status and situacao leave, in the order of their ids: neighbours
 * share a page. Who is not in the set of the side table is known without reading
 * a row.
 */
static void
reunir_clientes(Coleta *c, const Conjunto *s)
{
    Leitor *l = c->p->leitor;
    const Mapa *ids;
    uint64 i = 0;
    uint64 id;

    if (!total_reunir_certos(c))
    {
        reunir(c, s);
        return;
    }
    ids = c->certos;
    if (s->dentro &&
        (c->do_conjunto ||
         mapa_contar(ids) * CUSTO_EM > linhas_ha(c) * CUSTO_FOLHA) &&
        conjunto_traduzir(c, s))
    {
        mapa_e(c->do_conjunto, ids);
        ids = c->do_conjunto;
    }
    while (mapa_proximo_numero(ids, &i, &id))
    {
        Linha linha = {.tem_cliente = false};

        CHECK_FOR_INTERRUPTS();
        if (s->dentro && ids == c->certos && !leitor_em(l, (int64)id, s->dentro))
            continue;
        if (leitor_cliente(l, (int64)id, &linha))
            (void)coleta_examinar_cliente(c, &linha, s->de, s->ate);
    }
    mapa_livre(c->do_conjunto);
    c->do_conjunto = NULL;
}

/* A CPF, or those that begin with some digits. */
static void
por_cpf(Coleta *c)
{
    Conjunto s = {.de = NIVEL_EXATO, .ate = NIVEL_PARECIDO};
    Passeio w = {.ordem = ORDEM_CPF, .sem_limite = true, .tem_faixa = true};

    w.faixa_de = c->f.cpf_de;
    w.faixa_ate = c->f.cpf_ate;
    (void)passeio_andar(c, &s, &w);
    c->completo = true;
}

/*
 * A vendedor's clients: those of open assignments and those recovered lately,
 * as policy clientes_carteira has it.
 */
static void
da_carteira(Coleta *c)
{
    static SPIPlanPtr guardado = NULL;
    const Oid tipos[] = {INT8OID, TIMESTAMPTZOID};
    Pesquisa *p = c->p;
    Datum args[] = {
        Int64GetDatum(p->f.vendedor),
        TimestampTzGetDatum(tempo_agora() -
                            (int64)config_int("recuperado_dias") * USECS_PER_DAY)};
    SPITupleTable *linhas;
    uint64 n;

    if (SPI_execute_plan(
            plano(&guardado,
                  "SELECT cliente_id FROM crm.cliente_vendedor"
                  " WHERE vendedor_id = $1 AND encerrada_em IS NULL"
                  " UNION "
                  "SELECT cliente_id FROM crm.cliente_vendedor"
                  " WHERE vendedor_id = $1 AND resultado = 'recuperado'"
                  "   AND encerrada_em > $2",
                  2, tipos),
            args, NULL, true, 0) != SPI_OK_SELECT)
        elog(ERROR, "could not read the portfolio");
    linhas = SPI_tuptable;
    n = SPI_processed;
    c->completo = true;
    for (int parecidos = 0; parecidos < 2; parecidos++)
    {
        for (uint64 i = 0; i < n; i++)
        {
            bool nulo;
            Linha linha;

            CHECK_FOR_INTERRUPTS();
            memset(&linha, 0, sizeof(linha));
            if (leitor_busca(p->leitor,
                             DatumGetInt64(SPI_getbinval(
                                 linhas->vals[i], linhas->tupdesc, 1, &nulo)),
                             &linha))
                (void)coleta_examinar(
                    c, &linha, parecidos ? NIVEL_PARECIDO : NIVEL_EXATO,
                    parecidos ? NIVEL_PARECIDO : NIVEL_TRECHO);
        }
        /* Judged by who answers without them, like everybody's clients. */
        if (parecidos == 0)
            p->parecidos = p->f.termos_n > 0 &&
                           (p->posicao.ha ? p->posicao.parecidos
                                          : c->contados <= BUSCA_TOTAL_EXATO);
        if (!p->parecidos)
            break;
    }
    SPI_freetuptable(linhas);
}

Mapa *
mapa_do_nome(Pesquisa *p, Nivel ate, const Mapa *outros)
{
    Mapa *todos = NULL;

    for (int i = 0; i < p->f.termos_n; i++)
    {
        Mapa *este = mapa_novo(leitor_blocos(p->leitor, TAB_BUSCA));

        palavras_reunir(p->leitor, &p->f.termos[i], ate, este);
        if (todos == NULL)
            todos = este;
        else
        {
            mapa_e(todos, este);
            mapa_livre(este);
        }
    }
    if (outros != NULL)
        mapa_e(todos, outros);
    return todos;
}

/* ---- what was found ---- */

bool
coleta_examinar(Coleta *c, Linha *linha, Nivel de, Nivel ate)
{
    const Filtro *f = &c->f;
    Nivel nivel = NIVEL_PALAVRAS;

    if (!filtro_busca(f, linha))
        return false;
    if (f->termos_n > 0)
    {
        nivel = palavras_nivel(f, linha, ate);
        if (nivel == NIVEL_FORA || nivel < de || Min(nivel, NIVEL_PARECIDO) > ate)
            return false;
    }
    if (c->certos && !mapa_tem_numero(c->certos, (uint64)linha->id))
        return false;
    if (c->quer_cliente && !linha->tem_cliente &&
        !leitor_cliente(c->p->leitor, linha->id, linha))
        return false;
    if (c->quer_cliente && !filtro_cliente(f, linha))
        return false;
    return juntar(c, linha, nivel);
}

bool
coleta_examinar_cliente(Coleta *c, Linha *linha, Nivel de, Nivel ate)
{
    if ((c->f.ativo >= 0 && linha->ativo != (c->f.ativo == 1)) ||
        !filtro_cliente(&c->f, linha))
        return false;
    if (c->quer_busca)
        return leitor_busca(c->p->leitor, linha->id, linha) &&
               coleta_examinar(c, linha, de, ate);
    linha->uf = UF_NAO_LIDA;
    return juntar(c, linha, NIVEL_PALAVRAS);
}

static void
contar(Coleta *c, int64 id, int uf)
{
    if (c->contados < BUSCA_TOTAL_EXATO)
    {
        c->ids[c->contados] = id;
        c->ufs[c->contados] = uf;
    }
    c->contados++;
}

/* Counts a client who answers; true when it may be on the page. */
static bool
juntar(Coleta *c, const Linha *linha, Nivel nivel)
{
    Achado a;

    contar(c, linha->id, linha->uf);
    achado_de(c->p, linha, nivel, &a);
    if (c->p->posicao.ha && achado_comparar(&a, &c->p->posicao.apos, c->p) <= 0)
        return false;
    if (c->n == c->cabem)
        cortar(c);
    if (a.texto.p)
        a.texto.p = pnstrdup(a.texto.p, a.texto.n);
    c->achados[c->n++] = a;
    return true;
}

void
coleta_juntar_id(Coleta *c, int64 id)
{
    contar(c, id, UF_NAO_LIDA);
    c->achados[c->n++] = (Achado){.id = id};
    c->fechados = c->n;
}

/* What comes from now on is behind what was found. */
void
fechar_parte(Coleta *c)
{
    cortar(c);
    c->fechados = c->n;
}

static void
cortar(Coleta *c)
{
    qsort_arg(c->achados + c->fechados, c->n - c->fechados, sizeof(Achado),
              achado_comparar, c->p);
    for (int i = c->bastam; i < c->n; i++)
        if (c->achados[i].texto.p)
            pfree((void *)c->achados[i].texto.p);
    c->n = Min(c->n, c->bastam);
}
