import { describe, expect, test } from 'vitest';
import { visible, visibleName } from './visible.ts';

describe('visible', () => {
  test('writes out what would move the cursor or turn the direction of writing', () => {
    expect(visible('a\u001b[2Jb\rc\u009bd\u202ee')).toBe('a\\x1b[2Jb\\x0dc\\x9bd\\u202ee');
  });

  test('leaves everything else as it is', () => {
    const text = 'notes/naïve 文档 👩‍👩‍👧.md\n\tindented';
    expect(visible(text)).toBe(text);
  });
});

describe('visibleName', () => {
  test('is one line, which poses as no other', () => {
    expect(visibleName('a\nb.md: live\tc\u001b[1m')).toBe('a\\nb.md: live\\tc\\x1b[1m');
  });
});
