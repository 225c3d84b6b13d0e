/*
 * resposta_envio.h: how an answer leaves, for resposta.c alone.
 */
#ifndef CRM_RESPOSTA_ENVIO_H
#define CRM_RESPOSTA_ENVIO_H

#include "resposta.h"

#include <stdbool.h>
#include <stddef.h>

struct http_request;

typedef enum RespostaDono
{
    DONO_COPIA,  /* net_send_queue copies */
    DONO_MALLOC, /* ours, freed when sent */
    DONO_BLOCO,  /* shared, given back when sent */
    DONO_FIXO    /* lives for ever */
} RespostaDono;

typedef struct RespostaCorpo
{
    const char *tipo;
    const char *cache;
    const char *csp; /* NULL: that of the API */
    const char *codificacao;
    const char *etag;
    const void *dados;
    size_t n;
    RespostaDono dono;
    RespostaBloco *bloco; /* DONO_BLOCO: where dados points into */
} RespostaCorpo;

enum
{
    RESPOSTA_CABECA_MAX = 8192 /* bytes */
};

/* The whole answer; the next request may be read. Answering twice does nothing. */
void resposta_enviar(struct http_request *req, int status,
                     RespostaCorpo *corpo);

/* What a body of n bytes is sent in: br, gzip, or NULL for as it is. */
const char *resposta_codificacao(struct http_request *req, size_t n);

/* Writes the head into RESPOSTA_CABECA_MAX bytes; returns its length. */
size_t resposta_cabeca(struct http_request *req, int status,
                       const RespostaCorpo *corpo, bool fechar, char *out);

/* The connection ends behind this answer. */
bool resposta_fecha(struct http_request *req);

#endif
