/*
 * pg.c: calls of crm.atender() over libpq pipelines.
 *
 * Each job is one prepared statement and one Sync: a transaction of its own. A
 * light connection carries several at a time, the others a single one. A job's
 * result is kept until its Sync has come, because only then it is committed.
 *
 * A search, or an export, that nobody waits for any more is cancelled by a job of
 * its own on a light connection. Its own connection rests until both have answered:
 * pg_cancel_backend() has sent its signal before it answers, so a statement sent
 * later cannot be hit.
 */
#include "pg.h"
#include "log.h"
#include "metricas.h"
#include "pg_classe.h"
#include "pg_conexao.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

typedef struct Conexao Conexao;

typedef struct Trabalho
{
    TAILQ_ENTRY(Trabalho) fila;
    PgRetorno fn; /* NULL = abandoned */
    void *arg;
    Conexao *alvo;     /* not a call: cancels what runs there */
    unsigned alvo_vez; /* if it is still the same connection */
    bool tem_arquivo;
    PgArquivo arquivo;
    uint64_t desde; /* ms; accepted */
    PGresult *resultado;
    const char *params[PG_PARAMETROS];
    char texto[]; /* where params point */
} Trabalho;

TAILQ_HEAD(Fila, Trabalho);

struct Conexao
{
    Ligacao lig; /* first */
    PgClasse classe;
    bool pronta;             /* the statement is prepared */
    bool renovar;            /* close when idle: the plan is out of date */
    bool refazer;            /* the same, to give libpq's buffers back */
    bool refazendo;          /* is made anew, and as good as there */
    bool cancelando;         /* rests until the cancel was answered */
    unsigned vez;            /* counts its connections */
    struct Fila curso;       /* sent, in order */
    int n;
    uint64_t cabeca_desde; /* ms; since when the first is the first */
    PGresult *preparo;
};

enum
{
    CONEXOES_MAX = 64,
    EM_CURSO_LEVE = 8, /* jobs on one light connection; of the others one */
    ARQUIVO_GRANDE = 1 << 20, /* bytes; libpq keeps a buffer as large */
    CABECA_LENTA_MS = 50, /* nothing is queued behind a job that takes longer */
    FOLGA_MS = 1000,      /* statement_timeout is the first to end a job */
    ABANDONO_MS = 1000    /* an export looks so often whether we are there */
};

static const char comando[] =
    "SELECT * FROM crm.atender($1::text, $2::uuid, $3::text, $4::text, "
    "$5::text, $6::text, $7::jsonb, NULL, coalesce($8::boolean, false))";
static const char comando_arquivo[] =
    "SELECT * FROM crm.atender($1::text, $2::uuid, $3::text, $4::text, "
    "$5::text, $6::text, $7::jsonb, $8::bytea)";
/* The name is asked for in case the process has another connection's number. */
static const char comando_cancelar[] =
    "SELECT pg_catalog.pg_cancel_backend(a.pid) "
    "FROM pg_catalog.pg_stat_get_activity($1::integer) AS a "
    "WHERE a.application_name IN ('crm_web_busca', 'crm_web_exportacao')";

static Conexao conexoes[PG_CLASSES][CONEXOES_MAX];
static struct Fila espera[PG_CLASSES];
static int nespera[PG_CLASSES];
static int ncurso[PG_CLASSES];
static unsigned geracao;
static void (*avisar_ligada)(void);

static int prontas(PgClasse k);
static Trabalho *trabalho_novo(const char *const *params, int n,
                               PgRetorno fn, void *arg);
static void cancelar(Conexao *c);
static void cancelado(Trabalho *t);
static void conectar(Conexao *c);
static void ao_ligar(Ligacao *l);
static void ao_evento(Ligacao *l, bool fim);
static void ao_cair(Ligacao *l);
static bool receber(Conexao *c);
static void preparada(Conexao *c);
static void concluir(Conexao *c);
static void despachar(PgClasse k);
static Conexao *escolher(PgClasse k);
static bool enviar(Conexao *c, Trabalho *t);
static int enviar_arquivo(Conexao *c, const Trabalho *t);
static void falhar(Trabalho *t, const char *sqlstate);
static void conferir_tempo(Conexao *c, uint64_t agora);
static void esvaziar_espera(PgClasse k, uint64_t ate, const char *sqlstate);

