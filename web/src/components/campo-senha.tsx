import { mdiEyeOffOutline, mdiEyeOutline } from '@mdi/js';
import IconButton from '@mui/material/IconButton';
import InputAdornment from '@mui/material/InputAdornment';
import { useState, type KeyboardEvent, type Ref } from 'react';

import { t } from '../i18n/pt-br';
import { Campo } from './campo';
import { Icone } from './icone';

interface Props {
  nome: string;
  rotulo: string;
  valor: string;
  aoMudar: (valor: string) => void;
  /** Tells password managers what this is. */
  tipo: 'current-password' | 'new-password';
  erro?: string;
  dica?: string;
  entrada?: Ref<HTMLInputElement>;
}

/** A password: show/hide, and a hint while Caps Lock is on. */
export function CampoSenha({ nome, rotulo, valor, aoMudar, tipo, erro, dica, entrada }: Props) {
  const [visivel, setVisivel] = useState(false);
  const [caps, setCaps] = useState(false);
  const conferir = (evento: KeyboardEvent) => setCaps(evento.getModifierState('CapsLock'));

  return (
    <Campo
      nome={nome}
      rotulo={rotulo}
      type={visivel ? 'text' : 'password'}
      value={valor}
      onChange={(e) => aoMudar(e.target.value)}
      onKeyDown={conferir}
      onKeyUp={conferir}
      onBlur={() => setCaps(false)}
      autoComplete={tipo}
      erro={erro}
      dica={caps ? t('login.caps') : dica}
      dicaViva={caps}
      inputRef={entrada}
      inputProps={{ maxLength: 1024, autoCapitalize: 'off', spellCheck: false }}
      endAdornment={
        <InputAdornment position="end">
          <IconButton
            edge="end"
            onClick={() => setVisivel(!visivel)}
            aria-label={t(visivel ? 'login.esconder' : 'login.mostrar')}
            aria-pressed={visivel}
          >
            <Icone d={visivel ? mdiEyeOffOutline : mdiEyeOutline} />
          </IconButton>
        </InputAdornment>
      }
    />
  );
}
