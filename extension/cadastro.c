/*
 * cadastro.c: creating, changing, deactivating and reactivating a client.
 *
 * Every function locks the client's row first and nothing else: what follows
 * from the change (the open assignment, counters, audit) is written by triggers,
 * which lock assignments after it, as distributions do. A change of the CPF
 * takes the stronger lock at once: an order that came in between holds the row
 * of its client and would wait for us while we wait for it.
 *
 * Source: SPEC BUSCA-5, DADOS-2, DADOS-10.
 */
#include "crm.h"

#include "catalog/pg_type.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/datetime.h"
#include "utils/fmgrprotos.h"
#include "utils/json.h"
#include "utils/jsonb.h"
#include "utils/timestamp.h"

#include "cadastro.h"
#include "campo_cliente.h"
#include "subtransacao.h"

enum
{
    CAMPO_NAO_CONTATAR = CAMPOS_CLIENTE, /* no text: has no rule in there */
    CAMPOS,
    TENTATIVAS_DE_INCLUIR = 3,
    CAMPO_MOSTRADO_MAX = 100, /* bytes of an unknown name */
    VERSAO_NENHUMA = -1       /* equal to no version */
};

/* What the caller says of a client. */
typedef struct Registro
{
    bool dito[CAMPOS];
    char *valor[CAMPOS]; /* as stored; NULL: empty */
} Registro;

/* For gravar_cpf(). */
typedef struct Gravacao
{
    int64 id;
    const Registro *registro;
    int32 versao; /* after it */
} Gravacao;

/* What is wrong with it, field by field. */
typedef struct Erros
{
    StringInfoData lista; /* elements of a JSON array */
    bool errado[CAMPOS];
    int n;
    const char *campo; /* of the first */
    const char *mensagem;
} Erros;

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

/* Hidden from who has not cliente.ver_sensivel. */
static const bool sensivel[CAMPOS] = {
    [CAMPO_CPF] = true,
    [CAMPO_DATA_NASCIMENTO] = true,
    [CAMPO_NOME_MAE] = true,
};

static const char *campo_nome(int campo);
static int campo_de(const JsonbValue *nome);
static void registro_ler(Registro *r, Erros *e, Jsonb *dito);
static void registro_ler_campo(Registro *r, Erros *e, int campo,
                               const JsonbValue *v);
static void texto_ler(Registro *r, Erros *e, int campo, const char *texto);
static void exigir_preenchido(const Registro *r, Erros *e, int campo);
static void erro_juntar(Erros *e, int campo, const char *mensagem);
static void erros_falhar(const Erros *e);
static int hoje_numero(void);
static int64 incluir(const Registro *r);
static void duplicado(const char *cpf);
static bool outro_com_cpf(const char *cpf, int64 *id, bool *ativo);
static int32 alterar(int64 id, const Registro *r, bool tem_versao,
                     int32 versao);
static int32 gravar(int64 id, const Registro *r);
static int32 gravar_cpf(int64 id, const Registro *r);
static void gravar_gravacao(void *arg);
static int32 travar(int64 id, bool chave, bool tem_versao, int32 versao);
static int32 mudar_ativo(int64 id, bool ativo, bool tem_versao, int32 versao);
static void inexistente(void) pg_attribute_noreturn();

/* ---- who may see ---- */

bool
cadastro_visivel(int64 cliente_id, bool *existe)
{
    static SPIPlanPtr guardado = NULL;
    static const Oid tipos[] = {INT8OID, BOOLOID, INT8OID, TIMESTAMPTZOID};
    bool todos = identidade_pode("cliente.ver_todos");
    bool proprios = identidade_pode("carteira.ver_propria");
    Datum valores[] = {
        Int64GetDatum(cliente_id), BoolGetDatum(todos),
        Int64GetDatum(proprios ? identidade_atual()->usuario_id : 0),
        TimestampTzGetDatum(tempo_agora() - config_int("recuperado_dias") *
                                                USECS_PER_DAY)};
    bool visivel = false;
    Sistema salvo;

    sistema_entrar(&salvo);
    SPI_connect();
    SPI_execute_plan(
        plano(&guardado,
              "SELECT $2 OR EXISTS (SELECT FROM crm.cliente_vendedor v"
              "   WHERE v.cliente_id = c.id_cliente AND v.vendedor_id = $3"
              "     AND (v.encerrada_em IS NULL"
              "          OR v.resultado = 'recuperado'"
              "         AND v.encerrada_em > $4))"
              "  FROM crm.clientes c WHERE c.id_cliente = $1",
              lengthof(tipos), tipos),
        valores, NULL, false, 1);
    *existe = SPI_processed > 0;
    if (*existe)
    {
        bool nulo;

        visivel = DatumGetBool(SPI_getbinval(SPI_tuptable->vals[0],
                                             SPI_tuptable->tupdesc, 1, &nulo));
    }
    SPI_finish();
    sistema_sair(&salvo);
    return visivel;
}

