import { mdiArrowDown, mdiArrowUp, mdiSort } from '@mdi/js';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import IconButton from '@mui/material/IconButton';
import Menu from '@mui/material/Menu';
import MenuItem from '@mui/material/MenuItem';
import { useId, useState } from 'react';

import { t } from '../i18n/ordem';
import { Icone } from './icone';

export interface Ordem<C extends string = string> {
  chave: C;
  desc: boolean;
}

interface Props<C extends string> {
  opcoes: readonly { chave: C; nome: string }[];
  ordem: Ordem<C>;
  /** No direction to choose. */
  fixa?: boolean;
  aoMudar: (chave: C) => void;
  aoInverter: () => void;
}

/** Order of a list where there are no column headers. */
export function MenuOrdem<C extends string>({ opcoes, ordem, fixa = false, aoMudar, aoInverter }: Props<C>) {
  const [ancora, setAncora] = useState<HTMLElement | null>(null);
  const id = useId();
  const direcao = t(ordem.desc ? 'ordem.decrescente' : 'ordem.crescente');
  return (
    <Box sx={{ display: 'inline-flex', alignItems: 'center' }}>
      <Button size="small" color="inherit" startIcon={<Icone d={mdiSort} />} aria-haspopup="menu" aria-expanded={ancora !== null} aria-controls={ancora ? id : undefined} onClick={(e) => setAncora(e.currentTarget)} data-ordem={ordem.chave}>
        <span className="so-leitor">{t('ordem.rotulo')}: </span>
        {opcoes.find((o) => o.chave === ordem.chave)?.nome ?? t('ordem.rotulo')}
      </Button>
      {!fixa && (
        <IconButton size="small" aria-label={`${t('ordem.inverter')} (${direcao})`} onClick={aoInverter}>
          <Icone d={ordem.desc ? mdiArrowDown : mdiArrowUp} fontSize="small" />
        </IconButton>
      )}
      <Menu id={id} anchorEl={ancora} open={ancora !== null} onClose={() => setAncora(null)}>
        {opcoes.map((o) => (
          <MenuItem
            key={o.chave}
            role="menuitemradio"
            aria-checked={o.chave === ordem.chave}
            selected={o.chave === ordem.chave}
            onClick={() => {
              setAncora(null);
              aoMudar(o.chave);
            }}
          >
            {o.nome}
          </MenuItem>
        ))}
      </Menu>
    </Box>
  );
}
