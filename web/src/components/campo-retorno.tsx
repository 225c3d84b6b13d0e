import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import { useMemo } from 'react';

import { t } from '../i18n/contato';
import { proximaSegunda, RETORNO_MAX, retornoValido, somarDias } from '../lib/retorno';
import { Campo } from './campo';

interface Props {
  /** YYYY-MM-DD, '' for none. */
  valor: string;
  hoje: string;
  mudar: (dia: string) => void;
}

/** A day to call again: quick choices, or any day by the browser's own picker. */
export function CampoRetorno({ valor, hoje, mudar }: Props) {
  const rapidas = useMemo(() => {
    const vistas = new Set<string>();
    return [
      { dia: '', nome: t('retorno.sem') },
      { dia: somarDias(hoje, 1), nome: t('retorno.amanha') },
      { dia: somarDias(hoje, 3), nome: t('retorno.em3') },
      { dia: proximaSegunda(hoje), nome: t('retorno.segunda') },
      { dia: somarDias(hoje, 15), nome: t('retorno.em15') },
    ].filter(({ dia }) => !vistas.has(dia) && vistas.add(dia));
  }, [hoje]);
  const errado = valor !== '' && !retornoValido(valor, hoje);

  return (
    <Box>
      <Box role="group" aria-label={t('retorno.atalhos')} sx={{ display: 'flex', flexWrap: 'wrap', gap: 0.75, mb: 1.5 }}>
        {rapidas.map(({ dia, nome }) => (
          <Button
            key={nome}
            size="small"
            variant={valor === dia ? 'contained' : 'outlined'}
            color={valor === dia ? 'primary' : 'inherit'}
            aria-pressed={valor === dia}
            data-retorno={dia}
            onClick={() => mudar(dia)}
            sx={{ borderRadius: 4, px: 1.25, borderColor: 'divider' }}
          >
            {nome}
          </Button>
        ))}
      </Box>
      <Campo
        nome="retornar_em"
        rotulo={t('retorno.rotulo')}
        type="date"
        notched
        labelVisivel
        value={valor}
        onChange={(e) => mudar(e.target.value)}
        inputProps={{ min: hoje, max: somarDias(hoje, RETORNO_MAX) }}
        erro={errado ? t('retorno.invalido') : undefined}
        dica={t('retorno.dica')}
      />
    </Box>
  );
}
