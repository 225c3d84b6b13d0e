/*
 * foto.c: what an answer may depend on, as it is committed in the database now.
 */
#include "cacador.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

Alvo alvos[ALVOS_MAX];
long vendedores[VENDEDORES];
PGconn *pg;

static int n_alvos;

static const char *const comandos[][2] = {
    {"linha", "SELECT c.id_cliente, (SELECT ascii(t.tipo) FROM caca.alvos t WHERE t.id = c.id_cliente), c.versao, (c.valor_total * 100)::bigint, coalesce(x.id, 0), coalesce(x.vendedor_id, 0),"
              " coalesce(substring(x.observacoes FROM '[0-9]+$')::bigint, 0),"
              " coalesce(substring(c.nome_mae FROM '[0-9]+$')::bigint, 0)"
              " FROM crm.clientes c LEFT JOIN crm.cliente_vendedor x ON x.cliente_id = c.id_cliente AND x.encerrada_em IS NULL"
              " WHERE c.id_cliente = $1::bigint"},
    {"todas", "SELECT id, ascii(tipo::text), v, w, a, dono, obs FROM caca.estado($1::bigint)"},
    {"pedidos", "SELECT count(*) FROM crm.pedidos WHERE cliente_id = $1::bigint"},
    {"relogio", "SELECT n FROM caca.relogio ORDER BY chave OFFSET $1::bigint LIMIT 1"},
    {"nomes", "SELECT coalesce(nullif(translate(substring(v.nome FROM '^Caca[a-j]+ ([a-j]+)$'), 'abcdefghij', '0123456789'), '')::bigint, 0)"
              " FROM crm.vendedores v WHERE v.id IN (SELECT id FROM caca.vendedores) ORDER BY v.id"},
};

/* Servers that die say so to everybody. */
static void
calar(void *arg __attribute__((unused)), const char *mensagem __attribute__((unused)))
{
}

bool
pg_pronto(void)
{
    static const Oid tipos[1] = {20};

    if (pg != NULL && PQstatus(pg) == CONNECTION_OK)
        return true;
    if (pg != NULL)
    {
        PQfinish(pg);
        usleep(30000);
    }
    pg = PQconnectdb(cfg.conninfo);
    if (PQstatus(pg) != CONNECTION_OK)
        return false;
    PQsetNoticeProcessor(pg, calar, NULL);
    for (size_t i = 0; i < sizeof comandos / sizeof comandos[0]; i++)
    {
        PGresult *r = PQprepare(pg, comandos[i][0], comandos[i][1], strstr(comandos[i][1], "$1") != NULL ? 1 : 0, tipos);

        if (PQresultStatus(r) != PGRES_COMMAND_OK)
        {
            if (PQstatus(pg) == CONNECTION_OK && strstr(PQresultErrorMessage(r), "ERROR") != NULL &&
                PQresultErrorField(r, PG_DIAG_SQLSTATE) != NULL &&
                strncmp(PQresultErrorField(r, PG_DIAG_SQLSTATE), "42", 2) == 0)
            {
                fprintf(stderr, "cacador: %s", PQresultErrorMessage(r));
                exit(1);
            }
            PQclear(r);
            PQreset(pg);
            return false;
        }
        PQclear(r);
    }
    return true;
}

static PGresult *
consultar(const char *nome, int n, const long *args)
{
    char texto[4][24];
    const char *v[4];
    PGresult *r;

    for (int i = 0; i < n; i++)
    {
        snprintf(texto[i], sizeof texto[i], "%ld", args[i]);
        v[i] = args[i] < 0 ? NULL : texto[i];
    }
    r = PQexecPrepared(pg, nome, n, v, NULL, NULL, 0);
    if (PQresultStatus(r) == PGRES_TUPLES_OK)
        return r;
    PQclear(r);
    return NULL;
}

static long
valor(const PGresult *r, int linha, int coluna)
{
    return atol(PQgetvalue(r, linha, coluna));
}

