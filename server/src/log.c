/*
 * log.c: JSON lines. Pure: no Kore here.
 */
#include "log.h"
#include "utf8.h"

#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static void juntar(LogLinha *l, const char *s, size_t n);
static void chave(LogLinha *l, const char *campo);
static void campo_inteiro(LogLinha *l, size_t antes);
static size_t decimal(char out[24], unsigned long long v);

static char espera[8 * LOG_LINHA_MAX]; /* lines that leave in one write */
static size_t esperam;
static size_t juntas = LOG_LINHA_MAX; /* bytes of them at most */
static bool arquivo; /* they go to a file, which takes whatever comes */
static void (*pedir_despejo)(void);
static long long processo; /* this one; 0 = not asked yet */

enum
{
    FECHO = 2 /* "}\n" is always kept free */
};

void
log_iniciar(LogLinha *l, const char *nivel, const char *evento)
{
    static char instante[64]; /* of the second that was written last */
    static time_t segundo = -1;
    struct timespec agora;
    struct tm tm;
    long ms;

    clock_gettime(CLOCK_REALTIME, &agora);
    if (agora.tv_sec != segundo)
    {
        segundo = agora.tv_sec;
        gmtime_r(&segundo, &tm);
        snprintf(instante, sizeof(instante),
                 "%04d-%02d-%02dT%02d:%02d:%02d.000Z",
                 (tm.tm_year + 1900) % 10000, tm.tm_mon + 1, tm.tm_mday,
                 tm.tm_hour, tm.tm_min, tm.tm_sec);
    }
    ms = agora.tv_nsec / 1000000;
    instante[20] = (char) ('0' + ms / 100);
    instante[21] = (char) ('0' + ms / 10 % 10);
    instante[22] = (char) ('0' + ms % 10);
    l->n = 0;
    l->cheia = false;
    juntar(l, "{", 1);
    log_texto(l, "instante", instante);
    log_texto(l, "nivel", nivel);
    log_texto(l, "evento", evento);
    if (processo == 0)
        processo = getpid();
    log_inteiro(l, "processo", processo);
}

void
log_texto(LogLinha *l, const char *campo, const char *valor)
{
    size_t antes = l->n;
    size_t n;

    chave(l, campo);
    if (valor == NULL)
        juntar(l, "null", 4);
    else
    {
        juntar(l, "\"", 1);
        if (!l->cheia)
        {
            size_t cabe = sizeof(l->buf) - FECHO - l->n;

            n = log_escapar(l->buf + l->n, cabe, valor, strlen(valor));
            if (n < cabe)
                l->n += n;
            else
                l->cheia = true;
        }
        juntar(l, "\"", 1);
    }
    campo_inteiro(l, antes);
}

void
log_inteiro(LogLinha *l, const char *campo, long long valor)
{
    size_t antes = l->n;
    unsigned long long v = (unsigned long long) valor;
    char s[24];

    chave(l, campo);
    if (valor < 0)
        juntar(l, "-", 1);
    juntar(l, s, decimal(s, valor < 0 ? 0 - v : v));
    campo_inteiro(l, antes);
}

void
log_booleano(LogLinha *l, const char *campo, bool valor)
{
    size_t antes = l->n;

    chave(l, campo);
    juntar(l, valor ? "true" : "false", valor ? 4 : 5);
    campo_inteiro(l, antes);
}

void
log_ms(LogLinha *l, const char *campo, unsigned long long micros)
{
    size_t antes = l->n;
    char s[24];
    char fracao[4] = {'.', (char) ('0' + micros / 100 % 10),
                      (char) ('0' + micros / 10 % 10),
                      (char) ('0' + micros % 10)};

    chave(l, campo);
    juntar(l, s, decimal(s, micros / 1000));
    juntar(l, fracao, sizeof(fracao));
    campo_inteiro(l, antes);
}

void
log_enviar(LogLinha *l)
{
    log_juntar(l);
    log_despejar();
}

