/*
 * sessao_http.h: the token between browser and front: cookie or bearer.
 */
#ifndef CRM_SESSAO_HTTP_H
#define CRM_SESSAO_HTTP_H

#include "jwt.h"

struct http_request;

typedef enum SessaoEstado
{
    SESSAO_AUSENTE,
    SESSAO_VALIDA,  /* signature and dates; the database knows whether it lives */
    SESSAO_INVALIDA /* a token came and is worth nothing */
} SessaoEstado;

typedef enum SessaoMeio
{
    MEIO_NENHUM,
    MEIO_COOKIE,
    MEIO_PORTADOR /* Authorization: Bearer */
} SessaoMeio;

typedef struct SessaoHttp
{
    SessaoEstado estado;
    SessaoMeio meio;
    JwtDados dados; /* when SESSAO_VALIDA */
} SessaoHttp;

extern void sessao_http_ler(struct http_request *req, SessaoHttp *s);
extern void sessao_http_cookie(struct http_request *req, const char *token,
                               int64_t segundos);
extern void sessao_http_limpar(struct http_request *req);

#endif
