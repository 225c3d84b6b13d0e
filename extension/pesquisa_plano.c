/*
 * pesquisa_plano.c: how the page is found, by what it will cost.
 */
#include "pesquisa.h"

#include "catalog/pg_type.h"
#include "utils/timestamp.h"
#include "miscadmin.h"
#include "utils/memutils.h"

typedef struct Coleta
{
    Pesquisa *p;
    Achado *achados; /* the best so far; sorted when cut */
    int n;
    int cabem;
    int bastam; /* as many as skip and page need, and one more */
    int64 total;
    Facetas facetas;
} Coleta;

static void reunir(Coleta *c, const Mapa *dentro, const Mapa *fora, Nivel ate,
                   Nivel de);
static void da_carteira(Coleta *c);
static bool examinar(Coleta *c, Linha *linha, Nivel de, Nivel ate);
static void juntar(Coleta *c, const Linha *linha, Nivel nivel);
static void cortar(Coleta *c);
static int comparar(const void *a, const void *b, void *arg);
static bool antes_da_pagina(const Pesquisa *p, const Achado *a);
static void chave_de(const Pesquisa *p, const Linha *linha, Nivel nivel,
                     Achado *a);
static Mapa *mapa_do_nome(Pesquisa *p, Nivel ate, const Mapa *outros);

