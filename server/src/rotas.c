/*
 * rotas.c: the table of contents of the API. A new endpoint is a row here, a
 * function crm.api_<funcao>(jsonb) and a test.
 */
#include "rotas.h"

#include "metricas.h"
#include "tabela_lru.h"

#include <kore/kore.h>
#include <kore/http.h>

#include <jansson.h>

#include <stdio.h>
#include <string.h>

#define GET HTTP_METHOD_GET
#define POST HTTP_METHOD_POST
#define PUT HTTP_METHOD_PUT
#define PATCH HTTP_METHOD_PATCH
#define DELETE HTTP_METHOD_DELETE

enum
{
    CORPO = 64 * 1024,
    ENVIO = 20 * 1024 * 1024
};

/* clang-format off */
/*
 * Of the patterns that a path fits the first decides, so a literal part stands
 * before a parameter: DELETE of …/clients/search is 405, not a client.
 */
static const Rota rotas[] = {
    {POST,   "/api/auth/login",                        "login",                  PG_PESADA, CORPO, ROTA_ANONIMA | ROTA_LOGIN},
    {POST,   "/api/auth/redefinir",                    "redefinir_senha",        PG_PESADA, CORPO, ROTA_ANONIMA | ROTA_LOGIN},
    {POST,   "/api/auth/logout",                       "logout",                 PG_PESADA, CORPO, ROTA_NORMAL},
    {GET,    "/api/auth/publico",                      "publico",                PG_LEVE,   0,     ROTA_ANONIMA},
    {GET,    "/api/auth/eu",                           "eu",                     PG_LEVE,   0,     ROTA_NORMAL},
    {POST,   "/api/auth/senha",                        "trocar_senha",           PG_PESADA, CORPO, ROTA_NORMAL},
    {GET,    "/api/auth/sessoes",                      "sessoes",                PG_LEVE,   0,     ROTA_NORMAL},
    {DELETE, "/api/auth/sessoes/{sessao_id}",          "encerrar_sessao",        PG_LEVE,   0,     ROTA_NORMAL},

    {GET,    "/api/vendedor/meus-clientes/{id}",       "meus_clientes",          PG_LEVE,   0,     ROTA_CONTADA | ROTA_CACHE},
    {POST,   "/api/vendedor/marcar-contatado/{id}",    "marcar_contatado",       PG_LEVE,   CORPO, ROTA_NORMAL},
    {GET,    "/api/vendedor/estatisticas/{id}",        "estatisticas_vendedor",  PG_LEVE,   0,     ROTA_CACHE},
    {POST,   "/api/vendedor/desfazer-contato/{id}",    "desfazer_contato",       PG_LEVE,   CORPO, ROTA_NORMAL},
    {PATCH,  "/api/vendedor/proximo-passo/{id}",       "proximo_passo",          PG_LEVE,   CORPO, ROTA_NORMAL},
    {GET,    "/api/vendedor/fila/{id}",                "fila",                   PG_LEVE,   0,     ROTA_CONTADA | ROTA_CACHE},
    {GET,    "/api/vendedor/por-que/{id}/{cliente_id}", "por_que",               PG_LEVE,   0,     ROTA_NORMAL},
    {PUT,    "/api/vendedor/whatsapp/{id}",            "whatsapp",               PG_LEVE,   CORPO, ROTA_NORMAL},

    {GET,    "/api/admin/clientes-por-periodo",        "clientes_por_periodo",   PG_LEVE,   0,     ROTA_CONTADA | ROTA_CACHE},
    {GET,    "/api/admin/todos-clientes",              "todos_clientes",         PG_PESADA, 0,     ROTA_CONTADA | ROTA_CACHE},
    {GET,    "/api/admin/estatisticas-gerais",         "estatisticas_gerais",    PG_LEVE,   0,     ROTA_CACHE},
    {POST,   "/api/admin/realocar-cliente",            "realocar_cliente",       PG_LEVE,   CORPO, ROTA_NORMAL},
    {GET,    "/api/admin/quadro",                      "quadro",                 PG_LEVE,   0,     ROTA_CONTADA | ROTA_CACHE},
    {POST,   "/api/admin/realocar-lote",               "realocar_lote",          PG_LEVE,   CORPO, ROTA_NORMAL},
    {POST,   "/api/admin/liberar-lote",                "liberar_lote",           PG_LEVE,   CORPO, ROTA_NORMAL},
    {POST,   "/api/admin/redistribuir-todos",          "redistribuir_todos",     PG_PESADA, CORPO, ROTA_NORMAL},
    {GET,    "/api/admin/redistribuicao",              "redistribuicoes",        PG_LEVE,   0,     ROTA_NORMAL},
    {POST,   "/api/admin/redistribuicao/simular",      "simular_redistribuicao", PG_PESADA, CORPO, ROTA_LEITURA | ROTA_CONTADA},
    {POST,   "/api/admin/redistribuicao/aplicar",      "aplicar_redistribuicao", PG_PESADA, CORPO, ROTA_NORMAL},
    {POST,   "/api/admin/redistribuicao/{lote}/desfazer", "desfazer_redistribuicao", PG_PESADA, CORPO, ROTA_NORMAL},
    {POST,   "/api/admin/liberar-cliente/{id}",        "liberar_cliente",        PG_LEVE,   CORPO, ROTA_NORMAL},
    {GET,    "/api/admin/distribuicao/verificar",      "verificar_distribuicao", PG_PESADA, 0,     ROTA_NORMAL},
    {GET,    "/api/admin/vendedores",                  "vendedores",             PG_LEVE,   0,     ROTA_CACHE},
    {PATCH,  "/api/admin/vendedores/{id}",             "vendedor_alterar",       PG_PESADA, CORPO, ROTA_NORMAL},
    {GET,    "/api/admin/vendedores/{id}/jornada",     "jornada",                PG_LEVE,   0,     ROTA_NORMAL},
    {PUT,    "/api/admin/vendedores/{id}/jornada",     "jornada_definir",        PG_PESADA, CORPO, ROTA_NORMAL},
    {GET,    "/api/admin/vendedores/{id}/ausencias",   "ausencias",              PG_LEVE,   0,     ROTA_NORMAL},
    {POST,   "/api/admin/vendedores/{id}/ausencias",   "ausencia_registrar",     PG_PESADA, CORPO, ROTA_NORMAL},
    {DELETE, "/api/admin/vendedores/{id}/ausencias/{ausencia_id}", "ausencia_cancelar", PG_PESADA, 0, ROTA_NORMAL},
    {GET,    "/api/admin/feriados",                    "feriados",               PG_LEVE,   0,     ROTA_NORMAL},
    {POST,   "/api/admin/feriados",                    "feriado_registrar",      PG_PESADA, CORPO, ROTA_NORMAL},
    {DELETE, "/api/admin/feriados/{data}",             "feriado_remover",        PG_PESADA, 0,     ROTA_NORMAL},
    {GET,    "/api/admin/usuarios",                    "usuarios",               PG_LEVE,   0,     ROTA_NORMAL},
    {POST,   "/api/admin/usuarios",                    "usuario_criar",          PG_PESADA, CORPO, ROTA_NORMAL},
    {PATCH,  "/api/admin/usuarios/{id}",               "usuario_alterar",        PG_PESADA, CORPO, ROTA_NORMAL},
    {POST,   "/api/admin/usuarios/{id}/desbloquear",   "usuario_desbloquear",    PG_LEVE,   CORPO, ROTA_NORMAL},
    {POST,   "/api/admin/usuarios/{id}/senha",         "usuario_senha",          PG_PESADA, CORPO, ROTA_NORMAL},
    {POST,   "/api/admin/usuarios/{id}/codigo",        "usuario_codigo",         PG_LEVE,   CORPO, ROTA_NORMAL},
    {GET,    "/api/admin/usuarios/{id}/carteira",      "usuario_carteira",       PG_LEVE,   0,     ROTA_NORMAL},
    {DELETE, "/api/admin/usuarios/{id}/sessoes",       "usuario_sessoes_encerrar", PG_LEVE, 0,     ROTA_NORMAL},
    {GET,    "/api/admin/relatorios/{nome}",           "relatorio",              PG_PESADA, 0,     ROTA_CACHE},
    {GET,    "/api/admin/auditoria",                   "auditoria",              PG_PESADA, 0,     ROTA_CONTADA},
    {GET,    "/api/admin/auditoria/verificar",         "auditoria_verificar",    PG_PESADA, 0,     ROTA_NORMAL},
    {GET,    "/api/admin/auditoria/{id}",              "auditoria_linha",        PG_PESADA, 0,     ROTA_CONTADA},
    {GET,    "/api/admin/configuracoes",               "configuracoes",          PG_LEVE,   0,     ROTA_NORMAL},
    {PATCH,  "/api/admin/configuracoes",               "configuracoes_alterar",  PG_PESADA, CORPO, ROTA_NORMAL},
    {POST,   "/api/admin/configuracoes/previa",        "configuracoes_previa",   PG_LEVE,   CORPO, ROTA_LEITURA},

    {GET,    "/api/v1/clients/search",                 "pesquisar_clientes",     PG_BUSCA,  0,     ROTA_PESQUISA | ROTA_CONTADA | ROTA_CACHE},
    {POST,   "/api/v1/clients/search",                 "pesquisar_clientes",     PG_BUSCA,  CORPO, ROTA_PESQUISA | ROTA_CONTADA | ROTA_LEITURA | ROTA_CACHE},
    {POST,   "/api/v1/clients/import",                 "importacao_criar",       PG_PESADA, ENVIO, ROTA_ENVIO},
    {GET,    "/api/v1/clients/import",                 "importacoes",            PG_LEVE,   0,     ROTA_NORMAL},
    {GET,    "/api/v1/clients/import/{id}",            "importacao",             PG_LEVE,   0,     ROTA_NORMAL},
    {DELETE, "/api/v1/clients/import/{id}",            "importacao_cancelar",    PG_PESADA, 0,     ROTA_NORMAL},
    {POST,   "/api/v1/clients/import/{id}/preview",    "importacao_previa",      PG_PESADA, CORPO, ROTA_LEITURA},
    {POST,   "/api/v1/clients/import/{id}/run",        "importacao_executar",    PG_PESADA, CORPO, ROTA_NORMAL},
    {POST,   "/api/v1/clients/import/{id}/undo",       "importacao_desfazer",    PG_PESADA, CORPO, ROTA_NORMAL},
    {GET,    "/api/v1/clients/import/{id}/refused",    "importacao_recusadas",   PG_PESADA, 0,     ROTA_ARQUIVO},
    {POST,   "/api/v1/clients/export",                 "exportar",               PG_EXPORTACAO, CORPO, ROTA_EXPORTA},
    {POST,   "/api/v1/clients",                        "cliente_criar",          PG_LEVE,   CORPO, ROTA_NORMAL},
    {GET,    "/api/v1/clients/{id_cliente}",           "cliente",                PG_LEVE,   0,     ROTA_CACHE | ROTA_PERFIL},
    {PUT,    "/api/v1/clients/{id_cliente}",           "cliente_substituir",     PG_LEVE,   CORPO, ROTA_CONDICIONAL},
    {PATCH,  "/api/v1/clients/{id_cliente}",           "cliente_alterar",        PG_LEVE,   CORPO, ROTA_CONDICIONAL},
    {DELETE, "/api/v1/clients/{id_cliente}",           "cliente_desativar",      PG_LEVE,   0,     ROTA_CONDICIONAL},
    {GET,    "/api/v1/clients/{id_cliente}/orders",    "cliente_pedidos",        PG_LEVE,   0,     ROTA_CONTADA | ROTA_CACHE | ROTA_PERFIL},
    {GET,    "/api/v1/clients/{id_cliente}/timeline",  "cliente_linha_do_tempo", PG_LEVE,   0,     ROTA_CONTADA | ROTA_CACHE | ROTA_PERFIL},
    {POST,   "/api/v1/clients/{id_cliente}/reactivate", "cliente_reativar",      PG_LEVE,   CORPO, ROTA_NORMAL},
    {POST,   "/api/v1/clients/{id_cliente}/reveal",    "cliente_revelar",        PG_LEVE,   CORPO, ROTA_NORMAL},

    {POST,   "/api/v1/exports",                        "exportar",               PG_EXPORTACAO, CORPO, ROTA_EXPORTA},
    {GET,    "/api/v1/exports",                        "exportacoes",            PG_LEVE,   0,     ROTA_NORMAL},
    {GET,    "/api/v1/exports/campos",                 "exportacao_campos",      PG_LEVE,   0,     ROTA_NORMAL},
    {GET,    "/api/v1/exports/{id}",                   "exportacao",             PG_LEVE,   0,     ROTA_NORMAL},
    {DELETE, "/api/v1/exports/{id}",                   "exportacao_cancelar",    PG_LEVE,   0,     ROTA_NORMAL},
    {GET,    "/api/v1/exports/{id}/download",          "exportacao_baixar",      PG_DOWNLOAD, 0,   ROTA_EXPORTA},

    {GET,    "/api/openapi.json",                      "openapi",                PG_PESADA, 0,     ROTA_ANONIMA | ROTA_DOCUMENTO},
};
/* clang-format on */

