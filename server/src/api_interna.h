/*
 * api_interna.h: what api.c, api_entrada.c and api_resposta.c share.
 */
#ifndef CRM_API_INTERNA_H
#define CRM_API_INTERNA_H

#include "aplicacao.h"
#include "caminho.h"
#include "limite.h"
#include "pg.h"
#include "rotas.h"
#include "sessao_http.h"

#include <stdbool.h>
#include <stddef.h>

struct http_request;

enum
{
    TENTAR_EM_S = 1 /* Retry-After of what passes by itself */
};

typedef enum ApiFase
{
    FASE_LIMITE, /* waits for the budget */
    FASE_CHAMAR, /* the budget is known */
    FASE_BANCO,  /* waits for the database */
    FASE_FIM     /* answered */
} ApiFase;

/* One request under way. */
typedef struct Api
{
    struct http_request *req;
    const Rota *rota;
    CaminhoParametros parametros;
    SessaoHttp sessao;
    ApiFase fase;
    bool pagina; /* by a method that only pages of our own may use (S-8) */
    bool altera; /* changes state */
    LimiteConsulta consulta;
    LimiteDecisao decisao;
} Api;

/* api_entrada.c */
extern bool entrada_aceita(struct http_request *req, const char *tipo);
extern bool entrada_tipo_envio(const char *tipo);
extern void entrada_recusar_envio(Recusa *recusa);
extern bool entrada_tipo_json(const char *tipo);
extern bool entrada_chave_valida(const char *chave);
extern bool entrada_condicao(Api *a);

/* api_resposta.c */
extern void api_sem_banco(struct http_request *req);
extern void api_responder(Api *a, const PgResposta *r);

#endif
