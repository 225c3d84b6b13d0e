/*
 * pesquisa.h: what the files of the client search share.
 *
 *   pesquisa_chaves.c   the side table crm.clientes_busca and its keys
 *   pesquisa_mapa.c     sets of its rows as bit maps, read from its GIN index
 *   pesquisa_linha.c    rows by place, by id and along an index
 *   pesquisa_folhas.c   ids straight from the leaves of a B-tree
 *   pesquisa_palavras.c words of the query: who has them, and how well
 *   pesquisa_filtro.c   the filters: their sets, and the test of one client
 *   pesquisa_plano.c    how the page is found, by what it will cost
 *   pesquisa_custo.c    what each way would cost
 *   pesquisa_amostra.c  how many of those that may answer do
 *   pesquisa_caminho.c  the page by walking, in the order asked for
 *   pesquisa_total.c    total and facets
 *   pesquisa_cursor.c   the position behind a page
 *   pesquisa_argumentos.c  what is asked for, as filters, order and page
 *   pesquisa.c          crm.pesquisar_clientes() and its JSON
 */
#ifndef CRM_PESQUISA_H
#define CRM_PESQUISA_H

#include "crm.h"

#include "access/genam.h"
#include "access/relscan.h"
#include "executor/tuptable.h"
#include "nodes/pg_list.h"
#include "storage/itemptr.h"
#include "utils/jsonb.h"
#include "utils/relcache.h"
#include "utils/snapshot.h"

#include "consulta.h"

/* ---- pesquisa_mapa.c: sets of rows ---- */

/*
 * A set of numbers, in pieces that exist only where it has members: places of
 * rows of a table (block and line pointer), or ids. Line pointers of dead rows
 * may be in it; the reader of the row finds out.
 */
enum
{
    MAPA_LINHAS = 320,      /* line pointers of a block, >= MaxHeapTuplesPerPage */
    MAPA_PEDACO = 512,      /* words of 64 bits of a piece */
    MAPA_PEDACO_BITS = MAPA_PEDACO * 64
};

typedef struct Mapa
{
    uint64 n; /* numbers are less */
    uint32 pedacos;
    uint64 **bits;
    MemoryContext contexto; /* of the pieces, whoever adds the member */
} Mapa;

/* Empty sets in the present context: of the rows of so many blocks, of numbers < n. */
extern Mapa *mapa_novo(BlockNumber blocos);
extern Mapa *mapa_de(uint64 n);
/* The piece i, empty; there is none yet. */
extern uint64 *mapa_pedaco_novo(Mapa *m, uint32 i);
extern void mapa_livre(Mapa *m);
/* The first becomes the intersection; the union; what is not in the other. */
extern void mapa_e(Mapa *m, const Mapa *outro);
extern void mapa_ou(Mapa *m, const Mapa *outro);
extern void mapa_menos(Mapa *m, const Mapa *outro);
/* Keeps the first n members. */
extern void mapa_limitar(Mapa *m, int64 n);
extern int64 mapa_contar(const Mapa *m);
/* The first member from *lugar on, which becomes the one behind it; false at the
 * end. *lugar begins with 0. */
extern bool mapa_proximo_numero(const Mapa *m, uint64 *lugar, uint64 *numero);
extern bool mapa_proximo(const Mapa *m, uint64 *lugar, ItemPointer tid);

static inline void
mapa_por_numero(Mapa *m, uint64 i)
{
    if (i < m->n)
    {
        uint64 *pedaco = m->bits[i / MAPA_PEDACO_BITS];

        if (pedaco == NULL)
            pedaco = mapa_pedaco_novo(m, i / MAPA_PEDACO_BITS);
        pedaco[i % MAPA_PEDACO_BITS / 64] |= UINT64CONST(1) << (i % 64);
    }
}

static inline bool
mapa_tem_numero(const Mapa *m, uint64 i)
{
    const uint64 *pedaco;

    if (i >= m->n)
        return false;
    pedaco = m->bits[i / MAPA_PEDACO_BITS];
    return pedaco != NULL &&
           (pedaco[i % MAPA_PEDACO_BITS / 64] >> (i % 64)) & 1;
}

static inline uint64
mapa_numero(ItemPointer tid)
{
    return (uint64)ItemPointerGetBlockNumberNoCheck(tid) * MAPA_LINHAS +
           ItemPointerGetOffsetNumberNoCheck(tid);
}

static inline void
mapa_por(Mapa *m, ItemPointer tid)
{
    mapa_por_numero(m, mapa_numero(tid));
}

static inline bool
mapa_tem(const Mapa *m, ItemPointer tid)
{
    return mapa_tem_numero(m, mapa_numero(tid));
}

/* Adds the rows whose keys have, or begin with, the key; their number. */
extern int64 postos_ler(Relation gin, const char *chave, int n, bool inicio,
                        Mapa *mapa);
/* Counts for each row how many of the keys it has; 255 at most. */
extern void postos_somar(Relation gin, char *const *chaves,
                         const int *tamanhos, int n, uint8 *somas,
                         BlockNumber blocos);

