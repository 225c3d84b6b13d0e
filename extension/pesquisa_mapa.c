/*
 * pesquisa_mapa.c: sets of rows as bit maps, read from a GIN index.
 *
 * A bitmap index scan asks the operator class about every row and costs some
 * 100 ns a row; the search needs only unions and intersections of posting
 * lists, which cost less than a tenth when the lists are decoded straight into
 * a bit map: 300,000 rows in about 2 ms. The index must have fastupdate off:
 * the list of pending entries is not read.
 *
 * The pages are visited as src/backend/access/gin/ginget.c does: shared lock on
 * one page at a time, the entry page released before its posting tree is
 * entered. Rows found may be dead or not yet visible.
 */
#include "pesquisa_plano.h"

#include "access/gin_private.h"
#include "miscadmin.h"
#include "port/pg_bitutils.h"
#include "storage/bufmgr.h"
#include "storage/predicate.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

typedef void (*TidsLidos)(void *arg, ItemPointer tids, int n);

typedef struct Entrada
{
    GinState estado;
    Relation gin;
    Snapshot foto;
} Entrada;

static void entrada_abrir(Entrada *e, Relation gin);
static void entradas_ler(Entrada *e, const char *chave, int n, bool inicio,
                         TidsLidos lidos, void *arg);
static void arvore_ler(Entrada *e, BlockNumber raiz, TidsLidos lidos,
                       void *arg);
static void por_todos(void *arg, ItemPointer tids, int n);

Mapa *
mapa_novo(BlockNumber blocos)
{
    return mapa_de((uint64)blocos * MAPA_LINHAS);
}

Mapa *
mapa_de(uint64 n)
{
    Mapa *m = palloc(sizeof(Mapa));

    m->contexto = CurrentMemoryContext;
    m->n = n;
    m->pedacos = (uint32)((n + MAPA_PEDACO_BITS - 1) / MAPA_PEDACO_BITS);
    m->bits = palloc0(sizeof(uint64 *) * (m->pedacos + 1));
    return m;
}

uint64 *
mapa_pedaco_novo(Mapa *m, uint32 i)
{
    m->bits[i] =
        MemoryContextAllocZero(m->contexto, MAPA_PEDACO * sizeof(uint64));
    return m->bits[i];
}

void
mapa_livre(Mapa *m)
{
    if (m == NULL)
        return;
    for (uint32 i = 0; i < m->pedacos; i++)
        if (m->bits[i])
            pfree(m->bits[i]);
    pfree(m->bits);
    pfree(m);
}

void
mapa_e(Mapa *m, const Mapa *outro)
{
    for (uint32 i = 0; i < m->pedacos; i++)
    {
        const uint64 *b = i < outro->pedacos ? outro->bits[i] : NULL;

        if (m->bits[i] == NULL)
            continue;
        if (b == NULL)
        {
            pfree(m->bits[i]);
            m->bits[i] = NULL;
            continue;
        }
        for (int k = 0; k < MAPA_PEDACO; k++)
            m->bits[i][k] &= b[k];
    }
}

void
mapa_ou(Mapa *m, const Mapa *outro)
{
    for (uint32 i = 0; i < Min(m->pedacos, outro->pedacos); i++)
    {
        const uint64 *b = outro->bits[i];
        uint64 *a = m->bits[i];

        if (b == NULL)
            continue;
        if (a == NULL)
            a = mapa_pedaco_novo(m, i);
        for (int k = 0; k < MAPA_PEDACO; k++)
            a[k] |= b[k];
    }
}

void
mapa_menos(Mapa *m, const Mapa *outro)
{
    for (uint32 i = 0; i < Min(m->pedacos, outro->pedacos); i++)
        if (m->bits[i] != NULL && outro->bits[i] != NULL)
            for (int k = 0; k < MAPA_PEDACO; k++)
                m->bits[i][k] &= ~outro->bits[i][k];
}

