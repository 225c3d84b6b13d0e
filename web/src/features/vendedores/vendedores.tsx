import { mdiCalendarStar, mdiPencilOutline, mdiShuffleVariant, mdiViewWeekOutline } from '@mdi/js';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import IconButton from '@mui/material/IconButton';
import Link from '@mui/material/Link';
import { Link as Rota } from 'wouter';

import { Carregando } from '../../components/carregando';
import { Cifra, Cifras } from '../../components/cifras';
import { Falha } from '../../components/falha';
import { Icone } from '../../components/icone';
import { Largo, SO_ICONE } from '../../components/largo';
import { Pagina } from '../../components/pagina';
import { foraDoExpediente, Presenca } from '../../components/presenca';
import { Tabela, type Coluna } from '../../components/tabela';
import { Vazio } from '../../components/vazio';
import { plural } from '../../i18n/textos';
import { pode, useUsuario } from '../../lib/eu';
import { useFiltrosUrl } from '../../lib/filtros-url';
import { inteiro, moedaCurta } from '../../lib/formatos';
import { useVendedoresQuery, type ResumoVendedores, type Vendedor } from '../../lib/vendedores';
import { FeriadosDialogo } from './feriados';
import { t } from './textos';
import { ABAS, VendedorDialogo } from './vendedor-dialogo';

/** Being absent comes with time, without an event, ms. */
const SONDAGEM_MS = 30_000;

/** Sellers live: who is here, who works now, how much each holds. */
export function Vendedores() {
  const eu = useUsuario();
  const podeConfigurar = pode(eu, 'vendedor.configurar');
  const { ler, lerNumero, mudar } = useFiltrosUrl();
  const consulta = useVendedoresQuery(undefined, { pollingInterval: SONDAGEM_MS, skipPollingIfUnfocused: true });
  const { resumo, vendedores: lista } = consulta.data ?? {};
  const editado = podeConfigurar ? lista?.find((v) => v.id === lerNumero('vendedor')) : undefined;
  const aba = ABAS.find((a) => a === ler('aba')) ?? 'distribuicao';

  return (
    <Pagina
      titulo={t('vendedores.titulo')}
      acoes={
        <>
          <Button startIcon={<Icone d={mdiCalendarStar} />} aria-label={t('vendedores.feriados')} sx={SO_ICONE} onClick={() => mudar({ feriados: 'sim' })} data-feriados="">
            <Largo>{t('vendedores.feriados')}</Largo>
          </Button>
          <Button component={Rota} href="/quadro" startIcon={<Icone d={mdiViewWeekOutline} />} aria-label={t('vendedores.quadro')} sx={SO_ICONE}>
            <Largo>{t('vendedores.quadro')}</Largo>
          </Button>
          <Button component={Rota} href="/redistribuicao" variant="contained" startIcon={<Icone d={mdiShuffleVariant} />}>
            {t('vendedores.redistribuir')}
          </Button>
        </>
      }
    >
      {consulta.error && lista === undefined ? (
        <Falha erro={consulta.error} tentar={() => void consulta.refetch()} />
      ) : lista === undefined || resumo === undefined ? (
        <Carregando />
      ) : lista.length === 0 ? (
        <Vazio
          titulo={t('vendedores.vazio')}
          texto={t('vendedores.vazioTexto')}
          acao={
            pode(eu, 'usuario.gerir') && (
              <Button variant="contained" component={Rota} href="/usuarios">
                {t('vendedores.criar')}
              </Button>
            )
          }
        />
      ) : (
        <>
          <Resumo resumo={resumo} />
          <Tabela legenda={t('vendedores.titulo')} colunas={colunas(podeConfigurar ? (v) => mudar({ vendedor: v.id, aba: undefined }) : undefined)} linhas={lista} chave={(v) => v.id} />
        </>
      )}
      {editado && (
        <VendedorDialogo
          key={editado.id}
          vendedor={editado}
          aba={aba}
          aoMudarAba={(nova) => mudar({ aba: nova === 'distribuicao' ? undefined : nova })}
          aoFechar={() => mudar({ vendedor: undefined, aba: undefined })}
        />
      )}
      {ler('feriados') === 'sim' && <FeriadosDialogo podeMudar={podeConfigurar} aoFechar={() => mudar({ feriados: undefined })} />}
    </Pagina>
  );
}

