import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorCodes, failureCodes, waitReasons } from '@winnow/core';
import { describe, expect, test } from 'vitest';

const page = readFileSync(join(import.meta.dirname, '../docs/failure-modes.md'), 'utf8');

/** Names that have an entry in a section: `### name`. */
function entriesOf(section: string): readonly string[] {
  const from = page.indexOf(`\n## ${section}\n`);
  const to = page.indexOf('\n## ', from + 1);
  const text = page.slice(from, to === -1 ? undefined : to);
  return from === -1 ? [] : [...text.matchAll(/^### `([a-z_]+)`$/gm)].map(([, name]) => name ?? '');
}

describe('docs/failure-modes.md', () => {
  test.each([
    ['Error codes', errorCodes],
    ['What a run waits for', waitReasons],
    ['Causes in the inbox', failureCodes],
  ] as const)('%s: has an entry for each, and for nothing else', (section, names) => {
    expect([...entriesOf(section)].sort()).toEqual([...names].sort());
  });
});
