/*
 * cache_redis.c: one connection to Redis, of a backend or of the guard.
 */
#include "cache_redis.h"

#include "cache_estado.h"
#include "cache_numeros.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum
{
    SENHA_MAX = 200,
    OPERACAO_MAX = 64, /* bytes of one of a BITFIELD */
    LEITURA_BYTES = 4096
};

static redisContext *conectar(uint64 prazo);
static bool apresentar(CacheRedis *r, uint64 prazo);
static bool ler_senha(char senha[SENHA_MAX]);
static bool ler_run_id(CacheRedis *r, const redisReply *info);
static bool falhou(CacheRedis *r, const char *motivo);
static int falta_ms(uint64 prazo);
static bool esperar(CacheRedis *r, uint64 prazo);
static void cabecalho(CacheComando *k, char tipo, uint32 n);
static size_t escrever_indice(char *p, uint32 indice);
static void juntar(CacheComando *k, const char *bytes, size_t n);

/* ---- commands ---- */

void
comando_limpar(CacheComando *k)
{
    k->n = 0;
    k->comandos = 0;
    k->cheio = false;
}

void
comando_abrir(CacheComando *k, int argumentos)
{
    cabecalho(k, '*', (uint32)argumentos);
    k->comandos++;
}

void
comando_texto(CacheComando *k, const char *texto)
{
    const size_t n = strlen(texto);

    cabecalho(k, '$', (uint32)n);
    juntar(k, texto, n);
    juntar(k, "\r\n", 2);
}

static void
cabecalho(CacheComando *k, char tipo, uint32 n)
{
    char linha[16] = {tipo};
    const int fim = 1 + pg_ultoa_n(n, linha + 1);

    memcpy(linha + fim, "\r\n", 2);
    juntar(k, linha, fim + 2);
}

void
comando_numero(CacheComando *k, uint64 numero)
{
    char texto[24];

    snprintf(texto, sizeof(texto), UINT64_FORMAT, numero);
    comando_texto(k, texto);
}

void
comando_indice(CacheComando *k, uint32 indice)
{
    char operacao[OPERACAO_MAX];

    juntar(k, operacao, escrever_indice(operacao, indice));
}

void
comando_ler(CacheComando *k, uint32 indice)
{
    static const char antes[] = "$3\r\nGET\r\n$3\r\nu32\r\n";
    char operacao[OPERACAO_MAX];

    memcpy(operacao, antes, sizeof(antes) - 1);
    juntar(k, operacao,
           sizeof(antes) - 1 + escrever_indice(operacao + sizeof(antes) - 1, indice));
}

void
comando_somar(CacheComando *k, uint32 indice)
{
    static const char antes[] = "$6\r\nINCRBY\r\n$3\r\nu32\r\n";
    static const char depois[] = "$1\r\n1\r\n";
    char operacao[OPERACAO_MAX];
    size_t n = sizeof(antes) - 1;

    memcpy(operacao, antes, sizeof(antes) - 1);
    n += escrever_indice(operacao + n, indice);
    memcpy(operacao + n, depois, sizeof(depois) - 1);
    juntar(k, operacao, n + sizeof(depois) - 1);
}

/* "$<length>\r\n#<digits>\r\n"; no index has more than six digits. */
static size_t
escrever_indice(char *p, uint32 indice)
{
    const int n = pg_ultoa_n(indice, p + 5);

    memcpy(p, "$?\r\n#", 5);
    p[1] = (char)('1' + n);
    memcpy(p + 5 + n, "\r\n", 2);
    return 5 + n + 2;
}

static void
juntar(CacheComando *k, const char *bytes, size_t n)
{
    if (n > sizeof(k->bytes) - k->n)
    {
        k->cheio = true;
        return;
    }
    memcpy(k->bytes + k->n, bytes, n);
    k->n += n;
}

/* ---- the connection ---- */

