/*
 * importacao.c: imports of clients, from the file to the file of refused rows.
 *
 * An import is a row of crm.importacoes and the bytes of its file. What a row of
 * the file is worth is found out anew each time (importacao_leitura.c); a run
 * notes the outcome of each row with what it did, in the same transaction, so
 * that each batch counts exactly once whatever is killed when.
 *
 * Decisions. The first row of a file that has a CPF wins, later ones are
 * refused. An empty cell changes nothing. A client who is deactivated is not
 * touched: the row is refused and says so (DADOS-10). nao_contatar, ativo, orders
 * and assignments are never written (checklist D-11).
 *
 * Source: SPEC BUSCA-6, AUDIT-1, LGPD-1.
 */
#include "importacao.h"

#include "catalog/pg_type.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/json.h"
#include "utils/jsonb.h"

#include "cpf_digitos.h"

enum
{
    AMOSTRA = 3, /* cells of a column that are shown */
    TITULO_BYTES = 255,
    NOME_BYTES = 255
};

static void lembrar(const Planilha *p, Exame *e);

/* ---- the file ---- */

/*
 * crm.importacao_criar(nome text, conteudo bytea, separador text,
 *                      codificacao text, cabecalho boolean) returns bigint
 *
 * Errors: CR403; CR413 arquivo_grande, CR415 formato_nao_aceito, CR422
 * arquivo_invalido with {"linha": n}.
 */
PG_FUNCTION_INFO_V1(crm_importacao_criar);
Datum
crm_importacao_criar(PG_FUNCTION_ARGS)
{
    static SPIPlanPtr guardado = NULL;
    static const Oid tipos[] = {INT8OID, TEXTOID, TEXTOID,      TEXTOID,
                                BOOLOID, INT4OID, INT4OID,      TEXTARRAYOID,
                                BYTEAOID, TEXTOID, TEXTOID, TEXTOID};
    const Identidade *eu;
    Planilha planilha;
    Exame exame;
    Opcoes opcoes;
    StringInfoData colunas;
    bytea *conteudo;
    char *nome;
    int64 id;
    bool nulo;
    Sistema salvo;

    identidade_exigir("cliente.importar");
    if (PG_ARGISNULL(1))
        crm_falha(422, "arquivo_invalido", "arquivo",
                  "Envie o arquivo no corpo do pedido.", NULL, NULL);
    conteudo = PG_GETARG_BYTEA_PP(1);
    nome = PG_ARGISNULL(0) ? pstrdup("arquivo.csv")
                           : text_to_cstring(PG_GETARG_TEXT_PP(0));
    nome[pg_mbcliplen(nome, (int)strlen(nome), NOME_BYTES)] = '\0';
    opcoes_ler(fcinfo, 2, &opcoes);
    planilha_abrir(&planilha, conteudo, &opcoes);
    planilha_examinar(&planilha, &exame);
    if (exame.linhas == 0)
        crm_falha(422, "arquivo_invalido", "arquivo",
                  "O arquivo só tem o cabeçalho.", NULL, NULL);

    sistema_entrar(&salvo);
    SPI_connect();
    lembrar(&planilha, &exame);
    initStringInfo(&colunas);
    colunas_json(&colunas, &planilha, &exame, true);
    eu = identidade_atual();

    Datum args[] = {Int64GetDatum(eu->usuario_id),
                    CStringGetTextDatum(nome),
                    CStringGetTextDatum(((char[]){planilha.separador, '\0'})),
                    CStringGetTextDatum(codificacao_nome(planilha.codificacao)),
                    BoolGetDatum(planilha.cabecalho),
                    Int32GetDatum((int32)VARSIZE_ANY_EXHDR(conteudo)),
                    Int32GetDatum(exame.linhas),
                    titulos_vetor(&planilha),
                    PointerGetDatum(conteudo),
                    CStringGetTextDatum(colunas.data),
                    CStringGetTextDatum(eu->endereco),
                    CStringGetTextDatum(eu->requisicao)};

    importacao_sql(&guardado,
                   "WITH i AS ("
                   " INSERT INTO crm.importacoes (usuario_id, nome, separador,"
                   "        codificacao, cabecalho, bytes, linhas, titulos,"
                   "        endereco, requisicao, criada_em)"
                   " VALUES (nullif($1, 0), $2, $3, $4, $5, $6, $7, $8,"
                   "         nullif($11, ''), nullif($12, ''), crm.agora())"
                   " RETURNING id),"
                   " a AS ("
                   " INSERT INTO crm.importacao_arquivos"
                   "        (importacao_id, conteudo, colunas)"
                   " SELECT id, $9, $10::jsonb FROM i)"
                   "SELECT id FROM i",
                   lengthof(tipos), tipos, args, NULL);
    id = DatumGetInt64(SPI_getbinval(SPI_tuptable->vals[0],
                                     SPI_tuptable->tupdesc, 1, &nulo));
    auditoria_registrar("importacao_envio", "importacoes", id, exame.linhas,
                        NULL,
                        psprintf("{\"bytes\":%d,\"linhas\":%d}",
                                 (int)VARSIZE_ANY_EXHDR(conteudo),
                                 exame.linhas));
    SPI_finish();
    sistema_sair(&salvo);
    PG_RETURN_INT64(id);
}