void
mapa_limitar(Mapa *m, int64 n)
{
    for (uint32 i = 0; i < m->pedacos; i++)
        for (int k = 0; m->bits[i] != NULL && k < MAPA_PEDACO; k++)
        {
            uint64 *bits = &m->bits[i][k];

            while (pg_popcount64(*bits) > n)
                *bits &= ~(UINT64CONST(1) << pg_leftmost_one_pos64(*bits));
            n -= pg_popcount64(*bits);
        }
}

int64
mapa_contar(const Mapa *m)
{
    int64 n = 0;

    for (uint32 i = 0; i < m->pedacos; i++)
        if (m->bits[i])
            n += pg_popcount((const char *)m->bits[i],
                             MAPA_PEDACO * sizeof(uint64));
    return n;
}

bool
mapa_proximo_numero(const Mapa *m, uint64 *lugar, uint64 *numero)
{
    uint32 i = (uint32)(*lugar / MAPA_PEDACO_BITS);
    int k = (int)(*lugar % MAPA_PEDACO_BITS / 64);
    uint64 mascara = ~UINT64CONST(0) << (*lugar % 64);

    for (; i < m->pedacos; i++, k = 0, mascara = ~UINT64CONST(0))
    {
        if (m->bits[i] == NULL)
            continue;
        for (; k < MAPA_PEDACO; k++, mascara = ~UINT64CONST(0))
        {
            const uint64 resto = m->bits[i][k] & mascara;

            if (resto == 0)
                continue;
            *numero = (uint64)i * MAPA_PEDACO_BITS + (uint64)k * 64 +
                      pg_rightmost_one_pos64(resto);
            *lugar = *numero + 1;
            return true;
        }
    }
    *lugar = (uint64)m->pedacos * MAPA_PEDACO_BITS;
    return false;
}

static void
lugar_de(uint64 numero, ItemPointer tid)
{
    ItemPointerSet(tid, (BlockNumber)(numero / MAPA_LINHAS),
                   (OffsetNumber)(numero % MAPA_LINHAS));
}

bool
mapa_proximo(const Mapa *m, uint64 *lugar, ItemPointer tid)
{
    uint64 numero;

    if (!mapa_proximo_numero(m, lugar, &numero))
        return false;
    lugar_de(numero, tid);
    return true;
}

bool
mapa_enesimo(const Mapa *m, uint64 n, bool primeiro, ItemPointer tid,
             Lugar *lugar)
{
    const uint64 fim = (uint64)m->pedacos * MAPA_PEDACO;

    if (primeiro)
        *lugar = (Lugar){0, 0};
    for (; lugar->palavra < fim; lugar->palavra++)
    {
        const uint64 *pedaco = m->bits[lugar->palavra / MAPA_PEDACO];
        uint64 resto;
        int membros;

        if (pedaco == NULL)
        {
            lugar->palavra += MAPA_PEDACO - 1 - lugar->palavra % MAPA_PEDACO;
            continue;
        }
        resto = pedaco[lugar->palavra % MAPA_PEDACO];
        membros = resto == 0 ? 0 : pg_popcount64(resto);
        if (lugar->antes + membros <= n)
        {
            lugar->antes += membros;
            continue;
        }
        for (uint64 k = n - lugar->antes; k > 0; k--)
            resto &= resto - 1;
        lugar_de(lugar->palavra * 64 + pg_rightmost_one_pos64(resto), tid);
        return true;
    }
    return false;
}

/* ---- the index ---- */

int64
postos_ler(Relation gin, const char *chave, int n, bool inicio, Mapa *mapa)
{
    Entrada e;
    struct
    {
        Mapa *mapa;
        int64 n;
    } arg = {mapa, 0};

    entrada_abrir(&e, gin);
    entradas_ler(&e, chave, n, inicio, por_todos, &arg);
    return arg.n;
}

static void
por_todos(void *arg, ItemPointer tids, int n)
{
    struct
    {
        Mapa *mapa;
        int64 n;
    } *a = arg;

    for (int i = 0; i < n; i++)
        mapa_por(a->mapa, &tids[i]);
    a->n += n;
}

typedef struct Soma
{
    uint8 *somas;
    BlockNumber blocos;
} Soma;

