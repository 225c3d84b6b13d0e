/*
 * desfazer.c: taking back what a run, or a batch of a manager, did (SPEC DIST-7).
 *
 * Rows of the run are those it opened (lote) and those it closed (lote_fim). A
 * client goes back to who held it before, or to nobody, when nothing happened to
 * it since: same open row, not contacted, still in the pool. The rest stays as
 * it is and is listed with the reason. A seller who is not there gets nothing
 * back that the next run would take away again.
 *
 * Going back is a gain and a loss like any other, rows of a run of its own, whose
 * desfaz names the one taken back. A contacted assignment is opened again instead:
 * its contact happened once.
 *
 * Locks as in a run: distributions, clients by id.
 */
#include "redistribuicao.h"

#include "catalog/pg_type.h"
#include "funcapi.h"
#include "portability/instr_time.h"
#include "utils/array.h"
#include "utils/timestamp.h"

#include "carta.h"
#include "numeros.h"

enum
{
    HORA_S = 3600,
    EVENTO_VENDEDORES_MAX = 100
};

/* A client that the run touched. */
typedef struct Volta
{
    int64 cliente;
    int64 antes;     /* row that the run closed, 0: none */
    int64 depois;    /* row that it opened and that is still open, 0: none */
    int64 de;        /* seller now */
    int64 para;      /* seller before */
    bool contatado;  /* in the row before */
    bool fixado;
    bool igual;      /* same seller, nothing to do */
    Datum motivo;    /* text: why it stays; 0: it goes back */
} Volta;

typedef struct Desfeita
{
    int64 origem; /* lotes.id taken back */
    int64 lote;   /* lotes.id of doing so */
    TimestampTz agora;
    Volta *v;
    int64 n;
    int64 restaurados;
    int64 novas;
    int64 movimentos;
    int64 liberados;
} Desfeita;

static void exigir_desfazivel(const Desfeita *d);
static void ler(Desfeita *d);
static void contar(Desfeita *d);
static void abrir_lote(Desfeita *d);
static void gravar(const Desfeita *d);
static void fechar_lote(const Desfeita *d, const instr_time *inicio);
static void avisar(const Desfeita *d);
static int64 executar(SPIPlanPtr *guardado, const char *sql, int n,
                      const Oid *tipos, Datum *valores);

/*
 * crm.desfazer_redistribuicao(lote bigint) returns record (lote_desfazer bigint,
 *     restaurados integer, total_mantidos integer, mantidos bigint[],
 *     motivos text[])
 *
 * Errors: CR403 acesso_negado; CR404 lote_inexistente; CR409 lote_nao_desfaz,
 *         lote_ja_desfeito, lote_antigo; 25001 unless READ COMMITTED.
 * Source: SPEC DIST-7.
 */
PG_FUNCTION_INFO_V1(crm_desfazer_redistribuicao);
Datum
crm_desfazer_redistribuicao(PG_FUNCTION_ARGS)
{
    MemoryContext chamador = CurrentMemoryContext;
    Desfeita d = {.origem = PG_GETARG_INT64(0)};
    instr_time inicio;
    TupleDesc forma;
    Datum valores[5];
    bool nulos[lengthof(valores)] = {false};
    Datum *motivos;
    int64 *mantidos;
    int64 n = 0;
    Sistema salvo;

    identidade_exigir("distribuicao.executar");
    if (get_call_result_type(fcinfo, NULL, &forma) != TYPEFUNC_COMPOSITE)
        elog(ERROR, "return type must be a row type");
    forma = BlessTupleDesc(forma);
    distribuicao_travar();
    INSTR_TIME_SET_CURRENT(inicio);
    d.agora = tempo_agora();

    sistema_entrar(&salvo);
    SPI_connect();
    auditoria_suspender(true);
    exigir_desfazivel(&d);
    ler(&d);
    contar(&d);
    abrir_lote(&d);
    gravar(&d);
    fechar_lote(&d, &inicio);
    auditoria_registrar(
        "desfazer", "lotes", d.origem, d.restaurados, NULL,
        psprintf("{\"lote\":" INT64_FORMAT ",\"restaurados\":" INT64_FORMAT
                 ",\"mantidos\":" INT64_FORMAT "}",
                 d.lote, d.restaurados, d.n - d.restaurados));
    avisar(&d);
    auditoria_suspender(false);

    MemoryContextSwitchTo(chamador);
    motivos = palloc_extended((d.n + 1) * sizeof(Datum), MCXT_ALLOC_HUGE);
    mantidos = palloc_extended((d.n + 1) * sizeof(int64), MCXT_ALLOC_HUGE);
    for (int64 i = 0; i < d.n; i++)
        if (d.v[i].motivo != 0)
        {
            mantidos[n] = d.v[i].cliente;
            motivos[n++] = d.v[i].motivo;
        }
    valores[0] = Int64GetDatum(d.lote);
    valores[1] = Int32GetDatum((int32)d.restaurados);
    valores[2] = Int32GetDatum((int32)n);
    valores[3] = int8_array(mantidos, n);
    valores[4] = PointerGetDatum(construct_array(motivos, n, TEXTOID, -1, false,
                                                 TYPALIGN_INT));
    SPI_finish();
    sistema_sair(&salvo);
    PG_RETURN_DATUM(
        HeapTupleGetDatum(heap_form_tuple(forma, valores, nulos)));
}

