/*
 * planilha.c: xlsx, by libxlsxwriter in constant memory. Sheet "Dados" has the
 * rows below one row of titles, sheet "Sobre" what the file is.
 */
#include "arquivo.h"
#include "planilha_texto.h"
#include "saida.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <xlsxwriter.h>

enum
{
    LINHAS_MAX = LXW_ROW_MAX - 1, /* below the titles */
    LARGURA_MIN = 6,
    LARGURA_MAX = 60,
    FOLGA = 2, /* characters: the arrow of the filter */
    CABECALHO_MAX = 255, /* characters of a page's header or footer */
    PROPRIEDADE_MAX = 250,
    PAPEL_A4 = 9,
    FIM_DO_ZIP = 22 /* bytes of its last record */
};

typedef struct Planilha
{
    const Cabeca *c;
    lxw_workbook *livro;
    lxw_worksheet *dados;
    lxw_format *titulo;
    lxw_format *formatos[COLUNA_TIPOS];
    lxw_format *totais[COLUNA_TIPOS];
    int *larguras; /* characters of the widest cell */
    PlanilhaTexto texto;
    uint64_t cortadas;
    bool filtrada;
} Planilha;

static const char *const formas[COLUNA_TIPOS] = {"@", "0", "#,##0.00", "[$R$-416] #,##0.00", "0.0%", "dd/mm/yyyy", "dd/mm/yyyy hh:mm:ss", "General"};

static void abrir(Planilha *p, const char *saida);
static void linha(Planilha *p, lxw_row_t n, const Linhas *l);
static void filtrar(Planilha *p, lxw_row_t ultima);
static void celula(Planilha *p, lxw_row_t n, size_t i, const Celula *celula, lxw_format *formato);
static void alargar(Planilha *p, size_t i, size_t caracteres);
static size_t caracteres(const char *t, size_t n);
static void pagina(Planilha *p);
static void colunas(Planilha *p);
static void sobre(Planilha *p, uint64_t linhas);
static void par(Planilha *p, lxw_worksheet *f, lxw_row_t n, const char *nome, const char *valor);
static void conferir(lxw_error erro);
FILE *lxw_tmpfile(char *caminho);

void
planilha_fazer(const Cabeca *c, LinhasFonte fonte, void *contexto, const char *saida, Relato *relato)
{
    Planilha p = {.c = c};
    lxw_row_t n = 0;
    lxw_error erro;
    Linhas l;

    if (c->n_colunas > LXW_COL_MAX)
        falhar(CODIGO_CABECA, "more than %d columns", LXW_COL_MAX);
    /* The library writes to the path; the file is made here, anew. */
    fclose(saida_criar(saida));
    abrir(&p, saida);
    arquivo_abrir_linhas(&l, c, fonte, contexto, CELULA_CABE_SEMPRE);
    while (linhas_proxima(&l))
    {
        if (n == LINHAS_MAX)
            falhar(CODIGO_LINHAS, "more than %d rows", LINHAS_MAX);
        /* The library takes no range that ends above the last row it was given. */
        if (l.tipo == LINHA_TOTAL && !p.filtrada)
            filtrar(&p, n);
        linha(&p, ++n, &l);
    }
    relato->linhas = l.numero;
    arquivo_fechar_linhas(&l);
    colunas(&p);
    if (!p.filtrada)
        filtrar(&p, n);
    sobre(&p, relato->linhas);
    /* Its last rows are in a buffer until here. */
    fflush(p.dados->optimize_tmpfile);
    erro = workbook_close(p.livro);
    if (saida_temporario_falhou())
        falhar_disco("could not write a temporary file");
    if (erro != LXW_NO_ERROR)
        falhar(CODIGO_DISCO, "could not write: %s", lxw_strerror(erro));
    saida_conferir(saida, "PK\005\006", 4, FIM_DO_ZIP);
    planilha_texto_fechar(&p.texto);
    free(p.larguras);
    relato->cortadas = p.cortadas;
    relato->motor = "xlsx";
}

/*
 * In place of the library's own, which leaves a name for a moment and forgets
 * what could not be written.
 */
FILE *
lxw_tmpfile(char *caminho)
{
    FILE *f = saida_temporario(caminho);

    if (f == NULL)
        falhar_disco("could not make a temporary file");
    return f;
}

