/*
 * aplicacao.c: starts, beats and ends the application (see aplicacao.h).
 */
#include "aplicacao.h"

#include "batimento.h"
#include "config.h"
#include "eventos.h"
#include "jwt.h"
#include "leituras.h"
#include "limite.h"
#include "pg_escuta.h"
#include "rotas.h"
#include "ws.h"

bool
aplicacao_preparar(char *erro, size_t tam)
{
    rotas_registrar();
    ws_preparar();
    return jwt_carregar(configuracao()->jwt_chaves, erro, tam);
}

void
aplicacao_worker(void)
{
    limite_iniciar();
    escuta_iniciar(eventos_receber);
}

void
aplicacao_tique(void)
{
    limite_tique();
    batimento_tique();
    leituras_tique();
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
