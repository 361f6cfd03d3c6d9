import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { unknownPrice } from '../registry/price.ts';
import { listedPrices, loadPrices } from './load-prices.ts';

const listed = { ...unknownPrice, usdPerMillionInputTokens: 0.13, batchFactor: 0.5 };
let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'winnow-prices-'));
  path = join(folder, 'prices.json');
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});
const load = async (text: string) => {
  await writeFile(path, text);
  return await loadPrices(path);
};

describe('loadPrices', () => {
  test('a price of one’s own replaces the listed one whole; the others stay', async () => {
    const priceOf = await load(
      JSON.stringify({
        'text-embedding-3-large': { usdPerMillionInputTokens: 0.1, listDate: '2026-11' },
        'gpt-4o-mini': { usdPerMillionInputTokens: 0.1, usdPerMillionOutputTokens: 0.4 },
      }),
    );
    expect(priceOf('text-embedding-3-large', listed)).toEqual({
      ...unknownPrice,
      usdPerMillionInputTokens: 0.1,
      listDate: '2026-11',
    });
    expect(priceOf('text-embedding-3-small', listed)).toBe(listed);
    expect(listedPrices('text-embedding-3-large', listed)).toBe(listed);
  });

  test('holds for the variants of a model, unless they have their own', async () => {
    const priceOf = await load(
      '{ "large": { "usdPerMillionInputTokens": 1 }, "large@256": { "usdPerMillionInputTokens": 2 } }',
    );
    expect(priceOf('large@1024', listed).usdPerMillionInputTokens).toBe(1);
    expect(priceOf('large@256', listed).usdPerMillionInputTokens).toBe(2);
    expect(priceOf('larger', listed)).toBe(listed);
    expect(priceOf('constructor', listed)).toBe(listed);
  });

  test.each([
    ['not JSON', 'gpt: 1', 'not JSON'],
    ['an unknown field', '{ "gpt": { "usdPerMillionTokens": 1 } }', 'usdPerMillionTokens'],
    ['a negative price', '{ "gpt": { "usdPerThousandSearches": -1 } }', 'gpt.usdPerThousandSearches'],
    ['a price as text', '{ "gpt": { "usdPerMillionInputTokens": "1" } }', 'gpt.usdPerMillionInputTokens'],
    ['no price', '{ "gpt": { "listDate": "2026" } }', 'gpt: must have a price'],
    ['a list', '[]', 'not as expected'],
  ])('%s is refused with the place that is wrong', async (_, text, place) => {
    await expect(load(text)).rejects.toMatchObject({
      code: 'invalid_argument',
      message: expect.stringContaining(place),
    });
  });

  test('a file that is not there is said by name', async () => {
    await expect(loadPrices(join(folder, 'absent.json'))).rejects.toMatchObject({
      code: 'not_found',
      message: expect.stringContaining('absent.json'),
    });
  });
});