void
pesquisa_executar(Pesquisa *p)
{
    Coleta c = {.p = p};
    Mapa *outros;
    Mapa *fora;

    c.bastam = p->salto + p->size + 1;
    c.cabem = 2 * c.bastam + 1000;
    c.achados = palloc(sizeof(Achado) * c.cabem);
    if (!p->f.nada)
    {
        Mapa *dentro;

        if (p->f.propria)
        {
            da_carteira(&c);
            goto pronto;
        }
        outros = filtro_reunir(p->leitor, &p->f, &fora);
        dentro = p->f.termos_n > 0 ? mapa_do_nome(p, NIVEL_TRECHO, outros) : outros;
        reunir(&c, dentro, fora, NIVEL_TRECHO, NIVEL_EXATO);
        p->parecidos = p->f.termos_n > 0 &&
                       (p->posicao.ha ? p->posicao.parecidos
                                      : c.total <= BUSCA_TOTAL_EXATO);
        if (p->parecidos)
        {
            dentro = mapa_do_nome(p, NIVEL_PARECIDO, outros);
            reunir(&c, dentro, fora, NIVEL_PARECIDO, NIVEL_PARECIDO);
        }
    }
pronto:
    cortar(&c);
    p->pagina = c.achados + Min(p->salto, c.n);
    p->n = Min(c.n - Min(p->salto, c.n), p->size);
    p->ha_mais = c.n - p->salto > p->size;
    p->total = c.total;
    p->total_exato = c.total <= BUSCA_TOTAL_EXATO;
    p->facetas = c.facetas;
    p->facetas.exatas = p->total_exato;
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
    for (int parecidos = 0; parecidos < 2; parecidos++)
    {
        for (uint64 i = 0; i < n; i++)
        {
            bool nulo;
            Linha linha = {0};

            CHECK_FOR_INTERRUPTS();
            if (leitor_busca(p->leitor,
                             DatumGetInt64(SPI_getbinval(
                                 linhas->vals[i], linhas->tupdesc, 1, &nulo)),
                             &linha))
                (void)examinar(c, &linha, parecidos ? NIVEL_PARECIDO : NIVEL_EXATO,
                               parecidos ? NIVEL_PARECIDO : NIVEL_TRECHO);
        }
        p->parecidos = p->f.termos_n > 0 &&
                       (p->posicao.ha ? p->posicao.parecidos
                                      : c->total <= BUSCA_TOTAL_EXATO);
        if (!p->parecidos)
            break;
    }
    SPI_freetuptable(linhas);
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

/* Every row of a set, or of the table. */
static void
reunir(Coleta *c, const Mapa *dentro, const Mapa *fora, Nivel ate, Nivel de)
{
    Leitor *l = c->p->leitor;
    Linha linha = {0};
    uint64 i = 0;
    ItemPointerData tid;

    if (dentro == NULL)
    {
        IndexScanDesc scan =
            index_beginscan(leitor_tabela(l, TAB_BUSCA),
                            leitor_indice(l, IX_BUSCA_ID), l->foto, 0, 0);
        ItemPointer t;

        index_rescan(scan, NULL, 0, NULL, 0);
        while ((t = index_getnext_tid(scan, ForwardScanDirection)) != NULL)
        {
            CHECK_FOR_INTERRUPTS();
            if ((fora == NULL || !mapa_tem(fora, t)) &&
                leitor_lugar(l, t, &linha))
                (void)examinar(c, &linha, de, ate);
        }
        index_endscan(scan);
        return;
    }
    while (mapa_proximo(dentro, &i, &tid))
    {
        CHECK_FOR_INTERRUPTS();
        if ((fora == NULL || !mapa_tem(fora, &tid)) &&
            leitor_lugar(l, &tid, &linha))
            (void)examinar(c, &linha, de, ate);
    }
}

static bool
examinar(Coleta *c, Linha *linha, Nivel de, Nivel ate)
{
    const Filtro *f = &c->p->f;
    Nivel nivel = NIVEL_PALAVRAS;

    if (!filtro_busca(f, linha))
        return false;
    if (f->termos_n > 0)
    {
        nivel = palavras_nivel(f, linha, ate);
        if (nivel == NIVEL_FORA || nivel < de)
            return false;
    }
    if (!leitor_cliente(c->p->leitor, linha->id, linha) ||
        !filtro_cliente(f, linha))
        return false;
    juntar(c, linha, nivel);
    return true;
}

static void
juntar(Coleta *c, const Linha *linha, Nivel nivel)
{
    Achado a;

    c->total++;
    c->facetas.uf[linha->uf]++;
    c->facetas.status[linha->status]++;
    c->facetas.situacao[linha->situacao]++;
    chave_de(c->p, linha, nivel, &a);
    if (antes_da_pagina(c->p, &a))
        return;
    if (a.texto.p)
        a.texto.p = pnstrdup(a.texto.p, a.texto.n);
    if (c->n == c->cabem)
        cortar(c);
    c->achados[c->n++] = a;
}

static void
cortar(Coleta *c)
{
    qsort_arg(c->achados, c->n, sizeof(Achado), comparar, c->p);
    c->n = Min(c->n, c->bastam);
}

static void
chave_de(const Pesquisa *p, const Linha *l, Nivel nivel, Achado *a)
{
    memset(a, 0, sizeof(*a));
    a->id = l->id;
    a->nivel = nivel;
    a->uf = l->uf;
    a->status = l->status;
    a->situacao = l->situacao;
    switch (p->ordem)
    {
    case ORDEM_RELEVANCIA:
    case ORDEM_NOME:
        a->texto = l->nome;
        break;
    case ORDEM_CIDADE:
        a->texto = l->cidade;
        a->nulo = l->cidade.p == NULL;
        break;
    case ORDEM_UF:
        a->numero = l->uf;
        a->nulo = l->uf == UF_NENHUMA;
        break;
    case ORDEM_IDADE:
        /* Who is older was born earlier. */
        a->numero = -(int64)l->nascimento;
        a->nulo = !l->nasceu;
        break;
    case ORDEM_DATA:
        a->numero = l->data;
        a->nulo = !l->comprou;
        break;
    case ORDEM_VALOR:
        a->numero = l->valor;
        break;
    case ORDEM_STATUS:
        a->numero = l->status;
        break;
    case ORDEM_SITUACAO:
        a->numero = l->situacao;
        break;
    case ORDEM_CPF:
        a->numero = l->cpf;
        break;
    case ORDEM_ID:
    case ORDEM_N:
        break;
    }
}

static int
comparar(const void *x, const void *y, void *arg)
{
    const Pesquisa *p = arg;
    const Achado *a = x;
    const Achado *b = y;
    int c = 0;

    if (p->ordem == ORDEM_RELEVANCIA && a->nivel != b->nivel)
        return a->nivel < b->nivel ? -1 : 1;
    if (a->nulo != b->nulo)
        return a->nulo ? 1 : -1;
    if (!a->nulo)
    {
        if (a->numero != b->numero)
            c = a->numero < b->numero ? -1 : 1;
        else if (a->texto.n + b->texto.n > 0)
        {
            c = memcmp(a->texto.p ? a->texto.p : "",
                       b->texto.p ? b->texto.p : "",
                       Min(a->texto.n, b->texto.n));
            if (c == 0 && a->texto.n != b->texto.n)
                c = a->texto.n < b->texto.n ? -1 : 1;
        }
    }
    if (c == 0 && a->id != b->id)
        c = a->id < b->id ? -1 : 1;
    return p->desce ? -c : c;
}

static bool
antes_da_pagina(const Pesquisa *p, const Achado *a)
{
    return p->posicao.ha &&
           comparar(a, &p->posicao.apos, (void *)p) <= 0;
}
