/*
 * rodada_leitura.c: the rows that a run of the distribution takes up.
 */
#include "rodada.h"

#include "catalog/pg_type.h"
#include "utils/timestamp.h"

static void ler_vencidas(Rodada *r);
static void ler_abertas(Rodada *r);
static void ler_vendedores(Rodada *r);
static void ler_livres(Rodada *r);

void
rodada_ler(Rodada *r)
{
    if (r->modo == DISTRIBUIR_DIFERENCA)
        ler_vencidas(r);
    else
        ler_abertas(r);
    ler_vendedores(r);
    ler_livres(r);
}

/* Untouched rows whose client is no longer in the window; pinned ones stay. */
static void
ler_vencidas(Rodada *r)
{
    static SPIPlanPtr guardado = NULL;
    static const Oid tipos[] = {DATEOID, DATEOID};
    static const char sql[] =
        "SELECT id, cliente_id, vendedor_id, data_ultima_compra, 0::bigint"
        "  FROM crm.cliente_vendedor"
        " WHERE encerrada_em IS NULL AND NOT contatado AND NOT fixado"
        "   AND data_ultima_compra < $1"
        " UNION ALL "
        "SELECT id, cliente_id, vendedor_id, data_ultima_compra, 0::bigint"
        "  FROM crm.cliente_vendedor"
        " WHERE encerrada_em IS NULL AND NOT contatado AND NOT fixado"
        "   AND data_ultima_compra > $2"
        " UNION ALL "
        "SELECT id, cliente_id, vendedor_id, data_ultima_compra, 0::bigint"
        "  FROM crm.cliente_vendedor"
        " WHERE encerrada_em IS NULL AND NOT contatado AND NOT fixado"
        "   AND data_ultima_compra IS NULL";
    Datum valores[] = {DateADTGetDatum(r->de), DateADTGetDatum(r->ate)};

    SPI_execute_plan(plano(&guardado, sql, lengthof(tipos), tipos), valores,
                     NULL, r->so_ler, 0);
    cartas_ler(&r->vencidas, MOTIVO_FORA_DA_JANELA);
}

/* DISTRIBUIR_TUDO: every untouched row, in the window or not. */
static void
ler_abertas(Rodada *r)
{
    static SPIPlanPtr guardado = NULL;
    static const Oid tipos[] = {BOOLOID};
    static const char sql[] =
        "SELECT id, cliente_id, vendedor_id, data_ultima_compra,"
        "       (valor_total * 100)::bigint"
        "  FROM crm.cliente_vendedor"
        " WHERE encerrada_em IS NULL AND NOT contatado AND (NOT fixado OR $1)";
    Datum valores[] = {BoolGetDatum(r->modo == DISTRIBUIR_TUDO_E_FIXADOS)};
    Cartas todas = {0};

    SPI_execute_plan(plano(&guardado, sql, lengthof(tipos), tipos), valores,
                     NULL, r->so_ler, 0);
    cartas_ler(&todas, MOTIVO_TODOS);
    for (int64 i = 0; i < todas.n; i++)
    {
        Carta *c = &todas.c[i];

        carta_somar(c->compra >= r->de && c->compra <= r->ate ? &r->livres
                                                              : &r->vencidas,
                    c);
    }
}

