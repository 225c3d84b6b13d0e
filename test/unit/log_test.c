/*
 * server/src/log.c: one line is one JSON object, whatever is in it. D-8.
 */
/* fontes: server/src/utf8.c */
#include "../../server/src/log.h"
#include "tap.h"

#include <jansson.h>
#include <stdlib.h>
#include <unistd.h>

static void
escapa(const char *de, size_t n, const char *para)
{
    char out[256];
    size_t len = log_escapar(out, sizeof(out), de, n);

    CONFERE_TEXTO(out, para, "escaped: %s", para);
    CONFERE(len == strlen(para), "length of %s", para);
}

/* The line as it leaves, by way of a pipe put in place of standard output. */
static json_t *
enviada(LogLinha *l, char *linha, size_t tam)
{
    int tubo[2];
    int saida = dup(STDOUT_FILENO);
    ssize_t n;

    fflush(stdout);
    if (pipe(tubo) != 0)
        exit(1);
    dup2(tubo[1], STDOUT_FILENO);
    log_enviar(l);
    dup2(saida, STDOUT_FILENO);
    n = read(tubo[0], linha, tam - 1);
    close(tubo[0]);
    close(tubo[1]);
    close(saida);
    linha[n > 0 ? n : 0] = '\0';
    return json_loads(linha, JSON_REJECT_DUPLICATES, NULL);
}

static int pedidos;

static void
pedir(void)
{
    pedidos++;
}

/* Lines that wait leave together, whole, and never more than a pipe takes. */
static void
juntas(void)
{
    static char lido[4 * LOG_LINHA_MAX];
    int tubo[2];
    int saida = dup(STDOUT_FILENO);
    ssize_t primeira, todas;
    size_t linhas = 0;
    LogLinha l;

    fflush(stdout);
    if (pipe(tubo) != 0)
        exit(1);
    dup2(tubo[1], STDOUT_FILENO);
    log_agrupar(pedir);
    for (int i = 0; i < 60; i++)
    {
        log_iniciar(&l, "info", "teste");
        log_inteiro(&l, "i", i);
        log_juntar(&l);
    }
    primeira = read(tubo[0], lido, LOG_LINHA_MAX);
    log_despejar();
    log_despejar();
    log_agrupar(NULL);
    close(tubo[1]);
    dup2(saida, STDOUT_FILENO);
    todas = primeira + read(tubo[0], lido + primeira,
                            sizeof(lido) - (size_t) primeira);
    close(tubo[0]);
    close(saida);
    for (ssize_t i = 0; i < todas; i++)
        linhas += lido[i] == '\n';
    CONFERE(primeira > 0 && lido[primeira - 1] == '\n',
            "what leaves at once are whole lines");
    CONFERE(linhas == 60 && lido[todas - 1] == '\n', "none is lost");
    CONFERE(pedidos >= 2 && pedidos < 10, "asked for once per write");
}

int
main(void)
{
    static const char hostil[] = "\n{\"nivel\":\"info\"}\x1b[31m\x7f\t";
    char linha[2 * LOG_LINHA_MAX];
    char longo[3 * LOG_LINHA_MAX];
    char curto[4];
    json_t *j;
    LogLinha l;

    escapa("abc", 3, "abc");
    escapa("\"\\", 2, "\\\"\\\\");
    escapa("\0\n\x1b\x7f", 4, "\\u0000\\u000a\\u001b\\u007f");
    escapa("\xc3\xa9\xf0\x9f\x98\x80", 6, "\xc3\xa9\xf0\x9f\x98\x80");
    escapa("\xc3", 1, "\xef\xbf\xbd");
    escapa("\xc0\xaf", 2, "\xef\xbf\xbd\xef\xbf\xbd");
    escapa("\xed\xa0\x80", 3, "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
    escapa("\xf4\x90\x80\x80", 4,
           "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
    escapa("\xc2\x9b", 2, "\xef\xbf\xbd\xef\xbf\xbd");
    CONFERE(log_escapar(curto, sizeof(curto), "abcdef", 6) == 6 &&
                curto[0] == '\0',
            "what does not fit is told, not written");
    CONFERE(log_escapar(NULL, 0, "ab\n", 3) == 8, "length without a buffer");

    log_iniciar(&l, "info", "teste");
    log_texto(&l, "hostil", hostil);
    log_texto(&l, "nada", NULL);
    log_inteiro(&l, "n", -7);
    log_booleano(&l, "sim", true);
    log_ms(&l, "duracao_ms", 1234567);
    j = enviada(&l, linha, sizeof(linha));
    CONFERE(j != NULL, "the line is JSON");
    CONFERE_TEXTO(json_string_value(json_object_get(j, "hostil")), hostil,
                  "the hostile text comes back as it was");
    CONFERE(strchr(linha, '\n') == linha + strlen(linha) - 1 &&
                strchr(linha, '\x1b') == NULL,
            "one line, no escape sequence");
    CONFERE(json_is_null(json_object_get(j, "nada")), "NULL is null");
    CONFERE(json_integer_value(json_object_get(j, "n")) == -7, "integer");
    CONFERE(json_is_true(json_object_get(j, "sim")), "boolean");
    CONFERE(json_real_value(json_object_get(j, "duracao_ms")) == 1234.567,
            "milliseconds");
    json_decref(j);

    memset(longo, 'x', sizeof(longo) - 1);
    longo[sizeof(longo) - 1] = '\0';
    for (size_t n = LOG_LINHA_MAX - 300; n < LOG_LINHA_MAX + 20; n++)
    {
        longo[n] = '\0';
        log_iniciar(&l, "info", "teste");
        log_texto(&l, "longo", longo);
        log_inteiro(&l, "depois", 12345);
        j = enviada(&l, linha, sizeof(linha));
        if (j == NULL || strlen(linha) > LOG_LINHA_MAX)
            CONFERE(0, "text of %zu bytes", n);
        json_decref(j);
        longo[n] = 'x';
    }
    CONFERE(1, "lines around the limit stay JSON");
    juntas();
    return tap_fim();
}
