import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';

import { Cifra, Cifras } from '../../components/cifras';
import { Tabela, type Coluna } from '../../components/tabela';
import { inteiro, moedaCurta } from '../../lib/formatos';
import type { Efeito as Dados, EfeitoPeriodo } from './api';
import { t } from './textos';

/** Who would enter and leave, and how the periods would fill, before anything is stored. */
export function Efeito({ dados, nomes }: { dados: Dados; nomes: Record<string, string> }) {
  const colunas: readonly Coluna<EfeitoPeriodo>[] = [
    { id: 'periodo', titulo: t('configuracoes.periodo'), principal: true, valor: (p) => nomes[p.periodo] ?? p.periodo },
    { id: 'agora', titulo: t('configuracoes.agora'), numero: true, valor: (p) => inteiro(p.antes) },
    { id: 'depois', titulo: t('configuracoes.depois'), numero: true, valor: (p) => inteiro(p.depois) },
    { id: 'diferenca', titulo: t('configuracoes.diferenca'), numero: true, valor: (p) => comSinal(p.diferenca) },
  ];
  const nada = dados.periodos.every((p) => p.antes === p.depois);
  return (
    <Box component="section" data-efeito aria-label={t('configuracoes.efeito')} sx={{ gridColumn: '1 / -1', mt: 1 }}>
      <Typography variant="h3" component="h3" sx={{ mb: 1 }}>
        {t('configuracoes.efeito')}
      </Typography>
      {nada ? (
        <Alert severity="info">{t('configuracoes.semEfeito')}</Alert>
      ) : (
        <>
          <Cifras legenda={t('configuracoes.efeito')}>
            <Cifra nome={t('configuracoes.elegiveis')} valor={<span data-efeito-elegiveis>{inteiro(dados.elegiveis_depois)}</span>} detalhe={t('configuracoes.eram', { n: inteiro(dados.elegiveis_antes) })} />
            <Cifra nome={t('configuracoes.entram')} valor={<span data-efeito-entram>{inteiro(dados.entram)}</span>} />
            <Cifra nome={t('configuracoes.saem')} valor={<span data-efeito-saem>{inteiro(dados.saem)}</span>} detalhe={dados.saem_da_carteira > 0 ? t('configuracoes.daCarteira', { n: inteiro(dados.saem_da_carteira) }) : undefined} />
            <Cifra nome={t('configuracoes.valor')} valor={moedaCurta(dados.valor_depois)} detalhe={t('configuracoes.eram', { n: moedaCurta(dados.valor_antes) })} />
          </Cifras>
          <Tabela legenda={t('configuracoes.efeito')} colunas={colunas} linhas={dados.periodos} chave={(p) => p.periodo} />
        </>
      )}
    </Box>
  );
}

function comSinal(n: number): string {
  return n === 0 ? '0' : `${n > 0 ? '+' : '−'}${inteiro(Math.abs(n))}`;
}
