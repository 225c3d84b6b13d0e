/*
 * importacao_lote.c: a batch of judged rows into crm.clientes, and back.
 *
 * One batch is three statements: the import's lock, the lock of the clients that
 * exist, and one that decides, inserts, updates and notes the outcome of every
 * row. Clients are locked in the order of their ids and inserted in that of
 * their CPFs; the lock of imports lets two of them with the same people take
 * turns. A CPF that somebody else inserted in between is not inserted (ON
 * CONFLICT DO NOTHING) and decided once more.
 *
 * An undo touches a client only when its versao is the one the import left, so
 * nobody has changed it since; one that was inserted must not have orders or
 * assignments either. DELETE, not deactivation: such a client would not be there
 * without the import, and the audit keeps that it was.
 *
 * Source: SPEC BUSCA-6, DADOS-10.
 */
#include "importacao.h"

#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/guc.h"

#include "trava.h"

enum
{
    PASSADAS_MAX = 5 /* of a batch whose CPFs others insert meanwhile */
};

/* Arguments 1..11 of the statements below. */
enum
{
    ARG_LINHAS,
    ARG_CPFS,
    ARG_VALORES, /* nome_completo … cep */
    ARGS_DE_LINHAS = ARG_VALORES + CAMPOS_CLIENTE - 1
};

/* The good rows of the batch, beside the client that has the CPF. */
#define LINHAS_COM_ACAO                                                        \
    "WITH e AS MATERIALIZED ("                                                 \
    " SELECT u.linha, u.cpf::crm.cpf AS cpf, u.nome_completo,"                 \
    "        u.data_nascimento::date AS data_nascimento, u.sexo, u.nome_mae,"  \
    "        u.celular, u.email, u.cidade, u.uf, u.cep"                        \
    "   FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"             \
    "        AS u(linha, cpf, nome_completo, data_nascimento, sexo, nome_mae," \
    "             celular, email, cidade, uf, cep)"                            \
    " %s),"                                                                    \
    " d AS MATERIALIZED ("                                                     \
    " SELECT e.*, c.id_cliente, c.versao,"                                     \
    "        CASE WHEN c.id_cliente IS NULL AND e.nome_completo IS NULL"       \
    "             THEN 'sem_nome'"                                             \
    "             WHEN c.id_cliente IS NULL THEN 'incluir'"                    \
    "             WHEN NOT c.ativo THEN 'desativado'"                          \
    "             WHEN (coalesce(e.nome_completo, c.nome_completo),"           \
    "                   coalesce(e.data_nascimento, c.data_nascimento),"       \
    "                   coalesce(e.sexo, c.sexo),"                             \
    "                   coalesce(e.nome_mae, c.nome_mae),"                     \
    "                   coalesce(e.celular, c.celular),"                       \
    "                   coalesce(e.email, c.email),"                           \
    "                   coalesce(e.cidade, c.cidade),"                         \
    "                   coalesce(e.uf, c.uf), coalesce(e.cep, c.cep))"         \
    "                  IS DISTINCT FROM"                                       \
    "                  (c.nome_completo, c.data_nascimento, c.sexo,"           \
    "                   c.nome_mae, c.celular, c.email, c.cidade, c.uf,"       \
    "                   c.cep) THEN 'atualizar'"                               \
    "             ELSE 'igual' END AS acao,"                                   \
    "        ARRAY[c.nome_completo,"                                           \
    "              to_char(c.data_nascimento, 'YYYY-MM-DD'), c.sexo,"          \
    "              c.nome_mae, c.celular, c.email, c.cidade, c.uf,"            \
    "              c.cep]::text[] AS antes"                                    \
    "   FROM e LEFT JOIN crm.clientes c ON c.cpf = e.cpf)"

static const ErroDeCampo sem_nome = {
    "nome_completo", "Falta o nome, e não há cliente com este CPF."};
static const ErroDeCampo desativado = {
    "cpf", "O cliente com este CPF está desativado: reative o cadastro antes."};

