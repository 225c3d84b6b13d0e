/*
 * Entity tags of If-Match and If-None-Match, and names of files on their way
 * into a header. Whatever comes, a name stays within one header, and a tag that
 * is sent back as it came is found again.
 * -DDEFEITO_PLANTADO plants a defect that the fuzzer must find.
 */
#include "alvo.h"
#include "../../server/src/negociacao.h"
/* fontes: server/src/log.c server/src/utf8.c */

#include <stdio.h>

int
LLVMFuzzerTestOneInput(const uint8_t *dados, size_t n)
{
    static const char inicio[] = "attachment; filename=\"";
    char *texto = malloc(n + 1);
    char *tag = malloc(n + 3);
    char disposicao[DISPOSICAO_MAX];
    bool valida;

    memcpy(texto, dados, n);
    texto[n] = '\0';

    valida = etags_validas(texto);
    if (valida)
    {
        EXIGE(strcmp(texto, "*") == 0 || strchr(texto, '"') != NULL);
        for (const char *p = texto; *p != '\0'; p++)
            EXIGE((*p >= ' ' && *p <= '~') || *p == '\t');
#ifdef DEFEITO_PLANTADO
        EXIGE(strchr(texto, ',') == NULL);
#endif
    }
    (void) etag_confere(texto, "\"a\"");
    /* One tag without a comma in it, sent alone. */
    sprintf(tag, "\"%s\"", texto);
    if (strpbrk(texto, "\",") == NULL && etags_validas(tag))
        EXIGE(etag_confere(tag, tag));

    disposicao_escrever(disposicao, texto);
    EXIGE(strlen(disposicao) < DISPOSICAO_MAX &&
          strncmp(disposicao, inicio, sizeof inicio - 1) == 0);
    for (const char *p = disposicao; *p != '\0'; p++)
        EXIGE(*p >= ' ' && *p <= '~' && *p != '\\');
    EXIGE(strchr(disposicao + sizeof inicio - 1, '"') != NULL &&
          strchr(strchr(disposicao + sizeof inicio - 1, '"') + 1, '"') == NULL);
    free(tag);
    free(texto);
    return 0;
}
