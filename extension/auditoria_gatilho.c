/*
 * auditoria_gatilho.c: what a statement changed, as rows of crm.auditoria.
 *
 * Statement triggers with transition tables. Up to POUCAS_LINHAS changed rows
 * are recorded one by one, with the columns that changed before and after;
 * more of them in chunks, whose values are arrays in the order of their ids,
 * so that a bulk load costs one row per thousand. A bulk INSERT records the ids
 * alone: the values stand in the table until a change records them as "antes".
 *
 * What the product derives itself (totals, status, the copies in the open
 * assignment) repeats an order or an assignment recorded already, and is not
 * recorded when the product writes it.
 *
 * Source: SPEC AUDIT-1.
 */
#include "auditoria.h"

#include <ctype.h>

#include "access/sysattr.h"
#include "catalog/pg_type.h"
#include "lib/stringinfo.h"
#include "utils/datetime.h"
#include "utils/json.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"

#include "cpf_digitos.h"
#include "transicao.h"

enum
{
    POUCAS_LINHAS = REGISTROS_MAX,
    LINHAS_POR_BLOCO = 1000
};

typedef enum Tratamento
{
    CLARA,
    MASCARADA, /* a CPF: ***.982.247-** */
    OCULTA,    /* recorded that it changed, not what to */
    DERIVADA,  /* not recorded when the product writes it */
    PRESENCA,  /* alone it makes the change a 'presenca' */
    CHAVE,     /* names the row where there is no id; always recorded */
    IGNORADA
} Tratamento;

static const struct
{
    const char *tabela;
    const char *coluna;
    Tratamento tratamento;
} regras[] = {
    {"clientes", "cpf", MASCARADA},
    {"clientes", "data_nascimento", OCULTA},
    {"clientes", "nome_mae", OCULTA},
    {"clientes", "status", DERIVADA},
    {"clientes", "data_ultima_compra", DERIVADA},
    {"clientes", "valor_total", DERIVADA},
    {"clientes", "updated_at", IGNORADA},
    {"clientes", "versao", IGNORADA},
    {"cliente_vendedor", "data_ultima_compra", DERIVADA},
    {"cliente_vendedor", "valor_total", DERIVADA},
    {"cliente_vendedor", "marcado_por", IGNORADA},
    {"cliente_vendedor", "retornar_antes", IGNORADA},
    {"cliente_vendedor", "passo_antes", IGNORADA},
    {"usuarios", "senha_hash", OCULTA},
    {"usuarios", "updated_at", IGNORADA},
    {"vendedores", "online", PRESENCA},
    {"vendedores", "visto_em", IGNORADA},
    {"vendedores", "updated_at", IGNORADA},
    {"configuracoes", "chave", CHAVE},
    {"configuracoes", "atualizado_em", IGNORADA},
    {"papeis", "papel", CHAVE},
    {"permissoes", "papel", CHAVE},
    {"permissoes", "acao", CHAVE},
    {"segredos", "nome", CHAVE},
    {"segredos", "valor", OCULTA},
    {"sessoes", "usuario_id", CHAVE},
    {"sessoes", "id", OCULTA},
    {"codigos_senha", "usuario_id", CHAVE},
    {"codigos_senha", "codigo", OCULTA},
    {"bloqueios_login", "conta", CHAVE},
    {"bloqueios_login", "endereco", CHAVE},
    {"bloqueios_login", "atualizado_em", IGNORADA},
    /* A CPF that was asked for may be among them. */
    {"exportacoes", "filtros", OCULTA},
};

/*
 * What the product does to these it records as what it is: login, codigo_senha,
 * desbloquear, distribuicao, importacao, exportacao, revelacao. Whoever else writes
 * them is recorded like any other change.
 */
static const char *const proprias[] = {
    "sessoes",     "codigos_senha", "bloqueios_login", "lotes",
    "importacoes", "exportacoes",   "revelacoes"};

typedef struct Coluna
{
    char *nome;
    AttrNumber numero;
    Oid tipo;
    Tratamento tratamento;
    FmgrInfo saida;
    bool mudou; /* in some row of the statement */
} Coluna;

typedef struct Auditada
{
    TriggerData *gatilho;
    const char *tabela;
    const char *acao;
    AttrNumber id; /* 0: the table has none */
    Coluna *colunas;
    int n;
    bool produto; /* the product itself is writing */
    MemoryContext linha;
    Registros *registros;
} Auditada;

static bool propria(const char *tabela);
static void colunas_ler(Auditada *a);
static Tratamento tratamento_de(const char *tabela, const char *coluna);
static bool so_derivadas(const Auditada *a);
static int64 contar(Auditada *a);
static bool mudou(const Auditada *a, const Transicao *t, Coluna *coluna);
static bool linha_mudou(Auditada *a, const Transicao *t);
static bool so_presenca(const Auditada *a, const Transicao *t);
static void registrar_linhas(Auditada *a);
static void registrar_blocos(Auditada *a);
static void bloco_fechar(Auditada *a, const int64 *ids, int n,
                         StringInfoData *antes, StringInfoData *depois);