static void
exigir_desfazivel(const Desfeita *d)
{
    static SPIPlanPtr guardado = NULL;
    static const Oid tipos[] = {INT8OID, TIMESTAMPTZOID};
    static const char sql[] =
        "SELECT l.origem IN ('manual', 'redistribuir_todos', 'realocacao',"
        "                    'liberacao'),"
        "       l.quando < $2,"
        "       EXISTS (SELECT FROM crm.lotes u WHERE u.desfaz = l.id)"
        "  FROM crm.lotes l WHERE l.id = $1";
    Datum valores[] = {Int64GetDatum(d->origem),
                       TimestampTzGetDatum(
                           d->agora - (TimestampTz)config_int("desfazer_horas") *
                                          HORA_S * USECS_PER_SEC)};
    bool campo[3];

    SPI_execute_plan(plano(&guardado, sql, lengthof(tipos), tipos), valores,
                     NULL, false, 1);
    if (SPI_processed == 0)
        crm_falha(404, "lote_inexistente", "lote",
                  "Esta redistribuição não existe.", NULL, NULL);
    for (int i = 0; i < lengthof(campo); i++)
    {
        bool nulo;

        campo[i] = DatumGetBool(SPI_getbinval(SPI_tuptable->vals[0],
                                              SPI_tuptable->tupdesc, i + 1,
                                              &nulo));
    }
    if (!campo[0])
        crm_falha(409, "lote_nao_desfaz", "lote",
                  "Só se desfaz o que uma pessoa pediu.",
                  "Entradas, saídas e tarefas não se desfazem.", NULL);
    if (campo[2])
        crm_falha(409, "lote_ja_desfeito", "lote",
                  "Esta redistribuição já foi desfeita.", NULL, NULL);
    if (campo[1])
        crm_falha(409, "lote_antigo", "lote",
                  "O prazo para desfazer passou.", NULL, NULL);
}