void
carregar_alvos(void)
{
    PGresult *r = PQexec(pg, "SELECT id, tipo, cpf FROM caca.alvos ORDER BY id");

    for (n_alvos = 0; n_alvos < PQntuples(r) && n_alvos < ALVOS_MAX; n_alvos++)
    {
        alvos[n_alvos].id = valor(r, n_alvos, 0);
        alvos[n_alvos].tipo = PQgetvalue(r, n_alvos, 1)[0];
        snprintf(alvos[n_alvos].cpf, sizeof alvos[0].cpf, "%s", PQgetvalue(r, n_alvos, 2));
    }
    PQclear(r);
    r = PQexec(pg, "SELECT id FROM caca.vendedores ORDER BY id");
    for (int i = 0; i < VENDEDORES && i < PQntuples(r); i++)
        vendedores[i] = valor(r, i, 0);
    PQclear(r);
    if (n_alvos == 0 || vendedores[VENDEDORES - 1] == 0)
    {
        fprintf(stderr, "cacador: no world (mundo.sql)\n");
        exit(1);
    }
}

const Alvo *
alvo_de(char tipo)
{
    int primeiro = -1, n = 0;

    for (int i = 0; i < n_alvos; i++)
        if (alvos[i].tipo == tipo)
        {
            primeiro = primeiro < 0 ? i : primeiro;
            n++;
        }
    return &alvos[primeiro + (int)sortear_quente((unsigned)n)];
}

int
vendedor_indice(long id)
{
    for (int i = 0; i < VENDEDORES; i++)
        if (vendedores[i] == id)
            return i;
    return -1;
}

/* What the request may depend on, as it is committed now. */
bool
fotografar(Foto *f, Tipo t, long alvo)
{
    PGresult *r;
    bool um = t == PERFIL || t == PERFIL_MOVIDO || t == CPF || t == LINHA;
    bool todas = t == NOME || t == FILTRO || t == QUADRO || t == ESTATISTICAS || t == PERIODOS ||
                 t == PERIODOS_VENDEDOR || t == GERAIS || t == TODOS || t == FILA || t == VENDEDORES_TODOS ||
                 t == GESTAO || t == GESTAO_VENDEDOR;

    f->n = 0;
    if (t == PERFIL_COMPRADO || t == PEDIDOS)
    {
        if ((r = consultar("pedidos", 1, &alvo)) == NULL)
            return false;
        f->pedidos = valor(r, 0, 0);
        PQclear(r);
    }
    if (t == NOVATO || t == PAINEL)
    {
        long qual = t == NOVATO ? 0 : 1;

        if ((r = consultar("relogio", 1, &qual)) == NULL)
            return false;
        f->relogio = valor(r, 0, 0);
        PQclear(r);
    }
    if (um || todas)
    {
        long quem = um || t == QUADRO || t == FILA || t == ESTATISTICAS || t == PERIODOS_VENDEDOR || t == TODOS ? alvo : -1;

        if ((r = consultar(um ? "linha" : "todas", 1, &quem)) == NULL)
            return false;
        for (; f->n < PQntuples(r) && f->n < ALVOS_MAX; f->n++)
            f->e[f->n] = (Estado){.id = valor(r, f->n, 0),
                                  .tipo = (char)valor(r, f->n, 1),
                                  .v = valor(r, f->n, 2),
                                  .w = valor(r, f->n, 3),
                                  .a = valor(r, f->n, 4),
                                  .dono = valor(r, f->n, 5),
                                  .obs = valor(r, f->n, 6)};
        if (um)
            f->r = valor(r, 0, 7);
        PQclear(r);
    }
    if (t != NOVATO && t != PAINEL && t != PEDIDOS && t != PERFIL_COMPRADO && t != PERIODOS && t != LINHA)
    {
        if ((r = consultar("nomes", 0, NULL)) == NULL)
            return false;
        for (int i = 0; i < VENDEDORES; i++)
            f->nome[i] = valor(r, i, 0);
        PQclear(r);
    }
    return true;
}
