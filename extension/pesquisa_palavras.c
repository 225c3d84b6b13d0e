/*
 * pesquisa_palavras.c: words of the query: who has them, and how well.
 *
 * The words of all names are keys of the GIN index over crm.clientes_busca;
 * those that begin as the user typed lie side by side in it. Words that only
 * contain the text, or have it with typing slips, are found in the dictionary
 * crm.palavras by the pairs of letters they share with it; words that sound
 * alike have a key of their own.
 */
#include "pesquisa.h"
#include "pesquisa_chaves.h"

#include "miscadmin.h"

#include "semelhanca.h"

enum
{
    TRECHO_LETRAS = 3,   /* shorter words must begin a word of the name */
    PARES_POR_DESLIZE = 3, /* pairs of letters a slip can change: a swap */
    TRECHO_DESLIZES = 3    /* a part of a word beside an alike one counts so */
};

void (*palavras_observador)(const Termo *t, Palavra palavra) = NULL;

typedef struct Tem
{
    bool inicio;
    bool trecho;
    bool parecido;
    int deslizes; /* 0: sounds alike */
} Tem;

static Tem termo_em(const Termo *t, const Linha *l, Nivel ate);
static bool contem(Palavra p, Palavra parte);
static void por_trecho(Leitor *l, const Termo *t, Mapa *mapa);
static void por_deslize(Leitor *l, const Termo *t, Mapa *mapa);
static void palavra_reunir(Leitor *l, Palavra p, Mapa *mapa);

Nivel
palavras_nivel(const Filtro *f, const Linha *l, Nivel ate)
{
    bool inicio = true;
    bool trecho = true;
    int deslizes = 0;

    for (int i = 0; i < f->termos_n; i++)
    {
        Tem tem = termo_em(&f->termos[i], l, ate);

        if (!tem.inicio && !tem.trecho && !tem.parecido)
            return NIVEL_FORA;
        inicio &= tem.inicio;
        trecho &= tem.inicio || tem.trecho;
        if (!tem.inicio)
            deslizes += tem.parecido ? tem.deslizes : TRECHO_DESLIZES;
    }
    if (!trecho)
        return NIVEL_PARECIDO + deslizes;
    if (!inicio)
        return NIVEL_TRECHO;
    if (l->nome.n < f->nome.n || memcmp(l->nome.p, f->nome.p, f->nome.n) != 0)
        return NIVEL_PALAVRAS;
    return l->nome.n == f->nome.n ? NIVEL_EXATO : NIVEL_INICIO;
}

/* The best way in which a word of the name has the term, as far as ate asks. */
static Tem
termo_em(const Termo *t, const Linha *l, Nivel ate)
{
    const char *p = l->palavras.p;
    const char *fim = p + l->palavras.n;
    Tem tem = {.deslizes = SEMELHANCA_LIMITE};

    while (p < fim)
    {
        const char *meio = memchr(p, ':', fim - p);
        const char *resto = meio ? memchr(meio, ' ', fim - meio) : NULL;
        Palavra palavra;
        Palavra som;

        if (meio == NULL)
            break;
        if (resto == NULL)
            resto = fim;
        palavra = (Palavra){p, meio - p};
        som = (Palavra){meio + 1, resto - meio - 1};
        if (palavra.n >= t->texto.n &&
            memcmp(palavra.p, t->texto.p, t->texto.n) == 0)
        {
            tem.inicio = true;
            return tem;
        }
        if (ate >= NIVEL_TRECHO && !tem.trecho && t->letras >= TRECHO_LETRAS)
            tem.trecho = contem(palavra, t->texto);
        if (ate >= NIVEL_PARECIDO && tem.deslizes > 0)
        {
            int d = -1;

            if (som.n > 0 && palavra_igual(som, t->som))
                d = 0;
            else if (semelhanca_limite(t->letras) > 0)
                d = semelhanca_deslizes(t->texto.p, t->texto.n, palavra.p,
                                        palavra.n);
            tem.parecido |= d >= 0;
            if (d >= 0 && d < tem.deslizes)
                tem.deslizes = d;
        }
        p = resto + 1;
    }
    return tem;
}

static bool
contem(Palavra p, Palavra parte)
{
    return parte.n <= p.n &&
           memmem(p.p, p.n, parte.p, parte.n) != NULL;
}

void
palavras_reunir(Leitor *l, const Termo *t, Nivel ate, Mapa *mapa)
{
    Relation gin = leitor_indice(l, IX_BUSCA_CHAVES);
    char chave[CONSULTA_BYTES + 1];

    chave[0] = 'w';
    memcpy(chave + 1, t->texto.p, t->texto.n);
    (void)postos_ler(gin, chave, t->texto.n + 1, true, mapa);
    if (ate >= NIVEL_TRECHO && t->letras >= TRECHO_LETRAS)
        por_trecho(l, t, mapa);
    if (ate < NIVEL_PARECIDO)
        return;
    if (t->som.n > 0)
    {
        chave[0] = 's';
        memcpy(chave + 1, t->som.p, t->som.n);
        (void)postos_ler(gin, chave, t->som.n + 1, false, mapa);
    }
    if (semelhanca_limite(t->letras) > 0)
        por_deslize(l, t, mapa);
}

