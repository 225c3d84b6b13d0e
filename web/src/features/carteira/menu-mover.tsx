import { mdiAccountDetailsOutline, mdiArrowLeft, mdiArrowRight, mdiCalendarClock, mdiHelpCircleOutline } from '@mdi/js';
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
import { podeMover, type Quem } from './movimento';
import { t } from './textos';
import { COLUNAS, type ClienteCarteira, type NomeColuna } from './tipos';

/** What a card offers besides moving. */
export type AcaoDoCartao = 'abrir' | 'passo' | 'porque';

interface Props {
  aberto: { cliente: ClienteCarteira; ancora: HTMLElement };
  titulos: Record<NomeColuna, string>;
  quem: Quem;
  podeMarcar: boolean;
  aoFechar: () => void;
  aoEscolher: (cliente: ClienteCarteira, para: NomeColuna) => void;
  aoAgir: (cliente: ClienteCarteira, acao: AcaoDoCartao) => void;
}

/** "Mover para…" and the rest: a menu beside the card, a sheet at the bottom on touch. */
export function MenuMover({ aberto, titulos, quem, podeMarcar, aoFechar, aoEscolher, aoAgir }: Props) {
  const toque = useMediaQuery('(pointer: coarse)', { noSsr: true });
  const { cliente, ancora } = aberto;
  const rotulo = t('carteira.mais', { nome: cliente.nome });

  const acao = (qual: AcaoDoCartao, icone: string, texto: string) => (
    <MenuItem key={qual} onClick={() => aoAgir(cliente, qual)} data-acao={qual}>
      <ListItemIcon>
        <Icone d={icone} fontSize="small" />
      </ListItemIcon>
      <ListItemText primary={texto} />
    </MenuItem>
  );
  const itens = [
    <ListSubheader key="titulo" component="li" role="presentation" sx={{ lineHeight: 2.4, bgcolor: 'transparent' }}>
      {t('carteira.moverPara')}
    </ListSubheader>,
    ...COLUNAS.map((para) => (
      <MenuItem key={para} disabled={!podeMarcar || !podeMover(cliente, para, quem)} onClick={() => aoEscolher(cliente, para)} data-para={para}>
        <ListItemIcon>
          <Icone d={COLUNAS.indexOf(para) < COLUNAS.indexOf(cliente.coluna) ? mdiArrowLeft : mdiArrowRight} fontSize="small" />
        </ListItemIcon>
        <ListItemText primary={titulos[para]} secondary={motivo(cliente, para, quem)} />
      </MenuItem>
    )),
    <Divider key="linha" component="li" />,
    ...(podeMarcar && cliente.coluna !== 'recuperado' ? [acao('passo', mdiCalendarClock, t('passo.acao'))] : []),
    acao('abrir', mdiAccountDetailsOutline, t('carteira.abrir')),
    acao('porque', mdiHelpCircleOutline, t('porQue.acao')),
  ];

  if (toque) {
    return (
      <Drawer anchor="bottom" open onClose={aoFechar} slotProps={{ paper: { role: 'dialog', 'aria-label': rotulo, sx: { borderRadius: '16px 16px 0 0', pb: 1 } } }}>
        <MenuList autoFocusItem aria-label={rotulo} subheader={<ListSubheader component="li" role="presentation" sx={{ color: 'text.primary', fontSize: '1rem', bgcolor: 'transparent' }}>{cliente.nome}</ListSubheader>}>
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

/** Why a column cannot be chosen, or what choosing it means. */
function motivo(cliente: ClienteCarteira, para: NomeColuna, quem: Quem): string | undefined {
  if (cliente.coluna === para) return t('carteira.jaEsta');
  if (para === 'recuperado') return t('carteira.soPedido');
  if (cliente.coluna === 'contatado') return t(podeMover(cliente, para, quem) ? 'carteira.desfazContato' : 'carteira.naoDesfaz');
  return undefined;
}
