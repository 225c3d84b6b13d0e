/*
 * cache_tabelas.c: the tables an answer can depend on, and the tags of their
 * rows.
 *
 * Every row version written marks QUALQUER of its table and one tag per column
 * named here; a query whose relevant rows must all carry some tag depends on that
 * tag instead of QUALQUER (cache_dependencia.c). linha() is for what a column
 * alone does not tell; cache_projecao.c for what rows of one table mean for
 * answers about another.
 */
#include "cache_especies.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/datum.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/timestamp.h"

#include "cache_projecao.h"
#include "cpf_digitos.h"

static bool cliente_linha(Relation relacao, TupleTableSlot *velha,
                          TupleTableSlot *nova);
static bool pedido_linha(Relation relacao, TupleTableSlot *velha,
                         TupleTableSlot *nova);
static bool atribuicao_linha(Relation relacao, TupleTableSlot *velha,
                             TupleTableSlot *nova);
static bool do_cliente(ProjecaoFonte fonte, Relation relacao,
                       TupleTableSlot *velha, TupleTableSlot *nova);
static bool busca_linha(Relation relacao, TupleTableSlot *velha,
                        TupleTableSlot *nova);
static bool palavra_linha(Relation relacao, TupleTableSlot *velha,
                          TupleTableSlot *nova);
static bool vendedor_linha(Relation relacao, TupleTableSlot *velha,
                           TupleTableSlot *nova);
static bool usuario_linha(Relation relacao, TupleTableSlot *velha,
                          TupleTableSlot *nova);
static bool sessao_linha(Relation relacao, TupleTableSlot *velha,
                         TupleTableSlot *nova);
static bool auditoria_linha(Relation relacao, TupleTableSlot *velha,
                            TupleTableSlot *nova);
static bool contagem_linha(Relation relacao, TupleTableSlot *velha,
                           TupleTableSlot *nova);

static const CacheColuna atribuicao[] = {
    {"vendedor_id", E_DO_VENDEDOR, CACHE_INTEIRO},
    {NULL},
};

static const CacheColuna por_id[] = {
    {"id", E_ID, CACHE_INTEIRO},
    {NULL},
};

static const CacheColuna sessao[] = {
    {"id", E_ID, CACHE_BRUTO},
    {NULL},
};

static const char *const configuracao_neutras[] = {"atualizado_em", NULL};
/* A new password ends sessions, and those are rows of their own. */
static const char *const usuario_neutras[] = {"senha_hash", "senha_em",
                                              "updated_at", NULL};
/* Heartbeats: see vendedor_linha(). */
static const char *const vendedor_neutras[] = {"visto_em", "updated_at", NULL};

const CacheTabela cache_tabelas[] = {
    {T_CONFIGURACOES, "configuracoes", NULL, configuracao_neutras},
    {T_PAPEIS, "papeis", NULL},
    {T_PERMISSOES, "permissoes", NULL},
    {T_USUARIOS, "usuarios", por_id, usuario_neutras, usuario_linha},
    {T_VENDEDORES, "vendedores", por_id, vendedor_neutras, vendedor_linha},
    {T_CLIENTES, "clientes", NULL, NULL, cliente_linha},
    {T_PRODUTOS, "produtos", NULL},
    {T_PEDIDOS, "pedidos", NULL, NULL, pedido_linha},
    {T_ATRIBUICOES, "cliente_vendedor", atribuicao, NULL, atribuicao_linha},
    {T_AUDITORIA, "auditoria", NULL, NULL, auditoria_linha},
    {T_SESSOES, "sessoes", sessao, NULL, sessao_linha},
    {T_CONTAGENS, "contagens", NULL, NULL, contagem_linha},
    {T_BUSCA, "clientes_busca", NULL, NULL, busca_linha},
    {T_PALAVRAS, "palavras", NULL, NULL, palavra_linha},
    {T_JORNADAS, "jornadas", NULL},
    {T_AUSENCIAS, "ausencias", NULL},
    {T_PREVISOES, "previsoes", NULL},
    {T_EXPORTACOES, "exportacoes", NULL},
    {0},
};

const char *const cache_escopos_dos_relatorios[] = {"recuperado", "contato",
                                                    "funil", NULL};

const int cidade_partes[] = {2, 4, 8, 16, 0};
const int cidade_pares[] = {4, 8, 0};
const int celular_partes[] = {4, 8, 0};
const int email_partes[] = {4, 8, 16, 0};

