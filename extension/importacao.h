/*
 * importacao.h: what the files of the import share.
 *
 *   importacao.c          the row of an import and the bytes of its file
 *   importacao_previa.c   what it would do
 *   importacao_passos.c   run, undo, cancel, batch by batch
 *   importacao_recusadas.c  the file of refused rows
 *   importacao_leitura.c  the bytes of a file as judged records
 *   importacao_lote.c     a batch of them into crm.clientes, and back
 *   importacao_fila.c     the background worker that does a batch a transaction
 */
#ifndef CRM_IMPORTACAO_H
#define CRM_IMPORTACAO_H

#include "crm.h"

#include "utils/hsearch.h"
#include "utils/jsonb.h"

#include "campo_cliente.h"
#include "csv.h"
#include "sugestao.h"

enum
{
    IMPORTACAO_LOTE = 5000,      /* rows of a transaction */
    IMPORTACAO_SEM_COLUNA = -1,
    IMPORTACAO_AMOSTRA_BYTES = 120, /* of a cell that is shown */
    IMPORTACAO_ERROS_MAX = CAMPOS_CLIENTE + 1
};

/* ---- importacao_leitura.c ---- */

/* What the caller says about a file; what is not said is found out. */
typedef struct Opcoes
{
    char separador;  /* '\0': not said */
    int codificacao; /* CsvCodificacao, -1: not said */
    int cabecalho;   /* 0, 1, -1: not said */
} Opcoes;

typedef struct Planilha
{
    char separador;
    CsvCodificacao codificacao;
    bool cabecalho;
    int n_colunas;
    char **titulos;   /* n_colunas of them; "" without header */
    CsvLeitor leitor; /* at the first row of data */
    bool pendente;    /* that row is in leitor already */
} Planilha;

/* The columns of a whole file: how many rows, what is in them. */
typedef struct Exame
{
    int linhas;
    SugestaoColuna *colunas;
    CampoCliente *sugestoes;
} Exame;

typedef struct ErroDeCampo
{
    const char *campo; /* name, or "linha" */
    const char *mensagem;
} ErroDeCampo;

/* One row of data, judged. */
typedef struct Registro
{
    int linha; /* of the file */
    int n_erros;
    ErroDeCampo erros[IMPORTACAO_ERROS_MAX];
    bool lido[CAMPOS_CLIENTE];    /* valores[] holds a value */
    CampoValor valores[CAMPOS_CLIENTE];
    CsvCelula cruas[CAMPOS_CLIENTE]; /* as they came; n 0: none */
} Registro;

typedef struct Leitura
{
    Planilha planilha;
    int mapa[CAMPOS_CLIENTE];
    int hoje;    /* AAAAMMDD */
    HTAB *cpfs;  /* CPFs of good rows so far */
    int lidas;   /* rows so far */
    Registro registro;
} Leitura;

/*
 * CR415, CR413 or CR422 when the bytes are no file of separated values. Lives in
 * the caller's context.
 */
extern void planilha_abrir(Planilha *p, bytea *conteudo, const Opcoes *opcoes);
/* Reads it to its end. The planilha is used up. */
extern void planilha_examinar(Planilha *p, Exame *e);
/* The next row of data; CR422 arquivo_invalido. */
extern bool planilha_proxima(Planilha *p);

/* CR422 mapa_invalido; NULL: none of the fields. */
extern void mapa_ler(Jsonb *json, int n_colunas, int mapa[CAMPOS_CLIENTE]);
extern void mapa_de_sugestoes(const CampoCliente *sugestoes, int n,
                              int mapa[CAMPOS_CLIENTE]);
extern void mapa_exigir_cpf(const int mapa[CAMPOS_CLIENTE]);
extern void mapa_json(StringInfo json, const int mapa[CAMPOS_CLIENTE]);

/* Errors of planilha_abrir(). Lives in the present context, conteudo must too. */
extern void leitura_abrir(Leitura *l, bytea *conteudo, const Opcoes *opcoes,
                          const int mapa[CAMPOS_CLIENTE]);
/* The next row into l->registro. */
extern bool leitura_proxima(Leitura *l);

/* Appends an array of {"campo", "mensagem"}. */
extern void erros_json(StringInfo json, const ErroDeCampo *erros, int n);

