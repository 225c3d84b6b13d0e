/*
 * ida_e_volta.c: what one round trip to Redis before a commit costs, and nothing
 * else. Loaded into a session (session_preload_libraries), it makes each transaction
 * that has written count up so many counters in one command and wait for the answer:
 * what the cache cannot do without. For banco_cache.py.
 */
#include "postgres.h"

#include "access/xact.h"
#include "fmgr.h"
#include "utils/guc.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

PG_MODULE_MAGIC;

enum
{
    CONTADORES_MAX = 256,
    PASSO = 4001, /* apart as slots are */
    ARGUMENTO_MAX = 64
};

void _PG_init(void);

static char *redis = NULL;
static int contadores = 0;
static int ligacao = -1;
static char comando[CONTADORES_MAX * ARGUMENTO_MAX];
static int comando_n = 0;

static void
ligar(void)
{
    struct sockaddr_un onde = {.sun_family = AF_UNIX};
    int n;

    strlcpy(onde.sun_path, redis, sizeof(onde.sun_path));
    ligacao = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(ligacao, (struct sockaddr *)&onde, sizeof(onde)) != 0)
        elog(ERROR, "could not connect to %s: %m", redis);
    n = snprintf(comando, sizeof(comando), "*%d\r\n$8\r\nBITFIELD\r\n$5\r\nbanco\r\n",
                 2 + 4 * contadores);
    for (int i = 0; i < contadores; i++)
    {
        char indice[16];
        const int letras = snprintf(indice, sizeof(indice), "#%d", 64 + i * PASSO);

        n += snprintf(comando + n, sizeof(comando) - n,
                      "$6\r\nINCRBY\r\n$3\r\nu32\r\n$%d\r\n%s\r\n$1\r\n1\r\n", letras,
                      indice);
    }
    comando_n = n;
}

static void
ir_e_voltar(XactEvent evento, void *arg)
{
    char resposta[8192];
    int linhas = 0;

    if (evento != XACT_EVENT_PRE_COMMIT || contadores == 0 ||
        !TransactionIdIsValid(GetTopTransactionIdIfAny()))
        return;
    if (ligacao < 0)
        ligar();
    if (send(ligacao, comando, comando_n, MSG_NOSIGNAL) != comando_n)
        elog(ERROR, "could not send to Redis: %m");
    while (linhas <= contadores) /* how many, and each */
    {
        const ssize_t n = recv(ligacao, resposta, sizeof(resposta), 0);

        if (n <= 0)
            elog(ERROR, "Redis does not answer");
        for (ssize_t i = 0; i < n; i++)
            linhas += resposta[i] == '\n';
    }
}

void
_PG_init(void)
{
    DefineCustomStringVariable("ida_e_volta.redis", "Socket of Redis.", NULL, &redis,
                               "", PGC_SUSET, 0, NULL, NULL, NULL);
    DefineCustomIntVariable("ida_e_volta.contadores", "Counters of the command.",
                            NULL, &contadores, 0, 0, CONTADORES_MAX, PGC_SUSET, 0,
                            NULL, NULL, NULL);
    RegisterXactCallback(ir_e_voltar, NULL);
}