static const Oid tipos_linhas[ARGS_DE_LINHAS + 5] = {
    INT4ARRAYOID, INT8ARRAYOID, TEXTARRAYOID, TEXTARRAYOID, TEXTARRAYOID,
    TEXTARRAYOID, TEXTARRAYOID, TEXTARRAYOID, TEXTARRAYOID, TEXTARRAYOID,
    TEXTARRAYOID, INT8OID,      TEXTOID,      TEXTOID};

static void argumentos(const Lote *lote, Datum *args);
static Datum vetor(Datum *valores, bool *nulos, int n, Oid tipo, int tamanho,
                   bool por_valor, char alinhamento);
static void travar_clientes(const Lote *lote, Datum cpfs);
static int gravar_boas(int64 importacao, Datum *args, bool de_novo,
                       Contagem *feito);
static void gravar_recusadas(int64 importacao, const Lote *lote);
static Datum erro_texto(const ErroDeCampo *erro);

Lote *
lote_criar(int linhas)
{
    Lote *lote = palloc0(sizeof(Lote));

    lote->linhas = palloc(linhas * sizeof(Datum));
    lote->cpfs = palloc(linhas * sizeof(Datum));
    lote->recusadas = palloc(linhas * sizeof(Datum));
    lote->erros = palloc(linhas * sizeof(Datum));
    for (int c = CAMPO_NOME_COMPLETO; c < CAMPOS_CLIENTE; c++)
    {
        lote->valores[c] = palloc(linhas * sizeof(Datum));
        lote->nulos[c] = palloc(linhas * sizeof(bool));
    }
    return lote;
}

void
lote_juntar(Lote *lote, const Registro *r)
{
    int i;

    lote->lidas++;
    if (r->n_erros > 0)
    {
        StringInfoData json;

        initStringInfo(&json);
        erros_json(&json, r->erros, r->n_erros);
        lote->recusadas[lote->n_recusadas] = Int32GetDatum(r->linha);
        lote->erros[lote->n_recusadas++] = CStringGetTextDatum(json.data);
        pfree(json.data);
        return;
    }
    i = lote->n++;
    lote->linhas[i] = Int32GetDatum(r->linha);
    lote->cpfs[i] = Int64GetDatum(r->valores[CAMPO_CPF].cpf);
    for (int c = CAMPO_NOME_COMPLETO; c < CAMPOS_CLIENTE; c++)
    {
        lote->nulos[c][i] = !r->lido[c];
        lote->valores[c][i] =
            r->lido[c] ? PointerGetDatum(cstring_to_text_with_len(
                             r->valores[c].texto, (int)r->valores[c].n))
                       : (Datum)0;
    }
}

void
lote_classificar(Lote *lote)
{
    static SPIPlanPtr guardado = NULL;
    Datum args[ARGS_DE_LINHAS + 5];

    argumentos(lote, args);
    if (guardado == NULL)
        plano(&guardado,
              psprintf(LINHAS_COM_ACAO
                       " SELECT linha, CASE WHEN acao IN ('sem_nome',"
                       "        'desativado') THEN 'recusar' ELSE acao END,"
                       "        id_cliente,"
                       "        CASE acao WHEN 'sem_nome' THEN '%s'"
                       "                  WHEN 'desativado' THEN '%s' END,"
                       "        CASE acao WHEN 'sem_nome' THEN '%s'"
                       "                  WHEN 'desativado' THEN '%s' END"
                       "   FROM d ORDER BY linha",
                       "", sem_nome.campo, desativado.campo, sem_nome.mensagem,
                       desativado.mensagem),
              ARGS_DE_LINHAS, tipos_linhas);
    if (SPI_execute_plan(guardado, args, NULL, true, 0) != SPI_OK_SELECT)
        elog(ERROR, "could not classify the rows of an import");
}