/* ---- pesquisa_linha.c: rows ---- */

typedef enum Tabela
{
    TAB_BUSCA,
    TAB_CLIENTES,
    TAB_PALAVRAS,
    TAB_N
} Tabela;

typedef enum Indice
{
    IX_BUSCA_ID,
    IX_BUSCA_NOME,
    IX_BUSCA_NASCIMENTO,
    IX_BUSCA_CELULAR,
    IX_BUSCA_CELULAR_FIM,
    IX_BUSCA_EMAIL,
    IX_BUSCA_CHAVES,
    IX_CLIENTES_ID,
    IX_CLIENTES_CPF,
    IX_CLIENTES_DATA,
    IX_CLIENTES_VALOR,
    IX_CLIENTES_SEM_COMPRA,
    IX_PALAVRAS_TRECHOS,
    IX_N
} Indice;

/* How well a name answers the words; lower is better. */
typedef enum Nivel
{
    NIVEL_FORA,
    NIVEL_EXATO,
    NIVEL_INICIO,   /* the name begins so */
    NIVEL_PALAVRAS, /* every word begins a word of the name */
    NIVEL_TRECHO,   /* every word is a part of one */
    NIVEL_PARECIDO  /* sounds alike; more for typing slips and parts */
} Nivel;

enum
{
    STATUS_N = 3,
    SITUACAO_N = 4,
    UF_N = 27,
    UF_NENHUMA = UF_N, /* in facets and orders, behind all others */
    UF_NAO_LIDA = 255
};

/* A client. Texts live until the next row is read into it. */
typedef struct Linha
{
    int64 id;
    Palavra nome;
    Palavra palavras;
    Palavra cidade; /* p NULL: none */
    Palavra celular;
    Palavra email;
    int uf; /* index of uf_nomes, or UF_NENHUMA */
    bool ativo;
    bool nasceu;
    DateADT nascimento;

    bool tem_cliente; /* what follows was read */
    int64 cpf;
    bool comprou;
    DateADT data;
    int64 valor; /* centavos */
    int status;
    int situacao;
} Linha;

typedef struct Leitor
{
    Snapshot foto;
    Relation tabelas[TAB_N];
    Relation indices[IX_N];
    TupleTableSlot *slots[TAB_N];
    struct IndexFetchTableData *lugares[TAB_N];
    IndexScanDesc por_id[TAB_N];
    AttrNumber cli_id, cli_cpf, cli_data, cli_valor, cli_status, cli_ativo;
    DateADT ativo_de;    /* data_ultima_compra of the situacoes */
    DateADT elegivel_de;
} Leitor;

extern const char *const uf_nomes[UF_N];
extern const char *const status_nomes[STATUS_N];
extern const char *const situacao_nomes[SITUACAO_N];

/* Under the active snapshot, until leitor_fechar(); what it opens is locked
 * (AccessShareLock) meanwhile. */
extern Leitor *leitor_abrir(void);
extern void leitor_fechar(Leitor *l);
extern Relation leitor_tabela(Leitor *l, Tabela t);
extern Relation leitor_indice(Leitor *l, Indice i);
extern BlockNumber leitor_blocos(Leitor *l, Tabela t);
/* False: no such row for this snapshot. */
extern bool leitor_lugar(Leitor *l, ItemPointer tid, Linha *linha);
extern bool leitor_busca(Leitor *l, int64 id, Linha *linha);
/* Is a version of the row of that id, seen or not, in the set? */
extern bool leitor_em(Leitor *l, int64 id, const Mapa *mapa);
extern bool leitor_cliente(Leitor *l, int64 id, Linha *linha);
extern bool leitor_cliente_lugar(Leitor *l, ItemPointer tid, Linha *linha);
/* The word of the dictionary at that place, or false. */
extern bool leitor_palavra(Leitor *l, ItemPointer tid, Palavra *p);

/* ---- pesquisa_folhas.c ---- */
/* Adds the ids of the rows at these places of TAB_BUSCA. */
extern void folhas_ids_dos_lugares(Leitor *l, const Mapa *dentro, const Mapa *fora,
                                   Mapa *ids);
/* Of the clients whose last purchase was in [de, antes_de), or, nulos, never. */
extern void folhas_ids_dos_dias(Leitor *l, DateADT de, DateADT antes_de, bool nulos,
                                Mapa *ids);

/* ---- the search ---- */

typedef enum Ordem
{
    ORDEM_RELEVANCIA,
    ORDEM_NOME,
    ORDEM_CIDADE,
    ORDEM_UF,
    ORDEM_IDADE,
    ORDEM_DATA,
    ORDEM_VALOR,
    ORDEM_STATUS,
    ORDEM_SITUACAO,
    ORDEM_ID,
    ORDEM_CPF,
    ORDEM_N
} Ordem;

/* A word of the query. */
typedef struct Termo
{
    Palavra texto;
    Palavra som;
    int letras;
} Termo;

