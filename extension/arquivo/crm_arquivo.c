/*
 * crm_arquivo.c: rows on standard input, a file behind it. README.md has the
 * command line, the formats read and the exit codes.
 */
#include "arquivo.h"
#include "saida.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

typedef void (*Fazer)(const Cabeca *c, LinhasFonte fonte, void *contexto, const char *saida, Relato *relato);

static const struct
{
    const char *nome;
    Fazer fazer;
} formatos[] = {
    {"xlsx", planilha_fazer},
    {"pdf", pdf_fazer},
};

static const char sufixo[] = "_cairo";
static char **argumentos;

static Fazer formato(const char *nome);
static void ler_cabeca(Cabeca *c, const char *caminho);
static ssize_t entrada(void *contexto, char *bytes, size_t max);
static void relatar(const char *caminho, const char *saida, const Relato *r);
static long pico_kib(void);

int
main(int argc, char **argv)
{
    Relato relato = {0};
    Cabeca c;
    Fazer fazer;

    argumentos = argv;
    saida_preparar();
    if (argc < 4 || argc > 5 || (fazer = formato(argv[1])) == NULL)
        falhar(CODIGO_ARGUMENTOS, "usage: crm_arquivo xlsx|pdf HEAD OUTPUT [REPORT] < rows");
    ler_cabeca(&c, argv[2]);
    fazer(&c, entrada, NULL, argv[3], &relato);
    if (argc == 5)
        relatar(argv[4], argv[3], &relato);
    return 0;
}

/*
 * pango and cairo are forty shared libraries, as long to load as a thousand rows are
 * to write: only a document that needs them is made by the program that has them,
 * which lies beside this one.
 */
void
arquivo_com_cairo(int linhas)
{
    char programa[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", programa, sizeof(programa) - sizeof(sufixo));

    if (n < 0 || lseek(linhas, 0, SEEK_SET) != 0 || dup2(linhas, STDIN_FILENO) < 0)
        falhar_disco("could not hand over the rows");
    memcpy(programa + n, sufixo, sizeof(sufixo));
    /* It makes the file itself, anew. */
    saida_apagar();
    execv(programa, argumentos);
    falhar(CODIGO_BIBLIOTECA, "could not go on with cairo: %s", strerror(errno));
}

void
arquivo_abrir_linhas(Linhas *l, const Cabeca *c, LinhasFonte fonte, void *contexto, size_t celula_max)
{
    if (!linhas_abrir(l, fonte, contexto, c->n_colunas, celula_max))
        falhar(CODIGO_MEMORIA, "out of memory");
}

void
arquivo_fechar_linhas(Linhas *l)
{
    LinhasFalha falha = l->falha;
    unsigned long long numero = l->numero;

    if (falha == LINHAS_LEITURA)
        falhar_disco("could not read rows");
    if (falha != LINHAS_OK)
        falhar(falha == LINHAS_MEMORIA ? CODIGO_MEMORIA : CODIGO_LINHAS, "%s, behind row %llu", linhas_falha_texto(falha), numero);
    linhas_fechar(l);
}

static Fazer
formato(const char *nome)
{
    for (size_t i = 0; i < sizeof(formatos) / sizeof(formatos[0]); i++)
        if (strcmp(nome, formatos[i].nome) == 0)
            return formatos[i].fazer;
    return NULL;
}

static void
ler_cabeca(Cabeca *c, const char *caminho)
{
    char *dados = exigir(malloc(CABECA_BYTES_MAX + 1));
    FILE *f = fopen(caminho, "rb");
    const char *falha;
    size_t n;
    int linha;

    if (f == NULL)
        falhar(CODIGO_CABECA, "could not open the head: %s", strerror(errno));
    n = fread(dados, 1, CABECA_BYTES_MAX + 1, f);
    if (ferror(f))
        falhar(CODIGO_CABECA, "could not read the head: %s", strerror(errno));
    fclose(f);
    if (n > CABECA_BYTES_MAX)
        falhar(CODIGO_CABECA, "head has more than %d bytes", CABECA_BYTES_MAX);
    dados = exigir(realloc(dados, n + 1));
    falha = cabeca_ler(c, dados, n, &linha);
    if (falha != NULL)
        falhar(CODIGO_CABECA, "head, line %d: %s", linha, falha);
}

static ssize_t
entrada(void *contexto, char *bytes, size_t max)
{
    ssize_t n;

    do
        n = read(STDIN_FILENO, bytes, max);
    while (n < 0 && errno == EINTR);
    return n;
}

static void
relatar(const char *caminho, const char *saida, const Relato *r)
{
    FILE *f = saida_criar(caminho);
    struct rusage uso;

    getrusage(RUSAGE_SELF, &uso);
    fprintf(f, "linhas=%llu bytes=%lld cortadas=%llu motor=%s rss_kib=%ld cpu_ms=%lld\n",
            (unsigned long long)r->linhas, saida_bytes(saida), (unsigned long long)r->cortadas, r->motor, pico_kib(),
            (uso.ru_utime.tv_sec + uso.ru_stime.tv_sec) * 1000LL + (uso.ru_utime.tv_usec + uso.ru_stime.tv_usec) / 1000);
    saida_fechar(f);
}

/* Of this program alone: ru_maxrss has what the process was before exec, too. */
static long
pico_kib(void)
{
    FILE *f = fopen("/proc/self/status", "r");
    char linha[256];
    long kib = 0;

    while (f != NULL && fgets(linha, sizeof(linha), f) != NULL)
        if (sscanf(linha, "VmHWM: %ld kB", &kib) == 1)
            break;
    if (f != NULL)
        fclose(f);
    return kib;
}