void
opcoes_ler(FunctionCallInfo fcinfo, int primeiro, Opcoes *o)
{
    o->separador = '\0';
    o->codificacao = -1;
    o->cabecalho = -1;
    if (!PG_ARGISNULL(primeiro))
    {
        char *s = text_to_cstring(PG_GETARG_TEXT_PP(primeiro));

        if (strlen(s) != 1 || !csv_separador_valido(s[0]))
            crm_falha(422, "campo_invalido", "separador",
                      "O separador deve ser vírgula, ponto e vírgula, tabulação "
                      "ou barra vertical.",
                      NULL, NULL);
        o->separador = s[0];
    }
    if (!PG_ARGISNULL(primeiro + 1))
    {
        char *s = text_to_cstring(PG_GETARG_TEXT_PP(primeiro + 1));

        if (strcmp(s, codificacao_nome(CSV_UTF8)) == 0)
            o->codificacao = CSV_UTF8;
        else if (strcmp(s, codificacao_nome(CSV_WINDOWS_1252)) == 0)
            o->codificacao = CSV_WINDOWS_1252;
        else
            crm_falha(422, "campo_invalido", "codificacao",
                      "A codificação deve ser utf-8 ou windows-1252.", NULL,
                      NULL);
    }
    if (!PG_ARGISNULL(primeiro + 2))
        o->cabecalho = PG_GETARG_BOOL(primeiro + 2);
}

void
opcoes_completar(Opcoes *o, const Opcoes *padrao)
{
    if (o->separador == '\0')
        o->separador = padrao->separador;
    if (o->codificacao < 0)
        o->codificacao = padrao->codificacao;
    if (o->cabecalho < 0)
        o->cabecalho = padrao->cabecalho;
}

const char *
codificacao_nome(CsvCodificacao codificacao)
{
    return codificacao == CSV_UTF8 ? "utf-8" : "windows-1252";
}

Datum
titulos_vetor(const Planilha *p)
{
    Datum *titulos = palloc(p->n_colunas * sizeof(Datum));

    for (int i = 0; i < p->n_colunas; i++)
    {
        int n = pg_mbcliplen(p->titulos[i], (int)strlen(p->titulos[i]),
                             TITULO_BYTES);

        titulos[i] = PointerGetDatum(cstring_to_text_with_len(p->titulos[i], n));
    }
    return PointerGetDatum(
        construct_array(titulos, p->n_colunas, TEXTOID, -1, false, 'i'));
}

