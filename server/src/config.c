/*
 * config.c: crm.conf and CRM_* variables -> Config. Pure: no Kore here.
 *
 * Format: "chave = valor" per line, "#" begins a comment line, spaces around
 * both are dropped. The environment wins over the file.
 */
#include "config.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef enum TipoChave
{
    CHAVE_INTEIRO,
    CHAVE_TEXTO,
    CHAVE_BOOLEANO,
    CHAVE_ORIGENS
} TipoChave;

typedef struct Chave
{
    const char *nome;
    TipoChave tipo;
    size_t onde;
    int min; /* CHAVE_TEXTO: size of the field */
    int max;
    const char *padrao;
} Chave;

enum
{
    LINHA_MAX = 2048,
    PORTA_MAX = 65535
};

#define INTEIRO(campo, min, max, padrao)                                       \
    {                                                                          \
        #campo, CHAVE_INTEIRO, offsetof(Config, campo), min, max, padrao       \
    }
#define TEXTO(campo, padrao)                                                   \
    {                                                                          \
        #campo, CHAVE_TEXTO, offsetof(Config, campo),                          \
            sizeof(((Config *) 0)->campo), 0, padrao                           \
    }

static const Chave chaves[] = {
    INTEIRO(plain_port, 0, PORTA_MAX, "0"),
    INTEIRO(tls_port, 0, PORTA_MAX, "8443"),
    TEXTO(tls_endereco, "127.0.0.1"),
    TEXTO(cert, ""),
    TEXTO(chave, ""),
    TEXTO(jwt_chaves, NULL),
    TEXTO(pg_conninfo, NULL),
    TEXTO(redis_socket, ""),
    TEXTO(redis_usuario, ""),
    TEXTO(redis_senha_arquivo, ""),
    {"cache", CHAVE_BOOLEANO, offsetof(Config, cache), 0, 0, "sim"},
    INTEIRO(cache_amostra, 0, 1000000000, "1000"),
    INTEIRO(cache_entrada_max, 1024, 4 * 1024 * 1024, "262144"),
    TEXTO(web_dir, ""),
    INTEIRO(workers, 1, 64, "2"),
    INTEIRO(max_conexoes, 16, 60000, "4096"),
    {"origens", CHAVE_ORIGENS, 0, 0, 0, ""},
    {"confiar_proxy", CHAVE_BOOLEANO, offsetof(Config, confiar_proxy), 0, 0,
     "nao"},
    INTEIRO(pg_leves, 1, 64, "4"),
    INTEIRO(pg_pesadas, 1, 64, "2"),
    INTEIRO(pg_buscas, 1, 64, "3"),
    INTEIRO(pg_exportacoes, 1, 64, "1"),
    INTEIRO(pg_downloads, 1, 64, "1"),
    INTEIRO(pg_fila_leve, 1, 10000, "2048"),
    INTEIRO(pg_fila_pesada, 1, 10000, "64"),
    INTEIRO(pg_fila_busca, 1, 10000, "256"),
    INTEIRO(pg_fila_exportacao, 1, 10000, "32"),
    INTEIRO(pg_timeout_ms, 100, 600000, "15000"),
    INTEIRO(pg_timeout_pesada_ms, 100, 3600000, "120000"),
    INTEIRO(pg_timeout_busca_ms, 100, 600000, "2000"),
    INTEIRO(pg_timeout_exportacao_ms, 100, 3600000, "60000"),
    INTEIRO(pg_espera_exportacao_ms, 100, 3600000, "30000"),
    INTEIRO(redis_timeout_ms, 1, 10000, "20"),
    INTEIRO(corpo_max, 1024, 16 * 1024 * 1024, "131072"),
    TEXTO(envio_dir, "/tmp"),
    INTEIRO(envios_max, 1, 1000, "4"),
    INTEIRO(downloads_max, 1, 1000, "32"),
    INTEIRO(drenar_s, 0, 300, "10"),
    INTEIRO(limite_minuto, 1, 100000000, "100"),
};

enum
{
    CHAVES_N = sizeof(chaves) / sizeof(chaves[0])
};

static Config em_vigor;

static bool definir(const Chave *k, Config *c, const char *valor,
                    const char *nome, char *erro);
static bool definir_origens(Config *c, const char *valor, const char *nome,
                            char *erro);
static bool ler_arquivo(const char *arquivo, Config *c, bool *definida,
                        char *erro);
static bool ler_ambiente(Config *c, bool *definida, char *erro);
static bool conferir(const Config *c, char *erro);
static bool redis_sem_dns(const char *onde);
static char *aparar(char *s);

