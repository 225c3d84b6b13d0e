/*
 * pesquisa_total.c: total and facets.
 *
 * Exact when all who answer were seen and are at most BUSCA_TOTAL_EXATO.
 * Otherwise the total is what was counted, or the estimate of the sample, and
 * the facets are those of the sample in proportion: never a second scan.
 */
#include "pesquisa_plano.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/guc.h"

enum
{
    ABERTAS = 1 << 0 | 1 << 1, /* status atribuido, contatado */
    FACETAS_AMOSTRA = 200,
    IDS_MAX = 400000000 /* greatest id of a map */
};

static int64 contar(SPIPlanPtr *guardado, const char *sql, int n,
                    const Oid *tipos, const Datum *args);
static void dias_da_situacao(const Coleta *c, Datum *dias);
static void id_juntar(void *arg, const Datum *valores, const bool *nulos);
static int64 ultima_id(Coleta *c);
static void facetas_das_ids(Coleta *c, Facetas *f, int passo);
static void facetas_na_proporcao(Facetas *f, const Facetas *amostra,
                                 int64 amostrados, int64 total);

/*
 * How many clients status and situacao leave, by the counters, when an index
 * leads to them: an upper bound, other filters come on top.
 */
void
total_clientes(Coleta *c)
{
    static SPIPlanPtr por_status = NULL;
    static SPIPlanPtr por_dia = NULL;
    static SPIPlanPtr abertas = NULL;
    const Filtro *f = &c->f;
    const Oid tipos_dias[] = {DATEOID, DATEOID, BOOLOID, BOOLOID, BOOLOID};
    Datum dias[lengthof(tipos_dias)];

    c->clientes_n = -1;
    c->abertas_por_dia = false;
    dias_da_situacao(c, dias);
    dias[3] = BoolGetDatum(f->ativo != 0);
    dias[4] = BoolGetDatum(f->ativo != 1);
    if (total_por_abertas(f))
    {
        const Oid tipos[] = {BOOLOID, BOOLOID};
        const Datum args[] = {BoolGetDatum((f->status & 1) != 0),
                              BoolGetDatum((f->status & 2) != 0)};

        c->clientes_n = contar(
            &por_status,
            "SELECT coalesce(sum(qtd), 0)::bigint FROM crm.contagens"
            " WHERE escopo = 'vendedor'"
            "   AND (($1 AND estado IN ('pendente', 'fixado'))"
            "        OR ($2 AND estado = 'contatado'))",
            2, tipos, args);
        if (f->situacao != 0)
        {
            const int64 n = contar(
                &abertas,
                "SELECT coalesce(sum(qtd), 0)::bigint FROM crm.contagens"
                " WHERE escopo = 'aberta' AND vendedor_id = 0"
                "   AND (dia >= $1 AND dia < $2 OR $3 AND dia = '-infinity')",
                3, tipos_dias, dias);

            c->abertas_por_dia = n < c->clientes_n / 4;
            c->clientes_n = Min(c->clientes_n, n);
        }
    }
    else if (f->situacao != 0 && !(f->situacao & 4))
        c->clientes_n = contar(
            &por_dia,
            "SELECT coalesce(sum(qtd), 0)::bigint FROM ("
            "  SELECT qtd FROM crm.contagens"
            "   WHERE escopo = 'cliente' AND vendedor_id = 0"
            "     AND dia >= $1 AND dia < $2"
            "     AND CASE WHEN estado = 'inativo' THEN $5 ELSE $4 END"
            "  UNION ALL"
            "  SELECT qtd FROM crm.contagens"
            "   WHERE $3 AND escopo = 'cliente' AND vendedor_id = 0"
            "     AND dia = '-infinity'"
            "     AND CASE WHEN estado = 'inativo' THEN $5 ELSE $4 END) k",
            lengthof(tipos_dias), tipos_dias, dias);
}