const CacheTabela *
cache_tabela(const char *nome)
{
    for (const CacheTabela *t = cache_tabelas; t->numero != 0; t++)
        if (strcmp(t->nome, nome) == 0)
            return t;
    return NULL;
}

int
cache_parte(const int *partes, size_t n)
{
    int maior = 0;

    for (; *partes != 0 && (size_t)*partes <= n; partes++)
        maior = *partes;
    return maior;
}

size_t
cache_chave_contagem(char chave[CHAVE_CONTAGEM_MAX], const char *escopo,
                     size_t n, int64 vendedor_id)
{
    return (size_t)snprintf(chave, CHAVE_CONTAGEM_MAX, "%.*s " INT64_FORMAT,
                            (int)Min(n, CHAVE_CONTAGEM_MAX / 2), escopo,
                            vendedor_id);
}

/* ---- columns ---- */

static AttrNumber
coluna(Relation relacao, const char *nome)
{
    AttrNumber n = get_attnum(RelationGetRelid(relacao), nome);

    if (n == InvalidAttrNumber)
        elog(ERROR, "column \"%s\" of \"%s\" is missing", nome,
             RelationGetRelationName(relacao));
    return n;
}

static Datum
campo(Relation relacao, TupleTableSlot *linha, const char *nome, bool *nulo)
{
    return slot_getattr(linha, coluna(relacao, nome), nulo);
}

static bool
mudou(Relation relacao, TupleTableSlot *velha, TupleTableSlot *nova,
      const char *nome)
{
    AttrNumber n = coluna(relacao, nome);
    Form_pg_attribute a = TupleDescAttr(RelationGetDescr(relacao), n - 1);
    bool nulos[2];
    Datum de, para;

    if (velha == NULL || nova == NULL)
        return true;
    de = slot_getattr(velha, n, &nulos[0]);
    para = slot_getattr(nova, n, &nulos[1]);
    return nulos[0] != nulos[1] ||
           (!nulos[0] && !datum_image_eq(de, para, a->attbyval, a->attlen));
}

static bool
igual(TupleTableSlot *velha, TupleTableSlot *nova)
{
    TupleDesc forma = nova->tts_tupleDescriptor;

    for (int i = 0; i < forma->natts; i++)
    {
        Form_pg_attribute a = TupleDescAttr(forma, i);
        bool nulos[2];
        Datum de, para;

        if (a->attisdropped)
            continue;
        de = slot_getattr(velha, i + 1, &nulos[0]);
        para = slot_getattr(nova, i + 1, &nulos[1]);
        if (nulos[0] != nulos[1] ||
            (!nulos[0] && !datum_image_eq(de, para, a->attbyval, a->attlen)))
            return false;
    }
    return true;
}

static int64
inteiro(Relation relacao, TupleTableSlot *linha, const char *nome)
{
    bool nulo;
    Datum valor = campo(relacao, linha, nome, &nulo);

    return nulo ? 0 : DatumGetInt64(valor);
}

/* By division that rounds down, before 2000 too. */
int64
cache_dias(DateADT data)
{
    return (int64)(data + POSTGRES_EPOCH_JDATE) / DIAS_JUNTOS;
}

void
cache_marcar_do_cliente(int64 id)
{
    cache_marcar_etiqueta(T_CLIENTES, E_CLIENTE, &id, sizeof(id));
}

void
cache_marcar_cliente(int64 id, int64 cpf, text *status, bool comprou, DateADT data)
{
    const int64 inicio = cpf / CACHE_CPF_RESTO;
    const int64 faixa = Max(id, 0) / FAIXA_IDS; /* nobody comes before the first */

    cache_marcar_do_cliente(id);
    cache_marcar_etiqueta(T_CLIENTES, E_FAIXA, &faixa, sizeof(faixa));
    cache_marcar_etiqueta(T_CLIENTES, E_CPF, &cpf, sizeof(cpf));
    cache_marcar_etiqueta(T_CLIENTES, E_CPF_INICIO, &inicio, sizeof(inicio));
    cache_marcar_etiqueta(T_CLIENTES, E_STATUS, VARDATA_ANY(status),
                          VARSIZE_ANY_EXHDR(status));
    if (comprou)
    {
        const int64 dias = cache_dias(data);

        cache_marcar_etiqueta(T_CLIENTES, E_DIAS, &dias, sizeof(dias));
        projecao_compra(id, etiqueta_slot(T_CLIENTES, E_DIAS, &dias, sizeof(dias)));
    }
    else
    {
        cache_marcar_etiqueta(T_CLIENTES, E_SEM_COMPRA, "", 0);
        projecao_compra(id, etiqueta_slot(T_CLIENTES, E_SEM_COMPRA, "", 0));
    }
}