static char *objeto(Auditada *a, const Transicao *t, TupleTableSlot *slot);
static char *objeto_de_vetores(Auditada *a, const char *ids,
                               StringInfoData *vetores);
static char *ids_json(const int64 *ids, int n);
static void valor_json(StringInfo json, const Coluna *coluna,
                       TupleTableSlot *slot);

/*
 * crm.auditar() returns trigger
 *
 * AFTER INSERT/UPDATE/DELETE (with transition tables) or TRUNCATE, FOR EACH
 * STATEMENT.
 */
PG_FUNCTION_INFO_V1(crm_auditar);
Datum
crm_auditar(PG_FUNCTION_ARGS)
{
    TriggerData *gatilho = transicao_gatilho(fcinfo);
    Auditada a = {.gatilho = gatilho,
                  .tabela = RelationGetRelationName(gatilho->tg_relation),
                  .produto = sistema_ativo()};
    MemoryContext trabalho;
    MemoryContext antes;
    int64 linhas;

    if (auditoria_suspensa())
        return PointerGetDatum(NULL);
    if (a.produto && propria(a.tabela))
        return PointerGetDatum(NULL);
    if (TRIGGER_FIRED_BY_TRUNCATE(gatilho->tg_event))
    {
        auditoria_registrar("esvaziar", a.tabela, 0, 0, NULL, NULL);
        return PointerGetDatum(NULL);
    }
    if (transicao_linhas(gatilho) == 0)
        return PointerGetDatum(NULL);

    a.acao = TRIGGER_FIRED_BY_INSERT(gatilho->tg_event)   ? "inserir"
             : TRIGGER_FIRED_BY_UPDATE(gatilho->tg_event) ? "alterar"
                                                          : "excluir";

    trabalho = AllocSetContextCreate(CurrentMemoryContext, "crm auditoria",
                                     ALLOCSET_DEFAULT_SIZES);
    antes = MemoryContextSwitchTo(trabalho);
    a.linha = AllocSetContextCreate(trabalho, "crm auditoria linha",
                                    ALLOCSET_DEFAULT_SIZES);
    a.registros = palloc0(sizeof(Registros));
    a.registros->tabela = a.tabela;
    colunas_ler(&a);

    if (!so_derivadas(&a))
    {
        linhas = contar(&a);
        if (linhas > POUCAS_LINHAS)
            registrar_blocos(&a);
        else if (linhas > 0)
            registrar_linhas(&a);
    }

    MemoryContextSwitchTo(antes);
    MemoryContextDelete(trabalho);
    return PointerGetDatum(NULL);
}

/* ---- what changed ---- */

static bool
propria(const char *tabela)
{
    for (int i = 0; i < lengthof(proprias); i++)
        if (strcmp(proprias[i], tabela) == 0)
            return true;
    return false;
}

static void
colunas_ler(Auditada *a)
{
    TupleDesc forma = RelationGetDescr(a->gatilho->tg_relation);

    a->colunas = palloc0(forma->natts * sizeof(Coluna));
    for (int i = 0; i < forma->natts; i++)
    {
        Form_pg_attribute att = TupleDescAttr(forma, i);
        Coluna *c = &a->colunas[a->n];
        Oid saida;
        bool variavel;

        if (att->attisdropped)
            continue;
        c->nome = NameStr(att->attname);
        c->numero = att->attnum;
        c->tipo = att->atttypid;
        c->tratamento = tratamento_de(a->tabela, c->nome);
        getTypeOutputInfo(c->tipo, &saida, &variavel);
        fmgr_info(saida, &c->saida);
        if (c->tipo == INT8OID &&
            (strcmp(c->nome, "id") == 0 || strcmp(c->nome, "id_cliente") == 0))
            a->id = c->numero;
        a->n++;
    }
}

static Tratamento
tratamento_de(const char *tabela, const char *coluna)
{
    for (int i = 0; i < lengthof(regras); i++)
        if (strcmp(regras[i].tabela, tabela) == 0 &&
            strcmp(regras[i].coluna, coluna) == 0)
            return regras[i].tratamento;
    return CLARA;
}

/*
 * An UPDATE of the product that names nothing to record: known without reading a
 * row. Only the product's: when a statement updates one table twice (WITH), the
 * columns told are those of the last, which would let a caller hide the first.
 */
