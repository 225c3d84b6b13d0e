/*
 * redistribuicao.c: dealing the eligible clients to the sellers (SPEC DIST).
 *
 * A run is one transaction, alone by an advisory lock. It reads how many each
 * seller holds (crm.contagens), lets rodizio.c plan how many each should, and
 * takes up just the rows that have to move:
 *
 *   - open rows whose client left the window       idx_atribuicao_contatado
 *   - clients of the window that nobody holds      days on which crm.contagens
 *                                                  has more clients than open
 *                                                  rows, idx_cliente_data
 *   - the surplus of a seller, all of one who is   idx_atribuicao_vendedor
 *     not there any more
 *
 * so that its cost grows with what moves. All reading comes first; then the
 * clients concerned are locked in order of id, once, and everything that has
 * changed until then is left as it is: a mark or an order that came in between
 * wins. Then each kind of change is one statement, in order of id_cliente, so
 * that heap and indexes are walked once.
 *
 * These statements fire no triggers of the product and no foreign keys, whose
 * work is done set-based instead: the clients are locked, which is more than
 * the keys would do, the sellers who receive are locked FOR KEY SHARE; the
 * statements return the rows they wrote, and the counters get what these add up
 * to; the run is one audited operation. A trigger, rule or foreign key that is
 * not the product's puts all back to the ordinary way (gatilhos_sao_nossos).
 *
 * Who gives: half of the surplus from the urgent end of the seller's list, half
 * from the other, so that what arrives is a like mixture. Who gets what: oldest
 * purchase first, then R$, dealt snake-wise.
 *
 * Absent sellers (no heartbeat) keep what they have and get nothing: their
 * capacity is what they hold. Sellers who are offline, inactive or do not take
 * part keep what is contacted or pinned; the rest leaves them, to nobody when
 * nobody is online.
 */
#include "redistribuicao.h"

#include "access/table.h"
#include "access/xact.h"
#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "portability/instr_time.h"
#include "utils/array.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/timestamp.h"

#include "contagem.h"
#include "rodizio.h"
#include "trava.h"

enum
{
    /* More concerned than this: the event goes to everybody. */
    EVENTO_VENDEDORES_MAX = 100,
    MUITAS_LINHAS = 1000, /* a statement of so many: plano_muitas_linhas() */
    /* cliente_vendedor: two foreign keys with a trigger each for INSERT, UPDATE */
    GATILHOS_CHAVES = 4
};

typedef enum Motivo
{
    MOTIVO_REDISTRIBUICAO,
    MOTIVO_OFFLINE,
    MOTIVO_FORA_DA_JANELA,
    MOTIVO_TODOS,
    MOTIVO_N
} Motivo;

static const char *const motivos_fim[MOTIVO_N] = {
    [MOTIVO_REDISTRIBUICAO] = "redistribuicao",
    [MOTIVO_OFFLINE] = "vendedor_offline",
    [MOTIVO_FORA_DA_JANELA] = "fora_da_janela",
    [MOTIVO_TODOS] = "redistribuir_todos",
};

/* A client that changes hands. */
typedef struct Carta
{
    int64 cliente;
    int64 atribuicao; /* open row to close, 0: nobody holds the client */
    int64 de;         /* its seller, 0: none */
    int64 para;       /* who gets the client, 0: nobody */
    int64 centavos;
    DateADT compra;
    Motivo motivo; /* why the open row ends */
} Carta;

typedef struct Cartas
{
    Carta *c;
    int64 n;
    int64 espaco;
} Cartas;

typedef struct Rodada
{
    DistribuirModo modo;
    TimestampTz agora;
    DateADT hoje;
    DateADT de;  /* first purchase day of the window */
    DateADT ate; /* last */
    RodizioVendedor *vendedores;
    int n;
    int64 *fora; /* sellers whose clients must leave them, by id */
    int n_fora;
    int64 forcados;
    Cartas vencidas; /* left the window */
    Cartas livres;   /* held by nobody, or freed by DISTRIBUIR_TUDO */
    Cartas excesso;  /* taken from sellers */
    RodizioPlano plano;
    int64 lote;
    Apuracao *contagem; /* NULL: the triggers count, see above */
    int64 novas; /* what was done, after others came in between */
    int64 movimentos;
    int64 liberados;
} Rodada;

static void ler_vencidas(Rodada *r);
static void ler_abertas(Rodada *r);
static void ler_vendedores(Rodada *r);
static void ler_livres(Rodada *r);
static void planejar(Rodada *r);
static void ler_excesso(Rodada *r);
static void repartir(Rodada *r);
static void travar_clientes(Rodada *r);
static void abrir_lote(Rodada *r, const char *origem);
static void gravar(Rodada *r);
static bool gatilhos_sao_nossos(void);
static bool gatilhos_da_tabela(const char *tabela, const Oid *referidas, int n);
static void travar_vendedores(const Rodada *r);
static int64 escrever(const Rodada *r, SPIPlanPtr *guardado, const char *sql,
                      int n_tipos, const Oid *tipos, Datum *valores, int64 n);
