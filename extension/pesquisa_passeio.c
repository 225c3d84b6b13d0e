/*
 * pesquisa_passeio.c: walks along an index in the order of the answer.
 *
 * Entries of an index over crm.clientes_busca are tested against the map before
 * their row is read, which costs some 80 ns each; entries of an index over
 * crm.clientes lead to the row, from there to the side table. Clients without
 * the key (no birth date, never bought) come last in both directions.
 */
#include "pesquisa_plano.h"

#include "access/nbtree.h"
#include "access/skey.h"
#include "access/stratnum.h"
#include "access/visibilitymap.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "port/pg_bswap.h"
#include "utils/datetime.h"
#include "storage/bufmgr.h"
#include "utils/lsyscache.h"
#include "utils/numeric.h"
#include "utils/rel.h"

enum
{
    CHAVES_MAX = 4
};

/* The keys of a scan, and what they point to. */
typedef struct Faixa
{
    ScanKeyData chaves[CHAVES_MAX];
    ScanKeyData linha[2]; /* members of the row comparison */
    int n;
    bool vazia;
} Faixa;

static bool andar(Coleta *c, const Conjunto *s, const Passeio *w, bool nulos,
                  double *gasto);
static void faixa_montar(Coleta *c, const Passeio *w, Relation ix, bool nulos,
                         Faixa *f);
static void faixa_limites(Coleta *c, const Passeio *w, Relation ix, Faixa *f);
static void faixa_apos(Coleta *c, const Passeio *w, Relation ix, bool nulos,
                       Faixa *f);
static void comparar_com(Faixa *f, Relation ix, StrategyNumber estrategia,
                         Datum valor);
static int64 id_da_entrada(IndexScanDesc scan);
static bool para_tras(const Passeio *w);

static Indice
indice_de(const Coleta *c, Ordem ordem)
{
    switch (ordem)
    {
    case ORDEM_NOME:
        return IX_BUSCA_NOME;
    case ORDEM_IDADE:
        return IX_BUSCA_NASCIMENTO;
    case ORDEM_DATA:
        return IX_CLIENTES_DATA;
    case ORDEM_VALOR:
        /* Few index entries out of many: they have an index of their own. */
        return c->f.situacao == 1 << 3 ? IX_CLIENTES_SEM_COMPRA : IX_CLIENTES_VALOR;
    case ORDEM_CPF:
        return IX_CLIENTES_CPF;
    default:
        return IX_BUSCA_ID;
    }
}

bool
passeio_andar(Coleta *c, const Conjunto *s, const Passeio *w)
{
    const bool ha_nulos = w->ordem == ORDEM_IDADE || w->ordem == ORDEM_DATA;
    double gasto = 0;

    if (!w->so_nulos &&
        !(w->continua && ha_nulos && c->p->posicao.apos.nulo) &&
        !andar(c, s, w, false, &gasto))
        return false;
    if (!ha_nulos || (w->fim > 0 && coleta_cheia(c)))
        return true;
    if ((w->ordem == ORDEM_IDADE && c->f.tem_idade) ||
        (w->ordem == ORDEM_DATA && c->f.situacao != 0 &&
         !(c->f.situacao & (1 << 3))))
        return true;
    return andar(c, s, w, true, &gasto);
}

