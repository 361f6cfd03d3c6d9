import { describe, expect, it } from 'vitest';
import { splitRows } from './split-rows.ts';

const comma = 0x2c;

describe('splitRows', () => {
  it('holds lines together that quotes hold together', async () => {
    expect(await rows('a,"one\ntwo, ""three""\n",c\nd,e,f')).toEqual([
      'a,"one\ntwo, ""three""\n",c',
      'd,e,f',
    ]);
  });

  it('reads a row again from its place, line breaks of Windows included', async () => {
    const text = 'h\r\na,"one\r\ntwo",c\r\nd';
    const places: string[] = [];
    for await (const { offset, length, bytes } of splitRows(chunk(text), comma, () => true, 1_000)) {
      const again = splitRows(chunk(text.slice(offset, offset + length)), comma, () => true, 1_000);
      for await (const row of again) expect(row.bytes).toEqual(bytes);
      places.push(text.slice(offset, offset + length));
    }
    expect(places).toEqual(['h', 'a,"one\r\ntwo",c', 'd']);
  });

  it('loses only its own line to a quote that never ends', async () => {
    expect(await rows('a,"open,c\nd,e,f\ng,h,i')).toEqual(['a,"open,c', 'd,e,f', 'g,h,i']);
  });

  it('loses only its own line to a quote that ends in a later row', async () => {
    const text = 'a,"open,c\nd,e,f\ng,"h",i';
    const isRow = (bytes: Uint8Array): boolean => Buffer.from(bytes).toString().split(',').length === 3;
    expect(await rows(text, isRow)).toEqual(['a,"open,c', 'd,e,f', 'g,"h",i']);
  });

  it('takes what is left of a file that was cut off within quotes for one row that has not ended', async () => {
    const isRow = (bytes: Uint8Array): boolean => Buffer.from(bytes).toString().split(',').length === 3;
    const ends = async (text: string) => {
      const found: [string, boolean][] = [];
      for await (const { bytes, isEnded } of splitRows(chunk(text), comma, isRow, 1_000)) {
        found.push([Buffer.from(bytes ?? []).toString(), isEnded]);
      }
      return found;
    };
    const text = 'a,"one, of\n\nmany lin';
    expect(await ends(`d,e,f\n${text}`)).toEqual([
      ['d,e,f', true],
      [text, false],
    ]);
    expect(await ends(`${text}\n`)).toEqual([[text, false]]);
    expect(await ends('a,"one\n')).toEqual([['a,"one', false]]);
    expect(await ends('a,b,c\nd,e')).toEqual([
      ['a,b,c', true],
      ['d,e', false],
    ]);
    // Rows follow, so that the quote is a stray one; but the file may still be cut off.
    expect(await ends('a,"b,c\nd,e,f\ng,h,i\n')).toEqual([
      ['a,"b,c', true],
      ['d,e,f', true],
      ['g,h,i', true],
    ]);
    expect(await ends('a,"b,c\nd,e,f\ng,h')).toEqual([
      ['a,"b,c', false],
      ['d,e,f', true],
      ['g,h', false],
    ]);
  });

  it('takes a quote within a field for a character', async () => {
    expect(await rows('a,5" disk,c\nd,e,f')).toEqual(['a,5" disk,c', 'd,e,f']);
  });

  it('goes through a hundred thousand lines after an open quote once', async () => {
    expect(await rows(`"open\n${'a,b,c\n'.repeat(100_000)}`)).toHaveLength(100_001);
  });
});

async function rows(text: string, isRow: (bytes: Uint8Array) => boolean = () => true): Promise<string[]> {
  const found: string[] = [];
  for await (const { bytes } of splitRows(chunk(text), comma, isRow, 1_000)) {
    found.push(Buffer.from(bytes ?? []).toString());
  }
  return found;
}

async function* chunk(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}
