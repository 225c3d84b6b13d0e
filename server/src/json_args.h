/*
 * json_args.h: body, query string and path become the one JSON object that
 * crm.atender() receives.
 */
#ifndef CRM_JSON_ARGS_H
#define CRM_JSON_ARGS_H

#include "caminho.h"

#include <jansson.h>
#include <stdbool.h>

/* What to answer when the request cannot be read. */
typedef struct ArgsErro
{
    int status;
    const char *codigo;
    char campo[64]; /* "" when no field is at fault */
    char mensagem[200];
} ArgsErro;

enum
{
    ARGS_CAMPOS_MAX = 64 /* parameters of one query string */
};

extern json_t *args_corpo(const char *dados, size_t n, ArgsErro *erro);
extern json_t *args_consulta(const char *consulta, ArgsErro *erro);
extern char *args_juntar(json_t *corpo, json_t *consulta,
                         const CaminhoParametros *caminho, ArgsErro *erro);
extern char *args_montar(const char *corpo, size_t n, const char *consulta,
                         const CaminhoParametros *caminho, ArgsErro *erro);
extern bool args_ponto(const char *texto);

#endif