/* The days [first, behind the last) that situacao leaves, and whether who never
 * bought is among them. */
static void
dias_da_situacao(const Coleta *c, Datum *dias)
{
    const Leitor *l = c->p->leitor;
    const uint8 situacao = c->f.situacao;

    /* -infinity is the day of those without one. */
    dias[0] = DateADTGetDatum(situacao & 4   ? DATEVAL_NOBEGIN + 1
                              : situacao & 2 ? l->elegivel_de
                              : situacao & 1 ? l->ativo_de
                                             : DATEVAL_NOEND);
    dias[1] = DateADTGetDatum(situacao & 1   ? DATEVAL_NOEND
                              : situacao & 2 ? l->ativo_de
                                             : l->elegivel_de);
    dias[2] = BoolGetDatum((situacao & 8) != 0);
}

/* Do the open assignments lead to all who may answer? */
bool
total_por_abertas(const Filtro *f)
{
    return f->status != 0 && (f->status & ~ABERTAS) == 0;
}

bool
total_dias_abertos(Coleta *c, DateADT *de, DateADT *ate)
{
    static SPIPlanPtr guardado = NULL;
    const Oid tipos[] = {BOOLOID, BOOLOID};
    Datum args[] = {BoolGetDatum((c->f.status & 1) != 0),
                    BoolGetDatum((c->f.status & 2) != 0)};
    bool nulo[2];
    Datum dias[2];

    /* Four ends of idx_atribuicao_contatado. */
    if (SPI_execute_plan(
            plano(&guardado,
                  "SELECT min(de), max(ate) FROM ("
                  " SELECT (SELECT v.data_ultima_compra FROM crm.cliente_vendedor v"
                  "          WHERE v.encerrada_em IS NULL AND v.contatado = e.contatado"
                  "            AND v.data_ultima_compra IS NOT NULL"
                  "          ORDER BY v.data_ultima_compra LIMIT 1) AS de,"
                  "        (SELECT v.data_ultima_compra FROM crm.cliente_vendedor v"
                  "          WHERE v.encerrada_em IS NULL AND v.contatado = e.contatado"
                  "            AND v.data_ultima_compra IS NOT NULL"
                  "          ORDER BY v.data_ultima_compra DESC LIMIT 1) AS ate"
                  "   FROM (VALUES (false, $1), (true, $2)) AS e(contatado, quer)"
                  "  WHERE e.quer) t",
                  2, tipos),
            args, NULL, true, 1) != SPI_OK_SELECT ||
        SPI_processed != 1)
        elog(ERROR, "could not read the days of the assignments");
    for (int i = 0; i < 2; i++)
        dias[i] = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc,
                                i + 1, &nulo[i]);
    SPI_freetuptable(SPI_tuptable);
    if (nulo[0] || nulo[1])
        return false;
    *de = DatumGetDateADT(dias[0]);
    *ate = DatumGetDateADT(dias[1]);
    return true;
}

