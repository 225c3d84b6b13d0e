import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';

import { t } from '../i18n/intervalo';
import { useFiltrosUrl } from '../lib/filtros-url';
import { data } from '../lib/formatos';
import { diaValido, erroDoIntervalo, intervaloDe, PRESETS, type Intervalo, type Preset } from '../lib/intervalo';
import { useDias } from './usar-dias';

type Escolha = Preset | 'outro' | '';

interface Estado {
  escolha: Escolha;
  /** Undefined: any day. */
  intervalo: Intervalo | undefined;
  mudar: (escolha: Escolha, dias?: Intervalo) => void;
}

/** The interval in the address: `periodo` names it, or `de` and `ate` are its days. Without one, `padrao`. */
export function useIntervaloUrl(hoje: string, padrao?: Preset): Estado {
  const { ler, mudar } = useFiltrosUrl();
  const nome = ler('periodo');
  const [de, ate] = [diaValido(ler('de')), diaValido(ler('ate'))];
  const dias = de !== undefined && ate !== undefined && erroDoIntervalo({ de, ate }, hoje) === undefined ? { de, ate } : undefined;
  const preset = PRESETS.find((p) => p === nome) ?? padrao;

  return {
    escolha: dias !== undefined ? 'outro' : (preset ?? ''),
    intervalo: dias ?? (preset === undefined ? undefined : intervaloDe(preset, hoje)),
    mudar(escolha, novos) {
      if (escolha === 'outro') mudar({ periodo: undefined, ...novos });
      else mudar({ periodo: escolha === padrao ? undefined : escolha, de: undefined, ate: undefined });
    },
  };
}

/** 01/11/2026 a 22/11/2026 */
export function intervaloEmTexto({ de, ate }: Intervalo): string {
  return de === ate ? data(de) : t('intervalo.entre', { de: data(de), ate: data(ate) });
}

/** A named interval, or two days of one's own, which count once both are right. `rotulo`: what of. */
export function CampoIntervalo({ estado, hoje, comTodos = false, rotulo = t('intervalo.rotulo') }: { estado: Estado; hoje: string; comTodos?: boolean; rotulo?: string }) {
  const { escolha, intervalo, mudar } = estado;
  const { dias, abertos, digitar, abrir } = useDias(intervalo);
  const proprio = abertos || escolha === 'outro';
  const erro = erroDoIntervalo(dias, hoje);

  function escrever(novos: Intervalo): void {
    digitar(novos);
    if (erroDoIntervalo(novos, hoje) === undefined) mudar('outro', novos);
  }

  return (
    <>
      <TextField
        select
        label={rotulo}
        value={proprio ? 'outro' : escolha}
        onChange={(e) => {
          const nova = e.target.value as Escolha;
          abrir(nova === 'outro');
          if (nova !== 'outro') mudar(nova);
        }}
        sx={{ width: 'auto', minWidth: 170, flex: { xs: '1 1 140px', md: '0 0 auto' } }}
        slotProps={{ select: { displayEmpty: true }, inputLabel: { shrink: true } }}
      >
        {comTodos && <MenuItem value="">{t('intervalo.todos')}</MenuItem>}
        {PRESETS.map((p) => (
          <MenuItem key={p} value={p}>
            {t(`intervalo.presets.${p}`)}
          </MenuItem>
        ))}
        <MenuItem value="outro">{t('intervalo.outro')}</MenuItem>
      </TextField>
      {proprio && (
        <>
          {(['de', 'ate'] as const).map((ponta) => (
            <TextField
              key={ponta}
              type="date"
              name={ponta}
              label={t(`intervalo.${ponta}`)}
              value={dias[ponta]}
              onChange={(e) => escrever({ ...dias, [ponta]: e.target.value })}
              error={erro !== undefined}
              helperText={ponta === 'ate' && erro !== undefined ? t(`intervalo.${erro}`) : undefined}
              sx={{ width: 'auto', minWidth: 150, flex: { xs: '1 1 130px', md: '0 0 auto' } }}
              slotProps={{ inputLabel: { shrink: true }, htmlInput: { max: hoje } }}
            />
          ))}
        </>
      )}
    </>
  );
}
