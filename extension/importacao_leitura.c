/*
 * importacao_leitura.c: the bytes of a file as judged records.
 *
 * A file is read from its first byte each time: twenty megabytes take a fraction
 * of a second, and what a row is worth depends on the file alone (and, where
 * lote_*.c asks it, on crm.clientes), so that a run that was interrupted finds
 * its place by counting.
 *
 * Source: SPEC BUSCA-6; checklist I-8.
 */
#include "importacao.h"

#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/datetime.h"
#include "utils/json.h"

#include "cadastro.h"

typedef struct CpfVisto
{
    int64 cpf; /* key */
    int linha;
} CpfVisto;

enum
{
    INTERROMPER_A_CADA = 4096 /* rows */
};

static void falhar(CsvFalha falha, int linha) pg_attribute_noreturn();
static char *copiar(CsvCelula c);
static void julgar(Leitura *l, int campo, CsvCelula celula);
static CsvCelula composta(CsvCelula c);
static CsvCelula com_zeros(CampoCliente campo, CsvCelula c, char zeros[16]);
static void errar(Registro *r, const char *campo, const char *mensagem);

/* ---- the file ---- */

void
planilha_abrir(Planilha *p, bytea *conteudo, const Opcoes *opcoes)
{
    const char *bytes = VARDATA_ANY(conteudo);
    const size_t n = VARSIZE_ANY_EXHDR(conteudo);
    CsvCodificacao codificacao;
    CsvFalha falha;
    CsvLeitor *l = &p->leitor;
    char *texto;
    size_t m;
    int linha;

    falha = csv_examinar(bytes, n, &codificacao, &linha);
    if (falha != CSV_OK)
        falhar(falha, linha);
    p->codificacao = opcoes->codificacao >= 0
                         ? (CsvCodificacao)opcoes->codificacao
                         : codificacao;
    texto = palloc(p->codificacao == CSV_UTF8 ? n : n * CSV_UTF8_POR_BYTE);
    falha = csv_converter(bytes, n, p->codificacao, texto, &m, &linha);
    if (falha != CSV_OK)
        falhar(falha, linha);

    p->separador = opcoes->separador != '\0' ? opcoes->separador
                                             : csv_separador(texto, m);
    csv_abrir(l, texto, m, p->separador);
    if (!csv_proximo(l))
        falhar(l->falha == CSV_OK ? CSV_VAZIO : l->falha, l->falha_linha);

    p->cabecalho = opcoes->cabecalho >= 0
                       ? opcoes->cabecalho != 0
                       : sugestao_cabecalho(l->celulas, l->n_celulas);
    p->pendente = !p->cabecalho;
    p->n_colunas = l->n_celulas;
    /* Spreadsheets write separators behind the last title. */
    while (p->cabecalho && p->n_colunas > 1 &&
           l->celulas[p->n_colunas - 1].n == 0)
        p->n_colunas--;
    p->titulos = palloc(p->n_colunas * sizeof(char *));
    for (int i = 0; i < p->n_colunas; i++)
        p->titulos[i] = p->cabecalho ? copiar(l->celulas[i]) : pstrdup("");
}

bool
planilha_proxima(Planilha *p)
{
    if (p->pendente)
    {
        p->pendente = false;
        return true;
    }
    if (p->leitor.registros % INTERROMPER_A_CADA == 0)
        CHECK_FOR_INTERRUPTS();
    if (csv_proximo(&p->leitor))
        return true;
    if (p->leitor.falha != CSV_OK)
        falhar(p->leitor.falha, p->leitor.falha_linha);
    return false;
}

void
planilha_examinar(Planilha *p, Exame *e)
{
    const int n = p->n_colunas;

    e->linhas = 0;
    e->colunas = palloc0(n * sizeof(SugestaoColuna));
    e->sugestoes = palloc(n * sizeof(CampoCliente));
    for (int i = 0; i < n; i++)
    {
        e->colunas[i].titulo.texto = p->titulos[i];
        e->colunas[i].titulo.n = strlen(p->titulos[i]);
    }
    while (planilha_proxima(p))
    {
        e->linhas++;
        for (int i = 0; i < Min(n, p->leitor.n_celulas); i++)
        {
            SugestaoColuna *c = &e->colunas[i];

            if (c->n < SUGESTAO_AMOSTRA && p->leitor.celulas[i].n > 0)
                c->celulas[c->n++] = p->leitor.celulas[i];
        }
    }
    sugestao_colunas(e->colunas, n, e->sugestoes);
}

static char *
copiar(CsvCelula c)
{
    return pnstrdup(c.texto, c.n);
}

