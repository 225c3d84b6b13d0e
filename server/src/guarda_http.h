/*
 * guarda_http.h: strict reading of the head of an HTTP/1 request. Pure.
 */
#ifndef CRM_GUARDA_HTTP_H
#define CRM_GUARDA_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum
{
    GUARDA_CABECALHOS_MAX = 23, /* Kore keeps 24 lines, one is the request line */
    GUARDA_LINHAS_MAX = 64,     /* headers received, with those left out */
    GUARDA_ALVO_MAX = 1990      /* bytes of the request target */
};

typedef enum GuardaEstado
{
    GUARDA_INCOMPLETA, /* valid so far, more bytes needed */
    GUARDA_COMPLETA,
    GUARDA_RECUSADA
} GuardaEstado;

typedef struct GuardaCabeca
{
    size_t tamanho; /* bytes of the head with its empty line */
    uint64_t corpo; /* Content-Length, 0 without */
    bool continuar; /* Expect: 100-continue */
    int cabecalhos; /* received; above GUARDA_CABECALHOS_MAX reduce it */
    size_t host;    /* offset and length of the Host value */
    size_t host_n;
    /* when refused */
    int status;
    const char *codigo;
    const char *mensagem;
} GuardaCabeca;

/*
 * Looks at the n bytes received so far of one request. Refuses as soon as a
 * line is wrong, so nobody has to be waited for.
 *
 * Units:  corpo_max in bytes.
 * Errors: 400 requisicao_malformada, 405 metodo_nao_permitido, 411
 *         tamanho_obrigatorio, 413 corpo_grande, 414 endereco_longo, 417
 *         expectativa_recusada, 431 cabecalhos_demais, 505 versao_http.
 * Source: RFC 9112 §2-§7, §11; security checklist I-11.
 */
GuardaEstado guarda_http_analisar(const char *buf, size_t n, size_t cabeca_max,
                                  uint64_t corpo_max, GuardaCabeca *out);

/*
 * Leaves out the lines that nobody here asks for (Sec-CH-*, Priority…), because
 * Kore drops what is beyond its limit without a word, be it the Cookie. buf
 * holds the complete head in c and then n - c->tamanho more bytes, which move
 * up. Returns the new n; c->tamanho, host and cabecalhos follow.
 */
size_t guarda_http_reduzir(char *buf, size_t n, GuardaCabeca *c);

#endif