/* What the same user chose for the same titles last goes before any guess. */
static void
lembrar(const Planilha *p, Exame *e)
{
    static SPIPlanPtr guardado = NULL;
    static const Oid tipos[] = {INT8OID, TEXTARRAYOID};
    Datum args[] = {Int64GetDatum(identidade_atual()->usuario_id),
                    titulos_vetor(p)};
    int mapa[CAMPOS_CLIENTE];
    bool nulo;

    if (!p->cabecalho)
        return;
    importacao_sql(&guardado,
                   "SELECT mapa FROM crm.importacoes"
                   " WHERE usuario_id = $1 AND titulos = $2 AND mapa IS NOT NULL"
                   " ORDER BY id DESC LIMIT 1",
                   lengthof(tipos), tipos, args, NULL);
    if (SPI_processed == 0)
        return;
    mapa_ler(DatumGetJsonbP(SPI_getbinval(SPI_tuptable->vals[0],
                                          SPI_tuptable->tupdesc, 1, &nulo)),
             p->n_colunas, mapa);
    for (int i = 0; i < p->n_colunas; i++)
        e->sugestoes[i] = CAMPOS_CLIENTE;
    for (int c = 0; c < CAMPOS_CLIENTE; c++)
        if (mapa[c] != IMPORTACAO_SEM_COLUNA)
            e->sugestoes[mapa[c]] = (CampoCliente)c;
}

/* guardar: with what decides about a mask later; else masked for the caller. */
void
colunas_json(StringInfo json, const Planilha *p, const Exame *e, bool guardar)
{
    const bool ve = guardar || identidade_pode("cliente.ver_sensivel");

    appendStringInfoChar(json, '[');
    for (int i = 0; i < p->n_colunas; i++)
    {
        const SugestaoColuna *c = &e->colunas[i];
        const bool sensivel = sugestao_sensivel(c, e->sugestoes[i]);

        appendStringInfoString(json, i ? ",{" : "{");
        if (guardar)
            appendStringInfo(json, "\"sensivel\":%s",
                             sensivel ? "true" : "false");
        else
            appendStringInfo(json, "\"indice\":%d", i);
        appendStringInfoString(json, ",\"titulo\":");
        cortado_json(json, p->titulos[i], strlen(p->titulos[i]), TITULO_BYTES);
        appendStringInfoString(json, ",\"amostra\":[");
        for (int k = 0; k < Min(c->n, AMOSTRA); k++)
        {
            appendStringInfoString(json, k ? "," : "");
            if (sensivel && !ve)
                appendStringInfoString(json, "\"***\"");
            else
                cortado_json(json, c->celulas[k].texto, c->celulas[k].n,
                             IMPORTACAO_AMOSTRA_BYTES);
        }
        if (e->sugestoes[i] == CAMPOS_CLIENTE)
            appendStringInfoString(json, "],\"sugestao\":null}");
        else
            appendStringInfo(json, "],\"sugestao\":\"%s\"}",
                             campo_cliente_nome(e->sugestoes[i]));
    }
    appendStringInfoChar(json, ']');
}

void
cortado_json(StringInfo json, const char *texto, size_t n, size_t max)
{
    char *corte = pnstrdup(texto, pg_mbcliplen(texto, (int)n, (int)max));

    escape_json(json, corte);
    pfree(corte);
}

/* ---- whose is it? ---- */

/*
 * crm.importacao_exigir(id bigint) returns void
 *
 * Errors: CR403 acesso_negado, CR404 importacao_inexistente.
 */
PG_FUNCTION_INFO_V1(crm_importacao_exigir);
Datum
crm_importacao_exigir(PG_FUNCTION_ARGS)
{
    Importacao imp;
    Sistema salvo;

    sistema_entrar(&salvo);
    SPI_connect();
    importacao_exigir(PG_GETARG_INT64(0), "", &imp);
    SPI_finish();
    sistema_sair(&salvo);
    PG_RETURN_VOID();
}

/* Inside SPI and sistema_entrar. trava: "" or a locking clause. */
void
importacao_exigir(int64 id, const char *trava, Importacao *imp)
{
    identidade_exigir("cliente.importar");
    if (!importacao_ler(id, trava, imp, true))
        crm_falha(404, "importacao_inexistente", "id",
                  "Esta importação não existe.", NULL, NULL);
}

static bool
minha(int64 usuario_id, const char *role)
{
    int64 eu = identidade_atual()->usuario_id;

    if (eu != 0 || usuario_id != 0)
        return eu == usuario_id;
    return strcmp(role, GetUserNameFromId(GetSessionUserId(), false)) == 0;
}

