/*
 * exportacao.c: exports, from what is asked for to the row that says how it ended.
 *
 * crm.exportacao_montar() judges and puts the query together under the caller's
 * snapshot; the file is written under the same one, so that what was counted is
 * what is written. Few rows are written here, in the caller's transaction; more of
 * them become a row that waits for a worker (exportacao_fila.c), which judges anew
 * when it takes it up. Where no worker would come (no preload, or a database other
 * than crm.banco) as many as may be are written here, as imports are done.
 *
 * Decisions. Who sees CPF and birth date masked on the screens may take them in
 * clear for a purpose, but each client counts as a reveal (LGPD-1): a file must
 * not be the way round that quota. CPFs among the filters are kept only while the
 * export waits. The audit row and the file are of one transaction.
 *
 * Source: SPEC EXPORT-1, EXPORT-5, AUDIT-1, LGPD-1.
 */
#include "exportacao.h"

#include "catalog/pg_type.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/datum.h"
#include "utils/fmgrprotos.h"
#include "utils/guc.h"
#include "utils/jsonb.h"
#include "utils/memutils.h"

#include "cadastro.h"
#include "operario.h"
#include "pesquisa.h"
#include "trava.h"

enum
{
    FINALIDADE_MIN = 10, /* characters */
    AVISO_MAX = 1024     /* bytes */
};

static void encomenda_ler(FunctionCallInfo fcinfo, Encomenda *e);
static char *texto_ou_nulo(FunctionCallInfo fcinfo, int i);
static char *texto_lido(int coluna, MemoryContext contexto);
static Datum datum_lido(int coluna, int16 tamanho, MemoryContext contexto);
static void grande(const Encomenda *e, const Montagem *m, int maximo) pg_attribute_noreturn();
static const char *como_restringir(const char *origem);
static int64 inserir(const Encomenda *e, const Montagem *m, bool direta);
static Datum texto_datum(const char *s);

/*
 * crm.exportar(origem text, formato text, filtros jsonb, campos text[],
 *              ordem text, finalidade text, opcoes jsonb) returns bigint
 *
 * Errors: CR403; CR404 of what a filter names; CR422; CR429.
 */
PG_FUNCTION_INFO_V1(crm_exportar);
Datum
crm_exportar(PG_FUNCTION_ARGS)
{
    Encomenda e;
    Montagem m;
    int64 id;
    bool direta;
    Sistema salvo;

    encomenda_ler(fcinfo, &e);
    sistema_entrar(&salvo);
    SPI_connect();
    exportacao_montar(&e, &m);
    direta = m.total <= config_int("export_direto") || !operario_existe();
    id = inserir(&e, &m, direta);
    if (direta)
    {
        if (!exportacao_concluir(id, &e, &m))
            elog(ERROR, "an export ended while it was written");
    }
    else
        operario_chamar(OPERARIO_EXPORTACOES);
    SPI_finish();
    sistema_sair(&salvo);
    PG_RETURN_INT64(id);
}

/*
 * crm.exportacao_finalidade(finalidade text) returns text
 *
 * Errors: CR422 campo_invalido (finalidade).
 */
PG_FUNCTION_INFO_V1(crm_exportacao_finalidade);
Datum
crm_exportacao_finalidade(PG_FUNCTION_ARGS)
{
    PG_RETURN_TEXT_P(cstring_to_text(revelacao_finalidade(
        text_to_cstring(PG_GETARG_TEXT_PP(0)), FINALIDADE_MIN)));
}

/*
 * crm.exportacao_registrar(acao text, id bigint, linhas bigint, depois text)
 * returns void
 *
 * An audit row about an export; id 0: about none.
 */
PG_FUNCTION_INFO_V1(crm_exportacao_registrar);
Datum
crm_exportacao_registrar(PG_FUNCTION_ARGS)
{
    const char *acao = text_to_cstring(PG_GETARG_TEXT_PP(0));
    const int64 id = PG_GETARG_INT64(1);

    auditoria_registrar(acao, "exportacoes", id, PG_GETARG_INT64(2), NULL,
                        text_to_cstring(PG_GETARG_TEXT_PP(3)));
    /* Who rolls back an own transaction takes the audit row with it; this line
     * stays. The front's transactions are not its callers'. */
    if (!identidade_atual()->web)
        ereport(LOG_SERVER_ONLY,
                (errmsg("%s " INT64_FORMAT " by database role %s", acao, id,
                        GetUserNameFromId(GetSessionUserId(), false)),
                 errhidestmt(true)));
    PG_RETURN_VOID();
}

/*
 * crm.exportacao_avisar(usuario_id bigint, dados text) returns void
 *
 * Event exportacao, which the front gives to that user alone; 0: to nobody.
 */