static bool
so_derivadas(const Auditada *a)
{
    if (!a->produto || !TRIGGER_FIRED_BY_UPDATE(a->gatilho->tg_event))
        return false;
    for (int i = 0; i < a->n; i++)
    {
        const Coluna *c = &a->colunas[i];

        if (bms_is_member(c->numero - FirstLowInvalidHeapAttributeNumber,
                          a->gatilho->tg_updatedcols) &&
            c->tratamento != IGNORADA && c->tratamento != DERIVADA)
            return false;
    }
    return true;
}

/* How many rows there are to record; marks the columns that changed. */
static int64
contar(Auditada *a)
{
    Transicao t;
    int64 n = 0;

    if (!TRIGGER_FIRED_BY_UPDATE(a->gatilho->tg_event))
    {
        for (int i = 0; i < a->n; i++)
            a->colunas[i].mudou = true;
        return transicao_linhas(a->gatilho);
    }

    transicao_abrir(&t, a->gatilho);
    while (transicao_proxima(&t))
        n += linha_mudou(a, &t);
    transicao_fechar(&t);
    return n;
}

static bool
linha_mudou(Auditada *a, const Transicao *t)
{
    bool alguma = false;

    if (t->velha == NULL || t->nova == NULL)
        return true;
    for (int i = 0; i < a->n; i++)
        if (mudou(a, t, &a->colunas[i]))
            alguma = a->colunas[i].mudou = true;
    return alguma;
}

static bool
mudou(const Auditada *a, const Transicao *t, Coluna *coluna)
{
    if (coluna->tratamento == IGNORADA ||
        (coluna->tratamento == DERIVADA && a->produto))
        return false;
    return !transicao_igual(t, coluna->numero);
}

static bool
so_presenca(const Auditada *a, const Transicao *t)
{
    bool presenca = false;

    if (t->velha == NULL || t->nova == NULL)
        return false;
    for (int i = 0; i < a->n; i++)
        if (mudou(a, t, &a->colunas[i]))
        {
            if (a->colunas[i].tratamento != PRESENCA)
                return false;
            presenca = true;
        }
    return presenca;
}

/* ---- few rows: one by one ---- */

static void
registrar_linhas(Auditada *a)
{
    Transicao t;

    transicao_abrir(&t, a->gatilho);
    while (transicao_proxima(&t))
    {
        TupleTableSlot *slot = t.nova ? t.nova : t.velha;
        int64 id = 0;
        bool nulo;

        if (!linha_mudou(a, &t))
            continue;
        if (a->id)
            id = DatumGetInt64(slot_getattr(slot, a->id, &nulo));
        registros_juntar(
            a->registros, so_presenca(a, &t) ? "presenca" : a->acao,
            a->id ? &id : NULL, 1, t.velha ? objeto(a, &t, t.velha) : NULL,
            t.nova ? objeto(a, &t, t.nova) : NULL);
    }
    transicao_fechar(&t);
    registros_gravar(a->registros);
}

/*
 * The row as a JSON object: of an UPDATE the columns that changed, else all
 * that are not null.
 */
static char *
objeto(Auditada *a, const Transicao *t, TupleTableSlot *slot)
{
    bool alteracao = t->velha != NULL && t->nova != NULL;
    StringInfoData json;

    initStringInfo(&json);
    appendStringInfoChar(&json, '{');
    for (int i = 0; i < a->n; i++)
    {
        Coluna *c = &a->colunas[i];

        if (c->tratamento != CHAVE &&
            (alteracao ? !mudou(a, t, c) : slot_attisnull(slot, c->numero)))
            continue;
        if (json.len > 1)
            appendStringInfoChar(&json, ',');
        escape_json(&json, c->nome);
        appendStringInfoChar(&json, ':');
        valor_json(&json, c, slot);
    }
    appendStringInfoChar(&json, '}');
    return json.data;
}

/* ---- many rows: in chunks ---- */

static void
registrar_blocos(Auditada *a)
{
    bool inclusao = TRIGGER_FIRED_BY_INSERT(a->gatilho->tg_event);
    StringInfoData *antes = palloc(a->n * sizeof(StringInfoData));
    StringInfoData *depois = palloc(a->n * sizeof(StringInfoData));
    int64 *ids = palloc(LINHAS_POR_BLOCO * sizeof(int64));
    int n = 0;
    Transicao t;

    for (int i = 0; i < a->n; i++)
    {
        initStringInfo(&antes[i]);
        initStringInfo(&depois[i]);
        /* A bulk INSERT is its ids, or its keys where there is no id. */
        if (inclusao || (a->id && a->colunas[i].numero == a->id))
            a->colunas[i].mudou = false;
    }

    transicao_abrir(&t, a->gatilho);
    while (transicao_proxima(&t))
    {
        TupleTableSlot *slot = t.nova ? t.nova : t.velha;
        MemoryContext trabalho;
        bool nulo;

        if (!linha_mudou(a, &t))
            continue;
        if (a->id)
            ids[n] = DatumGetInt64(slot_getattr(slot, a->id, &nulo));

        trabalho = MemoryContextSwitchTo(a->linha);
        for (int i = 0; i < a->n; i++)
        {
            Coluna *c = &a->colunas[i];

            if (!c->mudou && c->tratamento != CHAVE)
                continue;
            if (t.velha)
            {
                appendStringInfoString(&antes[i], antes[i].len ? "," : "");
                valor_json(&antes[i], c, t.velha);
            }
            if (t.nova)
            {
                appendStringInfoString(&depois[i], depois[i].len ? "," : "");
                valor_json(&depois[i], c, t.nova);
            }
        }
        MemoryContextSwitchTo(trabalho);
        MemoryContextReset(a->linha);

        if (++n == LINHAS_POR_BLOCO)
        {
            bloco_fechar(a, ids, n, antes, depois);
            n = 0;
        }
    }
    transicao_fechar(&t);
    if (n > 0)
        bloco_fechar(a, ids, n, antes, depois);
}

