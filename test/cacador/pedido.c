/*
 * pedido.c: HTTP over one connection that is kept for a while.
 */
#include "cacador.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

typedef struct Plantada
{
    char caminho[200];
    long ate_ms;
    int status;
    char *corpo;
} Plantada;

int http = -1;
const char *corpo;

static int http_lidas;
static char resposta[RESPOSTA_MAX]; /* of the last request, body at corpo */
static Plantada plantadas[PLANTADAS];

static bool
http_ligar(void)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)cfg.porta)};
    struct timeval limite = {.tv_sec = PG_LIMITE_S};
    int sim = 1;

    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    http = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    setsockopt(http, IPPROTO_TCP, TCP_NODELAY, &sim, sizeof sim);
    setsockopt(http, SOL_SOCKET, SO_RCVTIMEO, &limite, sizeof limite);
    setsockopt(http, SOL_SOCKET, SO_SNDTIMEO, &limite, sizeof limite);
    http_lidas = 0;
    if (connect(http, (struct sockaddr *)&a, sizeof a) == 0)
        return true;
    close(http);
    http = -1;
    usleep(20000);
    return false;
}

void
http_fechar(void)
{
    if (http >= 0)
        close(http);
    http = -1;
}

/* The status, corpo points to the body; -1 = no answer. */
int
pedir(const char *metodo, const char *caminho, const char *token, const char *cabecalhos, const char *dados)
{
    static char envio[6000];
    size_t n, lido = 0, tam = 0, cabeca = 0;
    bool fecha;

    if (http >= 0 && http_lidas >= LEITURAS_POR_CONEXAO)
        http_fechar();
    if (http < 0 && !http_ligar())
        return -1;
    n = (size_t)snprintf(envio, sizeof envio, "%s %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n%s%s%s%s", metodo, caminho, cfg.porta,
                         token != NULL ? "Authorization: Bearer " : "", token != NULL ? token : "",
                         token != NULL ? "\r\n" : "", cabecalhos != NULL ? cabecalhos : "");
    if (dados != NULL)
        n += (size_t)snprintf(envio + n, sizeof envio - n, "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
                              strlen(dados), dados);
    else
        n += (size_t)snprintf(envio + n, sizeof envio - n, "\r\n");
    http_lidas++;
    if (send(http, envio, n, MSG_NOSIGNAL) != (ssize_t)n)
    {
        http_fechar();
        return -1;
    }
    for (;;)
    {
        ssize_t r = recv(http, resposta + lido, RESPOSTA_MAX - 1 - lido, 0);

        if (r <= 0)
        {
            http_fechar();
            return -1;
        }
        lido += (size_t)r;
        resposta[lido] = '\0';
        if (cabeca == 0)
        {
            char *fim = strstr(resposta, "\r\n\r\n");
            const char *cl;

            if (fim == NULL)
                continue;
            *fim = '\0';
            cabeca = (size_t)(fim + 4 - resposta);
            cl = strcasestr(resposta, "\r\ncontent-length:");
            tam = cl != NULL ? (size_t)atol(cl + 17) : 0;
        }
        if (lido >= cabeca + tam || lido == RESPOSTA_MAX - 1)
            break;
    }
    corpo = resposta + cabeca;
    fecha = strcasestr(resposta, "\r\nconnection: close") != NULL;
    if (fecha)
        http_fechar();
    return atoi(resposta + 9);
}

/* A cache that is wrong on purpose: proves that the hunter sees one. */
int
pedir_plantado(const char *caminho, const char *token)
{
    unsigned h = 5381;
    Plantada *p;
    int status;

    for (const char *c = caminho; *c != '\0'; c++)
        h = h * 33 + (unsigned char)*c;
    p = &plantadas[h % PLANTADAS];
    if (strcmp(p->caminho, caminho) == 0 && agora_ms() < p->ate_ms)
    {
        corpo = p->corpo;
        return p->status;
    }
    status = pedir("GET", caminho, token, NULL, NULL);
    if (status > 0)
    {
        free(p->corpo);
        snprintf(p->caminho, sizeof p->caminho, "%s", caminho);
        p->corpo = strdup(corpo);
        p->status = status;
        p->ate_ms = agora_ms() + cfg.plantar;
    }
    return status;
}