/* Locks the clients, then looks at what became of each. */
static void
ler(Desfeita *d)
{
    static SPIPlanPtr travar = NULL;
    static SPIPlanPtr guardado = NULL;
    static const Oid tipos_travar[] = {INT8OID};
    static const Oid tipos[] = {INT8OID, DATEOID, DATEOID};
#define TOCADOS                                                                \
    "SELECT cliente_id FROM crm.cliente_vendedor WHERE lote = $1"              \
    " UNION "                                                                  \
    "SELECT cliente_id FROM crm.cliente_vendedor WHERE lote_fim = $1"
    static const char travar_sql[] =
        "SELECT FROM crm.clientes WHERE id_cliente IN (" TOCADOS ")"
        " ORDER BY id_cliente FOR NO KEY UPDATE";
    static const char sql[] =
        "SELECT c.id_cliente, a.id, d.id, coalesce(d.vendedor_id, 0),"
        "       coalesce(a.vendedor_id, 0), coalesce(a.contatado, false),"
        "       coalesce(a.fixado, false),"
        "       coalesce(d.id IS NOT NULL AND a.vendedor_id = d.vendedor_id"
        "                AND NOT a.contatado AND a.fixado = d.fixado, false),"
        "       CASE"
        "       WHEN u.motivo_fim IN ('pedido', 'realocacao', 'liberacao',"
        "                             'desativacao', 'nao_contatar')"
        "            THEN u.motivo_fim"
        "       WHEN u.id <> coalesce(d.id, a.id) THEN u.motivo"
        "       WHEN u.encerrada_em IS NOT NULL AND d.id IS NOT NULL"
        "            THEN u.motivo_fim"
        "       WHEN d.contatado THEN 'contatado'"
        "       WHEN (d.motivo = 'realocacao' OR d.retornar_em IS NOT NULL"
        "             OR d.proximo_passo IS NOT NULL)"
        "            AND (a.retornar_em, a.proximo_passo)"
        "                IS DISTINCT FROM (d.retornar_em, d.proximo_passo)"
        "            THEN 'proximo_passo'"
        "       WHEN NOT c.ativo THEN 'desativacao'"
        "       WHEN c.nao_contatar THEN 'nao_contatar'"
        "       WHEN c.data_ultima_compra IS DISTINCT FROM"
        "            coalesce(d.data_ultima_compra, a.data_ultima_compra)"
        "            THEN 'pedido'"
        "       WHEN a.id IS NULL THEN NULL"
        "       WHEN NOT v.ativo THEN 'vendedor_inativo'"
        "       WHEN a.contatado OR a.fixado THEN NULL"
        "       WHEN c.data_ultima_compra IS NULL"
        "            OR c.data_ultima_compra NOT BETWEEN $2 AND $3"
        "            THEN 'fora_da_janela'"
        "       WHEN NOT (v.online AND v.participa_distribuicao"
        "                 AND v.expediente IN ('disponivel', 'almoco'))"
        "            THEN 'vendedor_indisponivel' END"
        "  FROM (" TOCADOS " ORDER BY 1) t"
        "  JOIN crm.clientes c ON c.id_cliente = t.cliente_id"
        "  LEFT JOIN crm.cliente_vendedor a"
        "    ON a.cliente_id = t.cliente_id AND a.lote_fim = $1"
        "  LEFT JOIN crm.cliente_vendedor d"
        "    ON d.cliente_id = t.cliente_id AND d.lote = $1"
        " CROSS JOIN LATERAL (SELECT u.id, u.encerrada_em, u.motivo,"
        "                  CASE WHEN u.id <> a.id OR a.id IS NULL"
        "                       THEN u.motivo_fim END AS motivo_fim"
        "             FROM crm.cliente_vendedor u"
        "            WHERE u.cliente_id = t.cliente_id"
        "            ORDER BY u.id DESC LIMIT 1) u"
        "  LEFT JOIN crm.vendedores v ON v.id = a.vendedor_id"
        " ORDER BY c.id_cliente";
    DateADT hoje = tempo_hoje();
    Datum valores[] = {Int64GetDatum(d->origem),
                       DateADTGetDatum(hoje - config_janela()->fim),
                       DateADTGetDatum(hoje - config_janela()->inicio)};

    SPI_execute_plan(plano(&travar, travar_sql, lengthof(tipos_travar),
                           tipos_travar),
                     valores, NULL, false, 0);
    SPI_freetuptable(SPI_tuptable);
    SPI_execute_plan(plano(&guardado, sql, lengthof(tipos), tipos), valores,
                     NULL, false, 0);
    d->n = (int64)SPI_processed;
    d->v = MemoryContextAllocHuge(CurrentMemoryContext,
                                  (d->n + 1) * sizeof(Volta));
    for (int64 i = 0; i < d->n; i++)
    {
        HeapTuple linha = SPI_tuptable->vals[i];
        TupleDesc forma = SPI_tuptable->tupdesc;
        bool nulo;
        Volta *v = &d->v[i];

        v->cliente = campo_int8(i, 1);
        v->antes = campo_int8(i, 2);
        v->depois = campo_int8(i, 3);
        v->de = campo_int8(i, 4);
        v->para = campo_int8(i, 5);
        v->contatado = DatumGetBool(SPI_getbinval(linha, forma, 6, &nulo));
        v->fixado = DatumGetBool(SPI_getbinval(linha, forma, 7, &nulo));
        v->igual = DatumGetBool(SPI_getbinval(linha, forma, 8, &nulo));
        v->motivo = SPI_getbinval(linha, forma, 9, &nulo);
        if (nulo)
            v->motivo = 0;
    }
}

static void
contar(Desfeita *d)
{
    for (int64 i = 0; i < d->n; i++)
    {
        const Volta *v = &d->v[i];

        if (v->motivo != 0)
            continue;
        d->restaurados++;
        if (v->antes == 0)
            d->liberados++;
        else if (v->depois == 0)
            d->novas++;
        else if (v->de != v->para)
            d->movimentos++;
    }
}

