/*
 * cacador.c: hunts for an answer that no state of the database explains.
 *
 * Readers bracket each request: state in the database, HTTP answer, state in the
 * database. What is written are counters that only grow (mundo.sql), and every
 * field is a function of them; so the counters which an answer shows must lie
 * between those before and those after it. Older is stale, newer was never
 * committed. This holds whatever writers, crashes and lost acknowledgements do,
 * because both ends are read, not remembered.
 *
 *   cacador FILE      lines "key value": conninfo, porta, segundos, semente, leitores,
 *                     escritores, pausa_us, admin, gerente, vendedor (token of each,
 *                     in the order of caca.vendedores), operador (e-mail, password),
 *                     plantar (ms: answers are kept so long, which must be found out)
 *
 * Prints one JSON object with the counts (of each kind: [reads, violations]); violations go to standard error.
 */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <jansson.h>
#include <libpq-fe.h>

enum
{
    ALVOS_MAX = 256,
    VENDEDORES = 3,
    RESPOSTA_MAX = 1 << 20,
    LEITURAS_POR_CONEXAO = 400,
    PLANTADAS = 512,
    DE_NOVO_PORCENTO = 75,
    LINHAS_MAX = 40, /* violations told in full, per process */
    PG_LIMITE_S = 20
};

typedef enum
{
    PERFIL,
    PERFIL_COMPRADO,
    PERFIL_MOVIDO,
    CPF,
    NOME,
    FILTRO,
    NOVATO,
    QUADRO,
    ESTATISTICAS,
    PERIODOS,
    PERIODOS_VENDEDOR,
    GERAIS,
    PAINEL,
    TODOS,
    PEDIDOS,
    LINHA,
    FILA,
    VENDEDORES_TODOS,
    GESTAO,
    GESTAO_VENDEDOR,
    TIPOS
} Tipo;

static const char *const tipo_nome[TIPOS] = {
    "perfil", "perfil_comprado", "perfil_movido", "cpf", "nome", "filtro", "novato", "quadro",
    "estatisticas_vendedor", "periodos", "periodos_vendedor", "estatisticas_gerais", "painel_do_gerente",
    "todos_clientes", "pedidos", "linha_do_tempo", "fila", "vendedores", "quadro_por_periodo", "quadro_por_vendedor"};
/* Of 100 reads. */
static const int peso[TIPOS] = {15, 6, 5, 11, 6, 6, 4, 7, 5, 4, 4, 4, 3, 4, 2, 2, 3, 3, 3, 3};

typedef struct Contas
{
    long leituras[TIPOS];
    long achados[TIPOS]; /* violations */
    long erros;       /* reads without an answer, or with 5xx, or without bracket */
    long violacoes;
    long escritas;    /* committed as far as the writer knows */
    long escritas_falhas;
    long escritas_http;
    long sessoes;     /* ended and found dead at once */
    long maior_escrita_ms;
    long maior_leitura_ms;
} Contas;

typedef struct Alvo
{
    long id;
    char tipo;
    char cpf[16];
} Alvo;

/* One row of caca.estado(). */
typedef struct Estado
{
    long id, v, w, a, dono, obs;
    char tipo;
} Estado;

typedef struct Foto
{
    int n;
    Estado e[ALVOS_MAX];
    long nome[VENDEDORES]; /* counter in the name of each seller */
    long r, pedidos, relogio;
} Foto;

typedef struct Plantada
{
    char caminho[200];
    long ate_ms;
    int status;
    char *corpo;
} Plantada;

static struct
{
    char conninfo[300];
    int porta, segundos, leitores, escritores, pausa_us, plantar;
    unsigned semente;
    char admin[2000], gerente[2000], vendedor[VENDEDORES][2000];
    int vendedores;
    char operador_email[100], operador_senha[100];
} cfg;

static Contas *contas;
static Alvo alvos[ALVOS_MAX];
static int n_alvos;
static long vendedores[VENDEDORES];
static PGconn *pg;
static unsigned sorte;
static int http = -1, http_lidas;
static char *resposta; /* of the last request, body at corpo */
static const char *corpo;
static int linhas_ditas;
static Plantada plantadas[PLANTADAS];
static char pedido[200]; /* path of the request under judgement */
static Tipo tipo_atual;

static void configurar(const char *arquivo);
static long agora_ms(void);
static unsigned sortear(unsigned n);
static bool pg_pronto(void);
static PGresult *consultar(const char *nome, int n, const long *args);
static void carregar_alvos(void);
static void leitor(void);
static void escritor(void);
static void sessoes(void);
static int pedir(const char *metodo, const char *caminho, const char *token, const char *cabecalhos,
                 const char *dados);