void
pg_iniciar(void)
{
    for (int k = 0; k < PG_CLASSES; k++)
    {
        TAILQ_INIT(&espera[k]);
        for (int i = 0; i < pg_classe_conexoes((PgClasse) k); i++)
        {
            Conexao *c = &conexoes[k][i];

            TAILQ_INIT(&c->curso);
            c->classe = (PgClasse) k;
            c->lig.ao_ligar = ao_ligar;
            c->lig.ao_evento = ao_evento;
            c->lig.ao_cair = ao_cair;
            conectar(c);
        }
    }
}

bool
pg_atender(PgClasse classe, const char *const params[PG_PARAMETROS],
           PgRetorno fn, void *arg)
{
    return pg_atender_arquivo(classe, params, NULL, fn, arg);
}

bool
pg_atender_arquivo(PgClasse classe, const char *const params[PG_PARAMETROS],
                   const PgArquivo *arquivo, PgRetorno fn, void *arg)
{
    Trabalho *t;

    if (prontas(classe) == 0 ||
        nespera[classe] + ncurso[classe] >= pg_classe_fila(classe))
    {
        metrica_somar(M_PG_CHEIA, 1);
        return false;
    }
    t = trabalho_novo(params, PG_PARAMETROS, fn, arg);
    if (arquivo != NULL)
    {
        t->tem_arquivo = true;
        t->arquivo = *arquivo;
    }
    metrica_somar(M_PG_TRABALHOS, 1);
    TAILQ_INSERT_TAIL(&espera[classe], t, fila);
    nespera[classe]++;
    despachar(classe);
    return true;
}

static Trabalho *
trabalho_novo(const char *const *params, int quantos, PgRetorno fn, void *arg)
{
    size_t n = 0;
    char *p;
    Trabalho *t;

    for (int i = 0; i < quantos; i++)
        n += params[i] != NULL ? strlen(params[i]) + 1 : 0;
    t = kore_malloc(sizeof(*t) + n);
    memset(t, 0, sizeof(*t));
    t->fn = fn;
    t->arg = arg;
    t->desde = kore_time_ms();
    p = t->texto;
    for (int i = 0; i < quantos; i++)
    {
        if (params[i] == NULL)
            continue;
        t->params[i] = p;
        p = stpcpy(p, params[i]) + 1;
    }
    return t;
}

void
pg_abandonar(void *arg)
{
    for (int k = 0; k < PG_CLASSES; k++)
    {
        Trabalho *t;
        Trabalho *proximo;

        for (t = TAILQ_FIRST(&espera[k]); t != NULL; t = proximo)
        {
            proximo = TAILQ_NEXT(t, fila);
            if (t->arg != arg)
                continue;
            TAILQ_REMOVE(&espera[k], t, fila);
            nespera[k]--;
            kore_free(t);
        }
        for (int i = 0; i < pg_classe_conexoes((PgClasse) k); i++)
        {
            Conexao *c = &conexoes[k][i];

            TAILQ_FOREACH(t, &c->curso, fila)
            {
                if (t->arg != arg || t->fn == NULL)
                    continue;
                t->fn = NULL;
                if (pg_classe_cancelavel((PgClasse) k))
                    cancelar(c);
            }
        }
    }
}

/* Asks the server to end what runs on the connection. */
static void
cancelar(Conexao *c)
{
    char pid[16];
    const char *const params[] = {pid};
    Trabalho *t;

    /* Without a light connection statement_timeout has to do. */
    if (c->cancelando || prontas(PG_LEVE) == 0)
        return;
    snprintf(pid, sizeof(pid), "%d", PQbackendPID(c->lig.pg));
    t = trabalho_novo(params, 1, NULL, NULL);
    t->alvo = c;
    t->alvo_vez = c->vez;
    c->cancelando = true;
    metrica_somar(M_PG_CANCELADAS, 1);
    TAILQ_INSERT_HEAD(&espera[PG_LEVE], t, fila);
    nespera[PG_LEVE]++;
    despachar(PG_LEVE);
}

/* Answered or lost: the connection may work again. */
static void
cancelado(Trabalho *t)
{
    if (t->alvo->vez == t->alvo_vez)
        t->alvo->cancelando = false;
}

void
pg_ao_ligar(void (*fn)(void))
{
    avisar_ligada = fn;
}

unsigned
pg_geracao(void)
{
    return geracao;
}

bool
pg_pronto(void)
{
    return prontas(PG_LEVE) > 0;
}

int
pg_em_curso(void)
{
    int n = 0;

    for (int k = 0; k < PG_CLASSES; k++)
        n += nespera[k] + ncurso[k];
    return n;
}

