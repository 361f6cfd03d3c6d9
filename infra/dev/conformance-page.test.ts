import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { headingOf } from './conformance-matrix.ts';
import { writtenMatrix } from './matrix-page.ts';
import { findSuiteCalls } from './suite-calls.ts';

const root = join(import.meta.dirname, '../..');
const matrix = writtenMatrix(readFileSync(join(root, 'docs/models.md'), 'utf8'));
const calls = findSuiteCalls(root);

describe('docs/models.md', () => {
  it('has a column for every adapter that is put through a suite (else: pnpm conformance --write)', () => {
    expect(calls.length).toBeGreaterThan(0);
    const missing = calls.filter(
      ({ suite, pattern }) => !columnsOf(suite).some((name) => pattern.test(name)),
    );
    expect(missing.map(({ suite, adapter }) => `${suite} ${adapter}`)).toEqual([]);
  });

  it('has no column for an adapter that no suite knows, and none that breaks a guarantee', () => {
    const suites = new Set(calls.map(({ suite }) => suite));
    const known = (suite: string, name: string) =>
      calls.some((call) => call.suite === suite && call.pattern.test(name));
    const stale = [...suites].flatMap((suite) => columnsOf(suite).filter((name) => !known(suite, name)));
    expect(stale).toEqual([]);
    expect(matrix).not.toContain('✗');
  });
});

function columnsOf(suite: string): readonly string[] {
  const [, table = ''] = matrix.split(`${headingOf(suite)}\n`);
  const head = table.trimStart().split('\n')[0] ?? '';
  return head
    .split(' | ')
    .slice(1)
    .map((cell) => cell.replace(/ \|$/, ''));
}
