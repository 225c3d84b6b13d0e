/*
 * exportacao_arquivo.c: rows into a file, the file into parts.
 *
 * The rows leave by COPY (exportacao_copia.c). CSV is COPY's own, straight into
 * parts; for xlsx and pdf the text goes to crm_arquivo, a program of its own
 * (extension/arquivo/), so that a defect in a foreign library ends that process and
 * not PostgreSQL, and its memory is its own. Its file lies among PostgreSQL's
 * temporary files under one of its names: we delete it when the transaction ends,
 * PostgreSQL itself after a crash. What stays is bytes as rows of
 * crm.exportacao_partes, in the same transaction.
 *
 * Source: SPEC EXPORT-1, EXPORT-4.
 */
#include "exportacao.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "access/xact.h"
#include "common/file_perm.h"
#include "miscadmin.h"
#include "port.h"
#include "storage/fd.h"
#include "utils/guc.h"
#include "utils/memutils.h"

enum
{
    TEMPORARIOS = 4, /* files of a transaction at a time */
    NOME_MAX = 64
};

/* A file to delete when its subtransaction ends. */
typedef struct Temporario
{
    char nome[NOME_MAX]; /* relative to the data directory; "": free */
    SubTransactionId dono;
} Temporario;

static Temporario temporarios[TEMPORARIOS];

static void fim_transacao(XactEvent evento, void *arg);
static void fim_subtransacao(SubXactEvent evento, SubTransactionId meu,
                             SubTransactionId pai, void *arg);
static const char *temporario_nome(void);
static void temporario_apagar(const char *nome);
static void temporario_criar(const char *nome, const char *conteudo);
static const char *escrever_programa(const char *formato, const Montagem *m,
                                     Gerada *g);
static char *comando(const char *formato, const char *cabeca,
                     const char *saida);
static void fatiar(const char *arquivo, Partes *p);

void
exportacao_arquivo_init(void)
{
    RegisterXactCallback(fim_transacao, NULL);
    RegisterSubXactCallback(fim_subtransacao, NULL);
}

