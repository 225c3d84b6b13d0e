/*
 * cache_projecao.c: rows of one table that tell on answers about others.
 *
 * A list shows of a client the record, the row of the search and the open
 * assignment; a seller sees whom an assignment, open or recovered, leads to. So
 * at the end of a transaction the clients it touched are looked up once:
 *
 *   record, order or row of the search written   the sellers who see the client
 *                                                (tag E_DO_VENDEDOR)
 *   record or assignment written                 what the search finds the client
 *                                                by (tags of T_CLIENTES)
 *
 * The rows of the tables that were written have marked their own tags, in both
 * versions, already. Who looks for clients of a city by their last purchase depends on
 * pairs of the two, which come from two tables: all that the client had in this
 * transaction or has now are paired here.
 *
 * What is looked up must still hold when this transaction becomes visible. "Who
 * writes an assignment locks its client first" (rodada_escrita.c, carteira.c,
 * pedido.c), and whoever writes the record has its lock: with the lock of the
 * client, a look with a new snapshot is final. Who may not have it gets it here;
 * of more clients than are listed, a writer who is not the product gets the lock of
 * the whole table.
 *
 * A rolled back savepoint gives locks back: what it wrote counts as written, but
 * no longer as locked.
 */
#include "cache_projecao.h"

#include "access/xact.h"
#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/lsyscache.h"
#include "utils/snapmgr.h"

#include "cache_especies.h"
#include "cache_palavra.h"
#include "cache_procura.h"

enum
{
    CLIENTES_MAX = 16, /* looked up; more: MASSA */
    LADO_MAX = 8,      /* slots of one side of pairs; more: MASSA */
    PALAVRAS_NOME = 64 /* words of a name that get tags; more: MASSA */
};

/* One side of the pairs of a client. */
typedef struct Lado
{
    int n;
    uint32 slot[LADO_MAX];
} Lado;

typedef struct Tocado
{
    int64 id;
    uint32 fontes; /* bit per ProjecaoFonte */
    bool travado;
    Lado cidades;
    Lado compras;
} Tocado;

static Tocado tocados[CLIENTES_MAX];
static int tocados_n = 0;
static uint32 demais = 0; /* bit per ProjecaoFonte of those that did not fit */
static bool demais_travados = true;

static void ao_transacao(XactEvent evento, void *arg);
static void ao_ponto(SubXactEvent evento, SubTransactionId meu,
                     SubTransactionId pai, void *arg);
static Tocado *tocado(int64 cliente_id);
static void juntar(Lado *lado, uint32 slot);
static void marcar_pares(void);
static bool do_produto(ProjecaoFonte fonte);
static void esquecer(void);
static void travar(void);
static void ver(uint32 fontes, const Procura *onde, LinhaLida linha);
static void ver_vendedor(void *arg, const Datum *valores, const bool *nulos);
static void ver_busca(void *arg, const Datum *valores, const bool *nulos);
static void ver_cliente(void *arg, const Datum *valores, const bool *nulos);
static void marcar_partes(int especie, const int *partes, const char *p,
                          size_t n);
static void marcar_palavra(Palavra palavra, Palavra som);
static int juntar_classes(Palavra palavra, Palavra som, uint32 *classes, int n);

void
projecao_init(void)
{
    RegisterXactCallback(ao_transacao, NULL);
    RegisterSubXactCallback(ao_ponto, NULL);
}

static void
ao_transacao(XactEvent evento, void *arg)
{
    if (evento != XACT_EVENT_PRE_COMMIT && evento != XACT_EVENT_PRE_PREPARE)
        esquecer();
}

static void
ao_ponto(SubXactEvent evento, SubTransactionId meu, SubTransactionId pai,
         void *arg)
{
    if (evento != SUBXACT_EVENT_ABORT_SUB)
        return;
    for (int i = 0; i < tocados_n; i++)
        tocados[i].travado = false;
    demais_travados = demais == 0;
}

static void
esquecer(void)
{
    tocados_n = 0;
    demais = 0;
    demais_travados = true;
}