void
cadastro_exigir_visivel(int64 cliente_id)
{
    bool existe;

    if (!identidade_pode("cliente.ver_todos"))
        identidade_exigir("carteira.ver_propria");
    if (cadastro_visivel(cliente_id, &existe))
        return;
    if (identidade_pode("cliente.ver_todos"))
        inexistente();
    crm_falha(403, "cliente_de_outro_vendedor", "id_cliente",
              "Este cliente não está na sua carteira.", NULL, NULL);
}

/* ---- SQL faces ---- */

/*
 * crm.cliente_criar(cpf crm.cpf, nome_completo text, data_nascimento date,
 *                   sexo text, nome_mae text, celular text, email text,
 *                   cidade text, uf text, cep text, nao_contatar boolean)
 * returns bigint
 *
 * Returns clientes.id_cliente.
 *
 * Errors: CR403 acesso_negado; CR409 cpf_duplicado, whose detail is
 *         {"id_cliente", "ativo", "pode_reativar"} as far as the caller may see
 *         that client; CR422 campo_invalido for every field that is wrong.
 * Source: SPEC BUSCA-5, DADOS-10.
 */
PG_FUNCTION_INFO_V1(crm_cliente_criar);
Datum
crm_cliente_criar(PG_FUNCTION_ARGS)
{
    /* Arguments 0 and 2 have types of their own. */
    static const int campos[] = {CAMPO_CPF,    CAMPO_NOME_COMPLETO,
                                 CAMPO_DATA_NASCIMENTO, CAMPO_SEXO,
                                 CAMPO_NOME_MAE, CAMPO_CELULAR, CAMPO_EMAIL,
                                 CAMPO_CIDADE, CAMPO_UF,     CAMPO_CEP};
    Registro r = {0};
    Erros e = {0};

    identidade_exigir("cliente.criar");
    for (int i = 0; i < lengthof(campos); i++)
    {
        const char *texto = NULL;

        if (PG_ARGISNULL(i))
            texto = NULL;
        else if (campos[i] == CAMPO_CPF)
            texto = psprintf("%011lld", (long long)PG_GETARG_INT64(i));
        else if (campos[i] == CAMPO_DATA_NASCIMENTO)
        {
            char dia[MAXDATELEN + 1];

            JsonEncodeDateTime(dia, PG_GETARG_DATUM(i), DATEOID, NULL);
            texto = pstrdup(dia);
        }
        else
            texto = text_to_cstring(PG_GETARG_TEXT_PP(i));
        texto_ler(&r, &e, campos[i], texto);
    }
    r.dito[CAMPO_NAO_CONTATAR] = true;
    r.valor[CAMPO_NAO_CONTATAR] = pstrdup(
        !PG_ARGISNULL(10) && PG_GETARG_BOOL(10) ? "true" : "false");
    exigir_preenchido(&r, &e, CAMPO_CPF);
    exigir_preenchido(&r, &e, CAMPO_NOME_COMPLETO);
    erros_falhar(&e);

    PG_RETURN_INT64(incluir(&r));
}

/*
 * crm.cliente_alterar(id_cliente bigint, campos jsonb, versao integer)
 * returns integer
 *
 * Changes the fields named, null empties one; the others stay. versao NULL: as
 * it is now. Returns the version after it, the same one when nothing changed.
 *
 * Errors: CR403 acesso_negado, CR403/CR404 as cadastro_exigir_visivel(); CR409
 *         cpf_duplicado; CR412 versao_antiga, detail {"versao"}; CR422
 *         campo_invalido, campo_obrigatorio, campo_desconhecido.
 */