void
lote_gravar(int64 importacao, Lote *lote, Contagem *feito)
{
    Datum args[ARGS_DE_LINHAS + 5];
    int decididas = 0;
    int nivel;

    memset(feito, 0, sizeof(*feito));
    (void)trava_pegar(TRAVA_IMPORTACAO, 0, true);

    nivel = NewGUCNestLevel();
    plano_muitas_linhas();
    if (lote->n > 0)
    {
        argumentos(lote, args);
        for (int i = 0; decididas < lote->n; i++)
        {
            if (i == PASSADAS_MAX)
                ereport(ERROR,
                        (errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
                         errmsg("could not import: others insert the same "
                                "clients"),
                         errhint("Try again.")));
            travar_clientes(lote, args[ARG_CPFS]);
            decididas += gravar_boas(importacao, args, i > 0, feito);
        }
    }
    if (lote->n_recusadas > 0)
        gravar_recusadas(importacao, lote);
    feito->recusadas += lote->n_recusadas;
    AtEOXact_GUC(true, nivel);
}

static void
argumentos(const Lote *lote, Datum *args)
{
    args[ARG_LINHAS] =
        vetor(lote->linhas, NULL, lote->n, INT4OID, sizeof(int32), true, 'i');
    args[ARG_CPFS] =
        vetor(lote->cpfs, NULL, lote->n, INT8OID, sizeof(int64), true, 'd');
    for (int c = CAMPO_NOME_COMPLETO; c < CAMPOS_CLIENTE; c++)
        args[ARG_VALORES + c - CAMPO_NOME_COMPLETO] =
            vetor(lote->valores[c], lote->nulos[c], lote->n, TEXTOID, -1, false,
                  'i');
}

static Datum
vetor(Datum *valores, bool *nulos, int n, Oid tipo, int tamanho, bool por_valor,
      char alinhamento)
{
    int lbs = 1;

    if (n == 0)
        return PointerGetDatum(construct_empty_array(tipo));
    return PointerGetDatum(construct_md_array(valores, nulos, 1, &n, &lbs, tipo,
                                              tamanho, por_valor, alinhamento));
}

/* In the order of ids, as whoever changes several of them does. */
static void
travar_clientes(const Lote *lote, Datum cpfs)
{
    static SPIPlanPtr guardado = NULL;
    const Oid tipos[] = {INT8ARRAYOID};

    plano(&guardado,
          "SELECT FROM crm.clientes c"
          " WHERE c.cpf IN (SELECT u.cpf::crm.cpf FROM unnest($1) AS u(cpf))"
          " ORDER BY c.id_cliente FOR NO KEY UPDATE OF c",
          1, tipos);
    if (SPI_execute_plan(guardado, &cpfs, NULL, false, 0) != SPI_OK_SELECT)
        elog(ERROR, "could not lock the clients of an import");
}