static bool
andar(Coleta *c, const Conjunto *s, const Passeio *w, bool nulos, double *gasto)
{
    Leitor *l = c->p->leitor;
    const Indice i = indice_de(c, w->ordem);
    const bool de_clientes = i >= IX_CLIENTES_ID;
    Relation ix = leitor_indice(l, i);
    Faixa faixa = {.n = 0};
    IndexScanDesc scan;
    ItemPointer tid;
    bool acabou = true;
    /* Who is in the maps answers, as far as these filters say. */
    const bool pula = w->fim > 0 && coleta_por_mapas(c) &&
                      (!de_clientes || (c->exatos && !c->quer_busca));
    Buffer visiveis = InvalidBuffer;

    faixa_montar(c, w, ix, nulos, &faixa);
    if (faixa.vazia)
        return true;
    scan = index_beginscan(leitor_tabela(l, de_clientes ? TAB_CLIENTES : TAB_BUSCA),
                           ix, l->foto, faixa.n, 0);
    scan->xs_want_itup = c->certos || c->do_conjunto || (pula && c->p->so_ids);
    index_rescan(scan, faixa.chaves, faixa.n, NULL, 0);
    while ((tid = index_getnext_tid(scan, para_tras(w) ? BackwardScanDirection
                                                       : ForwardScanDirection)) !=
           NULL)
    {
        Linha linha;

        CHECK_FOR_INTERRUPTS();
        *gasto += CUSTO_ENTRADA;
        if (!w->sem_limite && *gasto > w->custo_max)
        {
            acabou = false;
            break;
        }
        if (c->certos || c->do_conjunto)
        {
            const int64 id = id_da_entrada(scan);

            if (i != IX_CLIENTES_CPF &&
                ((c->certos && !mapa_tem_numero(c->certos, (uint64)id)) ||
                 (c->do_conjunto && !mapa_tem_numero(c->do_conjunto, (uint64)id))))
                continue;
        }
        if (!de_clientes && ((s->dentro && !mapa_tem(s->dentro, tid)) ||
                             (s->fora && mapa_tem(s->fora, tid))))
            continue;
        if (pula && (c->p->so_ids || c->n + c->pulados < c->p->salto) &&
            VM_ALL_VISIBLE(scan->heapRelation, ItemPointerGetBlockNumber(tid),
                           &visiveis))
        {
            if (c->n + c->pulados < c->p->salto)
                c->pulados++;
            else
                coleta_juntar_id(c, id_da_entrada(scan));
            if (coleta_cheia(c))
                break;
            continue;
        }
        if (!de_clientes)
        {
            *gasto += CUSTO_LINHA + (c->quer_cliente ? CUSTO_CLIENTE : 0);
            linha.tem_cliente = false;
            if (!leitor_lugar(l, tid, &linha))
                continue;
        }
        else
        {
            *gasto += CUSTO_CLIENTE_LUGAR + (c->quer_busca ? CUSTO_BUSCA : 0);
            linha.tem_cliente = false;
            if (!leitor_cliente_lugar(l, tid, &linha))
                continue;
        }
        if ((de_clientes ? coleta_examinar_cliente(c, &linha, s->de, s->ate)
                         : coleta_examinar(c, &linha, s->de, s->ate)) &&
            w->fim > 0 && coleta_cheia(c))
            break;
    }
    if (BufferIsValid(visiveis))
        ReleaseBuffer(visiveis);
    index_endscan(scan);
    return acabou;
}

/* The last column of these indexes. */
static int64
id_da_entrada(IndexScanDesc scan)
{
    bool nulo;

    return DatumGetInt64(index_getattr(
        scan->xs_itup, scan->indexRelation->rd_att->natts, scan->xs_itupdesc, &nulo));
}

/* Who is older was born earlier: age is the other way round. */
static bool
para_tras(const Passeio *w)
{
    return w->desce != (w->ordem == ORDEM_IDADE);
}

static void
faixa_montar(Coleta *c, const Passeio *w, Relation ix, bool nulos, Faixa *f)
{
    if (nulos)
        ScanKeyEntryInitialize(&f->chaves[f->n++], SK_ISNULL | SK_SEARCHNULL, 1,
                               InvalidStrategy, InvalidOid, InvalidOid,
                               InvalidOid, (Datum)0);
    else
        faixa_limites(c, w, ix, f);
    /* The cursor stands among the nulls, or before them all. */
    if (w->continua && nulos == c->p->posicao.apos.nulo)
        faixa_apos(c, w, ix, nulos, f);
    if (f->n == 0 && (w->ordem == ORDEM_IDADE || w->ordem == ORDEM_DATA))
        ScanKeyEntryInitialize(&f->chaves[f->n++], SK_ISNULL | SK_SEARCHNOTNULL,
                               1, InvalidStrategy, InvalidOid, InvalidOid,
                               InvalidOid, (Datum)0);
}