void
projecao_anotar(ProjecaoFonte fonte, int64 cliente_id)
{
    /* Of a few assignments it is made sure, whoever writes them. */
    const bool travado = fonte == PROJECAO_CLIENTE ||
                         (fonte == PROJECAO_PEDIDO && do_produto(fonte));
    Tocado *este = tocado(cliente_id);

    if (este == NULL)
    {
        projecao_muitas(fonte);
        return;
    }
    este->fontes |= 1 << fonte;
    este->travado |= travado;
}

/* NULL: there are too many. */
static Tocado *
tocado(int64 cliente_id)
{
    int i = 0;

    while (i < tocados_n && tocados[i].id != cliente_id)
        i++;
    if (i == CLIENTES_MAX)
        return NULL;
    if (i == tocados_n)
        tocados[tocados_n++] = (Tocado){.id = cliente_id};
    return &tocados[i];
}

void
projecao_compra(int64 cliente_id, uint32 slot)
{
    Tocado *este = tocado(cliente_id);

    if (este == NULL)
        cache_marcar_massa(T_CLIENTES);
    else
        juntar(&este->compras, slot);
}

static void
juntar(Lado *lado, uint32 slot)
{
    for (int i = 0; i < lado->n; i++)
        if (lado->slot[i] == slot)
            return;
    if (lado->n == LADO_MAX)
        cache_marcar_massa(T_CLIENTES);
    else
        lado->slot[lado->n++] = slot;
}

static void
marcar_pares(void)
{
    for (int t = 0; t < tocados_n; t++)
        for (int c = 0; c < tocados[t].cidades.n; c++)
            for (int d = 0; d < tocados[t].compras.n; d++)
                par_marcar(tocados[t].cidades.slot[c], tocados[t].compras.slot[d]);
}

void
projecao_muitas(ProjecaoFonte fonte)
{
    demais |= 1 << fonte;
    demais_travados &= fonte == PROJECAO_CLIENTE || do_produto(fonte);
}

/* Written by code that locks clients first? Not in a role in which the triggers
 * that do it are silent, unless that is the product's own doing. */
static bool
do_produto(ProjecaoFonte fonte)
{
    if (sistema_ativo())
        return true;
    return SessionReplicationRole != SESSION_REPLICATION_ROLE_REPLICA &&
           (fonte == PROJECAO_PEDIDO ||
            GetUserId() == get_role_oid("crm_owner", true));
}

/* ---- at the end of the transaction ---- */

void
cache_projetar(void)
{
    static const Procura vendedores = {
        "cliente_vendedor", "cliente_id", "atribuicao_historia",
        {"vendedor_id", "encerrada_em", "resultado", NULL}};
    static const Procura buscas = {
        "clientes_busca", "id_cliente", "clientes_busca_pkey",
        {"palavras", "cidade", "uf", "celular", "email", "id_cliente", NULL}};
    static const Procura clientes = {
        "clientes", "id_cliente", "clientes_pkey",
        {"id_cliente", "cpf", "status", "data_ultima_compra", NULL}};
    static const uint32 de_vendedor =
        1 << PROJECAO_CLIENTE | 1 << PROJECAO_PEDIDO | 1 << PROJECAO_BUSCA;
    static const uint32 de_busca =
        1 << PROJECAO_CLIENTE | 1 << PROJECAO_ATRIBUICAO;
    static const uint32 de_cliente =
        1 << PROJECAO_ATRIBUICAO | 1 << PROJECAO_BUSCA;

    if (tocados_n == 0 && demais == 0)
        return;
    if (demais != 0)
    {
        cache_marcar_massa(T_CLIENTES);
        cache_marcar_massa(T_ATRIBUICOES);
        if (!demais_travados)
            LockRelationOid(get_relname_relid("clientes",
                                              get_namespace_oid("crm", false)),
                            ExclusiveLock);
        return;
    }

    travar();
    /* With a snapshot of now, also under REPEATABLE READ. */
    PushActiveSnapshot(GetLatestSnapshot());
    ver(de_vendedor, &vendedores, ver_vendedor);
    ver(de_busca, &buscas, ver_busca);
    ver(de_cliente, &clientes, ver_cliente);
    PopActiveSnapshot();
    marcar_pares();
}

