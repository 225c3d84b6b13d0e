/*
 * server/src/conninfo.c: hosts of pg_conninfo that need no DNS.
 */
#include "../../server/src/conninfo.h"
#include "tap.h"

#include <stdlib.h>

static const struct
{
    const char *conninfo;
    bool bom;
} casos[] = {
    {"dbname=crm", true},
    {"", true},
    {"host=/run/postgresql dbname=crm", true},
    {"host='/run/a b'", true},
    {"host=@abstrato", true},
    {"host=127.0.0.1", true},
    {"host=::1", true},
    {"host=10.0.0.1,/run/x", true},
    {"postgresql://10.0.0.1:5433/crm", true},
    {"postgresql://[::1]/crm", true},
    {"postgresql:///crm?host=/run/x", true},
    {"host=banco hostaddr=10.0.0.1", true},
    {"host=localhost", false},
    {"host=banco.exemplo.test", false},
    {"host=10.0.0.1,banco", false},
    {"host=10.0.0", false},
    {"host=10.0.0.1.exemplo", false},
    {"postgresql://banco/crm", false},
    {"hostaddr=banco", false},
    {"host=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false},
    {"senha secreta", false},
};

int
main(void)
{
    char erro[200];

    unsetenv("PGHOST");
    unsetenv("PGHOSTADDR");
    for (size_t i = 0; i < sizeof casos / sizeof *casos; i++)
    {
        erro[0] = '\0';
        CONFERE(conninfo_sem_dns(casos[i].conninfo, erro, sizeof erro) ==
                        casos[i].bom &&
                    casos[i].bom == (erro[0] == '\0') &&
                    strstr(erro, "secreta") == NULL,
                "%s", casos[i].conninfo);
    }
    setenv("PGHOST", "banco", 1);
    CONFERE(!conninfo_sem_dns("dbname=crm", erro, sizeof erro), "PGHOST counts");
    CONFERE(conninfo_sem_dns("host=/run/x", erro, sizeof erro),
            "PGHOST yields to host");
    return tap_fim();
}
