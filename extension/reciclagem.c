/*
 * reciclagem.c: clients untouched for too long go to another seller (SPEC
 * DIST-10).
 *
 * Untouched is what a seller holds since dias_sem_toque days (0: no limit)
 * without contact, next step or pin. Each goes to the seller with the least load
 * per weight among those who are there, have room and are another one; where
 * there is none it stays. An ordinary run then evens the loads, and leaves what
 * was just recycled where it is.
 *
 * idx_atribuicao_idade has the open untouched rows by age, so that a turn with
 * nothing to do is a look at its beginning.
 */
#include "reciclagem.h"

#include "catalog/pg_type.h"
#include "portability/instr_time.h"
#include "utils/timestamp.h"

#include "expediente.h"
#include "numeros.h"
#include "redistribuicao.h"
#include "rodada.h"

enum
{
    AVISO_CENTESIMOS = 80, /* of the limit */
    AVISOS_MAX = 100,      /* more sellers concerned: one event for all */
    POR_VEZ = 20000        /* clients of one turn */
};

#define ABERTA_SEM_TOQUE                                                       \
    "encerrada_em IS NULL AND NOT contatado AND NOT fixado"                    \
    " AND proximo_passo IS NULL AND retornar_em IS NULL"

static void avisar(TimestampTz ate);
static bool ha_vencidas(TimestampTz limite);
static int64 mover(TimestampTz limite);
static void ler_sem_toque(Rodada *r, TimestampTz limite);
static int64 repartir(Rodada *r);
static RodizioVendedor *escolher(const Rodada *r, int64 menos);

int64
reciclar(void)
{
    const int64 dias = config_int("dias_sem_toque");
    const TimestampTz agora = tempo_agora();
    int64 n;

    if (dias == 0)
        return 0;
    avisar(agora - dias * USECS_PER_DAY / 100 * AVISO_CENTESIMOS);
    if (!ha_vencidas(agora - dias * USECS_PER_DAY))
        return 0;

    n = mover(agora - dias * USECS_PER_DAY);
    if (n > 0)
        (void)distribuir("tarefas", DISTRIBUIR_DIFERENCA, true);
    return n;
}

/* One event for each seller, of the rows that passed the mark since last time. */
static void
avisar(TimestampTz ate)
{
    static SPIPlanPtr guardado = NULL;
    static const Oid tipos[] = {TIMESTAMPTZOID};
    static const char sql[] =
        "WITH v AS ("
        " SELECT a.vendedor_id, count(*) AS n, max(a.data_atribuicao) AS ultima"
        "   FROM crm.cliente_vendedor a"
        "  WHERE a." ABERTA_SEM_TOQUE
        "    AND a.data_atribuicao <= $1"
        "    AND a.data_atribuicao > coalesce((SELECT m.ate FROM crm.marcos m"
        "                    WHERE m.nome = 'aviso_sem_toque'), '-infinity')"
        "  GROUP BY a.vendedor_id),"
        " m AS ("
        " INSERT INTO crm.marcos AS m (nome, ate)"
        " SELECT 'aviso_sem_toque', max(ultima) FROM v HAVING count(*) > 0"
        " ON CONFLICT (nome) DO UPDATE SET ate = excluded.ate)"
        "SELECT vendedor_id, n FROM v ORDER BY vendedor_id";
    Datum valor = TimestampTzGetDatum(ate);
    uint64 n;
    int64 total = 0;
    Sistema salvo;

    sistema_entrar(&salvo);
    SPI_connect();
    SPI_execute_plan(plano(&guardado, sql, lengthof(tipos), tipos), &valor,
                     NULL, false, 0);
    n = SPI_processed;
    for (uint64 i = 0; i < n; i++)
    {
        int64 vendedor = campo_int8(i, 1);
        int64 clientes = campo_int8(i, 2);

        total += clientes;
        if (n <= AVISOS_MAX)
            evento_emitir("clientes_esfriando", &vendedor, 1,
                          psprintf("{\"vendedor_id\":" INT64_FORMAT
                                   ",\"quantidade\":" INT64_FORMAT "}",
                                   vendedor, clientes));
    }
    if (n > AVISOS_MAX)
        evento_emitir("clientes_esfriando", NULL, -1,
                      psprintf("{\"quantidade\":" INT64_FORMAT "}", total));
    SPI_finish();
    sistema_sair(&salvo);
}

