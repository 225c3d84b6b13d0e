/*
 * carga.c: as many GETs as a server answers, by one thread and an epoll.
 *
 *     carga PORT CONNECTIONS SECONDS PATHS [HEADER...]
 *
 * Each connection to 127.0.0.1 asks for the next line of the file PATHS as soon as
 * its answer is complete. An answer is read to its Content-Length and nothing of
 * it is kept, so that the generator costs about what redis-benchmark does. Prints
 * one JSON line; latencies and its own CPU ("cpu") in microseconds.
 */
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum
{
    CABECA_MAX = 8192,
    LEITURA_MAX = 256 * 1024,
    CONEXOES_MAX = 4096,
    PEDIDOS_MAX = 100000,
    FAIXA_US = 10,
    FAIXAS = 1000000 /* up to 10 s */
};

typedef struct Conexao
{
    int fd;
    uint64_t desde; /* us; when the request left */
    size_t resto;   /* bytes of the body still to come */
    size_t n;       /* bytes of an unfinished head */
    char cabeca[CABECA_MAX];
} Conexao;

typedef struct Pedido
{
    char *texto;
    size_t n;
} Pedido;

static Pedido pedidos[PEDIDOS_MAX];
static int npedidos;
static int proximo;
static Conexao conexoes[CONEXOES_MAX];
static uint32_t faixas[FAIXAS];
static uint64_t respostas, bytes, erros;
static char leitura[LEITURA_MAX];

static uint64_t
agora_us(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

static void
pedidos_ler(const char *arquivo, const char *porta, char **cabecalhos)
{
    FILE *f = fopen(arquivo, "r");
    char linha[4096];

    if (f == NULL)
        err(1, "%s", arquivo);
    while (npedidos < PEDIDOS_MAX && fgets(linha, sizeof linha, f) != NULL)
    {
        Pedido *p = &pedidos[npedidos++];
        FILE *m = open_memstream(&p->texto, &p->n);

        linha[strcspn(linha, "\n")] = '\0';
        fprintf(m, "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%s\r\n", linha, porta);
        for (char **c = cabecalhos; *c != NULL; c++)
            fprintf(m, "%s\r\n", *c);
        fputs("\r\n", m);
        fclose(m);
    }
    fclose(f);
    if (npedidos == 0)
        errx(1, "%s: no paths", arquivo);
}

static void
pedir(Conexao *c)
{
    const Pedido *p = &pedidos[proximo];

    proximo = (proximo + 1) % npedidos;
    c->desde = agora_us();
    c->n = 0;
    if (send(c->fd, p->texto, p->n, MSG_NOSIGNAL) != (ssize_t)p->n)
        err(1, "send");
}

static void
abrir(Conexao *c, int porta, int efd)
{
    struct sockaddr_in s = {.sin_family = AF_INET,
                            .sin_port = htons((uint16_t)porta),
                            .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct epoll_event e = {.events = EPOLLIN, .data.ptr = c};
    int um = 1;

    c->fd = socket(AF_INET, SOCK_STREAM, 0);
    if (c->fd == -1 || connect(c->fd, (struct sockaddr *)&s, sizeof s) != 0 ||
        setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &um, sizeof um) != 0 ||
        epoll_ctl(efd, EPOLL_CTL_ADD, c->fd, &e) != 0)
        err(1, "connect");
}

/* The head in c->cabeca is whole: how long is the body? */
static void
cabeca_ver(Conexao *c)
{
    const char *tamanho;

    c->cabeca[c->n] = '\0';
    tamanho = strcasestr(c->cabeca, "\r\ncontent-length:");
    c->resto = tamanho != NULL ? strtoull(tamanho + 17, NULL, 10) : 0;
    if (memcmp(c->cabeca, "HTTP/1.1 200 ", 13) != 0)
        erros++;
}

static void
completa(Conexao *c, uint64_t agora)
{
    uint64_t faixa = (agora - c->desde) / FAIXA_US;

    faixas[faixa < FAIXAS ? faixa : FAIXAS - 1]++;
    respostas++;
    pedir(c);
}

/* One request at a time: what has come is of one answer. */
static void
receber(Conexao *c)
{
    ssize_t lidos = recv(c->fd, leitura, sizeof leitura, MSG_DONTWAIT);
    const char *fim;
    size_t cabe, corpo;

    if (lidos == -1 && (errno == EAGAIN || errno == EINTR))
        return;
    if (lidos <= 0)
        errx(1, "the server has closed a connection");
    bytes += (uint64_t)lidos;
    if (c->n == SIZE_MAX) /* the head has come before */
        corpo = (size_t)lidos;
    else
    {
        cabe = sizeof c->cabeca - 1 - c->n;
        if (cabe > (size_t)lidos)
            cabe = (size_t)lidos;
        memcpy(c->cabeca + c->n, leitura, cabe);
        fim = memmem(c->cabeca, c->n + cabe, "\r\n\r\n", 4);
        if (fim == NULL)
        {
            c->n += cabe;
            if (c->n == sizeof c->cabeca - 1)
                errx(1, "an endless head");
            return;
        }
        corpo = c->n + (size_t)lidos - (size_t)(fim + 4 - c->cabeca);
        c->n = (size_t)(fim + 4 - c->cabeca);
        cabeca_ver(c);
        c->n = SIZE_MAX;
    }
    if (corpo > c->resto)
        errx(1, "more bytes than the answer has");
    c->resto -= corpo;
    if (c->resto == 0)
        completa(c, agora_us());
}

static uint64_t
percentil(double q)
{
    uint64_t ate = (uint64_t)((double)respostas * q);
    uint64_t soma = 0;

    for (int i = 0; i < FAIXAS; i++)
        if ((soma += faixas[i]) > ate)
            return (uint64_t)i * FAIXA_US;
    return (uint64_t)FAIXAS * FAIXA_US;
}

int
main(int argc, char **argv)
{
    struct epoll_event prontas[1024];
    struct rusage r;
    uint64_t inicio, fim;
    int efd = epoll_create1(0);
    int n;

    if (argc < 5 || (n = atoi(argv[2])) < 1 || n > CONEXOES_MAX)
        errx(2, "carga PORT CONNECTIONS SECONDS PATHS [HEADER...]");
    pedidos_ler(argv[4], argv[1], argv + 5);
    for (int i = 0; i < n; i++)
        abrir(&conexoes[i], atoi(argv[1]), efd);
    inicio = agora_us();
    fim = inicio + (uint64_t)(atof(argv[3]) * 1e6);
    for (int i = 0; i < n; i++)
        pedir(&conexoes[i]);
    while (agora_us() < fim)
    {
        int m = epoll_wait(efd, prontas, 1024, 100);

        for (int i = 0; i < m; i++)
            receber(prontas[i].data.ptr);
    }
    fim = agora_us();
    getrusage(RUSAGE_SELF, &r);
    printf("{\"n\":%llu,\"us\":%llu,\"bytes\":%llu,\"erros\":%llu,\"p50\":%llu,"
           "\"p99\":%llu,\"cpu\":%llu}\n",
           (unsigned long long)respostas, (unsigned long long)(fim - inicio),
           (unsigned long long)bytes, (unsigned long long)erros,
           (unsigned long long)percentil(0.5), (unsigned long long)percentil(0.99),
           (unsigned long long)(r.ru_utime.tv_sec + r.ru_stime.tv_sec) * 1000000 +
               (unsigned long long)(r.ru_utime.tv_usec + r.ru_stime.tv_usec));
    return 0;
}
