import { Writable } from 'node:stream';
import { afterEach, expect, test } from 'vitest';
import { chooseColors, styled } from './colors.ts';

/** What is written to a file or another program. */
const file = new Writable() as unknown as NodeJS.WriteStream;
afterEach(() => chooseColors('auto'));

test.each([
  ['auto', 'text'],
  ['always', '\u001b[1mtext\u001b[22m'],
  ['never', 'text'],
] as const)('%s: to no terminal goes %j', (choice, written) => {
  chooseColors(choice);
  expect(styled('bold', 'text', file)).toBe(written);
});