static int64 gravar_novas(const Rodada *r);
static int64 gravar_trocas(const Rodada *r, Motivo motivo);
static int64 gravar_liberadas(const Rodada *r, Motivo motivo);
static void fechar_lote(Rodada *r, const instr_time *inicio);
static void registrar(const Rodada *r, const char *origem);
static void avisar(const Rodada *r);

static void dispensar(Cartas *cartas, int64 ficam);
static void carta_somar(Cartas *cartas, const Carta *nova);
static void cartas_ler(Cartas *cartas, Motivo motivo);
static int64 campo_int8(uint64 linha, int coluna);
static Datum int8_array(const int64 *valores, int64 n);
static int por_urgencia(const void *a, const void *b);
static int por_vendedor(const void *a, const void *b);
static int por_cliente(const void *a, const void *b);
static int por_int8(const void *a, const void *b);
static Datum lote_resultado(FunctionCallInfo fcinfo, int64 lote);

/* ---- SQL faces ---- */

/*
 * crm.redistribuir_clientes() returns record shaped like crm.lotes
 *
 * Deals what is to be dealt, moving as few clients as possible.
 *
 * Errors: CR403 acesso_negado; 25001 unless READ COMMITTED.
 * Source: SPEC DIST-1..4, DIST-8.
 */
PG_FUNCTION_INFO_V1(crm_redistribuir_clientes);
Datum
crm_redistribuir_clientes(PG_FUNCTION_ARGS)
{
    identidade_exigir("distribuicao.executar");
    return lote_resultado(fcinfo,
                          distribuir("manual", DISTRIBUIR_DIFERENCA, false));
}

/*
 * crm.redistribuir_todos(incluir_fixados boolean) returns record shaped like
 * crm.lotes
 *
 * Frees all clients that were not contacted (pinned ones only when asked) and
 * deals them afresh. As they are free in between, all count as novas, none as
 * movimentos; de_vendedor_id of the new rows tells who held them.
 *
 * Errors: CR403 acesso_negado; 25001 unless READ COMMITTED.
 * Source: SPEC DIST-6.
 */
PG_FUNCTION_INFO_V1(crm_redistribuir_todos);
Datum
crm_redistribuir_todos(PG_FUNCTION_ARGS)
{
    bool fixados = PG_GETARG_BOOL(0);

    identidade_exigir("distribuicao.executar");
    return lote_resultado(fcinfo, distribuir("redistribuir_todos",
                                             fixados ? DISTRIBUIR_TUDO_E_FIXADOS
                                                     : DISTRIBUIR_TUDO,
                                             false));
}

/*
 * crm.distribuicao_travar() returns void
 *
 * For SQL functions that write vendedores or clientes first and distribute
 * later: call it before the first write, or two of them can deadlock.
 */
PG_FUNCTION_INFO_V1(crm_distribuicao_travar);
Datum
crm_distribuicao_travar(PG_FUNCTION_ARGS)
{
    distribuicao_travar();
    PG_RETURN_VOID();
}

/* ---- for other files ---- */

void
distribuicao_travar(void)
{
    if (IsolationUsesXactSnapshot())
        ereport(ERROR,
                (errcode(ERRCODE_ACTIVE_SQL_TRANSACTION),
                 errmsg("cannot distribute clients under this isolation level"),
                 errdetail("A distribution must see what was committed while it waited for its turn."),
                 errhint("Use READ COMMITTED.")));

    (void)trava_pegar(TRAVA_DISTRIBUICAO, 0, true);
}

int64
distribuir(const char *origem, DistribuirModo modo, bool se_mudar)
{
    Rodada r = {.modo = modo};
    instr_time inicio;
    Sistema salvo;

    distribuicao_travar();
    INSTR_TIME_SET_CURRENT(inicio);

    r.agora = tempo_agora();
    r.hoje = tempo_hoje();
    r.de = r.hoje - config_janela()->fim;
    r.ate = r.hoje - config_janela()->inicio;

    sistema_entrar(&salvo);
    SPI_connect();
    /* The run is one audited operation; its rows tell the details. */
    auditoria_suspender(true);

    if (modo == DISTRIBUIR_DIFERENCA)
        ler_vencidas(&r);
    else
        ler_abertas(&r);
    ler_vendedores(&r);
    ler_livres(&r);
    planejar(&r);
    ler_excesso(&r);
    repartir(&r);
    if (!se_mudar || r.vencidas.n + r.livres.n + r.excesso.n > 0)
    {
        travar_clientes(&r);
        abrir_lote(&r, origem);
        gravar(&r);
        fechar_lote(&r, &inicio);
        registrar(&r, origem);
        avisar(&r);
    }

    auditoria_suspender(false);
    SPI_finish();
    sistema_sair(&salvo);
    return r.lote;
}