void
pg_tique(void)
{
    uint64_t agora = kore_time_ms();
    int feitas = 0;

    for (int k = 0; k < PG_CLASSES; k++)
    {
        for (int i = 0; i < pg_classe_conexoes((PgClasse) k); i++)
        {
            Conexao *c = &conexoes[k][i];

            conferir_tempo(c, agora);
            if (c->renovar && c->n == 0 && c->lig.estado == LIGACAO_FEITA)
                ligacao_cair(&c->lig);
            if (ligacao_tique(&c->lig, agora))
                conectar(c);
        }
        esvaziar_espera(
            (PgClasse) k, agora - (uint64_t) pg_classe_espera_ms((PgClasse) k),
            pg_classe_cancelavel((PgClasse) k) && prontas((PgClasse) k) > 0
                ? "53300"
                : "08001");
        despachar((PgClasse) k);
        feitas += prontas((PgClasse) k);
    }
    metrica_medir(G_PG_CONEXOES, feitas);
}

static void
conectar(Conexao *c)
{
    int ms = pg_classe_tempo_ms(c->classe);

    c->pronta = false;
    c->renovar = false;
    c->refazer = false;
    c->cancelando = false;
    c->vez++;
    /*
     * A lock is given up before the statement, so that the error says why; a
     * search that waits for one is just a slow search. An export whose worker
     * died is not made to the end.
     */
    ligacao_iniciar(&c->lig, pg_classe_nome(c->classe), ms,
                    c->classe == PG_BUSCA ? 0 : ms - ms / 4,
                    c->classe == PG_EXPORTACAO ? ABANDONO_MS : 0);
}

static void
ao_ligar(Ligacao *l)
{
    if (PQenterPipelineMode(l->pg) != 1 ||
        PQsendPrepare(l->pg, "atender", comando, PG_PARAMETROS, NULL) != 1 ||
        PQsendPrepare(l->pg, "cancelar", comando_cancelar, 1, NULL) != 1 ||
        PQpipelineSync(l->pg) != 1 || !ligacao_descarregar(l))
        ligacao_cair(l);
}

static void
ao_evento(Ligacao *l, bool fim)
{
    Conexao *c = (Conexao *) l;
    bool vivo = PQconsumeInput(l->pg) == 1;

    /* What came before the end still counts. */
    vivo = receber(c) && vivo;
    if (l->estado != LIGACAO_FEITA)
        return;
    if (!vivo || fim || l->quebrada || !ligacao_descarregar(l))
    {
        ligacao_cair(l);
        return;
    }
    if (c->refazer && c->n == 0)
    {
        ligacao_desfazer(l);
        conectar(c);
        c->refazendo = c->lig.estado != LIGACAO_DESLIGADA;
        return;
    }
    despachar(c->classe);
    if (c->classe == PG_LEVE)
    {
        despachar(PG_BUSCA); /* a cancel may have been answered */
        despachar(PG_EXPORTACAO);
    }
}

static void
ao_cair(Ligacao *l)
{
    Conexao *c = (Conexao *) l;
    struct Fila perdidos;
    Trabalho *t;

    metrica_somar(M_PG_RECONEXOES, 1);
    c->pronta = false;
    c->refazendo = false;
    PQclear(c->preparo);
    c->preparo = NULL;
    TAILQ_INIT(&perdidos);
    TAILQ_CONCAT(&perdidos, &c->curso, fila);
    ncurso[c->classe] -= c->n;
    c->n = 0;
    while ((t = TAILQ_FIRST(&perdidos)) != NULL)
    {
        TAILQ_REMOVE(&perdidos, t, fila);
        falhar(t, "08006");
    }
    if (prontas(c->classe) == 0)
        esvaziar_espera(c->classe, UINT64_MAX, "08001");
}

