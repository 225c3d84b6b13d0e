/*
 * crm.c: module entry.
 */
#include "crm.h"
#include "auditoria.h"
#include "cache_estado.h"
#include "cache_projecao.h"
#include "configuracao.h"
#include "despertador.h"
#include "esquema.h"
#include "exportacao.h"
#include "identidade.h"
#include "operario.h"
#include "pesquisa.h"
#include "selo.h"
#include "senha.h"
#include "tarefas.h"

#include "utils/guc.h"

PG_MODULE_MAGIC;

void _PG_init(void);

void
_PG_init(void)
{
    tempo_init();
    configuracao_init();
    auditoria_init();
    selo_init();
    identidade_init();
    senha_init();
    esquema_init();
    pesquisa_init();
    projecao_init();
    tarefas_init();
    despertador_init();
    operario_init();
    exportacao_arquivo_init();
    exportacao_fila_init();
    cache_estado_init();

    /* A name that is not one of ours would look as if it did something. */
    MarkGUCPrefixReserved("crm");
}

/*
 * crm.versao() returns text
 *
 * The version compiled into the library; equals extversion after an upgrade.
 */
PG_FUNCTION_INFO_V1(crm_versao);
Datum
crm_versao(PG_FUNCTION_ARGS)
{
    PG_RETURN_TEXT_P(cstring_to_text(CRM_VERSAO));
}
