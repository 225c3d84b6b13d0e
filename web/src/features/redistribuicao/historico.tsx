import { mdiUndoVariant } from '@mdi/js';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import FormControlLabel from '@mui/material/FormControlLabel';
import Switch from '@mui/material/Switch';
import Typography from '@mui/material/Typography';

import { Carregando } from '../../components/carregando';
import { Falha } from '../../components/falha';
import { Icone } from '../../components/icone';
import { Paginacao } from '../../components/paginacao';
import { Tabela, type Coluna } from '../../components/tabela';
import { Vazio } from '../../components/vazio';
import { useFiltrosUrl } from '../../lib/filtros-url';
import { dataHora, inteiro } from '../../lib/formatos';
import { useRedistribuicoesQuery, type Lote } from './api';
import { t, tSeHouver } from './textos';

const POR_PAGINA = 10;

/** What was dealt and moved before, with the undo while it lasts; not of `desfeito`, which is being taken back. */
export function Historico({ podeDesfazer, desfeito, aoDesfazer }: { podeDesfazer: boolean; desfeito: number | undefined; aoDesfazer: (lote: number) => void }) {
  const { ler, lerNumero, mudar } = useFiltrosUrl();
  const todas = ler('todas') === 'sim';
  const consulta = useRedistribuicoesQuery({ page: lerNumero('page'), size: POR_PAGINA, todas: todas || undefined });

  return (
    <Box component="section" aria-labelledby="historico">
      <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', justifyContent: 'space-between', mb: 1 }}>
        <Typography variant="h2" id="historico">
          {t('redistribuicao.historico')}
        </Typography>
        <FormControlLabel control={<Switch checked={todas} onChange={(_, sim) => mudar({ todas: sim ? 'sim' : undefined })} />} label={t('redistribuicao.todas')} />
      </Box>
      {consulta.error ? (
        <Falha erro={consulta.error} tentar={() => void consulta.refetch()} />
      ) : consulta.data === undefined ? (
        <Carregando quantos={4} />
      ) : consulta.data.lotes.length === 0 ? (
        <Vazio titulo={t('redistribuicao.historicoVazio')} texto={t('redistribuicao.historicoVazioTexto')} />
      ) : (
        <>
          <Tabela legenda={t('redistribuicao.historico')} colunas={colunas(podeDesfazer, desfeito, aoDesfazer)} linhas={consulta.data.lotes} chave={(l) => l.id} />
          <Paginacao page={consulta.data.page} pages={consulta.data.pages} aoMudar={(page) => mudar({ page })} />
        </>
      )}
    </Box>
  );
}

function colunas(podeDesfazer: boolean, desfeito: number | undefined, aoDesfazer: (lote: number) => void): readonly Coluna<Lote>[] {
  return [
    { id: 'oque', titulo: t('redistribuicao.oque'), principal: true, valor: (l) => (l.desfaz !== null ? t('redistribuicao.desfaz', { id: l.desfaz }) : (tSeHouver(`redistribuicao.origens.${l.origem}`) ?? l.origem)) },
    { id: 'quando', titulo: t('redistribuicao.quando'), valor: (l) => dataHora(l.quando) },
    { id: 'quem', titulo: t('redistribuicao.quem'), valor: (l) => l.quem?.nome ?? t('redistribuicao.sistema') },
    { id: 'novas', titulo: t('redistribuicao.novas'), numero: true, valor: (l) => inteiro(l.novas) },
    {
      id: 'trocaram',
      titulo: t('redistribuicao.trocaram'),
      numero: true,
      // Who deals all again does not ask for the fewest.
      valor: (l) => (l.origem === 'redistribuir_todos' ? inteiro(l.trocaram) : t('redistribuicao.minimo', { n: inteiro(l.trocaram), m: inteiro(l.limite_inferior) })),
    },
    { id: 'liberados', titulo: t('redistribuicao.liberados'), numero: true, valor: (l) => inteiro(l.liberados) },
    {
      id: 'acoes',
      titulo: t('redistribuicao.acoes'),
      acoes: true,
      valor: (l) =>
        l.desfeito_por !== null ? (
          <Typography component="span" variant="body2" color="textSecondary">
            {t('redistribuicao.desfeitoPor', { id: l.desfeito_por })}
          </Typography>
        ) : (
          l.pode_desfazer &&
          podeDesfazer && (
            <Button size="small" startIcon={<Icone d={mdiUndoVariant} />} aria-label={t('redistribuicao.desfazerDe', { id: l.id })} data-desfazer={l.id} disabled={l.id === desfeito} onClick={() => aoDesfazer(l.id)}>
              {t('redistribuicao.desfazer')}
            </Button>
          )
        ),
    },
  ];
}