static void
falhar(CsvFalha falha, int linha)
{
    char *detalhe = linha > 0 ? psprintf("{\"linha\":%d}", linha) : NULL;
    char *mensagem = linha > 0 ? psprintf("Linha %d: %s", linha,
                                          csv_falha_texto(falha))
                               : pstrdup(csv_falha_texto(falha));

    if (falha == CSV_PLANILHA)
        crm_falha(415, "formato_nao_aceito", "arquivo", mensagem,
                  "A tela de importação converte planilhas XLSX em CSV; fora "
                  "dela, salve como CSV UTF-8.",
                  NULL);
    if (falha == CSV_GRANDE)
        crm_falha(413, "arquivo_grande", "arquivo", mensagem,
                  "Divida o arquivo.", NULL);
    crm_falha(422, "arquivo_invalido", "arquivo", mensagem, NULL, detalhe);
}

/* ---- which column is which field ---- */

void
mapa_ler(Jsonb *json, int n_colunas, int mapa[CAMPOS_CLIENTE])
{
    JsonbIterator *it;
    JsonbIteratorToken token;
    JsonbValue v;
    int campo = CAMPOS_CLIENTE;
    int dono[CSV_COLUNAS_MAX];

    for (int c = 0; c < CAMPOS_CLIENTE; c++)
        mapa[c] = IMPORTACAO_SEM_COLUNA;
    for (int i = 0; i < CSV_COLUNAS_MAX; i++)
        dono[i] = -1;
    if (json == NULL)
        return;
    if (!JB_ROOT_IS_OBJECT(json))
        crm_falha(422, "mapa_invalido", "mapa",
                  "O mapa deve ser um objeto de campo e coluna.", NULL, NULL);

    it = JsonbIteratorInit(&json->root);
    while ((token = JsonbIteratorNext(&it, &v, true)) != WJB_DONE)
    {
        int32 coluna;

        if (token == WJB_KEY)
        {
            char *nome = pnstrdup(v.val.string.val, v.val.string.len);

            campo = campo_cliente_achar(nome);
            if (campo == CAMPOS_CLIENTE)
                crm_falha(422, "mapa_invalido", "mapa",
                          "O mapa tem um campo que não existe.",
                          "Os campos: cpf, nome_completo, data_nascimento, sexo, "
                          "nome_mae, celular, email, cidade, uf e cep.",
                          NULL);
        }
        if (token != WJB_VALUE || v.type == jbvNull)
            continue;
        coluna = -1;
        if (v.type == jbvNumeric)
        {
            bool fora;

            coluna = numeric_int4_opt_error(v.val.numeric, &fora);
            if (fora)
                coluna = -1;
        }
        if (coluna < 0 || coluna >= n_colunas)
            crm_falha(422, "mapa_invalido", "mapa",
                      psprintf("O campo \"%s\" aponta para uma coluna que o "
                               "arquivo não tem.",
                               campo_cliente_nome(campo)),
                      NULL, NULL);
        if (dono[coluna] >= 0)
            crm_falha(422, "mapa_invalido", "mapa",
                      psprintf("Os campos \"%s\" e \"%s\" apontam para a mesma "
                               "coluna.",
                               campo_cliente_nome(dono[coluna]),
                               campo_cliente_nome(campo)),
                      NULL, NULL);
        dono[coluna] = campo;
        mapa[campo] = coluna;
    }
}

void
mapa_de_sugestoes(const CampoCliente *sugestoes, int n,
                  int mapa[CAMPOS_CLIENTE])
{
    for (int c = 0; c < CAMPOS_CLIENTE; c++)
        mapa[c] = IMPORTACAO_SEM_COLUNA;
    for (int i = 0; i < n; i++)
        if (sugestoes[i] != CAMPOS_CLIENTE)
            mapa[sugestoes[i]] = i;
}

void
mapa_exigir_cpf(const int mapa[CAMPOS_CLIENTE])
{
    if (mapa[CAMPO_CPF] == IMPORTACAO_SEM_COLUNA)
        crm_falha(422, "mapa_invalido", "mapa",
                  "Diga qual coluna é o CPF: por ele os clientes são "
                  "reconhecidos.",
                  NULL, NULL);
}

void
mapa_json(StringInfo json, const int mapa[CAMPOS_CLIENTE])
{
    const char *entre = "";

    appendStringInfoChar(json, '{');
    for (int c = 0; c < CAMPOS_CLIENTE; c++)
        if (mapa[c] != IMPORTACAO_SEM_COLUNA)
        {
            appendStringInfo(json, "%s\"%s\":%d", entre, campo_cliente_nome(c),
                             mapa[c]);
            entre = ",";
        }
    appendStringInfoChar(json, '}');
}

/* ---- rows ---- */

