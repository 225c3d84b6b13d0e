/*
 * Any bytes as the answer of Redis to a mark: a list of numbers or
 * refused, the same however it is cut. The first byte says where. CACHE-2.
 * -DDEFEITO_PLANTADO plants a defect that the fuzzer must find.
 */
#include "alvo.h"
#include "../../extension/cache_numeros.h"

int
LLVMFuzzerTestOneInput(const uint8_t *dados, size_t n)
{
    CacheNumeros inteira;
    CacheNumeros cortada;
    size_t corte;
    char *texto;
    bool boa;

    if (n == 0)
        return 0;
    corte = dados[0] < n - 1 ? dados[0] : n - 1;
    n--;
    texto = malloc(n + 1); /* exactly what may be read */
    memcpy(texto, dados + 1, n);

    cache_numeros_comecar(&inteira);
    boa = cache_numeros_ler(&inteira, texto, n);
    cache_numeros_comecar(&cortada);
    EXIGE((cache_numeros_ler(&cortada, texto, corte) &&
           cache_numeros_ler(&cortada, texto + corte, n - corte)) == boa);
    if (boa)
    {
        int linhas = 0;

        for (size_t i = 0; i < n; i++)
            linhas += texto[i] == '\n';
        EXIGE(cortada.quantos == inteira.quantos && cortada.lidos == inteira.lidos &&
              cortada.primeiro == inteira.primeiro);
        EXIGE(linhas == (inteira.quantos >= 0) + inteira.lidos);
        EXIGE(inteira.primeiro >= 0 && inteira.primeiro <= UINT32_MAX);
        EXIGE(cache_numeros_fim(&inteira) == (inteira.lidos == inteira.quantos));
#ifdef DEFEITO_PLANTADO
        EXIGE(!cache_numeros_fim(&inteira) || inteira.lidos < 2);
#endif
    }
    free(texto);
    return 0;
}
