/*
 * cache_condicao.c: groups of slots of a request, and of a condition on clients.
 *
 * A filter is a conjunction of clauses: a word of the name, a city, states, a
 * number … A client answers a clause in one of several ways, its branches (a word
 * of the name contains the text, sounds like it, is one slip away), and whoever
 * answers in that way carries all the tags of the branch. So, while none of the
 * clients written carried all tags of some branch, for every branch of some
 * clause, nobody who answers the filter was written:
 *
 *   clean = OR over clauses, AND over branches, OR over tags of the branch
 *
 * Groups are joined by AND and hold tags joined by OR: one group for every choice
 * of a branch from each clause, with the tags of the branches chosen. Clauses with
 * the fewest branches come first; those that would make too many groups are left
 * out, which depends on more and is never wrong.
 *
 * What makes no clause (age, ativo, purchases without a first or last day) is a range
 * or half of all clients. Without any clause the answer depends on every client.
 *
 * A word of the name answers where it begins so, has the text further in, sounds
 * alike or may be meant. Of branches of two words a pair tells (cache_palavra.h):
 * clients of whom one has the first word and another the second dirty nothing. So it
 * does of a city and days of the last purchase.
 *
 * A word of the name may answer with typing slips. It shares no run of letters with
 * the text then, so the words within the limit are looked up in the dictionary and
 * each is a branch. The dictionary may grow after that: before the lease, then the
 * search itself finds a word that is not among them (condicao_surpresa); after it,
 * then QUALQUER of crm.palavras is dirty.
 */
#include "cache_condicao.h"

#include "cache_especies.h"
#include "cache_palavra.h"
#include "semelhanca.h"

enum
{
    RAMO_ETIQUETAS = 4,
    RAMOS_MAX = 40,     /* of a clause; more: no clause */
    PRODUTO_MAX = 96,   /* groups of a condition */
    PARES_MAX = 440,    /* slots of these, counted where they repeat */
    CLAUSULAS_MAX = 2 * CONSULTA_PALAVRAS + 12,
    UFS_MAX = 6,
    TERMOS_VISTOS = 8 /* words of a request that get clauses */
};

typedef struct Ramo
{
    uint32 classe; /* what makes pairs in its clauses; 0: nothing */
    int n;
    uint32 slot[RAMO_ETIQUETAS];
} Ramo;

/* Whose branches make pairs with each other. */
typedef enum Pares
{
    PARES_NENHUM,
    PARES_PALAVRAS, /* cache_palavra.h */
    PARES_REGISTRO, /* city and last purchase (cache_projecao.c) */
    PARES_N
} Pares;

typedef struct Clausula
{
    int n;
    Pares pares;
    const Termo *termo; /* whose slips are branches, or NULL */
    Ramo ramos[RAMOS_MAX];
} Clausula;

/* What the words looked up for the last request were. */
typedef struct Deslizes
{
    char texto[CONSULTA_BYTES];
    size_t texto_n;
    int n;
    Ramo ramos[RAMOS_MAX];
} Deslizes;

static Deslizes deslizes[TERMOS_VISTOS];
static int deslizes_n = 0;
static bool surpresa = false;

static CacheGrupo *novo(Grupos *g, int tabela);
static void juntar(CacheGrupo *g, uint32 slot);
static Ramo *ramo_novo(Clausula *c);
static void ramo_de(Clausula *c, int especie, const void *valor, size_t n);
static void clausula_da_palavra(Clausula *c, const Termo *t, Leitor **l);
static void clausula_do_som(Clausula *c, Palavra som);
static void ramo_do_inicio(Ramo *r, Palavra palavra);
static void juntar_pares(CacheGrupo *g, const uint32 *classes, int n);
static void trecho_ver(void *arg, const char *p, size_t n);
static void deslize_ver(void *arg, Palavra palavra);
static void clausula_do_inicio(Clausula *c, int especie, const int *partes,
                               Palavra p);
static void clausula_do_celular(Clausula *c, Palavra p);
static void clausula_da_situacao(Clausula *c, uint8 situacao);
static int por_ramos(const void *a, const void *b);
static void observar(const Termo *t, Palavra palavra);

/* ---- groups ---- */

static CacheGrupo *
novo(Grupos *g, int tabela)
{
    static CacheGrupo sobra;
    CacheGrupo *este = &sobra;

    if (g->n == GRUPOS_MAX)
        g->demais = true;
    else
        este = &g->g[g->n++];
    este->n = 1;
    este->slot[0] = etiqueta_massa(tabela);
    return este;
}

