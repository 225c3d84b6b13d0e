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
#include "utils/datetime.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/timestamp.h"

enum
{
    NASCIDO_DE = 1850,      /* years of birth, as the table allows */
    NASCIDO_ATE = 2200,

    REUNIR_ATE = 2000,      /* default of crm.busca_reunir_ate */
    AMOSTRA = 200,          /* rows looked at for estimates */
    DUVIDA = 3000,          /* an estimate below may be a total that must be exact */
    CIDADES_JUNTAS = 20000, /* clients of small cities gathered at once */
    AMOSTRAS_LEMBRADAS = 16,
    AMOSTRA_VALE_S = 10,
    PARECIDOS_MAX = 20000,  /* rows looked at for who is alike */
    ABERTAS_POR_VEZ = 1000,
    SORTE = 6               /* a walk may cost so many times what was expected */
};

static const double PASSEIO_MIN = 5000; /* least budget of a walk */

/* So few rows are gathered without a thought; less than the default makes walks
 * of everything above, for tests. */
static int reunir_ate = REUNIR_ATE;

static void executar(Coleta *c);
static void da_carteira(Coleta *c);
static void por_cpf(Coleta *c);
static void por_amostra(Coleta *c, const Conjunto *s, int64 n);
static bool pode_forcar(Coleta *c, const Mapa *outros, Mapa *fora);
static bool reunir_tudo(Coleta *c, Conjunto *s);
static bool amostra_lembrada(Coleta *c, const Conjunto *s, int64 n);
static void amostra_lembrar(const Coleta *c, const Conjunto *s, int64 n);
static void passear(Coleta *c, const Conjunto *s);
static void passear_niveis(Coleta *c, const Conjunto *s);
static void passear_ufs(Coleta *c, const Conjunto *s);
static void passear_valores(Coleta *c, const Conjunto *s);
static void passear_cidades(Coleta *c, const Conjunto *s);
static void passear_idades(Coleta *c, const Conjunto *s);
static bool passear_ou_reunir(Coleta *c, const Conjunto *s, const Passeio *w);
static void tentar(Coleta *c, const Conjunto *s, const Passeio *w);
static double custo_do_passeio(const Coleta *c, const Conjunto *s, Ordem ordem);
static double custo_do_indice(const Coleta *c, const Conjunto *s, Ordem ordem);
static double custo_das_entradas(const Coleta *c, const Conjunto *s, Ordem ordem,
                                 double entradas);
static double custo_de_reunir(const Coleta *c, const Conjunto *s);
static double custo_das_linhas(const Coleta *c, const Conjunto *s);
static double custo_dos_clientes(const Coleta *c, const Conjunto *s);
static double custo_dos_certos(const Coleta *c);
static bool certos_ajudam(const Coleta *c, Ordem ordem);
static double linhas_ha(const Coleta *c);
static double entradas_ha(const Coleta *c, Ordem ordem);
static bool conjunto_por_ids(const Coleta *c, const Conjunto *s, Ordem ordem,
                             double entradas);
static bool conjunto_traduzir(Coleta *c, const Conjunto *s);
static bool passear_abertas(Coleta *c, const Conjunto *s, const Passeio *w,
                            double ate);
static void reunir_o_menor(Coleta *c, const Conjunto *s);
static void reunir(Coleta *c, const Conjunto *s);
static void reunir_clientes(Coleta *c, const Conjunto *s);
static Mapa *mapa_do_nome(Pesquisa *p, Nivel ate, const Mapa *outros);
static bool juntar(Coleta *c, const Linha *linha, Nivel nivel);
static void fechar_parte(Coleta *c);
static void cortar(Coleta *c);

