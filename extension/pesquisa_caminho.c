/*
 * pesquisa_caminho.c: the page by walking, in the order asked for.
 *
 * Orders with an index of their own are one walk (pesquisa_passeio.c). The others
 * are walked value by value in the order of the ids: UF, city, year of birth,
 * status and situacao; relevance level by level in the order of the names. What a
 * walk is likely to cost decides before each whether to gather instead.
 */
#include "pesquisa.h"
#include "pesquisa_plano.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/datetime.h"

enum
{
    NASCIDO_DE = 1850,      /* years of birth, as the table allows */
    NASCIDO_ATE = 2200,
    CIDADES_JUNTAS = 20000, /* clients of small cities gathered at once */
    ABERTAS_POR_VEZ = 1000,
    SORTE = 6               /* a walk may cost so many times what was expected */
};

static const double PASSEIO_MIN = 5000; /* least budget of a walk */

static bool passear_ou_reunir(Coleta *c, const Conjunto *s, const Passeio *w);
static void tentar(Coleta *c, const Conjunto *s, const Passeio *w);
static bool passear_abertas(Coleta *c, const Conjunto *s, const Passeio *w,
                            double ate);
static void passear_niveis(Coleta *c, const Conjunto *s);
static void passear_valores(Coleta *c, const Conjunto *s);
static void passear_ufs(Coleta *c, const Conjunto *s);
static void passear_idades(Coleta *c, const Conjunto *s);
static void passear_cidades(Coleta *c, const Conjunto *s);

void
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
    if (custo_dos_exatos(c, w->ordem) <= Min(ir, juntar_tudo) &&
        total_reunir_exatos(c))
    {
        passeio.fim = c->bastam;
        passeio.sem_limite = true;
        (void)passeio_andar(c, s, &passeio);
        return;
    }
    if (certos_ajudam(c, w->ordem) &&
        custo_dos_certos(c) <= Min(ir, juntar_tudo))
        (void)total_reunir_certos(c);
    if ((c->forcado || (s->n > pesquisa_reunir_ate && ir < juntar_tudo)) &&
        conjunto_por_ids(c, s, w->ordem,
                         Min(c->bastam * entradas_ha(c, w->ordem) /
                                 Max(c->estimado, 1),
                             entradas_ha(c, w->ordem))))
        (void)conjunto_traduzir(c, s);
    passeio.fim = c->bastam;
    passeio.custo_max =
        Min(juntar_tudo, Max(Max(SORTE * ir, juntar_tudo / 4), PASSEIO_MIN));
    passeio.sem_limite = c->forcado;
    if ((c->forcado || (s->n > pesquisa_reunir_ate && ir < juntar_tudo)) &&
        passeio_andar(c, s, &passeio))
        return;
    c->n = c->fechados = antes;
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