/* Takes all results that are there. false: the stream is out of step. */
static bool
receber(Conexao *c)
{
    int vazios = 0;

    while (vazios < 2 && c->lig.estado == LIGACAO_FEITA &&
           !PQisBusy(c->lig.pg))
    {
        PGresult *r = PQgetResult(c->lig.pg);
        PGresult **lugar;

        if (r == NULL)
        {
            vazios++; /* one between two commands, two at the end */
            continue;
        }
        vazios = 0;
        if (PQresultStatus(r) == PGRES_PIPELINE_SYNC)
        {
            PQclear(r);
            if (c->pronta && c->n == 0)
                return false;
            if (!c->pronta)
                preparada(c);
            else
                concluir(c);
            continue;
        }
        if (c->pronta && c->n == 0)
        {
            PQclear(r); /* FATAL of a server that shuts down */
            return false;
        }
        /* An error, also one of the commit, replaces the rows before it. */
        lugar = c->pronta ? &TAILQ_FIRST(&c->curso)->resultado : &c->preparo;
        if (PQresultStatus(r) == PGRES_PIPELINE_ABORTED && *lugar != NULL)
            PQclear(r);
        else
        {
            PQclear(*lugar);
            *lugar = r;
        }
    }
    return true;
}

static void
preparada(Conexao *c)
{
    const char *sqlstate;
    LogLinha l;

    if (PQresultStatus(c->preparo) == PGRES_COMMAND_OK)
    {
        c->pronta = true;
        c->refazendo = false;
        geracao++;
        ligacao_boa(&c->lig);
        PQclear(c->preparo);
        c->preparo = NULL;
        if (c->classe == PG_LEVE && avisar_ligada != NULL)
            avisar_ligada();
        return;
    }
    sqlstate = PQresultErrorField(c->preparo, PG_DIAG_SQLSTATE);
    log_iniciar(&l, "erro", "pg_preparo");
    log_texto(&l, "sqlstate", sqlstate);
    log_enviar(&l);
    c->lig.quebrada = true; /* the caller ends it */
}

/* The Sync of the first job has come. */
static void
concluir(Conexao *c)
{
    Trabalho *t = TAILQ_FIRST(&c->curso);
    PgResposta r = {.ok = false, .sqlstate = "08006"};
    ExecStatusType status = PQresultStatus(t->resultado);

    TAILQ_REMOVE(&c->curso, t, fila);
    c->n--;
    ncurso[c->classe]--;
    c->cabeca_desde = kore_time_ms();
    if (t->tem_arquivo && t->arquivo.n > ARQUIVO_GRANDE)
        c->refazer = true;
    if (t->alvo != NULL)
        cancelado(t);
    else if (status == PGRES_TUPLES_OK)
    {
        r.ok = true;
        r.sqlstate[0] = '\0';
        r.nlinhas = PQntuples(t->resultado);
        r.ncampos = PQnfields(t->resultado);
        if (r.ncampos > PG_CAMPOS_MAX)
            r.ncampos = PG_CAMPOS_MAX;
        for (int i = 0; r.nlinhas > 0 && i < r.ncampos; i++)
            if (!PQgetisnull(t->resultado, 0, i))
            {
                r.campos[i] = PQgetvalue(t->resultado, 0, i);
                r.tamanhos[i] = PQgetlength(t->resultado, 0, i);
            }
    }
    else
    {
        const char *sqlstate =
            t->resultado != NULL
                ? PQresultErrorField(t->resultado, PG_DIAG_SQLSTATE)
                : NULL;
        LogLinha l;

        if (sqlstate != NULL)
            snprintf(r.sqlstate, sizeof(r.sqlstate), "%s", sqlstate);
        /* The statement is gone, or its plan does not fit any more. */
        if (strcmp(r.sqlstate, "26000") == 0 ||
            strcmp(r.sqlstate, "0A000") == 0)
            c->renovar = true;
        /* No message: it may quote data. The server's log has it. */
        if (t->fn != NULL || strcmp(r.sqlstate, "57014") != 0)
        {
            log_iniciar(&l, "erro", "pg_erro");
            log_texto(&l, "funcao", t->params[0]);
            log_texto(&l, "sqlstate", r.sqlstate);
            log_texto(&l, "requisicao", t->params[3]);
            log_enviar(&l);
        }
    }
    if (t->fn != NULL)
        t->fn(t->arg, &r);
    PQclear(t->resultado);
    kore_free(t);
}

static void
despachar(PgClasse k)
{
    Trabalho *t;
    Conexao *c;

    while ((t = TAILQ_FIRST(&espera[k])) != NULL && (c = escolher(k)) != NULL)
    {
        TAILQ_REMOVE(&espera[k], t, fila);
        nespera[k]--;
        TAILQ_INSERT_TAIL(&c->curso, t, fila);
        if (c->n++ == 0)
            c->cabeca_desde = kore_time_ms();
        ncurso[k]++;
        /* Ended by its event or the tick: no callback from in here. */
        if (!enviar(c, t))
            c->lig.quebrada = true;
    }
}

