/*
 * simulacao.c: what a distribution would do, and doing just that (SPEC DIST-7).
 *
 * A simulation reads and plans as a run does, in the snapshot of its caller and
 * without a lock, so that nobody waits for it, and gives the plan a name: a hash
 * of the day, the window, the numbers of every seller, who takes part with weight,
 * room and load, and every client with its holder, value and place in the plan. Applying the
 * name plans anew behind the lock of the distributions; it is done only when the
 * plan still has that name, once before and once after the clients are locked.
 * So what was shown is what happens, or nothing does.
 */
#include "redistribuicao.h"

#include "catalog/pg_type.h"
#include "common/cryptohash.h"
#include "common/sha2.h"
#include "funcapi.h"
#include "utils/array.h"

#include "numeros.h"
#include "rodada.h"

enum
{
    HASH_BYTES = 16, /* of the SHA-256 that the name shows */
    HASH_N = 1 + 2 * HASH_BYTES
};

/* First letter of the name: which kind of run it is. */
static const char letras[] = {
    [DISTRIBUIR_DIFERENCA] = 'd',
    [DISTRIBUIR_TUDO] = 't',
    [DISTRIBUIR_TUDO_E_FIXADOS] = 'f',
};

static const char *const origens[] = {
    [DISTRIBUIR_DIFERENCA] = "manual",
    [DISTRIBUIR_TUDO] = "redistribuir_todos",
    [DISTRIBUIR_TUDO_E_FIXADOS] = "redistribuir_todos",
};

static DistribuirModo modo_do_nome(const char *nome);
static void nome_do_plano(const Rodada *r, char nome[HASH_N + 1]);
static const Carta **cartas_todas(const Rodada *r, int64 *n);
static char *numeros_do_quadro(const Rodada *r);
static int por_cliente(const void *a, const void *b);
static void exigir_nome(const Rodada *r, const char *esperado);
static int64 contar_sem_vendedor(const Rodada *r);

/*
 * crm.simular_redistribuicao(incluir_fixados boolean, modo text) returns record
 *
 * See sql/extensao/30_redistribuicao.sql for the columns. modo 'todos' is
 * crm.redistribuir_todos(incluir_fixados), 'diferenca' is
 * crm.redistribuir_clientes().
 *
 * Errors: CR403 acesso_negado; CR422 modo_invalido.
 * Source: SPEC DIST-7.
 */
PG_FUNCTION_INFO_V1(crm_simular_redistribuicao);
Datum
crm_simular_redistribuicao(PG_FUNCTION_ARGS)
{
    const bool fixados = PG_GETARG_BOOL(0);
    const char *qual = text_to_cstring(PG_GETARG_TEXT_PP(1));
    MemoryContext chamador = CurrentMemoryContext;
    MemoryContext rascunho;
    char nome[HASH_N + 1];
    const Carta **cartas;
    int64 n;
    int64 novas = 0;
    int64 movimentos = 0;
    int64 liberados = 0;
    int64 elegiveis = 0;
    int64 sem_vendedor;
    TupleDesc forma;
    Datum valores[12];
    bool nulos[lengthof(valores)] = {false};
    Sistema salvo;
    Rodada r;

    identidade_exigir("distribuicao.executar");
    if (strcmp(qual, "todos") == 0)
        r = rodada_nova(fixados ? DISTRIBUIR_TUDO_E_FIXADOS : DISTRIBUIR_TUDO);
    else if (strcmp(qual, "diferenca") == 0)
        r = rodada_nova(DISTRIBUIR_DIFERENCA);
    else
        crm_falha(422, "modo_invalido", "modo", "Modo desconhecido.",
                  "Use todos ou diferenca.", NULL);
    r.so_ler = true;
    if (get_call_result_type(fcinfo, NULL, &forma) != TYPEFUNC_COMPOSITE)
        elog(ERROR, "return type must be a row type");
    forma = BlessTupleDesc(forma);

    sistema_entrar(&salvo);
    SPI_connect();
    rodada_preparar(&r);
    nome_do_plano(&r, nome);
    cartas = cartas_todas(&r, &n);
    sem_vendedor = contar_sem_vendedor(&r);

    rascunho = MemoryContextSwitchTo(chamador);
    {
        int64 *lista[4];

        for (int c = 0; c < lengthof(lista); c++)
            lista[c] = MemoryContextAllocHuge(rascunho, (n + 1) * sizeof(int64));
        for (int64 i = 0; i < n; i++)
        {
            const Carta *c = cartas[i];

            lista[0][i] = c->cliente;
            lista[1][i] = c->de;
            lista[2][i] = c->para;
            lista[3][i] = c->centavos;
            if (c->para == 0)
                liberados += c->atribuicao != 0;
            else if (c->atribuicao == 0 || c->motivo == MOTIVO_TODOS)
                novas++;
            else
                movimentos++;
        }
        for (int c = 0; c < lengthof(lista); c++)
            valores[8 + c] = int8_array(lista[c], n);
    }
    for (int i = 0; i < r.n; i++)
        elegiveis += r.vendedores[i].alvo + r.vendedores[i].fixados;

    valores[0] = CStringGetTextDatum(nome);
    valores[1] = Int32GetDatum(r.n);
    valores[2] = Int32GetDatum((int32)elegiveis);
    valores[3] = Int32GetDatum((int32)novas);
    valores[4] = Int32GetDatum((int32)movimentos);
    valores[5] = Int32GetDatum((int32)r.plano.movimentos);
    valores[6] = Int32GetDatum((int32)liberados);
    valores[7] = Int32GetDatum((int32)sem_vendedor);
    SPI_finish();
    sistema_sair(&salvo);
    MemoryContextSwitchTo(chamador);
    PG_RETURN_DATUM(
        HeapTupleGetDatum(heap_form_tuple(forma, valores, nulos)));
}

