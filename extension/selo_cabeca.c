/*
 * selo_cabeca.c: the newest seal in a file of the data directory and, every few
 * minutes, in the server log: places that no right on a table reaches. Who cuts the
 * end of the audit and of its seals, or seals all again, contradicts it.
 *
 * crm_selo.<oid of the database>, lines of text:
 *
 *   crm selo 1
 *   selo <n>:<hash>
 *   chave <first seal made with it>:<key of autenticacao>
 *   registrado <microseconds since 2000-01-01 UTC>     last time in the log
 *   divergente <n>:<hash>                              once newest, not in the table
 *
 * Nobody without the key adds a seal that verification takes for one of this server;
 * where the file is lost, another key begins with the next seal.
 *
 * A line "divergente" stays, and with it the complaint of crm.auditoria_verificar(),
 * until who investigated it takes it out.
 *
 * Written after the commit, so it never names a seal that a crash took back; when
 * the server stops in between, the next turn of the task writes it.
 */
#include "selo.h"

#include <sys/stat.h>
#include <unistd.h>

#include "access/xact.h"
#include "miscadmin.h"
#include "storage/fd.h"
#include "utils/timestamp.h"

enum
{
    ARQUIVO_MAX = 64 * 1024,
    REGISTRAR_A_CADA_MS = 10 * 60 * 1000
};

static const char magico[] = "crm selo 1";

static Cabeca proposta;
static bool ha_proposta = false;
static SubTransactionId proposta_em;

static void fim_transacao(XactEvent evento, void *arg);
static void fim_subtransacao(SubXactEvent evento, SubTransactionId meu,
                             SubTransactionId pai, void *arg);
static void nomear(char nome[MAXPGPATH]);
static bool recusar(char **defeito, int codigo, char *mensagem);
static bool selo_de_texto(const char *texto, CabecaSelo *selo);
static void gravar(void);
static bool escrever(const char *nome, const char *bytes, size_t n);

void
cabeca_init(void)
{
    RegisterXactCallback(fim_transacao, NULL);
    RegisterSubXactCallback(fim_subtransacao, NULL);
}

void
cabeca_propor(const Cabeca *cabeca)
{
    proposta = *cabeca;
    ha_proposta = true;
    proposta_em = GetCurrentSubTransactionId();
}

bool
cabeca_proposta(void)
{
    return ha_proposta;
}

bool
cabeca_ler(Cabeca *cabeca, char **defeito)
{
    char nome[MAXPGPATH];
    char linha[256];
    CabecaSelo chave;
    FILE *f;
    bool certa = false;
    bool ilegivel;

    memset(cabeca, 0, sizeof(*cabeca));
    nomear(nome);
    f = AllocateFile(nome, "r");
    if (f == NULL)
    {
        if (errno == ENOENT)
            return false;
        return recusar(defeito, ERRCODE_IO_ERROR,
                       psprintf("could not read file \"%s\": %m", nome));
    }
    while (fgets(linha, sizeof(linha), f) != NULL)
    {
        linha[strcspn(linha, "\r\n")] = '\0';
        if (strcmp(linha, magico) == 0)
            certa = true;
        else if (strncmp(linha, "selo ", 5) == 0)
            (void)selo_de_texto(linha + 5, &cabeca->selo);
        else if (strncmp(linha, "chave ", 6) == 0 &&
                 selo_de_texto(linha + 6, &chave))
        {
            cabeca->chave_desde = chave.n;
            hex_decode(chave.hash, SELO_HEX - 1, (char *)cabeca->chave);
        }
        else if (strncmp(linha, "registrado ", 11) == 0)
            cabeca->registrada = strtoll(linha + 11, NULL, 10);
        else if (strncmp(linha, "divergente ", 11) == 0 &&
                 cabeca->n_divergentes < CABECA_DIVERGENTES &&
                 selo_de_texto(linha + 11,
                               &cabeca->divergentes[cabeca->n_divergentes]))
            cabeca->n_divergentes++;
    }
    ilegivel = ferror(f) != 0;
    FreeFile(f);
    if (ilegivel || !certa)
        return recusar(defeito, ERRCODE_DATA_CORRUPTED,
                       psprintf("file \"%s\" does not hold a seal", nome));
    return cabeca->selo.n > 0;
}

