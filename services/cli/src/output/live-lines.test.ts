import { describe, expect, test } from 'vitest';
import { createLiveLines } from './live-lines.ts';

/** What is written to a terminal that is twenty columns wide. */
function drawn(line: string): string {
  let written = '';
  const stream = {
    columns: 20,
    write(text: string) {
      written += text;
      return true;
    },
  };
  createLiveLines(stream as NodeJS.WriteStream).draw([line]);
  return written;
}

describe('live lines', () => {
  test('keep to the width of the terminal, of which a Chinese character takes two columns', () => {
    expect(drawn('waits for /documents/of/all')).toBe('waits for /document\n');
    expect(drawn('等待：/文档/全部的文档/都在这里')).toBe('等待：/文档/全部的\n');
  });

  test('write out control characters', () => {
    expect(drawn('a\u0007b\u009b2Jc')).toBe('a\\x07b\\x9b2Jc\n');
  });
});