function Resumo({ resumo: r }: { resumo: ResumoVendedores }) {
  return (
    <Cifras legenda={t('vendedores.resumo')}>
      <Cifra nome={t('vendedores.online')} valor={`${inteiro(r.online)} / ${inteiro(r.total)}`} detalhe={r.ausentes > 0 ? plural(r.ausentes, t('vendedores.ausente'), t('vendedores.ausentes')) : undefined} />
      <Cifra nome={t('vendedores.disponiveis')} valor={inteiro(r.disponiveis)} detalhe={t('vendedores.disponiveisDetalhe')} />
      <Cifra nome={t('vendedores.pendentes')} valor={inteiro(r.pendentes)} />
      <Cifra nome={t('vendedores.valorPendente')} valor={moedaCurta(r.valor_pendente)} />
    </Cifras>
  );
}

function colunas(editar: ((v: Vendedor) => void) | undefined): readonly Coluna<Vendedor>[] {
  return [
    {
      id: 'nome',
      titulo: t('lista.vendedor'),
      principal: true,
      valor: (v) => (
        <Link component={Rota} href={`/carteira/${v.id}`} sx={{ fontWeight: 600 }}>
          {v.nome}
        </Link>
      ),
    },
    { id: 'presenca', titulo: t('vendedores.agora'), valor: (v) => <Agora vendedor={v} /> },
    { id: 'pendentes', titulo: t('vendedores.pendentes'), numero: true, valor: (v) => <Carga vendedor={v} /> },
    { id: 'contatados', titulo: t('vendedores.contatados'), numero: true, valor: (v) => inteiro(v.contatados) },
    { id: 'valor', titulo: t('vendedores.valorPendente'), numero: true, valor: (v) => moedaCurta(v.valor_pendente) },
    { id: 'peso', titulo: t('vendedores.peso'), numero: true, valor: (v) => inteiro(v.peso) },
    { id: 'jornada', titulo: t('vendedores.jornada'), valor: (v) => v.jornada_resumo ?? <Sutil>{t('vendedores.sempre')}</Sutil> },
    { id: 'participa', titulo: t('vendedores.participa'), valor: (v) => t(v.participa_distribuicao ? 'comum.sim' : 'comum.nao') },
    ...(editar
      ? [
          {
            id: 'acoes',
            titulo: t('lista.acoes'),
            acoes: true,
            valor: (v: Vendedor) => (
              <IconButton aria-label={t('vendedores.editarDe', { nome: v.nome })} onClick={() => editar(v)}>
                <Icone d={mdiPencilOutline} />
              </IconButton>
            ),
          },
        ]
      : []),
  ];
}

/** Presence, and why the seller gets nothing now. */
function Agora({ vendedor: v }: { vendedor: Vendedor }) {
  const fora = foraDoExpediente(v);
  return (
    <Box component="span" data-presenca={v.online ? (v.ausente ? 'ausente' : 'online') : 'offline'} sx={{ display: 'inline-flex', flexWrap: 'wrap', columnGap: 1 }}>
      <Presenca vendedor={v} />
      {fora && <Sutil>{fora}</Sutil>}
    </Box>
  );
}

/** What is held of the capacity. */
function Carga({ vendedor: v }: { vendedor: Vendedor }) {
  const n = v.a_contatar;
  return (
    <Box component="span" sx={{ display: 'inline-block', textAlign: 'right', minWidth: 90 }}>
      {v.capacidade === null ? inteiro(n) : t('vendedores.capacidadeUso', { n: inteiro(n), max: inteiro(v.capacidade) })}
      {v.fixados > 0 && <Sutil> · {plural(v.fixados, t('vendedores.fixado'), t('vendedores.fixados'))}</Sutil>}
      {v.capacidade !== null && (
        <Box component="span" aria-hidden sx={{ display: 'block', height: 4, borderRadius: 1, bgcolor: 'var(--cor-neutro-fundo)', mt: 0.25, overflow: 'hidden' }}>
          <Box component="span" sx={{ display: 'block', height: '100%', bgcolor: n >= v.capacidade ? 'var(--cor-alerta)' : 'var(--grafico-contatado)' }} style={{ width: `${v.capacidade === 0 ? 100 : Math.min(100, (n / v.capacidade) * 100)}%` }} />
        </Box>
      )}
    </Box>
  );
}

function Sutil({ children }: { children: React.ReactNode }) {
  return (
    <Box component="span" sx={{ color: 'text.secondary', fontSize: '0.875rem' }}>
      {children}
    </Box>
  );
}
