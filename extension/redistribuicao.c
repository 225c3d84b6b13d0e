/*
 * redistribuicao.c: dealing the eligible clients to the sellers (SPEC DIST).
 *
 * A run is one transaction, alone by an advisory lock. It reads how many each
 * seller holds (crm.contagens), lets rodizio.c plan how many each should, and
 * takes up just the rows that have to move:
 *
 *   - open rows whose client left the window       idx_atribuicao_contatado
 *   - clients of the window that nobody holds      days on which crm.contagens
 *                                                  has more clients than open
 *                                                  rows, idx_cliente_data
 *   - the surplus of a seller, all of one who is   idx_atribuicao_vendedor
 *     not there any more
 *
 * so that its cost grows with what moves. All reading comes first; then the
 * clients concerned are locked in order of id, once, and everything that has
 * changed until then is left as it is: a mark or an order that came in between
 * wins. Then each kind of change is one statement, in order of id_cliente, so
 * that heap and indexes are walked once.
 *
 * These statements fire no triggers of the product and no foreign keys, whose
 * work is done set-based instead: the clients are locked, which is more than
 * the keys would do, the sellers who receive are locked FOR KEY SHARE; the
 * statements return the rows they wrote, and the counters get what these add up
 * to; the run is one audited operation. A trigger, rule or foreign key that is
 * not the product's puts all back to the ordinary way (gatilhos_sao_nossos).
 *
 * Who gives: half of the surplus from the urgent end of the seller's list, half
 * from the other, so that what arrives is a like mixture. Who gets what: oldest
 * purchase first, then R$, dealt snake-wise.
 *
 * Absent sellers (no heartbeat) keep what they have and get nothing: their
 * capacity is what they hold. Sellers who are offline, inactive or do not take
 * part keep what is contacted or pinned; the rest leaves them. When nobody is
 * there to receive it, it waits for them until vendedores.reserva_ate, and is
 * then free (DIST-9). Working hours are as being there (expediente.c).
 */
#include "redistribuicao.h"

#include "access/xact.h"
#include "catalog/pg_type.h"
#include "funcapi.h"

#include "expediente.h"
#include "rodada.h"
#include "trava.h"

static bool rodada_tem_efeito(const Rodada *r);

/* ---- SQL faces ---- */

/*
 * crm.redistribuir_clientes() returns record shaped like crm.lotes
 *
 * Deals what is to be dealt, moving as few clients as possible.
 *
 * Errors: CR403 acesso_negado; 25001 unless READ COMMITTED.
 * Source: SPEC DIST-1..4, DIST-8.
 */
PG_FUNCTION_INFO_V1(crm_redistribuir_clientes);
Datum
crm_redistribuir_clientes(PG_FUNCTION_ARGS)
{
    identidade_exigir("distribuicao.executar");
    return lote_resultado(fcinfo,
                          distribuir("manual", DISTRIBUIR_DIFERENCA, false));
}

/*
 * crm.redistribuir_todos(incluir_fixados boolean) returns record shaped like
 * crm.lotes
 *
 * Frees all clients that were not contacted (pinned ones only when asked) and
 * deals them afresh. As they are free in between, all count as novas, none as
 * movimentos; de_vendedor_id of the new rows tells who held them.
 *
 * Errors: CR403 acesso_negado; 25001 unless READ COMMITTED.
 * Source: SPEC DIST-6.
 */
PG_FUNCTION_INFO_V1(crm_redistribuir_todos);
Datum
crm_redistribuir_todos(PG_FUNCTION_ARGS)
{
    bool fixados = PG_GETARG_BOOL(0);

    identidade_exigir("distribuicao.executar");
    return lote_resultado(fcinfo, distribuir("redistribuir_todos",
                                             fixados ? DISTRIBUIR_TUDO_E_FIXADOS
                                                     : DISTRIBUIR_TUDO,
                                             false));
}

/*
 * crm.distribuicao_travar() returns void
 *
 * For SQL functions that write vendedores or clientes first and distribute
 * later: call it before the first write, or two of them can deadlock.
 */
PG_FUNCTION_INFO_V1(crm_distribuicao_travar);
Datum
crm_distribuicao_travar(PG_FUNCTION_ARGS)
{
    distribuicao_travar();
    PG_RETURN_VOID();
}

/* ---- for other files ---- */

void
distribuicao_travar(void)
{
    if (IsolationUsesXactSnapshot())
        ereport(ERROR,
                (errcode(ERRCODE_ACTIVE_SQL_TRANSACTION),
                 errmsg("cannot distribute clients under this isolation level"),
                 errdetail("A distribution must see what was committed while it waited for its turn."),
                 errhint("Use READ COMMITTED.")));

    (void)trava_pegar(TRAVA_DISTRIBUICAO, 0, true);
}

int64
distribuir(const char *origem, DistribuirModo modo, bool se_mudar)
{
    Rodada r;
    instr_time inicio;
    Sistema salvo;

    distribuicao_travar();
    INSTR_TIME_SET_CURRENT(inicio);

    sistema_entrar(&salvo);
    SPI_connect();
    /* The run is one audited operation; its rows tell the details. */
    auditoria_suspender(true);

    expediente_atualizar();
    r = rodada_nova(modo);
    rodada_preparar(&r);
    rodada_reservar(&r);
    if (!se_mudar || rodada_tem_efeito(&r))
    {
        rodada_travar(&r);
        rodada_gravar(&r, origem, &inicio);
    }

    auditoria_suspender(false);
    SPI_finish();
    sistema_sair(&salvo);
    return r.lote;
}

Rodada
rodada_nova(DistribuirModo modo)
{
    const DateADT hoje = tempo_hoje();

    return (Rodada){.modo = modo,
                    .agora = tempo_agora(),
                    .hoje = hoje,
                    .de = hoje - config_janela()->fim,
                    .ate = hoje - config_janela()->inicio};
}

void
rodada_preparar(Rodada *r)
{
    rodada_ler(r);
    rodada_planejar(r);
    rodada_ler_excesso(r);
    rodada_repartir(r);
}

/* Is there anything to write? */
static bool
rodada_tem_efeito(const Rodada *r)
{
    return r->vencidas.n + r->livres.n + r->excesso.n > 0;
}

Datum
lote_resultado(FunctionCallInfo fcinfo, int64 lote)
{
    MemoryContext chamador = CurrentMemoryContext;
    TupleDesc forma;
    Datum linha;
    Datum valor = Int64GetDatum(lote);
    Oid tipo = INT8OID;
    Sistema salvo;

    if (get_call_result_type(fcinfo, NULL, &forma) != TYPEFUNC_COMPOSITE)
        elog(ERROR, "return type must be a row type");
    forma = BlessTupleDesc(forma);

    sistema_entrar(&salvo);
    SPI_connect();
    SPI_execute_with_args("SELECT id, quando, dia, origem, usuario_id,"
                          " vendedores, elegiveis, novas, movimentos,"
                          " limite_inferior, liberados, duracao_us"
                          " FROM crm.lotes WHERE id = $1",
                          1, &tipo, &valor, NULL, false, 1);
    if (SPI_processed != 1)
        elog(ERROR, "the run is not recorded");
    MemoryContextSwitchTo(chamador);
    linha = heap_copy_tuple_as_datum(SPI_tuptable->vals[0], forma);
    SPI_finish();
    sistema_sair(&salvo);
    return linha;
}
