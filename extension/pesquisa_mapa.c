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
    Mapa *m = palloc(sizeof(Mapa));

    m->blocos = blocos;
    m->bits = MemoryContextAllocExtended(
        CurrentMemoryContext,
        (Size)blocos * MAPA_POR_BLOCO * sizeof(uint64) + sizeof(uint64),
        MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
    return m;
}

void
mapa_livre(Mapa *m)
{
    if (m == NULL)
        return;
    pfree(m->bits);
    pfree(m);
}

void
mapa_e(Mapa *m, const Mapa *outro)
{
    const uint64 n = (uint64)m->blocos * MAPA_POR_BLOCO;

    for (uint64 i = 0; i < n; i++)
        m->bits[i] &= outro->bits[i];
}

void
mapa_ou(Mapa *m, const Mapa *outro)
{
    const uint64 n = (uint64)m->blocos * MAPA_POR_BLOCO;

    for (uint64 i = 0; i < n; i++)
        m->bits[i] |= outro->bits[i];
}

void
mapa_menos(Mapa *m, const Mapa *outro)
{
    const uint64 n = (uint64)m->blocos * MAPA_POR_BLOCO;

    for (uint64 i = 0; i < n; i++)
        m->bits[i] &= ~outro->bits[i];
}

int64
mapa_contar(const Mapa *m)
{
    return (int64)pg_popcount((const char *)m->bits,
                              (int)((uint64)m->blocos * MAPA_POR_BLOCO *
                                    sizeof(uint64)));
}

bool
mapa_proximo(const Mapa *m, uint64 *lugar, ItemPointer tid)
{
    const uint64 fim = (uint64)m->blocos * MAPA_POR_BLOCO;
    uint64 i = *lugar / 64;
    uint64 resto;

    if (i >= fim)
        return false;
    resto = m->bits[i] & (~UINT64CONST(0) << (*lugar % 64));
    while (resto == 0)
    {
        if (++i >= fim)
        {
            *lugar = fim * 64;
            return false;
        }
        resto = m->bits[i];
    }
    *lugar = i * 64 + pg_rightmost_one_pos64(resto);
    ItemPointerSet(tid, (BlockNumber)(i / MAPA_POR_BLOCO),
                   (OffsetNumber)(*lugar % (MAPA_POR_BLOCO * 64)));
    (*lugar)++;
    return true;
}

bool
mapa_enesimo(const Mapa *m, uint64 n, bool primeiro, ItemPointer tid,
             Lugar *lugar)
{
    const uint64 fim = (uint64)m->blocos * MAPA_POR_BLOCO;

    if (primeiro)
        *lugar = (Lugar){0, 0};
    for (; lugar->palavra < fim; lugar->palavra++)
    {
        uint64 resto = m->bits[lugar->palavra];
        const int membros = resto == 0 ? 0 : pg_popcount64(resto);

        if (lugar->antes + membros <= n)
        {
            lugar->antes += membros;
            continue;
        }
        for (uint64 k = n - lugar->antes; k > 0; k--)
            resto &= resto - 1;
        ItemPointerSet(tid, (BlockNumber)(lugar->palavra / MAPA_POR_BLOCO),
                       (OffsetNumber)(lugar->palavra % MAPA_POR_BLOCO * 64 +
                                      pg_rightmost_one_pos64(resto)));
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

        if (bloco >= s->blocos || linha >= MAPA_POR_BLOCO * 64)
            continue;
        soma = &s->somas[(uint64)bloco * MAPA_POR_BLOCO * 64 + linha];
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

            lidos(arg, tids, n);
            pfree(tids);
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