bool
cache_redis_ligar(CacheRedis *r, uint64 prazo)
{
    if (r->c != NULL)
        return true;
    r->por_vir = 0;
    r->c = conectar(prazo);
    if (r->c == NULL)
        return falhou(r, "out of memory");
    if (r->c->err != 0)
        return falhou(r, r->c->errstr);
    (void)fcntl(r->c->fd, F_SETFD, FD_CLOEXEC);
    (void)redisSetTimeout(r->c, (struct timeval){cache_espera_ms / 1000,
                                                 cache_espera_ms % 1000 * 1000});
    return apresentar(r, prazo);
}

void
cache_redis_desligar(CacheRedis *r)
{
    if (r->c != NULL)
        redisFree(r->c);
    r->c = NULL;
    r->por_vir = 0;
}

bool
cache_redis_enviar(CacheRedis *r, const CacheComando *k)
{
    ssize_t n;

    if (r->c == NULL || k->cheio)
        return falhou(r, "command too long");
    n = send(r->c->fd, k->bytes, k->n, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n != (ssize_t)k->n)
        return falhou(r, n < 0 ? strerror(errno) : "Redis does not read");
    r->por_vir += k->comandos;
    return true;
}

redisReply *
cache_redis_receber(CacheRedis *r, uint64 prazo)
{
    if (r->c == NULL)
        return NULL;
    for (;;)
    {
        void *resposta = NULL;

        if (redisGetReplyFromReader(r->c, &resposta) != REDIS_OK)
            break;
        if (resposta != NULL)
        {
            r->por_vir--;
            return resposta;
        }
        if (!esperar(r, prazo))
        {
            (void)falhou(r, "timeout");
            return NULL;
        }
        if (redisBufferRead(r->c) != REDIS_OK)
            break;
    }
    (void)falhou(r, r->c->errstr);
    return NULL;
}

int
cache_redis_receber_numeros(CacheRedis *r, uint64 prazo, int64 *primeiro)
{
    char lidos[LEITURA_BYTES];
    CacheNumeros numeros;

    if (r->c == NULL)
        return -1;
    cache_numeros_comecar(&numeros);
    while (!cache_numeros_fim(&numeros))
    {
        ssize_t n = -1;

        errno = EAGAIN;
        /* At first the socket itself waits as long: one call less. */
        if (falta_ms(prazo) == cache_espera_ms || esperar(r, prazo))
            n = recv(r->c->fd, lidos, sizeof(lidos), 0);
        if (n < 0 && errno == EINTR && cache_agora() < prazo)
            continue;
        if (n <= 0)
        {
            (void)falhou(r, n == 0 ? "closed" : errno == EAGAIN ? "timeout" : strerror(errno));
            return -1;
        }
        if (!cache_numeros_ler(&numeros, lidos, (size_t)n))
        {
            (void)falhou(r, "an answer was an error");
            return -1;
        }
    }
    r->por_vir--;
    *primeiro = numeros.primeiro;
    return numeros.quantos;
}

/* Until there is something to read. */
static bool
esperar(CacheRedis *r, uint64 prazo)
{
    struct pollfd p = {.fd = r->c->fd, .events = POLLIN};
    int n;

    do
        n = poll(&p, 1, falta_ms(prazo));
    while (n < 0 && errno == EINTR && cache_agora() < prazo);
    return n > 0;
}

bool
cache_redis_escoar(CacheRedis *r, uint64 prazo)
{
    while (r->por_vir > 0)
    {
        redisReply *resposta = cache_redis_receber(r, prazo);

        if (resposta == NULL)
            return false;
        const bool boa = resposta->type != REDIS_REPLY_ERROR;

        freeReplyObject(resposta);
        if (!boa)
            return falhou(r, "an answer was an error");
    }
    return r->c != NULL;
}

bool
cache_redis_caiu(CacheRedis *r)
{
    struct pollfd p = {.events = POLLIN};

    if (r->c == NULL)
        return true;
    p.fd = r->c->fd;
    /* Nothing was sent for: what is to be read is the end, or makes no sense. */
    return r->por_vir == 0 && poll(&p, 1, 0) > 0;
}