bool
importacao_ler(int64 id, const char *trava, Importacao *imp, bool so_minha)
{
    Oid tipo = INT8OID;
    Datum arg = Int64GetDatum(id);
    HeapTuple linha;
    TupleDesc desc;
    Datum valor;
    bool nulo;
    char *role;

    if (SPI_execute_with_args(
            psprintf("SELECT coalesce(usuario_id, 0), role_banco::text, estado,"
                     "       operacao, separador, codificacao, cabecalho, mapa,"
                     "       guardada, cancelar, linhas, processadas,"
                     "       incluidos + atualizados"
                     "  FROM crm.importacoes WHERE id = $1 %s",
                     trava),
            1, &tipo, &arg, NULL, false, 1) != SPI_OK_SELECT)
        elog(ERROR, "could not read an import");
    if (SPI_processed == 0)
        return false;

    linha = SPI_tuptable->vals[0];
    desc = SPI_tuptable->tupdesc;
    imp->id = id;
    imp->usuario_id = DatumGetInt64(SPI_getbinval(linha, desc, 1, &nulo));
    role = SPI_getvalue(linha, desc, 2);
    imp->estado = SPI_getvalue(linha, desc, 3);
    imp->operacao = SPI_getvalue(linha, desc, 4);
    imp->opcoes.separador = SPI_getvalue(linha, desc, 5)[0];
    imp->opcoes.codificacao =
        strcmp(SPI_getvalue(linha, desc, 6), codificacao_nome(CSV_UTF8)) == 0
            ? CSV_UTF8
            : CSV_WINDOWS_1252;
    imp->opcoes.cabecalho =
        DatumGetBool(SPI_getbinval(linha, desc, 7, &nulo));
    valor = SPI_getbinval(linha, desc, 8, &nulo);
    imp->mapa = nulo ? NULL : DatumGetJsonbPCopy(valor);
    imp->guardada = DatumGetBool(SPI_getbinval(linha, desc, 9, &nulo));
    imp->cancelar = DatumGetBool(SPI_getbinval(linha, desc, 10, &nulo));
    imp->linhas = DatumGetInt32(SPI_getbinval(linha, desc, 11, &nulo));
    imp->processadas = DatumGetInt32(SPI_getbinval(linha, desc, 12, &nulo));
    imp->feitas = DatumGetInt32(SPI_getbinval(linha, desc, 13, &nulo));
    return !so_minha || minha(imp->usuario_id, role);
}

/* Palloc'd in SPI's context. */
bytea *
importacao_arquivo(int64 id)
{
    static SPIPlanPtr guardado = NULL;
    static const Oid tipos[] = {INT8OID};
    Datum args[] = {Int64GetDatum(id)};
    bool nulo;

    importacao_sql(&guardado,
                   "SELECT conteudo FROM crm.importacao_arquivos"
                   " WHERE importacao_id = $1",
                   lengthof(tipos), tipos, args, NULL);
    if (SPI_processed == 0)
        crm_falha(409, "arquivo_apagado", "id",
                  "O arquivo desta importação já foi apagado.",
                  "Envie o arquivo de novo.", NULL);
    return DatumGetByteaPCopy(SPI_getbinval(
        SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &nulo));
}

/* Argument 1; false: it is NULL or JSON null, so what is suggested. */
bool
mapa_pedido(FunctionCallInfo fcinfo, const Planilha *p, Exame *e,
            int mapa[CAMPOS_CLIENTE])
{
    Jsonb *json = PG_ARGISNULL(1) ? NULL : PG_GETARG_JSONB_P(1);
    JsonbValue v;

    if (json != NULL &&
        !(JsonbExtractScalar(&json->root, &v) && v.type == jbvNull))
    {
        mapa_ler(json, p->n_colunas, mapa);
        return true;
    }
    lembrar(p, e);
    mapa_de_sugestoes(e->sugestoes, p->n_colunas, mapa);
    return false;
}

void
importacao_sql(SPIPlanPtr *guardado, const char *sql, int n, const Oid *tipos,
               Datum *args, const char *nulos)
{
    if (SPI_execute_plan(plano(guardado, sql, n, tipos), args, nulos, false,
                         0) < 0)
        elog(ERROR, "could not run a statement of an import");
}
