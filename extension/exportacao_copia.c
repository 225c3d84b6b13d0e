/*
 * exportacao_copia.c: the rows of a query by COPY, into a program or as CSV into
 * the parts.
 *
 * BeginCopyTo() is called past COPY's own check of who may write to programs: names
 * and arguments are made here and hold nothing of a caller. So the query runs as
 * crm_owner, and as nobody with more rights.
 *
 * PostgreSQL 15 has no COPY into memory, but the one to a client, a message a
 * record, which goes by PqCommMethods. Ours stand there while COPY runs: records
 * become parts, and no byte of the file is written but as a part. What is no record
 * goes to the client, if there is one, as it would have.
 *
 * COPY ends a record by LF; RFC 4180 wants CR LF.
 *
 * Source: SPEC EXPORT-1, EXPORT-4.
 */
#include "exportacao.h"

#include "commands/copy.h"
#include "commands/defrem.h"
#include "nodes/makefuncs.h"
#include "parser/parse_node.h"
#include "tcop/tcopprot.h"

/* Else it wants the headers of Kerberos, for a struct that is not used here. */
#undef ENABLE_GSS
#include "libpq/libpq.h"

static Partes *destino; /* of the records; NULL: no COPY of ours runs */
static const PQcommMethods *cliente;
static CommandDest onde; /* what goes to the client without us */

static int64 copiar(const char *consulta, const char *comando, List *opcoes);
static DefElem *opcao(const char *nome, const char *valor);
static void reiniciar(void);
static int despachar(void);
static int despachar_se_der(void);
static bool ha_pendente(void);
static int mensagem(char tipo, const char *bytes, size_t n);
static void mensagem_sem_esperar(char tipo, const char *bytes, size_t n);

static const PQcommMethods desvio = {reiniciar,   despachar, despachar_se_der,
                                     ha_pendente, mensagem,  mensagem_sem_esperar};

int64
copia_para_programa(const char *consulta, const char *comando)
{
    return copiar(consulta, comando, list_make1(opcao("encoding", "UTF8")));
}

int64
copia_para_partes(const Montagem *m, Partes *p)
{
    List *opcoes = list_make4(opcao("format", "csv"),
                              opcao("header", m->cabecalho ? "true" : "false"),
                              opcao("delimiter", m->separador),
                              opcao("encoding", "UTF8"));
    int64 linhas;

    if (destino != NULL)
        elog(ERROR, "an export inside of another");
    cliente = PqCommMethods;
    onde = whereToSendOutput;
    PG_TRY();
    {
        destino = p;
        PqCommMethods = &desvio;
        whereToSendOutput = DestRemote;
        linhas = copiar(m->consulta, NULL, opcoes);
    }
    PG_FINALLY();
    {
        whereToSendOutput = onde;
        PqCommMethods = cliente;
        destino = NULL;
    }
    PG_END_TRY();
    return linhas;
}

/* comando NULL: to the client. */
static int64
copiar(const char *consulta, const char *comando, List *opcoes)
{
    RawStmt *comando_lido = linitial_node(RawStmt, pg_parse_query(consulta));
    ParseState *leitura = make_parsestate(NULL);
    CopyToState copia;
    int64 linhas;

    leitura->p_sourcetext = consulta;
    copia = BeginCopyTo(leitura, NULL, comando_lido, InvalidOid, comando,
                        comando != NULL, NIL, opcoes);
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

/* ---- in the place of the client ---- */

static int
mensagem(char tipo, const char *bytes, size_t n)
{
    switch (tipo)
    {
        case 'd': /* CopyData: a record and its LF */
            partes_juntar(destino, bytes, n - 1);
            partes_juntar(destino, "\r\n", 2);
            return 0;
        case 'H': /* CopyOutResponse */
        case 'c': /* CopyDone */
            return 0;
        default:
            return onde == DestRemote ? cliente->putmessage(tipo, bytes, n) : 0;
    }
}

static void
mensagem_sem_esperar(char tipo, const char *bytes, size_t n)
{
    if (onde == DestRemote)
        cliente->putmessage_noblock(tipo, bytes, n);
}

static void
reiniciar(void)
{
    if (onde == DestRemote)
        cliente->comm_reset();
}

static int
despachar(void)
{
    return onde == DestRemote ? cliente->flush() : 0;
}

static int
despachar_se_der(void)
{
    return onde == DestRemote ? cliente->flush_if_writable() : 0;
}

static bool
ha_pendente(void)
{
    return onde == DestRemote && cliente->is_send_pending();
}
