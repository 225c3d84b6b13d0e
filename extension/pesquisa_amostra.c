/*
 * pesquisa_amostra.c: how many of the rows that may answer do?
 *
 * Of many a few are looked at, spread evenly; what they said of the same filters
 * and sets is remembered for some seconds, so that paging weighs alike.
 */
#include "pesquisa.h"
#include "pesquisa_plano.h"

#include "miscadmin.h"
#include "utils/timestamp.h"

enum
{
    AMOSTRA = 200, /* rows looked at for estimates */
    AMOSTRAS_LEMBRADAS = 16,
    AMOSTRA_VALE_S = 10
};

static bool amostra_lembrada(Coleta *c, const Conjunto *s, int64 n);
static void amostra_lembrar(const Coleta *c, const Conjunto *s, int64 n);

/* Rows spread over the set: how many answer all filters, and their facets. */
void
por_amostra(Coleta *c, const Conjunto *s, int64 n)
{
    Leitor *l = c->p->leitor;
    Linha linha;
    Facetas *facetas = &c->amostra;
    int64 vistos = 0;
    int64 validos = 0;

    if (amostra_lembrada(c, s, n))
        return;
    memset(facetas, 0, sizeof(*facetas));
    for (int i = 0; i < AMOSTRA; i++)
    {
        ItemPointerData tid;
        Nivel nivel = NIVEL_PALAVRAS;

        if (s->dentro)
        {
            if (!mapa_enesimo(s->dentro, (uint64)n * i / AMOSTRA, i == 0, &tid,
                              &c->lugar))
                break;
        }
        else
        {
            BlockNumber blocos = leitor_blocos(l, TAB_BUSCA);

            ItemPointerSet(&tid, (BlockNumber)((uint64)blocos * i / AMOSTRA),
                           1 + i % 40);
        }
        CHECK_FOR_INTERRUPTS();
        memset(&linha, 0, sizeof(linha));
        if (!leitor_lugar(l, &tid, &linha))
        {
            vistos += s->dentro != NULL;
            continue;
        }
        vistos++;
        if (!filtro_busca(&c->f, &linha))
            continue;
        if (c->f.termos_n > 0)
        {
            nivel = palavras_nivel(&c->f, &linha, s->ate);
            if (nivel == NIVEL_FORA)
                continue;
        }
        if (!leitor_cliente(l, linha.id, &linha) ||
            !filtro_cliente(&c->f, &linha))
            continue;
        validos++;
        facetas->uf[linha.uf]++;
        facetas->status[linha.status]++;
        facetas->situacao[linha.situacao]++;
    }
    c->amostrados = validos;
    c->estimado = vistos > 0 ? (double)n * validos / vistos : 0;
    total_clientes(c);
    /* The counters know it when nothing else is asked. */
    if (s->dentro == NULL && c->clientes_n >= 0 && !c->f.tem_cpf &&
        (c->f.status == 0 || c->f.situacao == 0))
        c->estimado = c->clientes_n;
    amostra_lembrar(c, s, n);
}

/*
 * The last samples of this backend, some seconds old: who turns pages or tries
 * another order asks the same again.
 */
typedef struct Lembrada
{
    uint64 filtros;
    TimestampTz quando;
    int64 n;
    double estimado;
    int64 clientes_n;
    bool abertas_por_dia;
    int amostrados;
    Facetas facetas;
} Lembrada;

static Lembrada lembradas[AMOSTRAS_LEMBRADAS];
static int proxima_lembrada = 0;

void
amostras_esquecer(void)
{
    memset(lembradas, 0, sizeof(lembradas));
}

static bool
amostra_lembrada(Coleta *c, const Conjunto *s, int64 n)
{
    const uint64 filtros = cursor_filtros(&c->f, s->ate);
    const TimestampTz agora = GetCurrentTimestamp();

    for (int i = 0; i < AMOSTRAS_LEMBRADAS; i++)
    {
        const Lembrada *a = &lembradas[i];

        if (a->filtros != filtros || a->n != n ||
            agora - a->quando > AMOSTRA_VALE_S * USECS_PER_SEC)
            continue;
        c->amostra = a->facetas;
        c->amostrados = a->amostrados;
        c->estimado = a->estimado;
        c->clientes_n = a->clientes_n;
        c->abertas_por_dia = a->abertas_por_dia;
        return true;
    }
    return false;
}

static void
amostra_lembrar(const Coleta *c, const Conjunto *s, int64 n)
{
    Lembrada *a = &lembradas[proxima_lembrada];

    proxima_lembrada = (proxima_lembrada + 1) % AMOSTRAS_LEMBRADAS;
    a->filtros = cursor_filtros(&c->f, s->ate);
    a->quando = GetCurrentTimestamp();
    a->n = n;
    a->estimado = c->estimado;
    a->clientes_n = c->clientes_n;
    a->abertas_por_dia = c->abertas_por_dia;
    a->amostrados = c->amostrados;
    a->facetas = c->amostra;
}
