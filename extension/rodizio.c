/*
 * rodizio.c: who holds how many. Pure arithmetic, no PostgreSQL.
 *
 * A fair target lies in a window of width 1 of load per weight. For the window
 * that begins at L a seller of weight w may hold from lo = ceil(w L) to
 * hi = floor(w (L + 1)) clients, both cut to what the seller's pinned clients
 * and capacity allow. With x the present loads and N the load to hold in all,
 *
 *     A(L) = sum of max(0, lo - x)       who is below the window must receive
 *     B(L) = N - sum of min(x, hi)       what does not fit in must be received
 *
 * and max(A, B) clients have to be received, no fewer. A never falls and B never
 * rises with L, so the best window is where they cross; only there has it to be
 * looked for, and only at multiples of 1/w, for nothing changes in between. A
 * window that cannot hold N has A > B (too high) or A < B (too low), so that it
 * needs no test of its own until the end.
 */
#include "rodizio.h"

#include <stdlib.h>

/* The beginning of a window, in clients per unit of weight. */
typedef struct Nivel
{
    int64_t num;
    int64_t den;
} Nivel;

typedef struct Quadro
{
    RodizioVendedor *v;
    int n;
    int64_t teto;  /* stands for "no limit": more than all there is */
    int64_t total; /* N: load to hold in all, pinned ones included */
} Quadro;

typedef struct Medida
{
    int64_t abaixo; /* A */
    int64_t fora;   /* B */
    bool cabe;      /* some target of N lies in the window */
} Medida;

/* Fractions in (k, k + 1] with denominators 1..RODIZIO_PESO_MAX. */
enum
{
    NIVEIS_MAX = RODIZIO_PESO_MAX * (RODIZIO_PESO_MAX + 1) / 2
};

static int64_t carga(const RodizioVendedor *v);
static int64_t limite(const Quadro *q, const RodizioVendedor *v);
static int64_t minimo(const Quadro *q, const RodizioVendedor *v, Nivel l);
static int64_t maximo(const Quadro *q, const RodizioVendedor *v, Nivel l);
static Medida medir(const Quadro *q, Nivel l);
static Nivel melhor_janela(const Quadro *q, int64_t *recebimentos);
static int niveis_do_intervalo(const Quadro *q, int64_t k, Nivel *niveis);
static int nivel_comparar(const void *a, const void *b);
static void acomodar(const Quadro *q, Nivel l, int *trabalho);
static bool recebe_antes(const RodizioVendedor *a, const RodizioVendedor *b);
static void descer(const Quadro *q, int *monte, int n, int i, bool sobe);

void
rodizio_planejar(RodizioVendedor *v, int n, int64_t forcados, int64_t livres,
                 int *trabalho, RodizioPlano *plano)
{
    Quadro q = {.v = v, .n = n};
    int64_t moveis = forcados + livres;
    int64_t fixados = 0;
    int64_t espaco = 0;
    int64_t saidas = forcados;
    Nivel janela;

    for (int i = 0; i < n; i++)
    {
        moveis += v[i].moveis;
        fixados += v[i].fixados;
    }

    q.teto = moveis + fixados + 1;
    for (int i = 0; i < n; i++)
        espaco += limite(&q, &v[i]) - v[i].fixados;
    q.total = fixados + (moveis < espaco ? moveis : espaco);

    *plano = (RodizioPlano){0};
    if (n > 0)
    {
        janela = melhor_janela(&q, &plano->recebimentos);
        acomodar(&q, janela, trabalho);
    }

    for (int i = 0; i < n; i++)
        if (v[i].moveis > v[i].alvo)
            saidas += v[i].moveis - v[i].alvo;

    plano->novas = plano->recebimentos < livres ? plano->recebimentos : livres;
    plano->movimentos = plano->recebimentos - plano->novas;
    plano->liberados = saidas - plano->movimentos;
}