static void
somar_todos(void *arg, ItemPointer tids, int n)
{
    Soma *s = arg;

    for (int i = 0; i < n; i++)
    {
        BlockNumber bloco = ItemPointerGetBlockNumberNoCheck(&tids[i]);
        OffsetNumber linha = ItemPointerGetOffsetNumberNoCheck(&tids[i]);
        uint8 *soma;

        if (bloco >= s->blocos || linha >= MAPA_LINHAS)
            continue;
        soma = &s->somas[(uint64)bloco * MAPA_LINHAS + linha];
        if (*soma < PG_UINT8_MAX)
            (*soma)++;
    }
}

void
postos_somar(Relation gin, char *const *chaves, const int *tamanhos, int n,
             uint8 *somas, BlockNumber blocos)
{
    Entrada e;
    Soma s = {somas, blocos};

    entrada_abrir(&e, gin);
    for (int i = 0; i < n; i++)
        entradas_ler(&e, chaves[i], tamanhos[i], false, somar_todos, &s);
}

static void
entrada_abrir(Entrada *e, Relation gin)
{
    e->gin = gin;
    e->foto = GetActiveSnapshot();
    PredicateLockRelation(gin, e->foto);
    initGinState(&e->estado, gin);
}

typedef struct Arvores
{
    BlockNumber *raizes;
    int n;
    int cabem;
} Arvores;

static void
arvores_juntar(Arvores *a, BlockNumber raiz)
{
    if (a->n == a->cabem)
    {
        a->cabem = a->cabem ? a->cabem * 2 : 16;
        a->raizes = a->raizes
                        ? repalloc(a->raizes, a->cabem * sizeof(BlockNumber))
                        : palloc(a->cabem * sizeof(BlockNumber));
    }
    a->raizes[a->n++] = raiz;
}

/* Does the entry's key fit? -1: before the keys sought, 1: behind them. */
static int
entrada_comparar(Entrada *e, IndexTuple entrada, const char *chave, int n,
                 bool inicio)
{
    GinNullCategory categoria;
    Datum d = gintuple_get_key(&e->estado, entrada, &categoria);
    text *t;
    int tn;
    int c;

    if (categoria != GIN_CAT_NORM_KEY)
        return 1;
    t = DatumGetTextPP(d);
    tn = VARSIZE_ANY_EXHDR(t);
    c = memcmp(VARDATA_ANY(t), chave, Min(tn, n));
    if (c != 0)
        return c;
    if (tn < n)
        return -1;
    return tn == n || inicio ? 0 : 1;
}

/* The lists of the entries from chave on. */
static void
entradas_ler(Entrada *e, const char *chave, int n, bool inicio,
             TidsLidos lidos, void *arg)
{
    GinBtreeData btree;
    GinBtreeStack *pilha;
    Buffer buffer;
    Arvores arvores = {0};
    OffsetNumber i;

    ginPrepareEntryScan(&btree, FirstOffsetNumber,
                        PointerGetDatum(cstring_to_text_with_len(chave, n)),
                        GIN_CAT_NORM_KEY, &e->estado);
    pilha = ginFindLeafPage(&btree, true, false, e->foto);
    buffer = pilha->buffer;
    (void)btree.findItem(&btree, pilha);
    i = pilha->off;
    for (;;)
    {
        Page pagina = BufferGetPage(buffer);
        OffsetNumber ultimo = PageGetMaxOffsetNumber(pagina);
        bool fim = false;

        for (; i <= ultimo; i++)
        {
            IndexTuple entrada =
                (IndexTuple)PageGetItem(pagina, PageGetItemId(pagina, i));
            int c = entrada_comparar(e, entrada, chave, n, inicio);

            if (c < 0)
                continue;
            if (c > 0)
            {
                fim = true;
                break;
            }
            if (GinIsPostingTree(entrada))
                arvores_juntar(&arvores, GinGetPostingTree(entrada));
            else if (GinGetNPosting(entrada) > 0)
            {
                int tids_n;
                ItemPointer tids = ginReadTuple(&e->estado, FirstOffsetNumber,
                                                entrada, &tids_n);

                lidos(arg, tids, tids_n);
                pfree(tids);
            }
        }
        if (fim || GinPageRightMost(pagina))
            break;
        buffer = ginStepRight(buffer, e->gin, GIN_SHARE);
        /* Interrupts are held while a page is locked: let go for a moment. */
        LockBuffer(buffer, GIN_UNLOCK);
        CHECK_FOR_INTERRUPTS();
        LockBuffer(buffer, GIN_SHARE);
        i = FirstOffsetNumber;
    }
    pilha->buffer = InvalidBuffer;
    UnlockReleaseBuffer(buffer);
    freeGinBtreeStack(pilha);

    for (int a = 0; a < arvores.n; a++)
        arvore_ler(e, arvores.raizes[a], lidos, arg);
    if (arvores.raizes)
        pfree(arvores.raizes);
}

