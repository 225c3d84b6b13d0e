/*
 * sessoes.c: sessions that end.
 */
#include "cacador.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

/* Logs in, reads, ends the session; from then on no answer but 401. */
void
sessoes(void)
{
    char dados[300], token[2000] = "", sql[300];
    const char *t;
    json_t *j;
    int fds[3] = {-1, -1, -1}, status;
    bool acabou = false;

    usleep(300000);
    if (!pg_pronto())
        return;
    snprintf(dados, sizeof dados, "{\"email\":\"%s\",\"senha\":\"%s\"}", cfg.operador_email, cfg.operador_senha);
    if (pedir("POST", "/api/auth/login", NULL, NULL, dados) != 200)
        return;
    j = json_loads(corpo, 0, NULL);
    t = json_string_value(json_object_get(j, "token"));
    if (t != NULL)
        snprintf(token, sizeof token, "%s", t);
    json_decref(j);
    if (token[0] == '\0')
        return;
    tipo_atual = PERFIL;
    snprintf(pedido, sizeof pedido, "/api/v1/clients/%ld", alvos[0].id);
    for (int volta = 0; volta < 3; volta++)
        for (int i = 0; i < 3; i++)
        {
            http = fds[i];
            if (pedir("GET", pedido, token, NULL, NULL) == 401)
                violacao("401 for a session that lives");
            fds[i] = http;
        }
    http = -1;
    switch (sortear(3))
    {
    case 0:
        acabou = pedir("POST", "/api/auth/logout", token, NULL, "{}") == 200;
        break;
    case 1:
        snprintf(sql, sizeof sql,
                 "UPDATE crm.sessoes SET encerrada_em = clock_timestamp(), motivo_fim = 'revogada' WHERE encerrada_em IS NULL"
                 " AND usuario_id = (SELECT id FROM crm.usuarios WHERE email = '%s')", cfg.operador_email);
        {
            PGresult *r = PQexec(pg, sql);

            acabou = PQresultStatus(r) == PGRES_COMMAND_OK;
            PQclear(r);
        }
        break;
    default:
        snprintf(sql, sizeof sql, "UPDATE crm.usuarios SET ativo = false WHERE email = '%s'", cfg.operador_email);
        {
            PGresult *r = PQexec(pg, sql);

            acabou = PQresultStatus(r) == PGRES_COMMAND_OK;
            PQclear(r);
        }
        break;
    }
    http_fechar();
    for (int i = 0; i < 3; i++)
    {
        http = fds[i];
        status = pedir("GET", pedido, token, NULL, NULL);
        if (acabou && status > 0 && status < 500 && status != 401)
            violacao("status %d for a session that was ended", status);
        if (acabou && status == 401)
            __atomic_fetch_add(&contas->sessoes, 1, __ATOMIC_RELAXED);
        http_fechar();
    }
    for (;;)
    {
        PGresult *r;
        bool bom;

        if (!pg_pronto())
            continue;
        snprintf(sql, sizeof sql, "UPDATE crm.usuarios SET ativo = true WHERE email = '%s'", cfg.operador_email);
        r = PQexec(pg, sql);
        bom = PQresultStatus(r) == PGRES_COMMAND_OK;
        PQclear(r);
        if (bom)
            break;
    }
}
