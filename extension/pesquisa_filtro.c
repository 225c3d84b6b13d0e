/*
 * pesquisa_filtro.c: the filters: their sets, and the test of one client.
 */
#include "pesquisa.h"

#include "access/stratnum.h"
#include "catalog/pg_collation.h"
#include "miscadmin.h"
#include "utils/datetime.h"
#include "utils/fmgroids.h"
#include "utils/rel.h"

static Mapa *juntar(Mapa *todos, Mapa *este);
static Mapa *por_celular(Leitor *l, Palavra digitos);
static void por_inicio(Leitor *l, Indice i, Palavra p, Mapa *mapa);
static DateADT anos_antes(DateADT hoje, int anos);
static bool comeca(Palavra p, Palavra inicio);
static bool acaba(Palavra p, Palavra fim);

bool
filtro_busca(const Filtro *f, const Linha *l)
{
    if (f->ativo >= 0 && l->ativo != (f->ativo == 1))
        return false;
    if (f->ufs != 0 && !(f->ufs & (UINT32_C(1) << l->uf)))
        return false;
    if (f->tem_idade && (!l->nasceu || l->nascimento < f->nascido_de ||
                         l->nascimento > f->nascido_ate))
        return false;
    if (f->cidade.p && !comeca(l->cidade, f->cidade))
        return false;
    for (int i = 0; i < f->celulares_n; i++)
        if (!comeca(l->celular, f->celulares[i]) &&
            !acaba(l->celular, f->celulares[i]))
            return false;
    for (int i = 0; i < f->emails_n; i++)
        if (!comeca(l->email, f->emails[i]))
            return false;
    return true;
}

bool
filtro_cliente(const Filtro *f, const Linha *l)
{
    return (f->status == 0 || (f->status & (1 << l->status))) &&
           (f->situacao == 0 || (f->situacao & (1 << l->situacao))) &&
           (!f->tem_cpf || (l->cpf >= f->cpf_de && l->cpf <= f->cpf_ate));
}

bool
filtro_usa_cliente(const Filtro *f)
{
    return f->status != 0 || f->situacao != 0 || f->tem_cpf;
}

bool
filtro_usa_busca(const Filtro *f)
{
    return f->termos_n > 0 || f->ufs != 0 || f->tem_idade || f->cidade.p ||
           f->celulares_n > 0 || f->emails_n > 0;
}

void
filtro_da_idade(Filtro *f, DateADT hoje, int min, int max)
{
    f->tem_idade = true;
    f->nascido_ate = anos_antes(hoje, min);
    f->nascido_de = anos_antes(hoje, max + 1) + 1;
}

/* The day so many years before hoje; 29 February becomes the 28th. */
static DateADT
anos_antes(DateADT hoje, int anos)
{
    int ano, mes, dia;

    j2date(hoje + POSTGRES_EPOCH_JDATE, &ano, &mes, &dia);
    ano -= anos;
    if (mes == 2 && dia == 29 && !isleap(ano))
        dia = 28;
    return date2j(ano, mes, dia) - POSTGRES_EPOCH_JDATE;
}

Mapa *
filtro_reunir(Leitor *l, const Filtro *f, Mapa **fora)
{
    Relation gin = leitor_indice(l, IX_BUSCA_CHAVES);
    const BlockNumber blocos = leitor_blocos(l, TAB_BUSCA);
    Mapa *todos = NULL;

    *fora = NULL;
    for (int i = 0; i < f->celulares_n; i++)
        todos = juntar(todos, por_celular(l, f->celulares[i]));
    for (int i = 0; i < f->emails_n; i++)
    {
        Mapa *este = mapa_novo(blocos);

        por_inicio(l, IX_BUSCA_EMAIL, f->emails[i], este);
        todos = juntar(todos, este);
    }
    if (f->cidade.p)
    {
        Mapa *este = mapa_novo(blocos);
        char *chave = palloc(f->cidade.n + 1);

        chave[0] = 'c';
        memcpy(chave + 1, f->cidade.p, f->cidade.n);
        (void)postos_ler(gin, chave, f->cidade.n + 1, true, este);
        pfree(chave);
        todos = juntar(todos, este);
    }
    if (f->ufs != 0)
    {
        Mapa *este = mapa_novo(blocos);

        for (int i = 0; i < UF_N; i++)
            if (f->ufs & (UINT32_C(1) << i))
            {
                char chave[3] = {'u', uf_nomes[i][0], uf_nomes[i][1]};

                (void)postos_ler(gin, chave, sizeof(chave), false, este);
            }
        todos = juntar(todos, este);
    }
    if (f->tem_idade)
        todos = juntar(todos, filtro_reunir_idade(l, f));
    if (f->ativo >= 0)
    {
        Mapa *inativos = mapa_novo(blocos);

        (void)postos_ler(gin, "i", 1, false, inativos);
        if (f->ativo == 0)
            todos = juntar(todos, inativos);
        else if (todos != NULL)
        {
            mapa_menos(todos, inativos);
            mapa_livre(inativos);
        }
        else
            *fora = inativos;
    }
    return todos;
}