static void
abrir(Planilha *p, const char *saida)
{
    /* What lxw_tmpfile() gets. */
    lxw_workbook_options opcoes = {.constant_memory = LXW_TRUE, .tmpdir = (char *)saida};
    char titulo[PROPRIEDADE_MAX];
    char autor[PROPRIEDADE_MAX];
    lxw_doc_properties propriedades = {.title = titulo, .author = autor, .created = time(NULL)};

    planilha_legenda(p->c->titulo, '\0', titulo, sizeof(titulo));
    planilha_legenda(p->c->usuario, '\0', autor, sizeof(autor));
    p->livro = exigir(workbook_new_opt(saida, &opcoes));
    conferir(workbook_set_properties(p->livro, &propriedades));
    p->dados = exigir(workbook_add_worksheet(p->livro, "Dados"));
    p->titulo = exigir(workbook_add_format(p->livro));
    format_set_bold(p->titulo);
    format_set_bottom(p->titulo, LXW_BORDER_THIN);
    format_set_num_format(p->titulo, "@");
    for (int i = 0; i < COLUNA_TIPOS; i++)
    {
        p->formatos[i] = exigir(workbook_add_format(p->livro));
        format_set_num_format(p->formatos[i], formas[i]);
        p->totais[i] = exigir(workbook_add_format(p->livro));
        format_set_num_format(p->totais[i], formas[i]);
        format_set_bold(p->totais[i]);
    }
    p->larguras = exigir(calloc(p->c->n_colunas, sizeof(int)));
    for (size_t i = 0; i < p->c->n_colunas; i++)
    {
        Celula titulo = {.texto = p->c->colunas[i].titulo, .n = strlen(p->c->colunas[i].titulo)};
        const char *t = planilha_texto(&p->texto, &titulo, NULL);

        conferir(worksheet_write_string(p->dados, 0, (lxw_col_t)i, t, p->titulo));
        alargar(p, i, caracteres(titulo.texto, titulo.n) + FOLGA);
    }
    worksheet_freeze_panes(p->dados, 1, 0);
    pagina(p);
}

static void
linha(Planilha *p, lxw_row_t n, const Linhas *l)
{
    lxw_format **formatos = l->tipo == LINHA_TOTAL ? p->totais : p->formatos;

    for (size_t i = 0; i < l->colunas; i++)
        if (!l->celulas[i].nula)
            celula(p, n, i, &l->celulas[i], formatos[p->c->colunas[i].tipo]);
    if (saida_temporario_falhou())
        falhar_disco("could not write a temporary file");
}

/* The filter spans the titles and the rows before the first total. */
static void
filtrar(Planilha *p, lxw_row_t ultima)
{
    conferir(worksheet_autofilter(p->dados, 0, 0, ultima, (lxw_col_t)(p->c->n_colunas - 1)));
    p->filtrada = true;
}

static void
celula(Planilha *p, lxw_row_t n, size_t i, const Celula *celula, lxw_format *formato)
{
    ColunaTipo tipo = p->c->colunas[i].tipo;
    Valor v = valor_ler(tipo, celula->texto, celula->n);
    size_t largo = celula->n;

    switch (v.tipo)
    {
        case VALOR_NUMERO:
            conferir(worksheet_write_number(p->dados, n, (lxw_col_t)i, valor_numero(&v), formato));
            /* Dots between thousands, decimals and the currency. */
            largo += largo / 3 + (tipo == COLUNA_MOEDA ? 4 : tipo == COLUNA_INTEIRO ? 0 : 3);
            break;
        case VALOR_DIA:
        case VALOR_INSTANTE:
            conferir(worksheet_write_number(p->dados, n, (lxw_col_t)i, valor_serie(&v), formato));
            if (v.tipo == VALOR_INSTANTE)
                largo = strlen("22/11/2026 05:40:12");
            break;
        case VALOR_LOGICO:
            conferir(worksheet_write_string(p->dados, n, (lxw_col_t)i, v.logico ? "Sim" : "Não", formato));
            break;
        case VALOR_TEXTO:
            conferir(worksheet_write_string(p->dados, n, (lxw_col_t)i, planilha_texto(&p->texto, celula, &p->cortadas), formato));
            if (largo > (size_t)p->larguras[i])
                largo = caracteres(celula->texto, celula->n);
            break;
    }
    alargar(p, i, largo);
}

static void
alargar(Planilha *p, size_t i, size_t n)
{
    if (n > (size_t)p->larguras[i])
        p->larguras[i] = n < LARGURA_MAX ? (int)n : LARGURA_MAX;
}