static void
palavra_reunir(Leitor *l, Palavra p, Mapa *mapa)
{
    char *chave = palloc(p.n + 1);

    chave[0] = 'w';
    memcpy(chave + 1, p.p, p.n);
    (void)postos_ler(leitor_indice(l, IX_BUSCA_CHAVES), chave, p.n + 1, false,
                     mapa);
    pfree(chave);
}

/* Words with the text inside: they have all its pairs of letters. */
static void
por_trecho(Leitor *l, const Termo *t, Mapa *mapa)
{
    Relation gin = leitor_indice(l, IX_PALAVRAS_TRECHOS);
    const BlockNumber blocos = leitor_blocos(l, TAB_PALAVRAS);
    char *area = palloc(BUSCA_TRECHOS_AREA(t->texto.n));
    char **trechos = palloc(sizeof(char *) * (t->texto.n + 1));
    int *tamanhos = palloc(sizeof(int) * (t->texto.n + 1));
    int n = busca_trechos(t->texto.p, t->texto.n, area, trechos, tamanhos);
    Mapa *palavras = NULL;
    uint64 i = 0;
    ItemPointerData tid;
    Palavra p;

    /* The first and last pair hold the ends. */
    for (int k = 1; k < n - 1; k++)
    {
        Mapa *este = mapa_novo(blocos);

        (void)postos_ler(gin, trechos[k], tamanhos[k], false, este);
        if (palavras == NULL)
            palavras = este;
        else
        {
            mapa_e(palavras, este);
            mapa_livre(este);
        }
    }
    if (palavras == NULL)
        return;
    while (mapa_proximo(palavras, &i, &tid))
    {
        CHECK_FOR_INTERRUPTS();
        /* Words that begin so are in already. */
        if (leitor_palavra(l, &tid, &p) && contem(p, t->texto) &&
            memcmp(p.p, t->texto.p, t->texto.n) != 0)
            palavra_reunir(l, p, mapa);
    }
    mapa_livre(palavras);
}

typedef struct Deslize
{
    Leitor *leitor;
    const Termo *termo;
    Mapa *mapa;
} Deslize;

static void
deslize_reunir(void *arg, Palavra p)
{
    Deslize *d = arg;

    if (palavras_observador)
        palavras_observador(d->termo, p);
    palavra_reunir(d->leitor, p, d->mapa);
}

static void
por_deslize(Leitor *l, const Termo *t, Mapa *mapa)
{
    Deslize d = {l, t, mapa};

    palavras_por_deslize(l, t, deslize_reunir, &d);
}

/* They share most of the pairs of letters. */
void
palavras_por_deslize(Leitor *l, const Termo *t, PalavraAchada ver, void *arg)
{
    Relation gin = leitor_indice(l, IX_PALAVRAS_TRECHOS);
    const BlockNumber blocos = leitor_blocos(l, TAB_PALAVRAS);
    const uint64 lugares = (uint64)blocos * MAPA_LINHAS;
    char *area = palloc(BUSCA_TRECHOS_AREA(t->texto.n));
    char **trechos = palloc(sizeof(char *) * (t->texto.n + 1));
    int *tamanhos = palloc(sizeof(int) * (t->texto.n + 1));
    int n = busca_trechos(t->texto.p, t->texto.n, area, trechos, tamanhos);
    uint8 *somas = MemoryContextAllocExtended(
        CurrentMemoryContext, lugares + 1, MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
    int distintos = 0;
    int bastam;

    /* A pair that comes twice is one key of the index. */
    for (int a = 0; a < n; a++)
    {
        bool repetido = false;

        for (int b = 0; b < distintos; b++)
            repetido |= tamanhos[a] == tamanhos[b] &&
                        memcmp(trechos[a], trechos[b], tamanhos[a]) == 0;
        if (repetido)
            continue;
        trechos[distintos] = trechos[a];
        tamanhos[distintos++] = tamanhos[a];
    }
    postos_somar(gin, trechos, tamanhos, distintos, somas, blocos);
    bastam = Max(1, distintos - PARES_POR_DESLIZE * semelhanca_limite(t->letras));
    for (uint64 i = 0; i < lugares; i++)
    {
        ItemPointerData tid;
        Palavra p;

        if (somas[i] < bastam)
            continue;
        CHECK_FOR_INTERRUPTS();
        ItemPointerSet(&tid, (BlockNumber)(i / MAPA_LINHAS),
                       (OffsetNumber)(i % MAPA_LINHAS));
        if (leitor_palavra(l, &tid, &p) &&
            semelhanca(t->texto.p, t->texto.n, p.p, p.n))
            ver(arg, p);
    }
    pfree(somas);
}
