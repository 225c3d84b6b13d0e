/*
 * texto.c: SQL faces of the pure files that the search is made of.
 *
 * They depend on nothing but their arguments: indexes may be built on them.
 */
#include "crm.h"
#include "consulta.h"
#include "fonetica.h"
#include "normalizar.h"
#include "semelhanca.h"

#include "access/htup_details.h"
#include "funcapi.h"
#include "mb/pg_wchar.h"

static void texto_exigir_utf8(void);
static void texto_recusar(ConsultaErro erro, const char *campo);
static Datum texto_de(Palavra p);

/*
 * crm.normalizar(text) returns text
 *
 * Errors: feature_not_supported (0A000) in a database that is not UTF-8.
 * Source: SPEC BUSCA-2.
 */
PG_FUNCTION_INFO_V1(crm_normalizar);
Datum
crm_normalizar(PG_FUNCTION_ARGS)
{
    text *texto = PG_GETARG_TEXT_PP(0);
    size_t n = VARSIZE_ANY_EXHDR(texto);
    text *saida = palloc(VARHDRSZ + n);

    texto_exigir_utf8();
    n = normalizar(VARDATA_ANY(texto), n, VARDATA(saida));
    SET_VARSIZE(saida, VARHDRSZ + n);
    PG_RETURN_TEXT_P(saida);
}

/*
 * crm.fonetica(text) returns text: the key of each word, with one blank between.
 *
 * Source: SPEC BUSCA-2.
 */
PG_FUNCTION_INFO_V1(crm_fonetica);
Datum
crm_fonetica(PG_FUNCTION_ARGS)
{
    text *texto = PG_GETARG_TEXT_PP(0);
    size_t n = VARSIZE_ANY_EXHDR(texto);
    char *marcado = palloc(n + 1);
    Palavra *palavras = palloc((n + 1) * sizeof(Palavra));
    /* A key has one byte more than its word at most. */
    text *saida = palloc(VARHDRSZ + 2 * n + FONETICA_BYTES);
    char *livre = VARDATA(saida);
    int k;

    texto_exigir_utf8();
    n = normalizar_marcado(VARDATA_ANY(texto), n, marcado);
    k = palavras_dividir(marcado, n, palavras, (int)n + 1);
    for (int i = 0; i < k; i++)
    {
        if (i > 0)
            *livre++ = ' ';
        livre += fonetica(palavras[i].p, palavras[i].n, livre);
    }
    SET_VARSIZE(saida, livre - (char *)saida);
    PG_RETURN_TEXT_P(saida);
}

/*
 * crm.semelhantes(text, text) returns boolean: is the one the other with typing
 * slips? Both are normalised first and compared as one word each.
 *
 * Source: SPEC BUSCA-2.
 */
PG_FUNCTION_INFO_V1(crm_semelhantes);
Datum
crm_semelhantes(PG_FUNCTION_ARGS)
{
    text *a = PG_GETARG_TEXT_PP(0);
    text *b = PG_GETARG_TEXT_PP(1);
    char *x = palloc(VARSIZE_ANY_EXHDR(a) + 1);
    char *y = palloc(VARSIZE_ANY_EXHDR(b) + 1);
    size_t nx, ny;

    texto_exigir_utf8();
    nx = normalizar(VARDATA_ANY(a), VARSIZE_ANY_EXHDR(a), x);
    ny = normalizar(VARDATA_ANY(b), VARSIZE_ANY_EXHDR(b), y);
    PG_RETURN_BOOL(semelhanca(x, nx, y, ny));
}

/*
 * crm.classificar_busca(text) returns (tipo text, valor text)
 *
 * Errors: CR422 busca_longa, beyond 255 characters; busca_palavras, beyond 12
 *         words.
 * Source: SPEC BUSCA-3.
 */
PG_FUNCTION_INFO_V1(crm_classificar_busca);
Datum
crm_classificar_busca(PG_FUNCTION_ARGS)
{
    text *texto = PG_GETARG_TEXT_PP(0);
    Consulta *c = palloc(sizeof(Consulta));
    TupleDesc forma;
    Datum valores[2];
    bool nulos[2] = {false, false};

    texto_exigir_utf8();
    if (get_call_result_type(fcinfo, NULL, &forma) != TYPEFUNC_COMPOSITE)
        elog(ERROR, "crm.classificar_busca does not return a row");
    texto_recusar(consulta_ler(VARDATA_ANY(texto), VARSIZE_ANY_EXHDR(texto), c), "q");
    valores[0] = CStringGetTextDatum(consulta_tipo_nome(c->tipo));
    valores[1] = texto_de(c->valor);
    PG_RETURN_DATUM(HeapTupleGetDatum(
        heap_form_tuple(BlessTupleDesc(forma), valores, nulos)));
}

/* Raises CR422 naming the argument, unless the text was accepted. */
static void
texto_recusar(ConsultaErro erro, const char *campo)
{
    switch (erro)
    {
        case CONSULTA_OK:
            return;
        case CONSULTA_LONGA:
            crm_falha(422, "busca_longa", campo,
                      "O texto da busca tem mais de 255 caracteres.",
                      "Digite menos: parte do nome basta.", NULL);
            break;
        case CONSULTA_DEMAIS:
            crm_falha(422, "busca_palavras", campo,
                      "O texto da busca tem mais de 12 palavras.",
                      "Digite menos palavras do nome.", NULL);
            break;
    }
}

/* The letters are read as UTF-8. */
static void
texto_exigir_utf8(void)
{
    if (GetDatabaseEncoding() != PG_UTF8)
        ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
                        errmsg("search needs a database in UTF-8"),
                        errhint("Create the database with ENCODING 'UTF8'.")));
}

static Datum
texto_de(Palavra p)
{
    return PointerGetDatum(cstring_to_text_with_len(p.p, (int)p.n));
}