void
log_juntar(LogLinha *l)
{
    memcpy(l->buf + l->n, "}\n", FECHO);
    l->n += FECHO;
    if (esperam > 0 && l->n > juntas - esperam)
        log_despejar();
    memcpy(espera + esperam, l->buf, l->n);
    esperam += l->n;
    if (pedir_despejo == NULL)
        log_despejar();
    else if (esperam == l->n)
        pedir_despejo();
}

void
log_agrupar(void (*pedir)(void))
{
    struct stat st;

    pedir_despejo = pedir;
    processo = 0;
    arquivo = fstat(STDOUT_FILENO, &st) == 0 && S_ISREG(st.st_mode);
    juntas = arquivo ? sizeof(espera) : LOG_LINHA_MAX;
}

/*
 * Into a pipe whole lines of at most PIPE_BUF together, so that those of several
 * workers do not mix: when poll() says that a pipe takes data, it takes all of
 * that. A full pipe loses them: the front never waits for its log.
 */
void
log_despejar(void)
{
    struct pollfd saida = {.fd = STDOUT_FILENO, .events = POLLOUT};
    size_t n = esperam;
    ssize_t escrito;

    esperam = 0;
    if (n == 0 || (!arquivo && poll(&saida, 1, 0) != 1))
        return;
    escrito = write(STDOUT_FILENO, espera, n);
    (void) escrito;
}

void
log_evento(const char *nivel, const char *evento, const char *texto)
{
    LogLinha l;

    log_iniciar(&l, nivel, evento);
    if (texto != NULL)
        log_texto(&l, "texto", texto);
    log_enviar(&l);
}

size_t
log_escapar(char *out, size_t tam, const char *valor, size_t n)
{
    const unsigned char *s = (const unsigned char *) valor;
    size_t usado = 0;

    for (size_t i = 0; i < n;)
    {
        char peca[8];
        size_t len;
        size_t passo = 1;
        size_t simples = i;

        while (simples < n && s[simples] >= ' ' && s[simples] < 0x7f &&
               s[simples] != '"' && s[simples] != '\\')
            simples++;
        if (simples > i)
        {
            len = simples - i;
            if (usado + len < tam)
                memcpy(out + usado, s + i, len);
            usado += len;
            i = simples;
            continue;
        }

        if (s[i] == '"' || s[i] == '\\')
        {
            peca[0] = '\\';
            peca[1] = (char) s[i];
            len = 2;
        }
        else if (s[i] < ' ' || s[i] == 0x7f)
            len = (size_t) snprintf(peca, sizeof(peca), "\\u%04x", s[i]);
        else
        {
            int u = utf8_tamanho(s + i, n - i);

            /* C1 controls (U+0080..U+009F) drive some terminals */
            if (u == 0 || (s[i] == 0xc2 && s[i + 1] < 0xa0))
            {
                memcpy(peca, "\xef\xbf\xbd", 3);
                len = 3;
            }
            else
            {
                memcpy(peca, s + i, (size_t) u);
                len = passo = (size_t) u;
            }
        }
        if (usado + len < tam)
            memcpy(out + usado, peca, len);
        usado += len;
        i += passo;
    }
    if (usado < tam)
        out[usado] = '\0';
    else if (tam > 0)
        out[0] = '\0';
    return usado;
}

static void
chave(LogLinha *l, const char *campo)
{
    if (l->n > 1)
        juntar(l, ",", 1);
    juntar(l, "\"", 1);
    juntar(l, campo, strlen(campo));
    juntar(l, "\":", 2);
}

/* A field that did not fit is taken back as a whole: the line stays JSON. */
static void
campo_inteiro(LogLinha *l, size_t antes)
{
    if (l->cheia)
        l->n = antes;
}

static void
juntar(LogLinha *l, const char *s, size_t n)
{
    if (l->cheia)
        return;
    if (l->n + n > sizeof(l->buf) - FECHO)
    {
        l->cheia = true;
        return;
    }
    memcpy(l->buf + l->n, s, n);
    l->n += n;
}

static size_t
decimal(char out[24], unsigned long long v)
{
    size_t n = 1;

    for (unsigned long long resto = v; resto >= 10; resto /= 10)
        n++;
    for (size_t i = n; i > 0; i--, v /= 10)
        out[i - 1] = (char) ('0' + v % 10);
    return n;
}
