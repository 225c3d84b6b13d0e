/*
 * cacador.h: what the parts of the hunter share. A process of it is one reader, one
 * writer or the one that opens and ends sessions; these variables are its own, but
 * for contas, which all of them count in.
 *
 *   cacador.c   settings, processes, counts     foto.c     the state in the database
 *   pedido.c    HTTP                            juiz.c     an answer between two states
 *   leitor.c    which request, and its bracket  escritor.c writers
 *   sessoes.c   sessions end at once
 */
#ifndef CACADOR_H
#define CACADOR_H

#include <stdbool.h>

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

typedef struct Config
{
    char conninfo[300];
    int porta, segundos, leitores, escritores, pausa_us, plantar;
    unsigned semente;
    char admin[2000], gerente[2000], vendedor[VENDEDORES][2000];
    int vendedores;
    char operador_email[100], operador_senha[100];
} Config;

extern const char *const palavras[3], *const cidades[3], *const ufs[2]; /* of a client's versions */

extern Config cfg;
extern Contas *contas;
extern Alvo alvos[ALVOS_MAX];
extern long vendedores[VENDEDORES];
extern PGconn *pg;
extern unsigned sorte;
extern int http;          /* connection, -1: none */
extern const char *corpo; /* of the last answer */
extern char pedido[200];  /* path of the request under judgement */
extern Tipo tipo_atual;

/* ---- cacador.c ---- */
long agora_ms(void);
unsigned sortear(unsigned n);
unsigned sortear_quente(unsigned n);
void violacao(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void maior(long *onde, long valor);

/* ---- foto.c ---- */
bool pg_pronto(void);
void carregar_alvos(void);
const Alvo *alvo_de(char tipo);
int vendedor_indice(long id);
bool fotografar(Foto *f, Tipo t, long alvo);

/* ---- pedido.c ---- */
void http_fechar(void);
int pedir(const char *metodo, const char *caminho, const char *token, const char *cabecalhos, const char *dados);
int pedir_plantado(const char *caminho, const char *token);

/* ---- juiz.c ---- */
void julgar(const char *texto_json, const Foto *f1, const Foto *f2, long alvo, long arg);

/* ---- leitor.c, escritor.c, sessoes.c: one turn ---- */
void leitor(void);
void escritor(void);
void sessoes(void);

#endif