typedef struct Filtro
{
    int termos_n; /* 0: no name */
    Termo termos[2 * CONSULTA_PALAVRAS]; /* of q and of nome */
    Palavra nome; /* normalised, as typed */

    bool nada;    /* no client can answer */
    bool tem_cpf;
    int64 cpf_de;
    int64 cpf_ate;
    Palavra cidade;  /* the city begins so; p NULL: any */
    int celulares_n;
    Palavra celulares[2]; /* the number begins or ends so; of q and celular */
    int emails_n;
    Palavra emails[2]; /* the e-mail begins so */
    uint32 ufs;      /* bit per UF; 0: any */
    uint8 status;    /* bit per status; 0: any */
    uint8 situacao;
    int8 ativo; /* 0, 1; -1: any */
    bool tem_idade;
    int idade_min; /* as asked; -1: none */
    int idade_max;
    DateADT nascido_de;
    DateADT nascido_ate;
    bool propria;     /* the caller's own portfolio alone */
    int64 vendedor;
} Filtro;

/* Where a client stands in the order asked for. */
typedef struct Achado
{
    int64 id;
    int64 numero;  /* sort key; of a text, its beginning */
    Palavra texto; /* copied */
    bool nulo;     /* no key: last in both directions */
    uint8 nivel;
    uint8 uf;
    uint8 status;
    uint8 situacao;
} Achado;

typedef struct Posicao
{
    bool ha;
    Achado apos;
    int64 total;       /* as the first page said */
    bool total_exato;
    bool parecidos;    /* does the answer include NIVEL_PARECIDO? */
} Posicao;

typedef struct Facetas
{
    bool exatas;
    int64 uf[UF_N + 1];
    int64 status[STATUS_N];
    int64 situacao[SITUACAO_N];
} Facetas;

typedef struct Pesquisa
{
    Leitor *leitor;
    Filtro f;
    Ordem ordem;
    bool desce;
    bool por_anos; /* ORDEM_IDADE of whole years: birth dates are hidden */
    DateADT hoje;
    int size;
    int salto; /* rows to skip before the page */
    Posicao posicao;
    bool so_ids; /* of the page nothing but the ids is wanted */

    /* Found by pesquisa_plano.c. */
    Achado *pagina;
    int n;
    bool ha_mais;
    int64 total;
    bool total_exato;
    bool parecidos;
    Facetas facetas;
} Pesquisa;

enum
{
    BUSCA_TOTAL_EXATO = 1000 /* totals are exact up to here */
};

extern void pesquisa_init(void);
/* The filters, the order and the position that the arguments of
 * crm.api_pesquisar_clientes() mean for the caller. Errors as there. */
extern void pesquisa_ler(Jsonb *args, Pesquisa *p);
/* Finds the page, inside SPI. The caller ends the level of settings that it returns
 * (AtEOXact_GUC), after reading the rows of the page under it. */
extern int pesquisa_buscar(Pesquisa *p);
/* Samples of some seconds ago are not good enough for an answer that is kept. */
extern void amostras_esquecer(void);
extern void pesquisa_executar(Pesquisa *p);

/* ---- pesquisa_palavras.c ---- */
extern Nivel palavras_nivel(const Filtro *f, const Linha *l, Nivel ate);
/* Adds the rows that may have a word of that level or better for the term. */
extern void palavras_reunir(Leitor *l, const Termo *t, Nivel ate, Mapa *mapa);
/* The words of the dictionary that a few slips part from the term. */
typedef void (*PalavraAchada)(void *arg, Palavra palavra);
extern void palavras_por_deslize(Leitor *l, const Termo *t, PalavraAchada ver,
                                 void *arg);
/* Until it is NULL again, sees each of them that a search uses. */
extern void (*palavras_observador)(const Termo *t, Palavra palavra);

/* ---- pesquisa_filtro.c ---- */
/* Answers l the filters that the side table can tell; and those of crm.clientes? */
extern bool filtro_busca(const Filtro *f, const Linha *l);
extern bool filtro_cliente(const Filtro *f, const Linha *l);
extern bool filtro_usa_cliente(const Filtro *f);
/* Does any filter but ativo need the side table? */
extern bool filtro_usa_busca(const Filtro *f);
/* Narrows to who is of these ages, in whole years. */
extern void filtro_da_idade(Filtro *f, DateADT hoje, int min, int max);
/* The rows that may have the ages of the filter. */
extern Mapa *filtro_reunir_idade(Leitor *l, const Filtro *f);
/* The rows that may answer what the side table can tell but the name; NULL: all.
 * *fora: rows that do not, or NULL. */
extern Mapa *filtro_reunir(Leitor *l, const Filtro *f, Mapa **fora);

/* ---- pesquisa_cursor.c ---- */
/* A number that tells filters apart, with the days they mean today. */
extern uint64 cursor_filtros(const Filtro *f, int mais);
extern char *cursor_escrever(const Pesquisa *p);
/* CR422 cursor_invalido when it is none of this search. */
extern void cursor_ler(Pesquisa *p, const char *texto, int n);

#endif
