import { mdiAccountArrowRightOutline, mdiAccountOffOutline, mdiCardAccountDetailsOutline } from '@mdi/js';
import Divider from '@mui/material/Divider';
import Drawer from '@mui/material/Drawer';
import ListItemIcon from '@mui/material/ListItemIcon';
import ListItemText from '@mui/material/ListItemText';
import ListSubheader from '@mui/material/ListSubheader';
import Menu from '@mui/material/Menu';
import MenuItem from '@mui/material/MenuItem';
import MenuList from '@mui/material/MenuList';
import useMediaQuery from '@mui/material/useMediaQuery';

import { Icone } from '../../components/icone';
import { Presenca } from '../../components/presenca';
import { plural } from '../../i18n/textos';
import { inteiro } from '../../lib/formatos';
import type { Vendedor } from '../../lib/vendedores';
import { t } from './textos';
import type { Cartao } from './tipos';

interface Props {
  /** The cards meant; one may have its record opened. */
  aberto: { cartoes: readonly Cartao[]; ancora: HTMLElement };
  vendedores: readonly Vendedor[];
  podeMover: boolean;
  aoFechar: () => void;
  aoEscolher: (cartoes: readonly Cartao[], vendedor: Vendedor | null) => void;
  aoAbrirFicha: (cartao: Cartao) => void;
}

/** "Mover para…": a menu beside the card, a sheet at the bottom on touch. */
export function MenuMover({ aberto, vendedores, podeMover, aoFechar, aoEscolher, aoAbrirFicha }: Props) {
  const toque = useMediaQuery('(pointer: coarse)', { noSsr: true });
  const { cartoes, ancora } = aberto;
  const um = cartoes.length === 1 ? cartoes[0] : undefined;
  const rotulo = um ? t('quadro.moverUm', { nome: um.nome }) : t('quadro.moverN', { n: inteiro(cartoes.length) });

  const itens = [
    um && (
      <MenuItem key="ficha" onClick={() => aoAbrirFicha(um)}>
        <ListItemIcon>
          <Icone d={mdiCardAccountDetailsOutline} fontSize="small" />
        </ListItemIcon>
        <ListItemText primary={t('quadro.abrirFicha')} />
      </MenuItem>
    ),
    podeMover && (
      <MenuItem key="liberar" data-para="" disabled={cartoes.every((c) => c.vendedor_atribuido === null)} onClick={() => aoEscolher(cartoes, null)}>
        <ListItemIcon>
          <Icone d={mdiAccountOffOutline} fontSize="small" />
        </ListItemIcon>
        <ListItemText primary={t('quadro.liberar')} />
      </MenuItem>
    ),
    podeMover && <Divider key="linha" component="li" role="separator" />,
    ...(podeMover ? vendedores : []).map((v) => {
      const ja = cartoes.every((c) => c.vendedor_atribuido?.id === v.id && c.fixado && !c.contatado);
      return (
        <MenuItem key={v.id} data-para={v.id} disabled={ja} onClick={() => aoEscolher(cartoes, v)} sx={{ gap: 1, whiteSpace: 'normal' }}>
          <ListItemIcon>
            <Icone d={mdiAccountArrowRightOutline} fontSize="small" />
          </ListItemIcon>
          <ListItemText primary={v.nome} secondary={ja ? t('quadro.jaEsta') : t('quadro.contas', { pendentes: inteiro(v.a_contatar), contatados: plural(v.contatados, t('quadro.umContatado'), t('quadro.contatados')) })} />
          <Presenca vendedor={v} />
        </MenuItem>
      );
    }),
  ];

  if (toque) {
    return (
      <Drawer anchor="bottom" open onClose={aoFechar} slotProps={{ paper: { 'aria-label': rotulo, sx: { maxHeight: '75dvh' } } }}>
        <MenuList autoFocusItem aria-label={rotulo} subheader={<ListSubheader component="li" role="presentation">{rotulo}</ListSubheader>}>
          {itens}
        </MenuList>
      </Drawer>
    );
  }
  return (
    <Menu open anchorEl={ancora} onClose={aoFechar} slotProps={{ list: { 'aria-label': rotulo }, paper: { sx: { maxHeight: 420, minWidth: 280 } } }}>
      {itens}
    </Menu>
  );
}
