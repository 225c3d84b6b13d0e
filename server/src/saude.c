/*
 * saude.c: /healthz, /readyz and /metrics.
 *
 * /metrics is for a collector on this machine: only a direct loopback peer gets
 * it, anybody else is told that there is nothing.
 */
#include "saude.h"
#include "cache.h"
#include "metricas.h"
#include "pg.h"
#include "pg_escuta.h"
#include "config.h"
#include "principal.h"
#include "redis.h"
#include "resposta.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <kore/kore.h>
#include <kore/http.h>

static int rota_healthz;
static int rota_readyz;
static int rota_metrics;

static void healthz(struct http_request *req);
static void readyz(struct http_request *req);
static void metrics(struct http_request *req);

void
saude_preparar(void)
{
    rota_healthz = metricas_rota("GET", "/healthz");
    rota_readyz = metricas_rota("GET", "/readyz");
    rota_metrics = metricas_rota("GET", "/metrics");
}

bool
saude_tratar(struct http_request *req)
{
    const struct
    {
        const char *caminho;
        int rota;
        void (*tratar)(struct http_request *);
    } tabela[] = {{"/healthz", rota_healthz, healthz},
                  {"/readyz", rota_readyz, readyz},
                  {"/metrics", rota_metrics, metrics}};

    for (size_t i = 0; i < sizeof(tabela) / sizeof(tabela[0]); i++)
    {
        if (strcmp(req->path, tabela[i].caminho) != 0)
            continue;
        requisicao_rota(req, tabela[i].rota);
        if (req->method != HTTP_METHOD_GET && req->method != HTTP_METHOD_HEAD)
        {
            resposta_cabecalho(req, "allow", "GET, HEAD");
            resposta_problema(req, 405, "metodo_nao_permitido",
                              "Este método não é aceito aqui.", 0);
        }
        else
            tabela[i].tratar(req);
        return true;
    }
    return false;
}

/* The process answers; nothing is asked of anybody else. */
static void
healthz(struct http_request *req)
{
    static const char vivo[] = "{\"ok\":true}";

    resposta_json(req, 200, vivo, sizeof(vivo) - 1);
}

/*
 * What this worker can reach. Without PostgreSQL, or while stopping: 503. Redis
 * and the event connection are listed, but work goes on without them.
 */
static void
readyz(struct http_request *req)
{
    bool pg = pg_pronto();
    bool redis = redis_pronto();
    bool escuta = escuta_pronta();
    bool usa_redis = configuracao()->redis_socket[0] != '\0';
    bool pronto = pg && !drenando();
    char json[256];
    int n;

    n = snprintf(json, sizeof(json),
                 "{\"pronto\":%s,\"degradado\":%s,\"postgresql\":\"%s\","
                 "\"redis\":\"%s\",\"eventos\":\"%s\",\"cache\":\"%s\"}",
                 pronto ? "true" : "false",
                 (usa_redis && !redis) || !escuta ? "true" : "false",
                 pg ? "ok" : "fora",
                 !usa_redis ? "desligado"
                 : redis    ? "ok"
                            : "fora",
                 escuta ? "ok" : "fora", cache_estado());
    if (!pronto)
    {
        resposta_cabecalho(req, "retry-after", "2");
        resposta_corpo(req, 503, "application/json; charset=utf-8", json,
                       (size_t) n);
    }
    else
        resposta_json(req, 200, json, (size_t) n);
}

static void
metrics(struct http_request *req)
{
    char *texto;
    size_t n;

    if (!requisicao_de(req)->local)
    {
        resposta_problema(req, 404, "rota_inexistente",
                          "Este endereço não existe.", 0);
        return;
    }
    texto = metricas_texto(&n);
    if (texto != NULL)
        resposta_corpo(req, 200, "text/plain; version=0.0.4; charset=utf-8",
                       texto, n);
    else
        resposta_problema(req, 503, "sobrecarga", "Falta memória.", 1);
    free(texto);
}
