/*
 * importacao_passos.c: the life of an import: run, undo, cancel, batch by batch.
 *
 * Each batch counts in the transaction that writes it, so that it counts exactly
 * once whatever is killed when.
 *
 * Source: SPEC BUSCA-6, AUDIT-1.
 */
#include "importacao.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "operario.h"

enum
{
    AVISO_INTERVALO_MS = 500 /* between two events of a run */
};

static char *por_em_marcha(int64 id);
static void terminar(int64 id, const char *estado, const char *falha);
static void avisar(int64 id, bool fim);

/* ---- asked for ---- */

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
    importacao_exigir(PG_GETARG_INT64(0), "FOR UPDATE", &imp);
    if (strcmp(imp.estado, "enviada") != 0)
        crm_falha(409, "estado_invalido", "id",
                  "Esta importação já foi executada ou cancelada.", NULL,
                  psprintf("{\"estado\":\"%s\"}", imp.estado));
    opcoes_completar(&opcoes, &imp.opcoes);
    planilha_abrir(&planilha, importacao_arquivo(imp.id), &opcoes);
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

    importacao_sql(&guardado,
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
    importacao_exigir(PG_GETARG_INT64(0), "FOR UPDATE", &imp);
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

    importacao_sql(&guardado,
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

    if (operario_existe())
    {
        operario_chamar(OPERARIO_IMPORTACOES);
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
    if (!importacao_ler(id, "", &imp, false))
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
    importacao_exigir(PG_GETARG_INT64(0), "FOR UPDATE", &imp);
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
        importacao_sql(&pedir,
                       "UPDATE crm.importacoes SET cancelar = true WHERE id = $1",
                       lengthof(tipos), tipos, args, NULL);
        operario_chamar(OPERARIO_IMPORTACOES);
        estado = pstrdup("executando");
    }
    else
    {
        importacao_sql(&apagar,
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
    if (!importacao_ler(id, "FOR UPDATE", &imp, false) ||
        (strcmp(imp.estado, "na_fila") != 0 &&
         strcmp(imp.estado, "executando") != 0))
    {
        SPI_finish();
        sistema_sair(&salvo);
        return NULL;
    }
    importacao_sql(&guardado,
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
        bytea *conteudo = importacao_arquivo(id);
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
    if (!importacao_ler(t->id, "FOR UPDATE", &imp, false) ||
        strcmp(imp.estado, "executando") != 0)
        mais = false;
    else if (t->desfazer)
    {
        int desfeitas, mantidas;
        int olhadas = lote_desfazer(t->id, IMPORTACAO_LOTE, &desfeitas,
                                    &mantidas);
        Datum args[] = {Int64GetDatum(t->id), Int32GetDatum(desfeitas),
                        Int32GetDatum(mantidas)};

        importacao_sql(&contar_desfeitas,
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

        importacao_sql(&contar,
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
    if (importacao_ler(id, "FOR UPDATE", &imp, false) &&
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

    importacao_sql(&guardado,
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
    importacao_sql(&guardado,
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
