import { mdiCheck } from '@mdi/js';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import ButtonBase from '@mui/material/ButtonBase';
import Typography from '@mui/material/Typography';
import { useId, useState } from 'react';

import { Icone } from '../../components/icone';
import { SITUACOES, STATUS } from '../../lib/cliente';
import { inteiro } from '../../lib/formatos';
import { UFS } from '../../lib/ufs';
import type { Contagens, PesquisaPagina } from './api';
import { emVista } from './contagens';
import { alternar, type Busca } from './estado';
import { t } from './textos';

/** UFs shown before "all of them". */
const UFS_PRIMEIRAS = 6;

interface Props {
  facetas: PesquisaPagina['facetas'];
  busca: Busca;
  velha: boolean;
  aoMudar: (novos: Partial<Busca>) => void;
}

/** What was found, by category, with counts; a click filters. */
export function Categorias({ facetas, busca, velha, aoMudar }: Props) {
  return (
    <Box sx={{ display: 'grid', gap: 2.5, opacity: velha ? 0.6 : 1 }}>
      <Grupo
        titulo={t('pesquisa.situacao')}
        contagens={facetas.situacao}
        exatas={facetas.exatas}
        opcoes={SITUACOES.map((valor) => ({ valor, nome: t(`situacoes.${valor}`) }))}
        marcados={busca.situacao}
        aoAlternar={(valor) => aoMudar({ situacao: alternar(busca.situacao, valor, SITUACOES) })}
      />
      <Grupo
        titulo={t('pesquisa.status')}
        contagens={facetas.status}
        exatas={facetas.exatas}
        opcoes={STATUS.map((valor) => ({ valor, nome: t(`status.${valor}`) }))}
        marcados={busca.status}
        aoAlternar={(valor) => aoMudar({ status: alternar(busca.status, valor, STATUS) })}
      />
      <Grupo
        titulo={t('pesquisa.uf')}
        contagens={facetas.uf}
        exatas={facetas.exatas}
        opcoes={porContagem(facetas.uf, busca.uf)}
        marcados={busca.uf}
        primeiras={UFS_PRIMEIRAS}
        aoAlternar={(valor) => aoMudar({ uf: alternar(busca.uf, valor, UFS) })}
      />
    </Box>
  );
}

interface Opcao<T> {
  valor: T;
  nome: string;
}

interface GrupoProps<T extends string> {
  titulo: string;
  contagens: Contagens;
  exatas: boolean;
  opcoes: readonly Opcao<T>[];
  marcados: readonly T[];
  /** More than these are shown on request. */
  primeiras?: number;
  aoAlternar: (valor: T) => void;
}

function Grupo<T extends string>({ titulo, contagens, exatas, opcoes, marcados, primeiras, aoAlternar }: GrupoProps<T>) {
  const [todas, setTodas] = useState(false);
  const id = useId();
  const vivas = opcoes.filter((o) => emVista(o.valor, contagens, marcados, exatas));
  const corta = primeiras !== undefined && vivas.length > primeiras + 1;
  const mostradas = corta && !todas ? vivas.slice(0, primeiras) : vivas;
  const maior = Math.max(1, ...vivas.map((o) => contagens[o.valor] ?? 0));

  if (vivas.length === 0) return null;
  return (
    <Box role="group" aria-labelledby={id}>
      <Typography id={id} variant="body2" component="h2" color="textSecondary" sx={{ fontWeight: 600, mb: 0.5, px: 1 }}>
        {titulo}
      </Typography>
      {mostradas.map((o) => {
        const n = contagens[o.valor] ?? 0;
        const marcada = marcados.includes(o.valor);
        return (
          <ButtonBase
            key={o.valor}
            onClick={() => aoAlternar(o.valor)}
            aria-pressed={marcada}
            data-categoria={o.valor}
            data-n={n}
            sx={{
              position: 'relative',
              width: '100%',
              minHeight: 32,
              px: 1,
              gap: 0.75,
              borderRadius: 1,
              justifyContent: 'flex-start',
              textAlign: 'left',
              fontSize: '0.875rem',
              fontWeight: marcada ? 700 : 400,
              color: marcada ? 'var(--cor-contatado)' : 'text.primary',
              bgcolor: marcada ? 'var(--cor-contatado-fundo)' : undefined,
              '&:hover': { bgcolor: marcada ? 'var(--cor-contatado-fundo)' : 'action.hover' },
            }}
          >
            {marcada && <Icone d={mdiCheck} sx={{ fontSize: 18 }} />}
            <Box component="span" sx={{ flex: 1, minWidth: 0 }}>
              {o.nome}
            </Box>
            <Box component="span" sx={{ color: marcada ? 'inherit' : 'text.secondary' }}>
              {!exatas && n > 0 && (
                <>
                  <span aria-hidden>~</span>
                  <span className="so-leitor"> {t('pesquisa.cercaDe')} </span>
                </>
              )}
              {exatas || n > 0 ? inteiro(n) : t('pesquisa.poucos')}
            </Box>
            <Box component="span" aria-hidden style={{ width: `${(80 * n) / maior}%` }} sx={{ position: 'absolute', left: 8, bottom: 2, height: 2, borderRadius: 1, bgcolor: 'var(--cor-barra)' }} />
          </ButtonBase>
        );
      })}
      {corta && (
        <Button size="small" onClick={() => setTodas(!todas)} aria-expanded={todas} sx={{ mt: 0.5 }}>
          {todas ? t('pesquisa.menosUfs') : t('pesquisa.maisUfs')}
        </Button>
      )}
    </Box>
  );
}

/** UFs by count, the chosen ones first. */
function porContagem(contagens: Contagens, marcadas: readonly string[]) {
  return UFS.map((valor) => ({ valor, nome: valor })).sort(
    (a, b) => Number(marcadas.includes(b.valor)) - Number(marcadas.includes(a.valor)) || (contagens[b.valor] ?? 0) - (contagens[a.valor] ?? 0),
  );
}
