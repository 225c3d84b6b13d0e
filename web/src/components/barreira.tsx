import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { Component, type ReactNode } from 'react';

import { t } from '../i18n/pt-br';
import { porQueParou } from '../lib/parou';

const TEXTOS = { quebrou: 'erros.quebrouTexto', faltou: 'erros.faltou', faltouSemRede: 'erros.faltouSemRede' } as const;

interface Props {
  children: ReactNode;
  /** A new value (the address) clears the failure. */
  chave?: string;
}

interface Falhou {
  erro?: unknown;
  chave?: string;
}

/** Catches what breaks while drawing, also a chunk that a new version replaced. */
export class Barreira extends Component<Props, Falhou> {
  override state: Falhou = { chave: this.props.chave };

  static getDerivedStateFromError(erro: unknown): Falhou {
    return { erro };
  }

  static getDerivedStateFromProps(props: Props, estado: Falhou): Falhou | null {
    return props.chave === estado.chave ? null : { erro: undefined, chave: props.chave };
  }

  override render() {
    if (this.state.erro === undefined) return this.props.children;
    const parada = porQueParou(this.state.erro, navigator.onLine);
    return (
      <Box role="alert" sx={{ p: 4, textAlign: 'center' }}>
        <Typography variant="h1" sx={{ mb: 1 }}>
          {t(parada === 'faltouSemRede' ? 'erros.semRede' : 'erros.quebrou')}
        </Typography>
        <Typography sx={{ mb: 2 }}>{t(TEXTOS[parada])}</Typography>
        <Button variant="contained" onClick={() => window.location.reload()}>
          {t('comum.recarregar')}
        </Button>
      </Box>
    );
  }
}
