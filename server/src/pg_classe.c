/*
 * pg_classe.c: what a class of connections may have, as the settings say.
 */
#include "pg_classe.h"
#include "config.h"

/* application_name, so that pg_stat_activity tells them apart. */
static const char *const nomes[PG_CLASSES] = {
    [PG_LEVE] = "crm_web",
    [PG_PESADA] = "crm_web_pesada",
    [PG_BUSCA] = "crm_web_busca",
    [PG_EXPORTACAO] = "crm_web_exportacao",
    [PG_DOWNLOAD] = "crm_web_download",
};

const char *
pg_classe_nome(PgClasse k)
{
    return nomes[k];
}

int
pg_classe_conexoes(PgClasse k)
{
    const Config *c = configuracao();

    switch (k)
    {
        case PG_LEVE:
            return c->pg_leves;
        case PG_PESADA:
            return c->pg_pesadas;
        case PG_BUSCA:
            return c->pg_buscas;
        case PG_EXPORTACAO:
            return c->pg_exportacoes;
        default:
            return c->pg_downloads;
    }
}

int
pg_classe_fila(PgClasse k)
{
    const Config *c = configuracao();

    switch (k)
    {
        case PG_LEVE:
            return c->pg_fila_leve;
        case PG_PESADA:
            return c->pg_fila_pesada;
        case PG_BUSCA:
            return c->pg_fila_busca;
        case PG_EXPORTACAO:
            return c->pg_fila_exportacao;
        default:
            return 2 * c->downloads_max; /* one of each, and who begins */
    }
}

int
pg_classe_tempo_ms(PgClasse k)
{
    const Config *c = configuracao();

    switch (k)
    {
        case PG_PESADA:
            return c->pg_timeout_pesada_ms;
        case PG_BUSCA:
            return c->pg_timeout_busca_ms;
        case PG_EXPORTACAO:
            return c->pg_timeout_exportacao_ms;
        default:
            return c->pg_timeout_ms;
    }
}

int
pg_classe_espera_ms(PgClasse k)
{
    return k == PG_EXPORTACAO ? configuracao()->pg_espera_exportacao_ms
                              : pg_classe_tempo_ms(k);
}

bool
pg_classe_cancelavel(PgClasse k)
{
    return k == PG_BUSCA || k == PG_EXPORTACAO;
}
