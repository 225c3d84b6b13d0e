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
#include "funcapi.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/json.h"
#include "utils/jsonb.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "cpf_digitos.h"

enum
{
    AMOSTRA = 3,             /* cells of a column that are shown */
    AMOSTRA_BYTES = 120,     /* of each */
    TITULO_BYTES = 255,
    NOME_BYTES = 255,
    PREVIA_LOTE = 10000,     /* rows */
    AVISO_INTERVALO_MS = 500 /* between two events of a run */
};

/* A row of crm.importacoes. */
typedef struct Importacao
{
    int64 id;
    int64 usuario_id; /* 0: NULL */
    char *estado;
    char *operacao;
    Opcoes opcoes;
    Jsonb *mapa; /* or NULL */
    bool guardada;
    bool cancelar;
    int linhas;
    int processadas;
    int feitas; /* inserted and updated */
} Importacao;

/* Where the rows of a preview go. */
typedef struct Previa
{
    int limite;          /* rows to show */
    const char *so_acao; /* or NULL */
    bool ve_sensivel;
    int mostradas;
    Contagem contagem;
    int erros_de[CAMPOS_CLIENTE + 1]; /* the last one: "linha" */
    StringInfo json;                  /* rows as a JSON array, or NULL */
    ReturnSetInfo *rsinfo;            /* rows as rows, or NULL */
} Previa;

/* A row of a preview before crm.clientes was asked. */
typedef struct LinhaPrevia
{
    int linha;
    char *valores; /* JSON object */
    char *erros;   /* JSON array */
    bool recusada;
} LinhaPrevia;

static void exigir(int64 id, const char *trava, Importacao *imp);
static bool minha(int64 usuario_id, const char *role);
static bool ler(int64 id, const char *trava, Importacao *imp, bool so_minha);
static bytea *ler_arquivo(int64 id);
static void opcoes_ler(FunctionCallInfo fcinfo, int primeiro, Opcoes *o);
static void opcoes_completar(Opcoes *o, const Opcoes *padrao);
static const char *codificacao_nome(CsvCodificacao codificacao);
static Datum titulos_vetor(const Planilha *p);
static void lembrar(const Planilha *p, Exame *e);
static void colunas_json(StringInfo json, const Planilha *p, const Exame *e,
                         bool guardar);
static void cortado_json(StringInfo json, const char *texto, size_t n,
                         size_t max);
static bool mapa_pedido(FunctionCallInfo fcinfo, const Planilha *p, Exame *e,
                        int mapa[CAMPOS_CLIENTE]);
static void prever(FunctionCallInfo fcinfo, Previa *previa, StringInfo cabeca);
static void prever_lote(Lote *lote, LinhaPrevia *linhas, Previa *previa);
static void mostrar(Previa *previa, const LinhaPrevia *l, const char *acao,
                    Datum id_cliente, bool sem_id);
static void valores_json(StringInfo json, const Leitura *l, bool ve_sensivel);
static int campo_indice(const char *campo);
static char *por_em_marcha(int64 id);
static void terminar(int64 id, const char *estado, const char *falha);
static void avisar(int64 id, bool fim);
static void motivos_ler(int64 id, int **linhas, char ***motivos, int *n);
static void escrever_celula(StringInfo csv, const char *texto, size_t n);
static void executar_sql(SPIPlanPtr *guardado, const char *sql, int n,
                         const Oid *tipos, Datum *args, const char *nulos);

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

    executar_sql(&guardado,
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

static void
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

static void
opcoes_completar(Opcoes *o, const Opcoes *padrao)
{
    if (o->separador == '\0')
        o->separador = padrao->separador;
    if (o->codificacao < 0)
        o->codificacao = padrao->codificacao;
    if (o->cabecalho < 0)
        o->cabecalho = padrao->cabecalho;
}

static const char *
codificacao_nome(CsvCodificacao codificacao)
{
    return codificacao == CSV_UTF8 ? "utf-8" : "windows-1252";
}

static Datum
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
    executar_sql(&guardado,
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
static void
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
                             AMOSTRA_BYTES);
        }
        if (e->sugestoes[i] == CAMPOS_CLIENTE)
            appendStringInfoString(json, "],\"sugestao\":null}");
        else
            appendStringInfo(json, "],\"sugestao\":\"%s\"}",
                             campo_cliente_nome(e->sugestoes[i]));
    }
    appendStringInfoChar(json, ']');
}

static void
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
    exigir(PG_GETARG_INT64(0), "", &imp);
    SPI_finish();
    sistema_sair(&salvo);
    PG_RETURN_VOID();
}