/* What the filters say about the key itself. */
static void
faixa_limites(Coleta *c, const Passeio *w, Relation ix, Faixa *f)
{
    const uint8 situacao = c->f.situacao;

    if (w->ordem == ORDEM_NOME && w->inicio.p && w->inicio.n > 0)
    {
        text *ate = cstring_to_text_with_len(w->inicio.p, w->inicio.n);

        /* The next text in byte order: UTF-8 has no byte 0xFF. */
        ((unsigned char *)VARDATA(ate))[w->inicio.n - 1]++;
        comparar_com(f, ix, BTGreaterEqualStrategyNumber,
                     PointerGetDatum(
                         cstring_to_text_with_len(w->inicio.p, w->inicio.n)));
        comparar_com(f, ix, BTLessStrategyNumber, PointerGetDatum(ate));
    }
    else if (w->tem_faixa)
    {
        comparar_com(f, ix, BTGreaterEqualStrategyNumber,
                     Int64GetDatum(w->faixa_de));
        comparar_com(f, ix, BTLessEqualStrategyNumber,
                     Int64GetDatum(w->faixa_ate));
    }
    else if (w->ordem == ORDEM_IDADE && c->f.tem_idade)
    {
        comparar_com(f, ix, BTGreaterEqualStrategyNumber,
                     DateADTGetDatum(c->f.nascido_de));
        comparar_com(f, ix, BTLessEqualStrategyNumber,
                     DateADTGetDatum(c->f.nascido_ate));
    }
    else if (w->ordem == ORDEM_DATA && situacao == 0 && total_por_abertas(&c->f))
    {
        DateADT de, ate;

        f->vazia = !total_dias_abertos(c, &de, &ate);
        if (!f->vazia)
        {
            comparar_com(f, ix, BTGreaterEqualStrategyNumber, DateADTGetDatum(de));
            comparar_com(f, ix, BTLessEqualStrategyNumber, DateADTGetDatum(ate));
        }
    }
    else if (w->ordem == ORDEM_DATA && situacao != 0)
    {
        const Leitor *l = c->p->leitor;

        f->vazia = (situacao & 7) == 0;
        if (!(situacao & 4))
            comparar_com(f, ix, BTGreaterEqualStrategyNumber,
                         DateADTGetDatum(situacao & 2 ? l->elegivel_de
                                                      : l->ativo_de));
        if (!(situacao & 1))
            comparar_com(f, ix, BTLessStrategyNumber,
                         DateADTGetDatum(situacao & 2 ? l->ativo_de
                                                      : l->elegivel_de));
    }
}

/* Behind the row of the cursor: (key, id) beyond its own. */
static void
faixa_apos(Coleta *c, const Passeio *w, Relation ix, bool nulos, Faixa *f)
{
    const Achado *apos = &c->p->posicao.apos;
    const StrategyNumber estrategia =
        para_tras(w) ? BTLessStrategyNumber : BTGreaterStrategyNumber;
    Datum valor = (Datum)0;
    ScanKey cabeca;

    switch (w->ordem)
    {
    case ORDEM_NOME:
        valor = PointerGetDatum(
            cstring_to_text_with_len(apos->texto.p, apos->texto.n));
        break;
    case ORDEM_IDADE:
    case ORDEM_DATA:
        valor = DateADTGetDatum((DateADT)apos->numero);
        break;
    case ORDEM_VALOR:
        valor = NumericGetDatum(int64_div_fast_to_numeric(apos->numero, 2));
        break;
    case ORDEM_CPF:
        comparar_com(f, ix, estrategia, Int64GetDatum(apos->numero));
        return;
    default:
        comparar_com(f, ix, estrategia, Int64GetDatum(apos->id));
        return;
    }
    if (nulos)
    {
        /* The key is null: the id alone, in the second column. */
        ScanKeyEntryInitialize(
            &f->chaves[f->n++], 0, 2, estrategia, InvalidOid, InvalidOid,
            get_opcode(get_opfamily_member(ix->rd_opfamily[1],
                                           ix->rd_opcintype[1],
                                           ix->rd_opcintype[1], estrategia)),
            Int64GetDatum(apos->id));
        return;
    }
    for (int k = 0; k < 2; k++)
        ScanKeyEntryInitialize(
            &f->linha[k], SK_ROW_MEMBER | (k == 1 ? SK_ROW_END : 0), k + 1,
            estrategia, InvalidOid, ix->rd_indcollation[k],
            get_opfamily_proc(ix->rd_opfamily[k], ix->rd_opcintype[k],
                              ix->rd_opcintype[k], BTORDER_PROC),
            k == 0 ? valor : Int64GetDatum(apos->id));
    cabeca = &f->chaves[f->n++];
    memset(cabeca, 0, sizeof(*cabeca));
    cabeca->sk_flags = SK_ROW_HEADER;
    cabeca->sk_attno = 1;
    cabeca->sk_strategy = estrategia;
    cabeca->sk_argument = PointerGetDatum(f->linha);
}