enum
{
    NROTAS = sizeof rotas / sizeof rotas[0],
    LEMBRADAS = 64
};

/* Paths without parameters, as they were found. */
static const Rota *lembradas[LEMBRADAS];

static int metricas[NROTAS];

void
rotas_registrar(void)
{
    for (int i = 0; i < NROTAS; i++)
        metricas[i] = metricas_rota(http_method_text(rotas[i].metodo),
                                    rotas[i].caminho);
}

const Rota *
rotas_achar(int metodo, const char *caminho, CaminhoParametros *parametros,
            char permitidos[ROTAS_PERMITIDOS_MAX])
{
    const char *padrao = NULL;
    const Rota **lembrada = &lembradas[lru_hash(caminho, strlen(caminho)) %
                                       LEMBRADAS];
    size_t n = 0;

    if (metodo == HTTP_METHOD_HEAD)
        metodo = HTTP_METHOD_GET;
    permitidos[0] = '\0';
    if (*lembrada != NULL && (*lembrada)->metodo == metodo &&
        strcmp((*lembrada)->caminho, caminho) == 0)
    {
        parametros->n = 0;
        return *lembrada;
    }
    for (int i = 0; i < NROTAS; i++)
    {
        if (padrao != NULL ? strcmp(rotas[i].caminho, padrao) != 0
                           : !caminho_casar(rotas[i].caminho, caminho, parametros))
            continue;
        padrao = rotas[i].caminho;
        if (rotas[i].metodo == metodo)
        {
            if (parametros->n == 0)
                *lembrada = &rotas[i];
            return &rotas[i];
        }
        n += (size_t)snprintf(permitidos + n, ROTAS_PERMITIDOS_MAX - n, "%s%s%s",
                              n > 0 ? ", " : "",
                              http_method_text(rotas[i].metodo),
                              rotas[i].metodo == GET ? ", HEAD" : "");
    }
    return NULL;
}

int
rotas_metrica(const Rota *rota)
{
    return metricas[rota - rotas];
}

char *
rotas_json(void)
{
    json_t *lista = json_array();
    json_t *args;
    char *texto;

    for (int i = 0; i < NROTAS; i++)
    {
        const Rota *r = &rotas[i];

        json_array_append_new(
            lista,
            json_pack("{s:s, s:s, s:s, s:b, s:b, s:b}", "metodo",
                      http_method_text(r->metodo), "caminho", r->caminho,
                      "funcao", r->funcao, "anonima",
                      (r->opcoes & ROTA_ANONIMA) != 0, "corpo",
                      r->corpo_max > 0, "leitura",
                      (r->opcoes & ROTA_LEITURA) != 0));
    }
    args = json_pack("{s:o}", "rotas", lista);
    texto = json_dumps(args, JSON_COMPACT);
    json_decref(args);
    return texto;
}
