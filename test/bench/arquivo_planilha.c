/*
 * The least that makes an xlsx of COPY's rows with libxlsxwriter in constant memory:
 * what crm_arquivo is compared with.
 *
 *   arquivo_planilha TYPES OUTPUT < rows     TYPES: of each column behind the first,
 *                                            t text, n number, d date, h instant
 * Prints the peak of its memory in KiB.
 */
#include "arquivo_nu.h"

#include <xlsxwriter.h>

int
main(int argc, char **argv)
{
    const char *formas[128] = {['t'] = "@", ['n'] = "#,##0.00", ['d'] = "dd/mm/yyyy", ['h'] = "dd/mm/yyyy hh:mm:ss"};
    lxw_format *formatos[128];
    lxw_workbook_options opcoes = {.constant_memory = LXW_TRUE, .tmpdir = "/tmp"};
    lxw_workbook *livro = workbook_new_opt(argv[2], &opcoes);
    lxw_worksheet *folha = workbook_add_worksheet(livro, "Dados");
    lxw_row_t n = 0;
    char *celulas[COLUNAS_MAX];

    for (int i = 0; i < 128; i++)
        if (formas[i] != NULL)
        {
            formatos[i] = workbook_add_format(livro);
            format_set_num_format(formatos[i], formas[i]);
        }
    for (int i = 0; argv[1][i] != '\0'; i++)
        worksheet_write_string(folha, 0, i, "Coluna", NULL);
    while (nu_linha(celulas))
    {
        n++;
        for (int i = 0; argv[1][i] != '\0'; i++)
        {
            int tipo = argv[1][i];
            lxw_datetime d = {0};
            const char *c = celulas[i];

            if (c == NULL)
                continue;
            if (tipo == 'n')
                worksheet_write_number(folha, n, i, strtod(c, NULL), formatos[tipo]);
            else if (tipo == 't')
                worksheet_write_string(folha, n, i, c, formatos[tipo]);
            else
            {
                sscanf(c, "%d-%d-%d %d:%d:%lf", &d.year, &d.month, &d.day, &d.hour, &d.min, &d.sec);
                worksheet_write_datetime(folha, n, i, &d, formatos[tipo]);
            }
        }
    }
    worksheet_autofilter(folha, 0, 0, n, strlen(argv[1]) - 1);
    if (workbook_close(livro) != LXW_NO_ERROR)
        return 1;
    nu_pico();
    return 0;
}
