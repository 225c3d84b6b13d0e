/*
 * requisicao.h: who asks, through which door, and the line that the log has of it.
 */
#ifndef CRM_REQUISICAO_H
#define CRM_REQUISICAO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct connection;
struct http_request;

enum
{
    REQUISICAO_ID_MAX = 40,
    REQUISICAO_CABECALHOS_MAX = 512, /* bytes; enough for an answer of the API */
    STATUS_CLIENTE_FOI = 499 /* in the log only */
};

/* State of one request, made before the first handler runs. */
typedef struct Requisicao
{
    char id[REQUISICAO_ID_MAX];
    char endereco[46];    /* address of the client */
    uint64_t inicio_us;   /* monotonic */
    int rota;             /* index of metricas_rota */
    long long usuario_id; /* 0 = unknown */
    char papel[16];
    bool tls;             /* the client speaks TLS (to us or to the trusted proxy) */
    bool local;           /* a direct loopback peer on the plain listener */
    bool respondida;
    bool envio; /* holds one of the places for uploads */
    bool entregando; /* the head of a file has left, its parts follow */
    bool fechar;     /* the connection ends behind the file */
    uint64_t entregues; /* bytes of the file */
    /* Lines of the head so far; what does not fit is Kore's to keep. */
    size_t cabecalhos_n;
    char cabecalhos[REQUISICAO_CABECALHOS_MAX];
    /* Of the application: its own state of the request. livre is called once,
     * when the request is freed, answered or not (pg_abandonar goes there). */
    void *aplicacao;
    void (*aplicacao_livre)(void *aplicacao);
} Requisicao;

/* Handler entry: creates the state at the first call, then finds it. */
Requisicao *requisicao_de(struct http_request *req);

void requisicao_rota(struct http_request *req, int rota);
void requisicao_usuario(struct http_request *req, long long usuario_id,
                        const char *papel); /* for the log line */
const char *requisicao_id(struct http_request *req);

/* It was answered: the line of the log, and the metrics. Once. */
void requisicao_registrar(struct http_request *req, int status, size_t bytes);

/* 128 random bits in hexadecimal. */
void requisicao_gerar_id(char id[REQUISICAO_ID_MAX]);

/* The address of the peer itself. */
void requisicao_endereco(const struct connection *c, char *out, size_t tam);

#endif
