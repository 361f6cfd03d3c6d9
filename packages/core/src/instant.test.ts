import { describe, expect, test } from 'vitest';
import { instantOf } from './instant.ts';

describe('instantOf', () => {
  test.each([
    ['2026-11-23', '2026-11-23T00:00:00.000Z'],
    ['2026-11-23T08:00Z', '2026-11-23T08:00:00.000Z'],
    ['2026-11-23T08:00:00.5+08:00', '2026-11-23T00:00:00.500Z'],
  ])('%s is %s', (iso, utc) => expect(instantOf(iso).toISOString()).toBe(utc));

  test.each(['', '7', '7d', 'yesterday', '2026', '2026-13-01', '2026-11-23T08:00:00', '23.11.2026'])(
    '%j is refused',
    (text) => expect(() => instantOf(text)).toThrow('such as 2026-11-23'),
  );
});