static void violacao(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

int
main(int argc, char **argv)
{
    long fim, tudo = 0;
    pid_t filhos[256];
    int n = 0;

    if (argc != 2)
        return 2;
    signal(SIGPIPE, SIG_IGN);
    configurar(argv[1]);
    contas = mmap(NULL, sizeof *contas, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    resposta = malloc(RESPOSTA_MAX);
    if (!pg_pronto())
    {
        fprintf(stderr, "cacador: no database\n");
        return 1;
    }
    carregar_alvos();
    PQfinish(pg);
    pg = NULL;

    for (int i = 0; i < cfg.leitores + cfg.escritores + 1; i++)
    {
        pid_t pai = getpid();
        pid_t p = fork();

        if (p != 0)
        {
            filhos[n++] = p;
            continue;
        }
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != pai)
            _exit(1);
        sorte = cfg.semente * 7919u + (unsigned)i * 104729u + 1;
        fim = agora_ms() + 1000L * cfg.segundos;
        while (agora_ms() < fim)
        {
            if (i < cfg.leitores)
                leitor();
            else if (i < cfg.leitores + cfg.escritores)
                escritor();
            else
                sessoes();
        }
        _exit(0);
    }
    for (int i = 0; i < n; i++)
    {
        int status;

        waitpid(filhos[i], &status, 0);
        if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        {
            fprintf(stderr, "cacador: a process ended with status %d\n", status);
            contas->violacoes++;
        }
    }
    printf("{");
    for (int t = 0; t < TIPOS; t++)
    {
        printf("\"%s\": [%ld, %ld], ", tipo_nome[t], contas->leituras[t], contas->achados[t]);
        tudo += contas->leituras[t];
    }
    printf("\"leituras\": %ld, \"erros\": %ld, \"violacoes\": %ld, \"escritas\": %ld, \"escritas_falhas\": %ld, "
           "\"escritas_http\": %ld, \"sessoes\": %ld, \"maior_escrita_ms\": %ld, \"maior_leitura_ms\": %ld}\n",
           tudo, contas->erros, contas->violacoes, contas->escritas, contas->escritas_falhas,
           contas->escritas_http, contas->sessoes, contas->maior_escrita_ms, contas->maior_leitura_ms);
    return 0;
}

static void
configurar(const char *arquivo)
{
    FILE *f = fopen(arquivo, "r");
    char linha[2100], *valor;

    if (f == NULL)
    {
        perror(arquivo);
        exit(2);
    }
    while (fgets(linha, sizeof linha, f) != NULL)
    {
        linha[strcspn(linha, "\n")] = '\0';
        valor = strchr(linha, ' ');
        if (valor == NULL)
            continue;
        *valor++ = '\0';
#define TEXTO(chave, campo)                                                                                      \
    if (strcmp(linha, chave) == 0)                                                                               \
        snprintf(campo, sizeof campo, "%s", valor)
#define NUMERO(chave, campo)                                                                                     \
    if (strcmp(linha, chave) == 0)                                                                               \
        campo = atoi(valor)
        TEXTO("conninfo", cfg.conninfo);
        TEXTO("admin", cfg.admin);
        TEXTO("gerente", cfg.gerente);
        NUMERO("porta", cfg.porta);
        NUMERO("segundos", cfg.segundos);
        NUMERO("leitores", cfg.leitores);
        NUMERO("escritores", cfg.escritores);
        NUMERO("pausa_us", cfg.pausa_us);
        NUMERO("plantar", cfg.plantar);
        if (strcmp(linha, "semente") == 0)
            cfg.semente = (unsigned)atoi(valor);
        if (strcmp(linha, "vendedor") == 0 && cfg.vendedores < VENDEDORES)
        {
            snprintf(cfg.vendedor[cfg.vendedores], sizeof cfg.vendedor[0], "%s", valor);
            cfg.vendedores++;
        }
        if (strcmp(linha, "operador") == 0)
            sscanf(valor, "%99s %99s", cfg.operador_email, cfg.operador_senha);
    }
    fclose(f);
}

static long
agora_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000L + t.tv_nsec / 1000000;
}

static unsigned
sortear(unsigned n)
{
    sorte ^= sorte << 13;
    sorte ^= sorte >> 17;
    sorte ^= sorte << 5;
    return sorte % n;
}

/* Few of the n are asked for most of the time. */
static unsigned
sortear_quente(unsigned n)
{
    return sortear(1 + sortear(1 + sortear(n)));
}

static void
violacao(const char *fmt, ...)
{
    va_list ap;
    char texto[500];

    __atomic_fetch_add(&contas->violacoes, 1, __ATOMIC_RELAXED);
    __atomic_fetch_add(&contas->achados[tipo_atual], 1, __ATOMIC_RELAXED);
    if (linhas_ditas++ >= LINHAS_MAX)
        return;
    va_start(ap, fmt);
    vsnprintf(texto, sizeof texto, fmt, ap);
    va_end(ap);
    fprintf(stderr, "VIOLATION %ld %s %s: %s\n", agora_ms(), tipo_nome[tipo_atual], pedido, texto);
}

