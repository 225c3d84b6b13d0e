/*
 * rotas.h: which request calls which function of the database?
 */
#ifndef CRM_ROTAS_H
#define CRM_ROTAS_H

#include "caminho.h"
#include "pg.h"

#include <stddef.h>

typedef enum RotaOpcoes
{
    ROTA_NORMAL = 0,
    ROTA_ANONIMA = 1 << 0, /* a session is neither needed nor looked at */
    ROTA_LOGIN = 1 << 1,   /* anonymous with the tighter budget of logins */
    ROTA_LEITURA = 1 << 2, /* changes nothing in spite of its method */
    ROTA_PESQUISA = 1 << 3,    /* a search: own budget, cancelled when abandoned */
    ROTA_CONDICIONAL = 1 << 4, /* If-Match becomes the argument if_match */
    ROTA_ENVIO = 1 << 5,       /* the body is a file, not JSON */
    ROTA_ARQUIVO = 1 << 6,     /* the answer is a file, not JSON */
    ROTA_CONTADA = 1 << 7,     /* shows people: its use is audited as a count */
    ROTA_DOCUMENTO = 1 << 8,   /* the OpenAPI document, kept by the worker */
    ROTA_CACHE = 1 << 9, /* may be answered out of Redis, if the database agrees */
    ROTA_PERFIL = 1 << 10, /* a client's record, or a part of it, the one of the
                              path's first parameter: each view has its own
                              audit row */
    ROTA_EXPORTA = 1 << 11 /* the answer may be a file made for it, in parts */
} RotaOpcoes;

typedef struct Rota
{
    int metodo; /* HTTP_METHOD_*; HEAD goes where GET goes */
    const char *caminho;
    const char *funcao; /* crm.api_<funcao> */
    PgClasse classe;
    size_t corpo_max; /* bytes */
    int opcoes;
} Rota;

enum
{
    ROTAS_PERMITIDOS_MAX = 64 /* bytes of an Allow header */
};

/* Registers a metric per route; before the fork. */
extern void rotas_registrar(void);

/*
 * The route of a request, or NULL; permitidos is then the value for Allow, or
 * "" when the path does not exist with any method.
 */
extern const Rota *rotas_achar(int metodo, const char *caminho,
                               CaminhoParametros *parametros,
                               char permitidos[ROTAS_PERMITIDOS_MAX]);
extern int rotas_metrica(const Rota *rota);

/* The table as the argument of crm.api_openapi(); malloc'ed. */
extern char *rotas_json(void);

#endif
