/*
 * pesquisa_custo.c: what each way to the page would cost, in microseconds.
 *
 * Weights of rows and entries are in pesquisa_plano.h; how many there are is what
 * the indexes' pages say, and how many answer is what the sample said.
 */
#include "pesquisa.h"
#include "pesquisa_plano.h"

#include <math.h>

#include "utils/rel.h"

static double custo_das_entradas(const Coleta *c, const Conjunto *s, Ordem ordem,
                                 double entradas);
static double custo_da_linha(const Coleta *c);
static double custo_escondida(const Coleta *c, Tabela t);

/* Of the cheaper side. */
double
custo_de_reunir(const Coleta *c, const Conjunto *s)
{
    return Min(custo_das_linhas(c, s), custo_dos_clientes(c, s));
}

double
custo_das_linhas(const Coleta *c, const Conjunto *s)
{
    return s->n * (CUSTO_LINHA + (c->quer_cliente ? CUSTO_CLIENTE : 0));
}

double
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
double
custo_dos_certos(const Coleta *c)
{
    return c->clientes_n *
           (total_por_abertas(&c->f) ? CUSTO_ABERTA : CUSTO_FOLHA);
}

double
linhas_ha(const Coleta *c)
{
    return Max(leitor_tabela(c->p->leitor, TAB_BUSCA)->rd_rel->reltuples, 1);
}

/* Those of the index that the filters leave. */
double
entradas_ha(const Coleta *c, Ordem ordem)
{
    const bool limitada =
        ordem == ORDEM_DATA || (ordem == ORDEM_VALOR && c->f.situacao == 1 << 3);

    return limitada && c->clientes_n >= 0 && !total_por_abertas(&c->f)
               ? c->clientes_n
               : linhas_ha(c);
}

/* Until the page is full, when those who answer lie evenly in the order. */
double
custo_do_passeio(const Coleta *c, const Conjunto *s, Ordem ordem)
{
    const double ha = entradas_ha(c, ordem);

    return Min(custo_das_entradas(c, s, ordem,
                                  Min(c->bastam * ha / Max(c->estimado, 1), ha)),
               custo_dos_exatos(c, ordem));
}

double
custo_dos_exatos(const Coleta *c, Ordem ordem)
{
    const bool da_busca = ordem == ORDEM_NOME || ordem == ORDEM_ID ||
                          (ordem == ORDEM_IDADE && !c->p->por_anos);
    const bool de_clientes = ordem == ORDEM_DATA || ordem == ORDEM_VALOR;
    const Tabela t = de_clientes ? TAB_CLIENTES : TAB_BUSCA;

    if (!c->p->so_ids || !c->quer_cliente || c->f.termos_n > 0 ||
        c->f.tem_idade || c->p->posicao.ha || c->p->ordem != ordem ||
        !(da_busca || (de_clientes && !c->quer_busca)))
        return HUGE_VAL;
    return linhas_ha(c) * (CUSTO_CERTO + CUSTO_ENTRADA) +
           c->estimado * custo_escondida(c, t);
}

/* The whole of it. */
double
custo_do_indice(const Coleta *c, const Conjunto *s, Ordem ordem)
{
    return custo_das_entradas(c, s, ordem, entradas_ha(c, ordem));
}

/* Of a walk, which may leave alone those of pages that all may see. */
static double
custo_da_linha(const Coleta *c)
{
    return c->p->so_ids && coleta_por_mapas(c) ? custo_escondida(c, TAB_BUSCA)
                                               : CUSTO_LINHA;
}

/* Of a row that is read only where its page is not for all to see. */
static double
custo_escondida(const Coleta *c, Tabela t)
{
    const Form_pg_class r = leitor_tabela(c->p->leitor, t)->rd_rel;
    const double escondidas =
        r->relpages > 0 ? 1 - (double)r->relallvisible / r->relpages : 1;

    return escondidas * (t == TAB_BUSCA ? CUSTO_LINHA : CUSTO_CLIENTE_LUGAR);
}

static double
custo_das_entradas(const Coleta *c, const Conjunto *s, Ordem ordem,
                   double entradas)
{
    const bool de_clientes =
        ordem == ORDEM_DATA || ordem == ORDEM_VALOR || ordem == ORDEM_CPF;
    const double cada =
        de_clientes ? CUSTO_CLIENTE_LUGAR + (c->quer_busca ? CUSTO_BUSCA : 0)
                    : custo_da_linha(c) + (c->quer_cliente ? CUSTO_CLIENTE : 0);
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
bool
certos_ajudam(const Coleta *c, Ordem ordem)
{
    return c->clientes_n >= 0 && c->quer_cliente && ordem != ORDEM_CPF &&
           (total_por_abertas(&c->f) || entradas_ha(c, ordem) > c->clientes_n);
}

/* Does it save time to know the ids of the set, before so many entries of an
 * index over crm.clientes lead to rows outside? */
bool
conjunto_por_ids(const Coleta *c, const Conjunto *s, Ordem ordem, double entradas)
{
    return (ordem == ORDEM_DATA || ordem == ORDEM_VALOR) && s->dentro != NULL &&
           linhas_ha(c) * CUSTO_FOLHA <
               entradas * Max(0, 1 - s->n / linhas_ha(c)) *
                   (CUSTO_CLIENTE_LUGAR + CUSTO_BUSCA);
}
