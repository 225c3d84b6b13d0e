/*
 * pesquisa_linha.c: rows of the search, by place, by id and along an index.
 *
 * Read without the executor: a page of a list is some hundred rows of two
 * tables, and what a statement costs besides is more than they do. The caller
 * was judged before; nothing here asks for rights.
 */
#include "pesquisa.h"

#include "access/htup_details.h"
#include "access/stratnum.h"
#include "access/table.h"
#include "access/tableam.h"
#include "catalog/namespace.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_type.h"
#include "executor/executor.h"
#include "storage/bufmgr.h"
#include "utils/fmgroids.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

static const char *const nomes_tabelas[TAB_N] = {"clientes_busca", "clientes",
                                                 "palavras"};
static const char *const nomes_indices[IX_N] = {
    [IX_BUSCA_ID] = "clientes_busca_pkey",
    [IX_BUSCA_NOME] = "clientes_busca_nome",
    [IX_BUSCA_NASCIMENTO] = "clientes_busca_nascimento",
    [IX_BUSCA_CELULAR] = "clientes_busca_celular",
    [IX_BUSCA_CELULAR_FIM] = "clientes_busca_celular_fim",
    [IX_BUSCA_EMAIL] = "clientes_busca_email",
    [IX_BUSCA_CHAVES] = "clientes_busca_chaves",
    [IX_CLIENTES_ID] = "clientes_pkey",
    [IX_CLIENTES_CPF] = "clientes_cpf_unico",
    [IX_CLIENTES_DATA] = "idx_cliente_data",
    [IX_CLIENTES_VALOR] = "clientes_valor",
    [IX_CLIENTES_SEM_COMPRA] = "clientes_sem_compra",
    [IX_PALAVRAS_TRECHOS] = "palavras_trechos",
};
static const Indice pela_id[TAB_N] = {IX_BUSCA_ID, IX_CLIENTES_ID, IX_N};

const char *const uf_nomes[UF_N] = {
    "AC", "AL", "AM", "AP", "BA", "CE", "DF", "ES", "GO",
    "MA", "MG", "MS", "MT", "PA", "PB", "PE", "PI", "PR",
    "RJ", "RN", "RO", "RR", "RS", "SC", "SE", "SP", "TO"};
const char *const status_nomes[STATUS_N] = {"atribuido", "contatado",
                                            "disponivel"};
const char *const situacao_nomes[SITUACAO_N] = {"ativo", "elegivel", "inativo",
                                                "sem_compra"};

/* Columns of crm.clientes_busca, in the order of 11_busca.sql. */
enum
{
    BUSCA_ID,
    BUSCA_NOME,
    BUSCA_PALAVRAS,
    BUSCA_CIDADE,
    BUSCA_UF,
    BUSCA_NASCIMENTO,
    BUSCA_CELULAR,
    BUSCA_EMAIL,
    BUSCA_ATIVO,
    BUSCA_N
};

static void ler_busca(const Leitor *l, TupleTableSlot *slot, Linha *linha);
static void ler_cliente(const Leitor *l, TupleTableSlot *slot, Linha *linha);
static int leitor_situacao(const Leitor *l, bool comprou, DateADT data);
static bool lugar(Leitor *l, Tabela t, ItemPointer tid);
static bool pelo_id(Leitor *l, Tabela t, int64 id);
static void comecar(Leitor *l, Tabela t, int64 id);
static Palavra palavra_de(TupleTableSlot *slot, int coluna);
static int indice_de(const char *p, int n, const char *const *nomes, int quantos);
static AttrNumber coluna(Relation rel, const char *nome);

Leitor *
leitor_abrir(void)
{
    Leitor *l = palloc0(sizeof(Leitor));
    const Janela *janela = config_janela();
    const DateADT hoje = tempo_hoje();

    l->foto = GetActiveSnapshot();
    l->ativo_de = hoje - janela->inicio + 1;
    l->elegivel_de = hoje - janela->fim;
    return l;
}