static Mapa *
juntar(Mapa *todos, Mapa *este)
{
    if (todos == NULL)
        return este;
    mapa_e(todos, este);
    mapa_livre(este);
    return todos;
}

static Mapa *
por_celular(Leitor *l, Palavra digitos)
{
    Mapa *mapa = mapa_novo(leitor_blocos(l, TAB_BUSCA));
    char *inverso = palloc(digitos.n);

    for (size_t i = 0; i < digitos.n; i++)
        inverso[i] = digitos.p[digitos.n - 1 - i];
    por_inicio(l, IX_BUSCA_CELULAR, digitos, mapa);
    por_inicio(l, IX_BUSCA_CELULAR_FIM, (Palavra){inverso, digitos.n}, mapa);
    pfree(inverso);
    return mapa;
}

/* Rows whose column of a B-tree begins so. */
static void
por_inicio(Leitor *l, Indice i, Palavra p, Mapa *mapa)
{
    ScanKeyData chaves[2];
    int n = 1;
    text *de = cstring_to_text_with_len(p.p, p.n);
    text *ate = cstring_to_text_with_len(p.p, p.n);
    IndexScanDesc scan;
    ItemPointer tid;

    ScanKeyInit(&chaves[0], 1, BTGreaterEqualStrategyNumber, F_TEXT_GE,
                PointerGetDatum(de));
    chaves[0].sk_collation = C_COLLATION_OID;
    /* The next text in byte order: no text of UTF-8 has a byte 0xFF. */
    if (p.n > 0)
    {
        ((unsigned char *)VARDATA(ate))[p.n - 1]++;
        ScanKeyInit(&chaves[n++], 1, BTLessStrategyNumber, F_TEXT_LT,
                    PointerGetDatum(ate));
        chaves[1].sk_collation = C_COLLATION_OID;
    }
    scan = index_beginscan(leitor_tabela(l, TAB_BUSCA), leitor_indice(l, i),
                           l->foto, n, 0);
    index_rescan(scan, chaves, n, NULL, 0);
    while ((tid = index_getnext_tid(scan, ForwardScanDirection)) != NULL)
    {
        CHECK_FOR_INTERRUPTS();
        mapa_por(mapa, tid);
    }
    index_endscan(scan);
}

/* By the years of birth: a superset of the days asked for. */
Mapa *
filtro_reunir_idade(Leitor *l, const Filtro *f)
{
    Relation gin = leitor_indice(l, IX_BUSCA_CHAVES);
    Mapa *mapa = mapa_novo(leitor_blocos(l, TAB_BUSCA));
    int de, ate, mes, dia;

    j2date(f->nascido_de + POSTGRES_EPOCH_JDATE, &de, &mes, &dia);
    j2date(f->nascido_ate + POSTGRES_EPOCH_JDATE, &ate, &mes, &dia);
    for (int ano = de; ano <= ate; ano++)
    {
        char chave[16];

        (void)postos_ler(gin, chave,
                         snprintf(chave, sizeof(chave), "n%04d", ano), false,
                         mapa);
    }
    return mapa;
}

static bool
comeca(Palavra p, Palavra inicio)
{
    return p.p != NULL && p.n >= inicio.n &&
           memcmp(p.p, inicio.p, inicio.n) == 0;
}

static bool
acaba(Palavra p, Palavra fim)
{
    return p.p != NULL && p.n >= fim.n &&
           memcmp(p.p + p.n - fim.n, fim.p, fim.n) == 0;
}
