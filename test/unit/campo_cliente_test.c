/*
 * extension/campo_cliente.c: what a person types becomes the stored value or a
 * reason. BUSCA-5, BUSCA-6, DADOS-2; I-2, I-3, I-6.
 * fontes: extension/cpf_digitos.c extension/texto_puro.c
 */
#include "tap.h"
#include "campo_cliente.h"

#include <stdlib.h>
#include <string.h>

enum
{
    HOJE = 20261121
};

/* valor NULL: refused; "": absent. */
static const struct
{
    CampoCliente campo;
    const char *texto;
    const char *valor;
} casos[] = {
    {CAMPO_CPF, "529.982.247-25", "52998224725"},
    {CAMPO_CPF, " 52998224725 ", "52998224725"},
    {CAMPO_CPF, "\xE2\x80\x8B" "52998224725", "52998224725"},
    {CAMPO_CPF, "52998224724", NULL},
    {CAMPO_CPF, "5299822472", NULL},
    {CAMPO_CPF, "111.111.111-11", NULL},
    {CAMPO_CPF, "\xEF\xBC\x95" "2998224725", NULL},
    {CAMPO_CPF, "  ", ""},

    {CAMPO_NOME_COMPLETO, "  Maria   da\tSilva ", "Maria da Silva"},
    {CAMPO_NOME_COMPLETO, "Jos\xC3\xA9", "Jos\xC3\xA9"},
    {CAMPO_NOME_COMPLETO, "D'Avila-Souza", "D'Avila-Souza"},
    {CAMPO_NOME_COMPLETO, "Ana\xC2\xA0" "Paula", "Ana Paula"},
    {CAMPO_NOME_COMPLETO, "<img src=x onerror=alert(1)>", "<img src=x onerror=alert(1)>"},
    {CAMPO_NOME_COMPLETO, "=cmd|' /C calc'!A0", NULL},
    {CAMPO_NOME_COMPLETO, "+55", NULL},
    {CAMPO_NOME_COMPLETO, " -1+1", NULL},
    {CAMPO_NOME_COMPLETO, "@SUM(A1)", NULL},
    {CAMPO_NOME_COMPLETO, "\xEF\xBC\x9D" "1", NULL},
    {CAMPO_NOME_COMPLETO, "12345", NULL},
    {CAMPO_NOME_COMPLETO, "Ana\x01", NULL},
    {CAMPO_NOME_COMPLETO, "Ana\xC3", NULL},
    {CAMPO_NOME_COMPLETO, "\xED\xA0\x80" "a", NULL},
    {CAMPO_NOME_COMPLETO, "\xC0\xAF" "a", NULL},
    {CAMPO_NOME_COMPLETO, "", ""},
    {CAMPO_CIDADE, "S\xC3\xA3o Paulo", "S\xC3\xA3o Paulo"},

    {CAMPO_DATA_NASCIMENTO, "31/12/1999", "1999-12-31"},
    {CAMPO_DATA_NASCIMENTO, "1/2/1980", "1980-02-01"},
    {CAMPO_DATA_NASCIMENTO, "01-02-1980", "1980-02-01"},
    {CAMPO_DATA_NASCIMENTO, "01.02.1980", "1980-02-01"},
    {CAMPO_DATA_NASCIMENTO, "1980-02-01", "1980-02-01"},
    {CAMPO_DATA_NASCIMENTO, "1980-02-01T00:00:00", "1980-02-01"},
    {CAMPO_DATA_NASCIMENTO, "1980-02-01 00:00:00", "1980-02-01"},
    {CAMPO_DATA_NASCIMENTO, "29/02/2000", "2000-02-29"},
    {CAMPO_DATA_NASCIMENTO, "21/11/2026", "2026-11-21"},
    {CAMPO_DATA_NASCIMENTO, "22/11/2026", NULL},
    {CAMPO_DATA_NASCIMENTO, "29/02/1900", NULL},
    {CAMPO_DATA_NASCIMENTO, "31/04/1999", NULL},
    {CAMPO_DATA_NASCIMENTO, "00/01/1999", NULL},
    {CAMPO_DATA_NASCIMENTO, "01/13/1999", NULL},
    {CAMPO_DATA_NASCIMENTO, "01/02/80", NULL},
    {CAMPO_DATA_NASCIMENTO, "01/02-1980", NULL},
    {CAMPO_DATA_NASCIMENTO, "1980-02-01 x", NULL},
    {CAMPO_DATA_NASCIMENTO, "1700-02-01", NULL},
    {CAMPO_DATA_NASCIMENTO, "0000-00-00", NULL},
    {CAMPO_DATA_NASCIMENTO, "29221", NULL},
    {CAMPO_DATA_NASCIMENTO, "1/", NULL},
    {CAMPO_DATA_NASCIMENTO, "1/2", NULL},
    {CAMPO_DATA_NASCIMENTO, "1980-", NULL},

    {CAMPO_SEXO, "f", "F"},
    {CAMPO_SEXO, "Masculino", "M"},
    {CAMPO_SEXO, "N\xC3\x83O INFORMADO", "N"},
    {CAMPO_SEXO, "X", NULL},

    {CAMPO_CELULAR, "(81) 99999-1234", "(81) 99999-1234"},
    {CAMPO_CELULAR, "81999991234", "(81) 99999-1234"},
    {CAMPO_CELULAR, "+55 81 99999.1234", "(81) 99999-1234"},
    {CAMPO_CELULAR, "5581999991234", "(81) 99999-1234"},
    {CAMPO_CELULAR, "081 99999-1234", "(81) 99999-1234"},
    {CAMPO_CELULAR, "(55) 99999-1234", "(55) 99999-1234"},
    {CAMPO_CELULAR, "81 3222-1234", "(81) 3222-1234"},
    {CAMPO_CELULAR, "+351 912 345 678", "+351912345678"},
    {CAMPO_CELULAR, "(20) 99999-1234", NULL},
    {CAMPO_CELULAR, "(81) 89999-1234", NULL},
    {CAMPO_CELULAR, "99999-1234", NULL},
    {CAMPO_CELULAR, "819999912345678901234567890", NULL},
    {CAMPO_CELULAR, "81 99999-1234 ramal 2", NULL},
    {CAMPO_CELULAR, "+", NULL},
    {CAMPO_CELULAR, "-", NULL},
    {CAMPO_CELULAR, "+1", NULL},

    {CAMPO_EMAIL, "Ana.Silva@Exemplo.COM.br", "ana.silva@exemplo.com.br"},
    {CAMPO_EMAIL, "a@b.co", "a@b.co"},
    {CAMPO_EMAIL, "a@b", NULL},
    {CAMPO_EMAIL, "a@@b.co", NULL},
    {CAMPO_EMAIL, "a b@c.co", NULL},
    {CAMPO_EMAIL, ".a@b.co", NULL},
    {CAMPO_EMAIL, "a..b@b.co", NULL},
    {CAMPO_EMAIL, "a.@b.co", NULL},
    {CAMPO_EMAIL, "a@-b.co", NULL},
    {CAMPO_EMAIL, "a@b..co", NULL},
    {CAMPO_EMAIL, "a@1.2.3.4", NULL},
    {CAMPO_EMAIL, "=a@b.co", NULL},
    {CAMPO_EMAIL, "\"a\"@b.co", NULL},
    {CAMPO_EMAIL, "@", NULL},

    {CAMPO_UF, "pe", "PE"},
    {CAMPO_UF, "S\xC3\xA3o Paulo", "SP"},
    {CAMPO_UF, "Sa\xCC\x83o paulo", "SP"},
    {CAMPO_UF, "RIO GRANDE DO NORTE", "RN"},
    {CAMPO_UF, "XX", NULL},
    {CAMPO_UF, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", NULL},

    {CAMPO_CEP, "50000-123", "50000-123"},
    {CAMPO_CEP, "50.000-123", "50000-123"},
    {CAMPO_CEP, "50000123", "50000-123"},
    {CAMPO_CEP, "5000012", NULL},
    {CAMPO_CEP, "500001234", NULL},
    {CAMPO_CEP, "5000O-123", NULL},
};

static void
longos(void)
{
    CampoValor v;
    char texto[5000];
    char dois[2 * 256];

    memset(texto, 'a', sizeof(texto));
    CONFERE(campo_cliente_ler(CAMPO_NOME_COMPLETO, texto, 255, HOJE, &v) == NULL && v.n == 255,
            "255 characters");
    CONFERE(campo_cliente_ler(CAMPO_NOME_COMPLETO, texto, 256, HOJE, &v) != NULL, "256 characters");
    CONFERE(campo_cliente_ler(CAMPO_NOME_COMPLETO, texto, sizeof(texto), HOJE, &v) != NULL,
            "longer than the buffer");
    CONFERE(campo_cliente_ler(CAMPO_CIDADE, texto, 121, HOJE, &v) != NULL, "121 characters of a city");
    for (int i = 0; i < 256; i++)
        memcpy(dois + 2 * i, "\xC3\xA9", 2);
    CONFERE(campo_cliente_ler(CAMPO_NOME_COMPLETO, dois, 510, HOJE, &v) == NULL && v.n == 510,
            "255 characters of two bytes");
    CONFERE(campo_cliente_ler(CAMPO_NOME_COMPLETO, dois, 512, HOJE, &v) != NULL, "256 of two bytes");
}

int
main(void)
{
    for (size_t i = 0; i < sizeof(casos) / sizeof(casos[0]); i++)
    {
        /* Exactly its bytes, so that the sanitizer sees one read too many. */
        size_t n = strlen(casos[i].texto);
        char *texto = malloc(n ? n : 1);
        CampoValor v;
        const char *erro;

        memcpy(texto, casos[i].texto, n);
        erro = campo_cliente_ler(casos[i].campo, texto, n, HOJE, &v);
        CONFERE(casos[i].valor == NULL ? erro != NULL
                                       : erro == NULL && strcmp(v.texto, casos[i].valor) == 0 &&
                                             v.ausente == (casos[i].valor[0] == '\0') &&
                                             v.n == strlen(v.texto),
                "%s, case %d", campo_cliente_nome(casos[i].campo), (int)i);
        if (erro == NULL && casos[i].valor != NULL && !v.ausente)
        {
            CampoValor w;

            CONFERE(campo_cliente_ler(casos[i].campo, v.texto, v.n, HOJE, &w) == NULL &&
                        strcmp(v.texto, w.texto) == 0,
                    "case %d: the stored value stays as it is", (int)i);
        }
        free(texto);
    }
    longos();
    for (int i = 0; i < CAMPOS_CLIENTE; i++)
        CONFERE(campo_cliente_achar(campo_cliente_nome((CampoCliente)i)) == (CampoCliente)i,
                "name of field %d", i);
    CONFERE(campo_cliente_achar("senha") == CAMPOS_CLIENTE, "no such field");
    return tap_fim();
}
