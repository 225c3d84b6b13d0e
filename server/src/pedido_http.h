/*
 * pedido_http.h: the parts of a request's head. Pure.
 */
#ifndef CRM_PEDIDO_HTTP_H
#define CRM_PEDIDO_HTTP_H

#include "guarda_http.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct PedidoCampo
{
    char *nome;
    char *valor;
} PedidoCampo;

/* Points into the text that was read. */
typedef struct PedidoHttp
{
    char *metodo;
    char *caminho;
    char *consulta; /* behind the '?', or NULL */
    char *versao;
    char *host;
    PedidoCampo campos[GUARDA_CABECALHOS_MAX]; /* all others, as they came */
    int n;
} PedidoHttp;

/*
 * Takes apart n bytes of one head with its empty line that
 * guarda_http_analisar() let pass, with at most GUARDA_CABECALHOS_MAX headers;
 * writes NULs into them. False: they are none.
 */
bool pedido_http_ler(char *texto, size_t n, PedidoHttp *p);

#endif