static void
juntar(CacheGrupo *g, uint32 slot)
{
    for (int i = 1; i < g->n; i++)
        if (g->slot[i] == slot)
            return;
    if (g->n < CACHE_GRUPO_MAX)
        g->slot[g->n++] = slot;
}

void
grupo_qualquer(Grupos *g, int tabela)
{
    juntar(novo(g, tabela), etiqueta_qualquer(tabela));
}

void
grupo_massa(Grupos *g, int tabela)
{
    juntar(novo(g, tabela), etiqueta_massa(tabela));
}

void
grupo_etiqueta(Grupos *g, int tabela, int especie, const void *valor, size_t n)
{
    juntar(novo(g, tabela), etiqueta_slot(tabela, especie, valor, n));
}

void
grupo_id(Grupos *g, int tabela, int especie, int64 id)
{
    grupo_etiqueta(g, tabela, especie, &id, sizeof(id));
}

/* ---- clauses ---- */

static Ramo *
ramo_novo(Clausula *c)
{
    /* One too many makes the clause useless. */
    Ramo *r = &c->ramos[Min(c->n, RAMOS_MAX - 1)];

    c->n++;
    r->n = 0;
    r->classe = 0;
    return r;
}

static void
ramo_de(Clausula *c, int especie, const void *valor, size_t n)
{
    Ramo *r = ramo_novo(c);

    r->n = 1;
    r->slot[0] = etiqueta_slot(T_CLIENTES, especie, valor, n);
}

void
condicao_grupos(Grupos *g, const Filtro *f, bool *palavras)
{
    Clausula *clausulas = palloc(sizeof(Clausula) * CLAUSULAS_MAX);
    const Clausula *usadas[CACHE_GRUPO_MAX - 1];
    int n = 0;
    int usadas_n = 0;
    int produto = 1;
    int cabem = CACHE_GRUPO_MAX - 1; /* tags of a group */
    Leitor *l = NULL;

    *palavras = false;
    deslizes_n = 0;
    for (int i = 0; i < f->termos_n && i < TERMOS_VISTOS; i++)
        clausula_da_palavra(&clausulas[n++], &f->termos[i], &l);
    if (l != NULL)
        leitor_fechar(l);
    if (f->tem_cpf)
    {
        Clausula *c = &clausulas[n++];
        const int64 inicio = f->cpf_de / CACHE_CPF_RESTO;

        *c = (Clausula){.n = 0};
        if (f->cpf_de == f->cpf_ate)
            ramo_de(c, E_CPF, &f->cpf_de, sizeof(f->cpf_de));
        else if (inicio == f->cpf_ate / CACHE_CPF_RESTO)
            ramo_de(c, E_CPF_INICIO, &inicio, sizeof(inicio));
    }
    if (f->cidade.p)
    {
        Clausula *c = &clausulas[n++];
        const int parte = cache_parte(cidade_pares, f->cidade.n);

        clausula_do_inicio(c, E_CIDADE, cidade_partes, f->cidade);
        c->pares = PARES_REGISTRO;
        if (parte > 0)
            c->ramos[0].classe =
                etiqueta_slot(T_CLIENTES, E_CIDADE, f->cidade.p, parte);
    }
    for (int i = 0; i < f->emails_n; i++)
        clausula_do_inicio(&clausulas[n++], E_EMAIL, email_partes, f->emails[i]);
    for (int i = 0; i < f->celulares_n; i++)
        clausula_do_celular(&clausulas[n++], f->celulares[i]);
    if (f->ufs != 0 && pg_popcount32(f->ufs) <= UFS_MAX)
    {
        Clausula *c = &clausulas[n++];

        *c = (Clausula){.n = 0};
        for (int i = 0; i < UF_N; i++)
            if (f->ufs & (UINT32_C(1) << i))
                ramo_de(c, E_UF, uf_nomes[i], strlen(uf_nomes[i]));
    }
    if (f->status != 0 && f->status != (1 << STATUS_N) - 1)
    {
        Clausula *c = &clausulas[n++];

        *c = (Clausula){.n = 0};
        for (int i = 0; i < STATUS_N; i++)
            if (f->status & (1 << i))
                ramo_de(c, E_STATUS, status_nomes[i], strlen(status_nomes[i]));
    }

    if (f->situacao != 0)
        clausula_da_situacao(&clausulas[n++], f->situacao);

    qsort(clausulas, n, sizeof(Clausula), por_ramos);
    for (int i = 0; i < n && usadas_n < lengthof(usadas); i++)
    {
        const Clausula *c = &clausulas[i];
        int maior = 1;

        if (c->n == 0 || c->n > RAMOS_MAX || produto * c->n > PRODUTO_MAX)
            continue;
        for (int r = 0; r < c->n; r++)
            maior = Max(maior, c->ramos[r].n + (c->ramos[r].classe != 0));
        if (maior > cabem ||
            produto * c->n * (CACHE_GRUPO_MAX - cabem + maior) > PARES_MAX)
            continue;
        cabem -= maior;
        produto *= c->n;
        usadas[usadas_n++] = c;
        if (c->termo != NULL)
            *palavras = true;
    }

    if (usadas_n == 0)
        grupo_qualquer(g, T_CLIENTES);
    for (int i = 0; usadas_n > 0 && i < produto; i++)
    {
        CacheGrupo *este = novo(g, T_CLIENTES);
        uint32 classes[PARES_N][CACHE_GRUPO_MAX];
        int classes_n[PARES_N] = {0};
        int resto = i;

        for (int u = 0; u < usadas_n; u++)
        {
            const Ramo *r = &usadas[u]->ramos[resto % usadas[u]->n];

            resto /= usadas[u]->n;
            if (r->classe != 0)
                classes[usadas[u]->pares][classes_n[usadas[u]->pares]++] = r->classe;
        }
        for (int k = PARES_PALAVRAS; k < PARES_N; k++)
            juntar_pares(este, classes[k], classes_n[k]);
        resto = i;
        for (int u = 0; u < usadas_n; u++)
        {
            const Ramo *r = &usadas[u]->ramos[resto % usadas[u]->n];

            resto /= usadas[u]->n;
            for (int e = 0; e < r->n; e++)
                juntar(este, r->slot[e]);
        }
    }
    /* Only the words of clauses that count can surprise. */
    for (int i = 0; i < deslizes_n;)
    {
        bool usado = false;

        for (int u = 0; u < usadas_n; u++)
            usado |= usadas[u]->termo != NULL &&
                     usadas[u]->termo->texto.n == deslizes[i].texto_n &&
                     memcmp(usadas[u]->termo->texto.p, deslizes[i].texto,
                            deslizes[i].texto_n) == 0;
        if (usado)
            i++;
        else
            deslizes[i] = deslizes[--deslizes_n];
    }
    pfree(clausulas);
}