static void
abrir_lote(Desfeita *d)
{
    static SPIPlanPtr guardado = NULL;
    static const Oid tipos[] = {TIMESTAMPTZOID, DATEOID, INT8OID, INT8OID,
                                INT8OID,        INT8OID, INT8OID};
    static const char sql[] =
        "INSERT INTO crm.lotes (quando, dia, origem, usuario_id, vendedores,"
        "  elegiveis, novas, movimentos, limite_inferior, trocaram, liberados,"
        "  duracao_us, desfaz)"
        " VALUES ($1, $2, 'desfazer', nullif($3, 0), 0, 0, $4, $5, $5, $5, $6,"
        "         0, $7)"
        " RETURNING id";
    Datum valores[] = {TimestampTzGetDatum(d->agora),
                       DateADTGetDatum(tempo_hoje()),
                       Int64GetDatum(identidade_atual()->usuario_id),
                       Int64GetDatum(d->novas),
                       Int64GetDatum(d->movimentos),
                       Int64GetDatum(d->liberados),
                       Int64GetDatum(d->origem)};

    SPI_execute_plan(plano(&guardado, sql, lengthof(tipos), tipos), valores,
                     NULL, false, 0);
    d->lote = campo_int8(0, 1);
    SPI_freetuptable(SPI_tuptable);
}

static void
gravar(const Desfeita *d)
{
    static SPIPlanPtr fechar = NULL;
    static SPIPlanPtr abrir = NULL;
    static SPIPlanPtr reabrir = NULL;
    static SPIPlanPtr liberar = NULL;
    static const Oid tipos_fechar[] = {INT8ARRAYOID, TIMESTAMPTZOID, INT8OID};
    static const Oid tipos_abrir[] = {INT8ARRAYOID, INT8ARRAYOID,
                                      TIMESTAMPTZOID, INT8OID};
    static const Oid tipos_ids[] = {INT8ARRAYOID};
    int64 *fechadas = MemoryContextAllocHuge(CurrentMemoryContext,
                                             (d->n + 1) * sizeof(int64));
    int64 *reabertas = MemoryContextAllocHuge(CurrentMemoryContext,
                                              (d->n + 1) * sizeof(int64));
    int64 *abertas = MemoryContextAllocHuge(CurrentMemoryContext,
                                            (d->n + 1) * sizeof(int64));
    int64 *donos = MemoryContextAllocHuge(CurrentMemoryContext,
                                          (d->n + 1) * sizeof(int64));
    int64 *livres = MemoryContextAllocHuge(CurrentMemoryContext,
                                           (d->n + 1) * sizeof(int64));
    int64 nf = 0;
    int64 nr = 0;
    int64 na = 0;
    int64 nl = 0;

    for (int64 i = 0; i < d->n; i++)
    {
        const Volta *v = &d->v[i];

        if (v->motivo != 0 || v->igual)
            continue;
        if (v->depois != 0)
            fechadas[nf++] = v->depois;
        if (v->antes == 0)
            livres[nl++] = v->cliente;
        else if (v->contatado)
            reabertas[nr++] = v->antes;
        else
        {
            abertas[na] = v->antes;
            donos[na++] = v->de;
        }
    }

    if (nf > 0)
    {
        Datum valores[] = {int8_array(fechadas, nf),
                           TimestampTzGetDatum(d->agora),
                           Int64GetDatum(d->lote)};

        executar(&fechar,
                 "UPDATE crm.cliente_vendedor"
                 "   SET encerrada_em = $2, motivo_fim = 'desfeita',"
                 "       lote_fim = $3"
                 " WHERE id = ANY ($1)",
                 lengthof(tipos_fechar), tipos_fechar, valores);
    }
    if (na > 0)
    {
        Datum valores[] = {int8_array(abertas, na), int8_array(donos, na),
                           TimestampTzGetDatum(d->agora),
                           Int64GetDatum(d->lote)};

        executar(&abrir,
                 "WITH nova AS ("
                 "  INSERT INTO crm.cliente_vendedor (cliente_id, vendedor_id,"
                 "    de_vendedor_id, fixado, data_ultima_compra, valor_total,"
                 "    data_atribuicao, motivo, lote, retornar_em,"
                 "    proximo_passo)"
                 "  SELECT a.cliente_id, a.vendedor_id, nullif(p.de, 0),"
                 "         a.fixado, c.data_ultima_compra, c.valor_total, $3,"
                 "         'desfazer', $4, a.retornar_em, a.proximo_passo"
                 "    FROM unnest($1, $2) AS p(antes, de)"
                 "    JOIN crm.cliente_vendedor a ON a.id = p.antes"
                 "    JOIN crm.clientes c ON c.id_cliente = a.cliente_id"
                 "  RETURNING cliente_id)"
                 "UPDATE crm.clientes c SET status = 'atribuido'"
                 "  FROM nova WHERE c.id_cliente = nova.cliente_id"
                 "   AND c.status <> 'atribuido'",
                 lengthof(tipos_abrir), tipos_abrir, valores);
    }
    if (nr > 0)
    {
        Datum valores[] = {int8_array(reabertas, nr)};

        executar(&reabrir,
                 "WITH aberta AS ("
                 "  UPDATE crm.cliente_vendedor a"
                 "     SET encerrada_em = NULL, motivo_fim = NULL,"
                 "         lote_fim = NULL, valor_total = c.valor_total"
                 "    FROM crm.clientes c"
                 "   WHERE a.id = ANY ($1) AND c.id_cliente = a.cliente_id"
                 "  RETURNING a.cliente_id)"
                 "UPDATE crm.clientes c SET status = 'contatado'"
                 "  FROM aberta WHERE c.id_cliente = aberta.cliente_id",
                 lengthof(tipos_ids), tipos_ids, valores);
    }
    if (nl > 0)
    {
        Datum valores[] = {int8_array(livres, nl)};

        executar(&liberar,
                 "UPDATE crm.clientes SET status = 'disponivel'"
                 " WHERE id_cliente = ANY ($1)",
                 lengthof(tipos_ids), tipos_ids, valores);
    }
    pfree(fechadas);
    pfree(reabertas);
    pfree(abertas);
    pfree(donos);
    pfree(livres);
}