PG_FUNCTION_INFO_V1(crm_exportacao_avisar);
Datum
crm_exportacao_avisar(PG_FUNCTION_ARGS)
{
    const int64 usuario = PG_GETARG_INT64(0);
    text *dados = PG_GETARG_TEXT_PP(1);

    if (VARSIZE_ANY_EXHDR(dados) > AVISO_MAX)
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("the event is too long")));
    if (usuario != 0)
        evento_emitir("exportacao", &usuario, 1, text_to_cstring(dados));
    PG_RETURN_VOID();
}

LOCKTAG
exportacao_trava(int64 id)
{
    return trava_nome(TRAVA_EXPORTACAO, (uint32)id);
}

/* ---- what is asked for ---- */

static void
encomenda_ler(FunctionCallInfo fcinfo, Encomenda *e)
{
    memset(e, 0, sizeof(*e));
    e->origem = texto_ou_nulo(fcinfo, 0);
    e->formato = texto_ou_nulo(fcinfo, 1);
    e->filtros = PG_ARGISNULL(2) ? DirectFunctionCall1(jsonb_in, CStringGetDatum("{}"))
                                 : PG_GETARG_DATUM(2);
    e->sem_campos = PG_ARGISNULL(3);
    e->campos = e->sem_campos ? (Datum)0 : PG_GETARG_DATUM(3);
    e->ordem = texto_ou_nulo(fcinfo, 4);
    e->finalidade = texto_ou_nulo(fcinfo, 5);
    e->opcoes = PG_ARGISNULL(6) ? DirectFunctionCall1(jsonb_in, CStringGetDatum("{}"))
                                : PG_GETARG_DATUM(6);
    e->dono = GetUserNameFromId(GetSessionUserId(), false);
}

static char *
texto_ou_nulo(FunctionCallInfo fcinfo, int i)
{
    return PG_ARGISNULL(i) || VARSIZE_ANY_EXHDR(PG_GETARG_TEXT_PP(i)) == 0
               ? NULL
               : text_to_cstring(PG_GETARG_TEXT_PP(i));
}

void
exportacao_montar(const Encomenda *e, Montagem *m)
{
    static SPIPlanPtr guardado = NULL;
    static const Oid tipos[] = {TEXTOID, TEXTOID, JSONBOID, TEXTARRAYOID, TEXTOID,
                                TEXTOID, JSONBOID, TEXTOID, INT4OID};
    MemoryContext contexto = CurrentMemoryContext;
    const int maximo = config_int("export_maximo");
    Datum args[] = {texto_datum(e->origem),     texto_datum(e->formato),
                    e->filtros,                 e->campos,
                    texto_datum(e->ordem),      texto_datum(e->finalidade),
                    e->opcoes,                  texto_datum(e->dono),
                    Int32GetDatum(maximo)};
    char nulos[lengthof(tipos) + 1] = "         ";

    nulos[0] = e->origem ? ' ' : 'n';
    nulos[1] = e->formato ? ' ' : 'n';
    nulos[3] = e->sem_campos ? 'n' : ' ';
    nulos[4] = e->ordem ? ' ' : 'n';
    nulos[5] = e->finalidade ? ' ' : 'n';
    /* Read only: under the snapshot that the file is written under. */
    if (SPI_execute_plan(
            plano(&guardado,
                  "SELECT total, exato, colunas, em_claro, motivo, consulta,"
                  "       cabeca, separador, bom, cabecalho, nome"
                  "  FROM crm.exportacao_montar($1, $2, $3, $4, $5, $6, $7, $8,"
                  "                             $9)",
                  lengthof(tipos), tipos),
            args, nulos, true, 1) != SPI_OK_SELECT ||
        SPI_processed != 1)
        elog(ERROR, "could not put an export together");
    m->total = DatumGetInt64(datum_lido(1, sizeof(int64), contexto));
    m->exato = DatumGetBool(datum_lido(2, sizeof(bool), contexto));
    m->colunas = datum_lido(3, -1, contexto);
    m->em_claro = DatumGetBool(datum_lido(4, sizeof(bool), contexto));
    m->motivo = texto_lido(5, contexto);
    m->consulta = texto_lido(6, contexto);
    m->cabeca = texto_lido(7, contexto);
    m->separador = texto_lido(8, contexto);
    m->bom = DatumGetBool(datum_lido(9, sizeof(bool), contexto));
    m->cabecalho = DatumGetBool(datum_lido(10, sizeof(bool), contexto));
    m->nome = texto_lido(11, contexto);
    SPI_freetuptable(SPI_tuptable);
    MemoryContextSwitchTo(contexto);
    if (m->total > maximo)
        grande(e, m, maximo);
}

static char *
texto_lido(int coluna, MemoryContext contexto)
{
    bool nulo;
    Datum valor = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc,
                                coluna, &nulo);
    MemoryContext antes = MemoryContextSwitchTo(contexto);
    char *texto = nulo ? NULL : TextDatumGetCString(valor);

    MemoryContextSwitchTo(antes);
    return texto;
}