/* Like entradas_ler(), but the keys themselves. */
List *
postos_chaves(Relation gin, const char *inicio, int n)
{
    Entrada e;
    GinBtreeData btree;
    GinBtreeStack *pilha;
    Buffer buffer;
    OffsetNumber i;
    List *chaves = NIL;
    bool fim = false;

    entrada_abrir(&e, gin);
    ginPrepareEntryScan(&btree, FirstOffsetNumber,
                        PointerGetDatum(cstring_to_text_with_len(inicio, n)),
                        GIN_CAT_NORM_KEY, &e.estado);
    pilha = ginFindLeafPage(&btree, true, false, e.foto);
    buffer = pilha->buffer;
    (void)btree.findItem(&btree, pilha);
    i = pilha->off;
    while (!fim)
    {
        Page pagina = BufferGetPage(buffer);

        for (; !fim && i <= PageGetMaxOffsetNumber(pagina); i++)
        {
            IndexTuple entrada =
                (IndexTuple)PageGetItem(pagina, PageGetItemId(pagina, i));
            GinNullCategory categoria;
            int c = entrada_comparar(&e, entrada, inicio, n, true);

            if (c == 0)
                chaves = lappend(chaves,
                                 TextDatumGetCString(gintuple_get_key(
                                     &e.estado, entrada, &categoria)));
            fim = c > 0;
        }
        if (fim || GinPageRightMost(pagina))
            break;
        buffer = ginStepRight(buffer, gin, GIN_SHARE);
        LockBuffer(buffer, GIN_UNLOCK);
        CHECK_FOR_INTERRUPTS();
        LockBuffer(buffer, GIN_SHARE);
        i = FirstOffsetNumber;
    }
    pilha->buffer = InvalidBuffer;
    UnlockReleaseBuffer(buffer);
    freeGinBtreeStack(pilha);
    return chaves;
}

/* The posting tree of a key: leaves from left to right. */
static void
arvore_ler(Entrada *e, BlockNumber raiz, TidsLidos lidos, void *arg)
{
    GinBtreeData btree;
    GinBtreeStack *pilha =
        ginScanBeginPostingTree(&btree, e->gin, raiz, e->foto);
    Buffer buffer = pilha->buffer;
    ItemPointerData antes;

    ItemPointerSetMin(&antes);
    IncrBufferRefCount(buffer);
    freeGinBtreeStack(pilha);
    for (;;)
    {
        Page pagina = BufferGetPage(buffer);

        if (!GinPageIsDeleted(pagina))
        {
            int n;
            ItemPointer tids = GinDataLeafPageGetItems(pagina, &n, antes);

            /* A leaf that vacuum emptied and could not take out has no list. */
            if (tids != NULL)
            {
                lidos(arg, tids, n);
                pfree(tids);
            }
        }
        if (GinPageRightMost(pagina))
            break;
        buffer = ginStepRight(buffer, e->gin, GIN_SHARE);
        LockBuffer(buffer, GIN_UNLOCK);
        CHECK_FOR_INTERRUPTS();
        LockBuffer(buffer, GIN_SHARE);
    }
    UnlockReleaseBuffer(buffer);
}