const Config *
configuracao(void)
{
    return &em_vigor;
}

bool
configuracao_carregar(const char *arquivo, char erro[CONFIG_ERRO_MAX])
{
    return configuracao_ler(arquivo, &em_vigor, erro);
}

bool
configuracao_ler(const char *arquivo, Config *c, char erro[CONFIG_ERRO_MAX])
{
    bool definida[CHAVES_N] = {false};

    memset(c, 0, sizeof(*c));
    if (arquivo != NULL && !ler_arquivo(arquivo, c, definida, erro))
        return false;
    if (!ler_ambiente(c, definida, erro))
        return false;

    for (int i = 0; i < CHAVES_N; i++)
    {
        if (definida[i])
            continue;
        if (chaves[i].padrao == NULL)
        {
            snprintf(erro, CONFIG_ERRO_MAX, "%s: is required", chaves[i].nome);
            return false;
        }
        if (!definir(&chaves[i], c, chaves[i].padrao, chaves[i].nome, erro))
            return false;
    }
    return conferir(c, erro);
}

static bool
ler_arquivo(const char *arquivo, Config *c, bool *definida, char *erro)
{
    char linha[LINHA_MAX];
    FILE *f = fopen(arquivo, "re");
    bool bom = true;

    if (f == NULL)
    {
        snprintf(erro, CONFIG_ERRO_MAX, "%.150s: %s", arquivo, strerror(errno));
        return false;
    }
    for (int n = 1; bom && fgets(linha, sizeof(linha), f) != NULL; n++)
    {
        char *nome;
        char *igual;
        int i;

        if (strlen(linha) == sizeof(linha) - 1)
        {
            snprintf(erro, CONFIG_ERRO_MAX, "line %d: too long", n);
            bom = false;
            break;
        }
        nome = aparar(linha);
        if (*nome == '\0' || *nome == '#')
            continue;
        igual = strchr(nome, '=');
        if (igual == NULL)
        {
            snprintf(erro, CONFIG_ERRO_MAX, "line %d: expected chave = valor",
                     n);
            bom = false;
            break;
        }
        *igual = '\0';
        nome = aparar(nome);
        for (i = 0; i < CHAVES_N && strcmp(chaves[i].nome, nome) != 0; i++)
            ;
        if (i == CHAVES_N)
        {
            snprintf(erro, CONFIG_ERRO_MAX, "%.60s: unknown key (line %d)",
                     nome, n);
            bom = false;
        }
        else if (definida[i])
        {
            snprintf(erro, CONFIG_ERRO_MAX, "%s: given twice (line %d)", nome,
                     n);
            bom = false;
        }
        else
        {
            definida[i] = true;
            bom = definir(&chaves[i], c, aparar(igual + 1), nome, erro);
        }
    }
    fclose(f);
    return bom;
}

static bool
ler_ambiente(Config *c, bool *definida, char *erro)
{
    for (int i = 0; i < CHAVES_N; i++)
    {
        char nome[64] = "CRM_";
        const char *valor;
        size_t n = strlen(nome);

        for (const char *p = chaves[i].nome; *p != '\0'; p++)
            nome[n++] = (char) toupper((unsigned char) *p);
        nome[n] = '\0';
        valor = getenv(nome);
        if (valor == NULL)
            continue;
        definida[i] = true;
        if (!definir(&chaves[i], c, valor, nome, erro))
            return false;
    }
    return true;
}

static bool
definir(const Chave *k, Config *c, const char *valor, const char *nome,
        char *erro)
{
    void *onde = (char *) c + k->onde;

    for (const char *p = valor; *p != '\0'; p++)
        if ((unsigned char) *p < ' ' || *p == 0x7f)
        {
            snprintf(erro, CONFIG_ERRO_MAX, "%s: control character", nome);
            return false;
        }

    switch (k->tipo)
    {
        case CHAVE_INTEIRO:
        {
            char *fim;
            long v;

            errno = 0;
            v = strtol(valor, &fim, 10);
            if (!isdigit((unsigned char) *valor) || *fim != '\0' ||
                errno != 0 || v < k->min || v > k->max)
            {
                snprintf(erro, CONFIG_ERRO_MAX,
                         "%s: must be a whole number from %d to %d", nome,
                         k->min, k->max);
                return false;
            }
            *(int *) onde = (int) v;
            return true;
        }
        case CHAVE_TEXTO:
            if (strlen(valor) >= (size_t) k->min)
            {
                snprintf(erro, CONFIG_ERRO_MAX, "%s: longer than %d bytes",
                         nome, k->min - 1);
                return false;
            }
            strcpy(onde, valor);
            return true;
        case CHAVE_BOOLEANO:
            if (strcmp(valor, "sim") != 0 && strcmp(valor, "nao") != 0)
            {
                snprintf(erro, CONFIG_ERRO_MAX, "%s: must be sim or nao", nome);
                return false;
            }
            *(bool *) onde = strcmp(valor, "sim") == 0;
            return true;
        case CHAVE_ORIGENS:
            return definir_origens(c, valor, nome, erro);
    }
    return false;
}

