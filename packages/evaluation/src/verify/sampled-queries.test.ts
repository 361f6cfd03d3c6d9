import { describe, expect, it } from 'vitest';
import { queriesOfChunks } from './sampled-queries.ts';

const chunk = (headings: readonly string[], title: string, text: string) => ({ headings, title, text });

describe('queriesOfChunks', () => {
  it('takes the deepest heading, else the title, else the beginning', () => {
    expect(
      queriesOfChunks([
        chunk(['Pumps', 'Seals'], 'Manual', 'text'),
        chunk([], 'Manual', 'text'),
        chunk([], '', 'First line.\nSecond line.'),
        chunk(['---'], '', '正文'),
      ]),
    ).toEqual(['Seals', 'Manual', 'First line.', '正文']);
  });

  it('takes no query twice, none without a word, and none that is long', () => {
    expect(queriesOfChunks([chunk([], 'One', ''), chunk(['One'], 'Two', ''), chunk([], '—', '…')])).toEqual([
      'One',
    ]);
    expect(queriesOfChunks([chunk([], '', 'long '.repeat(500))])[0]?.length).toBeLessThanOrEqual(200);
  });
});