/* Who takes part with how many, and whose clients must leave. */
static void
ler_vendedores(Rodada *r)
{
    static SPIPlanPtr guardado = NULL;
    static const Oid tipos[] = {TIMESTAMPTZOID};
    static const char sql[] =
        "SELECT v.id, v.peso, v.capacidade,"
        "       v.ativo AND v.online AND v.participa_distribuicao,"
        "       coalesce(v.visto_em < $1, false),"
        "       coalesce(c.pendente, 0)::bigint, coalesce(c.fixado, 0)::bigint,"
        "       coalesce(c.recebido, 0)::bigint"
        "  FROM crm.vendedores v"
        "  LEFT JOIN (SELECT vendedor_id,"
        "           sum(CASE estado WHEN 'pendente' THEN qtd END) AS pendente,"
        "           sum(CASE estado WHEN 'fixado' THEN qtd END) AS fixado,"
        "           sum(CASE estado WHEN 'recebido' THEN qtd END) AS recebido"
        "          FROM crm.contagens"
        "         WHERE escopo = 'vendedor' AND vendedor_id > 0"
        "         GROUP BY vendedor_id) c ON c.vendedor_id = v.id"
        " WHERE v.ativo AND v.online AND v.participa_distribuicao"
        "    OR c.pendente > 0"
        " ORDER BY v.id";
    Datum valores[] = {TimestampTzGetDatum(
        r->agora - config_int("presenca_ausente") * USECS_PER_SEC)};
    int64 vencida = 0;
    uint64 n;

    qsort(r->vencidas.c, r->vencidas.n, sizeof(Carta), carta_por_vendedor);
    SPI_execute_plan(plano(&guardado, sql, lengthof(tipos), tipos), valores,
                     NULL, r->so_ler, 0);
    n = SPI_processed;
    r->vendedores = palloc0((n + 1) * sizeof *r->vendedores);
    r->fora = palloc((n + 1) * sizeof(int64));

    for (uint64 i = 0; i < n; i++)
    {
        HeapTuple linha = SPI_tuptable->vals[i];
        TupleDesc forma = SPI_tuptable->tupdesc;
        RodizioVendedor v = {.id = campo_int8(i, 1),
                             .moveis = campo_int8(i, 6),
                             .fixados = campo_int8(i, 7),
                             .recebidos = campo_int8(i, 8)};
        bool participa, ausente, nulo;
        Datum capacidade = SPI_getbinval(linha, forma, 3, &nulo);

        v.capacidade = nulo ? RODIZIO_SEM_LIMITE : DatumGetInt32(capacidade);
        v.peso = DatumGetInt32(SPI_getbinval(linha, forma, 2, &nulo));
        participa = DatumGetBool(SPI_getbinval(linha, forma, 4, &nulo));
        ausente = DatumGetBool(SPI_getbinval(linha, forma, 5, &nulo));

        /* What leaves anyway does not count any more. */
        if (r->modo != DISTRIBUIR_DIFERENCA)
            v.moveis = 0;
        else
            for (; vencida < r->vencidas.n && r->vencidas.c[vencida].de <= v.id;
                 vencida++)
                if (r->vencidas.c[vencida].de == v.id)
                    v.moveis--;
        if (r->modo == DISTRIBUIR_TUDO_E_FIXADOS)
            v.fixados = 0;
        v.moveis = Max(v.moveis, 0);
        v.fixados = Max(v.fixados, 0);

        if (participa)
        {
            if (ausente && (v.capacidade < 0 ||
                            v.capacidade > v.moveis + v.fixados))
                v.capacidade = v.moveis + v.fixados;
            r->vendedores[r->n++] = v;
        }
        else if (v.moveis > 0)
        {
            r->fora[r->n_fora++] = v.id;
            r->forcados += v.moveis;
        }
    }
    SPI_freetuptable(SPI_tuptable);
}

/* The clients of the window that nobody holds, as many as could be taken. */
static void
ler_livres(Rodada *r)
{
    static SPIPlanPtr guardado = NULL;
    static const Oid tipos[] = {DATEOID, DATEOID, INT8OID};
    static const char sql[] =
        "SELECT 0::bigint, c.id_cliente, 0::bigint, c.data_ultima_compra,"
        "       (c.valor_total * 100)::bigint"
        "  FROM (SELECT dia FROM crm.contagens"
        "         WHERE escopo IN ('cliente', 'aberta') AND vendedor_id = 0"
        "           AND estado IN ('ativo', 'aberta')"
        "           AND dia BETWEEN $1 AND $2"
        "         GROUP BY dia"
        "        HAVING sum(CASE escopo WHEN 'cliente' THEN qtd ELSE -qtd END)"
        "               > 0"
        "         ORDER BY dia OFFSET 0) d,"
        "       LATERAL (SELECT id_cliente, data_ultima_compra, valor_total"
        "          FROM crm.clientes"
        "         WHERE data_ultima_compra = d.dia AND ativo"
        "           AND NOT nao_contatar AND status = 'disponivel'"
        "         ORDER BY id_cliente) c"
        " WHERE NOT EXISTS (SELECT FROM crm.cliente_vendedor a"
        "                    WHERE a.cliente_id = c.id_cliente"
        "                      AND a.encerrada_em IS NULL)"
        " LIMIT $3";
    int64 espaco = 0;
    bool sem_limite = false;
    Datum valores[3];

    for (int i = 0; i < r->n; i++)
    {
        const RodizioVendedor *v = &r->vendedores[i];

        if (v->capacidade < 0)
            sem_limite = true;
        else if (v->capacidade > v->fixados)
            espaco += v->capacidade - v->fixados;
    }
    if (!sem_limite && espaco == 0)
        return;

    valores[0] = DateADTGetDatum(r->de);
    valores[1] = DateADTGetDatum(r->ate);
    valores[2] = Int64GetDatum(espaco);
    SPI_execute_plan(plano(&guardado, sql, lengthof(tipos), tipos), valores,
                     sem_limite ? "  n" : NULL, r->so_ler, 0);
    cartas_ler(&r->livres, MOTIVO_REDISTRIBUICAO);
}