static void
maior(long *onde, long valor)
{
    if (valor > *onde)
        *onde = valor; /* only for show: a lost race does not matter */
}

/* ---- database ----------------------------------------------------------------- */

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

static bool
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

static void
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

static const Alvo *
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

static int
vendedor_indice(long id)
{
    for (int i = 0; i < VENDEDORES; i++)
        if (vendedores[i] == id)
            return i;
    return -1;
}

/* What the request may depend on, as it is committed now. */
static bool
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

/* ---- HTTP ---------------------------------------------------------------------- */

static bool
http_ligar(void)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)cfg.porta)};
    struct timeval limite = {.tv_sec = PG_LIMITE_S};
    int sim = 1;

    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    http = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    setsockopt(http, IPPROTO_TCP, TCP_NODELAY, &sim, sizeof sim);
    setsockopt(http, SOL_SOCKET, SO_RCVTIMEO, &limite, sizeof limite);
    setsockopt(http, SOL_SOCKET, SO_SNDTIMEO, &limite, sizeof limite);
    http_lidas = 0;
    if (connect(http, (struct sockaddr *)&a, sizeof a) == 0)
        return true;
    close(http);
    http = -1;
    usleep(20000);
    return false;
}

static void
http_fechar(void)
{
    if (http >= 0)
        close(http);
    http = -1;
}

/* The status, corpo points to the body; -1 = no answer. */
static int
pedir(const char *metodo, const char *caminho, const char *token, const char *cabecalhos, const char *dados)
{
    static char envio[6000];
    size_t n, lido = 0, tam = 0, cabeca = 0;
    bool fecha;

    if (http >= 0 && http_lidas >= LEITURAS_POR_CONEXAO)
        http_fechar();
    if (http < 0 && !http_ligar())
        return -1;
    n = (size_t)snprintf(envio, sizeof envio, "%s %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n%s%s%s%s", metodo, caminho, cfg.porta,
                         token != NULL ? "Authorization: Bearer " : "", token != NULL ? token : "",
                         token != NULL ? "\r\n" : "", cabecalhos != NULL ? cabecalhos : "");
    if (dados != NULL)
        n += (size_t)snprintf(envio + n, sizeof envio - n, "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
                              strlen(dados), dados);
    else
        n += (size_t)snprintf(envio + n, sizeof envio - n, "\r\n");
    http_lidas++;
    if (send(http, envio, n, MSG_NOSIGNAL) != (ssize_t)n)
    {
        http_fechar();
        return -1;
    }
    for (;;)
    {
        ssize_t r = recv(http, resposta + lido, RESPOSTA_MAX - 1 - lido, 0);

        if (r <= 0)
        {
            http_fechar();
            return -1;
        }
        lido += (size_t)r;
        resposta[lido] = '\0';
        if (cabeca == 0)
        {
            char *fim = strstr(resposta, "\r\n\r\n");
            const char *cl;

            if (fim == NULL)
                continue;
            *fim = '\0';
            cabeca = (size_t)(fim + 4 - resposta);
            cl = strcasestr(resposta, "\r\ncontent-length:");
            tam = cl != NULL ? (size_t)atol(cl + 17) : 0;
        }
        if (lido >= cabeca + tam || lido == RESPOSTA_MAX - 1)
            break;
    }
    corpo = resposta + cabeca;
    fecha = strcasestr(resposta, "\r\nconnection: close") != NULL;
    if (fecha)
        http_fechar();
    return atoi(resposta + 9);
}

/* A cache that is wrong on purpose: proves that the hunter sees one. */
static int
pedir_plantado(const char *caminho, const char *token)
{
    unsigned h = 5381;
    Plantada *p;
    int status;

    for (const char *c = caminho; *c != '\0'; c++)
        h = h * 33 + (unsigned char)*c;
    p = &plantadas[h % PLANTADAS];
    if (strcmp(p->caminho, caminho) == 0 && agora_ms() < p->ate_ms)
    {
        corpo = p->corpo;
        return p->status;
    }
    status = pedir("GET", caminho, token, NULL, NULL);
    if (status > 0)
    {
        free(p->corpo);
        snprintf(p->caminho, sizeof p->caminho, "%s", caminho);
        p->corpo = strdup(corpo);
        p->status = status;
        p->ate_ms = agora_ms() + cfg.plantar;
    }
    return status;
}

/* ---- the judge ----------------------------------------------------------------- */

static const char *const palavras[3] = {"Aroldo", "Benedita", "Custodio"};
static const char *const cidades[3] = {"Olinda", "Recife", "Caruaru"};
static const char *const ufs[2] = {"PE", "AC"};

static long
inteiro(const json_t *o, const char *campo)
{
    return (long)json_integer_value(json_object_get(o, campo));
}

