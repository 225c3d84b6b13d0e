/*
 * aplicacao.c: starts, beats and ends the application (see aplicacao.h).
 */
#include "aplicacao.h"

#include "batimento.h"
#include "cache.h"
#include "config.h"
#include "entrega.h"
#include "eventos.h"
#include "jwt.h"
#include "leituras.h"
#include "limite.h"
#include "pg_escuta.h"
#include "rotas.h"
#include "ws.h"

#include <stdio.h>

bool
aplicacao_preparar(char *erro, size_t tam)
{
    rotas_registrar();
    ws_preparar();
    if (!cache_preparar() || !limite_preparar())
    {
        snprintf(erro, tam, "cache, limite: no shared memory");
        return false;
    }
    return jwt_carregar(configuracao()->jwt_chaves, erro, tam);
}

void
aplicacao_worker(void)
{
    limite_iniciar(); /* before the cache: its commands go first */
    cache_iniciar();
    escuta_iniciar(eventos_receber);
}

void
aplicacao_tique(void)
{
    limite_tique();
    batimento_tique();
    leituras_tique();
    cache_tique();
    entrega_tique();
    ws_tique();
}

void
aplicacao_drenar(void)
{
    ws_drenar();
}

bool
aplicacao_pronta(void)
{
    leituras_tique();
    return leituras_escritas();
}