static void
fechar_lote(const Desfeita *d, const instr_time *inicio)
{
    static SPIPlanPtr guardado = NULL;
    static const Oid tipos[] = {INT8OID, INT8OID};
    instr_time duracao;
    Datum valores[lengthof(tipos)];

    INSTR_TIME_SET_CURRENT(duracao);
    INSTR_TIME_SUBTRACT(duracao, *inicio);
    valores[0] = Int64GetDatum(d->lote);
    valores[1] = Int64GetDatum((int64)INSTR_TIME_GET_MICROSEC(duracao));
    executar(&guardado, "UPDATE crm.lotes SET duracao_us = $2 WHERE id = $1",
             lengthof(tipos), tipos, valores);
}

/* Tells the sellers whose list changed. */
static void
avisar(const Desfeita *d)
{
    int64 *ids = MemoryContextAllocHuge(CurrentMemoryContext,
                                        (2 * d->n + 1) * sizeof(int64));
    int64 n = 0;
    int64 unicos = 0;
    char *dados;

    for (int64 i = 0; i < d->n; i++)
        if (d->v[i].motivo == 0)
        {
            ids[n++] = d->v[i].de;
            ids[n++] = d->v[i].para;
        }
    qsort(ids, n, sizeof(int64), por_int8);
    for (int64 i = 0; i < n; i++)
        if (ids[i] != 0 && (unicos == 0 || ids[i] != ids[unicos - 1]))
            ids[unicos++] = ids[i];
    if (unicos > 0)
    {
        dados = psprintf("{\"lote\":" INT64_FORMAT ",\"desfaz\":" INT64_FORMAT
                         ",\"novas\":" INT64_FORMAT
                         ",\"movimentos\":" INT64_FORMAT
                         ",\"liberados\":" INT64_FORMAT "}",
                         d->lote, d->origem, d->novas, d->movimentos, d->liberados);
        evento_emitir("redistribuicao_completa", ids,
                      unicos > EVENTO_VENDEDORES_MAX ? -1 : (int)unicos, dados);
        pfree(dados);
    }
    pfree(ids);
}

static int64
executar(SPIPlanPtr *guardado, const char *sql, int n, const Oid *tipos,
         Datum *valores)
{
    int resultado =
        SPI_execute_plan(plano(guardado, sql, n, tipos), valores, NULL, false, 0);

    if (resultado != SPI_OK_UPDATE)
        elog(ERROR, "could not take the distribution back: %s",
             SPI_result_code_string(resultado));
    return (int64)SPI_processed;
}