void
leitor_fechar(Leitor *l)
{
    for (int t = 0; t < TAB_N; t++)
    {
        if (l->lugares[t])
            table_index_fetch_end(l->lugares[t]);
        if (l->por_id[t])
            index_endscan(l->por_id[t]);
        if (l->slots[t])
            ExecDropSingleTupleTableSlot(l->slots[t]);
    }
    for (int i = 0; i < IX_N; i++)
        if (l->indices[i])
            index_close(l->indices[i], AccessShareLock);
    for (int t = 0; t < TAB_N; t++)
        if (l->tabelas[t])
            table_close(l->tabelas[t], AccessShareLock);
    pfree(l);
}

Relation
leitor_tabela(Leitor *l, Tabela t)
{
    if (l->tabelas[t] == NULL)
    {
        Relation rel = table_open(
            get_relname_relid(nomes_tabelas[t], get_namespace_oid("crm", false)),
            AccessShareLock);

        l->tabelas[t] = rel;
        l->slots[t] = table_slot_create(rel, NULL);
        if (t == TAB_CLIENTES)
        {
            l->cli_id = coluna(rel, "id_cliente");
            l->cli_cpf = coluna(rel, "cpf");
            l->cli_data = coluna(rel, "data_ultima_compra");
            l->cli_valor = coluna(rel, "valor_total");
            l->cli_status = coluna(rel, "status");
            l->cli_ativo = coluna(rel, "ativo");
        }
    }
    return l->tabelas[t];
}

Relation
leitor_indice(Leitor *l, Indice i)
{
    if (l->indices[i] == NULL)
    {
        Oid oid = get_relname_relid(nomes_indices[i],
                                    get_namespace_oid("crm", false));

        if (!OidIsValid(oid))
            ereport(ERROR, (errcode(ERRCODE_UNDEFINED_OBJECT),
                            errmsg("index crm.%s is missing", nomes_indices[i]),
                            errhint("Run SELECT crm.instalar().")));
        l->indices[i] = index_open(oid, AccessShareLock);
    }
    return l->indices[i];
}

BlockNumber
leitor_blocos(Leitor *l, Tabela t)
{
    return RelationGetNumberOfBlocks(leitor_tabela(l, t));
}

bool
leitor_lugar(Leitor *l, ItemPointer tid, Linha *linha)
{
    if (!lugar(l, TAB_BUSCA, tid))
        return false;
    ler_busca(l, l->slots[TAB_BUSCA], linha);
    return true;
}

bool
leitor_busca(Leitor *l, int64 id, Linha *linha)
{
    if (!pelo_id(l, TAB_BUSCA, id))
        return false;
    ler_busca(l, l->slots[TAB_BUSCA], linha);
    return true;
}

bool
leitor_em(Leitor *l, int64 id, const Mapa *mapa)
{
    ItemPointer tid;

    comecar(l, TAB_BUSCA, id);
    while ((tid = index_getnext_tid(l->por_id[TAB_BUSCA],
                                    ForwardScanDirection)) != NULL)
        if (mapa_tem(mapa, tid))
            return true;
    return false;
}

bool
leitor_cliente(Leitor *l, int64 id, Linha *linha)
{
    if (!pelo_id(l, TAB_CLIENTES, id))
        return false;
    ler_cliente(l, l->slots[TAB_CLIENTES], linha);
    return true;
}

bool
leitor_cliente_lugar(Leitor *l, ItemPointer tid, Linha *linha)
{
    if (!lugar(l, TAB_CLIENTES, tid))
        return false;
    ler_cliente(l, l->slots[TAB_CLIENTES], linha);
    return true;
}

bool
leitor_palavra(Leitor *l, ItemPointer tid, Palavra *p)
{
    if (!lugar(l, TAB_PALAVRAS, tid))
        return false;
    *p = palavra_de(l->slots[TAB_PALAVRAS], 0);
    return p->p != NULL;
}

static int
leitor_situacao(const Leitor *l, bool comprou, DateADT data)
{
    if (!comprou)
        return 3;
    return data >= l->ativo_de ? 0 : data >= l->elegivel_de ? 1 : 2;
}

/* The row at a place an index gave, or its version for this snapshot. */
static bool
lugar(Leitor *l, Tabela t, ItemPointer tid)
{
    ItemPointerData onde = *tid;
    bool outra = false;
    bool morta = false;

    if (l->lugares[t] == NULL)
        l->lugares[t] = table_index_fetch_begin(leitor_tabela(l, t));
    return table_index_fetch_tuple(l->lugares[t], &onde, l->foto, l->slots[t],
                                   &outra, &morta);
}