/* ---- reading ---- */

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
                     NULL, false, 0);
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
                     NULL, false, 0);
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

    qsort(r->vencidas.c, r->vencidas.n, sizeof(Carta), por_vendedor);
    SPI_execute_plan(plano(&guardado, sql, lengthof(tipos), tipos), valores,
                     NULL, false, 0);
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
                     sem_limite ? "  n" : NULL, false, 0);
    cartas_ler(&r->livres, MOTIVO_REDISTRIBUICAO);
}

static void
planejar(Rodada *r)
{
    int *trabalho = palloc((r->n + 1) * sizeof(int));

    CHECK_FOR_INTERRUPTS();
    rodizio_planejar(r->vendedores, r->n, r->forcados, r->livres.n, trabalho,
                     &r->plano);
    pfree(trabalho);
}

/* What sellers have above their target, and all that must leave. */
static void
ler_excesso(Rodada *r)
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
                     NULL, false, 0);
    cartas_ler(&r->excesso, MOTIVO_REDISTRIBUICAO);
    for (int64 i = 0; i < r->excesso.n; i++)
        if (bsearch(&r->excesso.c[i].de, r->fora, r->n_fora, sizeof(int64),
                    por_int8) != NULL)
            r->excesso.c[i].motivo = MOTIVO_OFFLINE;
}

/* ---- deciding ---- */

/* Says for every card who gets it. */
static void
repartir(Rodada *r)
{
    int64 novas;
    int64 trocas;
    int64 n;
    int64 *quota;
    Carta **mesa;
    int *dono;
    int *trabalho;

    qsort(r->livres.c, r->livres.n, sizeof(Carta), por_urgencia);
    qsort(r->excesso.c, r->excesso.n, sizeof(Carta), por_urgencia);
    novas = Min(r->plano.novas, r->livres.n);
    trocas = Min(r->plano.movimentos, r->excesso.n);
    n = novas + trocas;

    quota = palloc((r->n + 1) * sizeof(int64));
    mesa = MemoryContextAllocHuge(CurrentMemoryContext,
                                  (n + 1) * sizeof(Carta *));
    dono = MemoryContextAllocHuge(CurrentMemoryContext, (n + 1) * sizeof(int));
    trabalho =
        MemoryContextAllocHuge(CurrentMemoryContext, (n + 1) * sizeof(int));

    for (int64 i = 0, a = 0, b = 0; i < n; i++)
        mesa[i] = b == trocas || (a < novas && por_urgencia(&r->livres.c[a],
                                                            &r->excesso.c[b]) < 0)
                      ? &r->livres.c[a++]
                      : &r->excesso.c[b++];

    /* Fewer cards than planned only when somebody else took them meanwhile. */
    n = 0;
    for (int i = 0; i < r->n; i++)
    {
        quota[i] = Min(Max(r->vendedores[i].alvo - r->vendedores[i].moveis, 0),
                       novas + trocas - n);
        n += quota[i];
    }

    CHECK_FOR_INTERRUPTS();
    rodizio_repartir(quota, r->n, dono, trabalho);
    for (int64 i = 0; i < n; i++)
        mesa[i]->para = r->vendedores[dono[i]].id;

    pfree(quota);
    pfree(mesa);
    pfree(dono);
    pfree(trabalho);
    dispensar(&r->livres, novas);
}

/* Forgets the cards after the first ficam of which nobody holds the client. */
static void
dispensar(Cartas *cartas, int64 ficam)
{
    int64 n = ficam;

    for (int64 i = ficam; i < cartas->n; i++)
        if (cartas->c[i].atribuicao != 0)
            cartas->c[n++] = cartas->c[i];
    cartas->n = n;
}

/* ---- writing ---- */

/*
 * Locks the clients of all cards in order of id. Whoever writes an assignment
 * locks its client first, so that from here on nothing we took up can change;
 * drops the free clients that somebody took, or that may not be dealt any more.
 */