void
exportacao_escrever(int64 id, const char *formato, const Montagem *m, Gerada *g)
{
    const bool csv = strcmp(formato, "csv") == 0;
    const char *arquivo = NULL;
    int nivel;
    Partes p;

    memset(g, 0, sizeof(*g));
    partes_abrir(&p, id, g);
    nivel = NewGUCNestLevel();
    plano_muitas_linhas();
    (void)set_config_option("datestyle", "ISO", PGC_USERSET, PGC_S_SESSION,
                            GUC_ACTION_SAVE, true, 0, false);
    (void)set_config_option("max_parallel_workers_per_gather", "0", PGC_USERSET,
                            PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
    if (csv)
    {
        if (m->bom)
            partes_juntar(&p, "\xEF\xBB\xBF", 3);
        g->linhas = copia_para_partes(m, &p);
    }
    else
        arquivo = escrever_programa(formato, m, g);
    AtEOXact_GUC(true, nivel);

    if (arquivo != NULL)
    {
        fatiar(arquivo, &p);
        temporario_apagar(arquivo);
    }
    partes_fechar(&p);
}

/* ---- the files ---- */

static const char *
temporario_nome(void)
{
    static uint32 ultimo = 0;

    for (int i = 0; i < TEMPORARIOS; i++)
        if (temporarios[i].nome[0] == '\0')
        {
            /* As fd.c calls its own, in the place it looks after a crash. */
            if (MakePGDirectory("base/" PG_TEMP_FILES_DIR) < 0 &&
                errno != EEXIST)
                ereport(ERROR,
                        (errcode_for_file_access(),
                         errmsg("could not create directory \"%s\": %m",
                                "base/" PG_TEMP_FILES_DIR)));
            snprintf(temporarios[i].nome, NOME_MAX, "base/%s/%s%d.crm%u",
                     PG_TEMP_FILES_DIR, PG_TEMP_FILE_PREFIX, MyProcPid,
                     ++ultimo);
            temporarios[i].dono = GetCurrentSubTransactionId();
            return temporarios[i].nome;
        }
    elog(ERROR, "too many temporary files of exports");
}

static void
temporario_apagar(const char *nome)
{
    for (int i = 0; i < TEMPORARIOS; i++)
        if (temporarios[i].nome == nome)
        {
            /* Absent when crm_arquivo failed and deleted it itself. */
            if (unlink(nome) < 0 && errno != ENOENT)
                ereport(LOG, (errcode_for_file_access(),
                              errmsg("could not remove file \"%s\": %m", nome)));
            temporarios[i].nome[0] = '\0';
        }
}

static void
fim_transacao(XactEvent evento, void *arg)
{
    if (evento == XACT_EVENT_COMMIT || evento == XACT_EVENT_ABORT ||
        evento == XACT_EVENT_PREPARE)
        for (int i = 0; i < TEMPORARIOS; i++)
            if (temporarios[i].nome[0] != '\0')
                temporario_apagar(temporarios[i].nome);
}

static void
fim_subtransacao(SubXactEvent evento, SubTransactionId meu,
                 SubTransactionId pai, void *arg)
{
    for (int i = 0; i < TEMPORARIOS; i++)
        if (temporarios[i].nome[0] != '\0' && temporarios[i].dono == meu)
        {
            if (evento == SUBXACT_EVENT_ABORT_SUB)
                temporario_apagar(temporarios[i].nome);
            else if (evento == SUBXACT_EVENT_COMMIT_SUB)
                temporarios[i].dono = pai;
        }
}

/* For nobody else's eyes; COPY, which would give it another mode, finds it there. */
static void
temporario_criar(const char *nome, const char *conteudo)
{
    const size_t n = strlen(conteudo);
    const int fd = OpenTransientFilePerm(
        nome, O_WRONLY | O_CREAT | O_EXCL | PG_BINARY, S_IRUSR | S_IWUSR);

    if (fd < 0)
        ereport(ERROR, (errcode_for_file_access(),
                        errmsg("could not create file \"%s\": %m", nome)));
    errno = 0;
    if (n > 0 && write(fd, conteudo, n) != (ssize_t)n)
    {
        if (errno == 0)
            errno = ENOSPC;
        ereport(ERROR, (errcode_for_file_access(),
                        errmsg("could not write to file \"%s\": %m", nome)));
    }
    if (CloseTransientFile(fd) != 0)
        ereport(ERROR, (errcode_for_file_access(),
                        errmsg("could not close file \"%s\": %m", nome)));
}

/* ---- writing ---- */

/*
 * The last row of the query confirms the end: a pipe whose backend died ends
 * without it, and crm_arquivo then makes no file. COPY alone holds the pipe: with
 * another open end of it here, an abort would wait for a program that waits for us.
 */
static const char *
escrever_programa(const char *formato, const Montagem *m, Gerada *g)
{
    const char *cabeca = temporario_nome();
    const char *saida = temporario_nome();

    temporario_criar(cabeca, m->cabeca);
    g->linhas =
        copia_para_programa(m->consulta, comando(formato, cabeca, saida)) - 1;
    temporario_apagar(cabeca);
    return saida;
}

/* In bindir, where postgres is. */
static char *
comando(const char *formato, const char *cabeca, const char *saida)
{
    char pasta[MAXPGPATH];

    strlcpy(pasta, my_exec_path, sizeof(pasta));
    get_parent_directory(pasta);
    if (strchr(pasta, '\'') != NULL)
        ereport(ERROR, (errcode(ERRCODE_INVALID_NAME),
                        errmsg("cannot run a program in directory \"%s\"", pasta)));
    return psprintf("exec '%s/crm_arquivo' %s %s %s", pasta,
                    strcmp(formato, "excel") == 0 ? "xlsx" : "pdf", cabeca,
                    saida);
}

static void
fatiar(const char *arquivo, Partes *p)
{
    const int fd = OpenTransientFile(arquivo, O_RDONLY | PG_BINARY);
    const size_t cabem = EXPORTACAO_FATIAS * EXPORTACAO_FATIA;
    char *bloco = palloc(cabem);
    ssize_t n;

    if (fd < 0)
        ereport(ERROR, (errcode_for_file_access(),
                        errmsg("could not open file \"%s\": %m", arquivo)));
    while ((n = read(fd, bloco, cabem)) > 0)
    {
        CHECK_FOR_INTERRUPTS();
        partes_juntar(p, bloco, (size_t)n);
    }
    if (n < 0)
        ereport(ERROR, (errcode_for_file_access(),
                        errmsg("could not read file \"%s\": %m", arquivo)));
    CloseTransientFile(fd);
    pfree(bloco);
}