/* Returns how many rows are decided; the rest was inserted by others meanwhile. */
static int
gravar_boas(int64 importacao, Datum *args, bool de_novo, Contagem *feito)
{
    static SPIPlanPtr guardados[2] = {NULL, NULL};
    static const char sql[] =
        LINHAS_COM_ACAO ","
        " i AS ("
        " INSERT INTO crm.clientes (cpf, nome_completo, data_nascimento, sexo,"
        "        nome_mae, celular, email, cidade, uf, cep)"
        " SELECT cpf, nome_completo, data_nascimento, sexo, nome_mae, celular,"
        "        email, cidade, uf, cep"
        "   FROM d WHERE acao = 'incluir' ORDER BY cpf"
        " ON CONFLICT (cpf) DO NOTHING"
        " RETURNING id_cliente, cpf, versao),"
        " a AS ("
        " UPDATE crm.clientes c"
        "    SET nome_completo = coalesce(d.nome_completo, c.nome_completo),"
        "        data_nascimento ="
        "            coalesce(d.data_nascimento, c.data_nascimento),"
        "        sexo = coalesce(d.sexo, c.sexo),"
        "        nome_mae = coalesce(d.nome_mae, c.nome_mae),"
        "        celular = coalesce(d.celular, c.celular),"
        "        email = coalesce(d.email, c.email),"
        "        cidade = coalesce(d.cidade, c.cidade),"
        "        uf = coalesce(d.uf, c.uf), cep = coalesce(d.cep, c.cep)"
        "   FROM d WHERE d.acao = 'atualizar' AND c.id_cliente = d.id_cliente"
        " RETURNING c.id_cliente, c.versao),"
        " l AS ("
        " INSERT INTO crm.importacao_linhas (importacao_id, linha, acao,"
        "        id_cliente, versao, antes, erros)"
        " SELECT $12, d.linha, 'incluir', i.id_cliente, i.versao,"
        "        NULL::text[], NULL::jsonb"
        "   FROM d JOIN i ON i.cpf = d.cpf"
        " UNION ALL"
        " SELECT $12, d.linha, 'atualizar', d.id_cliente, a.versao, d.antes,"
        "        NULL"
        "   FROM d JOIN a ON a.id_cliente = d.id_cliente"
        " UNION ALL"
        " SELECT $12, d.linha, 'igual', d.id_cliente, d.versao, NULL, NULL"
        "   FROM d WHERE d.acao = 'igual'"
        " UNION ALL"
        " SELECT $12, d.linha, 'recusar', d.id_cliente, NULL, NULL,"
        "        (CASE d.acao WHEN 'sem_nome' THEN $13 ELSE $14 END)::jsonb"
        "   FROM d WHERE d.acao IN ('sem_nome', 'desativado')"
        " RETURNING acao)"
        "SELECT count(*) FILTER (WHERE acao = 'incluir')::integer,"
        "       count(*) FILTER (WHERE acao = 'atualizar')::integer,"
        "       count(*) FILTER (WHERE acao = 'igual')::integer,"
        "       count(*) FILTER (WHERE acao = 'recusar')::integer"
        "  FROM l";
    int n[4];

    args[ARGS_DE_LINHAS] = Int64GetDatum(importacao);
    args[ARGS_DE_LINHAS + 1] = erro_texto(&sem_nome);
    args[ARGS_DE_LINHAS + 2] = erro_texto(&desativado);
    if (guardados[de_novo] == NULL)
        plano(&guardados[de_novo],
              psprintf(sql, de_novo
                                ? " WHERE NOT EXISTS (SELECT"
                                  "  FROM crm.importacao_linhas l"
                                  " WHERE l.importacao_id = $12"
                                  "   AND l.linha = u.linha)"
                                : ""),
              ARGS_DE_LINHAS + 3, tipos_linhas);
    if (SPI_execute_plan(guardados[de_novo], args, NULL, false, 0) !=
            SPI_OK_SELECT ||
        SPI_processed != 1)
        elog(ERROR, "could not write the rows of an import");

    for (int i = 0; i < 4; i++)
    {
        bool nulo;

        n[i] = DatumGetInt32(SPI_getbinval(SPI_tuptable->vals[0],
                                           SPI_tuptable->tupdesc, i + 1, &nulo));
    }
    feito->incluidos += n[0];
    feito->atualizados += n[1];
    feito->iguais += n[2];
    feito->recusadas += n[3];
    return n[0] + n[1] + n[2] + n[3];
}

static void
gravar_recusadas(int64 importacao, const Lote *lote)
{
    static SPIPlanPtr guardado = NULL;
    const Oid tipos[] = {INT8OID, INT4ARRAYOID, TEXTARRAYOID};
    Datum args[] = {
        Int64GetDatum(importacao),
        vetor(lote->recusadas, NULL, lote->n_recusadas, INT4OID, sizeof(int32),
              true, 'i'),
        vetor(lote->erros, NULL, lote->n_recusadas, TEXTOID, -1, false, 'i')};

    plano(&guardado,
          "INSERT INTO crm.importacao_linhas (importacao_id, linha, acao, erros)"
          " SELECT $1, u.linha, 'recusar', u.erros::jsonb"
          "   FROM unnest($2, $3) AS u(linha, erros)",
          lengthof(tipos), tipos);
    if (SPI_execute_plan(guardado, args, NULL, false, 0) != SPI_OK_INSERT)
        elog(ERROR, "could not write the refused rows of an import");
}

static Datum
erro_texto(const ErroDeCampo *erro)
{
    StringInfoData json;

    initStringInfo(&json);
    erros_json(&json, erro, 1);
    return CStringGetTextDatum(json.data);
}

