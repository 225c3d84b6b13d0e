import FormControlLabel from '@mui/material/FormControlLabel';
import Paper from '@mui/material/Paper';
import Switch from '@mui/material/Switch';
import ToggleButton from '@mui/material/ToggleButton';
import ToggleButtonGroup from '@mui/material/ToggleButtonGroup';
import Typography from '@mui/material/Typography';
import Box from '@mui/material/Box';
import { useColorScheme } from '@mui/material/styles';
import { useState, type ReactNode } from 'react';

import { FormSenha } from '../../components/form-senha';
import { Pagina } from '../../components/pagina';
import { Sessoes } from '../../components/sessoes';
import { atalhosLigados, ligarAtalhos } from '../../lib/atalhos';
import { avisar } from '../../lib/aviso';
import { useUsuario } from '../../lib/eu';
import { useDespacho } from '../../lib/store';
import { t } from './textos';

/** The own account: data, password, sessions, theme. */
export function Conta() {
  const eu = useUsuario();
  const despachar = useDespacho();
  return (
    <Pagina titulo={t('conta.titulo')} largura="estreita">
      <Secao titulo={t('conta.dados')}>
        <Box component="dl" sx={{ m: 0, display: 'grid', gridTemplateColumns: 'auto minmax(0, 1fr)', columnGap: 3, rowGap: 0.75 }}>
          <Dado nome={t('conta.nome')} valor={eu.nome} />
          <Dado nome={t('conta.email')} valor={eu.email} />
          <Dado nome={t('conta.papel')} valor={t(`papeis.${eu.papel}`)} />
        </Box>
      </Secao>
      <Secao titulo={t('conta.aparencia')}>
        <Tema />
        <Atalhos />
      </Secao>
      <Secao titulo={t('conta.senhaTitulo')} texto={t('conta.senhaTexto')}>
        <FormSenha aoTrocar={() => despachar(avisar(t('senha.trocada')))} />
      </Secao>
      <Secao titulo={t('conta.sessoes')} texto={t('conta.sessoesTexto')}>
        <Sessoes />
      </Secao>
    </Pagina>
  );
}

function Secao({ titulo, texto, children }: { titulo: string; texto?: string; children: ReactNode }) {
  return (
    <Paper component="section" variant="outlined" sx={{ p: { xs: 2, sm: 3 }, mb: 2 }}>
      <Typography variant="h2" sx={{ mb: texto ? 0.5 : 1.5 }}>
        {titulo}
      </Typography>
      {texto && (
        <Typography color="textSecondary" sx={{ mb: 2 }}>
          {texto}
        </Typography>
      )}
      {children}
    </Paper>
  );
}

function Dado({ nome, valor }: { nome: string; valor: string }) {
  return (
    <>
      <Typography component="dt" color="textSecondary">
        {nome}
      </Typography>
      <Typography component="dd" sx={{ m: 0 }}>
        {valor}
      </Typography>
    </>
  );
}

/** Automatic, light or dark; kept in this browser. */
function Tema() {
  const { mode, setMode } = useColorScheme();
  return (
    <ToggleButtonGroup
      exclusive
      value={mode ?? 'system'}
      onChange={(_, novo: 'system' | 'light' | 'dark' | null) => {
        if (novo !== null) setMode(novo);
      }}
      aria-label={t('comum.tema')}
      size="small"
    >
      <ToggleButton value="system">{t('comum.temaSistema')}</ToggleButton>
      <ToggleButton value="light">{t('comum.temaClaro')}</ToggleButton>
      <ToggleButton value="dark">{t('comum.temaEscuro')}</ToggleButton>
    </ToggleButtonGroup>
  );
}

/** Shortcuts of a single letter, on or off; kept in this browser. */
function Atalhos() {
  const [ligados, setLigados] = useState(atalhosLigados);
  return (
    <Box sx={{ mt: 2 }}>
      <FormControlLabel
        control={
          <Switch
            checked={ligados}
            onChange={(_, sim) => {
              ligarAtalhos(sim);
              setLigados(sim);
            }}
            slotProps={{ input: { 'aria-describedby': 'atalhos-texto' } }}
          />
        }
        label={t('conta.atalhos')}
      />
      <Typography id="atalhos-texto" variant="body2" color="textSecondary">
        {t('conta.atalhosTexto')}
      </Typography>
    </Box>
  );
}
