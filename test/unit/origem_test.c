/*
 * server/src/origem.c: whose page sends this request? S-8, I-13, I-14.
 */
#include "../../server/src/origem.h"
#include "tap.h"

static char outra[] = "https://crm.exemplo.test";
static char *const permitidas[] = {outra};

/* clang-format off */
static const struct
{
    const char *origem, *sec_fetch, *host;
    bool tls;
    OrigemEstado estado;
} casos[] = {
    {"https://localhost:8443", NULL, "localhost:8443", true, ORIGEM_PROPRIA},
    {"HTTPS://LOCALHOST:8443", NULL, "localhost:8443", true, ORIGEM_PROPRIA},
    {"https://localhost:8443", "cross-site", "localhost:8443", true, ORIGEM_PROPRIA},
    {"http://localhost:8443", NULL, "localhost:8443", true, ORIGEM_ALHEIA},
    {"https://localhost", NULL, "localhost:8443", true, ORIGEM_ALHEIA},
    {"https://localhost:84430", NULL, "localhost:8443", true, ORIGEM_ALHEIA},
    {"https://localhost:8443.mau.test", NULL, "localhost:8443", true, ORIGEM_ALHEIA},
    {"https://mau.test", NULL, "localhost:8443", true, ORIGEM_ALHEIA},
    {"https://mau.test", "same-origin", "localhost:8443", true, ORIGEM_ALHEIA},
    {"null", NULL, "localhost:8443", true, ORIGEM_ALHEIA},
    {"null", "same-origin", "localhost:8443", true, ORIGEM_ALHEIA},
    {"https://", NULL, "", true, ORIGEM_ALHEIA},
    {"https://", NULL, NULL, true, ORIGEM_ALHEIA},
    {"https://crm.exemplo.test", NULL, "10.0.0.5:8080", false, ORIGEM_PROPRIA},
    {"http://crm.exemplo.test", NULL, "10.0.0.5:8080", false, ORIGEM_ALHEIA},
    {"http://127.0.0.1:8080", NULL, "127.0.0.1:8080", false, ORIGEM_PROPRIA},
    {"http://localhost:8080", NULL, "localhost:8080", false, ORIGEM_PROPRIA},
    {"http://localhost.mau.test", NULL, "localhost.mau.test", false, ORIGEM_ALHEIA},
    {"http://crm.local", NULL, "crm.local", false, ORIGEM_ALHEIA},
    {"https://crm.local", NULL, "crm.local", false, ORIGEM_PROPRIA},
    {NULL, NULL, "localhost:8443", true, ORIGEM_AUSENTE},
    {"", "", "localhost:8443", true, ORIGEM_AUSENTE},
    {NULL, "same-origin", "localhost:8443", true, ORIGEM_PROPRIA},
    {NULL, "none", "localhost:8443", true, ORIGEM_PROPRIA},
    {NULL, "same-site", "localhost:8443", true, ORIGEM_ALHEIA},
    {NULL, "cross-site", "localhost:8443", true, ORIGEM_ALHEIA},
    {NULL, "Same-Origin", "localhost:8443", true, ORIGEM_ALHEIA},
};
/* clang-format on */

int
main(void)
{
    for (size_t i = 0; i < sizeof casos / sizeof *casos; i++)
        CONFERE(origem_avaliar(casos[i].origem, casos[i].sec_fetch,
                               casos[i].host, casos[i].tls, permitidas,
                               1) == casos[i].estado,
                "case %zu: %s", i, casos[i].origem ? casos[i].origem : "-");
    return tap_fim();
}
