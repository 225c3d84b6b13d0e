/*
 * exportacao_arquivo.c: rows into a file, the file into parts.
 *
 * The rows leave by COPY. CSV is COPY's own, into a file; for xlsx and pdf the text
 * goes to crm_arquivo, a program of its own (extension/arquivo/), so that a defect
 * in a foreign library ends that process and not PostgreSQL, and its memory is its
 * own. The file lies among PostgreSQL's temporary files under one of its names: we
 * delete it when the transaction ends, PostgreSQL itself after a crash. What stays
 * is its bytes as rows of crm.exportacao_partes, in the same transaction.
 *
 * BeginCopyTo() is called past COPY's own check of who may write files: names and
 * arguments are made here and hold nothing of a caller. So the query runs as
 * crm_owner, and as nobody with more rights.
 *
 * COPY ends a record by LF; RFC 4180 wants CR LF, which the copying into parts adds
 * where the LF is outside quotes.
 *
 * Source: SPEC EXPORT-1, EXPORT-4.
 */
#include "exportacao.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "access/xact.h"
#include "catalog/pg_type.h"
#include "commands/copy.h"
#include "commands/defrem.h"
#include "common/file_perm.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "parser/parse_node.h"
#include "port.h"
#include "storage/fd.h"
#include "tcop/tcopprot.h"
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

/* The parts on their way into the table. */
typedef struct Partes
{
    int64 exportacao_id;
    bytea *parte; /* being filled */
    int n;        /* bytes in it */
    Gerada *g;
} Partes;

static Temporario temporarios[TEMPORARIOS];

static void fim_transacao(XactEvent evento, void *arg);
static void fim_subtransacao(SubXactEvent evento, SubTransactionId meu,
                             SubTransactionId pai, void *arg);
static const char *temporario_nome(void);
static void temporario_apagar(const char *nome);
static void temporario_criar(const char *nome, const char *conteudo);
static const char *escrever_csv(const Montagem *m, Gerada *g);
static const char *escrever_programa(const char *formato, const Montagem *m,
                                     Gerada *g);
static char *comando(const char *formato, const char *cabeca,
                     const char *saida);
static int64 copiar(const char *consulta, const char *destino, bool programa,
                    List *opcoes);
static DefElem *opcao(const char *nome, const char *valor);
static void fatiar(const char *arquivo, bool csv, bool bom, Partes *p);
static void parte_juntar(Partes *p, const char *bytes, int n);
static void parte_gravar(Partes *p);

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
    const int nivel = NewGUCNestLevel();
    const char *arquivo;
    Partes p = {.exportacao_id = id, .g = g};

    memset(g, 0, sizeof(*g));
    plano_muitas_linhas();
    (void)set_config_option("datestyle", "ISO", PGC_USERSET, PGC_S_SESSION,
                            GUC_ACTION_SAVE, true, 0, false);
    (void)set_config_option("max_parallel_workers_per_gather", "0", PGC_USERSET,
                            PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
    arquivo = csv ? escrever_csv(m, g) : escrever_programa(formato, m, g);
    AtEOXact_GUC(true, nivel);

    fatiar(arquivo, csv, csv && m->bom, &p);
    temporario_apagar(arquivo);
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

static const char *
escrever_csv(const Montagem *m, Gerada *g)
{
    const char *arquivo = temporario_nome();
    List *opcoes = list_make4(opcao("format", "csv"),
                              opcao("header", m->cabecalho ? "true" : "false"),
                              opcao("delimiter", m->separador),
                              opcao("encoding", "UTF8"));

    temporario_criar(arquivo, "");
    g->linhas =
        copiar(m->consulta, psprintf("%s/%s", DataDir, arquivo), false, opcoes);
    return arquivo;
}

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
    g->linhas = copiar(m->consulta, comando(formato, cabeca, saida), true,
                       list_make1(opcao("encoding", "UTF8"))) -
                1;
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

static int64
copiar(const char *consulta, const char *destino, bool programa, List *opcoes)
{
    RawStmt *comando = linitial_node(RawStmt, pg_parse_query(consulta));
    ParseState *leitura = make_parsestate(NULL);
    CopyToState copia;
    int64 linhas;

    leitura->p_sourcetext = consulta;
    copia = BeginCopyTo(leitura, NULL, comando, InvalidOid, destino, programa, NIL,
                        opcoes);
    linhas = (int64)DoCopyTo(copia);
    EndCopyTo(copia);
    free_parsestate(leitura);
    return linhas;
}

static DefElem *
opcao(const char *nome, const char *valor)
{
    return makeDefElem(pstrdup(nome), (Node *)makeString(pstrdup(valor)), -1);
}

/* ---- parts ---- */

static void
fatiar(const char *arquivo, bool csv, bool bom, Partes *p)
{
    const int fd = OpenTransientFile(arquivo, O_RDONLY | PG_BINARY);
    char *bloco = palloc(EXPORTACAO_PARTE);
    bool aspas = false;
    ssize_t n;

    if (fd < 0)
        ereport(ERROR, (errcode_for_file_access(),
                        errmsg("could not open file \"%s\": %m", arquivo)));
    p->parte = palloc(VARHDRSZ + EXPORTACAO_PARTE);
    if (bom)
        parte_juntar(p, "\xEF\xBB\xBF", 3);
    while ((n = read(fd, bloco, EXPORTACAO_PARTE)) > 0)
    {
        ssize_t de = 0;

        CHECK_FOR_INTERRUPTS();
        for (ssize_t i = 0; csv && i < n; i++)
        {
            if (bloco[i] == '"')
                aspas = !aspas;
            else if (bloco[i] == '\n' && !aspas)
            {
                parte_juntar(p, bloco + de, (int)(i - de));
                parte_juntar(p, "\r", 1);
                de = i;
            }
        }
        parte_juntar(p, bloco + de, (int)(n - de));
    }
    if (n < 0)
        ereport(ERROR, (errcode_for_file_access(),
                        errmsg("could not read file \"%s\": %m", arquivo)));
    parte_gravar(p);
    CloseTransientFile(fd);
    pfree(bloco);
    pfree(p->parte);
}

static void
parte_juntar(Partes *p, const char *bytes, int n)
{
    while (n > 0)
    {
        const int cabem = Min(n, EXPORTACAO_PARTE - p->n);

        memcpy(VARDATA(p->parte) + p->n, bytes, cabem);
        p->n += cabem;
        bytes += cabem;
        n -= cabem;
        if (p->n == EXPORTACAO_PARTE)
            parte_gravar(p);
    }
}

static void
parte_gravar(Partes *p)
{
    static SPIPlanPtr guardado = NULL;
    static const Oid tipos[] = {INT8OID, INT4OID, BYTEAOID};
    Datum args[] = {Int64GetDatum(p->exportacao_id),
                    Int32GetDatum(p->g->partes + 1), PointerGetDatum(p->parte)};

    if (p->n == 0)
        return;
    SET_VARSIZE(p->parte, VARHDRSZ + p->n);
    if (SPI_execute_plan(plano(&guardado,
                               "INSERT INTO crm.exportacao_partes"
                               "       (exportacao_id, n, bytes)"
                               " VALUES ($1, $2, $3)",
                               lengthof(tipos), tipos),
                         args, NULL, false, 0) != SPI_OK_INSERT)
        elog(ERROR, "could not keep a part of an export");
    p->g->partes++;
    p->g->bytes += p->n;
    p->n = 0;
}