/* Of the open assignments, contacted or not as the filter says. */
static void
certos_por_status(Coleta *c, Mapa *mapa)
{
    static SPIPlanPtr guardado = NULL;
    static SPIPlanPtr dos_dias = NULL;
    const Oid tipos[] = {BOOLOID, BOOLOID, DATEOID, DATEOID, BOOLOID};
    Datum args[lengthof(tipos)] = {BoolGetDatum((c->f.status & 1) != 0),
                                   BoolGetDatum((c->f.status & 2) != 0)};

    dias_da_situacao(c, args + 2);
    if (c->abertas_por_dia)
    {
        plano_linhas(
            plano(&dos_dias,
                  "SELECT cliente_id FROM crm.cliente_vendedor"
                  " WHERE $1 AND encerrada_em IS NULL AND NOT contatado"
                  "   AND data_ultima_compra >= $3 AND data_ultima_compra < $4"
                  " UNION ALL "
                  "SELECT cliente_id FROM crm.cliente_vendedor"
                  " WHERE $2 AND encerrada_em IS NULL AND contatado"
                  "   AND data_ultima_compra >= $3 AND data_ultima_compra < $4"
                  " UNION ALL "
                  "SELECT cliente_id FROM crm.cliente_vendedor"
                  " WHERE $1 AND $5 AND encerrada_em IS NULL AND NOT contatado"
                  "   AND data_ultima_compra IS NULL"
                  " UNION ALL "
                  "SELECT cliente_id FROM crm.cliente_vendedor"
                  " WHERE $2 AND $5 AND encerrada_em IS NULL AND contatado"
                  "   AND data_ultima_compra IS NULL",
                  lengthof(tipos), tipos),
            lengthof(tipos), tipos, args, id_juntar, mapa);
        return;
    }
    plano_linhas(plano(&guardado,
                       "SELECT cliente_id FROM crm.cliente_vendedor"
                       " WHERE $1 AND encerrada_em IS NULL AND NOT contatado"
                       " UNION ALL "
                       "SELECT cliente_id FROM crm.cliente_vendedor"
                       " WHERE $2 AND encerrada_em IS NULL AND contatado",
                       2, tipos),
                 2, tipos, args, id_juntar, mapa);
}

static void
id_juntar(void *arg, const Datum *valores, const bool *nulos)
{
    mapa_por_numero(arg, (uint64)DatumGetInt64(valores[0]));
}

bool
total_reunir_certos(Coleta *c)
{
    const uint8 situacao = c->f.situacao;
    const bool dias = situacao != 0 && !(situacao & 4);
    const bool abertas = total_por_abertas(&c->f);

    if (c->certos && c->certos_status == c->f.status &&
        c->certos_situacao == situacao)
        return true;
    mapa_livre(c->certos);
    c->certos = NULL;
    if (!dias && !abertas)
        return false;
    c->certos = total_mapa_ids(c);
    if (c->certos == NULL)
        return false;
    if (abertas)
        certos_por_status(c, c->certos);
    /* Few enough already, and every row is tested. */
    if (dias && !c->abertas_por_dia)
    {
        Mapa *estes = abertas ? total_mapa_ids(c) : c->certos;
        Datum args[3];

        dias_da_situacao(c, args);
        folhas_ids_dos_dias(c->p->leitor, DatumGetDateADT(args[0]),
                            DatumGetDateADT(args[1]), DatumGetBool(args[2]), estes);
        if (abertas)
        {
            mapa_e(c->certos, estes);
            mapa_livre(estes);
        }
    }
    c->certos_status = c->f.status;
    c->certos_situacao = situacao;
    return true;
}

bool
total_reunir_exatos(Coleta *c)
{
    static SPIPlanPtr guardado = NULL;
    const Oid tipos[] = {TEXTARRAYOID, INT4OID, DATEOID, DATEOID, BOOLOID, BOOLOID};
    const Leitor *l = c->p->leitor;
    const Filtro *f = &c->f;
    Datum status[STATUS_N];
    int n = 0;
    Datum args[lengthof(tipos)];

    mapa_livre(c->certos);
    c->certos = total_mapa_ids(c);
    if (c->certos == NULL)
        return false;
    for (int i = 0; i < STATUS_N; i++)
        if (f->status == 0 || (f->status & (1 << i)))
            status[n++] = CStringGetTextDatum(status_nomes[i]);
    args[0] = PointerGetDatum(
        construct_array(status, n, TEXTOID, -1, false, TYPALIGN_INT));
    args[1] = Int32GetDatum(f->situacao ? f->situacao : (1 << SITUACAO_N) - 1);
    args[2] = DateADTGetDatum(l->ativo_de);
    args[3] = DateADTGetDatum(l->elegivel_de);
    args[4] = BoolGetDatum(f->ativo != 0);
    args[5] = BoolGetDatum(f->ativo != 1);
    plano_linhas(plano(&guardado,
                       "SELECT id_cliente FROM crm.clientes"
                       " WHERE status = ANY ($1)"
                       "   AND $2 & CASE WHEN data_ultima_compra >= $3 THEN 1"
                       "                 WHEN data_ultima_compra >= $4 THEN 2"
                       "                 WHEN data_ultima_compra IS NULL THEN 8"
                       "                 ELSE 4 END <> 0"
                       "   AND CASE WHEN ativo THEN $5 ELSE $6 END",
                       lengthof(tipos), tipos),
                 lengthof(tipos), tipos, args, id_juntar, c->certos);
    c->exatos = true;
    return true;
}

