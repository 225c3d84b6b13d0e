/*
 * importacao_previa.c: what an import would do, before it does it.
 *
 * The whole file is judged and compared, in batches; only the first rows are
 * shown. Nothing is written.
 *
 * Source: SPEC BUSCA-6, LGPD-1.
 */
#include "importacao.h"

#include "catalog/pg_type.h"
#include "funcapi.h"
#include "utils/json.h"
#include "utils/memutils.h"

#include "cpf_digitos.h"

enum
{
    PREVIA_LOTE = 10000 /* rows */
};

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

static void prever(FunctionCallInfo fcinfo, Previa *previa, StringInfo cabeca);
static void prever_lote(Lote *lote, LinhaPrevia *linhas, Previa *previa);
static void mostrar(Previa *previa, const LinhaPrevia *l, const char *acao,
                    Datum id_cliente, bool sem_id);
static void valores_json(StringInfo json, const Leitura *l, bool ve_sensivel);
static int campo_indice(const char *campo);

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
                     "\"atualizar\":%d,\"igual\":%d,\"recusar\":%d,"
                     "\"entram\":%d},"
                     "\"erros_por_campo\":{",
                     linhas.data, previa.contagem.incluidos,
                     previa.contagem.atualizados, previa.contagem.iguais,
                     previa.contagem.recusadas,
                     previa.contagem.incluidos + previa.contagem.atualizados);
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
    importacao_exigir(PG_GETARG_INT64(0), "", &imp);
    conteudo = importacao_arquivo(imp.id);
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
            cortado_json(json, r->cruas[c].texto, r->cruas[c].n,
                         IMPORTACAO_AMOSTRA_BYTES);
    }
    appendStringInfoChar(json, '}');
}

static int
campo_indice(const char *campo)
{
    return campo_cliente_achar(campo);
}