static bool
ha_vencidas(TimestampTz limite)
{
    static SPIPlanPtr guardado = NULL;
    static const Oid tipos[] = {TIMESTAMPTZOID};
    static const char sql[] =
        "SELECT 1 FROM crm.cliente_vendedor WHERE " ABERTA_SEM_TOQUE
        " AND data_atribuicao <= $1 LIMIT 1";
    Datum valor = TimestampTzGetDatum(limite);
    bool ha;
    Sistema salvo;

    sistema_entrar(&salvo);
    SPI_connect();
    SPI_execute_plan(plano(&guardado, sql, lengthof(tipos), tipos), &valor,
                     NULL, false, 1);
    ha = SPI_processed > 0;
    SPI_finish();
    sistema_sair(&salvo);
    return ha;
}

static int64
mover(TimestampTz limite)
{
    instr_time inicio;
    int64 n = 0;
    Sistema salvo;
    Rodada r;

    distribuicao_travar();
    INSTR_TIME_SET_CURRENT(inicio);
    sistema_entrar(&salvo);
    SPI_connect();
    auditoria_suspender(true);

    expediente_atualizar();
    r = rodada_nova(DISTRIBUIR_DIFERENCA);
    rodada_ler_vendedores(&r);
    ler_sem_toque(&r, limite);
    if (repartir(&r) > 0)
    {
        rodada_travar(&r);
        rodada_gravar(&r, "reciclagem", &inicio);
        n = r.movimentos;
    }

    auditoria_suspender(false);
    SPI_finish();
    sistema_sair(&salvo);
    return n;
}

/* The oldest first. What left the window leaves its seller with the new day. */
static void
ler_sem_toque(Rodada *r, TimestampTz limite)
{
    static SPIPlanPtr guardado = NULL;
    static const Oid tipos[] = {TIMESTAMPTZOID, DATEOID, DATEOID, INT8OID};
    static const char sql[] =
        "SELECT id, cliente_id, vendedor_id, data_ultima_compra,"
        "       (valor_total * 100)::bigint"
        "  FROM crm.cliente_vendedor"
        " WHERE " ABERTA_SEM_TOQUE
        "   AND data_atribuicao <= $1 AND data_ultima_compra BETWEEN $2 AND $3"
        " ORDER BY data_atribuicao, id LIMIT $4";
    Datum valores[] = {TimestampTzGetDatum(limite), DateADTGetDatum(r->de),
                       DateADTGetDatum(r->ate), Int64GetDatum(POR_VEZ)};

    SPI_execute_plan(plano(&guardado, sql, lengthof(tipos), tipos), valores,
                     NULL, false, 0);
    cartas_ler(&r->excesso, MOTIVO_SEM_TOQUE);
}

/* Says who gets each card and forgets those that nobody can take. */
static int64
repartir(Rodada *r)
{
    int64 n = 0;

    for (int i = 0; i < r->n; i++)
        r->vendedores[i].alvo = r->vendedores[i].moveis;
    for (int64 i = 0; i < r->excesso.n; i++)
    {
        Carta *c = &r->excesso.c[i];
        RodizioVendedor *para = escolher(r, c->de);

        if (para == NULL)
            continue;
        para->alvo++;
        for (int v = 0; v < r->n; v++)
            if (r->vendedores[v].id == c->de)
                r->vendedores[v].alvo--;
        c->para = para->id;
        r->excesso.c[n++] = *c;
    }
    r->excesso.n = n;
    r->plano.movimentos = n; /* each has to move: no fewer would do */
    return n;
}

/* The least load per weight; NULL: nobody but menos has room. */
static RodizioVendedor *
escolher(const Rodada *r, int64 menos)
{
    RodizioVendedor *melhor = NULL;

    for (int i = 0; i < r->n; i++)
    {
        RodizioVendedor *v = &r->vendedores[i];
        const int64 carga = v->alvo + v->fixados;

        if (v->id == menos || !r->recebe[i] ||
            (v->capacidade >= 0 && carga >= v->capacidade))
            continue;
        if (melhor == NULL || carga * melhor->peso <
                                  (melhor->alvo + melhor->fixados) * v->peso)
            melhor = v;
    }
    return melhor;
}
