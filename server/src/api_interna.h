/*
 * api_interna.h: what api.c, api_entrada.c and api_resposta.c share.
 */
#ifndef CRM_API_INTERNA_H
#define CRM_API_INTERNA_H

#include "aplicacao.h"
#include "cache.h"
#include "caminho.h"
#include "entrega.h"
#include "limite.h"
#include "pg.h"
#include "rotas.h"
#include "sessao_http.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

struct http_request;

enum
{
    TENTAR_EM_S = 1 /* Retry-After of what passes by itself */
};

typedef enum ApiFase
{
    FASE_LIMITE,      /* waits for the budget, and the cache */
    FASE_CHAMAR,      /* both are known */
    FASE_CACHE,       /* waits for another request's answer */
    FASE_CACHE_VISTO, /* the cache is known */
    FASE_PERFIL,      /* a hit that waits for its audit row */
    FASE_SEM_CACHE,   /* which could not be written */
    FASE_BANCO,       /* waits for the database */
    FASE_ENTREGA,     /* a file is on its way */
    FASE_FIM          /* answered */
} ApiFase;

typedef enum EntradaJuizo
{
    ENTRADA_BOA,
    ENTRADA_ALHEIA,  /* another page's request: 403 */
    ENTRADA_RECUSADA /* as the Recusa says */
} EntradaJuizo;

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
    char *args;         /* malloc'ed; NULL until they are put together */
    bool espera_limite; /* under way */
    bool espera_cache;
    bool pode_cache; /* cache is in use */
    bool perfil_escrito;
    bool renovado; /* the answer has a new token */
    CacheConsulta cache;
    Entrega *entrega; /* FASE_ENTREGA; NULL = no file */
} Api;

/* api_entrada.c */
extern bool entrada_aceita(struct http_request *req, const char *tipo);
extern EntradaJuizo entrada_julgar(Api *a, Recusa *recusa);

/* api_resposta.c */
extern void api_sem_banco(struct http_request *req);
extern void api_responder(Api *a, const PgResposta *r);
extern bool api_responder_acerto(Api *a);
extern bool ascii_visivel(const char *texto);

/* api_exportacao.c */
extern bool exportacao_aceita(struct http_request *req);
extern bool exportacao_sem_lugar(Api *a);
extern bool exportacao_falha(Api *a, const char *sqlstate);
extern void exportacao_entregar(Api *a, const json_t *arquivo);

#endif
