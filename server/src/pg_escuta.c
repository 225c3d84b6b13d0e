/*
 * pg_escuta.c: LISTEN crm_eventos.
 *
 * A connection of its own outside pipeline mode. Notifications come unasked; a
 * query every 15 s proves that the server is still there.
 */
#include "pg_escuta.h"
#include "log.h"
#include "metricas.h"
#include "pg_conexao.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum
{
    PULSO_MS = 15000,   /* between two proofs of life */
    RESPOSTA_MS = 5000, /* limit of each query here */
    SEGREDO_MAX = 256
};

typedef enum Passo
{
    PASSO_ESCUTAR, /* LISTEN under way */
    PASSO_SEGREDO, /* key asked for */
    PASSO_PRONTA,  /* idle, notifications come */
    PASSO_PULSO    /* proof of life under way */
} Passo;

static Ligacao ligacao;
static Passo passo;
static uint64_t passo_desde;
static EscutaFn retorno;
static bool iniciada;
static unsigned char segredo[SEGREDO_MAX];
static size_t segredo_n;

static void ao_ligar(Ligacao *l);
static void ao_evento(Ligacao *l, bool fim);
static void ao_cair(Ligacao *l);
static bool receber(Ligacao *l);
static bool responder_passo(Ligacao *l, const PGresult *r);
static bool segredo_guardar(const char *texto);
static bool perguntar(Ligacao *l, const char *sql, Passo novo);
static int hex(char c);

void
escuta_iniciar(EscutaFn fn)
{
    retorno = fn;
    iniciada = true;
    ligacao.ao_ligar = ao_ligar;
    ligacao.ao_evento = ao_evento;
    ligacao.ao_cair = ao_cair;
    ligacao_iniciar(&ligacao, "crm_web_escuta", RESPOSTA_MS, RESPOSTA_MS,
                    0);
}

bool
escuta_pronta(void)
{
    return ligacao.estado == LIGACAO_FEITA && passo >= PASSO_PRONTA;
}

const unsigned char *
escuta_segredo(size_t *n)
{
    *n = segredo_n;
    return segredo_n > 0 ? segredo : NULL;
}

void
escuta_tique(void)
{
    uint64_t agora = kore_time_ms();

    if (!iniciada)
        return;
    if (ligacao.estado == LIGACAO_FEITA)
    {
        if (passo != PASSO_PRONTA && agora - passo_desde > RESPOSTA_MS)
            ligacao_cair(&ligacao);
        else if (passo == PASSO_PRONTA && agora - passo_desde > PULSO_MS &&
                 !perguntar(&ligacao, "SELECT 1", PASSO_PULSO))
            ligacao_cair(&ligacao);
    }
    if (ligacao_tique(&ligacao, agora))
        ligacao_iniciar(&ligacao, "crm_web_escuta", RESPOSTA_MS, RESPOSTA_MS,
                    0);
}

static void
ao_ligar(Ligacao *l)
{
    if (!perguntar(l, "LISTEN crm_eventos", PASSO_ESCUTAR))
        ligacao_cair(l);
}

static void
ao_evento(Ligacao *l, bool fim)
{
    bool vivo = PQconsumeInput(l->pg) == 1;

    vivo = receber(l) && vivo;
    if (!vivo || fim || l->quebrada || !ligacao_descarregar(l))
        ligacao_cair(l);
}

static void
ao_cair(Ligacao *l)
{
    metrica_somar(M_ESCUTA_RECONEXOES, 1);
}

static bool
receber(Ligacao *l)
{
    PGnotify *aviso;
    bool bom = true;

    while (bom && passo != PASSO_PRONTA && !PQisBusy(l->pg))
    {
        PGresult *r = PQgetResult(l->pg);

        if (r == NULL)
        {
            /* The query is complete: the next step. */
            if (passo == PASSO_ESCUTAR)
                bom = perguntar(l, "SELECT crm.web_segredo_evento()",
                                PASSO_SEGREDO);
            else
            {
                bool nova = passo == PASSO_SEGREDO;

                passo = PASSO_PRONTA;
                passo_desde = kore_time_ms();
                ligacao_boa(l);
                if (nova)
                    retorno(NULL, true);
            }
            continue;
        }
        bom = responder_passo(l, r);
        PQclear(r);
    }
    while (bom && (aviso = PQnotifies(l->pg)) != NULL)
    {
        metrica_somar(M_ESCUTA_EVENTOS, 1);
        retorno(aviso->extra, false);
        PQfreemem(aviso);
    }
    return bom;
}

static bool
responder_passo(Ligacao *l, const PGresult *r)
{
    bool bom = passo == PASSO_ESCUTAR
                   ? PQresultStatus(r) == PGRES_COMMAND_OK
                   : PQresultStatus(r) == PGRES_TUPLES_OK && PQntuples(r) == 1;

    if (bom && passo == PASSO_SEGREDO)
        bom = segredo_guardar(PQgetvalue(r, 0, 0));
    if (!bom)
    {
        LogLinha linha;

        log_iniciar(&linha, "erro", "escuta_falhou");
        log_inteiro(&linha, "passo", passo);
        log_texto(&linha, "sqlstate", PQresultErrorField(r, PG_DIAG_SQLSTATE));
        log_enviar(&linha);
    }
    return bom;
}

/* bytea as PostgreSQL writes it: \x and hexadecimal digits. */
static bool
segredo_guardar(const char *texto)
{
    size_t n = strlen(texto);

    if (n < 4 || n % 2 != 0 || texto[0] != '\\' || texto[1] != 'x' ||
        n / 2 - 1 > SEGREDO_MAX)
        return false;
    for (size_t i = 2; i < n; i += 2)
    {
        int alto = hex(texto[i]);
        int baixo = hex(texto[i + 1]);

        if (alto < 0 || baixo < 0)
            return false;
        segredo[i / 2 - 1] = (unsigned char) (alto * 16 + baixo);
    }
    segredo_n = n / 2 - 1;
    return true;
}

static bool
perguntar(Ligacao *l, const char *sql, Passo novo)
{
    passo = novo;
    passo_desde = kore_time_ms();
    return PQsendQuery(l->pg, sql) == 1 && ligacao_descarregar(l);
}

static int
hex(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
                                  : -1;
}
