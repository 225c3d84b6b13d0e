/*
 * rodada_leitura.c: the rows that a run of the distribution takes up.
 */
#include "numeros.h"
#include "rodada.h"

#include "catalog/pg_type.h"
#include "utils/timestamp.h"

static void ler_vencidas(Rodada *r);
static void ler_abertas(Rodada *r);
static void ler_livres(Rodada *r);
static void reservar(Rodada *r);
static bool pertence(const int64 *ids, int n, int64 id);

void
rodada_ler(Rodada *r)
{
    if (r->modo == DISTRIBUIR_DIFERENCA)
        ler_vencidas(r);
    else
        ler_abertas(r);
    rodada_ler_vendedores(r);
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

/*
 * A seller takes part who is online, in working hours and wants to; one who is
 * absent or at lunch keeps what there is and gets nothing. What was recycled to
 * a seller who takes part stays, like what is pinned.
 */
void
rodada_ler_vendedores(Rodada *r)
{
    static SPIPlanPtr guardado = NULL;
    static const Oid tipos[] = {TIMESTAMPTZOID, DATEOID, DATEOID};
    static const char sql[] =
        "SELECT v.id, v.peso, v.capacidade,"
        "       v.ativo AND v.online AND v.participa_distribuicao"
        "           AND v.expediente IN ('disponivel', 'almoco'),"
        "       coalesce(v.visto_em < $1, false) OR v.expediente = 'almoco',"
        "       coalesce(c.pendente, 0)::bigint, coalesce(c.fixado, 0)::bigint,"
        "       coalesce(c.recebido, 0)::bigint, coalesce(m.n, 0)::bigint,"
        "       v.ativo AND v.participa_distribuicao, v.reserva_ate"
        "  FROM crm.vendedores v"
        "  LEFT JOIN (SELECT vendedor_id,"
        "           sum(CASE estado WHEN 'pendente' THEN qtd END) AS pendente,"
        "           sum(CASE estado WHEN 'fixado' THEN qtd END) AS fixado,"
        "           sum(CASE estado WHEN 'recebido' THEN qtd END) AS recebido"
        "          FROM crm.contagens"
        "         WHERE escopo = 'vendedor' AND vendedor_id > 0"
        "         GROUP BY vendedor_id) c ON c.vendedor_id = v.id"
        "  LEFT JOIN (SELECT vendedor_id, count(*) AS n"
        "          FROM crm.cliente_vendedor"
        "         WHERE encerrada_em IS NULL AND motivo = 'reciclagem'"
        "           AND NOT contatado AND NOT fixado"
        "           AND data_ultima_compra BETWEEN $2 AND $3"
        "         GROUP BY vendedor_id) m ON m.vendedor_id = v.id"
        " WHERE v.ativo AND v.online AND v.participa_distribuicao"
        "    OR c.pendente > 0"
        " ORDER BY v.id";
    Datum valores[] = {TimestampTzGetDatum(r->agora -
                                           config_int("presenca_ausente") *
                                               USECS_PER_SEC),
                       DateADTGetDatum(r->de), DateADTGetDatum(r->ate)};
    int64 vencida = 0;
    int recebem = 0;
    uint64 n;

    qsort(r->vencidas.c, r->vencidas.n, sizeof(Carta), carta_por_vendedor);
    SPI_execute_plan(plano(&guardado, sql, lengthof(tipos), tipos), valores,
                     NULL, r->so_ler, 0);
    n = SPI_processed;
    r->vendedores = palloc0((n + 1) * sizeof *r->vendedores);
    r->recebe = palloc0((n + 1) * sizeof(bool));
    r->fora = palloc((n + 1) * sizeof(int64));
    r->fora_moveis = palloc((n + 1) * sizeof(int64));
    r->vencidos = palloc((n + 1) * sizeof(int64));
    r->reservar = palloc((n + 1) * sizeof(int64));
    r->voltaram = palloc((n + 1) * sizeof(int64));

    for (uint64 i = 0; i < n; i++)
    {
        HeapTuple linha = SPI_tuptable->vals[i];
        TupleDesc forma = SPI_tuptable->tupdesc;
        RodizioVendedor v = {.id = campo_int8(i, 1),
                             .moveis = campo_int8(i, 6),
                             .fixados = campo_int8(i, 7),
                             .recebidos = campo_int8(i, 8)};
        const int64 reciclados = campo_int8(i, 9);
        bool participa, ausente, pode_reservar, reservado, nulo, sem_reserva;
        Datum capacidade = SPI_getbinval(linha, forma, 3, &nulo);
        TimestampTz reserva;

        v.capacidade = nulo ? RODIZIO_SEM_LIMITE : DatumGetInt32(capacidade);
        v.peso = DatumGetInt32(SPI_getbinval(linha, forma, 2, &nulo));
        participa = DatumGetBool(SPI_getbinval(linha, forma, 4, &nulo));
        ausente = DatumGetBool(SPI_getbinval(linha, forma, 5, &nulo));
        pode_reservar = DatumGetBool(SPI_getbinval(linha, forma, 10, &nulo));
        reserva = DatumGetTimestampTz(
            SPI_getbinval(linha, forma, 11, &sem_reserva));
        reservado = !sem_reserva && reserva > r->agora && pode_reservar;

        /* What leaves anyway does not count any more. */
        if (r->modo != DISTRIBUIR_DIFERENCA)
            v.moveis = 0;
        else
        {
            for (; vencida < r->vencidas.n && r->vencidas.c[vencida].de <= v.id;
                 vencida++)
                if (r->vencidas.c[vencida].de == v.id)
                    v.moveis--;
            if (participa)
            {
                v.moveis -= reciclados;
                v.fixados += reciclados;
            }
        }
        if (r->modo == DISTRIBUIR_TUDO_E_FIXADOS)
            v.fixados = 0;
        v.moveis = Max(v.moveis, 0);
        v.fixados = Max(v.fixados, 0);

        if (participa)
        {
            if (ausente && (v.capacidade < 0 ||
                            v.capacidade > v.moveis + v.fixados))
                v.capacidade = v.moveis + v.fixados;
            if (!sem_reserva)
                r->voltaram[r->n_voltaram++] = v.id;
            r->recebe[r->n] = !ausente;
            recebem += !ausente;
            r->vendedores[r->n++] = v;
        }
        else if (v.moveis > 0 && !reservado)
        {
            if (!sem_reserva)
                r->vencidos[r->n_vencidos++] = v.id;
            else if (pode_reservar)
                r->reservar[r->n_reservar++] = v.id;
            r->fora_moveis[r->n_fora] = v.moveis;
            r->fora[r->n_fora++] = v.id;
            r->forcados += v.moveis;
        }
    }
    SPI_freetuptable(SPI_tuptable);
    if (recebem > 0)
        r->n_reservar = 0;
    else if (r->n_reservar > 0)
        reservar(r);
}

/*
 * Nobody is there to receive: what is left untouched waits for who had it, as
 * long as crm.retorno_previsto() says; not when that is unknown.
 */
static void
reservar(Rodada *r)
{
    static SPIPlanPtr guardado = NULL;
    static const Oid tipos[] = {INT8ARRAYOID, TIMESTAMPTZOID};
    static const char sql[] =
        "SELECT t.id, t.ate"
        "  FROM (SELECT u.id, crm.retorno_previsto(u.id, $2) AS ate"
        "          FROM unnest($1) AS u(id)) t"
        " WHERE t.ate > $2 ORDER BY t.id";
    Datum valores[] = {int8_array(r->reservar, r->n_reservar),
                       TimestampTzGetDatum(r->agora)};
    int n = 0;

    SPI_execute_plan(plano(&guardado, sql, lengthof(tipos), tipos), valores,
                     NULL, r->so_ler, 0);
    r->n_reservar = (int)SPI_processed;
    r->reserva_ate = palloc((r->n_reservar + 1) * sizeof(TimestampTz));
    for (int i = 0; i < r->n_reservar; i++)
    {
        r->reservar[i] = campo_int8(i, 1);
        r->reserva_ate[i] = campo_int8(i, 2);
    }
    SPI_freetuptable(SPI_tuptable);

    for (int i = 0; i < r->n_fora; i++)
        if (pertence(r->reservar, r->n_reservar, r->fora[i]))
            r->forcados -= r->fora_moveis[i];
        else
        {
            r->fora_moveis[n] = r->fora_moveis[i];
            r->fora[n++] = r->fora[i];
        }
    r->n_fora = n;
}

/* ids are in order. */
static bool
pertence(const int64 *ids, int n, int64 id)
{
    return bsearch(&id, ids, n, sizeof(int64), por_int8) != NULL;
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
                                INT8ARRAYOID, DATEOID, DATEOID};
    static const char sql[] =
        "SELECT a.id, a.cliente_id, p.v, a.data_ultima_compra,"
        "       (a.valor_total * 100)::bigint"
        "  FROM unnest($1, $2, $3, $4) AS p(v, urgentes, recentes, tudo), LATERAL"
        "  ((SELECT id, cliente_id, data_ultima_compra, valor_total"
        "      FROM crm.cliente_vendedor"
        "     WHERE vendedor_id = p.v AND NOT contatado"
        "       AND encerrada_em IS NULL AND NOT fixado"
        "       AND (p.tudo = 1 OR motivo <> 'reciclagem')"
        "       AND data_ultima_compra BETWEEN $5 AND $6"
        "     ORDER BY data_ultima_compra, id LIMIT p.urgentes)"
        "   UNION ALL"
        "   (SELECT id, cliente_id, data_ultima_compra, valor_total"
        "      FROM crm.cliente_vendedor"
        "     WHERE vendedor_id = p.v AND NOT contatado"
        "       AND encerrada_em IS NULL AND NOT fixado"
        "       AND (p.tudo = 1 OR motivo <> 'reciclagem')"
        "       AND data_ultima_compra BETWEEN $5 AND $6"
        "     ORDER BY data_ultima_compra DESC, id DESC LIMIT p.recentes)) a";
    int64 *v = palloc((r->n + r->n_fora + 1) * sizeof(int64));
    int64 *urgentes = palloc((r->n + r->n_fora + 1) * sizeof(int64));
    int64 *recentes = palloc((r->n + r->n_fora + 1) * sizeof(int64));
    int64 *tudo = palloc0((r->n + r->n_fora + 1) * sizeof(int64));
    int n = 0;
    int doadores = 0;
    Datum valores[6];

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
        tudo[n] = 1;
        n++;
    }
    if (n == 0)
        return;

    valores[0] = int8_array(v, n);
    valores[1] = int8_array(urgentes, n);
    valores[2] = int8_array(recentes, n);
    valores[3] = int8_array(tudo, n);
    valores[4] = DateADTGetDatum(r->de);
    valores[5] = DateADTGetDatum(r->ate);
    SPI_execute_plan(plano(&guardado, sql, lengthof(tipos), tipos), valores,
                     NULL, r->so_ler, 0);
    cartas_ler(&r->excesso, MOTIVO_REDISTRIBUICAO);
    for (int64 i = 0; i < r->excesso.n; i++)
    {
        Carta *c = &r->excesso.c[i];

        if (pertence(r->vencidos, r->n_vencidos, c->de))
            c->motivo = MOTIVO_RESERVA;
        else if (pertence(r->fora, r->n_fora, c->de))
            c->motivo = MOTIVO_OFFLINE;
    }
}
