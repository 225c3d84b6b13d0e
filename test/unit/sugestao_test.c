/*
 * extension/sugestao.c: columns of a file to fields of a client, by title and by
 * content. BUSCA-6.
 * fontes: extension/campo_cliente.c extension/cpf_digitos.c extension/texto_puro.c extension/normalizar.c extension/csv.c
 */
#include "tap.h"
#include "sugestao.h"

#include <string.h>

static const struct
{
    const char *titulo;
    CampoCliente campo;
} titulos[] = {
    {"CPF", CAMPO_CPF},
    {"cpf/cnpj", CAMPO_CPF},
    {"N\xC2\xBA do CPF", CAMPO_CPF},
    {"nome", CAMPO_NOME_COMPLETO},
    {"Nome Completo", CAMPO_NOME_COMPLETO},
    {"NOME_COMPLETO", CAMPO_NOME_COMPLETO},
    {"Cliente", CAMPO_NOME_COMPLETO},
    {"Telefone", CAMPO_CELULAR},
    {"fone", CAMPO_CELULAR},
    {"WhatsApp", CAMPO_CELULAR},
    {"Telefone (1)", CAMPO_CELULAR},
    {"nascimento", CAMPO_DATA_NASCIMENTO},
    {"Dt. Nasc.", CAMPO_DATA_NASCIMENTO},
    {"Data de Nascimento", CAMPO_DATA_NASCIMENTO},
    {"M\xC3\xA3" "e", CAMPO_NOME_MAE},
    {"Nome da m\xC3\xA3" "e", CAMPO_NOME_MAE},
    {"E-mail", CAMPO_EMAIL},
    {"Email pessoal", CAMPO_EMAIL},
    {"Munic\xC3\xADpio", CAMPO_CIDADE},
    {"Estado", CAMPO_UF},
    {"UF", CAMPO_UF},
    {"CEP", CAMPO_CEP},
    {"Sexo", CAMPO_SEXO},
    {"G\xC3\xAAnero", CAMPO_SEXO},
    {"Estado civil", CAMPOS_CLIENTE},
    {"Nome do vendedor", CAMPOS_CLIENTE},
    {"Nome do pai", CAMPOS_CLIENTE},
    {"Cidade natal", CAMPOS_CLIENTE},
    {"Concepcao", CAMPOS_CLIENTE},
    {"motivo", CAMPOS_CLIENTE},
    {"", CAMPOS_CLIENTE},
    {"=1", CAMPOS_CLIENTE},
};

#define CEL(t) {t, sizeof(t) - 1}

int
main(void)
{
    int incerteza;
    SugestaoColuna c[4] = {
        {.titulo = CEL("Telefone fixo"), .n = 1, .celulas = {CEL("81 3222-1234")}},
        {.titulo = CEL("Celular"), .n = 1, .celulas = {CEL("81 99999-1234")}},
        {.titulo = CEL("X"), .n = 2, .celulas = {CEL("529.982.247-25"), CEL("00000000191")}},
        {.titulo = CEL("Y"), .n = 2, .celulas = {CEL("PE"), CEL("sp")}},
    };
    CampoCliente campos[4];
    CsvCelula cabeca[] = {CEL("id"), CEL("Nome")};
    CsvCelula dados[] = {CEL("Ana Silva"), CEL("52998224725")};
    CsvCelula estranho[] = {CEL("alfa"), CEL("beta")};
    char longo[300];

    for (size_t i = 0; i < sizeof(titulos) / sizeof(titulos[0]); i++)
        CONFERE(sugestao_titulo(titulos[i].titulo, strlen(titulos[i].titulo),
                                &incerteza) == titulos[i].campo,
                "title \"%s\"", titulos[i].titulo);
    memset(longo, 'a', sizeof(longo));
    CONFERE(sugestao_titulo(longo, sizeof(longo), &incerteza) == CAMPOS_CLIENTE,
            "no title of 300 letters");

    sugestao_colunas(c, 4, campos);
    CONFERE(campos[0] == CAMPOS_CLIENTE && campos[1] == CAMPO_CELULAR,
            "the surer title takes the field");
    CONFERE(campos[2] == CAMPO_CPF && campos[3] == CAMPO_UF,
            "contents speak where titles do not");
    CONFERE(sugestao_sensivel(&c[2], CAMPOS_CLIENTE) &&
                !sugestao_sensivel(&c[3], CAMPO_UF),
            "a column of CPFs is sensitive whatever its title (LGPD-1)");

    CONFERE(sugestao_cabecalho(cabeca, 2), "titles");
    CONFERE(!sugestao_cabecalho(dados, 2), "a row of data");
    CONFERE(sugestao_cabecalho(estranho, 2), "unknown titles");
    return tap_fim();
}
