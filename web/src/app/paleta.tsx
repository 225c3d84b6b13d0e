import { mdiAccountOutline, mdiBrightnessAuto, mdiHomeOutline, mdiKeyboardOutline, mdiLightningBoltOutline, mdiLogout, mdiMagnify, mdiPlus, mdiWeatherNight, mdiWhiteBalanceSunny } from '@mdi/js';
import Box from '@mui/material/Box';
import Dialog from '@mui/material/Dialog';
import InputBase from '@mui/material/InputBase';
import { useColorScheme } from '@mui/material/styles';
import Typography from '@mui/material/Typography';
import { useEffect, useId, useRef, useState, type KeyboardEvent } from 'react';
import { useLocation } from 'wouter';

import { Icone } from '../components/icone';
import { Tecla } from '../components/tecla';
import { t } from '../i18n/casca';
import { pode, type Eu } from '../lib/eu';
import { cidadeUf } from '../lib/formatos';
import { identificaPessoa } from '../lib/reconhecer';
import { podeAbrir } from './ir';
import { emGrupos, filtrar, type Entrada } from './paleta-entradas';
import { useAchados } from './paleta-busca';
import { rotas } from './rotas';

/** A person is searched for from this many characters on. */
const BUSCA_MIN = 2;

interface Props {
  eu: Eu;
  aoFechar: () => void;
  aoSair: () => void;
  aoVerAtalhos: () => void;
}

/** Everything by keyboard: screens, what this screen offers, clients, users. */
export function Paleta({ eu, aoFechar, aoSair, aoVerAtalhos }: Props) {
  const [texto, setTexto] = useState('');
  const [escolhida, setEscolhida] = useState(0);
  const [, ir] = useLocation();
  const { setMode } = useColorScheme();
  const lista = useRef<HTMLDivElement>(null);
  const id = useId();
  // What the screen offers, as it stood before the palette covered it.
  const [desta] = useState(acoesDaTela);

  const fixas: Entrada[] = [
    ...desta.map((no, i): Entrada => ({ id: `tela-${i}`, grupo: t('paleta.desta'), nome: nomeDe(no), icone: mdiLightningBoltOutline, fazer: () => no.click() })),
    { id: 'inicio', grupo: t('paleta.irPara'), nome: t('comum.inicio'), icone: mdiHomeOutline, teclas: 'g i', fazer: () => ir('/') },
    ...rotas
      .filter((r) => (r.menu !== undefined || r.cartao !== undefined) && podeAbrir(r, eu))
      .map((r): Entrada => ({ id: r.caminho, grupo: t('paleta.irPara'), nome: r.titulo, detalhe: r.cartao, icone: r.menu?.icone, teclas: r.tecla && `g ${r.tecla}`, fazer: () => ir(r.destino ?? r.caminho) })),
    ...(pode(eu, 'cliente.criar') ? [{ id: 'novo', grupo: t('paleta.acoes'), nome: t('paleta.novo'), icone: mdiPlus, teclas: 'n', fazer: () => ir('/clientes/novo') }] : []),
    { id: 'claro', grupo: t('paleta.acoes'), nome: t('paleta.claro'), icone: mdiWhiteBalanceSunny, fazer: () => setMode('light') },
    { id: 'escuro', grupo: t('paleta.acoes'), nome: t('paleta.escuro'), icone: mdiWeatherNight, fazer: () => setMode('dark') },
    { id: 'automatico', grupo: t('paleta.acoes'), nome: t('paleta.automatico'), icone: mdiBrightnessAuto, fazer: () => setMode('system') },
    { id: 'atalhos', grupo: t('paleta.acoes'), nome: t('paleta.atalhos'), icone: mdiKeyboardOutline, teclas: '?', fazer: aoVerAtalhos },
    { id: 'sair', grupo: t('paleta.acoes'), nome: t('comum.sair'), icone: mdiLogout, fazer: aoSair },
  ];

  const termo = texto.trim();
  const achados = useAchados(termo.length >= BUSCA_MIN ? termo : '', eu);
  const entradas: Entrada[] = [
    ...filtrar(fixas, termo),
    ...achados.clientes.map((c): Entrada => ({ id: `cliente-${c.id_cliente}`, grupo: t('paleta.clientes'), nome: c.nome_completo, detalhe: cidadeUf(c.cidade, c.uf), icone: mdiAccountOutline, fazer: () => ir(`/clientes/${c.id_cliente}`) })),
    // What points to one person goes in no address.
    ...(achados.clientes.length > 0 && !identificaPessoa(termo)
      ? [{ id: 'todos', grupo: t('paleta.clientes'), nome: t('paleta.todos', { texto: termo }), icone: mdiMagnify, fazer: () => ir(`/clientes?q=${encodeURIComponent(termo)}`) }]
      : []),
    ...achados.usuarios.map((u): Entrada => ({ id: `usuario-${u.id}`, grupo: t('paleta.usuarios'), nome: u.nome, detalhe: u.email, icone: mdiAccountOutline, fazer: () => ir('/usuarios', { state: { busca: u.nome } }) })),
  ];
  const atual = Math.min(escolhida, entradas.length - 1);
  const idDe = (i: number) => `${id}-${i}`;

  useEffect(() => {
    lista.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' });
  }, [atual, entradas.length]);

  function fazer(entrada: Entrada | undefined): void {
    if (entrada === undefined) return;
    aoFechar();
    entrada.fazer();
  }

  function tecla(evento: KeyboardEvent): void {
    const passo = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[evento.key];
    if (passo !== undefined) {
      evento.preventDefault();
      const n = Math.max(entradas.length, 1);
      setEscolhida(Math.abs(passo) === 1 ? (atual + passo + n) % n : Math.min(Math.max(atual + passo, 0), n - 1));
    } else if (evento.key === 'Enter' && !evento.nativeEvent.isComposing) {
      evento.preventDefault();
      fazer(entradas[atual]);
    }
  }

  let n = -1;
  return (
    <Dialog open onClose={aoFechar} maxWidth="sm" sx={{ '& .MuiDialog-container': { alignItems: 'flex-start' } }} slotProps={{ paper: { 'aria-label': t('paleta.titulo'), sx: { mt: { xs: 1, sm: '10vh' }, mx: { xs: 1, sm: 2 }, width: { xs: 'calc(100% - 16px)', sm: 'calc(100% - 64px)' }, maxHeight: { xs: 'calc(100% - 16px)', sm: '76vh' } } } }}>
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 1, px: 2, borderBottom: 1, borderColor: 'divider' }}>
        <Icone d={mdiMagnify} sx={{ color: 'text.secondary' }} />
        <InputBase
          fullWidth
          // eslint-disable-next-line jsx-a11y/no-autofocus -- a dialog takes the focus; this one is its field
          autoFocus
          value={texto}
          onChange={(e) => {
            setTexto(e.target.value);
            setEscolhida(0);
          }}
          onKeyDown={tecla}
          placeholder={t('paleta.campo')}
          sx={{ py: 1.25, fontSize: '1.0625rem' }}
          inputProps={{
            role: 'combobox',
            'aria-label': t('paleta.campo'),
            'aria-expanded': true,
            'aria-controls': `${id}-lista`,
            'aria-autocomplete': 'list',
            'aria-activedescendant': atual >= 0 ? idDe(atual) : undefined,
            autoComplete: 'off',
            spellCheck: false,
            maxLength: 120,
          }}
        />
        <Tecla>Esc</Tecla>
      </Box>
      {/* The focus stays in the field; a list that scrolls takes it by Tab. */}
      <Box ref={lista} id={`${id}-lista`} role="listbox" tabIndex={0} aria-label={t('paleta.resultados')} sx={{ overflowY: 'auto', p: 1, flex: 1, minHeight: 120 }}>
        {emGrupos(entradas).map(([grupo, dele]) => (
          <Box key={grupo} role="group" aria-label={grupo}>
            <Typography variant="body2" aria-hidden color="textSecondary" sx={{ px: 1.5, pt: 1, pb: 0.5, fontWeight: 600 }}>
              {grupo}
            </Typography>
            {dele.map((e) => {
              n += 1;
              const i = n;
              return <Opcao key={e.id} id={idDe(i)} entrada={e} escolhida={i === atual} aoApontar={() => setEscolhida(i)} aoEscolher={() => fazer(e)} />;
            })}
          </Box>
        ))}
      </Box>
      <Typography role="status" variant="body2" color="textSecondary" sx={{ px: 2.5, py: 1, borderTop: 1, borderColor: 'divider' }}>
        {achados.falhou ? t('paleta.falhou') : achados.buscando ? t('paleta.buscando') : entradas.length === 0 ? t('paleta.nada', { texto: termo }) : t('paleta.dica')}
      </Typography>
    </Dialog>
  );
}

