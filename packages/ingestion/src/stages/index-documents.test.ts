import { describe, expect, it } from 'vitest';
import { firstBundleBytes } from '../catalog.ts';
import { nextBytes } from './index-documents.ts';

const takenAt = '2026-01-02T03:04:05.000Z';
const after = (ms: number) => new Date(Date.parse(takenAt) + ms);

describe('nextBytes', () => {
  it('grows while bundles are done at once, up to a bound', () => {
    let bytes = firstBundleBytes;
    for (let bundle = 0; bundle < 20; bundle++) bytes = nextBytes({ bytes, takenAt }, after(100));
    expect(bytes).toBe(16 * firstBundleBytes);
  });

  it('shrinks where they take long, down to where it began', () => {
    let bytes = 16 * firstBundleBytes;
    for (let bundle = 0; bundle < 20; bundle++) bytes = nextBytes({ bytes, takenAt }, after(60_000));
    expect(bytes).toBe(firstBundleBytes);
  });

  it('stays where they take a few seconds, or nobody knows', () => {
    expect(nextBytes({ bytes: 1_000_000, takenAt }, after(4_000))).toBe(1_000_000);
    expect(nextBytes({ bytes: 1_000_000, takenAt: null }, after(1))).toBe(1_000_000);
  });
});
