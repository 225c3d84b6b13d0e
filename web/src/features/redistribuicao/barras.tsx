import Box from '@mui/material/Box';

import { t } from './textos';

const COR = { mais: 'var(--grafico-recuperado)', menos: 'var(--grafico-pendente)', igual: 'var(--cor-barra)' };

/**
 * Before (thin) and after (thick) on one scale: decoration, the numbers are
 * beside it.
 */
export function Barras({ antes, depois, maximo }: { antes: number; depois: number; maximo: number }) {
  const largura = (n: number) => `${maximo === 0 ? 0 : (n / maximo) * 100}%`;
  const cor = depois > antes ? COR.mais : depois < antes ? COR.menos : COR.igual;
  return (
    <Box aria-hidden sx={{ display: 'grid', gap: 0.375, minWidth: { xs: 90, md: 160 }, width: '100%' }}>
      <Box sx={{ height: 6, borderRadius: 1, bgcolor: 'var(--cor-neutro)', opacity: 0.45 }} style={{ width: largura(antes) }} />
      <Box sx={{ height: 10, borderRadius: 1, bgcolor: cor }} style={{ width: largura(depois) }} />
    </Box>
  );
}

export function Legenda() {
  return (
    <Box aria-hidden sx={{ display: 'flex', flexWrap: 'wrap', columnGap: 2, color: 'text.secondary', fontSize: '0.8125rem', alignItems: 'center' }}>
      <Chave altura={6} cor="var(--cor-neutro)" opaca={0.45} nome={t('redistribuicao.legendaAntes')} />
      <Chave altura={10} cor={COR.mais} nome={t('redistribuicao.legendaMais')} />
      <Chave altura={10} cor={COR.menos} nome={t('redistribuicao.legendaMenos')} />
      <Chave altura={10} cor={COR.igual} nome={t('redistribuicao.legendaIgual')} />
    </Box>
  );
}

function Chave({ altura, cor, opaca = 1, nome }: { altura: number; cor: string; opaca?: number; nome: string }) {
  return (
    <Box component="span" sx={{ display: 'inline-flex', alignItems: 'center', gap: 0.75 }}>
      <Box component="span" sx={{ width: 20, height: altura, borderRadius: 1, bgcolor: cor, opacity: opaca }} />
      {nome}
    </Box>
  );
}