function Opcao({ id, entrada: e, escolhida, aoApontar, aoEscolher }: { id: string; entrada: Entrada; escolhida: boolean; aoApontar: () => void; aoEscolher: () => void }) {
  return (
    // The keys are those of the field above.
    <Box
      id={id}
      role="option"
      aria-selected={escolhida}
      onMouseMove={escolhida ? undefined : aoApontar}
      onClick={aoEscolher}
      sx={{ display: 'flex', alignItems: 'center', gap: 1.5, px: 1.5, minHeight: 44, borderRadius: 1, cursor: 'pointer', bgcolor: escolhida ? 'var(--cor-escolhida)' : undefined }}
    >
      {e.icone && <Icone d={e.icone} fontSize="small" sx={{ color: 'text.secondary' }} />}
      <Box sx={{ flex: 1, minWidth: 0, py: 0.5 }}>
        <Box component="span" sx={{ display: 'block', overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}>
          {e.nome}
        </Box>
        {e.detalhe && (
          <Typography component="span" variant="body2" color="textSecondary" sx={{ display: 'block', overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}>
            {e.detalhe}
          </Typography>
        )}
      </Box>
      {e.teclas && (
        <Box aria-hidden sx={{ display: 'flex', gap: 0.5 }}>
          {e.teclas.split(' ').map((k) => (
            <Tecla key={k}>{k}</Tecla>
          ))}
        </Box>
      )}
    </Box>
  );
}

/** Buttons and links beside the title of the open screen. */
function acoesDaTela(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>('[data-acoes-da-tela] :is(button, a[href])')].filter((n) => nomeDe(n) !== '' && !n.matches(':disabled') && n.getClientRects().length > 0);
}

function nomeDe(no: HTMLElement): string {
  return (no.getAttribute('aria-label') ?? no.textContent ?? '').trim();
}