/* Up to what matters for a width. */
static size_t
caracteres(const char *t, size_t n)
{
    size_t m = 0;

    for (size_t i = 0; i < n && m < LARGURA_MAX; i++)
        m += ((unsigned char)t[i] & 0xC0) != 0x80;
    return m;
}

/* What is seen when it is printed. */
static void
pagina(Planilha *p)
{
    char esquerda[CABECALHO_MAX];
    char texto[2 * CABECALHO_MAX];
    char quando[VALOR_TEXTO_MAX];

    worksheet_set_landscape(p->dados);
    worksheet_set_paper(p->dados, PAPEL_A4);
    worksheet_fit_to_pages(p->dados, 1, 0);
    conferir(worksheet_repeat_rows(p->dados, 0, 0));
    planilha_legenda(p->c->titulo, '&', esquerda, 200);
    snprintf(texto, sizeof(texto), "&L&B%s", esquerda);
    conferir(worksheet_set_header(p->dados, texto));
    planilha_legenda(p->c->usuario, '&', esquerda, 160);
    valor_legivel(COLUNA_DATAHORA, &p->c->quando, quando);
    snprintf(texto, sizeof(texto), "&L%s&CPágina &P de &N&R%s", esquerda, quando);
    conferir(worksheet_set_footer(p->dados, texto));
}

static void
colunas(Planilha *p)
{
    for (size_t i = 0; i < p->c->n_colunas; i++)
    {
        const Coluna *c = &p->c->colunas[i];
        int largura = c->largura;

        /* A number or a day that does not fit is shown as ###. */
        if (largura == 0 || (c->tipo != COLUNA_TEXTO && largura < p->larguras[i]))
            largura = p->larguras[i] > LARGURA_MIN ? p->larguras[i] : LARGURA_MIN;
        conferir(worksheet_set_column(p->dados, (lxw_col_t)i, (lxw_col_t)i, largura + 1, p->formatos[c->tipo]));
    }
}

static void
sobre(Planilha *p, uint64_t linhas)
{
    lxw_worksheet *f = exigir(workbook_add_worksheet(p->livro, "Sobre"));
    lxw_row_t n = 0;

    conferir(worksheet_set_column(f, 0, 0, 24, NULL));
    conferir(worksheet_set_column(f, 1, 1, LARGURA_MAX, NULL));
    par(p, f, n++, "Título", p->c->titulo);
    par(p, f, n++, "Gerado por", p->c->usuario);
    conferir(worksheet_write_string(f, n, 0, "Gerado em", p->titulo));
    conferir(worksheet_write_number(f, n++, 1, valor_serie(&p->c->quando), p->formatos[COLUNA_DATAHORA]));
    conferir(worksheet_write_string(f, n, 0, "Linhas", p->titulo));
    conferir(worksheet_write_number(f, n++, 1, (double)linhas, p->formatos[COLUNA_INTEIRO]));
    if (p->cortadas > 0)
    {
        conferir(worksheet_write_string(f, n, 0, "Células cortadas", p->titulo));
        conferir(worksheet_write_number(f, n++, 1, (double)p->cortadas, p->formatos[COLUNA_INTEIRO]));
    }
    for (size_t i = 0; i < p->c->n_filtros && n < LXW_ROW_MAX; i++)
        par(p, f, n++, p->c->filtros[i].nome, p->c->filtros[i].valor);
    fflush(f->optimize_tmpfile);
}

static void
par(Planilha *p, lxw_worksheet *f, lxw_row_t n, const char *nome, const char *valor)
{
    Celula c = {.texto = nome, .n = strlen(nome)};

    conferir(worksheet_write_string(f, n, 0, planilha_texto(&p->texto, &c, NULL), p->titulo));
    c = (Celula){.texto = valor, .n = strlen(valor)};
    conferir(worksheet_write_string(f, n, 1, planilha_texto(&p->texto, &c, NULL), p->formatos[COLUNA_TEXTO]));
}

static void
conferir(lxw_error erro)
{
    if (erro == LXW_ERROR_MEMORY_MALLOC_FAILED)
        falhar(CODIGO_MEMORIA, "out of memory");
    if (erro != LXW_NO_ERROR)
        falhar(CODIGO_BIBLIOTECA, "libxlsxwriter: %s", lxw_strerror(erro));
}