static bool
pelo_id(Leitor *l, Tabela t, int64 id)
{
    comecar(l, t, id);
    return index_getnext_slot(l->por_id[t], ForwardScanDirection, l->slots[t]);
}

static void
comecar(Leitor *l, Tabela t, int64 id)
{
    ScanKeyData chave;

    ScanKeyInit(&chave, 1, BTEqualStrategyNumber, F_INT8EQ, Int64GetDatum(id));
    if (l->por_id[t] == NULL)
        l->por_id[t] = index_beginscan(leitor_tabela(l, t),
                                       leitor_indice(l, pela_id[t]), l->foto, 1, 0);
    index_rescan(l->por_id[t], &chave, 1, NULL, 0);
}

static void
ler_busca(const Leitor *l, TupleTableSlot *slot, Linha *linha)
{
    Palavra uf;

    slot_getsomeattrs(slot, BUSCA_N);
    linha->id = DatumGetInt64(slot->tts_values[BUSCA_ID]);
    linha->nome = palavra_de(slot, BUSCA_NOME);
    linha->palavras = palavra_de(slot, BUSCA_PALAVRAS);
    linha->cidade = palavra_de(slot, BUSCA_CIDADE);
    uf = palavra_de(slot, BUSCA_UF);
    linha->uf = uf.p ? indice_de(uf.p, uf.n, uf_nomes, UF_N) : UF_NENHUMA;
    linha->nasceu = !slot->tts_isnull[BUSCA_NASCIMENTO];
    linha->nascimento = linha->nasceu
                            ? DatumGetDateADT(slot->tts_values[BUSCA_NASCIMENTO])
                            : 0;
    linha->celular = palavra_de(slot, BUSCA_CELULAR);
    linha->email = palavra_de(slot, BUSCA_EMAIL);
    linha->ativo = DatumGetBool(slot->tts_values[BUSCA_ATIVO]);
}

static void
ler_cliente(const Leitor *l, TupleTableSlot *slot, Linha *linha)
{
    bool nulo;
    Datum d;
    text *t;

    linha->tem_cliente = true;
    linha->id = DatumGetInt64(slot_getattr(slot, l->cli_id, &nulo));
    linha->cpf = DatumGetInt64(slot_getattr(slot, l->cli_cpf, &nulo));
    d = slot_getattr(slot, l->cli_data, &nulo);
    linha->comprou = !nulo;
    linha->data = nulo ? 0 : DatumGetDateADT(d);
    d = slot_getattr(slot, l->cli_valor, &nulo);
    /* numeric(14,2): exact in a double. */
    linha->valor = (int64)rint(
        DatumGetFloat8(DirectFunctionCall1(numeric_float8_no_overflow, d)) * 100);
    t = DatumGetTextPP(slot_getattr(slot, l->cli_status, &nulo));
    linha->status = indice_de(VARDATA_ANY(t), VARSIZE_ANY_EXHDR(t),
                              status_nomes, STATUS_N);
    linha->situacao = leitor_situacao(l, linha->comprou, linha->data);
    linha->ativo = DatumGetBool(slot_getattr(slot, l->cli_ativo, &nulo));
}

/* A text of the slot, p NULL for null. The columns are too short for TOAST to
 * move them out; compressed ones are brought into memory. */
static Palavra
palavra_de(TupleTableSlot *slot, int coluna)
{
    text *t;

    slot_getsomeattrs(slot, coluna + 1);
    if (slot->tts_isnull[coluna])
        return (Palavra){NULL, 0};
    t = DatumGetTextPP(slot->tts_values[coluna]);
    return (Palavra){VARDATA_ANY(t), VARSIZE_ANY_EXHDR(t)};
}

/* The last index when it is none of them: constraints exclude it. */
static int
indice_de(const char *p, int n, const char *const *nomes, int quantos)
{
    for (int i = 0; i < quantos - 1; i++)
        if (strncmp(nomes[i], p, n) == 0 && nomes[i][n] == '\0')
            return i;
    return quantos - 1;
}

static AttrNumber
coluna(Relation rel, const char *nome)
{
    AttrNumber n = get_attnum(RelationGetRelid(rel), nome);

    if (n == InvalidAttrNumber)
        elog(ERROR, "column \"%s\" is missing", nome);
    return n;
}