void
pesquisa_init(void)
{
    DefineCustomIntVariable(
        "crm.busca_reunir_ate",
        "Clients a search gathers without weighing a walk along an index.",
        "Less than the default walks whenever more may answer: for tests.",
        &reunir_ate, REUNIR_ATE, 1, 1000000, PGC_SUSET, 0, NULL, NULL, NULL);
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
    c->forcado = reunir_ate < REUNIR_ATE && pode_forcar(c, outros, s.fora);
    if (p->f.termos_n > 0)
    {
        /* The best levels fill most pages; the rest of a common name waits. */
        if (p->ordem == ORDEM_RELEVANCIA &&
            (!p->posicao.ha || p->posicao.apos.nivel <= NIVEL_PALAVRAS))
        {
            s.ate = NIVEL_PALAVRAS;
            s.dentro = mapa_do_nome(p, s.ate, outros);
            s.n = mapa_contar(s.dentro);
            if (s.n > reunir_ate)
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

    if (s->n > reunir_ate)
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

/* Of the cheaper side. */
static double
custo_de_reunir(const Coleta *c, const Conjunto *s)
{
    return Min(custo_das_linhas(c, s), custo_dos_clientes(c, s));
}

static double
custo_das_linhas(const Coleta *c, const Conjunto *s)
{
    return s->n * (CUSTO_LINHA + (c->quer_cliente ? CUSTO_CLIENTE : 0));
}

static double
custo_dos_clientes(const Coleta *c, const Conjunto *s)
{
    const double cada = CUSTO_CLIENTE + (c->quer_busca ? CUSTO_BUSCA : 0);

    if (c->clientes_n < 0)
        return HUGE_VAL;
    if (s->dentro == NULL)
        return custo_dos_certos(c) + c->clientes_n * cada;
    return custo_dos_certos(c) +
           Min(c->clientes_n * CUSTO_EM, linhas_ha(c) * CUSTO_FOLHA) +
           c->clientes_n * Min(1, s->n / linhas_ha(c)) * cada;
}

/* To know their ids. */
static double
custo_dos_certos(const Coleta *c)
{
    return c->clientes_n *
           (total_por_abertas(&c->f) ? CUSTO_ABERTA : CUSTO_FOLHA);
}

static double
linhas_ha(const Coleta *c)
{
    return Max(leitor_tabela(c->p->leitor, TAB_BUSCA)->rd_rel->reltuples, 1);
}

/* Those of the index that the filters leave. */
static double
entradas_ha(const Coleta *c, Ordem ordem)
{
    const bool limitada =
        ordem == ORDEM_DATA || (ordem == ORDEM_VALOR && c->f.situacao == 1 << 3);

    return limitada && c->clientes_n >= 0 && !total_por_abertas(&c->f)
               ? c->clientes_n
               : linhas_ha(c);
}

static void
reunir_o_menor(Coleta *c, const Conjunto *s)
{
    if (custo_dos_clientes(c, s) < custo_das_linhas(c, s))
        reunir_clientes(c, s);
    else
        reunir(c, s);
}

/* Until the page is full, when those who answer lie evenly in the order. */
static double
custo_do_passeio(const Coleta *c, const Conjunto *s, Ordem ordem)
{
    const double ha = entradas_ha(c, ordem);

    return custo_das_entradas(c, s, ordem,
                              Min(c->bastam * ha / Max(c->estimado, 1), ha));
}

/* The whole of it. */
static double
custo_do_indice(const Coleta *c, const Conjunto *s, Ordem ordem)
{
    return custo_das_entradas(c, s, ordem, entradas_ha(c, ordem));
}

static double
custo_das_entradas(const Coleta *c, const Conjunto *s, Ordem ordem,
                   double entradas)
{
    const bool de_clientes =
        ordem == ORDEM_DATA || ordem == ORDEM_VALOR || ordem == ORDEM_CPF;
    const double cada =
        de_clientes ? CUSTO_CLIENTE_LUGAR + (c->quer_busca ? CUSTO_BUSCA : 0)
                    : CUSTO_LINHA + (c->quer_cliente ? CUSTO_CLIENTE : 0);
    double lidas = entradas;
    double antes = 0;

    if (conjunto_por_ids(c, s, ordem, entradas))
        antes = linhas_ha(c) * CUSTO_FOLHA;
    if (!de_clientes || antes > 0)
        lidas *= s->n / linhas_ha(c);
    if (certos_ajudam(c, ordem))
    {
        const double restam = lidas * Min(1, c->clientes_n / linhas_ha(c));

        if (custo_dos_certos(c) < (lidas - restam) * cada)
        {
            antes += custo_dos_certos(c);
            lidas = restam;
        }
    }
    return antes + entradas * CUSTO_ENTRADA + lidas * cada;
}

/* Does knowing the ids first save looking up clients on the way? The index may
 * have no others. */
static bool
certos_ajudam(const Coleta *c, Ordem ordem)
{
    return c->clientes_n >= 0 && c->quer_cliente && ordem != ORDEM_CPF &&
           (total_por_abertas(&c->f) || entradas_ha(c, ordem) > c->clientes_n);
}

/* Does it save time to know the ids of the set, before so many entries of an
 * index over crm.clientes lead to rows outside? */
static bool
conjunto_por_ids(const Coleta *c, const Conjunto *s, Ordem ordem, double entradas)
{
    return (ordem == ORDEM_DATA || ordem == ORDEM_VALOR) && s->dentro != NULL &&
           linhas_ha(c) * CUSTO_FOLHA <
               entradas * Max(0, 1 - s->n / linhas_ha(c)) *
                   (CUSTO_CLIENTE_LUGAR + CUSTO_BUSCA);
}

/* The ids of the set; false when there is no map for them. */
static bool
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

/* Rows spread over the set: how many answer all filters, and their facets. */
static void
por_amostra(Coleta *c, const Conjunto *s, int64 n)
{
    Leitor *l = c->p->leitor;
    Linha linha;
    Facetas *facetas = &c->amostra;
    int64 vistos = 0;
    int64 validos = 0;

    if (amostra_lembrada(c, s, n))
        return;
    memset(facetas, 0, sizeof(*facetas));
    for (int i = 0; i < AMOSTRA; i++)
    {
        ItemPointerData tid;
        Nivel nivel = NIVEL_PALAVRAS;

        if (s->dentro)
        {
            if (!mapa_enesimo(s->dentro, (uint64)n * i / AMOSTRA, i == 0, &tid,
                              &c->lugar))
                break;
        }
        else
        {
            BlockNumber blocos = leitor_blocos(l, TAB_BUSCA);

            ItemPointerSet(&tid, (BlockNumber)((uint64)blocos * i / AMOSTRA),
                           1 + i % 40);
        }
        CHECK_FOR_INTERRUPTS();
        memset(&linha, 0, sizeof(linha));
        if (!leitor_lugar(l, &tid, &linha))
        {
            vistos += s->dentro != NULL;
            continue;
        }
        vistos++;
        if (!filtro_busca(&c->f, &linha))
            continue;
        if (c->f.termos_n > 0)
        {
            nivel = palavras_nivel(&c->f, &linha, s->ate);
            if (nivel == NIVEL_FORA)
                continue;
        }
        if (!leitor_cliente(l, linha.id, &linha) ||
            !filtro_cliente(&c->f, &linha))
            continue;
        validos++;
        facetas->uf[linha.uf]++;
        facetas->status[linha.status]++;
        facetas->situacao[linha.situacao]++;
    }
    c->amostrados = validos;
    c->estimado = vistos > 0 ? (double)n * validos / vistos : 0;
    total_clientes(c);
    /* The counters know it when nothing else is asked. */
    if (s->dentro == NULL && c->clientes_n >= 0 && !c->f.tem_cpf &&
        (c->f.status == 0 || c->f.situacao == 0))
        c->estimado = c->clientes_n;
    amostra_lembrar(c, s, n);
}

/*
 * The last samples of this backend, some seconds old: who turns pages or tries
 * another order asks the same again.
 */
typedef struct Lembrada
{
    uint64 filtros;
    TimestampTz quando;
    int64 n;
    double estimado;
    int64 clientes_n;
    bool abertas_por_dia;
    int amostrados;
    Facetas facetas;
} Lembrada;

static Lembrada lembradas[AMOSTRAS_LEMBRADAS];
static int proxima_lembrada = 0;

static bool
amostra_lembrada(Coleta *c, const Conjunto *s, int64 n)
{
    const uint64 filtros = cursor_filtros(&c->f, s->ate);
    const TimestampTz agora = GetCurrentTimestamp();

    for (int i = 0; i < AMOSTRAS_LEMBRADAS; i++)
    {
        const Lembrada *a = &lembradas[i];

        if (a->filtros != filtros || a->n != n ||
            agora - a->quando > AMOSTRA_VALE_S * USECS_PER_SEC)
            continue;
        c->amostra = a->facetas;
        c->amostrados = a->amostrados;
        c->estimado = a->estimado;
        c->clientes_n = a->clientes_n;
        c->abertas_por_dia = a->abertas_por_dia;
        return true;
    }
    return false;
}

static void
amostra_lembrar(const Coleta *c, const Conjunto *s, int64 n)
{
    Lembrada *a = &lembradas[proxima_lembrada];

    proxima_lembrada = (proxima_lembrada + 1) % AMOSTRAS_LEMBRADAS;
    a->filtros = cursor_filtros(&c->f, s->ate);
    a->quando = GetCurrentTimestamp();
    a->n = n;
    a->estimado = c->estimado;
    a->clientes_n = c->clientes_n;
    a->abertas_por_dia = c->abertas_por_dia;
    a->amostrados = c->amostrados;
    a->facetas = c->amostra;
}

/* ---- gathering ---- */

static void
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

/* ---- walking ---- */

static void
passear(Coleta *c, const Conjunto *s)
{
    switch (c->p->ordem)
    {
    case ORDEM_RELEVANCIA:
        passear_niveis(c, s);
        break;
    case ORDEM_UF:
        passear_ufs(c, s);
        break;
    case ORDEM_CIDADE:
        passear_cidades(c, s);
        break;
    case ORDEM_STATUS:
    case ORDEM_SITUACAO:
        passear_valores(c, s);
        break;
    case ORDEM_IDADE:
        if (c->p->por_anos)
        {
            passear_idades(c, s);
            break;
        }
        /* FALLTHROUGH */
    default:
    {
        Passeio w = {.ordem = c->p->ordem, .desce = c->p->desce};

        w.continua = c->p->posicao.ha;
        (void)passear_ou_reunir(c, s, &w);
        break;
    }
    }
}

/*
 * A walk within a budget; when that is spent, the set itself, or the walk to its
 * end, if the whole index costs less than the set.
 */
static bool
passear_ou_reunir(Coleta *c, const Conjunto *s, const Passeio *w)
{
    tentar(c, s, w);
    mapa_livre(c->do_conjunto);
    c->do_conjunto = NULL;
    fechar_parte(c);
    return coleta_cheia(c);
}

static void
tentar(Coleta *c, const Conjunto *s, const Passeio *w)
{
    Passeio passeio = *w;
    const double ir = custo_do_passeio(c, s, w->ordem);
    const double juntar_tudo = custo_de_reunir(c, s);
    const int antes = c->n;
    const int pulados = c->pulados;
    const double abertas =
        (double)c->bastam * c->clientes_n / Max(c->estimado, 1);

    if (w->ordem == ORDEM_ID && c->certos == NULL && total_por_abertas(&c->f) &&
        (c->forcado || abertas < c->clientes_n / 4.0))
    {
        if (passear_abertas(c, s, w, c->forcado ? HUGE_VAL : SORTE * abertas))
            return;
        c->n = antes;
    }
    if (certos_ajudam(c, w->ordem) &&
        custo_dos_certos(c) <= Min(ir, juntar_tudo))
        (void)total_reunir_certos(c);
    if ((c->forcado || (s->n > reunir_ate && ir < juntar_tudo)) &&
        conjunto_por_ids(c, s, w->ordem,
                         Min(c->bastam * entradas_ha(c, w->ordem) /
                                 Max(c->estimado, 1),
                             entradas_ha(c, w->ordem))))
        (void)conjunto_traduzir(c, s);
    passeio.fim = c->bastam;
    passeio.custo_max =
        Min(juntar_tudo, Max(Max(SORTE * ir, juntar_tudo / 4), PASSEIO_MIN));
    passeio.sem_limite = c->forcado;
    if ((c->forcado || (s->n > reunir_ate && ir < juntar_tudo)) &&
        passeio_andar(c, s, &passeio))
        return;
    c->n = antes;
    c->pulados = pulados;
    if (custo_do_indice(c, s, w->ordem) < juntar_tudo)
    {
        passeio.sem_limite = true;
        (void)passeio_andar(c, s, &passeio);
    }
    else
        reunir_o_menor(c, s);
}

/* Along the open assignments, in the order of their clients; false when that
 * many were looked at without filling the page. */
static bool
passear_abertas(Coleta *c, const Conjunto *s, const Passeio *w, double ate)
{
    Leitor *l = c->p->leitor;
    int64 *ids = palloc(sizeof(int64) * ABERTAS_POR_VEZ);
    int64 apos = w->continua ? c->p->posicao.apos.id
                 : w->desce  ? PG_INT64_MAX
                             : PG_INT64_MIN;
    double vistos = 0;
    int n = ABERTAS_POR_VEZ;

    while (n == ABERTAS_POR_VEZ && !coleta_cheia(c) && vistos <= ate)
    {
        n = total_abertas_apos(c, apos, w->desce, ABERTAS_POR_VEZ, ids);
        for (int i = 0; i < n && !coleta_cheia(c); i++)
        {
            Linha linha = {.tem_cliente = false};

            CHECK_FOR_INTERRUPTS();
            apos = ids[i];
            if (s->dentro && !leitor_em(l, apos, s->dentro))
                continue;
            if (leitor_cliente(l, apos, &linha))
                (void)coleta_examinar_cliente(c, &linha, s->de, s->ate);
        }
        vistos += n;
    }
    pfree(ids);
    return n < ABERTAS_POR_VEZ || coleta_cheia(c);
}

/* Level after level, each in the order of the names. */
static void
passear_niveis(Coleta *c, const Conjunto *s)
{
    static const Nivel ate[] = {NIVEL_INICIO, NIVEL_PALAVRAS, NIVEL_TRECHO};
    Nivel de = NIVEL_EXATO;
    const double fracao = c->estimado / Max(s->n, 1);
    Mapa *inteiras = NULL; /* who has the words themselves */

    if (s->ate == NIVEL_TRECHO)
    {
        inteiras = mapa_do_nome(c->p, NIVEL_PALAVRAS, NULL);
        mapa_e(inteiras, s->dentro);
    }
    for (int i = 0; i < lengthof(ate) && ate[i] <= s->ate; i++)
    {
        Conjunto parte = *s;
        Passeio w = {.ordem = ORDEM_NOME};

        parte.de = de;
        parte.ate = ate[i];
        de = ate[i] + 1;
        if (c->p->posicao.ha)
        {
            if (c->p->posicao.apos.nivel > ate[i])
                continue;
            w.continua = c->p->posicao.apos.nivel >= parte.de;
        }
        if (ate[i] == NIVEL_INICIO)
            w.inicio = c->f.nome;
        if (inteiras)
        {
            if (ate[i] < NIVEL_TRECHO)
                parte.dentro = inteiras;
            else
            {
                parte.dentro = mapa_de(s->dentro->n);
                mapa_ou(parte.dentro, s->dentro);
                mapa_menos(parte.dentro, inteiras);
            }
            parte.n = mapa_contar(parte.dentro);
            c->estimado = Max(parte.n * fracao, 1);
        }
        if (ate[i] == NIVEL_INICIO)
        {
            /* A range of the index: who begins so is there, all of them. */
            w.sem_limite = true;
            w.fim = c->bastam;
            (void)passeio_andar(c, &parte, &w);
            fechar_parte(c);
            if (coleta_cheia(c))
                return;
        }
        else if (passear_ou_reunir(c, &parte, &w))
            return;
    }
}

/* Value after value, each in the order of the ids. */
static void
passear_valores(Coleta *c, const Conjunto *s)
{
    const bool por_status = c->p->ordem == ORDEM_STATUS;
    const int n = por_status ? STATUS_N : SITUACAO_N;
    const double estimado = c->estimado;

    for (int k = 0; k < n; k++)
    {
        const int i = c->p->desce ? n - 1 - k : k;
        Passeio w = {.ordem = ORDEM_ID, .desce = c->p->desce};
        const uint8 pedidos = por_status ? c->p->f.status : c->p->f.situacao;
        const int64 *vistos =
            por_status ? c->amostra.status : c->amostra.situacao;
        bool cheia;

        if (pedidos != 0 && !(pedidos & (1 << i)))
            continue;
        if (c->p->posicao.ha)
        {
            const int64 ultimo = c->p->posicao.apos.numero;

            if (c->p->desce ? i > ultimo : i < ultimo)
                continue;
            w.continua = i == ultimo;
        }
        if (por_status)
            c->f.status = 1 << i;
        else
            c->f.situacao = 1 << i;
        mapa_livre(c->certos);
        c->certos = NULL;
        total_clientes(c);
        c->estimado =
            estimado * Max(vistos[i], 0.5) / Max(c->amostrados, 1);
        cheia = passear_ou_reunir(c, s, &w);
        c->f.status = c->p->f.status;
        c->f.situacao = c->p->f.situacao;
        mapa_livre(c->certos);
        c->certos = NULL;
        if (cheia)
            return;
    }
}

static void
passear_ufs(Coleta *c, const Conjunto *s)
{
    Leitor *l = c->p->leitor;
    Relation gin = leitor_indice(l, IX_BUSCA_CHAVES);
    const double estimado = c->estimado;

    /* Who has none comes last in both directions. */
    for (int k = 0; k <= UF_N; k++)
    {
        const int i = k == UF_N ? UF_NENHUMA : c->p->desce ? UF_N - 1 - k : k;
        Conjunto parte = *s;
        Passeio w = {.ordem = ORDEM_ID, .desce = c->p->desce};
        const char *chave;

        if (c->p->f.ufs != 0 &&
            (i == UF_NENHUMA || !(c->p->f.ufs & (UINT32_C(1) << i))))
            continue;
        if (c->p->posicao.ha)
        {
            const Achado *apos = &c->p->posicao.apos;
            const int ultimo =
                apos->nulo ? UF_N
                           : (int)(c->p->desce ? UF_N - 1 - apos->numero
                                               : apos->numero);

            if (k < ultimo)
                continue;
            w.continua = k == ultimo;
        }
        parte.dentro = mapa_novo(leitor_blocos(l, TAB_BUSCA));
        chave = i == UF_NENHUMA ? "u" : psprintf("u%s", uf_nomes[i]);
        (void)postos_ler(gin, chave, strlen(chave), false, parte.dentro);
        if (s->dentro)
            mapa_e(parte.dentro, s->dentro);
        parte.n = mapa_contar(parte.dentro);
        c->estimado = estimado * Min(1, (double)parte.n / Max(s->n, 1));
        (void)passear_ou_reunir(c, &parte, &w);
        mapa_livre(parte.dentro);
        if (coleta_cheia(c))
            return;
    }
}

/* Age after age; within each in the order of the ids, which tells nothing. */
static void
passear_idades(Coleta *c, const Conjunto *s)
{
    const Filtro *f = &c->p->f;
    const Posicao *posicao = &c->p->posicao;
    const double estimado = c->estimado;
    const bool desce = c->p->desce;
    int ano, mes, dia;

    j2date(c->p->hoje + POSTGRES_EPOCH_JDATE, &ano, &mes, &dia);
    for (int k = 0; k <= NASCIDO_ATE - NASCIDO_DE + 1; k++)
    {
        const int idade = desce ? ano - NASCIDO_DE - k : ano - NASCIDO_ATE - 1 + k;
        const int ultima = posicao->ha ? (int)-posicao->apos.numero : idade;
        Conjunto parte = *s;
        Passeio w = {.ordem = ORDEM_ID, .desce = !desce};

        if ((posicao->ha && posicao->apos.nulo) ||
            (desce ? idade > ultima : idade < ultima) ||
            (f->idade_min >= 0 && idade < f->idade_min) ||
            (f->idade_max >= 0 && idade > f->idade_max))
            continue;
        CHECK_FOR_INTERRUPTS();
        w.continua = posicao->ha && idade == ultima;
        filtro_da_idade(&c->f, c->p->hoje, idade, idade);
        parte.dentro = filtro_reunir_idade(c->p->leitor, &c->f);
        if (s->dentro)
            mapa_e(parte.dentro, s->dentro);
        parte.n = mapa_contar(parte.dentro);
        c->estimado = estimado * Min(1, (double)parte.n / Max(s->n, 1));
        if (parte.n > 0)
            (void)passear_ou_reunir(c, &parte, &w);
        mapa_livre(parte.dentro);
        c->f = *f;
        if (c->n >= c->bastam)
            return;
    }
    if (!f->tem_idade)
    {
        Passeio w = {.ordem = ORDEM_IDADE, .desce = desce, .so_nulos = true,
                     .sem_limite = true};

        w.fim = c->bastam;
        w.continua = posicao->ha && posicao->apos.nulo;
        (void)passeio_andar(c, s, &w);
        fechar_parte(c);
    }
}

static void
passear_cidades(Coleta *c, const Conjunto *s)
{
    Leitor *l = c->p->leitor;
    Relation gin = leitor_indice(l, IX_BUSCA_CHAVES);
    const Posicao *posicao = &c->p->posicao;
    const double estimado = c->estimado;
    char *inicio = psprintf("c%.*s", (int)c->p->f.cidade.n,
                            c->p->f.cidade.p ? c->p->f.cidade.p : "");
    List *cidades = postos_chaves(gin, inicio, strlen(inicio));
    const int n = list_length(cidades);
    int k = 0;

    while (k < n && !(posicao->ha && posicao->apos.nulo))
    {
        Conjunto parte = *s;
        Passeio w = {.ordem = ORDEM_ID, .desce = c->p->desce};
        int64 juntos = 0;
        int quantas = 0;

        /* Small cities together, a large one alone. */
        parte.dentro = NULL;
        for (; k < n; k++)
        {
            char *cidade =
                list_nth(cidades, c->p->desce ? n - 1 - k : k);
            Mapa *este;
            int64 moram;

            CHECK_FOR_INTERRUPTS();
            if (cidade[1] == '\0')
                continue; /* who has none: below */
            if (posicao->ha)
            {
                Palavra texto = {cidade + 1, strlen(cidade) - 1};
                int d = palavra_comparar(texto, posicao->apos.texto);

                if (c->p->desce ? d > 0 : d < 0)
                    continue;
                if (d == 0)
                    w.continua = true;
            }
            este = mapa_novo(leitor_blocos(l, TAB_BUSCA));
            moram = postos_ler(gin, cidade, strlen(cidade), false, este);
            if (quantas > 0 && juntos + moram > CIDADES_JUNTAS)
            {
                mapa_livre(este);
                break;
            }
            if (parte.dentro == NULL)
                parte.dentro = este;
            else
            {
                mapa_ou(parte.dentro, este);
                mapa_livre(este);
            }
            juntos += moram;
            quantas++;
            if (juntos > CIDADES_JUNTAS || juntos > 20 * c->bastam)
            {
                k++;
                break;
            }
        }
        if (parte.dentro == NULL)
            break;
        if (s->dentro)
            mapa_e(parte.dentro, s->dentro);
        parte.n = mapa_contar(parte.dentro);
        c->estimado = estimado * Min(1, (double)parte.n / Max(s->n, 1));
        if (quantas == 1)
            (void)passear_ou_reunir(c, &parte, &w);
        else
        {
            reunir(c, &parte);
            fechar_parte(c);
        }
        mapa_livre(parte.dentro);
        if (coleta_cheia(c))
            return;
    }
    if (c->p->f.cidade.p == NULL)
    {
        /* Who has none comes last in both directions. */
        Conjunto parte = *s;
        Passeio w = {.ordem = ORDEM_ID, .desce = c->p->desce};

        w.continua = posicao->ha && posicao->apos.nulo;
        parte.dentro = mapa_novo(leitor_blocos(l, TAB_BUSCA));
        (void)postos_ler(gin, "c", 1, false, parte.dentro);
        if (s->dentro)
            mapa_e(parte.dentro, s->dentro);
        parte.n = mapa_contar(parte.dentro);
        c->estimado = estimado * Min(1, (double)parte.n / Max(s->n, 1));
        (void)passear_ou_reunir(c, &parte, &w);
    }
}

static Mapa *
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

/* Counts a client who answers; true when it may be on the page. */
static bool
juntar(Coleta *c, const Linha *linha, Nivel nivel)
{
    Achado a;

    if (c->contados < BUSCA_TOTAL_EXATO)
    {
        c->ids[c->contados] = linha->id;
        c->ufs[c->contados] = linha->uf;
    }
    c->contados++;
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

/* What comes from now on is behind what was found. */
static void
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