static void
travar_clientes(Rodada *r)
{
    static SPIPlanPtr guardado = NULL;
    static const Oid tipos[] = {INT8ARRAYOID, DATEOID, DATEOID};
    static const char sql[] =
        "SELECT id_cliente,"
        "       status = 'disponivel' AND ativo AND NOT nao_contatar"
        "       AND data_ultima_compra BETWEEN $2 AND $3 AS livre"
        "  FROM crm.clientes WHERE id_cliente = ANY ($1)"
        " ORDER BY id_cliente FOR NO KEY UPDATE";
    Cartas *const todas[] = {&r->vencidas, &r->livres, &r->excesso};
    int64 *ids;
    int64 *livres;
    int64 n = 0;
    Datum valores[3];

    ids = MemoryContextAllocHuge(
        CurrentMemoryContext,
        (r->vencidas.n + r->livres.n + r->excesso.n + 1) * sizeof(int64));
    for (int t = 0; t < lengthof(todas); t++)
        for (int64 i = 0; i < todas[t]->n; i++)
            ids[n++] = todas[t]->c[i].cliente;
    if (n == 0)
        return;
    qsort(ids, n, sizeof(int64), por_int8);

    valores[0] = int8_array(ids, n);
    valores[1] = DateADTGetDatum(r->de);
    valores[2] = DateADTGetDatum(r->ate);
    SPI_execute_plan(plano(&guardado, sql, lengthof(tipos), tipos), valores,
                     NULL, false, 0);

    livres = ids;
    n = 0;
    for (uint64 i = 0; i < SPI_processed; i++)
    {
        bool nulo;
        Datum livre = SPI_getbinval(SPI_tuptable->vals[i],
                                    SPI_tuptable->tupdesc, 2, &nulo);

        if (!nulo && DatumGetBool(livre))
            livres[n++] = campo_int8(i, 1);
    }
    SPI_freetuptable(SPI_tuptable);

    for (int64 i = 0; i < r->livres.n;)
        if (r->livres.c[i].atribuicao == 0 &&
            bsearch(&r->livres.c[i].cliente, livres, n, sizeof(int64),
                    por_int8) == NULL)
            r->livres.c[i] = r->livres.c[--r->livres.n];
        else
            i++;
    pfree(ids);
}

/* The run's row first: what it writes refers to it. */
static void
abrir_lote(Rodada *r, const char *origem)
{
    static SPIPlanPtr guardado = NULL;
    static const Oid tipos[] = {TIMESTAMPTZOID, DATEOID, TEXTOID,
                                INT8OID,        INT8OID, INT8OID,
                                INT8OID};
    static const char sql[] =
        "INSERT INTO crm.lotes (quando, dia, origem, usuario_id, vendedores,"
        "  elegiveis, novas, movimentos, limite_inferior, liberados, duracao_us)"
        " VALUES ($1, $2, $3, nullif($4, 0), $5, $6, 0, 0, $7, 0, 0)"
        " RETURNING id";
    int64 elegiveis = 0;
    Datum valores[lengthof(tipos)];

    for (int i = 0; i < r->n; i++)
        elegiveis += r->vendedores[i].alvo + r->vendedores[i].fixados;

    valores[0] = TimestampTzGetDatum(r->agora);
    valores[1] = DateADTGetDatum(r->hoje);
    valores[2] = CStringGetTextDatum(origem);
    valores[3] = Int64GetDatum(identidade_atual()->usuario_id);
    valores[4] = Int64GetDatum(r->n);
    valores[5] = Int64GetDatum(elegiveis);
    valores[6] = Int64GetDatum(r->plano.movimentos);
    SPI_execute_plan(plano(&guardado, sql, lengthof(tipos), tipos), valores,
                     NULL, false, 0);
    r->lote = campo_int8(0, 1);
    SPI_freetuptable(SPI_tuptable);
}

static void
gravar(Rodada *r)
{
    qsort(r->vencidas.c, r->vencidas.n, sizeof(Carta), por_cliente);
    qsort(r->livres.c, r->livres.n, sizeof(Carta), por_cliente);
    qsort(r->excesso.c, r->excesso.n, sizeof(Carta), por_cliente);
    if (gatilhos_sao_nossos())
    {
        travar_vendedores(r);
        r->contagem = contagem_iniciar();
    }

    /* Freed by DISTRIBUIR_TUDO and dealt again: new ones, see the SQL face. */
    r->novas = gravar_novas(r) + gravar_trocas(r, MOTIVO_TODOS);
    r->movimentos = gravar_trocas(r, MOTIVO_REDISTRIBUICAO) +
                    gravar_trocas(r, MOTIVO_OFFLINE);
    for (int m = 0; m < MOTIVO_N; m++)
        r->liberados += gravar_liberadas(r, m);

    if (r->contagem)
        contagem_terminar(r->contagem);
}

/*
 * May the run do the triggers' work itself? Only while the tables carry no
 * trigger, rule or foreign key but the product's own, in their usual state.
 */
static bool
gatilhos_sao_nossos(void)
{
    Oid crm = get_namespace_oid("crm", false);
    Oid referidas[] = {get_relname_relid("clientes", crm),
                       get_relname_relid("vendedores", crm)};

    return gatilhos_da_tabela("clientes", NULL, 0) &&
           gatilhos_da_tabela("cliente_vendedor", referidas,
                              lengthof(referidas));
}

/*
 * n > 0: the foreign keys of the table may only refer to these. 0: the columns
 * written are in none. The lock stays: nobody adds a trigger before the end.
 */
