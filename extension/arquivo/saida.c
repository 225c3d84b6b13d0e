/*
 * saida.c: the files this program makes, and its one way to fail: they are
 * deleted however it ends but with success.
 */
#include "saida.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

enum
{
    ARQUIVOS_MAX = 2,
    BLOCO = 64 * 1024
};

/* Read by the signal handler: a path is whole before it is counted. */
static char arquivos[ARQUIVOS_MAX][PATH_MAX];
static volatile sig_atomic_t n_arquivos;
static int temporario_errno;
static int temporario_descritor = -1;

static void terminar(int sinal);
static ssize_t temporario_ler(void *fd, char *bytes, size_t n);
static ssize_t temporario_escrever(void *fd, const char *bytes, size_t n);
static int temporario_mover(void *fd, off64_t *pos, int de_onde);
static int temporario_fechar(void *fd);
static int sem_nome(const char *caminho);

void
falhar(Codigo codigo, const char *formato, ...)
{
    va_list args;

    saida_apagar();
    fputs("crm_arquivo: ", stderr);
    va_start(args, formato);
    vfprintf(stderr, formato, args);
    va_end(args);
    fputc('\n', stderr);
    fflush(stderr);
    _exit(codigo);
}

void
falhar_disco(const char *o_que)
{
    falhar(CODIGO_DISCO, "%s: %s", o_que, strerror(errno));
}

void *
exigir(void *memoria)
{
    if (memoria == NULL)
        falhar(CODIGO_MEMORIA, "out of memory");
    return memoria;
}

void
saida_preparar(void)
{
    static const int fins[] = {SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL};
    struct sigaction acao = {.sa_handler = terminar};
    pid_t pai = getppid();

    sigfillset(&acao.sa_mask);
    for (size_t i = 0; i < sizeof(fins) / sizeof(fins[0]); i++)
        sigaction(fins[i], &acao, NULL);
    /* A full disk is an error of write(), not a signal. */
    signal(SIGXFSZ, SIG_IGN);
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != pai)
        raise(SIGTERM);
}

FILE *
saida_criar(const char *caminho)
{
    struct stat st;
    int fd = open(caminho, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    static char bloco[BLOCO];
    FILE *f;

    if (fd < 0 && errno == EEXIST && lstat(caminho, &st) == 0 && S_ISCHR(st.st_mode))
        fd = open(caminho, O_WRONLY | O_CLOEXEC);
    else if (fd >= 0)
    {
        if (strlen(caminho) >= PATH_MAX || n_arquivos == ARQUIVOS_MAX)
            abort();
        strcpy(arquivos[n_arquivos], caminho);
        n_arquivos++;
    }
    if (fd < 0)
        falhar(CODIGO_CRIAR, "could not make a file: %s", strerror(errno));
    f = exigir(fdopen(fd, "wb"));
    /* One is written at a time. */
    setvbuf(f, bloco, _IOFBF, sizeof(bloco));
    return f;
}

void
saida_fechar(FILE *f)
{
    if (ferror(f) || fclose(f) != 0)
        falhar_disco("could not write");
}

void
saida_conferir(const char *caminho, const char *fim, size_t n, size_t do_fim)
{
    char bytes[64];
    struct stat st;
    FILE *f = fopen(caminho, "rb");

    if (f == NULL || fstat(fileno(f), &st) != 0)
        falhar_disco("could not read what was written");
    if (S_ISREG(st.st_mode) &&
        (n > sizeof(bytes) || fseek(f, -(long)do_fim, SEEK_END) != 0 ||
         fread(bytes, 1, n, f) != n || memcmp(bytes, fim, n) != 0))
        falhar(CODIGO_DISCO, "could not write: the file is not whole");
    fclose(f);
}

long long
saida_bytes(const char *caminho)
{
    struct stat st;

    return stat(caminho, &st) == 0 ? (long long)st.st_size : 0;
}

FILE *
saida_temporario(const char *caminho)
{
    cookie_io_functions_t funcoes = {temporario_ler, temporario_escrever, temporario_mover, temporario_fechar};
    int fd = sem_nome(caminho);
    FILE *f;

    if (fd < 0)
        return NULL;
    f = fopencookie((void *)(intptr_t)fd, "w+", funcoes);
    if (f == NULL)
        close(fd);
    else
        temporario_descritor = fd;
    return f;
}

int
saida_temporario_descritor(void)
{
    return temporario_descritor;
}

bool
saida_temporario_falhou(void)
{
    errno = temporario_errno;
    return temporario_errno != 0;
}

void
saida_apagar(void)
{
    for (int i = 0; i < n_arquivos; i++)
        unlink(arquivos[i]);
    n_arquivos = 0;
}

static void
terminar(int sinal)
{
    saida_apagar();
    signal(sinal, SIG_DFL);
    raise(sinal);
}

/* A stream over a descriptor that remembers a failed write past its fclose(). */
static ssize_t
temporario_ler(void *fd, char *bytes, size_t n)
{
    ssize_t m = read((int)(intptr_t)fd, bytes, n);

    if (m < 0)
        temporario_errno = errno;
    return m;
}

static ssize_t
temporario_escrever(void *fd, const char *bytes, size_t n)
{
    size_t feito = 0;

    while (feito < n)
    {
        ssize_t m = write((int)(intptr_t)fd, bytes + feito, n - feito);

        if (m <= 0)
        {
            temporario_errno = m < 0 ? errno : ENOSPC;
            break;
        }
        feito += (size_t)m;
    }
    return (ssize_t)feito;
}

static int
temporario_mover(void *fd, off64_t *pos, int de_onde)
{
    off64_t novo = lseek64((int)(intptr_t)fd, *pos, de_onde);

    if (novo < 0)
        return -1;
    *pos = novo;
    return 0;
}

static int
temporario_fechar(void *fd)
{
    return close((int)(intptr_t)fd);
}

static int
sem_nome(const char *caminho)
{
    char copia[PATH_MAX];
    char modelo[PATH_MAX + 16];
    const char *tmp = getenv("TMPDIR");
    const char *pasta;
    struct stat st;
    int fd;

    strncpy(copia, caminho, sizeof(copia) - 1);
    copia[sizeof(copia) - 1] = '\0';
    pasta = dirname(copia);
    if (stat(caminho, &st) == 0 && S_ISCHR(st.st_mode))
        pasta = tmp != NULL ? tmp : "/tmp";
    fd = open(pasta, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd >= 0)
        return fd;
    /* A file system without nameless files: PostgreSQL deletes that name, too. */
    snprintf(modelo, sizeof(modelo), "%s/pgsql_tmp.XXXXXX", pasta);
    fd = mkostemp(modelo, O_CLOEXEC);
    if (fd >= 0)
        unlink(modelo);
    return fd;
}