/*
 * crm.aplicar_redistribuicao(hash text) returns record shaped like crm.lotes
 *
 * Does what the simulation with that hash showed.
 *
 * Errors: CR403 acesso_negado; CR422 hash_invalido; CR409 quadro_mudou, with
 *         the hash of what would be done now; 25001 unless READ COMMITTED.
 * Source: SPEC DIST-7.
 */
PG_FUNCTION_INFO_V1(crm_aplicar_redistribuicao);
Datum
crm_aplicar_redistribuicao(PG_FUNCTION_ARGS)
{
    const char *esperado = text_to_cstring(PG_GETARG_TEXT_PP(0));
    DistribuirModo modo;
    instr_time inicio;
    Sistema salvo;
    Rodada r;
    Rodada de_novo;

    identidade_exigir("distribuicao.executar");
    modo = modo_do_nome(esperado);
    distribuicao_travar();
    INSTR_TIME_SET_CURRENT(inicio);

    sistema_entrar(&salvo);
    SPI_connect();
    auditoria_suspender(true);
    r = rodada_nova(modo);
    rodada_preparar(&r);
    exigir_nome(&r, esperado);

    /* Marks, orders and reallocations ask for no lock but their client's: what
     * they did while we waited for it is seen by reading once more. */
    rodada_travar(&r);
    de_novo = rodada_nova(modo);
    rodada_preparar(&de_novo);
    exigir_nome(&de_novo, esperado);

    rodada_gravar(&r, origens[modo], &inicio);
    auditoria_suspender(false);
    SPI_finish();
    sistema_sair(&salvo);
    return lote_resultado(fcinfo, r.lote);
}

static DistribuirModo
modo_do_nome(const char *nome)
{
    if (strlen(nome) == HASH_N)
        for (int m = 0; m < lengthof(letras); m++)
            if (nome[0] == letras[m])
                return m;
    crm_falha(422, "hash_invalido", "hash",
              "Este código não é de uma simulação.", "Simule de novo.", NULL);
}

static void
nome_do_plano(const Rodada *r, char nome[HASH_N + 1])
{
    pg_cryptohash_ctx *h = pg_cryptohash_create(PG_SHA256);
    uint8 resumo[PG_SHA256_DIGEST_LENGTH];
    const int64 cabeca[] = {r->modo, r->hoje, r->de, r->ate, r->n, r->n_fora};
    const char *numeros = numeros_do_quadro(r);
    int64 n;
    const Carta **cartas = cartas_todas(r, &n);
    bool certo = h != NULL && pg_cryptohash_init(h) >= 0 &&
                 pg_cryptohash_update(h, (const uint8 *)cabeca,
                                      sizeof cabeca) >= 0 &&
                 pg_cryptohash_update(h, (const uint8 *)numeros,
                                      strlen(numeros)) >= 0;

    for (int i = 0; certo && i < r->n; i++)
    {
        const RodizioVendedor *v = &r->vendedores[i];
        const int64 campos[] = {v->id,     v->peso,    v->capacidade,
                                v->moveis, v->fixados, v->alvo};

        certo = pg_cryptohash_update(h, (const uint8 *)campos, sizeof campos) >= 0;
    }
    certo = certo && pg_cryptohash_update(h, (const uint8 *)r->fora,
                                          r->n_fora * sizeof(int64)) >= 0;
    for (int64 i = 0; certo && i < n; i++)
    {
        const Carta *c = cartas[i];
        const int64 campos[] = {c->cliente, c->atribuicao, c->de,
                                c->para,    c->centavos,   c->compra};

        certo = pg_cryptohash_update(h, (const uint8 *)campos, sizeof campos) >= 0;
    }
    if (!certo || pg_cryptohash_final(h, resumo, sizeof resumo) < 0)
        elog(ERROR, "could not hash the plan");
    pg_cryptohash_free(h);
    pfree(cartas);

    nome[0] = letras[r->modo];
    for (int i = 0; i < HASH_BYTES; i++)
        snprintf(nome + 1 + 2 * i, 3, "%02x", resumo[i]);
}