static Datum
datum_lido(int coluna, int16 tamanho, MemoryContext contexto)
{
    bool nulo;
    Datum valor = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc,
                                coluna, &nulo);
    MemoryContext antes = MemoryContextSwitchTo(contexto);

    valor = nulo ? (Datum)0 : datumCopy(valor, tamanho > 0, tamanho);
    MemoryContextSwitchTo(antes);
    return valor;
}

static Datum
texto_datum(const char *s)
{
    return s ? CStringGetTextDatum(s) : (Datum)0;
}

static void
grande(const Encomenda *e, const Montagem *m, int maximo)
{
    crm_falha(422, "exportacao_grande", NULL,
              psprintf("São %s" INT64_FORMAT " linhas; uma exportação tem no "
                       "máximo %d.",
                       m->exato ? "" : "cerca de ", m->total, maximo),
              como_restringir(e->origem),
              psprintf("{\"total\":" INT64_FORMAT ",\"total_exato\":%s,"
                       "\"maximo\":%d}",
                       m->total, m->exato ? "true" : "false", maximo));
}

static const char *
como_restringir(const char *origem)
{
    if (strcmp(origem, "clientes") == 0)
        return "Restrinja os filtros, por exemplo por UF, cidade, situação ou "
               "período, e exporte em partes.";
    if (strcmp(origem, "auditoria") == 0)
        return "Escolha menos dias, um usuário, uma ação ou uma tabela, e "
               "exporte em partes.";
    if (strcmp(origem, "relatorio") == 0)
        return "Escolha menos dias ou um vendedor, e exporte em partes.";
    return "Exporte uma coluna de cada vez.";
}

/* ---- the row ---- */

/* One of a user at a time, so that neither queue nor quota is overrun. */
static int64
inserir(const Encomenda *e, const Montagem *m, bool direta)
{
    static SPIPlanPtr guardado = NULL;
    static const Oid tipos[] = {TEXTOID, TEXTOID, JSONBOID, TEXTARRAYOID,
                                TEXTOID, TEXTOID, JSONBOID, BOOLOID,
                                INT8OID, TEXTOID, BOOLOID};
    const int64 usuario = identidade_atual()->usuario_id;
    Datum args[] = {texto_datum(e->origem), texto_datum(e->formato), e->filtros,
                    m->colunas,             texto_datum(e->ordem),
                    texto_datum(m->motivo), e->opcoes,
                    BoolGetDatum(direta),   Int64GetDatum(m->total),
                    texto_datum(m->nome),   BoolGetDatum(m->em_claro)};
    char nulos[lengthof(tipos) + 1] = "           ";
    bool nulo;
    int64 id;

    if (!direta || m->em_claro)
        (void)trava_pegar(TRAVA_REVELACAO,
                          usuario ? (uint32)usuario : (uint32)GetSessionUserId(),
                          true);
    nulos[4] = e->ordem ? ' ' : 'n';
    nulos[5] = m->motivo ? ' ' : 'n';
    if (SPI_execute_plan(
            plano(&guardado,
                  "SELECT crm.exportacao_inserir($1, $2, $3, $4, $5, $6, $7, $8,"
                  "                              $9, $10, $11)",
                  lengthof(tipos), tipos),
            args, nulos, false, 1) != SPI_OK_SELECT)
        elog(ERROR, "could not insert an export");
    id = DatumGetInt64(SPI_getbinval(SPI_tuptable->vals[0],
                                     SPI_tuptable->tupdesc, 1, &nulo));
    SPI_freetuptable(SPI_tuptable);
    return id;
}

bool
exportacao_concluir(int64 id, const Encomenda *e, const Montagem *m)
{
    static SPIPlanPtr guardado = NULL;
    static const Oid tipos[] = {INT8OID, INT8OID, INT8OID, INT4OID, BOOLOID};
    Gerada g;
    Datum args[lengthof(tipos)];
    bool nulo;
    bool terminou;

    exportacao_escrever(id, e->formato, m, &g);
    args[0] = Int64GetDatum(id);
    args[1] = Int64GetDatum(g.linhas);
    args[2] = Int64GetDatum(g.bytes);
    args[3] = Int32GetDatum(g.partes);
    args[4] = BoolGetDatum(m->em_claro);
    if (SPI_execute_plan(
            plano(&guardado,
                  "SELECT crm.exportacao_encerrar($1, $2, $3, $4, $5)",
                  lengthof(tipos), tipos),
            args, NULL, false, 1) != SPI_OK_SELECT)
        elog(ERROR, "could not end an export");
    terminou = DatumGetBool(SPI_getbinval(SPI_tuptable->vals[0],
                                          SPI_tuptable->tupdesc, 1, &nulo));
    SPI_freetuptable(SPI_tuptable);
    return terminou;
}