/* Adds a comparison of the first column. */
static void
comparar_com(Faixa *f, Relation ix, StrategyNumber estrategia, Datum valor)
{
    ScanKeyEntryInitialize(
        &f->chaves[f->n++], 0, 1, estrategia, InvalidOid, ix->rd_indcollation[0],
        get_opcode(get_opfamily_member(ix->rd_opfamily[0], ix->rd_opcintype[0],
                                       ix->rd_opcintype[0], estrategia)),
        valor);
}

/* ---- order ---- */

/* Whole years on a day; less than 0: not born yet. */
static int
idade_em(DateADT nascido, DateADT dia)
{
    int a, m, d;
    int ano, mes, hoje;

    j2date(nascido + POSTGRES_EPOCH_JDATE, &a, &m, &d);
    j2date(dia + POSTGRES_EPOCH_JDATE, &ano, &mes, &hoje);
    return ano - a - (mes < m || (mes == m && hoje < d));
}

/* The first eight bytes of a text as a number of the same order. */
static int64
comeco(Palavra t)
{
    unsigned char bytes[sizeof(uint64)] = {0};
    uint64 n;

    if (t.p != NULL && t.n > 0)
        memcpy(bytes, t.p, Min((size_t)t.n, sizeof(bytes)));
    memcpy(&n, bytes, sizeof(n));
    return (int64)(pg_ntoh64(n) ^ (UINT64CONST(1) << 63));
}

void
achado_de(const Pesquisa *p, const Linha *l, Nivel nivel, Achado *a)
{
    memset(a, 0, sizeof(*a));
    a->id = l->id;
    a->nivel = nivel;
    switch (p->ordem)
    {
    case ORDEM_RELEVANCIA:
    case ORDEM_NOME:
        a->texto = l->nome;
        a->numero = comeco(a->texto);
        break;
    case ORDEM_CIDADE:
        a->texto = l->cidade;
        a->nulo = l->cidade.p == NULL;
        a->numero = comeco(a->texto);
        break;
    case ORDEM_UF:
        a->numero = l->uf;
        a->nulo = l->uf == UF_NENHUMA;
        break;
    case ORDEM_IDADE:
        a->numero = p->por_anos && l->nasceu ? -idade_em(l->nascimento, p->hoje)
                                             : l->nascimento;
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

int
achado_comparar(const void *x, const void *y, void *arg)
{
    const Pesquisa *p = arg;
    const Achado *a = x;
    const Achado *b = y;
    int c = 0;

    if (p->ordem == ORDEM_RELEVANCIA && a->nivel != b->nivel)
    {
        /* One level: the exact name is the first of those that begin so. */
        const int na = a->nivel <= NIVEL_INICIO ? NIVEL_EXATO : a->nivel;
        const int nb = b->nivel <= NIVEL_INICIO ? NIVEL_EXATO : b->nivel;

        if (na != nb)
            return na < nb ? -1 : 1;
    }
    if (a->nulo != b->nulo)
        return a->nulo ? 1 : -1;
    if (!a->nulo)
    {
        if (a->numero != b->numero)
            c = a->numero < b->numero ? -1 : 1;
        else if (a->texto.p && b->texto.p) /* which begin alike */
            c = palavra_comparar(a->texto, b->texto);
    }
    if (c == 0 && a->id != b->id)
        c = a->id < b->id ? -1 : 1;
    return p->desce != (p->ordem == ORDEM_IDADE) ? -c : c;
}

int
palavra_comparar(Palavra a, Palavra b)
{
    int c = memcmp(a.p, b.p, Min(a.n, b.n));

    if (c != 0)
        return c;
    return a.n == b.n ? 0 : a.n < b.n ? -1 : 1;
}
