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
 * Prints "ready", and at its end one JSON object with the counts (of each kind:
 * [reads, violations]); violations go to standard error.
 */
#include "cacador.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const char *const tipo_nome[TIPOS] = {
    "perfil", "perfil_comprado", "perfil_movido", "cpf", "nome", "filtro", "novato", "quadro",
    "estatisticas_vendedor", "periodos", "periodos_vendedor", "estatisticas_gerais", "painel_do_gerente",
    "todos_clientes", "pedidos", "linha_do_tempo", "fila", "vendedores", "quadro_por_periodo", "quadro_por_vendedor"};

Config cfg;
Contas *contas;
unsigned sorte;
char pedido[200];
Tipo tipo_atual;

static int linhas_ditas;

static void configurar(const char *arquivo);

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
    if (!pg_pronto())
    {
        fprintf(stderr, "cacador: no database\n");
        return 1;
    }
    carregar_alvos();
    PQfinish(pg);
    pg = NULL;
    puts("ready"); /* the faults may begin */
    fflush(stdout);

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

long
agora_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000L + t.tv_nsec / 1000000;
}

unsigned
sortear(unsigned n)
{
    sorte ^= sorte << 13;
    sorte ^= sorte >> 17;
    sorte ^= sorte << 5;
    return sorte % n;
}

/* Few of the n are asked for most of the time. */
unsigned
sortear_quente(unsigned n)
{
    return sortear(1 + sortear(1 + sortear(n)));
}

void
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

void
maior(long *onde, long valor)
{
    if (valor > *onde)
        *onde = valor; /* only for show: a lost race does not matter */
}
