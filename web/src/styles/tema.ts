import { createTheme, type Theme } from '@mui/material/styles';

const ELEVADA = { backgroundColor: 'var(--cor-elevada)' };

/** Grounds of the messages, as those of the labels. */
const Alert = {
  infoStandardBg: 'var(--cor-contatado-fundo)',
  successStandardBg: 'var(--cor-recuperado-fundo)',
  warningStandardBg: 'var(--cor-atencao-fundo)',
  errorStandardBg: 'var(--cor-risco-fundo)',
};

/** Light and dark through CSS variables, no inline styles. */
const fazer = () =>
  createTheme({
    cssVariables: { colorSchemeSelector: '[data-tema="%s"]' },
    colorSchemes: {
      light: {
        palette: {
          primary: { main: '#2f4fd0' },
          success: { main: '#0b6b3a' },
          warning: { main: '#8a5a00' },
          error: { main: '#b3162c' },
          info: { main: '#1c4fc4' },
          background: { default: '#f6f7f9', paper: '#ffffff' },
          text: { primary: '#182030', secondary: '#4f5b6e' },
          Alert,
        },
      },
      dark: {
        palette: {
          primary: { main: '#9db0ff' },
          success: { main: '#7fdba7' },
          warning: { main: '#f5c363' },
          error: { main: '#ff96a1' },
          info: { main: '#9dbbff' },
          background: { default: '#0e1218', paper: '#1a202a' },
          text: { primary: '#eef1f6', secondary: '#b0bac9' },
          Alert,
        },
      },
    },
    // Who asks for less motion gets none: a dialog that fades away would still take the clicks.
    motion: { reducedMotion: 'system' },
    shape: { borderRadius: 8 },
    typography: {
      fontFamily:
        'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", Arial, sans-serif',
      h1: { fontSize: '1.5rem', fontWeight: 700, lineHeight: 1.25 },
      h2: { fontSize: '1.125rem', fontWeight: 650, lineHeight: 1.3 },
      h3: { fontSize: '1rem', fontWeight: 650, lineHeight: 1.35 },
      h6: { fontSize: '1.125rem', fontWeight: 650, lineHeight: 1.35 },
      button: { textTransform: 'none', fontWeight: 600 },
    },
    components: {
      MuiAlert: { defaultProps: { closeText: 'Fechar' } },
      MuiButton: { defaultProps: { disableElevation: true } },
      MuiButtonBase: {
        styleOverrides: {
          root: {
            '@media (pointer: coarse)': { minHeight: 44 },
            // Its own sign, a pulse, is hardly seen. Inside where what is around would cut it.
            '&.Mui-focusVisible': { outline: '2px solid var(--cor-foco)', outlineOffset: 1 },
            '&:is([role=tab], [role=menuitem], [role=option], li > *, nav > *).Mui-focusVisible': { outlineOffset: -2 },
          },
        },
      },
      MuiCard: { defaultProps: { variant: 'outlined' } },
      MuiTextField: { defaultProps: { size: 'small', fullWidth: true } },
      // Its own grey misses 4.5:1 on the page.
      MuiToggleButton: { styleOverrides: { root: ({ theme }) => ({ color: theme.vars.palette.text.secondary, '&.Mui-selected': { color: theme.vars.palette.text.primary } }) } },
      MuiTooltip: { defaultProps: { enterDelay: 400 } },
      // In the dark the grey veil of raised paper has another hue than the page.
      MuiPaper: { styleOverrides: { root: { backgroundImage: 'none' } } },
      MuiDialog: { defaultProps: { fullWidth: true, maxWidth: 'sm' }, styleOverrides: { paper: ELEVADA } },
      MuiPopover: { styleOverrides: { paper: ELEVADA } },
      MuiDrawer: { styleOverrides: { paper: ELEVADA } },
      MuiListSubheader: { styleOverrides: { root: { backgroundColor: 'var(--cor-elevada)' } } },
      MuiDialogActions: { styleOverrides: { root: { padding: '8px 24px 20px' } } },
    },
  });

let feito: Theme | undefined;

/** Theme of the product. Made once; it takes its time. */
export function tema(): Theme {
  return (feito ??= fazer());
}
