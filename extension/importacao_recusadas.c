/*
 * importacao_recusadas.c: the file of refused rows, to be mended and sent again.
 *
 * Source: SPEC BUSCA-6.
 */
#include "importacao.h"

#include "catalog/pg_type.h"

static void motivos_ler(int64 id, int **linhas, char ***motivos, int *n);
static void escrever_celula(StringInfo csv, const char *texto, size_t n);

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
    importacao_exigir(PG_GETARG_INT64(0), "", &imp);
    planilha_abrir(&p, importacao_arquivo(imp.id), &imp.opcoes);
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

    importacao_sql(
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