static int
por_ramos(const void *a, const void *b)
{
    return ((const Clausula *)a)->n - ((const Clausula *)b)->n;
}

/* Each two that the branches tell of; of many, each with the next. */
static void
juntar_pares(CacheGrupo *g, const uint32 *classes, int n)
{
    for (int i = 0; i < (n > 2 ? n : n - 1); i++)
    {
        const uint32 outra = classes[(i + 1) % n];

        /* One word may answer two of the query. */
        if (classes[i] != outra)
            juntar(g, par_slot(classes[i], outra));
    }
}

/* Begins so, has the text further in, sounds like it, is a few slips away. */
static void
clausula_da_palavra(Clausula *c, const Termo *t, Leitor **l)
{
    *c = (Clausula){.n = 0};
    if (t->letras < ETIQUETA_GRAMA_CURTA)
        return; /* begins so: no tag says that */
    c->pares = PARES_PALAVRAS;
    ramo_do_inicio(ramo_novo(c), t->texto);
    etiqueta_trechos(t->texto.p, t->texto.n, ETIQUETA_GRAMA_CURTA, trecho_ver,
                     ramo_novo(c));
    if (t->som.n > 0)
        clausula_do_som(c, t->som);
    if (semelhanca_limite(t->letras) > 0)
    {
        Deslizes *d = &deslizes[deslizes_n++];

        if (*l == NULL)
            *l = leitor_abrir();
        c->termo = t;
        d->texto_n = Min(t->texto.n, sizeof(d->texto));
        memcpy(d->texto, t->texto.p, d->texto_n);
        d->n = 0;
        palavras_por_deslize(*l, t, deslize_ver, d);
        for (int i = 0; i < d->n; i++)
            *ramo_novo(c) = d->ramos[Min(i, RAMOS_MAX - 1)];
    }
}