PG_FUNCTION_INFO_V1(crm_cliente_alterar);
Datum
crm_cliente_alterar(PG_FUNCTION_ARGS)
{
    Registro r = {0};
    Erros e = {0};

    if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
        ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
                        errmsg("id_cliente and campos cannot be null")));
    identidade_exigir("cliente.alterar");
    cadastro_exigir_visivel(PG_GETARG_INT64(0));
    registro_ler(&r, &e, PG_GETARG_JSONB_P(1));
    for (int i = CAMPO_CPF; i <= CAMPO_NOME_COMPLETO; i++)
        if (r.dito[i])
            exigir_preenchido(&r, &e, i);
    erros_falhar(&e);

    PG_RETURN_INT32(alterar(PG_GETARG_INT64(0), &r, !PG_ARGISNULL(2),
                            PG_ARGISNULL(2) ? 0 : PG_GETARG_INT32(2)));
}

/*
 * crm.cliente_substituir(id_cliente bigint, campos jsonb, versao integer)
 * returns integer
 *
 * Like cliente_alterar, but fields not named are emptied: those the caller may
 * see, for nobody can send back what is hidden from them. nao_contatar stays
 * unless named: an opt-out is never taken back by leaving it out.
 */
PG_FUNCTION_INFO_V1(crm_cliente_substituir);
Datum
crm_cliente_substituir(PG_FUNCTION_ARGS)
{
    bool ve = identidade_pode("cliente.ver_sensivel");
    Registro r = {0};
    Erros e = {0};

    if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
        ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
                        errmsg("id_cliente and campos cannot be null")));
    identidade_exigir("cliente.alterar");
    cadastro_exigir_visivel(PG_GETARG_INT64(0));
    registro_ler(&r, &e, PG_GETARG_JSONB_P(1));
    for (int i = 0; i < CAMPO_NAO_CONTATAR; i++)
        if (ve || !sensivel[i])
            r.dito[i] = true;
    for (int i = CAMPO_CPF; i <= CAMPO_NOME_COMPLETO; i++)
        if (r.dito[i])
            exigir_preenchido(&r, &e, i);
    erros_falhar(&e);

    PG_RETURN_INT32(alterar(PG_GETARG_INT64(0), &r, !PG_ARGISNULL(2),
                            PG_ARGISNULL(2) ? 0 : PG_GETARG_INT32(2)));
}

/*
 * crm.cliente_desativar(id_cliente bigint, versao integer) returns integer
 *
 * The row stays; its open assignment ends and no distribution deals the client.
 * Repeated, it changes nothing. Returns the version after it.
 *
 * Errors: as cliente_alterar, without those of fields.
 */
PG_FUNCTION_INFO_V1(crm_cliente_desativar);
Datum
crm_cliente_desativar(PG_FUNCTION_ARGS)
{
    if (PG_ARGISNULL(0))
        ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
                        errmsg("id_cliente cannot be null")));
    PG_RETURN_INT32(mudar_ativo(PG_GETARG_INT64(0), false, !PG_ARGISNULL(1),
                                PG_ARGISNULL(1) ? 0 : PG_GETARG_INT32(1)));
}

/*
 * crm.cliente_reativar(id_cliente bigint) returns integer
 *
 * The next distribution may deal the client again. Returns the version after it.
 */
PG_FUNCTION_INFO_V1(crm_cliente_reativar);
Datum
crm_cliente_reativar(PG_FUNCTION_ARGS)
{
    PG_RETURN_INT32(mudar_ativo(PG_GETARG_INT64(0), true, false, 0));
}

/*
 * crm.if_match_versao(if_match text, atual integer) returns integer
 *
 * The version that If-Match demands: NULL for "*" and for none, atual when it is
 * among those listed, else -1. The version of an entity tag is what stands
 * before its dot; a tag that a proxy made weak is as good.
 */