static const char *
texto(const json_t *o, const char *campo)
{
    const char *s = json_string_value(json_object_get(o, campo));

    return s != NULL ? s : "";
}

static long
centavos(const json_t *v)
{
    return (long)(json_number_value(v) * 100 + 0.5);
}

static long
numero_final(const char *s)
{
    const char *p = s + strlen(s);

    while (p > s && p[-1] >= '0' && p[-1] <= '9')
        p--;
    return atol(p);
}

/* 'Cacaf bcd' -> 123; 0 before the first renaming. */
static long
letras(const char *s)
{
    const char *p = strrchr(s, ' ');
    long n = 0;

    for (p = p != NULL ? p + 1 : s; *p >= 'a' && *p <= 'j'; p++)
        n = n * 10 + (*p - 'a');
    return n;
}

static void
entre(const char *que, long id, long x, long antes, long depois)
{
    if (x < antes)
        violacao("%s of %ld is stale: %ld, before the read it was %ld", que, id, x, antes);
    else if (x > depois)
        violacao("%s of %ld is from the future: %ld, after the read it was %ld", que, id, x, depois);
}

static const Estado *
achar(const Foto *f, long id)
{
    for (int i = 0; i < f->n; i++)
        if (f->e[i].id == id)
            return &f->e[i];
    return NULL;
}

static void
julgar_vendedor(const json_t *vendedor, const Foto *f1, const Foto *f2)
{
    int i = vendedor_indice(inteiro(vendedor, "id"));

    if (i >= 0)
        entre("name of seller", vendedores[i], letras(texto(vendedor, "nome")), f1->nome[i], f2->nome[i]);
}

/* A client as any list or profile shows it: only fields that are there. */
static void
julgar_cliente(const json_t *c, const Estado *e1, const Estado *e2, const Foto *f1, const Foto *f2)
{
    long id = e1->id;
    const json_t *campo;
    const char *nome = texto(c, json_object_get(c, "nome_completo") != NULL ? "nome_completo" : "nome");

    if (e1->tipo == 'e')
    {
        long w = centavos(json_object_get(c, "valor_total"));

        long dias = inteiro(c, "dias_sem_comprar") - (w % 2 == 0 ? 40 : 50);

        entre("valor_total", id, w, e1->w, e2->w);
        /* Written yesterday, when the business day has changed since. */
        if (dias != 0 && dias != 1)
            violacao("dias_sem_comprar of %ld is %ld at %ld", id, inteiro(c, "dias_sem_comprar"), w);
        if ((campo = json_object_get(c, "versao")) != NULL)
        {
            long v = (long)json_integer_value(campo);

            entre("versao", id, v, e1->v, e2->v);
            if (strncmp(nome, palavras[v % 3], strlen(palavras[v % 3])) != 0 ||
                strcmp(texto(c, "cidade"), cidades[v % 3]) != 0 || strcmp(texto(c, "uf"), ufs[v % 2]) != 0)
                violacao("version %ld of %ld is mixed: %s, %s, %s", v, id, nome, texto(c, "cidade"), texto(c, "uf"));
        }
        else if (e1->v == e2->v && strncmp(nome, palavras[e1->v % 3], strlen(palavras[e1->v % 3])) != 0)
            violacao("name of %ld at version %ld is stale: %s", id, e1->v, nome);
        if ((campo = json_object_get(c, "observacoes")) != NULL)
            entre("observacoes", id, numero_final(json_string_value(campo) != NULL ? json_string_value(campo) : ""),
                  e1->obs, e2->obs);
    }
    if ((campo = json_object_get(c, "atribuicao_id")) != NULL)
        entre("assignment", id, (long)json_integer_value(campo), e1->a, e2->a);
    campo = json_object_get(c, "vendedor");
    if (campo == NULL)
        campo = json_object_get(c, "vendedor_atribuido");
    if (json_is_object(campo))
    {
        julgar_vendedor(campo, f1, f2);
        if (e1->a == e2->a && inteiro(campo, "id") != e1->dono)
            violacao("holder of %ld is stale: %ld, not %ld", id, inteiro(campo, "id"), e1->dono);
    }
    else if (json_is_null(campo))
        violacao("%ld without holder", id);
}

typedef bool (*Pertence)(const Estado *e, long arg);

static bool
pertence_palavra(const Estado *e, long arg)
{
    return e->tipo == 'e' && e->v % 3 == arg;
}

static bool
pertence_filtro(const Estado *e, long arg)
{
    return e->tipo == 'e' && e->v % 6 == arg;
}

static bool
pertence_vendedor(const Estado *e, long arg)
{
    return e->dono == arg;
}

static bool
pertence_periodo(const Estado *e, long arg)
{
    return e->tipo == 'e' ? e->w % 2 == arg : arg == 0;
}