static void
bloco_fechar(Auditada *a, const int64 *ids, int n, StringInfoData *antes,
             StringInfoData *depois)
{
    MemoryContext trabalho = MemoryContextSwitchTo(a->linha);
    char *lista = a->id ? ids_json(ids, n) : NULL;

    registros_juntar(
        a->registros, a->acao, NULL, n,
        a->gatilho->tg_oldtable ? objeto_de_vetores(a, lista, antes) : NULL,
        a->gatilho->tg_newtable ? objeto_de_vetores(a, lista, depois) : NULL);
    registros_gravar(a->registros);
    MemoryContextSwitchTo(trabalho);
    MemoryContextReset(a->linha);

    for (int i = 0; i < a->n; i++)
    {
        resetStringInfo(&antes[i]);
        resetStringInfo(&depois[i]);
    }
}

static char *
objeto_de_vetores(Auditada *a, const char *ids, StringInfoData *vetores)
{
    StringInfoData json;

    initStringInfo(&json);
    appendStringInfoChar(&json, '{');
    if (ids)
        appendStringInfo(&json, "\"ids\":%s", ids);
    for (int i = 0; i < a->n; i++)
        if (vetores[i].len > 0)
        {
            appendStringInfoString(&json, json.len > 1 ? "," : "");
            escape_json(&json, a->colunas[i].nome);
            appendStringInfo(&json, ":[%s]", vetores[i].data);
        }
    appendStringInfoChar(&json, '}');
    return json.data;
}

/* [1,2,3,7] as [[1,3],7]: ids that follow one another as first and last. */
static char *
ids_json(const int64 *ids, int n)
{
    StringInfoData json;

    initStringInfo(&json);
    appendStringInfoChar(&json, '[');
    for (int i = 0; i < n;)
    {
        int ate = i;

        while (ate + 1 < n && ids[ate + 1] == ids[ate] + 1)
            ate++;
        if (i > 0)
            appendStringInfoChar(&json, ',');
        if (ate == i)
            appendStringInfo(&json, INT64_FORMAT, ids[i]);
        else
            appendStringInfo(&json, "[" INT64_FORMAT "," INT64_FORMAT "]",
                             ids[i], ids[ate]);
        i = ate + 1;
    }
    appendStringInfoChar(&json, ']');
    return json.data;
}

/* ---- values ---- */

static void
valor_json(StringInfo json, const Coluna *coluna, TupleTableSlot *slot)
{
    bool nulo;
    Datum valor = slot_getattr(slot, coluna->numero, &nulo);
    char mascara[CPF_FORMATADO];
    char instante[MAXDATELEN + 1];
    char *texto;

    if (nulo)
    {
        appendStringInfoString(json, "null");
        return;
    }
    if (coluna->tratamento == OCULTA)
    {
        appendStringInfoString(json, "\"***\"");
        return;
    }
    if (coluna->tratamento == MASCARADA)
    {
        cpf_mascarar(DatumGetInt64(valor), mascara);
        escape_json(json, mascara);
        return;
    }

    switch (coluna->tipo)
    {
    case BOOLOID:
        appendStringInfoString(json, DatumGetBool(valor) ? "true" : "false");
        break;
    case DATEOID:
    case TIMESTAMPTZOID:
        JsonEncodeDateTime(instante, valor, coluna->tipo, NULL);
        escape_json(json, instante);
        break;
    case INT2OID:
    case INT4OID:
    case INT8OID:
    case NUMERICOID:
        texto = OutputFunctionCall((FmgrInfo *)&coluna->saida, valor);
        /* NaN, Infinity: JSON has no such number. */
        if (!isdigit((unsigned char)texto[strlen(texto) - 1]))
            escape_json(json, texto);
        else
            appendStringInfoString(json, texto);
        break;
    default:
        escape_json(json,
                    OutputFunctionCall((FmgrInfo *)&coluna->saida, valor));
        break;
    }
}