PG_FUNCTION_INFO_V1(crm_if_match_versao);
Datum
crm_if_match_versao(PG_FUNCTION_ARGS)
{
    const char *p;

    if (PG_ARGISNULL(0))
        PG_RETURN_NULL();
    p = text_to_cstring(PG_GETARG_TEXT_PP(0));
    p += strspn(p, " \t");
    if (p[0] == '*' && p[1 + strspn(p + 1, " \t")] == '\0')
        PG_RETURN_NULL();

    while (*p != '\0' && !PG_ARGISNULL(1))
    {
        int64 n = 0;
        int digitos = 0;

        p += strspn(p, " \t,");
        if (p[0] == 'W' && p[1] == '/')
            p += 2;
        if (*p == '"')
            p++;
        for (; *p >= '0' && *p <= '9'; p++, digitos++)
            n = Min(n * 10 + (*p - '0'), (int64)PG_INT32_MAX + 1);
        if (digitos > 0 && (*p == '.' || *p == '"' || *p == '\0') &&
            n == PG_GETARG_INT32(1))
            PG_RETURN_INT32(PG_GETARG_INT32(1));
        p += strcspn(p, ",");
    }
    PG_RETURN_INT32(VERSAO_NENHUMA);
}

/* ---- reading what is said ---- */

char *
cadastro_nfc(const char *texto)
{
    const char *p = texto;

    while (*p != '\0' && (unsigned char)*p < 0x80)
        p++;
    if (*p == '\0' || GetDatabaseEncoding() != PG_UTF8)
        return pstrdup(texto);
    return TextDatumGetCString(
        DirectFunctionCall2(unicode_normalize_func, CStringGetTextDatum(texto),
                            CStringGetTextDatum("NFC")));
}

static const char *
campo_nome(int campo)
{
    return campo == CAMPO_NAO_CONTATAR
               ? "nao_contatar"
               : campo_cliente_nome((CampoCliente)campo);
}

/* CAMPOS: no such field. */
static int
campo_de(const JsonbValue *nome)
{
    char *s = pnstrdup(nome->val.string.val, nome->val.string.len);
    int i = 0;

    while (i < CAMPOS && strcmp(s, campo_nome(i)) != 0)
        i++;
    pfree(s);
    return i;
}

static void
registro_ler(Registro *r, Erros *e, Jsonb *dito)
{
    JsonbIterator *it;
    JsonbIteratorToken token;
    JsonbValue v;
    int campo = CAMPOS;

    if (!JB_ROOT_IS_OBJECT(dito))
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("campos must be an object")));
    it = JsonbIteratorInit(&dito->root);
    while ((token = JsonbIteratorNext(&it, &v, true)) != WJB_DONE)
    {
        if (token == WJB_KEY)
        {
            campo = campo_de(&v);
            if (campo == CAMPOS)
            {
                char *nome =
                    pnstrdup(v.val.string.val,
                             pg_mbcliplen(v.val.string.val, v.val.string.len,
                                          CAMPO_MOSTRADO_MAX));

                crm_falha(422, "campo_desconhecido", nome,
                          psprintf("O campo \"%s\" não existe aqui.", nome),
                          NULL, NULL);
            }
        }
        else if (token == WJB_VALUE)
            registro_ler_campo(r, e, campo, &v);
    }
}

static void
registro_ler_campo(Registro *r, Erros *e, int campo, const JsonbValue *v)
{
    if (campo == CAMPO_NAO_CONTATAR)
    {
        if (v->type != jbvBool)
        {
            erro_juntar(e, campo, "O campo \"nao_contatar\" deve ser true ou "
                                  "false.");
            return;
        }
        r->dito[campo] = true;
        r->valor[campo] = pstrdup(v->val.boolean ? "true" : "false");
    }
    else if (v->type == jbvNull)
        texto_ler(r, e, campo, NULL);
    else if (v->type == jbvString)
        texto_ler(r, e, campo,
                  pnstrdup(v->val.string.val, v->val.string.len));
    else
        erro_juntar(e, campo, psprintf("O campo \"%s\" deve ser um texto.",
                                       campo_nome(campo)));
}