/* ---- rows ---- */

/*
 * The other columns that filter are in crm.clientes_busca. A new client is in the
 * search by its row there, and in no portfolio yet.
 */
static bool
cliente_linha(Relation relacao, TupleTableSlot *velha, TupleTableSlot *nova)
{
    TupleTableSlot *const versoes[] = {velha, nova};

    if (velha != NULL && nova != NULL && igual(velha, nova))
        return false;
    for (int i = 0; i < lengthof(versoes); i++)
    {
        bool nulo;
        Datum data, status;

        if (versoes[i] == NULL)
            continue;
        status = campo(relacao, versoes[i], "status", &nulo);
        data = campo(relacao, versoes[i], "data_ultima_compra", &nulo);
        cache_marcar_cliente(inteiro(relacao, versoes[i], "id_cliente"),
                             inteiro(relacao, versoes[i], "cpf"),
                             DatumGetTextPP(status), !nulo,
                             nulo ? 0 : DatumGetDateADT(data));
    }
    if (velha != NULL)
        projecao_anotar(PROJECAO_CLIENTE,
                        inteiro(relacao, velha, "id_cliente"));
    if (nova != NULL && (velha == NULL ? SessionReplicationRole ==
                                             SESSION_REPLICATION_ROLE_REPLICA
                                       : mudou(relacao, velha, nova,
                                               "id_cliente")))
        projecao_anotar(PROJECAO_CLIENTE, inteiro(relacao, nova, "id_cliente"));
    return true;
}

static bool
pedido_linha(Relation relacao, TupleTableSlot *velha, TupleTableSlot *nova)
{
    return do_cliente(PROJECAO_PEDIDO, relacao, velha, nova);
}

static bool
atribuicao_linha(Relation relacao, TupleTableSlot *velha, TupleTableSlot *nova)
{
    return do_cliente(PROJECAO_ATRIBUICAO, relacao, velha, nova);
}

static bool
do_cliente(ProjecaoFonte fonte, Relation relacao, TupleTableSlot *velha,
           TupleTableSlot *nova)
{
    TupleTableSlot *const versoes[] = {velha, nova};

    if (velha != NULL && nova != NULL && igual(velha, nova))
        return false;
    for (int i = 0; i < lengthof(versoes); i++)
        if (versoes[i] != NULL)
        {
            const int64 id = inteiro(relacao, versoes[i], "cliente_id");

            cache_marcar_do_cliente(id);
            projecao_anotar(fonte, id);
        }
    return true;
}

/* Its tags are those of the client. */
static bool
busca_linha(Relation relacao, TupleTableSlot *velha, TupleTableSlot *nova)
{
    TupleTableSlot *const versoes[] = {velha, nova};

    if (velha != NULL && nova != NULL && igual(velha, nova))
        return false;
    for (int i = 0; i < lengthof(versoes); i++)
    {
        static const char *const nomes[PROJECAO_BUSCA_N] = {
            "palavras", "cidade", "uf", "celular", "email", "id_cliente"};
        Datum valores[PROJECAO_BUSCA_N];
        bool nulos[PROJECAO_BUSCA_N];

        if (versoes[i] == NULL)
            continue;
        for (int c = 0; c < PROJECAO_BUSCA_N; c++)
            valores[c] = campo(relacao, versoes[i], nomes[c], &nulos[c]);
        projecao_marcar_busca(valores, nulos);
        projecao_anotar(PROJECAO_BUSCA,
                        inteiro(relacao, versoes[i], "id_cliente"));
    }
    return true;
}

/*
 * The words of crm.palavras lead the search to the rows that have them. One that
 * the product adds comes with such a row, whose tags tell; for the answers that
 * named the words alike, QUALQUER does. Any other change may hide or show rows
 * that nobody touched.
 */
static bool
palavra_linha(Relation relacao, TupleTableSlot *velha, TupleTableSlot *nova)
{
    if (velha != NULL || !sistema_ativo())
        cache_marcar_massa(T_CLIENTES);
    return true;
}

/*
 * A heartbeat (visto_em moves on) marks nothing: an answer that shows who is
 * absent is kept only while nobody is, and until the first would be.
 */