/* A path is a Unix socket; else "address:port", numeric. */
static redisContext *
conectar(uint64 prazo)
{
    const int ms = Max(falta_ms(prazo), 1);
    const struct timeval limite = {ms / 1000, ms % 1000 * 1000};
    const char *porta;
    char endereco[64];

    if (cache_redis_onde[0] == '/')
        return redisConnectUnixWithTimeout(cache_redis_onde, limite);
    porta = strrchr(cache_redis_onde, ':');
    snprintf(endereco, sizeof(endereco), "%.*s",
             porta != NULL ? (int)(porta - cache_redis_onde) : 0,
             cache_redis_onde);
    return redisConnectWithTimeout(endereco, porta != NULL ? atoi(porta + 1) : 0,
                                   limite);
}

static bool
apresentar(CacheRedis *r, uint64 prazo)
{
    CacheComando k;
    redisReply *resposta;
    bool boa;
    char senha[SENHA_MAX];

    comando_limpar(&k);
    if (cache_redis_senha_arquivo[0] != '\0')
    {
        if (!ler_senha(senha))
            return falhou(r, "could not read crm.redis_senha_arquivo");
        comando_abrir(&k, 3);
        comando_texto(&k, "AUTH");
        comando_texto(&k, cache_redis_usuario[0] != '\0' ? cache_redis_usuario
                                                         : "default");
        comando_texto(&k, senha);
        explicit_bzero(senha, sizeof(senha));
    }
    comando_abrir(&k, 2);
    comando_texto(&k, "INFO");
    comando_texto(&k, "server");
    boa = cache_redis_enviar(r, &k);
    explicit_bzero(k.bytes, k.n);
    if (!boa)
        return false;

    while (r->por_vir > 1)
    {
        resposta = cache_redis_receber(r, prazo);
        if (resposta == NULL)
            return false;
        boa = resposta->type != REDIS_REPLY_ERROR;
        freeReplyObject(resposta);
        if (!boa)
            return falhou(r, "Redis refused user or password");
    }
    resposta = cache_redis_receber(r, prazo);
    if (resposta == NULL)
        return false;
    boa = ler_run_id(r, resposta);
    freeReplyObject(resposta);
    return boa || falhou(r, "Redis did not tell its run_id");
}

/* The first line of the file. */
static bool
ler_senha(char senha[SENHA_MAX])
{
    const int fd = open(cache_redis_senha_arquivo, O_RDONLY | O_CLOEXEC);
    struct stat arquivo;
    ssize_t n = -1;

    if (fd < 0)
        return false;
    /* A password that others can read is none. */
    if (fstat(fd, &arquivo) == 0 && (arquivo.st_mode & (S_IRWXG | S_IRWXO)) == 0)
        n = read(fd, senha, SENHA_MAX - 1);
    close(fd);
    if (n <= 0)
        return false;
    senha[n] = '\0';
    senha[strcspn(senha, "\r\n")] = '\0';
    return senha[0] != '\0';
}

static bool
ler_run_id(CacheRedis *r, const redisReply *info)
{
    const char *p;
    size_t n;

    if (info->type != REDIS_REPLY_STRING ||
        (p = strstr(info->str, "run_id:")) == NULL)
        return false;
    p += strlen("run_id:");
    n = strspn(p, "0123456789abcdef");
    if (n == 0 || n >= sizeof(r->run_id))
        return false;
    memcpy(r->run_id, p, n);
    r->run_id[n] = '\0';
    return true;
}

/* Returns false. */
static bool
falhou(CacheRedis *r, const char *motivo)
{
    strlcpy(r->erro, motivo, sizeof(r->erro));
    cache_redis_desligar(r);
    return false;
}

static int
falta_ms(uint64 prazo)
{
    const uint64 agora = cache_agora();

    return agora >= prazo ? 0 : (int)Min((prazo - agora + 999) / 1000, 60000);
}
