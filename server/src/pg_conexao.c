/*
 * pg_conexao.c: connecting to PostgreSQL on Kore's loop, never blocking.
 *
 * The struct is static and its event is never freed, because Kore may still
 * hold it in the batch it works on. PQfinish() closes the socket, and a closed
 * socket leaves epoll by itself: kore_platform_disable_read() is not used, it
 * ends the process when the descriptor is not registered.
 */
#include "pg_conexao.h"
#include "config.h"
#include "log.h"

#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>

enum
{
    CONECTAR_MS = 5000,
    RECUO_MIN_MS = 250,
    RECUO_MAX_MS = 2000
};

static char ultimo_erro[256];
static bool avisado; /* one log line per outage */

static void ligacao_evento(void *arg, int erro);
static void ligacao_seguir(Ligacao *l);
static void ligacao_registrar(Ligacao *l, int eventos);
static void sem_aviso(void *arg, const char *mensagem);

void
ligacao_iniciar(Ligacao *l, const char *nome, int timeout_ms, int trava_ms,
                int abandono_ms)
{
    char opcoes[320];
    const char *const chaves[] = {"gssencmode",
                                  "keepalives_idle",
                                  "tcp_user_timeout",
                                  "dbname",
                                  "application_name",
                                  "client_encoding",
                                  "options",
                                  NULL};
    const char *const valores[] = {
        "disable", "30", "20000", configuracao()->pg_conninfo,
        nome,      "UTF8", opcoes, NULL};

    /* Instants are written alike by all connections of all servers: what one
     * keeps in the cache is served by the others. */
    snprintf(opcoes, sizeof(opcoes),
             "-c statement_timeout=%d -c lock_timeout=%d "
             "-c idle_in_transaction_session_timeout=%d "
             "-c client_connection_check_interval=%d "
             "-c client_min_messages=warning -c datestyle=ISO -c timezone=UTC",
             timeout_ms, trava_ms, timeout_ms, abandono_ms);
    l->evt.flags = 0;
    l->evt.handle = ligacao_evento;
    l->eventos = 0;
    l->desde = kore_time_ms();
    l->quebrada = false;
    l->estado = LIGACAO_CONECTANDO;
    l->pg = PQconnectStartParams(chaves, valores, 1);
    if (l->pg == NULL || PQstatus(l->pg) == CONNECTION_BAD)
    {
        ligacao_cair(l);
        return;
    }
    PQsetNoticeProcessor(l->pg, sem_aviso, NULL);
    ligacao_registrar(l, EPOLLOUT);
}

void
ligacao_cair(Ligacao *l)
{
    LogLinha linha;

    if (l->pg != NULL)
    {
        snprintf(ultimo_erro, sizeof(ultimo_erro), "%s", PQerrorMessage(l->pg));
        ultimo_erro[strcspn(ultimo_erro, "\n")] = '\0';
        if (ultimo_erro[0] == '\0')
            strcpy(ultimo_erro, "closed by the server");
    }
    l->recuo_ms = l->recuo_ms == 0                  ? RECUO_MIN_MS
                  : l->recuo_ms * 2 < RECUO_MAX_MS ? l->recuo_ms * 2
                                                   : RECUO_MAX_MS;
    if (!avisado)
    {
        log_iniciar(&linha, "aviso", "pg_fora");
        log_texto(&linha, "motivo", ultimo_erro);
        log_enviar(&linha);
    }
    avisado = true;

    PQfinish(l->pg);
    l->pg = NULL;
    l->estado = LIGACAO_DESLIGADA;
    l->quebrada = false;
    l->tentar_em = kore_time_ms() + (uint64_t) l->recuo_ms;
    l->ao_cair(l);
}

void
ligacao_desfazer(Ligacao *l)
{
    PQfinish(l->pg);
    l->pg = NULL;
    l->estado = LIGACAO_DESLIGADA;
    l->quebrada = false;
}

bool
ligacao_descarregar(Ligacao *l)
{
    int r = PQflush(l->pg);

    if (r == -1 || PQsocket(l->pg) < 0)
        return false;
    ligacao_registrar(l, r == 1 ? EPOLLIN | EPOLLOUT : EPOLLIN);
    return true;
}

void
ligacao_boa(Ligacao *l)
{
    l->recuo_ms = 0;
    if (avisado)
        log_evento("info", "pg_voltou", NULL);
    avisado = false;
}

bool
ligacao_tique(Ligacao *l, uint64_t agora)
{
    if (l->quebrada ||
        (l->estado == LIGACAO_CONECTANDO && agora - l->desde > CONECTAR_MS))
        ligacao_cair(l);
    return l->estado == LIGACAO_DESLIGADA && agora >= l->tentar_em;
}

static void
ligacao_evento(void *arg, int erro)
{
    Ligacao *l = arg;

    l->evt.flags = 0;
    switch (l->estado)
    {
        case LIGACAO_DESLIGADA: /* of the batch in which it fell */
            break;
        case LIGACAO_CONECTANDO:
            ligacao_seguir(l);
            break;
        case LIGACAO_FEITA:
            l->ao_evento(l, erro != 0);
            break;
    }
}

static void
ligacao_seguir(Ligacao *l)
{
    switch (PQconnectPoll(l->pg))
    {
        case PGRES_POLLING_READING:
            ligacao_registrar(l, EPOLLIN);
            break;
        case PGRES_POLLING_WRITING:
            ligacao_registrar(l, EPOLLOUT);
            break;
        case PGRES_POLLING_OK:
            if (PQsetnonblocking(l->pg, 1) != 0)
            {
                ligacao_cair(l);
                break;
            }
            l->estado = LIGACAO_FEITA;
            l->desde = kore_time_ms();
            l->ao_ligar(l);
            break;
        default:
            ligacao_cair(l);
            break;
    }
}

static void
ligacao_registrar(Ligacao *l, int eventos)
{
    int fd = PQsocket(l->pg);

    if (fd < 0)
    {
        l->quebrada = true;
        return;
    }
    /* While connecting, libpq may have closed one socket and taken another. */
    if (l->estado == LIGACAO_FEITA && l->eventos == eventos)
        return;
    l->eventos = eventos;
    kore_platform_event_schedule(fd, eventos | EPOLLRDHUP, 0, l);
}

/* A notice may hold data; the server's own log has it. */
static void
sem_aviso(void *arg, const char *mensagem)
{
}