/* ---- importacao_lote.c ---- */

/* Rows on their way into SPI: the good ones as columns, the refused apart. */
typedef struct Lote
{
    int lidas;
    int n; /* good rows */
    Datum *linhas;
    Datum *cpfs;
    Datum *valores[CAMPOS_CLIENTE];
    bool *nulos[CAMPOS_CLIENTE];
    int n_recusadas;
    Datum *recusadas; /* lines */
    Datum *erros;     /* JSON text */
} Lote;

/* Room for a batch, in the present context. */
extern Lote *lote_criar(int linhas);
extern void lote_juntar(Lote *lote, const Registro *r);
/*
 * Asks crm.clientes what each good row would do, inside SPI: SPI_tuptable has
 * linha, acao, id_cliente, campo, mensagem in the order of linha.
 */
extern void lote_classificar(Lote *lote);

typedef struct Contagem
{
    int incluidos;
    int atualizados;
    int iguais;
    int recusadas;
} Contagem;

/* Writes them, inside SPI and sistema_entrar. */
extern void lote_gravar(int64 importacao, Lote *lote, Contagem *feito);
/*
 * Takes back at most linhas rows, inside the same; returns how many it looked at.
 */
extern int lote_desfazer(int64 importacao, int linhas, int *desfeitas,
                         int *mantidas);

/* ---- importacao.c ---- */

/* A row of crm.importacoes. */
typedef struct Importacao
{
    int64 id;
    int64 usuario_id; /* 0: NULL */
    char *estado;
    char *operacao;
    Opcoes opcoes;
    Jsonb *mapa; /* or NULL */
    bool guardada;
    bool cancelar;
    int linhas;
    int processadas;
    int feitas; /* inserted and updated */
} Importacao;

/*
 * The row of an import, inside SPI and sistema_entrar. trava: "" or a locking
 * clause. importacao_exigir: of the caller, who may import; CR403, CR404.
 * importacao_ler: false when there is none, or so_minha and it is not the caller's.
 */
extern void importacao_exigir(int64 id, const char *trava, Importacao *imp);
extern bool importacao_ler(int64 id, const char *trava, Importacao *imp,
                           bool so_minha);
/* Its file, palloc'd in SPI's context; CR409 arquivo_apagado. */
extern bytea *importacao_arquivo(int64 id);
/* Prepares once, runs, raises what fails. */
extern void importacao_sql(SPIPlanPtr *guardado, const char *sql, int n,
                           const Oid *tipos, Datum *args, const char *nulos);

/* Arguments primeiro to primeiro + 2: separador, codificacao, cabecalho; CR422. */
extern void opcoes_ler(FunctionCallInfo fcinfo, int primeiro, Opcoes *o);
extern void opcoes_completar(Opcoes *o, const Opcoes *padrao);
extern const char *codificacao_nome(CsvCodificacao codificacao);
extern Datum titulos_vetor(const Planilha *p);
/* guardar: with what decides about a mask later; else masked for the caller. */
extern void colunas_json(StringInfo json, const Planilha *p, const Exame *e,
                         bool guardar);
/* A JSON string of at most max bytes of the text. */
extern void cortado_json(StringInfo json, const char *texto, size_t n,
                         size_t max);
/* Argument 1; false: it is NULL or JSON null, so what is suggested. */
extern bool mapa_pedido(FunctionCallInfo fcinfo, const Planilha *p, Exame *e,
                        int mapa[CAMPOS_CLIENTE]);

/* ---- importacao_passos.c ---- */

/* A run under way, in a context of its own. */
typedef struct Trabalho
{
    int64 id;
    bool desfazer;
    int linhas;
    Leitura *leitura; /* NULL: an undo */
} Trabalho;

/*
 * The import as work to be done, when it is na_fila or executando; its row is
 * locked and becomes executando. NULL: it is not. Palloc'd in the present
 * context. Inside a transaction, as the worker and the synchronous run do.
 */
extern Trabalho *trabalho_abrir(int64 id);
/* One batch, counted in the same transaction; false: there is no more to do. */
extern bool trabalho_passo(Trabalho *t);
/* Ends it as failed, with what was done counted. */
extern void trabalho_falhar(int64 id, const char *motivo);

#endif