/* The connection with least to do; NULL = all have enough. */
static Conexao *
escolher(PgClasse k)
{
    int max = k == PG_LEVE ? EM_CURSO_LEVE : 1;
    uint64_t agora = kore_time_ms();
    Conexao *melhor = NULL;

    for (int i = 0; i < pg_classe_conexoes(k); i++)
    {
        Conexao *c = &conexoes[k][i];

        if (!c->pronta || c->renovar || c->refazer || c->cancelando ||
            c->lig.quebrada || c->n >= max ||
            (c->n > 0 && agora - c->cabeca_desde > CABECA_LENTA_MS))
            continue;
        if (melhor == NULL || c->n < melhor->n)
            melhor = c;
    }
    return melhor;
}

static bool
enviar(Conexao *c, Trabalho *t)
{
    int r;

    if (t->alvo != NULL)
        r = PQsendQueryPrepared(c->lig.pg, "cancelar", 1, t->params, NULL,
                                NULL, 0);
    else if (t->tem_arquivo)
        r = enviar_arquivo(c, t);
    else
        r = PQsendQueryPrepared(c->lig.pg, "atender", PG_PARAMETROS, t->params,
                                NULL, NULL, 0);
    return r == 1 && PQpipelineSync(c->lig.pg) == 1 &&
           ligacao_descarregar(&c->lig);
}

/* As binary, so that libpq's own copy is the only one in memory. */
static int
enviar_arquivo(Conexao *c, const Trabalho *t)
{
    enum
    {
        ARQUIVO = PG_ARGS + 1 /* parameter arquivo */
    };
    const PgArquivo *a = &t->arquivo;
    const char *valores[ARQUIVO + 1];
    int tamanhos[ARQUIVO + 1] = {0};
    int formatos[ARQUIVO + 1] = {0};
    void *mapa = NULL;
    int r;

    if (a->dados == NULL && a->n > 0)
    {
        mapa = mmap(NULL, a->n, PROT_READ, MAP_PRIVATE, a->fd, 0);
        if (mapa == MAP_FAILED)
            return 0;
    }
    memcpy(valores, t->params, ARQUIVO * sizeof(*valores));
    valores[ARQUIVO] = a->n == 0 ? "" : mapa != NULL ? mapa : a->dados;
    tamanhos[ARQUIVO] = (int) a->n;
    formatos[ARQUIVO] = 1;
    r = PQsendQueryParams(c->lig.pg, comando_arquivo, ARQUIVO + 1, NULL,
                          valores, tamanhos, formatos, 0);
    if (mapa != NULL)
        munmap(mapa, a->n);
    return r;
}

static void
falhar(Trabalho *t, const char *sqlstate)
{
    PgResposta r = {.ok = false};

    memcpy(r.sqlstate, sqlstate, sizeof(r.sqlstate));
    metrica_somar(M_PG_FALHAS, 1);
    if (t->alvo != NULL)
        cancelado(t);
    if (t->fn != NULL)
        t->fn(t->arg, &r);
    PQclear(t->resultado);
    kore_free(t);
}

/* statement_timeout did not end it: the server or the way to it is dead. */
static void
conferir_tempo(Conexao *c, uint64_t agora)
{
    if (c->n > 0 &&
        agora - c->cabeca_desde >
            (uint64_t) pg_classe_tempo_ms(c->classe) + FOLGA_MS)
    {
        metrica_somar(M_PG_TEMPO, 1);
        ligacao_cair(&c->lig);
    }
    else if (c->lig.estado == LIGACAO_FEITA && !c->pronta &&
             agora - c->lig.desde > (uint64_t) pg_classe_tempo_ms(c->classe))
        ligacao_cair(&c->lig);
}

/* Fails the waiting jobs accepted at or before the instant. */
static void
esvaziar_espera(PgClasse k, uint64_t ate, const char *sqlstate)
{
    Trabalho *t;

    while ((t = TAILQ_FIRST(&espera[k])) != NULL && t->desde <= ate)
    {
        TAILQ_REMOVE(&espera[k], t, fila);
        nespera[k]--;
        falhar(t, sqlstate);
    }
}

static int
prontas(PgClasse k)
{
    int n = 0;

    for (int i = 0; i < pg_classe_conexoes(k); i++)
        n += (conexoes[k][i].pronta || conexoes[k][i].refazendo) &&
             !conexoes[k][i].lig.quebrada;
    return n;
}