void
rodizio_repartir(const int64_t *quota, int n, int *dono,
                 int *rodada)
{
    int64_t rodadas = 0;
    int64_t fim = 0;

    for (int i = 0; i < n; i++)
        if (quota[i] > rodadas)
            rodadas = quota[i];

    /*
     * The j-th of quota[i] cards comes in turn ceil(j * rodadas / quota[i]):
     * counting sort of all cards by turn, receivers in order within one.
     */
    for (int64_t r = 0; r <= rodadas; r++)
        rodada[r] = 0;
    for (int i = 0; i < n; i++)
        for (int64_t j = 1; j <= quota[i]; j++)
            rodada[(j * rodadas + quota[i] - 1) / quota[i] - 1]++;
    for (int64_t r = 0; r < rodadas; r++)
    {
        int64_t aqui = rodada[r];

        rodada[r] = (int)fim;
        fim += aqui;
    }
    for (int i = 0; i < n; i++)
        for (int64_t j = 1; j <= quota[i]; j++)
            dono[rodada[(j * rodadas + quota[i] - 1) / quota[i] - 1]++] = i;

    /* Now rodada[r] is the end of turn r; every second one runs backwards. */
    for (int64_t r = 1; r < rodadas; r += 2)
        for (int64_t a = rodada[r - 1], b = (int64_t)rodada[r] - 1; a < b;
             a++, b--)
        {
            int troca = dono[a];

            dono[a] = dono[b];
            dono[b] = troca;
        }
}

static int64_t
carga(const RodizioVendedor *v)
{
    return v->moveis + v->fixados;
}

/* Most load the seller may have; pinned clients stay even above capacity. */
static int64_t
limite(const Quadro *q, const RodizioVendedor *v)
{
    int64_t limite = v->capacidade < 0 || v->capacidade > q->teto
                         ? q->teto
                         : v->capacidade;

    return limite > v->fixados ? limite : v->fixados;
}

static int64_t
minimo(const Quadro *q, const RodizioVendedor *v, Nivel l)
{
    int64_t lo = (v->peso * l.num + l.den - 1) / l.den;
    int64_t teto = limite(q, v);

    if (lo < v->fixados)
        lo = v->fixados;
    return lo < teto ? lo : teto;
}

static int64_t
maximo(const Quadro *q, const RodizioVendedor *v, Nivel l)
{
    int64_t hi = v->peso * (l.num + l.den) / l.den;
    int64_t teto = limite(q, v);

    if (hi > teto)
        hi = teto;
    return hi > v->fixados ? hi : v->fixados;
}

static Medida
medir(const Quadro *q, Nivel l)
{
    Medida m = {.fora = q->total};
    int64_t menor = 0;
    int64_t maior = 0;

    for (int i = 0; i < q->n; i++)
    {
        int64_t x = carga(&q->v[i]);
        int64_t lo = minimo(q, &q->v[i], l);
        int64_t hi = maximo(q, &q->v[i], l);

        if (lo > x)
            m.abaixo += lo - x;
        m.fora -= x < hi ? x : hi;
        menor += lo;
        maior += hi;
    }
    m.cabe = menor <= q->total && q->total <= maior;
    return m;
}

/* The window that asks for the fewest clients to be received. */
static Nivel
melhor_janela(const Quadro *q, int64_t *recebimentos)
{
    Nivel niveis[NIVEIS_MAX + 1];
    int64_t baixo = 0;
    int64_t alto = q->teto;
    int a = 0;
    int b;
    Medida m;

    /* Whole numbers first: the smallest k with A(k) >= B(k). */
    while (baixo < alto)
    {
        int64_t k = baixo + (alto - baixo) / 2;

        m = medir(q, (Nivel){k, 1});
        if (m.abaixo >= m.fora)
            alto = k;
        else
            baixo = k + 1;
    }

    /* Then the fractions up to it; niveis[0] is k - 1, where A < B still. */
    b = niveis_do_intervalo(q, alto - 1, niveis) - 1;
    a = b > 0 ? 1 : 0;
    while (a < b)
    {
        int meio = (a + b) / 2;

        m = medir(q, niveis[meio]);
        if (m.abaixo >= m.fora)
            b = meio;
        else
            a = meio + 1;
    }

    m = medir(q, niveis[b]);
    *recebimentos = m.abaixo > m.fora ? m.abaixo : m.fora;
    if (b > 0)
    {
        Medida antes = medir(q, niveis[b - 1]);

        /* Here A >= B, one step before A < B: the best is one of the two. */
        if (antes.cabe && (!m.cabe || antes.fora < *recebimentos))
        {
            *recebimentos = antes.fora;
            return niveis[b - 1];
        }
    }
    return niveis[b];
}