static bool
vendedor_linha(Relation relacao, TupleTableSlot *velha, TupleTableSlot *nova)
{
    bool nulos[2] = {true, true};
    TimestampTz visto[2] = {0, 0};

    if (mudou(relacao, velha, nova, "nome"))
        cache_marcar_etiqueta(T_NOMES_VENDEDORES, E_ID, "", 0);
    if (velha == NULL || nova == NULL)
        return true;
    visto[0] = DatumGetTimestampTz(campo(relacao, velha, "visto_em", &nulos[0]));
    visto[1] = DatumGetTimestampTz(campo(relacao, nova, "visto_em", &nulos[1]));
    if (nulos[0] != nulos[1] || (!nulos[0] && visto[1] < visto[0]))
    {
        int64 id = inteiro(relacao, nova, "id");

        cache_marcar_etiqueta(T_VENDEDORES, E_ID, &id, sizeof(id));
    }
    return true;
}

static bool
usuario_linha(Relation relacao, TupleTableSlot *velha, TupleTableSlot *nova)
{
    if (mudou(relacao, velha, nova, "nome"))
        cache_marcar_etiqueta(T_NOMES_USUARIOS, E_ID, "", 0);
    return true;
}

/* Nothing was kept for a session that did not exist. */
static bool
sessao_linha(Relation relacao, TupleTableSlot *velha, TupleTableSlot *nova)
{
    return velha != NULL;
}

/* The timeline shows how records came and changed, nothing else of the audit. */
static bool
auditoria_linha(Relation relacao, TupleTableSlot *velha, TupleTableSlot *nova)
{
    TupleTableSlot *const versoes[] = {velha, nova};
    bool mostra = false;

    for (int i = 0; i < lengthof(versoes); i++)
    {
        static const char clientes[] = "clientes";
        bool nulo;
        Datum valor;
        text *t;

        if (versoes[i] == NULL)
            continue;
        valor = campo(relacao, versoes[i], "tabela", &nulo);
        if (nulo)
            continue;
        t = DatumGetTextPP(valor);
        if (VARSIZE_ANY_EXHDR(t) != sizeof(clientes) - 1 ||
            memcmp(VARDATA_ANY(t), clientes, sizeof(clientes) - 1) != 0)
            continue;
        valor = campo(relacao, versoes[i], "acao", &nulo);
        t = DatumGetTextPP(valor);
        if (strncmp(VARDATA_ANY(t), "inserir", VARSIZE_ANY_EXHDR(t)) != 0 &&
            strncmp(VARDATA_ANY(t), "alterar", VARSIZE_ANY_EXHDR(t)) != 0)
            continue;
        valor = campo(relacao, versoes[i], "registro_id", &nulo);
        if (nulo)
            cache_marcar_etiqueta(T_BLOCOS, E_ID, "", 0);
        else
            cache_marcar_do_cliente(DatumGetInt64(valor));
        mostra = true;
    }
    return mostra;
}

bool
cache_texto_igual(const text *t, const char *s)
{
    return VARSIZE_ANY_EXHDR(t) == strlen(s) &&
           memcmp(VARDATA_ANY(t), s, strlen(s)) == 0;
}

static bool
contagem_linha(Relation relacao, TupleTableSlot *velha, TupleTableSlot *nova)
{
    TupleTableSlot *const versoes[] = {velha, nova};
    bool nomes = velha == NULL || nova == NULL ||
                 mudou(relacao, velha, nova, "escopo") ||
                 mudou(relacao, velha, nova, "vendedor_id") ||
                 mudou(relacao, velha, nova, "estado") ||
                 mudou(relacao, velha, nova, "dia");
    bool quantos = nomes || mudou(relacao, velha, nova, "qtd");

    for (int i = 0; i < lengthof(versoes); i++)
    {
        char chave[CHAVE_CONTAGEM_MAX];
        bool nulo;
        text *escopo;
        size_t n;

        if (versoes[i] == NULL)
            continue;
        escopo = DatumGetTextPP(campo(relacao, versoes[i], "escopo", &nulo));
        n = cache_chave_contagem(chave, VARDATA_ANY(escopo),
                                 VARSIZE_ANY_EXHDR(escopo),
                                 inteiro(relacao, versoes[i], "vendedor_id"));
        cache_marcar_etiqueta(T_CONTAGENS, E_CHAVE, chave, n);
        for (const char *const *e = cache_escopos_dos_relatorios; *e; e++)
            if (cache_texto_igual(escopo, *e))
                cache_marcar_etiqueta(T_CONTAGENS, E_ESCOPO, *e, strlen(*e));
        if (quantos && !(nomes && inteiro(relacao, versoes[i], "qtd") == 0))
            cache_marcar_etiqueta(T_CONTAGENS, E_QUANTOS, chave, n);
    }
    return true;
}
