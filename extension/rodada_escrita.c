/*
 * rodada_escrita.c: what a run of the distribution writes.
 */
#include "numeros.h"
#include "rodada.h"

#include "access/table.h"
#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "nodes/value.h"
#include "parser/parse_func.h"
#include "utils/array.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/timestamp.h"

enum
{
    /* More concerned than this: the event goes to everybody. */
    EVENTO_VENDEDORES_MAX = 100,
    MUITAS_LINHAS = 1000, /* a statement of so many: plano_muitas_linhas() */
    /* cliente_vendedor: two foreign keys with a trigger each for INSERT, UPDATE */
    GATILHOS_CHAVES = 4
};

static const char *const motivos_fim[MOTIVO_N] = {
    [MOTIVO_REDISTRIBUICAO] = "redistribuicao",
    [MOTIVO_OFFLINE] = "vendedor_offline",
    [MOTIVO_RESERVA] = "reserva_vencida",
    [MOTIVO_SEM_TOQUE] = "sem_toque",
    [MOTIVO_FORA_DA_JANELA] = "fora_da_janela",
    [MOTIVO_TODOS] = "redistribuir_todos",
};

static void abrir_lote(Rodada *r, const char *origem);
static void gravar(Rodada *r);
static bool gatilhos_sao_nossos(void);
static bool gatilhos_da_tabela(const char *tabela, const Oid *referidas, int n);
static void travar_vendedores(const Rodada *r);
static int64 escrever(Rodada *r, SPIPlanPtr *guardado, const char *sql,
                      int n_tipos, const Oid *tipos, Datum *valores, int64 n);
static int64 gravar_novas(Rodada *r);
static int64 gravar_trocas(Rodada *r, Motivo motivo);
static int64 gravar_liberadas(Rodada *r, Motivo motivo);
static void fechar_lote(Rodada *r, const instr_time *inicio);
static void registrar(const Rodada *r, const char *origem);
static void avisar(const Rodada *r);

void
rodada_reservar(const Rodada *r)
{
    static SPIPlanPtr reservar = NULL;
    static SPIPlanPtr soltar = NULL;
    static const Oid tipos[] = {INT8ARRAYOID, TIMESTAMPTZARRAYOID};
    int64 *ids = palloc((r->n_voltaram + r->n_vencidos + 1) * sizeof(int64));
    int n = 0;

    if (r->n_reservar > 0)
    {
        Datum valores[] = {int8_array(r->reservar, r->n_reservar),
                           instante_array(r->reserva_ate, r->n_reservar)};

        SPI_execute_plan(
            plano(&reservar,
                  "UPDATE crm.vendedores v SET reserva_ate = p.ate"
                  "  FROM unnest($1, $2) AS p(id, ate) WHERE v.id = p.id",
                  lengthof(tipos), tipos),
            valores, NULL, false, 0);
    }
    for (int i = 0; i < r->n_voltaram; i++)
        ids[n++] = r->voltaram[i];
    for (int i = 0; i < r->n_vencidos; i++)
        ids[n++] = r->vencidos[i];
    if (n > 0)
    {
        Datum valores[] = {int8_array(ids, n)};

        SPI_execute_plan(plano(&soltar,
                               "UPDATE crm.vendedores SET reserva_ate = NULL"
                               " WHERE id = ANY ($1)",
                               1, tipos),
                         valores, NULL, false, 0);
    }
    pfree(ids);
}

void
rodada_gravar(Rodada *r, const char *origem, const instr_time *inicio)
{
    abrir_lote(r, origem);
    gravar(r);
    fechar_lote(r, inicio);
    registrar(r, origem);
    avisar(r);
}

/*
 * Locks the clients of all cards in order of id. Whoever writes an assignment
 * locks its client first, so that from here on nothing we took up can change;
 * drops the free clients that somebody took, or that may not be dealt any more.
 */
void
rodada_travar(Rodada *r)
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
    qsort(r->vencidas.c, r->vencidas.n, sizeof(Carta), carta_por_cliente);
    qsort(r->livres.c, r->livres.n, sizeof(Carta), carta_por_cliente);
    qsort(r->excesso.c, r->excesso.n, sizeof(Carta), carta_por_cliente);
    if (gatilhos_sao_nossos())
    {
        travar_vendedores(r);
        r->contagem = contagem_iniciar();
    }

    /* Freed by DISTRIBUIR_TUDO and dealt again: new ones, see the SQL face. */
    r->novas = gravar_novas(r) + gravar_trocas(r, MOTIVO_TODOS);
    r->movimentos = gravar_trocas(r, MOTIVO_REDISTRIBUICAO) +
                    gravar_trocas(r, MOTIVO_OFFLINE) +
                    gravar_trocas(r, MOTIVO_RESERVA) +
                    gravar_trocas(r, MOTIVO_SEM_TOQUE);
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
    const Oid coletar = LookupFuncName(
        list_make2(makeString("crm"), makeString("cache_coletar")), 0, NULL,
        false);
    int chaves = 0;
    bool nossos = rel->rd_rules == NULL && gatilhos != NULL;

    for (int i = 0; nossos && i < gatilhos->numtriggers; i++)
    {
        const Trigger *g = &gatilhos->triggers[i];

        /* What tells the cache fires in the replica role too. */
        if (g->tgfoid == coletar)
            continue;
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
escrever(Rodada *r, SPIPlanPtr *guardado, const char *sql, int n_tipos,
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
    for (int64 i = 0; i < n; i++)
    {
        int64 de = campo_int8(i, 1);
        int64 para = campo_int8(i, 3);

        r->trocaram += de != 0 && para != 0 && de != para;
    }
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
            contagem_recebida(r->contagem, para, tempo_dia(r->agora));
            contagem_aberta(r->contagem, para, compra, false, centavos, 1);
        }
    }
    SPI_freetuptable(SPI_tuptable);
    return n;
}

/* Clients that nobody held. */
static int64
gravar_novas(Rodada *r)
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
gravar_trocas(Rodada *r, Motivo motivo)
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
        "            a.data_ultima_compra, a.valor_total, a.retornar_em,"
        "            a.proximo_passo),"
        /* Who stays with a seller stays with what the seller promised. */
        " nova AS ("
        "  INSERT INTO crm.cliente_vendedor (cliente_id, vendedor_id,"
        "    de_vendedor_id, data_ultima_compra, valor_total, data_atribuicao,"
        "    motivo, lote, retornar_em, proximo_passo)"
        "  SELECT cliente_id, vendedor, de, data_ultima_compra, valor_total,"
        "         $3, $5, $4, CASE WHEN vendedor = de THEN retornar_em END,"
        "         CASE WHEN vendedor = de THEN proximo_passo END"
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
        valores[4] = CStringGetTextDatum(
            motivo == MOTIVO_SEM_TOQUE             ? "reciclagem"
            : r->modo == DISTRIBUIR_DIFERENCA ? "distribuicao"
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
gravar_liberadas(Rodada *r, Motivo motivo)
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
    static const Oid tipos[] = {INT8OID, INT8OID, INT8OID,
                                INT8OID, INT8OID, INT8OID};
    static const char sql[] =
        "UPDATE crm.lotes SET novas = $2, movimentos = $3, liberados = $4,"
        "       duracao_us = $5, trocaram = $6"
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
    valores[5] = Int64GetDatum(r->trocaram);
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
