import { mdiArrowRight } from '@mdi/js';
import Drawer from '@mui/material/Drawer';
import ListItemIcon from '@mui/material/ListItemIcon';
import ListItemText from '@mui/material/ListItemText';
import ListSubheader from '@mui/material/ListSubheader';
import Menu from '@mui/material/Menu';
import MenuItem from '@mui/material/MenuItem';
import MenuList from '@mui/material/MenuList';
import useMediaQuery from '@mui/material/useMediaQuery';

import { Icone } from '../../components/icone';
import { podeMover } from './quadro';
import { t } from './textos';
import { COLUNAS, type ClienteCarteira, type NomeColuna } from './tipos';

interface Props {
  aberto?: { cliente: ClienteCarteira; ancora: HTMLElement };
  titulos: Record<NomeColuna, string>;
  podeMarcar: boolean;
  aoFechar: () => void;
  aoEscolher: (cliente: ClienteCarteira, para: NomeColuna) => void;
}

/** "Mover para…": a menu beside the card, a sheet at the bottom on touch. */
export function MenuMover({ aberto, titulos, podeMarcar, aoFechar, aoEscolher }: Props) {
  const toque = useMediaQuery('(pointer: coarse)', { noSsr: true });
  if (aberto === undefined) return null;
  const { cliente, ancora } = aberto;
  const rotulo = t('carteira.mais', { nome: cliente.nome });

  const itens = COLUNAS.map((para) => (
    <MenuItem key={para} disabled={!podeMarcar || !podeMover(cliente.coluna, para)} onClick={() => aoEscolher(cliente, para)} data-para={para}>
      <ListItemIcon>
        <Icone d={mdiArrowRight} fontSize="small" />
      </ListItemIcon>
      <ListItemText primary={titulos[para]} secondary={motivo(cliente.coluna, para)} />
    </MenuItem>
  ));

  if (toque) {
    return (
      <Drawer anchor="bottom" open onClose={aoFechar} slotProps={{ paper: { 'aria-label': rotulo } }}>
        <MenuList autoFocusItem aria-label={rotulo} subheader={<ListSubheader component="li" role="presentation">{rotulo}</ListSubheader>}>
          {itens}
        </MenuList>
      </Drawer>
    );
  }
  return (
    <Menu open anchorEl={ancora} onClose={aoFechar} slotProps={{ list: { 'aria-label': rotulo } }}>
      {itens}
    </Menu>
  );
}

/** Why a column cannot be chosen. */
function motivo(de: NomeColuna, para: NomeColuna): string | undefined {
  if (de === para) return t('carteira.jaEsta');
  if (para === 'recuperado') return t('carteira.soPedido');
  return undefined;
}