/* The clients whose lock nobody is known to have. */
static void
travar(void)
{
    static SPIPlanPtr guardado = NULL;
    static const Oid tipos[] = {INT8ARRAYOID};
    Datum ids[CLIENTES_MAX];
    Datum args[lengthof(tipos)];
    int n = 0;
    Sistema salvo;

    for (int i = 0; i < tocados_n; i++)
        if (!tocados[i].travado)
            ids[n++] = Int64GetDatum(tocados[i].id);
    if (n == 0)
        return;
    PushActiveSnapshot(GetTransactionSnapshot());
    sistema_entrar(&salvo);
    SPI_connect();
    args[0] = PointerGetDatum(construct_array(ids, n, INT8OID, sizeof(int64),
                                              FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
    /* One plan for all arrays: else every commit would plan anew for how many
     * there are. */
    if (guardado == NULL)
    {
        SPIPlanPtr novo = SPI_prepare_cursor(
            "SELECT id_cliente FROM crm.clientes WHERE id_cliente = ANY ($1)"
            " ORDER BY id_cliente FOR NO KEY UPDATE",
            lengthof(tipos), (Oid *)tipos, CURSOR_OPT_GENERIC_PLAN);

        if (novo == NULL)
            elog(ERROR, "could not prepare the lock of clients: %s",
                 SPI_result_code_string(SPI_result));
        SPI_keepplan(novo);
        guardado = novo;
    }
    if (SPI_execute_snapshot(guardado, args, NULL, GetLatestSnapshot(),
                             InvalidSnapshot, false, false, 0) != SPI_OK_SELECT)
        elog(ERROR, "could not lock the clients written");
    SPI_finish();
    sistema_sair(&salvo);
    PopActiveSnapshot();
}

/* The rows of those touched by one of the fontes. */
static void
ver(uint32 fontes, const Procura *onde, LinhaLida linha)
{
    int64 ids[CLIENTES_MAX];
    int n = 0;

    for (int i = 0; i < tocados_n; i++)
        if ((tocados[i].fontes & fontes) != 0)
            ids[n++] = tocados[i].id;
    if (n > 0)
        procurar(onde, ids, n, linha);
}

/* Of the open assignment and the recovered ones. */
static void
ver_vendedor(void *arg, const Datum *valores, const bool *nulos)
{
    int64 id = DatumGetInt64(valores[0]);

    if (nulos[1] || (!nulos[2] && cache_texto_igual(DatumGetTextPP(valores[2]),
                                                    "recuperado")))
        cache_marcar_etiqueta(T_ATRIBUICOES, E_DO_VENDEDOR, &id, sizeof(id));
}

static void
ver_busca(void *arg, const Datum *valores, const bool *nulos)
{
    projecao_marcar_busca(valores, nulos);
}

static void
ver_cliente(void *arg, const Datum *valores, const bool *nulos)
{
    cache_marcar_cliente(DatumGetInt64(valores[0]), DatumGetInt64(valores[1]),
                         DatumGetTextPP(valores[2]), !nulos[3],
                         nulos[3] ? 0 : DatumGetDateADT(valores[3]));
}

/* ---- the tags of a row of the search ---- */

void
projecao_marcar_busca(const Datum *valores, const bool *nulos)
{
    if (!nulos[BUSCA_PALAVRAS])
    {
        text *t = DatumGetTextPP(valores[BUSCA_PALAVRAS]);
        const char *p = VARDATA_ANY(t);
        const char *fim = p + VARSIZE_ANY_EXHDR(t);
        uint32 classes[PALAVRAS_NOME * CLASSES_MAX];
        int classes_n = 0;
        int n = 0;

        /* word:sound word:sound … */
        while (p < fim)
        {
            const char *meio = memchr(p, ':', fim - p);
            const char *resto =
                meio ? memchr(meio, ' ', fim - meio) : NULL;

            if (meio == NULL)
                break;
            if (resto == NULL)
                resto = fim;
            if (n++ == PALAVRAS_NOME)
            {
                cache_marcar_massa(T_CLIENTES);
                break;
            }
            marcar_palavra((Palavra){p, meio - p},
                           (Palavra){meio + 1, resto - meio - 1});
            classes_n = juntar_classes((Palavra){p, meio - p},
                                       (Palavra){meio + 1, resto - meio - 1},
                                       classes, classes_n);
            p = resto + 1;
        }
    }
    if (!nulos[BUSCA_CIDADE])
    {
        text *t = DatumGetTextPP(valores[BUSCA_CIDADE]);
        Tocado *este = tocado(DatumGetInt64(valores[BUSCA_CLIENTE]));

        marcar_partes(E_CIDADE, cidade_partes, VARDATA_ANY(t),
                      VARSIZE_ANY_EXHDR(t));
        if (este == NULL)
            cache_marcar_massa(T_CLIENTES);
        for (const int *parte = cidade_pares; este != NULL && *parte != 0 &&
                                              (size_t)*parte <= VARSIZE_ANY_EXHDR(t);
             parte++)
            juntar(&este->cidades, etiqueta_slot(T_CLIENTES, E_CIDADE,
                                                 VARDATA_ANY(t), *parte));
    }
    if (!nulos[BUSCA_UF])
    {
        text *t = DatumGetTextPP(valores[BUSCA_UF]);

        cache_marcar_etiqueta(T_CLIENTES, E_UF, VARDATA_ANY(t),
                              VARSIZE_ANY_EXHDR(t));
    }
    if (!nulos[BUSCA_CELULAR])
    {
        text *t = DatumGetTextPP(valores[BUSCA_CELULAR]);
        const char *p = VARDATA_ANY(t);
        const size_t n = VARSIZE_ANY_EXHDR(t);

        marcar_partes(E_CELULAR, celular_partes, p, n);
        for (const int *parte = celular_partes;
             *parte != 0 && (size_t)*parte <= n; parte++)
            cache_marcar_etiqueta(T_CLIENTES, E_CELULAR_FIM, p + n - *parte,
                                  *parte);
    }
    if (!nulos[BUSCA_EMAIL])
    {
        text *t = DatumGetTextPP(valores[BUSCA_EMAIL]);

        marcar_partes(E_EMAIL, email_partes, VARDATA_ANY(t),
                      VARSIZE_ANY_EXHDR(t));
    }
}

static void
marcar_partes(int especie, const int *partes, const char *p, size_t n)
{
    for (; *partes != 0 && (size_t)*partes <= n; partes++)
        cache_marcar_etiqueta(T_CLIENTES, especie, p, *partes);
}

static void
marcar_trecho(void *arg, const char *p, size_t n)
{
    cache_marcar_etiqueta(T_CLIENTES, E_TRECHO, p, n);
}

static void
marcar_palavra(Palavra palavra, Palavra som)
{
    static const int inicios[] = {ETIQUETA_GRAMA_CURTA, ETIQUETA_GRAMA_LONGA};
    const size_t primeira = palavra_inicio(palavra, 1);

    for (int i = 0; i < lengthof(inicios); i++)
    {
        const size_t n = palavra_inicio(palavra, inicios[i]);

        if (n > 0)
            cache_marcar_etiqueta(T_CLIENTES, E_INICIO, palavra.p, n);
    }
    if (som.n > 0)
        cache_marcar_etiqueta(T_CLIENTES, E_SOM, som.p, som.n);
    etiqueta_trechos(palavra.p + primeira, palavra.n - primeira,
                     ETIQUETA_GRAMA_CURTA, marcar_trecho, NULL);
}

/* Pairs with all classes of the name so far; how many there are then. */
static int
juntar_classes(Palavra palavra, Palavra som, uint32 *classes, int n)
{
    const int novas = palavra_classes(palavra, som, classes + n);

    for (int i = n; i < n + novas; i++)
        for (int j = 0; j < i; j++)
            par_marcar(classes[j], classes[i]);
    return n + novas;
}