/*
 * k and the multiples of 1/peso in (k, k + 1], ascending, without repetition;
 * returns how many. Just 0 when k < 0.
 */
static int
niveis_do_intervalo(const Quadro *q, int64_t k, Nivel *niveis)
{
    bool visto[RODIZIO_PESO_MAX + 1] = {false};
    int n = 1;
    int unicos = 1;

    niveis[0] = (Nivel){k < 0 ? 0 : k, 1};
    if (k < 0)
        return 1;

    for (int i = 0; i < q->n; i++)
    {
        int32_t w = q->v[i].peso;

        if (visto[w])
            continue;
        visto[w] = true;
        for (int32_t j = 1; j <= w; j++)
            niveis[n++] = (Nivel){k * w + j, w};
    }
    qsort(niveis, n, sizeof(Nivel), nivel_comparar);
    for (int i = 1; i < n; i++)
        if (nivel_comparar(&niveis[i], &niveis[unicos - 1]) != 0)
            niveis[unicos++] = niveis[i];
    return unicos;
}

static int
nivel_comparar(const void *a, const void *b)
{
    const Nivel *x = a;
    const Nivel *y = b;
    int64_t esquerda = x->num * y->den;
    int64_t direita = y->num * x->den;

    return (esquerda > direita) - (esquerda < direita);
}

/*
 * Moves every load the shortest way into the window, then adds or takes single
 * clients until the sum is right. Adding costs a reception whoever gets it, and
 * taking costs none: those the window lifted up stand at their minimum.
 */
static void
acomodar(const Quadro *q, Nivel l, int *trabalho)
{
    int64_t soma = 0;
    int n = 0;
    bool sobe;

    for (int i = 0; i < q->n; i++)
    {
        int64_t y = carga(&q->v[i]);
        int64_t lo = minimo(q, &q->v[i], l);
        int64_t hi = maximo(q, &q->v[i], l);

        if (y > hi)
            y = hi;
        if (y < lo)
            y = lo;
        q->v[i].alvo = y;
        soma += y;
    }

    sobe = soma < q->total;
    for (int i = 0; i < q->n; i++)
        if (sobe ? q->v[i].alvo < maximo(q, &q->v[i], l)
                 : q->v[i].alvo > minimo(q, &q->v[i], l))
            trabalho[n++] = i;
    for (int i = n / 2 - 1; i >= 0; i--)
        descer(q, trabalho, n, i, sobe);

    for (; soma != q->total; soma += sobe ? 1 : -1)
    {
        RodizioVendedor *v = &q->v[trabalho[0]];

        v->alvo += sobe ? 1 : -1;
        if (v->alvo == (sobe ? maximo(q, v, l) : minimo(q, v, l)))
            trabalho[0] = trabalho[--n];
        descer(q, trabalho, n, 0, sobe);
    }

    for (int i = 0; i < q->n; i++)
        q->v[i].alvo -= q->v[i].fixados;
}

/* Does a receive before b (and b give before a)? alvo holds the load so far. */
static bool
recebe_antes(const RodizioVendedor *a, const RodizioVendedor *b)
{
    int64_t x = a->alvo * b->peso;
    int64_t y = b->alvo * a->peso;

    if (x != y)
        return x < y;
    x = a->recebidos * b->peso;
    y = b->recebidos * a->peso;
    if (x != y)
        return x < y;
    return a->id < b->id;
}

/* Lets the i-th of the heap sink to its place. */
static void
descer(const Quadro *q, int *monte, int n, int i, bool sobe)
{
    for (;;)
    {
        int primeiro = i;

        for (int f = 2 * i + 1; f <= 2 * i + 2 && f < n; f++)
        {
            const RodizioVendedor *a = &q->v[monte[f]];
            const RodizioVendedor *b = &q->v[monte[primeiro]];

            if (sobe ? recebe_antes(a, b) : recebe_antes(b, a))
                primeiro = f;
        }
        if (primeiro == i)
            return;

        int troca = monte[i];

        monte[i] = monte[primeiro];
        monte[primeiro] = troca;
        i = primeiro;
    }
}