/* How many each seller has of what and what that is worth, as the screen shows
 * it beside the plan: changes where the plan does not reach change it too. */
static char *
numeros_do_quadro(const Rodada *r)
{
    static SPIPlanPtr guardado = NULL;
    static const char sql[] =
        "SELECT coalesce(string_agg(concat_ws(':', vendedor_id, estado, qtd,"
        "                                     valor), ';'"
        "                           ORDER BY vendedor_id, estado), '')"
        "  FROM (SELECT vendedor_id, estado, sum(qtd) AS qtd,"
        "               sum(valor) AS valor"
        "          FROM crm.contagens"
        "         WHERE escopo = 'vendedor'"
        "           AND estado IN ('pendente', 'fixado', 'contatado')"
        "         GROUP BY vendedor_id, estado HAVING sum(qtd) <> 0) t";
    char *numeros;

    SPI_execute_plan(plano(&guardado, sql, 0, NULL), NULL, NULL, r->so_ler, 1);
    numeros = SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1);
    return numeros;
}

/* In order of client. */
static const Carta **
cartas_todas(const Rodada *r, int64 *n)
{
    const Cartas *const listas[] = {&r->vencidas, &r->livres, &r->excesso};
    const Carta **cartas = MemoryContextAllocHuge(
        CurrentMemoryContext, (r->vencidas.n + r->livres.n + r->excesso.n + 1) *
                                  sizeof(const Carta *));

    *n = 0;
    for (int l = 0; l < lengthof(listas); l++)
        for (int64 i = 0; i < listas[l]->n; i++)
            cartas[(*n)++] = &listas[l]->c[i];
    qsort(cartas, *n, sizeof *cartas, por_cliente);
    return cartas;
}

static int
por_cliente(const void *a, const void *b)
{
    return carta_por_cliente(*(const Carta *const *)a, *(const Carta *const *)b);
}

static void
exigir_nome(const Rodada *r, const char *esperado)
{
    char nome[HASH_N + 1];

    nome_do_plano(r, nome);
    if (strcmp(nome, esperado) != 0)
        crm_falha(409, "quadro_mudou", "hash",
                  "O quadro mudou depois da simulação.",
                  "Confira o plano de agora e aplique de novo.",
                  psprintf("{\"hash\":\"%s\"}", nome));
}

/* Clients of the window whom nobody would hold: those of now, by the counters,
 * less those who get a seller, and those who lose theirs. */
static int64
contar_sem_vendedor(const Rodada *r)
{
    static SPIPlanPtr guardado = NULL;
    static const Oid tipos[] = {DATEOID, DATEOID};
    static const char sql[] =
        "SELECT coalesce(sum(CASE escopo WHEN 'cliente' THEN qtd ELSE -qtd END),"
        "                0)::bigint"
        "  FROM crm.contagens"
        " WHERE escopo IN ('cliente', 'aberta') AND vendedor_id = 0"
        "   AND estado IN ('ativo', 'aberta') AND dia BETWEEN $1 AND $2";
    const Cartas *const listas[] = {&r->livres, &r->excesso};
    Datum valores[] = {DateADTGetDatum(r->de), DateADTGetDatum(r->ate)};
    int64 n;

    SPI_execute_plan(plano(&guardado, sql, lengthof(tipos), tipos), valores,
                     NULL, r->so_ler, 1);
    n = campo_int8(0, 1);
    SPI_freetuptable(SPI_tuptable);
    for (int l = 0; l < lengthof(listas); l++)
        for (int64 i = 0; i < listas[l]->n; i++)
        {
            const Carta *c = &listas[l]->c[i];

            if (c->atribuicao == 0 && c->para != 0)
                n--;
            else if (c->atribuicao != 0 && c->para == 0)
                n++;
        }
    return Max(n, 0);
}
