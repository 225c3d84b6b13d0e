/*
 * api_exportacao.c: requests whose answer may be a file that is made for them.
 */
#include "api.h"
#include "api_interna.h"

#include "resposta.h"

#include <kore/kore.h>
#include <kore/http.h>

#include <string.h>

enum
{
    OCUPADA_S = 10 /* Retry-After of what waits for others' files */
};

/* Which of them comes is said by the query. */
bool
exportacao_aceita(struct http_request *req)
{
    static const char *const tipos[] = {
        "text/csv", "application/pdf",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"};

    for (size_t i = 0; i < sizeof tipos / sizeof *tipos; i++)
        if (entrada_aceita(req, tipos[i]))
            return true;
    return false;
}

/* Before anything is made: nobody could hand it out. True: answered. */
bool
exportacao_sem_lugar(Api *a)
{
    switch (entrega_lugar(a->sessao.dados.sub))
    {
        case ENTREGA_USUARIO_CHEIO:
            resposta_problema(a->req, 429, "downloads_demais",
                              "Há downloads demais seus ao mesmo tempo. Espere "
                              "um deles terminar.",
                              OCUPADA_S);
            return true;
        case ENTREGA_CHEIA:
            resposta_problema(a->req, 503, "downloads_demais",
                              "Há downloads demais ao mesmo tempo. Tente de "
                              "novo em instantes.",
                              OCUPADA_S);
            return true;
        default:
            return false;
    }
}

/* What a failure means for a file; false: nothing special. */
bool
exportacao_falha(Api *a, const char *sqlstate)
{
    if (a->rota->classe != PG_EXPORTACAO)
        return false;
    if (strcmp(sqlstate, "57014") == 0)
        resposta_problema(a->req, 503, "exportacao_demorada",
                          "A exportação demorou demais e foi interrompida. "
                          "Peça menos linhas ou menos colunas.",
                          OCUPADA_S);
    else if (strcmp(sqlstate, "53300") == 0)
        resposta_problema(a->req, 503, "exportacao_ocupada",
                          "Outras exportações estão sendo feitas. Tente de novo "
                          "em instantes.",
                          OCUPADA_S);
    else
        return false;
    return true;
}

/* arquivo: {"id", "bytes", "partes", "tipo", "nome"}. */
void
exportacao_entregar(Api *a, const json_t *arquivo)
{
    const char *tipo = json_string_value(json_object_get(arquivo, "tipo"));
    const char *nome = json_string_value(json_object_get(arquivo, "nome"));
    EntregaArquivo e = {
        .id = json_integer_value(json_object_get(arquivo, "id")),
        .bytes = json_integer_value(json_object_get(arquivo, "bytes")),
        .partes = json_integer_value(json_object_get(arquivo, "partes")),
        .tipo = tipo,
        .nome = nome};

    if (tipo != NULL && nome != NULL && ascii_visivel(tipo))
        a->entrega = entrega_comecar(a->req, a->sessao.dados.sid,
                                     a->sessao.dados.sub, &e);
    if (a->entrega != NULL)
        a->fase = FASE_ENTREGA;
    else
        api_falha_banco(a->req, "XX000", false);
}