Mapa *
total_mapa_ids(Coleta *c)
{
    const int64 maior = ultima_id(c);

    return maior < 0 || maior >= IDS_MAX ? NULL : mapa_de((uint64)maior + 1);
}

typedef struct Ids
{
    int64 *ids;
    int n;
} Ids;

static void
id_anotar(void *arg, const Datum *valores, const bool *nulos)
{
    Ids *a = arg;

    a->ids[a->n++] = DatumGetInt64(valores[0]);
}

int
total_abertas_apos(Coleta *c, int64 apos, bool desce, int n, int64 *ids)
{
    static SPIPlanPtr planos[2] = {NULL, NULL};
    const Oid tipos[] = {BOOLOID, BOOLOID, INT8OID, INT8OID};
    Datum args[] = {BoolGetDatum((c->f.status & 1) != 0),
                    BoolGetDatum((c->f.status & 2) != 0), Int64GetDatum(apos),
                    Int64GetDatum(n)};
    Ids a = {ids, 0};
    const int nivel = NewGUCNestLevel();

    /* The index of the open ones has the order. */
    (void)set_config_option("enable_sort", "off", PGC_USERSET, PGC_S_SESSION,
                            GUC_ACTION_SAVE, true, 0, false);
    plano_linhas(plano(&planos[desce],
                       desce ? "SELECT cliente_id FROM crm.cliente_vendedor"
                               " WHERE encerrada_em IS NULL AND cliente_id < $3"
                               "   AND CASE WHEN contatado THEN $2 ELSE $1 END"
                               " ORDER BY cliente_id DESC LIMIT $4"
                             : "SELECT cliente_id FROM crm.cliente_vendedor"
                               " WHERE encerrada_em IS NULL AND cliente_id > $3"
                               "   AND CASE WHEN contatado THEN $2 ELSE $1 END"
                               " ORDER BY cliente_id LIMIT $4",
                       lengthof(tipos), tipos),
                 lengthof(tipos), tipos, args, id_anotar, &a);
    AtEOXact_GUC(true, nivel);
    return a.n;
}

/* The greatest id there is; ids far apart are not worth a map. */
static int64
ultima_id(Coleta *c)
{
    Leitor *l = c->p->leitor;
    IndexScanDesc scan =
        index_beginscan(leitor_tabela(l, TAB_BUSCA), leitor_indice(l, IX_BUSCA_ID),
                        l->foto, 0, 0);
    int64 id = -1;
    bool nulo;

    scan->xs_want_itup = true;
    index_rescan(scan, NULL, 0, NULL, 0);
    if (index_getnext_tid(scan, BackwardScanDirection) != NULL)
        id = DatumGetInt64(index_getattr(scan->xs_itup, 1, scan->xs_itupdesc, &nulo));
    index_endscan(scan);
    return id;
}

