/*
 * elo_redis.c: a link to Redis that a test commands. It stands between a client
 * (PostgreSQL or the front) and Redis on Unix sockets and knows the protocol, so
 * that one command or one answer can be stopped and let go at will.
 *
 *   elo_redis LISTEN UPSTREAM CONTROL [cru]
 *
 * "cru" forwards bytes without reading them (nothing can be held then). Lines on
 * the control socket, each answered by one line:
 *   passar             everything passes (what was frozen is delivered now)
 *   atrasar MS         each command reaches Redis MS milliseconds later
 *   congelar           nothing moves, nothing is lost: delivered after "passar"
 *   buraco             what comes is lost, in both directions; "passar" closes
 *                      the connections that lost something
 *   recusar            connections are closed, new ones too
 *   cortar             closes the connections that there are
 *   segurar pedido|resposta N TEXT   after N others, the next command that
 *                      contains TEXT (or its answer) stays here until "soltar"
 *   soltar             lets go what is held, also through a "buraco" and for a
 *                      client that gave up: a network delivers late too
 *   destino PATH       another Redis for new connections
 *   presos | conexoes  how many
 *   vistos             the last commands, newest first, separated by " ; "
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum
{
    CONEXOES_MAX = 1024,
    REGRAS_MAX = 8,
    VISTOS_MAX = 64,
    TEXTO_MAX = 240,
    LEITURA = 64 * 1024
};

typedef enum
{
    PASSAR,
    ATRASAR,
    CONGELAR,
    BURACO,
    RECUSAR
} Modo;

/* One command or one answer, or bytes of a raw link. */
typedef struct Parte
{
    struct Parte *prox;
    size_t tam, feito;
    int64_t quando; /* monotonic ms: not before */
    bool preso;
    bool segurar_resposta; /* of a command: hold what answers it */
    bool pela_fenda;       /* let go: passes whatever the mode */
    char dados[];
} Parte;

typedef struct Fila
{
    Parte *primeira, *ultima;
} Fila;

typedef struct Buffer
{
    char *p;
    size_t tam, cap;
} Buffer;

typedef struct Conexao
{
    int cliente, servidor; /* -1 = gone */
    Buffer de_cliente, de_servidor;
    Fila ida, volta;
    bool *esperadas; /* of each command under way: is its answer to be held */
    size_t n_esperadas, cap_esperadas;
    bool perdeu; /* a black hole took something */
} Conexao;

typedef struct Regra
{
    bool resposta;
    int pular;
    char texto[TEXTO_MAX];
} Regra;

static Conexao *conexoes[CONEXOES_MAX];
static int n_conexoes;
static Regra regras[REGRAS_MAX];
static int n_regras;
static char vistos[VISTOS_MAX][TEXTO_MAX];
static unsigned n_vistos;
static Modo modo = PASSAR;
static int atraso_ms;
static bool cru;
static char destino[108];