static bool
recusar(char **defeito, int codigo, char *mensagem)
{
    if (defeito == NULL)
        ereport(ERROR, (errcode(codigo), errmsg_internal("%s", mensagem),
                        errhint("Move it away; the next seal writes it anew.")));
    *defeito = mensagem;
    return false;
}

bool
cabeca_dar_chave(Cabeca *cabeca, int64 n)
{
    if (cabeca->chave_desde > 0)
        return false;
    if (!pg_strong_random(cabeca->chave, SELO_HASH))
        ereport(ERROR, (errcode(ERRCODE_INTERNAL_ERROR),
                        errmsg("could not make a random key")));
    cabeca->chave_desde = n;
    return true;
}

static void
nomear(char nome[MAXPGPATH])
{
    snprintf(nome, MAXPGPATH, "crm_selo.%u", MyDatabaseId);
}

static bool
selo_de_texto(const char *texto, CabecaSelo *selo)
{
    char *fim;
    int64 n = strtoll(texto, &fim, 10);

    if (n <= 0 || *fim != ':' || strlen(fim + 1) != SELO_HEX - 1 ||
        strspn(fim + 1, "0123456789abcdef") != SELO_HEX - 1)
        return false;
    selo->n = n;
    strlcpy(selo->hash, fim + 1, SELO_HEX);
    return true;
}

/* ---- after the commit: nothing here may raise an error ---- */

static void
fim_transacao(XactEvent evento, void *arg)
{
    if (!ha_proposta)
        return;
    if (evento == XACT_EVENT_COMMIT)
        gravar();
    if (evento == XACT_EVENT_COMMIT || evento == XACT_EVENT_ABORT ||
        evento == XACT_EVENT_PREPARE)
        ha_proposta = false;
}

static void
fim_subtransacao(SubXactEvent evento, SubTransactionId meu,
                 SubTransactionId pai, void *arg)
{
    if (!ha_proposta || proposta_em != meu)
        return;
    if (evento == SUBXACT_EVENT_ABORT_SUB)
        ha_proposta = false;
    else if (evento == SUBXACT_EVENT_COMMIT_SUB)
        proposta_em = pai;
}

static void
gravar(void)
{
    char nome[MAXPGPATH];
    char bytes[4096];
    char chave[SELO_HEX];
    TimestampTz agora = GetCurrentTimestamp();
    int n;

    if (TimestampDifferenceExceeds(proposta.registrada, agora,
                                   REGISTRAR_A_CADA_MS))
    {
        ereport(LOG, (errmsg("newest seal of the audit of database %u: " INT64_FORMAT
                             ":%s",
                             MyDatabaseId, proposta.selo.n, proposta.selo.hash),
                      errhidestmt(true)));
        proposta.registrada = agora;
    }
    selo_hex(proposta.chave, chave);
    n = snprintf(bytes, sizeof(bytes),
                 "%s\nselo " INT64_FORMAT ":%s\nchave " INT64_FORMAT
                 ":%s\nregistrado " INT64_FORMAT "\n",
                 magico, proposta.selo.n, proposta.selo.hash,
                 proposta.chave_desde, chave, proposta.registrada);
    for (int i = 0; i < proposta.n_divergentes; i++)
        n += snprintf(bytes + n, sizeof(bytes) - n,
                      "divergente " INT64_FORMAT ":%s\n",
                      proposta.divergentes[i].n, proposta.divergentes[i].hash);
    nomear(nome);
    if (!escrever(nome, bytes, n))
        ereport(LOG, (errcode_for_file_access(),
                      errmsg("could not write file \"%s\": %m", nome)));
}

static bool
escrever(const char *nome, const char *bytes, size_t n)
{
    char novo[MAXPGPATH + 8];
    int fd;
    bool inteiro;

    snprintf(novo, sizeof(novo), "%s.novo", nome);
    fd = BasicOpenFile(novo, O_WRONLY | O_CREAT | O_TRUNC | PG_BINARY);
    if (fd < 0)
        return false;
    inteiro = write(fd, bytes, n) == (ssize_t)n && pg_fsync(fd) == 0;
    if (close(fd) != 0 || !inteiro)
        return false;
    return durable_rename(novo, nome, LOG) == 0;
}