void
total_concluir(Coleta *c)
{
    static SPIPlanPtr base = NULL;
    Pesquisa *p = c->p;
    const Filtro *f = &p->f;

    p->facetas.exatas = false;
    if (p->f.nada || c->completo)
    {
        p->total = c->contados + c->nao_vistos;
        p->total_exato = p->total <= BUSCA_TOTAL_EXATO && c->nao_vistos == 0;
        p->facetas.exatas = p->total_exato;
        if (p->total_exato)
            facetas_das_ids(c, &p->facetas, 1);
        else
        {
            Facetas amostra = {false};
            const int passo = BUSCA_TOTAL_EXATO / FACETAS_AMOSTRA;

            const int n = (int)Min(c->contados, BUSCA_TOTAL_EXATO);

            facetas_das_ids(c, &amostra, passo);
            if (c->amostrados > FACETAS_AMOSTRA / 2)
                facetas_na_proporcao(&p->facetas, &c->amostra, c->amostrados,
                                     p->total);
            else
                facetas_na_proporcao(&p->facetas, &amostra, (n + passo - 1) / passo,
                                     p->total);
        }
        return;
    }

    p->total = (int64)c->estimado;
    if (f->termos_n == 0 && f->ufs == 0 && f->cidade.p == NULL && !f->tem_idade &&
        f->celulares_n == 0 && f->emails_n == 0 && !filtro_usa_cliente(f))
    {
        const Oid tipos[] = {BOOLOID, BOOLOID};
        const Datum args[] = {BoolGetDatum(f->ativo != 0),
                              BoolGetDatum(f->ativo != 1)};

        p->total = contar(&base,
                          "SELECT coalesce(sum(qtd), 0)::bigint"
                          "  FROM crm.contagens WHERE escopo = 'base'"
                          "   AND CASE WHEN estado = 'inativo' THEN $2 ELSE $1 END",
                          2, tipos, args);
    }
    if (p->posicao.ha)
        p->total = p->posicao.total;
    p->total = Max(p->total, BUSCA_TOTAL_EXATO + 1);
    p->total_exato = false;
    facetas_na_proporcao(&p->facetas, &c->amostra, c->amostrados, p->total);
}

static int64
contar(SPIPlanPtr *guardado, const char *sql, int n, const Oid *tipos,
       const Datum *args)
{
    bool nulo;
    int64 total;

    if (SPI_execute_plan(plano(guardado, sql, n, tipos), (Datum *)args, NULL, true,
                         1) != SPI_OK_SELECT ||
        SPI_processed != 1)
        elog(ERROR, "could not read the counters");
    total = DatumGetInt64(SPI_getbinval(SPI_tuptable->vals[0],
                                        SPI_tuptable->tupdesc, 1, &nulo));
    SPI_freetuptable(SPI_tuptable);
    return total;
}

/* Of every passo-th of the clients kept by id. */
static void
facetas_das_ids(Coleta *c, Facetas *f, int passo)
{
    const int n = (int)Min(c->contados, BUSCA_TOTAL_EXATO);

    for (int i = 0; i < n; i += passo)
    {
        Linha linha;

        CHECK_FOR_INTERRUPTS();
        if (!leitor_cliente(c->p->leitor, c->ids[i], &linha))
            continue;
        if (c->ufs[i] == UF_NAO_LIDA)
        {
            Linha busca;

            c->ufs[i] = leitor_busca(c->p->leitor, c->ids[i], &busca)
                            ? busca.uf
                            : UF_NENHUMA;
        }
        f->uf[c->ufs[i]]++;
        f->status[linha.status]++;
        f->situacao[linha.situacao]++;
    }
}

static void
escalar(int64 *contas, const int64 *amostra, int n, int64 amostrados, int64 total)
{
    for (int i = 0; i < n; i++)
        contas[i] = amostrados > 0
                        ? (int64)rint((double)amostra[i] * total / amostrados)
                        : 0;
}

static void
facetas_na_proporcao(Facetas *f, const Facetas *amostra, int64 amostrados,
                     int64 total)
{
    escalar(f->uf, amostra->uf, UF_N + 1, amostrados, total);
    escalar(f->status, amostra->status, STATUS_N, amostrados, total);
    escalar(f->situacao, amostra->situacao, SITUACAO_N, amostrados, total);
}