/* "https://a.b https://c.d:8443": scheme, host, port, nothing behind. */
static bool
definir_origens(Config *c, const char *valor, const char *nome, char *erro)
{
    char *resto = NULL;

    c->norigens = 0;
    if (strlen(valor) >= sizeof(c->origens_texto))
    {
        snprintf(erro, CONFIG_ERRO_MAX, "%s: longer than %zu bytes", nome,
                 sizeof(c->origens_texto) - 1);
        return false;
    }
    strcpy(c->origens_texto, valor);
    for (char *o = strtok_r(c->origens_texto, " ,", &resto); o != NULL;
         o = strtok_r(NULL, " ,", &resto))
    {
        const char *host = strncmp(o, "https://", 8) == 0  ? o + 8
                           : strncmp(o, "http://", 7) == 0 ? o + 7
                                                           : NULL;

        if (host == NULL || *host == '\0' || strchr(host, '/') != NULL ||
            c->norigens == CONFIG_ORIGENS_MAX)
        {
            snprintf(erro, CONFIG_ERRO_MAX,
                     "%s: at most %d origins like https://host:port", nome,
                     CONFIG_ORIGENS_MAX);
            return false;
        }
        c->origens[c->norigens++] = o;
    }
    return true;
}

/* What no single key can say. */
static bool
conferir(const Config *c, char *erro)
{
    if (c->plain_port == 0 && c->tls_port == 0)
        snprintf(erro, CONFIG_ERRO_MAX, "tls_port: no listener at all");
    else if (c->plain_port == c->tls_port)
        snprintf(erro, CONFIG_ERRO_MAX, "plain_port: same as tls_port");
    else if (c->tls_port != 0 && c->cert[0] == '\0')
        snprintf(erro, CONFIG_ERRO_MAX, "cert: is required with tls_port");
    else if (c->tls_port != 0 && c->chave[0] == '\0')
        snprintf(erro, CONFIG_ERRO_MAX, "chave: is required with tls_port");
    else if (c->tls_endereco[strspn(c->tls_endereco, "0123456789.")] != '\0' ||
             c->tls_endereco[0] == '\0')
        snprintf(erro, CONFIG_ERRO_MAX,
                 "tls_endereco: must be a numeric IPv4 address");
    else if (c->jwt_chaves[0] == '\0')
        snprintf(erro, CONFIG_ERRO_MAX, "jwt_chaves: is required");
    else if (c->pg_conninfo[0] == '\0')
        snprintf(erro, CONFIG_ERRO_MAX, "pg_conninfo: is required");
    else if (!redis_sem_dns(c->redis_socket))
        snprintf(erro, CONFIG_ERRO_MAX,
                 "redis_socket: must be a path or a numeric address:port");
    else if ((c->redis_usuario[0] == '\0') !=
             (c->redis_senha_arquivo[0] == '\0'))
        snprintf(erro, CONFIG_ERRO_MAX,
                 "redis_usuario: needs redis_senha_arquivo, and it this");
    else
        return true;
    return false;
}

/* The sandbox ends a worker that asks the DNS. */
static bool
redis_sem_dns(const char *onde)
{
    const char *porta = strrchr(onde, ':');
    char endereco[64];
    unsigned char bin[16];

    if (onde[0] == '\0' || onde[0] == '/')
        return true;
    if (porta == NULL || (size_t) (porta - onde) >= sizeof(endereco) ||
        atoi(porta + 1) < 1 || atoi(porta + 1) > PORTA_MAX)
        return false;
    snprintf(endereco, sizeof(endereco), "%.*s", (int) (porta - onde), onde);
    return inet_pton(AF_INET, endereco, bin) == 1 ||
           inet_pton(AF_INET6, endereco, bin) == 1;
}

static char *
aparar(char *s)
{
    char *fim;

    while (isspace((unsigned char) *s))
        s++;
    fim = s + strlen(s);
    while (fim > s && isspace((unsigned char) fim[-1]))
        *--fim = '\0';
    return s;
}
