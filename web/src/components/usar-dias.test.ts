// The two days of the audit and the reports beside what the address says (AUDIT-3, ADM-4, UI-1).
import { act, renderHook } from '@testing-library/react';
import { expect, it } from 'vitest';

import type { Intervalo } from '../lib/intervalo';
import { useDias } from './usar-dias';

const NOVEMBRO: Intervalo = { de: '2026-11-05', ate: '2026-11-10' };
const montar = (intervalo: Intervalo | undefined) => renderHook(({ i }: { i: Intervalo | undefined }) => useDias(i), { initialProps: { i: intervalo } });

it('keeps what is typed until it counts', () => {
  const campo = montar(undefined);
  act(() => campo.result.current.abrir(true));
  act(() => campo.result.current.digitar({ de: '2026-11-05', ate: '' }));
  campo.rerender({ i: undefined });
  expect(campo.result.current).toMatchObject({ abertos: true, dias: { de: '2026-11-05', ate: '' } });
});

it('shows no days that no longer count', () => {
  const campo = montar(NOVEMBRO);
  act(() => campo.result.current.abrir(true));
  campo.rerender({ i: undefined });
  expect(campo.result.current).toMatchObject({ abertos: false, dias: { de: '', ate: '' } });
  campo.rerender({ i: NOVEMBRO });
  expect(campo.result.current.dias).toEqual(NOVEMBRO);
});