/* How many counter steps until a state that belongs, at least one that does not. */
static bool
sempre_ou_nunca(const Estado *a, const Estado *b, Pertence pertence, long arg, bool *dentro)
{
    *dentro = pertence(a, arg);
    return a->v == b->v && a->w == b->w && a->a == b->a && *dentro == pertence(b, arg);
}

/* Who must be in the list is, who must not is not, and each as it was. */
static void
julgar_lista(const json_t *lista, const char *id, const Foto *f1, const Foto *f2, Pertence pertence, long arg)
{
    const json_t *c;
    size_t i;
    bool visto[ALVOS_MAX] = {false};

    json_array_foreach(lista, i, c)
    {
        const Estado *e1 = achar(f1, inteiro(c, id));
        const Estado *e2 = achar(f2, inteiro(c, id));
        bool dentro;

        if (e1 == NULL || e2 == NULL)
            continue;
        if (json_is_true(json_object_get(c, "parecido")))
            continue;
        visto[e1 - f1->e] = true;
        if (sempre_ou_nunca(e1, e2, pertence, arg, &dentro) && !dentro)
            violacao("%ld is listed and does not belong (v %ld, w %ld, holder %ld)", e1->id, e1->v, e1->w, e1->dono);
        julgar_cliente(c, e1, e2, f1, f2);
    }
    for (int k = 0; k < f1->n; k++)
    {
        const Estado *e2 = achar(f2, f1->e[k].id);
        bool dentro;

        if (e2 != NULL && !visto[k] && sempre_ou_nunca(&f1->e[k], e2, pertence, arg, &dentro) && dentro)
            violacao("%ld is missing (v %ld, w %ld, holder %ld)", e2->id, e2->v, e2->w, e2->dono);
    }
}

/* Bounds of the number and the sum of those that belong. */
static void
limites(const Foto *f1, const Foto *f2, Pertence pertence, long arg, long *n1, long *n2, long *s1, long *s2)
{
    *n1 = *n2 = *s1 = *s2 = 0;
    for (int k = 0; k < f1->n; k++)
    {
        const Estado *a = &f1->e[k], *b = achar(f2, a->id);
        bool dentro, certo = b != NULL && sempre_ou_nunca(a, b, pertence, arg, &dentro);

        if (certo && !dentro)
            continue;
        if (certo)
        {
            ++*n1;
            *s1 += a->w;
        }
        ++*n2;
        *s2 += b != NULL ? b->w : a->w;
    }
}

static void
julgar_quadro(const json_t *j, const Foto *f1, const Foto *f2, long vendedor)
{
    const json_t *c;
    size_t i;
    long n1, n2, s1, s2, total = 0, valor_ = 0;

    julgar_vendedor(json_object_get(j, "vendedor"), f1, f2);
    julgar_lista(json_object_get(j, "clientes"), "id", f1, f2, pertence_vendedor, vendedor);
    json_array_foreach(json_object_get(j, "colunas"), i, c)
    {
        total += inteiro(c, "total");
        valor_ += centavos(json_object_get(c, "valor"));
    }
    limites(f1, f2, pertence_vendedor, vendedor, &n1, &n2, &s1, &s2);
    /* Sums of a seller only grow: clients that move are worth nothing. */
    entre("total of the columns", vendedor, total, n1, n2);
    s1 = s2 = 0;
    for (int k = 0; k < f1->n; k++)
        if (f1->e[k].tipo == 'e' && f1->e[k].dono == vendedor)
            s1 += f1->e[k].w;
    for (int k = 0; k < f2->n; k++)
        if (f2->e[k].tipo == 'e' && f2->e[k].dono == vendedor)
            s2 += f2->e[k].w;
    entre("value of the columns", vendedor, valor_, s1, s2);
}

static void
julgar_periodos(const json_t *j, const Foto *f1, const Foto *f2, bool de_um, long vendedor)
{
    const json_t *p;
    size_t i;

    json_array_foreach(json_object_get(j, "periodos"), i, p)
    {
        if (i >= 2)
            break;
        if (de_um)
        {
            const json_t *c;
            size_t k;

            json_array_foreach(json_object_get(p, "clientes"), k, c)
            {
                const Estado *e1 = achar(f1, inteiro(c, "id")), *e2 = achar(f2, inteiro(c, "id"));

                if (e1 == NULL || e2 == NULL)
                    continue;
                if (e1->a == e2->a && e1->dono != vendedor)
                    violacao("%ld is listed for %ld, its holder is %ld", e1->id, vendedor, e1->dono);
                if (e1->tipo == 'e' && centavos(json_object_get(c, "valor_total")) % 2 != (long)i)
                    violacao("%ld is in the wrong period", e1->id);
                julgar_cliente(c, e1, e2, f1, f2);
            }
        }
        else
        {
            long n1, n2, s1, s2;

            /* Nobody else is in the window. */
            limites(f1, f2, pertence_periodo, (long)i, &n1, &n2, &s1, &s2);
            entre("total of period", (long)i, inteiro(p, "total"), n1, n2);
            entre("value of period", (long)i, centavos(json_object_get(p, "valor")), s1, s2);
        }
    }
}