static bool
gatilhos_da_tabela(const char *tabela, const Oid *referidas, int n)
{
    Oid crm = get_namespace_oid("crm", false);
    Relation rel = table_open(get_relname_relid(tabela, crm), RowExclusiveLock);
    TriggerDesc *gatilhos = rel->trigdesc;
    int chaves = 0;
    bool nossos = rel->rd_rules == NULL && gatilhos != NULL;

    for (int i = 0; nossos && i < gatilhos->numtriggers; i++)
    {
        const Trigger *g = &gatilhos->triggers[i];

        if (g->tgenabled != TRIGGER_FIRES_ON_ORIGIN)
            nossos = false;
        else if (!g->tgisinternal)
            nossos = get_func_namespace(g->tgfoid) == crm;
        else if (n > 0 && RI_FKey_trigger_type(g->tgfoid) != RI_TRIGGER_PK)
        {
            nossos = g->tgconstrrelid == referidas[0] ||
                     g->tgconstrrelid == referidas[1];
            chaves++;
        }
    }
    if (n > 0 && chaves != GATILHOS_CHAVES)
        nossos = false;
    table_close(rel, NoLock);
    return nossos;
}

/* Who receives must still be there, and stay until the end. */
static void
travar_vendedores(const Rodada *r)
{
    static SPIPlanPtr guardado = NULL;
    static const Oid tipos[] = {INT8ARRAYOID};
    static const char sql[] =
        "SELECT FROM crm.vendedores WHERE id = ANY ($1)"
        " ORDER BY id FOR KEY SHARE";
    int64 *ids = palloc((r->n + 1) * sizeof(int64));
    int64 n = 0;
    Datum valor;

    for (int i = 0; i < r->n; i++)
        if (r->vendedores[i].alvo > r->vendedores[i].moveis)
            ids[n++] = r->vendedores[i].id;
    if (n > 0)
    {
        valor = int8_array(ids, n);
        SPI_execute_plan(plano(&guardado, sql, lengthof(tipos), tipos), &valor,
                         NULL, false, 0);
        if (SPI_processed != n)
            ereport(ERROR, (errcode(ERRCODE_FOREIGN_KEY_VIOLATION),
                            errmsg("a seller who is to receive clients is gone")));
    }
    pfree(ids);
}

/*
 * Runs a statement that returns the rows it closed and opened as (closed row's
 * seller or NULL, its fixado, opened row's seller or NULL, purchase day, cents)
 * and counts them. Returns how many.
 */
static int64
escrever(const Rodada *r, SPIPlanPtr *guardado, const char *sql, int n_tipos,
         const Oid *tipos, Datum *valores, int64 n)
{
    const int papel = SessionReplicationRole;
    const int nivel = NewGUCNestLevel();
    int resultado;

    if (n > MUITAS_LINHAS)
        plano_muitas_linhas();
    plano(guardado, sql, n_tipos, tipos);
    PG_TRY();
    {
        /*
         * The variable, not the setting: setting it would throw away all kept
         * plans, because rules depend on it; there are none.
         */
        if (r->contagem)
            SessionReplicationRole = SESSION_REPLICATION_ROLE_REPLICA;
        resultado = SPI_execute_plan(*guardado, valores, NULL, false, 0);
    }
    PG_FINALLY();
    {
        SessionReplicationRole = papel;
    }
    PG_END_TRY();
    AtEOXact_GUC(true, nivel);
    if (resultado != SPI_OK_SELECT)
        elog(ERROR, "could not write the distribution: %s",
             SPI_result_code_string(resultado));

    n = (int64)SPI_processed;
    for (int64 i = 0; r->contagem && i < n; i++)
    {
        HeapTuple linha = SPI_tuptable->vals[i];
        TupleDesc forma = SPI_tuptable->tupdesc;
        int64 de = campo_int8(i, 1);
        int64 para = campo_int8(i, 3);
        int64 centavos = campo_int8(i, 5);
        bool sem_dia, nulo;
        Datum dia = SPI_getbinval(linha, forma, 4, &sem_dia);
        DateADT compra = sem_dia ? DATEVAL_NOBEGIN : DatumGetDateADT(dia);

        if (de != 0)
            contagem_aberta(r->contagem, de, compra,
                            DatumGetBool(SPI_getbinval(linha, forma, 2, &nulo)),
                            centavos, -1);
        if (para != 0)
        {
            contagem_recebida(r->contagem, para);
            contagem_aberta(r->contagem, para, compra, false, centavos, 1);
        }
    }
    SPI_freetuptable(SPI_tuptable);
    return n;
}