int
lote_desfazer(int64 importacao, int linhas, int *desfeitas, int *mantidas)
{
    static SPIPlanPtr travar = NULL;
    static SPIPlanPtr desfazer = NULL;
    const Oid tipos[] = {INT8OID, INT4OID};
    Datum args[] = {Int64GetDatum(importacao), Int32GetDatum(linhas)};
    int olhadas;
    bool nulo;
    int nivel;

    /*
     * The rows of this batch: the same ones for both statements. They are found
     * again by their place, which nobody moves while the import is locked: by
     * key, statistics older than the import say that it has no rows, and each of
     * the batch is compared to all of the import.
     */
#define VEZ                                                                    \
    "SELECT l.ctid AS lugar, l.acao, l.id_cliente, l.versao, l.antes"          \
    "  FROM crm.importacao_linhas l"                                           \
    " WHERE l.importacao_id = $1 AND l.acao IN ('incluir', 'atualizar')"       \
    "   AND l.desfeita IS NULL"                                                \
    " ORDER BY l.linha LIMIT $2"

    (void)trava_pegar(TRAVA_IMPORTACAO, 0, true);
    nivel = NewGUCNestLevel();
    plano_muitas_linhas();
    plano(&travar,
          "SELECT FROM crm.clientes c"
          " WHERE c.id_cliente IN (SELECT t.id_cliente FROM (" VEZ ") AS t)"
          " ORDER BY c.id_cliente FOR UPDATE OF c",
          lengthof(tipos), tipos);
    if (SPI_execute_plan(travar, args, NULL, false, 0) != SPI_OK_SELECT)
        elog(ERROR, "could not lock the clients of an import");

    plano(&desfazer,
          "WITH t AS MATERIALIZED (" VEZ "),"
          " d AS MATERIALIZED ("
          " SELECT t.*, CASE WHEN c.id_cliente IS NULL THEN 'excluido'"
          "             WHEN c.versao <> t.versao THEN 'alterado'"
          "             WHEN t.acao = 'incluir' AND ("
          "                  EXISTS (SELECT FROM crm.pedidos p"
          "                           WHERE p.cliente_id = t.id_cliente)"
          "                  OR EXISTS (SELECT FROM crm.cliente_vendedor v"
          "                           WHERE v.cliente_id = t.id_cliente))"
          "             THEN 'com_historico' END AS motivo"
          "   FROM t LEFT JOIN crm.clientes c ON c.id_cliente = t.id_cliente),"
          " x AS ("
          " DELETE FROM crm.clientes c USING d"
          "  WHERE d.motivo IS NULL AND d.acao = 'incluir'"
          "    AND c.id_cliente = d.id_cliente),"
          " a AS ("
          " UPDATE crm.clientes c"
          "    SET nome_completo = d.antes[1],"
          "        data_nascimento = d.antes[2]::date, sexo = d.antes[3],"
          "        nome_mae = d.antes[4], celular = d.antes[5],"
          "        email = d.antes[6], cidade = d.antes[7], uf = d.antes[8],"
          "        cep = d.antes[9]"
          "   FROM d WHERE d.motivo IS NULL AND d.acao = 'atualizar'"
          "    AND c.id_cliente = d.id_cliente),"
          " l AS ("
          " UPDATE crm.importacao_linhas l"
          "    SET desfeita = d.motivo IS NULL, motivo_mantida = d.motivo"
          "   FROM d WHERE l.ctid = d.lugar"
          " RETURNING l.desfeita)"
          "SELECT count(*) FILTER (WHERE desfeita)::integer,"
          "       count(*) FILTER (WHERE NOT desfeita)::integer FROM l",
          lengthof(tipos), tipos);
#undef VEZ
    if (SPI_execute_plan(desfazer, args, NULL, false, 0) != SPI_OK_SELECT ||
        SPI_processed != 1)
        elog(ERROR, "could not undo the rows of an import");
    *desfeitas = DatumGetInt32(SPI_getbinval(SPI_tuptable->vals[0],
                                             SPI_tuptable->tupdesc, 1, &nulo));
    *mantidas = DatumGetInt32(SPI_getbinval(SPI_tuptable->vals[0],
                                            SPI_tuptable->tupdesc, 2, &nulo));
    olhadas = *desfeitas + *mantidas;
    AtEOXact_GUC(true, nivel);
    return olhadas;
}
