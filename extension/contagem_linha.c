/*
 * contagem_linha.c: what a row of crm.clientes or crm.cliente_vendedor counts
 * for.
 */
#include "crm.h"

#include "catalog/pg_type.h"
#include "utils/timestamp.h"

#include "contagem_linha.h"

enum
{
    CLI_DIA,
    CLI_VALOR,
    CLI_ATIVO,
    CLI_NAO_CONTATAR,
    CLI_N
};
static const ContagemColuna colunas_clientes[CLI_N] = {
    [CLI_DIA] = {"data_ultima_compra", DATEOID},
    [CLI_VALOR] = {"valor_total", NUMERICOID},
    [CLI_ATIVO] = {"ativo", BOOLOID},
    [CLI_NAO_CONTATAR] = {"nao_contatar", BOOLOID},
};

enum
{
    ATR_VENDEDOR,
    ATR_CONTATADO,
    ATR_FIXADO,
    ATR_DIA,
    ATR_VALOR,
    ATR_ENCERRADA,
    ATR_RESULTADO,
    ATR_RECUPERADO,
    ATR_ATRIBUICAO,
    ATR_CONTATO,
    ATR_N
};
static const ContagemColuna colunas_atribuicoes[ATR_N] = {
    [ATR_VENDEDOR] = {"vendedor_id", INT8OID},
    [ATR_CONTATADO] = {"contatado", BOOLOID},
    [ATR_FIXADO] = {"fixado", BOOLOID},
    [ATR_DIA] = {"data_ultima_compra", DATEOID},
    [ATR_VALOR] = {"valor_total", NUMERICOID},
    [ATR_ENCERRADA] = {"encerrada_em", TIMESTAMPTZOID},
    [ATR_RESULTADO] = {"resultado", TEXTOID},
    [ATR_RECUPERADO] = {"valor_recuperado", NUMERICOID},
    [ATR_ATRIBUICAO] = {"data_atribuicao", TIMESTAMPTZOID},
    [ATR_CONTATO] = {"data_contato", TIMESTAMPTZOID},
};

/* cliente_vendedor.resultado, each a state of its own. */
static const Estado resultados[] = {ESTADO_CONTATADO,     ESTADO_SEM_RESPOSTA,
                                    ESTADO_RECUSOU,       ESTADO_INTERESSADO,
                                    ESTADO_NUMERO_ERRADO, ESTADO_RECUPERADO};

static void contar_cliente(Apuracao *a, const ContagemLinha *linha, int sinal);
static void contar_atribuicao(Apuracao *a, const ContagemLinha *linha,
                              int sinal);
static void contar_caminho(Apuracao *a, const ContagemLinha *linha,
                           int64 centavos, int sinal);
static Estado resultado_de(const ContagemLinha *linha);

StaticAssertDecl((int)CLI_N <= (int)CONTAGEM_MAX_COLUNAS &&
                     (int)ATR_N <= (int)CONTAGEM_MAX_COLUNAS,
                 "a row of a table must fit ContagemLinha");

const ContagemTabela contagem_clientes = {colunas_clientes, CLI_N,
                                          contar_cliente};
const ContagemTabela contagem_atribuicoes = {colunas_atribuicoes, ATR_N,
                                             contar_atribuicao};

static void
contar_cliente(Apuracao *a, const ContagemLinha *linha, int sinal)
{
    DateADT dia = linha->nulo[CLI_DIA] ? DATEVAL_NOBEGIN
                                       : DatumGetDateADT(linha->valor[CLI_DIA]);
    int64 centavos;
    Estado estado;
    MemoryContext antes = MemoryContextSwitchTo(a->rascunho);

    centavos = sinal * contagem_centavos(linha->valor[CLI_VALOR]);
    MemoryContextSwitchTo(antes);

    if (!DatumGetBool(linha->valor[CLI_ATIVO]))
        estado = ESTADO_INATIVO;
    else if (DatumGetBool(linha->valor[CLI_NAO_CONTATAR]))
        estado = ESTADO_NAO_CONTATAR;
    else
        estado = ESTADO_ATIVO;

    apuracao_somar(a, ESCOPO_BASE, 0, DATEVAL_NOBEGIN, estado, sinal, centavos);
    apuracao_somar(a, ESCOPO_CLIENTE, 0, dia, estado, sinal, centavos);
}