/* Clients that nobody held. */
static int64
gravar_novas(const Rodada *r)
{
    static SPIPlanPtr guardado = NULL;
    static const Oid tipos[] = {INT8ARRAYOID, INT8ARRAYOID, TIMESTAMPTZOID,
                                INT8OID, TEXTOID};
    static const char sql[] =
        "WITH nova AS ("
        "  INSERT INTO crm.cliente_vendedor (cliente_id, vendedor_id,"
        "    data_ultima_compra, valor_total, data_atribuicao, motivo, lote)"
        "  SELECT c.id_cliente, p.vendedor, c.data_ultima_compra,"
        "         c.valor_total, $3, $5, $4"
        "    FROM unnest($1, $2) AS p(cliente, vendedor)"
        "    JOIN crm.clientes c ON c.id_cliente = p.cliente"
        "  RETURNING cliente_id, vendedor_id, data_ultima_compra, valor_total),"
        " status AS ("
        "  UPDATE crm.clientes c SET status = 'atribuido'"
        "    FROM nova WHERE c.id_cliente = nova.cliente_id)"
        " SELECT NULL::bigint, false, vendedor_id, data_ultima_compra,"
        "        (valor_total * 100)::bigint"
        "   FROM nova";
    int64 *clientes = MemoryContextAllocHuge(CurrentMemoryContext,
                                             (r->livres.n + 1) * sizeof(int64));
    int64 *vendedores = MemoryContextAllocHuge(
        CurrentMemoryContext, (r->livres.n + 1) * sizeof(int64));
    int64 n = 0;
    Datum valores[lengthof(tipos)];

    for (int64 i = 0; i < r->livres.n; i++)
        if (r->livres.c[i].atribuicao == 0)
        {
            clientes[n] = r->livres.c[i].cliente;
            vendedores[n++] = r->livres.c[i].para;
        }
    if (n > 0)
    {
        valores[0] = int8_array(clientes, n);
        valores[1] = int8_array(vendedores, n);
        valores[2] = TimestampTzGetDatum(r->agora);
        valores[3] = Int64GetDatum(r->lote);
        valores[4] = CStringGetTextDatum(r->modo == DISTRIBUIR_DIFERENCA
                                             ? "distribuicao"
                                             : "redistribuir_todos");
        n = escrever(r, &guardado, sql, lengthof(tipos), tipos, valores, n);
    }
    pfree(clientes);
    pfree(vendedores);
    return n;
}

/* Rows that end for this reason while the client goes to another seller. */
static int64
gravar_trocas(const Rodada *r, Motivo motivo)
{
    static SPIPlanPtr guardado = NULL;
    static const Oid tipos[] = {INT8ARRAYOID, INT8ARRAYOID, TIMESTAMPTZOID,
                                INT8OID,      TEXTOID,      TEXTOID,
                                BOOLOID};
    static const char sql[] =
        "WITH fechada AS ("
        "  UPDATE crm.cliente_vendedor a"
        "     SET encerrada_em = $3, motivo_fim = $6, lote_fim = $4"
        "    FROM unnest($1, $2) AS p(atribuicao, vendedor)"
        "   WHERE a.id = p.atribuicao AND a.encerrada_em IS NULL"
        "     AND NOT a.contatado AND (NOT a.fixado OR $7)"
        "  RETURNING a.cliente_id, p.vendedor, a.vendedor_id AS de, a.fixado,"
        "            a.data_ultima_compra, a.valor_total),"
        " nova AS ("
        "  INSERT INTO crm.cliente_vendedor (cliente_id, vendedor_id,"
        "    de_vendedor_id, data_ultima_compra, valor_total, data_atribuicao,"
        "    motivo, lote)"
        "  SELECT cliente_id, vendedor, de, data_ultima_compra, valor_total,"
        "         $3, $5, $4"
        "    FROM fechada)"
        " SELECT de, fixado, vendedor, data_ultima_compra,"
        "        (valor_total * 100)::bigint"
        "   FROM fechada";
    const Cartas *cartas = motivo == MOTIVO_TODOS ? &r->livres : &r->excesso;
    int64 *atribuicoes = MemoryContextAllocHuge(
        CurrentMemoryContext, (cartas->n + 1) * sizeof(int64));
    int64 *vendedores = MemoryContextAllocHuge(CurrentMemoryContext,
                                               (cartas->n + 1) * sizeof(int64));
    int64 n = 0;
    Datum valores[lengthof(tipos)];

    for (int64 i = 0; i < cartas->n; i++)
        if (cartas->c[i].atribuicao != 0 && cartas->c[i].para != 0 &&
            cartas->c[i].motivo == motivo)
        {
            atribuicoes[n] = cartas->c[i].atribuicao;
            vendedores[n++] = cartas->c[i].para;
        }
    if (n > 0)
    {
        valores[0] = int8_array(atribuicoes, n);
        valores[1] = int8_array(vendedores, n);
        valores[2] = TimestampTzGetDatum(r->agora);
        valores[3] = Int64GetDatum(r->lote);
        valores[4] = CStringGetTextDatum(r->modo == DISTRIBUIR_DIFERENCA
                                             ? "distribuicao"
                                             : "redistribuir_todos");
        valores[5] = CStringGetTextDatum(motivos_fim[motivo]);
        valores[6] = BoolGetDatum(r->modo == DISTRIBUIR_TUDO_E_FIXADOS);
        n = escrever(r, &guardado, sql, lengthof(tipos), tipos, valores, n);
    }
    pfree(atribuicoes);
    pfree(vendedores);
    return n;
}