/* Words that begin as that sound is most often written, and any others. */
static void
clausula_do_som(Clausula *c, Palavra som)
{
    const uint32 classes[] = {som_classe_inicio(som), som_classe(som)};

    for (int i = 0; i < lengthof(classes); i++)
    {
        Ramo *r;

        if (classes[i] == 0)
            continue;
        r = ramo_novo(c);
        r->classe = classes[i];
        r->n = 1;
        r->slot[0] = som_classe(som);
    }
}

/* A word that begins so; with fewer than three letters no tag says that. */
static void
ramo_do_inicio(Ramo *r, Palavra palavra)
{
    const size_t curto = palavra_inicio(palavra, ETIQUETA_GRAMA_CURTA);
    const size_t longo = palavra_inicio(palavra, ETIQUETA_GRAMA_LONGA);

    *r = (Ramo){0};
    if (curto == 0)
        return;
    r->classe = inicio_classe(palavra.p, curto);
    r->slot[r->n++] =
        longo > 0 ? inicio_classe(palavra.p, longo) : r->classe;
}

/* The first and the last; the rest when there is room. */
static void
trecho_ver(void *arg, const char *p, size_t n)
{
    Ramo *r = arg;
    const uint32 slot = etiqueta_slot(T_CLIENTES, E_TRECHO, p, n);

    if (r->n < RAMO_ETIQUETAS)
        r->slot[r->n++] = slot;
    else
        r->slot[RAMO_ETIQUETAS - 1] = slot;
}

/* Words that slips are forgiven in have more than three letters. */
static void
deslize_ver(void *arg, Palavra palavra)
{
    Deslizes *d = arg;

    if (d->n < RAMOS_MAX)
        ramo_do_inicio(&d->ramos[d->n], palavra);
    d->n++;
}

static void
clausula_do_inicio(Clausula *c, int especie, const int *partes, Palavra p)
{
    const int parte = cache_parte(partes, p.n);

    *c = (Clausula){.n = 0};
    if (parte > 0)
        ramo_de(c, especie, p.p, parte);
}

static void
clausula_do_celular(Clausula *c, Palavra p)
{
    const int parte = cache_parte(celular_partes, p.n);

    *c = (Clausula){.n = 0};
    if (parte == 0)
        return;
    ramo_de(c, E_CELULAR, p.p, parte);
    ramo_de(c, E_CELULAR_FIM, p.p + p.n - parte, parte);
}

/* elegivel is a range of days, sem_compra has none; the others have no end. */
static void
clausula_da_situacao(Clausula *c, uint8 situacao)
{
    static const uint8 elegivel = 1 << 1, sem_compra = 1 << 3;
    const Janela *janela = config_janela();
    const DateADT hoje = tempo_hoje();

    *c = (Clausula){.n = 0};
    if ((situacao & ~(elegivel | sem_compra)) != 0)
        return;
    if (situacao & sem_compra)
        ramo_de(c, E_SEM_COMPRA, "", 0);
    if (situacao & elegivel)
        for (int64 dias = cache_dias(hoje - janela->fim);
             dias <= cache_dias(hoje - janela->inicio); dias++)
            ramo_de(c, E_DIAS, &dias, sizeof(dias));
    c->pares = PARES_REGISTRO;
    for (int i = 0; i < Min(c->n, RAMOS_MAX); i++)
        c->ramos[i].classe = c->ramos[i].slot[0];
}

/* ---- words that were not expected ---- */

void
condicao_observar(void)
{
    surpresa = false;
    palavras_observador = observar;
}

bool
condicao_surpresa(void)
{
    palavras_observador = NULL;
    return surpresa;
}

static void
observar(const Termo *t, Palavra palavra)
{
    Ramo este;

    ramo_do_inicio(&este, palavra);
    for (int i = 0; i < deslizes_n; i++)
    {
        const Deslizes *d = &deslizes[i];
        bool esperada = false;

        if (d->texto_n != t->texto.n ||
            memcmp(d->texto, t->texto.p, t->texto.n) != 0)
            continue;
        for (int k = 0; k < Min(d->n, RAMOS_MAX); k++)
            esperada |= d->ramos[k].classe == este.classe &&
                        d->ramos[k].slot[0] == este.slot[0];
        surpresa |= !esperada;
    }
}
