/*
 * cadastro_gravacao.c: writing the record of a client.
 *
 * Every function locks the client's row first and nothing else: what follows
 * from the change (the open assignment, counters, audit) is written by
 * triggers, which lock assignments after it, as distributions do. A change of
 * the CPF takes the stronger lock at once: an order that came in between holds
 * the row of its client and would wait for us while we wait for it.
 */
#include "cadastro_interno.h"

#include "catalog/pg_type.h"

#include "subtransacao.h"

enum
{
    TENTATIVAS_DE_INCLUIR = 3
};

/* For gravar_cpf(). */
typedef struct Gravacao
{
    int64 id;
    const Registro *registro;
    int32 versao; /* after it */
} Gravacao;

static const char *const sql_valor[CAMPOS] = {
    [CAMPO_CPF] = "$%d::crm.cpf",
    [CAMPO_NOME_COMPLETO] = "$%d::varchar",
    [CAMPO_DATA_NASCIMENTO] = "$%d::date",
    [CAMPO_SEXO] = "$%d::bpchar",
    [CAMPO_NOME_MAE] = "$%d::varchar",
    [CAMPO_CELULAR] = "$%d::varchar",
    [CAMPO_EMAIL] = "$%d::varchar",
    [CAMPO_CIDADE] = "$%d::varchar",
    [CAMPO_UF] = "$%d::bpchar",
    [CAMPO_CEP] = "$%d::varchar",
    [CAMPO_NAO_CONTATAR] = "$%d::boolean",
};

static void duplicado(const char *cpf);
static bool outro_com_cpf(const char *cpf, int64 *id, bool *ativo);
static int32 gravar(int64 id, const Registro *r);
static int32 gravar_cpf(int64 id, const Registro *r);
static void gravar_gravacao(void *arg);
static int32 travar(int64 id, bool chave, bool tem_versao, int32 versao);

/* ON CONFLICT waits for another who is just including the same CPF. */
int64
cadastro_incluir(const Registro *r)
{
    static SPIPlanPtr guardado = NULL;
    Oid tipos[CAMPOS];
    Datum valores[CAMPOS];
    char nulos[CAMPOS + 1] = {0};
    int64 id = 0;
    Sistema salvo;

    for (int i = 0; i < CAMPOS; i++)
    {
        tipos[i] = TEXTOID;
        nulos[i] = r->valor[i] == NULL ? 'n' : ' ';
        valores[i] =
            r->valor[i] == NULL ? (Datum)0 : CStringGetTextDatum(r->valor[i]);
    }
    sistema_entrar(&salvo);
    SPI_connect();
    if (guardado == NULL)
    {
        StringInfoData sql;
        StringInfoData lista;

        initStringInfo(&sql);
        initStringInfo(&lista);
        for (int i = 0; i < CAMPOS; i++)
        {
            appendStringInfo(&sql, "%s%s",
                             i ? "," : "INSERT INTO crm.clientes (",
                             registro_campo(i));
            appendStringInfoString(&lista, i ? "," : "");
            appendStringInfo(&lista, sql_valor[i], i + 1);
        }
        appendStringInfo(&sql,
                         ") VALUES (%s) ON CONFLICT ON CONSTRAINT"
                         " clientes_cpf_unico DO NOTHING RETURNING id_cliente",
                         lista.data);
        plano(&guardado, sql.data, CAMPOS, tipos);
    }
    for (int i = 0; i < TENTATIVAS_DE_INCLUIR && id == 0; i++)
    {
        SPI_execute_plan(guardado, valores, nulos, false, 0);
        if (SPI_processed > 0)
        {
            bool nulo;

            id = DatumGetInt64(SPI_getbinval(SPI_tuptable->vals[0],
                                             SPI_tuptable->tupdesc, 1, &nulo));
        }
        else /* gone again when it returns */
            duplicado(r->valor[CAMPO_CPF]);
    }
    SPI_finish();
    sistema_sair(&salvo);
    if (id == 0)
        ereport(ERROR, (errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
                        errmsg("could not include the client")));
    return id;
}

int32
cadastro_gravar(int64 id, const Registro *r, bool tem_versao, int32 versao)
{
    Sistema salvo;
    int32 antes;
    int32 depois;

    sistema_entrar(&salvo);
    SPI_connect();
    antes = travar(id, r->dito[CAMPO_CPF], tem_versao, versao);
    depois = r->dito[CAMPO_CPF] ? gravar_cpf(id, r) : gravar(id, r);
    SPI_finish();
    sistema_sair(&salvo);
    return depois != 0 ? depois : antes;
}

int32
cadastro_ativar(int64 id, bool ativo, bool tem_versao, int32 versao)
{
    static SPIPlanPtr guardado = NULL;
    static const Oid tipos[] = {INT8OID, BOOLOID};
    Datum valores[] = {Int64GetDatum(id), BoolGetDatum(ativo)};
    int32 nova;
    Sistema salvo;

    identidade_exigir("cliente.desativar");
    cadastro_exigir_visivel(id);
    sistema_entrar(&salvo);
    SPI_connect();
    nova = travar(id, false, tem_versao, versao);
    SPI_execute_plan(plano(&guardado,
                           "UPDATE crm.clientes SET ativo = $2"
                           " WHERE id_cliente = $1 AND ativo <> $2"
                           " RETURNING versao",
                           lengthof(tipos), tipos),
                     valores, NULL, false, 0);
    if (SPI_processed > 0)
    {
        bool nulo;

        nova = DatumGetInt32(SPI_getbinval(SPI_tuptable->vals[0],
                                           SPI_tuptable->tupdesc, 1, &nulo));
    }
    SPI_finish();
    sistema_sair(&salvo);
    return nova;
}

