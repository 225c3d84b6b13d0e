/*
 * Any bytes as any field of a client: reads only its bytes; what is accepted has
 * no control character, fits, and reads back as itself. -DDEFEITO_PLANTADO tells of
 * one byte more than there is. DADOS-2, BUSCA-5, BUSCA-6.
 * fontes: extension/cpf_digitos.c extension/texto_puro.c
 */
#include "alvo.h"
#include "campo_cliente.h"

enum
{
#ifdef DEFEITO_PLANTADO
    A_MAIS = 1,
#else
    A_MAIS = 0,
#endif
    HOJE = 20240229
};

int
LLVMFuzzerTestOneInput(const uint8_t *dados, size_t n)
{
    CampoValor v;
    CampoValor de_novo;
    CampoCliente campo;
    char *texto;

    if (n == 0)
        return 0;
    campo = (CampoCliente)(dados[0] % CAMPOS_CLIENTE);
    n--;
    texto = malloc(n ? n : 1);
    memcpy(texto, dados + 1, n);
    memset(&v, 'x', sizeof v);
    if (campo_cliente_ler(campo, texto, n + A_MAIS, HOJE, &v) == NULL)
    {
        EXIGE(v.n < sizeof v.texto && v.texto[v.n] == '\0');
        EXIGE(v.ausente == (v.n == 0));
        for (size_t i = 0; i < v.n; i++)
            EXIGE((unsigned char)v.texto[i] >= 0x20 && v.texto[i] != 0x7F);
        EXIGE(campo_cliente_ler(campo, v.texto, v.n, HOJE, &de_novo) == NULL);
        EXIGE(v.n == de_novo.n && memcmp(v.texto, de_novo.texto, v.n) == 0);
    }
    free(texto);
    return 0;
}