static void
contar_atribuicao(Apuracao *a, const ContagemLinha *linha, int sinal)
{
    int64 vendedor_id = DatumGetInt64(linha->valor[ATR_VENDEDOR]);
    bool contatado = DatumGetBool(linha->valor[ATR_CONTATADO]);
    DateADT dia = linha->nulo[ATR_DIA] ? DATEVAL_NOBEGIN
                                       : DatumGetDateADT(linha->valor[ATR_DIA]);
    int64 centavos;
    int64 recuperados;
    MemoryContext antes = MemoryContextSwitchTo(a->rascunho);

    centavos = sinal * contagem_centavos(linha->valor[ATR_VALOR]);
    recuperados = linha->nulo[ATR_RECUPERADO]
                      ? 0
                      : sinal * contagem_centavos(linha->valor[ATR_RECUPERADO]);
    MemoryContextSwitchTo(antes);

    apuracao_somar(a, ESCOPO_VENDEDOR, vendedor_id, DATEVAL_NOBEGIN,
                   ESTADO_RECEBIDO, sinal, 0);
    if (contatado)
        apuracao_somar(a, ESCOPO_VENDEDOR, vendedor_id, DATEVAL_NOBEGIN,
                       ESTADO_CONTATOS, sinal, 0);

    if (linha->nulo[ATR_ENCERRADA])
    {
        Estado estado = contatado ? ESTADO_CONTATADO
                        : DatumGetBool(linha->valor[ATR_FIXADO])
                            ? ESTADO_FIXADO
                            : ESTADO_PENDENTE;

        apuracao_somar(a, ESCOPO_VENDEDOR, vendedor_id, DATEVAL_NOBEGIN, estado,
                       sinal, centavos);
        apuracao_somar(a, ESCOPO_CARTEIRA, vendedor_id, dia, estado, sinal,
                       centavos);
        apuracao_somar(a, ESCOPO_ABERTA, 0, dia, ESTADO_ABERTA, sinal,
                       centavos);
    }
    else if (resultado_de(linha) == ESTADO_RECUPERADO)
    {
        DateADT fim =
            tempo_dia(DatumGetTimestampTz(linha->valor[ATR_ENCERRADA]));

        apuracao_somar(a, ESCOPO_VENDEDOR, vendedor_id, DATEVAL_NOBEGIN,
                       ESTADO_RECUPERADO, sinal, recuperados);
        apuracao_somar(a, ESCOPO_RECUPERADO, vendedor_id, fim,
                       ESTADO_RECUPERADO, sinal, recuperados);
    }
    contar_caminho(a, linha, recuperados, sinal);
}

/* How far the assignment came, by the day it began, and the outcome of the
 * contact, by the day of that. centavos: of the order that ended it. */
static void
contar_caminho(Apuracao *a, const ContagemLinha *linha, int64 centavos,
               int sinal)
{
    const int64 vendedor_id = DatumGetInt64(linha->valor[ATR_VENDEDOR]);
    const DateADT dia =
        tempo_dia(DatumGetTimestampTz(linha->valor[ATR_ATRIBUICAO]));
    const Estado resultado = resultado_de(linha);
    const bool contatado = !linha->nulo[ATR_CONTATO];
    const bool voltou =
        resultado == ESTADO_RECUPERADO && !linha->nulo[ATR_ENCERRADA];

    apuracao_somar(a, ESCOPO_FUNIL, vendedor_id, dia, ESTADO_RECEBIDO, sinal,
                   0);
    if (contatado)
    {
        const TimestampTz quando =
            DatumGetTimestampTz(linha->valor[ATR_CONTATO]);

        /* An earlier one came with a transferred portfolio: counted there. */
        if (quando >= DatumGetTimestampTz(linha->valor[ATR_ATRIBUICAO]))
            apuracao_somar(a, ESCOPO_CONTATO, vendedor_id, tempo_dia(quando),
                           resultado, sinal, voltou ? centavos : 0);
        apuracao_somar(a, ESCOPO_FUNIL, vendedor_id, dia, ESTADO_CONTATADO,
                       sinal, 0);
        if (resultado != ESTADO_SEM_RESPOSTA &&
            resultado != ESTADO_NUMERO_ERRADO)
            apuracao_somar(a, ESCOPO_FUNIL, vendedor_id, dia, ESTADO_RESPONDEU,
                           sinal, 0);
    }
    if (voltou)
        apuracao_somar(a, ESCOPO_FUNIL, vendedor_id, dia,
                       contatado ? ESTADO_RECUPERADO : ESTADO_SEM_CONTATO,
                       sinal, centavos);
}

/* Of a contact whose outcome nobody told: that there was one. */
static Estado
resultado_de(const ContagemLinha *linha)
{
    text *t;

    if (linha->nulo[ATR_RESULTADO])
        return ESTADO_CONTATADO;
    t = DatumGetTextPP(linha->valor[ATR_RESULTADO]);
    for (int i = 0; i < lengthof(resultados); i++)
    {
        const char *nome = apuracao_estado(resultados[i]);

        if (VARSIZE_ANY_EXHDR(t) == strlen(nome) &&
            memcmp(VARDATA_ANY(t), nome, strlen(nome)) == 0)
            return resultados[i];
    }
    return ESTADO_CONTATADO;
}
