/*
 * escritor.c: what moves the counters on, by every way that writes.
 */
#include "cacador.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void
executar(const char *fmt, ...)
{
    char sql[1200];
    va_list ap;
    PGresult *r;
    long inicio = agora_ms();
    bool bom;

    va_start(ap, fmt);
    vsnprintf(sql, sizeof sql, fmt, ap);
    va_end(ap);
    r = PQexec(pg, sql);
    bom = PQresultStatus(r) == PGRES_TUPLES_OK || PQresultStatus(r) == PGRES_COMMAND_OK;
    if (!bom)
    {
        const char *estado = PQresultErrorField(r, PG_DIAG_SQLSTATE);

        /* Broken statements are defects of the test, not of the moment. */
        if (estado != NULL && (strncmp(estado, "42", 2) == 0 || strncmp(estado, "22", 2) == 0))
        {
            fprintf(stderr, "cacador: %s: %s", sql, PQresultErrorMessage(r));
            exit(1);
        }
    }
    PQclear(r);
    if (!bom && PQstatus(pg) == CONNECTION_OK && PQtransactionStatus(pg) != PQTRANS_IDLE)
        PQclear(PQexec(pg, "ROLLBACK"));
    maior(&contas->maior_escrita_ms, agora_ms() - inicio);
    __atomic_fetch_add(bom ? &contas->escritas : &contas->escritas_falhas, 1, __ATOMIC_RELAXED);
}

/* The next version by the front. */
static void
alterar_por_http(void)
{
    char caminho[100], cabecalhos[100], dados[600], sql[300];
    const Alvo *a = alvo_de('e');
    PGresult *r;
    long inicio;
    int status;

    snprintf(sql, sizeof sql,
             "SELECT versao, caca.nome(id_cliente, versao + 1), caca.cidade(versao + 1), caca.uf(versao + 1)"
             " FROM crm.clientes WHERE id_cliente = %ld", a->id);
    r = PQexec(pg, sql);
    if (PQresultStatus(r) != PGRES_TUPLES_OK || PQntuples(r) != 1)
    {
        PQclear(r);
        return;
    }
    snprintf(caminho, sizeof caminho, "/api/v1/clients/%ld", a->id);
    snprintf(cabecalhos, sizeof cabecalhos, "If-Match: \"%s\"\r\n", PQgetvalue(r, 0, 0));
    snprintf(dados, sizeof dados, "{\"nome_completo\":\"%s\",\"cidade\":\"%s\",\"uf\":\"%s\"}", PQgetvalue(r, 0, 1),
             PQgetvalue(r, 0, 2), PQgetvalue(r, 0, 3));
    PQclear(r);
    inicio = agora_ms();
    status = pedir("PATCH", caminho, cfg.admin, cabecalhos, dados);
    maior(&contas->maior_escrita_ms, agora_ms() - inicio);
    if (status == 200)
        __atomic_fetch_add(&contas->escritas_http, 1, __ATOMIC_RELAXED);
    else if (status > 0 && status < 500 && status != 412)
    {
        fprintf(stderr, "cacador: PATCH %s %s: %d %s\n", caminho, dados, status, corpo);
        exit(1);
    }
}

void
escritor(void)
{
    unsigned dado = sortear(1000);
    long e = alvo_de('e')->id, e2 = alvo_de('e')->id;
    int s = (int)sortear(VENDEDORES);

    if (cfg.pausa_us > 0)
        usleep(sortear(2 * (unsigned)cfg.pausa_us));
    if (!pg_pronto())
    {
        usleep(20000);
        return;
    }
    /* Seconds must do where a minute does else. */
    if (cfg.plantar > 0 && sortear(10) == 0)
        executar(sortear(2) == 0 ? "SELECT caca.girar_painel()" : "SELECT caca.pedir(%ld)", alvo_de('p')->id);
    else if (dado < 380)
        executar("SELECT caca.editar(ARRAY[%ld])", e);
    else if (dado < 540)
        executar("SELECT caca.comprar_dentro(ARRAY[%ld])", e);
    else if (dado < 600)
        executar("SELECT caca.anotar(%ld)", e);
    else if (dado < 650)
        executar("SELECT caca.pedir(%ld)", alvo_de('p')->id);
    else if (dado < 690)
        executar("SELECT caca.mover(%ld)", alvo_de('m')->id);
    else if (dado < 700)
        executar("SELECT caca.rebatizar(%ld)", vendedores[s]);
    else if (dado < 730)
        executar("SELECT caca.replicar(%ld)", e);
    else if (dado < 760)
        executar("SELECT caca.trocar_novato()");
    else if (dado < 780)
        executar("SELECT caca.comprar_dentro(ARRAY(SELECT cliente_id FROM crm.cliente_vendedor"
                 " WHERE vendedor_id = %ld AND encerrada_em IS NULL AND cliente_id IN"
                 " (SELECT id FROM caca.alvos WHERE tipo = 'e')))", vendedores[s]);
    else if (dado < 786)
        executar("SELECT caca.muitos()");
    else if (dado < 790)
        executar("SELECT caca.girar_painel()");
    else if (dado < 830)
        executar("BEGIN; SELECT caca.editar(ARRAY[%ld]); ROLLBACK", e);
    else if (dado < 870)
        executar("BEGIN; SELECT caca.comprar_dentro(ARRAY[%ld]); SAVEPOINT s; SELECT caca.editar(ARRAY[%ld]);"
                 " ROLLBACK TO s; COMMIT", e < e2 ? e : e2, e < e2 ? e2 : e);
    else if (dado < 900)
        executar("BEGIN; SELECT caca.editar(ARRAY[%ld]); SELECT pg_sleep(0.0%u); COMMIT", e, sortear(9));
    else
        alterar_por_http();
}