void
leitura_abrir(Leitura *l, bytea *conteudo, const Opcoes *opcoes,
              const int mapa[CAMPOS_CLIENTE])
{
    HASHCTL chave = {.keysize = sizeof(int64),
                     .entrysize = sizeof(CpfVisto),
                     .hcxt = CurrentMemoryContext};
    int ano, mes, dia;

    memset(l, 0, sizeof(*l));
    planilha_abrir(&l->planilha, conteudo, opcoes);
    memcpy(l->mapa, mapa, sizeof(l->mapa));
    l->cpfs = hash_create("crm importacao", 4096, &chave,
                          HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
    j2date(tempo_hoje() + POSTGRES_EPOCH_JDATE, &ano, &mes, &dia);
    l->hoje = (ano * 100 + mes) * 100 + dia;
}

bool
leitura_proxima(Leitura *l)
{
    const CsvLeitor *csv = &l->planilha.leitor;
    Registro *r = &l->registro;

    if (!planilha_proxima(&l->planilha))
        return false;
    l->lidas++;
    r->linha = csv->linha;
    r->n_erros = 0;

    for (int c = 0; c < CAMPOS_CLIENTE; c++)
    {
        const int coluna = l->mapa[c];
        CsvCelula vazia = {"", 0};

        julgar(l, c,
               coluna >= 0 && coluna < csv->n_celulas ? csv->celulas[coluna]
                                                      : vazia);
    }
    for (int i = l->planilha.n_colunas; i < csv->n_celulas; i++)
        if (csv->celulas[i].n > 0)
        {
            errar(r, "linha", "A linha tem mais colunas que o cabeçalho.");
            break;
        }

    if (!r->lido[CAMPO_CPF])
    {
        if (r->n_erros == 0 || strcmp(r->erros[0].campo, "cpf") != 0)
            errar(r, "cpf", "Falta o CPF.");
    }
    else if (r->n_erros == 0)
    {
        bool visto;
        CpfVisto *v = hash_search(l->cpfs, &r->valores[CAMPO_CPF].cpf,
                                  HASH_ENTER, &visto);

        if (visto)
            errar(r, "cpf",
                  psprintf("O CPF já está na linha %d deste arquivo.",
                           v->linha));
        else
            v->linha = r->linha;
    }
    return true;
}

static void
julgar(Leitura *l, int campo, CsvCelula celula)
{
    Registro *r = &l->registro;
    char zeros[16];
    const char *erro;
    CsvCelula c = csv_sem_apostrofo(celula);

    r->cruas[campo] = celula;
    r->lido[campo] = false;
    if (c.n == 0)
        return;
    c = com_zeros(campo, composta(c), zeros);
    erro = campo_cliente_ler(campo, c.texto, c.n, l->hoje, &r->valores[campo]);
    if (erro != NULL)
        errar(r, campo_cliente_nome(campo), erro);
    else
        r->lido[campo] = !r->valores[campo].ausente;
}

/*
 * Letters whose accents come apart (what macOS writes) as one character, as the
 * record stores them. The marks, U+0300 to U+036F, begin with 0xCC or 0xCD.
 */
static CsvCelula
composta(CsvCelula c)
{
    char *texto;

    if (memchr(c.texto, 0xCC, c.n) == NULL && memchr(c.texto, 0xCD, c.n) == NULL)
        return c;
    texto = cadastro_nfc(pnstrdup(c.texto, c.n));
    return (CsvCelula){texto, strlen(texto)};
}

/*
 * A spreadsheet that takes a CPF or a CEP for a number drops the zeros in front.
 * Check digits still have to be right.
 */
static CsvCelula
com_zeros(CampoCliente campo, CsvCelula c, char zeros[16])
{
    size_t n = campo == CAMPO_CPF ? 11 : campo == CAMPO_CEP ? 8 : 0;
    size_t faltam_no_maximo = campo == CAMPO_CPF ? 2 : 1;

    if (n == 0 || c.n >= n || c.n + faltam_no_maximo < n)
        return c;
    for (size_t i = 0; i < c.n; i++)
        if (c.texto[i] < '0' || c.texto[i] > '9')
            return c;
    memset(zeros, '0', n - c.n);
    memcpy(zeros + (n - c.n), c.texto, c.n);
    return (CsvCelula){zeros, n};
}

static void
errar(Registro *r, const char *campo, const char *mensagem)
{
    if (r->n_erros < IMPORTACAO_ERROS_MAX)
        r->erros[r->n_erros++] =
            (ErroDeCampo){.campo = campo, .mensagem = mensagem};
}

void
erros_json(StringInfo json, const ErroDeCampo *erros, int n)
{
    appendStringInfoChar(json, '[');
    for (int i = 0; i < n; i++)
    {
        appendStringInfo(json, "%s{\"campo\":\"%s\",\"mensagem\":",
                         i ? "," : "", erros[i].campo);
        escape_json(json, erros[i].mensagem);
        appendStringInfoChar(json, '}');
    }
    appendStringInfoChar(json, ']');
}