static void
somas(const Foto *f, long vendedor, long *soma)
{
    *soma = 0;
    for (int k = 0; k < f->n; k++)
        if (f->e[k].tipo == 'e' && (vendedor == 0 || f->e[k].dono == vendedor))
            *soma += f->e[k].w;
}

static void
julgar_gestao(const json_t *j, const Foto *f1, const Foto *f2)
{
    static const char *const periodos[2] = {"30-45", "45-60"};
    const json_t *c;
    size_t i;

    json_array_foreach(json_object_get(j, "colunas"), i, c)
    {
        const json_t *v = json_object_get(c, "vendedor");
        Pertence pertence = tipo_atual == GESTAO ? pertence_periodo : pertence_vendedor;
        long n1, n2, s1, s2;
        long arg = inteiro(v, "id");

        if (tipo_atual == GESTAO)
        {
            for (arg = 0; arg < 2 && strcmp(texto(c, "coluna"), periodos[arg]) != 0; arg++)
                ;
            if (arg == 2)
                continue;
        }
        else if (vendedor_indice(arg) < 0)
            continue;
        else
            julgar_vendedor(v, f1, f2);
        limites(f1, f2, pertence, arg, &n1, &n2, &s1, &s2);
        entre("total of column", arg, inteiro(c, "total"), n1, n2);
        if (tipo_atual == GESTAO_VENDEDOR)
        {
            somas(f1, arg, &s1);
            somas(f2, arg, &s2);
        }
        entre("value of column", arg, centavos(json_object_get(c, "valor")), s1, s2);
        julgar_lista(json_object_get(c, "clientes"), "id", f1, f2, pertence, arg);
    }
}

static void
julgar_gerais(const json_t *j, const Foto *f1, const Foto *f2)
{
    const json_t *v;
    size_t i;
    long s1, s2;

    somas(f1, 0, &s1);
    somas(f2, 0, &s2);
    if (tipo_atual == GERAIS)
        entre("valor_elegivel", 0, centavos(json_object_get(j, "valor_elegivel")), s1, s2);
    json_array_foreach(json_object_get(j, "vendedores"), i, v)
    {
        int k = vendedor_indice(inteiro(v, "id"));

        if (k < 0)
            continue;
        somas(f1, vendedores[k], &s1);
        somas(f2, vendedores[k], &s2);
        entre("valor_pendente", vendedores[k], centavos(json_object_get(v, "valor_pendente")), s1, s2);
        entre("name of seller", vendedores[k], letras(texto(v, "nome")), f1->nome[k], f2->nome[k]);
    }
}

static void
julgar_perfil(const json_t *j, const Foto *f1, const Foto *f2)
{
    const json_t *a;
    size_t i;

    if (f1->n != 1 || f2->n != 1 || inteiro(j, "id_cliente") != f1->e[0].id)
    {
        violacao("another client: %ld", inteiro(j, "id_cliente"));
        return;
    }
    julgar_cliente(j, &f1->e[0], &f2->e[0], f1, f2);
    if (tipo_atual == PERFIL)
        entre("nome_mae", f1->e[0].id, numero_final(texto(j, "nome_mae")), f1->r, f2->r);
    json_array_foreach(json_object_get(j, "atribuicoes"), i, a)
    {
        if (!json_is_null(json_object_get(a, "encerrada_em")))
            continue;
        entre("open assignment", f1->e[0].id, inteiro(a, "id"), f1->e[0].a, f2->e[0].a);
        if (tipo_atual == PERFIL)
            entre("observacoes", f1->e[0].id, numero_final(texto(a, "observacoes")), f1->e[0].obs, f2->e[0].obs);
    }
}

static void
julgar_linha(const json_t *j, const Foto *f1, const Foto *f2)
{
    const json_t *item, *campo;
    size_t i, k;

    if (f1->e[0].v != f2->e[0].v)
        return;
    json_array_foreach(json_object_get(j, "items"), i, item)
        json_array_foreach(json_object_get(item, "campos"), k, campo)
        {
            const char *palavra = palavras[f1->e[0].v % 3];

            if (strcmp(texto(campo, "campo"), "nome_completo") != 0 && strcmp(texto(campo, "campo"), "nome") != 0)
                continue;
            if (strncmp(texto(campo, "depois"), palavra, strlen(palavra)) != 0)
                violacao("newest name in the timeline of %ld is %s at version %ld", f1->e[0].id, texto(campo, "depois"),
                         f1->e[0].v);
            return;
        }
}