/* What sellers have above their target, and all that must leave. */
void
rodada_ler_excesso(Rodada *r)
{
    static SPIPlanPtr guardado = NULL;
    static const Oid tipos[] = {INT8ARRAYOID, INT8ARRAYOID, INT8ARRAYOID,
                                DATEOID, DATEOID};
    static const char sql[] =
        "SELECT a.id, a.cliente_id, p.v, a.data_ultima_compra,"
        "       (a.valor_total * 100)::bigint"
        "  FROM unnest($1, $2, $3) AS p(v, urgentes, recentes), LATERAL"
        "  ((SELECT id, cliente_id, data_ultima_compra, valor_total"
        "      FROM crm.cliente_vendedor"
        "     WHERE vendedor_id = p.v AND NOT contatado"
        "       AND encerrada_em IS NULL AND NOT fixado"
        "       AND data_ultima_compra BETWEEN $4 AND $5"
        "     ORDER BY data_ultima_compra, id LIMIT p.urgentes)"
        "   UNION ALL"
        "   (SELECT id, cliente_id, data_ultima_compra, valor_total"
        "      FROM crm.cliente_vendedor"
        "     WHERE vendedor_id = p.v AND NOT contatado"
        "       AND encerrada_em IS NULL AND NOT fixado"
        "       AND data_ultima_compra BETWEEN $4 AND $5"
        "     ORDER BY data_ultima_compra DESC, id DESC LIMIT p.recentes)) a";
    int64 *v = palloc((r->n + r->n_fora + 1) * sizeof(int64));
    int64 *urgentes = palloc((r->n + r->n_fora + 1) * sizeof(int64));
    int64 *recentes = palloc((r->n + r->n_fora + 1) * sizeof(int64));
    int n = 0;
    int doadores = 0;
    Datum valores[5];

    for (int i = 0; i < r->n; i++)
    {
        int64 sobra = r->vendedores[i].moveis - r->vendedores[i].alvo;

        if (sobra <= 0)
            continue;
        /* An odd one out comes from either end in turns. */
        v[n] = r->vendedores[i].id;
        urgentes[n] = (sobra + (doadores++ & 1)) / 2;
        recentes[n] = sobra - urgentes[n];
        n++;
    }
    for (int i = 0; i < r->n_fora; i++)
    {
        v[n] = r->fora[i];
        urgentes[n] = PG_INT64_MAX;
        recentes[n] = 0;
        n++;
    }
    if (n == 0)
        return;

    valores[0] = int8_array(v, n);
    valores[1] = int8_array(urgentes, n);
    valores[2] = int8_array(recentes, n);
    valores[3] = DateADTGetDatum(r->de);
    valores[4] = DateADTGetDatum(r->ate);
    SPI_execute_plan(plano(&guardado, sql, lengthof(tipos), tipos), valores,
                     NULL, r->so_ler, 0);
    cartas_ler(&r->excesso, MOTIVO_REDISTRIBUICAO);
    for (int64 i = 0; i < r->excesso.n; i++)
        if (bsearch(&r->excesso.c[i].de, r->fora, r->n_fora, sizeof(int64),
                    por_int8) != NULL)
            r->excesso.c[i].motivo = MOTIVO_OFFLINE;
}
