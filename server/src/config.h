/*
 * config.h: the settings of the front, read once before the fork.
 */
#ifndef CRM_CONFIG_H
#define CRM_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

enum
{
    CONFIG_TEXTO_MAX = 1024,
    CONFIG_ORIGENS_MAX = 16,
    CONFIG_ERRO_MAX = 256
};

/* Every field is one key of crm.conf; server/README.md has the table. */
typedef struct Config
{
    int plain_port;                      /* 0 = no plain listener */
    int tls_port;                        /* 0 = no TLS listener */
    char tls_endereco[64];               /* numeric address to bind */
    char cert[CONFIG_TEXTO_MAX];         /* PEM chain */
    char chave[CONFIG_TEXTO_MAX];        /* PEM private key */
    char jwt_chaves[CONFIG_TEXTO_MAX];   /* file "kid base64" per line */
    char pg_conninfo[CONFIG_TEXTO_MAX];  /* libpq, unix socket or address */
    char redis_socket[CONFIG_TEXTO_MAX]; /* "" = Redis is not used */
    char redis_usuario[64];              /* "" = Redis asks for nobody */
    char redis_senha_arquivo[CONFIG_TEXTO_MAX]; /* its password, mode 0600 */
    bool cache;                          /* serve answers out of Redis */
    int cache_amostra;                   /* check one of so many hits, 0 = none */
    int cache_entrada_max;               /* bytes of the largest answer kept */
    char web_dir[CONFIG_TEXTO_MAX];      /* the built UI, web/dist */
    int workers;
    int max_conexoes;                    /* connections per worker */
    char *origens[CONFIG_ORIGENS_MAX];   /* allowed Origin values besides own */
    int norigens;
    char origens_texto[CONFIG_TEXTO_MAX]; /* where origens point */
    bool confiar_proxy;                  /* believe X-* of the plain listener */
    int pg_leves;                        /* light connections per worker */
    int pg_pesadas;                      /* heavy connections per worker */
    int pg_buscas;                       /* search connections per worker */
    int pg_exportacoes;                  /* connections that make files */
    int pg_downloads;                    /* connections that hand them out */
    int pg_fila_leve;                    /* jobs waiting or in flight, light */
    int pg_fila_pesada;                  /* same, heavy */
    int pg_fila_busca;                   /* same, searches */
    int pg_fila_exportacao;              /* same, files that are made at once */
    int pg_timeout_ms;                   /* limit of a light job */
    int pg_timeout_pesada_ms;            /* limit of a heavy job */
    int pg_timeout_busca_ms;             /* limit of a search */
    int pg_timeout_exportacao_ms;        /* limit of a file made at once */
    int pg_espera_exportacao_ms;         /* limit of its wait for a connection */
    int redis_timeout_ms;                /* limit of one command */
    int corpo_max;                       /* bytes of a request body */
    char envio_dir[CONFIG_TEXTO_MAX];    /* where uploads lie while they come */
    int envios_max;                      /* uploads at a time, per worker */
    int downloads_max;                   /* files handed out, likewise */
    int drenar_s;                        /* SIGTERM: limit for what is running */
    int limite_minuto;                   /* requests per minute and user */
} Config;

/* The settings in force; complete and checked once configuracao_ler succeeded. */
const Config *configuracao(void);

/*
 * Reads the file (NULL = none), then environment CRM_<KEY IN CAPITALS>, which
 * wins. On a bad value, an unknown key or a missing one returns false with the
 * name of the variable and the reason in erro.
 */
bool configuracao_ler(const char *arquivo, Config *c, char erro[CONFIG_ERRO_MAX]);

/* Reads as above into the settings in force. */
bool configuracao_carregar(const char *arquivo, char erro[CONFIG_ERRO_MAX]);

#endif