/* Rows that end for this reason and leave the client without holder. */
static int64
gravar_liberadas(const Rodada *r, Motivo motivo)
{
    static SPIPlanPtr guardado = NULL;
    static const Oid tipos[] = {INT8ARRAYOID, TIMESTAMPTZOID, INT8OID, TEXTOID,
                                BOOLOID};
    static const char sql[] =
        "WITH fechada AS ("
        "  UPDATE crm.cliente_vendedor a"
        "     SET encerrada_em = $2, motivo_fim = $4, lote_fim = $3"
        "    FROM unnest($1) AS p(atribuicao)"
        "   WHERE a.id = p.atribuicao AND a.encerrada_em IS NULL"
        "     AND NOT a.contatado AND (NOT a.fixado OR $5)"
        "  RETURNING a.cliente_id, a.vendedor_id, a.fixado,"
        "            a.data_ultima_compra, a.valor_total),"
        " status AS ("
        "  UPDATE crm.clientes c SET status = 'disponivel'"
        "    FROM fechada WHERE c.id_cliente = fechada.cliente_id)"
        " SELECT vendedor_id, fixado, NULL::bigint, data_ultima_compra,"
        "        (valor_total * 100)::bigint"
        "   FROM fechada";
    const Cartas *const todas[] = {&r->vencidas, &r->livres, &r->excesso};
    int64 *atribuicoes = MemoryContextAllocHuge(
        CurrentMemoryContext,
        (r->vencidas.n + r->livres.n + r->excesso.n + 1) * sizeof(int64));
    int64 n = 0;
    Datum valores[lengthof(tipos)];

    for (int t = 0; t < lengthof(todas); t++)
        for (int64 i = 0; i < todas[t]->n; i++)
        {
            const Carta *c = &todas[t]->c[i];

            if (c->atribuicao != 0 && c->para == 0 && c->motivo == motivo)
                atribuicoes[n++] = c->atribuicao;
        }
    if (n > 0)
    {
        valores[0] = int8_array(atribuicoes, n);
        valores[1] = TimestampTzGetDatum(r->agora);
        valores[2] = Int64GetDatum(r->lote);
        valores[3] = CStringGetTextDatum(motivos_fim[motivo]);
        valores[4] = BoolGetDatum(r->modo == DISTRIBUIR_TUDO_E_FIXADOS);
        n = escrever(r, &guardado, sql, lengthof(tipos), tipos, valores, n);
    }
    pfree(atribuicoes);
    return n;
}

static void
fechar_lote(Rodada *r, const instr_time *inicio)
{
    static SPIPlanPtr guardado = NULL;
    static const Oid tipos[] = {INT8OID, INT8OID, INT8OID, INT8OID, INT8OID};
    static const char sql[] =
        "UPDATE crm.lotes SET novas = $2, movimentos = $3, liberados = $4,"
        "       duracao_us = $5"
        " WHERE id = $1";
    instr_time duracao;
    Datum valores[lengthof(tipos)];

    INSTR_TIME_SET_CURRENT(duracao);
    INSTR_TIME_SUBTRACT(duracao, *inicio);

    valores[0] = Int64GetDatum(r->lote);
    valores[1] = Int64GetDatum(r->novas);
    valores[2] = Int64GetDatum(r->movimentos);
    valores[3] = Int64GetDatum(r->liberados);
    valores[4] = Int64GetDatum((int64)INSTR_TIME_GET_MICROSEC(duracao));
    SPI_execute_plan(plano(&guardado, sql, lengthof(tipos), tipos), valores,
                     NULL, false, 0);
}

static void
registrar(const Rodada *r, const char *origem)
{
    char *depois = psprintf(
        "{\"origem\":\"%s\",\"vendedores\":%d,\"novas\":" INT64_FORMAT
        ",\"movimentos\":" INT64_FORMAT ",\"liberados\":" INT64_FORMAT "}",
        origem, r->n, r->novas, r->movimentos, r->liberados);

    auditoria_registrar("distribuicao", "lotes", r->lote,
                        r->novas + r->movimentos + r->liberados, NULL, depois);
    pfree(depois);
}

/* Tells the sellers whose list changed. */
static void
avisar(const Rodada *r)
{
    const Cartas *const todas[] = {&r->vencidas, &r->livres, &r->excesso};
    int64 *ids;
    int64 n = 0;
    int64 unicos = 0;
    char *dados;

    if (r->novas + r->movimentos + r->liberados == 0)
        return;

    ids = MemoryContextAllocHuge(
        CurrentMemoryContext,
        (2 * (r->vencidas.n + r->livres.n + r->excesso.n) + 1) * sizeof(int64));
    for (int t = 0; t < lengthof(todas); t++)
        for (int64 i = 0; i < todas[t]->n; i++)
        {
            ids[n++] = todas[t]->c[i].de;
            ids[n++] = todas[t]->c[i].para;
        }
    qsort(ids, n, sizeof(int64), por_int8);
    for (int64 i = 0; i < n; i++)
        if (ids[i] != 0 && (unicos == 0 || ids[i] != ids[unicos - 1]))
            ids[unicos++] = ids[i];

    dados = psprintf("{\"lote\":" INT64_FORMAT ",\"novas\":" INT64_FORMAT
                     ",\"movimentos\":" INT64_FORMAT
                     ",\"liberados\":" INT64_FORMAT "}",
                     r->lote, r->novas, r->movimentos, r->liberados);
    evento_emitir("redistribuicao_completa", ids,
                  unicos > EVENTO_VENDEDORES_MAX ? -1 : (int)unicos, dados);
    pfree(dados);
    pfree(ids);
}