static void
julgar_novato(const json_t *j, const Foto *f1, const Foto *f2)
{
    const json_t *c, *lista = json_object_get(j, "items");
    size_t i;
    int n = 0;

    json_array_foreach(lista, i, c)
        if (strncmp(texto(c, "nome_completo"), "Novato Cacado", 13) == 0)
        {
            n++;
            entre("the new client", inteiro(c, "id_cliente"), letras(texto(c, "nome_completo")), f1->relogio, f2->relogio);
        }
    if (n != 1)
        violacao("%d new clients at once", n);
}

static void
julgar(const char *dados, const Foto *f1, const Foto *f2, long alvo, long arg)
{
    json_t *j = json_loads(dados, 0, NULL);

    if (j == NULL)
    {
        violacao("no JSON: %.100s", dados);
        return;
    }
    switch (tipo_atual)
    {
    case PERFIL:
    case PERFIL_MOVIDO:
        julgar_perfil(j, f1, f2);
        break;
    case PERFIL_COMPRADO:
    case PEDIDOS:
    {
        const json_t *p = tipo_atual == PEDIDOS ? j : json_object_get(j, "pedidos");

        entre("orders", alvo, inteiro(p, "total"), f1->pedidos, f2->pedidos);
        if (tipo_atual == PERFIL_COMPRADO)
        {
            entre("value of the orders", alvo, centavos(json_object_get(p, "valor")), f1->pedidos, f2->pedidos);
            if (centavos(json_object_get(j, "valor_total")) != inteiro(p, "total"))
                violacao("valor_total of %ld and its orders are of two moments", alvo);
        }
        break;
    }
    case CPF:
    {
        const json_t *c = json_array_get(json_object_get(j, "items"), 0);

        if (c == NULL || inteiro(c, "id_cliente") != alvo)
            violacao("CPF of %ld found %ld", alvo, c != NULL ? inteiro(c, "id_cliente") : 0);
        else
            julgar_cliente(c, &f1->e[0], &f2->e[0], f1, f2);
        break;
    }
    case NOME:
        julgar_lista(json_object_get(j, "items"), "id_cliente", f1, f2, pertence_palavra, arg);
        break;
    case FILTRO:
        julgar_lista(json_object_get(j, "items"), "id_cliente", f1, f2, pertence_filtro, arg);
        break;
    case NOVATO:
        julgar_novato(j, f1, f2);
        break;
    case QUADRO:
        julgar_quadro(j, f1, f2, alvo);
        break;
    case ESTATISTICAS:
    {
        long s1, s2;

        somas(f1, alvo, &s1);
        somas(f2, alvo, &s2);
        entre("valor_pendente", alvo, centavos(json_object_get(j, "valor_pendente")), s1, s2);
        break;
    }
    case PERIODOS:
    case PERIODOS_VENDEDOR:
        julgar_periodos(j, f1, f2, tipo_atual == PERIODOS_VENDEDOR, alvo);
        break;
    case GERAIS:
    case VENDEDORES_TODOS:
        julgar_gerais(j, f1, f2);
        break;
    case FILA:
        julgar_vendedor(json_object_get(j, "vendedor"), f1, f2);
        julgar_lista(json_object_get(j, "clientes"), "id", f1, f2, pertence_vendedor, alvo);
        break;
    case GESTAO:
    case GESTAO_VENDEDOR:
        julgar_gestao(j, f1, f2);
        break;
    case TODOS:
        julgar_lista(json_object_get(j, "clientes"), "id", f1, f2, pertence_vendedor, alvo);
        break;
    case LINHA:
        julgar_linha(j, f1, f2);
        break;
    case PAINEL:
    case TIPOS:
        break;
    }
    json_decref(j);
}

/* ---- readers ------------------------------------------------------------------- */

