/*
 * server/src/config.c: crm.conf and CRM_* become settings; bad values are
 * refused by name.
 */
#include "../../server/src/config.h"
#include "tap.h"

#include <stdlib.h>
#include <unistd.h>

#define BASE                                                                   \
    "cert = c.pem\nchave = k.pem\njwt_chaves = j\npg_conninfo = dbname=crm\n"

static Config lida;
static char erro[CONFIG_ERRO_MAX];

static bool
ler(const char *texto)
{
    char nome[] = "/tmp/crm-config-XXXXXX";
    int fd = mkstemp(nome);
    bool bom;

    if (fd == -1 || write(fd, texto, strlen(texto)) != (ssize_t) strlen(texto))
        exit(1);
    close(fd);
    erro[0] = '\0';
    bom = configuracao_ler(nome, &lida, erro);
    unlink(nome);
    return bom;
}

/* clang-format off */
static const struct
{
    const char *texto;
    const char *nome;   /* the message begins with it */
} ruins[] = {
    {"", "jwt_chaves"},
    {"jwt_chaves = j\n", "pg_conninfo"},
    {"jwt_chaves = j\npg_conninfo = d\n", "cert"},
    {"cert = c\njwt_chaves = j\npg_conninfo = d\n", "chave"},
    {BASE "tls_port = 0\n", "tls_port"},
    {BASE "plain_port = 8443\n", "plain_port"},
    {BASE "tls_port = 65536\n", "tls_port"},
    {BASE "tls_port = -1\n", "tls_port"},
    {BASE "tls_port = 8443x\n", "tls_port"},
    {BASE "tls_port =\n", "tls_port"},
    {BASE "tls_port = 99999999999999999999\n", "tls_port"},
    {BASE "workers = 0\n", "workers"},
    {BASE "tls_endereco = localhost\n", "tls_endereco"},
    {BASE "tls_endereco =\n", "tls_endereco"},
    {BASE "redis_socket = localhost:6379\n", "redis_socket"},
    {BASE "redis_socket = 127.0.0.1\n", "redis_socket"},
    {BASE "redis_socket = 127.0.0.1:0\n", "redis_socket"},
    {BASE "redis_usuario = u\n", "redis_usuario"},
    {BASE "redis_senha_arquivo = /s\n", "redis_usuario"},
    {BASE "confiar_proxy = yes\n", "confiar_proxy"},
    {BASE "origens = crm.exemplo.test\n", "origens"},
    {BASE "origens = https://a/b\n", "origens"},
    {BASE "origens = https://\n", "origens"},
    {BASE "desconhecida = 1\n", "desconhecida"},
    {BASE "workers = 1\nworkers = 2\n", "workers"},
    {BASE "sem sinal\n", "line 5"},
    {BASE "web_dir = a\x01\n", "web_dir"},
};
/* clang-format on */

int
main(void)
{
    char longa[2000] = BASE "web_dir = ";

    CONFERE(ler(BASE), "the least settings: %s", erro);
    CONFERE(lida.tls_port == 8443 && lida.plain_port == 0 && lida.workers == 2,
            "defaults");
    CONFERE_TEXTO(lida.tls_endereco, "127.0.0.1", "loopback by default");
    CONFERE(!lida.confiar_proxy && lida.norigens == 0,
            "nobody is trusted by default");
    CONFERE(ler("# comment\n\n  cert=c \n" BASE + 0) == false &&
                strncmp(erro, "cert: given twice", 17) == 0,
            "the same key twice: %s", erro);
    CONFERE(ler(BASE "confiar_proxy = sim\norigens = https://a https://b:1\n"),
            "lists: %s", erro);
    CONFERE(lida.confiar_proxy && lida.norigens == 2, "two origins");
    CONFERE_TEXTO(lida.origens[1], "https://b:1", "the second origin");

    for (size_t i = 0; i < sizeof(ruins) / sizeof(ruins[0]); i++)
    {
        bool bom = ler(ruins[i].texto);

        CONFERE(!bom && strncmp(erro, ruins[i].nome, strlen(ruins[i].nome)) == 0,
                "refused: %s", erro);
    }
    memset(longa + strlen(longa), 'x', CONFIG_TEXTO_MAX);
    CONFERE(!ler(longa) && strncmp(erro, "web_dir", 7) == 0, "refused: %s",
            erro);
    CONFERE(!configuracao_ler("/nao/existe", &lida, erro), "refused: %s", erro);

    setenv("CRM_WORKERS", "7", 1);
    CONFERE(ler(BASE "workers = 3\n") && lida.workers == 7,
            "the environment wins");
    setenv("CRM_WORKERS", "sete", 1);
    CONFERE(!ler(BASE) && strncmp(erro, "CRM_WORKERS", 11) == 0,
            "refused by the variable's name: %s", erro);
    unsetenv("CRM_WORKERS");
    setenv("CRM_CERT", "c", 1);
    setenv("CRM_CHAVE", "k", 1);
    setenv("CRM_JWT_CHAVES", "j", 1);
    setenv("CRM_PG_CONNINFO", "d", 1);
    CONFERE(configuracao_carregar(NULL, erro) &&
                strcmp(configuracao()->cert, "c") == 0,
            "no file: %s", erro);
    return tap_fim();
}