/* ---- helpers ---- */

static void
carta_somar(Cartas *cartas, const Carta *nova)
{
    if (cartas->n == cartas->espaco)
    {
        cartas->espaco = Max(64, cartas->espaco * 2);
        cartas->c = cartas->c ? repalloc_huge(cartas->c, cartas->espaco *
                                                             sizeof(Carta))
                              : MemoryContextAllocHuge(
                                    CurrentMemoryContext,
                                    cartas->espaco * sizeof(Carta));
    }
    cartas->c[cartas->n++] = *nova;
}

/* Adds the rows (atribuicao, cliente, vendedor, purchase day, cents) just read. */
static void
cartas_ler(Cartas *cartas, Motivo motivo)
{
    for (uint64 i = 0; i < SPI_processed; i++)
    {
        bool nulo;
        Datum compra = SPI_getbinval(SPI_tuptable->vals[i],
                                     SPI_tuptable->tupdesc, 4, &nulo);
        Carta c = {.atribuicao = campo_int8(i, 1),
                   .cliente = campo_int8(i, 2),
                   .de = campo_int8(i, 3),
                   .centavos = campo_int8(i, 5),
                   .motivo = motivo};

        c.compra = nulo ? DATEVAL_NOBEGIN : DatumGetDateADT(compra);
        carta_somar(cartas, &c);
    }
    SPI_freetuptable(SPI_tuptable);
}

static int64
campo_int8(uint64 linha, int coluna)
{
    bool nulo;
    Datum valor = SPI_getbinval(SPI_tuptable->vals[linha],
                                SPI_tuptable->tupdesc, coluna, &nulo);

    return nulo ? 0 : DatumGetInt64(valor);
}

/* int8 is passed by value: the array is copied, the Datums are not needed. */
static Datum
int8_array(const int64 *valores, int64 n)
{
    Datum *itens =
        MemoryContextAllocHuge(CurrentMemoryContext, n * sizeof(Datum));
    ArrayType *a;

    for (int64 i = 0; i < n; i++)
        itens[i] = Int64GetDatum(valores[i]);
    a = construct_array(itens, n, INT8OID, sizeof(int64), FLOAT8PASSBYVAL,
                        TYPALIGN_DOUBLE);
    pfree(itens);
    return PointerGetDatum(a);
}

/* Oldest purchase first, then the larger value, then id. */
static int
por_urgencia(const void *a, const void *b)
{
    const Carta *x = a;
    const Carta *y = b;

    if (x->compra != y->compra)
        return x->compra < y->compra ? -1 : 1;
    if (x->centavos != y->centavos)
        return x->centavos > y->centavos ? -1 : 1;
    return (x->cliente > y->cliente) - (x->cliente < y->cliente);
}

static int
por_vendedor(const void *a, const void *b)
{
    return por_int8(&((const Carta *)a)->de, &((const Carta *)b)->de);
}

static int
por_cliente(const void *a, const void *b)
{
    return por_int8(&((const Carta *)a)->cliente, &((const Carta *)b)->cliente);
}

static int
por_int8(const void *a, const void *b)
{
    int64 x = *(const int64 *)a;
    int64 y = *(const int64 *)b;

    return (x > y) - (x < y);
}

/* The row of crm.lotes as the record that the SQL face declares. */
static Datum
lote_resultado(FunctionCallInfo fcinfo, int64 lote)
{
    MemoryContext chamador = CurrentMemoryContext;
    TupleDesc forma;
    Datum linha;
    Datum valor = Int64GetDatum(lote);
    Oid tipo = INT8OID;
    Sistema salvo;

    if (get_call_result_type(fcinfo, NULL, &forma) != TYPEFUNC_COMPOSITE)
        elog(ERROR, "return type must be a row type");
    forma = BlessTupleDesc(forma);

    sistema_entrar(&salvo);
    SPI_connect();
    SPI_execute_with_args("SELECT id, quando, dia, origem, usuario_id,"
                          " vendedores, elegiveis, novas, movimentos,"
                          " limite_inferior, liberados, duracao_us"
                          " FROM crm.lotes WHERE id = $1",
                          1, &tipo, &valor, NULL, false, 1);
    if (SPI_processed != 1)
        elog(ERROR, "the run is not recorded");
    MemoryContextSwitchTo(chamador);
    linha = heap_copy_tuple_as_datum(SPI_tuptable->vals[0], forma);
    SPI_finish();
    sistema_sair(&salvo);
    return linha;
}
