// A page that is open at midnight (BOARD-5, UI-1).
import { renderHook } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { useDiaNovo } from './dia-novo';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('tells the new day once, by the business zone, and not after it is gone', () => {
  // 23:30 in São Paulo; in UTC the day has changed long before.
  vi.setSystemTime('2026-11-23T02:30:00Z');
  const fn = vi.fn();
  const { unmount } = renderHook(() => useDiaNovo(fn));
  vi.advanceTimersByTime(30 * 60_000);
  expect(fn).not.toHaveBeenCalled();
  vi.advanceTimersByTime(10 * 60_000);
  expect(fn).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(12 * 3_600_000);
  expect(fn).toHaveBeenCalledTimes(1);
  unmount();
  vi.advanceTimersByTime(24 * 3_600_000);
  expect(fn).toHaveBeenCalledTimes(1);
});

it('looks at once when a tab that slept is seen again', () => {
  vi.setSystemTime('2026-11-22T15:00:00Z');
  const fn = vi.fn();
  renderHook(() => useDiaNovo(fn));
  vi.setSystemTime('2026-11-23T11:00:00Z');
  document.dispatchEvent(new Event('visibilitychange'));
  expect(fn).toHaveBeenCalledTimes(1);
});