static int64_t agora_ms(void);
static int escutar(const char *caminho);
static int ligar(const char *caminho);
static void aceitar(int escuta);
static void fechar(int i);
static void ler(Conexao *c, bool do_cliente);
static void separar(Conexao *c, bool do_cliente);
static long comprimento(const char *p, size_t n);
static void comando_texto(const char *p, size_t n, char saida[TEXTO_MAX]);
static void enfileirar(Conexao *c, bool ida, const char *p, size_t n);
static bool regra_pega(const char *texto, bool resposta);
static void enviar(Conexao *c, bool ida, int64_t agora);
static int espera_ms(int64_t agora);
static void controlar(int fd, char *linha);
static void responder(int fd, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

int
main(int argc, char **argv)
{
    int escuta, controle, comando = -1;
    char linha[1024];
    size_t lido = 0;

    if (argc < 4)
    {
        fprintf(stderr, "elo_redis LISTEN UPSTREAM CONTROL [cru]\n");
        return 2;
    }
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    signal(SIGPIPE, SIG_IGN);
    cru = argc > 4 && strcmp(argv[4], "cru") == 0;
    snprintf(destino, sizeof destino, "%s", argv[2]);
    escuta = escutar(argv[1]);
    controle = escutar(argv[3]);
    if (escuta < 0 || controle < 0)
    {
        perror("elo_redis");
        return 1;
    }

    for (;;)
    {
        static struct pollfd p[3 + 2 * CONEXOES_MAX];
        int n = 0;
        int64_t agora = agora_ms();

        p[n++] = (struct pollfd){.fd = escuta, .events = POLLIN};
        p[n++] = (struct pollfd){.fd = controle, .events = POLLIN};
        p[n++] = (struct pollfd){.fd = comando, .events = POLLIN};
        for (int i = 0; i < n_conexoes; i++)
        {
            short le = modo == CONGELAR ? 0 : POLLIN;

            p[n++] = (struct pollfd){.fd = conexoes[i]->cliente, .events = le};
            p[n++] = (struct pollfd){.fd = conexoes[i]->servidor, .events = le};
        }
        if (poll(p, (nfds_t)n, espera_ms(agora)) < 0 && errno != EINTR)
            return 1;

        for (int i = 0, antes = n_conexoes; i < antes; i++)
        {
            if (p[3 + 2 * i].revents != 0 && modo != CONGELAR)
                ler(conexoes[i], true);
            if (p[4 + 2 * i].revents != 0 && modo != CONGELAR)
                ler(conexoes[i], false);
        }
        if (p[0].revents & POLLIN)
            aceitar(escuta);
        if (p[1].revents & POLLIN)
        {
            if (comando >= 0)
                close(comando);
            comando = accept4(controle, NULL, NULL, SOCK_CLOEXEC);
            lido = 0;
        }
        else if (comando >= 0 && p[2].revents != 0)
        {
            ssize_t r = read(comando, linha + lido, sizeof linha - 1 - lido);
            char *fim;

            if (r <= 0)
            {
                close(comando);
                comando = -1;
            }
            else
            {
                lido += (size_t)r;
                linha[lido] = '\0';
                while ((fim = strchr(linha, '\n')) != NULL)
                {
                    *fim = '\0';
                    controlar(comando, linha);
                    lido -= (size_t)(fim + 1 - linha);
                    memmove(linha, fim + 1, lido + 1);
                }
            }
        }

        agora = agora_ms();
        for (int i = n_conexoes - 1; i >= 0; i--)
        {
            Conexao *c = conexoes[i];

            enviar(c, true, agora);
            enviar(c, false, agora);
            /* A client that gave up leaves commands that still arrive. */
            if (c->servidor < 0 || (c->cliente < 0 && c->ida.primeira == NULL))
                fechar(i);
        }
    }
}

static int64_t
agora_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static struct sockaddr_un
endereco(const char *caminho)
{
    struct sockaddr_un a = {.sun_family = AF_UNIX};

    snprintf(a.sun_path, sizeof a.sun_path, "%s", caminho);
    return a;
}

static int
escutar(const char *caminho)
{
    struct sockaddr_un a = endereco(caminho);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    unlink(caminho);
    if (bind(fd, (struct sockaddr *)&a, sizeof a) != 0 || listen(fd, 512) != 0)
        return -1;
    chmod(caminho, 0777);
    return fd;
}

static int
ligar(const char *caminho)
{
    struct sockaddr_un a = endereco(caminho);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (connect(fd, (struct sockaddr *)&a, sizeof a) != 0)
    {
        close(fd);
        return -1;
    }
    return fd;
}

static void
aceitar(int escuta)
{
    int cliente = accept4(escuta, NULL, NULL, SOCK_CLOEXEC);
    int servidor;
    Conexao *c;

    if (cliente < 0)
        return;
    servidor = modo == RECUSAR || n_conexoes == CONEXOES_MAX ? -1 : ligar(destino);
    if (servidor < 0)
    {
        close(cliente);
        return;
    }
    fcntl(cliente, F_SETFL, O_NONBLOCK);
    fcntl(servidor, F_SETFL, O_NONBLOCK);
    c = calloc(1, sizeof *c);
    c->cliente = cliente;
    c->servidor = servidor;
    conexoes[n_conexoes++] = c;
}

static void
esvaziar(Fila *f)
{
    while (f->primeira != NULL)
    {
        Parte *p = f->primeira;

        f->primeira = p->prox;
        free(p);
    }
    f->ultima = NULL;
}

static void
fechar(int i)
{
    Conexao *c = conexoes[i];

    if (c->cliente >= 0)
        close(c->cliente);
    if (c->servidor >= 0)
        close(c->servidor);
    esvaziar(&c->ida);
    esvaziar(&c->volta);
    free(c->de_cliente.p);
    free(c->de_servidor.p);
    free(c->esperadas);
    free(c);
    conexoes[i] = conexoes[--n_conexoes];
}

static void
ler(Conexao *c, bool do_cliente)
{
    int *fd = do_cliente ? &c->cliente : &c->servidor;
    Buffer *b = do_cliente ? &c->de_cliente : &c->de_servidor;
    ssize_t r;

    if (*fd < 0)
        return;
    if (b->cap - b->tam < LEITURA)
    {
        b->cap = b->tam + 2 * LEITURA;
        b->p = realloc(b->p, b->cap);
    }
    r = read(*fd, b->p + b->tam, LEITURA);
    if (r < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (r <= 0)
    {
        close(*fd);
        *fd = -1;
        return;
    }
    if (modo == BURACO)
    {
        c->perdeu = true;
        /* A command that is to be held is taken out before the rest is lost. */
        if (!do_cliente || n_regras == 0)
            return;
    }
    b->tam += (size_t)r;
    separar(c, do_cliente);
    if (modo == BURACO)
        b->tam = 0;
}

static void
separar(Conexao *c, bool do_cliente)
{
    Buffer *b = do_cliente ? &c->de_cliente : &c->de_servidor;
    size_t feito = 0;

    if (cru)
    {
        enfileirar(c, do_cliente, b->p, b->tam);
        b->tam = 0;
        return;
    }
    while (feito < b->tam)
    {
        long n = comprimento(b->p + feito, b->tam - feito);

        if (n <= 0)
            break;
        enfileirar(c, do_cliente, b->p + feito, (size_t)n);
        feito += (size_t)n;
    }
    memmove(b->p, b->p + feito, b->tam - feito);
    b->tam -= feito;
}

/* Bytes of the first complete value (RESP 2) or inline command; 0 = not all there. */
static long
comprimento(const char *p, size_t n)
{
    const char *fim = memchr(p, '\n', n);
    long linha, quantos, total;

    if (fim == NULL)
        return 0;
    linha = fim + 1 - p;
    if (*p != '*' && *p != '$')
        return linha;
    quantos = strtol(p + 1, NULL, 10);
    if (quantos < 0)
        return linha;
    if (*p == '$')
        return linha + quantos + 2 <= (long)n ? linha + quantos + 2 : 0;
    total = linha;
    while (quantos-- > 0)
    {
        long um = comprimento(p + total, n - (size_t)total);

        if (um == 0)
            return 0;
        total += um;
    }
    return total;
}

/* The words of a command, one blank between them. */
static void
comando_texto(const char *p, size_t n, char saida[TEXTO_MAX])
{
    const char *fim = p + n;
    size_t k = 0;

    while (p < fim && k < TEXTO_MAX - 2)
    {
        const char *linha = memchr(p, '\n', (size_t)(fim - p));

        if (linha == NULL)
            break;
        if (*p == '$')
        {
            long tam = strtol(p + 1, NULL, 10);

            p = linha + 1;
            if (k > 0)
                saida[k++] = ' ';
            for (long i = 0; i < tam && p + i < fim && k < TEXTO_MAX - 2; i++)
                saida[k++] = p[i] >= ' ' && p[i] <= '~' ? p[i] : '?';
            p += tam + 2;
        }
        else
            p = linha + 1;
    }
    saida[k] = '\0';
}

static void
enfileirar(Conexao *c, bool ida, const char *p, size_t n)
{
    Parte *parte = calloc(1, sizeof *parte + n);
    Fila *f = ida ? &c->ida : &c->volta;

    memcpy(parte->dados, p, n);
    parte->tam = n;
    parte->quando = agora_ms() + (ida && modo == ATRASAR ? atraso_ms : 0);
    if (ida && !cru)
    {
        char *texto = vistos[n_vistos++ % VISTOS_MAX];

        comando_texto(p, n, texto);
        parte->preso = regra_pega(texto, false);
        parte->segurar_resposta = regra_pega(texto, true);
    }
    else if (!cru && c->n_esperadas > 0)
    {
        parte->preso = c->esperadas[0];
        memmove(c->esperadas, c->esperadas + 1, --c->n_esperadas * sizeof *c->esperadas);
    }
    if (modo == BURACO && !parte->preso)
    {
        free(parte);
        return;
    }
    if (f->ultima != NULL)
        f->ultima->prox = parte;
    else
        f->primeira = parte;
    f->ultima = parte;
}

static bool
regra_pega(const char *texto, bool resposta)
{
    for (int i = 0; i < n_regras; i++)
    {
        if (regras[i].resposta != resposta || strstr(texto, regras[i].texto) == NULL)
            continue;
        if (regras[i].pular-- > 0)
            return false;
        regras[i] = regras[--n_regras];
        return true;
    }
    return false;
}

static void
enviar(Conexao *c, bool ida, int64_t agora)
{
    Fila *f = ida ? &c->ida : &c->volta;
    int *fd = ida ? &c->servidor : &c->cliente;
    Parte *p;

    while ((p = f->primeira) != NULL)
    {
        ssize_t r;

        if (*fd < 0)
        {
            esvaziar(f);
            return;
        }
        if (!p->pela_fenda &&
            (p->preso || p->quando > agora || modo == CONGELAR || modo == BURACO))
            return;
        r = send(*fd, p->dados + p->feito, p->tam - p->feito, MSG_NOSIGNAL);
        if (r < 0)
        {
            if (errno == EAGAIN || errno == EINTR)
                return;
            close(*fd);
            *fd = -1;
            continue;
        }
        p->feito += (size_t)r;
        if (p->feito < p->tam)
            return;
        if (ida && !cru)
        {
            if (c->n_esperadas == c->cap_esperadas)
            {
                c->cap_esperadas = 2 * c->cap_esperadas + 8;
                c->esperadas = realloc(c->esperadas, c->cap_esperadas * sizeof *c->esperadas);
            }
            c->esperadas[c->n_esperadas++] = p->segurar_resposta;
        }
        f->primeira = p->prox;
        if (f->primeira == NULL)
            f->ultima = NULL;
        free(p);
    }
}

/* Until the next part that waits for its time; 5 ms while a socket is full. */
static int
espera_ms(int64_t agora)
{
    int64_t menor = 1000;

    if (modo == CONGELAR || modo == BURACO)
        return 1000;
    for (int i = 0; i < n_conexoes; i++)
        for (int k = 0; k < 2; k++)
        {
            const Parte *p = k == 0 ? conexoes[i]->ida.primeira : conexoes[i]->volta.primeira;

            if (p == NULL || (p->preso && !p->pela_fenda))
                continue;
            if (p->quando - agora < menor)
                menor = p->quando > agora ? p->quando - agora : 5;
        }
    return (int)menor;
}

static void
soltar(void)
{
    for (int i = 0; i < n_conexoes; i++)
        for (int k = 0; k < 2; k++)
            for (Parte *p = k == 0 ? conexoes[i]->ida.primeira : conexoes[i]->volta.primeira;
                 p != NULL; p = p->prox)
                if (p->preso)
                {
                    p->preso = false;
                    p->pela_fenda = true;
                }
}

static int
presos(void)
{
    int n = 0;

    for (int i = 0; i < n_conexoes; i++)
        for (int k = 0; k < 2; k++)
            for (Parte *p = k == 0 ? conexoes[i]->ida.primeira : conexoes[i]->volta.primeira;
                 p != NULL; p = p->prox)
                n += p->preso;
    return n;
}

static void
controlar(int fd, char *linha)
{
    char texto[TEXTO_MAX] = "";
    char que[16] = "";
    int n = 0;

    if (strcmp(linha, "passar") == 0 || strncmp(linha, "atrasar ", 8) == 0)
    {
        for (int i = n_conexoes - 1; i >= 0; i--)
            if (conexoes[i]->perdeu)
                fechar(i);
        modo = linha[0] == 'p' ? PASSAR : ATRASAR;
        atraso_ms = modo == ATRASAR ? atoi(linha + 8) : 0;
    }
    else if (strcmp(linha, "congelar") == 0)
        modo = CONGELAR;
    else if (strcmp(linha, "buraco") == 0)
        modo = BURACO;
    else if (strcmp(linha, "recusar") == 0 || strcmp(linha, "cortar") == 0)
    {
        if (linha[0] == 'r')
            modo = RECUSAR;
        while (n_conexoes > 0)
            fechar(n_conexoes - 1);
    }
    else if (sscanf(linha, "segurar %15s %d %239[^\n]", que, &n, texto) == 3)
    {
        if (n_regras == REGRAS_MAX)
        {
            responder(fd, "erro: too many rules\n");
            return;
        }
        regras[n_regras] = (Regra){.resposta = strcmp(que, "resposta") == 0, .pular = n};
        snprintf(regras[n_regras++].texto, TEXTO_MAX, "%s", texto);
    }
    else if (strcmp(linha, "soltar") == 0)
    {
        n_regras = 0;
        soltar();
    }
    else if (strncmp(linha, "destino ", 8) == 0)
        snprintf(destino, sizeof destino, "%.100s", linha + 8);
    else if (strcmp(linha, "presos") == 0)
    {
        responder(fd, "%d\n", presos());
        return;
    }
    else if (strcmp(linha, "conexoes") == 0)
    {
        responder(fd, "%d\n", n_conexoes);
        return;
    }
    else if (strcmp(linha, "vistos") == 0)
    {
        for (unsigned i = 0; i < VISTOS_MAX && i < n_vistos; i++)
            responder(fd, "%s%s", i > 0 ? " ; " : "", vistos[(n_vistos - 1 - i) % VISTOS_MAX]);
        responder(fd, "\n");
        return;
    }
    else
    {
        responder(fd, "erro: %s\n", linha);
        return;
    }
    responder(fd, "ok\n");
}

static void
responder(int fd, const char *fmt, ...)
{
    char linha[1024];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(linha, sizeof linha, fmt, ap);
    va_end(ap);
    if (send(fd, linha, strlen(linha), MSG_NOSIGNAL) < 0)
        return; /* who asked has gone */
}
