/*
 * crm_config.c: checks the settings and writes the Kore configuration.
 *
 *     crm_config --check [crm.conf]           exit status 1 and the reason if bad
 *     crm_config --kore MODULE DIR [crm.conf] Kore configuration on stdout
 *
 * Without a file the environment (CRM_*) alone counts. DIR is the directory the
 * workers change to; MODULE the path of crm_front.so.
 */
#include "../src/aplicacao.h"
#include "../src/config.h"
#include "../src/conninfo.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

enum
{
    DESCRITORES_OUTROS = 256 /* database, Redis, listeners, log */
};

static int uso(void);
static void escrever_kore(const char *modulo, const char *dir, const Config *c);
static int conexoes_possiveis(const Config *c);
static void escrever_dominio(const char *servidor);

int
main(int argc, char **argv)
{
    bool kore = argc > 1 && strcmp(argv[1], "--kore") == 0;
    bool check = argc > 1 && strcmp(argv[1], "--check") == 0;
    int arquivo = kore ? 4 : 2;
    char erro[CONFIG_ERRO_MAX];

    if ((!kore && !check) || argc < arquivo || argc > arquivo + 1)
        return uso();
    if (!configuracao_carregar(argc > arquivo ? argv[arquivo] : NULL, erro) ||
        !conninfo_sem_dns(configuracao()->pg_conninfo, erro, sizeof erro))
    {
        fprintf(stderr, "crm: %s\n", erro);
        return 1;
    }
    if (kore)
        escrever_kore(argv[2], argv[3], configuracao());
    return 0;
}

static int
uso(void)
{
    fprintf(stderr, "usage: crm_config --check [FILE]\n"
                    "       crm_config --kore MODULE DIR [FILE]\n");
    return 2;
}

/* The limits of a head, a body and an answer are those of guarda.c: Kore's come later. */
static void
escrever_kore(const char *modulo, const char *dir, const Config *c)
{
    const char *tracing = getenv("CRM_SECCOMP_TRACING");
    int conexoes = conexoes_possiveis(c);

    printf("# Written by crm_config from the settings: change those.\n"
           "load %s ao_carregar\n"
           "root %s\n"
           "workers %d\n"
           "worker_set_affinity 0\n"
           "worker_accept_threshold 1\n"
           "worker_max_connections %d\n"
           "worker_rlimit_nofiles %d\n"
           "worker_death_policy restart\n"
           "http_request_limit %d\n"
           "http_header_max 8192\n"
           "http_header_timeout 900\n"
           "http_body_timeout 900\n"
           "http_keepalive_time 20\n"
           "http_body_max %d\n"
           "http_body_disk_offload %d\n"
           "http_body_disk_path %s\n"
           "http_hsts_enable 0\n"
           "websocket_timeout 120\n",
           modulo, dir, c->workers, conexoes, conexoes + DESCRITORES_OUTROS, conexoes,
           APLICACAO_ENVIO_MAX, c->corpo_max, c->envio_dir);
    if (tracing != NULL && tracing[0] != '\0')
        printf("seccomp_tracing yes\n");
    if (c->tls_port != 0)
        printf("\nserver tls {\n    bind %s %d guarda_conexao\n    tls no\n}\n",
               c->tls_endereco, c->tls_port);
    if (c->plain_port != 0)
        printf("\nserver plain {\n    bind 127.0.0.1 %d guarda_conexao\n"
               "    tls no\n}\n",
               c->plain_port);
    if (c->tls_port != 0)
        escrever_dominio("tls");
    if (c->plain_port != 0)
        escrever_dominio("plain");
}

/* Without descriptors a worker of Kore spins: ask for no more than there are. */
static int
conexoes_possiveis(const Config *c)
{
    struct rlimit l;

    if (getrlimit(RLIMIT_NOFILE, &l) == 0 && l.rlim_max != RLIM_INFINITY &&
        l.rlim_max < (rlim_t) (c->max_conexoes + 2 * DESCRITORES_OUTROS))
    {
        int cabem = (int) l.rlim_max - 2 * DESCRITORES_OUTROS;

        fprintf(stderr, "crm: max_conexoes: %d, not %d: the hard limit of open "
                        "files is %lu\n",
                cabem > 16 ? cabem : 16, c->max_conexoes,
                (unsigned long) l.rlim_max);
        return cabem > 16 ? cabem : 16;
    }
    return c->max_conexoes;
}

/* One handler for every path and method; the module does the rest. */
static void
escrever_dominio(const char *servidor)
{
    printf("\ndomain * {\n    attach %s\n    route ^/.*$ http_entrada\n}\n",
           servidor);
}