static void
texto_ler(Registro *r, Erros *e, int campo, const char *texto)
{
    CampoValor v;
    const char *motivo;

    r->dito[campo] = true;
    r->valor[campo] = NULL;
    if (texto == NULL)
        return;
    texto = cadastro_nfc(texto);
    motivo = campo_cliente_ler((CampoCliente)campo, texto, strlen(texto),
                               hoje_numero(), &v);
    if (motivo != NULL)
        erro_juntar(e, campo, motivo);
    else if (!v.ausente)
        r->valor[campo] = pnstrdup(v.texto, v.n);
}

static void
exigir_preenchido(const Registro *r, Erros *e, int campo)
{
    if (r->valor[campo] == NULL && !e->errado[campo])
        erro_juntar(e, campo, psprintf("O campo \"%s\" é obrigatório.",
                                       campo_nome(campo)));
}

static void
erro_juntar(Erros *e, int campo, const char *mensagem)
{
    e->errado[campo] = true;
    if (e->n++ == 0)
    {
        initStringInfo(&e->lista);
        e->campo = campo_nome(campo);
        e->mensagem = mensagem;
    }
    else
        appendStringInfoChar(&e->lista, ',');
    appendStringInfoString(&e->lista, "{\"campo\":");
    escape_json(&e->lista, campo_nome(campo));
    appendStringInfoString(&e->lista, ",\"mensagem\":");
    escape_json(&e->lista, mensagem);
    appendStringInfoChar(&e->lista, '}');
}

static void
erros_falhar(const Erros *e)
{
    if (e->n > 0)
        crm_falha(422, "campo_invalido", e->campo, e->mensagem, NULL,
                  e->n > 1 ? psprintf("{\"erros\":[%s]}", e->lista.data)
                           : NULL);
}

static int
hoje_numero(void)
{
    int ano;
    int mes;
    int dia;

    j2date(tempo_hoje() + POSTGRES_EPOCH_JDATE, &ano, &mes, &dia);
    return (ano * 100 + mes) * 100 + dia;
}

/* ---- writing ---- */

/* ON CONFLICT waits for another who is just including the same CPF. */
static int64
incluir(const Registro *r)
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
        valores[i] = r->valor[i] == NULL ? (Datum)0
                                         : CStringGetTextDatum(r->valor[i]);
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
                             campo_nome(i));
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
    *id = DatumGetInt64(SPI_getbinval(SPI_tuptable->vals[0],
                                      SPI_tuptable->tupdesc, 1, &nulo));
    *ativo = DatumGetBool(SPI_getbinval(SPI_tuptable->vals[0],
                                        SPI_tuptable->tupdesc, 2, &nulo));
    return true;
}

static int32
alterar(int64 id, const Registro *r, bool tem_versao, int32 versao)
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
        valores[n] = r->valor[i] == NULL ? (Datum)0
                                         : CStringGetTextDatum(r->valor[i]);
        n++;
        appendStringInfo(&sql, "%s%s = ",
                         n > 2 ? ", " : "UPDATE crm.clientes c SET ",
                         campo_nome(i));
        appendStringInfo(&sql, sql_valor[i], n);
        appendStringInfo(&difere, "%sc.%s IS DISTINCT FROM ",
                         n > 2 ? " OR " : "", campo_nome(i));
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
    return DatumGetInt32(SPI_getbinval(SPI_tuptable->vals[0],
                                       SPI_tuptable->tupdesc, 1, &nulo));
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
        inexistente();
    atual = DatumGetInt32(SPI_getbinval(SPI_tuptable->vals[0],
                                        SPI_tuptable->tupdesc, 1, &nulo));
    if (tem_versao && versao != atual)
        crm_falha(412, "versao_antiga", "If-Match",
                  "Este cliente foi alterado por outra pessoa.",
                  "Veja o que mudou e grave de novo.",
                  psprintf("{\"versao\":%d}", atual));
    return atual;
}

static int32
mudar_ativo(int64 id, bool ativo, bool tem_versao, int32 versao)
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

static void
inexistente(void)
{
    crm_falha(404, "cliente_inexistente", "id_cliente",
              "Cliente não encontrado.", NULL, NULL);
}