/* Inside SPI and sistema_entrar. trava: "" or a locking clause. */
static void
exigir(int64 id, const char *trava, Importacao *imp)
{
    identidade_exigir("cliente.importar");
    if (!ler(id, trava, imp, true))
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

static bool
ler(int64 id, const char *trava, Importacao *imp, bool so_minha)
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
static bytea *
ler_arquivo(int64 id)
{
    static SPIPlanPtr guardado = NULL;
    static const Oid tipos[] = {INT8OID};
    Datum args[] = {Int64GetDatum(id)};
    bool nulo;

    executar_sql(&guardado,
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
static bool
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

/* ---- preview ---- */

/*
 * crm.importacao_previa(id bigint, mapa jsonb, separador text, codificacao text,
 *                       cabecalho boolean, limite integer, so_acao text)
 *     returns setof (linha, acao, id_cliente, valores, erros)
 *
 * Errors: CR403, CR404; CR409 arquivo_apagado; CR422 arquivo_invalido,
 * mapa_invalido.
 */
PG_FUNCTION_INFO_V1(crm_importacao_previa);
Datum
crm_importacao_previa(PG_FUNCTION_ARGS)
{
    Previa previa = {.rsinfo = (ReturnSetInfo *)fcinfo->resultinfo};

    InitMaterializedSRF(fcinfo, 0);
    prever(fcinfo, &previa, NULL);
    return (Datum)0;
}

PG_FUNCTION_INFO_V1(crm_importacao_previa_json);
Datum
crm_importacao_previa_json(PG_FUNCTION_ARGS)
{
    Previa previa = {0};
    StringInfoData resposta;
    StringInfoData linhas;
    const char *entre = "";

    initStringInfo(&resposta);
    initStringInfo(&linhas);
    previa.json = &linhas;
    prever(fcinfo, &previa, &resposta);

    appendStringInfo(&resposta,
                     ",\"linhas\":[%s],\"contagem\":{\"incluir\":%d,"
                     "\"atualizar\":%d,\"igual\":%d,\"recusar\":%d},"
                     "\"erros_por_campo\":{",
                     linhas.data, previa.contagem.incluidos,
                     previa.contagem.atualizados, previa.contagem.iguais,
                     previa.contagem.recusadas);
    for (int c = 0; c <= CAMPOS_CLIENTE; c++)
        if (previa.erros_de[c] > 0)
        {
            appendStringInfo(&resposta, "%s\"%s\":%d", entre,
                             c < CAMPOS_CLIENTE ? campo_cliente_nome(c)
                                                : "linha",
                             previa.erros_de[c]);
            entre = ",";
        }
    appendStringInfoString(&resposta, "}}");
    PG_RETURN_TEXT_P(cstring_to_text_with_len(resposta.data, resposta.len));
}

/* cabeca, or NULL: what the preview says before its rows. */
static void
prever(FunctionCallInfo fcinfo, Previa *previa, StringInfo cabeca)
{
    MemoryContext fora = CurrentMemoryContext;
    MemoryContext contexto;
    Importacao imp;
    Planilha planilha;
    Exame exame;
    Opcoes opcoes;
    int mapa[CAMPOS_CLIENTE];
    Leitura *leitura;
    bytea *conteudo;
    LinhaPrevia *linhas;
    Sistema salvo;
    bool mais = true;
    bool pedido;

    if (PG_ARGISNULL(0))
        crm_falha(404, "importacao_inexistente", "id",
                  "Esta importação não existe.", NULL, NULL);
    opcoes_ler(fcinfo, 2, &opcoes);
    previa->limite = PG_ARGISNULL(5) ? PG_INT32_MAX : PG_GETARG_INT32(5);
    previa->so_acao =
        PG_ARGISNULL(6) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(6));
    previa->ve_sensivel = identidade_pode("cliente.ver_sensivel");

    sistema_entrar(&salvo);
    SPI_connect();
    exigir(PG_GETARG_INT64(0), "", &imp);
    conteudo = ler_arquivo(imp.id);
    opcoes_completar(&opcoes, &imp.opcoes);
    planilha_abrir(&planilha, conteudo, &opcoes);
    planilha_examinar(&planilha, &exame);
    pedido = mapa_pedido(fcinfo, &planilha, &exame, mapa);
    if (cabeca != NULL)
    {
        appendStringInfo(cabeca, "{\"separador\":");
        escape_json(cabeca, (char[]){planilha.separador, '\0'});
        appendStringInfo(cabeca,
                         ",\"codificacao\":\"%s\",\"cabecalho\":%s,"
                         "\"total\":%d,\"colunas\":",
                         codificacao_nome(planilha.codificacao),
                         planilha.cabecalho ? "true" : "false", exame.linhas);
        colunas_json(cabeca, &planilha, &exame, false);
        appendStringInfoString(cabeca, ",\"mapa\":");
        mapa_json(cabeca, mapa);
    }
    /* Who did not choose yet is shown the columns to choose from. */
    if (cabeca != NULL && !pedido && mapa[CAMPO_CPF] == IMPORTACAO_SEM_COLUNA)
        mais = false;
    else
        mapa_exigir_cpf(mapa);

    leitura = palloc(sizeof(Leitura));
    leitura_abrir(leitura, conteudo, &opcoes, mapa);
    linhas = palloc(PREVIA_LOTE * sizeof(LinhaPrevia));
    contexto = AllocSetContextCreate(CurrentMemoryContext, "crm previa",
                                     ALLOCSET_DEFAULT_SIZES);
    while (mais)
    {
        MemoryContext antes = MemoryContextSwitchTo(contexto);
        Lote *lote = lote_criar(PREVIA_LOTE);

        while (lote->lidas < PREVIA_LOTE && (mais = leitura_proxima(leitura)))
        {
            const Registro *r = &leitura->registro;
            LinhaPrevia *l = &linhas[lote->lidas];
            StringInfoData json;

            l->linha = r->linha;
            l->recusada = r->n_erros > 0;
            l->valores = l->erros = NULL;
            if (previa->mostradas < previa->limite)
            {
                initStringInfo(&json);
                valores_json(&json, leitura, previa->ve_sensivel);
                l->valores = json.data;
                initStringInfo(&json);
                erros_json(&json, r->erros, r->n_erros);
                l->erros = json.data;
            }
            for (int i = 0; i < r->n_erros; i++)
                previa->erros_de[campo_indice(r->erros[i].campo)]++;
            lote_juntar(lote, r);
        }
        prever_lote(lote, linhas, previa);
        MemoryContextSwitchTo(antes);
        MemoryContextReset(contexto);
    }
    SPI_finish();
    sistema_sair(&salvo);
    MemoryContextSwitchTo(fora);
}

static void
prever_lote(Lote *lote, LinhaPrevia *linhas, Previa *previa)
{
    MemoryContext contexto = CurrentMemoryContext;
    SPITupleTable *decididas;
    int d = 0;

    lote_classificar(lote);
    decididas = SPI_tuptable;
    /* SPI leaves its own context, which lives as long as the whole preview. */
    MemoryContextSwitchTo(contexto);
    for (int i = 0; i < lote->lidas; i++)
    {
        LinhaPrevia *l = &linhas[i];
        const char *acao = "recusar";
        Datum id = (Datum)0;
        bool sem_id = true;

        if (!l->recusada)
        {
            HeapTuple t = decididas->vals[d++];
            char *campo = SPI_getvalue(t, decididas->tupdesc, 4);

            acao = SPI_getvalue(t, decididas->tupdesc, 2);
            id = SPI_getbinval(t, decididas->tupdesc, 3, &sem_id);
            if (campo != NULL)
            {
                ErroDeCampo erro = {
                    campo, SPI_getvalue(t, decididas->tupdesc, 5)};
                StringInfoData json;

                previa->erros_de[campo_indice(campo)]++;
                initStringInfo(&json);
                erros_json(&json, &erro, 1);
                l->erros = json.data;
            }
        }
        if (acao[0] == 'i' && acao[1] == 'n')
            previa->contagem.incluidos++;
        else if (acao[0] == 'i')
            previa->contagem.iguais++;
        else if (acao[0] == 'a')
            previa->contagem.atualizados++;
        else
            previa->contagem.recusadas++;

        if (previa->mostradas < previa->limite &&
            (previa->so_acao == NULL || strcmp(previa->so_acao, acao) == 0))
        {
            previa->mostradas++;
            mostrar(previa, l, acao, id, sem_id);
        }
    }
    SPI_freetuptable(decididas);
}

static void
mostrar(Previa *previa, const LinhaPrevia *l, const char *acao,
        Datum id_cliente, bool sem_id)
{
    if (previa->json != NULL)
    {
        appendStringInfo(previa->json,
                         "%s{\"linha\":%d,\"acao\":\"%s\",\"id_cliente\":",
                         previa->json->len ? "," : "", l->linha, acao);
        if (sem_id)
            appendStringInfoString(previa->json, "null");
        else
            appendStringInfo(previa->json, INT64_FORMAT,
                             DatumGetInt64(id_cliente));
        appendStringInfo(previa->json, ",\"valores\":%s,\"erros\":%s}",
                         l->valores, l->erros);
    }
    else
    {
        Datum valores[] = {
            Int32GetDatum(l->linha), CStringGetTextDatum(acao), id_cliente,
            DirectFunctionCall1(jsonb_in, CStringGetDatum(l->valores)),
            DirectFunctionCall1(jsonb_in, CStringGetDatum(l->erros))};
        bool nulos[] = {false, false, sem_id, false, false};

        tuplestore_putvalues(previa->rsinfo->setResult, previa->rsinfo->setDesc,
                             valores, nulos);
    }
}

/* Fields that have a column: what would be stored, else what stands there. */
static void
valores_json(StringInfo json, const Leitura *l, bool ve_sensivel)
{
    const Registro *r = &l->registro;
    const char *entre = "";

    appendStringInfoChar(json, '{');
    for (int c = 0; c < CAMPOS_CLIENTE; c++)
    {
        const bool oculto =
            !ve_sensivel && (c == CAMPO_CPF || c == CAMPO_DATA_NASCIMENTO ||
                             c == CAMPO_NOME_MAE);
        char mascara[CPF_FORMATADO];

        if (l->mapa[c] == IMPORTACAO_SEM_COLUNA)
            continue;
        appendStringInfo(json, "%s\"%s\":", entre, campo_cliente_nome(c));
        entre = ",";
        if (r->cruas[c].n == 0)
            appendStringInfoString(json, "null");
        else if (oculto && c == CAMPO_CPF && r->lido[c])
        {
            cpf_mascarar(r->valores[c].cpf, mascara);
            escape_json(json, mascara);
        }
        else if (oculto)
            appendStringInfoString(json, "null");
        else if (r->lido[c])
            escape_json(json, r->valores[c].texto);
        else
            cortado_json(json, r->cruas[c].texto, r->cruas[c].n, AMOSTRA_BYTES);
    }
    appendStringInfoChar(json, '}');
}

static int
campo_indice(const char *campo)
{
    return campo_cliente_achar(campo);
}

/* ---- run, undo, cancel ---- */

/*
 * crm.importacao_executar(id bigint, mapa jsonb, separador text,
 *                         codificacao text, cabecalho boolean) returns text
 *
 * Errors: CR403, CR404; CR409 estado_invalido, arquivo_apagado; CR422.
 */
PG_FUNCTION_INFO_V1(crm_importacao_executar);
Datum
crm_importacao_executar(PG_FUNCTION_ARGS)
{
    static SPIPlanPtr guardado = NULL;
    static const Oid tipos[] = {INT8OID, TEXTOID, TEXTOID,     BOOLOID,
                                INT4OID, TEXTARRAYOID, TEXTOID, TEXTOID,
                                TEXTOID};
    MemoryContext fora = CurrentMemoryContext;
    Importacao imp;
    Planilha planilha;
    Exame exame;
    Opcoes opcoes;
    StringInfoData json;
    int mapa[CAMPOS_CLIENTE];
    char *estado;
    Sistema salvo;

    if (PG_ARGISNULL(0))
        crm_falha(404, "importacao_inexistente", "id",
                  "Esta importação não existe.", NULL, NULL);
    opcoes_ler(fcinfo, 2, &opcoes);

    sistema_entrar(&salvo);
    SPI_connect();
    exigir(PG_GETARG_INT64(0), "FOR UPDATE", &imp);
    if (strcmp(imp.estado, "enviada") != 0)
        crm_falha(409, "estado_invalido", "id",
                  "Esta importação já foi executada ou cancelada.", NULL,
                  psprintf("{\"estado\":\"%s\"}", imp.estado));
    opcoes_completar(&opcoes, &imp.opcoes);
    planilha_abrir(&planilha, ler_arquivo(imp.id), &opcoes);
    planilha_examinar(&planilha, &exame);
    (void)mapa_pedido(fcinfo, &planilha, &exame, mapa);
    mapa_exigir_cpf(mapa);

    initStringInfo(&json);
    mapa_json(&json, mapa);
    Datum args[] = {
        Int64GetDatum(imp.id),
        CStringGetTextDatum(((char[]){planilha.separador, '\0'})),
        CStringGetTextDatum(codificacao_nome(planilha.codificacao)),
        BoolGetDatum(planilha.cabecalho),
        Int32GetDatum(exame.linhas),
        titulos_vetor(&planilha),
        CStringGetTextDatum(json.data),
        CStringGetTextDatum(identidade_atual()->endereco),
        CStringGetTextDatum(identidade_atual()->requisicao)};

    executar_sql(&guardado,
                 "UPDATE crm.importacoes"
                 "   SET separador = $2, codificacao = $3, cabecalho = $4,"
                 "       linhas = $5, titulos = $6, mapa = $7::jsonb,"
                 "       endereco = nullif($8, ''), requisicao = nullif($9, ''),"
                 "       estado = 'na_fila', operacao = 'executar',"
                 "       cancelar = false, tentativas = 0, falha = NULL,"
                 "       iniciada_em = NULL, terminada_em = NULL"
                 " WHERE id = $1",
                 lengthof(tipos), tipos, args, NULL);
    estado = MemoryContextStrdup(fora, por_em_marcha(imp.id));
    SPI_finish();
    sistema_sair(&salvo);
    MemoryContextSwitchTo(fora);
    PG_RETURN_TEXT_P(cstring_to_text(estado));
}

/*
 * crm.importacao_desfazer(id bigint) returns text
 *
 * Errors: CR403, CR404; CR409 nao_pode_desfazer.
 */
PG_FUNCTION_INFO_V1(crm_importacao_desfazer);
Datum
crm_importacao_desfazer(PG_FUNCTION_ARGS)
{
    static SPIPlanPtr guardado = NULL;
    static const Oid tipos[] = {INT8OID, TEXTOID, TEXTOID};
    MemoryContext fora = CurrentMemoryContext;
    Importacao imp;
    char *estado;
    Sistema salvo;

    sistema_entrar(&salvo);
    SPI_connect();
    exigir(PG_GETARG_INT64(0), "FOR UPDATE", &imp);
    if ((strcmp(imp.estado, "concluida") != 0 &&
         strcmp(imp.estado, "cancelada") != 0 &&
         strcmp(imp.estado, "falhou") != 0) ||
        imp.feitas == 0 || !imp.guardada)
        crm_falha(409, "nao_pode_desfazer", "id",
                  !imp.guardada ? "O prazo para desfazer esta importação passou."
                  : imp.feitas == 0
                      ? "Esta importação não mudou nada."
                      : "Esta importação não terminou ou já foi desfeita.",
                  NULL, psprintf("{\"estado\":\"%s\"}", imp.estado));

    Datum args[] = {Int64GetDatum(imp.id),
                    CStringGetTextDatum(identidade_atual()->endereco),
                    CStringGetTextDatum(identidade_atual()->requisicao)};

    executar_sql(&guardado,
                 "UPDATE crm.importacoes"
                 "   SET estado = 'na_fila', operacao = 'desfazer',"
                 "       endereco = nullif($2, ''), requisicao = nullif($3, ''),"
                 "       cancelar = false, tentativas = 0, falha = NULL,"
                 "       iniciada_em = NULL, terminada_em = NULL"
                 " WHERE id = $1",
                 lengthof(tipos), tipos, args, NULL);
    estado = MemoryContextStrdup(fora, por_em_marcha(imp.id));
    SPI_finish();
    sistema_sair(&salvo);
    MemoryContextSwitchTo(fora);
    PG_RETURN_TEXT_P(cstring_to_text(estado));
}

/* Queued for the worker, or done here and now. */
static char *
por_em_marcha(int64 id)
{
    MemoryContext contexto;
    MemoryContext antes;
    Importacao imp;
    Trabalho *t;

    if (fila_existe())
    {
        fila_acordar();
        return pstrdup("na_fila");
    }
    contexto = AllocSetContextCreate(CurrentMemoryContext, "crm importacao",
                                     ALLOCSET_DEFAULT_SIZES);
    antes = MemoryContextSwitchTo(contexto);
    t = trabalho_abrir(id);
    while (t != NULL && trabalho_passo(t))
        CHECK_FOR_INTERRUPTS();
    MemoryContextSwitchTo(antes);
    MemoryContextDelete(contexto);
    if (!ler(id, "", &imp, false))
        elog(ERROR, "the import is gone");
    return imp.estado;
}

/*
 * crm.importacao_cancelar(id bigint) returns text
 *
 * Errors: CR403, CR404; CR409 estado_invalido.
 */
PG_FUNCTION_INFO_V1(crm_importacao_cancelar);
Datum
crm_importacao_cancelar(PG_FUNCTION_ARGS)
{
    static SPIPlanPtr pedir = NULL;
    static SPIPlanPtr apagar = NULL;
    static const Oid tipos[] = {INT8OID};
    MemoryContext fora = CurrentMemoryContext;
    Importacao imp;
    Datum args[1];
    char *estado;
    Sistema salvo;

    sistema_entrar(&salvo);
    SPI_connect();
    exigir(PG_GETARG_INT64(0), "FOR UPDATE", &imp);
    args[0] = Int64GetDatum(imp.id);
    if (strcmp(imp.operacao, "executar") != 0 ||
        (strcmp(imp.estado, "enviada") != 0 &&
         strcmp(imp.estado, "na_fila") != 0 &&
         strcmp(imp.estado, "executando") != 0))
        crm_falha(409, "estado_invalido", "id",
                  "Só se cancela uma importação que não terminou.", NULL,
                  psprintf("{\"estado\":\"%s\"}", imp.estado));

    if (strcmp(imp.estado, "executando") == 0)
    {
        executar_sql(&pedir,
                     "UPDATE crm.importacoes SET cancelar = true WHERE id = $1",
                     lengthof(tipos), tipos, args, NULL);
        fila_acordar();
        estado = pstrdup("executando");
    }
    else
    {
        executar_sql(&apagar,
                     "DELETE FROM crm.importacao_arquivos"
                     " WHERE importacao_id = $1",
                     lengthof(tipos), tipos, args, NULL);
        terminar(imp.id, "cancelada", NULL);
        estado = pstrdup("cancelada");
    }
    estado = MemoryContextStrdup(fora, estado);
    SPI_finish();
    sistema_sair(&salvo);
    MemoryContextSwitchTo(fora);
    PG_RETURN_TEXT_P(cstring_to_text(estado));
}

/* ---- a run, batch by batch ---- */

Trabalho *
trabalho_abrir(int64 id)
{
    static SPIPlanPtr guardado = NULL;
    static const Oid tipos[] = {INT8OID};
    MemoryContext contexto = CurrentMemoryContext;
    MemoryContext spi;
    Datum args[] = {Int64GetDatum(id)};
    Trabalho *t;
    Importacao imp;
    Sistema salvo;

    sistema_entrar(&salvo);
    SPI_connect();
    if (!ler(id, "FOR UPDATE", &imp, false) ||
        (strcmp(imp.estado, "na_fila") != 0 &&
         strcmp(imp.estado, "executando") != 0))
    {
        SPI_finish();
        sistema_sair(&salvo);
        return NULL;
    }
    executar_sql(&guardado,
                 "UPDATE crm.importacoes"
                 "   SET estado = 'executando', tentativas = tentativas + 1,"
                 "       iniciada_em = coalesce(iniciada_em, crm.agora())"
                 " WHERE id = $1",
                 lengthof(tipos), tipos, args, NULL);

    spi = MemoryContextSwitchTo(contexto);
    t = palloc0(sizeof(Trabalho));
    t->id = id;
    t->linhas = imp.linhas;
    t->desfazer = strcmp(imp.operacao, "desfazer") == 0;
    if (!t->desfazer)
    {
        MemoryContext antes = MemoryContextSwitchTo(spi);
        bytea *conteudo = ler_arquivo(id);
        int mapa[CAMPOS_CLIENTE];

        MemoryContextSwitchTo(antes);
        mapa_ler(imp.mapa, CSV_COLUNAS_MAX, mapa);
        t->leitura = palloc(sizeof(Leitura));
        leitura_abrir(t->leitura, conteudo, &imp.opcoes, mapa);
        /* What an earlier worker did before it was killed. */
        while (t->leitura->lidas < imp.processadas &&
               leitura_proxima(t->leitura))
            ;
    }
    MemoryContextSwitchTo(spi);
    SPI_finish();
    sistema_sair(&salvo);
    MemoryContextSwitchTo(contexto);
    return t;
}

bool
trabalho_passo(Trabalho *t)
{
    static SPIPlanPtr contar = NULL;
    static SPIPlanPtr contar_desfeitas = NULL;
    static const Oid tipos[] = {INT8OID, INT4OID, INT4OID, INT4OID, INT4OID};
    MemoryContext contexto = CurrentMemoryContext;
    Importacao imp;
    bool mais = true;
    Sistema salvo;

    sistema_entrar(&salvo);
    SPI_connect();
    if (!ler(t->id, "FOR UPDATE", &imp, false) ||
        strcmp(imp.estado, "executando") != 0)
        mais = false;
    else if (t->desfazer)
    {
        int desfeitas, mantidas;
        int olhadas = lote_desfazer(t->id, IMPORTACAO_LOTE, &desfeitas,
                                    &mantidas);
        Datum args[] = {Int64GetDatum(t->id), Int32GetDatum(desfeitas),
                        Int32GetDatum(mantidas)};

        executar_sql(&contar_desfeitas,
                     "UPDATE crm.importacoes"
                     "   SET desfeitas = desfeitas + $2, tentativas = 0,"
                     "       mantidas = mantidas + $3 WHERE id = $1",
                     lengthof(args), tipos, args, NULL);
        mais = olhadas == IMPORTACAO_LOTE;
        if (!mais)
            terminar(t->id, "desfeita", NULL);
    }
    else if (imp.cancelar)
    {
        terminar(t->id, "cancelada", NULL);
        mais = false;
    }
    else
    {
        Contagem feito;
        Lote *lote;

        if (t->leitura->lidas != imp.processadas)
            elog(ERROR, "an import was done elsewhere meanwhile");
        /* In SPI's context: gone with the batch. */
        lote = lote_criar(IMPORTACAO_LOTE);
        while (lote->lidas < IMPORTACAO_LOTE && leitura_proxima(t->leitura))
            lote_juntar(lote, &t->leitura->registro);
        lote_gravar(t->id, lote, &feito);

        Datum args[] = {Int64GetDatum(t->id), Int32GetDatum(feito.incluidos),
                        Int32GetDatum(feito.atualizados),
                        Int32GetDatum(feito.iguais),
                        Int32GetDatum(feito.recusadas)};

        executar_sql(&contar,
                     "UPDATE crm.importacoes"
                     "   SET incluidos = incluidos + $2,"
                     "       atualizados = atualizados + $3,"
                     "       iguais = iguais + $4, recusadas = recusadas + $5,"
                     "       processadas = processadas + $2 + $3 + $4 + $5,"
                     "       tentativas = 0"
                     " WHERE id = $1",
                     lengthof(tipos), tipos, args, NULL);
        mais = lote->lidas == IMPORTACAO_LOTE;
        if (!mais)
            terminar(t->id, "concluida", NULL);
    }
    if (mais)
        avisar(t->id, false);
    SPI_finish();
    sistema_sair(&salvo);
    MemoryContextSwitchTo(contexto);
    return mais;
}

void
trabalho_falhar(int64 id, const char *motivo)
{
    Importacao imp;
    Sistema salvo;

    sistema_entrar(&salvo);
    SPI_connect();
    if (ler(id, "FOR UPDATE", &imp, false) &&
        (strcmp(imp.estado, "na_fila") == 0 ||
         strcmp(imp.estado, "executando") == 0))
        terminar(id, "falhou", motivo);
    SPI_finish();
    sistema_sair(&salvo);
}

/* One row of the audit for the whole; its batches have theirs. */
static void
terminar(int64 id, const char *estado, const char *falha)
{
    static SPIPlanPtr guardado = NULL;
    static const Oid tipos[] = {INT8OID, TEXTOID, TEXTOID};
    Datum args[] = {Int64GetDatum(id), CStringGetTextDatum(estado),
                    falha ? CStringGetTextDatum(falha) : (Datum)0};
    HeapTuple linha;
    TupleDesc desc;
    bool desfazer;

    executar_sql(&guardado,
                 "UPDATE crm.importacoes"
                 "   SET estado = $2, falha = $3, cancelar = false,"
                 "       guardada = guardada AND EXISTS ("
                 "           SELECT FROM crm.importacao_arquivos a"
                 "            WHERE a.importacao_id = $1),"
                 "       terminada_em = greatest(crm.agora(), iniciada_em)"
                 " WHERE id = $1"
                 " RETURNING operacao, CASE operacao WHEN 'desfazer'"
                 "           THEN desfeitas ELSE processadas END,"
                 "       json_build_object('estado', estado, 'linhas', linhas,"
                 "           'incluidos', incluidos, 'atualizados', atualizados,"
                 "           'iguais', iguais, 'recusadas', recusadas,"
                 "           'desfeitas', desfeitas, 'mantidas', mantidas)",
                 lengthof(tipos), tipos, args, falha ? NULL : "  n");
    if (SPI_processed != 1)
        elog(ERROR, "could not end an import");
    linha = SPI_tuptable->vals[0];
    desc = SPI_tuptable->tupdesc;
    desfazer = strcmp(SPI_getvalue(linha, desc, 1), "desfazer") == 0;
    auditoria_registrar(desfazer ? "importacao_desfeita" : "importacao",
                        "importacoes", id,
                        atoi(SPI_getvalue(linha, desc, 2)), NULL,
                        SPI_getvalue(linha, desc, 3));
    avisar(id, true);
}

/* Event importacao_progresso to the owner, at most two a second but the last. */
static void
avisar(int64 id, bool fim)
{
    static TimestampTz ultimo = 0;
    static SPIPlanPtr guardado = NULL;
    static const Oid tipos[] = {INT8OID};
    const TimestampTz agora = GetCurrentTimestamp();
    Datum args[] = {Int64GetDatum(id)};
    int64 dono;
    bool nulo;

    if (!fim && !TimestampDifferenceExceeds(ultimo, agora, AVISO_INTERVALO_MS))
        return;
    ultimo = agora;
    executar_sql(&guardado,
                 "SELECT coalesce(usuario_id, 0),"
                 "       json_build_object('id', id, 'estado', estado,"
                 "           'operacao', operacao, 'linhas', linhas,"
                 "           'processadas', processadas,"
                 "           'incluidos', incluidos, 'atualizados', atualizados,"
                 "           'iguais', iguais, 'recusadas', recusadas,"
                 "           'desfeitas', desfeitas, 'mantidas', mantidas)"
                 "  FROM crm.importacoes WHERE id = $1",
                 lengthof(tipos), tipos, args, NULL);
    dono = DatumGetInt64(SPI_getbinval(SPI_tuptable->vals[0],
                                       SPI_tuptable->tupdesc, 1, &nulo));
    evento_emitir("importacao_progresso", &dono, dono != 0 ? 1 : 0,
                  SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc,
                               2));
}

/* ---- refused rows ---- */

/*
 * crm.importacao_recusadas(id bigint) returns text
 *
 * Errors: CR403, CR404; CR409 arquivo_apagado.
 */
PG_FUNCTION_INFO_V1(crm_importacao_recusadas);
Datum
crm_importacao_recusadas(PG_FUNCTION_ARGS)
{
    static const char coluna[] = "motivo";
    MemoryContext fora = CurrentMemoryContext;
    Importacao imp;
    Planilha p;
    StringInfoData csv;
    int *linhas;
    char **motivos;
    int n;
    int largura;
    int k = 0;
    Sistema salvo;

    initStringInfo(&csv);
    sistema_entrar(&salvo);
    SPI_connect();
    exigir(PG_GETARG_INT64(0), "", &imp);
    planilha_abrir(&p, ler_arquivo(imp.id), &imp.opcoes);
    motivos_ler(imp.id, &linhas, &motivos, &n);

    /* The reasons of the time before make room for the new ones. */
    largura = p.n_colunas;
    if (largura > 1 && strcmp(p.titulos[largura - 1], coluna) == 0)
        largura--;
    appendStringInfoString(&csv, "\xEF\xBB\xBF");
    if (p.cabecalho)
    {
        for (int i = 0; i < largura; i++)
        {
            escrever_celula(&csv, p.titulos[i], strlen(p.titulos[i]));
            appendStringInfoChar(&csv, p.separador);
        }
        appendStringInfo(&csv, "%s\r\n", coluna);
    }
    while (k < n && planilha_proxima(&p))
    {
        const CsvLeitor *l = &p.leitor;

        if (l->linha != linhas[k])
            continue;
        for (int i = 0; i < largura; i++)
        {
            if (i < l->n_celulas)
                escrever_celula(&csv, l->celulas[i].texto, l->celulas[i].n);
            appendStringInfoChar(&csv, p.separador);
        }
        escrever_celula(&csv, motivos[k], strlen(motivos[k]));
        /* What stands beyond the header is the caller's to place. */
        for (int i = p.n_colunas; i < l->n_celulas; i++)
        {
            appendStringInfoChar(&csv, p.separador);
            escrever_celula(&csv, l->celulas[i].texto, l->celulas[i].n);
        }
        appendStringInfoString(&csv, "\r\n");
        k++;
    }
    auditoria_registrar("importacao_recusadas", "importacoes", imp.id, n, NULL,
                        NULL);
    SPI_finish();
    sistema_sair(&salvo);
    MemoryContextSwitchTo(fora);
    PG_RETURN_TEXT_P(cstring_to_text_with_len(csv.data, csv.len));
}

static void
motivos_ler(int64 id, int **linhas, char ***motivos, int *n)
{
    static SPIPlanPtr guardado = NULL;
    static const Oid tipos[] = {INT8OID};
    Datum args[] = {Int64GetDatum(id)};
    bool nulo;

    executar_sql(
        &guardado,
        "SELECT l.linha,"
        "       (SELECT string_agg(CASE e.erro ->> 'campo'"
        "                          WHEN 'cpf' THEN 'CPF'"
        "                          WHEN 'nome_completo' THEN 'Nome'"
        "                          WHEN 'data_nascimento' THEN 'Nascimento'"
        "                          WHEN 'sexo' THEN 'Sexo'"
        "                          WHEN 'nome_mae' THEN 'Nome da mãe'"
        "                          WHEN 'celular' THEN 'Celular'"
        "                          WHEN 'email' THEN 'E-mail'"
        "                          WHEN 'cidade' THEN 'Cidade'"
        "                          WHEN 'uf' THEN 'UF'"
        "                          WHEN 'cep' THEN 'CEP'"
        "                          ELSE 'Linha' END"
        "                          || ': ' || (e.erro ->> 'mensagem'),"
        "                          ' ' ORDER BY e.n)"
        "          FROM jsonb_array_elements(l.erros)"
        "               WITH ORDINALITY AS e(erro, n))"
        "  FROM crm.importacao_linhas l"
        " WHERE l.importacao_id = $1 AND l.acao = 'recusar'"
        " ORDER BY l.linha",
        lengthof(tipos), tipos, args, NULL);
    *n = (int)SPI_processed;
    *linhas = palloc(Max(*n, 1) * sizeof(int));
    *motivos = palloc(Max(*n, 1) * sizeof(char *));
    for (int i = 0; i < *n; i++)
    {
        (*linhas)[i] = DatumGetInt32(SPI_getbinval(
            SPI_tuptable->vals[i], SPI_tuptable->tupdesc, 1, &nulo));
        (*motivos)[i] =
            SPI_getvalue(SPI_tuptable->vals[i], SPI_tuptable->tupdesc, 2);
    }
}

static void
escrever_celula(StringInfo csv, const char *texto, size_t n)
{
    enlargeStringInfo(csv, (int)(2 * n + 3));
    csv->len += (int)csv_escrever(texto, n, csv->data + csv->len);
    csv->data[csv->len] = '\0';
}

/* ---- shared ---- */

static void
executar_sql(SPIPlanPtr *guardado, const char *sql, int n, const Oid *tipos,
             Datum *args, const char *nulos)
{
    if (SPI_execute_plan(plano(guardado, sql, n, tipos), args, nulos, false,
                         0) < 0)
        elog(ERROR, "could not run a statement of an import");
}