/*
 * CR409 naming the client who has the CPF, when the caller may see them. A
 * return: there is none.
 */
static void
duplicado(const char *cpf)
{
    bool existe;
    bool ativo;
    bool visivel;
    bool reativar;
    int64 id;

    if (!outro_com_cpf(cpf, &id, &ativo))
        return;
    visivel = cadastro_visivel(id, &existe);
    reativar = visivel && !ativo && identidade_pode("cliente.desativar");
    crm_falha(409, "cpf_duplicado", "cpf", "Já existe um cliente com este CPF.",
              reativar ? "O cadastro está desativado: reative-o." : NULL,
              visivel ? psprintf("{\"id_cliente\":" INT64_FORMAT
                                 ",\"ativo\":%s,\"pode_reativar\":%s}",
                                 id, ativo ? "true" : "false",
                                 reativar ? "true" : "false")
                      : "{\"id_cliente\":null,\"ativo\":null,"
                        "\"pode_reativar\":false}");
}

static bool
outro_com_cpf(const char *cpf, int64 *id, bool *ativo)
{
    static SPIPlanPtr guardado = NULL;
    static const Oid tipos[] = {TEXTOID};
    Datum valor = CStringGetTextDatum(cpf);
    bool nulo;

    SPI_execute_plan(plano(&guardado,
                           "SELECT id_cliente, ativo FROM crm.clientes"
                           " WHERE cpf = $1::crm.cpf",
                           lengthof(tipos), tipos),
                     &valor, NULL, false, 1);
    if (SPI_processed == 0)
        return false;
    *id = DatumGetInt64(
        SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &nulo));
    *ativo = DatumGetBool(
        SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 2, &nulo));
    return true;
}

/* 0: nothing is said, or nothing differs. */
static int32
gravar(int64 id, const Registro *r)
{
    StringInfoData sql;
    StringInfoData difere;
    Oid tipos[CAMPOS + 1] = {INT8OID};
    Datum valores[CAMPOS + 1] = {Int64GetDatum(id)};
    char nulos[CAMPOS + 2] = " ";
    int n = 1;
    bool nulo;

    initStringInfo(&sql);
    initStringInfo(&difere);
    for (int i = 0; i < CAMPOS; i++)
    {
        if (!r->dito[i])
            continue;
        tipos[n] = TEXTOID;
        nulos[n] = r->valor[i] == NULL ? 'n' : ' ';
        valores[n] =
            r->valor[i] == NULL ? (Datum)0 : CStringGetTextDatum(r->valor[i]);
        n++;
        appendStringInfo(&sql,
                         "%s%s = ", n > 2 ? ", " : "UPDATE crm.clientes c SET ",
                         registro_campo(i));
        appendStringInfo(&sql, sql_valor[i], n);
        appendStringInfo(&difere, "%sc.%s IS DISTINCT FROM ",
                         n > 2 ? " OR " : "", registro_campo(i));
        appendStringInfo(&difere, sql_valor[i], n);
    }
    if (n == 1)
        return 0;
    nulos[n] = '\0';
    appendStringInfo(&sql,
                     " WHERE c.id_cliente = $1 AND (%s) RETURNING c.versao",
                     difere.data);
    SPI_execute_with_args(sql.data, n, tipos, valores, nulos, false, 0);
    if (SPI_processed == 0)
        return 0;
    return DatumGetInt32(
        SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &nulo));
}

/* The unique index decides, also against who writes the same CPF just now. */
static int32
gravar_cpf(int64 id, const Registro *r)
{
    Gravacao g = {.id = id, .registro = r};
    ErrorData *erro = subtransacao(gravar_gravacao, &g);

    if (erro != NULL)
    {
        if (erro->sqlerrcode == ERRCODE_UNIQUE_VIOLATION)
            duplicado(r->valor[CAMPO_CPF]);
        ReThrowError(erro);
    }
    return g.versao;
}

static void
gravar_gravacao(void *arg)
{
    Gravacao *g = arg;

    g->versao = gravar(g->id, g->registro);
}

/*
 * Locks the row until the end and returns its version; chave: the CPF may
 * change. The newest version is read, whatever the statement saw before.
 */
static int32
travar(int64 id, bool chave, bool tem_versao, int32 versao)
{
    static SPIPlanPtr forte = NULL;
    static SPIPlanPtr fraca = NULL;
    static const Oid tipos[] = {INT8OID};
    Datum valor = Int64GetDatum(id);
    int32 atual;
    bool nulo;

    if (chave)
        plano(&forte,
              "SELECT versao FROM crm.clientes WHERE id_cliente = $1"
              " FOR UPDATE",
              lengthof(tipos), tipos);
    else
        plano(&fraca,
              "SELECT versao FROM crm.clientes WHERE id_cliente = $1"
              " FOR NO KEY UPDATE",
              lengthof(tipos), tipos);
    SPI_execute_plan(chave ? forte : fraca, &valor, NULL, false, 0);
    if (SPI_processed == 0)
        cadastro_inexistente();
    atual = DatumGetInt32(
        SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &nulo));
    if (tem_versao && versao != atual)
        crm_falha(412, "versao_antiga", "If-Match",
                  "Este cliente foi alterado por outra pessoa.",
                  "Veja o que mudou e grave de novo.",
                  psprintf("{\"versao\":%d}", atual));
    return atual;
}