/* Which request; *alvo is what it is about, *arg what decides who belongs. */
static const char *
escolher(long *alvo, long *arg)
{
    static const char *const minusculas[3] = {"aroldo", "benedita", "custodio"};
    unsigned dado = sortear(100);
    int s = (int)sortear(VENDEDORES);
    const char *token = cfg.admin;
    const Alvo *a;

    tipo_atual = 0;
    while (dado >= (unsigned)peso[tipo_atual])
        dado -= (unsigned)peso[tipo_atual++];
    if (cfg.plantar > 0) /* each kind must be found out */
        tipo_atual = (Tipo)sortear(TIPOS);
    *alvo = vendedores[s];
    *arg = 0;
    switch (tipo_atual)
    {
    case PERFIL:
    case PERFIL_COMPRADO:
    case PERFIL_MOVIDO:
        a = alvo_de(tipo_atual == PERFIL ? 'e' : tipo_atual == PERFIL_MOVIDO ? 'm' : 'p');
        *alvo = a->id;
        snprintf(pedido, sizeof pedido, "/api/v1/clients/%ld", a->id);
        break;
    case PEDIDOS:
        *alvo = alvo_de('p')->id;
        snprintf(pedido, sizeof pedido, "/api/v1/clients/%ld/orders?size=5", *alvo);
        break;
    case LINHA:
        *alvo = alvo_de('e')->id;
        snprintf(pedido, sizeof pedido, "/api/v1/clients/%ld/timeline?size=20", *alvo);
        break;
    case CPF:
        a = alvo_de('e');
        *alvo = a->id;
        snprintf(pedido, sizeof pedido, "/api/v1/clients/search?cpf=%s", a->cpf);
        break;
    case NOME:
        *arg = sortear(3);
        snprintf(pedido, sizeof pedido, "/api/v1/clients/search?q=%s+cacador&size=100", minusculas[*arg]);
        break;
    case FILTRO:
        *arg = sortear(6);
        snprintf(pedido, sizeof pedido, "/api/v1/clients/search?nome=cacador&uf=%s&cidade=%s&size=100", ufs[*arg % 2],
                 cidades[*arg % 3]);
        break;
    case NOVATO:
        snprintf(pedido, sizeof pedido, "/api/v1/clients/search?q=novato+cacado&size=20");
        break;
    case QUADRO:
        if (sortear(2) == 0)
            token = cfg.vendedor[s];
        snprintf(pedido, sizeof pedido, "/api/vendedor/meus-clientes/%ld?size=200", *alvo);
        break;
    case ESTATISTICAS:
        if (sortear(2) == 0)
            token = cfg.vendedor[s];
        snprintf(pedido, sizeof pedido, "/api/vendedor/estatisticas/%ld", *alvo);
        break;
    case PERIODOS:
        snprintf(pedido, sizeof pedido, "/api/admin/clientes-por-periodo?size=1");
        break;
    case PERIODOS_VENDEDOR:
        snprintf(pedido, sizeof pedido, "/api/admin/clientes-por-periodo?size=100&vendedor_id=%ld", *alvo);
        break;
    case GERAIS:
        snprintf(pedido, sizeof pedido, "/api/admin/estatisticas-gerais");
        break;
    case PAINEL:
        token = cfg.gerente;
        snprintf(pedido, sizeof pedido, "/api/admin/%s",
                 sortear(2) == 0 ? "estatisticas-gerais" : "clientes-por-periodo?size=1");
        break;
    case TODOS:
        snprintf(pedido, sizeof pedido, "/api/admin/todos-clientes?size=100&vendedor_id=%ld", *alvo);
        break;
    case FILA:
        if (sortear(2) == 0)
            token = cfg.vendedor[s];
        snprintf(pedido, sizeof pedido, "/api/vendedor/fila/%ld?size=100", *alvo);
        break;
    case VENDEDORES_TODOS:
        snprintf(pedido, sizeof pedido, "/api/admin/vendedores");
        break;
    case GESTAO:
    case GESTAO_VENDEDOR:
        snprintf(pedido, sizeof pedido, "/api/admin/quadro?por=%s", tipo_atual == GESTAO ? "periodo" : "vendedor");
        break;
    case TIPOS:
        break;
    }
    return token;
}

static void
leitor(void)
{
    static Foto f1, f2;
    static long alvo, arg;
    static const char *token;
    static bool de_novo;
    long inicio;
    int status;

    /* The same question again, most of the time: then it is a hit, and the state
     * after the read before is the state before this one. */
    if (de_novo && sortear(100) < DE_NOVO_PORCENTO)
        f1 = f2;
    else
    {
        token = escolher(&alvo, &arg);
        de_novo = false;
    }
    if (!de_novo && (!pg_pronto() || !fotografar(&f1, tipo_atual, alvo)))
    {
        __atomic_fetch_add(&contas->erros, 1, __ATOMIC_RELAXED);
        usleep(5000);
        return;
    }
    inicio = agora_ms();
    status = cfg.plantar > 0 ? pedir_plantado(pedido, token) : pedir("GET", pedido, token, NULL, NULL);
    maior(&contas->maior_leitura_ms, agora_ms() - inicio);
    de_novo = false;
    if (status < 0 || status >= 500 || !pg_pronto() || !fotografar(&f2, tipo_atual, alvo))
    {
        __atomic_fetch_add(&contas->erros, 1, __ATOMIC_RELAXED);
        usleep(5000);
        return;
    }
    de_novo = true;
    __atomic_fetch_add(&contas->leituras[tipo_atual], 1, __ATOMIC_RELAXED);
    if (tipo_atual == PAINEL)
    {
        int devido = f1.relogio % 2 == 0 ? 200 : 403;

        if (f1.relogio == f2.relogio && status != devido)
            violacao("status %d where %d is due (%ld)", status, devido, f1.relogio);
    }
    else if (status != 200)
        violacao("status %d: %.200s", status, corpo);
    else
        julgar(corpo, &f1, &f2, alvo, arg);
}

/* ---- writers ------------------------------------------------------------------- */

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

static void
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

/* ---- sessions ------------------------------------------------------------------ */

/* Logs in, reads, ends the session; from then on no answer but 401. */
static void
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
